"""Settings that copies changed: lists take what a copy added, everything else is told and never applied."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.model.issues import BookRefusedError

AS_OF = dt.date(2026, 11, 20)


@pytest.fixture
def master(tmp_path: Path) -> Path:
    """A started workbook with two leads, an activity, a rep and a product, marked as what is handed out."""
    path = leadbook.init(tmp_path / "master.xlsx")
    add(path, "Leads", "L-0010", "Firm 10")
    add(path, "Leads", "L-0011", "Firm 11")
    add(path, "Activities", AS_OF, "L-0010", "call")
    add(path, "Reps", "Ana", "ana@firm.example", "North")
    add(path, "Products", "Widget", 100, "EUR")
    add(path, "Holidays", dt.date(2026, 12, 25), "Christmas Day")
    leadbook.refresh(path, as_of=AS_OF)
    leadbook.sync(path, [], as_of=AS_OF)
    return path


def copy_of(master: Path, name: str) -> Path:
    return Path(shutil.copy(master, master.with_name(name)))


def type_in(path: Path, table: str, header: str, row: int, value: object) -> None:
    """Type into a cell of a table, by place from 0."""
    book = ClosedBook.open(path)
    book.correct_cells(table, header, {int(book.contents.tables[table].rows[row]): value})
    book.save()


def add(path: Path, table: str, *row: object) -> None:
    book = ClosedBook.open(path)
    book.append_rows(table, [row])
    book.save()


def delete(path: Path, table: str, row: int) -> None:
    raw = ClosedBook.open(path).contents.tables[table]
    book = openpyxl.load_workbook(path)
    for at in range(len(raw.headers)):
        book[raw.sheet].cell(int(raw.rows[row]), raw.first_column + at).value = None
    book.save(path)


def sync(master: Path, *copies: Path, **more):
    return leadbook.sync(master, copies, as_of=AS_OF, **more)


def table(path: Path, name: str) -> list[tuple[object, ...]]:
    raw = ClosedBook.open(path).contents.find(name)
    return [] if raw is None else list(zip(*raw.cells, strict=True))


def settings(path: Path) -> dict[str, list[tuple[object, ...]]]:
    return {name: table(path, name) for name in ("Stages", "Sla", "Reps", "Options", "Products", "CaseStudies")}


@pytest.mark.slow
def test_a_setting_that_a_copy_changed_is_on_the_sheet_sync_with_both_values_and_never_applied(master: Path) -> None:
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    before = settings(master)
    (held,) = (row[1] for row in before["Sla"][:1])
    type_in(ana, "Sla", "Working Hours", 0, 99)
    type_in(bo, "Sla", "Working Hours", 0, 50)
    for _ in range(2):
        report = sync(master, ana, bo)
        [difference] = report.settings
        assert (difference.header, difference.held) == ("Working Hours", held)
        assert {(claim.copy, claim.value) for claim in difference.claims} == {("ana.xlsx", 99), ("bo.xlsx", 50)}
        [issue] = report.issues
        assert (issue.code, issue.sheet) == ("LB065", "Settings")
        assert "Sla: Hot, Working Hours" in issue.message or "Sla: hot, Working Hours" in issue.message
    assert settings(master) == before
    shown = [row for row in table(master, "SyncConflicts") if row[3] == "Working Hours"]
    assert {(row[0], row[4], row[5], row[6]) for row in shown} == {
        (difference.address, held, 99, "ana.xlsx"), (difference.address, held, 50, "bo.xlsx"),
    }  # fmt: skip
    type_in(master, "Sla", "Working Hours", 0, 99)
    assert {claim.copy for one in sync(master, ana, bo).settings for claim in one.claims} == {"bo.xlsx"}


def test_what_only_the_master_changed_in_settings_is_nobodys_difference(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    type_in(master, "Sla", "Working Hours", 0, 99)
    type_in(master, "Reps", "Team", 0, "Moon")
    delete(master, "Holidays", 0)
    add(master, "Holidays", dt.date(2027, 5, 1), "Labour Day")
    assert not sync(master, ana).settings


def test_a_row_added_or_deleted_in_a_table_that_steers_is_told(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    name = table(master, "Reps")[0][0]
    delete(ana, "Reps", 0)
    add(ana, "Reps", "Zoe", "zoe@firm.example", "South")
    before = settings(master)
    said = {one.who: one for one in sync(master, ana).settings}
    assert settings(master) == before
    assert said["Reps: Zoe"].held is None
    assert said["Reps: Zoe"].claims[0].value == "Zoe; zoe@firm.example; South"
    assert str(said[f"Reps: {name}"].held).startswith(str(name))
    assert said[f"Reps: {name}"].claims[0].value is None


@pytest.mark.slow
def test_products_and_case_studies_that_copies_added_are_there_once_and_do_not_come_back(master: Path) -> None:
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    for path in (ana, bo):
        add(path, "Products", "Gadget", 120, "EUR")
    add(bo, "CaseStudies", "Mill", "Food", "waste", "12 % less")
    count = len(table(master, "Products"))
    report = sync(master, ana, bo)
    [gadget] = table(master, "Products")[count:]
    assert gadget[:5] == ("Gadget", 120, "EUR", None, None)
    assert table(master, "CaseStudies")[-1][:4] == ("Mill", "Food", "waste", "12 % less")
    assert not report.settings
    assert report.rows_added["Products"] == 1
    before = master.read_bytes()
    assert not sync(master, ana, bo).written
    assert master.read_bytes() == before
    delete(master, "Products", count)
    sync(master, ana, bo)
    sync(master, ana, bo)
    assert len(table(master, "Products")) == count


def test_a_product_deleted_in_the_master_stays_away_even_where_the_sheet_sync_was_deleted(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    name = table(master, "Products")[0][0]
    delete(master, "Products", 0)
    book = openpyxl.load_workbook(master)
    del book["Sync"]
    book.save(master)
    sync(master, ana)
    assert not [row for row in table(master, "Products") if row[0] == name]


def test_a_price_that_a_copy_changed_is_told(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    product, price = table(master, "Products")[0][:2]
    type_in(ana, "Products", "List Price", 0, 1)
    [difference] = sync(master, ana).settings
    assert (difference.who, difference.held, difference.claims[0].value) == (f"Products: {product}", price, 1)
    assert table(master, "Products")[0][1] == price


@pytest.mark.slow
def test_pairs_that_a_copy_keeps_apart_stay_apart_in_the_master(master: Path) -> None:
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    for path, pair in ((ana, ("L-0011", "L-0010")), (bo, ("L-0010", "L-0011"))):
        book = ClosedBook.open(path)
        book.keep_pairs_apart([pair], dt.date(2026, 11, 3))
        book.save()
    sync(master, ana, bo)
    assert table(master, "KeptApart") == [("L-0011", "L-0010", dt.date(2026, 11, 3), None)]
    book = ClosedBook.open(bo)
    book.keep_pairs_apart([("L-0020", "L-0021")], dt.date(2026, 11, 4))
    book.save()
    type_in(bo, "KeptApart", "Note", 1, "two plants")
    sync(master, ana, bo)
    assert [row[0] for row in table(master, "KeptApart")] == ["L-0011", "L-0020"]
    assert table(master, "KeptApart")[1][3] == "two plants"
    # A decision taken back in the master stays so.
    delete(master, "KeptApart", 0)
    before = [row for row in table(master, "KeptApart") if any(row)]
    sync(master, ana, bo)
    assert [row for row in table(master, "KeptApart") if any(row)] == before


def test_who_saved_a_copy_and_when_is_told(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    book = openpyxl.load_workbook(ana)
    raw = ClosedBook.open(ana).contents.tables["Sla"]
    book["Settings"].cell(int(raw.rows[0]), raw.first_column + 1).value = 99
    book.properties.lastModifiedBy = "Ana Ruiz"
    book.save(ana)
    saved = ClosedBook.open(ana).last_saved
    assert saved[0] == "Ana Ruiz"
    [difference] = sync(master, ana).settings
    assert difference.claims[0].owner == "Ana Ruiz"
    assert difference.claims[0].when.startswith("after 2026-11-20")


def test_a_table_of_the_teams_own_that_a_copy_changed_is_named(master: Path) -> None:
    def change(path: Path, value: str) -> None:
        book = openpyxl.load_workbook(path)
        sheet = book["Budget"] if "Budget" in book.sheetnames else book.create_sheet("Budget")
        sheet.append(["Month", "Euro"]) if sheet.max_row < 2 else None
        sheet["A2"], sheet["B2"] = "May", value
        if "Budget" not in sheet.tables:
            sheet.add_table(openpyxl.worksheet.table.Table(displayName="Budget", ref="A1:B2"))
        book.save(path)

    change(master, "100")
    sync(master)
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    change(ana, "200")
    [note] = sync(master, ana, bo).notes
    assert "table Budget of ana.xlsx differs" in note
    change(master, "300")
    assert not sync(master, bo).notes


def protect(path: Path, *sheets: str) -> None:
    book = openpyxl.load_workbook(path)
    for sheet in sheets:
        book[sheet].protection.enable()
    book.save(path)


@pytest.mark.parametrize("sheet", ["Leads", "Activities", "History", "Archive", "Settings", "Sync"])
def test_each_protected_sheet_that_would_change_is_named_with_what_to_do(master: Path, sheet: str) -> None:
    ana = copy_of(master, "ana.xlsx")
    if sheet in {"Leads", "Sync"}:
        type_in(ana, "Leads", "Notes", 1, "hello")
    elif sheet == "Activities":
        type_in(ana, "Activities", "Notes", 0, "hello")
    elif sheet == "History":
        type_in(ana, "Leads", "Amount", 1, 7)
        leadbook.refresh(ana, as_of=AS_OF)
    elif sheet == "Archive":
        add(ana, "Archive", "L-9999", AS_OF, "dead")
    else:
        add(ana, "Products", "Gadget", 120)
    protect(master, sheet)
    before = master.read_bytes()
    with pytest.raises(BookRefusedError) as refused:
        sync(master, ana, dry_run=True)
    with pytest.raises(BookRefusedError):
        sync(master, ana)
    assert f'Sheet "{sheet}" of master.xlsx is protected' in str(refused.value)
    assert "Review, Unprotect Sheet" in str(refused.value)
    assert master.read_bytes() == before


def test_a_protected_sheet_that_gets_nothing_is_no_obstacle(master: Path) -> None:
    protect(master, "History", "Settings", "Activities")
    ana = copy_of(master, "ana.xlsx")
    book = openpyxl.load_workbook(ana)
    raw = ClosedBook.open(ana).contents.tables["Leads"]
    book["Leads"].cell(int(raw.rows[1]), raw.column("Notes")).value = "hello"
    book.save(ana)
    assert len(sync(master, ana).changes) == 1


def test_the_sheet_sync_is_written_where_the_team_allows_it_on_protected_sheets(master: Path) -> None:
    raw = ClosedBook.open(master).contents.tables["Options"]
    names = [str(cell).casefold().replace(" ", "_") for cell in raw.cells[0]]
    type_in(master, "Options", "Value", names.index("owned_writes_on_protected"), "yes")
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Leads", "Notes", 1, "hello")
    protect(master, "Sync")
    assert sync(master, ana).written
