"""Changes in the seller's own tables: cells that differ, columns at the right edge, rows at the end."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.cellvalues import to_values
from leadbook.books.comparing import differing
from leadbook.books.looks_beside import styles_beside
from leadbook.model.issues import BookRefusedError, InputError, column_letters, quoted_sheet
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

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
        raise InputError(f'Table {info.name} has no column called "{header}".')
    column = info.first_column + list(info.columns).index(header)
    raw = draft.raw(info.name)
    known = raw is not None and 0 <= column - raw.first_column < len(raw.cells)
    old_values = raw.cells[column - raw.first_column] if raw is not None and known else []
    positions = draft.positions(info.name) if known else {}
    place = f"{quoted_sheet(info.sheet)}!{column_letters(column)}"

    def old_of(rows: Iterable[int]) -> list[object]:
        return [None if (at := positions.get(row)) is None else old_values[at] for row in rows]

    formulas = _formulas_as_read(draft, info, column, values)
    changes = differing(values, old_of, formulas, lambda row: f"{place}{row}", info.name)
    staged = draft.changed.setdefault(info.sheet, {}).setdefault(column, {})
    if staged:
        for row in values.keys() - changes.keys():
            staged.pop(row, None)
    if changes:
        draft.refuse_protected(info.sheet)
        staged.update(changes)


def append_rows(draft: Draft, table: str, rows: Sequence[Sequence[Content]]) -> None:
    """Add rows below a table's data: empty rows at its end are filled first, then the table grows.

    Raises
    ------
    BookRefusedError
        When the sheet has no room below the table, or is protected.
    """
    if not rows:
        return
    info = draft.table(table)
    draft.refuse_protected(info.sheet)
    first = _first_free_row(draft, info)
    if first + len(rows) - 1 + int(info.has_totals) > LAST_ROW:
        raise BookRefusedError(
            f'Table {info.name} on sheet "{info.sheet}" is full: a sheet ends at row {LAST_ROW:,}. Archive leads '
            "that are closed, delete their rows, and run the command again."
        )
    cells = _table_rows(info, first, rows)
    last = info.last_row - int(info.has_totals)
    room = max(0, last - first + 1)
    filled: dict[int, dict[int, Value]] = {}
    for offset, values in enumerate(cells[:room]):
        for at, value in enumerate(values):
            if value is not None:
                filled.setdefault(info.first_column + at, {})[first + offset] = value
    with draft.sentences():
        # At once: the editor would take an empty table's one row for free and fill it a second time.
        if filled:
            draft.workbook.set_cells(info.sheet, filled)
        if cells[room:]:
            draft.workbook.append_table_rows(info.name, cells[room:], None)
    draft.free_rows[info.name] = first + len(cells)
    appended = draft.plan.rows_appended
    appended[info.name] = appended.get(info.name, 0) + len(cells)


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


def _table_rows(info: TableInfo, first: int, rows: Sequence[Sequence[Content]]) -> list[tuple[Value, ...]]:
    """Return rows of contents as cell values; they are settled column by column, which is several times faster."""
    width = len(info.columns)
    if any(len(row) > width for row in rows):
        longest = max(map(len, rows))
        raise InputError(f"Table {info.name} has {width} columns, and a row of {longest} values was given.")
    place = quoted_sheet(info.sheet)

    def settled(at: int, contents: Sequence[Content]) -> list[Value]:
        letters = column_letters(info.first_column + at)
        return to_values(contents, lambda offset: f"{place}!{letters}{first + offset}", info.name)

    shortest = min(map(len, rows))
    if shortest < max(map(len, rows)):
        rows = [(*row, *[None] * (width - len(row))) for row in rows]
    columns = [settled(at, column) for at, column in enumerate(zip(*rows, strict=True))]
    columns += [[None] * len(rows) for _ in range(width - len(columns))]
    return list(zip(*columns, strict=True))


def _first_free_row(draft: Draft, info: TableInfo) -> int:
    """Return the row after the last one that holds anything; tables are often drawn larger than filled."""
    if info.name in draft.free_rows:
        return draft.free_rows[info.name]
    raw = draft.raw(info.name)
    if raw is None:
        return info.last_row - int(info.has_totals) + 1
    return int(raw.rows[-1]) + 1 if len(raw.rows) else info.first_row + int(info.has_header)


def _formulas_as_read(draft: Draft, info: TableInfo, column: int, values: Mapping[int, Content]) -> dict[int, str]:
    """Return the formulas that stand in a column, by row, where any will be compared."""
    raw = draft.raw(info.name)
    if raw is None or column not in raw.formula_columns or not values:
        return {}
    texts = draft.workbook.cell_texts(info.sheet, Area(min(values), column, max(values), column))
    return {row: str(text).removeprefix("=") for (row, _), text in texts.items()}


def _folded(header: str) -> str:
    return re.sub(r"\s+", " ", header).strip().casefold()
