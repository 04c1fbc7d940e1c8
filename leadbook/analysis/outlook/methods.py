"""The ways to forecast what the coming days bring, each from what was known on the morning of a day."""

from __future__ import annotations

from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.outlook.hazards import Hazards, learn_hazards
from leadbook.analysis.outlook.project import win_days
from leadbook.analysis.outlook.seasons import Seasons, learn_seasons
from leadbook.analysis.outlook.worth import value_by_group

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.outlook.courses import Courses
    from leadbook.analysis.outlook.exposure import Exposure
    from leadbook.analysis.outlook.pipeline_then import PipelineThen

LOOK_BACK_DAYS = 91
"""The run rate and the arrivals are those of a quarter of a year: each month of a quarter counts once."""


class Method(StrEnum):
    """How a forecast was made."""

    WEIGHTED = "stage-weighted"
    HISTORY = "win rate by age"
    RUN_RATE = "run rate"
    SEASONAL = "seasonal"
    BLEND = "blend"


SINGLE = (Method.WEIGHTED, Method.HISTORY, Method.RUN_RATE, Method.SEASONAL)


class AsOf(Struct, frozen=True, dict=True):
    """What was known on the morning of a day.

    Parameters
    ----------
    courses : Courses
        All deals; what ends on ``day`` or later counts as open, what begins then as unknown.
    exposure : Exposure
    day : int
        The first day that is not known: a 1st or 16th, or tomorrow.
    days_ahead : int
        How many days to forecast.
    first_month : int
        The month that the fiscal year begins in.
    pipeline : PipelineThen or None
        The open deals as History had them on that day; None without it.
    """

    courses: Courses
    exposure: Exposure
    day: int
    days_ahead: int
    first_month: int = 1
    pipeline: PipelineThen | None = None

    @cached_property
    def hazards(self) -> Hazards:
        """How deals ended, by what ended before the day."""
        return learn_hazards(self.exposure, self.day, self.first_month)

    @cached_property
    def was_open(self) -> npt.NDArray[np.bool_]:
        """Which deals had begun and not ended; those that nobody knows the beginning of are left out."""
        courses = self.courses
        ended_later = courses.known_end & (courses.ended >= self.day)
        return (courses.began < self.day) & (courses.is_open | ended_later)

    @cached_property
    def open_chances(self) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
        """For each open deal a row of chances, and in the rows the chance of being won on each day to come.

        As many days as there are ahead, or up to the last age where the weighted pipeline has no dates of its own.
        """
        last = self.hazards.last_age
        age = np.minimum(self.day - self.courses.began[self.was_open], last)
        ages, row = np.unique(age, return_inverse=True)
        ahead = self.days_ahead if self.pipeline is not None else max(self.days_ahead, last + 1)
        return row, win_days(self.hazards, ages, self.day, ahead)

    @cached_property
    def worth(self) -> npt.NDArray[np.float64]:
        """What a won deal of each product was worth, by the wins before the day; 0 where nobody knows."""
        return np.nan_to_num(value_by_group(self.courses, self.day))

    @cached_property
    def seasons(self) -> Seasons:
        """The level of what was won before the day, and what the months do to it."""
        return learn_seasons(self.revenue, self.exposure.since, self.first_month)

    @cached_property
    def days(self) -> npt.NDArray[np.int64]:
        """The coming days."""
        return np.arange(self.day, self.day + self.days_ahead)

    @cached_property
    def revenue(self) -> npt.NDArray[np.float64]:
        """What was won on each day from the first that counts up to the day before."""
        return revenue_by_day(self.courses, self.exposure.since, self.day)


def revenue_by_day(courses: Courses, first: int, end: int) -> npt.NDArray[np.float64]:
    """Return the won amount of each day in [first, end)."""
    won = courses.won & (courses.ended >= first) & (courses.ended < end) & ~np.isnan(courses.amount)
    span = max(end - first, 0)
    return np.bincount(courses.ended[won] - first, weights=courses.amount[won], minlength=span)[:span].astype(float)


def open_by_day(known: AsOf, value: npt.NDArray[np.float64] | None = None) -> npt.NDArray[np.float64]:
    """Return what the open deals bring on each coming day.

    Parameters
    ----------
    known : AsOf
    value : array of float, one a deal
        What each brings if won, its chance against its age's included; None takes its product's.

    Notes
    -----
    Σ over open deals of value x P(won on that day | still open at its age).
    """
    here = np.flatnonzero(known.was_open)
    worth = known.worth[known.courses.group] if value is None else value
    row, chances = known.open_chances
    by_age = np.bincount(row, weights=worth[here], minlength=len(chances))
    return np.asarray(by_age @ chances[:, : known.days_ahead], dtype=np.float64)


def new_by_day(known: AsOf) -> npt.NDArray[np.float64]:
    """Return what deals that have not begun yet bring on each coming day.

    Notes
    -----
    Arrivals a day x Σ over the day they begin of P(won on that day) x mean worth of a deal that begins. Arrivals
    are those of the last 91 days; so is their mix of products.
    """
    courses = known.courses
    since = max(known.day - LOOK_BACK_DAYS, known.exposure.since)
    begun = (courses.began >= since) & (courses.began < known.day) & (courses.won | courses.lost | courses.is_open)
    if not begun.any() or known.day <= since:
        return np.zeros(known.days_ahead)
    a_day = float(known.worth[courses.group[begun]].sum()) / (known.day - since)
    if known.hazards.flat:
        # Where no month differs, a deal that begins later does the same as one that begins now, so much later.
        fresh = win_days(known.hazards, np.array([0]), known.day, known.days_ahead)[0]
        return np.asarray(a_day * np.cumsum(fresh), dtype=np.float64)
    yet_to_begin = -np.arange(known.days_ahead)
    chances = win_days(known.hazards, yet_to_begin, known.day, known.days_ahead)
    return np.asarray(a_day * chances.sum(axis=0), dtype=np.float64)


def forecast_weighted(known: AsOf) -> npt.NDArray[np.float64]:
    """Return value x chance of the open deals alone.

    Notes
    -----
    With History: Σ amount x the stage's probability on the expected close date, as they stood then; what was past
    due or undated is left out. Without it: Σ worth x won ÷ (won + lost) so far, spread over the days as wins at a
    deal's age usually come.
    """
    if known.pipeline is not None:
        return known.pipeline.by_day(known.day, known.days_ahead)
    courses = known.courses
    ended = courses.known_end & (courses.ended < known.day)
    rate = float(courses.won[ended].mean()) if ended.any() else 0.0
    here = np.flatnonzero(known.was_open)
    row, chances = known.open_chances
    by_age = np.bincount(row, weights=known.worth[courses.group[here]], minlength=len(chances))
    ever = chances.sum(axis=1)
    timing = chances[:, : known.days_ahead] / np.maximum(ever, 1e-9)[:, None]
    return np.asarray((rate * by_age) @ timing, dtype=np.float64)


def forecast_run_rate(known: AsOf) -> npt.NDArray[np.float64]:
    """Return the won amount a day of the last 91 days, for every coming day."""
    recent = known.revenue[-LOOK_BACK_DAYS:]
    return np.full(known.days_ahead, float(recent.mean()) if len(recent) else 0.0)


def forecast_all(
    known: AsOf, open_days: npt.NDArray[np.float64] | None = None
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return every method's forecast for each coming day, and the same as the blend takes it.

    Parameters
    ----------
    known : AsOf
    open_days : array of float or None
        What the open deals bring by the win rate of their age, where it is known better than by `open_by_day`.

    Returns
    -------
    (array of float, array of float), shape (days ahead, methods) each
        By `SINGLE`. The blend takes the run rate in the season's shape, or it would blur what season the others have
        found, and adds the business not yet created to the weighted pipeline, which knows none.
    """
    new = new_by_day(known)
    by_age = (open_by_day(known) if open_days is None else open_days) + new
    weighted, run_rate = forecast_weighted(known), forecast_run_rate(known)
    factors = known.seasons.factor_of(known.days)
    seasonal = known.seasons.level * factors
    return (
        np.stack([weighted, by_age, run_rate, seasonal], axis=-1),
        np.stack([weighted + new, by_age, run_rate * factors, seasonal], axis=-1),
    )
