"""Changes in the seller's own tables: cells that differ, columns at the right edge, rows at the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.cellvalues import to_values
from leadbook.books.comparing import differing
from leadbook.books.looks_beside import styles_beside
from leadbook.model.issues import BookRefusedError, InputError, column_letters, quoted_sheet

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.books.draft import Draft
    from leadbook.books.ooxml import TableInfo, Value
    from leadbook.model.columns import Column
    from leadbook.sheets.spec import Content

LAST_ROW = 1_048_576
_ISSUE_MARKER = "leadbook_issue"
_ISSUE_FILL = "#FCE4D6"


def add_columns(draft: Draft, table: str, columns: Sequence[Column]) -> None:
    """Append the columns that a table lacks at its right edge, with headers, widths and formats."""
    info = draft.table(table)
    present = {_folded(header) for header in info.columns}
    lacking = [column for column in columns if _folded(column.header) not in present]
    if not lacking:
        return
    draft.refuse_protected(info.sheet)
    headers = [column.header for column in lacking]
    with draft.sentences():
        styles, by_row = styles_beside(draft.workbook, info, lacking)
        widths = [column.width for column in lacking]
        first = draft.workbook.add_table_columns(info.name, headers, None, styles, widths, row_styles=by_row)
    if not by_row:
        draft.styles.setdefault(info.sheet, {}).update({first + at: style for at, style in enumerate(styles)})
    draft.plan.columns_added.setdefault(info.name, []).extend(headers)


def write_column(draft: Draft, table: str, header: str, values: Mapping[int, Content]) -> None:
    """Stage the cells of one column whose value differs from what was read.

    Raises
    ------
    InputError
        When the table or the column is not there, or a text is too long for a cell.
    BookRefusedError
        When a cell would change on a protected sheet.
    """
    info = draft.table(table)
    if header not in info.columns:
        raise InputError(f'Table {info.name} has no column called "{header}". Put the header back and retry.')
    column = info.first_column + list(info.columns).index(header)
    place = f"{quoted_sheet(info.sheet)}!{column_letters(column)}"
    changes = differing(
        values,
        _values_as_read(draft, info, column),
        _formulas_as_read(draft, info, column, values),
        lambda row: f"{place}{row}",
        info.name,
    )
    if changes:
        draft.refuse_protected(info.sheet)
    staged = draft.changed.setdefault(info.sheet, {}).setdefault(column, changes)
    if staged is not changes:
        for row in values.keys() - changes.keys():
            staged.pop(row, None)
        staged.update(changes)


def append_rows(draft: Draft, table: str, rows: Sequence[Sequence[Content]]) -> None:
    """Add rows below a table's data, see `append_columns`; short ones end in blanks."""
    if not rows:
        return
    shortest, longest = min(map(len, rows)), max(map(len, rows))
    if shortest < longest:
        rows = [(*row, *[None] * (longest - len(row))) for row in rows]
    append_columns(draft, table, list(zip(*rows, strict=True)))


def append_columns(draft: Draft, table: str, columns: Sequence[Sequence[Content]]) -> None:
    """Add rows, given column by column, below a table's data: blank rows at its end first, then the table grows.

    Raises
    ------
    BookRefusedError
        When the sheet has no room below the table, or is protected.
    """
    count = max(map(len, columns), default=0)
    if not count:
        return
    info = draft.table(table)
    draft.refuse_protected(info.sheet)
    first = first_free_row(draft, info)
    if first + count - 1 + int(info.has_totals) > LAST_ROW:
        raise BookRefusedError(
            f'Table {info.name} on sheet "{info.sheet}" is full: a sheet ends at row {LAST_ROW:,}. Archive leads '
            "that are closed, delete their rows, and run the command again."
        )
    cells = _settled(info, first, columns)
    room = max(0, info.last_row - int(info.has_totals) - first + 1)
    filled: dict[int, dict[int, Value]] = {}
    for column, values in enumerate(cells, info.first_column):
        held: dict[int, Value] = {row: value for row, value in enumerate(values[:room], first) if value is not None}
        if held:
            filled[column] = held
    with draft.sentences():
        # At once: the editor would take an empty table's one row for free and fill it a second time.
        if filled:
            draft.workbook.set_cells(info.sheet, filled)
        if count > room:
            draft.workbook.append_table_columns(info.name, [values[room:] for values in cells], None)
    draft.free_rows[info.name] = first + count
    appended = draft.plan.rows_appended
    appended[info.name] = appended.get(info.name, 0) + count


def tint_issues(draft: Draft, table: str, id_header: str) -> None:
    """Have Excel tint every cell that the Issues sheet lists, leaving the seller's own colours alone."""
    info = draft.table(table)
    if id_header not in info.columns or not info.has_header:
        return
    first_row = info.first_row + 1
    last_row = max(first_row, info.last_row - int(info.has_totals))
    identity = column_letters(info.first_column + list(info.columns).index(id_header))
    first, last = column_letters(info.first_column), column_letters(info.last_column)
    with draft.sentences():
        draft.workbook.set_conditional_format(
            info.sheet,
            _ISSUE_MARKER,
            f"{first}{first_row}:{last}{last_row}",
            f"COUNTIFS(leadbook_issue_ids,${identity}{first_row},leadbook_issue_columns,{first}${info.first_row})>0",
            fill=_ISSUE_FILL,
        )


def _settled(info: TableInfo, first: int, columns: Sequence[Sequence[Content]]) -> list[list[Value]]:
    """Return columns of contents as cell values; ``first`` is the row they will begin in."""
    if len(columns) > len(info.columns):
        raise InputError(
            f"Table {info.name} has {len(info.columns)} columns, and a row of {len(columns)} values was given."
        )
    place = quoted_sheet(info.sheet)

    def settled(at: int, contents: Sequence[Content]) -> list[Value]:
        letters = column_letters(info.first_column + at)
        return to_values(contents, lambda offset: f"{place}!{letters}{first + offset}", info.name)

    return [settled(at, column) for at, column in enumerate(columns)]


def first_free_row(draft: Draft, info: TableInfo) -> int:
    """Return the row after the last one that holds anything; tables are often drawn larger than filled."""
    if info.name in draft.free_rows:
        return draft.free_rows[info.name]
    raw = draft.raw(info.name)
    if raw is None:
        return info.last_row - int(info.has_totals) + 1
    return int(raw.rows[-1]) + 1 if len(raw.rows) else info.first_row + int(info.has_header)


def _values_as_read(draft: Draft, info: TableInfo, column: int) -> Callable[[list[int]], Sequence[object]] | None:
    """Return how to look up what a column held in some rows; None when it was not there."""
    raw = draft.raw(info.name)
    if raw is None or not 0 <= column - raw.first_column < len(raw.cells):
        return None
    cells, rows_as_read = raw.cells[column - raw.first_column], raw.rows.tolist()

    def look_up(rows: list[int]) -> Sequence[object]:
        if rows == rows_as_read:
            return cells
        positions = draft.positions(info.name)
        return [None if (at := positions.get(row)) is None else cells[at] for row in rows]

    return look_up


def _formulas_as_read(draft: Draft, info: TableInfo, column: int, values: Mapping[int, Content]) -> dict[int, str]:
    """Return the formulas that stand in a column, by row, where any will be compared."""
    raw = draft.raw(info.name)
    if raw is None or column not in raw.formula_columns or not values:
        return {}
    return draft.workbook.column_formulas(info.sheet, column)


def _folded(header: str) -> str:
    return re.sub(r"\s+", " ", header).strip().casefold()
