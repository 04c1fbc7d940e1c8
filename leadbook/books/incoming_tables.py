"""A table of cells as it came: unique headers, blank rows and columns gone, odd rows reported."""

from __future__ import annotations

from types import NoneType
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.books.header_rows import find_table, is_blank, is_totals_row, lists_beside
from leadbook.model.issues import Issue, Severity, column_letters

if TYPE_CHECKING:
    from collections.abc import Sequence

LONGEST_CELL = 32_767  # characters, Excel's limit


class IncomingTable(Struct, frozen=True):
    """One table of a file, column by column.

    Parameters
    ----------
    name : str
        The Excel table's name, the sheet's name, or the text file's name without its ending.
    source : str
        The file's name, with the sheet for a workbook, for sentences.
    headers : tuple of str
        Unique and never blank; as typed but for outer spaces.
    columns : list of lists
        One list of n values for each header; text as typed, None for blank.
    lines : list of int
        Line of the file (or Excel row) of each data row, from 1.
    header_line : int
        Line (or Excel row) of the headers.
    issues : tuple of Issue
        Rows and cells that do not fit the table; ``row`` is the line.
    notes : tuple of str
        What was left out or guessed, one sentence each.
    """

    name: str
    source: str
    headers: tuple[str, ...]
    columns: list[list[object]]
    lines: list[int]
    header_line: int
    issues: tuple[Issue, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def n_rows(self) -> int:
        """How many data rows it has; rows blank in every cell are not counted."""
        return len(self.lines)

    def column(self, header: str) -> list[object]:
        """Return the values below a header; raises KeyError when there is no such header."""
        for name, values in zip(self.headers, self.columns, strict=True):
            if name == header:
                return values
        raise KeyError(header)


class _Faults(Struct):
    source: str
    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, row: int, column: int, code: str, message: str, value: object = None) -> None:
        self.issues.append(Issue(self.source, row, column, code, Severity.WARNING, message, value))


def table_of(grid: Sequence[Sequence[object]], lines: Sequence[int], name: str, source: str) -> IncomingTable | None:
    """Return the table that a grid of cells holds, or None when it holds nothing.

    Parameters
    ----------
    grid : sequence of rows
        Rows may differ in length.
    lines : sequence of int
        The line (or Excel row) of each row.
    name, source : str
        As in ``IncomingTable``.
    """
    found = find_table(grid)
    if found is None:
        return None
    faults = _Faults(source)
    faults.notes.extend(found.left_out)
    kept_lines, body = _filled_rows(lines[found.header + 1 : found.end], grid[found.header + 1 : found.end])
    header_cells = list(grid[found.header])
    while header_cells and is_blank(header_cells[-1]):
        header_cells.pop()
    _report_ragged(kept_lines, body, len(grid[found.header]), faults)
    width = max(len(header_cells), _widest(body, len(header_cells)))
    columns = _columns(body, width)
    _report_long(columns, kept_lines, faults)
    headers, kept = _named(header_cells, columns, faults)
    return IncomingTable(
        name,
        source,
        headers,
        kept,
        kept_lines,
        lines[found.header],
        tuple(faults.issues),
        tuple(faults.notes),
    )


def tables_of(
    grid: Sequence[Sequence[object]], lines: Sequence[int], name: str, source: str, first_column: int
) -> list[IncomingTable]:
    """Return the tables of a sheet, as ``table_of`` does for one: lists side by side with the same headers are several.

    ``first_column`` is the Excel column of the grid's first cells. A column alone is no table.
    """
    blocks = lists_beside(grid)
    tables = []
    for left, right in blocks:
        # What stands left of a list stays as blank cells, so that every column is told by its own letter.
        part = grid if len(blocks) == 1 else [[*[None] * left, *row[left:right]] for row in grid]
        where = source if not left else f"{source} from column {column_letters(first_column + left)}"
        table = table_of(part, lines, name, where)
        if table is not None and table.n_rows and len(table.headers) >= 2:
            tables.append(table)
    return tables


def _filled_rows(
    lines: Sequence[int], rows: Sequence[Sequence[object]]
) -> tuple[list[int], Sequence[Sequence[object]]]:
    """Return the rows in which something stands, each with its line."""
    # A row whose first cell says something needs no further look, and most rows begin so.
    blank = [
        place for place, row in enumerate(rows) if (not row or is_blank(row[0])) and all(is_blank(cell) for cell in row)
    ]
    if not blank:
        return list(lines), rows
    left_out = set(blank)
    kept = [place for place in range(len(rows)) if place not in left_out]
    return [lines[place] for place in kept], [rows[place] for place in kept]


def _columns(rows: Sequence[Sequence[object]], width: int) -> list[list[object]]:
    """Return rows as columns of one width, None for every cell in which nothing can be seen."""
    if not rows:
        return [[] for _ in range(width)]
    level = [row if len(row) == width else (*row[:width], *[None] * (width - len(row))) for row in rows]
    return [_seen(list(column)) for column in zip(*level, strict=True)]


def _seen(values: list[object]) -> list[object]:
    # What begins with a letter or a digit is not blank, and most texts do.
    blanks = {value for value in set(values) if type(value) is str and not value[:1].isalnum() and is_blank(value)}
    return [None if value in blanks else value for value in values] if blanks else values


def _widest(rows: Sequence[Sequence[object]], width: int) -> int:
    """Return how many cells the widest row fills, where that is more than ``width``."""
    return max((_filled_width(row) for row in rows if len(row) > width), default=0)


def _filled_width(row: Sequence[object]) -> int:
    for position in range(len(row), 0, -1):
        if not is_blank(row[position - 1]):
            return position
    return 0


def _report_ragged(lines: Sequence[int], rows: Sequence[Sequence[object]], width: int, faults: _Faults) -> None:
    for line, row in zip(lines, rows, strict=True):
        if len(row) == width:
            continue
        if len(row) < width:
            faults.add(line, 0, "LB050", f"The row has {len(row)} of {width} cells; the missing ones are left blank.")
        elif _filled_width(row) > width:
            faults.add(
                line, width + 1, "LB050",
                f"The row has {len(row)} cells under {width} headers; look for a stray delimiter. "
                "The further cells are kept in columns of their own.",
                row[width],
            )  # fmt: skip


def _report_long(columns: Sequence[list[object]], lines: Sequence[int], faults: _Faults) -> None:
    for position, values in enumerate(columns):
        texts = (
            values if set(map(type, values)) <= {str, NoneType} else [value for value in values if type(value) is str]
        )
        if max(map(len, filter(None, texts)), default=0) <= LONGEST_CELL:  # type: ignore[arg-type] # texts or None
            continue
        for index, value in enumerate(values):
            if isinstance(value, str) and len(value) > LONGEST_CELL:
                faults.add(
                    lines[index], position + 1, "LB051",
                    f"The cell has {len(value):,} characters and Excel holds {LONGEST_CELL:,}; "
                    "shorten it in the file. What is beyond was left out.",
                    value[:80],
                )  # fmt: skip
                values[index] = value[:LONGEST_CELL]


def _named(
    header_cells: Sequence[object], columns: Sequence[list[object]], faults: _Faults
) -> tuple[tuple[str, ...], list[list[object]]]:
    """Give every column a unique name; columns without any value are dropped and named in a note."""
    headers: list[str] = []
    kept: list[list[object]] = []
    taken: set[str] = set()
    empty: list[str] = []
    for position, values in enumerate(columns):
        cell = header_cells[position] if position < len(header_cells) else None
        header = "" if is_blank(cell) else _header_text(cell)
        if all(value is None for value in values) and (values or not header):
            if header:
                empty.append(header)
            continue
        if not header:
            header = f"Column {position + 1}"
            faults.add(0, position + 1, "LB053", f"Column {position + 1} has no header; it is called {header}.")
        unique = header
        count = 1
        while unique.casefold() in taken:
            count += 1
            unique = f"{header} ({count})"
        if unique != header:
            faults.add(
                0, position + 1, "LB052",
                f"Two columns are headed {header}; the later one is called {unique}.", header,
            )  # fmt: skip
        taken.add(unique.casefold())
        headers.append(unique)
        kept.append(values)
    if empty:
        noun = "column" if len(empty) == 1 else "columns"
        faults.notes.append(f"{len(empty)} {noun} without any value left out: {', '.join(empty)}.")
    return tuple(headers), kept


def _header_text(cell: object) -> str:
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    # A table's header cell may hold line breaks; Excel shows them, and they mean nothing in a name.
    return " ".join(str(cell).replace("\ufeff", "").split())[:255]


def table_as_it_stands(block: list[list[object]], first_row: int, name: str, source: str) -> IncomingTable | None:
    """Return an Excel table's block as it stands: its first row is the header whatever it looks like."""
    faults = _Faults(source)
    body = [
        (first_row + position, row)
        for position, row in enumerate(block)
        if position and any(not is_blank(cell) for cell in row)
    ]
    if body and is_totals_row(body[-1][1]):
        body.pop()
        faults.notes.append("A totals row at the end left out.")
    if not block:
        return None
    columns = _columns([row for _, row in body], len(block[0]))
    _report_long(columns, [line for line, _ in body], faults)
    headers, kept = _named(block[0], columns, faults)
    return IncomingTable(
        name,
        source,
        headers,
        kept,
        [line for line, _ in body],
        first_row,
        tuple(faults.issues),
        tuple(faults.notes),
    )
