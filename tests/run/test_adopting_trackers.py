"""Trackers as sales teams really keep them: adopted, refreshed, and still theirs."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import openpyxl
import pytest
import xlsxwriter

from leadbook import adopt, check, import_files, refresh
from leadbook.books.closed import ClosedBook
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from tests.run.conftest import AS_OF, members

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from leadbook.model.records import Typed

# Parts that list what a workbook holds; a new sheet cannot come in without them.
INDEXES = {"[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml",
           "docProps/app.xml", "xl/calcChain.xml", "xl/sharedStrings.xml"}  # fmt: skip

GERMAN = ["Firma", "Vorname", "Nachname", "E-Mail", "Telefon", "Phase", "Auftragswert", "Abschlussdatum",
          "Verantwortlich", "Quelle"]  # fmt: skip
GERMAN_ROWS = [
    ["Müller GmbH", "Jörg", "Müller", "j@mueller.example", "030 1234567", "Angebot", "1.200,50", "31.03.2027",
     "Ute Beck", "Messe"],
    ["Öl & Gas AG", "Eva", "Groß", "e@oel.example", "0171 7654321", "Gewonnen", "12.000,00", "15.06.2026",
     "Ute Beck", "Empfehlung"],
    ["Weiß KG", "Ali", "Can", "a@weiss.example", "089 555 1234", "Verloren", "800", "01.02.2026",
     "Max Rot", "Messe"],
]  # fmt: skip
ENGLISH = ["Account", "Contact Name", "Email", "Status", "Deal Size", "Expected Close", "Rep"]
ENGLISH_ROWS = [
    ["Ox Ltd", "Ann Lee", "ann@ox.example", "Proposal", 4000, dt.date(2027, 1, 15), "Sam"],
    ["Elk Inc", "Bob Ray", "bob@elk.example", "Closed Won", 2500, dt.date(2026, 5, 1), "Sam"],
    ["Yak plc", "Cy Doe", "cy@yak.example", "Prospecting", None, None, "Kim"],
]


def german(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Vertrieb")
    for number, row in enumerate([GERMAN, *GERMAN_ROWS]):
        sheet.write_row(number, 0, row)


def below_a_merged_title(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Pipeline 2026")
    sheet.merge_range("A1:G2", "Sales pipeline 2026", book.add_format({"bold": True, "align": "center"}))
    sheet.write("A3", "as of 20 November")
    rows_at(book, sheet, 4)


def with_a_second_sheet(book: xlsxwriter.Workbook) -> None:
    rows_at(book, book.add_worksheet("Deals"), 0)
    prices = book.add_worksheet("Prices")
    for number, row in enumerate([["Product", "List"], ["GTX", 50], ["MG", 70]]):
        prices.write_row(number, 0, row)


def with_totals(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Deals")
    rows_at(book, sheet, 0)
    sheet.write("A5", "Total", book.add_format({"bold": True, "top": 1}))
    sheet.write_formula("E5", "=SUM(E2:E4)", None, 6500)


def banded_by_hand(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Deals")
    rows_at(book, sheet, 0)
    band = book.add_format({"bg_color": "#DDEBF7"})
    for number in range(1, 4, 2):
        sheet.set_row(number, 18, band)
    sheet.conditional_format("E2:E4", {"type": "data_bar"})
    sheet.freeze_panes(1, 1)


def as_a_table(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Deals")
    rows_at(book, sheet, 0)
    sheet.add_table(0, 0, 3, 6, {"name": "Table1", "columns": [{"header": name} for name in ENGLISH]})
    rows_at(book, sheet, 0)


def with_own_stage_words(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Deals")
    words = {"Proposal": "Quote out", "Closed Won": "Won", "Prospecting": "Pilot run"}
    rows_at(book, sheet, 0, [[words.get(cell, cell) for cell in row] for row in ENGLISH_ROWS])


def with_dates_as_text(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Deals")
    texts = [[f"{cell:%d.%m.%Y}" if isinstance(cell, dt.date) else cell for cell in row] for row in ENGLISH_ROWS]
    rows_at(book, sheet, 0, texts)


def with_formulas(book: xlsxwriter.Workbook) -> None:
    sheet = book.add_worksheet("Deals")
    rows_at(book, sheet, 0)
    sheet.write("H1", "With tax")
    for number, row in enumerate(ENGLISH_ROWS, start=2):
        sheet.write_formula(f"H{number}", f"=E{number}*1.19", None, (row[4] or 0) * 1.19)


def with_a_chart_beside(book: xlsxwriter.Workbook) -> None:
    rows_at(book, book.add_worksheet("Deals"), 0)
    board = book.add_worksheet("Board")
    board.write_formula("A1", "=SUM(Deals!E2:E4)", None, 6500)
    chart = book.add_chart({"type": "column"})
    chart.add_series({"categories": "=Deals!$A$2:$A$4", "values": "=Deals!$E$2:$E$4"})
    board.insert_chart("B3", chart)
    sheet = book.add_chartsheet("Full page")
    pie = book.add_chart({"type": "pie"})
    pie.add_series({"values": "=Deals!$E$2:$E$4"})
    sheet.set_chart(pie)


def rows_at(
    book: xlsxwriter.Workbook, sheet: xlsxwriter.worksheet.Worksheet, top: int, rows: list[list[object]] | None = None
) -> None:
    """Write the English tracker with its header in row ``top`` + 1."""
    day = book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(top, 0, ENGLISH)
    for number, row in enumerate(rows or ENGLISH_ROWS, start=top + 1):
        for column, cell in enumerate(row):
            if isinstance(cell, dt.date):
                sheet.write_datetime(number, column, cell, day)
            elif cell is not None:
                sheet.write(number, column, cell)


TRACKERS: list[Callable[[xlsxwriter.Workbook], None]] = [
    german, below_a_merged_title, with_a_second_sheet, with_totals, banded_by_hand, as_a_table, with_own_stage_words,
    with_dates_as_text, with_formulas, with_a_chart_beside,
]  # fmt: skip


@pytest.fixture
def make_tracker(tmp_path: Path) -> Callable[[Callable[[xlsxwriter.Workbook], None]], Path]:
    def make(build: Callable[[xlsxwriter.Workbook], None]) -> Path:
        path = tmp_path / "tracker.xlsx"
        with xlsxwriter.Workbook(str(path), {"strings_to_urls": False}) as book:
            build(book)
        return path

    return make


@pytest.mark.slow
@pytest.mark.parametrize("build", TRACKERS, ids=lambda build: build.__name__)
def test_a_tracker_is_adopted_and_refreshed_and_keeps_what_it_had(build, make_tracker):
    path = make_tracker(build)
    before = members(path)
    grid = _cells(path)
    adoption = adopt(path)
    once = path.read_bytes()
    adopt(path)
    assert path.read_bytes() == once, "adopting again changes nothing"
    summary = refresh(path, as_of=AS_OF)
    assert (adoption.leads, summary.leads) == (3, 3)
    after = members(path)
    leads_part = f"xl/worksheets/sheet{1 + [*grid].index(adoption.sheet)}.xml"
    theirs = before.keys() - INDEXES - {leads_part, f"xl/worksheets/_rels/{leads_part.rpartition('/')[2]}.rels"}
    theirs -= {name for name in before if name.startswith("xl/tables/")}
    assert [name for name in sorted(theirs) if after.get(name) != before[name]] == []
    for sheet, cells in grid.items():
        now = _cells(path)[sheet]
        assert {place: now.get(place) for place in cells} == cells, "no cell of theirs was renamed or moved"


def _cells(path: Path) -> dict[str, dict[str, object]]:
    """Return every filled cell of each worksheet, formulas as formulas."""
    book = openpyxl.load_workbook(path)
    return {
        sheet.title: {
            cell.coordinate: cell.value for row in sheet.iter_rows() for cell in row if cell.value is not None
        }
        for sheet in book.worksheets
    }


def _leads(path: Path) -> Typed:
    contents = ClosedBook.open(path).contents
    return read_records(contents, read_playbook(contents)[0])[0].leads


def test_german_headers_amounts_and_dates_are_read(make_tracker):
    path = make_tracker(german)
    adopt(path)
    summary = refresh(path, as_of=AS_OF)
    leads = _leads(path).frame
    assert leads["company"].tolist() == ["Müller GmbH", "Öl & Gas AG", "Weiß KG"]
    assert leads["amount"].tolist() == [1200.5, 12000, 800]
    assert leads["close_date"].dt.date.tolist() == [dt.date(2027, 3, 31), dt.date(2026, 6, 15), dt.date(2026, 2, 1)]
    assert leads["stage_class"].tolist() == ["open", "won", "lost"]
    assert (summary.open_leads, summary.open_amount) == (1, 1200.5)


@pytest.mark.parametrize("build", [below_a_merged_title, with_dates_as_text, with_a_chart_beside, as_a_table],
                         ids=lambda build: build.__name__)  # fmt: skip
def test_the_numbers_are_those_of_the_rows(build, make_tracker):
    path = make_tracker(build)
    adopt(path)
    summary = refresh(path, as_of=AS_OF)
    # Proposal 4,000 at 50 % and a prospect without an amount; the won deal is no longer open.
    assert (summary.open_leads, summary.open_amount, summary.weighted_amount) == (2, 4000, 2000)


def test_a_table_with_excels_own_name_keeps_name_filter_and_headers(make_tracker):
    path = make_tracker(as_a_table)
    adoption = adopt(path)
    assert (adoption.table, adoption.made_table) == ("Table1", False)
    before = members(path)["xl/tables/table1.xml"]
    refresh(path, as_of=AS_OF)
    assert b'displayName="Table1"' in before
    assert b"<autoFilter" in members(path)["xl/tables/table1.xml"]


def test_a_totals_row_below_an_adopted_range_moves_down_for_imported_leads(make_tracker, tmp_path):
    path = make_tracker(with_totals)
    adoption = adopt(path)
    assert any("Row 5 below the leads" in note for note in adoption.notes)
    (tmp_path / "new.csv").write_text("Account,Email,Status\nGnu,d@gnu.example,Proposal\n", encoding="utf-8")
    before = _cells(path)["Deals"]
    import_files([tmp_path / "new.csv"], path, as_of=AS_OF)
    cells = _cells(path)["Deals"]
    assert (cells["A5"], cells["A6"]) == ("Gnu", before["A5"])
    sums = [cell for cell, text in before.items() if cell.endswith("5") and str(text).startswith("=")]
    assert sums
    for cell in sums:
        assert cells[f"{cell[:-1]}6"] == before[cell].replace("4)", "5)")


def test_formulas_of_theirs_are_still_formulas_after_a_refresh(make_tracker):
    path = make_tracker(with_formulas)
    adopt(path)
    refresh(path, as_of=AS_OF)
    cells = _cells(path)["Deals"]
    assert [cells[f"H{row}"] for row in (2, 3, 4)] == ["=E2*1.19", "=E3*1.19", "=E4*1.19"]


@pytest.mark.parametrize("deals_as_well", [False, True])
def test_a_list_of_whom_to_call_is_taken_where_there_is_no_list_of_deals(make_tracker, deals_as_well):
    def build(book: xlsxwriter.Workbook) -> None:
        calls = book.add_worksheet("Calls")
        rows = [["Company", "Phone", "Last contacted"], ["Ox", "030 1234567", "2026-10-01"], ["Elk", "030 7654321", ""]]
        for number, row in enumerate(rows):
            calls.write_row(number, 0, row)
        if deals_as_well:
            rows_at(book, book.add_worksheet("Deals"), 0)

    path = make_tracker(build)
    adopt(path)
    assert _leads(path).table.sheet == ("Deals" if deals_as_well else "Calls")


def test_a_range_of_employees_is_read_and_not_to_be_corrected(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.active.append(["Company", "Status", "Employees"])
    for at, size in enumerate(["11-50", "< 10", "ca. 250", 12.5]):
        book.active.append([f"Ox {at}", "Proposal", size])
    path = tmp_path / "tracker.xlsx"
    book.save(path)
    adopt(path)
    found = [(issue.code, issue.row) for issue in check(path, as_of=AS_OF).issues]
    assert [row for code, row in found if code == "LB117"] == [5]
    contents = ClosedBook.open(path).contents
    leads = read_records(contents, read_playbook(contents)[0])[0].leads.frame
    assert leads["employees"].tolist() == [30, 5, 250, 12.5]


def test_a_sellers_next_action_stays_their_next_step_beside_the_column_of_that_name_that_leadbook_adds(tmp_path):
    path = tmp_path / "calls.xlsx"
    book = xlsxwriter.Workbook(path)
    sheet = book.add_worksheet("Calls")
    sheet.write_row(0, 0, ["Company", "Email", "Status", "Deal size", "Next action", "Next action due", "Last touched"])
    for row, (company, action) in enumerate([("Ox Ltd", "Ring back"), ("Elk Inc", "Send deck"), ("Yak plc", "")], 1):
        sheet.write_row(row, 0, [company, f"a@{company[:2].lower()}.example", "Qualified", 900, action])
        sheet.write_string(row, 5, "25/11/2026" if action else "")
        sheet.write_string(row, 6, "19/11/2026")
    book.close()
    adopt(path)
    refresh(path, as_of=AS_OF)
    contents = ClosedBook.open(path).contents
    records, _ = read_records(contents, read_playbook(contents)[0])
    leads = records.leads
    assert leads.headers["next_step"] == "Next action"
    assert leads.frame["next_step"].tolist() == ["Ring back", "Send deck", ""]
    assert leads.frame["next_step_date"].dt.date.tolist()[:2] == [dt.date(2026, 11, 25)] * 2
    assert leads.frame["last_activity"].dt.date.tolist() == [dt.date(2026, 11, 19)] * 3
    rows = openpyxl.load_workbook(path)["Calls"].iter_rows(values_only=True)
    names = next(rows)
    said = [dict(zip(names, row, strict=True)) for row in rows]
    assert [row["Next action"] for row in said] == ["Ring back", "Send deck", None]
    assert all(row["Next Action (leadbook)"] for row in said)
    once = members(path)
    again = adopt(path)  # leadbook's own column is no next step of theirs
    assert again.mapping.keys["next_step"] == "Next action"
    assert members(path) == once
