"""From leads to proposals: everything each one says, or why it cannot be written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.archived import folded_id
from leadbook.analysis.proposing.benefit import weigh_worth
from leadbook.analysis.proposing.catalogue import currency_fault
from leadbook.analysis.proposing.doubts import meet_objections
from leadbook.analysis.proposing.ground import Findings, named, survey
from leadbook.analysis.proposing.offering import read_offer
from leadbook.analysis.proposing.people import read_buyer, read_seller, read_situation, size_of
from leadbook.analysis.proposing.preflight import check_lead
from leadbook.analysis.proposing.proof import choose_proof
from leadbook.analysis.proposing.quoting import quote
from leadbook.analysis.proposing.timeline import lay_out
from leadbook.analysis.proposing.wording import clean, in_one_line, items
from leadbook.model.cells import cell_text, shown
from leadbook.model.columns import key_of
from leadbook.model.issues import Issue
from leadbook.model.proposal import Proposal, Refused
from leadbook.model.proposal_codes import PROPOSAL_CODES

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable, Mapping, Sequence

    from leadbook.analysis.proposing.ground import Ground, Row
    from leadbook.analysis.proposing.offering import OfferTexts
    from leadbook.analysis.proposing.quoting import Quote
    from leadbook.model.playbook import Product
    from leadbook.model.records import Records


def prepare_proposals(
    records: Records, rows: Iterable[int], today: dt.date, versions: Mapping[str, int]
) -> list[Proposal | Refused]:
    """Return a proposal for each lead, or why none can be written.

    Parameters
    ----------
    records : Records
        With its ``offers`` (``model.leads.with_offers``); without them every proposal goes without.
    rows : iterable of int
        Excel rows of leads, as ``choose_rows`` returns them.
    today : date
    versions : mapping of str to int
        The next version of each lead, by lead id folded as ``archived.folded_id`` does it; 1 where it has none.

    Returns
    -------
    list of Proposal or Refused
        In the order of ``rows``. A refused lead names every reason at once, each with the cell to fill.
    """
    asked = list(rows)
    ground = survey(records, asked, today)
    return [_prepare(ground, row, versions) for row in asked]


def _prepare(ground: Ground, number: int, versions: Mapping[str, int]) -> Proposal | Refused:
    lead = ground.leads.get(number)
    if lead is None:
        table = ground.records.leads.table
        message = f"Row {number} holds no lead; select a cell of a lead's row."
        severity = PROPOSAL_CODES["LB601"].severity
        return Refused(number, "", "", (Issue(table.sheet if table else "", number, 0, "LB601", severity, message),))
    findings = Findings()
    key = folded_id(lead.text("lead_id"))
    check_lead(ground, lead, findings)
    currency = lead.text("currency") or ground.playbook.options.base_currency
    fault = currency_fault(ground.playbook, currency)
    if fault is not None:
        findings.refuse(lead, "currency", "LB610", f"The currency is {fault}")
    offer = read_offer(ground, lead, ground.offers.get(key, []), currency, findings)
    lines = ground.quote_lines.get(key, [])
    if not lines:
        message = f"{named(lead)} has no quote lines; add what is offered to Quote Lines, with this Lead ID."
        findings.refuse(lead, "lead_id", "LB605", message)
    # Without a currency that can be used no price can be judged.
    offered = quote(ground, lines, currency, offer.approved_by, findings) if lines and fault is None else None
    if offered is None or findings.refusals:
        company = in_one_line(lead.text("company"))
        return Refused(number, lead.text("lead_id"), company, tuple(findings.refusals))
    return _compose(ground, lead, offer, offered, findings, version=versions.get(key, 1))


def _compose(
    ground: Ground, lead: Row, offer: OfferTexts, offered: Quote, findings: Findings, *, version: int
) -> Proposal:
    """Return the proposal of a lead that nothing keeps back."""
    playbook, options = ground.playbook, ground.playbook.options
    currency = lead.text("currency") or options.base_currency
    buyer = read_buyer(lead)
    size = size_of(buyer.employees)
    proof = choose_proof(playbook.case_studies, buyer.industry, lead.text("problem"), size)
    objections = meet_objections(lead.text("objections"), playbook.answers)
    if not proof:
        message = "No case study is of this industry or of a similar problem, so the proposal goes without proof."
        findings.note(lead, "industry", "LB620", message)
    for met in objections:
        if not met.answer:
            message = f"Objections has no answer to {shown(met.objection)}; add one to Settings."
            findings.note(lead, "objections", "LB620", message)
    if not playbook.milestones:
        message = "Settings has no Milestones, so the proposal goes without a timeline."
        findings.note(lead, "lead_id", "LB620", message)
    return Proposal(
        buyer=buyer,
        seller=read_seller(ground, lead),
        situation=read_situation(lead, offer),
        row=lead.number,
        version=version,
        date=ground.today,
        valid_until=offered.valid_until,
        currency=currency,
        locale=offer.locale or options.proposal_language,
        solution=offer.solution,
        scope=offer.scope or _listed(offered.products, "scope"),
        exclusions=offer.exclusions or _listed(offered.products, "not_included"),
        options=offered.options,
        worth=weigh_worth(offer.yearly_benefit, offer.benefit_basis, offered.options, currency, options),
        peace_of_mind=offer.peace_of_mind,
        timeline=lay_out(playbook.milestones, offer.start, playbook),
        proof=proof,
        objections=objections,
        terms=offer.terms or items(lead.text("terms")) or items(options.payment_terms),
        approved_by=offered.approved_by,
        size=size,
        extra=_extra(lead),
        notes=tuple(findings.notes),
    )


def _listed(products: Sequence[Product], field: str) -> tuple[str, ...]:
    """Return what the products of the recommended option list, each item once."""
    return tuple(dict.fromkeys(item for product in products for item in items(getattr(product, field))))


def _extra(lead: Row) -> dict[str, str]:
    """Return the seller's own columns of a lead, by key, as texts."""
    return {key: clean(cell_text(cell)) for header, cell in lead.extra.items() if (key := key_of(header))}
