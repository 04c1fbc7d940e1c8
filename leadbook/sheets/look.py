"""How every generated sheet looks: one restrained palette, a few cell styles, number formats and widths."""

from __future__ import annotations

import datetime as dt
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from leadbook.sheets.spec import Content, Formula, Link, Style

if TYPE_CHECKING:
    from collections.abc import Sequence

INK = "#1F2933"
GREY = "#6B7785"
FAINT = "#6E7783"  # still readable on white; what is faint is told by its slant as well
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


def _padded(code: str, *, negative: str = "-", zero: str = "") -> str:
    """Return a format that keeps numbers and words a little off the right edge, and shows zero as given."""
    # A blank as wide as ")" is part of the format: some viewers lose a right-hand indent.
    zero_code = f'"{zero}"' if zero else code
    minus = f"[Red]-{code}" if negative == "red" else f"-{code}"
    return f"{code}_);{minus}_);{zero_code}_);@_)"


NOTHING = "\u2013"  # an en dash, for zero where a table would be full of noughts
MONEY = _padded("#,##0", negative="red", zero=NOTHING)
WHOLE = _padded("#,##0", zero=NOTHING)
TENTH = _padded("#,##0.0")
PERCENT = _padded("0%")
SHARE = _padded("0%", zero=NOTHING)
PERCENT_TENTH = _padded("0.0%")
TIMES = _padded('0.0" x"', zero=NOTHING)
DATE = "d mmm yyyy"
COUNT = "#,##0"
TILE_MONEY = '[>=10000000]#,##0.0,,"M";#,##0'
TILE_TIMES = '0.0" x"'
#: For the axes and labels of charts, where long numbers run into each other.
SHORT = '[>=1000000]#,##0.0,,"M";[>=10000]#,##0,"k";#,##0'
#: The same for changes, which go down as well.
SHORT_SIGNED = '[>=1000]#,##0,"k";[<=-1000]-#,##0,"k";#,##0'
#: For labels in a chart, where nought shows nothing: a bar that is not there needs no number.
COUNT_LABEL = "#,###"
SHORT_LABEL = SHORT.removesuffix("0") + "#"
SHORT_SIGNED_LABEL = SHORT_SIGNED.removesuffix("0") + "#"

BODY_SIZE = 11  # of a cell whose style names no size
TEXT = Style(color=INK, valign="center")
WRAPPED = TEXT.but(wrap=True)
TITLE = Style(bold=True, size=20, color=ACCENT, valign="center")
SUBTITLE = Style(color=GREY, valign="center")
SECTION = Style(bold=True, size=13, color=ACCENT, valign="center", border="bottom", border_color=ACCENT)
NOTE = Style(color=GREY, size=10, valign="center")
NOTE_WRAPPED = NOTE.but(wrap=True)
HEADER = Style(bold=True, color=INK, fill=HEAD, wrap=True, valign="center", border="bottom", border_color=ACCENT)
HEADER_RIGHT = HEADER.but(align="right", number="@_)")
TABLE_HEADER = Style(bold=True, color=ACCENT, fill=HEAD)
TILE_NAME = Style(color=GREY, size=10, fill=SOFT, indent=1, align="left", valign="center")
TILE_VALUE = Style(color=ACCENT, size=18, bold=True, fill=SOFT, indent=1, align="left", valign="center")
TILE_NOTE = Style(
    color=GREY, size=9, fill=SOFT, indent=1, align="left", wrap=True, valign="top", border="bottom", border_color=LINE
)
TOTAL = Style(bold=True, color=INK, border="top", border_color=INK)
LINK = Style(color="#0B5CAD", underline=True, valign="center")
CENTER = TEXT.but(align="center")
THIN_N = Style(color=FAINT, italic=True)


def number(code: str, base: Style = TEXT) -> Style:
    """Return a style for numbers of a format code, standing at the right, a little off the next column."""
    return base.but(number=code, align="right", indent=0)


def dated(base: Style = TEXT) -> Style:
    """Return a style for dates that nobody can misread (3 Nov 2026)."""
    return base.but(number=DATE, align="center")


def at_left(style: Style, *, indent: int) -> Style:
    """Return a text's style with the side it stands at settled, and clear of the column to its left.

    A text whose side is left to Excel touches that column, and the one to its right when it is Arabic or Hebrew.
    """
    return style.but(align="left", indent=indent) if not style.align and not style.indent else style


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
    elif code == TILE_MONEY and content >= 10_000_000:
        text = f"{content / 1e6:,.1f}M"
    else:
        text = f"{content:,.1f}" if code.startswith("#,##0.0") else f"{content:,.0f}"
    return text


def fitted(header: str, contents: list[Content], code: str = "", *, least: float = 8, most: float = 40) -> float:
    """Return a column's width in characters: its longest text within limits, its header and the filter button."""
    texts = {content if isinstance(content, str) else shown(content, code) for content in contents}
    longest = max((_wide(line) for text in texts for line in text.split("\n")), default=0)
    return max(min(most, longest + 2.5), least, 1.1 * len(header) + 3.5)


def width_needed(text: str) -> float:
    """Return how wide a column must be, in characters, to show a text in one line."""
    return 1.0 + sum(_word_width(word) + _SPACE for word in text.split(" "))


def _wide(line: str) -> float:
    return len(line) if line.isascii() else max(len(line), sum(map(_letter_width, line)))


def lines_needed(text: str, width: float) -> int:
    """Return how many lines a text takes in a column of a width in characters."""
    room = max(1.0, width - 0.5)
    if len(text) * (_WIDEST if text.isascii() else _IDEOGRAPH) <= room and "\n" not in text:
        return 1
    lines = 0
    for paragraph in text.split("\n"):
        filled, lines = 0.0, lines + 1
        for word in paragraph.split(" "):
            wide = _word_width(word)
            needed = wide + (_SPACE if filled else 0.0)
            if filled + needed > room and filled:
                lines, filled = lines + 1, wide
            else:
                filled += needed
            extra = int(filled // room) if filled > room else 0
            lines, filled = lines + extra, filled - extra * room
    return lines


def lines_of(contents: Sequence[Content], width: float) -> list[int]:
    """Return how many lines each content takes in a column of a width in characters."""
    texts = [content if isinstance(content, str) else shown(content) for content in contents]
    lines = {text: lines_needed(text, width) for text in set(texts)}
    return [lines[text] for text in texts]


# Widths in digits of Calibri, a little generous for the fonts that stand in for it.
_SPACE, _WIDEST, _IDEOGRAPH = 0.5, 1.75, 2.1
_LETTERS = {
    **dict.fromkeys("ijl.,:;'|!I", 0.55), **dict.fromkeys('ftr()-/"[]', 0.75), **dict.fromkeys("mw", 1.6),
    **dict.fromkeys("MW%@", _WIDEST), **dict.fromkeys("ABCDEFGHKNOPQRSUVXYZ&", 1.25),
}  # fmt: skip

_ASCII = {letter: _LETTERS.get(letter, 1.0) for letter in map(chr, range(128))}


@lru_cache(maxsize=65_536)
def _word_width(word: str) -> float:
    if word.isascii():
        return sum(map(_ASCII.__getitem__, word))
    return sum(map(_letter_width, word))


@lru_cache(maxsize=65_536)
def _letter_width(letter: str) -> float:
    """Return how wide a letter of any script is; Chinese, Japanese and Korean ones fill a square."""
    if unicodedata.east_asian_width(letter) in {"W", "F"}:
        return _IDEOGRAPH
    return 0.0 if unicodedata.combining(letter) else _LETTERS.get(letter, 1.0)
