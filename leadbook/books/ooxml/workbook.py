"""A workbook that is edited without losing anything in it: what changes is asked for, then written once."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, BinaryIO

from lxml import etree

from leadbook.books.ooxml import gate, names, table_edits
from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, AreaLike
from leadbook.books.ooxml.calc import ask_full_calculation, drop_chain
from leadbook.books.ooxml.cell_texts import kept_cells
from leadbook.books.ooxml.graft import ChildMover, Scratch, drop_children
from leadbook.books.ooxml.looks import derive_style
from leadbook.books.ooxml.opening import open_workbook
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.sheet import SheetInfo, SheetPart
from leadbook.books.ooxml.tables import TABLE_TYPE, TableInfo, TablePart, new_table
from leadbook.books.ooxml.values import RawCell, Value, check_values
from leadbook.books.ooxml.xmlparts import OFFICE_RELATIONSHIPS, main, serialize

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.ooxml.names import DefinedName
    from leadbook.books.ooxml.sheet_scan import SheetScan

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


class Workbook:
    """A workbook's package with the changes asked of it; nothing is written before `write`.

    Sheets and tables are named as Excel shows them, without regard to case. Rows and columns count from 1.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._book = open_workbook(data)
        self._formulas_changed = False
        self._names_changed = False

    @classmethod
    def open(cls, data: bytes) -> Workbook:
        """Read a workbook from its bytes.

        Raises
        ------
        PackageRefusedError
            When it is encrypted, of the old or the binary kind, signed, strict, damaged or hostile.
        """
        return cls(data)

    @property
    def date_1904(self) -> bool:
        """Whether its dates count from 1904."""
        return self._book.date_1904

    @property
    def sheets(self) -> tuple[SheetInfo, ...]:
        """Its sheets, in the order of their tabs."""
        return tuple(SheetInfo(sheet) for sheet in self._book.sheets)

    @property
    def tables(self) -> tuple[TableInfo, ...]:
        """Its tables as they are now, sheet by sheet."""
        return tuple(table.info for table in self._book.tables)

    @property
    def defined_names(self) -> Mapping[str, DefinedName]:
        """Its defined names; those of one sheet are keyed ``Sheet!Name``."""
        return names.read_names(self._book.root, [sheet.name for sheet in self._book.sheets])

    def scan(self, sheet: str) -> SheetScan:
        """Return what a sheet holds, without the cells asked for since; found once and remembered."""
        return self._sheet(sheet).scan

    def cell_texts(self, sheet: str, area: AreaLike | None = None) -> dict[tuple[int, int], str]:
        """Return the formula (with "=") or value of each cell that has one, by (row, column)."""
        return self._sheet(sheet).texts(None if area is None else Area.of(area))

    def cell_styles(self, sheet: str, area: AreaLike) -> dict[tuple[int, int], int]:
        """Return the style of each cell written in an area, by (row, column)."""
        return self._sheet(sheet).cell_styles(Area.of(area))

    def style(
        self,
        *,
        based_on: int = 0,
        number_format: str | None = None,
        bold: bool | None = None,
        italic: bool | None = None,
        underline: bool | None = None,
        size: float | None = None,
        color: str | None = None,
        fill: str | None = None,
        align: str | None = None,
        valign: str | None = None,
        wrap: bool | None = None,
        indent: int | None = None,
        border: str | None = None,
        border_color: str = "#D9D9D9",
        locked: bool | None = None,
    ) -> int:
        """Return a cell format that looks like ``based_on`` but for what is given; made once, then found.

        Colours are ``#RRGGBB``; ``border`` is "all", "top" or "bottom"; None leaves a property as it is.
        """
        return derive_style(
            self._book.styles,
            based_on,
            number_format=number_format,
            bold=bold,
            italic=italic,
            underline=underline,
            size=size,
            color=color,
            fill=fill,
            align=align,
            valign=valign,
            wrap=wrap,
            indent=indent,
            border=border,
            border_color=border_color,
            locked=locked,
        )

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
        self._refuse_headers(part, cells)
        part.check_writable(cells)
        for column, rows in cells.items():
            part.edits.add(column, rows, None if styles is None else styles.get(column))

    def _refuse_headers(self, part: SheetPart, cells: Mapping[int, Mapping[int, Value]]) -> None:
        """Refuse changed headers as plain cells: a header and its ``tableColumn`` must say the same."""
        for table in self._book.tables:
            info = table.info
            if table.sheet != part.name or not info.has_header:
                continue
            for column, name in enumerate(info.columns, info.first_column):
                rows = cells.get(column, {})
                if info.first_row in rows and rows[info.first_row] != name:
                    raise PackageRefusedError(
                        f"The header {name!r} of the table {info.name!r} cannot be changed as a plain cell; "
                        "rename it in Excel."
                    )

    def add_table_columns(
        self,
        table: str,
        headers: Sequence[str],
        header_style: int | None,
        body_styles: Sequence[int],
        widths: Sequence[float | None],
    ) -> int:
        """Append columns at a table's right edge; return the first one's sheet column.

        ``header_style`` None takes the look of the last header. Cells set in the new columns without a style
        of their own take ``body_styles``.

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
        )

    def append_table_rows(
        self, table: str, rows: Sequence[Sequence[Value]], styles: Sequence[int] | None = None
    ) -> None:
        """Append rows to a table; its conditional formats and validations follow.

        ``styles`` None takes the look of the last record. Calculated columns given None get their formula.

        Raises
        ------
        PackageRefusedError
            When the table has a totals row, something stands below it, or a query fills it.
        """
        part = self._table(table)
        sheet = self._sheet(part.sheet)
        if table_edits.append_rows(part, sheet, self._book.tables, rows, styles):
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
        part = self._sheet(sheet)
        block = Area.of(area)
        self._check_free_name(name)
        for other in self._book.tables:
            if other.sheet == part.name and other.area.meets(block):
                raise PackageRefusedError(
                    f"The cells {block.ref} on the sheet {part.name!r} meet the table {other.name!r}."
                )
        if any(merge.meets(block) for merge in part.scan.merges):
            raise PackageRefusedError(
                f"The cells {block.ref} on the sheet {part.name!r} hold merged cells, which a table cannot; "
                "unmerge them in Excel and retry."
            )
        if block.last_row <= block.first_row:
            raise ValueError("A table needs a header row and at least one row below it.")
        headers = table_edits.header_texts(part, block, part.edits.values_in_row(block.first_row))
        if table_edits.take_over_filter(part, block):
            names.drop_filter(self._book.root, self._book.sheets.index(part))
            self._names_changed = True
        number = 1 + max((table.id for table in self._book.tables), default=0)
        package = self._book.package
        target = package.free_name(posixpath.join(posixpath.dirname(self._book.part), "tables/table%d.xml"))
        package.put(target, new_table(number, name, block, headers, style_name))
        self._book.types.set(target, TABLE_TYPE)
        links = Relationships(package, part.part)
        part.frame.add_table(links.add(OFFICE_RELATIONSHIPS + "/table", target))
        links.save()
        self._book.tables.append(TablePart(package.read(target), target, part.name))

    def graft_sheet(
        self, scratch: bytes, name: str, *, replace: str | None = None, keep_outside: AreaLike | None = None
    ) -> None:
        """Add the first sheet of a scratch workbook at the end, or put it in an old one's place.

        Parameters
        ----------
        scratch : bytes
            An .xlsx made by XlsxWriter, whose first sheet is called as it will be called here.
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
            When the scratch sheet has another name or date system, or a table name is taken.
        """
        source = Scratch(scratch)
        final = name if replace is None else self._sheet(replace).name
        if source.sheet_name.casefold() != final.casefold():
            raise ValueError(f"The scratch sheet is called {source.sheet_name!r}; its formulas need {final!r}.")
        if source.date_1904 != self.date_1904:
            raise ValueError("The scratch workbook counts dates from another year than the workbook.")
        if replace is None:
            part = self._new_sheet(name)
            old_tables: list[TablePart] = []
            kept: dict[tuple[int, int], RawCell] = {}
        else:
            part = self._sheet(replace)
            old_tables = [table for table in self._book.tables if table.sheet == part.name]
            kept = self._kept_cells(part, source, None if keep_outside is None else Area.of(keep_outside))
            if keep_outside is not None:
                self._refuse_own_tables(old_tables, Area.of(keep_outside))
        self._check_scratch_tables(source, old_tables)
        if replace is not None:
            drop_children(self._book.package, self._book.types, part.part, part.name)
        self._put_sheet(source, part, old_tables)
        for (row, column), value in kept.items():
            part.edits.add(column, {row: value}, 0)
        self._carry_names(source, part)
        self._formulas_changed = True

    def _new_sheet(self, name: str) -> SheetPart:
        if any(sheet.name.casefold() == name.casefold() for sheet in self._book.sheets):
            raise ValueError(f"The workbook has a sheet {name!r} already.")
        if not 1 <= len(name) <= 31 or any(character in name for character in "[]:*?/\\"):
            raise ValueError(f"Excel does not allow the sheet name {name!r}.")
        book = self._book
        part = book.package.free_name(posixpath.join(posixpath.dirname(book.part), "worksheets/sheet%d.xml"))
        # Always a number above all others: a sheet's id never changes and is never used again.
        number = 1 + max(sheet.sheet_id for sheet in book.sheets)
        link = book.links.add(OFFICE_RELATIONSHIPS + "/worksheet", part)
        book.links.save()
        parent = book.root.find(main("sheets"))
        element = etree.SubElement(parent, main("sheet"), name=name, sheetId=str(number))  # type: ignore[arg-type] # a workbook without sheets was refused
        element.set(f"{{{OFFICE_RELATIONSHIPS}}}id", link)
        book.types.set(part, SHEET_TYPE)
        sheet = SheetPart(
            book.package, book.links, name=name, sheet_id=number, part=part, kind="worksheet", visible=True
        )
        book.sheets.append(sheet)
        self._names_changed = True
        return sheet

    def _kept_cells(self, part: SheetPart, source: Scratch, outside: Area | None) -> dict[tuple[int, int], RawCell]:
        if outside is None:
            return {}
        kept = kept_cells(self._book.package, part.part, part.name, outside)
        if not kept:
            return {}
        taken = source.occupied()
        blocks = source.blocks()
        for row, column in kept:
            if (row, column) in taken or any(block.holds(row, column) for block in blocks):
                place = Area(row, column, row, column).ref
                raise PackageRefusedError(
                    f"The sheet {part.name!r} is written anew and now needs the cell {place}, where you keep "
                    "something of your own; move it and retry."
                )
        return kept

    @staticmethod
    def _refuse_own_tables(tables: Sequence[TablePart], ours: Area) -> None:
        for table in tables:
            if table.area.joined(ours) != ours:
                raise PackageRefusedError(
                    f"The sheet {table.sheet!r}, which leadbook writes anew, now holds your table {table.name!r}; "
                    "move it to a sheet of your own and retry."
                )

    def _check_scratch_tables(self, source: Scratch, old_tables: Sequence[TablePart]) -> None:
        own = {table.name.casefold() for table in old_tables}
        for root in source.table_roots():
            name = root.get("displayName") or ""
            if name.casefold() not in own:
                self._check_free_name(name)

    def _check_free_name(self, name: str) -> None:
        taken = {table.name.casefold() for table in self._book.tables}
        taken |= {one.name.casefold() for one in self.defined_names.values()}
        if name.casefold() in taken:
            raise ValueError(f"The workbook has a table or a name called {name!r} already.")

    def _put_sheet(self, source: Scratch, part: SheetPart, old_tables: Sequence[TablePart]) -> None:
        book = self._book
        formats, differentials = book.styles.adopt(source.styles)
        known = {table.name.casefold(): (table.part, table.id) for table in old_tables}
        highest = max((table.id for table in book.tables), default=0)
        book.tables = [table for table in book.tables if table not in old_tables]
        book.package.put(part.part, source.sheet_xml(formats, differentials))
        mover = ChildMover(
            source,
            book.package,
            book.types,
            differentials=differentials,
            tables=known,
            next_table_id=highest + 1,
        )
        mover.move(source.sheet_part, part.part)
        book.tables += [TablePart(book.package.read(one), one, part.name) for one in mover.table_parts]
        part.forget()

    def _carry_names(self, source: Scratch, part: SheetPart) -> None:
        index = self._book.sheets.index(part)
        incoming = source.sheet_names()
        keep = frozenset(element.get("name") or "" for element in incoming)
        names.drop_built_in(self._book.root, index, keep)
        for element in incoming:
            names.set_name(
                self._book.root,
                element.get("name") or "",
                element.text or "",
                hidden=element.get("hidden") == "1",
                sheet_index=index,
            )
        self._names_changed = True

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
        book = self._book
        touched: set[str] = set()
        for sheet in book.sheets:
            if not sheet.changed:
                continue
            packed, formulas = sheet.render(book.styles, date_1904=book.date_1904)
            book.package.put(sheet.part, packed)
            self._formulas_changed = self._formulas_changed or formulas
            touched.add(sheet.name)
            sheet.forget()
        for table in book.tables:
            if table.changed:
                book.package.put(table.part, table.serialize())
                table.changed = False
        if book.styles.changed:  # after the sheets: dates may have brought formats
            book.package.put(book.styles.part, book.styles.serialize())
        if self._formulas_changed:
            drop_chain(book.package, book.links, book.types)
        if book.package.changed() or self._names_changed:
            ask_full_calculation(book.root)
            book.package.put(book.part, serialize(book.root))
        data = book.package.save()
        gate.check(self._data, data, book.package.changed(), thorough=thorough)
        target.write(data)

    def _sheet(self, name: str) -> SheetPart:
        for sheet in self._book.sheets:
            if sheet.name.casefold() == name.casefold():
                return sheet
        raise ValueError(f"The workbook has no sheet {name!r}.")

    def _table(self, name: str) -> TablePart:
        for table in self._book.tables:
            if table.name.casefold() == name.casefold():
                return table
        raise ValueError(f"The workbook has no table {name!r}.")
