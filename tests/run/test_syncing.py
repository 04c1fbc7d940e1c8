"""Reps' copies brought together: what each changed comes over, what both changed is said, nothing is lost."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import openpyxl
import pytest

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.model.issues import BookBusyError, BookRefusedError, InputError
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from tests.run.conftest import members

if TYPE_CHECKING:
    from collections.abc import Callable

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "Last Name", "Email", "Owner", "Stage", "Amount", "Close Date", "Notes")
ROWS = [
    (f"L-{n:04d}", f"Firm {n}", f"Name {n}", f"n{n}@firm{n}.example", "Ana", "Qualification", 1000 * n,
     dt.date(2026, 12, n), None)
    for n in range(1, 9)
]  # fmt: skip


@pytest.fixture
def master(make_book: Callable[..., Path]) -> Path:
    return make_book(HEADERS, ROWS, name="master.xlsx")


def copy_of(master: Path, name: str) -> Path:
    return Path(shutil.copy(master, master.with_name(name)))


def type_in(path: Path, header: str, values: dict[int, object]) -> None:
    """Type into cells of Leads, by Excel row."""
    book = ClosedBook.open(path)
    book.correct_cells("Leads", header, values)
    book.save()


def add_lead(path: Path, **cells: object) -> None:
    book = ClosedBook.open(path)
    headers = [str(header) for header in book.contents.tables["Leads"].headers]
    book.append_rows("Leads", [tuple(cells.get(header.replace(" ", "_")) for header in headers)])
    book.save()


def sync(master: Path, *copies: Path, **more):
    return leadbook.sync(master, copies, as_of=AS_OF, **more)


def leads(path: Path) -> dict[str, dict[str, object]]:
    """Return the leads as they stand, by id, each by header."""
    raw = ClosedBook.open(path).contents.tables["Leads"]
    rows = [dict(zip(raw.headers, row, strict=True)) for row in zip(*raw.cells, strict=True)]
    return {str(row["Lead ID"]): row for row in rows}


def table(path: Path, name: str) -> list[dict[str, object]]:
    raw = ClosedBook.open(path).contents.find(name)
    assert raw is not None
    return [dict(zip(raw.headers, row, strict=True)) for row in zip(*raw.cells, strict=True)]


def test_what_each_copy_changed_comes_into_the_master(master: Path) -> None:
    sync(master)
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    type_in(ana, "Amount", {2: 7777})
    type_in(bo, "Notes", {3: "wants a demo"})
    type_in(master, "Owner", {4: "Bo"})
    report = sync(master, ana, bo)
    now = leads(master)
    assert (now["L-0001"]["Amount"], now["L-0002"]["Notes"], now["L-0003"]["Owner"]) == (7777, "wants a demo", "Bo")
    assert not report.conflicts
    assert [(change.address, change.copy) for change in report.changes] == [
        ("Leads!G2", "ana.xlsx"), ("Leads!I3", "bo.xlsx"),
    ]  # fmt: skip


def test_a_cell_changed_differently_stays_and_is_told_with_both_values(master: Path) -> None:
    sync(master)
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    type_in(ana, "Amount", {2: 7777, 3: 50})
    type_in(bo, "Amount", {3: 60})
    type_in(master, "Amount", {2: 8888})
    for order in ((ana, bo), (bo, ana)):
        report = sync(master, *order)
        assert leads(master)["L-0001"]["Amount"] == 8888
        assert leads(master)["L-0002"]["Amount"] == 2000
        first, second = report.conflicts
        assert (first.address, first.held, first.claims[0].value, first.claims[0].address) == (
            "Leads!G2", 8888, 7777, "Leads!G2",
        )  # fmt: skip
        assert {claim.copy: claim.value for claim in second.claims} == {"ana.xlsx": 50, "bo.xlsx": 60}
        assert [issue.code for issue in report.issues] == ["LB060", "LB060"]
    shown = table(master, "SyncConflicts")
    assert [
        (row["Cell"], row["The master holds"], row["The copy says"]) for row in shown if row["Lead ID"] == "L-0001"
    ] == [("Leads!G2", 8888, 7777)]


def test_an_open_conflict_is_an_issue_of_its_cell_until_somebody_types_there(master: Path) -> None:
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Amount", {2: 7777, 3: 70})
    type_in(master, "Amount", {2: 8888, 3: 80})
    sync(master, ana)

    def told() -> list[tuple[str, bool]]:
        issues = leadbook.check(master, as_of=AS_OF).issues
        return [(issue.address, "ana.xlsx says" in issue.message) for issue in issues if issue.code == "LB060"]

    assert told() == [("Leads!G2", True), ("Leads!G3", True)]
    type_in(master, "Amount", {2: 7777, 3: 75})
    assert told() == []


def test_a_merge_in_a_copy_is_proposed_and_doubles_no_activity(sample: Path) -> None:
    sync(sample)
    ana = copy_of(sample, "ana.xlsx")
    before = len(table(sample, "Activities"))
    leadbook.merge(ana, ["L-0010", "L-0011"], as_of=AS_OF)
    report = sync(sample, ana)
    assert len(table(sample, "Activities")) == before
    assert "L-0011" in leads(sample)
    [issue] = report.issues
    assert (issue.code, issue.lead_id) == ("LB062", "L-0011")
    assert "leadbook merge sample.xlsx L-0010 L-0011" in issue.message


def test_syncing_again_changes_no_byte(master: Path) -> None:
    sync(master)
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    type_in(ana, "Amount", {2: 7777})
    add_lead(ana, Company="Alpha", Email="a@alpha.example")
    type_in(bo, "Amount", {2: 6666})
    add_lead(bo, Lead_ID="L-0009", Company="Beta", Email="b@beta.example")
    sync(master, ana, bo)
    before = master.read_bytes()
    report = sync(master, ana, bo)
    assert master.read_bytes() == before
    assert not report.written


def test_new_leads_of_one_id_are_two_when_their_rows_say_so(master: Path) -> None:
    sync(master)
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    add_lead(ana, Lead_ID="L-0009", Company="Alpha", Email="a@alpha.example")
    add_lead(bo, Lead_ID="L-0009", Company="Beta", Email="b@beta.example")
    report = sync(master, ana, bo)
    assert {row: cells["Company"] for row, cells in leads(master).items() if row > "L-0008"} == {
        "L-0009": "Alpha", "L-0010": "Beta",
    }  # fmt: skip
    assert [issue.code for issue in report.issues] == ["LB061"]
    type_in(bo, "Notes", {10: "from bo, later"})
    sync(master, bo)
    assert leads(master)["L-0010"]["Notes"] == "from bo, later"
    assert leads(master)["L-0009"]["Notes"] is None


def test_a_new_lead_that_both_copies_have_is_added_once_and_what_differs_is_told(master: Path) -> None:
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    add_lead(ana, Lead_ID="L-0009", Company="Alpha", Last_Name="Peeters", Email="a@alpha.example", Amount=10)
    bo = copy_of(ana, "bo.xlsx")
    type_in(bo, "Amount", {10: 20})
    report = sync(master, ana, bo)
    assert len(leads(master)) == 9
    [conflict] = report.conflicts
    assert (conflict.held, conflict.claims[0].value) == (10, 20)
    before = master.read_bytes()
    sync(master, ana, bo)
    assert master.read_bytes() == before


def test_an_old_copy_that_goes_on_is_not_taken_for_contradicting(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")  # carries no base
    type_in(ana, "Notes", {2: "first"})
    sync(master, ana)
    type_in(master, "Notes", {2: "the manager's"})
    report = sync(master, ana)
    assert leads(master)["L-0001"]["Notes"] == "the manager's"
    assert not report.conflicts
    type_in(ana, "Owner", {2: "Bo"})
    assert not sync(master, ana).conflicts
    assert leads(master)["L-0001"]["Owner"] == "Bo"


def test_a_copy_that_sat_out_a_sync_is_not_taken_for_contradicting(master: Path) -> None:
    sync(master)
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    type_in(ana, "Notes", {2: "first"})
    sync(master, ana)
    type_in(master, "Notes", {2: "the manager's"})
    type_in(bo, "Notes", {3: "bo's"})
    sync(master, bo)
    type_in(ana, "Owner", {2: "Bo"})
    assert not sync(master, ana).conflicts
    assert (leads(master)["L-0001"]["Notes"], leads(master)["L-0001"]["Owner"]) == ("the manager's", "Bo")


def test_without_a_base_blanks_are_filled_and_the_rest_is_a_conflict(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Notes", {2: "new"})
    type_in(ana, "Last Name", {3: "Other"})
    report = sync(master, ana)
    assert leads(master)["L-0001"]["Notes"] == "new"
    [conflict] = report.conflicts
    assert (conflict.lead_id, conflict.held, conflict.claims[0].value) == ("L-0002", "Name 2", "Other")


def test_history_tells_who_changed_an_amount_where_no_base_does(master: Path) -> None:
    leadbook.refresh(master, as_of=AS_OF)
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Amount", {2: 7777})
    leadbook.refresh(ana, as_of=AS_OF + dt.timedelta(days=2))
    type_in(master, "Stage", {2: "Proposal"})
    leadbook.refresh(master, as_of=AS_OF + dt.timedelta(days=3))
    type_in(master, "Amount", {3: 9999})
    report = leadbook.sync(master, [ana], as_of=AS_OF + dt.timedelta(days=4))
    assert leads(master)["L-0001"]["Amount"] == 7777
    assert leads(master)["L-0002"]["Amount"] == 9999
    assert not report.conflicts
    lead = [row for row in table(master, "History") if row["Lead ID"] == "L-0001"]
    told = sorted((str(row["Changed At"]), row["Event"], row["Stage"], row["Amount"]) for row in lead)
    # The copy's event stands on its day, with the stage of that day; the master's later row has the new amount.
    assert [(stage, amount) for _, _, stage, amount in told] == [
        ("Qualification", 1000), ("Qualification", 7777), ("Proposal", 7777),
    ]  # fmt: skip
    again = leadbook.refresh(master, as_of=AS_OF + dt.timedelta(days=5), dry_run=True)
    assert again.plan.rows_appended.get("History", 0) == 1  # only the amount that was typed and never refreshed


@pytest.mark.slow
def test_activities_are_added_once_and_follow_their_lead(sample: Path) -> None:
    sync(sample)
    ana, bo = copy_of(sample, "ana.xlsx"), copy_of(sample, "bo.xlsx")
    call = {"Date": dt.date(2026, 11, 19), "Lead ID": "L-0010", "Type": "call", "Notes": "price"}
    for path, extra in ((ana, "L-9999"), (bo, "L-9999")):
        add_lead(path, Lead_ID="L-9999", Company=f"Firm of {path.stem}", Email=f"x@{path.stem}.example")
        book = ClosedBook.open(path)
        headers = book.contents.tables["Activities"].headers
        rows = [call, {**call, "Lead ID": extra, "Notes": f"with {path.stem}"}]
        book.append_rows("Activities", [tuple(row.get(header) for header in headers) for row in rows])
        book.save()
    before = len(table(sample, "Activities"))
    sync(sample, ana, bo)
    after = table(sample, "Activities")
    assert len(after) == before + 3
    by_notes = {row["Notes"]: row["Lead ID"] for row in after[before:]}
    assert by_notes["price"] == "L-0010"
    assert by_notes["with ana"] == "L-9999"
    assert leads(sample)[str(by_notes["with bo"])]["Company"] == "Firm of bo"
    sync(sample, ana, bo)
    assert table(sample, "Activities") == after


def test_a_row_deleted_in_a_copy_stays_and_is_said(master: Path) -> None:
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    book = openpyxl.load_workbook(ana)
    sheet = book["Leads"]
    for column in range(1, sheet.max_column + 1):
        sheet.cell(5, column).value = None
    book.save(ana)
    report = sync(master, ana)
    assert "L-0004" in leads(master)
    [issue] = report.issues
    assert (issue.code, issue.lead_id, issue.address) == ("LB062", "L-0004", "Leads!A5")


def test_columns_in_another_order_and_with_other_headers_are_found(
    master: Path, make_book: Callable[..., Path]
) -> None:
    order = ("Deal Value", "Company", "Lead ID", "Surname", "Email", "Owner", "Stage", "Close Date", "Notes", "Mood")
    rows = [
        (row[6] + 1, row[1], row[0], row[2], row[3], row[4], row[5], row[7], row[8], "good") for row in reversed(ROWS)
    ]
    ana = make_book(order, rows, name="ana.xlsx", date_1904=True)
    report = sync(master, ana)
    assert {conflict.header for conflict in report.conflicts} == {"Amount"}  # no day differs between the date systems
    assert "Mood" in report.notes[0]
    assert "Mood" not in leads(master)["L-0001"]
    sync(master, ana, add_columns=True)
    assert {lead["Mood"] for lead in leads(master).values()} == {"good"}


def test_a_day_typed_as_a_bare_number_is_the_same_day_in_a_book_of_the_other_date_system(
    make_book: Callable[..., Path],
) -> None:
    def made(name: str, day: int, *, is_1904: bool) -> Path:
        return make_book(HEADERS, [(*row[:7], day, None) for row in ROWS], name=name, date_1904=is_1904)

    master, ana = made("master.xlsx", 46_000, is_1904=False), made("ana.xlsx", 46_000 - 1462, is_1904=True)
    report = sync(master, ana)
    assert not report.conflicts
    assert not report.changes


def test_only_the_named_cells_change(sample: Path) -> None:
    sync(sample)
    ana = copy_of(sample, "ana.xlsx")
    type_in(ana, "Notes", {5: "hello"})
    before = members(sample)
    names = leads(sample)
    report = sync(sample, ana)
    after = members(sample)
    changed = {name for name in before if before[name] != after.get(name)}
    sheets = {name for name in changed if "/worksheets/" in name}
    assert len(sheets) == 2  # Leads and Sync
    assert not {name for name in changed if "/tables/" in name or "drawing" in name.casefold()}
    assert len(report.changes) == 1
    now = leads(sample)
    assert [key for key in names if names[key] != now[key]] == [report.changes[0].lead_id]
    leadbook.undo(sample)
    assert members(sample) == before


def test_a_broken_or_strange_copy_is_said_and_the_rest_goes_on(master: Path, make_book: Callable[..., Path]) -> None:
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Notes", {2: "hello"})
    broken = master.with_name("broken.xlsx")
    broken.write_bytes(b"PK\x03\x04 nothing")
    strange = make_book(HEADERS, [("L-0001", "Quite Other", "Else", "e@else.example")], name="strange.xlsx")
    report = sync(master, broken, strange, master, ana, ana, master.with_name("missing.xlsx"))
    assert leads(master)["L-0001"]["Notes"] == "hello"
    said = {copy.name: copy.left_out for copy in report.copies}
    assert said["ana.xlsx"] == ""
    assert "no copy of it" in said["strange.xlsx"]
    assert "master itself" in said["master.xlsx"]
    assert all(said[name] for name in ("broken.xlsx", "missing.xlsx"))
    with pytest.raises(InputError, match="no copy of it"):
        sync(master, strange)


def test_an_open_master_is_refused_and_a_dry_run_writes_nothing(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Notes", {2: "hello"})
    before = master.read_bytes()
    assert sync(master, ana, dry_run=True).written
    assert master.read_bytes() == before
    master.with_name("~$master.xlsx").write_bytes(b"x")
    with pytest.raises(BookBusyError):
        sync(master, ana)
    assert master.read_bytes() == before


def test_a_formula_of_the_master_is_never_overwritten(make_book: Callable[..., Path]) -> None:
    master = make_book(HEADERS, ROWS, name="master.xlsx")
    book = openpyxl.load_workbook(master)
    book["Leads"]["G2"] = "=2*600"
    book.save(master)
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Notes", {2: "hello"})
    book = openpyxl.load_workbook(ana)
    book["Leads"]["G2"] = 5
    book.save(ana)
    report = sync(master, ana)
    assert openpyxl.load_workbook(master)["Leads"]["G2"].value == "=2*600"
    assert [conflict.claims[0].value for conflict in report.conflicts] == [5]


def test_the_leads_are_read_as_before_beside_the_sync_sheet(sample: Path) -> None:
    def read() -> list[object]:
        contents = ClosedBook.open(sample).contents
        records, _ = read_records(contents, read_playbook(contents)[0])
        return records.leads.frame["lead_id"].tolist()

    before = read()
    sync(sample)
    assert read() == before
    assert leadbook.refresh(sample, as_of=AS_OF).leads == len(before)
    assert not sync(sample, copy_of(sample, "ana.xlsx")).changes


def test_a_protected_master_is_refused_with_what_to_do(master: Path) -> None:
    book = openpyxl.load_workbook(master)
    book["Leads"].protection.enable()
    book.save(master)
    ana = copy_of(master, "ana.xlsx")
    before = master.read_bytes()
    book = openpyxl.load_workbook(ana)
    book["Leads"]["I2"] = "hello"
    book.save(ana)
    with pytest.raises(BookRefusedError) as refused:
        sync(master, ana)
    assert 'Sheet "Leads" of master.xlsx is protected' in str(refused.value)
    assert "run the sync again" in str(refused.value)
    assert "fixed" not in str(refused.value)
    assert master.read_bytes() == before


def edit(path: Path, change: Callable[[openpyxl.Workbook], None]) -> None:
    book = openpyxl.load_workbook(path)
    change(book)
    book.save(path)


@pytest.mark.slow
def test_an_activity_deleted_in_a_copy_stays_and_is_said(sample: Path) -> None:
    sync(sample)
    ana = copy_of(sample, "ana.xlsx")
    before = table(sample, "Activities")
    row = int(ClosedBook.open(ana).contents.tables["Activities"].rows[2])

    def blank(book: openpyxl.Workbook) -> None:
        for cell in book["Activities"][row]:
            cell.value = None

    edit(ana, blank)
    report = sync(sample, ana)
    assert table(sample, "Activities") == before
    [issue] = report.issues
    assert (issue.code, issue.sheet, issue.row) == ("LB062", "Activities", row)
    assert issue.lead_id == before[2]["Lead ID"]
    assert "ana.xlsx" in issue.message
    again = sample.read_bytes()
    sync(sample, ana)
    assert sample.read_bytes() == again


@pytest.mark.slow
def test_a_decision_about_duplicates_that_waits_in_a_copy_is_said(sample: Path) -> None:
    leadbook.refresh(sample, as_of=AS_OF)
    sync(sample)
    ana = copy_of(sample, "ana.xlsx")
    raw = ClosedBook.open(ana).contents.find("DuplicatesList")
    assert raw is not None
    proposed = list(raw.cells[list(raw.headers).index("Proposed")])
    row = next(int(row) for row, word in zip(raw.rows, proposed, strict=True) if word != "Keep")

    def decide(book: openpyxl.Workbook) -> None:
        book[raw.sheet].cell(row, raw.first_column + list(raw.headers).index("Decision")).value = "Merge"

    edit(ana, decide)
    [note] = sync(sample, ana).notes
    assert "1 decision on the sheet Duplicates of ana.xlsx is not carried out" in note
    assert "leadbook merge sample.xlsx" in note
    edit(sample, decide)
    assert not sync(sample, ana).notes


@pytest.mark.slow
def test_a_lead_archived_in_a_copy_is_named_with_its_reason_and_what_to_do(sample: Path) -> None:
    sync(sample)
    ana = copy_of(sample, "ana.xlsx")
    leadbook.merge(ana, ["L-0010", "L-0011"], as_of=AS_OF)
    raw = ClosedBook.open(ana).contents.find("Archive")
    assert raw is not None
    cells = {"Reason": "went out of business", "Row": None}

    def put(book: openpyxl.Workbook) -> None:
        for header, value in cells.items():
            book[raw.sheet].cell(int(raw.rows[-1]), raw.first_column + list(raw.headers).index(header)).value = value

    edit(ana, put)
    said = [issue.message for issue in sync(sample, ana).issues if issue.lead_id == "L-0011"]
    assert "L-0011" in leads(sample)
    assert any(
        "was archived in ana.xlsx (went out of business)" in text and "in sample.xlsx and sync again" in text
        for text in said
    )
