"""A workbook with macros: its VBA project, the names VBA has for its sheets, and the buttons on them."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING

from leadbook.books.ooxml.button_shapes import VML_TYPE, button_macros, free_cluster, with_buttons
from leadbook.books.ooxml.grid import Grid
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.workbook import Workbook
from leadbook.books.ooxml.xmlparts import (
    OFFICE_RELATIONSHIPS,
    SHEET_ORDER,
    WORKBOOK_ORDER,
    elements,
    main,
    parse,
    section,
    serialize,
)

if TYPE_CHECKING:
    from lxml import etree

    from leadbook.books.ooxml.button_shapes import Button
    from leadbook.books.ooxml.sheet import SheetPart

MACRO_BOOK = "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
PLAIN_BOOK = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
_PROJECT_TYPE = "application/vnd.ms-office.vbaProject"
_PROJECT_KIND = "http://schemas.microsoft.com/office/2006/relationships/vbaProject"
_NAMED_KINDS = ("worksheet", "chartsheet")


class MacroWorkbook(Workbook):
    """A workbook's package, with what macros need in it."""

    @property
    def content_type(self) -> str:
        """What the package says that the workbook is: one with macros, without, a template."""
        return self._book.types.get(self._book.part)

    @property
    def project(self) -> bytes | None:
        """Its ``vbaProject.bin``, if it has one."""
        part = self._project_part()
        return self._book.package.read(part) if part else None

    @property
    def project_is_signed(self) -> bool:
        """Whether its macros carry a signature, which any change would break."""
        part = self._project_part()
        return bool(part) and any("signature" in link.kind.lower() for link in Relationships(self._book.package, part))

    @property
    def code_name(self) -> str:
        """What VBA calls the workbook; "" where it has no name there."""
        properties = self._book.root.find(main("workbookPr"))
        return "" if properties is None else properties.get("codeName") or ""

    def sheet_code_names(self) -> dict[str, str]:
        """Return what VBA calls each sheet that can hold code, by the name on its tab; "" where it has none."""
        found: dict[str, str] = {}
        for sheet in self._book.sheets:
            if sheet.kind in _NAMED_KINDS:
                properties = self._sheet_root(sheet).find(main("sheetPr"))
                found[sheet.name] = "" if properties is None else properties.get("codeName") or ""
        return found

    def set_code_names(self, book: str, sheets: dict[str, str]) -> None:
        """Give the workbook and sheets, by the names on their tabs, the names that VBA calls them by."""
        section(self._book.root, "workbookPr", WORKBOOK_ORDER).set("codeName", book)
        self._names_changed = True
        for name, code_name in sheets.items():
            sheet = self._sheet(name)
            root = self._sheet_root(sheet)
            section(root, "sheetPr", SHEET_ORDER).set("codeName", code_name)
            if sheet.kind == "worksheet":
                sheet.frame.changed = True
            else:
                self._book.package.put(sheet.part, serialize(root))

    def put_project(self, data: bytes) -> None:
        """Give the workbook a VBA project, or another one, and make it one with macros."""
        package, types, links = self._book.package, self._book.types, self._book.links
        part = self._project_part()
        if not part:
            folder = posixpath.dirname(self._book.part)
            part = posixpath.join(folder, "vbaProject.bin")
            if package.has(part):
                part = package.free_name(posixpath.join(folder, "vbaProject%d.bin"))
            links.add(_PROJECT_KIND, part)
            links.save()
        package.put(part, data)
        types.set(part, _PROJECT_TYPE)
        types.set(self._book.part, MACRO_BOOK)

    def hide_sheet(self, name: str) -> None:
        """Hide a sheet's tab; Excel's own menu shows it again."""
        for element in elements(self._book.root.find(main("sheets")), "sheet"):
            if (element.get("name") or "").casefold() == name.casefold():
                element.set("state", "hidden")
                self._names_changed = True

    def grid(self, sheet: str) -> Grid:
        """Return the widths and heights of a sheet's cells."""
        return Grid.read(self._book.package.stream(self._sheet(sheet).part))

    def button_macros(self, sheet: str) -> list[str]:
        """Return the macros that a sheet's buttons are bound to."""
        return button_macros(self._book.package, self._sheet(sheet).part)

    def add_buttons(self, sheet: str, buttons: list[Button]) -> None:
        """Put buttons on a sheet, beside whatever lies on it."""
        package, part = self._book.package, self._sheet(sheet)
        links = Relationships(package, part.part)
        there = next((link for link in links.of_kind("vmlDrawing") if self._shows(part, link.id)), None)
        grid = Grid.read(package.stream(part.part))
        if there is not None:
            old = package.read_small(there.part)
            package.put(there.part, with_buttons(old, buttons, grid, free_cluster(package)))
            return
        name = package.free_name("xl/drawings/vmlDrawing%d.vml")
        package.put(name, with_buttons(b"", buttons, grid, free_cluster(package)))
        self._book.types.set_kind(name, VML_TYPE)
        link = links.add(f"{OFFICE_RELATIONSHIPS}/vmlDrawing", name)
        links.save()
        drawing = section(part.frame.root, "legacyDrawing", SHEET_ORDER)
        drawing.set(f"{{{OFFICE_RELATIONSHIPS}}}id", link)
        part.frame.changed = True

    def _shows(self, sheet: SheetPart, relationship: str) -> bool:
        """Tell whether a sheet's old drawing is the one that lies on its cells, not that of its header."""
        drawing = sheet.frame.root.find(main("legacyDrawing"))
        return drawing is not None and drawing.get(f"{{{OFFICE_RELATIONSHIPS}}}id") == relationship

    def _project_part(self) -> str:
        links = self._book.links.of_kind("vbaProject")
        return next((link.part for link in links if not link.external and self._book.package.has(link.part)), "")

    def _sheet_root(self, sheet: SheetPart) -> etree._Element:
        if sheet.kind == "worksheet":
            return sheet.frame.root
        return parse(self._book.package.read_small(sheet.part), sheet.part)
