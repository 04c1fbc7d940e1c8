"""What points at a merged row alone, or stands on it, follows the lead to the kept one's row, and comes back."""

from __future__ import annotations

import re
import struct
import zipfile
import zlib
from io import BytesIO
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook
from test_merging_exactly import AS_OF, LAST, calculated_values, filtered, make, parts, reads, rewrite, there_and_back

from leadbook.books.ooxml import Workbook
from leadbook.run.commands import merge, unmerge

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def pointing(book, sheet, other) -> None:
    """Formulas, names, rules and a chart that are about rows 8 and 9 alone, beside such that are about the kept one."""
    sheet.write_formula("J8", "=E8*2+E2", None, 1800)
    sheet.write_formula("J9", "=E9*2", None, 1800)
    sheet.write_formula("J2", "=E2*2", None, 400)
    sheet.write_formula("B20", "=$E$8+$E$2", None, 1000)
    for row, text in enumerate(("E8", "$E$8", "SUM(Leads!E8:E9)", "E2", "SUM(Leads!E8:E8)"), 1):
        spelled = text if "Leads" in text else f"Leads!{text}"
        other.write_formula(row, 0, f"={spelled}+Leads!F8+Leads!F2", None, 1)
    other.conditional_format(
        "C1", {"type": "formula", "criteria": "=Leads!$E$8>Leads!$E$2", "format": book.add_format({"bold": True})}
    )
    sheet.data_validation("K2:K5", {"validate": "custom", "value": "=K2<$E$8"})
    book.define_name("Part_8", "=Leads!$E$8")
    book.define_name("Part_2", "=Leads!$E$2")
    chart = book.add_chart({"type": "column"})
    chart.add_series({"values": "=Leads!$E$8:$F$8", "name": "=Leads!$B$8"})
    other.insert_chart("F2", chart)


def formulas(path: Path, sheet: str, *cells: str) -> list[str]:
    return [load_workbook(path)[sheet][cell].value for cell in cells]


def test_what_points_at_the_row_alone_points_at_the_kept_lead(tmp_path):
    path = make(tmp_path / "book.xlsx", pointing)
    done = merge(path, ["L-0002", "L-0008"], as_of=AS_OF)
    assert formulas(path, "Leads", "J8", "J9", "B19") == ["=E2*2+E2", "=E8*2", "=$E$2+$E$2"]
    assert formulas(path, "Leads", "J2") == ["=E2*2"]
    numbers = formulas(path, "Numbers", "A2", "A3", "A4", "A5", "A6")
    assert numbers == [
        f"={one}+Leads!F2+Leads!F2"
        for one in ("Leads!E2", "Leads!$E$2", "SUM(Leads!E8:E8)", "Leads!E2", "SUM(Leads!E2:E2)")
    ]
    assert Workbook.open(path.read_bytes()).defined_names["Part_8"].text == "Leads!$E$2"
    assert b"Leads!$E$2:$F$2" in parts(path)["xl/charts/chart1.xml"]
    [said] = done.notes
    assert said.startswith("The name Part_8")
    assert said.endswith("pointed only at L-0008 and point at L-0002 now.")


@pytest.mark.parametrize("gone", [(8,), (8, 9), (9, 8)], ids=lambda rows: "-".join(map(str, rows)))
def test_what_pointed_at_the_row_alone_points_at_it_again(tmp_path, gone):
    there_and_back(make(tmp_path / "book.xlsx", pointing), *(f"L-{row:04d}" for row in gone))
    path = make(tmp_path / "again.xlsx", pointing)
    before = reads(path)
    merge_ids = [merge(path, ["L-0002", f"L-{row:04d}"], as_of=AS_OF).merge_ids[0] for row in gone]
    for merge_id in merge_ids:
        assert unmerge(path, [merge_id], as_of=AS_OF).notes == []
    assert reads(path) == before


def test_a_running_total_goes_on_from_the_record_above(tmp_path):
    def put(_, sheet, __) -> None:
        for row in range(3, LAST + 1):
            sheet.write_formula(row - 1, 6, f"=G{row - 1}+E{row}", None, 1)

    for gone in ((8,), (8, 9), (LAST,)):
        there_and_back(make(tmp_path / "book.xlsx", put), *(f"L-{row:04d}" for row in gone))
    path = make(tmp_path / "book.xlsx", put)
    assert merge(path, ["L-0002", "L-0008", "L-0009"], as_of=AS_OF).notes == ()
    assert formulas(path, "Leads", "G7", "G8", "G9") == ["=G6+E7", "=G7+E8", "=G8+E9"]


def test_a_formula_typed_anew_meanwhile_stays_and_is_said(tmp_path):
    path = make(tmp_path / "book.xlsx", lambda *made: made[2].write_formula("A1", "=Leads!E8*2", None, 1))
    [merge_id] = merge(path, ["L-0002", "L-0008"], as_of=AS_OF).merge_ids
    workbook = Workbook.open(path.read_bytes())
    workbook.set_cells("Numbers", {1: {1: 5}})
    target = BytesIO()
    workbook.write(target)
    path.write_bytes(target.getvalue())
    [note] = unmerge(path, [merge_id], as_of=AS_OF).notes
    assert note == (
        "A formula, a name, a chart or a picture that belonged to L-0008 alone was changed since, so it stays as it is."
    )
    assert load_workbook(path)["Numbers"]["A1"].value == 5


@pytest.mark.parametrize("gone", [(8,), (4, 9), (6, 10, LAST)], ids=lambda rows: "-".join(map(str, rows)))
def test_hidden_leads_stay_hidden_where_something_stands_beside_the_list(tmp_path, gone):
    path = filtered(tmp_path / "book.xlsx")
    rewrite(path, lambda name, text: _noted(text) if name.endswith("sheet1.xml") else text)
    hidden = {f"L-{row:04d}" for row in (4, 6, 10)}
    assert _hidden(path) == hidden
    there_and_back(path, *(f"L-{row:04d}" for row in gone))
    merge(path, ["L-0002", *(f"L-{row:04d}" for row in gone)], as_of=AS_OF)
    assert _hidden(path) == hidden - {f"L-{row:04d}" for row in gone}
    assert load_workbook(path)["Leads"]["L3"].value == "a note"


def _noted(text: str) -> str:
    cell = '<c r="L3" t="inlineStr"><is><t>a note</t></is></c>'
    return re.sub(r'(<row r="3".*?)</row>', rf"\1{cell}</row>", text, flags=re.DOTALL)


def _hidden(path: Path) -> set[str]:
    sheet = load_workbook(path)["Leads"]
    return {str(sheet.cell(row, 1).value) for row, look in sheet.row_dimensions.items() if look.hidden}


def sparklines(_, sheet, other) -> None:
    for row in range(2, LAST + 1):
        sheet.add_sparkline(f"J{row}", {"range": f"Leads!E{row}:F{row}", "markers": row == 8})
    sheet.add_sparkline("I8", {"location": ["I8", "I9", "I5"], "range": ["E8:F8", "E9:F9", "E5:F5"]})
    other.add_sparkline("A1", {"range": "Leads!E8:F8"})


@pytest.mark.parametrize("gone", [(8,), (8, 9), (5, 8, 9)], ids=lambda rows: "-".join(map(str, rows)))
def test_sparklines_of_the_row_go_with_it_and_come_back(tmp_path, gone, new_validator_errors):
    path, was = make(tmp_path / "book.xlsx", sparklines), tmp_path / "was.xlsx"
    was.write_bytes(path.read_bytes())
    there_and_back(path, *(f"L-{row:04d}" for row in gone))
    merge(path, ["L-0002", *(f"L-{row:04d}" for row in gone)], as_of=AS_OF)
    text = parts(path)["xl/worksheets/sheet1.xml"].decode()
    assert text.count("<x14:sparkline>") == 13 - 2 * len(gone)
    assert re.findall("<xm:f>(.*?)<", parts(path)["xl/worksheets/sheet2.xml"].decode()) == ["Leads!E2:F2"]
    assert new_validator_errors(was, path) == []


def _png() -> BytesIO:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    size = struct.pack(">IIBBBBB", 16, 16, 8, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * 17 * 16)
    return BytesIO(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", size) + chunk(b"IDAT", rows) + chunk(b"IEND", b""))


def pictures(*rows: int, position: int = 2, tall: int = 1, column: int = 1):
    def put(_, sheet, __) -> None:
        for row in rows:
            given = {"image_data": _png(), "object_position": position, "y_scale": tall, "x_offset": 2, "y_offset": 1}
            sheet.insert_image(row - 1, column, f"face{row}.png", given)

    return put


def anchors(path: Path) -> list[tuple[int, int]]:
    """Column and row (from 0) of each picture."""
    with zipfile.ZipFile(path) as package:
        text = package.read("xl/drawings/drawing1.xml").decode()
    return [(int(column), int(row)) for column, row in re.findall(r"<xdr:from><xdr:col>(\d+)<.*?<xdr:row>(\d+)<", text)]


@pytest.mark.parametrize("position", [1, 2])
def test_a_picture_on_the_row_moves_to_the_kept_lead_beside_the_one_there_and_comes_back(tmp_path, position):
    path = make(tmp_path / "book.xlsx", pictures(2, 5, 8, 10, position=position))
    there_and_back(path, "L-0008")
    there_and_back(path, "L-0008", "L-0005")
    done = merge(path, ["L-0002", "L-0008"], as_of=AS_OF)
    assert anchors(path) == [(1, 1), (1, 4), (2, 1), (1, 8)]
    assert done.notes == ("The picture at B8 stood on the row of L-0008 and stands on the row of L-0002 now.",)


@pytest.mark.parametrize(("position", "column"), [(1, 1), (2, 1), (1, 9)])
def test_a_tall_picture_that_begins_on_the_row_gives_way_to_the_next(tmp_path, position, column):
    path = make(tmp_path / "book.xlsx", pictures(8, position=position, tall=5, column=column))
    there_and_back(path, "L-0008")
    assert merge(path, ["L-0002", "L-0008"], as_of=AS_OF).notes == ()
    assert anchors(path) == [(column, 7)]


def test_a_picture_that_someone_moved_since_stays_and_is_said(tmp_path):
    path = make(tmp_path / "book.xlsx", pictures(8))
    [merge_id] = merge(path, ["L-0002", "L-0008"], as_of=AS_OF).merge_ids
    moved = "<xdr:row>5</xdr:row>"
    rewrite_drawing(path, moved)
    [note] = unmerge(path, [merge_id], as_of=AS_OF).notes
    assert "a picture that belonged to L-0008 alone was changed since" in note
    assert anchors(path) == [(1, 5)]


def rewrite_drawing(path: Path, row: str) -> None:
    made = parts(path)
    made["xl/drawings/drawing1.xml"] = re.sub(rb"<xdr:row>1</xdr:row>", row.encode(), made["xl/drawings/drawing1.xml"])
    with zipfile.ZipFile(path, "w") as package:
        for name, data in made.items():
            package.writestr(name, data)


@pytest.mark.slow
def test_libreoffice_works_out_the_kept_lead_and_afterwards_the_old_values(tmp_path, soffice, new_validator_errors):
    def put(book, sheet, other) -> None:
        pointing(book, sheet, other)
        sparklines(book, sheet, other)
        pictures(2, 8)(book, sheet, other)

    path, was = make(tmp_path / "book.xlsx", put), tmp_path / "was.xlsx"
    was.write_bytes(path.read_bytes())
    merge_ids = merge(path, ["L-0002", "L-0008"], as_of=AS_OF).merge_ids
    assert new_validator_errors(was, path) == []
    between = calculated_values(soffice(path, tmp_path / "between"))
    assert between["Leads", "J8"] == 3 * between["Leads", "E2"]
    assert between["Numbers", "A2"] == between["Leads", "E2"] + 2 * between["Leads", "F2"]
    unmerge(path, list(merge_ids), as_of=AS_OF)
    assert new_validator_errors(was, path) == []
    before, after = (calculated_values(soffice(one, tmp_path / one.stem)) for one in (was, path))
    assert after == before
