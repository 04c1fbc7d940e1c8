"""Quote rules: lines that a proposal can be made from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.activity import of_unknown_lead
from leadbook.rules.cells import blank, compared, numbers, texts
from leadbook.rules.finding import Finding, percent, short
from leadbook.rules.registry import rule
from leadbook.rules.spelling import nearest, slips

if TYPE_CHECKING:
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
