"""What lies over or behind a sheet's cells: pictures and charts, and the words a dropdown offers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml import names
from leadbook.books.ooxml.addresses import LAST_ROW, Area, parse_area, parse_areas
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.xmlparts import elements, local_name, main, parse, whole_number

if TYPE_CHECKING:
    from lxml import etree

    from leadbook.books.ooxml.opening import OpenedWorkbook
    from leadbook.books.ooxml.sheet import SheetPart

_RANGE = re.compile(r"""(?:(?:'((?:[^']|'')+)'|([^'!"(\[]+))!)?(\$?[A-Z]{1,3}\$?\d+(?::\$?[A-Z]{1,3}\$?\d+)?)$""")
_MOST_CHOICES = 60


def floating_areas(book: OpenedWorkbook, sheet: SheetPart) -> list[Area]:
    """Return the cells that pictures, charts and shapes lie over, as far as they are anchored to cells."""
    areas: list[Area] = []
    for link in Relationships(book.package, sheet.part).of_kind("drawing"):
        if not link.part or not book.package.has(link.part):
            continue
        for anchor in parse(book.package.read(link.part), link.part):
            if not isinstance(anchor.tag, str):
                continue
            corners = {local_name(child): child for child in anchor if local_name(child) in ("from", "to")}
            if "from" in corners:
                row, column = _corner(corners["from"])
                last_row, last_column = _corner(corners["to"]) if "to" in corners else (row, column)
                areas.append(Area(row, column, max(row, last_row), max(column, last_column)))
    return areas


def _corner(element: etree._Element) -> tuple[int, int]:
    texts = {local_name(child): child.text or "0" for child in element}
    return 1 + whole_number(texts.get("row")), 1 + whole_number(texts.get("col"))


def dropdown_words(book: OpenedWorkbook, sheet: SheetPart, row: int, column: int) -> list[str]:
    """Return the words that a cell's dropdown offers, in order; none when it has no list, or an involved one."""
    cell = Area(row, column, row, column)
    for rule in elements(sheet.frame.root.find(main("dataValidations")), "dataValidation"):
        if rule.get("type") == "list" and any(area.meets(cell) for area in parse_areas(rule.get("sqref") or "")):
            return _words_of(book, sheet, (rule.findtext(main("formula1")) or "").strip())
    return []


def _words_of(book: OpenedWorkbook, sheet: SheetPart, formula: str) -> list[str]:
    if formula.startswith('"'):
        found = [word.strip() for word in formula.strip('"').split(",")]
        return [word for word in found if word][:_MOST_CHOICES]
    defined = names.read_names(book.root, [part.name for part in book.sheets])
    named = next((name.text for key, name in defined.items() if key.casefold() == formula.casefold()), formula)
    place = _RANGE.match(named.removeprefix("="))
    area = parse_area(place[3].replace("$", "")) if place else None
    if place is None or area is None or area.last_row == LAST_ROW:
        return []
    wanted = (place[1] or place[2] or sheet.name).replace("''", "'").casefold()
    part = next((part for part in book.sheets if part.name.casefold() == wanted), None)
    if part is None or part.kind != "worksheet":
        return []
    texts = part.texts(area)
    words = [texts[at].strip() for at in sorted(texts) if not texts[at].startswith("=")]
    return [word for word in words if word][:_MOST_CHOICES]
