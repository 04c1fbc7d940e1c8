"""What a merge changed in the kept lead and in other tables, changed back as far as nobody touched it since."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.books.archiving import archived_header
from leadbook.run.merges.book import MergeBook, rows_of
from leadbook.run.merges.recipe import row_marks, unpacked

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.run.merges.away import Archived
    from leadbook.sheets.spec import Content


Look = tuple[str, int, int, "Content", int]


def restore_master(
    work: MergeBook, members: Sequence[Archived], away: Sequence[Archived], notes: list[str]
) -> list[Look]:
    """Give the kept lead its own cells back, but for those that a person changed since; return looks to restore.

    A cell that a later merge changed again keeps what that one gave it; the later one now knows what stood there.
    """
    recipe = next((one.recipe for one in members if one.recipe.fields), None)
    if recipe is None:
        return []
    leads, book = work.records.leads, work.book
    rows = rows_of(leads, recipe.into)
    table, row, in_archive = leads.table, rows[0] if len(rows) == 1 else 0, False
    if not row:  # it was merged away itself: its cells stand in the Archive
        table, in_archive = work.records.archive.table, True
        merged = rows_of(work.records.archive, recipe.into)
        row = merged[0] if merged else 0
    if not row or table is None:
        notes.append(f"{recipe.into} is no longer there, so nothing of it was put back.")
        return []
    same_formats = len(recipe.formats) == 2 and list(
        book.draft.workbook.format_digest(int(str(recipe.formats[0])))
    )[1:] == recipe.formats[1:]  # fmt: skip
    at = table.rows.tolist().index(row)
    looks: list[Look] = []
    for header, old, new, style in recipe.fields:
        if _handed_on(members[0], away, [header, old, new, style]):
            continue
        name = archived_header(str(header)) if in_archive else str(header)
        position = next((p for p, one in enumerate(table.headers) if one.casefold() == name.casefold()), None)
        if position is None:
            notes.append(f"{table.name} has no column {name} any more, so it stays as it is.")
            continue
        held = table.cells[position][at]
        if not _is_same(held, unpacked(new)):
            notes.append(f"{name} of {recipe.into} was changed since, so it stays {_shown(held)}.")
            continue
        value: Content = unpacked(old)  # type: ignore[assignment] # a cell's value as it was read
        book.write_column(table.name, table.headers[position], {row: value})
        if same_formats:
            looks.append((table.sheet, row, table.first_column + position, value, int(str(style))))
    return looks


def _handed_on(one: Archived, away: Sequence[Archived], field: list[object]) -> bool:
    """Tell whether a later merge changed the same cell again; it then has the old content to give back."""
    header, old, new, style = field
    into = folded_id(one.recipe.into)
    later = sorted(
        (other for other in away if other.number > one.number and folded_id(other.recipe.into) == into),
        key=lambda other: other.number,
    )
    number = 0
    for other in later:
        if number and other.number != number:
            break
        for at, theirs in enumerate(other.recipe.fields):
            if theirs[0] == header and _is_same(unpacked(theirs[1]), unpacked(new)):
                other.recipe.fields[at] = [header, old, theirs[2], style]
                number = other.number
    return number > 0


def point_back(work: MergeBook, one: Archived, away: Sequence[Archived], notes: list[str]) -> None:
    """Point a lead's rows of other tables back at it, wherever they stand now."""
    holder = folded_id(archived_ids(work.records.archive).get(folded_id(one.lead_id), one.recipe.into))
    for name, table in work.others():
        marks = one.recipe.moved.get(name, [])
        if not marks or table.table is None:
            continue
        theirs = rows_of(table, holder)
        values: dict[int, Content] = {}
        if ":" not in marks[0]:  # too many to keep checksums: only where they stood
            stood = {row for run in marks for row in range(*_run(run))}
            values = {row: one.cell for row in theirs if row in stood}
            missing = len(stood) - len(values)
        else:
            by_mark: dict[str, list[int]] = {}
            for row, mark in row_marks(table, theirs).items():
                by_mark.setdefault(mark, []).append(row)
            missing = 0
            for stored in marks:
                row_text, mark, spelled = (*stored.split(":", 2), "")[:3]
                rows = by_mark.get(mark, [])
                if not rows:
                    missing += 1
                    continue
                row = int(row_text) if row_text.isdigit() and int(row_text) in rows else rows[0]
                rows.remove(row)
                values[row] = spelled or one.cell
                _let_go(one, away, name, mark, {int(row_text or 0), row})
        if values:
            work.book.write_column(table.table.name, table.headers["lead_id"], values)
        if missing:
            word = "row" if missing == 1 else "rows"
            notes.append(
                f"{missing:,} {word} of {name} changed or went since, so {one.lead_id} does not get them back."
            )


def _let_go(one: Archived, away: Sequence[Archived], table: str, mark: str, stood: set[int]) -> None:
    """Let the leads that took a row on, with the lead that had it, know that it is no longer theirs to give back."""
    by_id = {other.key: other for other in away}
    holder, seen = by_id.get(folded_id(one.recipe.into)), set[str]()
    while holder is not None and holder.key not in seen:
        seen.add(holder.key)
        marks = holder.recipe.moved.get(table, [])
        same = [stored for stored in marks if stored.split(":", 2)[1:2] == [mark]]
        if same:
            marks.remove(next((stored for stored in same if int(stored.partition(":")[0]) in stood), same[0]))
        holder = by_id.get(folded_id(holder.recipe.into))


def _run(run: str) -> tuple[int, int]:
    first, _, last = run.partition("-")
    return (int(first), int(last) + 1) if first.isdigit() and last.isdigit() else (0, 0)


def _is_same(held: object, new: object) -> bool:
    if isinstance(held, dt.date) and isinstance(new, dt.date):
        return _moment(held) == _moment(new)
    if isinstance(held, bool) or isinstance(new, bool):
        return held is new
    return held == new


def _moment(day: dt.date) -> dt.datetime:
    return day if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time())


def _shown(value: object) -> str:
    return "blank" if value is None else f"\u201c{str(value)[:60]}\u201d"
