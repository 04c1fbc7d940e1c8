"""The workbook's tables as people typed them: values through calamine, places through the package itself."""

from __future__ import annotations

import io
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.books.careful import CannotReadError
from leadbook.books.coded import SheetTables, ValueBook
from leadbook.books.parsed import make_table, read_sheet
from leadbook.model.issues import BookRefusedError, column_letters
from leadbook.model.tables import BookContents, RawTable
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Sequence

    from python_calamine import CalamineWorkbook

    from leadbook.books.ooxml import SheetScan, SheetValues, TableInfo, Workbook

MAX_DENSE_CELLS = 48_000_000
"""Cells of a sheet's whole rectangle that are read at most; a full sheet of 45 columns has as many."""

SPARSE_FROM_CELLS = 2_000_000
SPARSE_FACTOR = 50
"""A rectangle of so many cells, so many times the filled ones, has a stray value far from its table."""

_LAST_SERIAL = 2_958_466
"""Excel's number of 1 January 10000, the first day it does not know."""


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
    A sheet written as programs usually do is read as arrays. Any other is read by calamine, which keeps a sheet as
    one dense rectangle and aborts the whole process when that is too large, so the true extent is measured first.
    Only sheets that carry tables are read.
    """
    if isinstance(source, Path):
        name = name or source.name
    tables: dict[str, RawTable] = {}
    by_sheet: defaultdict[str, list[TableInfo]] = defaultdict(list)
    for table in workbook.tables:
        _check_width(table)
        by_sheet[table.sheet].append(table)
    values = ValueBook(workbook)
    slow: CalamineWorkbook | None = None
    for sheet, infos in by_sheet.items():
        arrays = workbook.read_values(sheet)
        scan = workbook.scan(sheet)
        _check_extent(sheet, scan)
        found = None if arrays is None else _cut_tables(values, arrays, infos, scan)
        if found is None:
            slow = slow or _open_values(source, name)
            try:
                found = list(read_sheet(slow, sheet, infos, scan))
            except CannotReadError as failure:
                raise _beyond_calendar(workbook, sheet) or _unreadable(name) from failure
        tables.update((raw.name, replace(raw, kept_as_text=partial(_kept_as_text, workbook, raw))) for raw in found)
    return BookContents(
        name,
        # In the order of the workbook's own list, whatever sheet each stands on.
        {info.name: tables[info.name] for info in workbook.tables if info.name in tables},
        tuple(sheet.name for sheet in workbook.sheets),
        1904 if workbook.date_1904 else 1900,
    )


def _kept_as_text(workbook: Workbook, table: RawTable, column: int) -> frozenset[int]:
    """Return the rows of a column whose text Excel never takes for a formula."""
    rows = set(workbook.scan(table.sheet).formula_rows(column))
    if len(table.rows):
        area = Area(int(table.rows[0]), column, table.last_row, column)
        styles = workbook.cell_styles(table.sheet, area)
        rows.update(row for (row, _), style in styles.items() if workbook.keeps_text(style))
    return frozenset(rows)


def _check_width(table: TableInfo) -> None:
    width = table.last_column - table.first_column + 1
    if len(table.columns) != width:
        raise BookRefusedError(
            f'The table {table.name} on sheet "{table.sheet}" names {len(table.columns)} columns and is {width} wide, '
            "so the file is damaged. Open it in Excel, let Excel repair it, save it, and run the command again."
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


def _cut_tables(
    book: ValueBook, values: SheetValues, infos: Sequence[TableInfo], scan: SheetScan
) -> list[RawTable] | None:
    """Return the tables of a sheet that was read as arrays; None when they take calamine after all."""
    found: list[RawTable] = []
    try:
        sheet = SheetTables(book, values)
        for info in infos:
            first_row, last_row = info.first_row + int(info.has_header), info.last_row - int(info.has_totals)
            rows, cells = sheet.cut(info, first_row, last_row)
            below = 0 if info.has_totals else sheet.count_below(info)
            found.append(make_table(info, scan, rows, cells, rows_below=below))
    except CannotReadError:
        return None
    return found
