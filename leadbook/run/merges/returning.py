"""Archived rows put back into the list exactly, whatever was merged after them."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.analysis.archived import folded_id
from leadbook.analysis.kept import folded_ids
from leadbook.books.archiving import archived_header, is_ours
from leadbook.books.ooxml import Workbook
from leadbook.books.ooxml.moved_rows import NewRow
from leadbook.books.ooxml.row_contents import written_cell
from leadbook.books.ooxml.row_links import row_links
from leadbook.books.ooxml.row_moving import insert_rows, remove_rows
from leadbook.books.ooxml.row_trail import RowTrail
from leadbook.books.ooxml.shifts import Shift
from leadbook.model.issues import InputError
from leadbook.run.merges.places import places_for
from leadbook.run.merges.recipe import Recipe, kept_trail

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leadbook.books.ooxml import TableInfo
    from leadbook.books.ooxml.row_contents import RowContent
    from leadbook.books.ooxml.row_moving import Moved
    from leadbook.run.merges.away import Archived
    from leadbook.run.merges.book import MergeBook


class Returning:
    """Rows on their way back into the list.

    Parameters
    ----------
    work : MergeBook
        As it was read.
    data : bytes
        The workbook now; rows stand where they stood when it was read.
    archive : TableInfo
    away : sequence of Archived
        Every archived lead that can be read.
    members : sequence of Archived
        Those that come back.

    Notes
    -----
    What a row left behind holds for the sheet as it was then: an area that ended at a row which went later has
    another end by now. So the rows that went later come back first, the latest first, each to the very sheet it
    left; then the members; then the others go once more, turn by turn, and what they leave behind is noted anew.
    That is the sheet, and the Archive, of a list that the members never left, so that merges may be taken back in
    any order.
    """

    def __init__(
        self, work: MergeBook, data: bytes, archive: TableInfo, away: Sequence[Archived], members: Sequence[Archived]
    ) -> None:
        self.data = data
        self.homeless = ""
        self.unreturned: list[str] = []
        self.inexact = ""
        self.astray: list[str] = []
        self.changed: dict[int, Recipe] = {}
        self._work = work
        self._archive = archive
        self._away = list(away)
        self._members = {one.row for one in members}
        self._recipes = {one.key: one.recipe for one in away}
        self._generated = tuple(work.book.contents.generated_sheets)
        self.rows: dict[str, int] = {}

    def run(self) -> None:
        """Put the members back; ``data`` is the workbook then, and ``rows`` says where each of them stands."""
        again = self._later()
        if again and self._around(again):
            return
        # Something that a person did since stands between: the members come back as well as can be.
        self._put_back([one for one in self._away if one.row in self._members])

    def _later(self) -> list[Archived]:
        """Return the leads that left the list with the members or after them, and can come back as they went."""
        first = min(one.turn for one in self._away if one.row in self._members)
        present = set(folded_ids(self._work.records.leads).tolist())
        found: dict[str, Archived] = {}
        for one in self._away:
            known = (
                one.key not in present and one.key not in found and not lacking_column(one, self._work, self._archive)
            )
            if one.row not in self._members and one.turn >= first and known:
                found[one.key] = one
        return list(found.values())

    def _around(self, again: Sequence[Archived]) -> bool:
        """Put everything back and take the others away once more; tell whether that was possible."""
        before = self.data, self._order()
        order = before[1]
        coming = [*again, *(one for one in self._away if one.row in self._members)]
        back: list[Archived] = []
        for turn in sorted({one.turn for one in coming}, reverse=True):
            group = self._at_home([one for one in coming if one.turn == turn], order)
            moved, places = self._inserted(group, order)
            if moved is None:
                continue
            if moved.obstacles or (moved.homeless and any(one.row not in self._members for one in group)):
                self._reset(before[0], moved)
                return False
            self.data, self.homeless = moved.data, self.homeless or moved.homeless
            order = _with(order, places)
            back += group
        others = [one for one in back if one.row not in self._members]
        for turn in sorted({one.turn for one in others}):
            group = [one for one in others if one.turn == turn]
            moved = self._taken_out(group, order)
            if moved.obstacles:
                self._reset(before[0], moved)
                return False
            order = _without(order, {one.key for one in group})
        return True

    def _reset(self, data: bytes, blocked: Moved) -> None:
        self.data, self.homeless = data, ""
        self.inexact = next(iter(blocked.obstacles.values()), "the sheet's comments are gone")
        self.astray.clear()
        self.unreturned.clear()
        self.changed.clear()
        self.rows.clear()

    def _at_home(self, group: list[Archived], order: Sequence[tuple[int, str]]) -> list[Archived]:
        """Return the leads of a group without those that need not come back and have lost their place."""
        group.sort(key=lambda one: one.recipe.row)
        _, astray = places_for(order, [one.lead_id for one in group], self._recipes, 1)
        return [one for one in group if one.row in self._members or one.lead_id not in astray]

    def _put_back(self, group: list[Archived]) -> None:
        moved, _ = self._inserted(sorted(group, key=lambda one: one.recipe.row), self._order())
        if moved is not None:
            self.data, self.homeless = accepted(moved), moved.homeless

    def _inserted(
        self, group: Sequence[Archived], order: Sequence[tuple[int, str]]
    ) -> tuple[Moved | None, dict[str, int]]:
        if not group:
            return None, {}
        workbook = Workbook.open(self.data)
        info = next(table for table in workbook.tables if table.name == self._work.table)
        places, astray = places_for(order, [one.lead_id for one in group], self._recipes, info.first_body_row)
        members = [one.lead_id for one in group if one.row in self._members]
        self.astray += [lead_id for lead_id in astray if lead_id in members]
        self.rows |= {lead_id: places[lead_id] for lead_id in members}
        stand = {folded_id(lead_id): row for row, lead_id in order}
        contents = workbook.rows(self._archive.sheet, [one.row for one in group])
        links = {
            places[one.lead_id]: {
                info.first_column + list(info.columns).index(header): link
                for header, link in one.recipe.links.items()
                if header in info.columns
            }
            for one in group
            if one.recipe.links
        }
        trails = {
            places[one.lead_id]: RowTrail(
                one.recipe.row,
                one.recipe.trail.get("edges", {}),
                one.recipe.trail.get("pieces", []),
                self._heir(one, stand),
            )
            for one in group
            if one.recipe.trail
        }
        rows = {places[one.lead_id]: self._new_row(one, contents[one.row], places[one.lead_id], info) for one in group}
        with self._work.book.draft.sentences():
            moved = insert_rows(self.data, self._work.table, rows, links, trails)
        self.unreturned += [lead_id for lead_id in members if places[lead_id] in moved.unreturned]
        return moved, places

    def _new_row(self, one: Archived, content: RowContent, row: int, info: TableInfo) -> NewRow:
        archive = self._archive
        columns = {header.casefold(): archive.first_column + at for at, header in enumerate(archive.columns)}
        cells: dict[int, str] = {}
        for at, header in enumerate(info.columns):
            cell = content.cells.get(columns.get(archived_header(header).casefold(), 0))
            formula = one.recipe.formulas.get(header, "")
            if cell is None or (header in one.recipe.absent and not cell.content):
                continue
            cells[info.first_column + at] = written_cell(cell, formula, row - one.recipe.row)
        return NewRow(one.recipe.attributes, cells)

    def _taken_out(self, others: Sequence[Archived], order: Sequence[tuple[int, str]]) -> Moved:
        """Take leads out once more, and note what they leave behind now, unless something stands in the way."""
        stand = {lead_id: row for row, lead_id in order}
        rows = {stand[one.lead_id]: one for one in others}
        workbook = Workbook.open(self.data)
        info = next(table for table in workbook.tables if table.name == self._work.table)
        names = {info.first_column + at: header for at, header in enumerate(info.columns)}
        contents = workbook.rows(info.sheet, list(rows))
        links = row_links(self.data, info.name, rows)
        going = {one.key for one in others}
        stay = {key: row for lead_id, row in stand.items() if (key := folded_id(lead_id)) not in going}
        heirs = {row: heir for row, one in rows.items() if (heir := self._heir(one, stay))}
        with self._work.book.draft.sentences():
            moved = remove_rows(self.data, info.name, list(rows), self._generated, heirs)
        if moved.obstacles:
            return moved
        for row, one in rows.items():
            content = contents[row]
            self.changed[one.row] = replace(
                one.recipe,
                row=row,
                attributes=content.attributes,
                absent=[header for column, header in names.items() if column not in content.cells],
                formulas={names[column]: text for column, text in content.formulas.items() if column in names},
                links={names[column]: link for column, link in links.get(row, {}).items() if column in names},
                trail=kept_trail(moved.trails.get(row)),
            )
        self.data = moved.data
        gone = Shift(info.sheet, tuple(sorted(rows)))
        self.rows = {lead_id: gone.row(row) or row for lead_id, row in self.rows.items()}
        return moved

    def _heir(self, one: Archived, stand: Mapping[str, int]) -> int:
        """Return the row of the lead that one lives on in, 0 when it is not in the list."""
        key, seen = folded_id(one.recipe.into), set[str]()
        while key not in stand and key in self._recipes and key not in seen:
            seen.add(key)
            key = folded_id(self._recipes[key].into)
        return stand.get(key, 0)

    def _order(self) -> list[tuple[int, str]]:
        return self._work.order()


def _with(order: Sequence[tuple[int, str]], places: Mapping[str, int]) -> list[tuple[int, str]]:
    """Return the rows of leads after others came back to some rows."""
    if not places:
        return list(order)
    shift = Shift("", tuple(sorted(places.values())), inserting=True)
    moved = [(shift.row(row) or row, lead_id) for row, lead_id in order]
    return sorted([*moved, *((row, lead_id) for lead_id, row in places.items())])


def _without(order: Sequence[tuple[int, str]], going: Collection[str]) -> list[tuple[int, str]]:
    """Return the rows of leads after some of them went."""
    shift = Shift("", tuple(sorted(row for row, lead_id in order if folded_id(lead_id) in going)))
    return [(new, lead_id) for row, lead_id in order if (new := shift.row(row)) is not None]


def lacking_column(one: Archived, work: MergeBook, archive: TableInfo) -> str:
    """Return the header of a column that an archived lead had and that the list has no more, "" without any."""
    raw = work.records.archive.table
    info = work.book.draft.table(work.table)
    homes = {archived_header(header).casefold() for header in info.columns}
    if raw is not None:
        at_row = raw.rows.tolist().index(one.row)
        for at, header in enumerate(archive.columns):
            ours = header.casefold() in homes or is_ours(header)
            if not ours and header not in one.recipe.absent and raw.cells[at][at_row] is not None:
                return header
    return next((header for header in (*one.recipe.formulas, *one.recipe.links) if header not in info.columns), "")


def accepted(moved: Moved) -> bytes:
    """Return a workbook whose rows moved.

    Raises
    ------
    InputError
        Something stands in the way.
    """
    if moved.obstacles:
        raise InputError(f"The rows cannot be put back: {next(iter(moved.obstacles.values()))}, then retry.")
    return moved.data


def written(workbook: Workbook) -> bytes:
    """Return the bytes of a workbook with what was asked of it."""
    target = io.BytesIO()
    workbook.write(target)
    return target.getvalue()
