"""A workbook that is edited without losing anything in it: what changes is asked for, then written once."""

from __future__ import annotations

from typing import TYPE_CHECKING, BinaryIO, Unpack

from leadbook.books.ooxml import gate, names, table_edits
from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, AreaLike
from leadbook.books.ooxml.grafting import put_sheet
from leadbook.books.ooxml.looks import Look, derive_style
from leadbook.books.ooxml.readable import ReadableWorkbook
from leadbook.books.ooxml.rendering import render_package
from leadbook.books.ooxml.scratch import ScratchBook
from leadbook.books.ooxml.values import Value, check_values

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.ooxml.values import RawCell


class Workbook(ReadableWorkbook):
    """A workbook's package with the changes asked of it; nothing is written before `write`.

    Sheets and tables are named as Excel shows them, without regard to case. Rows and columns count from 1.
    """

    def __init__(self, data: bytes, *, signed: bool = False) -> None:
        super().__init__(data, signed=signed)
        self._formulas_changed = False
        self._names_changed = False

    def put_raw_cells(self, sheet: str, cells: Mapping[int, Mapping[int, RawCell]]) -> None:
        """Put cells by column and row as they were written elsewhere in this workbook, with their looks."""
        part = self._sheet(sheet)
        for column, rows in cells.items():
            part.edits.add(column, dict(rows), 0)

    def style(self, *, based_on: int = 0, **look: Unpack[Look]) -> int:
        """Return a cell format that looks like ``based_on`` but for what is given (see `Look`), made only once."""
        return derive_style(self._book.styles, based_on, look)

    def set_cells(
        self,
        sheet: str,
        cells: Mapping[int, Mapping[int, Value]],
        styles: Mapping[int, int] | None = None,
    ) -> None:
        """Put values into cells.

        Parameters
        ----------
        sheet : str
        cells : mapping of column to mapping of row to Value
            None empties a cell, keeping its look. Text is text, whatever it begins with. The mappings are
            read when the workbook is written; do not change them meanwhile.
        styles : mapping of column to int
            The format of the given cells; a column that is missing keeps each cell's own.

        Raises
        ------
        PackageRefusedError
            When a cell is inside a merged block, or others depend on its formula.
        ValueError, TypeError
            For a value that no cell can hold, or a place outside the sheet.
        """
        part = self._sheet(sheet)
        for column, rows in cells.items():
            if rows and not (1 <= column <= LAST_COLUMN and min(rows) >= 1 and max(rows) <= LAST_ROW):
                raise ValueError("A cell lies outside Excel's 1,048,576 rows and 16,384 columns.")
            check_values(rows.values())
        table_edits.refuse_headers(self._book.tables, part, cells)
        part.check_writable(cells)
        for column, rows in cells.items():
            part.edits.add(column, rows, None if styles is None else styles.get(column))

    def add_table_columns(
        self,
        table: str,
        headers: Sequence[str],
        header_style: int | None,
        body_styles: Sequence[int],
        widths: Sequence[float | None],
        *,
        row_styles: Sequence[Mapping[int, int]] = (),
    ) -> int:
        """Append columns at a table's right edge; return the first one's sheet column.

        ``header_style`` None takes the look of the last header. Cells set in the new columns without a style
        of their own take ``body_styles``, which become their columns' own; rows that ``row_styles`` names take
        that style instead, at once, whether they hold anything or not.

        Raises
        ------
        PackageRefusedError
            When something stands to the right of the table, it has no header row, or a query fills it.
        """
        part = self._table(table)
        sheet = self._sheet(part.sheet)
        return table_edits.add_columns(
            part,
            sheet,
            self._book.tables,
            headers,
            header_style=header_style,
            body_styles=body_styles,
            widths=widths,
            row_styles=row_styles,
        )

    def append_table_rows(
        self, table: str, rows: Sequence[Sequence[Value]], styles: Sequence[int] | None = None
    ) -> None:
        """Append rows to a table, see `append_table_columns`; short ones end in blanks."""
        width = max(map(len, rows), default=0)
        columns = [[row[index] if index < len(row) else None for row in rows] for index in range(width)]
        self.append_table_columns(table, columns, styles)

    def append_table_columns(
        self, table: str, columns: Sequence[Sequence[Value]], styles: Sequence[int] | None = None
    ) -> None:
        """Append rows, given column by column, to a table; its conditional formats and validations follow.

        ``styles`` None takes the look of the last record. Calculated columns given None get their formula.

        Raises
        ------
        PackageRefusedError
            When the table has a totals row, something stands below it, or a query fills it.
        """
        part = self._table(table)
        sheet = self._sheet(part.sheet)
        if table_edits.append_rows(part, sheet, self._book.tables, columns, styles):
            self._formulas_changed = True

    def add_table(self, sheet: str, area: AreaLike, name: str, style_name: str | None = None) -> None:
        """Make a table of a header row and a body that exist, touching no cell.

        Raises
        ------
        PackageRefusedError
            When the block meets a table or merged cells, a header is blank, repeated or no text, or a filter
            hides rows.
        ValueError
            When the name is taken.
        """
        from leadbook.books.ooxml.table_making import make_table

        if make_table(self._book, self._sheet(sheet), Area.of(area), name, style_name):
            self._names_changed = True

    def graft_sheet(
        self,
        scratch: bytes | ScratchBook,
        name: str,
        *,
        replace: str | None = None,
        keep_outside: AreaLike | None = None,
    ) -> None:
        """Add a sheet of a scratch workbook at the end, or put it in an old one's place.

        Parameters
        ----------
        scratch : bytes or ScratchBook
            An .xlsx made by XlsxWriter with a sheet of the name it will have here; taken apart by the caller
            when several of its sheets are wanted.
        name : str
        replace : str or None
            The sheet to replace: it keeps its part, id, place, tab name and visibility.
        keep_outside : Area or None
            What leadbook wrote there last time: the user's own cells outside it survive.

        Raises
        ------
        PackageRefusedError
            When the new sheet would cover the user's own cells, or something else of theirs hangs on the old one.
        ValueError
            When no scratch sheet has the name, it counts dates otherwise, or a table name is taken.
        """
        replaced = None if replace is None else self._sheet(replace)
        outside = None if keep_outside is None else Area.of(keep_outside)
        source = scratch if isinstance(scratch, ScratchBook) else ScratchBook(scratch)
        if put_sheet(self._book, source, name, replaced, outside):
            self._names_changed = True
        part = self._sheet(name) if replaced is None else replaced
        if part.part in self._book.package.changed():
            self._formulas_changed = True

    def set_name(
        self, name: str, text: str, *, hidden: bool = False, comment: str = "", sheet: str | None = None
    ) -> None:
        """Add a defined name or change it in place; ``sheet`` None is the whole workbook.

        Raises
        ------
        ValueError
            When a table has the name.
        """
        if any(table.name.casefold() == name.casefold() for table in self._book.tables):
            raise ValueError(f"The workbook has a table called {name!r} already.")
        index = None if sheet is None else self._book.sheets.index(self._sheet(sheet))
        if names.set_name(self._book.root, name, text, hidden=hidden, comment=comment, sheet_index=index):
            self._names_changed = True

    def set_conditional_format(
        self,
        sheet: str,
        marker: str,
        sqref: str,
        formula: str,
        *,
        fill: str,
        font_color: str = "",
        bold: bool = False,
    ) -> None:
        """Add or update the one formula rule whose formula contains ``marker``; every other rule stays."""
        if marker not in formula:
            raise ValueError("The rule's formula must contain the marker it is found by.")
        look = self._book.styles.differential(fill=fill, font_color=font_color, bold=bold)
        self._sheet(sheet).frame.set_rule(marker, sqref, formula, look)

    def changed_parts(self) -> set[str]:
        """Return the names of the parts that a write would add, change or drop, as far as known now."""
        changed = self._book.package.changed()
        changed |= {sheet.part for sheet in self._book.sheets if sheet.changed}
        changed |= {table.part for table in self._book.tables if table.changed}
        if self._book.styles.changed:
            changed.add(self._book.styles.part)
        if changed or self._names_changed:
            changed.add(self._book.part)
        return changed

    def write(self, target: BinaryIO, *, thorough: bool = False) -> None:
        """Write the workbook, after the gate has looked at the very bytes.

        Parameters
        ----------
        target : binary file
        thorough : bool
            Check everything, cell by cell; otherwise what is cheap.

        Raises
        ------
        PackageRefusedError
            When an invariant would be broken; nothing is written then.
        """
        data = render_package(self._book, formulas_changed=self._formulas_changed, names_changed=self._names_changed)
        gate.check(self._data, data, self._book.package.changed(), thorough=thorough)
        target.write(data)
