"""Cells as SpreadsheetML: one at a time, or a whole column's worth at once."""

from __future__ import annotations

import datetime as dt
import re
from types import NoneType
from typing import TYPE_CHECKING

from leadbook.books.ooxml.escape import escape_text, keeps_spaces
from leadbook.books.ooxml.values import ERRORS, CellFormula, RawCell, number_text, plain, serial_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.books.ooxml.styles import Styles
    from leadbook.books.ooxml.values import Value

_REMEMBERED = 20_000
_REPEATING = (str, float, int, bool, dt.date, dt.datetime)
"""Types whose values recur down a column, so that each is rendered once. Only values of one type are looked up
together: True equals 1 and 1.0, but is another cell."""
_NOT_WORDS = re.compile("[&<>_\x00-\x1f\ufffe\uffff\ud800-\udfff]")
_NOT_IN_FORMULAS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_SPECIAL_IN_FORMULAS = re.compile("[&<>\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class CellWriter:
    """Renders cells of one workbook, with one element prefix (such as ``x:``) per sheet.

    Parameters
    ----------
    styles : Styles
        Where a date gets a date style, when its own shows a number.
    date_1904 : bool
    prefix : str
        "" or the prefix with its colon.
    """

    def __init__(self, styles: Styles, *, date_1904: bool, prefix: str = "") -> None:
        self._styles = styles
        self._date_1904 = date_1904
        self._prefix = prefix
        self._known: dict[tuple[type, int], dict[object, str]] = {}

    def render(self, address: str, style: int, value: Value | RawCell) -> str:
        """Return the whole ``<c>`` element; "" for an empty cell without a style."""
        rest = self.rests([value], style)[0]
        return f"{self.opening(address)}{rest}" if rest else ""

    def opening(self, name: str) -> str:
        """Return how the elements of one column's cells begin, up to the row's number."""
        return f'<{self._prefix}c r="{name}'

    def rests(self, values: list[Value | RawCell], style: int) -> list[str]:
        """Return what follows the row's number in the elements of cells; "" where no element is needed."""
        kinds = set(map(type, values)) - {NoneType}
        if not kinds:
            return [self._rest(None, style)] * len(values)
        kind = kinds.pop() if len(kinds) == 1 else NoneType
        if kind not in _REPEATING:
            # The same formula, of a link for one, may stand on many rows.
            made = {at: self._rest(value, style) for at, value in {id(value): value for value in values}.items()}
            return [made[id(value)] for value in values]
        known = self._known.setdefault((kind, style), {})
        if len(known) > _REMEMBERED:
            known.clear()
        new = set(values).difference(known)
        if kind is str:
            known[None] = self._rest(None, style)
            known.update(self._new_texts(new - {None}, style))  # type: ignore[arg-type] # all of them are texts
        elif kind in (float, int):
            known[None] = self._rest(None, style)
            known.update(self._new_numbers(new - {None}, style))  # type: ignore[arg-type] # all of them are numbers
        else:
            known.update([(value, self._rest(value, style)) for value in new])
        return list(map(known.__getitem__, values))

    def _new_texts(self, texts: set[str], style: int) -> Iterator[tuple[str, str]]:
        """Yield what follows the row's number in the cells of some texts; most are words and need no care."""
        p = self._prefix
        start = f'" s="{style}" t="inlineStr"><{p}is><{p}t>' if style else f'" t="inlineStr"><{p}is><{p}t>'
        end = f"</{p}t></{p}is></{p}c>"
        for text in texts:
            plain_words = _NOT_WORDS.search(text) is None and text.strip() is text and "  " not in text
            yield text, f"{start}{text}{end}" if plain_words and text else self._rest(text, style)

    def _new_numbers(self, numbers: set[float], style: int) -> Iterator[tuple[float, str]]:
        """Yield what follows the row's number in the cells of some numbers, none of which is a truth value."""
        p = self._prefix
        start, end = (f'" s="{style}"><{p}v>' if style else f'"><{p}v>'), f"</{p}v></{p}c>"
        for number in numbers:
            yield number, f"{start}{number_text(number)}{end}"

    def _rest(self, value: Value | RawCell, style: int) -> str:
        """Return what follows the row's number in a cell's element; "" where no element is needed."""
        tail, style = self._tail(value, style)
        mark = f'" s="{style}"' if style else '"'
        if tail:
            return mark + tail
        return mark + "/>" if style else ""

    def _tail(self, value: Value | RawCell, style: int) -> tuple[str, int]:
        """Return what follows the style attribute, and the style: a date brings its own."""
        if value is None:
            return "", style
        if isinstance(value, RawCell):
            return f"{value.attributes}>{value.content}</{self._prefix}c>", value.style
        if isinstance(value, dt.date):
            return self._date(value, style)
        if isinstance(value, str):
            return self._text(value), style
        return (self._formula(value) if isinstance(value, CellFormula) else self._number(value)), style

    def _number(self, value: object) -> str:
        p = self._prefix
        bare = plain(value)
        if isinstance(bare, bool):
            return f' t="b"><{p}v>{int(bare)}</{p}v></{p}c>'
        if isinstance(bare, (int, float)):
            return f"><{p}v>{number_text(bare)}</{p}v></{p}c>"
        raise TypeError(f"A cell cannot hold a {type(value).__name__}.")

    def _date(self, moment: dt.date, style: int) -> tuple[str, int]:
        number = serial_number(moment, date_1904=self._date_1904)
        if number is None:  # before Excel's calendar: the date stays readable as text
            return self._text(moment.isoformat()), style
        timed = isinstance(moment, dt.datetime) and number != int(number)
        p = self._prefix
        return f"><{p}v>{number_text(number)}</{p}v></{p}c>", self._styles.dated(style, timed=timed)

    def _text(self, text: str) -> str:
        if not text:
            return ""
        p = self._prefix
        space = ' xml:space="preserve"' if keeps_spaces(text) else ""
        return f' t="inlineStr"><{p}is><{p}t{space}>{escape_text(text)}</{p}t></{p}is></{p}c>'

    def _formula(self, formula: CellFormula) -> str:
        p = self._prefix
        body = f"<{p}f>{_formula_text(formula.text.removeprefix('='))}</{p}f>"
        if isinstance(formula.value, str):
            kind = "e" if formula.value in ERRORS else "str"
            return f' t="{kind}">{body}<{p}v>{escape_text(formula.value)}</{p}v></{p}c>'
        value = plain(formula.value)
        if isinstance(value, bool):
            return f' t="b">{body}<{p}v>{int(value)}</{p}v></{p}c>'
        if isinstance(value, (int, float)):
            return f">{body}<{p}v>{number_text(value)}</{p}v></{p}c>"
        return f">{body}</{p}c>"


def _formula_text(text: str) -> str:
    # Formula text is plain ST_Formula: the _xHHHH_ escapes are for strings, line breaks stay as they are.
    if _SPECIAL_IN_FORMULAS.search(text) is None:
        return text
    cleaned = _NOT_IN_FORMULAS.sub("", text).encode("utf-8", "replace").decode("utf-8")
    return cleaned.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
