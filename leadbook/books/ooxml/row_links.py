"""The hyperlinks of rows that leave a sheet and may come back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import parse_area
from leadbook.books.ooxml.opening import open_workbook
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.xmlparts import elements, main

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from leadbook.books.ooxml.sheet import SheetPart

_HYPERLINK = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
_OWN = "relationship"


def linked(relationships: Relationships, link: Mapping[str, str]) -> dict[str, str]:
    """Return a hyperlink's attributes with the relationship of its target, found again or made."""
    attributes = {key: value for key, value in link.items() if key not in ("target", _OWN)}
    target = link.get("target")
    if target:
        known = [one.id for one in relationships if one.external and one.target == target]
        own = link.get(_OWN, "")
        fitting = own if own in known else next(iter(known), "")
        attributes["id"] = fitting or relationships.add(_HYPERLINK, target, external=True)
    return attributes


def row_links(data: bytes, table: str, rows: Collection[int]) -> dict[int, dict[int, dict[str, str]]]:
    """Return the hyperlinks on some rows of a table's sheet, as `insert_rows` takes them."""
    book = open_workbook(data)
    part_name = next(one.sheet for one in book.tables if one.name.casefold() == table.casefold())
    part: SheetPart = next(sheet for sheet in book.sheets if sheet.name == part_name)
    relationships = {link.id: link for link in Relationships(book.package, part.part)}
    found: dict[int, dict[int, dict[str, str]]] = {}
    wanted = set(rows)
    for element in elements(part.frame.root.find(main("hyperlinks"))):
        area = parse_area(element.get("ref"))
        if area is None or area.first_row not in wanted or area.first_row != area.last_row:
            continue
        link = {str(key): str(value) for key, value in element.attrib.items() if "}" not in str(key) and key != "ref"}
        for key, value in element.attrib.items():
            if str(key).endswith("}id") and str(value) in relationships:
                link["target"] = relationships[str(value)].target
                link[_OWN] = str(value)
        found.setdefault(area.first_row, {})[area.first_column] = link
    return found
