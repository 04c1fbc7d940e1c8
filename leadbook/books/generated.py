"""Generated sheets in a seller's workbook: named without a clash, marked as ours, replaced in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from leadbook.books.as_read import tables_as_read
from leadbook.books.given_names import GivenNames
from leadbook.books.ooxml import ScratchBook
from leadbook.books.ownership import find_mark, foreign_objects, put_mark, reference
from leadbook.books.render import render_parts
from leadbook.model.issues import BookRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leadbook.books.draft import Draft
    from leadbook.books.ownership import Mark
    from leadbook.sheets.spec import Sheet

#: So many cells are held in memory at once at most, beside a sheet that alone has more.
MOST_CELLS_TOGETHER = 20_000


class _Place(Struct, frozen=True):
    """A sheet to write, the name it gets, and the mark of the one it replaces."""

    sheet: Sheet
    name: str
    mark: Mark | None


class GeneratedSheets(GivenNames):
    """The sheets that leadbook adds to one workbook.

    Parameters
    ----------
    draft : Draft
    """

    def __init__(self, draft: Draft) -> None:
        super().__init__(draft.workbook)
        self._draft = draft

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
            wanted = self.wanted_name(sheet.name)
            mark = find_mark(draft.workbook, wanted)
            places.append(_Place(sheet, self.sheet_name(wanted), mark))
            if mark:
                draft.refuse_protected(mark.sheet)
                self._refuse_foreign_objects(mark, sheet)
                self._tell_of_typed_cells(mark, sheet)
        self._graft(places)
        for place in places:
            with draft.sentences():
                put_mark(draft.workbook, self.wanted_name(place.sheet.name), place.name, place.sheet)
            (draft.plan.sheets_replaced if place.mark else draft.plan.sheets_added).append(place.name)

    def add(self, sheets: Sequence[Sheet]) -> list[str]:
        """Add sheets that the seller will own, at the end, and return the names they got."""
        taken: set[str] = set()
        names: list[str] = []
        for sheet in sheets:
            names.append(self.free_sheet_name(sheet.name, taken))
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
        if foreign_objects(draft.data, part, mark, sheet):
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
