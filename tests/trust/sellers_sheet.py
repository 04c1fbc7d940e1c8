"""A sheet of a seller's own that leans on leadbook's sheets, put into a workbook as XML: no writer of ours has seen it.

It has formulas that point at every generated sheet, at tables and at names; a check and a colour that depend on them;
protection; a print area; and beside it a hidden sheet and a very hidden one with lists.
"""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006/relationships"
TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"
MINE, HIDDEN, DEEPER = "Boss & me", "My lists", "My deeper lists"
NAMES = {
    "My_Pipeline": "Pipeline!$B$1:$H$60",
    "My_Weighted": "SUM(Pipeline!$B$1:$H$60)",
    "My_Regions": f"'{HIDDEN}'!$A$1:$A$3",
    "My_Factor": "1.19",
}
POINTED_AT = (
    "Pipeline!B4", "Pipeline!A1", "Pipeline!C8", "Forecast!B4", "Forecast!A1", "Today!A1", "Today!B4", "Issues!A1",
    "Duplicates!A1", "Scorecard!A1", "Scorecard!B5", "Settings!A1", "History!A1", "Leads!A1",
)  # fmt: skip
"""Cells that a formula of the seller's shows as they are, so that it can be compared with what stands there."""
WORKED_OUT = (
    "SUM(Pipeline!B1:H60)", "SUM(Pipeline!B:H)*My_Factor", "COUNTA(Today!A:A)", "COUNTA(History!A:A)-1", "COUNTA(Issues!A1:H500)",
    "SUM(Leads[Amount])", 'COUNTIF(Leads[Stage],"Won")', 'SUMIFS(Leads[Amount],Leads[Stage],"Proposal")', "ROWS(Leads[Lead ID])",
    "SUM(My_Pipeline)", "My_Weighted*2", "COUNTA(My_Regions)", 'IFERROR(VLOOKUP("L-0003",Leads[],2,FALSE),"none")',
    "INDEX(Leads[Company],1)", "COUNTA(Duplicates!A:A)", "MAX(Forecast!B1:R60)", "SUM(Scorecard!A1:H60)", "COUNTA(Activities[])",
    'INDIRECT("Pipeline!A1")', "SUM(Pipeline:Forecast!B4)",
)  # fmt: skip
ORDER = (
    "fileVersion", "fileSharing", "workbookPr", "workbookProtection", "bookViews", "sheets", "functionGroups",
    "externalReferences", "definedNames",
)  # fmt: skip


def _mine() -> bytes:
    rows = []
    for row, formula in enumerate((*POINTED_AT, *WORKED_OUT), start=2):
        rows.append(f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{escape(formula)}</t></is></c>'
                    f'<c r="B{row}"><f>{escape(formula)}</f></c></row>')  # fmt: skip
    last = len(rows) + 1
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<worksheet xmlns="{MAIN}">'
        '<sheetPr><tabColor rgb="FF00B050"/><pageSetUpPr fitToPage="1"/></sheetPr>'
        f'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>What the boss asks me</t></is></c></row>{"".join(rows)}</sheetData>'
        '<sheetProtection sheet="1" objects="1" scenarios="1" formatCells="0"/>'
        f'<conditionalFormatting sqref="B2:B{last}"><cfRule type="expression" priority="1" stopIfTrue="1">'
        "<formula>Pipeline!$B$4&gt;0</formula></cfRule></conditionalFormatting>"
        f'<dataValidations count="1"><dataValidation type="list" allowBlank="1" sqref="C2:C{last}">'
        "<formula1>My_Regions</formula1></dataValidation></dataValidations>"
        '<pageMargins left="0.7" right="0.7" top="0.75" bottom="0.75" header="0.3" footer="0.3"/>'
        '<pageSetup orientation="landscape" fitToHeight="0"/></worksheet>'
    ).encode()


def _list(words: tuple[str, ...]) -> bytes:
    rows = "".join(f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{escape(word)}</t></is></c></row>'
                   for row, word in enumerate(words, start=1))  # fmt: skip
    return f'<worksheet xmlns="{MAIN}"><sheetData>{rows}</sheetData></worksheet>'.encode()


def put_in(path: Path) -> dict[str, bytes]:
    """Put the three sheets into a workbook that has leadbook's; return the parts that are new."""
    with zipfile.ZipFile(path) as archive:
        held = {name: archive.read(name) for name in archive.namelist()}
    new = {
        "xl/worksheets/boss.xml": _mine(),
        "xl/worksheets/mylists.xml": _list(("North", "South", "=1+1")),
        "xl/worksheets/mydeeper.xml": _list(("A", "B")),
    }
    book = etree.fromstring(held["xl/workbook.xml"])
    links = etree.fromstring(held["xl/_rels/workbook.xml.rels"])
    kinds = etree.fromstring(held["[Content_Types].xml"])
    sheets = book.find(f"{{{MAIN}}}sheets")
    place = len(sheets)
    highest = max(int(sheet.get("sheetId")) for sheet in sheets)
    for at, (name, state) in enumerate(((MINE, ""), (HIDDEN, "hidden"), (DEEPER, "veryHidden"))):
        part = list(new)[at]
        marks = f' state="{state}"' if state else ""
        sheets.append(etree.fromstring(
            f'<sheet xmlns="{MAIN}" xmlns:r="{DOCUMENT}" name={quoteattr(name)} sheetId="{highest + at + 1}"{marks}'
            f' r:id="rIdMine{at}"/>'
        ))  # fmt: skip
        etree.SubElement(
            links, f"{{{PACKAGE}}}Relationship", Id=f"rIdMine{at}", Type=f"{DOCUMENT}/worksheet", Target=f"/{part}"
        )
        etree.SubElement(
            kinds, f"{{{TYPES}}}Override", PartName=f"/{part}",
            ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.worksheet+xml",
        )  # fmt: skip
    names = book.find(f"{{{MAIN}}}definedNames")
    if names is None:
        names = etree.Element(f"{{{MAIN}}}definedNames")
        before = [at for at, child in enumerate(book) if etree.QName(child).localname in ORDER]
        book.insert(before[-1] + 1, names)
    for name, text in NAMES.items():
        etree.SubElement(names, f"{{{MAIN}}}definedName", name=name).text = text
    area = etree.SubElement(names, f"{{{MAIN}}}definedName", name="_xlnm.Print_Area", localSheetId=str(place))
    area.text = f"'{MINE}'!$A$1:$B$20"
    for name, root in (
        ("xl/workbook.xml", book),
        ("xl/_rels/workbook.xml.rels", links),
        ("[Content_Types].xml", kinds),
    ):
        held[name] = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (held | new).items():
            archive.writestr(name, data)
    return new
