"""A proposal of made-up facts with something in every field: examples to print, and what a check fills in."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from leadbook.model.playbook import CaseStudy
from leadbook.model.proposal import (
    Buyer,
    Milestone,
    Objection,
    PricedLine,
    PricedOption,
    Proposal,
    Scenario,
    Seller,
    Situation,
    TaxSum,
    Worth,
)

_TAX, _NOTHING = Decimal("0.2"), Decimal(0)


def example_proposal() -> Proposal:
    """Return the proposal, two options of it, in pounds and as Britain writes them."""
    licences = _line(5, "Licences", 40, "60.00", "0.1", description="One for each person who sells")
    training = _line(6, "Training", 2, "900.00", "0", description="A day at your office")
    return Proposal(
        buyer=Buyer(
            lead_id="L-0042",
            company="Example Ltd",
            first_name="Alex",
            last_name="Example",
            job_title="Head of Operations",
            email="alex@example.com",
            phone="+44 20 7946 0000",
            website="https://example.com",
            street="1 Example Street",
            city="London",
            region="Greater London",
            postcode="EC1A 1AA",
            country="United Kingdom",
            industry="Manufacturing",
            employees=120,
            stage="Proposal",
            source="Referral",
            competitor="None named",
            signer="The managing director",
        ),
        seller=Seller(
            name="Sam Seller",
            job_title="Account Manager",
            email="sam@example.org",
            phone="+44 20 7946 0001",
            team="North",
            firm="Example Sellers",
            firm_address="2 Example Road\nLondon EC1A 1AB",
            firm_website="https://example.org",
            firm_email="hello@example.org",
            firm_phone="+44 20 7946 0002",
            firm_tax_id="GB 000 0000 00",
        ),
        situation=Situation(
            need="Quotes that leave on the day they are asked for",
            problem="Quotes take four days",
            trigger="A large order went to a faster firm in spring",
            impact="About one order in ten is lost while the quote is written",
            if_nothing_changes="Another year of orders lost to whoever answers first",
            personal_stake="Has promised the board a faster answer",
            evidence="Order book of last year",
        ),
        row=43,
        version=3,
        date=dt.date(2026, 3, 2),
        valid_until=dt.date(2026, 4, 1),
        currency="GBP",
        locale="en_GB",
        solution="Everyone writes quotes from one price list, and sees which ones are waiting.",
        scope=("Set up within your own systems", "Training of everyone who sells"),
        exclusions=("New hardware", "Changes to your accounting"),
        options=(_option("Standard", (licences, training)), _option("Basic", (licences,))),
        worth=Worth(
            yearly_benefit=Decimal(24000),
            years=2,
            scenarios=tuple(
                _scenario(name, share, months)
                for name, share, months in (("Cautious", "0.5", 5), ("Expected", "1", 3), ("Hopeful", "1.25", 2))
            ),
            assumptions=("One order in ten is lost today, as you told us.", "Prices stay as they are for two years."),
        ),
        peace_of_mind="Nobody has to stay late for a quote again.",
        timeline=(
            Milestone("Start", dt.date(2026, 4, 13), dt.date(2026, 4, 17), 1, "Both teams", "Agree who does what"),
            Milestone("Training", dt.date(2026, 4, 20), dt.date(2026, 5, 1), 2, "Example Sellers", "Two days each"),
        ),
        proof=(
            CaseStudy("Another Ltd", "Manufacturing", "Slow quotes", "A day instead of five", "https://example.org/a"),
        ),
        objections=(Objection("It takes too long to learn", "Two days of training were enough for Another Ltd."),),
        terms=("Payable within 30 days of the invoice.", "Prices are without travel costs."),
        approved_by="The head of sales",
        size="medium",
        extra={"contract_type": "Yearly"},
    )


def bare_proposal() -> Proposal:
    """Return a proposal in which next to nothing is known: one product, no tax, no discount, no benefit, no dates."""
    price = Decimal(100)
    line = PricedLine(
        row=2, product="Licence", description="", unit="", quantity=Decimal(1), list_price=price, unit_price=price,
        discount=_NOTHING, tax=_NOTHING, gross=price, discount_amount=_NOTHING, net=price,
    )  # fmt: skip
    option = PricedOption(
        name="", lines=(line,), list_total=price, discount=_NOTHING, subtotal=price, taxes=(), tax=_NOTHING,
        total=price,
    )  # fmt: skip
    return Proposal(
        buyer=Buyer(lead_id="L-0001", company="Example Ltd"), seller=Seller(name="Sam Seller"), situation=Situation(),
        row=2, version=1, date=dt.date(2026, 3, 2), valid_until=dt.date(2026, 4, 1), currency="GBP", locale="en_GB",
        solution="", scope=(), exclusions=(), options=(option,), worth=None, peace_of_mind="", timeline=(), proof=(),
        objections=(), terms=(),
    )  # fmt: skip


def _line(row: int, product: str, quantity: int, price: str, discount: str, *, description: str) -> PricedLine:
    gross = quantity * Decimal(price)
    off = gross * Decimal(discount)
    return PricedLine(
        row=row,
        product=product,
        description=description,
        unit="each",
        quantity=Decimal(quantity),
        list_price=Decimal(price),
        unit_price=Decimal(price),
        discount=Decimal(discount),
        tax=_TAX,
        gross=gross,
        discount_amount=off,
        net=gross - off,
        approved_by="The head of sales" if off else "",
    )


def _option(name: str, lines: tuple[PricedLine, ...]) -> PricedOption:
    subtotal = sum((line.net for line in lines), Decimal(0))
    tax = subtotal * _TAX
    return PricedOption(
        name=name,
        lines=lines,
        list_total=sum((line.gross for line in lines), Decimal(0)),
        discount=sum((line.discount_amount for line in lines), Decimal(0)),
        subtotal=subtotal,
        taxes=(TaxSum(_TAX, subtotal, tax),),
        tax=tax,
        total=subtotal + tax,
    )


def _scenario(name: str, share: str, months: int) -> Scenario:
    benefit, cost = 48000 * Decimal(share), Decimal(4752)
    return Scenario(name, Decimal(share), benefit, cost, benefit - cost, months)
