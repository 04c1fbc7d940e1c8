"""Offers are checked before a proposal is refused for them: by check, by its fixes and by a refresh."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from openpyxl import load_workbook

import leadbook
from leadbook.books.closed import ClosedBook
from leadbook.books.starter import starter_bytes
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.leads import read_records, with_offers
from leadbook.rules.checking import check
from leadbook.run.checking import Wanted, fix_book

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 11, 20)


@pytest.fixture
def book(tmp_path: Path) -> Path:
    leads = [{"lead_id": f"L-000{n}", "company": f"Alder {n}", "stage": "Proposal"} for n in (1, 2)]
    offers = [
        {"lead_id": "L-0001", "yearly_benefit": -5, "start_date": dt.date(2026, 11, 1)},
        {"lead_id": "L2", "yearly_benefit": "a lot", "language": "Klingon"},
        {"lead_id": "L-0001", "solution": "One list"},
    ]
    path = tmp_path / "leads.xlsx"
    path.write_bytes(starter_bytes(DEFAULT_PLAYBOOK, {"Leads": leads, "Offers": offers}))
    return path


EXPECTED = {
    ("Offers!G2", "LB632"), ("Offers!J2", "LB633"), ("Offers!A3", "LB630"), ("Offers!G3", "LB201"),
    ("Offers!M3", "LB634"), ("Offers!A4", "LB631"),
}  # fmt: skip


def of_offers(issues) -> set[tuple[str, str]]:
    return {(issue.address, issue.code) for issue in issues if issue.sheet == "Offers"}


def test_a_check_names_each_cell_of_offers_that_a_proposal_would_be_refused_for(book):
    assert of_offers(leadbook.check(book, as_of=DAY).issues) == EXPECTED


def test_a_fix_puts_the_lead_id_of_an_offer_right(book):
    fix_book(ClosedBook.open(book), DAY, Wanted(), unsafe=True)
    assert ("Offers!A3", "LB630") not in of_offers(leadbook.check(book, as_of=DAY).issues)
    raw = ClosedBook.open(book).contents.tables["Offers"]
    assert raw.cells[0][1] == "L-0002"


def test_a_refresh_lists_them_among_the_issues(book):
    leadbook.refresh(book, as_of=DAY)
    told = {str(cell) for row in load_workbook(book)["Issues"].values for cell in row}
    assert {code for _, code in EXPECTED} <= told


def test_nothing_of_offers_is_carried_along_after_a_check(book):
    contents = ClosedBook.open(book).contents
    records, _ = with_offers(read_records(contents, DEFAULT_PLAYBOOK)[0], contents)
    check(records, DAY)
    assert records.offers.memo == {}


def test_a_blank_table_of_offers_is_no_issue(tmp_path):
    path = tmp_path / "leads.xlsx"
    path.write_bytes(starter_bytes(DEFAULT_PLAYBOOK, {"Leads": [{"lead_id": "L-1", "company": "Alder"}]}))
    assert of_offers(leadbook.check(path, as_of=DAY).issues) == set()
    contents = ClosedBook.open(path).contents
    records, _ = read_records(contents, DEFAULT_PLAYBOOK)
    assert with_offers(records, contents, only_filled=True) == (records, [])  # it takes no time of a check
