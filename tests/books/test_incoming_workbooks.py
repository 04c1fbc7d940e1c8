"""Reading leads out of other people's workbooks."""

import datetime as dt
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.table import Table

from leadbook.books.incoming import read_incoming
from leadbook.model.issues import BookRefusedError, InputError, LeadbookError


def moment(*parts):
    return dt.datetime(*parts)  # noqa: DTZ001 - cells hold wall-clock times


DATA = Path(__file__).parents[2].parent / "shared" / "data"


def book(tmp_path, fill, name="deals.xlsx"):
    workbook = openpyxl.Workbook()
    fill(workbook)
    workbook.save(tmp_path / name)
    return read_incoming(tmp_path / name)


def test_a_plain_sheet_with_a_title_a_totals_row_and_an_offset(tmp_path):
    def fill(workbook):
        sheet = workbook.active
        sheet.title = "Deals"
        sheet["B2"] = "Our pipeline 2026"
        rows = [["Company", "Amount", "Close Date"], ["Ox", 5, moment(2026, 5, 1)], ["Elk", 6.5, None]]
        for at, row in enumerate([*rows, ["Total", 11.5, None]], 5):
            for column, value in enumerate(row, 2):
                sheet.cell(at, column, value)

    (table,) = book(tmp_path, fill)
    assert (table.name, table.source) == ("Deals", "deals.xlsx, sheet Deals")
    assert table.headers == ("Company", "Amount", "Close Date")
    assert table.lines == [6, 7]
    assert table.column("Amount") == [5, 6.5]
    assert table.column("Close Date")[0] in {dt.date(2026, 5, 1), moment(2026, 5, 1)}


def test_excel_tables_are_read_as_they_stand_and_nothing_beside_them(tmp_path):
    def fill(workbook):
        sheet = workbook.active
        sheet["A1"] = "Notes to myself"
        for at, row in enumerate([["Company", "Stage"], ["Ox", "Won"], ["Elk", "Lost"]], 3):
            for column, value in enumerate(row, 3):
                sheet.cell(at, column, value)
        sheet.add_table(Table(displayName="Pipe", ref="C3:D5"))

    (table,) = book(tmp_path, fill)
    assert (table.name, table.headers, table.lines) == ("Pipe", ("Company", "Stage"), [4, 5])


def test_every_sheet_with_rows_is_a_table_and_empty_ones_are_none(tmp_path):
    def fill(workbook):
        first = workbook.active
        first.append(["Company", "Stage"])
        first.append(["Ox", "Won"])
        workbook.create_sheet("Empty")
        other = workbook.create_sheet("People")
        other.append(["Name", "Email"])
        other.append(["Ann", "a@ox.com"])

    assert [table.name for table in book(tmp_path, fill)] == ["Sheet", "People"]


def test_a_workbook_without_any_table_is_told(tmp_path):
    with pytest.raises(InputError, match="holds no table"):
        book(tmp_path, lambda _: None)


def test_stray_cells_far_away_are_refused_before_they_exhaust_the_memory(tmp_path):
    def fill(workbook):
        sheet = workbook.active
        sheet.append(["Company", "Stage"])
        sheet.append(["Ox", "Won"])
        sheet["XFD1048576"] = "stray"

    with pytest.raises(BookRefusedError, match="stray"):
        book(tmp_path, fill)


def test_a_damaged_workbook_is_refused_with_a_sentence(tmp_path):
    path = tmp_path / "broken.xlsx"
    path.write_bytes(b"PK\x03\x04 and then nothing")
    with pytest.raises(LeadbookError, match=r"broken\.xlsx"):
        read_incoming(path)


@pytest.mark.skipif(not DATA.exists(), reason="the real workbooks in ../shared/data are absent")
@pytest.mark.parametrize("path", sorted((DATA / "corpus").glob("*.xls*")), ids=lambda path: path.name)
def test_real_workbooks_are_read_or_refused_with_a_sentence(path):
    refusal = ""
    tables = []
    try:
        tables = read_incoming(path)
    except LeadbookError as error:
        refusal = str(error)
    assert not refusal or refusal.endswith(".")
    assert all(len(values) == table.n_rows for table in tables for values in table.columns)


def beside(*headers):
    def fill(workbook):
        for at, row in enumerate([headers, *([f"{cell} {number}" for cell in headers] for number in (1, 2))], 3):
            for column, value in zip((2, 3, 5, 6), row, strict=True):
                workbook.active.cell(at, column, value)

    return fill


def test_two_lists_side_by_side_with_the_same_headers_are_two_tables(tmp_path):
    assert len(book(tmp_path, beside("Company", "Email", "Company", "Stage"), "a.xlsx")) == 1, "too few in common"
    left, right = book(tmp_path, beside("Company", "Email", "company", "Email"), "b.xlsx")
    assert left.headers == ("Company", "Email")
    assert right.headers == ("company", "Email")
    assert right.column("Email") == ["Email 1", "Email 2"]
    assert right.lines == left.lines == [4, 5]
    assert right.source == "b.xlsx, sheet Sheet from column E"


def test_a_list_with_a_blank_column_in_it_stays_one_table(tmp_path):
    (table,) = book(tmp_path, beside("Company", "Email", "Stage", "Amount"))
    assert table.headers == ("Company", "Email", "Stage", "Amount")
