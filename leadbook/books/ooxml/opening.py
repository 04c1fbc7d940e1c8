"""A workbook opened: its parts found through relationships, and everything refused that must not be edited."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.ooxml.package import Package
from leadbook.books.ooxml.refusal import PackageRefusedError, StrictWorkbookError
from leadbook.books.ooxml.relationships import ContentTypes, Relationships
from leadbook.books.ooxml.sheet import SheetPart
from leadbook.books.ooxml.styles import Styles
from leadbook.books.ooxml.tables import TablePart
from leadbook.books.ooxml.xmlparts import STRICT_MAIN, elements, is_true, main, parse, whole_number

if TYPE_CHECKING:
    from lxml import etree

_REPAIR = "open it in Excel, let it repair the file, save and retry."


class OpenedWorkbook(Struct):
    """The parts of a workbook that are held as trees."""

    package: Package
    types: ContentTypes
    part: str
    root: etree._Element
    links: Relationships
    styles: Styles
    sheets: list[SheetPart]
    tables: list[TablePart]
    date_1904: bool


def open_workbook(data: bytes, *, signed: bool = False) -> OpenedWorkbook:
    """Read what a workbook is made of.

    Parameters
    ----------
    data : bytes
    signed : bool
        Whether a signed one is opened as well, which then must not be written.

    Raises
    ------
    PackageRefusedError
        One sentence for each kind of file that cannot be edited safely.
    """
    package = Package(data)
    if not package.has(ContentTypes.PART):
        if package.has("mimetype"):
            raise PackageRefusedError("This is an OpenDocument file; save it as an Excel Workbook (.xlsx) and retry.")
        raise PackageRefusedError("The file is a zip archive but no workbook; choose the .xlsx or .xlsm file.")
    types = ContentTypes(package)
    root_links = Relationships(package, "")
    if not signed:
        _refuse_signed(package, types, root_links)
    part = next((link.part for link in root_links.of_kind("officeDocument") if not link.external), "")
    if not part or not package.has(part):
        raise PackageRefusedError(f"The file holds no workbook; {_REPAIR}")
    if "sheet.binary" in types.get(part) or part.lower().endswith(".bin"):
        raise PackageRefusedError(
            "This is a binary workbook (.xlsb); in Excel save it as an Excel Workbook (.xlsx) and retry."
        )
    root = parse(package.read_small(part), part)
    if root.tag == f"{{{STRICT_MAIN}}}workbook":
        raise StrictWorkbookError(
            "This workbook is saved as a Strict Open XML Spreadsheet, which is not edited; in Excel save it as an "
            "Excel Workbook (.xlsx) and retry."
        )
    if root.tag != main("workbook"):
        raise PackageRefusedError(
            "The file is no Excel workbook that this program knows (another Office file, perhaps); "
            "save it in Excel as an Excel Workbook (.xlsx) and retry."
        )
    links = Relationships(package, part)
    styles_link = next((link for link in links.of_kind("styles") if package.has(link.part)), None)
    if styles_link is None:
        raise PackageRefusedError(
            "The workbook has no styles, so cells cannot be formatted; open it in Excel, save it and retry."
        )
    properties = root.find(main("workbookPr"))
    sheets = _read_sheets(package, root, links)
    return OpenedWorkbook(
        package=package,
        types=types,
        part=part,
        root=root,
        links=links,
        styles=Styles(package.read_small(styles_link.part), styles_link.part),
        sheets=sheets,
        tables=_read_tables(package, sheets),
        date_1904=properties is not None and is_true(properties.get("date1904")),
    )


def _refuse_signed(package: Package, types: ContentTypes, links: Relationships) -> None:
    signed = any("digital-signature" in link.type for link in links) or any(
        "digital-signature" in value for value in types.values()
    )
    if signed or any(name.lower().startswith("_xmlsignatures/") for name in package.names()):
        raise PackageRefusedError(
            "This workbook is digitally signed, and any change would break the signature; in Excel remove the "
            "signature (File > Info > View Signatures) or work on an unsigned copy."
        )


def _read_sheets(package: Package, root: etree._Element, links: Relationships) -> list[SheetPart]:
    sheets: list[SheetPart] = []
    by_id = {link.id: link for link in links}
    for element in elements(root.find(main("sheets")), "sheet"):
        link_id = next((str(v) for k, v in element.attrib.items() if str(k).endswith("}id")), "")
        link = by_id.get(link_id)
        name = element.get("name") or ""
        # An empty r:id stands for a sheet whose part is gone (Excel writes it for some old modules).
        kind = "missing" if link is None or link.external else link.kind
        part = "" if link is None else link.part
        if kind == "worksheet" and not package.has(part):
            raise PackageRefusedError(f"The sheet {name!r} is missing from the file, which is damaged; {_REPAIR}")
        sheets.append(
            SheetPart(
                package,
                links,
                name=name,
                sheet_id=whole_number(element.get("sheetId")),
                part=part,
                kind=kind,
                visible=element.get("state", "visible") == "visible",
            )
        )
    if not sheets:
        raise PackageRefusedError(f"The workbook lists no sheets, so it is damaged; {_REPAIR}")
    return sheets


def _read_tables(package: Package, sheets: list[SheetPart]) -> list[TablePart]:
    tables: list[TablePart] = []
    for sheet in sheets:
        if sheet.kind != "worksheet" or not sheet.part:
            continue
        for link in Relationships(package, sheet.part).of_kind("table"):
            if link.external or not package.has(link.part):
                continue
            tables.append(TablePart(package.read_small(link.part), link.part, sheet.name))
    return tables
