"""A team's own workbook: blocks of rows that are no Excel table yet, and making one of them a table."""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from leadbook.books.closed import ClosedBook
from leadbook.books.incoming_books import sheet_grid
from leadbook.books.ooxml.addresses import Area
from leadbook.books.opening import read_file
from leadbook.books.plain_ranges import PlainRange, ranges_of
from leadbook.books.reading import read_contents
from leadbook.books.refusals import naming_every_refusal
from leadbook.model.columns import OWNED_LEAD_COLUMNS
from leadbook.model.issues import BookRefusedError, InputError, column_letters

if TYPE_CHECKING:
    from pathlib import Path

    from leadbook.books.ooxml import Value
    from leadbook.model.tables import RawTable


@naming_every_refusal
class AdoptedBook(ClosedBook):
    """A workbook whose leads may stand in plain cells."""

    @classmethod
    def open(cls, path: Path, *, write_protected: bool = False) -> AdoptedBook:
        """Read a workbook, as ``ClosedBook.open`` does."""
        return cls(path, read_file(path), write_protected=write_protected)

    def plain_ranges(self, sheet: str = "", header_row: int = 0) -> list[PlainRange]:
        """Return the lists on each sheet without tables, or on one sheet, whose headers stand in a given row.

        Raises
        ------
        InputError
            When there is no such sheet.
        BookRefusedError
            When a sheet named here cannot be read safely.
        """
        from python_calamine import CalamineWorkbook  # noqa: PLC0415 - only where there is no table

        workbook = self._draft.workbook
        names = [info.name for info in workbook.sheets if info.kind == "worksheet"]
        if sheet:
            wanted = [name for name in names if name.casefold() == sheet.casefold()]
            if not wanted:
                raise InputError(f'There is no sheet "{sheet}"; the sheets are: {", ".join(names)}.')
            names = wanted
        with_tables = {table.sheet for table in workbook.tables}
        values = CalamineWorkbook.from_filelike(io.BytesIO(self._draft.data))
        found: list[PlainRange] = []
        for name in names:
            scan = workbook.scan(name)
            if scan.extent is None or (name in with_tables and not sheet):
                continue
            grid, top, left = sheet_grid(values, name, scan, self.path.name)
            merges = [tuple(merge) for merge in scan.merges]
            found += ranges_of(name, grid, top, left, merges, header_row=header_row)
        return found

    def make_table(self, block: PlainRange, name: str) -> None:
        """Make a list an Excel table where it stands, in its own colours; its cells stay as they are.

        Only a header that is missing is typed in: a table needs one in each column.

        Raises
        ------
        BookRefusedError
            When headers are merged or repeated, or the sheet is protected.
        """
        if block.problem:
            raise BookRefusedError(f'"{self.path.name}": {block.problem}')
        if any(info.protected for info in self._draft.workbook.sheets if info.name == block.sheet):
            raise BookRefusedError(
                f'Sheet "{block.sheet}" is protected. Unprotect it in Excel (Review, Unprotect Sheet) and run the '
                "command again. To protect it again later, first set the option Owned Writes On Protected on the sheet "
                "Settings to yes."
            )
        typed: dict[int, dict[int, Value]] = {
            column: {block.area.first_row: header} for column, header in block.named.items()
        }
        with self._draft.sentences():
            if typed:
                self._draft.workbook.set_cells(block.sheet, typed)
                self._draft.changed.setdefault(block.sheet, {}).update(typed)
            self._draft.workbook.add_table(block.sheet, block.area, name)
        self._draft.contents = read_contents(self._draft.data, self._draft.workbook, name=self.path.name)

    def choices(self, raw: RawTable, header: str) -> list[str]:
        """Return the words that a column's dropdown offers in the table's first row, in order."""
        column = raw.first_column + list(raw.headers).index(header)
        return self._draft.workbook.dropdown_words(raw.sheet, raw.header_row + 1, column)

    def in_the_way(self, raw: RawTable) -> list[str]:
        """Return a sentence for what lies over the cells to the right of a table, where columns are added."""
        first = raw.first_column + len(raw.headers)
        wanted = Area(raw.header_row, first, max(raw.last_row, raw.header_row + 1), first + len(OWNED_LEAD_COLUMNS))
        over = [area for area in self._draft.workbook.floating_areas(raw.sheet) if wanted.meets(area)]
        if not over or any(column.header in raw.headers for column in OWNED_LEAD_COLUMNS):
            return []
        place = f"{column_letters(over[0].first_column)}{over[0].first_row}"
        told = (
            f"A picture or chart at {place} on sheet {raw.sheet} lies over the columns that leadbook adds to the right "
            "of the leads; drag it aside in Excel to see them."
        )
        return [told]

    def free_table_name(self, wanted: str) -> str:
        """Return a name that no table and no defined name has, without regard to case."""
        workbook = self._draft.workbook
        taken = {table.name.casefold() for table in workbook.tables}
        taken |= {defined.name.casefold() for defined in workbook.defined_names.values()}
        name, number = wanted, 1
        while name.casefold() in taken:
            number += 1
            name = f"{wanted}{number}"
        return name
