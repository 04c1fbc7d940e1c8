"""A team's own workbook: blocks of rows that are no Excel table yet, and making one of them a table."""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.books.closed import ClosedBook
from leadbook.books.header_rows import Found, find_table, is_blank
from leadbook.books.incoming_books import sheet_grid
from leadbook.books.opening import read_file
from leadbook.books.reading import read_contents
from leadbook.model.issues import BookRefusedError, InputError, column_letters
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@dataclass(frozen=True)
class PlainRange:
    """A header row with rows below it on a sheet, which is no Excel table.

    Parameters
    ----------
    sheet : str
    area : Area
        Header row to last row, totals and closing lines excluded.
    headers : tuple of str
    columns : list of lists
        The values below each header, empty rows left out.
    notes : tuple of str
        What around it is no part of it.
    problem : str
        Why it cannot be made a table, in one sentence that says what to do; "" when it can.
    """

    sheet: str
    area: Area
    headers: tuple[str, ...]
    columns: list[list[object]]
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def reference(self) -> str:
        """``A5:H120``."""
        area = self.area
        return f"{column_letters(area.first_column)}{area.first_row}:{column_letters(area.last_column)}{area.last_row}"


class AdoptedBook(ClosedBook):
    """A workbook whose leads may stand in plain cells."""

    @classmethod
    def open(cls, path: Path, *, write_protected: bool = False) -> AdoptedBook:
        """Read a workbook, as ``ClosedBook.open`` does."""
        return cls(path, read_file(path), write_protected=write_protected)

    def plain_ranges(self, sheet: str = "") -> list[PlainRange]:
        """Return the blocks of rows on each sheet without tables, or on one sheet.

        Raises
        ------
        InputError
            When there is no such sheet.
        BookRefusedError
            When a sheet named here cannot be read safely.
        """
        from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only where there is no table

        workbook = self._draft.workbook
        names = [info.name for info in workbook.sheets if info.kind == "worksheet"]
        if sheet:
            wanted = [name for name in names if name.casefold() == sheet.casefold()]
            if not wanted:
                raise InputError(f'There is no sheet "{sheet}"; the sheets are: {", ".join(names)}.')
            names = wanted
        with_tables = {table.sheet for table in workbook.tables}
        values = CalamineWorkbook.from_filelike(io.BytesIO(self._draft.data))
        found: list[PlainRange] = []
        for name in names:
            scan = workbook.scan(name)
            if scan.extent is None or (name in with_tables and not sheet):
                continue
            grid, top, left = sheet_grid(values, name, scan, self.path.name)
            merges = [tuple(merge) for merge in scan.merges]
            found += ranges_of(name, grid, top, left, merges)
        return found

    def make_table(self, block: PlainRange, name: str) -> None:
        """Make a block an Excel table where it stands, in its own colours; its cells stay as they are.

        Raises
        ------
        BookRefusedError
            When headers are merged, blank or repeated, or the sheet is protected.
        """
        if block.problem:
            raise BookRefusedError(f'"{self.path.name}": {block.problem}')
        self._draft.refuse_protected(block.sheet)
        with self._draft.sentences():
            self._draft.workbook.add_table(block.sheet, block.area, name)
        self._draft.contents = read_contents(self._draft.data, self._draft.workbook, name=self.path.name)

    def free_table_name(self, wanted: str) -> str:
        """Return a name that no table and no defined name has, without regard to case."""
        workbook = self._draft.workbook
        taken = {table.name.casefold() for table in workbook.tables}
        taken |= {defined.name.casefold() for defined in workbook.defined_names.values()}
        name, number = wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted}{number}"
        return name


def ranges_of(
    sheet: str,
    grid: Sequence[Sequence[object]],
    top: int,
    left: int,
    merges: Sequence[tuple[int, ...]] = (),
) -> list[PlainRange]:
    """Return the blocks of a sheet's cells: each unbroken run of headers in the header row, with what is below.

    Parameters
    ----------
    grid : sequence of rows
    top, left : int
        Excel row and column of the grid's first cell.
    merges : sequence of (first row, first column, last row, last column)
        Merged cells of the sheet.
    """
    found = find_table(grid)
    if found is None or found.end <= found.header + 1:
        return []
    header_row = grid[found.header]
    body = grid[found.header + 1 : found.end]
    width = max(len(row) for row in grid)

    def filled(position: int) -> bool:
        return any(position < len(row) and not is_blank(row[position]) for row in body)

    def header(position: int) -> object:
        return header_row[position] if position < len(header_row) else None

    runs: list[list[int]] = []
    run: list[int] = []
    for position in range(width + 1):
        if position < width and (not is_blank(header(position)) or filled(position)):
            run.append(position)
            continue
        if any(not is_blank(header(place)) for place in run):
            runs.append(run)
        run = []
    for run in runs:
        while is_blank(header(run[0])):
            run.pop(0)  # a note in a margin without a header is no column
    blocks = [_block(sheet, _Grid(grid, top, left), found, run, merges) for run in runs]
    return [block for block in blocks if any(value is not None for values in block.columns for value in values)]


@dataclass(frozen=True)
class _Grid:
    """A sheet's cells, and the Excel row and column of the first one."""

    cells: Sequence[Sequence[object]]
    top: int
    left: int

    def at(self, row: int, position: int) -> object:
        """Return a cell by its position in the grid; None when it is blank."""
        value = self.cells[row][position] if position < len(self.cells[row]) else None
        return None if is_blank(value) else value


def _block(sheet: str, grid: _Grid, found: Found, run: Sequence[int], merges: Sequence[tuple[int, ...]]) -> PlainRange:
    filled = [
        row
        for row in range(found.header + 1, len(grid.cells))
        if any(grid.at(row, position) is not None for position in run)
    ]
    rows = [row for row in filled if row < found.end]
    below = [row for row in filled if row >= found.end]
    last = rows[-1] if rows else found.header
    headers = tuple(str(grid.at(found.header, position) or "") for position in run)
    area = Area(grid.top + found.header, grid.left + run[0], grid.top + last, grid.left + run[-1])
    notes: tuple[str, ...] = ()
    if below:
        row = grid.top + below[0]
        told = (
            f"Row {row} below the leads on sheet {sheet} is no part of them, and leaves no room for new ones; move it "
            "above the headers, or use the table's own total row."
        )
        notes = (told,)
    columns = [[grid.at(row, position) for row in rows] for position in run]
    return PlainRange(sheet, area, headers, columns, notes, _problem(sheet, headers, area, merges))


def _problem(sheet: str, headers: Sequence[str], area: Area, merges: Sequence[tuple[int, ...]]) -> str:
    for top, left, bottom, right in merges:
        meets = (
            top <= area.last_row
            and bottom >= area.first_row
            and left <= area.last_column
            and right >= area.first_column
        )
        if meets:
            cells = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
            return (
                f"Cells {cells} on sheet {sheet} are merged, and a table cannot hold merged cells; unmerge them in "
                "Excel (Home, Merge & Center) and run the command again."
            )
    seen: dict[str, int] = {}
    for place, header in enumerate(headers):
        address = f"{column_letters(area.first_column + place)}{area.first_row}"
        if not header:
            return (
                f"Cell {address} on sheet {sheet} has values below it but no header; type one and run the command "
                "again."
            )
        if header.casefold() in seen:
            first = f"{column_letters(area.first_column + seen[header.casefold()])}{area.first_row}"
            return (
                f'The header "{header}" stands twice on sheet {sheet} ({first} and {address}); rename one and run the '
                "command again."
            )
        seen[header.casefold()] = place
    return ""
