"""One merge carried out cell by cell: the kept lead filled, other tables pointed at it, the rows archived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.archived import MERGED_INTO
from leadbook.books.ooxml.moved_comments import comment_text
from leadbook.books.ooxml.row_links import row_links
from leadbook.run.merges.book import MergeBook, rows_of
from leadbook.run.merges.history import MERGED, history_rows
from leadbook.run.merges.recipe import Recipe, kept_trail, packed, row_marks

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.analysis.merge_plan import MergePlan
    from leadbook.books.closed import ClosedBook
    from leadbook.books.ooxml.row_contents import RowContent
    from leadbook.books.ooxml.row_trail import RowTrail
    from leadbook.model.records import Typed
    from leadbook.run.merges.places import Line
    from leadbook.sheets.spec import Content


class Leaving(Struct, frozen=True):
    """What stands on the rows that are merged, kept ones too, read once for all merges.

    Parameters
    ----------
    contents : mapping of int to RowContent
    links : mapping of row to column to attributes
    trails : mapping of int to RowTrail
        What the rows leave behind.
    turn : int
        As ``Recipe`` has it.
    """

    contents: Mapping[int, RowContent]
    links: Mapping[int, Mapping[int, dict[str, str]]]
    trails: Mapping[int, RowTrail]
    turn: int = 0


def read_leaving(work: MergeBook, plans: Sequence[MergePlan], trails: Mapping[int, RowTrail]) -> Leaving:
    """Read the rows of all merges."""
    draft = work.book.draft
    rows = [row for plan in plans for row, _ in plan.others]
    both = [*rows, *(plan.master_row for plan in plans)]
    return Leaving(draft.workbook.rows(work.sheet, both), row_links(draft.data, work.table, rows), trails)


def carry_out(work: MergeBook, plan: MergePlan, merge_id: str, line: Line, leaving: Leaving) -> None:
    """Plan everything one merge changes but the removal of rows."""
    leads = work.records.leads
    book, workbook = work.book, work.book.draft.workbook
    info = book.draft.table(work.table)
    master_cell: Content = leads.raw["lead_id"].loc[plan.master_row]
    kept = leaving.contents[plan.master_row].cells
    columns = {header: info.first_column + at for at, header in enumerate(info.columns)}
    formats = list(workbook.format_digest())
    fields: list[list[object]] = [
        [
            change.header,
            packed(change.old),
            packed(change.new),
            kept[columns[change.header]].style if columns[change.header] in kept else 0,
        ]
        for change in plan.fields
    ]
    names = {column: header for header, column in columns.items()}
    archived: dict[int, tuple[Content, ...]] = {}
    for row, lead_id in plan.others:
        content, trail = leaving.contents[row], leaving.trails.get(row)
        above, below = line.neighbours(lead_id)
        recipe = Recipe(
            into=plan.master_id,
            row=row,
            above=above,
            below=below,
            attributes=content.attributes,
            absent=[header for header, column in columns.items() if column not in content.cells],
            formulas={names[column]: text for column, text in content.formulas.items() if column in names},
            links={names[column]: link for column, link in leaving.links.get(row, {}).items() if column in names},
            fields=fields,
            together=[other for _, other in plan.others if other != lead_id],
            moved={name: _point_at(book, table, lead_id, master_cell) for name, table in work.others()},
            trail=kept_trail(trail),
            formats=formats,
            turn=leaving.turn,
        )
        recipe.moved = {name: rows_moved for name, rows_moved in recipe.moved.items() if rows_moved}
        reasons = plan.wanted.reasons.get(lead_id, "")
        said = comment_text(trail.pieces) if trail else ""
        reason = f"{MERGED_INTO}{plan.master_id}" + (f": {reasons}" if reasons else "") + (f"; {said}" if said else "")
        archived[row] = (lead_id, work.today, reason, merge_id, recipe.text())
    book.archive_rows(work.table, archived, leaving.contents)
    for change in plan.fields:
        book.write_column(work.table, change.header, {plan.master_row: _content(change.new)})
    gone = [(row, lead_id, f"merged into {plan.master_id} ({merge_id})") for row, lead_id in plan.others]
    book.append_rows(book.table_name("History"), history_rows(work.records, gone, MERGED, work.today))


def _content(value: object) -> Content:
    return value  # type: ignore[return-value] # a cell's value as it was read


def _point_at(book: ClosedBook, table: Typed, lead_id: str, master: Content) -> list[str]:
    """Point a lead's rows of another table at the kept lead; return their marks for the way back."""
    rows = rows_of(table, lead_id)
    if not rows or table.table is None:
        return []
    book.write_column(table.table.name, table.headers["lead_id"], dict.fromkeys(rows, master))
    marks = row_marks(table, rows)
    typed = table.raw["lead_id"]
    spelled = {row: cell if isinstance(cell := typed.loc[row], str) else lead_id for row in rows}
    return [f"{row}:{marks[row]}" + (f":{spelled[row]}" if spelled[row] != lead_id else "") for row in rows]
