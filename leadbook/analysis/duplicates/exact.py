"""Rows that say exactly the same: one of each group stands for all when pairs are looked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.duplicates.blocking import NEIGHBOURS

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes
    from leadbook.analysis.duplicates.rows import Rows


def equal_rows(rows: Rows) -> tuple[Codes, Codes]:
    """Return the first row of each group of more than 8 rows that no comparison tells apart, with each other one.

    Notes
    -----
    Blocks are cut to a size, so that a large group would come out in parts. Smaller groups are compared pair by
    pair like all others.
    """
    places = np.arange(rows.count, dtype=np.int64)
    group = np.zeros(rows.count, dtype=np.int64)
    parts = [rows.fields[name].codes for thing in rows.things for name in thing.fields]
    # Values held by many rows tell few apart; the most telling fields first leave little to look at.
    parts.sort(key=lambda codes: -int(codes.max(initial=-1)))
    if rows.deals is not None:
        parts.append(rows.deals.ended.astype(np.int64))
        parts += [pd.factorize(values)[0].astype(np.int64) for values in (rows.deals.amount, rows.deals.close_day)]
    for part in parts:
        codes = part[places] + 1  # blank, which is -1, is equal to blank
        group = pd.factorize(group * (int(codes.max(initial=0)) + 1) + codes)[0].astype(np.int64)
        large = (np.bincount(group) > NEIGHBOURS)[group] if len(group) else np.zeros(0, dtype=bool)
        places, group = places[large], group[large]
        if not len(places):
            return places, places
    order = np.lexsort([places, group])
    places, group = places[order], group[order]
    is_first = np.diff(group, prepend=-1) != 0
    first = places[is_first][np.cumsum(is_first) - 1]
    return first[~is_first], places[~is_first]
