"""The open workbook reads as the closed one does, edits that nobody saved included."""

from __future__ import annotations

import datetime as dt

import openpyxl
import pytest
import xlsxwriter
from watching import REJECTED, WATCH, ComError, closed_at, turned_away

from leadbook.books.closed import ClosedBook
from leadbook.books.live.calls import BookGoneError, Calls
from leadbook.books.live.reading import formulas_of, read_tables
from leadbook.books.live.seam import seam_of
from leadbook.model.issues import BookBusyError
from leadbook.model.tables import CellError


def read(book, calls=None):
    calls = calls or Calls()
    return read_tables(book, calls, calls(lambda: seam_of(book)), frozenset())[0]


def assert_same(live, closed):
    assert list(live.sheet_names) == list(closed.sheet_names)
    assert live.date_system == closed.date_system
    assert set(live.tables) == set(closed.tables)
    for name, table in closed.tables.items():
        found = live.tables[name]
        for part in ("sheet", "headers", "first_column", "header_row", "last_row", "formula_columns", "has_totals",
                     "filtered", "rows_below"):  # fmt: skip
            assert getattr(found, part) == getattr(table, part), (name, part)
        assert found.rows.tolist() == table.rows.tolist(), name
        for header, one, other in zip(table.headers, found.cells, table.cells, strict=True):
            pairs = [(a, b) for a, b in zip(one, other, strict=True) if a != b or type(a) is not type(b)]
            assert not pairs, (name, header, pairs[:3])


def moment(month):
    hour = dt.time(13, 30) if month == 5 else dt.time()
    return dt.datetime.combine(dt.date(2026, month, 1), hour)


def nasty_book(path, *, date_1904=False, good=False):
    """Write a list as sellers keep them: errors, texts that look like formulas, stray rows, a total, gaps."""
    book = xlsxwriter.Workbook(str(path), {"strings_to_formulas": False, "date_1904": date_1904})
    sheet = book.add_worksheet("My 'own' leads")
    day, hour = book.add_format({"num_format": "dd/mm/yyyy"}), book.add_format({"num_format": "hh:mm"})
    text = book.add_format({"num_format": "@"})
    headers = ["Lead ID", "Company", "Created", "Amount", "Phone", "Call at", "Owner", "OK"]
    sheet.add_table(3, 1, 9, 8, {"name": "Leads", "columns": [{"header": name} for name in headers]})
    for row in range(4, 8):
        sheet.write_string(row, 1, f"00{row}", text)
        sheet.write_string(row, 2, ["=1+1", "#N/A", "'quoted", "  Acme "][row - 4])
        sheet.write_datetime(row, 3, moment(row), day)
        sheet.write_formula(row, 4, "=1/0" if row == 4 else "=10*2", None, "#DIV/0!" if row == 4 else 20)
        sheet.write_string(row, 5, "+49 30 1234", text)
        sheet.write_datetime(row, 6, dt.time(9, row), hour)
        sheet.write_boolean(row, 8, row % 2 == 0)
    if not good:  # what a refresh refuses to grow over
        sheet.write_string(10, 1, "typed below")
    sheet.write_string(4, 7, "O'Neill, \u00c5sa & S\u00f6ren")
    sheet.write_string(5, 7, "@home")
    other = book.add_worksheet("Other")
    other.add_table(0, 0, 3, 1, {"name": "Quotes", "total_row": True, "columns": [
        {"header": "Lead ID", "total_string": "Total"}, {"header": "Price", "total_function": "sum"}]})  # fmt: skip
    other.write_row(1, 0, ["L-1", 5])
    other.write_row(2, 0, ["L-2", 7.25])
    book.close()
    return path


@pytest.mark.parametrize("date_1904", [False, True])
def test_a_list_full_of_traps_reads_as_the_file_does(opened, tmp_path, date_1904):
    path = nasty_book(tmp_path / "nasty.xlsx", date_1904=date_1904)
    closed = ClosedBook.open(path).contents
    assert CellError("#DIV/0!") in list(closed.tables["Leads"].cells[3])  # the traps are there
    live = read(opened(path))
    assert_same(live, closed)
    assert live.tables["Leads"].rows_below == 1


def test_the_sample_reads_as_the_file_does(opened, sample):
    assert_same(read(opened(sample)), ClosedBook.open(sample).contents)


@pytest.mark.slow
def test_an_edit_that_nobody_saved_is_read(opened, sample):
    book = opened(sample)
    table = read(book).tables["Leads"]
    row, column = int(table.rows[0]), table.column("Company")
    book.sheets["Leads"].range((row, column)).value = "Not saved yet Ltd"
    assert read(book).tables["Leads"].cells[column - table.first_column][0] == "Not saved yet Ltd"


def test_cells_marked_as_text_are_known_wherever_they_stand(opened, tmp_path):
    path = nasty_book(tmp_path / "nasty.xlsx")
    marked = openpyxl.load_workbook(path)
    marked.worksheets[0]["C6"].quotePrefix = True
    marked.save(path)
    table, closed = read(opened(path)).tables["Leads"], ClosedBook.open(path).contents.tables["Leads"]
    for header in ("Lead ID", "Company", "Amount"):
        column = table.column(header)
        assert table.kept_as_text(column) == closed.kept_as_text(column), header
    assert table.kept_as_text(table.column("Company")) == {6}


@pytest.mark.parametrize(
    ("given", "wanted"),
    [("=A1", [["=A1"]]), (("=A1", "5"), [["=A1", "5"]]), ((("=A1",), ("5",)), [["=A1"], ["5"]])],
    ids=["one cell", "one row on macOS", "a column"],
)
def test_formulas_come_row_by_row_however_a_platform_gives_them(given, wanted):
    class Cells:
        formula = given

    assert [list(row) for row in formulas_of(Cells())] == wanted


@pytest.mark.slow
def test_a_cell_being_typed_into_is_waited_for(opened, sample):
    slept = []
    book = opened(sample)
    with WATCH.doing(turned_away(5)):
        found = read(book, Calls(sleep=slept.append))
    assert_same(found, ClosedBook.open(sample).contents)
    assert len(slept) == 5


def test_nobody_waits_for_ever(opened, sample):
    now = [0.0]

    def always(_call):
        raise ComError(REJECTED, "rejected")

    def sleep(seconds):
        now[0] += seconds

    book = opened(sample)
    calls = Calls(3, clock=lambda: now[0], sleep=sleep)
    with WATCH.doing(always), pytest.raises(BookBusyError, match="Press Enter or Esc"):
        read(book, calls)
    assert 3 <= now[0] < 4


@pytest.mark.slow
def test_a_workbook_closed_meanwhile_is_told_as_such(opened, sample):
    book = opened(sample)
    with WATCH.doing(closed_at("Table.range", 3)), pytest.raises(BookGoneError, match="was closed"):
        read(book)


def test_reading_takes_as_many_calls_for_many_rows_as_for_few(opened, tmp_path):
    def calls_for(rows):
        path = tmp_path / f"{rows}.xlsx"
        book = xlsxwriter.Workbook(str(path))
        sheet = book.add_worksheet("Leads")
        sheet.add_table(0, 0, rows, 3, {"name": "Leads", "columns": [{"header": h} for h in ("A", "B", "C", "D")]})
        for row in range(1, rows + 1):
            sheet.write_row(row, 0, [row, "x", 2.5])
            sheet.write_formula(row, 3, "=A2")
        book.close()
        live = opened(path)
        with WATCH.counting():
            read(live)
            return WATCH.total

    assert calls_for(30) == calls_for(3_000)
