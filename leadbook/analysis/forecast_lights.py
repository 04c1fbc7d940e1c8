"""Three lights on the forecast: does enough come in, does it convert as usual, does it move in time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.measure_visits import days_of, following, rank_stages, within
from leadbook.analysis.periods import Period, trailing
from leadbook.model.counts import counted

if TYPE_CHECKING:
    import datetime as dt

    import numpy as np
    import numpy.typing as npt
    import pandas as pd

    from leadbook.model.playbook import Playbook

Light = tuple[str, str]

RECENT_DAYS = 90
FEWEST = 20
VOLUME_GREEN, VOLUME_AMBER = 0.9, 0.7
CONVERSION_GREEN, CONVERSION_AMBER = 0.9, 0.75
VELOCITY_GREEN, VELOCITY_AMBER = 0.7, 0.5


def light_volume(deals: pd.DataFrame, today: dt.date) -> Light:
    """Return whether qualified leads come in as they did over the year before.

    Notes
    -----
    Leads qualified in the last 90 days ÷ what the 275 days before make of 90 days. Green from 0.9, amber from
    0.7, red below; none with fewer than 20 in the year, or when those 275 days hold none. Qualified on the
    SQL Date, else the Opportunity Date; when nobody has either, on
    Created, else First Contacted.
    """
    qualified = deals["sql_date"].fillna(deals["opportunity_date"])
    word = "qualified leads"
    if not qualified.notna().any():
        qualified = deals["created"].fillna(deals["first_contacted"])
        word = "new leads (none has an SQL or Opportunity Date)"
    if not qualified.notna().any():
        return "none", "Insufficient history: no lead has an SQL, Opportunity or Created date."
    recent, year = trailing(today, RECENT_DAYS), trailing(today)
    now = int(falls_in(qualified, recent).sum())
    earlier = int(falls_in(qualified, Period(year.start, recent.start, "")).sum())
    known_days = _days_known(qualified, year.start, recent.start)
    if now + earlier < FEWEST or not earlier or known_days < RECENT_DAYS:
        return "none", f"Insufficient history: {_of(now + earlier, word)} in the last 365 days."
    usual = earlier * RECENT_DAYS / known_days
    return (
        _colour(now / usual, VOLUME_GREEN, VOLUME_AMBER),
        f"{_of(now, word)} in the last {RECENT_DAYS} days, {now / usual:.0%} of the usual {usual:,.0f}.",
    )


def light_conversion(deals: pd.DataFrame, steps: pd.DataFrame, playbook: Playbook, today: dt.date) -> Light:
    """Return whether leads progress at the rate of the trailing year.

    Parameters
    ----------
    deals : DataFrame
        One row a lead with ``won``, ``lost`` and ``close_date``.
    steps : DataFrame
        One row a visit to a stage, as History tells them.
    playbook : Playbook
    today : date
        The last day of both windows, itself included.

    Returns
    -------
    Light
        A colour (``green``, ``amber``, ``red``; ``none`` for insufficient history) and its sentence.

    Notes
    -----
    Of the visits to open stages that ended in the last 90 days, the share that ended in a later stage or a
    win, divided by the same share over 365 days. Where History has fewer than 20 such visits in the last 90
    days, or begins inside them, the win rate by count takes their place, by the same windows. Green from 0.9,
    amber from 0.75, red below.
    """
    recent, year = trailing(today, RECENT_DAYS), trailing(today)
    ended, advanced = stage_endings(steps, playbook)
    found = _compare(ended, advanced, recent, year)
    word = "stage visits ended in progress"
    if found is None:
        closed = deals[deals["won"] | deals["lost"]]
        found = _compare(days_of(closed["close_date"]), closed["won"].to_numpy(dtype=bool), recent, year)
        word = "closed deals were won"
    if found is None:
        return "none", f"Insufficient history: fewer than {FEWEST} stage visits or deals ended in {RECENT_DAYS} days."
    now, usual, n = found
    if not usual:
        return "none", "Insufficient history: nothing progressed in the trailing year."
    return (
        _colour(now / usual, CONVERSION_GREEN, CONVERSION_AMBER),
        f"{now:.0%} of {n:,} {word} in the last {RECENT_DAYS} days, against {usual:.0%} over the year.",
    )


def light_velocity(deals: pd.DataFrame, playbook: Playbook) -> Light:
    """Return whether open leads stand in their stages no longer than expected.

    Notes
    -----
    Open leads whose days in stage are within the stage's expected days ÷ open leads for which both are known.
    Green from 0.7, amber from 0.5, red below; none with fewer than 20.
    """
    expected = {stage.name: stage.expected_days for stage in playbook.open_stages}
    allowed = deals["stage_name"].map(expected).astype(float)
    days = deals["days_in_stage"]
    judged = deals["open"] & allowed.notna() & days.notna()
    n = int(judged.sum())
    if n < FEWEST:
        return "none", f"Insufficient history: the days in stage are known for {counted(n, 'open lead')}."
    within = int((judged & (days <= allowed)).sum())
    return (
        _colour(within / n, VELOCITY_GREEN, VELOCITY_AMBER),
        f"{within:,} of {n:,} open leads ({within / n:.0%}) are within the days expected for their stage.",
    )


def _of(count: int, word: str) -> str:
    return f"{count:,} {word}" if count != 1 else f"1 {word.replace('leads', 'lead', 1)}"


def _colour(value: float, green: float, amber: float) -> str:
    return "green" if value >= green else "amber" if value >= amber else "red"


def stage_endings(steps: pd.DataFrame, playbook: Playbook) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return when each visit to an open stage ended, and whether it ended in a later stage or a win."""
    rank = rank_stages(playbook)[steps["stage"].to_numpy()]
    ended = (rank >= 0) & (rank < len(playbook.open_stages)) & steps["left"].notna().to_numpy()
    return steps["left"].to_numpy()[ended], (following(rank, steps, -1) > rank)[ended]


def _compare(
    when: npt.NDArray[np.float64], good: npt.NDArray[np.bool_], recent: Period, year: Period
) -> tuple[float, float, int] | None:
    """Return the share of good endings recently and over the year, and the recent number; None if too few."""
    now, all_year = within(when, recent), within(when, year)
    n = int(now.sum())
    earlier = int(all_year.sum()) - n
    if n < FEWEST or earlier < FEWEST:
        return None
    return float(good[now].mean()), float(good[all_year].mean()), n


def _days_known(dates: pd.Series[pd.Timestamp], start: dt.date, end: dt.date) -> int:
    """Return how many days of [start, end) lie after the first date anyone wrote down."""
    first = max(dates.min().date(), start)
    return (end - first).days
