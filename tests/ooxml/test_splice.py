"""Cells put into sheets written in every legal way; all other bytes pass through."""

from __future__ import annotations

import datetime as dt
import io
import math
import re
import zipfile

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from leadbook.books.ooxml import CellFormula, PackageRefusedError, Workbook

SHEET = "xl/worksheets/sheet1.xml"


def rows_of(parts, data):
    return re.search(rb"<sheetData>(.*)</sheetData>", parts(data)[SHEET], re.DOTALL)[1].decode()


@pytest.mark.parametrize(
    ("before", "cells", "after"),
    [
        ("", {1: {2: 5}}, '<row r="2"><c r="A2"><v>5</v></c></row>'),
        ('<row r="1"/>', {2: {1: 5}}, '<row r="1"><c r="B1"><v>5</v></c></row>'),
        ('<row r="1" ht="9" />', {1: {1: True}}, '<row r="1" ht="9"><c r="A1" t="b"><v>1</v></c></row>'),
        (
            "<row r='2'><c r='A2'><v>1</v></c><c s='1' r='C2'/></row>",
            {2: {2: 5}, 3: {2: 6}},
            '<row r=\'2\'><c r=\'A2\'><v>1</v></c><c r="B2"><v>5</v></c><c r="C2" s="1"><v>6</v></c></row>',
        ),
        (
            "<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>",
            {2: {2: 9}},
            '<row><c><v>1</v></c><c><v>2</v></c></row><row><c r="A2"><v>3</v></c><c r="B2"><v>9</v></c></row>',
        ),
        (
            '<row r="1">\n  <c r="A1">\n <v>1</v>\n </c>\n</row>\n',
            {1: {1: 2}},
            '<row r="1">\n  <c r="A1"><v>2</v></c>\n</row>\n',
        ),
        (
            '<row r="1"><c r="A1"/></row><row r="9"><c r="A9"/></row>',
            {1: {5: 5}},
            '<row r="1"><c r="A1"/></row><row r="5"><c r="A5"><v>5</v></c></row><row r="9"><c r="A9"/></row>',
        ),
        (
            (
                '<!-- <row r="1"><c r="A1"><v>9</v></c></row> --><row r="1">'
                '<c r="A1" t="str"><v><![CDATA[a<b]]></v></c></row>'
            ),
            {2: {1: 5}},
            '<row r="1"><c r="A1" t="str"><v>a&lt;b</v></c><c r="B1"><v>5</v></c></row>',
        ),
        (
            '<row r="1"><c r="A1"><v>1</v></c><c r="D1"><v>4</v></c></row>',
            {2: {1: 2}, 3: {1: 3}},
            '<row r="1"><c r="A1"><v>1</v></c><c r="B1"><v>2</v></c><c r="C1"><v>3</v></c><c r="D1"><v>4</v></c></row>',
        ),
        (
            '<row r="1"><c r="B1"><v>1</v></c><c r="C1"><v>1</v></c><c r="D1"><v>4</v></c></row>',
            {2: {1: 2}, 3: {1: None}},
            '<row r="1"><c r="B1"><v>2</v></c><c r="D1"><v>4</v></c></row>',
        ),
        (
            '<row r="1" s="1" customFormat="1"/>',
            {1: {1: 5}},
            '<row r="1" s="1" customFormat="1"><c r="A1" s="1"><v>5</v></c></row>',
        ),
    ],
)
def test_rows_in_any_legal_form_take_cells(*, package, sheet_xml, edited, parts, before, cells, after):
    data = edited(package({"S": sheet_xml(before)}), lambda b: b.set_cells("S", cells))
    assert rows_of(parts, data) == after


def test_a_sheet_without_rows_opens_up(package, edited, parts):
    xml = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData/></worksheet>'
    data = edited(package({"S": xml}), lambda b: b.set_cells("S", {1: {1: 1}}))
    assert rows_of(parts, data) == '<row r="1"><c r="A1"><v>1</v></c></row>'


def test_a_column_style_is_taken_by_new_cells(package, sheet_xml, edited, parts):
    xml = sheet_xml("", before='<cols><col min="2" max="4" width="9" style="1"/></cols>')
    data = edited(package({"S": xml}), lambda b: b.set_cells("S", {3: {1: 1}, 5: {1: 2}}))
    assert rows_of(parts, data) == '<row r="1"><c r="C1" s="1"><v>1</v></c><c r="E1"><v>2</v></c></row>'


def test_other_encodings_get_character_references(package, edited, read_back):
    xml = (
        '<?xml version="1.0" encoding="ISO-8859-1"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
        '<sheetData><row r="1"><c r="A1" t="str"><v>caf\xe9</v></c></row></sheetData></worksheet>'
    )
    data = edited(package({"S": xml.encode("latin-1")}), lambda b: b.set_cells("S", {2: {1: "日本 é"}}))
    sheet = read_back(data)["S"]
    assert (sheet["A1"].value, sheet["B1"].value) == ("café", "日本 é")


def test_rows_out_of_order_are_refused(package, sheet_xml):
    book = Workbook.open(package({"S": sheet_xml('<row r="2"/><row r="1"/>')}))
    with pytest.raises(PackageRefusedError, match="out of order"):
        book.set_cells("S", {1: {1: 1}})


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf, "x" * 32_768, CellFormula("=A1", math.nan)])
def test_values_no_cell_can_hold_are_refused_at_once(leads, value):
    with pytest.raises(ValueError, match=r"cell|formula|number"):
        Workbook.open(leads()).set_cells("Leads", {5: {2: value}})


def test_types_no_cell_can_hold_are_refused_at_once(leads):
    with pytest.raises(TypeError, match="complex"):
        Workbook.open(leads()).set_cells("Leads", {5: {2: 1j}})


def test_numpy_scalars_are_numbers(leads, edited, read_back):
    import numpy as np

    cells = {5: {2: np.float64(1.5), 3: np.int64(7), 4: np.bool_(True)}}
    sheet = read_back(edited(leads(), lambda b: b.set_cells("Leads", cells)))["Leads"]
    assert [sheet.cell(row, 5).value for row in (2, 3, 4)] == [1.5, 7, True]


def test_a_formula_is_written_with_its_value(leads, edited, read_back):
    cells = {5: {2: CellFormula("=B2*2", 20), 3: CellFormula('"a"&"<"', "a<"), 4: CellFormula("NA()", "#N/A")}}
    data = edited(leads(), lambda b: b.set_cells("Leads", cells))
    assert [read_back(data)["Leads"].cell(r, 5).value for r in (2, 3, 4)] == ["=B2*2", '="a"&"<"', "=NA()"]
    assert [read_back(data, values=True)["Leads"].cell(r, 5).value for r in (2, 3, 4)] == [20, "a<", "#N/A"]


def test_edits_of_one_session_meet_in_one_sheet(leads, edited, scratch, read_back):
    def change(book):
        first = book.add_table_columns("Leads", ["Score", "Grade"], None, [0, 0], [None, None])
        book.set_cells("Leads", {first: {2: 1, 3: 2, 4: 3}})
        book.append_table_rows("Leads", [["Alan", 40, 4, "B"]])
        book.set_cells("Leads", {first: {3: 20}, 1: {5: "Alan T."}})
        book.append_table_rows("Leads", [["Barbara", 50, 5, "A"]])
        book.graft_sheet(scratch(), "Pipeline")
        book.append_table_rows("LbPipeline", [["Late", "won", 7, dt.date(2026, 5, 1), None]])
        book.set_cells("Pipeline", {1: {2: "changed"}})

    done = read_back(edited(leads(), change))
    got = [[cell.value for cell in row] for row in done["Leads"].iter_rows(min_row=1, max_col=4)]
    assert got == [
        ["Name", "Amount", "Score", "Grade"],
        ["Ada", 10, 1, None],
        ["Grace", 20, 20, None],
        ["Edsger", 30, 3, None],
        ["Alan T.", 40, 4, "B"],
        ["Barbara", 50, 5, "A"],
    ]
    assert done["Leads"].tables["Leads"].ref == "A1:D6"
    assert done["Pipeline"].tables["LbPipeline"].ref == "A4:E10"
    assert done["Pipeline"]["E10"].value == "=LbPipeline[[#This Row],[Value]]*0.5"
    assert done["Pipeline"]["A2"].value == "changed"


def test_a_workbook_can_be_written_again_after_more_changes(leads, read_back):
    book = Workbook.open(leads())
    first, second = io.BytesIO(), io.BytesIO()
    book.set_cells("Leads", {5: {2: 1}})
    book.write(first, thorough=True)
    book.set_cells("Leads", {5: {3: 2}})
    book.write(second, thorough=True)
    assert read_back(first.getvalue())["Leads"]["E3"].value is None
    assert [read_back(second.getvalue())["Leads"].cell(row, 5).value for row in (2, 3)] == [1, 2]


def test_nothing_asked_nothing_changed(leads, parts):
    out = io.BytesIO()
    book = Workbook.open(leads())
    assert book.changed_parts() == set()
    book.write(out)
    assert parts(out.getvalue()) == parts(leads())


@pytest.mark.parametrize("size", [3000, 20_000])
def test_large_sheets_are_spliced_block_by_block(size):
    """Both ways through a block: rows in step with their edits, and edits here and there."""
    out = io.BytesIO()
    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("S")
    for row in range(1, size + 1):
        sheet.append([row, "text", None, row * 2] if row % 7 else [row])
    book.save(out)
    edit = Workbook.open(out.getvalue())
    edit.set_cells("S", {5: {row: f"r{row}" for row in range(1, size + 1)}}, {5: 0})
    edit.set_cells("S", {4: {row: -row for row in range(5, size + 100, 11)}})
    written = io.BytesIO()
    edit.write(written, thorough=size < 10_000)
    again = Workbook.open(written.getvalue())
    texts = again.cell_texts("S")
    for row in (1, 5, 7, 16, 2999, size - 1, size):
        assert texts[row, 5] == f"r{row}"
        expected = str(-row) if row >= 5 and (row - 5) % 11 == 0 else (str(row * 2) if row % 7 else None)
        assert texts.get((row, 4)) == expected
    assert again.scan("S").extent.last_row == max(range(5, size + 100, 11))


TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=40) | st.sampled_from(
    ["=1+1", "_x000D_", "_x0041_", "a\nb", "\t x ", "]]>", "<!--", '<c r="A1">', "' or \"", "\x00\x1f"]
)
VALUES = (
    TEXT
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.booleans()
    | st.dates(dt.date(1950, 1, 1), dt.date(2100, 1, 1))
    | st.none()
)
CELLS = st.dictionaries(
    st.integers(1, 8), st.dictionaries(st.integers(1, 12), VALUES, min_size=1, max_size=6), max_size=5
)
FORMS = st.sampled_from(
    ["plain", "spread", "bare", "quotes"],
)


def body(form):
    if form == "plain":
        return "".join(
            f'<row r="{r}" spans="1:3"><c r="A{r}"><v>{r}</v></c><c r="C{r}" s="1"><v>{r}</v></c></row>'
            for r in (1, 2, 5, 9)
        )
    if form == "spread":
        return '<row r="3"><c r="B3" t="str"><f>"x"</f><v>x</v></c></row>\n<row r="7"/>'
    if form == "quotes":
        return "<row r='2' ><c s='1' r='B2' ><v>4</v></c><c r='H2'/></row>"
    return "<row><c><v>1</v></c></row><row/><row><c/><c><v>2</v></c></row>"


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(cells=CELLS, form=FORMS, styled=st.booleans())
def test_what_is_set_is_read_back_and_nothing_else_changes(
    *, package, sheet_xml, read_back, parts, tmp_path, cells, form, styled
):
    before = package({"S": sheet_xml(body(form)), "Other": sheet_xml(body("plain"))})
    book = Workbook.open(before)
    old = {(r, c): v for (r, c), v in book.cell_texts("S").items()}
    book.set_cells("S", cells, dict.fromkeys(cells, 0) if styled else None)
    out = io.BytesIO()
    book.write(out, thorough=True)
    after = Workbook.open(out.getvalue())
    texts = after.cell_texts("S")
    given = {(row, column): value for column, rows in cells.items() for row, value in rows.items()}
    assert {place: text for place, text in texts.items() if place not in given} == {
        place: text for place, text in old.items() if place not in given
    }
    sheet = read_back(out.getvalue())["S"]
    for (row, column), value in given.items():
        check(value, texts.get((row, column)), sheet.cell(row, column).value)
    untouched = set(parts(before)) - book.changed_parts()
    assert all(parts(before)[name] == parts(out.getvalue())[name] for name in untouched)
    assert SHEET.replace("1", "2") in untouched
    if given and styled:  # a huge number in a cell that shows dates makes calamine panic
        compare_with_calamine(out.getvalue(), given, tmp_path)


def check(value, text, seen):
    if value is None or value == "":
        assert text is None
        assert seen is None or seen == ""
    elif isinstance(value, bool):
        assert text == ("TRUE" if value else "FALSE")
        assert seen is value
    elif isinstance(value, str):
        assert text.replace("\ufffd", "") == value.replace("\ufffd", "")
    elif isinstance(value, dt.date):
        assert int(text) == (value - dt.date(1899, 12, 30)).days
    else:
        assert float(text) == float(value)


def compare_with_calamine(data, given, folder):
    import python_calamine

    path = folder / "book.xlsx"
    path.write_bytes(data)
    sheet = python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_name("S")
    rows = sheet.to_python(skip_empty_area=False)
    for (row, column), value in given.items():
        if isinstance(value, str) and value and not any(c in value for c in "\r\ufffe\uffff"):
            assert rows[row - 1][column - 1] == value
        elif isinstance(value, bool):
            assert rows[row - 1][column - 1] is value
        elif isinstance(value, (int, float)):
            assert float(rows[row - 1][column - 1]) == pytest.approx(float(value))


def test_a_members_bytes_are_copied_as_they_were_compressed(leads, edited):
    data = leads(parts={"xl/media/image1.bin": bytes(range(256)) * 40})

    def stored(blob):
        with zipfile.ZipFile(io.BytesIO(blob)) as archive:
            info = archive.getinfo("xl/media/image1.bin")
            start = info.header_offset + 30 + len(info.filename)
            return blob[start : start + info.compress_size]

    assert stored(edited(data, lambda b: b.set_cells("Leads", {5: {2: 1}}))) == stored(data)
