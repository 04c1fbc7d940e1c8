"""What a scan tells about a sheet, however it is written."""

from __future__ import annotations

import pytest

from leadbook.books.ooxml import Area, Workbook

ROWS = (
    '<row r="2" hidden="1"><c r="B2" s="1"/><c r="C2"><v>1</v></c><c r="D2" t="e"><v>#N/A</v></c></row>'
    '<row r="5"><c r="E5"><f>C2+1</f></c></row>'
    '<row r="7" hidden="0"><c r="C7"><f>C2</f><v>1</v></c>'
    '<c r="F7" t="inlineStr"><is><t>x</t></is></c><c r="ZZ7" s="1"/></row>'
)


def untidy(rows):
    return rows.replace('<c r="C2">', "<c s='0' r='C2'>").replace("<v>1</v>", "<v >1</v>")


def unhidden(rows):
    return rows.replace(' hidden="1"', "").replace(' hidden="0"', "")


@pytest.mark.parametrize("form", [lambda rows: rows, untidy, unhidden], ids=["hidden", "untidy", "tidy"])
def test_extent_errors_and_formulas(package, sheet_xml, form):
    scan = Workbook.open(package({"S": sheet_xml(form(ROWS))})).scan("S")
    assert scan.extent == Area(2, 3, 7, 6)
    assert scan.cell_count == 5
    assert scan.error_cells == {(2, 4): "#N/A"}
    assert scan.formula_columns(1, 5) == {5}
    assert scan.formula_columns(6, 9) == {3}
    assert scan.formula_columns(8, 9) == frozenset()
    assert scan.hidden_rows == (set() if form is unhidden else {2})


def test_a_blank_sheet_has_no_extent(package, sheet_xml):
    scan = Workbook.open(package({"S": sheet_xml('<row r="3"><c r="A3" s="1"/></row>')})).scan("S")
    assert scan.extent is None
    assert scan.cell_count == 0


def test_merges_protection_and_objects(package, sheet_xml):
    after = (
        '<sheetProtection sheet="true"/><mergeCells count="1">'
        '<mergeCell ref="A1:B2"/></mergeCells><legacyDrawing r:id="rId9"/>'
    )
    scan = Workbook.open(package({"S": sheet_xml("", after=after)})).scan("S")
    assert scan.merges == (Area(1, 1, 2, 2),)
    assert scan.protected
    assert scan.comments
    assert scan.object_count == 1


def test_texts_read_strings_numbers_flags_and_shared_formulas(package, sheet_xml):
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>plain</t></si>'
        "<si><r><t>ri</t></r><r><t>ch_x000D_</t></r><rPh sb='0' eb='1'><t>hint</t></rPh></si></sst>"
    )
    rows = (
        '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c><c r="C1" t="b"><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" ref="A2:A3" si="4">B2&amp;$C$1</f></c><c r="B2"><v>1.50</v></c></row>'
        '<row r="3"><c r="A3"><f t="shared" si="4"/><v>1</v></c></row>'
    )
    book = Workbook.open(package({"S": sheet_xml(rows)}, strings=strings))
    assert book.cell_texts("S") == {
        (1, 1): "plain",
        (1, 2): "rich\r",
        (1, 3): "TRUE",
        (2, 1): "=B2&$C$1",
        (2, 2): "1.50",
        (3, 1): "=B3&$C$1",
    }
    assert book.cell_texts("S", Area(3, 1, 3, 1)) == {(3, 1): "=B3&$C$1"}
