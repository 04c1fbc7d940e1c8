"""The workbook's tables as people typed them: values through calamine, places through the package itself."""

from __future__ import annotations

import io
from collections import defaultdict
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import BookRefusedError, column_letters
from leadbook.model.tables import BookContents, CellError, RawTable

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import numpy.typing as npt
    from python_calamine import CalamineWorkbook

    from leadbook.books.ooxml import SheetScan, TableInfo, Workbook

MAX_DENSE_CELLS = 48_000_000
"""Cells of a sheet's whole rectangle that are read at most; a full sheet of 45 columns has as many."""

SPARSE_FROM_CELLS = 2_000_000
SPARSE_FACTOR = 50
"""A rectangle of so many cells, so many times the filled ones, has a stray value far from its table."""

_LAST_SERIAL = 2_958_466
"""Excel's number of 1 January 10000, the first day it does not know."""

_CHUNK_ROWS = 4_096
_FEW_WORDS = 2_048


def read_contents(source: bytes | Path, workbook: Workbook, *, name: str = "") -> BookContents:
    """Return every table of a workbook, column by column.

    Parameters
    ----------
    source : bytes or Path
        The file, or its bytes (the same that ``workbook`` was opened from).
    workbook : ooxml.Workbook
        Tells where the tables stand, which cells hold errors or formulas, and how far each sheet reaches.
    name : str
        The file's name, for sentences; a path's own name when it is left out.

    Raises
    ------
    BookRefusedError
        When a sheet that carries a table has a stray value so far out that reading it would take all memory,
        or when calamine cannot read the file.

    Notes
    -----
    calamine keeps a sheet as one dense rectangle and aborts the whole process when that is too large, so the
    true extent is measured first. Only sheets that carry tables are read.
    """
    if isinstance(source, Path):
        name = name or source.name
    tables: dict[str, RawTable] = {}
    by_sheet: defaultdict[str, list[TableInfo]] = defaultdict(list)
    for table in workbook.tables:
        by_sheet[table.sheet].append(table)
    for sheet in by_sheet:
        _check_extent(sheet, workbook.scan(sheet))
    if by_sheet:
        values = _open_values(source, name)
        for sheet, infos in by_sheet.items():
            scan = workbook.scan(sheet)
            try:
                for raw in _read_sheet(values, sheet, infos, scan):
                    tables[raw.name] = raw
            except _CannotReadError as failure:
                raise _beyond_calendar(workbook, sheet) or _unreadable(name) from failure
    return BookContents(
        name,
        # In the order of the workbook's own list, whatever sheet each stands on.
        {info.name: tables[info.name] for info in workbook.tables if info.name in tables},
        tuple(sheet.name for sheet in workbook.sheets),
        1904 if workbook.date_1904 else 1900,
    )


def _check_extent(sheet: str, scan: SheetScan) -> None:
    if scan.extent is None:
        return
    extent = scan.extent
    height = extent.last_row - extent.first_row + 1
    dense = height * (extent.last_column - extent.first_column + 1)
    sparse = dense >= SPARSE_FROM_CELLS and dense >= SPARSE_FACTOR * max(1, scan.cell_count)
    corner = f"{column_letters(extent.last_column)}{extent.last_row}"
    if sparse:
        raise BookRefusedError(
            f'Sheet "{sheet}" has a stray value far from its table (the sheet reaches to {corner}). '
            "Press Ctrl+End in Excel, delete the stray rows and columns there, save it, and run the command "
            "again."
        )
    if dense > MAX_DENSE_CELLS:
        raise BookRefusedError(
            f'Sheet "{sheet}" is too large to read: it reaches to {corner}. Move what is not leads to '
            "another sheet, or split the table, and run the command again."
        )


def _open_values(source: bytes | Path, name: str) -> CalamineWorkbook:
    from python_calamine import CalamineError, load_workbook  # noqa: PLC0415 - a book without tables needs none

    try:
        return load_workbook(source if isinstance(source, Path) else io.BytesIO(source))
    except (CalamineError, OSError, ValueError) as failure:
        raise _unreadable(name) from failure
    except BaseException as failure:
        if type(failure).__name__ != "PanicException":  # as below
            raise
        raise _unreadable(name) from failure


def _unreadable(name: str) -> BookRefusedError:
    return BookRefusedError(
        f'"{name}" cannot be read: it is damaged. Open it in Excel, let Excel repair it, '
        "save it, and run the command again."
    )


class _CannotReadError(Exception):
    """The reader of values gave up on a sheet."""


def _beyond_calendar(workbook: Workbook, sheet: str) -> BookRefusedError | None:
    """Return the refusal that names a number too large for the date or time it is shown as; None without one."""
    extent = workbook.scan(sheet).extent
    if extent is None:
        return None
    styles = workbook.cell_styles(sheet, extent)
    for (row, column), text in workbook.cell_texts(sheet, extent).items():
        if _is_enormous(text) and workbook.shows_dates(styles.get((row, column), 0)):
            return BookRefusedError(
                f'Cell {column_letters(column)}{row} on sheet "{sheet}" shows the number {text[:40]} as a date '
                "or a time, and there is none so far away. Correct the cell in Excel, save the workbook, and "
                "run the command again."
            )
    return None


def _is_enormous(text: str) -> bool:
    try:
        return not abs(float(text)) < _LAST_SERIAL
    except ValueError:
        return False


def _read_sheet(
    values: CalamineWorkbook, sheet: str, infos: Sequence[TableInfo], scan: SheetScan
) -> Iterator[RawTable]:
    from python_calamine import CalamineError  # noqa: PLC0415 - as above

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
        raise _CannotReadError from failure
    except BaseException as failure:
        # A panic inside the Rust reader is no Exception; it means the sheet's values made no sense.
        if type(failure).__name__ != "PanicException":
            raise
        raise _CannotReadError from failure
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
            self._ended = all(column[position] == "" for column in own)
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
        formulas = scan.formula_columns(self._first_row, self.last_row) if height else frozenset()
        own = range(info.first_column, info.last_column + 1)
        return RawTable(
            name=info.name,
            sheet=info.sheet,
            headers=tuple(info.columns),
            first_column=info.first_column,
            header_row=info.first_row if info.has_header else 0,
            rows=rows,
            cells=self._cells,
            last_row=self.last_row,
            formula_columns=frozenset(formulas) & frozenset(own),
            has_totals=info.has_totals,
            filtered=info.filtered,
            rows_below=self._rows_below,
        )

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
