"""A sync in which the copy of a lead's owner wins: only conflicts, only its own leads, and everything is listed."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import pytest

import leadbook
from leadbook.books.closed import ClosedBook

AS_OF = dt.date(2026, 11, 20)
HEADERS = ("Lead ID", "Company", "Owner", "Stage", "Amount", "Notes")
OWNERS = ("Ana Ruiz", "Bo Berg", "Ana Ruiz", "Cem Acar")


@pytest.fixture
def master(make_book) -> Path:
    rows = [(f"L-{n:04d}", f"Firm {n}", owner, "Proposal", 100 * n, None) for n, owner in enumerate(OWNERS, 1)]
    path = make_book(HEADERS, rows, name="master.xlsx")
    leadbook.sync(path, [], as_of=AS_OF)
    return path


def copies(master: Path, *names: str) -> list[Path]:
    return [Path(shutil.copy(master, master.with_name(name))) for name in names]


def type_in(path: Path, header: str, values: dict[int, object]) -> None:
    book = ClosedBook.open(path)
    book.correct_cells("Leads", header, values)
    book.save()


def column(path: Path, header: str) -> list[object]:
    raw = ClosedBook.open(path).contents.tables["Leads"]
    return list(raw.cells[list(raw.headers).index(header)])


def sync(master: Path, *given: Path, owner_wins: bool = True):
    return leadbook.sync(master, given, as_of=AS_OF, owner_wins=owner_wins)


def test_the_owners_copy_wins_over_the_master_and_other_copies_and_is_listed(master: Path) -> None:
    ana, bo = copies(master, "leads ana.xlsx", "bo.berg.xlsx")
    type_in(ana, "Amount", {2: 11, 3: 12})
    type_in(bo, "Amount", {2: 21, 3: 22})
    type_in(master, "Amount", {2: 1, 3: 2})
    assert len(sync(master, ana, bo, owner_wins=False).conflicts) == 2
    report = sync(master, ana, bo)
    assert column(master, "Amount") == [11, 22, 300, 400]
    assert not report.conflicts
    told = {issue.lead_id: issue for issue in report.issues}
    assert {issue.code for issue in told.values()} == {"LB066"}
    assert "1 of the master and 21 of bo.berg.xlsx gave way" in told["L-0001"].message
    assert "leads ana.xlsx" in told["L-0001"].message
    assert {(change.address, change.new, change.copy) for change in report.changes} == {
        ("Leads!E2", 11, "leads ana.xlsx"), ("Leads!E3", 22, "bo.berg.xlsx"),
    }  # fmt: skip
    again = sync(master, bo, ana)
    assert not again.conflicts
    assert not again.changes
    before = master.read_bytes()
    sync(master, ana, bo)
    assert master.read_bytes() == before


def test_a_copy_of_nobody_and_a_lead_of_another_stay_in_conflict(master: Path) -> None:
    ana, team = copies(master, "ana.xlsx", "team.xlsx")
    type_in(ana, "Amount", {3: 11})
    type_in(team, "Amount", {2: 21})
    type_in(master, "Amount", {2: 1, 3: 2})
    report = sync(master, ana, team)
    assert {conflict.lead_id for conflict in report.conflicts} == {"L-0001", "L-0002"}
    [note] = report.notes
    assert "team.xlsx" in note
    assert column(master, "Amount") == [1, 2, 300, 400]


def test_who_owns_a_lead_and_two_copies_of_one_owner_are_not_settled(master: Path) -> None:
    ana, again = copies(master, "ana.xlsx", "ana ruiz 2.xlsx")
    [bo] = copies(master, "bo.xlsx")
    type_in(ana, "Owner", {2: "Bo Berg"})
    type_in(bo, "Owner", {2: "Cem Acar"})
    type_in(ana, "Amount", {4: 31})
    type_in(again, "Amount", {4: 32})
    report = sync(master, ana, again, bo)
    assert {(conflict.header, conflict.lead_id) for conflict in report.conflicts} == {
        ("Owner", "L-0001"), ("Amount", "L-0003"),
    }  # fmt: skip


def test_a_formula_of_the_master_stays_even_so(master: Path) -> None:
    book = openpyxl.load_workbook(master)
    book["Leads"]["E2"] = "=2*600"
    book.save(master)
    leadbook.sync(master, [], as_of=AS_OF)
    [ana] = copies(master, "ana.xlsx")
    book = openpyxl.load_workbook(ana)
    book["Leads"]["E2"] = 5
    book.save(ana)
    assert [conflict.header for conflict in sync(master, ana).conflicts] == ["Amount"]
    assert openpyxl.load_workbook(master)["Leads"]["E2"].value == "=2*600"


def test_the_owner_of_an_activity_wins_too(sample: Path) -> None:
    leadbook.sync(sample, [], as_of=AS_OF)
    raw = ClosedBook.open(sample).contents.tables["Activities"]
    owner = str(raw.cells[list(raw.headers).index("Owner")][0])
    mine, other = copies(sample, f"{owner}.xlsx", "team.xlsx")
    row = int(raw.rows[0])
    for path, said in ((mine, "owner's word"), (other, "another's word")):
        book = ClosedBook.open(path)
        book.correct_cells("Activities", "Notes", {row: said})
        book.save()
    report = sync(sample, mine, other)
    now = ClosedBook.open(sample).contents.tables["Activities"]
    assert now.cells[list(now.headers).index("Notes")][0] == "owner's word"
    assert [issue.code for issue in report.issues] == ["LB066"]
    assert "another's word of team.xlsx gave way" in report.issues[0].message
