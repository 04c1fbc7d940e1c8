"""What the Offers table says about one lead, and what of it cannot be used."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.proposing.pricing import exact
from leadbook.analysis.proposing.quoted_lines import LARGEST
from leadbook.analysis.proposing.wording import clean, in_one_line, items
from leadbook.model.cells import is_blank, shown
from leadbook.model.languages import locale_code

if TYPE_CHECKING:
    import datetime as dt
    from decimal import Decimal

    from leadbook.analysis.proposing.ground import Findings, Ground, Row


class OfferTexts(Struct, frozen=True):
    """One row of Offers, cleaned; blank where the workbook has none."""

    wanted_outcome: str = ""
    if_nothing_changes: str = ""
    solution: str = ""
    scope: tuple[str, ...] = ()
    exclusions: tuple[str, ...] = ()
    yearly_benefit: Decimal | None = None
    benefit_basis: str = ""
    peace_of_mind: str = ""
    start: dt.date | None = None
    terms: tuple[str, ...] = ()
    approved_by: str = ""
    locale: str = ""


_ASKED = (
    ("wanted_outcome", "what the buyer wants to reach"),
    ("if_nothing_changes", "what happens if nothing changes"),
    ("solution", "the solution in words"),
    ("yearly_benefit", "what it is worth in money"),
)


def read_offer(ground: Ground, lead: Row, rows: list[Row], currency: str, findings: Findings) -> OfferTexts:
    """Return what Offers says about a lead; refuse what cannot be used, note what is not said."""
    if not rows:
        if ground.records.offers is None or ground.records.offers.table is None:
            message = "The workbook has no table Offers, so the proposal goes without need, solution and benefit."
        else:
            message = "Offers has no row of this lead, so the proposal goes without need, solution and benefit."
        findings.note(lead, "lead_id", "LB620", message)
        return OfferTexts()
    row = rows[0]
    if len(rows) > 1:
        others = " and ".join(f"row {other.number}" for other in rows[1:])
        message = f"Offers has this lead in row {row.number} and in {others}; keep one of them."
        findings.refuse(rows[-1], "lead_id", "LB611", message)
    for key, what in _ASKED:
        if is_blank(row.typed(key)):
            findings.note(row, key, "LB620", f"The proposal goes without {what}; write it here if you know it.")
    if not row.text("benefit_basis") and row.number_of("yearly_benefit"):
        message = "Nothing says what the yearly benefit rests on; write it here, since the buyer will ask."
        findings.note(row, "benefit_basis", "LB620", message)
    return OfferTexts(
        clean(row.text("wanted_outcome")),
        clean(row.text("if_nothing_changes")),
        clean(row.text("solution")),
        items(row.text("scope")),
        items(row.text("exclusions")),
        _benefit(row, currency, findings),
        clean(row.text("benefit_basis")),
        clean(row.text("peace_of_mind")),
        _start(row, ground.today, findings),
        items(row.text("terms")),
        in_one_line(row.text("approved_by")),
        _locale(row, findings),
    )


def _benefit(row: Row, currency: str, findings: Findings) -> Decimal | None:
    number = row.number_of("yearly_benefit")
    mark = row.other_currency("yearly_benefit", currency)
    if row.is_unreadable("yearly_benefit"):
        message = f"{shown(row.typed('yearly_benefit'))} is not an amount; type a number."
        findings.refuse(row, "yearly_benefit", "LB607", message)
    elif mark:
        message = f"This benefit is typed with {mark}, but the offer is in {currency}; make the two agree."
        findings.refuse(row, "yearly_benefit", "LB610", message)
    elif number is not None and not 0 <= number <= LARGEST:
        findings.refuse(row, "yearly_benefit", "LB607", f"A yearly benefit of {number:g} cannot be; correct it.")
    elif number:
        return exact(number)
    return None


def _start(row: Row, today: dt.date, findings: Findings) -> dt.date | None:
    start = row.day("start_date")
    if row.is_unreadable("start_date"):
        message = f"{shown(row.typed('start_date'))} is not a date; type the day the work begins, or clear the cell."
        findings.refuse(row, "start_date", "LB611", message)
    elif start is not None and start < today:
        message = f"The work would begin on {start}, which has passed; write a later day, or clear the cell."
        findings.refuse(row, "start_date", "LB611", message)
    return start


def _locale(row: Row, findings: Findings) -> str:
    typed = row.text("language")
    found = locale_code(typed) if typed else ""
    if found is None:
        findings.refuse(row, "language", "LB611", f"{shown(typed)} is no language; write one such as en_GB or de_DE.")
    return found or ""
