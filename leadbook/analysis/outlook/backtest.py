"""What each method would have said on past days, against what came."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.outlook.hazards import FEWEST_WINS
from leadbook.analysis.outlook.methods import SINGLE, AsOf, forecast_all, revenue_by_day

if TYPE_CHECKING:
    from collections.abc import Callable

    import numpy.typing as npt

    from leadbook.analysis.outlook.courses import Courses
    from leadbook.analysis.outlook.exposure import Exposure
    from leadbook.analysis.outlook.pipeline_then import PipelineThen

MOST_CUTOFFS = 24
FEWEST_DAYS = 60
"""So long must ends have been written down before a day can be forecast from: two months."""
MONTH, SECOND, THIRD, QUARTER = range(4)
"""The spans judged: the next month, the two after it, and the three together."""
SPANS = ((0, 1), (1, 2), (2, 3), (0, 3), (3, 4), (4, 5), (5, 6), (1, 4), (2, 5), (3, 6))
"""First month after a cutoff and first one beyond the span; those behind the judged ones tell how far errors grow."""
MONTHS, QUARTERS = (0, 1, 2, 4, 5, 6), (3, 7, 8, 9)
"""Places in `SPANS` of single months, and of three together, that begin 0, 1, 2 ... months after the cutoff."""
_MONTHS_AHEAD = max(high for _, high in SPANS)


class Track(Struct, frozen=True, dict=True):
    """Forecasts at past cutoffs and what came.

    Parameters
    ----------
    cutoffs : array of int, shape (n,)
        The first day not known to the forecast, days since 1970, the oldest first.
    said : array of float, shape (n, spans, methods)
        By `SPANS` and `SINGLE`.
    parts : array of float, shape (n, spans, methods)
        The same as the blend takes them, see `forecast_all`.
    came : array of float, shape (n, spans)
        NaN where the span is not over yet.
    pipelined : bool
        Whether the weighted pipeline is the one that History had.
    """

    cutoffs: npt.NDArray[np.int64]
    said: npt.NDArray[np.float64]
    parts: npt.NDArray[np.float64]
    came: npt.NDArray[np.float64]
    pipelined: bool = False

    @cached_property
    def ends(self) -> npt.NDArray[np.int64]:
        """The first day after each cutoff's spans, shape (n, spans)."""
        after = [[month_after(int(day), months) for months in range(_MONTHS_AHEAD + 1)] for day in self.cutoffs]
        return np.array(after).reshape(-1, _MONTHS_AHEAD + 1)[:, [high for _, high in SPANS]]


def choose_cutoffs(exposure: Exposure, tomorrow: int) -> npt.NDArray[np.int64]:
    """Return the days to try the methods on: 1sts, and 16ths too while there are few.

    Notes
    -----
    From the first on which two months of endings and 20 dated wins were known, to the last whose next month is
    over; the 24 latest.
    """
    wins = np.concatenate([[0.0], np.cumsum(exposure.wins.sum(axis=1))])
    halves = exposure.edges[: len(wins)]
    known = (halves - exposure.since >= FEWEST_DAYS) & (wins[: len(halves)] >= FEWEST_WINS)
    over = np.array([month_after(int(day), 1) <= tomorrow for day in halves], dtype=bool)
    days = halves[known & over] if len(halves) else halves
    days = days[np.isin(_day_of_month(days), (1, 16))]
    firsts = days[_day_of_month(days) == 1]
    return (firsts if len(firsts) >= MOST_CUTOFFS // 2 else days)[-MOST_CUTOFFS:]


def backtest(
    courses: Courses,
    exposure: Exposure,
    first_month: int = 1,
    then: Callable[[int], PipelineThen | None] | None = None,
) -> Track:
    """Return what each method would have said on past days, by what was known then alone.

    Parameters
    ----------
    courses : Courses
    exposure : Exposure
    first_month : int
        The month that the fiscal year begins in.
    then : callable or None
        The pipeline as History had it on a day (days since 1970).

    Notes
    -----
    A deal is known from the day it began, its outcome after the day it ended. Win rates, hazards, seasons and the
    worth of deals are learned anew for each cutoff from what had ended before it.
    """
    tomorrow = courses.today + 1
    cutoffs = choose_cutoffs(exposure, tomorrow)
    said = np.zeros((len(cutoffs), len(SPANS), len(SINGLE)))
    parts = np.zeros((len(cutoffs), len(SPANS), len(SINGLE)))
    came = np.full((len(cutoffs), len(SPANS)), np.nan)
    for at, day in enumerate(cutoffs.tolist()):
        bounds = [month_after(day, months) - day for months in range(_MONTHS_AHEAD + 1)]
        known = AsOf(courses, exposure, day, bounds[-1], first_month, then(day) if then else None)
        actual = np.concatenate([[0.0], np.cumsum(revenue_by_day(courses, day, day + bounds[-1]))])
        for sums, by_day in zip((said, parts), forecast_all(known), strict=True):
            sums[at] = _in_spans(by_day, bounds)
        for span, (low, high) in enumerate(SPANS):
            if day + bounds[high] <= tomorrow:
                came[at, span] = actual[bounds[high]] - actual[bounds[low]]
    return Track(cutoffs, said, parts, came, then is not None)


def _in_spans(by_day: npt.NDArray[np.float64], bounds: list[int]) -> npt.NDArray[np.float64]:
    return np.stack([by_day[bounds[low] : bounds[high]].sum(axis=0) for low, high in SPANS])


def wape(said: npt.NDArray[np.float64], came: npt.NDArray[np.float64]) -> float:
    """Return Σ|forecast - came| ÷ Σ came, NaN where nothing came."""
    over = ~np.isnan(came)
    total = float(came[over].sum())
    return float(np.abs(said[over] - came[over]).sum()) / total if total > 0 else np.nan


def bias(said: npt.NDArray[np.float64], came: npt.NDArray[np.float64]) -> float:
    """Return Σ(forecast - came) ÷ Σ came: above 0 the method promises too much."""
    over = ~np.isnan(came)
    total = float(came[over].sum())
    return float((said[over] - came[over]).sum()) / total if total > 0 else np.nan


def month_after(day: int, months: int) -> int:
    """Return the same day of the month so many months later; days after the 28th count as the 28th."""
    date = np.datetime64(day, "D")
    month = date.astype("datetime64[M]")
    into = min(int((date - month.astype("datetime64[D]")).astype(np.int64)), 27)
    return int((month + np.timedelta64(months, "M")).astype("datetime64[D]").astype(np.int64)) + into


def _day_of_month(days: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    dates = days.astype("datetime64[D]")
    return np.asarray((dates - dates.astype("datetime64[M]").astype("datetime64[D]")).astype(np.int64) + 1)
