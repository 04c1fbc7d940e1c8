"""The level of what is won, and what the month of the quarter and of the year do to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    import numpy.typing as npt

QUARTER, YEAR = 3, 12
_DOUBT = 0.5
_FADE = 0.85
_SLACK_DAYS = 4


class Seasons(Struct, frozen=True):
    """A level and factors on it.

    Parameters
    ----------
    level : float
        Won a day where no month differs, base currency.
    of_quarter : array of float, shape (3,)
        By month of the fiscal quarter.
    of_year : array of float, shape (12,)
        By calendar month, January first, on top of it.
    first_month : int
        The month that the fiscal year begins in.
    """

    level: float
    of_quarter: npt.NDArray[np.float64]
    of_year: npt.NDArray[np.float64]
    first_month: int

    def factor_of(self, days: npt.NDArray[np.int64]) -> npt.NDArray[np.float64]:
        """Return the factor of each day (days since 1970)."""
        months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
        return self.of_quarter[(months - (self.first_month - 1)) % QUARTER] * self.of_year[months % YEAR]


def learn_seasons(revenue: npt.NDArray[np.float64], first: int, first_month: int = 1) -> Seasons:
    """Return the level and the factors of what was won day by day.

    Parameters
    ----------
    revenue : array of float
        Won on each day, without gaps.
    first : int
        The day of the first number, days since 1970.
    first_month : int

    Notes
    -----
    Ratio of a month = won a day ÷ the mean of the months around it (six on either side). The factor of a month of
    the quarter is its mean ratio, drawn towards 1 by credibility: tau² ÷ (tau² + sigma² ÷ n), with sigma² from how
    far its repetitions differ and tau² from how far the three months differ beyond that; nothing repeats with
    less than four months, and every factor is 1. The months of the year follow in the same way on what is left,
    from two years on. Level = Σ 0.85^k x (won a day ÷ factor) over whole months, k months back, at most twelve.
    """
    flat = np.ones(QUARTER), np.ones(YEAR)
    if not len(revenue):
        return Seasons(0.0, *flat, first_month)
    month, amount, days = _whole_months(revenue, first)
    if len(month) < 2:
        return Seasons(float(revenue.mean()), *flat, first_month)
    a_day = amount / days
    ratio = a_day / _around(a_day)
    of_quarter = credible((month - (first_month - 1)) % QUARTER, ratio, QUARTER)
    left = ratio / of_quarter[(month - (first_month - 1)) % QUARTER]
    of_year = credible(month % YEAR, left, YEAR) if len(month) >= 2 * YEAR else flat[1]
    usual = Seasons(1.0, of_quarter, of_year, first_month).factor_of(_day_of(month))
    recent = slice(-YEAR, None)
    weights = (_FADE ** np.arange(len(month))[::-1])[recent]
    level = float((weights * (a_day / usual)[recent]).sum() / weights.sum())
    return Seasons(level, of_quarter, of_year, first_month)


def credible(label: npt.NDArray[np.int64], ratio: npt.NDArray[np.float64], labels: int) -> npt.NDArray[np.float64]:
    """Return each label's mean ratio, drawn towards 1 as far as its repetitions disagree.

    References
    ----------
    Bühlmann and Straub (1970), "Glaubwürdigkeit für Schadensätze".
    """
    n = np.bincount(label, minlength=labels)
    there = n > 0
    repeated = int(n.sum() - there.sum())
    if not repeated or there.sum() < 2:
        return np.ones(labels)
    mean = np.bincount(label, weights=ratio, minlength=labels) / np.maximum(n, 1)
    overall = float(mean[there].mean())
    around = float(((ratio - mean[label]) ** 2).sum())
    spread = float(((ratio - overall) ** 2).sum()) / max(len(ratio) - 1, 1)
    doubt = _DOUBT * float(there.sum() - 1)
    noise = (around + doubt * spread) / (repeated + doubt)
    differing = float(((mean[there] - overall) ** 2).sum()) / (there.sum() - 1) - noise * float((1 / n[there]).mean())
    if differing <= 0:
        return np.ones(labels)
    trust = differing / (differing + noise / np.maximum(n, 1))
    factor = np.where(there, 1.0 + trust * (mean / overall - 1.0), 1.0)
    return np.asarray(np.maximum(factor, 0.0) / factor[there].mean(), dtype=np.float64)


def _whole_months(
    revenue: npt.NDArray[np.float64], first: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64], npt.NDArray[np.int64]]:
    """Return the months (since 1970) that are known in whole or all but, what was won in them, and their days."""
    days = first + np.arange(len(revenue))
    months = days.astype("datetime64[D]").astype("datetime64[M]").astype(np.int64)
    numbers, place, known = np.unique(months, return_inverse=True, return_counts=True)
    amount = np.bincount(place, weights=revenue).astype(np.float64)
    length = _day_of(numbers + 1) - _day_of(numbers)
    whole = known >= length - _SLACK_DAYS
    return numbers[whole], amount[whole], known[whole].astype(np.int64)


def _day_of(months: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)


def _around(a_day: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the mean of the months around each: six on either side, or what there is."""
    places = np.arange(len(a_day))
    low, high = np.maximum(places - 6, 0), np.minimum(places + 6, len(a_day))
    high = np.maximum(high, np.minimum(low + 12, len(a_day)))
    low = np.minimum(low, np.maximum(high - 12, 0))
    sums = np.concatenate([[0.0], np.cumsum(a_day)])
    mean = (sums[high] - sums[low]) / (high - low)
    return np.where(mean > 0, mean, 1.0)
