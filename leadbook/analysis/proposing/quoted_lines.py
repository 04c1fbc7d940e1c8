"""One quote line: its figures as decimals, and whatever is missing or cannot be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.proposing.catalogue import check_list, currency_fault, list_price_in
from leadbook.analysis.proposing.pricing import QuotedLine, exact
from leadbook.analysis.proposing.wording import clean, in_one_line
from leadbook.model.cells import shown
from leadbook.model.proposal import NOTHING

if TYPE_CHECKING:
    from decimal import Decimal

    from leadbook.analysis.proposing.ground import Findings, Ground, Row
    from leadbook.model.playbook import Product

LARGEST = 1e12
"""Of a quantity or an amount; what is larger is a slip, and Excel's 15 digits end near it."""


def read_line(
    ground: Ground, line: Row, product: Product | None, currency: str, findings: Findings
) -> QuotedLine | None:
    """Return a line's figures; None, with the reasons, where one is missing or cannot be.

    Parameters
    ----------
    product : Product or None
        What the Products table says of the line's product.
    currency : str
        That of the offer.
    findings : Findings
        What is wrong is added to it.
    """
    before = len(findings.refusals)
    name = in_one_line(line.text("product"))
    if not name:
        findings.refuse(line, "product", "LB606", "This quote line has no product; write what is offered.")
    quantity = _quantity(line, findings)
    listed = list_price_in(ground.playbook, product, currency) if product is not None else None
    price = _price(ground, line, product, currency, findings)
    discount = _share(line, "discount_percent", "discount", findings)
    tax = _tax(line, product, findings)
    check_list(ground, line, product, findings)
    if quantity is None or price is None or len(findings.refusals) > before:
        return None
    return QuotedLine(
        line.number,
        name,
        quantity,
        price,
        discount or NOTHING,
        tax or NOTHING,
        listed,
        clean(product.description) if product else "",
        in_one_line(product.unit) if product else "",
        in_one_line(line.text("approved_by")),
    )


def _quantity(line: Row, findings: Findings) -> Decimal | None:
    quantity = line.number_of("quantity")
    if line.is_unreadable("quantity"):
        message = f"{shown(line.typed('quantity'))} is not a quantity; type a number."
        findings.refuse(line, "quantity", "LB607", message)
    elif quantity is None:
        findings.refuse(line, "quantity", "LB606", "This quote line has no quantity; write how many.")
    elif quantity <= 0:
        findings.refuse(line, "quantity", "LB607", f"A quantity of {quantity:g} cannot be; write how many.")
    elif quantity > LARGEST:
        findings.refuse(line, "quantity", "LB607", f"A quantity of {quantity:g} cannot be meant; correct it.")
    else:
        return exact(quantity)
    return None


def _price(ground: Ground, line: Row, product: Product | None, currency: str, findings: Findings) -> Decimal | None:
    """Return the unit price: the line's own, else the product's list price in the currency of the offer."""
    price = line.number_of("unit_price")
    if line.is_unreadable("unit_price"):
        message = f"{shown(line.typed('unit_price'))} is not a price; type a number."
        findings.refuse(line, "unit_price", "LB607", message)
    elif price is None:
        return _list_price(ground, line, product, currency, findings)
    elif price < 0:
        findings.refuse(line, "unit_price", "LB607", f"A price of {price:g} cannot be; correct it.")
    elif price > LARGEST:
        findings.refuse(line, "unit_price", "LB607", f"A price of {price:g} cannot be meant; correct it.")
    elif mark := line.other_currency("unit_price", currency):
        message = f"This price is typed with {mark}, but the offer is in {currency}; make the two agree."
        findings.refuse(line, "unit_price", "LB610", message)
    else:
        return exact(price)
    return None


def _list_price(
    ground: Ground, line: Row, product: Product | None, currency: str, findings: Findings
) -> Decimal | None:
    name = line.text("product")
    if product is None or product.list_price is None:
        if name:  # a line without a product is told of already
            what = f"Products {'does not list' if product is None else 'has no price of'} {shown(name)}"
            message = f"This quote line has no price, and {what}; write the unit price."
            findings.refuse(line, "unit_price", "LB606", message)
        return None
    fault = currency_fault(ground.playbook, product.currency)
    if fault is not None:
        findings.refuse(line, "unit_price", "LB610", f"The list price of {shown(name)} is in {fault}")
        return None
    if not 0 <= product.list_price <= LARGEST:
        message = f"The list price of {shown(name)} is {product.list_price:g}, which cannot be; correct it in Products."
        findings.refuse(line, "unit_price", "LB607", message)
        return None
    return list_price_in(ground.playbook, product, currency)


def _tax(line: Row, product: Product | None, findings: Findings) -> Decimal | None:
    """Return the tax rate: the line's own, else the product's; None, with a note, where neither is known."""
    tax = _share(line, "tax_percent", "tax", findings)
    if tax is not None or line.is_unreadable("tax_percent"):
        return tax
    if product is None or product.tax is None:
        message = f"No tax is known for {shown(line.text('product'))}, so none is charged; write it, or 0."
        findings.note(line, "tax_percent", "LB621", message)
        return None
    return exact(product.tax)


def _share(line: Row, key: str, called: str, findings: Findings) -> Decimal | None:
    """Return a discount or a tax rate; None where it is blank or, with the reason, cannot be.

    Reading takes nothing below 0 or above 100 % for a percentage.
    """
    share = line.number_of(key)
    if line.is_unreadable(key):
        message = f"{shown(line.typed(key))} cannot be a {called}; type a percentage from 0 to 100 %."
        findings.refuse(line, key, "LB607", message)
    return None if share is None else exact(share)
