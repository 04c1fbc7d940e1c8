"""Win rates by count and by value, overall and by group."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.periods import trailing
from leadbook.analysis.results import Measure
from leadbook.analysis.sums import sum_by

if TYPE_CHECKING:
    import datetime as dt

    import pandas as pd

MEANING_COUNT = "Won deals divided by won plus lost deals, by close date."
MEANING_VALUE = "Value of won deals divided by the value of won plus lost deals, by close date."


def ratio(part: float, whole: float) -> float:
    """Return part ÷ whole, NaN when the whole is zero or either is unknown."""
    return part / whole if whole and not math.isnan(whole) else math.nan


def known(value: float) -> float | None:
    """Return the number, or None where it is NaN or infinite."""
    return float(value) if math.isfinite(value) else None


def choose_closed(deals: pd.DataFrame, today: dt.date) -> tuple[pd.DataFrame, str]:
    """Return the won and lost deals that win rates count, and a phrase that says which they are.

    Parameters
    ----------
    deals : DataFrame
        As ``collect_deals`` returns them.
    today : date

    Returns
    -------
    closed : DataFrame
        Those closed in the 365 days to today (inclusive). When no closed deal at all has a close date,
        every one, because the year cannot be told.
    which : str
        "closed 1 Aug 2016 to 31 Jul 2017" or "all closed deals, as none has a close date".
    """
    closed = deals["won"].to_numpy(dtype=bool) | deals["lost"].to_numpy(dtype=bool)
    dates = deals["close_date"]
    if closed.any() and not dates.notna().to_numpy()[closed].any():
        return deals[closed], "all closed deals, as none has a close date"
    year = trailing(today)
    return deals[closed & falls_in(dates, year).to_numpy()], f"closed {year.name}"


def rate_by_count(closed: pd.DataFrame) -> float:
    """Return won ÷ (won + lost), NaN without any."""
    return ratio(float(closed["won"].sum()), float(len(closed)))


def rate_by_value(closed: pd.DataFrame) -> float:
    """Return Σ won amount ÷ Σ (won + lost amount); deals without an amount are excluded, NaN at zero.

    Notes
    -----
    NaN too when deals were lost and each of them stands at 0: trackers that blank the value of what they lose
    would otherwise show 100 %.
    """
    if lost_at_zero(closed):
        return math.nan
    return ratio(float(closed["amount"].where(closed["won"]).sum()), float(closed["amount"].sum()))


def lost_at_zero(closed: pd.DataFrame) -> bool:
    """Say whether deals with amounts were lost and every one of those amounts is 0."""
    lost = closed["amount"][closed["lost"] & closed["amount"].notna()]
    return bool(len(lost)) and not bool((lost != 0).any())


def measure_win_rates(deals: pd.DataFrame, today: dt.date) -> list[Measure]:
    """Return the win rates by count and by value, of the trailing year and of all time."""
    every = deals[deals["won"] | deals["lost"]]
    year = trailing(today)
    undated = int(every["close_date"].isna().sum())
    recent = every[falls_in(every["close_date"], year)]
    found: list[Measure] = []
    for closed, key, span, unplaced in (
        (recent, "", f"closed {year.name}", undated),
        (every, "_all", "all time", 0),
    ):
        if not len(every):
            why_not = "no deal is won or lost yet"
        elif not key and undated == len(every):
            why_not = "no won or lost deal has a Close Date"
        else:
            why_not = f"no deal {span}"
        suffix = ", all time" if key else ""
        note = f"Deals {span}." if not key else "Every won and lost deal, whatever its close date."
        priced = closed[closed["amount"].notna()]
        for name, rate, base, meaning, left_out in (
            ("count", rate_by_count(closed), closed, MEANING_COUNT, unplaced),
            ("value", rate_by_value(closed), priced, MEANING_VALUE, unplaced + len(closed) - len(priced)),
        ):
            value = known(rate)
            no_value = why_not
            if name == "value" and len(closed):
                no_value = "the closed deals have no amounts"
                if lost_at_zero(closed):
                    no_value = "every lost deal stands at amount 0, so it would read 100 %"
            found.append(
                Measure(
                    f"win_rate_{name}{key}", f"Win rate by {name}{suffix}", value, "%", len(base),
                    "" if value is not None else no_value, left_out, note, meaning,
                )
            )  # fmt: skip
    return found


def win_rates_by(closed: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the win rates of each group.

    Parameters
    ----------
    closed : DataFrame
        Won and lost deals.
    key : str
        The column to group by.

    Returns
    -------
    DataFrame, index: group
        ``won``, ``lost``, ``won_amount``, ``win_rate``, ``win_rate_value`` (NaN at a zero denominator), ``n``.
    """
    won = closed["won"].to_numpy(dtype=bool)
    amounts = closed["amount"].fillna(0.0).to_numpy(dtype=float)
    parts = {"won": won, "lost": ~won, "won_amount": np.where(won, amounts, 0.0), "closed_amount": amounts}
    sums = sum_by(closed[key].to_numpy(dtype=object), parts)
    sums["n"] = sums["won"] + sums["lost"]
    sums["win_rate"] = sums["won"] / sums["n"].where(sums["n"] > 0)
    sums["win_rate_value"] = sums["won_amount"] / sums["closed_amount"].where(sums["closed_amount"] != 0)
    if lost_at_zero(closed):
        sums["win_rate_value"] = math.nan
    return sums[["won", "lost", "won_amount", "win_rate", "win_rate_value", "n"]]
