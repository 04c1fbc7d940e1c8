"""The workbook as a file on disk: read once, changed in a plan, saved once as a whole, losing nothing."""

from __future__ import annotations

import io
from functools import cached_property
from typing import TYPE_CHECKING, BinaryIO

from msgspec.structs import replace

from leadbook.books import sellertables
from leadbook.books.draft import Draft
from leadbook.books.generated import GeneratedSheets
from leadbook.books.ooxml import Workbook
from leadbook.books.opening import read_file
from leadbook.books.ownership import list_marks
from leadbook.books.reading import read_contents
from leadbook.books.refusals import naming_every_refusal, naming_refusals
from leadbook.books.saving import digest, replace_file

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leadbook.books.book import Plan
    from leadbook.books.ooxml.row_contents import RowContent
    from leadbook.model.columns import Column
    from leadbook.model.tables import BookContents
    from leadbook.sheets.spec import Content, Sheet


@naming_every_refusal
class ClosedBook:
    """A workbook that is not open in Excel.

    Parameters
    ----------
    path : Path
        For sentences, and where it is saved.
    data : bytes
        What the file holds.
    write_protected : bool
        Whether leadbook may write its own columns on protected sheets.
    """

    def __init__(self, path: Path, data: bytes, *, write_protected: bool = False) -> None:
        self.path = path
        self.backup: Path | None = None
        self._digest = digest(data)
        self._data = data
        self._write_protected = write_protected

    @cached_property
    def _draft(self) -> Draft:
        return _drafted(self.path.name, self._data, write_protected=self._write_protected)

    @cached_property
    def _sheets(self) -> GeneratedSheets:
        return GeneratedSheets(self._draft)

    @classmethod
    def open(cls, path: Path, *, write_protected: bool = False) -> ClosedBook:
        """Read a workbook.

        Raises
        ------
        InputError
            When there is no such file.
        BookBusyError
            When it cannot be read now.
        BookRefusedError
            When it is no workbook, or one that cannot be edited safely.
        """
        book = cls(path, read_file(path), write_protected=write_protected)
        _ = book.contents  # refuses here, not later
        return book

    @property
    def contents(self) -> BookContents:
        """Every table of the workbook, as it was read."""
        return self._draft.contents

    @property
    def plan(self) -> Plan:
        """What has been asked for so far."""
        return self._draft.plan

    @property
    def last_saved(self) -> tuple[str, str]:
        """Who saved the file last, and when (ISO day), as its properties say; "" for what they don't."""
        return self._draft.workbook.last_saved()

    def is_protected(self, sheet: str) -> bool:
        """Tell whether a sheet is protected."""
        return any(info.protected for info in self._draft.workbook.sheets if info.name == sheet)

    def allow_protected(self, allowed: bool) -> None:
        """Say whether leadbook may write on protected sheets; an option that is known only after reading."""
        self._draft.write_protected = allowed

    def sheet_name(self, wanted: str) -> str:
        """Return the name a generated sheet has, or will have: the seller may own a sheet called ``wanted``."""
        return self._sheets.sheet_name(wanted)

    def has_sheet(self, wanted: str) -> bool:
        """Whether leadbook put a generated sheet there before and it was not deleted."""
        return self._sheets.has_sheet(wanted)

    def table_name(self, wanted: str) -> str:
        """Return the name a table of leadbook's has, or will have, free of clashes with the seller's names."""
        return self._sheets.table_name(wanted)

    def free_table_name(self, wanted: str) -> str:
        """Return the name a new table will have beside every table and name that is there."""
        return self._sheets.free_table_name(wanted)

    def add_columns(self, table: str, columns: Sequence[Column]) -> None:
        """Append the columns that a table lacks at its right edge, with headers, widths and formats.

        Raises
        ------
        BookRefusedError
            When there is no room beside the table, or its sheet is protected.
        """
        sellertables.add_columns(self._draft, table, columns)

    def write_column(self, table: str, header: str, values: Mapping[int, Content]) -> None:
        """Write cells of one column by Excel row; only cells whose value differs are touched.

        Raises
        ------
        InputError
            When the table or the column is not there, or a text is too long for a cell.
        BookRefusedError
            When a cell would change on a protected sheet.
        """
        sellertables.write_column(self._draft, table, header, values)

    def locked_rows(self, table: str, header: str) -> frozenset[int]:
        """Return the Excel rows in which a column holds a formula, or a part of one."""
        from leadbook.books import corrections

        return corrections.locked_rows(self._draft, table, header)

    def hidden_rows(self, table: str) -> frozenset[int]:
        """Return the Excel rows of a table that a filter or the seller has hidden."""
        from leadbook.books import corrections

        return corrections.hidden_rows(self._draft, table)

    def correct_cells(self, table: str, header: str, values: Mapping[int, Content]) -> None:
        """Put cells right that the seller typed: their look stays, and text stays text.

        Raises
        ------
        BookRefusedError
            When the sheet is protected; the option for leadbook's own columns does not count here.
        """
        from leadbook.books import corrections

        corrections.correct_cells(self._draft, table, header, values)

    def make_room(self, table: str, count: int) -> None:
        """Put blank records in at a table's end where it cannot grow by itself; before anything else is asked for.

        Raises
        ------
        BookRefusedError
            When what stands below the table cannot move.
        """
        from leadbook.books.room import with_room

        data = with_room(self._draft, table, count)
        if data is not None:
            self._draft = _drafted(self.path.name, data, write_protected=self._draft.write_protected)
            self._sheets = GeneratedSheets(self._draft)

    def append_rows(self, table: str, rows: Sequence[Sequence[Content]]) -> None:
        """Add rows below a table's data, see `append_columns`; short ones end in blanks."""
        sellertables.append_rows(self._draft, table, rows)

    def append_columns(self, table: str, columns: Sequence[Sequence[Content]]) -> None:
        """Add rows, given column by column, below a table's data: blank rows at its end first, then it grows.

        Raises
        ------
        BookRefusedError
            When the sheet has no room below the table, or is protected.
        """
        sellertables.append_columns(self._draft, table, columns)

    def put_sheets(self, sheets: Sequence[Sheet]) -> None:
        """Add generated sheets at the end, or replace those leadbook put there before, in place.

        Raises
        ------
        BookRefusedError
            When the user put a chart, picture or comment on a generated sheet, or cells where the new one
            needs room.
        """
        self._sheets.put(sheets)

    def add_sheets(self, sheets: Sequence[Sheet]) -> list[str]:
        """Add sheets that the seller will own, at the end, and return the names they got."""
        return self._sheets.add(sheets)

    def tint_issues(self, table: str, id_header: str = "Lead ID") -> None:
        """Have Excel tint every cell that the Issues sheet lists, leaving the seller's own colours alone.

        Parameters
        ----------
        table : str
        id_header : str
            The header of the column that tells the rows apart; without such a column nothing is tinted.
        """
        sellertables.tint_issues(self._draft, table, id_header)

    def keep_pairs_apart(self, pairs: Sequence[tuple[str, str]], day: dt.date) -> None:
        """Remember pairs of leads that are two different ones, in the table KeptApart on the Settings sheet."""
        from leadbook.books import keptapart

        keptapart.remember(self._draft, [(*pair, day) for pair in pairs])

    def keep_rows_apart(self, rows: Sequence[tuple[Content, ...]]) -> None:
        """Put rows as they are into the table KeptApart: both leads, since when, and a note."""
        from leadbook.books import keptapart

        keptapart.remember(self._draft, rows)

    def archive_rows(
        self, table: str, rows: Mapping[int, tuple[Content, ...]], contents: Mapping[int, RowContent]
    ) -> None:
        """Copy records of a table to the Archive as they are, each behind the cells that say why.

        Parameters
        ----------
        table : str
        rows : mapping of int to tuple of Content
            Row of the table to the cells of the Archive's own columns.
        contents : mapping of int to RowContent
            What stands on those rows.
        """
        from leadbook.books import archiving

        archiving.archive_rows(self._draft, table, rows, contents)

    @property
    def draft(self) -> Draft:
        """What has been asked for, for the operations that move rows."""
        return self._draft

    def rendered(self) -> bytes:
        """Return the workbook with the plan carried out, without saving it; the book is not to be used after that."""
        draft = self._draft
        target = io.BytesIO()
        with draft.sentences():
            self._stage()
            if not draft.workbook.changed_parts():
                return draft.data
            draft.workbook.write(target)
        return target.getvalue()

    def rebased(self, data: bytes) -> ClosedBook:
        """Return a book of the same file that goes on from other bytes; saving still notices a file that changed.

        They are read when something is asked of them, so that saving them as they are costs no reading.
        """
        book = ClosedBook(self.path, data, write_protected=self._draft.write_protected)
        book._digest = self._digest
        return book

    def let_go(self) -> None:
        """Forget what was read; nothing is to be asked of the book any more."""
        vars(self).pop("_sheets", None)
        vars(self).pop("_draft", None)
        self._data = b""

    def _stage(self) -> None:
        draft = self._draft
        for sheet, columns in draft.changed.items():
            cells = {column: rows for column, rows in columns.items() if rows}
            if cells:
                draft.workbook.set_cells(sheet, cells, draft.styles.get(sheet))
        draft.restyle()

    def save(self) -> None:
        """Carry out the plan as one atomic replacement of the file; with nothing planned it stays untouched.

        Raises
        ------
        BookBusyError
            When the file is open in Excel, changed since it was read, or cannot be written.
        BookRefusedError
            When a check of the finished workbook fails; the file is as it was.
        """
        if "_draft" in vars(self):
            draft = self._draft
            self._data = draft.data
            with draft.sentences():
                self._stage()
                if draft.workbook.changed_parts():
                    self.backup = replace_file(self.path, draft.workbook.write, read_digest=self._digest)
                    return
        if digest(self._data) != self._digest:  # it goes on from bytes that are not on disk yet
            with naming_refusals(self.path.name):
                self.backup = replace_file(self.path, self._write_data, read_digest=self._digest)

    def _write_data(self, target: BinaryIO) -> None:
        target.write(self._data)


def _drafted(name: str, data: bytes, *, write_protected: bool) -> Draft:
    """Read a workbook's bytes for changes."""
    with naming_refusals(name):
        workbook = Workbook.open(data)
        contents = read_contents(data, workbook, name=name)
        generated = frozenset(mark.sheet for mark in list_marks(workbook).values())
    return Draft(data, workbook, replace(contents, generated_sheets=generated), write_protected)
