"""A merge taken back: the rows where they were, the kept lead as it was, everything pointed back."""

from __future__ import annotations

import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadbook.analysis.archived import folded_id
from leadbook.analysis.history_rows import UNMERGED
from leadbook.analysis.kept import folded_ids
from leadbook.books.archiving import archive_table, archived_header
from leadbook.books.ooxml import Workbook
from leadbook.books.ooxml.moved_comments import comment_text
from leadbook.books.ooxml.moved_rows import NewRow
from leadbook.books.ooxml.row_contents import written_cell
from leadbook.books.ooxml.row_moving import insert_rows, remove_rows
from leadbook.books.ooxml.row_trail import RowTrail
from leadbook.model.issues import InputError
from leadbook.run.merges.book import MergeBook, read_book
from leadbook.run.merges.history import history_rows
from leadbook.run.merges.places import places_for
from leadbook.run.merges.recipe import Recipe, kept_recipes
from leadbook.run.merges.steps_back import Archived, point_back, restore_master

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.books.book import CellChange
    from leadbook.books.closed import ClosedBook
    from leadbook.books.ooxml import TableInfo
    from leadbook.books.ooxml.row_moving import Moved
    from leadbook.model.tables import RawTable
    from leadbook.run.merges.steps_back import Look
    from leadbook.sheets.spec import Content


@dataclass
class Unmerged:
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
    members = _members(work, merge_id)
    info = book.draft.table(work.table)
    archive = archive_table(book.draft)
    _refuse_what_cannot_come(work, members, info, archive)
    members.sort(key=lambda one: one.recipe.row)
    places, moved_away = places_for(
        work.order(), [one.lead_id for one in members], kept_recipes(work.records.archive), info.first_body_row
    )
    for lead_id in moved_away:
        done.notes.append(f"The list was sorted since, so {lead_id} stands below {members[0].recipe.into}.")
    rows = _rows_to_put_in(work, members, places, info, archive)
    here = {folded_id(one.lead_id) for one in members}
    for lead_id in {name: None for one in members for name in one.recipe.together if folded_id(name) not in here}:
        done.notes.append(f"{lead_id} was merged with it, but its row is gone from the Archive, so it stays away.")
    looks = restore_master(work, members, done.notes)
    for one in members:
        point_back(work, one, done.notes)
    now_away = [(0, one.lead_id, f"merge {merge_id} taken back") for one in members]
    book.append_rows(book.table_name("History"), history_rows(work.records, now_away, UNMERGED, today))
    book.draft.refuse_protected(info.sheet)
    book.draft.refuse_protected(archive.sheet)
    done.cells += list(book.plan.cells)
    data = _with_looks(book.rendered(), looks)
    links = {
        places[one.lead_id]: {
            info.first_column + list(info.columns).index(header): link
            for header, link in one.recipe.links.items()
            if header in info.columns
        }
        for one in members
        if one.recipe.links
    }
    with book.draft.sentences():
        moved = insert_rows(data, work.table, rows, links, _trails(members, places))
        if moved.homeless:
            done.notes.append(f"Another program took the sheet's comments away; type this one again: {moved.homeless}.")
        data = _moved(moved)
        data = _without(data, archive, [one.row for one in members], done.notes)
    for one in members:
        done.steps.append(f"{one.lead_id} comes back from the Archive to row {places[one.lead_id]} of {work.table}")
        done.leads.append(one.lead_id)
    done.book = book.rebased(data)


def _members(work: MergeBook, merge_id: str) -> list[Archived]:
    """Return the archived leads of one merge."""
    typed = work.records.archive
    raw = typed.table
    members: list[Archived] = []
    known: set[str] = set()
    if raw is not None:
        frame = typed.frame
        cells = _own_ids(raw, archived_header(work.records.leads.headers.get("lead_id", "Lead ID")))
        for row, lead_id, merged, text in zip(
            frame.index.tolist(), *(frame[key].tolist() for key in ("lead_id", "merge_id", "row")), strict=True
        ):
            name = str(merged).strip().upper()
            if name.startswith("M-"):
                known.add(name)
            if name != merge_id:
                continue
            recipe = Recipe.read(str(text))
            if recipe is None or not lead_id:
                raise InputError(
                    f"{merge_id} cannot be taken back: its row {row} on the sheet {raw.sheet} was changed, so it no "
                    "longer says how. Restore that row from a backup, or type the lead into the list again."
                )
            members.append(Archived(row, str(lead_id), cells.get(row, str(lead_id)), recipe))
    if not members:
        listed = f"; there are {', '.join(sorted(known)[:12])}" if known else ""
        raise InputError(f"The Archive holds no merge {merge_id}{listed}.")
    return members


def _own_ids(raw: RawTable, header: str) -> dict[int, Content]:
    """Return each archived lead's id as its cell had it: a number stays one."""
    at = next((at for at, name in enumerate(raw.headers) if name == header), None)
    if at is None:
        return {}
    return {
        row: cell  # type: ignore[misc] # a cell's value as it was read
        for row, cell in zip(raw.rows.tolist(), raw.cells[at], strict=True)
        if cell is not None
    }


def _refuse_what_cannot_come(work: MergeBook, members: Sequence[Archived], info: TableInfo, archive: TableInfo) -> None:
    present = set(folded_ids(work.records.leads).tolist())
    twice = next((one.lead_id for one in members if folded_id(one.lead_id) in present), None)
    if twice is not None:
        raise InputError(
            f"{twice} stands in {work.table} already. Delete it there, or its row in the Archive, and run the command "
            "again."
        )
    raw = work.records.archive.table
    if raw is None:
        return
    homes = {archived_header(header).casefold() for header in info.columns}
    ours = {"lead id", "archived at", "reason", "merge id", "row"}
    position = {row: at for at, row in enumerate(raw.rows.tolist())}
    for at, header in enumerate(archive.columns):
        folded = header.casefold()
        if folded in homes or folded in ours:
            continue
        for one in members:
            recipe_had = header not in one.recipe.absent
            if recipe_had and raw.cells[at][position[one.row]] is not None:
                raise InputError(
                    f"{one.lead_id} cannot come back as it was: {work.table} has no column \u201c{header}\u201d any "
                    "more. "
                    "Rename or add it, and run the command again."
                )


def _rows_to_put_in(
    work: MergeBook, members: Sequence[Archived], places: dict[str, int], info: TableInfo, archive: TableInfo
) -> dict[int, NewRow]:
    contents = work.book.draft.workbook.rows(archive.sheet, [one.row for one in members])
    columns = {header.casefold(): archive.first_column + at for at, header in enumerate(archive.columns)}
    found: dict[int, NewRow] = {}
    for one in members:
        content, row = contents[one.row], places[one.lead_id]
        cells: dict[int, str] = {}
        for at, header in enumerate(info.columns):
            cell = content.cells.get(columns.get(archived_header(header).casefold(), 0))
            formula = one.recipe.formulas.get(header, "")
            if cell is None or (header in one.recipe.absent and not cell.content):
                continue
            cells[info.first_column + at] = written_cell(cell, formula, row - one.recipe.row)
        found[row] = NewRow(one.recipe.attributes, cells)
    return found


def _trails(members: Sequence[Archived], places: dict[str, int]) -> dict[int, RowTrail]:
    """Return what the leads' rows left behind, by the rows they come back to."""
    return {
        places[one.lead_id]: RowTrail(
            one.recipe.row, one.recipe.trail.get("edges", {}), one.recipe.trail.get("pieces", [])
        )
        for one in members
        if one.recipe.trail
    }


def _with_looks(data: bytes, looks: Sequence[Look]) -> bytes:
    """Return the workbook with some cells in the format they had before a merge."""
    if not looks:
        return data
    workbook = Workbook.open(data)
    for sheet, row, column, value, style in looks:
        workbook.set_cells(sheet, {column: {row: value}}, {column: style})  # type: ignore[dict-item] # as it was read
    target = io.BytesIO()
    workbook.write(target)
    return target.getvalue()


def _moved(moved: Moved) -> bytes:
    if moved.obstacles:
        raise InputError(f"The rows cannot be put back: {next(iter(moved.obstacles.values()))}, then retry.")
    return moved.data


def _without(data: bytes, archive: TableInfo, rows: Sequence[int], notes: list[str]) -> bytes:
    """Return the workbook with rows of the Archive gone; a table keeps one row, so the last one is only emptied."""
    left = sorted(rows)
    if len(left) > archive.last_body_row - archive.first_body_row:
        kept = left.pop(0)
        workbook = Workbook.open(data)
        workbook.set_cells(
            archive.sheet, {column: {kept: None} for column in range(archive.first_column, archive.last_column + 1)}
        )
        target = io.BytesIO()
        workbook.write(target)
        data = target.getvalue()
    if not left:
        return data
    moved = remove_rows(data, archive.name, left)
    for trail in moved.trails.values():
        said = comment_text(trail.pieces)
        if said:
            notes.append(f"On the sheet {archive.sheet} went with the lead: {said}.")
    return _moved(moved)
