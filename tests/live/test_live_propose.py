"""Propose on the open workbook: the selected leads' documents, their rows in it, and one sentence."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from openpyxl.worksheet.views import Selection
from watching import WATCH, failing_at

from leadbook import macros
from leadbook.books.live.seam import View, seam_of
from leadbook.books.starter import starter_bytes
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.run.live import propose_open, undo_open

COMPANIES = ("Alder Works", "Birch Labs", "Cedar Shops")
LINK = '=HYPERLINK("Proposals/Proposal - Alder Works - v1.docx","{}")'


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Keep the seller's real profile out of it, on every system."""
    monkeypatch.setattr(macros, "kept_folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def path(tmp_path):
    leads = [
        {"lead_id": f"L-{at}", "company": company, "stage": "Proposal", "owner": "Ana", "problem": "Slow quotes",
         "first_name": "Emma", "last_name": "Berg", "score": 50}
        for at, company in enumerate(COMPANIES, 1)
    ]  # fmt: skip
    leads[2]["stage"] = "Lost"
    lines = [{"lead_id": f"L-{at}", "product": "Plan", "quantity": 2, "unit_price": 50.25, "tax_percent": 0.2}
             for at in (1, 2, 3)]  # fmt: skip
    target = tmp_path / "team" / "leads.xlsx"
    target.parent.mkdir()
    target.write_bytes(starter_bytes(DEFAULT_PLAYBOOK, {"Leads": leads, "Quote Lines": lines}))
    return target


@pytest.fixture
def book(opened, path):
    return opened(path)


def select(book, cells, sheet="Leads"):
    book.impl._wb.active = book.impl._wb[sheet]
    book.impl._wb[sheet].sheet_view.selection = [Selection(activeCell=cells.partition(":")[0], sqref=cells)]


def alerts(book):
    return [text for name, text in book.app.impl._log if name == "alert"]


def held(book, sheet, row):
    return [cell.value for cell in book.impl._wb[sheet][row]]


def of_lead(book, header, row):
    page = book.impl._wb["Leads"]
    return next((cell.value for cell in page[row] if page.cell(1, cell.column).value == header), None)


def test_a_click_writes_the_selected_leads_proposal_beside_the_workbook_and_logs_it(book, path):
    before = path.read_bytes()
    select(book, "C2")
    macros.propose(book)
    [said] = alerts(book)
    folder = path.parent / "Proposals"
    assert said.startswith(f"1 proposal written to {folder}, total 120.60 EUR.")
    assert "save it to keep the proposal's row" in said
    assert "Before you send it: Leads!" in said
    assert [one.name for one in folder.iterdir()] == ["Proposal - Alder Works - v1.docx"]
    day, lead, version, file, total, currency, until, status = held(book, "Proposals", 2)
    assert (lead, version, total, currency, status) == ("L-1", 1, 120.6, "EUR", "Written")
    assert file == LINK.format("Proposals/Proposal - Alder Works - v1.docx")
    assert until - day == 30
    assert of_lead(book, "Latest Proposal", 2) == LINK.format("v1 Written")
    assert of_lead(book, "Latest Proposal", 3) is None
    assert path.read_bytes() == before  # saving stays the seller's


def test_a_second_click_counts_on_and_undo_takes_its_row_back(book, path):
    select(book, "A2")
    macros.propose(book)
    macros.propose(book)
    assert [held(book, "Proposals", row)[2] for row in (2, 3)] == [1, 2]
    macros.undo(book)
    assert alerts(book)[2].startswith("The workbook's cells are as they were before leadbook last wrote to it")
    assert held(book, "Proposals", 3)[:3] == [None, None, None]
    assert of_lead(book, "Latest Proposal", 2) == LINK.format("v1 Written")
    assert len(list((path.parent / "Proposals").iterdir())) == 2


def test_several_selected_leads_are_written_and_a_refused_one_is_told_with_its_cell(book, path):
    select(book, "B2:D4")
    macros.propose(book)
    [said] = alerts(book)
    assert said.startswith("2 proposals written to ")
    assert "; 1 lead left out." in said
    assert "L-3 Cedar Shops: Leads!S4: " in said
    assert len(list((path.parent / "Proposals").iterdir())) == 2


def test_a_refused_lead_is_one_alert_and_nothing_is_written(book, path):
    select(book, "B4")
    macros.propose(book)
    [said] = alerts(book)
    assert said.startswith("No proposal was written; 1 lead left out.\n\nL-3 Cedar Shops: Leads!S4: ")
    assert not (path.parent / "Proposals").exists()
    assert of_lead(book, "Latest Proposal", 4) is None


@pytest.mark.parametrize(("cells", "sheet"), [("A1", "Leads"), ("B2", "Settings"), ("A400", "Leads")])
def test_where_no_lead_is_selected_it_says_where_to_click(book, path, cells, sheet):
    select(book, cells, sheet)
    macros.propose(book)
    [said] = alerts(book)
    assert said.startswith("Select a cell in the row of a lead on the sheet Leads, and click again.")
    assert not (path.parent / "Proposals").exists()


def test_a_lead_selected_on_today_is_the_lead_of_that_id(book, path):
    macros.refresh(book)
    page = book.impl._wb["Today"]
    cell = next(cell for row in page.iter_rows() for cell in row if str(cell.value).endswith(',"L-2")'))
    select(book, f"F{cell.row}", "Today")
    macros.propose(book)
    assert alerts(book)[-1].startswith(f"1 proposal written to {path.parent / 'Proposals'}")
    assert [row[1] for row in book.impl._wb["Proposals"].iter_rows(min_row=2, max_row=2, values_only=True)] == ["L-2"]


def test_unsaved_edits_count(book, path):
    page = book.impl._wb["Leads"]
    [column] = [cell.column for cell in page[1] if cell.value == "Company"]
    book.sheets["Leads"].range((2, column)).value = "Renamed Ltd"
    select(book, "A2")
    macros.propose(book)
    assert [one.name for one in (path.parent / "Proposals").iterdir()] == ["Proposal - Renamed Ltd - v1.docx"]


@pytest.mark.parametrize("told", ["https://firm.sharepoint.com/sites/Sales/leads.xlsx", "leads.xlsx"])
def test_a_workbook_in_no_folder_has_its_documents_among_the_sellers(book, path, tmp_path, monkeypatch, told):
    from leadbook.run.proposing import selected

    monkeypatch.setattr(selected, "_documents", lambda: tmp_path / "Documents")
    book.impl._path = told
    select(book, "A2")
    macros.propose(book)
    [said] = alerts(book)
    folder = tmp_path / "Documents" / "Proposals"
    assert [one.name for one in folder.iterdir()] == ["Proposal - Alder Works - v1.docx"]
    assert f"the documents are in {folder}" in said
    assert held(book, "Proposals", 2)[3] == str(folder / "Proposal - Alder Works - v1.docx")
    assert of_lead(book, "Latest Proposal", 2) == "v1 Written"
    assert not (path.parent / "Proposals").exists()


def test_when_excel_fails_while_writing_no_document_and_no_row_stays(book, path):
    select(book, "A2")
    with WATCH.doing(failing_at("Table.resize", error=RuntimeError("gone"))):
        macros.propose(book)
    assert not (path.parent / "Proposals").exists()
    select(book, "A2")
    macros.propose(book)
    assert held(book, "Proposals", 2)[1:3] == ["L-1", 1]


def test_a_workbook_without_the_table_gets_it(opened, tmp_path, path):
    import openpyxl

    bare = Path(shutil.copy(path, tmp_path / "bare.xlsx"))
    loaded = openpyxl.load_workbook(bare)
    del loaded["Proposals"]
    loaded.save(bare)
    book = opened(bare)
    select(book, "A3")
    macros.propose(book)
    assert alerts(book)[0].startswith("1 proposal written to ")
    assert held(book, "Proposals", 2)[1] == "L-2"


def test_rows_that_a_filter_hides_get_no_proposal(book, path):
    book.impl._wb["Leads"].row_dimensions[3].hidden = True
    select(book, "A2:A3")
    macros.propose(book)
    assert [one.name for one in (path.parent / "Proposals").iterdir()] == ["Proposal - Alder Works - v1.docx"]


def test_an_undo_after_sorting_puts_no_link_at_another_lead(book):
    select(book, "A2")
    macros.propose(book)
    page = book.sheets["Leads"]
    first, second = page.range((2, 1)).value, page.range((3, 1)).value
    page.range((2, 1)).value, page.range((3, 1)).value = second, first
    macros.undo(book)
    assert alerts(book)[1].startswith("The list on sheet Leads was sorted")
    assert of_lead(book, "Latest Proposal", 2) == LINK.format("v1 Written")


def test_the_command_from_outside_does_the_same_and_tells_by_its_exit_code(book, path, monkeypatch, capsys, own_folder):
    from leadbook.cli.arguments import parser

    monkeypatch.setattr("leadbook.run.live.open_book", lambda _: book)
    monkeypatch.setattr("leadbook.run.clicking.kept_folder", lambda: own_folder)
    given = parser().parse_args(["live", "propose", "--as-of", "2026-11-20"])
    select(book, "A2")
    assert given.command(given) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("L-1 Alder Works: Proposal - Alder Works - v1.docx, 120.60 EUR, valid until 2026-12-20")
    assert said[-1] == "leads.xlsx is written but not saved; save it in Excel to keep the rows."
    select(book, "A4")
    assert given.command(given) == 1
    assert [one.name for one in (path.parent / "Proposals").iterdir()] == ["Proposal - Alder Works - v1.docx"]


@pytest.mark.slow
def test_a_real_office_gets_the_row_as_dates_amounts_and_a_link_and_gives_it_back(in_office, path, tmp_path):
    book = in_office(path)
    seam_of(book).look_again(book, View("Leads", "A2:B3", 1, 1))
    done = propose_open(book, as_of=dt.date(2026, 11, 20), journal_folder=tmp_path / "kept")
    assert len(done.written) == 2
    page = book.sheets["Proposals"]
    day, *told, until, status = page.range("A2:H2").value
    assert (day.date(), until.date(), status) == (dt.date(2026, 11, 20), dt.date(2026, 12, 20), "Written")
    assert told == ["L-1", 1, "Proposals/Proposal - Alder Works - v1.docx", 120.6, "EUR"]
    assert page.range("D2").formula == LINK.format("Proposals/Proposal - Alder Works - v1.docx")
    undo_open(book, journal_folder=tmp_path / "kept")
    assert page.range("A2:H3").value == [[None] * 8] * 2
