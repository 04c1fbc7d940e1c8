"""A workbook between reading and saving: what was read, what has been asked for, and what may be touched."""

from __future__ import annotations

import contextlib
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.books.book import Plan
from leadbook.books.planned import PlannedCells
from leadbook.books.refusals import naming_refusals
from leadbook.model.issues import BookRefusedError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.books.ooxml import TableInfo, Workbook
    from leadbook.books.planned import Staged
    from leadbook.model.tables import BookContents, RawTable


class Draft(Struct, dict=True):
    """What the parts of a closed book share.

    Parameters
    ----------
    data : bytes
        The file as it was read.
    workbook : ooxml.Workbook
        The package editor; sheets, tables and rows are changed in it at once, in memory.
    contents : BookContents
        The tables as they were read, which every change is compared with.
    write_protected : bool
        Whether leadbook may write on protected sheets.
    changed : Staged
        The seller's cells that will change.
    styles : mapping of sheet to column to style
        Formats of columns that were added.
    restyled : mapping of sheet to column to row to style
        Changed cells whose number format changes too.
    free_rows : mapping of table to row
        The first row below a table's data, once something was added.
    """

    data: bytes
    workbook: Workbook
    contents: BookContents
    write_protected: bool = False
    changed: Staged = field(default_factory=dict)
    styles: dict[str, dict[int, int]] = field(default_factory=dict)
    restyled: dict[str, dict[int, dict[int, int]]] = field(default_factory=dict)
    free_rows: dict[str, int] = field(default_factory=dict)
    _positions: dict[str, dict[int, int]] = field(default_factory=dict)

    @cached_property
    def plan(self) -> Plan:
        """What will be written, growing with each change."""
        return Plan(cells=PlannedCells(self.changed, self.value_as_read))

    def table(self, name: str) -> TableInfo:
        """Return where a table stands now, whatever the case of its name."""
        wanted = name.casefold()
        for table in self.workbook.tables:
            if table.name.casefold() == wanted:
                return table
        raise InputError(f'"{self.contents.name}" has no table called {name}. Put it back and run the command again.')

    def raw(self, table: str) -> RawTable | None:
        """Return a table as it was read; None for one that was added since."""
        return self.contents.tables.get(table)

    def positions(self, table: str) -> dict[int, int]:
        """Return where each Excel row of a table stands in its columns."""
        if table not in self._positions:
            raw = self.raw(table)
            rows = raw.rows.tolist() if raw else []
            self._positions[table] = dict(zip(rows, range(len(rows)), strict=True))
        return self._positions[table]

    def value_as_read(self, sheet: str, row: int, column: int) -> object:
        """Return what a cell of a table held when it was read; None for a blank one and any other cell."""
        for raw in self.contents.tables.values():
            if raw.sheet == sheet and 0 <= column - raw.first_column < len(raw.cells):
                at = self.positions(raw.name).get(row)
                if at is not None:
                    return raw.cells[column - raw.first_column][at]
        return None

    def refuse_protected(self, sheet: str) -> None:
        """Refuse to write on a protected sheet, unless the workbook's Options allow it."""
        protected = any(info.protected for info in self.workbook.sheets if info.name == sheet)
        if protected and not self.write_protected:
            raise BookRefusedError(
                f'Sheet "{sheet}" is protected. Unprotect it in Excel (Review, Unprotect Sheet), or set the option '
                "Owned Writes On Protected on the sheet Settings to yes, and run the command again."
            )

    def restyle(self) -> None:
        """Put the changed cells that get another format once more, with it: the last word on a cell counts."""
        for sheet, columns in self.restyled.items():
            for column, rows in columns.items():
                values = self.changed.get(sheet, {}).get(column, {})
                for style in set(rows.values()):
                    cells = {row: values[row] for row, own in rows.items() if own == style and row in values}
                    if cells:
                        self.workbook.set_cells(sheet, {column: cells}, {column: style})

    @contextlib.contextmanager
    def sentences(self) -> Iterator[None]:
        """Turn a refusal of the package editor into one that names the file."""
        with naming_refusals(self.contents.name):
            yield
