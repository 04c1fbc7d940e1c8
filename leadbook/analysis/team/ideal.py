"""The ICP check: quarter by quarter, whether the leads that came in and those that were won fit the ideal customer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.periods import quarter_of
from leadbook.analysis.rates import ratio

if TYPE_CHECKING:
    from leadbook.analysis.team.pooling import Team

QUARTERS = 8


def check_ideal(team: Team) -> pd.DataFrame:
    """Return one row a quarter, the one under way last.

    Parameters
    ----------
    team : Team

    Returns
    -------
    DataFrame
        ``name``; of the leads created in it that say anything about fit: ``entered``, ``entered_fit`` (the ideal
        customer by each book's Scoring: fit at least its option Mql Fit), ``entered_share``; ``unknown`` (leads that
        say nothing); of the deals closed in it: ``won``, ``won_fit``, ``won_share``, ``closed_fit``, ``rate_fit`` (win
        rate of those that fit), ``closed_other``, ``rate_other``. Shares are NaN without any lead. Quarters before the
        first lead are left out.
    """
    deals, today = team.deals, team.today
    month = team.playbook.options.fiscal_year_start_month
    limits = np.array([book.studied.fit_limit for book in team.books])
    known = deals["fit_known"].to_numpy(dtype=bool)
    fits = known & (deals["fit"].to_numpy(dtype=float) >= limits[deals["book"].to_numpy()])
    won, lost = deals["won"].to_numpy(dtype=bool), deals["lost"].to_numpy(dtype=bool)
    rows = []
    for back in range(QUARTERS - 1, -1, -1):
        quarter = quarter_of(today, month, -back)
        came = falls_in(deals["created"], quarter).to_numpy(dtype=bool)
        shut = falls_in(deals["close_date"], quarter).to_numpy(dtype=bool) & known & (won | lost)
        entered, entered_fit = int((came & known).sum()), int((came & fits).sum())
        won_all, won_fit = int((shut & won).sum()), int((shut & won & fits).sum())
        closed_fit, closed_other = int((shut & fits).sum()), int((shut & ~fits).sum())
        rows.append({
            "name": quarter.name, "entered": entered, "entered_fit": entered_fit,
            "entered_share": ratio(entered_fit, entered), "unknown": int((came & ~known).sum()),
            "won": won_all, "won_fit": won_fit, "won_share": ratio(won_fit, won_all),
            "closed_fit": closed_fit, "rate_fit": ratio(won_fit, closed_fit),
            "closed_other": closed_other, "rate_other": ratio(won_all - won_fit, closed_other),
        })  # fmt: skip
    made = pd.DataFrame(rows)
    filled = np.flatnonzero(made[["entered", "unknown", "closed_fit", "closed_other"]].sum(axis=1).to_numpy() > 0)
    return made.iloc[int(filled[0]) :].reset_index(drop=True) if len(filled) else made.iloc[:0]
