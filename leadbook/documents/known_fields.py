"""Every field of a proposal's template with its meaning and an example, for people and for the check of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.documents.example_proposal import bare_proposal, example_proposal
from leadbook.documents.fields import Fields, proposal_fields

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MEANINGS: Mapping[str, str] = {
    "lead": "the buyer",
    "lead.id": "the lead's number in your workbook",
    "lead.company": "their company",
    "lead.contact": "the contact's first and last name",
    "lead.first_name": "the contact's first name",
    "lead.last_name": "the contact's last name",
    "lead.job_title": "the contact's job",
    "lead.email": "the contact's address for mail",
    "lead.phone": "the contact's phone number",
    "lead.website": "their website",
    "lead.address": "street, town and country, one line each",
    "lead.street": "street and number",
    "lead.city": "town",
    "lead.region": "state or region",
    "lead.postcode": "postcode",
    "lead.country": "country",
    "lead.industry": 'their industry; tailor with {% if lead.industry == "Manufacturing" %}',
    "lead.employees": "how many people work there, 0 where it is not known; a number to compare with",
    "lead.size": "small, medium or large, by the employees; empty where they are not known",
    "lead.stage": "the lead's stage",
    "lead.source": "where the lead came from",
    "lead.competitor": "whom they compare you with",
    "lead.signer": "who signs on their side",
    "seller": "you",
    "seller.name": "the lead's owner",
    "seller.email": "the owner's address for mail",
    "seller.phone": "the owner's phone number",
    "seller.job_title": "the owner's job",
    "seller.team": "the owner's team",
    "seller.firm": "your firm",
    "seller.firm_address": "your firm's address, as typed in Settings",
    "seller.firm_website": "your firm's website",
    "seller.firm_email": "your firm's address for mail",
    "seller.firm_phone": "your firm's phone number",
    "seller.firm_tax_id": "your firm's tax number",
    "proposal": "the document itself",
    "proposal.version": "1 for the first, one more for each that follows",
    "proposal.date": "the day it was written",
    "proposal.valid_until": "the last day on which the offer holds",
    "proposal.currency": "the three letters of the currency",
    "proposal.language": "en, de, fr: the language in which days and amounts are written",
    "proposal.approved_by": "who approved the discount; empty where no approval was needed",
    "situation": "the buyer's situation in their own words",
    "situation.need": "what they want to reach",
    "situation.problem": "what is wrong today",
    "situation.trigger": "what prompted the talks",
    "situation.impact": "what it costs them",
    "situation.if_nothing_changes": "what happens if they do nothing",
    "situation.personal_stake": "what the contact gains or loses; think twice before you print it",
    "situation.evidence": "what your qualification rests on; your own notes, so think twice before you print it",
    "situation.is_known": "yes if any of these is filled in",
    "solution": "what you offer, in a sentence or more",
    "scope": "what is delivered, a list",
    "exclusions": "what is not included, a list",
    "price": "the sums of the option you recommend, which is the first",
    "price.option": "its name",
    "price.currency": "the three letters of the currency",
    "price.list_total": "at list prices",
    "price.discount": "what all discounts take off the list prices",
    "price.subtotal": "the sum before tax",
    "price.tax": "the tax",
    "price.total": "the sum with tax",
    "price.amount": "the same as a bare number, to compare with: {% if price.amount > 50000 %}",
    "options": "what is offered, a list: one option, or several to choose from",
    "option.name": "the option's name in the quote lines, or its number",
    "option.title": "the name as a heading: a mere letter or number becomes Option A",
    "option.number": "1 for the first",
    "option.is_recommended": "yes for the first",
    "option.lines": "its products, a list",
    "line.product": "the product",
    "line.description": "what the Products table says about it",
    "line.unit": "what one of it is, such as hour or licence",
    "line.quantity": "how many",
    "line.list_price": "the list price of one",
    "line.unit_price": "the price of one before the discount",
    "line.discount": "the discount as a percentage, empty where there is none",
    "line.discount_amount": "the discount in money",
    "line.tax": "the tax rate, empty where the whole option has no tax",
    "line.gross": "quantity times price",
    "line.net": "the same after the discount, before tax",
    "line.approved_by": "who approved this line's discount",
    "line.is_below_list": "yes if the price is below the list price even before the discount",
    "option.list_total": "the option at list prices",
    "option.discount": "what all discounts take off the list prices",
    "option.subtotal": "the sum before tax",
    "option.taxes": "the taxes, a list: one for each rate",
    "tax.rate": "the rate",
    "tax.base": "the sum it is charged on",
    "tax.amount": "the tax",
    "option.tax": "all taxes together",
    "option.total": "the sum with tax",
    "option.has_discount": "yes if it is cheaper than at list prices",
    "option.has_tax": "yes if there is tax on it",
    "comparison": "the options side by side",
    "comparison.is_side_by_side": "yes if there are two to four options, which fit beside each other",
    "comparison.names": "the options' names, a list",
    "comparison.rows": "the products of all options, a list",
    "row.product": "the product",
    "row.cells": "one for each option, a list",
    "cell.is_included": "yes if the option holds the product",
    "cell.quantity": "how many of it the option holds",
    "cell.net": "what they cost in that option, before tax",
    "comparison.subtotals": "the options' sums before tax, a list",
    "comparison.discounts": "the options' discounts, a list",
    "comparison.taxes": "the options' taxes, a list",
    "comparison.totals": "the options' sums with tax, a list",
    "worth": "what the offer is worth to the buyer in money",
    "worth.yearly_benefit": "what they gain or save in a year",
    "worth.years": "how many years are looked at, 0 where no benefit is known",
    "worth.period": "the same in the words of the buyer's language",
    "worth.scenarios": "three courses, from cautious to hopeful, a list; empty where no benefit is known",
    "scenario.name": "the course's name",
    "scenario.share": "how much of the expected benefit comes true",
    "scenario.benefit": "money gained over those years",
    "scenario.cost": "money spent over those years",
    "scenario.net": "the difference",
    "scenario.payback_months": "after how many months the benefit has paid the cost back; 0 if it does not",
    "scenario.payback": "the same in the words of the buyer's language; empty if it does not",
    "scenario.pays_back": "yes if the benefit pays the cost back within those years",
    "worth.assumptions": "what the figures rest on, a list",
    "peace_of_mind": "the benefit that has no figure",
    "timeline": "the steps, a list",
    "step.name": "the step's name",
    "step.when": "from when to when",
    "step.after": "how long after the acceptance it starts, in the buyer's language; empty where days are known",
    "step.after_weeks": "the same as a number of weeks; 0 where days are known, or for at once",
    "step.weeks": "how many weeks it takes, 0 where that is a day or not known; a number",
    "step.duration": "how long it takes in the words of the buyer's language; empty where that is a day or not known",
    "step.who": "who does it",
    "step.what": "what happens",
    "proof": "customers who had the same problem, a list",
    "case.name": "the customer, or the story's name",
    "case.industry": "their industry",
    "case.problem": "what was wrong",
    "case.result": "what came of it",
    "case.link": "where it can be read; empty unless it is a web address",
    "case.is_same_industry": "yes if it is the buyer's industry",
    "objections": "what the buyer doubts and you can answer, a list",
    "doubt.objection": "the doubt",
    "doubt.answer": "your answer",
    "terms": "your terms, a list of sentences",
    "more": "your own further columns of the lead, by header: Contract Type is more.contract_type",
    "has_options": "yes if there are several options",
    "has_discount": "yes if any option is cheaper than at list prices",
    "has_tax": "yes if there is tax on any option",
    "has_worth": "yes if a benefit is known",
}

# What one item of a list is called in the examples; a template may call it anything.
ITEMS: Mapping[str, str] = {
    "options": "option",
    "option.lines": "line",
    "option.taxes": "tax",
    "comparison.rows": "row",
    "row.cells": "cell",
    "worth.scenarios": "scenario",
    "timeline": "step",
    "proof": "case",
    "objections": "doubt",
}


class KnownField(Struct, frozen=True):
    """One field of a template.

    Parameters
    ----------
    name : str
        As a template names it; the field of a list's item begins with the item's name, ``option.total``.
    kind : str
        ``text``, ``number``, ``yes or no``, ``group`` or ``list``.
    meaning : str
    example : str
        "" for groups and lists of groups.
    loop : str
        For the field of a list's item, the block it stands in: ``{% for option in options %}``; else "".
    """

    name: str
    kind: str
    meaning: str
    example: str
    loop: str = ""


def known_fields() -> tuple[KnownField, ...]:
    """Return every field of a proposal's template, groups before what they hold."""
    return explain_fields(example_fields(), MEANINGS, ITEMS)


def explain_fields(
    example: Mapping[str, object], meanings: Mapping[str, str], items: Mapping[str, str]
) -> tuple[KnownField, ...]:
    """Return every field of an example, groups before what they hold.

    Parameters
    ----------
    example : mapping
        Names to plain values, mappings and lists, each list with an item.
    meanings, items : mapping of str to str
        As `MEANINGS` and `ITEMS`.
    """
    return tuple(_walk(example, "", "", meanings, items))


def example_fields() -> Fields:
    """Return the fields of the example, each with something in it."""
    return proposal_fields(example_proposal())


def bare_fields() -> Fields:
    """Return the fields of a proposal in which next to nothing is known."""
    return proposal_fields(bare_proposal())


def _walk(
    group: Mapping[str, object], within: str, loop: str, meanings: Mapping[str, str], items: Mapping[str, str]
) -> Iterator[KnownField]:
    for key, value in group.items():
        name = f"{within}{key}"
        meaning = "such a column" if within == "more." else meanings.get(name, "")
        yield KnownField(name, _kind(value), meaning, _example(value), loop)
        if isinstance(value, dict):
            yield from _walk(value, f"{name}.", loop, meanings, items)
        elif isinstance(value, list) and isinstance(value[0], dict):
            item = items.get(name, "one")
            yield from _walk(value[0], f"{item}.", f"{{% for {item} in {name} %}}", meanings, items)


def _kind(value: object) -> str:
    kinds: tuple[tuple[type, str], ...] = (
        (bool, "yes or no"), (int, "number"), (float, "number"), (str, "text"), (dict, "group"), (list, "list"),
    )  # fmt: skip
    return next(word for known, word in kinds if isinstance(value, known))


def _example(value: object) -> str:
    match value:
        case bool():
            return "yes" if value else "no"
        case str() | int() | float():
            return str(value)
        case [str() as first, *_]:
            return first
    return ""
