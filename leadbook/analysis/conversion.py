"""How far leads get: stage by stage from their visits, and from MQL to SQL to opportunity by their dates."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.measure_visits import following, rank_stages, within
from leadbook.analysis.periods import Period, show_day, trailing
from leadbook.analysis.rates import known, ratio
from leadbook.analysis.results import Measure

if TYPE_CHECKING:
    from leadbook.model.playbook import Playbook

MEANING_COHORT = (
    "Leads that first entered the stage in the period and later reached any later stage, divided by all leads "
    "that first entered it; skipped stages count as reached."
)
MEANING_SNAPSHOT = (
    "Leads that went from the stage to a later one in the period, divided by leads that entered the stage in it."
)

COLUMNS = ("entered", "advanced", "exited", "pending", "conversion", "snapshot", "immature", "note")


def measure_stage_conversion(
    steps: pd.DataFrame, playbook: Playbook, p90_days: pd.Series[float], today: dt.date
) -> pd.DataFrame:
    """Return the cohort and snapshot conversion of each open stage.

    Parameters
    ----------
    steps : DataFrame
        As ``read_steps`` returns them.
    playbook : Playbook
    p90_days : Series, index: stage name
        The 90th percentile of a completed visit, NaN when no visit was completed.
    today : date

    Returns
    -------
    DataFrame, index: name of each open stage in order
        ``entered``, ``advanced``, ``exited``, ``pending`` (counts of the cohort; the last three add up to the
        first), ``conversion`` (0 to 1 or NaN), ``snapshot`` (0 up, may exceed 1, NaN), ``immature`` (bool),
        ``note``.

    Notes
    -----
    The cohort of a stage is the 365 days that ended P90 days before today, so that nine in ten of its leads
    have had the time they need. Where no lead entered that long ago, or P90 is unknown, the cohort is the
    365 days to today and ``immature`` is true. A lead reaches a stage when it first enters it or any later
    one; leads that History first saw beyond a stage's entry are in no cohort of it. Pending are leads still
    in an open stage, exited those lost, disqualified or parked.
    """
    stages = playbook.open_stages
    moves = _Moves(steps, playbook)
    rows = []
    for position, stage in enumerate(stages):
        reached = moves.reached[:, position]
        p90 = float(p90_days.get(stage.name, np.nan))
        recent = trailing(today)
        period, immature = recent, True
        if np.isfinite(p90) and p90 < 36500:
            grown = trailing(today, skip=int(np.ceil(p90)))
            if within(reached, grown).any():
                period, immature = grown, False
        cohort = within(reached, period)
        advanced = cohort & (moves.reached[:, position + 1] < np.inf)
        pending = cohort & ~advanced & moves.now_open
        entered = int(cohort.sum())
        came, went = moves.snapshot(position, recent)
        note = f"Entered {period.name}."
        if not immature and (young := int(within(reached, _after(period, recent)).sum())):
            note += f" {young} later {'entry is' if young == 1 else 'entries are'} too young to count."
        if immature:
            note += " Immature: not enough time has passed to judge it." if entered else ""
        rows.append(
            (
                entered, int(advanced.sum()), entered - int(advanced.sum()) - int(pending.sum()), int(pending.sum()),
                ratio(float(advanced.sum()), entered), ratio(went, came), immature and entered > 0,
                note if entered else "",
            )
        )  # fmt: skip
    return pd.DataFrame(rows, index=[stage.name for stage in stages], columns=list(COLUMNS))


class _Moves:
    """Visits as arrays: when each lead first reached each open stage, and each step from one to the next."""

    def __init__(self, steps: pd.DataFrame, playbook: Playbook) -> None:
        top = len(playbook.open_stages)
        lead, first, last = (steps[key].to_numpy() for key in ("lead", "first", "last"))
        self._lead, self._entered = lead, steps["entered"].to_numpy()
        self._rank = rank_stages(playbook)[steps["stage"].to_numpy()]
        self._to_rank = following(self._rank, steps, -1)
        self._left_at = following(self._entered, steps, np.nan)
        self._seen = ~steps["censored"].to_numpy()
        # n leads by open stages and won; days since 1970, inf for never
        reached = np.full((int(lead[-1]) + 1 if len(lead) else 0, top + 1), np.inf)
        # a lead that History first saw in a stage had entered it at some unknown earlier time
        reached_at = np.where(first & ~self._seen, -np.inf, self._entered)
        counted = self._rank >= 0
        np.minimum.at(reached, (lead[counted], self._rank[counted]), reached_at[counted])
        # entering a later stage reaches every one before it
        self.reached = np.minimum.accumulate(reached[:, ::-1], axis=1)[:, ::-1]
        # a visit that ended with nothing after it ended with the lead's removal
        self.now_open = ((self._rank >= 0) & (self._rank < top) & steps["left"].isna().to_numpy())[last]

    def snapshot(self, rank: int, period: Period) -> tuple[int, int]:
        """Return how many leads entered a stage in the period, and how many went from it to a later one."""
        mine = self._rank == rank
        came = mine & self._seen & within(self._entered, period)
        onward = mine & (self._to_rank > rank) & within(self._left_at, period)
        return len(np.unique(self._lead[came])), len(np.unique(self._lead[onward]))


def _after(period: Period, later: Period) -> Period:
    return Period(period.end, later.end, later.name)


def measure_lifecycle(
    deals: pd.DataFrame, today: dt.date, *, start: str, goal: str, window_days: int, names: tuple[str, str]
) -> Measure:
    """Return the share of leads that got from one lifecycle date to the next within a window.

    Parameters
    ----------
    deals : DataFrame
        As ``collect_deals`` returns them.
    today : date
    start, goal : str
        Date columns such as ``mql_date`` and ``sql_date``.
    window_days : int
        The goal counts when it lies 0 to ``window_days`` days (inclusive) after the start.
    names : (str, str)
        What the two are called ("MQL", "SQL").

    Returns
    -------
    Measure
        Of the 365 days of starts whose windows have closed; later ones are immature and only counted in the
        note. Leads whose goal lies before their start are left out.
    """
    first, second = names
    key = f"{first}_to_{second}".casefold()
    name = f"{first}→{second}"
    meaning = (
        f"Leads that became {second} within {window_days} days of becoming {first}, divided by all that became "
        f"{first}; only those whose {window_days} days have passed."
    )
    begun, got = deals[start], deals[goal]
    closed = trailing(today, skip=window_days)
    in_cohort = falls_in(begun, closed)
    backwards = in_cohort & (got < begun)
    young = int(falls_in(begun, Period(closed.end, today + dt.timedelta(days=1), "")).sum())
    cohort = in_cohort & ~backwards
    n, left_out = int(cohort.sum()), int(backwards.sum())
    done = cohort & ((got - begun) <= pd.Timedelta(days=window_days))
    note = f"Became {first} {closed.name}."
    if young:
        note += f" {young} more became {first} later and are immature: their {window_days} days are not over."
    value = known(ratio(float(done.sum()), n))
    why_not = ""
    if value is None:
        if not begun.notna().any():
            why_not = f"no lead has {'an' if first[0] in 'AEIOMS' else 'a'} {first} date"
        elif young:
            why_not = f"immature: the {window_days} days of all {young} leads that became {first} are not over"
        else:
            why_not = f"no lead became {first} between {show_day(closed.start)} and {show_day(closed.end)}"
    return Measure(key, name, value, "%", n, why_not, left_out, note, meaning)
