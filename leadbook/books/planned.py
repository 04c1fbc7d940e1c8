"""The cells a save will change, kept compactly: a first refresh of a large workbook changes a million of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, TypeAlias, overload

from leadbook.books.book import CellChange
from leadbook.model.issues import column_letters

if TYPE_CHECKING:
    from leadbook.books.ooxml import Value

Staged: TypeAlias = "dict[str, dict[int, dict[int, Value]]]"
"""Sheet, then column, then row, to the value that the cell will hold."""


class PlannedCells(Sequence[CellChange]):
    """A list of changes that are spelled out only when someone looks.

    Parameters
    ----------
    staged : Staged
        Shared with the book, which goes on filling it.
    old_value : callable of (sheet, row, column)
        What a cell holds now.
    """

    def __init__(self, staged: Staged, old_value: Callable[[str, int, int], object]) -> None:
        self._staged = staged
        self._old_value = old_value

    def __len__(self) -> int:
        return sum(len(rows) for columns in self._staged.values() for rows in columns.values())

    def __iter__(self) -> Iterator[CellChange]:
        for sheet, columns in self._staged.items():
            for column in sorted(columns):
                letters = column_letters(column)
                for row, new in sorted(columns[column].items()):
                    yield CellChange(sheet, f"{letters}{row}", self._old_value(sheet, row, column), new)

    @overload
    def __getitem__(self, place: int) -> CellChange: ...
    @overload
    def __getitem__(self, place: slice) -> list[CellChange]: ...
    def __getitem__(self, place: int | slice) -> CellChange | list[CellChange]:
        return list(self)[place]
