"""A tracker with a pivot table over its list, put into the package by hand: no writer makes one."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING

import xlsxwriter

from tests.run.tracker_zoo import HEADERS, write_rows

if TYPE_CHECKING:
    from pathlib import Path


def a_pivot_over_the_list(path: Path) -> None:
    """Write a list of leads, and a pivot table over it on a sheet of its own."""
    plain = path.with_name("plain.xlsx")
    with xlsxwriter.Workbook(str(plain), {"strings_to_urls": False}) as book:
        write_rows(book, book.add_worksheet("Deals"))
        book.add_worksheet("Board")
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    fields = "".join(f'<cacheField name="{name}" numFmtId="0"><sharedItems/></cacheField>' for name in HEADERS)
    axis = '<pivotField axis="axisRow" showAll="0"><items count="1"><item t="default"/></items></pivotField>'
    rest = '<pivotField showAll="0"/>' * 2
    columns = axis + '<pivotField showAll="0"/>' * 3 + '<pivotField dataField="1" showAll="0"/>'
    parts = {
        "xl/pivotCache/pivotCacheDefinition1.xml": (
            f'<pivotCacheDefinition xmlns="{main}" refreshOnLoad="1" refreshedVersion="6" recordCount="0">'
            f'<cacheSource type="worksheet"><worksheetSource ref="A1:G6" sheet="Deals"/></cacheSource>'
            f'<cacheFields count="7">{fields}</cacheFields></pivotCacheDefinition>'
        ),
        "xl/pivotTables/pivotTable1.xml": (
            f'<pivotTableDefinition xmlns="{main}" name="Pivot" cacheId="1" dataCaption="Values">'
            '<location ref="A3:B5" firstHeaderRow="1" firstDataRow="1" firstDataCol="1"/>'
            f'<pivotFields count="7">{columns}{rest}</pivotFields>'
            '<rowFields count="1"><field x="0"/></rowFields>'
            '<dataFields count="1"><dataField name="Sum" fld="4" baseField="0" baseItem="0"/></dataFields>'
            "</pivotTableDefinition>"
        ),
        "xl/pivotTables/_rels/pivotTable1.xml.rels": (
            f'<Relationships xmlns="{links}"><Relationship Id="rId1" Type="{office}/pivotCacheDefinition" '
            'Target="../pivotCache/pivotCacheDefinition1.xml"/></Relationships>'
        ),
        "xl/worksheets/_rels/sheet2.xml.rels": (
            f'<Relationships xmlns="{links}"><Relationship Id="rId1" Type="{office}/pivotTable" '
            'Target="../pivotTables/pivotTable1.xml"/></Relationships>'
        ),
    }
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml.pivot"
    with zipfile.ZipFile(plain) as old, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            text = old.read(name)
            if name == "[Content_Types].xml":
                text = text.replace(
                    b"</Types>",
                    f'<Override PartName="/xl/pivotCache/pivotCacheDefinition1.xml" ContentType="{kind}CacheDefinition'
                    '+xml"/><Override PartName="/xl/pivotTables/pivotTable1.xml" '
                    f'ContentType="{kind}Table+xml"/></Types>'.encode(),
                )
            if name == "xl/workbook.xml":
                text = text.replace(b"<calcPr", b"<calcPr").replace(
                    b"</workbook>", b'<pivotCaches><pivotCache cacheId="1" r:id="rId90"/></pivotCaches></workbook>'
                )
            if name == "xl/_rels/workbook.xml.rels":
                text = text.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rId90" Type="{office}/pivotCacheDefinition" '
                    'Target="pivotCache/pivotCacheDefinition1.xml"/></Relationships>'.encode(),
                )
            new.writestr(name, text)
        for name, part in parts.items():
            new.writestr(name, part)
