"""A generated sheet moved into a workbook: what comes along, what stays, what is refused."""

from __future__ import annotations

import io
import re

import pytest
import xlsxwriter

from leadbook.books.ooxml import Area, PackageRefusedError, Workbook


def made(name="Made", fill=None, **options):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, **options})
    sheet = book.add_worksheet(name)
    if fill:
        fill(book, sheet)
    book.close()
    return out.getvalue()


def test_charts_tables_rules_links_and_comments_come_along(leads, edited, parts, scratch):
    after = edited(leads(), lambda b: b.graft_sheet(scratch(), "Pipeline"))
    new = set(parts(after)) - set(parts(leads()))
    assert {re.sub(r"\d+", "", name) for name in new} == {
        "xl/worksheets/sheet.xml",
        "xl/worksheets/_rels/sheet.xml.rels",
        "xl/tables/table.xml",
        "xl/drawings/drawing.xml",
        "xl/drawings/_rels/drawing.xml.rels",
        "xl/drawings/vmlDrawing.vml",
        "xl/charts/chart.xml",
        "xl/comments.xml",
    }
    assert len([name for name in new if "charts/chart" in name]) == 2
    table = Workbook.open(after).tables[1]
    assert (table.name, table.sheet, table.area) == ("LbPipeline", "Pipeline", Area(4, 1, 9, 5))
    assert table.calculated["Weighted"]
    names = Workbook.open(after).defined_names
    assert names["Pipeline!_xlnm.Print_Titles"].text == "Pipeline!$4:$4"


def test_two_sheets_can_be_grafted_in_one_session(leads, edited, scratch, read_back):
    after = edited(
        leads(),
        lambda b: b.graft_sheet(scratch("Pipeline", table="One"), "Pipeline"),
        lambda b: b.graft_sheet(scratch("Forecast", rows=9, table="Two"), "Forecast"),
        lambda b: b.graft_sheet(scratch("Pipeline", rows=2, table="One"), "Pipeline", replace="Pipeline"),
    )
    done = read_back(after)
    assert done.sheetnames == ["Leads", "Pipeline", "Forecast"]
    assert done["Pipeline"].tables["One"].ref == "A4:E6"
    assert len(done["Forecast"]._charts) == 2  # noqa: SLF001 # openpyxl shows the charts it read nowhere else


def test_a_replaced_sheet_keeps_its_place_id_part_and_formulas_that_point_to_it(leads, edited, scratch, read_back):
    first = edited(leads(), lambda b: b.graft_sheet(scratch(), "Pipeline"), lambda b: b.graft_sheet(made(), "Made"))
    before = [(s.name, s.sheet_id, s.part) for s in Workbook.open(first).sheets]
    after = edited(first, lambda b: b.graft_sheet(scratch(rows=3), "Pipeline", replace="pipeline"))
    assert [(s.name, s.sheet_id, s.part) for s in Workbook.open(after).sheets] == before
    assert read_back(after)["Pipeline"]["A7"].value == "Lead 2 & <co>"


def test_parts_of_the_old_sheet_do_not_stay_behind(leads, edited, parts, scratch):
    first = edited(leads(), lambda b: b.graft_sheet(scratch(), "Pipeline"))
    after = edited(first, lambda b: b.graft_sheet(made("Pipeline"), "Pipeline", replace="Pipeline"))
    assert not [name for name in parts(after) if "chart" in name or "drawing" in name or "comment" in name]
    assert [table.name for table in Workbook.open(after).tables] == ["Leads"]


def test_a_table_keeps_its_number_when_its_sheet_is_replaced(leads, edited, parts, scratch):
    first = edited(
        leads(),
        lambda b: b.graft_sheet(scratch("A", table="TableA"), "A"),
        lambda b: b.graft_sheet(scratch("B", table="TableB"), "B"),
    )
    after = edited(first, lambda b: b.graft_sheet(scratch("A", rows=9, table="TableA"), "A", replace="A"))

    def ids(data):
        return {
            re.search(rb'displayName="(\w+)"', xml)[1]: (name, re.search(rb'<table [^>]*?\bid="(\d+)"', xml)[1])
            for name, xml in parts(data).items()
            if "tables/table" in name
        }

    assert ids(after) == ids(first)


def test_text_that_looks_like_attributes_is_not_remapped(leads, edited, read_back):
    text = ' dxfId="0" s="1" t="s" tabSelected="1" <c r="A1" s="3">'

    def fill(book, sheet):
        bold = book.add_format({"bold": True})
        sheet.write_string("A1", text, bold)
        sheet.write_string("A2", "=1+1")
        sheet.conditional_format("A1:A2", {"type": "no_blanks", "format": bold})

    after = edited(leads(), lambda b: b.graft_sheet(made(fill=fill), "Made"))
    assert [read_back(after)["Made"][a].value for a in ("A1", "A2")] == [text, "=1+1"]
    assert read_back(after)["Made"]["A2"].data_type == "s"


def test_something_the_user_hung_on_the_sheet_is_not_thrown_away(package, sheet_xml):
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/pivotTable" '
        'Target="../pivotTables/p1.xml"/></Relationships'
        ">"
    )
    data = package(
        {"Made": sheet_xml("")},
        parts={"xl/worksheets/_rels/sheet1.xml.rels": link, "xl/pivotTables/p1.xml": "<pivotTableDefinition/>"},
    )
    with pytest.raises(PackageRefusedError, match="a pivot table"):
        Workbook.open(data).graft_sheet(made(), "Made", replace="Made")


def test_a_users_table_on_the_sheet_is_not_thrown_away(leads):
    with pytest.raises(PackageRefusedError, match="your table 'Leads'"):
        Workbook.open(leads()).graft_sheet(made("Leads"), "Leads", replace="Leads", keep_outside=Area(1, 1, 1, 1))


def test_users_own_names_of_a_replaced_sheet_stay(leads, edited, scratch):
    first = edited(
        leads(),
        lambda b: b.graft_sheet(scratch(), "Pipeline"),
        lambda b: b.set_name("Mine", "Pipeline!$C$1", sheet="Pipeline"),
    )
    after = edited(first, lambda b: b.graft_sheet(made("Pipeline"), "Pipeline", replace="Pipeline"))
    names = Workbook.open(after).defined_names
    assert names["Pipeline!Mine"].text == "Pipeline!$C$1"
    assert "Pipeline!_xlnm.Print_Titles" not in names


@pytest.mark.parametrize(
    ("scratch_name", "name", "options", "words"),
    [
        ("Other", "Made", {}, "holds 'Other'; its formulas need a sheet 'Made'"),
        ("Made", "Made", {"date_1904": True}, "another year"),
        ("Leads", "Leads", {}, "already"),
    ],
)
def test_misuse_is_told_at_once(leads, scratch_name, name, options, words):
    with pytest.raises(ValueError, match=words):
        Workbook.open(leads()).graft_sheet(made(scratch_name, **options), name)


def test_shared_formulas_of_kept_cells_become_formulas_of_their_own(edited, package, sheet_xml, read_back):
    rows = (
        '<row r="1"><c r="A1"><v>1</v></c><c r="D1"><f t="shared" ref="D1:D2" si="0">A1*2</f><v>2</v></c></row>'
        '<row r="2"><c r="D2"><f t="shared" si="0"/><v>4</v></c></row>'
    )
    after = edited(
        package({"Made": sheet_xml(rows)}),
        lambda b: b.graft_sheet(made(), "Made", replace="Made", keep_outside=Area(1, 1, 1, 1)),
    )
    assert [read_back(after)["Made"][a].value for a in ("A1", "D1", "D2")] == [None, "=A1*2", "=A2*2"]


def test_a_sheet_made_anew_gets_the_part_names_it_had(leads, edited, scratch, parts):
    def both(rows):
        def change(book):
            present = {sheet.name for sheet in book.sheets}
            for name in ("Pipeline", "Forecast"):
                book.graft_sheet(
                    scratch(name, rows=rows, table="T" + name), name, replace=name if name in present else None
                )

        return change

    once = edited(leads(), both(6))
    thrice = edited(edited(once, both(9)), both(6))
    assert sorted(parts(thrice)) == sorted(parts(once))
    assert [name for name, data in parts(once).items() if parts(thrice)[name] != data] == []


def test_the_same_sheet_again_changes_nothing_at_all(leads, edited, scratch):
    once = edited(leads(), lambda b: b.graft_sheet(scratch(), "Pipeline"))
    again = Workbook.open(once)
    again.graft_sheet(scratch(), "Pipeline", replace="Pipeline", keep_outside=Area(1, 1, 40, 12))
    assert again.changed_parts() == set()
    target = io.BytesIO()
    again.write(target, thorough=True)
    assert target.getvalue() == once


def test_a_table_that_is_new_never_takes_the_part_of_one_that_stays(leads, edited):
    def tables(*names):
        def fill(_, sheet):
            for at, name in enumerate(names):
                sheet.add_table(10 * at, 0, 10 * at + 2, 1, {"name": name})

        return fill

    once = edited(leads(), lambda b: b.graft_sheet(made(fill=tables("Old", "Kept")), "Made"))
    twice = edited(once, lambda b: b.graft_sheet(made(fill=tables("New", "Kept", "More")), "Made", replace="Made"))
    before = {table.name: table.part for table in Workbook.open(once)._book.tables}  # noqa: SLF001 # parts show nowhere else
    found = {table.name: table.part for table in Workbook.open(twice)._book.tables}  # noqa: SLF001 # as above
    assert found.keys() == {"Leads", "New", "Kept", "More"}
    assert len(set(found.values())) == 4
    assert found["Kept"] == before["Kept"]
