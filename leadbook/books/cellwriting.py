"""Cells into XlsxWriter: every type as itself, text never as a formula, links within Excel's limits."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING, cast
from urllib.parse import quote

from leadbook.books.formats import formula_text, is_blank, safe_text
from leadbook.sheets.spec import PLAIN, Formula, Link, Style

if TYPE_CHECKING:
    from leadbook.books.formats import Formats
    from leadbook.books.generated_pages import GeneratedPage
    from leadbook.sheets.spec import Content, Scalar

MAX_LINKS = 65_530
"""Links that a sheet can hold; further cells show their text without one."""

LINK = Style(color="#0563C1", underline=True)
_HOST = re.compile(r"[\w-]+(\.[\w-]+)*(:\d{1,5})?$", re.ASCII)
_UNQUOTED = "%/:?#@!$&'()*+,;=~-._"
_TIP_UNITS = 255
_ADDRESS_UNITS = 2_079
_DATE = "yyyy-mm-dd"
_DATE_TIME = "yyyy-mm-dd hh:mm"
_START_1900 = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - Excel's days have no time zone
_START_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - as above


class CellWriter:
    """Writes the cells of one sheet.

    Parameters
    ----------
    page : GeneratedPage
    formats : Formats
    date_1904 : bool
        Whether dates count from 1904.
    """

    def __init__(self, page: GeneratedPage, formats: Formats, *, date_1904: bool = False) -> None:
        self._page = page
        self._date_1904 = date_1904
        self._formats = formats
        self._links = 0

    def write(self, row: int, column: int, content: Content, style: Style = PLAIN, table: str = "") -> None:
        """Write one cell; row and column from 1, ``table`` the table it stands in."""
        if isinstance(content, Link):
            self._write_link(row, column, content, style)
        elif isinstance(content, Formula):
            number = number_of(content.value)
            self._page.write_formula(
                row - 1,
                column - 1,
                formula_text(content.text, table),
                self._formats.cell(style, number),
                _cached(content.value, date_1904=self._date_1904),
            )
        else:
            self._write_scalar(row, column, content, style)

    def _write_scalar(self, row: int, column: int, value: Scalar, style: Style) -> None:
        page = self._page
        if is_blank(value):
            page.write_blank(row - 1, column - 1, None, self._formats.cell(style))
        elif isinstance(value, str):
            text = safe_text(value)
            if text:
                page.put_text(row - 1, column - 1, text, self._formats.cell(style))
        elif isinstance(value, bool):
            page.write_boolean(row - 1, column - 1, value, self._formats.cell(style))
        elif isinstance(value, dt.date):
            # A number in a cell without a date format would be read as a number.
            shown = self._formats.cell(style, number_of(value))
            serial = serial_number(value, date_1904=self._date_1904)
            if serial >= 1:
                page.write_number(row - 1, column - 1, serial, shown)
            else:
                page.write_string(row - 1, column - 1, value.isoformat(), self._formats.cell(style))
        else:
            page.write_number(row - 1, column - 1, value, self._formats.cell(style))

    def _write_link(self, row: int, column: int, link: Link, style: Style) -> None:
        target = link_target(link.target)
        shown = LINK if style == PLAIN else style
        if not target or self._links >= MAX_LINKS:
            self._write_scalar(row, column, link.text, style)
            return
        text = link.text if isinstance(link.text, str) and link.text else link.target
        self._page.write_url(
            row - 1,
            column - 1,
            target,
            self._formats.cell(shown),
            safe_text(text),
            safe_text(link.tip, _TIP_UNITS) or None,
        )
        self._links += 1
        if not isinstance(link.text, str) or not link.text:
            self._write_scalar(row, column, link.text, shown)


def link_target(target: str) -> str:
    """Return a link as XlsxWriter takes it; "" when it leads nowhere: Excel repairs a file with a bad one."""
    target = safe_text(target.strip())
    scheme, colon, rest = target.partition(":")
    if scheme.casefold() in {"http", "https"} and rest.startswith("//"):
        host = re.split(r"[/?#]", rest[2:], maxsplit=1)[0]
        if not _HOST.match(host):
            return ""
        target = scheme.casefold() + colon + quote(rest, safe=_UNQUOTED)
    elif scheme.casefold() == "mailto":
        if not rest or rest != rest.strip():
            return ""
        target = "mailto:" + quote(rest, safe=_UNQUOTED)
    elif scheme == "file" and colon:
        # XlsxWriter parts path and cell at the first "#", and takes "%" for an escape.
        path, mark, cell = rest.partition("#")
        if not path or not mark or "#" in cell or "%" in path or path.startswith("/") or ":" in path:
            return ""
        target = f"external:{path}#{cell}"
    elif "!" in target:
        target = f"internal:{target}"
    else:
        return ""
    return target if len(target) <= _ADDRESS_UNITS else ""


def _cached(value: Scalar, *, date_1904: bool) -> str | float:
    if is_blank(value):
        return ""
    if isinstance(value, dt.date):
        return serial_number(value, date_1904=date_1904)
    return safe_text(value) if isinstance(value, str) else cast("float", value)


def serial_number(day: dt.date, *, date_1904: bool = False) -> float:
    """Return the number Excel keeps for a day, with its time as a fraction.

    Notes
    -----
    The 1900 system counts a 29 February 1900 that never was, so it is right from 1 March 1900 on.
    """
    moment = day.replace(tzinfo=None) if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time())
    passed = moment - (_START_1904 if date_1904 else _START_1900)
    return passed.days + passed.seconds / 86_400


def number_of(value: Scalar) -> str:
    """Return the number format that shows a day or a moment as one; "" for any other value."""
    if isinstance(value, dt.datetime):
        return _DATE_TIME if (value.hour, value.minute, value.second) != (0, 0, 0) else _DATE
    return _DATE if isinstance(value, dt.date) else ""
