"""What is typed into a cell so that Excel keeps exactly what is meant: text stays text, days become their numbers."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, TypeAlias

from leadbook.books.cellwriting import link_target, serial_number
from leadbook.books.formats import is_blank, safe_text
from leadbook.books.ooxml import CellFormula
from leadbook.sheets.spec import Formula, Link

if TYPE_CHECKING:
    from collections.abc import Sequence

Typed: TypeAlias = str | float | int | bool
"""What goes into a cell: a formula begins with "=", "" leaves it blank; a day is its number."""

TEXT = "@"
_LITERAL_UNITS = 255
_FORMULA_UNITS = 8_000
_STARTS = frozenset("=+-@'#")
_FLAGS = frozenset({"TRUE", "FALSE", "WAHR", "FALSCH", "VRAI", "FAUX", "VERDADERO", "FALSO", "VERO", "WAAR", "ONWAAR"})
_WORD = re.compile(r"[^\W\d_]+")
_LONGEST_DAY = 30  # "Wednesday, 30 September 2026" is no longer
_MOST_WORDS = 3
# Of these kinds equal values are typed alike; 1 and True, and one moment in two time zones, are equal too, and are not.
_COMPARABLE = frozenset({str, dt.date})
_PREFIXED = re.compile(r"_xlfn\.(?:_xlws\.)?")


def typed(content: object, number: str = "", *, date_1904: bool = False) -> Typed:  # noqa: PLR0911 - a line a kind
    """Return what to put into a cell.

    Parameters
    ----------
    content : Content or Value
        Only a ``Formula`` (or a formula of a seller's cell) is typed as one, and a ``Link`` as HYPERLINK.
    number : str
        The cell's number format, which is set before.
    date_1904 : bool
        Whether the workbook's days count from 1904.
    """
    if isinstance(content, str):
        return typed_text(content, number)
    if isinstance(content, Formula):
        return content.text
    if isinstance(content, CellFormula):
        return "=" + _PREFIXED.sub("", content.text.removeprefix("="))
    if isinstance(content, Link):
        return _typed_link(content, number, date_1904=date_1904)
    if is_blank(content):
        return ""
    if isinstance(content, dt.date):
        serial = serial_number(content, date_1904=date_1904)
        return serial if serial >= 1 else typed_text(content.isoformat(), number)
    if isinstance(content, dt.time):
        return (content.hour * 3_600 + content.minute * 60 + content.second) / 86_400
    if isinstance(content, dt.timedelta):
        return content.total_seconds() / 86_400
    plain = getattr(content, "item", None)
    value: Typed = plain() if callable(plain) else content  # type: ignore[assignment] # numpy's scalars become Python's
    return value


def typed_column(contents: Sequence[object], number: str = "", *, date_1904: bool = False) -> list[Typed]:
    """Return what to put into each cell of a column, as `typed` does; of equal texts and days each is turned once."""
    kinds = set(map(type, contents)) - {type(None)}
    if not kinds:
        return [""] * len(contents)
    if len(kinds) == 1 and kinds <= _COMPARABLE:
        known = {content: typed(content, number, date_1904=date_1904) for content in set(contents)}
        return [known[content] for content in contents]
    return [typed(content, number, date_1904=date_1904) for content in contents]


def typed_text(text: str, number: str = "") -> Typed:
    """Return a text as it has to be typed to stay one.

    Notes
    -----
    Excel reads "007", "3/4", "5 Mai 2026" or "TRUE" as a number, a day or a truth value, and what begins with one of
    ``= + - @`` as a formula. An apostrophe before it says that it is text; Excel hides it. A cell of the format ``@``
    needs none, save before an apostrophe of the text's own.
    """
    text = safe_text(text)
    if not text:
        return ""
    if text[0] == "'":
        return "'" + text
    if number == TEXT:
        return text
    return "'" + text if text[0] in _STARTS or _may_be_read(text) else text


def _may_be_read(text: str) -> bool:
    """Tell whether Excel may read a text as a number, a day, a time or a truth value."""
    if text.isalpha():
        return text.upper() in _FLAGS
    if len(text) > _LONGEST_DAY or not any(map(str.isdigit, text)):
        return False
    words = _WORD.findall(text)
    lone_letter = len(text) > 1 and text[0].isalpha() and len(words[0]) == 1  # no month and no currency: L-0001
    return len(words) <= _MOST_WORDS and not lone_letter


def _typed_link(link: Link, number: str, *, date_1904: bool) -> Typed:
    target = link_target(link.target)
    shown = link.text if not is_blank(link.text) else link.target
    address = target.removeprefix("external:")
    if target.startswith("internal:"):
        address = "#" + target.removeprefix("internal:")
    value = typed_value(shown, date_1904=date_1904)
    formula = f"=HYPERLINK({_literal(address)},{value})"
    if not target or len(address) > _LITERAL_UNITS or len(formula) > _FORMULA_UNITS:
        return typed(link.text, number, date_1904=date_1904)
    return formula


def typed_value(value: object, *, date_1904: bool) -> str:
    """Return a value as a formula spells it."""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, dt.date):
        return repr(serial_number(value, date_1904=date_1904))
    if isinstance(value, (int, float)):
        return repr(value)
    return _literal(safe_text(str(value)))


def _literal(text: str) -> str:
    """Return a text in quotes; a long one in pieces, as a formula takes no more than 255 letters at a time."""
    pieces = [text[at : at + _LITERAL_UNITS] for at in range(0, len(text), _LITERAL_UNITS)] or [""]
    return "&".join('"' + piece.replace('"', '""') + '"' for piece in pieces)
