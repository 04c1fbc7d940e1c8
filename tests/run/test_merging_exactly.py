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

from leadbook.books import closed
from leadbook.books.ooxml import Workbook
from leadbook.books.reading import read_contents
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
        if re.search(r"chart|drawing|comments|table1\.xml|ctrlProp|slicer", name, re.IGNORECASE) and not name.endswith(
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


@pytest.mark.slow
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
    done = merge(path, ["L-0002", *(f"L-{row:04d}" for row in gone)], as_of=AS_OF)
    assert any(", with its comment at B8: \u201casked on the fair" in step for step in done.steps)
    book = load_workbook(path)
    [said] = [row[2].value for row in book["Archive"].iter_rows(min_row=2) if row[0].value == "L-0008"]
    assert "comment at B8: \u201casked on the fair\u201d; comment at E8: \u201ctoo high?\u201d" in said
    left = [cell.comment.text for line in book["Leads"].iter_rows() for cell in line if cell.comment]
    assert left == [text for row, text in ((5, "call first"), (10, "ask again")) if row not in gone]


@pytest.mark.slow
def test_a_row_that_says_more_than_a_cell_holds_is_kept_in_several_and_comes_back(tmp_path, new_validator_errors):
    def put(book, sheet, other) -> None:
        areas((8,))(book, sheet, other)
        sheet.write_comment("B8", "word " * 6_000)
        for row in range(300, 1_500):  # an area that ends at the row in a formula of its own
            other.write_formula(row, 3, f"=SUM(Leads!E2:E8)*{row}+COUNT(Leads!A{row % 7 + 1}:A8)", None, 1)

    path, was = make(tmp_path / "book.xlsx", put), tmp_path / "was.xlsx"
    was.write_bytes(path.read_bytes())
    before = reads(path)
    merge_ids = [merge(path, ["L-0002", lead], as_of=AS_OF).merge_ids[0] for lead in ("L-0008", "L-0003")]
    said = list(load_workbook(path)["Archive"].values)
    more = [at for at, header in enumerate(said[0]) if str(header).startswith("Row")]
    assert [said[0][at] for at in more][:2] == ["Row", "Row (2)"]
    assert all(len(str(cell)) <= 32_767 for line in said for cell in line)
    assert [all(line[at] for at in more) for line in said[1:3]] == [True, False]
    assert new_validator_errors(was, path) == []
    for merge_id in merge_ids:
        assert unmerge(path, [merge_id], as_of=AS_OF).notes == []
    after = reads(path)
    for name, one in before.items():
        assert after[name] == one, name


def test_a_merge_and_its_way_back_read_the_book_once(tmp_path, monkeypatch):
    path = make(tmp_path / "book.xlsx")
    read: list[str] = []

    def counted(*given: object, **named: object) -> object:
        read.append("once more")
        return read_contents(*given, **named)

    monkeypatch.setattr(closed, "read_contents", counted)
    merge_ids = merge(path, ["L-0002", "L-0008"], as_of=AS_OF).merge_ids
    assert len(read) == 1
    unmerge(path, list(merge_ids), as_of=AS_OF)
    assert len(read) == 2


CONTROL = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
    'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" Requires="x14"><controls>'
    '<mc:AlternateContent><mc:Choice Requires="x14"><control shapeId="1025" r:id="rIdControl" name="Button 1">'
    '<controlPr defaultSize="0" print="0" autoFill="0" autoPict="0" macro="[0]!Go"><anchor moveWithCells="1"{sizes}>'
    '<from><xdr:col xmlns:xdr="{xdr}">1</xdr:col><xdr:colOff xmlns:xdr="{xdr}">0</xdr:colOff>'
    '<xdr:row xmlns:xdr="{xdr}">{top}</xdr:row><xdr:rowOff xmlns:xdr="{xdr}">0</xdr:rowOff></from>'
    '<to><xdr:col xmlns:xdr="{xdr}">2</xdr:col><xdr:colOff xmlns:xdr="{xdr}">0</xdr:colOff>'
    '<xdr:row xmlns:xdr="{xdr}">{bottom}</xdr:row><xdr:rowOff xmlns:xdr="{xdr}">0</xdr:rowOff></to></anchor>'
    "</controlPr></control></mc:Choice></mc:AlternateContent></controls></mc:Choice></mc:AlternateContent>"
)
X14 = "http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing"


def with_button(path: Path, top: int, *, sizes: bool = False, height: int = 40) -> Path:
    """A list with a button as Excel writes one: a shape of the old kind, a control on the sheet, its properties."""
    make(path, lambda *made: made[1].insert_button(top - 1, 1, {"macro": "Go", "height": height}))
    [(_, (_, bottom))] = vml_rows(path)
    control = CONTROL.format(xdr=DRAWING, top=top - 1, bottom=bottom, sizes=' sizeWithCells="1"' if sizes else "")
    relationship = (
        '<Relationship Id="rIdControl" Target="../ctrlProps/ctrlProp1.xml" '
        'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/ctrlProp"/></Relationships>'
    )
    kind = (
        '<Override PartName="/xl/ctrlProps/ctrlProp1.xml" '
        'ContentType="application/vnd.ms-excel.controlproperties+xml"/></Types>'
    )

    def change(name: str, text: str) -> str:
        match name.rpartition("/")[2]:
            case "sheet1.xml":
                text = text.replace("<tableParts", control + "<tableParts")
            case "sheet1.xml.rels":
                text = text.replace("</Relationships>", relationship)
            case "[Content_Types].xml":
                text = text.replace("</Types>", kind)
            case "vmlDrawing1.vml" if not sizes:
                text = text.replace("<x:Anchor>", "<x:SizeWithCells/><x:Anchor>")
        return text

    rewrite(path, change)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr(
            "xl/ctrlProps/ctrlProp1.xml",
            f'<formControlPr xmlns="{X14}" objectType="Button"/>',
        )
    return path


def vml_rows(path: Path) -> list[tuple[str, tuple[int, int]]]:
    """Kind, first and last row (from 0) of the shapes of the old kind."""
    text = b"".join(data for name, data in parts(path).items() if name.endswith(".vml")).decode()
    found = re.findall(r'ObjectType="(\w+)".*?<x:Anchor>\s*([\d,\s]+)</x:Anchor>', text, re.DOTALL)
    return [(kind, (int(at.split(",")[2]), int(at.split(",")[6]))) for kind, at in found]


def control_rows(path: Path) -> tuple[int, int]:
    text = parts(path)["xl/worksheets/sheet1.xml"].decode().partition("<controlPr")[2]
    first, last = re.findall(r"<xdr:row[^>]*>(\d+)</xdr:row>", text)
    return int(first), int(last)


@pytest.mark.parametrize("sizes", [False, True])
def test_a_button_below_the_list_moves_with_its_control_and_comes_back(tmp_path, sizes, new_validator_errors):
    path, was = with_button(tmp_path / "book.xlsx", 15, sizes=sizes), tmp_path / "was.xlsx"
    was.write_bytes(path.read_bytes())
    assert (control_rows(path), vml_rows(path)) == ((14, 16), [("Button", (14, 16))])
    merge_ids = merge(path, ["L-0002", "L-0008", "L-0009"], as_of=AS_OF).merge_ids
    assert (control_rows(path), vml_rows(path)) == ((12, 14), [("Button", (12, 14))])
    assert new_validator_errors(was, path) == []
    unmerge(path, list(merge_ids), as_of=AS_OF)
    assert (control_rows(path), vml_rows(path)) == ((14, 16), [("Button", (14, 16))])
    assert reads(path) == reads(was)


@pytest.mark.parametrize(("sizes", "shown"), [(False, (5, 7)), (True, (5, 6))])
def test_a_button_over_a_row_that_goes_keeps_or_changes_its_size_as_it_is_set(tmp_path, sizes, shown):
    path = with_button(tmp_path / "book.xlsx", 6, sizes=sizes)
    before = reads(path)
    assert control_rows(path) == (5, 7)
    merge_ids = merge(path, ["L-0002", "L-0007"], as_of=AS_OF).merge_ids
    assert (control_rows(path), vml_rows(path)) == (shown, [("Button", shown)])
    unmerge(path, list(merge_ids), as_of=AS_OF)
    assert reads(path) == before


@pytest.mark.parametrize("sizes", [False, True])
def test_a_button_that_begins_on_the_row_gives_way_to_the_next(tmp_path, sizes):
    path = with_button(tmp_path / "book.xlsx", 8, sizes=sizes)
    assert control_rows(path) == (7, 9)
    there_and_back(path, "L-0008")
    merge(path, ["L-0002", "L-0008"], as_of=AS_OF)
    assert control_rows(path) == (7, 8 if sizes else 9)


def test_a_button_that_stands_on_the_row_alone_bars_the_merge_in_a_sentence(tmp_path):
    path = with_button(tmp_path / "book.xlsx", 8, height=15)
    with pytest.raises(InputError, match=r"L-0008 \(row 8\).*a button or another control stands on it"):
        merge(path, ["L-0002", "L-0008"], as_of=AS_OF)


def filtered(path: Path) -> Path:
    """Some rows hidden by the table's own filter."""

    def put(_, sheet, __) -> None:
        for row in (4, 6, 10):
            sheet.write_string(row - 1, 3, "Lost")
            sheet.set_row(row - 1, None, None, {"hidden": True})

    make(path, put)
    rule = '<filterColumn colId="3"><filters><filter val="Proposal"/></filters></filterColumn></autoFilter>'

    def change(name: str, text: str) -> str:
        return re.sub(r'(<autoFilter ref="[^"]*")/>', r"\1>" + rule, text) if name.endswith("table1.xml") else text

    return rewrite(path, change)


def grouped(path: Path) -> Path:
    """Rows in groups, one of them folded up."""

    def put(_, sheet, __) -> None:
        for row in (4, 5, 8, 9):
            sheet.set_row(row - 1, 30 if row == 9 else None, None, {"level": 1, "hidden": row > 6})
        sheet.set_row(9, None, None, {"collapsed": True})

    return make(path, put)


def merged_below(path: Path) -> Path:
    """Merged cells, a formula and a second table under the list."""

    def put(book, sheet, _) -> None:
        sheet.merge_range(14, 0, 15, 2, "Notes", book.add_format({"bold": True}))
        sheet.write_formula(17, 0, f"=SUM(E2:E{LAST})", None, sum(range(2, LAST + 1)) * 100)
        sheet.add_table(19, 0, 22, 1, {"name": "Second", "columns": [{"header": "A"}, {"header": "B"}]})
        sheet.write_column(20, 0, [1, 2, 3])

    return make(path, put)


def with_totals(path: Path) -> Path:
    return make(path, totals=True)


def calculated(path: Path) -> Path:
    """Columns of formulas beside the table's own calculated one: running totals and the share of the whole."""

    def put(_, sheet, other) -> None:
        for row in range(2, LAST + 1):
            other.write_formula(row - 1, 0, f"=SUM(Leads!E$2:E{row})", None, sum(range(2, row + 1)) * 100)
        other.write_formula("B1", "=SUM(Leads[Weighted])", None, sum(row * row for row in range(2, LAST + 1)))
        other.write_formula("B2", f"=COUNTIF(Leads!D2:D{LAST},Leads!D2)", None, LAST - 1)
        sheet.write_formula(0, 12, f"=SUBTOTAL(109,E2:E{LAST})", None, sum(range(2, LAST + 1)) * 100)

    return make(path, put)


KINDS = [filtered, grouped, merged_below, with_totals, calculated]


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("gone", [(8,), (4, 9), (6, 10, LAST)], ids=lambda rows: "-".join(map(str, rows)))
def test_every_kind_of_list_reads_as_before(tmp_path, kind, gone):
    there_and_back(kind(tmp_path / "book.xlsx"), *(f"L-{row:04d}" for row in gone))


def calculated_values(path: Path) -> dict:
    book = load_workbook(path, data_only=True)
    return {
        (name, cell.coordinate): cell.value
        for name in ("Leads", "Numbers")
        for line in book[name].iter_rows()
        for cell in line
        if cell.value is not None
    }


@pytest.mark.slow
@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
def test_libreoffice_reads_the_same_before_and_after_and_no_fault_is_new(tmp_path, kind, soffice, new_validator_errors):
    path, was = kind(tmp_path / "book.xlsx"), tmp_path / "was.xlsx"
    was.write_bytes(path.read_bytes())
    merge_ids = merge(path, ["L-0002", "L-0006", "L-0008"], as_of=AS_OF).merge_ids
    assert new_validator_errors(was, path) == []
    between = calculated_values(path)
    assert calculated_values(soffice(path, tmp_path / "between")).keys() == between.keys()
    unmerge(path, list(merge_ids), as_of=AS_OF)
    assert new_validator_errors(was, path) == []
    before, after = (calculated_values(soffice(one, tmp_path / one.stem)) for one in (was, path))
    assert after == before


def rules_and_comments(path: Path) -> tuple[dict, dict, dict]:
    """What each cell of column B to G is told by rules, and the comments: cell by cell, however rules are written."""
    sheet = load_workbook(path)["Leads"]
    formats: dict[str, list] = {}
    for block in sheet.conditional_formatting:
        for rule in block.rules:
            for area in block.cells.ranges:
                for row, column in area.cells:
                    formats.setdefault(f"{column}/{row}", []).append(rule.type)
    checks = {
        f"{column}/{row}": one.type
        for one in sheet.data_validations.dataValidation
        for area in one.sqref.ranges
        for row, column in area.cells
    }
    comments = {cell.coordinate: cell.comment.text for line in sheet.iter_rows() for cell in line if cell.comment}
    return {cell: sorted(types) for cell, types in formats.items()}, checks, comments


@pytest.mark.slow
def test_saved_by_libreoffice_in_between_the_row_still_gets_its_rules_and_comments_back(
    tmp_path, soffice, ooxml_validator
):
    def put(book, sheet, other) -> None:
        own_rules(book, sheet, other)
        commented(book, sheet, other)
        other.write_formula("A1", "=SUM(Leads!E2:E8)", None, 3500)
        other.write_formula("A2", "=SUM(Leads!E2:E7)", None, 2700)

    path = make(tmp_path / "book.xlsx", put)
    before = rules_and_comments(path)
    merge_ids = merge(path, ["L-0002", "L-0008"], as_of=AS_OF).merge_ids
    resaved = soffice(path, tmp_path / "resaved")
    assert unmerge(resaved, list(merge_ids), as_of=AS_OF).notes == []
    assert rules_and_comments(resaved) == before
    assert [load_workbook(resaved)["Numbers"][cell].value for cell in ("A1", "A2")] == [
        "=SUM(Leads!E2:E8)", "=SUM(Leads!E2:E7)",
    ]  # fmt: skip
    assert ooxml_validator(resaved) == []


def test_a_comment_whose_author_another_program_forgot_comes_back_with_him(tmp_path):
    path = make(tmp_path / "book.xlsx", commented)
    merge_ids = merge(path, ["L-0002", "L-0008"], as_of=AS_OF).merge_ids

    def forget(name: str, text: str) -> str:
        if "comments" not in name or not name.endswith(".xml"):
            return text
        return re.sub("<authors>.*</authors>", "<authors><author>Someone</author></authors>", text)

    unmerge(rewrite(path, forget), list(merge_ids), as_of=AS_OF)
    sheet = load_workbook(path)["Leads"]
    assert [(sheet[cell].comment.text, sheet[cell].comment.author) for cell in ("B8", "E8")] == [
        ("asked on the fair", "A"), ("too high?", "B"),
    ]  # fmt: skip


def test_a_comment_that_has_no_place_any_more_is_said(tmp_path):
    path = make(tmp_path / "book.xlsx", lambda *made: made[1].write_comment("B8", "asked on the fair"))
    merge_ids = merge(path, ["L-0002", "L-0008"], as_of=AS_OF).merge_ids

    def drop(name: str, text: str) -> str:
        return (
            re.sub(r"<Relationship [^>]*(comments|vml)[^>]*/>", "", text) if name.endswith("sheet1.xml.rels") else text
        )

    done = unmerge(rewrite(path, drop), list(merge_ids), as_of=AS_OF)
    [note] = done.notes
    assert note.startswith("Another program took the sheet's comments away; type this one again: comment at B8")
    assert "asked on the fair" in note


def test_threaded_comments_go_and_come_back_with_their_thread(tmp_path):
    thread = (
        '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/threadedcomments">'
        '<threadedComment ref="B5" id="{1}" personId="{P}"><text>first</text></threadedComment>'
        '<threadedComment ref="B8" id="{2}" personId="{P}"><text>Who knows them?</text></threadedComment>'
        '<threadedComment ref="B8" id="{3}" personId="{P}" parentId="{2}"><text>I do</text></threadedComment>'
        "</ThreadedComments>"
    )
    link = (
        '<Relationship Id="rIdThread" Target="../threadedComments/threadedComment1.xml" '
        'Type="http://schemas.microsoft.com/office/2017/10/relationships/threadedComment"/></Relationships>'
    )
    path = make(tmp_path / "book.xlsx", commented)
    rewrite(path, lambda name, text: text.replace("</Relationships>", link) if "sheet1.xml.rels" in name else text)
    with zipfile.ZipFile(path, "a") as package:
        package.writestr("xl/threadedComments/threadedComment1.xml", thread)
    there_and_back(path, "L-0008")
    merge(path, ["L-0002", "L-0008"], as_of=AS_OF)
    assert b"Who knows" not in parts(path)["xl/threadedComments/threadedComment1.xml"]
    said = [row[2].value for row in load_workbook(path)["Archive"].iter_rows(min_row=2) if row[0].value == "L-0008"]
    assert "comment at B8: \u201cWho knows them? / I do\u201d" in said[0]


def test_a_formula_of_a_whole_column_keeps_the_area_it_names(tmp_path):
    path = make(tmp_path / "book.xlsx")
    old = r"<calculatedColumnFormula>[^<]*<"
    new = "<calculatedColumnFormula>Leads[[#This Row],[Amount]]/SUM($E$2:$E$8)<"
    rewrite(path, lambda name, text: re.sub(old, new, text) if name.endswith("table1.xml") else text)
    there_and_back(path, "L-0008")
