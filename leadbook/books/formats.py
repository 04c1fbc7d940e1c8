"""What a cell becomes in XlsxWriter: its format, its text made safe, its formula as the file spells it."""

from __future__ import annotations

import math
import re
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from leadbook.sheets.spec import PLAIN, Style

if TYPE_CHECKING:
    from collections.abc import Callable

    from xlsxwriter.format import Format
    from xlsxwriter.workbook import Workbook

MAX_CELL_UNITS = 32_767
"""UTF-16 units that a cell holds at most."""

_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_LITERAL = re.compile(r'("(?:[^"]|"")*")')
_ARRAYS = re.compile(
    r"\b(?:ANCHORARRAY|BYCOL|BYROW|CHOOSECOLS|CHOOSEROWS|DROP|EXPAND|FILTER|HSTACK|LAMBDA|LET|MAKEARRAY|MAP"
    r"|RANDARRAY|REDUCE|SCAN|SEQUENCE|SORT|SORTBY|TAKE|TEXTSPLIT|TOCOL|TOROW|UNIQUE|VSTACK|WRAPCOLS|WRAPROWS"
    r"|XLOOKUP|XMATCH)\("
)
# Functions newer than the file format carry a prefix in the file that Excel hides (MS-XLSX 2.2.2).
_NEWER = re.compile(
    r"(?<![\w.])(AGGREGATE|CEILING\.MATH|CONCAT|DAYS|FLOOR\.MATH|FORECAST\.LINEAR|IFNA|IFS|ISOWEEKNUM|MAXIFS"
    r"|MINIFS|MODE\.SNGL|NUMBERVALUE|PERCENTILE\.EXC|PERCENTILE\.INC|QUARTILE\.INC|RANK\.AVG|RANK\.EQ|STDEV\.P"
    r"|STDEV\.S|SWITCH|TEXTJOIN|VAR\.P|VAR\.S|XOR)\("
)
_OWN_ROW = re.compile(r"(?P<table>[^\W\d][\w.]*)?\[@(?:\[(?P<quoted>(?:'.|[^'\[\]])*)\]|(?P<bare>[^\[\]]*))\]")


def shorten(text: str, units: int = MAX_CELL_UNITS) -> str:
    """Return a text that fits in so many UTF-16 units, its cut end shown by an ellipsis."""
    # Only characters beyond the basic plane take two units, so most texts are settled by their length.
    if len(text) * 2 <= units or _units(text) <= units:
        return text
    kept = text[: units - 1]
    while _units(kept) > units - 1:
        kept = kept[: -max(1, (_units(kept) - units + 2) // 2)]
    return kept + "…"


def _units(text: str) -> int:
    return len(text) + sum(character > "\uffff" for character in text)


def safe_text(text: str, units: int = MAX_CELL_UNITS) -> str:
    """Return a text as a generated sheet may hold it: no control characters, not too long."""
    if not text.isprintable():
        text = _FORBIDDEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))
    return shorten(text, units)


def is_blank(value: object) -> bool:
    """Whether a value is shown as an empty cell: None, "", NaN, infinity and pandas' missing values."""
    if value is None:
        return True
    if isinstance(value, str):
        return not value
    if isinstance(value, float):
        return not math.isfinite(value)
    if type(value).__name__ in {"NAType", "NaTType"}:  # pandas' own, told by name to spare its import
        return True
    return bool(value != value)  # noqa: PLR0124 - numpy's NaN and NaT alone differ from themselves


def formula_text(text: str, table: str = "") -> str:
    """Return a formula as the file format spells it.

    Parameters
    ----------
    text : str
        As a person types it in Excel, beginning with "=".
    table : str
        The table the cell stands in, which ``[@Amount]`` and ``[Amount]`` then mean; "" for none.

    Returns
    -------
    str
        ``[@Amount]`` becomes ``Leads[[#This Row],[Amount]]``, newer functions get their prefix.

    Raises
    ------
    ValueError
        For a function that spills over cells: a workbook without the metadata part would show it wrong.
    """
    if not text.startswith("="):
        raise ValueError(f"a formula begins with '=': {text!r}")
    outside = text.split('"')[::2]  # a doubled quote inside a text leaves nothing outside
    if text.count('"') % 2 == 0 and _is_plain("".join(outside)):
        return text
    parts = _LITERAL.split(text)
    for position in range(0, len(parts), 2):
        part = parts[position]
        if _ARRAYS.search(part):
            raise ValueError(f"a dynamic array function cannot stand in a generated sheet: {text!r}")
        part = _OWN_ROW.sub(lambda found: _own_row(found, table), part)
        if table:
            part = _own_columns(part, table)
        parts[position] = _NEWER.sub(r"_xlfn.\1(", part)
    return "".join(parts)


@lru_cache(maxsize=1024)
def _is_plain(skeleton: str) -> bool:
    """Tell whether a formula without its texts is spelled in the file as on screen: a sheet's links are all alike."""
    return "[" not in skeleton and not _ARRAYS.search(skeleton) and not _NEWER.search(skeleton)


def _own_columns(part: str, table: str) -> str:
    """Put the table's name before each bare ``[Column]``, which stands outside every other bracket."""
    pieces: list[str] = []
    depth = 0
    for position, character in enumerate(part):
        if character == "[":
            before = part[position - 1] if position else ""
            if depth == 0 and not (before.isalnum() or before in {"_", "."}):
                pieces.append(table)
            depth += 1
        elif character == "]":
            depth -= 1
        pieces.append(character)
    return "".join(pieces)


def _own_row(found: re.Match[str], table: str) -> str:
    name = found["table"] or table
    column = found["quoted"] if found["quoted"] is not None else found["bare"]
    return f"{name}[[#This Row],[{column}]]"


class Formats:
    """The formats of one workbook, each style made once.

    Parameters
    ----------
    book : xlsxwriter.Workbook
    """

    def __init__(self, book: Workbook) -> None:
        self._add: Callable[[dict[str, Any]], Format] = book.add_format
        self._made: dict[tuple[Style, str], Format] = {}
        # Looked up by identity first: hashing a style's many fields for every cell takes longer than writing it.
        self._known: dict[tuple[int, str], tuple[Style, Format | None]] = {}

    def cell(self, style: Style, number: str = "") -> Format | None:
        """Return the format of a cell; ``number`` is used when the style names no number format."""
        known = self._known.get((id(style), number))
        if known is not None:
            return known[1]
        made: Format | None = None
        if style != PLAIN or number:
            key = (style, number)
            if key not in self._made:
                self._made[key] = self._add(_properties(style, number))
            made = self._made[key]
        self._known[id(style), number] = style, made  # the style is kept, so its identity stays its own
        return made

    def rule(self, style: Style) -> Format:
        """Return the format that a conditional format lays over a cell: only what the style names."""
        key = (style, "\0rule")
        if key not in self._made:
            chosen: dict[str, Any] = {}
            if style.bold:
                chosen["bold"] = True
            if style.italic:
                chosen["italic"] = True
            if style.color:
                chosen["font_color"] = style.color
            if style.fill:
                chosen["bg_color"] = style.fill
            self._made[key] = self._add(chosen)
        return self._made[key]


def _properties(style: Style, number: str) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "num_format": style.number or number,
        "bold": style.bold,
        "italic": style.italic,
        "font_size": style.size,
        "font_color": style.color,
        "bg_color": style.fill,
        "align": style.align,
        "valign": {"center": "vcenter"}.get(style.valign, style.valign),
        "text_wrap": style.wrap,
        "indent": style.indent,
        "underline": 1 if style.underline else 0,
    }
    if style.fill:
        chosen["pattern"] = 1
    if style.border:
        sides = ("top", "bottom", "left", "right") if style.border == "all" else (style.border,)
        for side in sides:
            chosen[side] = 1
            chosen[f"{side}_color"] = style.border_color
    return {name: value for name, value in chosen.items() if value}
