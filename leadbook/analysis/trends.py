"""How the business moves from month to month, and early warnings: each number against its own past."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.forecast_lights import stage_endings
from leadbook.analysis.history_states import last_rows
from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.measure_visits import within
from leadbook.analysis.periods import Period, month_of
from leadbook.analysis.rates import ratio
from leadbook.model.playbook import Lifecycle, StageClass

if TYPE_CHECKING:
    from leadbook.model.playbook import Playbook

MONTHS, RECENT, FEWEST_BEFORE = 12, 3, 6
WORTH_TELLING = 0.15
"""A change smaller than this share is none that a manager acts on."""
SELDOM_BY_CHANCE = 1.83
"""One-sided 5 % of Student's t with nine degrees of freedom; nine months and three are compared."""

COLUMNS = ("new", "won", "lost", "win_rate", "closed", "open_end", "slipped", "moved_on", "moves")


class Trend(Struct, frozen=True):
    """One number against its own past.

    ``recent`` and ``before`` are means of a month's values, ``months_before`` how many months the latter is of,
    ``change`` their relation minus 1. ``state`` is "worse" (the early warning), "better", "steady" or "none" (too
    little is known).
    """

    key: str
    name: str
    unit: str
    recent: float | None
    before: float | None
    months_before: int
    change: float | None
    state: str
    sentence: str


class Trends(Struct, frozen=True):
    """The last 13 months, and what they say.

    Parameters
    ----------
    months : DataFrame, one row a month, the present one last
        ``name``, ``new`` (value of opportunities that began), ``won``, ``lost`` (value closed), ``win_rate`` (by
        count) of ``closed`` deals, ``open_end`` (open value at the month's end, or today), ``slipped`` (share of the
        value due in the month at its start that was open at its end and due later), ``moved_on`` (share of the
        ``moves`` visits to open stages that ended in a later stage); NaN where nobody can tell.
    lines : tuple of Trend
    """

    months: pd.DataFrame
    lines: tuple[Trend, ...]


def measure_trends(  # noqa: PLR0917 - what the measures before it have gathered
    changes: pd.DataFrame, now: pd.DataFrame, steps: pd.DataFrame, deals: pd.DataFrame, playbook: Playbook,
    since: dt.date | None, today: dt.date,
) -> Trends:  # fmt: skip
    """Return what each of the last months brought, and which numbers are worse than their own past.

    Parameters
    ----------
    changes, now, steps, deals : DataFrame
        As ``read_changes``, ``present_state``, ``read_steps`` and ``collect_deals`` return them.
    playbook : Playbook
    since : date or None
        History's first day.
    today : date

    Notes
    -----
    Compared are the means of the last 3 finished months and of the 6 to 9 known ones before them. A number is worse
    (or better) when it changed by 15 % or more and by more than chance does in one case of twenty:
    (recent - before) ÷ (s x sqrt(1/3 + 1/n)) beyond 1.83, with s the standard deviation of the n months before.

    References
    ----------
    Student's t for the difference of two means with the variance of the reference period.
    """
    months = [month_of(today, -back) for back in range(MONTHS, -1, -1)]
    begun = deals["opportunity_date"].fillna(
        deals["created"].where(deals["lifecycle"].isin([Lifecycle.OPPORTUNITY.value, Lifecycle.CUSTOMER.value]))
    )
    first_deal = min((day for day in (begun.min(), deals["close_date"].min()) if day == day), default=None)  # noqa: PLR0124 - NaT
    endings, advanced = stage_endings(steps, playbook)
    rows = []
    for month in months:
        known = first_deal is not None and first_deal < pd.Timestamp(month.end)
        closing = falls_in(deals["close_date"], month)
        won, lost = closing & deals["won"], closing & deals["lost"]
        closed = int(won.sum() + lost.sum())
        told = since is not None and since <= month.start
        moved = within(endings, month)
        rows.append((
            float(deals["amount"][falls_in(begun, month)].sum()) if known and begun.notna().any() else math.nan,
            float(deals["amount"][won].sum()) if known else math.nan,
            float(deals["amount"][lost].sum()) if known else math.nan,
            ratio(float(won.sum()), closed), closed,
            _open_at_end(changes, month, since, today),
            _slipped(changes, month, today) if told else math.nan,
            ratio(float(advanced[moved].sum()), int(moved.sum())) if told else math.nan, int(moved.sum()),
        ))  # fmt: skip
    found = pd.DataFrame(rows, columns=list(COLUMNS)).assign(name=[month.name for month in months])
    if since is not None:
        is_open = now["stage_class"] == StageClass.OPEN.value
        found.loc[found.index[-1], "open_end"] = float(now["amount"][is_open].sum())
    finished = found.iloc[:-1]
    return Trends(found, tuple(_line(key, finished) for key in _LINES))


_LINES: dict[str, tuple[str, str, bool, str]] = {
    "new": ("New opportunities", "currency", True, "Too little comes in: prospect now, or a later quarter suffers."),
    "open_end": ("Open pipeline at month's end", "currency", True,
                 "The stock runs down: more leaves than comes in."),
    "moved_on": ("Stage visits that moved on", "%", True,
                 "Deals drop out: look at the stage where it happens."),
    "win_rate": ("Win rate", "%", True, "More is lost: look at reasons and qualification."),
    "slipped": ("Slipped value", "%", False, "Close dates are wishes: ask for the step behind each."),
    "won": ("Won value", "currency", True, "Less is won; the numbers above say where it began."),
}  # fmt: skip
"""Key to name, unit, whether more is better, and what to think of when it is worse; what warns earliest comes first."""


def _line(key: str, months: pd.DataFrame) -> Trend:
    name, unit, up, advice = _LINES[key]
    values = months[key].to_numpy(dtype=float)
    recent, before = values[-RECENT:], values[:-RECENT]
    before = before[np.isfinite(before)]
    n = len(before)
    if not np.isfinite(recent).all() or n < FEWEST_BEFORE:
        known = int(np.isfinite(values).sum())
        said = f"Insufficient history: {known} finished months are known, {RECENT + FEWEST_BEFORE} are needed."
        return Trend(key, name, unit, None, None, n, None, "none", said)
    now, then = float(recent.mean()), float(before.mean())
    if not then:
        return Trend(key, name, unit, now, then, n, None, "none", f"Nothing to compare with in the {n} months before.")
    change = now / then - 1
    spread = float(before.std(ddof=1)) * math.sqrt(1 / RECENT + 1 / n)
    telling = abs(change) >= WORTH_TELLING and abs(now - then) > SELDOM_BY_CHANCE * spread
    better = (change > 0) == up
    state = "steady" if not telling else "better" if better else "worse"
    span = f"{months['name'].iloc[-RECENT]} to {months['name'].iloc[-1]}"
    told = (
        f"{abs(change):.0%} {'above' if change > 0 else 'below'} the {n} months before, in {span}."
        if abs(change) >= 0.005
        else f"As in the {n} months before, in {span}."
    )
    end = f" {advice}" if state == "worse" else " Within its usual ups and downs." if state == "steady" else ""
    return Trend(key, name, unit, now, then, n, change, state, told + end)


def _open_at_end(changes: pd.DataFrame, month: Period, since: dt.date | None, today: dt.date) -> float:
    last = min(month.end - dt.timedelta(days=1), today)
    if since is None or since > last:
        return math.nan
    rows = last_rows(changes, last)
    is_open = changes["stage_class"].to_numpy(dtype=object)[rows] == StageClass.OPEN.value
    return float(np.nansum(changes["amount"].to_numpy()[rows[is_open.astype(bool)]]))


def _slipped(changes: pd.DataFrame, month: Period, today: dt.date) -> float:
    """Return the share of the value due in a month at its start that was open at its end and due later."""
    end = min(month.end - dt.timedelta(days=1), today)
    classes, close = changes["stage_class"].to_numpy(dtype=object), changes["close_date"]
    start_rows, end_rows = last_rows(changes, month.start), last_rows(changes, end)
    due = start_rows[(classes[start_rows] == StageClass.OPEN.value) & falls_in(close, month).to_numpy()[start_rows]]
    later = (close >= pd.Timestamp(month.end)).to_numpy()[end_rows]
    moved = set(changes["code"].to_numpy()[end_rows[(classes[end_rows] == StageClass.OPEN.value) & later]].tolist())
    amounts = np.nan_to_num(changes["amount"].to_numpy(dtype=float)[due])
    codes = changes["code"].to_numpy()[due].tolist()
    slipped = np.fromiter((code in moved for code in codes), dtype=bool, count=len(due))
    return ratio(float(amounts[slipped].sum()), float(amounts.sum()))
