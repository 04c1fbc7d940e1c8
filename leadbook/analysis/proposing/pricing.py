"""Prices to the cent: lines, options and taxes, with every rounding in one place.

A number of a cell becomes a decimal as Excel shows it, with 15 digits. A line is rounded once (quantity times unit
price), its discount once, and each tax rate once on the sum of the nets that it is charged on: half a cent goes up. All
else is sums, so that the printed amounts add up. The smallest unit is the currency's own: cents, whole yen, fils.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import ROUND_HALF_UP, Context, Decimal
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.proposal import NOTHING, PricedLine, PricedOption, TaxSum

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

# Excel's 15 digits of a quantity times those of a price, and room for their sums.
_EXACT = Context(prec=60, rounding=ROUND_HALF_UP)


class QuotedLine(Struct, frozen=True):
    """One quote line before its sums; the meaning of each field is that of ``PricedLine``.

    ``list_price`` is None where the product has none.
    """

    row: int
    product: str
    quantity: Decimal
    unit_price: Decimal
    discount: Decimal = NOTHING
    tax: Decimal = NOTHING
    list_price: Decimal | None = None
    description: str = ""
    unit: str = ""
    approved_by: str = ""


def exact(number: float) -> Decimal:
    """Return a cell's number as Excel shows it, 15 digits at most: 0.1 is a tenth, 1.1 * 3 is 3.3."""
    return Decimal(f"{number:.15g}")


@cache
def smallest_unit(currency: str) -> Decimal:
    """Return the smallest amount of a currency by CLDR: 0.01 euro, 1 yen, 0.001 Kuwaiti dinar."""
    from babel.numbers import get_currency_precision  # noqa: PLC0415 - only where a proposal is priced

    return Decimal(1).scaleb(-get_currency_precision(currency))


def rounded(amount: Decimal, unit: Decimal) -> Decimal:
    """Return an amount in whole units, half a unit away from zero."""
    return amount.quantize(unit, context=_EXACT)


def price_line(line: QuotedLine, unit: Decimal) -> PricedLine:
    """Return a line with its sums."""
    gross = rounded(_EXACT.multiply(line.quantity, line.unit_price), unit)
    discount_amount = rounded(_EXACT.multiply(gross, line.discount), unit)
    return PricedLine(
        line.row,
        line.product,
        line.description,
        line.unit,
        line.quantity,
        max(line.unit_price, line.unit_price if line.list_price is None else line.list_price),
        line.unit_price,
        line.discount,
        line.tax,
        gross,
        discount_amount,
        _EXACT.subtract(gross, discount_amount),
        line.approved_by,
    )


def price_option(name: str, lines: Iterable[QuotedLine], currency: str) -> PricedOption:
    """Return the sums of the lines that are offered together.

    Parameters
    ----------
    name : str
    lines : iterable of QuotedLine
        Quantities, prices and shares at least 0.
    currency : str
        ISO code.
    """
    unit = smallest_unit(currency)
    priced = tuple(price_line(line, unit) for line in lines)
    listed = [rounded(_EXACT.multiply(line.quantity, line.list_price), unit) for line in priced]
    list_total, subtotal = total_of(listed), total_of([line.net for line in priced])
    taxes = _taxes(priced, unit)
    tax = total_of([one.amount for one in taxes])
    return PricedOption(
        name, priced, list_total, _EXACT.subtract(list_total, subtotal), subtotal, taxes, tax,
        _EXACT.add(subtotal, tax),
    )  # fmt: skip


def _taxes(lines: Sequence[PricedLine], unit: Decimal) -> tuple[TaxSum, ...]:
    bases: defaultdict[Decimal, Decimal] = defaultdict(Decimal)
    for line in lines:
        bases[line.tax] = _EXACT.add(bases[line.tax], line.net)
    return tuple(TaxSum(rate, base, rounded(_EXACT.multiply(base, rate), unit)) for rate, base in sorted(bases.items()))


def total_of(amounts: Iterable[Decimal]) -> Decimal:
    """Return the exact sum."""
    total = NOTHING
    for amount in amounts:
        total = _EXACT.add(total, amount)
    return total
