"""Small workbooks written by hand, part by part, so that a test shows exactly what it is about."""

from __future__ import annotations

import datetime as dt
import io
import warnings
import zipfile
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from leadbook.books.ooxml import Workbook

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
SHEET_ML = "application/vnd.openxmlformats-officedocument.spreadsheetml"

STYLES = (
    f'<styleSheet xmlns="{MAIN}"><fonts count="1"><font><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/>'
    '</fill></fills><borders count="1"><border><left/><right/><top/><bottom/><diagonal/></border></borders>'
    '<cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs>'
    '<cellXfs count="2"><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
    '<xf numFmtId="14" fontId="0" fillId="0" borderId="0" xfId="0" applyNumberFormat="1"/></cellXfs>'
    '<cellStyles count="1"><cellStyle name="Normal" xfId="0" builtinId="0"/></cellStyles></styleSheet>'
)


def _rels(entries: list[tuple[str, str, str]]) -> str:
    inner = "".join(f'<Relationship Id="{i}" Type="{OFFICE}/{k}" Target="{t}"/>' for i, k, t in entries)
    return f'<Relationships xmlns="{PACKAGE}/relationships">{inner}</Relationships>'


def _table(number: int, name: str, ref: str, columns: list[str], *, extra: str = "", attributes: str = "") -> str:
    inner = "".join(
        column if column.startswith("<") else f'<tableColumn id="{i}" name="{column}"/>'
        for i, column in enumerate(columns, 1)
    )
    return (
        f'<table xmlns="{MAIN}" id="{number}" name="{name}" displayName="{name}" ref="{ref}" {attributes}>'
        f'<autoFilter ref="{ref}"/><tableColumns count="{len(columns)}">{inner}</tableColumns>{extra}</table>'
    )


def _package(
    sheets: Mapping[str, str],
    *,
    tables: Mapping[str, list[str]] | None = None,
    styles: str | None = STYLES,
    strings: str | None = None,
    workbook_extra: str = "",
    date_1904: bool = False,
    parts: Mapping[str, str | bytes] | None = None,
    book_links: list[tuple[str, str, str]] | None = None,
    types: Mapping[str, str] | None = None,
) -> bytes:
    """Return a package with the given sheet XML by tab name, and table XML by tab name."""
    links = [(f"rId{i}", "worksheet", f"worksheets/sheet{i}.xml") for i in range(1, len(sheets) + 1)]
    overrides = {f"xl/worksheets/sheet{i}.xml": f"{SHEET_ML}.worksheet+xml" for i in range(1, len(sheets) + 1)}
    overrides["xl/workbook.xml"] = f"{SHEET_ML}.sheet.main+xml"
    content: dict[str, str | bytes] = {}
    if styles is not None:
        links.append(("rId90", "styles", "styles.xml"))
        overrides["xl/styles.xml"] = f"{SHEET_ML}.styles+xml"
        content["xl/styles.xml"] = styles
    if strings is not None:
        links.append(("rId91", "sharedStrings", "sharedStrings.xml"))
        overrides["xl/sharedStrings.xml"] = f"{SHEET_ML}.sharedStrings+xml"
        content["xl/sharedStrings.xml"] = strings
    links += book_links or []
    number = 0
    for index, (name, xml) in enumerate(sheets.items(), 1):
        content[f"xl/worksheets/sheet{index}.xml"] = xml
        own = []
        for table in (tables or {}).get(name, []):
            number += 1
            content[f"xl/tables/table{number}.xml"] = table
            overrides[f"xl/tables/table{number}.xml"] = f"{SHEET_ML}.table+xml"
            own.append((f"rId{number}", "table", f"../tables/table{number}.xml"))
        if own:
            content[f"xl/worksheets/_rels/sheet{index}.xml.rels"] = _rels(own)
    entries = "".join(f'<sheet name="{name}" sheetId="{i}" r:id="rId{i}"/>' for i, name in enumerate(sheets, 1))
    content["xl/workbook.xml"] = (
        f'<workbook xmlns="{MAIN}" xmlns:r="{OFFICE}"><workbookPr date1904="{int(date_1904)}"/>'
        f"<sheets>{entries}</sheets>{workbook_extra}</workbook>"
    )
    content["xl/_rels/workbook.xml.rels"] = _rels(links)
    content["_rels/.rels"] = _rels([("rId1", "officeDocument", "xl/workbook.xml")])
    content.update(parts or {})
    overrides.update(types or {})
    declared = "".join(f'<Override PartName="/{p}" ContentType="{t}"/>' for p, t in overrides.items())
    first = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{declared}</Types>'
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**first, **content}.items():
            archive.writestr(name, data)
    return out.getvalue()


def _sheet(rows: str, before: str = "", after: str = "") -> str:
    return f'<worksheet xmlns="{MAIN}" xmlns:r="{OFFICE}">{before}<sheetData>{rows}</sheetData>{after}</worksheet>'


@pytest.fixture
def package() -> Callable[..., bytes]:
    return _package


@pytest.fixture
def sheet_xml() -> Callable[..., str]:
    return _sheet


@pytest.fixture
def table_xml() -> Callable[..., str]:
    return _table


@pytest.fixture
def leads(package: Callable[..., bytes]) -> Callable[..., bytes]:
    """Return a workbook with the table Leads (Name, Amount) of three leads in A1:B4 of the sheet Leads."""

    def build(after: str = "", before: str = "", rows: str = "", **options: object) -> bytes:
        body = (
            '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c>'
            '<c r="B1" t="inlineStr"><is><t>Amount</t></is></c></row>'
        )
        for row, name, amount in ((2, "Ada", 10), (3, "Grace", 20), (4, "Edsger", 30)):
            body += (
                f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{name}</t></is>'
                f'</c><c r="B{row}"><v>{amount}</v></c></row>'
            )
        table = options.pop("table", None) or _table(1, "Leads", "A1:B4", ["Name", "Amount"])
        xml = _sheet(body + rows, before, after + '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>')
        return package({"Leads": xml, **options.pop("more", {})}, tables={"Leads": [table]}, **options)

    return build


@pytest.fixture
def parts() -> Callable[[bytes], dict[str, bytes]]:
    """Return every part of a package by name."""

    def read(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    return read


@pytest.fixture
def edited() -> Callable[..., bytes]:
    """Open, change through a function, write through the thorough gate."""

    def run(data: bytes, *changes: Callable[[Workbook], object]) -> bytes:
        workbook = Workbook.open(data)
        for change in changes:
            change(workbook)
        out = io.BytesIO()
        workbook.write(out, thorough=True)
        return out.getvalue()

    return run


@pytest.fixture
def read_back() -> Callable[..., openpyxl.Workbook]:
    def load(data: bytes, *, values: bool = False) -> openpyxl.Workbook:
        with warnings.catch_warnings():
            # openpyxl says which extensions it would drop; here it only reads.
            warnings.simplefilter("ignore", UserWarning)
            return openpyxl.load_workbook(io.BytesIO(data), data_only=values)

    return load


@pytest.fixture
def scratch() -> Callable[..., bytes]:
    """Return a scratch workbook whose sheet has a table, charts, rules, a validation, a comment and print titles."""

    def render(name: str = "Pipeline", rows: int = 5, table: str = "LbPipeline", *, date_1904: bool = False) -> bytes:
        out = io.BytesIO()
        book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": date_1904})
        sheet = book.add_worksheet(name)
        head = book.add_format({"bold": True, "bg_color": "#1F4E78", "font_color": "white", "border": 1})
        money = book.add_format({"num_format": "#,##0.00 [$EUR]"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        red = book.add_format({"bg_color": "#FFC7CE", "font_color": "#9C0006"})
        last = 3 + rows
        data = [
            [f"Lead {i} & <co>", ("new", "won", "lost")[i % 3], 100.5 * i, dt.date(2026, 1, 1 + i % 28)]
            for i in range(rows)
        ]
        sheet.add_table(
            3, 0, last, 4,
            {
                "name": table,
                "data": data,
                "columns": [
                    {"header": "Lead"}, {"header": "Stage"}, {"header": "Value", "format": money},
                    {"header": "Close", "format": day},
                    {"header": "Weighted", "formula": "=[@Value]*0.5", "format": money},
                ],
            },
        )  # fmt: skip
        for i in range(rows):
            sheet.write_formula(4 + i, 4, f"={table}[[#This Row],[Value]]*0.5", money, 50.25 * i)
        sheet.write("A1", "Pipeline", head)
        sheet.write_rich_string("A2", "rich ", red, "text")
        sheet.write_formula("C1", f"=SUM({table}[Value])", money, sum(100.5 * i for i in range(rows)))
        sheet.write_url("B1", "https://example.org/?a=1&b=2", string="link")
        sheet.conditional_format(4, 2, last, 2, {"type": "data_bar", "data_bar_2010": True})
        sheet.conditional_format(4, 1, last, 1, {"type": "cell", "criteria": "==", "value": '"lost"', "format": red})
        sheet.data_validation(4, 1, last, 1, {"validate": "list", "source": ["new", "won", "lost"]})
        for kind, place in (("column", "G4"), ("pie", "G22")):
            chart = book.add_chart({"type": kind})
            chart.add_series({"categories": [name, 4, 0, last, 0], "values": [name, 4, 2, last, 2]})
            sheet.insert_chart(place, chart)
        sheet.write_comment("A1", "made by leadbook")
        sheet.repeat_rows(3)
        sheet.print_area(0, 0, last, 12)
        book.close()
        return out.getvalue()

    return render
