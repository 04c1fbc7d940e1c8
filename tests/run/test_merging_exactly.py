"""Merged and taken back, a workbook reads as before: areas, rules, comments, controls, whatever stood on the row."""

from __future__ import annotations

import datetime as dt
import io
import re
import zipfile
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from lxml import etree
from openpyxl import load_workbook
from workbook_cells import normalised

from leadbook.books.ooxml import Workbook
from leadbook.model.issues import InputError
from leadbook.run.commands import merge, unmerge

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Put = Callable[[xlsxwriter.Workbook, xlsxwriter.worksheet.Worksheet, xlsxwriter.worksheet.Worksheet], None]

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "Email", "Stage", "Amount", "Rate", "Weighted")
LAST = 11  # Excel row of the last of ten leads

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported")


def nothing(*_: object) -> None:
    """Put nothing more into a workbook."""


def make(path: Path, put: Put = nothing, *, totals: bool = False) -> Path:
    """Write ten leads and a sheet of numbers about them."""
    book = xlsxwriter.Workbook(str(path))
    sheet, other = book.add_worksheet("Leads"), book.add_worksheet("Numbers")
    columns: list[dict] = [{"header": header} for header in HEADERS]
    columns[6]["formula"] = "=[@Amount]*[@Rate]"
    if totals:
        columns[4]["total_function"] = "sum"
    sheet.add_table(
        0, 0, LAST - 1 + totals, len(HEADERS) - 1, {"name": "Leads", "columns": columns, "total_row": totals}
    )
    for row in range(2, LAST + 1):
        line = (f"L-{row:04d}", f"Firm {row}", f"a@firm{row}.example", "Proposal", row * 100, row / 100)
        sheet.write_row(row - 1, 0, line)
        sheet.write_formula(row - 1, 6, "=Leads[[#This Row],[Amount]]*Leads[[#This Row],[Rate]]", None, row * row)
    put(book, sheet, other)
    book.close()
    return path


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def rewrite(path: Path, change: Callable[[str, str], str]) -> Path:
    """Write a package again with the text of its parts changed."""
    made = {name: change(name, data.decode()).encode() for name, data in parts(path).items()}
    with zipfile.ZipFile(path, "w") as package:
        for name, data in made.items():
            package.writestr(name, data)
    return path


def reads(path: Path) -> dict[str, object]:
    """What the workbook says, sheet by sheet and part by part."""
    found: dict[str, object] = {}
    for sheet in ("Leads", "Numbers"):
        cells, rows, frame = normalised(path, sheet)
        found[sheet] = cells, {row: looks for row, looks in rows.items() if looks}, frame
    for name, data in parts(path).items():
        if re.search("chart|drawing|comments|table1|ctrlProp|slicer", name, re.IGNORECASE) and not name.endswith(
            "rels"
        ):
            found[name] = data if name.endswith("vml") else etree.tostring(etree.fromstring(data), method="c14n")
    names = Workbook.open(path.read_bytes()).defined_names
    found["names"] = {key: name.text for key, name in names.items() if key.startswith(("Part_", "Leads!"))}
    return found


def there_and_back(path: Path, *leads: str) -> None:
    before = reads(path)
    done = merge(path, ["L-0002", *leads], as_of=AS_OF)
    assert not done.faults
    assert reads(path)["Leads"] != before["Leads"]
    back = unmerge(path, list(done.merge_ids), as_of=AS_OF)
    assert back.notes == []
    after = reads(path)
    for name, said in before.items():
        assert after[name] == said, name


SPANS = ((2, 8), (2, 9), (8, LAST), (9, LAST), (2, LAST), (8, 9), (7, 8), (2, LAST - 1), (3, LAST))


def areas(gone: tuple[int, ...]) -> Put:
    """Areas that begin or end at each of several rows, next to such that never did."""

    def put(book, sheet, other) -> None:
        bold = book.add_format({"bold": True})
        rule = {"type": "cell", "criteria": ">", "value": 5, "format": bold}
        for first, last in SPANS:
            if set(range(first, last + 1)) <= set(gone):
                continue
            sheet.conditional_format(first - 1, 4, last - 1, 4, rule)
            other.write_formula(first * 20 + last, 0, f"=SUM(Leads!E{first}:E{last})", None, 1)
            other.write_formula(
                first * 20 + last, 1, f"=MIN(Leads!$E${first}:$E${last})+MAX(Leads!F$2:F{last})", None, 1
            )
            book.define_name(f"Part_{first}_{last}", f"=Leads!$E${first}:$E${last}")
            chart = book.add_chart({"type": "column"})
            chart.add_series({"values": f"=Leads!$E${first}:$E${last}", "categories": f"=Leads!$A${first}:$A${last}"})
            other.insert_chart(first * 20, last, chart)
        around(book, sheet, other)

    return put


def around(book, sheet, other) -> None:
    for column, (first, last) in enumerate(((2, 8), (8, LAST), (2, LAST), (8, 9), (3, LAST - 1)), 1):
        sheet.data_validation(first - 1, column, last - 1, column, {"validate": "list", "source": ["a", "b"]})
    rule = {"type": "formula", "criteria": "=MAX(Leads!$E$2:$E$8)>1", "format": book.add_format({"bold": True})}
    other.conditional_format("A1", rule)
    sheet.print_area(0, 0, 7, 6)
    sheet.set_h_pagebreaks([5, 8])
    sheet.ignore_errors({"number_stored_as_text": "B2:B8 B9"})


ROWS = [(8,), (9,), (LAST,), (3,), (8, 9), (7, 9), (9, 10, LAST), (3, LAST)]


@pytest.mark.parametrize("gone", ROWS, ids=lambda rows: "-".join(map(str, rows)))
def test_areas_that_begin_or_end_at_a_row_are_what_they_were(tmp_path, gone):
    there_and_back(make(tmp_path / "book.xlsx", areas(gone)), *(f"L-{row:04d}" for row in gone))


def test_averages_over_neighbouring_rows_are_what_they_were(tmp_path):
    def put(*made) -> None:
        for row in range(3, LAST):
            made[2].write_formula(row - 1, 2, f"=AVERAGE(Leads!E{row - 1}:E{row + 1})", None, 1)

    for gone in ((7,), (6, 7), (6, 8)):
        there_and_back(make(tmp_path / "book.xlsx", put), *(f"L-{row:04d}" for row in gone))


def test_merges_taken_back_one_by_one_give_areas_back(tmp_path):
    neighbours, apart = (8, 9, LAST), (3, 8, LAST)
    for gone, order in ((neighbours, (2, 1, 0)), (apart, (0, 1, 2)), (apart, (1, 0, 2)), (apart, (1, 2, 0))):
        path = make(tmp_path / "book.xlsx", areas(gone))
        before = reads(path)
        merge_ids = [merge(path, ["L-0002", f"L-{row:04d}"], as_of=AS_OF).merge_ids[0] for row in gone]
        for at in order:
            unmerge(path, [merge_ids[at]], as_of=AS_OF)
        for name, said in before.items():
            assert reads(path)[name] == said, (order, name)


def test_an_area_follows_leads_that_are_added_before_the_merge_is_taken_back(tmp_path):
    def put(book, sheet, _) -> None:
        bold = book.add_format({"bold": True})
        sheet.conditional_format(1, 4, LAST - 1, 4, {"type": "cell", "criteria": ">", "value": 5, "format": bold})

    path = make(tmp_path / "book.xlsx", put)
    done = merge(path, ["L-0002", f"L-{LAST:04d}"], as_of=AS_OF)
    workbook = Workbook.open(path.read_bytes())
    workbook.append_table_rows("Leads", [["L-0099", "New"]])
    target = io.BytesIO()
    workbook.write(target)
    path.write_bytes(target.getvalue())
    unmerge(path, list(done.merge_ids), as_of=AS_OF)
    sheet = load_workbook(path)["Leads"]
    assert [str(block.sqref) for block in sheet.conditional_formatting] == [f"E2:E{LAST + 1}"]
    assert [sheet.cell(row, 1).value for row in (LAST, LAST + 1)] == [f"L-{LAST:04d}", "L-0099"]


def own_rules(book, sheet, _) -> None:
    """Rules of one row, of several with a gap, and such that hold on elsewhere."""
    red, bold = book.add_format({"bg_color": "#FF0000"}), book.add_format({"bold": True})
    sheet.conditional_format("B8", {"type": "formula", "criteria": "=$E8>$H$1", "format": red})
    sheet.conditional_format("C4", {"type": "formula", "criteria": "=C4>1", "format": bold, "multi_range": "C4 C8 C10"})
    sheet.conditional_format("D8", {"type": "formula", "criteria": "=D8>1", "format": bold, "multi_range": "D8 D10"})
    sheet.conditional_format("E8:E9", {"type": "data_bar", "data_bar_2010": True})
    sheet.data_validation("D8", {"validate": "list", "source": ["a", "b"], "input_message": "choose"})
    sheet.data_validation("F8", {"validate": "custom", "value": "=F8<$F$3", "other_cells": [[9, 5, 9, 5]]})
    sheet.ignore_errors({"number_stored_as_text": "A8", "formula_differs": "G8 G10"})


@pytest.mark.parametrize("gone", [(8,), (8, 9), (8, 10), (8, 9, 10)], ids=lambda rows: "-".join(map(str, rows)))
def test_formats_and_validations_of_the_row_alone_go_with_it_and_come_back(tmp_path, gone):
    path = make(tmp_path / "book.xlsx", own_rules)
    there_and_back(path, *(f"L-{row:04d}" for row in gone))
    merge(path, ["L-0002", *(f"L-{row:04d}" for row in gone)], as_of=AS_OF)
    left = {str(block.sqref) for block in load_workbook(path)["Leads"].conditional_formatting}
    assert "B8" not in left
    assert left & {"C4 C9", "C4 C8", "C4"}


def test_validations_from_other_sheets_of_one_row_come_back(tmp_path):
    def put(*made) -> None:
        made[2].write_column("A1", ["a", "b"])

    rule = (
        '<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations '
        'xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1"><x14:dataValidation type="list">'
        "<x14:formula1><xm:f>Numbers!$A$1:$A$2</xm:f></x14:formula1><xm:sqref>D8</xm:sqref></x14:dataValidation>"
        "</x14:dataValidations></ext></extLst></worksheet>"
    )
    path = make(tmp_path / "book.xlsx", put)
    rewrite(path, lambda name, text: text.replace("</worksheet>", rule) if name.endswith("sheet1.xml") else text)
    there_and_back(path, "L-0008")


def commented(_, sheet, __) -> None:
    sheet.write_comment("B5", "call first")
    sheet.write_comment("B8", "asked on the fair", {"author": "A"})
    sheet.write_comment("E8", "too high?", {"author": "B", "visible": True})
    sheet.write_comment("B10", "ask again")


@pytest.mark.parametrize("gone", [(8,), (5, 8, 10), (8, 9)], ids=lambda rows: "-".join(map(str, rows)))
def test_comments_go_to_the_archive_with_their_row_and_come_back(tmp_path, gone):
    path = make(tmp_path / "book.xlsx", commented)
    there_and_back(path, *(f"L-{row:04d}" for row in gone))
    merge(path, ["L-0002", *(f"L-{row:04d}" for row in gone)], as_of=AS_OF)
    book = load_workbook(path)
    [said] = [row[2].value for row in book["Archive"].iter_rows(min_row=2) if row[0].value == "L-0008"]
    assert "comment at B8: \u201casked on the fair\u201d; comment at E8: \u201ctoo high?\u201d" in said
    left = [cell.comment.text for line in book["Leads"].iter_rows() for cell in line if cell.comment]
    assert left == [text for row, text in ((5, "call first"), (10, "ask again")) if row not in gone]


def test_a_comment_longer_than_the_archive_can_hold_bars_the_merge_in_a_sentence(tmp_path):
    path = make(tmp_path / "book.xlsx", lambda *made: made[1].write_comment("B8", "word " * 5_000))
    was = path.read_bytes()
    with pytest.raises(InputError, match=r"L-0008 \(row 8\).*comments are too long.*shorten them"):
        merge(path, ["L-0002", "L-0008"], as_of=AS_OF)
    assert path.read_bytes() == was
