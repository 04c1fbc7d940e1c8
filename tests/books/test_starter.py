"""The workbook a team starts with, and leadbook's tables in a workbook that exists."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import xlsxwriter
from msgspec import structs
from openpyxl import load_workbook

from leadbook.books.closed import ClosedBook
from leadbook.books.render import render_book
from leadbook.books.starter import GENERATED, ORDER, add_to, starter_bytes
from leadbook.model.columns import TABLES, WHEN_NEEDED
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import LeadbookError
from leadbook.model.locate import SETTINGS_TABLES, find_table
from leadbook.model.playbook import Rep
from leadbook.model.settings import read_playbook
from leadbook.sheets.blank_tables import leads_sheet
from leadbook.sheets.settings import settings_sheet
from leadbook.sheets.spec import Sheet, Table, TableColumn

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


@pytest.fixture
def starter(tmp_path: Path) -> Path:
    path = tmp_path / "leads.xlsx"
    path.write_bytes(starter_bytes(DEFAULT_PLAYBOOK))
    return path


def opened(path: Path):
    with path.open("rb") as file:
        return load_workbook(file)


def tracker(path: Path, *tables: tuple[str, str, list[str]], names: tuple[str, ...] = ()) -> Path:
    """Write a team's own workbook: each table with its sheet and headers, and one row of text."""
    book = xlsxwriter.Workbook(str(path))
    for sheet, table, headers in tables:
        columns = [{"header": header} for header in headers]
        book.add_worksheet(sheet).add_table(
            0, 0, 1, len(headers) - 1, {"name": table, "columns": columns, "data": [["x"] * len(headers)]}
        )
    for name in names:
        book.define_name(name, f"='{tables[0][0]}'!$A$1")
    book.close()
    return path


DEALS = ("Deals", "tblDeals", ["Company", "Deal Owner", "Deal Stage", "Deal Value", "Close Date"])


def test_a_new_workbook_has_every_sheet_in_order(starter: Path) -> None:
    book = opened(starter)
    assert book.sheetnames == list(ORDER)
    assert book.active.title == "Today"
    for table, columns in TABLES.items():
        [sheet] = [sheet for sheet in book if table in sheet.tables]
        there = [cell.header for cell in columns if table != "Leads" or cell.key not in WHEN_NEEDED]
        assert there == sheet.tables[table].column_names


def test_its_settings_read_back_as_the_playbook_and_nothing_is_at_fault(starter: Path) -> None:
    playbook, issues = read_playbook(ClosedBook.open(starter).contents)
    assert playbook == DEFAULT_PLAYBOOK
    assert issues == []


def test_its_generated_sheets_are_leadbooks_from_the_start(starter: Path) -> None:
    book = ClosedBook.open(starter)
    assert all(book.has_sheet(name) for name in GENERATED)
    assert all(book.sheet_name(name) == name for name in GENERATED)
    assert all(opened(starter).defined_names[f"_leadbook_{name}"].hidden for name in GENERATED)


def test_it_passes_the_validator(starter: Path, ooxml_validator: Callable[[Path], list[dict[str, str]]]) -> None:
    assert ooxml_validator(starter) == []


def test_it_lacks_nothing(starter: Path) -> None:
    book = ClosedBook.open(starter)
    add_to(book, DEFAULT_PLAYBOOK)
    before = starter.read_bytes()
    book.save()
    assert starter.read_bytes() == before


def test_records_fill_its_tables(tmp_path: Path) -> None:
    path = tmp_path / "sample.xlsx"
    path.write_bytes(
        starter_bytes(DEFAULT_PLAYBOOK, {"Leads": [{"lead_id": "L-1", "company": "=Alder"}, {"lead_id": "L-2"}]})
    )
    table = ClosedBook.open(path).contents.tables["Leads"]
    assert table.cells[0] == ["L-1", "L-2"]
    assert opened(path)["Leads"]["B2"].data_type == "s"


@pytest.mark.slow
def test_a_tracker_gets_what_it_lacks_at_its_end(
    tmp_path: Path, new_validator_errors: Callable[[Path, Path], list[str]]
) -> None:
    path = tracker(tmp_path / "tracker.xlsx", DEALS)
    original = Path(shutil.copy(path, tmp_path / "original.xlsx"))
    book = ClosedBook.open(path)
    add_to(book, DEFAULT_PLAYBOOK)
    assert book.plan.sheets_added == [name for name in ORDER if name != "Leads"]
    book.save()
    assert opened(path).sheetnames == ["Deals", *(name for name in ORDER if name != "Leads")]
    assert new_validator_errors(original, path) == []
    again = ClosedBook.open(path)
    assert again.contents.tables["tblDeals"].cells == [["x"]] * 5
    add_to(again, DEFAULT_PLAYBOOK)
    assert again.plan.sheets_added == again.plan.sheets_replaced == []


def test_only_what_was_asked_for(tmp_path: Path) -> None:
    book = ClosedBook.open(tracker(tmp_path / "tracker.xlsx", DEALS))
    add_to(book, DEFAULT_PLAYBOOK, only=("Settings", "History"))
    assert book.plan.sheets_added == ["History", "Settings"]
    assert book.table_name("History") == "History"
    book.append_rows(book.table_name("History"), [(None, "L-1", "created")])
    book.save()
    assert ClosedBook.open(tmp_path / "tracker.xlsx").contents.tables["History"].rows.tolist() == [2]


def test_settings_of_an_older_leadbook_get_the_tables_they_lack_and_no_figure_changes(
    tmp_path: Path, new_validator_errors: Callable[[Path, Path], list[str]]
) -> None:
    later = {"Milestones", "Objections", "Rates", "Holidays"}
    options = structs.replace(DEFAULT_PLAYBOOK.options, base_currency="USD")
    team = structs.replace(DEFAULT_PLAYBOOK, options=options, reps=(Rep("Ana Costa"),))
    older = structs.replace(settings_sheet(team, only=set(SETTINGS_TABLES) - later), name="Settings")
    path = tmp_path / "older.xlsx"
    path.write_bytes(render_book([leads_sheet(team), older]))
    original = Path(shutil.copy(path, tmp_path / "original.xlsx"))
    book = ClosedBook.open(path)
    before, _ = read_playbook(book.contents)
    add_to(book, DEFAULT_PLAYBOOK, only=("Settings", "History"))
    assert book.plan.sheets_added == ["History"]  # a table that somebody deleted does not return with each refresh

    book = ClosedBook.open(path)
    add_to(book, DEFAULT_PLAYBOOK)
    told = "Settings had no tables Milestones, Objections, Rates and Holidays; they stand on the sheet More Settings."
    assert book.plan.notes == [told]
    book.save()
    assert new_validator_errors(original, path) == []
    again = ClosedBook.open(path)
    after, issues = read_playbook(again.contents)
    assert issues == []
    assert after.milestones == DEFAULT_PLAYBOOK.milestones
    assert after.answers == DEFAULT_PLAYBOOK.answers
    assert (before.rates, before.milestones) == ({"USD": 1.0}, ())
    assert structs.replace(after, milestones=(), answers=(), rate_dates={}) == before
    add_to(again, DEFAULT_PLAYBOOK)
    assert again.plan.is_empty


def test_a_settings_table_with_the_teams_own_headers_is_there(tmp_path: Path) -> None:
    others = set(SETTINGS_TABLES) - {"Milestones"}
    theirs = TableColumn("Step"), TableColumn("Begins"), TableColumn("Lasts")
    sheet = structs.replace(settings_sheet(DEFAULT_PLAYBOOK, only=others), name="Settings")
    own = Sheet("Steps", tables=[Table("Milestones", 1, 1, theirs, [("Kick-off", 0, 1)])])
    path = tmp_path / "team.xlsx"
    path.write_bytes(render_book([leads_sheet(DEFAULT_PLAYBOOK), sheet, own]))
    book = ClosedBook.open(path)
    add_to(book, DEFAULT_PLAYBOOK)
    assert book.plan.notes == []
    assert [step.name for step in read_playbook(book.contents)[0].milestones] == ["Kick-off"]


@pytest.mark.slow
def test_names_the_team_uses_for_something_else_are_left_to_it(
    tmp_path: Path, new_validator_errors: Callable[[Path, Path], list[str]]
) -> None:
    path = tracker(
        tmp_path / "tracker.xlsx",
        DEALS,
        ("Settings", "Options", ["Colour", "Size"]),
        ("History", "History", ["Year", "Event"]),
        names=("Stages", "Activities"),
    )
    original = Path(shutil.copy(path, tmp_path / "original.xlsx"))
    book = ClosedBook.open(path)
    add_to(book, DEFAULT_PLAYBOOK)
    book.save()
    assert "Settings (leadbook)" in opened(path).sheetnames
    assert new_validator_errors(original, path) == []
    again = ClosedBook.open(path)
    tables = again.contents.tables
    assert {
        "Options",
        "Leadbook_Options",
        "History",
        "Leadbook_History",
        "Leadbook_Stages",
        "Leadbook_Activities",
    } <= set(tables)
    assert tables["History"].cells == [["x"], ["x"]]
    assert again.table_name("History") == "Leadbook_History"
    found = find_table(again.contents, "Stages")
    assert found is not None
    assert found.name == "Leadbook_Stages"
    playbook, _ = read_playbook(again.contents)
    assert playbook.stages == DEFAULT_PLAYBOOK.stages
    # Dropdowns follow the new names.
    sources = {
        rule.formula1
        for sheet in opened(path)
        for rule in sheet.data_validations.dataValidation
        if "INDIRECT" in str(rule.formula1)
    }
    assert not any('("Stages[' in source for source in sources)
    add_to(again, DEFAULT_PLAYBOOK)
    assert again.plan.sheets_added == []


def test_a_sheet_of_a_generated_name_stays_the_teams(tmp_path: Path) -> None:
    path = tracker(tmp_path / "tracker.xlsx", DEALS, ("Pipeline", "tblMine", ["A", "B"]))
    book = ClosedBook.open(path)
    add_to(book, DEFAULT_PLAYBOOK)
    book.save()
    assert "Pipeline (leadbook)" in opened(path).sheetnames
    assert ClosedBook.open(path).sheet_name("Pipeline") == "Pipeline (leadbook)"


def test_settings_tables_are_all_there(starter: Path) -> None:
    contents = ClosedBook.open(starter).contents
    assert set(SETTINGS_TABLES) <= set(contents.tables)


@pytest.mark.slow
def test_real_workbooks_keep_everything_and_gain_no_error(
    tmp_path: Path, shared_data: Path, new_validator_errors: Callable[[Path, Path], list[str]]
) -> None:
    """Slicers, pivots, threaded comments, form controls, macros: all of it survives the whole way in and out."""
    done, refused = [], {}
    for original in sorted((shared_data / "corpus").glob("*.xls?")):
        path = Path(shutil.copyfile(original, tmp_path / original.name))  # without its read-only mark
        before = path.read_bytes()
        try:
            book = ClosedBook.open(path)
            add_to(book, DEFAULT_PLAYBOOK)
            book.save()
        except LeadbookError as failure:
            refused[original.name] = str(failure)
            assert path.read_bytes() == before
            continue
        done.append(original.name)
        assert new_validator_errors(original, path) == [], original.name
        assert set(GENERATED) <= {
            name.removesuffix(" (leadbook)") for name in ClosedBook.open(path).contents.sheet_names
        }
    assert len(done) >= 20, refused
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in refused.values()), refused
    assert any("sign" in sentence for sentence in refused.values())
    assert any("password" in sentence for sentence in refused.values())
