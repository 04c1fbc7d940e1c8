"""How well dates, figures and deals agree."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.duplicates.fields import both_hold
from leadbook.analysis.duplicates.spelling import each_once, first_that_holds

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Mask
    from leadbook.analysis.duplicates.rows import Rows, Thing
    from leadbook.analysis.duplicates.spelling import Levels

# Figures that differ by at most this share are nearly equal, amounts of one deal the same.
_NEARLY, _SAME_AMOUNT = 0.05, 0.01
# A close date put off by more is that of another deal, where the amount is another too.
_MOVED_DAYS = 31


def date_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return how well dates agree; day and month exchanged are one slip.

    Examples
    --------
    - equal: 1971-06-24 | 24.06.1971
    - one slip apart: 1971-06-24 | 1971-05-24
    - one slip apart: 1971-06-04 | 1971-04-06
    - two slips apart: 1971-06-24 | 1970-05-24
    - different: 1971-06-24 | 1985-12-03
    """
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    lows, highs, back = each_once(field, field, field.codes[first[rest]], field.codes[second[rest]])
    low_texts = [field.texts[code] for code in lows.tolist()]
    high_texts = [field.texts[code] for code in highs.tolist()]
    edits = np.asarray(cpdist(low_texts, high_texts, scorer=OSA.distance, dtype=np.int32))
    parts = [(text[:4], text[4:6], text[6:8]) for text in field.texts]
    same = np.array(
        [
            sum(a == b for a, b in zip(parts[low], parts[high], strict=True))
            for low, high in zip(lows, highs, strict=True)
        ],
        dtype=np.int64,
    )
    turned = np.array(
        [low[:4] == high[:4] and low[4:6] == high[6:8] and low[6:8] == high[4:6]
         for low, high in zip(low_texts, high_texts, strict=True)],
        dtype=bool,
    )  # fmt: skip
    one, two = np.zeros(len(first), dtype=bool), np.zeros(len(first), dtype=bool)
    one[rest] = ((edits <= 1) | turned)[back] if len(rest) else False
    two[rest] = ((edits <= 2) | (same >= 2))[back] if len(rest) else False
    return first_that_holds(len(first), (equal, 0), (one, 1), (two, 2), (both, 3))


def figure_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return how well numbers agree; a twentieth apart is nearly equal.

    Examples
    --------
    - equal: 1200 | $1,200.00
    - nearly equal: 1200 | 1250
    - different: 1200 | 1900
    """
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    values = np.append(pd.to_numeric(pd.Series(field.texts, dtype=object), errors="coerce").to_numpy(float), np.nan)
    one, other = values[field.codes[first]], values[field.codes[second]]
    near = both & (np.abs(one - other) <= _NEARLY * np.maximum(np.abs(one), np.abs(other)))
    return first_that_holds(len(first), (equal, 0), (near, 1), (both, 2))


def deal_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return whether two rows of one account or person look like two deals.

    Where no name and no email connects two rows, one differing fact is enough.

    Examples
    --------
    - same amount and close date: 5,000 due on 1 May | 5,000 due on 1 May
    - same amount: 5,000 due on 1 May | 5,000 due on 9 May
    - another amount: 5,000 due on 1 May | 6,200 due on 9 May
    - another deal: 5,000 won on 1 May | 6,200 due on 30 September
    """
    del thing
    deals = rows.deals
    if deals is None:
        return np.full(len(first), -1, dtype=np.int8)
    one, other = deals.amount[first], deals.amount[second]
    both = ~np.isnan(one) & ~np.isnan(other)
    same = both & (np.abs(one - other) <= _SAME_AMOUNT * np.maximum(np.abs(one), np.abs(other)))
    apart = np.abs(deals.close_day[first] - deals.close_day[second])
    dated = ~np.isnan(apart)
    moved = dated & (apart > _MOVED_DAYS)
    reopened = deals.ended[first] != deals.ended[second]
    nobody = ~(_both_say(rows, ("given", "surname"), first, second) | _both_say(rows, ("email",), first, second))
    two_deals = (both & ~same & (moved | reopened)) | (nobody & ((both & ~same) | (dated & (apart > 0))))
    return first_that_holds(len(first), (two_deals, 3), (same & dated & (apart == 0), 0), (same, 1), (both, 2))


def _both_say(rows: Rows, names: tuple[str, ...], first: Codes, second: Codes) -> Mask:
    """Return where both rows hold something in one of some fields."""
    says = np.zeros(rows.count, dtype=bool)
    for name in names:
        if name in rows.fields:
            says |= rows.fields[name].codes >= 0
    return np.asarray(says[first] & says[second])
