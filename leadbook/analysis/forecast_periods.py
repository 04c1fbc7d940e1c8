"""What each month and quarter will bring: closed, by category, weighted, against quota."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.measure_deals import weigh
from leadbook.analysis.measure_groups import total_quota
from leadbook.analysis.rates import known
from leadbook.analysis.results import Measure
from leadbook.model.playbook import Category

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.periods import Period
    from leadbook.model.playbook import Playbook

COLUMNS = (
    "start", "end", "name", "closed", "commit", "best_case", "pipeline", "omitted", "deals", "qualified", "weighted",
    "expected", "quota", "coverage", "required_coverage", "coverage_text",
)  # fmt: skip

MEANING_COVERAGE = (
    "Open qualified value closing in the period, divided by the quota less what is won in it; met when nothing "
    "of the quota remains."
)


def forecast_periods(
    deals: pd.DataFrame, periods: Sequence[Period], playbook: Playbook, required_coverage: float, today: dt.date
) -> pd.DataFrame:
    """Return one row a period.

    Parameters
    ----------
    deals : DataFrame
        As ``collect_deals`` returns them.
    periods : sequence of Period
        In order, without gaps.
    playbook : Playbook
        Its active reps' quotas are summed.
    required_coverage : float
        NaN when the win rate by value is unknown.
    today : date
        Open deals due before it are overdue and in no period; one due today is not overdue.

    Returns
    -------
    DataFrame, one row a period
        The columns that ``Forecast.months`` documents.
    """
    slot = place_in(deals["close_date"], periods)
    amount = deals["amount"].fillna(0.0).to_numpy(dtype=float)
    is_open, won = deals["open"].to_numpy(dtype=bool), deals["won"].to_numpy(dtype=bool)
    due = is_open & (deals["close_date"] >= pd.Timestamp(today)).to_numpy(dtype=bool)
    priced = deals["amount"].notna().to_numpy()
    category = sort_into_categories(deals)

    def total(values: npt.NDArray[np.float64], where: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        counted = where & (slot >= 0)
        return np.bincount(slot[counted], weights=values[counted], minlength=len(periods)).astype(float)

    made = pd.DataFrame(
        {
            "start": pd.Series([period.start for period in periods], dtype=object),
            "end": pd.Series([period.end for period in periods], dtype=object),
            "name": pd.Series([period.name for period in periods], dtype=object),
            "closed": total(amount, won),
            "commit": total(amount, due & (category == Category.COMMIT.value)),
            "best_case": total(amount, due & (category == Category.BEST_CASE.value)),
            "pipeline": total(amount, due & (category == Category.PIPELINE.value)),
            "omitted": total(amount, due & (category == Category.OMITTED.value)),
            "deals": total(np.ones(len(deals)), due & priced).astype(int),
            "qualified": total(amount, due & deals["qualified"].to_numpy(dtype=bool)),
            "weighted": total(np.nan_to_num(weigh(deals, today).to_numpy(dtype=float)), due),
        }
    )
    made["expected"] = made["closed"] + made["weighted"]
    made["quota"] = [total_quota(playbook, period) for period in periods]
    covered = [
        cover(qualified, quota, closed)
        for qualified, quota, closed in zip(made["qualified"], made["quota"], made["closed"], strict=True)
    ]
    made["coverage"] = pd.Series([value for value, _ in covered], dtype=float)
    made["required_coverage"] = required_coverage
    made["coverage_text"] = pd.Series([text for _, text in covered], dtype=object)
    return made[list(COLUMNS)]


def sort_into_categories(deals: pd.DataFrame) -> npt.NDArray[np.object_]:
    """Return the one forecast category of each deal: Closed only what is won, Pipeline what no word places."""
    given = deals["category"].to_numpy(dtype=object)
    placed = (Category.COMMIT.value, Category.BEST_CASE.value, Category.OMITTED.value)
    sorted_in = np.where(np.isin(given, placed), given, Category.PIPELINE.value)
    is_open, won = deals["open"].to_numpy(dtype=bool), deals["won"].to_numpy(dtype=bool)
    sorted_in = np.where(is_open, sorted_in, Category.OMITTED.value)
    return np.where(won, Category.CLOSED.value, sorted_in).astype(object)


def place_in(dates: pd.Series[pd.Timestamp], periods: Sequence[Period]) -> npt.NDArray[np.int64]:
    """Return the position of the period each date lies in, -1 for none or no date."""
    bounds = np.array([*(period.start for period in periods), periods[-1].end], dtype="datetime64[us]")
    times = dates.to_numpy(dtype="datetime64[us]")
    blank = np.isnat(times)
    slot = np.searchsorted(bounds, np.where(blank, bounds[0], times), side="right") - 1
    return np.where(blank | (slot >= len(periods)), -1, slot).astype(np.int64)


def cover(qualified: float, quota: float, won: float) -> tuple[float, str]:
    """Return coverage of what remains of a quota and the text for it: "2.1 x", "met" or "n/a"."""
    if math.isnan(quota):
        return math.nan, "n/a"
    remainder = quota - won
    if remainder <= 0:
        return math.nan, "met"
    return qualified / remainder, f"{qualified / remainder:.1f} x"


def measure_coverage(deals: pd.DataFrame, playbook: Playbook, quarter: Period, today: dt.date) -> Measure:
    """Return the coverage of the quarter under way."""
    row = forecast_periods(deals, [quarter], playbook, math.nan, today).iloc[0]
    value, why_not = known(float(row["coverage"])), ""
    if value is None:
        met = row["coverage_text"] == "met"
        why_not = "met: nothing of the quota remains" if met else "no quota for this quarter in Settings (Reps)"
    in_it = place_in(deals["close_date"], [quarter]) >= 0
    unpriced = deals["open"] & deals["qualified"] & deals["amount"].isna() & in_it
    note = f"Won {row['closed']:,.0f}; open and qualified {row['qualified']:,.0f}"
    note += f"; quota {row['quota']:,.0f}." if not math.isnan(row["quota"]) else "; no quota."
    return Measure(
        "coverage", f"Coverage, {quarter.name}", value, "x", int(row["deals"]), why_not, int(unpriced.sum()), note,
        MEANING_COVERAGE,
    )  # fmt: skip
