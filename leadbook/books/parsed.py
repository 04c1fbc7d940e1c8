"""A sheet's tables through calamine, which parses the whole sheet: for sheets written in an unusual way."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import numpy as np

from leadbook.books.careful import CannotReadError
from leadbook.books.header_rows import sums_rows_above
from leadbook.model.tables import CellError, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from python_calamine import CalamineWorkbook

    from leadbook.books.ooxml import SheetScan, TableInfo

_CHUNK_ROWS = 4_096
_FEW_WORDS = 2_048


def make_table(
    info: TableInfo, scan: SheetScan, rows: npt.NDArray[np.int64], cells: Sequence[Sequence[object]], rows_below: int
) -> RawTable:
    """Return a table whose body is read, with what is known of its place."""
    first_row, last_row = info.first_row + int(info.has_header), info.last_row - int(info.has_totals)
    formulas = scan.formula_columns(first_row, last_row) if last_row >= first_row else frozenset()
    return RawTable(
        name=info.name,
        sheet=info.sheet,
        headers=tuple(info.columns),
        first_column=info.first_column,
        header_row=info.first_row if info.has_header else 0,
        rows=rows,
        cells=cells,
        last_row=last_row,
        formula_columns=formulas & frozenset(range(info.first_column, info.last_column + 1)),
        has_totals=info.has_totals,
        filtered=info.filtered,
        rows_below=rows_below,
    )


def read_sheet(values: CalamineWorkbook, sheet: str, infos: Sequence[TableInfo], scan: SheetScan) -> Iterator[RawTable]:
    """Yield the tables of a sheet.

    Raises
    ------
    CannotReadError
        When calamine fails or panics.
    """
    from python_calamine import CalamineError  # noqa: PLC0415 - most sheets need none

    try:
        found = values.get_sheet_by_name(sheet)
        left = found.start[1] + 1 if found.start else 1
        rows = iter(found.iter_rows())
        # One pass over the sheet serves every table that stands on it.
        cuts = [_Cut(info, left) for info in infos]
        row = 1
        # One row more than the tables have: what stands directly below one was most likely meant to be in it.
        last_needed = max(cut.last_row for cut in cuts) + 1
        while row <= last_needed and (chunk := list(islice(rows, _CHUNK_ROWS))):
            columns = list(zip(*chunk, strict=True))
            for cut in cuts:
                cut.take(row, columns, len(chunk))
            row += len(chunk)
    except (CalamineError, ArithmeticError, ValueError) as failure:
        # A number beyond every calendar overflows where it is turned into a duration.
        raise CannotReadError from failure
    except BaseException as failure:
        # A panic inside the Rust reader is no Exception; it means the sheet's values made no sense.
        if type(failure).__name__ != "PanicException":
            raise
        raise CannotReadError from failure
    for cut in cuts:
        yield cut.table(scan)


class _Cut:
    """One table's block, cut out of its sheet chunk by chunk.

    Parameters
    ----------
    info : TableInfo
    left : int
        Excel column of the first value in each row that calamine gives.
    """

    def __init__(self, info: TableInfo, left: int) -> None:
        self._info = info
        self._first_row = info.first_row + int(info.has_header)
        self.last_row = info.last_row - int(info.has_totals)
        self._width = info.last_column - info.first_column + 1
        self._offset = info.first_column - left
        self._cells: list[list[object]] = [[] for _ in range(self._width)]
        # A blank cell is an empty text to calamine. Keys are texts only: as keys, TRUE and 1 would be the same.
        self._words: list[dict[object, object]] = [{"": None} for _ in range(self._width)]
        self._rows_below = 0
        self._ended = info.has_totals

    def take(self, row: int, columns: Sequence[Sequence[object]], height: int) -> None:
        """Keep this table's part of rows ``row`` to ``row + height - 1``."""
        self._look_below(row, columns, height)
        start = max(0, self._first_row - row)
        stop = min(height, self.last_row - row + 1)
        if start >= stop:
            return
        for place, cells in enumerate(self._cells):
            source = self._offset + place
            if 0 <= source < len(columns):
                cells.extend(self._tidy(place, columns[source][start:stop]))
            else:
                cells.extend([None] * (stop - start))

    def _look_below(self, row: int, columns: Sequence[Sequence[object]], height: int) -> None:
        """Count the filled rows directly below the table, up to the first blank one."""
        if self._ended:
            return
        own = columns[max(0, self._offset) : self._offset + self._width]
        for position in range(max(0, self.last_row + 1 - row), height):
            row_below = [column[position] for column in own]
            self._ended = all(cell == "" for cell in row_below) or sums_rows_above(row_below)
            if self._ended:
                return
            self._rows_below += 1

    def _tidy(self, place: int, values: Sequence[object]) -> Iterator[object]:
        """Make blanks None and keep one copy of each repeated word, while a column has few of them."""
        words = self._words[place]
        if len(words) <= _FEW_WORDS:
            for value in set(values):
                if type(value) is str:
                    words.setdefault(value, value)
        # Whatever is no known word stands for itself.
        return map(words.get, values, values)

    def table(self, scan: SheetScan) -> RawTable:
        """Return the finished table, errors marked, empty rows left out."""
        info = self._info
        height = max(0, self.last_row - self._first_row + 1)
        for cells in self._cells:
            cells.extend([None] * (height - len(cells)))
        for (row, column), code in scan.error_cells.items():
            place = column - info.first_column
            if self._first_row <= row <= self.last_row and 0 <= place < self._width:
                self._cells[place][row - self._first_row] = CellError(code)
        rows = np.arange(self._first_row, self._first_row + height, dtype=np.int64)
        rows = self._without_empty(rows)
        return make_table(info, scan, rows, self._cells, self._rows_below)

    def _without_empty(self, rows: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        empty: list[int] = list(range(len(rows)))
        for cells in self._cells:
            empty = [position for position in empty if cells[position] is None]
            if not empty:
                return rows
        kept = np.ones(len(rows), dtype=bool)
        kept[empty] = False
        chosen = np.flatnonzero(kept).tolist()
        self._cells = [[cells[position] for position in chosen] for cells in self._cells]
        return rows[kept]
