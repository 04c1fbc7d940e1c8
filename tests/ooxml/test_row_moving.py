"""Rows of a table taken out and put back: what stays follows, what would be lost is told."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from openpyxl import load_workbook

from leadbook.books.ooxml import PackageRefusedError, Workbook
from leadbook.books.ooxml.moved_rows import NewRow
from leadbook.books.ooxml.package import Package
from leadbook.books.ooxml.row_contents import RowContent, read_rows, written_cell
from leadbook.books.ooxml.row_gate import check_moved
from leadbook.books.ooxml.row_links import row_links
from leadbook.books.ooxml.row_moving import insert_rows, remove_rows, row_obstacles
from leadbook.books.ooxml.shifts import Shift

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.books.ooxml.row_trail import RowTrail

HEADERS = ("Lead ID", "Company", "Amount", "Rate", "Weighted", "Email")
PART = "xl/worksheets/sheet1.xml"


@pytest.fixture(scope="session")
def tracker():
    """A believable list: a title above, formulas, formats, links and comments, a chart and numbers elsewhere."""

    def make(*, beside: bool = False, below: bool = False, count: int = 12, totals: bool = False) -> bytes:
        target = io.BytesIO()
        book = xlsxwriter.Workbook(target, {"in_memory": True})
        sheet, other = book.add_worksheet("Leads"), book.add_worksheet("Numbers")
        money = book.add_format({"num_format": "#,##0.00"})
        sheet.write(0, 0, "Our leads")
        last = 3 + count
        columns = [{"header": header} for header in HEADERS]
        if totals:
            columns[2]["total_function"] = "sum"
        sheet.add_table(2, 0, last - 1 + int(totals), 5, {"name": "Leads", "columns": columns, "total_row": totals})
        for row in range(4, last + 1):
            sheet.write(row - 1, 0, f"L-{row}")
            sheet.write(row - 1, 1, f"Firm {row} \u201cA{row}\u201d")
            sheet.write(row - 1, 2, row * 100, money)
            sheet.write(row - 1, 3, row / 100)
            sheet.write_formula(row - 1, 4, f"=C{row}*D{row}*$H$1", None, row * row)
            sheet.write_url(row - 1, 5, f"mailto:a{row}@firm.example", None, f"a{row}@firm.example")
        sheet.write(0, 7, 1)
        sheet.set_row(last - 2, 33)
        sheet.write_comment(last - 2, 1, "call first")
        sheet.conditional_format(
            3, 2, last - 1, 2, {"type": "formula", "criteria": "=$C4>$C$6", "format": book.add_format({"bold": True})}
        )
        sheet.data_validation(
            3, 3, last - 1, 3, {"validate": "decimal", "criteria": "between", "minimum": 0, "maximum": 1}
        )
        book.define_name("Amounts", f"=Leads!$C$4:$C${last}")
        other.write_formula(0, 0, f"=SUM(Leads!C4:C{last})", None, sum(range(4, last + 1)) * 100)
        other.write_formula(1, 0, f"=Leads!C{last}", None, last * 100)
        other.write_formula(2, 0, "=SUM(Amounts)", None, sum(range(4, last + 1)) * 100)
        chart = book.add_chart({"type": "column"})
        chart.add_series({"values": f"=Leads!$C$4:$C${last}", "categories": f"=Leads!$A$4:$A${last}"})
        other.insert_chart("C3", chart)
        if beside:
            sheet.write(5, 8, "a note beside row 6")
            sheet.write_formula(6, 8, "=C8", None, 800)
        if below:
            sheet.write(last + 3, 1, "written below")
        book.close()
        return target.getvalue()

    return make


def said(data: bytes) -> dict:
    """Every cell of every sheet: value and formula."""
    shown, live = (load_workbook(io.BytesIO(data), data_only=only) for only in (True, False))
    return {
        (sheet.title, cell.coordinate): (cell.value, live[sheet.title][cell.coordinate].value)
        for sheet in shown
        for line in sheet.iter_rows()
        for cell in line
        if cell.value is not None or live[sheet.title][cell.coordinate].value is not None
    }


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return {name: package.read(name) for name in package.namelist()}


def put_back(original: bytes, short: bytes, rows: list[int], trails: Mapping[int, RowTrail] | None = None) -> bytes:
    contents = read_rows(Package(original), PART, "Leads", rows)
    new = {
        row: NewRow(
            content.attributes,
            {
                column: written_cell(cell, content.formulas.get(column, ""))
                for column, cell in content.cells.items()
                if column <= 6
            },
        )
        for row, content in contents.items()
    }
    done = insert_rows(short, "Leads", new, row_links(original, "Leads", rows), trails)
    assert done.obstacles == {}
    return done.data


def test_rows_go_and_everything_below_moves_up(tracker):
    done = remove_rows(tracker(), "Leads", [7, 9])
    assert done.obstacles == {}
    assert done.whole
    cells = said(done.data)
    stayed = [4, 5, 6, 8, *range(10, 16)]
    assert [cells["Leads", f"A{row}"][0] for row in range(4, 14)] == [f"L-{one}" for one in stayed]
    assert cells["Leads", "E7"] == (64, "=C7*D7*$H$1")
    assert cells["Numbers", "A1"][1] == "=SUM(Leads!C4:C13)"
    assert cells["Numbers", "A2"][1] == "=Leads!C13"
    [table] = Workbook.open(done.data).tables
    assert (table.area.ref, Workbook.open(done.data).defined_names["Amounts"].text) == ("A3:F13", "Leads!$C$4:$C$13")


def test_the_rule_that_names_a_row_bars_only_that_row(tracker):
    assert row_obstacles(tracker(), "Leads", [6, 9]) == {6: "a rule over C4:C15 points at it; change it"}


def test_what_hangs_on_cells_moves_with_them(tracker):
    data = tracker()
    made = parts(remove_rows(data, "Leads", [5, 9]).data)
    sheet = made[PART].decode()
    assert 'ref="F12"' in sheet
    assert 'ref="F15"' not in sheet
    assert 'sqref="C4:C13"' in sheet
    assert "<formula>$C4&gt;$C$5</formula>" in sheet
    assert 'ref="B12"' in made["xl/comments1.xml"].decode()
    assert "<x:Row>11</x:Row>" in made["xl/drawings/vmlDrawing1.vml"].decode()
    assert "Leads!$C$4:$C$13" in made["xl/charts/chart1.xml"].decode()
    assert 'ht="33"' in sheet.partition('<row r="12"')[2].partition(">")[0]


def test_parts_that_name_no_moved_cell_keep_every_byte(tracker):
    data = tracker()
    before, after = parts(data), parts(remove_rows(data, "Leads", [5]).data)
    changed = {name for name in before if before[name] != after.get(name)}
    assert changed <= {
        PART, "xl/worksheets/sheet2.xml", "xl/tables/table1.xml", "xl/workbook.xml", "xl/comments1.xml",
        "xl/drawings/vmlDrawing1.vml", "xl/charts/chart1.xml",
    }  # fmt: skip


def test_a_comment_on_the_row_goes_with_it_and_comes_back(tracker):
    data = tracker()
    done = remove_rows(data, "Leads", [9, 14])
    assert "call first" not in parts(done.data)["xl/comments1.xml"].decode()
    assert "<x:Row>" not in parts(done.data)["xl/drawings/vmlDrawing1.vml"].decode()
    again = put_back(data, done.data, [9, 14], done.trails)
    for name in ("xl/comments1.xml", "xl/drawings/vmlDrawing1.vml"):
        assert parts(again)[name] == parts(data)[name]


def test_a_formula_elsewhere_bars_the_row_it_points_at(tracker):
    assert row_obstacles(tracker(), "Leads", [9, 15]) == {15: "the formula in Numbers!A2 points at it; change it"}
    assert row_obstacles(tracker(), "Leads", [9, 15], ["Numbers"]) == {}


def test_beside_something_only_the_tables_cells_move(tracker):
    done = remove_rows(tracker(beside=True), "Leads", [5, 9])
    assert done.obstacles == {}
    assert not done.whole
    cells = said(done.data)
    assert cells["Leads", "I6"][0] == "a note beside row 6"
    assert cells["Leads", "I7"] == (800, "=C7")
    assert cells["Leads", "A13"][0] == "L-15"
    assert ("Leads", "A14") not in cells


def test_what_stands_below_moves_up_as_in_excel(tracker):
    for beside in (False, True):
        cells = said(remove_rows(tracker(beside=beside, below=True), "Leads", [5, 9]).data)
        assert cells["Leads", "B17"][0] == "written below"


def test_a_totals_row_moves_with_its_table(tracker):
    done = remove_rows(tracker(totals=True), "Leads", [5])
    cells = said(done.data)
    assert cells["Leads", "C15"][1] == "=SUBTOTAL(109,[Amount])"
    [table] = Workbook.open(done.data).tables
    assert (table.area.ref, table.last_body_row) == ("A3:F15", 14)


def test_shared_formulas_stay_right_when_their_first_cell_goes(tracker):
    made = parts(tracker())
    sheet = made[PART].decode()
    for row in range(4, 16):
        shared = '<f t="shared" ref="E4:E15" si="0">C4*D4*$H$1</f>' if row == 4 else '<f t="shared" si="0"/>'
        sheet = sheet.replace(f"<f>C{row}*D{row}*$H$1</f>", shared)
    made[PART] = sheet.encode()
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as package:
        for name, content in made.items():
            package.writestr(name, content)
    for rows, kept in (([5, 9], True), ([4], False)):
        done = remove_rows(target.getvalue(), "Leads", rows)
        assert (b't="shared"' in parts(done.data)[PART]) is kept
        texts = Workbook.open(done.data).cell_texts("Leads")
        for row in range(4, 16 - len(rows)):
            assert texts[row, 5] == f"=C{row}*D{row}*$H$1"


def test_merged_cells_that_would_be_torn_bar_the_move(package, sheet_xml, table_xml):
    rows = "".join(
        f'<row r="{row}"><c r="A{row}" t="inlineStr"><is><t>{"Name" if row == 1 else row}</t></is></c></row>'
        for row in range(1, 9)
    )
    after = '<mergeCells count="1"><mergeCell ref="A7:B8"/></mergeCells>'
    data = package(
        {"Leads": sheet_xml(rows, after=after)}, tables={"Leads": [table_xml(1, "Leads", "A1:A5", ["Name"])]}
    )
    # Whole rows move where nothing stands beside; a value beside makes only the table's column move.
    assert row_obstacles(data, "Leads", [3]) == {}
    moved = remove_rows(data, "Leads", [3]).data
    assert 'ref="A6:B7"' in parts(moved)[PART].decode()


def test_the_gate_notices_a_row_that_was_changed_or_lost(tracker):
    data = tracker()
    done = remove_rows(data, "Leads", [5]).data
    shift = Shift("Leads", (5,), body=(4, 15))
    changed = {name for name, content in parts(done).items() if parts(data).get(name) != content}
    check_moved(data, done, changed, shift, [PART, "xl/worksheets/sheet2.xml"])
    for old, new in ((b"<v>1100</v>", b"<v>1101</v>"), (b'<row r="13"', b'<row r="33"')):
        broken = parts(done)
        assert old in broken[PART] or old == b"<v>1100</v>"
        broken[PART] = broken[PART].replace(old, new, 1)
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w") as package:
            for name in parts(done):
                package.writestr(name, broken[name])
        with pytest.raises(PackageRefusedError):
            check_moved(data, target.getvalue(), {*changed, *broken}, shift, [PART, "xl/worksheets/sheet2.xml"])


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(st.sampled_from([5, 7, 8, 9, 10, 11, 12, 13]), min_size=1, max_size=5, unique=True).map(sorted),
    st.booleans(),
)
def test_taking_rows_out_and_putting_them_back_changes_nothing(tracker, rows, beside):
    data = tracker(beside=beside)
    if beside and 8 in rows:  # the note beside points at it
        rows = [row for row in rows if row != 8] or [9]
    short = remove_rows(data, "Leads", rows)
    assert short.obstacles == {}
    again = put_back(data, short.data, rows)
    assert said(again) == said(data)
    before, after = parts(data), parts(again)
    for name in ("xl/tables/table1.xml", "xl/comments1.xml", "xl/charts/chart1.xml"):
        assert before[name].replace(b"\r\n", b"\n").split(b"?>")[-1].strip() == after[name].split(b"?>")[-1].strip(), (
            name
        )


@pytest.mark.slow
def test_a_result_opens_without_new_faults(tracker, tmp_path, new_validator_errors):
    for beside in (False, True):
        original, edited = tmp_path / f"{beside}.xlsx", tmp_path / f"{beside}-after.xlsx"
        original.write_bytes(tracker(beside=beside, below=True))
        edited.write_bytes(remove_rows(original.read_bytes(), "Leads", [5, 9, 11]).data)
        assert new_validator_errors(original, edited) == []


def test_recalculated_by_libreoffice_the_moved_formulas_give_what_they_showed(tracker, tmp_path, soffice):
    edited = tmp_path / "after.xlsx"
    edited.write_bytes(remove_rows(tracker(beside=True), "Leads", [5, 9]).data)
    again = load_workbook(soffice(edited, tmp_path / "out"), data_only=True)
    assert again["Leads"]["I7"].value == 800
    assert again["Numbers"]["A2"].value == 1500
    assert again["Numbers"]["A1"].value == (sum(range(4, 16)) - 5 - 9) * 100 == again["Numbers"]["A3"].value


CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "corpus"


@pytest.mark.slow
@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real workbooks are not beside this checkout (../shared/data)")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.xls[xm]")), ids=lambda path: path.name)
def test_real_tables_lose_a_row_and_nothing_else(path, tmp_path, new_validator_errors):
    data = path.read_bytes()
    try:
        tables = [table for table in Workbook.open(data).tables if table.last_body_row - table.first_body_row > 2]
    except PackageRefusedError:
        return
    for table in tables[:3]:
        row = table.first_body_row + 1
        done = remove_rows(data, table.name, [row])
        if done.obstacles:
            assert all(done.obstacles.values())
            continue
        before, after = Workbook.open(data).cell_texts(table.sheet), Workbook.open(done.data).cell_texts(table.sheet)
        columns = range(table.first_column, table.last_column + 1)
        for (at, column), text in before.items():
            if column not in columns or at == row:
                continue
            new = after.get((at - (at > row), column), "")
            assert new == text or text.startswith("="), (at, column)
        original, edited = tmp_path / path.name, tmp_path / f"after-{path.name}"
        original.write_bytes(data)
        edited.write_bytes(done.data)
        assert new_validator_errors(original, edited) == []


def plain(data: bytes) -> bytes:
    """A part without what may differ between two ways of writing the same: a sheet without its rows' contents."""
    root = etree.fromstring(data)
    for element in list(root.iter("{*}sheetData", "{*}dimension")):
        element.getparent().remove(element)
    return etree.tostring(root, method="c14n", exclusive=True)


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real workbooks are not beside this checkout (../shared/data)")
@pytest.mark.parametrize("path", sorted(CORPUS.glob("*.xls[xm]")), ids=lambda path: path.name)
def test_real_tables_get_a_row_back_as_if_it_had_never_gone(path):
    data = path.read_bytes()
    try:
        workbook = Workbook.open(data)
    except PackageRefusedError:
        return
    for table in [one for one in workbook.tables if one.last_body_row - one.first_body_row > 2][:3]:
        part = next(sheet.part for sheet in workbook.sheets if sheet.name == table.sheet)
        for row in (table.first_body_row, table.first_body_row + 1, table.last_body_row):
            done = remove_rows(data, table.name, [row])
            if done.obstacles:
                continue
            columns = range(table.first_column, table.last_column + 1)
            content = read_rows(Package(data), part, table.sheet, [row]).get(row, RowContent(""))
            cells = {
                column: written_cell(cell, content.formulas.get(column, ""))
                for column, cell in content.cells.items()
                if done.whole or column in columns
            }
            links = {
                at: {column: link for column, link in found.items() if column in columns}
                for at, found in row_links(data, table.name, [row]).items()
            }
            new = {row: NewRow(content.attributes, cells)}
            again = insert_rows(done.data, table.name, new, links, done.trails).data
            assert Workbook.open(again).cell_texts(table.sheet) == workbook.cell_texts(table.sheet)
            before, after = parts(data), parts(again)
            for name, said in before.items():
                if name in after and name.endswith(".xml") and "workbook.xml" not in name:
                    assert said == after[name] or plain(said) == plain(after[name]) or "Content" in name, (name, row)


def test_a_row_comes_back_without_attributes_whose_prefix_the_sheet_does_not_know_any_more(tracker):
    data = tracker()
    done = remove_rows(data, "Leads", [9])
    again = insert_rows(done.data, "Leads", {9: NewRow('ht="31" customHeight="1" x14ac:dyDescent="0.25"')})
    [row] = [one for one in etree.fromstring(parts(again.data)[PART]).iter("{*}row") if one.get("r") == "9"]
    assert dict(row.attrib) == {"r": "9", "ht": "31", "customHeight": "1"}
