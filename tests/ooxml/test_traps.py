"""The traps of editing a workbook in place, one test (or more) each."""

from __future__ import annotations

import datetime as dt
import io
import re
import subprocess
import sys

import pytest
import xlsxwriter

from leadbook.books.ooxml import Area, CellFormula, PackageRefusedError, Workbook

TABLE_PARTS = '<tableParts count="1"><tablePart r:id="rId1"/></tableParts>'


def count(xml: bytes, tag: str) -> int:
    return len(re.findall(rf"<{tag}[\s/>]".encode(), xml))


def section(xml: bytes, name: str) -> bytes:
    return re.search(rf"<{name}[ >].*?</{name}>".encode(), xml, re.DOTALL)[0]


def test_trap_01_styles_do_not_grow_when_the_same_change_is_made_again(leads, edited, parts, scratch):
    def change(book):
        exists = any(sheet.name == "Pipeline" for sheet in book.sheets)
        book.graft_sheet(scratch(), "Pipeline", replace="Pipeline" if exists else None)
        style = book.style(number_format="0.000", bold=True, fill="#FFEE00")
        book.set_cells("Leads", {4: {2: 1.5}}, {4: style})
        book.set_cells("Leads", {5: {2: dt.date(2026, 3, 1)}})

    once = edited(leads(), change)
    twice = edited(once, change)
    assert parts(twice)["xl/styles.xml"] == parts(once)["xl/styles.xml"]


def test_trap_01_same_style_with_other_prefix_and_attribute_order_is_found(package, sheet_xml):
    styles = (
        '<x:styleSheet xmlns:x="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<x:fonts><x:font/></x:fonts><x:fills><x:fill><x:patternFill patternType="none"/></x:fill></x:fills>'
        "<x:borders><x:border/></x:borders><x:cellXfs>"
        '<x:xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/>'
        '<x:xf applyNumberFormat="1" xfId="0" borderId="0" fillId="0" fontId="0" numFmtId="10"/>'
        "</x:cellXfs></x:styleSheet>"
    )
    book = Workbook.open(package({"S": sheet_xml("")}, styles=styles))
    assert book.style(number_format="0.00%") == 1


def test_trap_01_scratch_format_zero_is_the_workbooks_own_and_new_number_formats_start_high(
    package, sheet_xml, edited, parts, scratch
):
    styles = (
        '<styleSheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<numFmts count="1"><numFmt numFmtId="200" formatCode="0.0000"/></numFmts>'
        "<fonts><font/></fonts><fills><fill/></fills><borders><border/></borders>"
        '<cellXfs><xf numFmtId="0" fontId="0" fillId="0" borderId="0" xfId="0"/></cellXfs></styleSheet>'
    )
    data = edited(package({"S": sheet_xml("")}, styles=styles), lambda b: b.graft_sheet(scratch(), "Pipeline"))
    sheet = parts(data)["xl/worksheets/sheet2.xml"]
    assert b'<c r="A5" t="inlineStr">' in sheet
    formats = section(parts(data)["xl/styles.xml"], "numFmts")
    assert {int(n) for n in re.findall(rb'numFmtId="(\d+)"', formats)} == {200, 201, 202}


def test_trap_01_formats_of_rows_columns_and_rules_are_remapped(leads, edited, read_back):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Made")
    bold, italic = book.add_format({"bold": True}), book.add_format({"italic": True})
    red = book.add_format({"font_color": "#FF0000"})
    sheet.set_column(2, 2, 20, italic)
    sheet.set_row(4, 30, bold)
    sheet.conditional_format("A1:A9", {"type": "formula", "criteria": "=A1>1", "format": red})
    book.close()
    start = edited(leads(), lambda b: b.set_conditional_format("Leads", "LB", "A2:A4", 'A2="LB"', fill="#00FF00"))
    done = read_back(edited(start, lambda b: b.graft_sheet(out.getvalue(), "Made")))
    assert done["Made"].column_dimensions["C"].font.i
    assert done["Made"].row_dimensions[5].font.b
    (rule,) = next(iter(done["Made"].conditional_formatting)).rules
    assert rule.dxf.font.color.rgb == "FFFF0000"


@pytest.mark.parametrize(
    ("formula", "cell"),
    [
        ('<f t="shared" ref="B2:B4" si="0">A2*2</f>', (2, 2)),
        ('<f t="array" ref="B2:B4">A2:A4*2</f>', (2, 2)),
        ('<f t="array" ref="B2:B4">A2:A4*2</f>', (3, 2)),
        ('<f t="dataTable" ref="B2:B4" dt2D="0" dtr="0" r1="A1"/>', (2, 2)),
    ],
)
def test_trap_02_a_formula_that_others_depend_on_is_not_overwritten(package, sheet_xml, formula, cell):
    rows = f'<row r="2"><c r="B2">{formula}<v>2</v></c></row><row r="3"><c r="B3"><v>4</v></c></row>'
    book = Workbook.open(package({"S": sheet_xml(rows)}))
    with pytest.raises(PackageRefusedError, match=f"B{cell[0]} on the sheet 'S'"):
        book.set_cells("S", {cell[1]: {cell[0]: 1}})


def test_trap_02_a_shared_formula_may_go_as_a_whole_and_lose_single_cells(package, sheet_xml, edited, read_back):
    rows = (
        '<row r="1"><c r="B1"><f t="shared" ref="B1:B2" si="0">A1*2</f><v>2</v></c></row>'
        '<row r="2"><c r="B2"><f t="shared" si="0"/><v>4</v></c></row>'
    )
    data = package({"S": sheet_xml(rows)})
    whole = read_back(edited(data, lambda b: b.set_cells("S", {2: {1: 7, 2: 8}})))["S"]
    assert [whole["B1"].value, whole["B2"].value] == [7, 8]
    single = read_back(edited(data, lambda b: b.set_cells("S", {2: {2: 8}})))["S"]
    assert [single["B1"].value, single["B2"].value] == ["=A1*2", 8]


def test_trap_02_dynamic_array_and_rich_value_marks_go_with_the_old_value(package, sheet_xml, edited, parts):
    rows = '<row r="1"><c r="A1" cm="1" vm="2" t="e"><v>#VALUE!</v></c><c r="B1" vm="3"><v>1</v></c></row>'
    data = edited(package({"S": sheet_xml(rows)}), lambda b: b.set_cells("S", {1: {1: 5}}))
    assert b'<c r="A1"><v>5</v></c><c r="B1" vm="3"><v>1</v></c>' in parts(data)["xl/worksheets/sheet1.xml"]


def test_trap_03_a_new_column_says_the_same_in_its_cell_and_its_table(leads, edited, parts, read_back):
    headers = ["Next\nAction", "Win % & <more>", "_x0041_"]
    data = edited(leads(), lambda b: b.add_table_columns("Leads", headers, None, [0, 0, 0], [20, None, None]))
    table = parts(data)["xl/tables/table1.xml"]
    assert b'name="Next_x000a_Action"' in table
    assert b'name="_x005F_x0041_"' in table
    assert b'ref="A1:E4"' in table
    assert Workbook.open(data).tables[0].columns == ("Name", "Amount", *headers)
    sheet = read_back(data)["Leads"]
    assert [sheet.cell(1, column).value for column in (3, 4)] == headers[:2]
    assert sheet.column_dimensions["C"].width == 20


def test_trap_03_a_header_is_not_overwritten_as_a_plain_cell(leads):
    with pytest.raises(PackageRefusedError, match="header 'Name' of the table 'Leads'"):
        Workbook.open(leads()).set_cells("Leads", {1: {1: "Nom"}})


def test_trap_04_cells_hidden_in_a_merge_are_refused_and_its_first_cell_is_not(package, sheet_xml):
    merged = sheet_xml("", after='<mergeCells count="1"><mergeCell ref="B2:C3"/></mergeCells>')
    book = Workbook.open(package({"S": merged}))
    book.set_cells("S", {2: {2: "seen"}})
    with pytest.raises(PackageRefusedError, match=r"C3 .* merged"):
        book.set_cells("S", {3: {3: "hidden"}})


@pytest.mark.parametrize(("date_1904", "serial"), [(False, 46082), (True, 44620)])
def test_trap_05_dates_count_by_the_workbooks_calendar_and_show_as_dates(
    *, package, sheet_xml, edited, parts, read_back, date_1904, serial
):
    # 1 March 2026 is day 46082 of the 1900 calendar, which is 1,462 days ahead of the 1904 one.
    data = edited(
        package({"S": sheet_xml("")}, date_1904=date_1904),
        lambda b: b.set_cells("S", {1: {1: dt.date(2026, 3, 1), 2: dt.datetime(2026, 3, 1, 12, 0)}}),  # noqa: DTZ001 # cells know no time zones
    )
    assert f"<v>{serial}</v>".encode() in parts(data)["xl/worksheets/sheet1.xml"]
    cells = read_back(data)["S"]
    assert cells["A1"].value == dt.datetime(2026, 3, 1)  # noqa: DTZ001 # cells know no time zones
    assert cells["A2"].value == dt.datetime(2026, 3, 1, 12, 0)  # noqa: DTZ001 # cells know no time zones


def test_trap_05_an_owned_number_does_not_read_as_a_date(package, sheet_xml, edited, read_back):
    rows = '<row r="1"><c r="A1" s="1"><v>46082</v></c></row>'
    data = edited(package({"S": sheet_xml(rows)}), lambda b: b.set_cells("S", {1: {1: 7}}, {1: 0}))
    assert read_back(data)["S"]["A1"].value == 7


def test_trap_05_a_date_in_a_cell_that_shows_dates_keeps_its_look(package, sheet_xml, edited, parts):
    rows = '<row r="1"><c r="A1" s="1"><v>1</v></c></row>'
    data = edited(package({"S": sheet_xml(rows)}), lambda b: b.set_cells("S", {1: {1: dt.date(2026, 3, 1)}}))
    assert b'<c r="A1" s="1"><v>46082</v></c>' in parts(data)["xl/worksheets/sheet1.xml"]


def test_trap_06_the_extent_of_a_sparse_sheet_is_known_before_anything_reads_it(package, sheet_xml):
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="XFD1"><v>2</v></c></row>'
        '<row r="1048576"><c r="A1048576"><v>3</v></c></row>'
    )
    scan = Workbook.open(package({"S": sheet_xml(rows)})).scan("S")
    assert scan.extent == Area(1, 1, 1_048_576, 16_384)
    assert scan.cell_count == 3


def test_trap_07_text_that_looks_like_an_escape_reads_back_as_typed(leads, edited, soffice, tmp_path):
    text = "_x0041_ <b>&amp;</b> \x07bell _x005F_"
    data = edited(leads(), lambda b: b.set_cells("Leads", {5: {2: text}}))
    assert Workbook.open(data).cell_texts("Leads")[2, 5] == text
    path = tmp_path / "book.xlsx"
    path.write_bytes(data)
    import python_calamine

    rows = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("Leads").to_python()
    assert rows[1][4] == text
    converted = soffice(path, tmp_path / "out")
    again = python_calamine.CalamineWorkbook.from_path(converted).get_sheet_by_name("Leads").to_python()
    assert again[1][4].replace("\x07", "") == text.replace("\x07", "")


def test_trap_08_strings_are_inline_and_shared_strings_stay(package, sheet_xml, edited, parts):
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
        ' count="1" uniqueCount="1"><si><t>old</t></si></sst>'
    )
    rows = '<row r="1"><c r="A1" t="s"><v>0</v></c></row>'
    before = package({"S": sheet_xml(rows)}, strings=strings)
    after = edited(before, lambda b: b.set_cells("S", {2: {1: "=SUM(A1)", 2: " padded "}}))
    assert parts(after)["xl/sharedStrings.xml"] == parts(before)["xl/sharedStrings.xml"]
    sheet = parts(after)["xl/worksheets/sheet1.xml"]
    assert b'<c r="B1" t="inlineStr"><is><t>=SUM(A1)</t></is></c>' in sheet
    assert b'<t xml:space="preserve"> padded </t>' in sheet
    assert b"<f>" not in sheet


def chained(package, sheet_xml):
    rows = '<row r="1"><c r="A1"><f>1+1</f><v>2</v></c><c r="B1"><v>1</v></c></row>'
    return package(
        {"S": sheet_xml(rows)},
        parts={
            "xl/calcChain.xml": (
                "<calcChain"
                ' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><c r="A1" i="1"/></calcChain>'
            )
        },
        book_links=[("rId95", "calcChain", "calcChain.xml")],
        types={"xl/calcChain.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.calcChain+xml"},
    )


def test_trap_09_the_calculation_chain_goes_when_a_formula_goes(package, sheet_xml, edited, parts):
    after = parts(edited(chained(package, sheet_xml), lambda b: b.set_cells("S", {1: {1: 3}})))
    assert "xl/calcChain.xml" not in after
    assert b"calcChain" not in after["xl/_rels/workbook.xml.rels"]
    assert b"calcChain" not in after["[Content_Types].xml"]


def test_trap_09_the_calculation_chain_stays_when_no_formula_changes(package, sheet_xml, edited, parts):
    after = parts(edited(chained(package, sheet_xml), lambda b: b.set_cells("S", {2: {1: 3}})))
    assert "xl/calcChain.xml" in after


def test_trap_10_excel_is_asked_to_calculate_everything(leads, edited, parts):
    after = parts(edited(leads(), lambda b: b.set_cells("Leads", {2: {2: 11}})))
    assert b'fullCalcOnLoad="1"' in after["xl/workbook.xml"]


def test_trap_11_sheets_are_appended_under_a_new_id_and_not_selected(leads, edited, parts, scratch, read_back):
    view = '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
    data = leads(
        before=view,
        workbook_extra=(
            '<definedNames><definedName name="Mine" localSheetId="0">Leads!$A$1</definedName></definedNames>'
        ),
    )
    after = edited(data, lambda b: b.graft_sheet(scratch(), "Pipeline"))
    assert [sheet.name for sheet in Workbook.open(after).sheets] == ["Leads", "Pipeline"]
    assert [sheet.sheet_id for sheet in Workbook.open(after).sheets] == [1, 2]
    assert b"tabSelected" not in parts(after)["xl/worksheets/sheet2.xml"]
    assert Workbook.open(after).defined_names["Leads!Mine"].text == "Leads!$A$1"
    assert read_back(after)["Pipeline"]["A1"].value == "Pipeline"


def test_trap_12_names_are_free_of_case_and_ids_unique(package, sheet_xml, table_xml, edited, scratch):
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>H</t></is></c></row><row r="2"><c r="A2"><v>1</v></c></row>'
    table = table_xml(9, "Mine", "A1:A2", ["H"])
    data = package(
        {"S": sheet_xml(rows, after=TABLE_PARTS)},
        tables={"S": [table]},
        parts={"xl/Worksheets/SHEET2.xml": "<other/>", "xl/Charts/Chart1.xml": "<other/>"},
    )
    after = edited(data, lambda b: b.graft_sheet(scratch(), "Pipeline"))
    book = Workbook.open(after)
    assert book.sheets[1].part == "xl/worksheets/sheet3.xml"
    with pytest.raises(ValueError, match="LBPIPELINE"):
        Workbook.open(after).graft_sheet(scratch("More", table="LBPIPELINE"), "More")
    with pytest.raises(ValueError, match="mine"):
        book.set_name("mine", "S!$A$1")


def test_trap_13_prefixed_parts_and_odd_names_are_followed_through_relationships(edited, read_back, package):
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    sheet = (
        f'<x:worksheet xmlns:x="{main}"><x:sheetData><x:row r="1"><x:c r="A1"><x:v>1</x:v></x:c></x:row>'
        "</x:sheetData></x:worksheet>"
    )
    data = edited(package({"S": sheet}), lambda b: b.set_cells("S", {1: {1: 5, 2: "two"}, 3: {1: True}}))
    cells = read_back(data)["S"]
    assert (cells["A1"].value, cells["A2"].value, cells["C1"].value) == (5, "two", True)


def test_trap_14_a_grown_table_takes_its_rules_and_filter_along(leads, edited, parts, read_back):
    after = (
        '<conditionalFormatting sqref="B2:B4"><cfRule type="expression" priority="1">'
        "<formula>B2&gt;1</formula></cfRule></conditionalFormatting>"
        '<conditionalFormatting sqref="D2:D4 B4"><cfRule type="expression" priority="2">'
        "<formula>D2&gt;1</formula></cfRule></conditionalFormatting>"
        '<dataValidations count="1"><dataValidation type="whole" sqref="B2:B4 D1:D9">'
        "<formula1>1</formula1></dataValidation></dataValidations>"
    )
    x14 = (
        '<extLst><ext uri="{78C0D931-6437-407d-A8EE-F0AAD7539E65}" xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main">'
        '<x14:conditionalFormattings><x14:conditionalFormatting xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main">'
        "<xm:sqref>A2:A4</xm:sqref></x14:conditionalFormatting></x14:conditionalFormattings></ext></extLst>"
    )
    book = leads(after=after, before='<dimension ref="A1:B4"/>')
    xml = parts(book)["xl/worksheets/sheet1.xml"].replace(b"</tableParts>", b"</tableParts>" + x14.encode())
    book = repacked(parts(book), {"xl/worksheets/sheet1.xml": xml})
    data = edited(book, lambda b: b.append_table_rows("Leads", [["Alan", 40], ["Barbara", None]]))
    sheet, table = parts(data)["xl/worksheets/sheet1.xml"], parts(data)["xl/tables/table1.xml"]
    assert table.count(b'ref="A1:B6"') == 2
    assert b'<dimension ref="A1:B6"/>' in sheet
    assert b'<conditionalFormatting sqref="B2:B6">' in sheet
    assert b'<conditionalFormatting sqref="D2:D4 B4">' in sheet
    assert b'sqref="B2:B6 D1:D9"' in sheet
    assert b"<xm:sqref>A2:A6</xm:sqref>" in sheet
    assert [c.value for c in read_back(data)["Leads"]["A"]] == ["Name", "Ada", "Grace", "Edsger", "Alan", "Barbara"]


def repacked(parts, changes):
    import zipfile

    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**parts, **changes}.items():
            archive.writestr(name, data)
    return out.getvalue()


def test_trap_14_calculated_columns_are_filled_and_translated(leads, edited, read_back, table_xml):
    columns = [
        "Name",
        '<tableColumn id="2" name="Amount"><calculatedColumnFormula>ROW()*2+A2</calculatedColumnFormula></tableColumn>',
    ]
    data = leads(table=table_xml(1, "Leads", "A1:B4", columns))
    formula = edited(data, lambda b: b.set_cells("Leads", {2: {4: CellFormula("LEN(A4)*$C$1", 6)}}))
    grown = read_back(edited(formula, lambda b: b.append_table_rows("Leads", [["Alan", None], ["Barbara", None]])))
    assert grown["Leads"]["B5"].value == "=LEN(A5)*$C$1"
    assert grown["Leads"]["B6"].value == "=LEN(A6)*$C$1"


def test_trap_14_a_totals_row_is_refused(leads, table_xml):
    table = table_xml(1, "Leads", "A1:B4", ["Name", "Amount"], attributes='totalsRowCount="1"')
    with pytest.raises(PackageRefusedError, match="totals row"):
        Workbook.open(leads(table=table)).append_table_rows("Leads", [["x", 1]])


def test_trap_14_occupied_cells_below_or_beside_are_refused(leads):
    below = '<row r="7"><c r="B7"><v>1</v></c></row>'
    book = Workbook.open(leads(rows=below))
    book.append_table_rows("Leads", [["five", 5], ["six", 6]])
    with pytest.raises(PackageRefusedError, match="B7"):
        book.append_table_rows("Leads", [["seven", 7]])
    beside = Workbook.open(leads(rows='<row r="5"/>'))
    beside.set_cells("Leads", {3: {3: "note"}})
    with pytest.raises(PackageRefusedError, match="C3"):
        beside.add_table_columns("Leads", ["Score"], None, [0], [None])


def test_trap_14_spans_follow(package, sheet_xml, edited, parts):
    rows = '<row r="1" spans="1:2" ht="20"><c r="A1"><v>1</v></c></row>'
    data = edited(package({"S": sheet_xml(rows)}), lambda b: b.set_cells("S", {4: {1: 1}}))
    assert b'<row r="1" spans="1:4" ht="20">' in parts(data)["xl/worksheets/sheet1.xml"]


def test_trap_15_the_users_own_cells_beside_a_replaced_sheet_survive(leads, edited, scratch, read_back):
    made = edited(leads(), lambda b: b.graft_sheet(scratch(), "Pipeline"))
    note = edited(
        made,
        lambda b: b.set_cells("Pipeline", {20: {3: "my note", 4: CellFormula("C1*10", 3)}}, {20: b.style(bold=True)}),
    )
    ours = Workbook.open(made).scan("Pipeline").extent
    again = edited(note, lambda b: b.graft_sheet(scratch(rows=8), "Pipeline", replace="Pipeline", keep_outside=ours))
    sheet = read_back(again)["Pipeline"]
    assert (sheet["T3"].value, sheet["T3"].font.b, sheet["T4"].value) == ("my note", True, "=C1*10")
    assert sheet["A12"].value == "Lead 7 & <co>"


def test_trap_15_a_users_cell_in_the_way_is_refused(leads, edited, scratch):
    made = edited(leads(), lambda b: b.graft_sheet(scratch(), "Pipeline"))
    ours = Workbook.open(made).scan("Pipeline").extent
    note = edited(made, lambda b: b.set_cells("Pipeline", {2: {11: "my note"}}))
    with pytest.raises(PackageRefusedError, match="B11"):
        Workbook.open(note).graft_sheet(scratch(rows=8), "Pipeline", replace="Pipeline", keep_outside=ours)


def test_trap_16_dynamic_arrays_are_not_grafted(leads):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Made").write_dynamic_array_formula("A1", "=SORT(B1:B3)")
    book.close()
    with pytest.raises(ValueError, match="dynamic array"):
        Workbook.open(leads()).graft_sheet(out.getvalue(), "Made")


def test_trap_17_a_workbook_without_styles_is_refused(package, sheet_xml):
    with pytest.raises(PackageRefusedError, match="no styles"):
        Workbook.open(package({"S": sheet_xml("")}, styles=None))


def test_trap_17_protection_is_told(leads):
    assert Workbook.open(leads(after='<sheetProtection sheet="1"/>')).sheets[0].protected
    assert not Workbook.open(leads()).sheets[0].protected


def test_trap_18_document_properties_stay(leads, edited, parts, scratch):
    properties = "<Properties><TitlesOfParts>Leads</TitlesOfParts></Properties>"
    before = leads(parts={"docProps/app.xml": properties})
    after = edited(before, lambda b: b.graft_sheet(scratch(), "Pipeline"))
    assert parts(after)["docProps/app.xml"] == properties.encode()


def test_trap_19_external_targets_are_never_followed(package, sheet_xml, edited, parts):
    links = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/table" '
        'Target="file:///etc/passwd" TargetMode="External"/></Relationships>'
    )
    data = package({"S": sheet_xml("")}, parts={"xl/worksheets/_rels/sheet1.xml.rels": links})
    book = Workbook.open(data)
    assert book.tables == ()
    after = edited(data, lambda b: b.set_cells("S", {1: {1: 1}}))
    assert parts(after)["xl/worksheets/_rels/sheet1.xml.rels"] == links.encode()


def test_trap_20_cached_values_are_what_libreoffice_recalculates(
    *, leads, edited, scratch, soffice, tmp_path, read_back
):
    path = tmp_path / "book.xlsx"
    path.write_bytes(edited(leads(), lambda b: b.graft_sheet(scratch(), "Pipeline")))
    ours = read_back(path.read_bytes(), values=True)["Pipeline"]
    theirs = read_back(soffice(path, tmp_path / "out").read_bytes(), values=True)["Pipeline"]
    for address in ("C1", "E5", "E6", "E9"):
        assert theirs[address].value == ours[address].value


def test_importing_the_editor_does_not_load_openpyxl():
    code = "import sys, leadbook.books.ooxml; sys.exit('openpyxl' in sys.modules or 'pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
