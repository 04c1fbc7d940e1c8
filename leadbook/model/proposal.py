"""What a proposal says: prices to the cent, the buyer's situation, what is offered, and what it is worth to them.

Everything here is a fact or a sum. How an amount or a day is written, in which order and with which words, is the
template's business.
"""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec asks for the types of its fields when a record becomes plain data
from decimal import Decimal

from msgspec import Struct

from leadbook.model.issues import Issue  # noqa: TC001 - as above
from leadbook.model.playbook import CaseStudy  # noqa: TC001 - as above

NOTHING = Decimal(0)


class PricedLine(Struct, frozen=True):
    """One quote line with its sums.

    Parameters
    ----------
    row : int
        Its row in Excel.
    product, description, unit : str
        ``description`` and ``unit`` come from the Products table, "" where it says none.
    quantity : Decimal
    list_price, unit_price : Decimal
        For one unit, before the discount; they may have more digits than the currency. ``list_price`` is ``unit_price``
        where the product has none, or a lower one.
    discount, tax : Decimal
        Shares, 0 to 1.
    gross : Decimal
        Quantity times unit price, rounded to the currency's smallest unit.
    discount_amount : Decimal
        What the discount takes off ``gross``, rounded likewise.
    net : Decimal
        ``gross`` less ``discount_amount``: exact, no further rounding.
    approved_by : str
    """

    row: int
    product: str
    description: str
    unit: str
    quantity: Decimal
    list_price: Decimal
    unit_price: Decimal
    discount: Decimal
    tax: Decimal
    gross: Decimal
    discount_amount: Decimal
    net: Decimal
    approved_by: str = ""


class TaxSum(Struct, frozen=True):
    """What one tax rate comes to: rate (0 to 1), the net amounts it is charged on, and the tax, rounded once."""

    rate: Decimal
    base: Decimal
    amount: Decimal


class PricedOption(Struct, frozen=True):
    """One option of a quote: the lines that are offered together.

    Parameters
    ----------
    name : str
        "" where the quote has no options.
    lines : tuple of PricedLine
    list_total : Decimal
        What the lines cost at list price.
    discount : Decimal
        What all discounts, and prices below list, take off ``list_total``; never negative.
    subtotal : Decimal
        The sum of the lines' net amounts.
    taxes : tuple of TaxSum
        By rate, ascending.
    tax, total : Decimal
        The sum of the taxes; ``subtotal`` and ``tax`` together.
    """

    name: str
    lines: tuple[PricedLine, ...]
    list_total: Decimal
    discount: Decimal
    subtotal: Decimal
    taxes: tuple[TaxSum, ...]
    tax: Decimal
    total: Decimal


class Scenario(Struct, frozen=True):
    """What the investment brings if some share of the expected benefit comes true.

    Parameters
    ----------
    name : str
        Cautious, expected, hopeful.
    share : Decimal
        Of the expected benefit, 1 is all of it.
    benefit, cost, net : Decimal
        Over the years that are looked at: money gained, spent, and the difference.
    payback_months : int or None
        Whole months after which the benefit has paid the cost back, rounded up; None when it does not within those
        years.
    """

    name: str
    share: Decimal
    benefit: Decimal
    cost: Decimal
    net: Decimal
    payback_months: int | None


class Worth(Struct, frozen=True):
    """What the offer is worth to the buyer in money.

    Parameters
    ----------
    yearly_benefit : Decimal
        What the buyer expects to gain or save in a year.
    years : int
        So many years are looked at.
    scenarios : tuple of Scenario
        Three, from cautious to hopeful.
    assumptions : tuple of str
        What the figures rest on, in sentences, printed beside them.
    """

    yearly_benefit: Decimal
    years: int
    scenarios: tuple[Scenario, ...]
    assumptions: tuple[str, ...]


class Milestone(Struct, frozen=True):
    """One step of the timeline: what happens, when (both days inclusive), and who does it.

    Where no start of the work is known, both days are None, and ``after_weeks`` counts from the acceptance.
    """

    name: str
    starts: dt.date | None
    ends: dt.date | None
    weeks: float | None = None
    who: str = ""
    what: str = ""
    after_weeks: float = 0.0


class Objection(Struct, frozen=True):
    """What the buyer doubts, and the answer; "" where none is known yet."""

    objection: str
    answer: str = ""


class Buyer(Struct, frozen=True):
    """Who the proposal is for; every text is "" where the workbook says nothing."""

    lead_id: str
    company: str
    first_name: str = ""
    last_name: str = ""
    job_title: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    street: str = ""
    city: str = ""
    region: str = ""
    postcode: str = ""
    country: str = ""
    industry: str = ""
    employees: int | None = None
    stage: str = ""
    source: str = ""
    competitor: str = ""
    signer: str = ""


class Seller(Struct, frozen=True):
    """Who makes the offer: the lead's owner, and the firm as the Options table describes it."""

    name: str
    email: str = ""
    phone: str = ""
    job_title: str = ""
    team: str = ""
    firm: str = ""
    firm_address: str = ""
    firm_website: str = ""
    firm_email: str = ""
    firm_phone: str = ""
    firm_tax_id: str = ""


class Situation(Struct, frozen=True):
    """The buyer's situation in their own words.

    Parameters
    ----------
    need : str
        What they want to reach.
    problem, trigger, impact : str
        What is wrong, what prompted the talks, what it costs them.
    if_nothing_changes : str
    personal_stake : str
        What the contact gains or loses; for the seller, hardly for print.
    evidence : str
        What the seller's qualification rests on; their own notes, hardly for print.
    """

    need: str = ""
    problem: str = ""
    trigger: str = ""
    impact: str = ""
    if_nothing_changes: str = ""
    personal_stake: str = ""
    evidence: str = ""


class Proposal(Struct, frozen=True):
    """Everything that one proposal says.

    Parameters
    ----------
    buyer, seller, situation
    row : int
        The lead's row in Excel.
    version : int
        From 1; the next one that neither the Proposals table nor a file has.
    date, valid_until : date
        ``valid_until`` is the last day (inclusive) on which the offer holds.
    currency, locale : str
        ISO 4217 code; a locale such as ``de_DE`` by which amounts and days are written.
    solution : str
    scope, exclusions : tuple of str
        What is delivered, and what is not.
    options : tuple of PricedOption
        In the order of the quote lines; the first is the one that is recommended.
    worth : Worth or None
        None where no benefit is known: nothing is guessed.
    peace_of_mind : str
        The benefit that has no figure.
    timeline : tuple of Milestone
    proof : tuple of CaseStudy
        Of the buyer's industry first.
    objections : tuple of Objection
    terms : tuple of str
    approved_by : str
        Who approved a discount above the limit; "" where none was needed.
    size : str
        ``small``, ``medium``, ``large`` or "" by the buyer's employees.
    extra : dict of str to str
        The seller's own further columns of the lead, by key (``contract_type``).
    notes : tuple of Issue
        For the seller before sending, never for print: what the proposal goes without.
    """

    buyer: Buyer
    seller: Seller
    situation: Situation
    row: int
    version: int
    date: dt.date
    valid_until: dt.date
    currency: str
    locale: str
    solution: str
    scope: tuple[str, ...]
    exclusions: tuple[str, ...]
    options: tuple[PricedOption, ...]
    worth: Worth | None
    peace_of_mind: str
    timeline: tuple[Milestone, ...]
    proof: tuple[CaseStudy, ...]
    objections: tuple[Objection, ...]
    terms: tuple[str, ...]
    approved_by: str = ""
    size: str = ""
    extra: dict[str, str] = {}
    notes: tuple[Issue, ...] = ()


class Refused(Struct, frozen=True):
    """A lead that no proposal can be written for.

    Parameters
    ----------
    row : int
        The lead's row in Excel; 0 where no lead was found.
    lead_id : str
        As the workbook spells it, or as it was asked for.
    company : str
    issues : tuple of Issue
        Why, each with its cell and what to do; at least one.
    """

    row: int
    lead_id: str
    company: str
    issues: tuple[Issue, ...]
