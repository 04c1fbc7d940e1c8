"""A generated sheet put into an opened workbook: at the end, or in the place of the one before."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml import names
from leadbook.books.ooxml.addresses import Area
from leadbook.books.ooxml.carried_controls import CarriedControls, take_controls
from leadbook.books.ooxml.cell_texts import kept_cells
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.sheet import SheetPart
from leadbook.books.ooxml.sheet_children import ChildMover, drop_children, forget_types
from leadbook.books.ooxml.tables import TablePart
from leadbook.books.ooxml.xmlparts import OFFICE_RELATIONSHIPS, main

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.ooxml.opening import OpenedWorkbook
    from leadbook.books.ooxml.scratch import Scratch, ScratchBook
    from leadbook.books.ooxml.values import RawCell

SHEET_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml"


def put_sheet(
    book: OpenedWorkbook, scratch: ScratchBook, name: str, replaced: SheetPart | None, keep_outside: Area | None
) -> bool:
    """Add the scratch sheet of that name at the end, or put the one called as ``replaced`` in its place.

    Returns
    -------
    bool
        Whether the workbook's own part changed: its list of sheets or its names.
    """
    source = scratch.sheet(name if replaced is None else replaced.name)
    if scratch.date_1904 != book.date_1904:
        raise ValueError("The scratch workbook counts dates from another year than the workbook.")
    old_tables: list[TablePart] = []
    kept: dict[tuple[int, int], RawCell] = {}
    dropped: list[str] = []
    controls = CarriedControls(b"")
    if replaced is None:
        part = _new_sheet(book, name)
    else:
        part = replaced
        old_tables = [table for table in book.tables if table.sheet == part.name]
        kept = _kept_cells(book, part, source, keep_outside)
        if keep_outside is not None:
            _refuse_own_tables(old_tables, keep_outside)
    _check_tables(book, source, old_tables)
    if replaced is not None:
        # First, so that what comes in their place gets their names again.
        controls = take_controls(book.package, part.part)
        dropped = drop_children(book.package, part.part, part.name, spare=controls.parts)
    _copy_sheet(book, source, part, old_tables, controls)
    forget_types(book.package, book.types, dropped)
    for (row, column), value in kept.items():
        part.edits.add(column, {row: value}, 0)
    return _carry_names(book, source, part) or replaced is None


def check_free_name(book: OpenedWorkbook, name: str) -> None:
    """Refuse a table name that a table or a defined name has."""
    taken = {table.name.casefold() for table in book.tables}
    defined = names.read_names(book.root, [sheet.name for sheet in book.sheets])
    taken |= {one.name.casefold() for one in defined.values()}
    if name.casefold() in taken:
        raise ValueError(f"The workbook has a table or a name called {name!r} already.")


def _new_sheet(book: OpenedWorkbook, name: str) -> SheetPart:
    if any(sheet.name.casefold() == name.casefold() for sheet in book.sheets):
        raise ValueError(f"The workbook has a sheet {name!r} already.")
    if not 1 <= len(name) <= 31 or any(character in name for character in "[]:*?/\\"):
        raise ValueError(f"Excel does not allow the sheet name {name!r}.")
    part = book.package.free_name(posixpath.join(posixpath.dirname(book.part), "worksheets/sheet%d.xml"))
    # Always a number above all others: a sheet's id never changes and is never used again.
    number = 1 + max(sheet.sheet_id for sheet in book.sheets)
    link = book.links.add(OFFICE_RELATIONSHIPS + "/worksheet", part)
    book.links.save()
    parent = book.root.find(main("sheets"))
    element = etree.SubElement(parent, main("sheet"), name=name, sheetId=str(number))  # type: ignore[arg-type] # a workbook without sheets was refused
    element.set(f"{{{OFFICE_RELATIONSHIPS}}}id", link)
    book.types.set(part, SHEET_TYPE)
    sheet = SheetPart(book.package, book.links, name=name, sheet_id=number, part=part, kind="worksheet", visible=True)
    book.sheets.append(sheet)
    return sheet


def _kept_cells(
    book: OpenedWorkbook, part: SheetPart, source: Scratch, outside: Area | None
) -> dict[tuple[int, int], RawCell]:
    if outside is None:
        return {}
    kept = kept_cells(book.package, part.part, part.name, outside)
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


def _refuse_own_tables(tables: Sequence[TablePart], ours: Area) -> None:
    for table in tables:
        if table.area.joined(ours) != ours:
            raise PackageRefusedError(
                f"The sheet {table.sheet!r}, which leadbook writes anew, now holds your table {table.name!r}; "
                "move it to a sheet of your own and retry."
            )


def _check_tables(book: OpenedWorkbook, source: Scratch, old_tables: Sequence[TablePart]) -> None:
    own = {table.name.casefold() for table in old_tables}
    for root in source.table_roots():
        name = root.get("displayName") or ""
        if name.casefold() not in own:
            check_free_name(book, name)


def _copy_sheet(
    book: OpenedWorkbook,
    source: Scratch,
    part: SheetPart,
    old_tables: Sequence[TablePart],
    controls: CarriedControls,
) -> None:
    formats, differentials = source.book.formats_in(book.styles)
    known = {table.name.casefold(): (table.part, table.id) for table in old_tables}
    highest = max((table.id for table in book.tables), default=0)
    book.tables = [table for table in book.tables if table not in old_tables]
    mover = ChildMover(
        source,
        book.package,
        book.types,
        differentials=differentials,
        tables=known,
        next_table_id=highest + 1,
    )
    mover.move(source.sheet_part, part.part)
    data = source.sheet_xml(formats, differentials)
    book.package.put(part.part, controls.put_into(data, part.part, book.package, book.types))
    book.tables += [TablePart(book.package.read(one), one, part.name) for one in mover.table_parts]
    part.forget()


def _carry_names(book: OpenedWorkbook, source: Scratch, part: SheetPart) -> bool:
    index = book.sheets.index(part)
    incoming = source.sheet_names()
    keep = frozenset(element.get("name") or "" for element in incoming)
    changed = names.drop_built_in(book.root, index, keep)
    for element in incoming:
        changed |= names.set_name(
            book.root,
            element.get("name") or "",
            element.text or "",
            hidden=element.get("hidden") == "1",
            sheet_index=index,
        )
    return changed
