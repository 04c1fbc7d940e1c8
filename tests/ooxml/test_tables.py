"""Tables: made from cells that exist, widened, grown, and the rules and names around them."""

from __future__ import annotations

import pytest

from leadbook.books.ooxml import Area, PackageRefusedError, Workbook

ROWS = (
    '<row r="1"><c r="A1" t="inlineStr"><is><t>Name</t></is></c>'
    '<c r="B1" t="inlineStr"><is><t>Sum\nup</t></is></c></row>'
    '<row r="2"><c r="A2"><v>1</v></c></row><row r="3"><c r="A3"><v>2</v></c></row>'
)


def test_a_table_is_made_of_cells_that_exist(package, sheet_xml, edited, parts, read_back):
    before = package({"S": sheet_xml(ROWS, after='<autoFilter ref="A1:B3"/>')})
    after = edited(before, lambda b: b.add_table("S", Area(1, 1, 3, 2), "Leads", "Table Style Light 1"))
    (table,) = Workbook.open(after).tables
    assert (table.name, table.area, table.columns) == ("Leads", Area(1, 1, 3, 2), ("Name", "Sum\nup"))
    assert ROWS.encode() in parts(after)["xl/worksheets/sheet1.xml"]
    assert b"autoFilter" not in parts(after)["xl/worksheets/sheet1.xml"]
    assert read_back(after)["S"].tables["Leads"].tableStyleInfo.name == "TableStyleLight1"


FILTERED = (
    '<autoFilter ref="{}"><filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn></autoFilter>'
)


def test_a_filter_that_hides_rows_becomes_the_tables(package, sheet_xml, edited, parts):
    before = package({"S": sheet_xml(ROWS, after=FILTERED.format("A1:B3"))})
    after = parts(edited(before, lambda b: b.add_table("S", Area(1, 1, 3, 2), "Leads", "Table Style Light 1")))
    assert b"autoFilter" not in after["xl/worksheets/sheet1.xml"]
    (table,) = [xml for name, xml in after.items() if name.startswith("xl/tables/")]
    assert b'<filterColumn colId="0"><filters><filter val="1"/></filters></filterColumn>' in table


def test_a_filter_that_hides_rows_of_another_width_is_not_thrown_away(package, sheet_xml):
    with pytest.raises(PackageRefusedError, match="filtered"):
        Workbook.open(package({"S": sheet_xml(ROWS, after=FILTERED.format("B1:B3"))})).add_table(
            "S", Area(1, 1, 3, 2), "Leads"
        )


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        (ROWS.replace("<is><t>Name</t></is>", "<is><t></t></is>"), "A1"),
        (ROWS.replace("Sum\nup", "NAME"), "twice"),
        (ROWS.replace('<c r="B1" t="inlineStr"><is><t>Sum\nup</t></is></c>', '<c r="B1"><v>2024</v></c>'), "B1"),
    ],
)
def test_headers_a_table_cannot_have_are_refused(package, sheet_xml, rows, words):
    with pytest.raises(PackageRefusedError, match=words):
        Workbook.open(package({"S": sheet_xml(rows)})).add_table("S", Area(1, 1, 3, 2), "Leads")


def test_the_blank_row_of_a_new_table_is_filled_first(package, sheet_xml, table_xml, edited, read_back):
    rows = '<row r="1"><c r="A1" t="inlineStr"><is><t>H</t></is></c></row>'
    data = package(
        {"S": sheet_xml(rows, after='<tableParts count="1"><tablePart r:id="rId1"/></tableParts>')},
        tables={"S": [table_xml(1, "T", "A1:A2", ["H"])]},
    )
    after = edited(data, lambda b: b.append_table_rows("T", [["a"], ["b"]]))
    assert [cell.value for cell in read_back(after)["S"]["A"]] == ["H", "a", "b"]
    assert Workbook.open(after).tables[0].area == Area(1, 1, 3, 1)


def test_appended_rows_look_like_the_last_one(leads, edited, read_back):
    def style_last(book):
        book.set_cells("Leads", {2: {4: 30}}, {2: book.style(number_format="#,##0.00", bold=True)})

    after = edited(edited(leads(), style_last), lambda b: b.append_table_rows("Leads", [["Alan", 40]]))
    cell = read_back(after)["Leads"]["B5"]
    assert (cell.value, cell.number_format, cell.font.b) == (40, "#,##0.00", True)


@pytest.mark.parametrize(
    "action",
    [
        lambda b: b.append_table_rows("Leads", [["x", 1]]),
        lambda b: b.add_table_columns("Leads", ["Score"], None, [0], [None]),
    ],
    ids=["rows", "columns"],
)
def test_a_table_filled_by_a_query_is_refused(leads, table_xml, action):
    table = table_xml(1, "Leads", "A1:B4", ["Name", "Amount"], attributes='tableType="queryTable"')
    book = Workbook.open(leads(table=table))
    with pytest.raises(PackageRefusedError, match="query"):
        action(book)


def test_a_repeated_header_is_misuse(leads):
    with pytest.raises(ValueError, match="amount"):
        Workbook.open(leads()).add_table_columns("Leads", ["amount"], None, [0], [None])


def test_a_table_beside_is_refused(leads):
    book = Workbook.open(leads())
    book.set_cells("Leads", {4: {1: "X", 2: 1}})
    book.add_table("Leads", Area(1, 4, 2, 4), "Beside")
    with pytest.raises(PackageRefusedError, match="Beside"):
        book.add_table_columns("Leads", ["Score", "Grade"], None, [0, 0], [None, None])


def test_new_columns_take_the_last_headers_look_and_their_own_body_style(leads, edited, read_back):
    def change(book):
        first = book.add_table_columns("Leads", ["Score"], None, [book.style(number_format="0.0")], [7.5])
        book.set_cells("Leads", {first: {2: 1.25}})

    sheet = read_back(edited(leads(before='<cols><col min="1" max="9" width="30"/></cols>'), change))["Leads"]
    assert sheet["C2"].number_format == "0.0"
    widths = sheet.column_dimensions
    assert (widths["A"].width, widths["C"].width, widths["D"].width) == (30, 7.5, 30)


def test_our_rule_is_updated_in_place_and_others_stay(leads, edited, parts):
    theirs = (
        '<conditionalFormatting sqref="B2:B4"><cfRule type="expression" priority="3">'
        "<formula>B2&gt;1</formula></cfRule></conditionalFormatting>"
    )

    def rule(formula, sqref, fill):
        return lambda b: b.set_conditional_format("Leads", "LB_ISSUES", sqref, formula, fill=fill, bold=True)

    once = edited(leads(after=theirs), rule("=LB_ISSUES&A2<>1", "A2:B4", "#FFF2CC"))
    same = edited(once, rule("=LB_ISSUES&A2<>1", "A2:B4", "#FFF2CC"))
    other = edited(once, rule("=LB_ISSUES&A2<>2", "A2:B9", "#FFF2CC"))
    sheet = "xl/worksheets/sheet1.xml"
    assert parts(same) == parts(once)
    assert theirs.encode() in parts(other)[sheet]
    assert parts(once)[sheet].count(b"LB_ISSUES") == parts(other)[sheet].count(b"LB_ISSUES") == 1
    assert b'priority="4"><formula>LB_ISSUES&amp;A2&lt;&gt;2</formula>' in parts(other)[sheet]
    assert b'sqref="A2:B9"' in parts(other)[sheet]


def test_names_are_changed_in_place(leads, edited):
    once = edited(leads(), lambda b: b.set_name("LB_Meta", "=Leads!$A$1", hidden=True, comment="state"))
    name = Workbook.open(once).defined_names["LB_Meta"]
    assert (name.text, name.hidden, name.comment, name.sheet) == ("Leads!$A$1", True, "state", None)
    twice = edited(once, lambda b: b.set_name("lb_meta", "Leads!$A$2"))
    assert list(Workbook.open(twice).defined_names) == ["LB_Meta"]
    with pytest.raises(ValueError, match="leads"):
        Workbook.open(once).set_name("leads", "1")


@pytest.mark.parametrize(
    ("cell", "formula"),
    [
        (
            '<c r="C2" t="str"><f>HYPERLINK("#Issues!A5","2: LB101")</f><v>2: LB101</v></c>',
            'HYPERLINK("#Issues!A5","2: LB101")',
        ),
        ('<c r="C2"><f>IF(B2&lt;5,&quot;a&amp;b&quot;,1)</f><v>1</v></c>', 'IF(B2<5,"a&b",1)'),
        ('<c r="C2"><f ca="1">NOW()</f><v>1</v></c>', "NOW()"),
        ("<c r='C2'><f>B2*2</f><v>1</v></c>", "B2*2"),
        ('<c r="C2"><f>&#34;é&#34;</f><v>1</v></c>', '"é"'),
    ],
    ids=["as leadbook writes it", "escaped", "with attributes", "other quotes", "character references"],
)
def test_a_column_tells_its_formulas_however_they_are_written(package, sheet_xml, cell, formula):
    rows = f'<row r="2"><c r="B2"><f>A2</f><v>3</v></c>{cell}</row><row r="3"><c r="C3"><v>4</v></c></row>'
    assert Workbook.open(package({"S": sheet_xml(rows)})).column_formulas("S", 3) == {2: formula}


def test_a_column_of_shared_formulas_tells_each_of_them(package, sheet_xml):
    rows = (
        '<row r="1"><c r="A1"><f t="shared" ref="A1:A2" si="0">B1*2</f><v>1</v></c></row>'
        '<row r="2"><c r="A2"><f t="shared" si="0"/><v>1</v></c></row>'
    )
    book = Workbook.open(package({"S": sheet_xml(rows)}))
    assert (book.column_formulas("S", 1), book.column_formulas("S", 2)) == ({1: "B1*2", 2: "B2*2"}, {})
