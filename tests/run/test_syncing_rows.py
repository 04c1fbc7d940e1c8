"""Rows that belong to leads, as copies change them: typed over, moved to another lead, archived, merged away."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import openpyxl
import proposal_books
import pytest

import leadbook
from leadbook.books.closed import ClosedBook

AS_OF = dt.date(2026, 11, 20)
DAY = dt.date(2026, 11, 2)
LEADS = ("Lead ID", "Company", "Email", "Owner", "Stage", "Amount")
CALLS = ("Date", "Lead ID", "Type", "Direction", "Outcome", "Owner", "Notes")
ROWS = [
    (DAY, "L-0001", "call", "out", "no answer", "Ana", "first"),
    (DAY, "L-0001", "email", "out", None, "Ana", "sent the offer"),
    (DAY, "L-0002", "call", "out", "no answer", "Bo", "second"),
]  # fmt: skip


@pytest.fixture
def master(tmp_path: Path) -> Path:
    """A started workbook with three leads and three activities."""
    path = leadbook.init(tmp_path / "master.xlsx")
    book = ClosedBook.open(path)
    add(
        book,
        "Leads",
        LEADS,
        [(f"L-{n:04d}", f"Firm {n}", f"n@firm{n}.example", "Ana", "Proposal", 100 * n) for n in (1, 2, 3)],
    )
    add(book, "Activities", CALLS, ROWS)
    book.save()
    leadbook.sync(path, [], as_of=AS_OF)
    return path


def add(book: ClosedBook, table: str, headers: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    there = [str(header) for header in book.contents.tables[table].headers]
    book.append_rows(
        table, [tuple(dict(zip(headers, row, strict=True)).get(header) for header in there) for row in rows]
    )


def add_rows(path: Path, table: str, headers: tuple[str, ...], *rows: tuple[object, ...]) -> None:
    book = ClosedBook.open(path)
    add(book, table, headers, list(rows))
    book.save()


def copy_of(master: Path, name: str) -> Path:
    return Path(shutil.copy(master, master.with_name(name)))


def type_in(path: Path, table: str, header: str, values: dict[int, object]) -> None:
    """Type into cells of a table, by place from 0 (in Leads from 1, below the example)."""
    book = ClosedBook.open(path)
    rows = book.contents.tables[table].rows
    book.correct_cells(table, header, {int(rows[at]): value for at, value in values.items()})
    book.save()


def delete(path: Path, table: str, *places: int) -> None:
    """Delete rows of a table, by place from 0, as Excel's Delete Table Rows leaves the rest where it is."""
    raw = ClosedBook.open(path).contents.tables[table]
    book = openpyxl.load_workbook(path)
    for at in places:
        for column in range(len(raw.headers)):
            book[raw.sheet].cell(int(raw.rows[at]), raw.first_column + column).value = None
    book.save(path)


def sync(master: Path, *copies: Path, **more):
    return leadbook.sync(master, copies, as_of=AS_OF, **more)


def table(path: Path, name: str = "Activities") -> list[dict[str, object]]:
    raw = ClosedBook.open(path).contents.find(name)
    assert raw is not None
    return [dict(zip(raw.headers, row, strict=True)) for row in zip(*raw.cells, strict=True)]


def calls(path: Path) -> list[tuple[object, ...]]:
    return [tuple(row[header] for header in CALLS) for row in table(path)]


def test_an_activity_that_a_copy_typed_over_is_changed_and_not_doubled(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Activities", "Outcome", {0: "reached", 1: "opened"})
    type_in(ana, "Activities", "Notes", {0: "wants a demo"})
    report = sync(master, ana)
    assert calls(master) == [
        (DAY, "L-0001", "call", "out", "reached", "Ana", "wants a demo"),
        (DAY, "L-0001", "email", "out", "opened", "Ana", "sent the offer"),
        ROWS[2],
    ]  # fmt: skip
    assert {(change.address, change.old, change.new) for change in report.changes} == {
        ("Activities!E2", "no answer", "reached"), ("Activities!G2", "first", "wants a demo"),
        ("Activities!E3", None, "opened"),
    }  # fmt: skip
    assert not report.issues
    before = master.read_bytes()
    assert not sync(master, ana).written
    assert master.read_bytes() == before


def test_a_copy_that_types_over_its_row_once_more_is_followed(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Activities", "Outcome", {0: "reached"})
    sync(master, ana)
    type_in(ana, "Activities", "Outcome", {0: "meeting booked"})
    sync(master, ana)
    assert [row[4] for row in calls(master)] == ["meeting booked", None, "no answer"]


def test_an_activity_moved_to_another_lead_moves_in_the_master(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Activities", "Lead ID", {2: "L-0003"})
    sync(master, ana)
    assert [row[1] for row in calls(master)] == ["L-0001", "L-0001", "L-0003"]


def test_two_copies_that_typed_over_different_cells_of_one_row_are_both_taken(master: Path) -> None:
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    type_in(ana, "Activities", "Outcome", {0: "reached"})
    type_in(bo, "Activities", "Notes", {0: "call back on Monday"})
    assert not sync(master, ana, bo).conflicts
    assert calls(master)[0] == (DAY, "L-0001", "call", "out", "reached", "Ana", "call back on Monday")
    before = master.read_bytes()
    assert not sync(master, bo, ana).written
    assert master.read_bytes() == before


def test_an_activity_typed_over_differently_stays_and_is_told_until_somebody_settles_it(master: Path) -> None:
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    type_in(ana, "Activities", "Outcome", {0: "reached"})
    type_in(bo, "Activities", "Outcome", {0: "left a message"})
    type_in(bo, "Activities", "Notes", {0: "voice mail"})
    for _ in range(2):
        [conflict] = sync(master, ana, bo).conflicts
        assert (conflict.address, conflict.header, conflict.held) == (
            "Activities!E2",
            "Outcome (Activities)",
            "no answer",
        )
        assert {(claim.copy, claim.value, claim.address) for claim in conflict.claims} == {
            ("ana.xlsx", "reached", "Activities!E2"), ("bo.xlsx", "left a message", "Activities!E2"),
        }  # fmt: skip
        assert calls(master)[0] == (DAY, "L-0001", "call", "out", "no answer", "Ana", "voice mail")
    assert {row["The copy says"] for row in table(master, "SyncConflicts")} == {"reached", "left a message"}
    # What is typed in the master is neither's word, and settles it; the rows are not added either.
    type_in(master, "Activities", "Outcome", {0: "busy"})
    assert not sync(master, ana, bo).conflicts
    assert [row[4] for row in calls(master)] == ["busy", None, "no answer"]


def test_an_activity_typed_over_on_both_sides_is_told_and_not_doubled(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Activities", "Outcome", {0: "reached"})
    type_in(master, "Activities", "Notes", {0: "asked for a price"})
    for _ in range(2):
        told = {one.header: (one.held, one.claims[0].value) for one in sync(master, ana).conflicts}
        assert told["Outcome (Activities)"] == ("no answer", "reached")
        assert len(calls(master)) == len(ROWS)
    type_in(master, "Activities", "Outcome", {0: "reached"})
    sync(master, ana)
    assert calls(master)[0] == (DAY, "L-0001", "call", "out", "reached", "Ana", "asked for a price")
    assert len(calls(master)) == len(ROWS)


def test_two_calls_that_look_alike_are_two_where_only_an_older_row_is_gone(master: Path) -> None:
    delete(master, "Activities", 2)
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    add_rows(ana, "Activities", CALLS, (DAY, "L-0002", "call", "out", "no answer", "Ana", "from the fair"))
    add_rows(master, "Activities", CALLS, (DAY, "L-0002", "call", "out", "no answer", "Bo", "from the fair"))
    report = sync(master, ana)
    assert not report.conflicts
    assert [row[5] for row in calls(master) if row[1] == "L-0002"] == ["Bo", "Ana"]


def test_a_row_of_an_id_of_its_own_is_found_even_where_both_typed_it_over(master: Path) -> None:
    book = openpyxl.load_workbook(master)
    sheet = book["Activities"]
    sheet.tables["Activities"].ref = "A1:H4"
    del sheet.tables["Activities"].tableColumns[:]
    sheet["H1"] = "Activity ID"
    for row in (2, 3, 4):
        sheet.cell(row, 8).value = f"A-{row}"
    book.save(master)
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Activities", "Outcome", {0: "reached"})
    type_in(master, "Activities", "Notes", {0: "price"})
    type_in(master, "Activities", "Outcome", {0: "busy"})
    report = sync(master, ana)
    assert len(table(master)) == 3
    assert ("Outcome (Activities)", "busy") in {(conflict.header, conflict.held) for conflict in report.conflicts}


def test_a_call_deleted_in_a_copy_is_not_overwritten_by_a_later_one(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    delete(ana, "Activities", 2)
    sync(master, ana)
    add_rows(ana, "Activities", CALLS, (dt.date(2026, 11, 9), *ROWS[2][1:]))
    report = sync(master, ana)
    assert calls(master) == [*ROWS, (dt.date(2026, 11, 9), *ROWS[2][1:])]
    assert [issue.code for issue in report.issues] == ["LB062"]


def test_a_column_of_the_teams_own_in_activities_is_changed_too(master: Path) -> None:
    book = openpyxl.load_workbook(master)
    sheet = book["Activities"]
    sheet.tables["Activities"].ref = "A1:H4"
    del sheet.tables["Activities"].tableColumns[:]
    sheet["H1"] = "Mood"
    sheet["H2"] = "good"
    book.save(master)
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Activities", "Mood", {0: "bad"})
    sync(master, ana)
    assert [row["Mood"] for row in table(master)] == ["bad", None, None]


def test_calls_of_a_lead_that_the_master_merged_follow_it_and_are_there_once(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    leadbook.merge(master, ["L-0001", "L-0002"], as_of=AS_OF)
    add_rows(ana, "Activities", CALLS, (DAY, "L-0002", "demo", "out", None, "Bo", "third"))
    sync(master, ana)
    assert [(row[1], row[6]) for row in calls(master)] == [
        ("L-0001", "first"), ("L-0001", "sent the offer"), ("L-0001", "second"), ("L-0001", "third"),
    ]  # fmt: skip


@pytest.mark.slow
def test_a_lead_that_only_a_copy_had_and_merged_comes_into_the_archive(master: Path) -> None:
    leadbook.refresh(master, as_of=AS_OF)
    sync(master)
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    for path, company in ((ana, "Alpha"), (bo, "Beta")):
        add_rows(path, "Leads", LEADS, ("L-0004", company, f"x@{company}.example", "Ana", "Proposal", 5))
        leadbook.refresh(path, as_of=AS_OF)
        leadbook.merge(path, ["L-0001", "L-0004"], as_of=AS_OF)
    sync(master, ana)
    sync(master, bo)
    archived = table(master, "Archive")
    assert [(row["Lead ID"], row["Company"]) for row in archived] == [
        ("L-0004", "Alpha"),
        ("L-0005", "Beta"),
    ]
    assert len({row["Merge ID"] for row in archived}) == 2
    told = {row["Lead ID"] for row in table(master, "History")}
    assert {"L-0004", "L-0005"} <= told
    sync(master, ana, bo)
    before = master.read_bytes()
    assert not sync(master, ana, bo).written
    assert master.read_bytes() == before


@pytest.mark.slow
def test_two_new_leads_of_one_id_whose_history_is_the_same_are_two(master: Path) -> None:
    leadbook.refresh(master, as_of=AS_OF)
    sync(master)
    ana, bo = copy_of(master, "ana.xlsx"), copy_of(master, "bo.xlsx")
    for path, company in ((ana, "Alpha"), (bo, "Beta")):
        add_rows(path, "Leads", LEADS, ("L-0004", company, f"x@{company}.example", "Ana", "Proposal", 5))
        leadbook.refresh(path, as_of=AS_OF)
    sync(master, ana)
    leadbook.refresh(master, as_of=AS_OF)
    sync(master, bo)
    assert [row["Company"] for row in table(master, "Leads")][-2:] == ["Alpha", "Beta"]


def test_a_lead_archived_in_a_copy_comes_into_the_archive_once_its_row_is_gone_here(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    add_rows(ana, "Archive", ("Lead ID", "Archived At", "Reason"), ("L-0002", DAY, "out of business"))
    delete(ana, "Leads", 2)
    type_in(master, "Leads", "Amount", {2: 999})
    report = sync(master, ana)
    assert not table(master, "Archive")
    [issue] = [issue for issue in report.issues if issue.lead_id == "L-0002"]
    assert "out of business" in issue.message
    assert "delete row 4 of the sheet Leads in master.xlsx and sync again" in issue.message
    assert "Amount" in issue.message
    delete(master, "Leads", 2)
    sync(master, ana)
    assert [(row["Lead ID"], row["Reason"]) for row in table(master, "Archive")] == [("L-0002", "out of business")]
    before = master.read_bytes()
    assert not sync(master, ana).written
    assert master.read_bytes() == before


def test_a_reason_typed_over_in_the_archive_is_taken(master: Path) -> None:
    add_rows(master, "Archive", ("Lead ID", "Archived At", "Reason"), ("L-0009", DAY, "dead"))
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    type_in(ana, "Archive", "Reason", {0: "out of business"})
    sync(master, ana)
    assert [row["Reason"] for row in table(master, "Archive")] == ["out of business"]


def test_a_lead_archived_on_both_sides_says_what_the_copy_says_otherwise(master: Path) -> None:
    ana = copy_of(master, "ana.xlsx")
    for path, reason in ((ana, "out of business"), (master, "dead")):
        add_rows(path, "Archive", ("Lead ID", "Archived At", "Reason"), ("L-0002", DAY, reason))
        delete(path, "Leads", 2)
    report = sync(master, ana)
    assert [row["Reason"] for row in table(master, "Archive")] == ["dead"]
    assert any("Reason out of business" in issue.message for issue in report.issues)


OFFERS = ("Lead ID", "Wanted Outcome", "Solution", "Yearly Benefit")


def offers(path: Path) -> list[tuple[object, ...]]:
    raw = ClosedBook.open(path).contents.tables["Offers"]
    return list(zip(*(raw.cells[list(raw.headers).index(header)] for header in OFFERS), strict=True))


def test_an_offer_written_in_a_copy_comes_over_and_a_changed_one_is_no_second_one(master):
    add_rows(master, "Offers", OFFERS, ("L-0001", "Fewer errors", "A portal", 12_000))
    sync(master)
    copy = copy_of(master, "ana.xlsx")
    add_rows(copy, "Offers", OFFERS, ("L-0002", "Faster quotes", "A tool", 30_000))
    # Most of the row is typed over: an offer is its lead's all the same.
    type_in(copy, "Offers", "Wanted Outcome", {0: "No errors"})
    type_in(copy, "Offers", "Solution", {0: "A portal and training"})
    sync(master, copy)
    assert offers(master) == [
        ("L-0001", "No errors", "A portal and training", 12_000),
        ("L-0002", "Faster quotes", "A tool", 30_000),
    ]


def test_a_copys_proposal_opens_from_the_master_where_its_document_is_found(tmp_path: Path) -> None:
    master = proposal_books.make(tmp_path / "master.xlsx")
    sync(master)
    ana = copy_of(master, "ana.xlsx")
    leadbook.propose(ana, ["L-0001", "L-0002"], as_of=AS_OF)
    (tmp_path / "Proposals" / "Proposal - Birch Labs - v1.docx").unlink()
    sync(master, ana)
    here, gone = (f"Proposals/Proposal - {company} - v1.docx" for company in ("Alder Works", "Birch Labs"))
    assert [row["File"] for row in table(master, "Proposals")] == [here, gone]
    assert proposal_books.formulas(master, "Proposals", "File") == [f'=HYPERLINK("{here}","{here}")', gone]
    before = master.read_bytes()
    assert not sync(master, ana).written
    assert master.read_bytes() == before
