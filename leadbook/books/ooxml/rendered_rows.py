"""The edited rows of a sheet, rendered column by column a batch at a time, so that memory stays low."""

from __future__ import annotations

from bisect import bisect_left
from itertools import repeat
from typing import TYPE_CHECKING, NamedTuple, cast

from leadbook.books.ooxml.addresses import letters

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leadbook.books.ooxml.cell_writer import CellWriter
    from leadbook.books.ooxml.edits import CellEdits, ColumnCells
    from leadbook.books.ooxml.values import RawCell, Value

BATCH = 4096


class KeptStyle(NamedTuple):
    """A value whose cell keeps the style it has, which is known only when the cell goes by."""

    value: Value | RawCell


class RowEdit(NamedTuple):
    """One row's new cells, rendered, one for each edited column of the sheet; None leaves a cell alone.

    ``blob`` is all of them joined, None when a cell keeps a style that is not known yet; ``complete`` tells
    that the row has a new cell for each edited column, so that its blob can take the place of what is there.
    """

    row: int
    cells: tuple[str | KeptStyle | None, ...]
    blob: str | None
    complete: bool


class _Batch(NamedTuple):
    """Some rows in a row: their numbers, what follows them in each edited column, and the cells of each row joined."""

    rows: list[int]
    columns: list[list[str | KeptStyle | None]]
    blobs: Sequence[str | None]
    complete: bool


class RenderedRows:
    """A sheet's row edits in order, of which one waits until its row comes by.

    ``row`` is the number of the row that waits, None when there is none left.
    """

    def __init__(self, edits: CellEdits, writer: CellWriter) -> None:
        self._edits = edits
        self._writer = writer
        self.columns = sorted(edits.columns)
        self.names = [letters(column) for column in self.columns]
        self._openings = [writer.opening(name) for name in self.names]
        self._rows = edits.rows()
        self._next = self._at = 0
        self._batch = _Batch([], [], [], complete=False)
        self.row: int | None = None
        self._settle()

    def take(self) -> RowEdit:
        """Return the edit that waits; the next one waits then."""
        edit = self.edit(0)
        self.skip(1)
        return edit

    def edit(self, offset: int) -> RowEdit:
        """Return one of the edits that wait `ahead`."""
        batch, at = self._batch, self._at + offset
        row = batch.rows[at]
        rests = [column[at] for column in batch.columns]
        cells = [f"{start}{row}{rest}" if isinstance(rest, str) and rest else rest
                 for start, rest in zip(self._openings, rests, strict=True)]  # fmt: skip
        return RowEdit(row, tuple(cells), batch.blobs[at], batch.complete)

    def ahead(self) -> tuple[list[int], Sequence[str | None]]:
        """Return the rows that wait next, as far as they are rendered, and their joined cells."""
        return self._batch.rows[self._at :], self._batch.blobs[self._at :]

    def skip(self, count: int) -> None:
        """Pass over some of the rows that wait `ahead`: they are dealt with."""
        self._at += count
        self._settle()

    def _settle(self) -> None:
        if self._at == len(self._batch.rows):
            rows = self._rows[self._next : self._next + BATCH]
            self._next += len(rows)
            self._at = 0
            self._batch = self._rendered(rows)
        self.row = self._batch.rows[self._at] if self._batch.rows else None

    def _rendered(self, rows: list[int]) -> _Batch:
        styled = complete = True
        columns: list[list[str | KeptStyle | None]] = []
        for index in range(len(self.columns)):
            rests, has_styles, is_full = self._column(index, rows)
            columns.append(rests)
            styled, complete = styled and has_styles, complete and is_full
        if not styled:
            return _Batch(rows, columns, [None] * len(rows), complete=False)
        return _Batch(rows, columns, self._joined(rows, columns), complete)

    def _joined(self, rows: list[int], columns: list[list[str | KeptStyle | None]]) -> list[str]:
        """Return the cells of each row joined: pieces of all of them at once, for there may be millions."""
        numbers = list(map(str, rows))
        pieces: list[Iterable[str]] = []
        for start, rests in zip(self._openings, columns, strict=True):
            if None in rests or "" in rests:
                pieces.append([f"{start}{row}{rest}" if rest else "" for row, rest in zip(numbers, rests, strict=True)])
            else:
                pieces += (repeat(start, len(rows)), numbers, cast("list[str]", rests))
        return list(map("".join, zip(*pieces, strict=True)))

    def _column(self, index: int, rows: list[int]) -> tuple[list[str | KeptStyle | None], bool, bool]:
        """Render one column of a batch; tell whether each cell has its style, and whether each row has a cell."""
        out: list[str | KeptStyle | None] = [None] * len(rows)
        styled, full = True, False
        for layer in self._edits.columns[self.columns[index]]:
            low, high = bisect_left(rows, layer.first_row), bisect_left(rows, layer.last_row + 1)
            if low == high:
                continue
            places: Sequence[int] = range(low, high)
            wanted = rows[low:high]
            if not _fills(layer, wanted):
                places = [place for place in places if rows[place] in layer.cells]
                wanted = [rows[place] for place in places]
            values = layer.values_of(wanted)
            cells: list[str | KeptStyle | None]
            if layer.style is None:
                styled, cells = False, [KeptStyle(value) for value in values]
            else:
                cells = [*self._writer.rests(values, layer.style)]
            if len(places) == len(rows):
                out, full = cells, True
                continue
            for place, cell in zip(places, cells, strict=True):
                out[place] = cell
        return out, styled, full


def _fills(layer: ColumnCells, rows: list[int]) -> bool:
    """Tell whether a layer has a cell in each of some rows that it reaches over."""
    return layer.last_row - layer.first_row + 1 == len(layer.cells) or layer.cells.keys() >= set(rows)
