"""What a proposal's template can print: plain texts, numbers and lists, each amount and day written as the buyer does.

Every field is always there, empty where nothing is known, so that a template asks ``{% if worth.scenarios %}`` and
never whether a name exists.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from leadbook.documents.written import Writing, printable, web_link

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadbook.model.proposal import Buyer, PricedLine, PricedOption, Proposal, Worth

Fields = dict[str, object]

# So many options stand side by side on a page; more are compared by their sums, one row each.
SIDE_BY_SIDE = 4
# "A" and "2" are called an option to be read as names; "Basic" and "Option A" are names already.
LONGEST_LETTER = 2


def proposal_fields(proposal: Proposal) -> Fields:
    """Return the fields of one proposal as plain data: str, int, float, bool, list and dict.

    Parameters
    ----------
    proposal : Proposal

    Returns
    -------
    dict
        By name, as ``known_fields`` explains them.

    Raises
    ------
    InputError
        The proposal's locale does not exist.
    """
    writing = Writing(proposal.locale, proposal.currency)
    options = [_option(one, number, writing) for number, one in enumerate(proposal.options, start=1)]
    return {
        "lead": _lead(proposal.buyer, proposal.size, writing),
        "seller": _texts(proposal.seller),
        "proposal": {
            "version": proposal.version,
            "date": writing.day(proposal.date),
            "valid_until": writing.day(proposal.valid_until),
            "currency": proposal.currency,
            "language": writing.locale.language,
            "approved_by": printable(proposal.approved_by),
        },
        "situation": _texts(proposal.situation) | {"is_known": any(_texts(proposal.situation).values())},
        "solution": printable(proposal.solution),
        "scope": _sentences(proposal.scope),
        "exclusions": _sentences(proposal.exclusions),
        "price": _price(proposal, options, writing),
        "options": options,
        "comparison": _comparison(proposal.options, options, writing),
        "worth": _worth(proposal.worth, writing),
        "peace_of_mind": printable(proposal.peace_of_mind),
        "timeline": [
            {
                "name": printable(step.name),
                "when": writing.span(step.starts, step.ends),
                "after": "" if step.starts or step.ends else writing.duration(step.after_weeks or None, "week"),
                "after_weeks": 0 if step.starts or step.ends else _whole(step.after_weeks),
                "duration": writing.duration(step.weeks or None, "week"),
                "weeks": _whole(step.weeks or 0),
                "who": printable(step.who),
                "what": printable(step.what),
            }
            for step in proposal.timeline
        ],
        "proof": [
            {
                "name": printable(case.name),
                "industry": printable(case.industry),
                "problem": printable(case.problem),
                "result": printable(case.result),
                "link": web_link(case.link),
                "is_same_industry": bool(case.industry)
                and case.industry.strip().casefold() == proposal.buyer.industry.strip().casefold(),
            }
            for case in proposal.proof
        ],
        # An objection without an answer is the seller's to meet, and nothing to print.
        "objections": [
            {"objection": printable(one.objection), "answer": printable(one.answer)}
            for one in proposal.objections
            if printable(one.answer)
        ],
        "terms": _sentences(proposal.terms),
        "more": {key: printable(text) for key, text in proposal.extra.items()},
        "has_options": len(options) > 1,
        "has_discount": any(option.discount for option in proposal.options),
        "has_tax": any(option.tax for option in proposal.options),
        "has_worth": proposal.worth is not None,
    }


def _texts(record: object) -> Fields:
    """Return a record's texts, printable, by name."""
    return {name: printable(getattr(record, name)) for name in record.__struct_fields__}  # type: ignore[attr-defined] # a Struct; msgspec names no type for all of them


def _whole(number: float) -> float:
    """Return a number as a template prints it: 2 rather than 2.0."""
    return int(number) if float(number).is_integer() else number


def _sentences(texts: Iterable[str]) -> list[str]:
    return [text for text in map(printable, texts) if text]


def _lead(buyer: Buyer, size: str, writing: Writing) -> Fields:
    texts = {name: printable(getattr(buyer, name)) for name in buyer.__struct_fields__ if name != "employees"}
    lead_id = texts.pop("lead_id")
    address = [
        texts["street"],
        writing.town(texts["city"], texts["region"], texts["postcode"]),
        texts["country"],
    ]
    return {
        **texts,
        "id": lead_id,
        "contact": f"{texts['first_name']} {texts['last_name']}".strip(),
        "address": "\n".join(part for part in address if part),
        "employees": buyer.employees or 0,
        "size": size,
    }


def _price(proposal: Proposal, options: list[Fields], writing: Writing) -> Fields:
    """Return the sums of the recommended option, which is the first."""
    wanted = ("list_total", "discount", "subtotal", "tax", "total")
    if not options:
        return {
            "option": "",
            "currency": proposal.currency,
            "amount": 0,
            **dict.fromkeys(wanted, writing.money(Decimal(0))),
        }
    first = options[0]
    amount = float(proposal.options[0].total)
    return {
        "option": first["title"],
        "currency": proposal.currency,
        "amount": amount,
        **{name: first[name] for name in wanted},
    }


def _option(option: PricedOption, number: int, writing: Writing) -> Fields:
    lines = [_line(line, writing, taxed=bool(option.tax)) for line in option.lines]
    name = printable(option.name) or str(number)
    return {
        "name": name,
        "title": f"Option {name}" if len(name) <= LONGEST_LETTER else name,
        "number": number,
        "is_recommended": number == 1,
        "lines": lines,
        "list_total": writing.money(option.list_total),
        "discount": writing.money(option.discount),
        "subtotal": writing.money(option.subtotal),
        "taxes": [
            {"rate": writing.share(one.rate), "base": writing.money(one.base), "amount": writing.money(one.amount)}
            for one in option.taxes
            if one.rate
        ],
        "tax": writing.money(option.tax),
        "total": writing.money(option.total),
        "has_discount": bool(option.discount),
        "has_tax": bool(option.tax),
    }


def _line(line: PricedLine, writing: Writing, *, taxed: bool) -> Fields:
    off_list = line.list_price - line.unit_price if line.list_price > line.unit_price else Decimal(0)
    return {
        "product": printable(line.product),
        "description": printable(line.description),
        "unit": printable(line.unit),
        "quantity": writing.number(line.quantity),
        "list_price": writing.money(line.list_price),
        "unit_price": writing.money(line.unit_price),
        "discount": writing.share(line.discount) if line.discount else "",
        "tax": writing.share(line.tax) if taxed else "",
        "gross": writing.money(line.gross),
        "discount_amount": writing.money(line.discount_amount),
        "net": writing.money(line.net),
        "approved_by": printable(line.approved_by),
        "is_below_list": bool(off_list),
    }


def _comparison(priced: tuple[PricedOption, ...], options: list[Fields], writing: Writing) -> Fields:
    """Return the options side by side: a row for each product, a cell for each option, and the sums below."""
    products = list(dict.fromkeys(line.product for option in priced for line in option.lines))
    return {
        "is_side_by_side": 1 < len(options) <= SIDE_BY_SIDE,
        "names": [option["title"] for option in options],
        "rows": [
            {"product": printable(product), "cells": [_share_of(option, product, writing) for option in priced]}
            for product in products
        ],
        "subtotals": [option["subtotal"] for option in options],
        "discounts": [option["discount"] for option in options],
        "taxes": [option["tax"] for option in options],
        "totals": [option["total"] for option in options],
    }


def _share_of(option: PricedOption, product: str, writing: Writing) -> Fields:
    lines = [line for line in option.lines if line.product == product]
    if not lines:
        return {"is_included": False, "quantity": "", "net": ""}
    return {
        "is_included": True,
        "quantity": writing.number(sum((line.quantity for line in lines), Decimal(0))),
        "net": writing.money(sum((line.net for line in lines), Decimal(0))),
    }


def _worth(worth: Worth | None, writing: Writing) -> Fields:
    if worth is None:
        return {"yearly_benefit": "", "years": 0, "period": "", "scenarios": [], "assumptions": []}
    return {
        "yearly_benefit": writing.money(worth.yearly_benefit),
        "years": worth.years,
        "period": writing.duration(worth.years, "year"),
        "scenarios": [
            {
                "name": printable(one.name),
                "share": writing.share(one.share),
                "benefit": writing.money(one.benefit),
                "cost": writing.money(one.cost),
                "net": writing.money(one.net),
                "payback": writing.duration(one.payback_months, "month"),
                "payback_months": one.payback_months or 0,
                "pays_back": one.payback_months is not None,
            }
            for one in worth.scenarios
        ],
        "assumptions": _sentences(worth.assumptions),
    }
