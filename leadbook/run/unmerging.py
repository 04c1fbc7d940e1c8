"""A merge taken back: the rows where they were, the kept lead as it was, everything pointed back."""

from __future__ import annotations

import datetime as dt
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.analysis.history_rows import UNMERGED
from leadbook.analysis.kept import folded_ids
from leadbook.books.archiving import archive_table, archived_header
from leadbook.books.ooxml import Workbook
from leadbook.books.ooxml.moved_rows import NewRow
from leadbook.books.ooxml.row_contents import written_cell
from leadbook.books.ooxml.row_moving import insert_rows, remove_rows
from leadbook.model.issues import InputError
from leadbook.run.merge_history import history_rows
from leadbook.run.merge_places import places_for
from leadbook.run.merge_recipe import Recipe, row_marks, unpacked
from leadbook.run.merging import MergeBook, read_book, rows_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.book import CellChange
    from leadbook.books.closed import ClosedBook
    from leadbook.books.ooxml import TableInfo
    from leadbook.books.ooxml.row_moving import Moved
    from leadbook.model.tables import RawTable
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


@dataclass(frozen=True)
class _Archived:
    """One archived lead: its row of the Archive, its id there and as a cell, and how it comes back."""

    row: int
    lead_id: str
    cell: Content
    recipe: Recipe


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
    book, leads = work.book, work.records.leads
    members, others = _members(work, merge_id)
    info = book.draft.table(work.table)
    archive = archive_table(book.draft)
    _refuse_what_cannot_come(work, members, info, archive)
    everything = {folded_id(one.lead_id): one.recipe for one in (*members, *others)}
    order = list(zip(leads.frame.index.tolist(), map(str, leads.frame["lead_id"].tolist()), strict=True))
    members.sort(key=lambda one: one.recipe.row)
    places, moved_away = places_for(
        order, [(one.lead_id, one.recipe) for one in members], everything, info.first_body_row
    )
    for lead_id in moved_away:
        done.notes.append(f"The list was sorted since, so {lead_id} stands below {members[0].recipe.into}.")
    rows = _rows_to_put_in(work, members, places, info, archive)
    looks = _restore_master(work, members, done)
    for one in members:
        _point_back(work, one, done)
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
        data = _moved(insert_rows(data, work.table, rows, links))
        data = _without(data, archive, [one.row for one in members])
    for one in members:
        done.steps.append(f"{one.lead_id} comes back from the Archive to row {places[one.lead_id]} of {work.table}")
        done.leads.append(one.lead_id)
    done.book = book.rebased(data)


def _members(work: MergeBook, merge_id: str) -> tuple[list[_Archived], list[_Archived]]:
    """Return the archived leads of one merge, and those of every other one whose recipe can be read."""
    typed = work.records.archive
    raw = typed.table
    members: list[_Archived] = []
    others: list[_Archived] = []
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
            recipe = Recipe.read(str(text))
            if name == merge_id and (recipe is None or not lead_id):
                raise InputError(
                    f"{merge_id} cannot be taken back: its row {row} on the sheet {raw.sheet} was changed, so it no "
                    "longer says how. Restore that row from a backup, or type the lead into the list again."
                )
            if recipe is not None:
                one = _Archived(row, str(lead_id), cells.get(row, str(lead_id)), recipe)
                (members if name == merge_id else others).append(one)
    if not members:
        listed = f"; there are {', '.join(sorted(known)[:12])}" if known else ""
        raise InputError(f"The Archive holds no merge {merge_id}{listed}.")
    return members, others


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


def _refuse_what_cannot_come(
    work: MergeBook, members: Sequence[_Archived], info: TableInfo, archive: TableInfo
) -> None:
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
    work: MergeBook, members: Sequence[_Archived], places: dict[str, int], info: TableInfo, archive: TableInfo
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


_Look = tuple[str, int, int, "Content", int]


def _restore_master(work: MergeBook, members: Sequence[_Archived], done: Unmerged) -> list[_Look]:
    """Give the kept lead its own cells back, but for those that a person changed since; return looks to restore."""
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
        done.notes.append(f"{recipe.into} is no longer there, so nothing of it was put back.")
        return []
    same_formats = len(recipe.formats) == 2 and list(
        book.draft.workbook.format_digest(int(str(recipe.formats[0])))
    )[1:] == recipe.formats[1:]  # fmt: skip
    at = table.rows.tolist().index(row)
    looks: list[_Look] = []
    for header, old, new, style in recipe.fields:
        name = archived_header(str(header)) if in_archive else str(header)
        position = next((p for p, one in enumerate(table.headers) if one.casefold() == name.casefold()), None)
        if position is None:
            done.notes.append(f"{table.name} has no column {name} any more, so it stays as it is.")
            continue
        held = table.cells[position][at]
        if not _is_same(held, unpacked(new)):
            done.notes.append(f"{name} of {recipe.into} was changed since, so it stays {_shown(held)}.")
            continue
        value: Content = unpacked(old)  # type: ignore[assignment] # a cell's value as it was read
        book.write_column(table.name, table.headers[position], {row: value})
        if same_formats:
            looks.append((table.sheet, row, table.first_column + position, value, int(str(style))))
    return looks


def _with_looks(data: bytes, looks: Sequence[_Look]) -> bytes:
    """Return the workbook with some cells in the format they had before a merge."""
    if not looks:
        return data
    workbook = Workbook.open(data)
    for sheet, row, column, value, style in looks:
        workbook.set_cells(sheet, {column: {row: value}}, {column: style})  # type: ignore[dict-item] # as it was read
    target = io.BytesIO()
    workbook.write(target)
    return target.getvalue()


def _point_back(work: MergeBook, one: _Archived, done: Unmerged) -> None:
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
        if values:
            work.book.write_column(table.table.name, table.headers["lead_id"], values)
        if missing:
            word = "row" if missing == 1 else "rows"
            done.notes.append(
                f"{missing:,} {word} of {name} changed or went since, so {one.lead_id} does not get them back."
            )


def _run(run: str) -> tuple[int, int]:
    first, _, last = run.partition("-")
    return (int(first), int(last) + 1) if first.isdigit() and last.isdigit() else (0, 0)


def _moved(moved: Moved) -> bytes:
    if moved.obstacles:
        raise InputError(f"The rows cannot be put back: {next(iter(moved.obstacles.values()))}, then retry.")
    return moved.data


def _without(data: bytes, archive: TableInfo, rows: Sequence[int]) -> bytes:
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
    return _moved(remove_rows(data, archive.name, left)) if left else data


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
