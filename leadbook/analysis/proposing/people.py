"""Who buys, who sells, and the buyer's situation, as a proposal says them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.proposing.wording import clean, in_one_line
from leadbook.model.cells import comparable
from leadbook.model.proposal import Buyer, Seller, Situation

if TYPE_CHECKING:
    from leadbook.analysis.proposing.ground import Ground, Row
    from leadbook.analysis.proposing.offering import OfferTexts

_SMALL_BELOW, _MEDIUM_BELOW = 50, 500  # employees


def read_buyer(lead: Row) -> Buyer:
    """Return the buyer; a lead without a company is its person."""
    texts = {
        key: in_one_line(lead.text(key))
        for key in (
            "first_name", "last_name", "job_title", "email", "phone", "website", "street", "city", "region",
            "postcode", "country", "industry", "source", "competitor", "signer",
        )
    }  # fmt: skip
    employees = lead.number_of("employees")
    person = f"{texts['first_name']} {texts['last_name']}".strip()
    return Buyer(
        in_one_line(lead.text("lead_id")),
        in_one_line(lead.text("company")) or person,
        employees=None if employees is None else int(employees),
        stage=lead.text("stage_name") or in_one_line(lead.text("stage")),
        **texts,
    )


def size_of(employees: int | None) -> str:
    """Return whether a firm is small (below 50 employees), medium (below 500) or large; "" where nobody knows."""
    if employees is None:
        return ""
    if employees < _SMALL_BELOW:
        return "small"
    return "medium" if employees < _MEDIUM_BELOW else "large"


def read_seller(ground: Ground, lead: Row) -> Seller:
    """Return the lead's owner, as Reps knows them, and the firm of the options."""
    owner, options = in_one_line(lead.text("owner")), ground.playbook.options
    rep = ground.reps.get(comparable(owner))
    return Seller(
        owner,
        email=in_one_line(rep.email) if rep else "",
        phone=in_one_line(rep.phone) if rep else "",
        job_title=in_one_line(rep.job_title) if rep else "",
        team=in_one_line(rep.team) if rep else "",
        firm=in_one_line(options.our_firm),
        firm_address=clean(options.our_address),
        firm_website=in_one_line(options.our_website),
        firm_email=in_one_line(options.our_email),
        firm_phone=in_one_line(options.our_phone),
        firm_tax_id=in_one_line(options.our_tax_id),
    )


def read_situation(lead: Row, offer: OfferTexts) -> Situation:
    """Return the buyer's situation in their own words."""
    return Situation(
        need=offer.wanted_outcome,
        problem=clean(lead.text("problem")),
        trigger=clean(lead.text("trigger")),
        impact=clean(lead.text("impact")),
        if_nothing_changes=offer.if_nothing_changes,
        personal_stake=clean(lead.text("personal_stake")),
        evidence=clean(lead.text("bant_evidence")),
    )
