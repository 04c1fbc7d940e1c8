"""Proposals in workbooks of a team's own: other tables, columns and copies, and what follows a lead."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import xlsxwriter
from proposal_books import (
    COMPANIES,
    DAY,
    digest,
    leads_of,
    make,
    propose,
    quotes_of,
    rows,
)

import leadbook
from leadbook.books.closed import ClosedBook


@pytest.fixture
def book(tmp_path: Path) -> Path:
    return make(tmp_path / "leads.xlsx")


def adopted(path: Path, *, own_table: bool) -> Path:
    """A team's own list, adopted, with a table of its own that is called Proposals where that is wished."""
    made = xlsxwriter.Workbook(str(path))
    sheet = made.add_worksheet("Deals")
    headers = ("Client", "Status", "Value", "Latest Proposal", "First Name", "Last Name", "Lead ID", "Problem", "Owner")
    sheet.add_table(0, 0, 2, 8, {"name": "Deals", "columns": [{"header": header} for header in headers]})
    sheet.write_row(1, 0, ("Alder Works", "Proposal", 1200, "ask Tom", "Emma", "Berg", "L-0001", "Slow", "Ana"))
    sheet.write_row(2, 0, ("Birch Labs", "Proposal", 800, None, "Jonas", "Hughes", "L-0002", "Slow", "Ana"))
    lines = made.add_worksheet("Lines")
    heads = ("Lead ID", "Product", "Quantity", "Unit Price", "Tax %")
    lines.add_table(0, 0, 2, 4, {"name": "QuoteLines", "columns": [{"header": header} for header in heads]})
    lines.write_row(1, 0, ("L-0001", "Plan", 1, 1000, 0.2))
    lines.write_row(2, 0, ("L-0002", "Plan", 1, 100, 0.2))
    if own_table:
        mine = made.add_worksheet("Mine")
        mine.add_table(0, 0, 1, 1, {"name": "Proposals", "columns": [{"header": "Idea"}, {"header": "Votes"}]})
        mine.write_row(1, 0, ("A picnic", 3))
    made.close()
    leadbook.adopt(path)
    return path


@pytest.mark.slow
@pytest.mark.parametrize("own_table", [False, True])
def test_an_adopted_workbook_gets_the_table_and_keeps_its_own(tmp_path: Path, own_table: bool, ooxml_validator) -> None:
    path = adopted(tmp_path / "deals.xlsx", own_table=own_table)
    [first] = propose(path, "L-0001").written
    assert first.version == 1
    tables = ClosedBook.open(path).contents.tables
    assert ("Leadbook_Proposals" in tables) is own_table
    [second] = propose(path, "L-0001").written
    assert second.version == 2
    leadbook.refresh(path, as_of=DAY)
    deals = rows(path, "Deals")
    assert [row["Latest Proposal"] for row in deals] == ["ask Tom", None]  # the seller's own column
    assert [row["Latest Proposal (leadbook)"] for row in deals] == ["v2 Written", None]
    before = digest(path)
    leadbook.refresh(path, as_of=DAY)
    leadbook.refresh(path, as_of=DAY)
    assert [row["Latest Proposal (leadbook)"] for row in rows(path, "Deals")] == ["v2 Written", None]
    assert before
    if own_table:
        assert rows(path, "Mine") == [{"Idea": "A picnic", "Votes": 3}]
    assert ooxml_validator(path) == []


def test_a_column_of_the_sellers_own_is_never_written_over(book: Path) -> None:
    opened = ClosedBook.open(book)
    from leadbook.model.columns import Column

    opened.add_columns("Leads", [Column("Latest Proposal")])
    opened.write_column("Leads", "Latest Proposal", {2: "in the blue folder"})
    opened.save()
    leadbook.refresh(book, as_of=DAY)
    propose(book, "L-0001")
    leadbook.refresh(book, as_of=DAY)
    first = rows(book, "Leads")[0]
    assert first["Latest Proposal"] == "in the blue folder"
    assert first["Latest Proposal (leadbook)"] == "v1 Written"


def test_a_merge_takes_the_proposals_along_and_counts_on(book: Path) -> None:
    propose(book, "L-0001", "L-0002")
    leadbook.merge(book, ["L-0001", "L-0002"], as_of=DAY)
    assert [row["Lead ID"] for row in rows(book)] == ["L-0001", "L-0001"]
    assert propose(book, "L-0001").written[0].version == 2


def test_a_copy_that_comes_back_brings_its_proposals_file_names(book: Path, tmp_path: Path) -> None:
    leadbook.sync(book, [], as_of=DAY)
    propose(book, "L-0001")
    leadbook.sync(book, [], as_of=DAY)
    copy = Path(shutil.copy(book, tmp_path / "ana.xlsx"))
    propose(copy, "L-0002", out=tmp_path / "Anas")
    leadbook.sync(book, [copy], as_of=DAY)
    assert [row["File"] for row in rows(book)] == [
        "Proposals/Proposal - Alder Works - v1.docx", "Anas/Proposal - Birch Labs - v1.docx",
    ]  # fmt: skip


@pytest.mark.parametrize(("totals", "below"), [(False, True), (True, False), (True, True)])
def test_a_table_of_another_order_is_filled_by_its_headers_and_finds_room(
    book: Path, totals: bool, below: bool, ooxml_validator
) -> None:
    """The team's own Proposals: no Currency, a column of its own, a row of totals, a note below it."""
    theirs = book.with_name("theirs.xlsx")
    made = xlsxwriter.Workbook(str(theirs))
    leads = leads_of(COMPANIES)
    for sheet, name, table in (("Leads", "Leads", leads), ("Quotes", "QuoteLines", quotes_of(COMPANIES))):
        page = made.add_worksheet(sheet)
        keys = list(table[0])
        headers = [{"header": key.replace("_percent", " %").replace("_", " ").title()} for key in keys]
        page.add_table(0, 0, len(table), len(keys) - 1, {"name": name, "columns": headers})
        for at, row in enumerate(table, 1):
            page.write_row(at, 0, [row[key] for key in keys])
    page = made.add_worksheet("Sent")
    headers = ["Status", "Lead ID", "Version", "File", "Mine", "Total", "Date", "Valid Until"]
    columns = [{"header": header} | ({"total_function": "sum"} if header == "Total" else {}) for header in headers]
    page.add_table(0, 0, 1 + totals, 7, {"name": "Proposals", "columns": columns, "total_row": totals})
    page.write_row(1, 0, ("Sent", "L-0001", 4, "by hand.docx", "x", 5))
    if below:
        page.write(4, 0, "a note")
    made.close()
    propose(theirs, "L-0001", "L-0002")
    asked = ("Lead ID", "Version", "Status", "Mine", "Currency")
    assert [tuple(row[header] for header in asked) for row in rows(theirs, "Sent")] == [
        ("L-0001", 4, "Sent", "x", None), ("L-0001", 5, "Written", None, "EUR"), ("L-0002", 1, "Written", None, "EUR"),
    ]  # fmt: skip
    assert ooxml_validator(theirs) == []
