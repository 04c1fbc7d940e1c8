"""What a cell may be given, checked when it is asked for and rendered when the sheet is written."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from leadbook.books.ooxml.escape import escape_text, keeps_spaces

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadbook.books.ooxml.styles import Styles

LONGEST_TEXT = 32_767
LONGEST_FORMULA = 8_192
_REMEMBERED_TEXTS = 20_000
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})


@dataclass(frozen=True, slots=True)
class CellFormula:
    """A formula (with or without its leading "=") and the value it has now; None leaves that to Excel."""

    text: str
    value: str | float | bool | None = None


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell carried over as it was written: its other attributes, with a leading space, and its content."""

    style: int
    attributes: str
    content: str


Value: TypeAlias = str | float | int | bool | dt.date | dt.datetime | CellFormula | None

_PLAIN_TYPES = {str, float, int, bool, dt.date, dt.datetime, CellFormula, type(None)}


def check_values(values: Iterable[Value]) -> None:
    """Refuse what no cell can hold.

    Raises
    ------
    ValueError
        For a number that is not finite, a text over 32,767 characters or a formula over 8,192.
    TypeError
        For anything that is not a `Value`.
    """
    values = list(values)
    kinds = set(map(type, values))
    for kind in kinds - _PLAIN_TYPES:
        sample = next(value for value in values if type(value) is kind)
        if not isinstance(plain(sample), (str, float, int, dt.date)):
            raise TypeError(f"A cell cannot hold a {kind.__name__}.")
    if kinds - {str, int, bool, type(None)}:
        for value in values:
            if isinstance(value, float) and not math.isfinite(value):
                raise ValueError("A cell cannot hold a number that is not finite; leave it empty instead.")
            if isinstance(value, dt.date) and value != value:  # noqa: PLR0124 # only a not-a-time differs from itself
                raise ValueError("A cell cannot hold a date that is not one; leave it empty instead.")
            if isinstance(value, CellFormula):
                _check_formula(value)
    if str in kinds and any(type(value) is str and len(value) > LONGEST_TEXT for value in values):
        raise ValueError(f"A cell holds at most {LONGEST_TEXT:,} characters.")


def _check_formula(formula: CellFormula) -> None:
    if len(formula.text) > LONGEST_FORMULA or not formula.text.lstrip("="):
        raise ValueError(f"A formula has between 1 and {LONGEST_FORMULA:,} characters.")
    if isinstance(formula.value, float) and not math.isfinite(formula.value):
        raise ValueError("A formula's value cannot be a number that is not finite.")
    if isinstance(formula.value, str) and len(formula.value) > LONGEST_TEXT:
        raise ValueError(f"A formula's text value has at most {LONGEST_TEXT:,} characters.")


def plain(value: object) -> object:
    """Return the Python value of a numpy scalar, anything else as it is."""
    item = getattr(value, "item", None)
    return item() if callable(item) and not isinstance(value, (str, dt.date)) else value


def serial_number(moment: dt.date, *, date_1904: bool) -> float | None:
    """Return Excel's number of a date or a date with time; None for one before its calendar begins.

    Notes
    -----
    The 1900 system counts a 29 February 1900 that never was, so its days before 1 March 1900 are one lower.
    """
    day = dt.date(moment.year, moment.month, moment.day)
    days = (day - (dt.date(1904, 1, 1) if date_1904 else dt.date(1899, 12, 30))).days
    if not date_1904 and days < 61:
        days -= 1
    if days < (0 if date_1904 else 1):
        return None
    if not isinstance(moment, dt.datetime):
        return days
    microseconds = ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond
    return days + microseconds / 86_400_000_000 if microseconds else days


def number_text(number: float) -> str:
    """Return a number as XML holds it: the shortest text that reads back the same, without ``.0``."""
    text = repr(number)
    return text.removesuffix(".0")


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
        self._texts: dict[str, str] = {}

    def render(self, address: str, style: int, value: Value | RawCell) -> str:
        """Return the whole ``<c>`` element; "" for an empty cell without a style."""
        tail, style = self._tail(value, style)
        mark = f' s="{style}"' if style else ""
        if not tail:
            return f'<{self._prefix}c r="{address}"{mark}/>' if style else ""
        return f'<{self._prefix}c r="{address}"{mark}{tail}'

    def render_column(self, letters: str, rows: list[int], style: int, values: list[Value | RawCell]) -> list[str]:
        """Return the elements of one column's cells; ``rows`` and ``values`` have one length."""
        p = self._prefix
        mark = f' s="{style}"' if style else ""
        numbers = f"{mark}><{p}v>"
        close = f"</{p}v></{p}c>"
        start = f'<{p}c r="{letters}'
        tail, texts = self._tail, self._texts
        dates: dict[object, str] = {}
        out: list[str] = []
        for row, value in zip(rows, values, strict=True):
            kind = type(value)
            if kind is str:
                text = texts.get(value)  # type: ignore[arg-type] # its type was just looked at
                if text is None:
                    text = tail(value, style)[0]
                out.append(f'{start}{row}"{mark}{text}' if text else self.render(f"{letters}{row}", style, None))
            elif kind is float:
                text = repr(value)
                out.append(f'{start}{row}"{numbers}{text[:-2] if text[-2:] == ".0" else text}{close}')
            elif kind is int:
                out.append(f'{start}{row}"{numbers}{value}{close}')
            elif value is None:
                out.append(f'{start}{row}"{mark}/>' if style else "")
            elif kind is dt.date or kind is dt.datetime:
                text = dates.get(value)
                if text is None:
                    text, dated = tail(value, style)
                    text = dates[value] = f' s="{dated}"{text}' if dated else text
                out.append(f'{start}{row}"{text}')
            else:
                out.append(self.render(f"{letters}{row}", style, value))
        return out

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
        known = self._texts.get(text)
        if known is None:
            p = self._prefix
            space = ' xml:space="preserve"' if keeps_spaces(text) else ""
            body = f"<{p}is><{p}t{space}>{escape_text(text)}</{p}t></{p}is>"
            known = f' t="inlineStr">{body}</{p}c>' if text else ""
            if len(self._texts) < _REMEMBERED_TEXTS:
                self._texts[text] = known
        return known

    def _formula(self, formula: CellFormula) -> str:
        p = self._prefix
        body = f"<{p}f>{_xml_text(formula.text.removeprefix('='))}</{p}f>"
        value = plain(formula.value)
        if isinstance(value, bool):
            return f' t="b">{body}<{p}v>{int(value)}</{p}v></{p}c>'
        if isinstance(value, (int, float)):
            return f">{body}<{p}v>{number_text(value)}</{p}v></{p}c>"
        if isinstance(value, str):
            kind = "e" if value in ERRORS else "str"
            return f' t="{kind}">{body}<{p}v>{escape_text(value)}</{p}v></{p}c>'
        return f">{body}</{p}c>"


def _xml_text(text: str) -> str:
    # Formula text is plain ST_Formula: the _xHHHH_ escapes are for strings, line breaks stay as they are.
    cleaned = "".join(character for character in text if character >= " " or character in "\t\n\r")
    cleaned = cleaned.encode("utf-8", "replace").decode("utf-8")
    return cleaned.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
