"""What the quote lines of each lead come to, option by option."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.rules.cells import Numbers, compared, numbers
from leadbook.rules.evidence import compared_ids

if TYPE_CHECKING:
    from leadbook.model.records import Records


def list_prices(records: Records) -> Numbers:
    """Return the list price of each quote line's product, NaN where there is none."""
    prices = {" ".join(product.name.split()).casefold(): product.list_price for product in records.playbook.products}
    named = compared(records.quote_lines, "product")
    return np.array([prices.get(name) for name in named], dtype=np.float64)


def quoted_options(records: Records) -> tuple[Numbers, Numbers]:
    """Return for each lead the cheapest option, taxes off, and the dearest, taxes on; NaN where nothing is quoted.

    Notes
    -----
    A line is worth quantity (1 when blank) x unit price (the product's list price when blank) x (1 - discount).
    An option with a line that has no price counts as not quoted. Whether an amount is meant with or without tax
    is the team's to know, so both pass.
    """
    lines = records.quote_lines
    count = len(records.leads.frame)
    if not len(lines.frame):
        return np.full(count, np.nan), np.full(count, np.nan)
    price = numbers(lines, "unit_price")
    price = np.where(np.isnan(price), list_prices(records), price)
    net = np.nan_to_num(numbers(lines, "quantity"), nan=1.0) * price
    net = net * (1 - np.nan_to_num(numbers(lines, "discount_percent")))
    gross = net * (1 + np.nan_to_num(numbers(lines, "tax_percent")))
    keyed = pd.DataFrame({"lead": compared_ids(lines), "option": compared(lines, "option"), "net": net, "gross": gross})
    options = keyed[keyed["lead"] != ""].groupby(["lead", "option"])[["net", "gross"]].sum(min_count=1, skipna=False)
    by_lead = options.groupby("lead").agg(least=("net", "min"), most=("gross", "max"))
    spread = by_lead.reindex(compared_ids(records.leads))
    return spread["least"].to_numpy(dtype=np.float64), spread["most"].to_numpy(dtype=np.float64)
