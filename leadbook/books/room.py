"""Room for new rows in a table that cannot simply grow: above its totals row, or above what stands right below it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from leadbook.books.ooxml import Area
from leadbook.books.ooxml.formula_shifts import translated
from leadbook.books.ooxml.moved_rows import NewRow
from leadbook.books.ooxml.row_moving import insert_rows
from leadbook.books.sellertables import first_free_row
from leadbook.model.issues import BookRefusedError

if TYPE_CHECKING:
    from leadbook.books.draft import Draft
    from leadbook.books.ooxml import TableInfo


def with_room(draft: Draft, table: str, count: int) -> bytes | None:
    """Return the workbook with blank records put in at a table's end, as a person does by inserting rows in Excel.

    Parameters
    ----------
    draft : Draft
        Nothing may have been asked of it yet.
    table : str
    count : int
        How many rows will be added.

    Returns
    -------
    bytes or None
        None when the table can grow without it.

    Raises
    ------
    BookRefusedError
        When something below cannot move.
    """
    info = draft.table(table)
    lacking = count - max(0, info.last_body_row - first_free_row(draft, info) + 1)
    if lacking <= 0 or not (info.has_totals or _stands_below(draft, info, lacking)):
        return None
    draft.refuse_protected(info.sheet)
    first = info.last_body_row + 1
    with draft.sentences():
        moved = insert_rows(draft.data, info.name, _like_last(draft, info, range(first, first + lacking)))
    if moved.obstacles:
        why = next(iter(moved.obstacles.values()))
        raise BookRefusedError(
            f'"{draft.contents.name}": {lacking:,} rows have to be put in at the end of the table {info.name}, above '
            f"what stands below it, and that cannot move: {why}, then run the command again."
        )
    return moved.data


def _stands_below(draft: Draft, info: TableInfo, lacking: int) -> bool:
    below = Area(info.last_row + 1, info.first_column, info.last_row + lacking, info.last_column)
    others = [other for other in draft.workbook.tables if other.sheet == info.sheet and other.name != info.name]
    return any(other.area.meets(below) for other in others) or draft.workbook.is_occupied(info.sheet, below)


def _like_last(draft: Draft, info: TableInfo, rows: range) -> dict[int, NewRow]:
    """Return blank records that look like the last one, with the formulas of calculated columns filled down."""
    last = Area(info.last_body_row, info.first_column, info.last_body_row, info.last_column)
    styles = draft.workbook.cell_styles(info.sheet, last)
    texts = draft.workbook.cell_texts(info.sheet, last) if info.calculated else {}
    plain = {
        column: f' s="{styles.get((info.last_body_row, column), 0)}"'
        for column in range(info.first_column, info.last_column + 1)
    }
    formulas = {}
    for column, header in enumerate(info.columns, info.first_column):
        if header in info.calculated:
            written = texts.get((info.last_body_row, column), "")
            formulas[column] = written[1:] if written.startswith("=") else info.calculated[header]
    return {
        row: NewRow(
            "",
            {
                column: f"{look}><f>{_escaped(translated(formulas[column], row - info.last_body_row, 0))}</f></c>"
                if column in formulas
                else f"{look}/>"
                for column, look in plain.items()
            },
        )
        for row in rows
    }


def _escaped(formula: str) -> str:
    return escape(formula, quote=False)
