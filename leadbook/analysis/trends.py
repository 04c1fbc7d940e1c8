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
from leadbook.analysis.measure_visits import within
from leadbook.analysis.periods import Period, month_of
from leadbook.analysis.rates import ratio
from leadbook.model.playbook import Lifecycle, StageClass

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.model.playbook import Playbook

MONTHS, RECENT, FEWEST_BEFORE = 12, 3, 6
WORTH_TELLING = 0.15
"""A change smaller than this share is none that a manager acts on."""
SELDOM_BY_CHANCE = 1.83
"""One-sided 5 % of Student's t with nine degrees of freedom; nine months and three are compared."""


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
    found = value_by_month(deals, today)
    return judged(found.assign(
        open_end=open_at_ends(changes, now, since, today), slipped=_slipped(changes, months, since, today),
        **_from_moves(steps, playbook, months, since),
    ))  # fmt: skip


def value_by_month(deals: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    """Return what began and closed in each of the last months by the leads' own dates.

    Returns
    -------
    DataFrame
        ``name``, ``new``, ``won``, ``lost``, ``win_rate`` and ``closed`` as ``Trends.months`` has them.
    """
    begun = deals["opportunity_date"].fillna(
        deals["created"].where(deals["lifecycle"].isin([Lifecycle.OPPORTUNITY.value, Lifecycle.CUSTOMER.value]))
    )
    closing, beginning = _month_numbers(deals["close_date"], today), _month_numbers(begun, today)
    won, lost = (closing.clip(0, MONTHS)[_seen(closing) & deals[key].to_numpy(dtype=bool)] for key in ("won", "lost"))
    worth = np.nan_to_num(deals["amount"].to_numpy(dtype=float))
    known = np.arange(MONTHS + 1) >= min(closing.min(initial=MONTHS + 1), beginning.min(initial=MONTHS + 1))

    def summed(at: npt.NDArray[np.int64], where: npt.NDArray[np.bool_]) -> npt.NDArray[np.float64]:
        return np.bincount(at[where], worth[where], MONTHS + 1).astype(np.float64)

    closed = np.bincount(won, minlength=MONTHS + 1) + np.bincount(lost, minlength=MONTHS + 1)
    is_won, is_lost = deals["won"].to_numpy(dtype=bool), deals["lost"].to_numpy(dtype=bool)
    return pd.DataFrame({
        "name": [month_of(today, -back).name for back in range(MONTHS, -1, -1)],
        "new": np.where(known & begun.notna().any(), summed(beginning, _seen(beginning)), np.nan),
        "won": np.where(known, summed(closing, _seen(closing) & is_won), np.nan),
        "lost": np.where(known, summed(closing, _seen(closing) & is_lost), np.nan),
        "win_rate": np.bincount(won, minlength=MONTHS + 1) / np.where(closed > 0, closed, np.nan),
        "closed": closed,
    })  # fmt: skip


def judged(months: pd.DataFrame) -> Trends:
    """Return the months with what those of their numbers that are known say against their own past."""
    finished = months.iloc[:-1]
    return Trends(months, tuple(_line(key, finished) for key in _LINES if key in months.columns))


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


def _month_numbers(dates: pd.Series[pd.Timestamp], today: dt.date) -> npt.NDArray[np.int64]:
    """Return how many months after the first of those told each date lies; blank ones lie beyond the last."""
    months = dates.to_numpy().astype("datetime64[M]")
    first = np.datetime64(today, "M") - np.timedelta64(MONTHS, "M")
    return np.where(np.isnat(months), MONTHS + 1, (months - first).astype(np.int64))


def _seen(numbers: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    return (numbers >= 0) & (numbers <= MONTHS)


def _from_moves(
    steps: pd.DataFrame, playbook: Playbook, months: list[Period], since: dt.date | None
) -> dict[str, list[float] | list[int]]:
    """Return the share of each month's ended stage visits that moved on, and how many there were."""
    endings, advanced = stage_endings(steps, playbook)
    moved = [within(endings, month) for month in months]
    told = [since is not None and since <= month.start for month in months]
    return {
        "moved_on": [
            ratio(float(advanced[mine].sum()), int(mine.sum())) if there else math.nan
            for mine, there in zip(moved, told, strict=True)
        ],
        "moves": [int(mine.sum()) for mine in moved],
    }


def open_at_ends(
    changes: pd.DataFrame, now: pd.DataFrame, since: dt.date | None, today: dt.date
) -> list[float]:  # fmt: skip
    """Return the open value at the end of each of the last months, and today; NaN before History's first day."""
    is_open = (changes["stage_class"] == StageClass.OPEN.value).to_numpy(dtype=bool)
    amounts = np.nan_to_num(changes["amount"].to_numpy(dtype=float))
    found: list[float] = []
    for back in range(MONTHS, 0, -1):
        last = month_of(today, -back).end - dt.timedelta(days=1)
        rows = last_rows(changes, last) if since is not None and since <= last else None
        found.append(math.nan if rows is None else float(amounts[rows[is_open[rows]]].sum()))
    is_open_now = now["stage_class"] == StageClass.OPEN.value
    return [*found, math.nan if since is None else float(now["amount"][is_open_now].sum())]


def _slipped(changes: pd.DataFrame, months: list[Period], since: dt.date | None, today: dt.date) -> list[float]:
    """Return the share of the value due in each month at its start that was open at its end and due later."""
    is_open = (changes["stage_class"] == StageClass.OPEN.value).to_numpy(dtype=bool)
    amounts = np.nan_to_num(changes["amount"].to_numpy(dtype=float))
    codes, due_in = changes["code"].to_numpy(), _month_numbers(changes["close_date"], today)
    dated = ~np.isnat(changes["close_date"].to_numpy())
    slipped: list[float] = []
    for number, month in enumerate(months):
        last = min(month.end - dt.timedelta(days=1), today)
        if since is None or since > month.start:
            slipped.append(math.nan)
            continue
        end, start = last_rows(changes, last), last_rows(changes, month.start)
        end = end[is_open[end]]
        due = start[is_open[start] & (due_in[start] == number)]
        later = codes[end[dated[end] & (due_in[end] > number)]]
        out = due[np.isin(codes[due], later)]
        slipped.append(ratio(float(amounts[out].sum()), float(amounts[due].sum())))
    return slipped
