"""Small XML parts as trees: entities off, child order kept, written the way Excel writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml.refusal import PackageRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
STRICT_MAIN = "http://purl.oclc.org/ooxml/spreadsheetml/main"
OFFICE_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE_RELATIONSHIPS = "http://schemas.openxmlformats.org/package/2006/relationships"
CONTENT_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
XM = "http://schemas.microsoft.com/office/excel/2006/main"

# CT_Workbook (ECMA-376 part 1, 18.2.27), CT_Stylesheet (18.8.39), CT_Worksheet (18.3.1.99).
WORKBOOK_ORDER = (
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
)
STYLES_ORDER = (
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
)
SHEET_ORDER = (
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
)


def parse(data: bytes, part: str) -> etree._Element:
    """Read a part as a tree.

    Raises
    ------
    PackageRefusedError
        When it is not well formed, or declares a document type (which no Office part may).
    """
    refuse_document_type(data[:65536], part)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=True)
    try:
        root = etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise unreadable(part) from error
    if str(getattr(root.getroottree().docinfo, "doctype", "")):
        raise _hostile(part)
    return root


def unreadable(part: str) -> PackageRefusedError:
    """Return the refusal of a part that is not well formed."""
    return PackageRefusedError(
        f"The workbook's part {part!r} cannot be read, so the file is damaged; "
        "open it in Excel, let it repair the file, save and retry."
    )


def refuse_document_type(start: bytes, part: str) -> None:
    """Refuse a part whose beginning declares a document type: entity bombs and external entities need one."""
    if b"<!DOCTYPE" in start or "<!DOCTYPE".encode("utf-16-le") in start:
        raise _hostile(part)


def _hostile(part: str) -> PackageRefusedError:
    return PackageRefusedError(
        f"The workbook's part {part!r} is written as an attack would be and Excel never does, "
        "so it was not opened; "
        "open the file in Excel and save it again if you trust it."
    )


def serialize(root: etree._Element) -> bytes:
    """Write a tree as Office does: UTF-8, standalone."""
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def main(name: str) -> str:
    """Return a SpreadsheetML name in Clark notation."""
    return f"{{{MAIN}}}{name}"


def local_name(element: etree._Element) -> str:
    """Return an element's name without its namespace; "" for a comment or the like."""
    return element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""


def elements(parent: etree._Element | None, name: str | None = None) -> Iterator[etree._Element]:
    """Yield the child elements (of one SpreadsheetML name), skipping comments; none for no parent."""
    if parent is None:
        return
    for child in parent:
        if isinstance(child.tag, str) and (name is None or child.tag == main(name)):
            yield child


def section(root: etree._Element, name: str, order: Sequence[str]) -> etree._Element:
    """Return the child called ``name``, made at its place in the schema's order when it is missing."""
    found = root.find(main(name))
    if found is not None:
        return found
    element = etree.Element(main(name))
    insert_in_order(root, element, order)
    return element


def insert_in_order(root: etree._Element, element: etree._Element, order: Sequence[str]) -> None:
    """Put a child before the first one that must come after it."""
    later = {main(name) for name in order[order.index(local_name(element)) + 1 :]}
    for index, child in enumerate(root):
        # mc:AlternateContent stands for the elements it holds (form controls sit in one).
        if child.tag in later or any(inner.tag in later for inner in _alternatives(child)):
            root.insert(index, element)
            return
    root.append(element)


def _alternatives(child: etree._Element) -> Iterator[etree._Element]:
    if local_name(child) == "AlternateContent":
        for choice in child:
            yield from choice


def is_true(value: str | None) -> bool:
    """Read an xsd:boolean attribute; a missing one is false."""
    return value in ("1", "true")


def whole_number(value: str | None, default: int = 0) -> int:
    """Read a whole number attribute; ``default`` when missing or not a number."""
    return int(value) if value is not None and value.strip().isdigit() else default
