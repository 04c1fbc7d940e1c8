"""A small workbook whose one lead is ready for a proposal, so that each test changes what it is about."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.proposing.preparing import prepare_proposals
from leadbook.model.leads import read_records, with_offers
from leadbook.model.proposal import Proposal, Refused
from leadbook.model.settings import read_playbook
from leadbook.model.tables import BookContents, RawTable

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.model.records import Records

TODAY = dt.date(2026, 11, 20)

LEAD = {
    "Lead ID": "L-0042", "Company": "Fjord Freight GmbH", "Industry": "Logistics", "Employees": 180,
    "First Name": "Clara", "Last Name": "Berg", "Owner": "Ana Costa", "Stage": "Proposal", "Currency": "EUR",
    "Problem": "Customers chase their deliveries", "Impact": "Customers leave", "Objections": "Price above budget",
    "Terms": None, "Lost Reason": None,
}  # fmt: skip
LINE = {
    "Lead ID": "L-0042", "Option": None, "Product": "Portal", "Quantity": 2, "Unit Price": 1000, "Discount %": 0.1,
    "Tax %": 0.19, "Approved By": None, "Valid Until": None,
}  # fmt: skip
OFFER = {
    "Lead ID": "L-0042", "Wanted Outcome": "Fewer calls", "If Nothing Changes": "More calls", "Solution": "A portal",
    "Scope": "Portal\nTraining", "Exclusions": "Travel; Hardware", "Yearly Benefit": 2400, "Benefit Basis": "10 hours",
    "Peace of Mind": "Quiet evenings", "Start Date": None, "Terms": None, "Approved By": None, "Language": None,
}  # fmt: skip
PRODUCT = {"Product": "Portal", "List Price": 1000, "Currency": "EUR", "Tax %": 0.07, "Valid Until": None,
           "Description": "A page of your own", "Unit": "year", "Scope": "Updates",
           "Not Included": "Set-up"}  # fmt: skip
REP = {"Owner": "Ana Costa", "Email": "ana@seller.example", "Phone": "+49 40 66969 501", "Job Title": "Seller"}
STORY = {"Case Study": "Tern", "Industry": "Logistics", "Problem": "Customers chased", "Result": "Fewer calls"}
STEP = {"Milestone": "Kick-off", "After Weeks": 0, "Weeks": 0, "Who": "Us", "What": "We begin"}
ANSWER = {"Objection": "Price", "Also Called": "budget", "Answer": "It pays."}


def contents(
    leads: Sequence[Mapping[str, object]] = (LEAD,),
    lines: Sequence[Mapping[str, object]] = (LINE,),
    offers: Sequence[Mapping[str, object]] | None = (OFFER,),
    *,
    archive: Sequence[Mapping[str, object]] = (),
    options: Mapping[str, object] | None = None,
    products: Sequence[Mapping[str, object]] = (PRODUCT,),
    rates: Mapping[str, object] | None = None,
    stories: Sequence[Mapping[str, object]] = (STORY,),
    milestones: Sequence[Mapping[str, object]] = (STEP,),
    columns: Sequence[Mapping[str, object]] = (),
) -> BookContents:
    """Return a workbook's tables; each starts at A1 of a sheet of its name but Settings' and Quote Lines."""
    made = [
        _table("Leads", leads), _table("QuoteLines", lines, "Quote Lines"), _table("Archive", archive),
        _table("Products", products, "Settings"), _table("Reps", (REP,), "Settings"),
        _table("CaseStudies", stories, "Settings"), _table("Milestones", milestones, "Settings"),
        _table("Objections", (ANSWER,), "Settings"), _table("Columns", columns, "Settings"),
        _table("Options", [{"Option": name, "Value": value} for name, value in (options or {}).items()], "Settings"),
        _table("Rates", [{"Currency": code, "Rate": rate} for code, rate in (rates or {}).items()], "Settings"),
    ]  # fmt: skip
    if offers is not None:
        made.append(_table("Offers", offers))
    return BookContents("book.xlsx", {table.name: table for table in made if table is not None}, [], 1900)


def _table(name: str, rows: Sequence[Mapping[str, object]], sheet: str = "") -> RawTable | None:
    if not rows:
        return None
    headers = list(dict.fromkeys(header for row in rows for header in row))
    cells = [[row.get(header) for row in rows] for header in headers]
    numbers = np.arange(2, 2 + len(rows), dtype=np.int64)
    return RawTable(name, sheet or name, headers, 1, 1, numbers, cells, 1 + len(rows))


def read(*tables: Sequence[Mapping[str, object]] | None, **more: object) -> Records:
    """Return the records of ``contents`` called with the same arguments."""
    book = contents(*tables, **more)  # type: ignore[arg-type] # as contents has them
    playbook, _ = read_playbook(book)
    return with_offers(read_records(book, playbook)[0], book)[0]


def prepare(*tables: Sequence[Mapping[str, object]] | None, row: int = 2, today: dt.date = TODAY, **more: object):
    """Return what becomes of one lead."""
    [found] = prepare_proposals(read(*tables, **more), [row], today, {})
    return found


def proposal(*tables: Sequence[Mapping[str, object]] | None, **more: object) -> Proposal:
    """Return the lead's proposal; a refusal fails the test with its reasons."""
    found = prepare(*tables, **more)
    assert isinstance(found, Proposal), found.issues
    return found


def refusal(*tables: Sequence[Mapping[str, object]] | None, **more: object) -> list[tuple[str, str]]:
    """Return code and cell of each reason for refusing the lead."""
    found = prepare(*tables, **more)
    assert isinstance(found, Refused)
    return [(issue.code, issue.address) for issue in found.issues]
