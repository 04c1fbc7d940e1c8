"""How a generated sheet looks, in three words: its mark keeps them, so that only what differs is put on again."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.live.grids import Dress
    from leadbook.sheets.spec import Area, Sheet

_LETTERS = 12


class Look(Struct, frozen=True):
    """Everything about a sheet but what is typed: its charts, the heights of its rows, and the rest, a word each."""

    rest: str = ""
    charts: str = ""
    heights: str = ""

    @property
    def word(self) -> str:
        """The three words as one, as a mark keeps it."""
        return f"{self.rest}_{self.charts}_{self.heights}"


def look_of(sheet: Sheet, area: Area, dresses: Sequence[Dress]) -> Look:
    """Return the words that change with the looks, the rules, the charts and the sizes of a sheet."""
    heights = {row: height for row, height in sheet.heights.items() if not is_in_list(sheet, row)}
    frame = replace(sheet, cells=[], merges=[], tables=[], heights={}, charts=[])
    merges = [(merge.first_row, merge.first_column, merge.last_row, merge.last_column) for merge in sheet.merges]
    tables = [
        (table.name, table.row, table.column, table.last_row, table.last_column, table.style_name, table.banded,
         table.filter_buttons) for table in sheet.tables
    ]  # fmt: skip
    return Look(_word((area, dresses, merges, tables, frame)), _word(sheet.charts), _word(heights))


def told_look(word: str) -> Look:
    """Return the look that a mark tells; one of another version of leadbook tells none."""
    parts = word.split("_")
    return Look(*parts) if len(parts) == len(Look.__struct_fields__) else Look()


def is_in_list(sheet: Sheet, row: int) -> bool:
    """Tell whether a row is a record of a sheet's list, which Excel makes as high as it has to be."""
    return any(table.row < row <= table.row + max(1, len(table.rows)) for table in sheet.tables)


def lay_rows(spec: Sheet) -> int:
    """Return the last row a sheet spec says anything about."""
    rows = [cell.row for cell in spec.cells] + [table.last_row for table in spec.tables]
    return max([*rows, *(merge.last_row for merge in spec.merges), *spec.heights], default=1)


def _word(told: object) -> str:
    return hashlib.sha256(repr(told).encode("utf-8", "replace")).hexdigest()[:_LETTERS]
