"""How every generated sheet looks: one restrained palette, a few cell styles, number formats and widths."""

from __future__ import annotations

import datetime as dt

from leadbook.sheets.spec import Content, Formula, Link, Style

INK = "#1F2933"
GREY = "#6B7785"
FAINT = "#9AA5B1"
LINE = "#D5DBE1"
SOFT = "#F3F6F9"
HEAD = "#E4EBF2"
ACCENT = "#1F4E79"
BLUE = "#2F7DB8"
SKY = "#8DBDE0"
MIST = "#CBD8E4"
GOLD = "#D9902F"
RED, RED_SOFT = "#A4262C", "#FBE3E4"
AMBER, AMBER_SOFT = "#8A5A00", "#FFF1D6"
GREEN, GREEN_SOFT = "#22683A", "#E0F2E5"

#: Colours of the forecast categories, from the surest to the least sure.
CATEGORY_COLORS = {"Closed": ACCENT, "Commit": BLUE, "Best case": SKY, "Pipeline": MIST}

MONEY = "#,##0;[Red]-#,##0"
WHOLE = "#,##0"
TENTH = "#,##0.0"
PERCENT = "0%"
PERCENT_TENTH = "0.0%"
DATE = "d mmm yyyy"
TIMES = '0.0" x"'

TEXT = Style(color=INK, valign="center")
WRAPPED = TEXT.but(wrap=True)
TITLE = Style(bold=True, size=20, color=ACCENT, valign="center")
SUBTITLE = Style(color=GREY, valign="center")
SECTION = Style(bold=True, size=13, color=ACCENT, valign="center", border="bottom", border_color=ACCENT)
NOTE = Style(color=GREY, size=9, valign="center")
NOTE_WRAPPED = NOTE.but(wrap=True)
HEADER = Style(bold=True, color=INK, fill=HEAD, wrap=True, valign="center", border="bottom", border_color=ACCENT)
HEADER_RIGHT = HEADER.but(align="right", indent=1)
TABLE_HEADER = Style(bold=True, color=ACCENT, fill=HEAD)
TILE_NAME = Style(color=GREY, size=10, fill=SOFT, indent=1, align="left", valign="center")
TILE_VALUE = Style(color=ACCENT, size=18, bold=True, fill=SOFT, indent=1, align="left", valign="center")
TILE_NOTE = Style(
    color=GREY, size=8, fill=SOFT, indent=1, align="left", wrap=True, valign="top", border="bottom", border_color=LINE
)
TOTAL = Style(bold=True, color=INK, border="top", border_color=INK)
LINK = Style(color="#0B5CAD", underline=True, valign="center")
CENTER = TEXT.but(align="center")
THIN_N = Style(color=FAINT, italic=True)

_NUMBERS = {"%": PERCENT, "currency": WHOLE, "currency/day": WHOLE, "days": TENTH, "hours": TENTH, "count": WHOLE}


def number(code: str, base: Style = TEXT) -> Style:
    """Return a style for numbers of a format code, standing at the right, a little off the next column."""
    return base.but(number=code, align="right", indent=1)


def dated(base: Style = TEXT) -> Style:
    """Return a style for dates that nobody can misread (3 Nov 2026)."""
    return base.but(number=DATE, align="center")


def unit_format(unit: str) -> str:
    """Return the number format of a measure's unit."""
    return _NUMBERS.get(unit, "General")


def shown(content: Content, code: str = "") -> str:
    """Return roughly what a cell will show, to measure its width."""
    if isinstance(content, Formula | Link):
        return shown(content.value if isinstance(content, Formula) else content.text, code)
    if isinstance(content, dt.date):
        text = "30 Nov 2026"
    elif content is None or isinstance(content, str | bool):
        text = "" if content is None else str(content)
    elif "%" in code:
        text = f"{content * 100:.1f}%"
    else:
        text = f"{content:,.1f}" if code.startswith("#,##0.0") else f"{content:,.0f}"
    return text


def fitted(header: str, contents: list[Content], code: str = "", *, least: float = 8, most: float = 40) -> float:
    """Return a column's width in characters: its longest text within limits, its header and the filter button."""
    longest = max((len(line) for content in contents for line in shown(content, code).split("\n")), default=0)
    return max(min(most, longest + 2.5), least, 1.1 * len(header) + 3.5)


def lines_needed(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width in characters."""
    room = max(1.0, width * 1.03 - 1)
    lines = 0
    for paragraph in text.split("\n"):
        filled, lines = 0, lines + 1
        for word in paragraph.split(" "):
            needed = len(word) + (1 if filled else 0)
            if filled + needed > room and filled:
                lines, filled = lines + 1, len(word)
            else:
                filled += needed
            extra = int(filled // room) if filled > room else 0
            lines, filled = lines + extra, filled - int(extra * room)
    return lines
