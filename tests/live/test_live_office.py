"""The same refresh in a real LibreOffice: what is written calculates, and the seller's own formulas follow."""

from __future__ import annotations

import datetime as dt
import math

import pytest
from openpyxl import load_workbook
from small_books import HEADERS, lead, write_leads
from watching import WATCH, failing_at

from leadbook import macros
from leadbook.books.closed import ClosedBook
from leadbook.books.live.book import LiveBook
from leadbook.books.live.calls import Calls
from leadbook.books.live.reading import read_tables
from leadbook.books.live.seam import seam_of
from leadbook.model.issues import BookRefusedError
from leadbook.run.live import refresh_open
from leadbook.sheets.spec import Formula

DAY = dt.date(2026, 11, 20)
GENERATED = ("Today", "Pipeline", "Forecast", "Issues", "Duplicates", "Scorecard")
pytestmark = pytest.mark.slow


def with_own_formulas(book, sheet):
    own = book.add_worksheet("Mine")
    own.write_formula("A1", "=SUM(Leads[Amount])", None, 0)


@pytest.fixture
def book(in_office, tmp_path):
    return in_office(write_leads(tmp_path / "leads.xlsx", 40, more=with_own_formulas))


def specs_of(book, monkeypatch):
    """Refresh, and return the sheets as they were laid out."""
    laid = {}
    put = LiveBook.put_sheets

    def seen(self, sheets):
        laid.update({sheet.name: sheet for sheet in sheets})
        put(self, sheets)

    monkeypatch.setattr(LiveBook, "put_sheets", seen)
    refresh_open(book, as_of=DAY, journal_folder=None)
    return laid


def same(one, other):
    if isinstance(other, bool) or isinstance(one, bool):
        return bool(one) == bool(other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-6)
    return (one or "") == (other or "")


def test_every_formula_calculates_what_was_worked_out(in_office, sample, monkeypatch):
    book = in_office(sample)
    laid = specs_of(book, monkeypatch)
    book.app.calculate()
    compared, wrong = 0, []
    for name in GENERATED:
        sheet = book.sheets[name]
        shown = sheet.range((1, 1), (400, 30)).options(ndim=2, err_to_str=True).value
        for cell in laid[name].cells:
            if isinstance(cell.content, Formula) and not isinstance(cell.content.value, dt.date):
                compared += 1
                if not same(shown[cell.row - 1][cell.column - 1], cell.content.value):
                    wrong.append((name, cell.row, cell.column, cell.content, shown[cell.row - 1][cell.column - 1]))
    assert compared > 100
    assert not wrong, (len(wrong), wrong[:5])


def test_a_sellers_formula_onto_a_generated_sheet_survives_refreshes(book):
    refresh_open(book, as_of=DAY, journal_folder=None)
    mine = book.sheets["Mine"]
    mine.range("B1").formula = "=Pipeline!B2"
    mine.range("B2").formula = "=COUNTA(Today!A1:A40)"
    first = mine.range("B2").value
    book.sheets["Leads"].range((2, HEADERS.index("Stage") + 1)).value = "Lost"
    refresh_open(book, as_of=DAY, journal_folder=None)
    assert mine.range("B1").formula == "=Pipeline!B2"
    assert "#REF!" not in str(mine.range("B1").value)
    assert mine.range("B2").value == pytest.approx(first, abs=3)
    assert mine.range("A1").value == sum(lead(number)[5] for number in range(1, 41))


def test_text_stays_text_and_reads_back_as_the_file_does(book, tmp_path):
    mine = book.sheets["Mine"]
    mine.range("A5:A6").raw_value = [["'007"], ["007"]]
    assert mine.range("A5:A6").value == ["007", 7]
    live = read_tables(book, Calls(), seam_of(book), frozenset())[0].tables["Leads"]
    closed = ClosedBook.open(tmp_path / "leads.xlsx").contents.tables["Leads"]
    assert [list(cells) for cells in live.cells] == [list(cells) for cells in closed.cells]
    refresh_open(book, as_of=DAY, journal_folder=None)
    after = read_tables(book, Calls(), seam_of(book), frozenset())[0].tables["Leads"]
    assert [list(cells) for cells in after.cells[: len(HEADERS)]] == [list(cells) for cells in closed.cells]


def test_an_error_in_mid_write_puts_the_list_back(book):
    before = book.sheets["Leads"].range("A1:Z60").options(ndim=2).value
    with WATCH.doing(failing_at("Table.resize")), pytest.raises(BookRefusedError, match="Nothing was changed"):
        refresh_open(book, as_of=DAY, journal_folder=None)
    assert book.sheets["Leads"].range("A1:Z60").options(ndim=2).value == before
    assert [sheet.name for sheet in book.sheets] == ["Leads", "Mine"]


@pytest.mark.filterwarnings("ignore:Failed to load a conditional formatting rule:UserWarning")  # LibreOffice's scale
def test_what_is_saved_has_the_sheets_tables_names_and_charts(book, tmp_path):
    refresh_open(book, as_of=DAY, journal_folder=None)
    book.save(tmp_path / "saved.xlsx")
    saved = load_workbook(tmp_path / "saved.xlsx")
    assert set(GENERATED) <= set(saved.sheetnames)
    assert {"TodayList", "DuplicatesList"} <= {name for sheet in saved for name in sheet.tables}
    assert "leadbook_issue_ids" in saved.defined_names
    assert saved["Pipeline"]._charts
    assert saved["Leads"].conditional_formatting


def test_a_click_runs_from_the_button_to_the_sheets(in_office, tmp_path, monkeypatch):
    """The macro's own Python command is what is run; a shim stands where xlwings starts a process."""
    from com.sun.star.uno import Exception as OfficeError

    from leadbook.books.vba.actions import module_source

    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    book = in_office(write_leads(tmp_path / "leads.xlsx", 30, more=with_own_formulas))
    libraries = book.impl._doc.BasicLibraries
    if not libraries.hasByName("Standard"):
        libraries.createLibrary("Standard")
    library = libraries.getByName("Standard")
    shim = (
        "Option VBASupport 1\nPublic Function RunPython(cmd As String)\n"
        '    ThisComponent.Sheets.getByName("Mine").getCellRangeByName("Z1").String = cmd\nEnd Function\n'
    )
    library.insertByName("xlwings", shim)
    library.insertByName("Leadbook", "Option VBASupport 1\n" + module_source().replace("Option Explicit\n", ""))
    try:
        book.app.macro("Standard.Leadbook.Leadbook_Refresh")()
    except OfficeError as failure:
        pytest.fail(f"the macro did not run: {failure}")
    command = book.sheets["Mine"].range("Z1").value
    assert command == "from leadbook import macros; macros.refresh()"
    book.set_mock_caller()
    exec(command, {})  # noqa: S102 - the very command that the button hands to Python
    alerts = [what for name, what in book.app.impl._log if name == "alert"]
    assert alerts[-1].startswith("30 leads: "), alerts
    assert book.sheets["Today"].range("A1").value
    assert macros.__all__ == ["check", "propose", "refresh", "today", "undo"]
