"""A table made of a header row and records that stand on a sheet already, touching no cell."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from leadbook.books.ooxml import names
from leadbook.books.ooxml.addresses import Area, letters, parse_area
from leadbook.books.ooxml.grafting import check_free_name
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.tables import TABLE_TYPE, TablePart, new_table
from leadbook.books.ooxml.xmlparts import OFFICE_RELATIONSHIPS, elements, main

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lxml import etree

    from leadbook.books.ooxml.opening import OpenedWorkbook
    from leadbook.books.ooxml.sheet import SheetPart


def make_table(book: OpenedWorkbook, part: SheetPart, block: Area, name: str, style_name: str | None) -> bool:
    """Make a table of a block of cells; tell whether the workbook's own part changed with it."""
    check_free_name(book, name)
    for other in book.tables:
        if other.sheet == part.name and other.area.meets(block):
            raise PackageRefusedError(
                f"The cells {block.ref} on the sheet {part.name!r} meet the table {other.name!r}; "
                "move one of them away and retry."
            )
    if any(merge.meets(block) for merge in part.scan.merges):
        raise PackageRefusedError(
            f"The cells {block.ref} on the sheet {part.name!r} hold merged cells, which a table cannot; "
            "unmerge them in Excel and retry."
        )
    if block.last_row <= block.first_row:
        raise ValueError("A table needs a header row and at least one row below it.")
    package = book.package
    links = Relationships(package, part.part)
    if any(not package.has(link.part) for link in links.of_kind("table")):
        # The new table's part could take the lost one's name, and be listed twice.
        raise PackageRefusedError(
            f"A table on the sheet {part.name!r} is missing from the file, which is damaged; open it in Excel, let it "
            "repair the file, save and retry."
        )
    changed = False
    headers = _header_texts(part, block, part.edits.values_in_row(block.first_row))
    filters = _take_over_filter(part, block)
    if filters is not None:
        names.drop_filter(book.root, book.sheets.index(part))
        changed = True
    number = 1 + max((table.id for table in book.tables), default=0)
    target = package.free_name(posixpath.join(posixpath.dirname(book.part), "tables/table%d.xml"))
    criteria = [] if filters is None else list(elements(filters, "filterColumn"))
    package.put(target, new_table(number, name, block, headers, style_name, criteria=criteria))
    book.types.set(target, TABLE_TYPE)
    part.frame.add_table(links.add(OFFICE_RELATIONSHIPS + "/table", target))
    links.save()
    book.tables.append(TablePart(package.read(target), target, part.name))
    return changed


def _take_over_filter(sheet: SheetPart, area: Area) -> etree._Element | None:
    """Let a table about to be made have the sheet's own filter, criteria and all; return it, if there was one.

    Raises
    ------
    PackageRefusedError
        When that filter hides rows now and counts its columns otherwise: its criteria would be lost.
    """
    element = sheet.frame.root.find(main("autoFilter"))
    reach = parse_area(element.get("ref")) if element is not None else None
    if element is None or reach is None or not reach.meets(area):
        return None
    hides = any(len(column) for column in elements(element, "filterColumn"))
    alike = (reach.first_row, reach.first_column) == (area.first_row, area.first_column)
    if hides and not (alike and reach.last_column <= area.last_column):
        raise PackageRefusedError(
            f"The sheet {sheet.name!r} is filtered; clear the filter in Excel (Data > Clear) and retry."
        )
    sheet.frame.remove(element)
    return element


def _header_texts(sheet: SheetPart, area: Area, pending: Mapping[tuple[int, int], object]) -> list[str]:
    """Return the texts of a header row that is to head a table.

    Raises
    ------
    PackageRefusedError
        When a header is blank, repeated, a formula or no text.
    """
    row = Area(area.first_row, area.first_column, area.first_row, area.last_column)
    found = sheet.headers(row)
    headers: list[str] = []
    for column in range(area.first_column, area.last_column + 1):
        given = pending.get((area.first_row, column))
        text = given if isinstance(given, str) else found.get(column)
        address = f"{letters(column)}{area.first_row}"
        if not text:
            raise PackageRefusedError(
                f"The header cell {address} on the sheet {sheet.name!r} holds no plain text; type a header (a number "
                "needs an apostrophe before it, such as '2026) and retry."
            )
        if text.casefold() in (one.casefold() for one in headers):
            raise PackageRefusedError(
                f"The header {text!r} stands twice on the sheet {sheet.name!r} (again in {address}); "
                "rename one and retry."
            )
        headers.append(text)
    return headers
