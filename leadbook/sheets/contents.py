"""What a cell of a sheet holds: links, days, areas as formulas spell them, and the value that is seen."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from leadbook.model.issues import column_letters
from leadbook.sheets import look
from leadbook.sheets.spec import Formula, Link

if TYPE_CHECKING:
    from leadbook.sheets.spec import Area, Content, Style


def plain_day(value: object) -> dt.date:
    """Return a plain date, whatever kind of date a frame holds."""
    if isinstance(value, dt.datetime):  # pandas' Timestamp is one
        return value.date()
    if isinstance(value, dt.date):
        return value
    raise TypeError(value)


def is_link(content: Content) -> bool:
    """Whether a cell's content can be clicked."""
    return isinstance(content, Link) or (isinstance(content, Formula) and content.text.startswith("=HYPERLINK("))


def link_style(style: Style) -> Style:
    """Return a style with the colour and underline of a link."""
    return style.but(color=look.LINK.color, underline=True)


def absolute(area: Area) -> str:
    """Return an area as formulas on the same sheet spell it (``$A$5:$A$12``)."""
    first = f"${column_letters(area.first_column)}${area.first_row}"
    return f"{first}:${column_letters(area.last_column)}${area.last_row}"


def value_of(content: Content) -> Content:
    """Return what a cell shows: a formula's or link's value, else the content."""
    if isinstance(content, Formula):
        return content.value
    if isinstance(content, Link):
        return content.text
    return content
