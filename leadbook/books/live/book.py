"""The workbook open in Excel: read once with its unsaved edits, changed in a plan, written in one go."""

from __future__ import annotations

import re
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.books.as_read import tables_as_read
from leadbook.books.book import Plan
from leadbook.books.cellvalues import to_values
from leadbook.books.comparing import differing
from leadbook.books.given_names import GivenNames
from leadbook.books.live.calls import Calls
from leadbook.books.live.guard import hidden_runs
from leadbook.books.live.outline import outline_of, read_names
from leadbook.books.live.reading import OpenTable, read_tables
from leadbook.books.live.seam import seam_of
from leadbook.books.live.staged import Staging
from leadbook.books.live.writing import write_staged
from leadbook.books.ownership import list_marks
from leadbook.books.planned import PlannedCells
from leadbook.model.issues import BookRefusedError, InputError, column_letters, quoted_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import xlwings as xw

    from leadbook.books.live.journal import Journal
    from leadbook.model.columns import Column
    from leadbook.model.tables import BookContents, RawTable
    from leadbook.sheets.spec import Content, Sheet


class LiveBook:
    """A workbook that is open in Excel; a ``Book`` as the closed one is.

    Parameters
    ----------
    book : xlwings.Book
    journal_folder : Path or None
        Where the change log is kept before anything is written; None keeps none, and nothing can be taken back.
    calls : Calls or None
        How calls that Excel turns away are waited for.

    Raises
    ------
    BookBusyError
        When Excel does not answer in time.
    """

    def __init__(self, book: xw.Book, journal_folder: Path | None = None, calls: Calls | None = None) -> None:
        self.calls = calls or Calls()
        self.book = book
        self.journal_folder = journal_folder
        self.journal: Journal | None = None
        self.seam = self.calls(lambda: seam_of(book))
        names = read_names(book, self.calls, self.seam)
        contents, self.places = read_tables(book, self.calls, self.seam, frozenset())
        standing = [(place.name, place.sheet) for place in self.places.values()]
        self.outline = outline_of(contents.sheet_names, standing, names)
        ours = frozenset(mark.sheet for mark in list_marks(self.outline).values())
        self._contents = replace(contents, generated_sheets=ours)
        self.names = GivenNames(self.outline)
        self.staged = Staging()
        self.write_protected = False

    @property
    def contents(self) -> BookContents:
        """Every table of the workbook, as it was read."""
        return self._contents

    @cached_property
    def plan(self) -> Plan:
        """What has been asked for so far."""
        return Plan(cells=PlannedCells(self.staged.changed, self._value_as_read))

    def sheet_name(self, wanted: str) -> str:
        """Return the name a generated sheet has, or will have: the seller may own a sheet called ``wanted``."""
        return self.names.sheet_name(wanted)

    def has_sheet(self, wanted: str) -> bool:
        """Whether leadbook put a generated sheet there before and it was not deleted."""
        return self.names.has_sheet(wanted)

    def table_name(self, wanted: str) -> str:
        """Return the name a generated table has, or will have, free of clashes with the seller's names."""
        return self.names.table_name(wanted)

    def free_table_name(self, wanted: str) -> str:
        """Return the name a new table will have beside every table and name that is there."""
        return self.names.free_table_name(wanted)

    def allow_protected(self, allowed: bool) -> None:
        """Take note of an option for closed files: Excel itself lets nobody write on a protected sheet."""
        del allowed

    def place(self, table: str) -> OpenTable:
        """Return where a table stands, whatever the case of its name.

        Raises
        ------
        InputError
            When there is none.
        """
        for name, place in self.places.items():
            if name.casefold() == table.casefold():
                return place
        raise InputError(f'"{self._contents.name}" has no table called {table}. Put it back and click again.')

    def add_columns(self, table: str, columns: Sequence[Column]) -> None:
        """Plan the columns that a table lacks, at its right edge."""
        place = self.place(table)
        present = {_folded(header) for header in place.headers}
        lacking = [column for column in columns if _folded(column.header) not in present]
        if not lacking:
            return
        headers = [column.header for column in lacking]
        self.staged.added.setdefault(place.name, []).extend(lacking)
        self.places[place.name] = replace(place, headers=(*place.headers, *headers))
        self.plan.columns_added.setdefault(place.name, []).extend(headers)

    def write_column(self, table: str, header: str, values: Mapping[int, Content]) -> None:
        """Plan the cells of one column whose value differs from what was read, by Excel row.

        Raises
        ------
        InputError
            When the table or the column is not there, or a text is too long for a cell.
        """
        place = self.place(table)
        if header not in place.headers:
            raise InputError(
                f'Table {place.name} has no column called "{header}". Put the header back and click again.'
            )
        column = place.first_column + place.headers.index(header)
        letters = f"{quoted_sheet(place.sheet)}!{column_letters(column)}"
        raw = self._contents.tables.get(place.name)
        known = raw is not None and 0 <= column - place.first_column < len(raw.cells)
        formulas = {row: text.removeprefix("=") for row, text in place.formulas.get(column, {}).items()}
        changes = differing(
            values,
            (lambda rows: self._cells_as_read(raw, column, rows)) if known and raw is not None else None,
            formulas,
            lambda row: f"{letters}{row}",
            place.name,
        )
        staged = self.staged.changed.setdefault(place.sheet, {}).setdefault(column, changes)
        if staged is not changes:
            for row in values.keys() - changes.keys():
                staged.pop(row, None)
            staged.update(changes)

    def locked_rows(self, table: str, header: str) -> frozenset[int]:
        """Return the Excel rows in which a column holds a formula."""
        place = self.place(table)
        column = place.first_column + place.headers.index(header)
        return frozenset(place.formulas.get(column, ()))

    def hidden_rows(self, table: str) -> frozenset[int]:
        """Return the Excel rows of a table that a filter or the seller has hidden."""
        place = self.place(table)
        runs = self.calls(lambda: hidden_runs(self.book.sheets[place.sheet].tables[place.name].range))
        return frozenset(row for first, last in runs for row in range(first, last + 1))

    def correct_cells(self, table: str, header: str, values: Mapping[int, Content]) -> None:
        """Plan cells that the seller typed, put right; text stays text."""
        self.write_column(table, header, values)

    def make_room(self, table: str, count: int) -> None:
        """Do nothing: where a table cannot grow, writing refuses."""
        del table, count

    def append_rows(self, table: str, rows: Sequence[Sequence[Content]]) -> None:
        """Plan rows below the table's last one; short ones end in blanks."""
        if rows:
            width = max(map(len, rows))
            self.append_columns(table, list(zip(*((*row, *[None] * (width - len(row))) for row in rows), strict=True)))

    def append_columns(self, table: str, columns: Sequence[Sequence[Content]]) -> None:
        """Plan rows below the table's last one, given column by column."""
        count = max(map(len, columns), default=0)
        if not count:
            return
        place = self.place(table)
        if len(columns) > len(place.headers):
            raise InputError(
                f"Table {place.name} has {len(place.headers)} columns, and a row of {len(columns)} values was given."
            )
        values = [to_values(column, lambda at: f"{place.name}, new row {at + 1}", place.name) for column in columns]
        self.staged.appended.setdefault(place.name, []).append(values)
        appended = self.plan.rows_appended
        appended[place.name] = appended.get(place.name, 0) + count

    def put_sheets(self, sheets: Sequence[Sheet]) -> None:
        """Plan generated sheets: new ones at the end, those leadbook put there before in place."""
        for sheet in sheets:
            wanted = self.names.wanted_name(sheet.name)
            mark = list_marks(self.outline).get(wanted.casefold()) if self.has_sheet(wanted) else None
            self.staged.generated.append((wanted, self.sheet_name(wanted), sheet, mark))
            (self.plan.sheets_replaced if mark else self.plan.sheets_added).append(self.sheet_name(wanted))

    def add_sheets(self, sheets: Sequence[Sheet]) -> list[str]:
        """Plan sheets that the seller will own, at the end, and return the names they get."""
        taken: set[str] = set()
        names: list[str] = []
        for sheet in sheets:
            name = self.names.free_sheet_name(sheet.name, taken)
            names.append(name)
            taken.add(name.casefold())
            self.staged.own_sheets.append((name, sheet))
            self.plan.sheets_added.append(name)
            for table in sheet.tables:
                self.places[table.name] = OpenTable(
                    table.name, name, tuple(column.header for column in table.columns), table.row, table.column,
                    table.last_row, True, table.totals, {},
                )  # fmt: skip
            contents = self._contents
            self._contents = replace(
                contents,
                tables={**contents.tables, **tables_as_read(sheet, name)},
                sheet_names=(*contents.sheet_names, name),
            )
        return names

    def selected_rows(self) -> tuple[str, range]:
        """Return the sheet in front and the rows that are selected on it."""
        view = self.calls(self.seam.look, self.book)
        selected = self.calls(self.book.sheets[view.sheet].range, view.selected)
        first, height = self.calls(lambda: (selected.row, selected.shape[0]))
        return view.sheet, range(first, first + height)

    def remember_order(self, table: str, id_header: str) -> None:
        """Have an undo look whether the rows of a table still stand in the order they have now, by their ids."""
        self.staged.keyed = (table, id_header)

    def folder(self) -> Path | None:
        """Return the folder that the workbook is saved in; None before it is saved, and where that is no folder.

        In OneDrive and SharePoint Excel tells a web address, from which no folder can be told for certain.
        """
        told = self.calls(self.seam.full_name, self.book)
        path = Path(told)
        return path.parent if "://" not in told and path.is_absolute() and path.parent.is_dir() else None

    def tint_issues(self, table: str, id_header: str = "Lead ID") -> None:
        """Plan the rule by which Excel tints the cells that the Issues sheet lists."""
        self.staged.tinted = (table, id_header)

    def save(self) -> None:
        """Write the plan into the open workbook; it stays open, and unsaved as the seller's own edits are.

        Raises
        ------
        BookRefusedError
            When a sheet is protected, a filter cannot be put back, or there is no room; nothing is written then.
        BookBusyError
            When Excel turned calls away for too long; what was written is taken back, or the sentence says what stayed.
        """
        if self.plan.is_empty:
            return
        protected = [
            name for name in self.staged.sheets_touched(self.places)
            if name in self._contents.sheet_names and self._is_protected(name)
        ]  # fmt: skip
        if protected:
            raise BookRefusedError(
                f'Sheet "{protected[0]}" is protected. Unprotect it (Review, Unprotect Sheet), and click again.'
            )
        self.journal = write_staged(self)

    def _is_protected(self, sheet: str) -> bool:
        if sheet not in {known.name for known in self.outline.sheets}:
            return False
        return self.calls(lambda: self.seam.is_protected(self.book.sheets[sheet]))

    def _positions(self, raw: RawTable) -> dict[int, int]:
        rows = raw.rows.tolist()
        return dict(zip(rows, range(len(rows)), strict=True))

    def _cells_as_read(self, raw: RawTable, column: int, rows: list[int]) -> Sequence[object]:
        cells = raw.cells[column - raw.first_column]
        if rows == raw.rows.tolist():
            return cells
        positions = self._positions(raw)
        return [None if (at := positions.get(row)) is None else cells[at] for row in rows]

    def _value_as_read(self, sheet: str, row: int, column: int) -> object:
        for raw in self._contents.tables.values():
            if raw.sheet == sheet and 0 <= column - raw.first_column < len(raw.cells):
                at = self._positions(raw).get(row)
                if at is not None:
                    return raw.cells[column - raw.first_column][at]
        return None


def _folded(header: str) -> str:
    return re.sub(r"\s+", " ", header).strip().casefold()
