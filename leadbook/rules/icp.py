"""Whether a lead's industry, size or country earns points as the Scoring table has them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from leadbook.rules.cells import numbers, where

if TYPE_CHECKING:
    from leadbook.model.records import Records
    from leadbook.rules.finding import Mask


def fits(records: Records, key: str) -> Mask | None:
    """Return which leads earn points for a column; None when Scoring, or the workbook, does not have it."""
    values = [rule.value.strip() for rule in records.playbook.scoring if rule.attribute == key and rule.points > 0]
    if not values or key not in records.leads.places:
        return None
    if key == "employees":
        sizes = numbers(records.leads, key)
        fitting = np.zeros(len(sizes), dtype=bool)
        for value in values:
            low, high = _range(value)
            fitting |= (sizes >= low) & (sizes <= high)
        return fitting
    patterns = [re.compile(".*".join(map(re.escape, value.casefold().split("*")))) for value in values]
    return where(
        records.leads, key, lambda text: bool(text) and any(one.fullmatch(text.casefold()) for one in patterns)
    )


def _range(value: str) -> tuple[float, float]:
    """Return both ends of ``50..500``, ``2001..`` or ``7``; an empty range for what is none."""
    low, dots, high = value.partition("..")
    try:
        first = float(low) if low.strip() else -np.inf
        last = (float(high) if high.strip() else np.inf) if dots else first
    except ValueError:
        return np.inf, -np.inf
    return first, last
