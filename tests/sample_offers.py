"""What the sample's sellers offer besides prices: the table Offers, second options, products, proof and answers."""

from __future__ import annotations

import datetime as dt
import random
from typing import TYPE_CHECKING

from leadbook.model.playbook import Answer, CaseStudy, Product

if TYPE_CHECKING:
    from sample_story import Story

STAGES = ("Proposal", "Objections", "Closing", "Won")
WAGE, WEEKS = 48, 46  # an hour's cost, and the working weeks of a year, that benefits are counted with

# What each problem's buyers want, fear and get.
WORDS = {
    "Orders are retyped by hand": (
        "Every order entered once, by whoever takes it",
        "Two people go on copying orders, and one line in forty is wrong",
        "Orders flow from the inbox into your system; people only look at the ones that are unclear.",
        "Order inbox for three mailboxes\nConnection to your order system\nRules for your fifty most sold items",
        "Changes to your order system; Orders that come by phone",
        "retyping orders",
        "Nobody has to stay late because an order was missed.",
    ),
    "Month-end takes nine days": (
        "Month-end closed within four days",
        "The board sees October's numbers in the middle of November, and decides without them",
        "One ledger view over all companies, reconciled every night instead of once a month.",
        "Nightly reconciliation\nClosing checklist with owners\nReports for the board",
        "Tax returns; Audit of past years",
        "closing the month",
        "The finance team goes home on time at month-end.",
    ),
    "Stock counts never agree": (
        "One stock figure that warehouse and sales both trust",
        "Sales goes on promising goods that are not there",
        "Every movement is scanned where it happens, so the count is right all day.",
        "Scanning on hand-held devices\nLocations for the whole warehouse\nCount by zone, without closing",
        "Hand-held devices themselves; Moving of racks",
        "counting and searching",
        "No more calls to customers whose goods were not there.",
    ),
    "Quotes go out late": (
        "Every quote out within one working day",
        "Rivals go on answering first, on one request in three",
        "Quotes are built from your price list in minutes, and approved on the phone.",
        "Price list with discounts by customer\nApproval above a limit\nQuote layout in your design",
        "Translation of product texts",
        "writing and chasing quotes",
        "Sellers stop apologising for being late.",
    ),
    "No view across the sites": (
        "All sites on one page, every morning",
        "Each site goes on buying for itself, at its own price",
        "One data store for all sites, with the figures your managers ask for.",
        "Connection of four sites\nTwelve key figures, agreed with you\nDaily mail to managers",
        "Clean-up of item numbers at the sites",
        "collecting figures from the sites",
        "The monthly call is about what to do, not about whose figure is right.",
    ),
    "Customers chase their deliveries": (
        "Customers who know where their delivery is, without asking",
        "The service desk goes on answering the same question sixty times a day",
        "Customers get a link with each order, and a message when something changes.",
        "Tracking page in your design\nMessages by mail\nConnection of your three carriers",
        "Contracts with carriers; Messages by post",
        "answering where a delivery is",
        "The service desk has time for the customers who need it.",
    ),
}  # fmt: skip

PRODUCTS = {
    "Core licence": ("All functions for one site, with updates", "p.a.",
                     "Updates; Service desk on working days", "Set-up; Training"),
    "Team licence": ("Core licence for ten people, with roles and approvals", "p.a.",
                     "Ten named people; Updates; Service desk on working days", "Set-up; Training"),
    "Analytics module": ("Dashboards and exports over all your data", "p.a.", "Twelve dashboards; Export to Excel",
                         "Dashboards of your own design"),
    "Integration service": ("We connect one of your systems, test it and hand it over", "",
                            "Analysis; Connection; Test; Handover", "Licences of the other system"),
    "Training day": ("A day with up to eight people, on their own work", "", "Preparation; Handouts",
                     "Travel outside Europe"),
    "Premium support": ("An answer within two hours, day and night", "p.a.", "Own contact; Answer within two hours",
                        "Work on site"),
}  # fmt: skip

CASE_STUDIES = (
    CaseStudy("Marlow Castings", "Manufacturing", "Orders were retyped by hand",
              "Orders in the system within ten minutes instead of a day; returns down by a third",
              "https://seller.example/marlow", "medium"),
    CaseStudy("Tern Freight", "Logistics", "Customers chased their deliveries",
              "Calls about deliveries down from sixty to nine a day", "https://seller.example/tern", "medium"),
    CaseStudy("Fenwick Clinics", "Healthcare", "No view across the sites",
              "Seven sites on one page; purchasing saves 4 % a year", "https://seller.example/fenwick", "large"),
    CaseStudy("Oakline Credit", "Financial Services", "Month-end took eight days",
              "Month-end in three days since the second quarter", "https://seller.example/oakline", "medium"),
    CaseStudy("Parcel & Pine", "Retail", "Stock counts never agreed",
              "Count right on 99 of 100 lines; two stocktakes a year fewer", "https://seller.example/parcel", "small"),
    CaseStudy("Ostler Software", "Software", "Quotes went out late",
              "Quotes in four hours instead of three days; one deal in ten more", "https://seller.example/ostler",
              "small"),
)  # fmt: skip

ANSWERS = (
    Answer("Price", "Set the price against what the problem costs you for every month that it stays; we can also "
           "begin with the smaller option.", ("price above budget", "too expensive", "budget", "cost")),
    Answer("Pilot", "We begin with one site or team for six weeks; you pay for it only if you go on.",
           ("wants a pilot first", "trial", "test first")),
    Answer("Security", "Your data stays in two data centres in the EU; the contract for data processing is attached.",
           ("data must stay in the EU", "GDPR", "data protection", "privacy")),
    Answer("Approval", "We prepare two pages for your board, with cost, return and risks, and join the meeting if that "
           "helps.", ("needs the board's approval", "board approval", "sign-off")),
    Answer("Timing", "You can agree on the price now and choose the start; the timeline counts from that day.",
           ("not now", "too busy", "next year")),
    Answer("Competitor", "We will gladly go through your list of criteria with you, line by line.",
           ("other offer", "another supplier", "happy with what we have")),
)  # fmt: skip

FIRM = {
    "our_firm": "Brightfold Systems GmbH", "our_address": "Speicherstraße 12\n20457 Hamburg\nGermany",
    "our_website": "https://seller.example", "our_email": "hello@seller.example", "our_phone": "+49 40 66969 500",
    "our_tax_id": "DE000000000", "payment_terms": "30 days net; Half on signing, half at go-live",
}  # fmt: skip


def products(priced: tuple[tuple[str, float], ...]) -> tuple[Product, ...]:
    """Return the sample's Products table."""
    return tuple(Product(name, price, "EUR", 0.19, None, *PRODUCTS[name]) for name, price in priced)


def add_offers(story: Story, today: dt.date, seed: int) -> None:
    """Write what the sellers of the late stages offer, and a leaner second option for every third of the open ones."""
    rng = random.Random(seed)
    quoted: dict[object, list[dict[str, object]]] = {}
    for line in story.quote_lines:
        quoted.setdefault(line["lead_id"], []).append(line)
    for lead in story.leads:
        lines = quoted.get(lead["lead_id"], [])
        stage = str(lead["stage"]).strip().capitalize()
        if stage not in STAGES or not lines or (stage == "Won" and not _lately(lead, today)):
            continue
        draw, share = rng.random(), rng.uniform(0.5, 1.6)
        if draw < 0.07:  # some sellers have not got round to it
            continue
        story.offers.append(_offer(lead, lines, stage, share, today + dt.timedelta(days=rng.randrange(24, 60))))
        if stage != "Won" and len(lines) > 1 and draw > 0.66:
            story.quote_lines += [{**line, "option": "B"} for line in lines[:-1]]


def _lately(lead: dict[str, object], today: dt.date) -> bool:
    closed = lead.get("close_date")
    return isinstance(closed, dt.date) and today - dt.timedelta(days=120) <= closed <= today


def _offer(
    lead: dict[str, object], lines: list[dict[str, object]], stage: str, share: float, start: dt.date
) -> dict[str, object]:
    outcome, unchanged, solution, scope, exclusions, work, peace = WORDS[str(lead["problem"])]
    price = sum(float(str(line["quantity"])) * float(str(line["unit_price"])) for line in lines)
    hours = max(2, round(price * share / (WAGE * WEEKS)))
    row = {
        "lead_id": lead["lead_id"], "wanted_outcome": outcome, "if_nothing_changes": unchanged, "solution": solution,
        "scope": scope, "exclusions": exclusions, "yearly_benefit": hours * WAGE * WEEKS,
        "benefit_basis": f"{hours} hours a week less for {work}, at {WAGE} an hour over {WEEKS} weeks; counted with "
                         f"{lead['first_name']} {lead['last_name']}",
        "peace_of_mind": peace,
    }  # fmt: skip
    if stage in {"Objections", "Closing"}:
        row["start_date"] = start + dt.timedelta(days=(7 - start.weekday()) % 7)
    return row
