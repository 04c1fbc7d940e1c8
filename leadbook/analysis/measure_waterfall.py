"""What changed the open pipeline between two days, step by step, with nothing left over."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from leadbook.analysis.periods import Period

STEPS = (
    "Start", "New", "Pulled in", "Increased", "Reopened", "Decreased", "Pushed out", "Won", "Lost", "Removed", "End",
)  # fmt: skip


def waterfall(start: pd.DataFrame, end: pd.DataFrame, period: Period | None = None) -> pd.DataFrame:
    """Return the steps from one state of the pipeline to another.

    Parameters
    ----------
    start, end : DataFrame, index: lead id, unique
        ``stage_class`` (a ``StageClass`` value or ""), ``amount`` (base currency, NaN counts as 0) and
        ``close_date`` of every lead known on each of the two days.
    period : Period or None
        The pipeline is the open deals due in this period; None means all open deals.

    Returns
    -------
    DataFrame, one row a step, in order
        ``step`` (one of `STEPS`), ``amount`` (base currency; steps that shrink the pipeline are negative) and
        ``deals``. The amounts of all rows but the last add up to the last.

    Notes
    -----
    Start + New + Pulled in + Increased + Reopened - Decreased - Pushed out - Won - Lost - Removed = End.
    A deal comes in at its amount at the end and leaves at its amount at the start, but for Won, which stands
    at the amount that was won, the difference going to Increased or Decreased. A deal that came in and was
    won in between (its close date in the period) counts in both. Pulled in is open at the start but not due
    in the period; reopened was closed or parked at the start; removed is disqualified, parked, of unknown
    stage or gone from the table.
    """
    ids = start.index.union(end.index)
    was, now = _Side(start, ids, period), _Side(end, ids, period)
    before, after = was.inside, now.inside
    won_now = now.won & ~was.won & (now.due | before)
    passed_through = won_now & ~before
    comes, goes = (after & ~before) | passed_through, before & ~after
    came_new, came_back = comes & ~was.there, comes & was.there & ~was.open
    changed = (before & after) | (goes & won_now)
    delta = np.where(changed, now.amount - was.amount, 0.0)
    others = goes & ~won_now
    masks = {
        "Start": (before, was.amount),
        "New": (came_new, now.amount),
        "Pulled in": (comes & was.open, now.amount),
        "Increased": (delta > 0, delta),
        "Reopened": (came_back, now.amount),
        "Decreased": (delta < 0, delta),
        "Pushed out": (others & now.open, -was.amount),
        "Won": (won_now, -now.amount),
        "Lost": (others & now.lost, -was.amount),
        "Removed": (others & ~now.open & ~now.lost, -was.amount),
        "End": (after, now.amount),
    }
    return pd.DataFrame(
        {
            "step": pd.Series(STEPS, dtype=object),
            "amount": [float(masks[step][1][masks[step][0]].sum()) for step in STEPS],
            "deals": [int(masks[step][0].sum()) for step in STEPS],
        }
    )


def residual(steps: pd.DataFrame) -> float:
    """Return what a waterfall leaves unexplained, which is zero but for rounding."""
    amounts = steps["amount"].to_numpy(dtype=float)
    return float(amounts[:-1].sum() - amounts[-1])


class _Side:
    """One of the two states, laid out along the same leads."""

    def __init__(self, state: pd.DataFrame, ids: pd.Index[str], period: Period | None) -> None:
        lined = state.reindex(ids)
        stage = lined["stage_class"].fillna("").to_numpy(dtype=object)
        self.there = ids.isin(state.index)
        self.open = stage == StageClass.OPEN.value
        self.won = stage == StageClass.WON.value
        self.lost = stage == StageClass.LOST.value
        self.amount = lined["amount"].fillna(0.0).to_numpy(dtype=float)
        close = lined["close_date"]
        self.due = np.ones(len(ids), dtype=bool)
        if period is not None:
            first, after = pd.Timestamp(period.start), pd.Timestamp(period.end)
            self.due = ((close >= first) & (close < after)).to_numpy(dtype=bool)
        self.inside = self.open & self.due
