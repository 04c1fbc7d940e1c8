"""A merge taken back: the rows where they were, the kept lead as it was, everything pointed back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.archived import folded_id
from leadbook.analysis.history_events import UNMERGED
from leadbook.analysis.kept import folded_ids
from leadbook.books.archiving import archive_table, rewrite_texts
from leadbook.books.ooxml import Workbook
from leadbook.books.ooxml.moved_comments import comment_text
from leadbook.books.ooxml.row_moving import remove_rows
from leadbook.model.issues import InputError
from leadbook.run.merges.away import Archived, Unreadable, read_away
from leadbook.run.merges.book import MergeBook, read_book
from leadbook.run.merges.history import history_rows
from leadbook.run.merges.returning import Returning, accepted, lacking_column, written
from leadbook.run.merges.steps_back import point_back, restore_master

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from leadbook.books.book import CellChange
    from leadbook.books.closed import ClosedBook
    from leadbook.books.ooxml import TableInfo
    from leadbook.run.merges.steps_back import Look


class Unmerged(Struct):
    """What came of taking merges back.

    Parameters
    ----------
    book : ClosedBook
        To save; nothing is saved yet.
    steps, notes : list of str
        A line for each lead that came back, and what could not be as it was.
    cells : list of CellChange
        Cells that change, at the addresses they had.
    leads : list of str
        Ids of the leads that came back.
    """

    book: ClosedBook
    steps: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    cells: list[CellChange] = field(default_factory=list)
    leads: list[str] = field(default_factory=list)

    @property
    def sentence(self) -> str:
        """What was done, in one sentence."""
        count = len(self.leads)
        return f"{count:,} {'lead is' if count == 1 else 'leads are'} back in the list: {', '.join(self.leads[:20])}."


def unmerge(book: ClosedBook, merge_ids: Sequence[str], today: dt.date) -> Unmerged:
    """Take merges back, the latest first.

    Parameters
    ----------
    book : ClosedBook
        Just opened; it is used up.
    merge_ids : sequence of str
        Such as ``M-0001``.
    today : date

    Raises
    ------
    InputError
        There is no such merge in the Archive, or its row there was changed so that it cannot be put back.
    LeadbookError
        The workbook cannot be edited safely.
    """
    done = Unmerged(book)
    for merge_id in sorted({one.strip().upper(): None for one in merge_ids}, reverse=True):
        _take_back(done, merge_id, today)
    return done


def _take_back(done: Unmerged, merge_id: str, today: dt.date) -> None:
    work = read_book(done.book, today)
    book = work.book
    away, unreadable = read_away(work)
    members = _members(work, merge_id, away, unreadable)
    archive = archive_table(book.draft)
    _refuse_what_cannot_come(work, members, archive)
    members.sort(key=lambda one: one.recipe.row)
    here = {one.key for one in members}
    for lead_id in {name: None for one in members for name in one.recipe.together if folded_id(name) not in here}:
        done.notes.append(f"{lead_id} was merged with it, but its row is gone from the Archive, so it stays away.")
    kept = {one.row: one.recipe.text() for one in away}
    first_note = len(done.notes)
    looks = restore_master(work, members, away, done.notes)
    for one in members:
        point_back(work, one, away, done.notes)
    now_away = [(0, one.lead_id, f"merge {merge_id} taken back") for one in members]
    book.append_rows(book.table_name("History"), history_rows(work.records, now_away, UNMERGED, today))
    book.draft.refuse_protected(work.sheet)
    book.draft.refuse_protected(archive.sheet)
    done.cells += list(book.plan.cells)
    returning = Returning(work, _with_looks(book.rendered(), looks), archive, away, members)
    returning.run()
    done.notes[first_note:first_note] = [
        f"The list was sorted since, so {lead_id} stands below {members[0].recipe.into}."
        for lead_id in returning.astray
    ]
    done.notes += [
        f"A formula, a name, a chart or a picture that belonged to {lead_id} alone was changed since, so it stays as "
        "it is."
        for lead_id in returning.unreturned
    ]
    if returning.inexact:
        named = ", ".join(one.lead_id for one in members)
        done.notes.append(
            f"Formulas and formats that end next to {named} may be a row off, because leads were merged after it and "
            f"one of those rows could not be gone round: {returning.inexact}."
        )
    if returning.homeless:
        done.notes.append(f"Another program took the sheet's comments away; type this one again: {returning.homeless}.")
    texts = {one.row: returning.changed.get(one.row, one.recipe).text() for one in away if one not in members}
    data = _rewritten(returning.data, archive, {row: text for row, text in texts.items() if text != kept[row]})
    data = _without(data, archive, [one.row for one in members], done.notes)
    for one in members:
        done.steps.append(
            f"{one.lead_id} comes back from the Archive to row {returning.rows[one.lead_id]} of {work.table}"
        )
        done.leads.append(one.lead_id)
    done.book = book.rebased(data)


def _members(
    work: MergeBook, merge_id: str, away: Sequence[Archived], unreadable: Sequence[Unreadable]
) -> list[Archived]:
    """Return the archived leads of one merge."""
    changed = next((one for one in unreadable if one.merge_id == merge_id), None)
    if changed is not None:
        raw = work.records.archive.table
        raise InputError(
            f"{merge_id} cannot be taken back: its row {changed.row} on the sheet {raw.sheet if raw else 'Archive'} "
            "was changed, so it no longer says how. Restore that row from a backup, or type the lead into the list "
            "again."
        )
    members = [one for one in away if one.merge_id == merge_id]
    if not members:
        named = [*(one.merge_id for one in away), *(one.merge_id for one in unreadable)]
        known = {one for one in named if one.startswith("M-")}
        listed = f"; there are {', '.join(sorted(known)[:12])}" if known else ""
        raise InputError(f"The Archive holds no merge {merge_id}{listed}.")
    return members


def _refuse_what_cannot_come(work: MergeBook, members: Sequence[Archived], archive: TableInfo) -> None:
    present = set(folded_ids(work.records.leads).tolist())
    twice = next((one.lead_id for one in members if one.key in present), None)
    if twice is not None:
        raise InputError(
            f"{twice} stands in {work.table} already. Delete it there, or its row in the Archive, and run the command "
            "again."
        )
    for one in members:
        header = lacking_column(one, work, archive)
        if header:
            raise InputError(
                f"{one.lead_id} cannot come back as it was: {work.table} has no column \u201c{header}\u201d any more. "
                "Rename or add it, and run the command again."
            )


def _rewritten(data: bytes, archive: TableInfo, texts: Mapping[int, str]) -> bytes:
    """Return the workbook with what the Archive keeps of some rows changed."""
    if not texts:
        return data
    workbook = Workbook.open(data)
    rewrite_texts(workbook, archive, texts)
    return written(workbook)


def _with_looks(data: bytes, looks: Sequence[Look]) -> bytes:
    """Return the workbook with some cells in the format they had before a merge."""
    if not looks:
        return data
    workbook = Workbook.open(data)
    for sheet, row, column, value, style in looks:
        workbook.set_cells(sheet, {column: {row: value}}, {column: style})  # type: ignore[dict-item] # as it was read
    return written(workbook)


def _without(data: bytes, archive: TableInfo, rows: Sequence[int], notes: list[str]) -> bytes:
    """Return the workbook with rows of the Archive gone; a table keeps one row, so the last one is only emptied."""
    left = sorted(rows)
    if len(left) > archive.last_body_row - archive.first_body_row:
        kept = left.pop(0)
        workbook = Workbook.open(data)
        workbook.set_cells(
            archive.sheet, {column: {kept: None} for column in range(archive.first_column, archive.last_column + 1)}
        )
        data = written(workbook)
    if not left:
        return data
    moved = remove_rows(data, archive.name, left)
    for trail in moved.trails.values():
        said = comment_text(trail.pieces)
        if said:
            notes.append(f"On the sheet {archive.sheet} went with the lead: {said}.")
    return accepted(moved)
