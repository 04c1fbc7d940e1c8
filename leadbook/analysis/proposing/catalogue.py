"""What the Products and Rates tables say for an offer: a list price in its currency, and whether that still holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.proposing.pricing import exact, rounded, smallest_unit
from leadbook.model.cells import shown

if TYPE_CHECKING:
    from decimal import Decimal

    from leadbook.analysis.proposing.ground import Findings, Ground, Row
    from leadbook.model.playbook import Playbook, Product


def currency_fault(playbook: Playbook, currency: str) -> str | None:
    """Return why amounts of a currency cannot be used, as the end of a sentence; None where they can."""
    code = currency or playbook.options.base_currency
    if code in playbook.rates or code == playbook.options.base_currency:
        return None
    from babel.numbers import list_currencies  # noqa: PLC0415 - only where a currency has no rate

    if code not in list_currencies():
        return f"{shown(code)}, which is no currency; write an ISO code such as EUR."
    return f"{code}, which has no rate; add it to Settings, table Rates."


def list_price_in(playbook: Playbook, product: Product, currency: str) -> Decimal | None:
    """Return a product's list price in a currency, rounded to its smallest unit where it had to be converted.

    None where the product has none, or where its currency has no rate.
    """
    base = playbook.options.base_currency
    own = product.currency or base
    rates = {**playbook.rates, base: 1.0}
    if product.list_price is None or own not in rates:
        return None
    price = exact(product.list_price)
    if own == currency:
        return price
    return rounded(price * exact(rates[own]) / exact(rates[currency]), smallest_unit(currency))


def check_list(ground: Ground, line: Row, product: Product | None, findings: Findings) -> None:
    """Refuse a line whose price no longer holds: by its own Valid Until, else by its product's."""
    until = line.day("valid_until")
    if line.is_unreadable("valid_until"):
        message = f"{shown(line.typed('valid_until'))} is not a date; write the last day on which the price holds."
        findings.refuse(line, "valid_until", "LB607", message)
    elif until is not None:
        if until < ground.today:
            message = f"This price held until {until}; write a later day into Valid Until."
            findings.refuse(line, "valid_until", "LB609", message)
    elif product is not None and product.valid_until is not None and product.valid_until < ground.today:
        message = (
            f"The list price of {shown(product.name)} held until {product.valid_until}; bring Products up to date, or "
            "write into Valid Until how long this line's price holds."
        )
        findings.refuse(line, "product", "LB609", message)
