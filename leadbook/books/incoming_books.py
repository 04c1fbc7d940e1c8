"""Tables in workbooks that a team brings: each Excel table, or each sheet's block of rows."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from leadbook.books.incoming_other import read_other_workbook
from leadbook.books.incoming_tables import IncomingTable, table_as_it_stands, tables_of
from leadbook.books.reading import MAX_DENSE_CELLS, SPARSE_FACTOR, SPARSE_FROM_CELLS
from leadbook.books.refusals import naming_refusals
from leadbook.model.issues import BookRefusedError, InputError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from python_calamine import CalamineWorkbook

    from leadbook.books.ooxml import SheetInfo, SheetScan, TableInfo, Workbook


def read_workbook(path: Path) -> list[IncomingTable]:
    """Read every table of a workbook; see ``incoming.read_incoming`` for what is raised."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - slow to load, rarely needed

    from leadbook.books.ooxml import PackageRefusedError, StrictWorkbookError, Workbook  # noqa: PLC0415 - as above

    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"There is no file {path.name}; check the path.") from None
    except PermissionError:
        raise InputError(f"{path.name} cannot be read; close it in Excel and try again.") from None
    try:
        package = Workbook.open(data, signed=True)
        values = CalamineWorkbook.from_filelike(io.BytesIO(data))
    except StrictWorkbookError:
        return read_other_workbook(path, data)
    except PackageRefusedError as refusal:
        raise BookRefusedError(f"{path.name}: {refusal}") from None
    except CalamineError as fault:
        raise BookRefusedError(
            f"{path.name} cannot be read as a workbook ({fault}); open it in Excel, save it as .xlsx and try again."
        ) from None
    found: list[IncomingTable] = []
    with naming_refusals(path.name):  # a part may be damaged, which shows when it is looked at
        for sheet in package.sheets:
            if sheet.kind == "worksheet":
                tables = [table for table in package.tables if table.sheet == sheet.name]
                found.extend(_tables_of_sheet(package, values, sheet, tables, path))
    if not found:
        raise InputError(f"{path.name} holds no table; it needs a row of headers and rows below it.")
    return found


def _tables_of_sheet(
    package: Workbook, values: CalamineWorkbook, sheet: SheetInfo, tables: Sequence[TableInfo], path: Path
) -> list[IncomingTable]:
    scan = package.scan(sheet.name)
    if scan.extent is None:
        return []
    grid, first_row, first_column = sheet_grid(values, sheet.name, scan, path.name)
    source = f"{path.name}, sheet {sheet.name}"
    found = []
    for table in tables:
        if not table.has_header:
            continue
        last = table.last_row - int(table.has_totals)
        block = _block(
            grid, table.first_row - first_row, last - first_row + 1,
            table.first_column - first_column, table.last_column - first_column + 1,
        )  # fmt: skip
        found.append(table_as_it_stands(block, table.first_row, table.name, source))
    if tables:
        return [table for table in found if table is not None]
    lines = list(range(first_row, first_row + len(grid)))
    return tables_of(grid, lines, sheet.name, source, first_column)


def _block(grid: Sequence[Sequence[object]], top: int, bottom: int, left: int, right: int) -> list[list[object]]:
    block: list[list[object]] = []
    for position in range(top, bottom):
        row = grid[position] if 0 <= position < len(grid) else ()
        block.append([row[column] if 0 <= column < len(row) else None for column in range(left, right)])
    return block


def sheet_grid(
    values: CalamineWorkbook, sheet: str, scan: SheetScan, file_name: str
) -> tuple[list[list[object]], int, int]:
    """Return a sheet's cells as rows, and the Excel row and column of the first one.

    Parameters
    ----------
    values : python_calamine.CalamineWorkbook
    sheet : str
    scan : SheetScan
        How far the sheet reaches, and how many of its cells hold something.
    file_name : str
        For the sentence.

    Raises
    ------
    BookRefusedError
        When the filled cells lie so far apart that reading them would exhaust the memory (calamine builds the
        whole rectangle between them), or when the sheet makes no sense to it.
    """
    from python_calamine import CalamineError  # noqa: PLC0415 - slow to load, rarely needed

    if scan.extent is None:
        return [], 1, 1
    first_row, first_column, last_row, last_column = scan.extent
    dense = (last_row - first_row + 1) * (last_column - first_column + 1)
    sparse = dense >= SPARSE_FROM_CELLS and dense >= SPARSE_FACTOR * max(1, scan.cell_count)
    if sparse or dense > MAX_DENSE_CELLS:
        raise BookRefusedError(
            f"{file_name}: the cells of sheet {sheet} lie too far apart to be read; delete the stray cells "
            "far below or right of the table and try again."
        )
    try:
        reader = values.get_sheet_by_name(sheet)
        rows = reader.to_python(skip_empty_area=True)
    except CalamineError as fault:
        raise BookRefusedError(
            f"{file_name}: sheet {sheet} cannot be read ({fault}); open the file in Excel, save it and try again."
        ) from None
    except BaseException as fault:
        # A panic inside the Rust reader is no Exception; it means the sheet's XML made no sense.
        if type(fault).__name__ != "PanicException":
            raise
        raise BookRefusedError(
            f"{file_name}: sheet {sheet} is damaged; open the file in Excel, let it repair the sheet, and save it."
        ) from None
    top, left = reader.start or (first_row - 1, first_column - 1)
    grid: list[list[object]] = [[None if cell == "" else cell for cell in row] for row in rows]
    return grid, top + 1, left + 1
