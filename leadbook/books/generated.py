"""Generated sheets in a seller's workbook: named without a clash, marked as ours, replaced in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from leadbook.books.as_read import tables_as_read
from leadbook.books.ooxml import ScratchBook
from leadbook.books.ownership import find_mark, foreign_objects, has_comments, list_marks, put_mark, reference
from leadbook.books.render import render_parts
from leadbook.model.columns import TABLES
from leadbook.model.issues import BookRefusedError
from leadbook.model.locate import PREFIX, SETTINGS_TABLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from collections.abc import Set as AbstractSet

    from leadbook.books.draft import Draft
    from leadbook.books.ownership import Mark
    from leadbook.sheets.spec import Sheet

LONGEST_SHEET_NAME = 31
#: So many cells are held in memory at once at most, beside a sheet that alone has more.
MOST_CELLS_TOGETHER = 20_000


class _Place(Struct, frozen=True):
    """A sheet to write, the name it gets, and the mark of the one it replaces."""

    sheet: Sheet
    name: str
    mark: Mark | None


class GeneratedSheets:
    """The sheets that leadbook adds to one workbook.

    Parameters
    ----------
    draft : Draft
    """

    def __init__(self, draft: Draft) -> None:
        self._draft = draft
        self._given: dict[str, str] = {}

    def sheet_name(self, wanted: str) -> str:
        """Return the name a generated sheet has, or will have: ``Pipeline (leadbook)`` beside a seller's own."""
        mark = find_mark(self._draft.workbook, wanted)
        if mark:
            return mark.sheet
        if wanted not in self._given:
            self._given[wanted] = self._free_name(wanted)
        return self._given[wanted]

    def has_sheet(self, wanted: str) -> bool:
        """Whether leadbook put a generated sheet there before and it was not deleted."""
        return find_mark(self._draft.workbook, wanted) is not None

    def table_name(self, wanted: str) -> str:
        """Return the name a table of leadbook's has, or will have, free of clashes with the seller's names.

        Notes
        -----
        A table that is read (History, Stages and the like) keeps the name it is read by, and a table on a
        sheet that will be replaced gives its name to the new one. Otherwise, where the seller has a table or a
        name of that name, ours is called ``Leadbook_NAME``.
        """
        workbook = self._draft.workbook
        ours = {mark.sheet for mark in list_marks(workbook).values()}
        standing = {table.name.casefold(): table for table in workbook.tables}
        given = standing.get(f"{PREFIX}{wanted}".casefold())
        if given is not None:
            return given.name
        same = standing.get(wanted.casefold())
        if same is not None and (same.sheet in ours or wanted in TABLES or wanted in SETTINGS_TABLES):
            return same.name
        return self.free_table_name(wanted)

    def free_table_name(self, wanted: str) -> str:
        """Return the name a new table will have beside every table and name that is there."""
        workbook = self._draft.workbook
        standing = {table.name.casefold() for table in workbook.tables}
        taken = {*standing, *(defined.name.casefold() for defined in workbook.defined_names.values())}
        name, number = wanted, 1
        while name.casefold() in taken:
            name = f"{PREFIX}{wanted}" + (str(number) if number > 1 else "")
            number += 1
        return name

    def put(self, sheets: Sequence[Sheet]) -> None:
        """Add generated sheets at the end, or replace those leadbook put there before, in place.

        Raises
        ------
        BookRefusedError
            When the user put a chart, picture or comment on a generated sheet, or cells where the new one
            needs room.
        """
        draft = self._draft
        places: list[_Place] = []
        for sheet in sheets:
            wanted = self._wanted(sheet.name)
            mark = find_mark(draft.workbook, wanted)
            places.append(_Place(sheet, self.sheet_name(wanted), mark))
            if mark:
                draft.refuse_protected(mark.sheet)
                self._refuse_foreign_objects(mark, sheet)
                self._tell_of_typed_cells(mark, sheet)
        self._graft(places)
        for place in places:
            with draft.sentences():
                put_mark(draft.workbook, self._wanted(place.sheet.name), place.name, place.sheet)
            (draft.plan.sheets_replaced if place.mark else draft.plan.sheets_added).append(place.name)

    def add(self, sheets: Sequence[Sheet]) -> list[str]:
        """Add sheets that the seller will own, at the end, and return the names they got."""
        taken: set[str] = set()
        names: list[str] = []
        for sheet in sheets:
            names.append(self._free_name(sheet.name, taken))
            taken.add(names[-1].casefold())
        self._graft([_Place(sheet, name, None) for sheet, name in zip(sheets, names, strict=True)])
        for sheet, name in zip(sheets, names, strict=True):
            for table in sheet.tables:
                # A new table's one blank row is there for the first real one.
                self._draft.free_rows[table.name] = table.row + 1 + len(table.rows)
            contents = self._draft.contents
            self._draft.contents = replace(
                contents,
                tables={**contents.tables, **tables_as_read(sheet, name)},
                sheet_names=(*contents.sheet_names, name),
            )
            self._draft.plan.sheets_added.append(name)
        return names

    def _graft(self, places: Sequence[_Place]) -> None:
        workbook = self._draft.workbook
        for batch in _in_batches(places):
            # The names are the workbook's, not the scratch book's: they have to survive each replacement.
            finals = [replace(place.sheet, name=place.name, names={}) for place in batch]
            with self._draft.sentences():
                scratch = ScratchBook(render_parts(finals, date_1904=workbook.date_1904))
                for place in batch:
                    workbook.graft_sheet(
                        scratch,
                        place.name,
                        replace=place.mark.sheet if place.mark else None,
                        keep_outside=place.mark.area if place.mark else None,
                    )
                    for defined, area in place.sheet.names.items():
                        workbook.set_name(defined, reference(place.name, area))

    def _wanted(self, name: str) -> str:
        """Return what a sheet is called in leadbook, whatever the user renamed it to."""
        for wanted, given in self._given.items():
            if given.casefold() == name.casefold():
                return wanted
        for wanted, mark in list_marks(self._draft.workbook).items():
            if mark.sheet.casefold() == name.casefold():
                return wanted
        return name

    def _free_name(self, wanted: str, others: AbstractSet[str] = frozenset()) -> str:
        taken = {sheet.name.casefold() for sheet in self._draft.workbook.sheets} | others
        taken |= {name.casefold() for name in self._given.values()}
        name, number = wanted, 1
        while name.casefold() in taken:
            mark = " (leadbook)" if number == 1 else f" (leadbook {number})"
            name = wanted[: LONGEST_SHEET_NAME - len(mark)] + mark
            number += 1
        return name

    def _tell_of_typed_cells(self, mark: Mark, sheet: Sheet) -> None:
        """Note that the user typed where leadbook writes; where the sheet asks for it, that is as it should be."""
        if mark.cells is None or sheet.validations:
            return
        typed = len(self._draft.workbook.cell_texts(mark.sheet, mark.area)) - mark.cells
        if typed > 0:
            cells = "A cell" if typed == 1 else f"{typed} cells"
            self._draft.plan.notes.append(
                f"{cells} that you typed on sheet {mark.sheet}, where leadbook writes, made way for the new numbers; "
                "`leadbook undo` brings them back. Notes to the right of them or below stay."
            )

    def _refuse_foreign_objects(self, mark: Mark, sheet: Sheet) -> None:
        draft = self._draft
        part = next(info.part for info in draft.workbook.sheets if info.name == mark.sheet)
        if has_comments(draft.data, part) or foreign_objects(draft.data, part, mark, sheet):
            raise BookRefusedError(
                f'Sheet "{mark.sheet}" holds a comment, chart or picture that leadbook did not put there and that '
                "would be lost. Move it to a sheet of your own and run the command again."
            )


def _in_batches(places: Sequence[_Place]) -> Iterator[list[_Place]]:
    """Yield the sheets in order, small ones together: a scratch workbook each would cost as much as a small sheet."""
    batch: list[_Place] = []
    together = 0
    for place in places:
        sheet = place.sheet
        cells = len(sheet.cells) + sum(len(table.rows) * len(table.columns) for table in sheet.tables)
        if batch and together + cells > MOST_CELLS_TOGETHER:
            yield batch
            batch, together = [], 0
        batch.append(place)
        together += cells
    if batch:
        yield batch
