"""Cell addresses: letters and numbers, areas, and lists of areas as Excel writes them."""

from __future__ import annotations

import re
from typing import NamedTuple, Protocol

LAST_ROW = 1_048_576
LAST_COLUMN = 16_384

_AREA = re.compile(r"\$?([A-Z]{1,3})\$?(\d{1,7})(?::\$?([A-Z]{1,3})\$?(\d{1,7}))?")


class AreaLike(Protocol):
    """Anything with the four corners of a block of cells, counted from 1 and inclusive."""

    @property
    def first_row(self) -> int:
        """Topmost row."""

    @property
    def first_column(self) -> int:
        """Leftmost column."""

    @property
    def last_row(self) -> int:
        """Bottommost row."""

    @property
    def last_column(self) -> int:
        """Rightmost column."""


class Area(NamedTuple):
    """A block of cells; rows and columns count from 1, both ends inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int

    @classmethod
    def of(cls, like: AreaLike) -> Area:
        """Copy the corners of anything that has them."""
        return cls(like.first_row, like.first_column, like.last_row, like.last_column)

    @property
    def ref(self) -> str:
        """The block as Excel writes it, ``A1`` or ``A1:C5``."""
        first = f"{letters(self.first_column)}{self.first_row}"
        last = f"{letters(self.last_column)}{self.last_row}"
        return first if first == last else f"{first}:{last}"

    def holds(self, row: int, column: int) -> bool:
        """Tell whether a cell lies in the block."""
        return self.first_row <= row <= self.last_row and self.first_column <= column <= self.last_column

    def meets(self, other: Area) -> bool:
        """Tell whether two blocks share a cell."""
        return (
            self.first_row <= other.last_row
            and other.first_row <= self.last_row
            and self.first_column <= other.last_column
            and other.first_column <= self.last_column
        )

    def joined(self, other: Area) -> Area:
        """Return the smallest block that holds both."""
        return Area(
            min(self.first_row, other.first_row),
            min(self.first_column, other.first_column),
            max(self.last_row, other.last_row),
            max(self.last_column, other.last_column),
        )


def letters(column: int) -> str:
    """Return Excel's letters of a column counted from 1."""
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        text = chr(65 + rest) + text
    return text


def column_number(text: str | bytes) -> int:
    """Return the number of a column from its letters; 0 where they are none."""
    spelled, number = (text.encode() if isinstance(text, str) else text).upper(), 0
    if not spelled.isalpha():
        return 0
    for code in spelled:
        number = number * 26 + code - 64
    return number


def parse_area(ref: str | None) -> Area | None:
    """Read ``B2`` or ``B2:D9`` (with or without ``$``); None when it is nothing of the kind."""
    found = _AREA.fullmatch(ref or "")
    if found is None:
        return None
    column, row = column_number(found[1]), int(found[2])
    other_column = column_number(found[3]) if found[3] else column
    other_row = int(found[4]) if found[4] else row
    area = Area(min(row, other_row), min(column, other_column), max(row, other_row), max(column, other_column))
    if area.first_row < 1 or area.last_row > LAST_ROW or area.last_column > LAST_COLUMN:
        return None
    return area


def parse_areas(sqref: str | None) -> list[Area]:
    """Read a space-separated list of areas, leaving out what is not one."""
    return [area for word in (sqref or "").split() if (area := parse_area(word)) is not None]
