"""From quote lines to priced options, with every figure that is missing, impossible or not allowed."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.proposing.pricing import exact, price_option
from leadbook.analysis.proposing.quoted_lines import read_line
from leadbook.analysis.proposing.wording import in_one_line
from leadbook.model.cells import comparable
from leadbook.model.proposal import NOTHING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.analysis.proposing.ground import Findings, Ground, Row
    from leadbook.analysis.proposing.pricing import QuotedLine
    from leadbook.model.playbook import Product
    from leadbook.model.proposal import PricedOption

_CONVERTED = Decimal("0.0005")  # a list price from another currency is rounded, so its discount is known that exactly


class Quote(Struct, frozen=True):
    """What the quote lines of one lead say.

    Parameters
    ----------
    options : tuple of PricedOption
        In order of appearance.
    valid_until : date
    approved_by : str
        Who approved the discounts above the limit, "" where none is.
    products : tuple of Product
        Those of the recommended option that the Products table lists, in order.
    """

    options: tuple[PricedOption, ...]
    valid_until: dt.date
    approved_by: str
    products: tuple[Product, ...]


def quote(ground: Ground, lines: Sequence[Row], currency: str, approver: str, findings: Findings) -> Quote | None:
    """Price the quote lines of a lead.

    Parameters
    ----------
    ground : Ground
    lines : sequence of Row
        At least one.
    currency : str
        ISO code, with a rate.
    approver : str
        Who approved the offer as a whole, "" for nobody.
    findings : Findings
        What is wrong is added to it.

    Returns
    -------
    Quote or None
        None where a line cannot be priced.
    """
    grouped: dict[str, tuple[str, list[QuotedLine]]] = {}
    approvers: dict[str, None] = {}
    ends: list[dt.date] = []
    products: dict[str, dict[str, Product]] = {}
    some_named = any(line.text("option") for line in lines)
    before = len(findings.refusals)
    for line in lines:
        name = in_one_line(line.text("option"))
        if some_named and not name:
            findings.refuse(
                line, "option", "LB606",
                "The other quote lines of this lead name their option and this one does not; write the option.",
            )  # fmt: skip
        product = ground.products.get(comparable(line.text("product")))
        quoted = read_line(ground, line, product, currency, findings)
        if quoted is None:
            continue
        if _needs_approval(ground, quoted, product, currency):
            signed = in_one_line(line.text("approved_by")) or approver
            if signed:
                approvers.setdefault(signed)
            else:
                _refuse_discount(ground, line, quoted, findings)
        end = line.day("valid_until") or (product.valid_until if product else None)
        if end is not None:
            ends.append(end)
        group = comparable(name)
        grouped.setdefault(group, (name, []))[1].append(quoted)
        if product is not None:
            products.setdefault(group, {}).setdefault(product.name, product)
    if len(findings.refusals) > before:
        return None
    options = tuple(price_option(name, found, currency) for name, found in grouped.values())
    own = [day for line in lines if (day := line.day("valid_until"))]
    usual = [] if own else [ground.today + dt.timedelta(days=ground.playbook.options.proposal_valid_days)]
    recommended = products.get(next(iter(grouped)), {})
    return Quote(options, min([*ends, *usual]), ", ".join(approvers), tuple(recommended.values()))


def _needs_approval(ground: Ground, quoted: QuotedLine, product: Product | None, currency: str) -> bool:
    """Tell whether a line goes further below the list than a seller may go alone, openly or in its price."""
    limit = exact(ground.playbook.options.discount_limit)
    if quoted.discount > limit:
        return True
    if product is None or not quoted.list_price:
        return False
    kept = quoted.unit_price * (1 - quoted.discount) / quoted.list_price
    own = product.currency or ground.playbook.options.base_currency
    return 1 - kept > limit + (NOTHING if own == currency else _CONVERTED)


def _refuse_discount(ground: Ground, line: Row, quoted: QuotedLine, findings: Findings) -> None:
    limit = exact(ground.playbook.options.discount_limit)
    if quoted.discount > limit:
        message = (
            f"A discount of {_percent(quoted.discount)} is above the {_percent(limit)} that need no approval; write "
            "who approved it into Approved By, or lower it."
        )
    else:
        listed = quoted.list_price or NOTHING
        below = round(1 - quoted.unit_price * (1 - quoted.discount) / listed, 3)
        message = (
            f"This price is {_percent(below)} below the list price of {listed.normalize():f}, more than the "
            f"{_percent(limit)} that need no approval; write who approved it into Approved By, or raise it."
        )
    findings.refuse(line, "approved_by", "LB608", message)


def _percent(share: Decimal) -> str:
    return f"{(share * 100).normalize():f} %"
