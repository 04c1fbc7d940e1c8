"""Lists in plain cells: where on a sheet each begins and ends, and whether it can be made an Excel table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.header_rows import Found, find_body, find_table, is_blank, is_known_header, plain_header
from leadbook.model.issues import column_letters
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

# Two blocks beside each other are one list when a spacer of at most so many blank columns parts them, and at
# least this share of the rows that either fills is filled in both.
_WIDEST_SPACER = 3
_SAME_ROWS = 0.8


class PlainRange(Struct, frozen=True):
    """A header row with rows below it on a sheet, which is no Excel table.

    Parameters
    ----------
    sheet : str
    area : Area
        Header row to last row, totals and closing lines excluded.
    headers : tuple of str
        One a column, those that are missing made up from the column's letter.
    columns : list of lists
        The values below each header, empty rows left out.
    named : mapping of column to header
        The headers that the sheet does not have, by Excel column: a table needs one in each.
    notes : tuple of str
        What around it is no part of it.
    problem : str
        Why it cannot be made a table, in one sentence that says what to do; "" when it can.
    """

    sheet: str
    area: Area
    headers: tuple[str, ...]
    columns: list[list[object]]
    named: Mapping[int, str]
    notes: tuple[str, ...] = ()
    problem: str = ""

    @property
    def reference(self) -> str:
        """``A5:H120``."""
        area = self.area
        return f"{column_letters(area.first_column)}{area.first_row}:{column_letters(area.last_column)}{area.last_row}"


def ranges_of(
    sheet: str,
    grid: Sequence[Sequence[object]],
    top: int,
    left: int,
    merges: Sequence[tuple[int, ...]] = (),
    *,
    header_row: int = 0,
) -> list[PlainRange]:
    """Return the lists on a sheet: each run of headers in the header row, with what is below.

    Parameters
    ----------
    grid : sequence of rows
    top, left : int
        Excel row and column of the grid's first cell.
    merges : sequence of (first row, first column, last row, last column)
        Merged cells of the sheet.
    header_row : int
        The Excel row of the headers; 0 has it looked for.

    Notes
    -----
    Blank columns part a list from what stands beside it, unless both sides fill the same rows and the right one's
    headers belong to leads: then they are spacers within one list.
    """
    at = header_row - top
    if header_row and not (0 <= at < len(grid) and any(not is_blank(cell) for cell in grid[at])):
        return []
    found = find_body(grid, at) if header_row else find_table(grid)
    if found is None:
        return []
    cells = _Grid(grid, top, left)
    hidden = {
        column - left
        for first_row, first_column, last_row, last_column in merges
        if first_row <= found.header + top <= last_row
        for column in range(first_column, last_column + 1)
    }
    runs = _joined(_runs(cells, found, hidden), cells, found)
    return [_block(sheet, cells, found, run, merges) for run in runs]


class _Grid(Struct, frozen=True):
    """A sheet's cells, and the Excel row and column of the first one."""

    cells: Sequence[Sequence[object]]
    top: int
    left: int

    def at(self, row: int, position: int) -> object:
        """Return a cell by its position in the grid; None when it is blank."""
        value = self.cells[row][position] if position < len(self.cells[row]) else None
        return None if is_blank(value) else value

    def rows_of(self, run: Sequence[int], first: int, end: int) -> list[int]:
        """Return the rows from ``first`` to before ``end`` that a run of columns fills somewhere."""
        return [row for row in range(first, end) if any(self.at(row, position) is not None for position in run)]


def _runs(grid: _Grid, found: Found, hidden: Collection[int]) -> list[list[int]]:
    """Return the unbroken runs of columns that have a header or values; ``hidden`` headers lie in merged cells."""
    width = max(len(row) for row in grid.cells)
    used = [
        position
        for position in range(width)
        if any(grid.at(row, position) is not None for row in range(found.header, found.end))
    ]
    runs: list[list[int]] = []
    for position in used:
        if runs and runs[-1][-1] == position - 1:
            runs[-1].append(position)
        else:
            runs.append([position])
    trimmed = []
    for run in runs:
        headed = [position for position in run if position in hidden or grid.at(found.header, position) is not None]
        if not headed:
            continue  # remarks beside the list
        rows = len(grid.rows_of(run, found.header + 1, found.end))
        # A note in a margin is no column; one that most rows fill is, and lacks its header.
        first = next(
            position
            for position in run
            if position >= headed[0] or 2 * len(grid.rows_of([position], found.header + 1, found.end)) >= rows
        )
        trimmed.append([position for position in run if position >= first])
    return trimmed


def _joined(runs: Sequence[list[int]], grid: _Grid, found: Found) -> list[list[int]]:
    joined: list[list[int]] = []
    for run in runs:
        if joined and _one_list(joined[-1], run, grid, found):
            joined[-1] = list(range(joined[-1][0], run[-1] + 1))
        else:
            joined.append(run)
    return joined


def _one_list(left: Sequence[int], right: Sequence[int], grid: _Grid, found: Found) -> bool:
    """Tell whether two runs of columns are one list with a spacer between them."""
    if right[0] - left[-1] - 1 > _WIDEST_SPACER:
        return False
    headers = [{plain_header(text) for place in run if (text := grid.at(found.header, place))} for run in (left, right)]
    if headers[0] & headers[1] or not any(map(is_known_header, headers[1])):
        return False
    rows = [set(grid.rows_of(run, found.header + 1, found.end)) for run in (left, right)]
    return len(rows[0] & rows[1]) >= _SAME_ROWS * max(1, len(rows[0] | rows[1]))


def _block(sheet: str, grid: _Grid, found: Found, run: Sequence[int], merges: Sequence[tuple[int, ...]]) -> PlainRange:
    rows = grid.rows_of(run, found.header + 1, found.end)
    below = grid.rows_of(run, found.end, len(grid.cells))
    # A table has at least one row, so a list without any takes the blank one below its headers.
    last = rows[-1] if rows else found.header + 1
    area = Area(grid.top + found.header, grid.left + run[0], grid.top + last, grid.left + run[-1])
    given = [str(text) if (text := grid.at(found.header, position)) is not None else "" for position in run]
    headers, named = _with_names(given, area.first_column)
    notes: list[str] = []
    if below:
        row = grid.top + below[0]
        notes.append(
            f"Row {row} below the leads on sheet {sheet} is no part of them, and leaves no room for new ones; move it "
            "above the headers, or use the table's own total row."
        )
    if named:
        cells = " and ".join(f"{column_letters(column)}{area.first_row}" for column in named)
        typed = " and ".join(f'"{header}"' for header in named.values())
        notes.append(f"{cells} had no header, which a table cannot do without, so {typed} was typed there.")
    columns = [[grid.at(row, position) for row in rows] for position in run]
    problem = _problem(sheet, given, area, merges, taken=bool(below) and below[0] == found.header + 1 and not rows)
    return PlainRange(sheet, area, headers, columns, named, tuple(notes), problem)


def _with_names(given: Sequence[str], first_column: int) -> tuple[tuple[str, ...], dict[int, str]]:
    """Return headers with the missing ones made up, and those by Excel column."""
    taken = {header.casefold() for header in given}
    headers, named = list(given), {}
    for place, header in enumerate(given):
        if header:
            continue
        name = f"Column {column_letters(first_column + place)}"
        while name.casefold() in taken:
            name += "."
        taken.add(name.casefold())
        headers[place] = named[first_column + place] = name
    return tuple(headers), named


def _problem(sheet: str, headers: Sequence[str], area: Area, merges: Sequence[tuple[int, ...]], *, taken: bool) -> str:
    for top, left, bottom, right in merges:
        meets = (
            top <= area.last_row
            and bottom >= area.first_row
            and left <= area.last_column
            and right >= area.first_column
        )
        if meets:
            cells = f"{column_letters(left)}{top}:{column_letters(right)}{bottom}"
            down = (
                f", type the header into {column_letters(left)}{area.first_row}"
                if top < area.first_row <= bottom
                else ""
            )
            return (
                f"Cells {cells} on sheet {sheet} are merged, and a table cannot hold merged cells; unmerge them in "
                f"Excel (Home, Merge & Center){down} and run the command again."
            )
    if taken:
        return f"The list on sheet {sheet} has no row between its headers and what stands below; insert one in Excel."
    seen: dict[str, int] = {}
    for place, header in enumerate(headers):
        if header and header.casefold() in seen:
            address = f"{column_letters(area.first_column + place)}{area.first_row}"
            first = f"{column_letters(area.first_column + seen[header.casefold()])}{area.first_row}"
            return (
                f'The header "{header}" stands twice on sheet {sheet} ({first} and {address}); rename one and run the '
                "command again."
            )
        seen.setdefault(header.casefold(), place)
    return ""
