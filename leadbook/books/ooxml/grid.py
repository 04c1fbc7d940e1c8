"""Where the cells of a sheet are on the screen, so that what lies over them can be placed in pixels."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_DIGIT_PIXELS = 7  # the widest digit of Calibri 11, the font that widths count in (ECMA-376 part 1, 18.3.1.13)
_USUAL_COLUMN, _USUAL_ROW = 64, 20
_COLUMN = re.compile(rb"<(?:\w+:)?col\s([^>]*?)/?>")
_ROW = re.compile(rb"<(?:\w+:)?row\s([^>]*?)/?>")
_FORMAT = re.compile(rb"<(?:\w+:)?sheetFormatPr\s([^>]*?)/?>")
_ATTRIBUTE = re.compile(rb"""([\w:]+)\s*=\s*["']([^"']*)["']""")
_ROWS_LOOKED_AT = 1 << 16  # bytes of rows; what is placed lies near the top


class Corner(NamedTuple):
    """A place in a sheet: column and row counted from 0, and the pixels beyond their beginning."""

    column: int
    column_offset: int
    row: int
    row_offset: int


class Grid(Struct):
    """The widths of a sheet's columns and the heights of its first rows, in pixels at 100 %."""

    widths: list[tuple[int, int, int]]
    heights: dict[int, int]
    usual_width: int
    usual_height: int

    @classmethod
    def read(cls, chunks: Iterable[bytes]) -> Grid:
        """Read them from a sheet's XML, of which only the beginning is looked at."""
        data = bytearray()
        rows_from = -1
        for chunk in chunks:
            data += chunk
            if rows_from < 0:
                rows_from = data.find(b"sheetData")
            if 0 <= rows_from < len(data) - _ROWS_LOOKED_AT:
                break
        head, rows = bytes(data[:rows_from]), bytes(data[rows_from:])
        found = _FORMAT.search(head)
        usual = _attributes(found[1]) if found else {}
        widths = []
        for column in _COLUMN.finditer(head):
            told = _attributes(column[1])
            first, last = int(told.get("min", "1")), int(told.get("max", "1"))
            width = 0 if told.get("hidden") in {"1", "true"} else _width(told.get("width"))
            widths.append((first - 1, last - 1, width))
        heights = {}
        for row in _ROW.finditer(rows):
            told = _attributes(row[1])
            hidden = told.get("hidden") in {"1", "true"}
            if told.get("r", "").isdigit() and (hidden or "ht" in told):
                heights[int(told["r"]) - 1] = 0 if hidden else round(float(told["ht"]) * 4 / 3)
        return cls(
            widths,
            heights,
            _width(usual.get("defaultColWidth")) if "defaultColWidth" in usual else _USUAL_COLUMN,
            round(float(usual["defaultRowHeight"]) * 4 / 3) if "defaultRowHeight" in usual else _USUAL_ROW,
        )

    def width(self, column: int) -> int:
        """Return the width of a column counted from 0."""
        return next((width for first, last, width in self.widths if first <= column <= last), self.usual_width)

    def height(self, row: int) -> int:
        """Return the height of a row counted from 0."""
        return self.heights.get(row, self.usual_height)

    def corner(self, left: int, top: int) -> Corner:
        """Return the place so many pixels from the sheet's upper left corner."""
        column = row = 0
        while left >= (width := self.width(column)) and column < 16_383:
            left -= width
            column += 1
        while top >= (height := self.height(row)) and row < 1_048_575:
            top -= height
            row += 1
        return Corner(column, left, row, top)

    def pixels(self, corner: Corner) -> tuple[int, int]:
        """Return how far a place is from the sheet's left and upper edge; an offset ends with its cell."""
        left = sum(self.width(column) for column in range(corner.column))
        top = sum(self.height(row) for row in range(corner.row))
        return (
            left + min(corner.column_offset, self.width(corner.column)),
            top + min(corner.row_offset, self.height(corner.row)),
        )


def moved(corner: Corner, old: Grid, new: Grid) -> Corner:
    """Return the place in a new grid that is on the screen where it was in the old one."""
    if all(old.width(column) == new.width(column) for column in range(corner.column + 1)) and all(
        old.height(row) == new.height(row) for row in range(corner.row + 1)
    ):
        return corner
    return new.corner(*old.pixels(corner))


def corners(numbers: Iterable[int]) -> Iterator[Corner]:
    """Yield the two places that the eight numbers of an anchor of the old kind tell."""
    words = list(numbers)
    yield Corner(*words[:4])
    yield Corner(*words[4:])


def _width(characters: str | None) -> int:
    return int((256 * float(characters or 0) + 18) / 256 * _DIGIT_PIXELS)


def _attributes(text: bytes) -> dict[str, str]:
    return {key.decode("latin-1"): value.decode("latin-1") for key, value in _ATTRIBUTE.findall(text)}
