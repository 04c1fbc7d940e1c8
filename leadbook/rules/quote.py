"""Quote rules: lines that a proposal can be made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.model.standing_offers import standing_offers
from leadbook.rules.activity import of_unknown_lead
from leadbook.rules.cells import blank, compared, dates, day, is_open, numbers, texts, written
from leadbook.rules.evidence import compared_ids
from leadbook.rules.finding import Finding, percent, short
from leadbook.rules.quoted import list_prices
from leadbook.rules.registry import rule
from leadbook.rules.spelling import nearest, slips

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.finding import Mask


@rule("LB330", "quote-of-unknown-lead", Severity.ERROR, ("lead_id",), table="quote_lines", fixable=True)
def quote_of_unknown_lead(records: Records) -> Iterator[Finding]:
    """Find a quote line of a lead that is not there.

    Anti-pattern: Lead ID "L-9999" in Quote Lines.

    Why it matters: The line is in no proposal.

    Best practice: Write the lead's ID as in Leads.
    """
    yield from of_unknown_lead(records, records.quote_lines, "quote line")


@rule("LB332", "discount-unapproved", Severity.WARNING, ("discount_percent",), table="quote_lines")
def discount_unapproved(records: Records) -> Iterator[Finding]:
    """Find a discount above the limit that nobody approved.

    Anti-pattern: 30 % with a blank Approved By, while the option Discount Limit says 15 %.

    Why it matters: Margin goes quietly, and the buyer learns to ask for it.

    Best practice: Have it approved and write who did, or lower it; the limit is the team's to set in Options.
    """
    lines = records.quote_lines
    discounts = numbers(lines, "discount_percent")
    limit = records.playbook.options.discount_limit
    bad = (discounts > limit + 1e-9) & (discounts <= 1) & blank(lines, "approved_by")
    yield Finding(
        lines,
        bad,
        "discount_percent",
        (
            f"A discount of {percent(discount)} is above the {percent(limit)} that need no approval; "
            "write who approved it, or lower it."
            for discount in discounts[bad]
        ),
    )


@rule("LB333", "product-unknown", Severity.WARNING, ("product",), table="quote_lines", fixable=True)
def product_unknown(records: Records) -> Iterator[Finding]:
    """Find a product that the Products table does not have.

    Anti-pattern: "GTXPro" while Products says "GTX Pro".

    Why it matters: There is no list price and no tax to check the line against.

    Best practice: Choose the product from the list, or add it there.
    """
    lines = records.quote_lines
    products = [product.name for product in records.playbook.products if product.name]
    words = texts(lines, "product")
    bad = _unknown_products(records)
    spelt = {str(word): 1 for word in words[bad]}
    close = slips(spelt, products)
    meant = {word: close.get(word) or nearest(word, products, cutoff=0.93) for word in spelt}
    yield Finding(
        lines,
        bad,
        "product",
        (
            f'Products does not list "{short(word)}"; '
            + (f'did you mean "{short(meant[word])}"?' if meant[word] else "choose one or add it there.")
            for word in words[bad]
        ),
        (meant[word] for word in words[bad]),
        safe=False,
    )


def _unknown_products(records: Records) -> Mask:
    """Return which quote lines name a product that is not listed; none where no product is listed at all."""
    words = compared(records.quote_lines, "product")
    known = {" ".join(product.name.split()).casefold() for product in records.playbook.products} - {""}
    return np.fromiter((bool(known) and word != "" and word not in known for word in words), bool, len(words))


@rule("LB334", "quantity-not-positive", Severity.ERROR, ("quantity",), table="quote_lines")
def quantity_not_positive(records: Records) -> Iterator[Finding]:
    """Find a quantity of zero or below.

    Anti-pattern: 0 or -1 in Quantity.

    Why it matters: The line adds nothing, or takes away from the total.

    Best practice: Write how many, or delete the line.
    """
    lines = records.quote_lines
    quantities = numbers(lines, "quantity")
    bad = quantities <= 0
    yield Finding(
        lines,
        bad,
        "quantity",
        (f"A quantity of {quantity:g} cannot be; write how many." for quantity in quantities[bad]),
    )


@rule("LB335", "price-missing", Severity.WARNING, ("product", "unit_price"), table="quote_lines")
def price_missing(records: Records) -> Iterator[Finding]:
    """Find a quote line without a price, of a product without a list price.

    Anti-pattern: Unit Price is blank, and Products has no price either.

    Why it matters: The line counts as free.

    Best practice: Write the unit price, or the list price in Products.
    """
    lines = records.quote_lines
    priced = {
        " ".join(product.name.split()).casefold()
        for product in records.playbook.products
        if product.list_price is not None
    }
    words = compared(lines, "product")
    without = np.fromiter((word != "" and word not in priced for word in words), bool, len(words))
    # A name that is not in the list (LB333) may be a slip of a product that has a price.
    bad = without & blank(lines, "unit_price") & ~_unknown_products(records)
    yield Finding(lines, bad, "unit_price", "This line has no price; write the unit price.")


@rule("LB336", "price-below-list", Severity.WARNING, ("product", "unit_price"), table="quote_lines")
def price_below_list(records: Records) -> Iterator[Finding]:
    """Find a unit price so far below the list that it is a discount nobody approved.

    Anti-pattern: Products lists 4,821, the line says 3,000, Discount % and Approved By are blank.

    Why it matters: The discount is hidden in the price, so no limit and no report sees it.

    Best practice: Write the list price and the discount, and who approved it.
    """
    lines = records.quote_lines
    limit = records.playbook.options.discount_limit
    prices, listed = numbers(lines, "unit_price"), list_prices(records)
    base = records.playbook.options.base_currency
    foreign = {
        " ".join(product.name.split()).casefold()
        for product in records.playbook.products
        if product.currency not in {"", base}
    }
    given = np.nan_to_num(numbers(lines, "discount_percent"))
    kept = np.divide(prices, listed, out=np.full(len(prices), np.nan), where=listed > 0) * (1 - given)
    named = compared(lines, "product")
    own_currency = ~np.fromiter((name in foreign for name in named), bool, len(named))
    # LB332 tells of a discount that is above the limit by itself.
    bad = own_currency & (1 - kept > limit + 1e-9) & (given <= limit + 1e-9) & blank(lines, "approved_by")
    yield Finding(
        lines,
        bad,
        "unit_price",
        (
            f"{price:,.2f} is {percent(round(1 - share, 2))} below the list price of {usual:,.2f}; write it as a "
            "discount and who approved it."
            for price, share, usual in zip(prices[bad], kept[bad], listed[bad], strict=True)
        ),
    )


@rule("LB337", "list-price-expired", Severity.WARNING, ("product", "lead_id"), table="quote_lines")
def list_price_expired(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find an open deal quoted at a list price that no longer holds.

    Anti-pattern: Unit Price blank, and Products says the price was valid until last month.

    Why it matters: The next proposal goes out at the old price.

    Best practice: Bring Products up to date, or write the price that was promised into the line.
    """
    lines = records.quote_lines
    ended = {
        " ".join(product.name.split()).casefold(): product.valid_until
        for product in records.playbook.products
        if product.valid_until is not None and product.valid_until < today
    }
    if not ended:
        return
    named = compared(lines, "product")
    expired = np.fromiter((name in ended for name in named), bool, len(named))
    open_ids = set(compared_ids(records.leads)[is_open(records)].tolist())
    alive = np.fromiter((lead_id in open_ids for lead_id in compared_ids(lines)), bool, len(named))
    bad = expired & alive & blank(lines, "unit_price")
    yield Finding(
        lines,
        bad,
        "product",
        (
            f'The list price of "{short(word)}" was valid until {ended[name]}; bring Products up to date or write the '
            "price."
            for word, name in zip(texts(lines, "product")[bad], named[bad], strict=True)
        ),
    )


@rule("LB338", "proposal-expired", Severity.WARNING, ("stage", "lead_id"))
def proposal_expired(records: Records, today: dt.date) -> Iterator[Finding]:
    """Find an open deal whose last proposal has run out.

    Anti-pattern: Stage Proposal, and the proposal was valid until last week.

    Why it matters: The buyer can no longer say yes to it.

    Best practice: Send a new version with a new date, or close the deal.
    """
    proposals = records.proposals
    if proposals is None or not len(proposals.frame):
        return
    waiting = standing_offers(proposals)
    ids, until = compared_ids(proposals)[waiting], dates(proposals, "valid_until")[waiting]
    last: dict[str, np.datetime64] = {}
    for lead_id, ends in zip(ids.tolist(), until, strict=True):
        if lead_id and not np.isnat(ends) and not last.get(lead_id, ends) > ends:
            last[lead_id] = ends
    leads = records.leads
    ends = np.array(
        [last.get(lead_id, np.datetime64("NaT", "D")) for lead_id in compared_ids(leads)], dtype="datetime64[D]"
    )
    bad = is_open(records) & (ends < day(today))
    yield Finding(
        leads,
        bad,
        "stage",
        (f"The proposal ran out on {date}; send a new version or close the deal." for date in written(ends[bad])),
    )
