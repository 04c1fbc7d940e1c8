"""Buttons on a sheet that leadbook writes anew: they stay, where they were, and so does the sheet's name in VBA."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from pathlib import Path

import pytest
import xlsxwriter

from leadbook.books.ooxml import Workbook
from leadbook.books.ooxml.button_shapes import Button, with_buttons
from leadbook.books.ooxml.grid import Corner, Grid, moved
from leadbook.books.ooxml.macro_workbook import MacroWorkbook

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "corpus"
REFRESH = Button("Leadbook_Refresh", "Refresh", 'Score & check "now"', 230, 5, 84, 26)
UNDO = Button("Leadbook_Undo", "Undo", "Take back", 319, 5, 84, 26)


def scratch(*widths: float, chart: bool = False, rule: bool = False, table: bool = False) -> bytes:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet("Pipeline")
    for column, width in enumerate(widths):
        sheet.set_column(column, column, width)
    sheet.write("A1", "Pipeline")
    sheet.write_column("A5", [1, 2, 3])
    if rule:
        sheet.conditional_format("A5:A7", {"type": "data_bar", "data_bar_2010": True})
    if table:
        sheet.add_table("C5:D7", {"name": "Stages2"})
    if chart:
        drawn = book.add_chart({"type": "column"})
        drawn.add_series({"values": "=Pipeline!$A$5:$A$7"})
        sheet.insert_chart("F5", drawn)
    book.close()
    return out.getvalue()


def saved(workbook: Workbook) -> bytes:
    out = io.BytesIO()
    workbook.write(out, thorough=True)
    return out.getvalue()


def with_two_buttons(*widths: float) -> bytes:
    workbook = MacroWorkbook.open(scratch(*widths))
    workbook.set_code_names("ThisWorkbook", {"Pipeline": "Sheet7"})
    workbook.add_buttons("Pipeline", [REFRESH, UNDO])
    return saved(workbook)


def replaced(data: bytes, new: bytes, sheet: str = "Pipeline") -> bytes:
    workbook = Workbook.open(data)
    workbook.graft_sheet(new, sheet, replace=sheet)
    return saved(workbook)


def places(data: bytes) -> list[tuple[int, int, int, int]]:
    """Return where each button is on the screen: left, top, right, bottom in pixels."""
    workbook = MacroWorkbook.open(data)
    grid = workbook.grid("Pipeline")
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        text = package.read("xl/drawings/vmlDrawing1.vml").decode()
    found = []
    for anchor in re.findall(r"<x:Anchor>([^<]*)</x:Anchor>", text):
        numbers = [int(word) for word in anchor.split(",")]
        found.append((*grid.pixels(Corner(*numbers[:4])), *grid.pixels(Corner(*numbers[4:]))))
    return found


@pytest.mark.parametrize("widths", [(110,), (8, 8, 8, 8, 8, 8), (3, 40, 3, 40)])
def test_buttons_stay_where_they_are_on_the_screen_whatever_the_columns_become(widths: tuple[float, ...]) -> None:
    before = with_two_buttons(60)
    after = replaced(before, scratch(*widths, chart=True, rule=True, table=True))
    assert places(before) == places(after) == [(230, 5, 314, 31), (319, 5, 403, 31)]
    assert MacroWorkbook.open(after).button_macros("Pipeline") == ["Leadbook_Refresh", "Leadbook_Undo"]
    assert MacroWorkbook.open(after).sheet_code_names() == {"Pipeline": "Sheet7"}


def test_an_equal_sheet_leaves_every_byte_of_them_alone(parts) -> None:
    once = replaced(with_two_buttons(60), scratch(60, chart=True))
    twice = replaced(once, scratch(60, chart=True))
    assert parts(twice) == parts(once)
    assert parts(once)["xl/drawings/vmlDrawing1.vml"] == parts(with_two_buttons(60))["xl/drawings/vmlDrawing1.vml"]


@pytest.mark.parametrize("extras", [{}, {"rule": True}, {"table": True}, {"chart": True, "rule": True, "table": True}])
def test_the_validator_finds_nothing_wrong(extras: dict[str, bool], ooxml_validator, tmp_path: Path) -> None:
    book = tmp_path / "book.xlsx"
    book.write_bytes(replaced(with_two_buttons(60), scratch(20, 20, **extras)))
    assert ooxml_validator(book) == []


@pytest.mark.skipif(not CORPUS.is_dir(), reason="the real workbooks are not beside this checkout (../shared/data)")
@pytest.mark.parametrize("chart", [False, True])
def test_a_button_as_excel_saves_it_stays_with_its_properties(
    chart: bool, parts, new_validator_errors, tmp_path
) -> None:
    original = CORPUS / "xlwings__simulation.xlsm"
    data = original.read_bytes()
    name = MacroWorkbook.open(data).sheets[0].name
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet(name)
    if chart:
        drawn = book.add_chart({"type": "column"})
        drawn.add_series({"values": [name, 0, 0, 2, 0]})
        sheet.insert_chart("F5", drawn)
    book.close()
    edited = Path(shutil.copy(original, tmp_path / "edited.xlsm"))
    edited.write_bytes(replaced(data, out.getvalue(), name))
    old, new = parts(data), parts(edited.read_bytes())
    assert new["xl/ctrlProps/ctrlProp1.xml"] == old["xl/ctrlProps/ctrlProp1.xml"]
    assert new["xl/vbaProject.bin"] == old["xl/vbaProject.bin"]
    xml = new["xl/worksheets/sheet1.xml"]
    assert b'macro="[0]!SimulationLite"' in xml
    assert MacroWorkbook.open(edited.read_bytes()).sheet_code_names() == MacroWorkbook.open(data).sheet_code_names()
    assert b'spid="_x0000_s1028"' in new["xl/drawings/drawing1.xml"]
    assert MacroWorkbook.open(edited.read_bytes()).button_macros(name) == ["SimulationLite"]
    assert new_validator_errors(original, edited) == []
    again = replaced(edited.read_bytes(), out.getvalue(), name)
    assert parts(again) == new


def test_their_drawing_is_declared_by_its_ending_as_excel_does(parts) -> None:
    types = parts(with_two_buttons(60))["[Content_Types].xml"]
    assert (
        types.count(b'<Default Extension="vml" ContentType="application/vnd.openxmlformats-officedocument.vmlDraw') == 1
    )
    assert b"vmlDrawing1.vml" not in types


def test_buttons_join_the_comments_of_a_sheet() -> None:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    book.add_worksheet("Leads").write_comment("A1", "mine")
    book.close()
    workbook = MacroWorkbook.open(out.getvalue())
    workbook.add_buttons("Leads", [REFRESH, UNDO])
    data = saved(workbook)
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        text = package.read("xl/drawings/vmlDrawing1.vml").decode()
        assert [name for name in package.namelist() if name.endswith(".vml")] == ["xl/drawings/vmlDrawing1.vml"]
    assert text.count('ObjectType="Note"') == 1
    assert text.count('ObjectType="Button"') == 2
    numbers = re.findall(r'(?:id|spid)="_x0000_s(\d+)"', text)
    assert len(set(numbers)) == len(numbers) == 3
    assert MacroWorkbook.open(data).button_macros("Leads") == ["Leadbook_Refresh", "Leadbook_Undo"]


def test_a_drawing_of_buttons_is_well_formed_whatever_stands_on_them() -> None:
    from lxml import etree

    odd = Button("M", "R&D <now>", '"tip" & more', 0, 0, 10, 10)
    root = etree.fromstring(with_buttons(b"", [odd], Grid([], {}, 64, 20), 3))
    [shape] = root.iter("{urn:schemas-microsoft-com:vml}shape")
    assert shape.get("alt") == '"tip" & more'
    assert "".join(root.itertext()).startswith("R&D <now>")
    assert shape.get("{urn:schemas-microsoft-com:office:office}spid") == "_x0000_s3073"


def test_a_new_button_takes_no_number_that_a_shape_has() -> None:
    grid = Grid([], {}, 64, 20)
    drawing = with_buttons(b"", [REFRESH], grid, 1).replace(b"_x0000_s1025", b"_x0000_s1026")
    numbers = re.findall(rb"_x0000_s(\d+)", with_buttons(drawing, [UNDO, REFRESH], grid, 9))
    assert len(set(numbers)) == 3
    assert {int(number) // 1024 for number in numbers} == {1}


def test_places_are_found_across_hidden_and_odd_columns() -> None:
    grid = Grid([(0, 0, 50), (1, 1, 0), (2, 3, 10)], {0: 0, 1: 37}, 64, 20)
    assert grid.corner(49, 0) == Corner(0, 49, 1, 0)
    assert grid.corner(50, 36) == Corner(2, 0, 1, 36)
    assert grid.corner(75, 37) == Corner(4, 5, 2, 0)
    assert grid.pixels(Corner(4, 5, 2, 0)) == (75, 37)
    assert moved(Corner(4, 5, 2, 0), grid, Grid([], {}, 100, 10)) == Corner(0, 75, 3, 7)
