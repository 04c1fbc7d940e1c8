"""What a click answers: one sentence, whatever happens, and only one click at a time."""

from __future__ import annotations

import os
import subprocess
import sys

import openpyxl
import pytest
from buttons_process import run_button
from small_books import HEADERS, write_leads
from watching import WATCH, failing_at

from leadbook import macros
from leadbook.books.vba.actions import ACTIONS
from leadbook.run.clicking import kept_folder, one_at_a_time
from leadbook.run.live import short_money

HOLDER = """
import sys, time
from pathlib import Path
from leadbook.run.clicking import one_at_a_time
with one_at_a_time(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture(autouse=True)
def own_folder(tmp_path, monkeypatch):
    """Keep the seller's real profile out of it, on every system."""
    monkeypatch.setattr(macros, "kept_folder", lambda: tmp_path / "kept")
    return tmp_path / "kept"


@pytest.fixture
def book(opened, tmp_path):
    return opened(write_leads(tmp_path / "leads.xlsx", 12))


def alerts(book):
    return [text for name, text in book.app.impl._log if name == "alert"]


def test_every_button_has_its_function_and_every_function_its_button():
    assert sorted(action.function for action in ACTIONS) == sorted(macros.__all__)


def test_a_refresh_ends_in_one_sentence_and_an_untouched_status_bar(book):
    book.app.impl.status_bar = "my own words"
    macros.refresh(book)
    assert len(alerts(book)) == 1
    said = alerts(book)[0]
    assert said.startswith("12 leads: ")
    assert " stale, " in said
    assert "; forecast " in said
    assert said.endswith(" EUR.")
    steps = [text for name, text in book.app.impl._log if name == "status_bar"]
    assert [step for step in steps if "scoring" in str(step)]
    assert book.app.impl.status_bar == "my own words"


def test_check_and_today_say_what_they_found_and_write_nothing(book):
    before = [[cell.value for cell in row] for row in book.impl._wb["Leads"]]
    macros.check(book)
    macros.today(book)
    counted, first = alerts(book)
    assert counted.startswith("12 leads: ")
    assert first.startswith(("Today: ", "Nothing has to be done"))
    assert book.impl._wb.sheetnames == ["Leads"]
    assert [[cell.value for cell in row] for row in book.impl._wb["Leads"]] == before


@pytest.mark.parametrize("full", [False, True])
def test_a_failure_is_one_plain_sentence_and_its_log_tells_no_cell_unasked(book, own_folder, monkeypatch, full):
    if full:
        monkeypatch.setenv("LEADBOOK_LOG", "full")
    with WATCH.doing(failing_at("Book.names", error=ZeroDivisionError("what a cell says"))):
        macros.refresh(book)
    [said] = alerts(book)
    log = own_folder / "leadbook.log"
    assert said == f"Refresh did not work: something went wrong.\n\nDetails are in {log}"
    kept = log.read_text(encoding="utf-8")
    assert "ZeroDivisionError" in kept
    assert "macros.py" in kept
    assert ("what a cell says" in kept) is full


def test_a_workbook_without_leads_is_told_as_the_command_tells_it(opened, tmp_path):
    path = tmp_path / "none.xlsx"
    openpyxl.Workbook().save(path)
    book = opened(path)
    macros.refresh(book)
    assert "leads" in alerts(book)[0]
    assert "Traceback" not in alerts(book)[0]


def test_a_second_click_is_refused_while_one_is_at_work(book, own_folder):
    with one_at_a_time(own_folder):
        macros.refresh(book)
    assert alerts(book)[0].startswith("leadbook is still at work on your last click.")
    assert book.impl._wb.sheetnames == ["Leads"]


def test_a_lock_ends_with_the_process_that_held_it(book, own_folder):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(own_folder)], stdout=subprocess.PIPE, text=True, env=dict(os.environ)
    )
    try:
        assert holder.stdout.readline().strip() == "held"
        macros.check(book)
        assert alerts(book)[0].startswith("leadbook is still at work")
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    macros.check(book)
    assert alerts(book)[1].startswith("12 leads: ")


def test_undo_gives_the_cells_back_and_says_so(book):
    macros.refresh(book)
    assert book.impl._wb["Leads"].max_column > len(HEADERS)
    macros.undo(book)
    macros.undo(book)
    assert alerts(book)[1].startswith("The workbook's cells are as they were")
    assert alerts(book)[2].startswith("There is nothing to take back")
    assert book.impl._wb["Leads"].cell(1, len(HEADERS) + 1).value is None


def test_without_excel_a_click_says_so_and_ends_well():
    """The literal command of a button, as a process of its own, where there is no Excel."""
    done = subprocess.run(
        [sys.executable, "-B", "-c", "from leadbook import macros; macros.refresh()", "--wb=leads.xlsm", "--from_xl=1",
         "--app=Excel", "--hwnd=1"],
        capture_output=True, text=True, timeout=60, env={**os.environ, "XDG_DATA_HOME": str(kept_folder().parent)},
        check=False,
    )  # fmt: skip
    assert done.returncode == 0
    assert "Traceback" not in done.stderr
    if sys.platform not in {"win32", "darwin"}:
        assert done.stderr.startswith("This needs Excel on Windows or macOS")


def test_the_command_of_a_button_refreshes_the_workbook_it_names(tmp_path):
    """As the module xlwings starts it on Windows, in a process where an engine stands for Excel."""
    path = write_leads(tmp_path / "leads.xlsx", 12)
    done = run_button(path, "from leadbook import macros; macros.refresh()", tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("12 leads: ")
    assert "Today" in openpyxl.load_workbook(tmp_path / "after.xlsx").sheetnames


@pytest.mark.parametrize(
    ("amount", "said"), [(0, "0"), (950.4, "950"), (1_000, "1 k"), (640_400, "640 k"), (999_700, "1.00 M"),
                         (1_284_000, "1.28 M"), (1_284_000_000, "1,284.00 M")],
)  # fmt: skip
def test_money_is_said_as_people_say_it(amount, said):
    assert short_money(amount) == said
