"""How many deals were at risk at each age in each half month, and how many of them were won or lost.

Whatever was known on a past day is a sum over the half months before it: a forecast made from these tables as of that
day cannot see anything later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.outlook.courses import NEVER

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.outlook.courses import Courses

MOST_HALVES = 72
"""Three years up to the last end: an older market teaches little about this one."""
MOST_SILENT_HALVES = 240
"""Ten years in which nothing ended: a deal that lasted through them is as old as it is, and its chance with it."""
MOST_AGES = 1_096
_MOST_STRAYS, _STRAY_DAYS = 5, 120


class Exposure(Struct, frozen=True):
    """Deal-days, wins and losses by half month and age.

    Parameters
    ----------
    edges : array of int, shape (halves + 1,)
        First day of each half month (the 1st and the 16th), days since 1970; the last one is tomorrow.
    at_risk, wins, losses : array of float, shape (halves, ages)
        Days that deals spent open at each age (days since they began; the last age takes all beyond it), and how
        many ended then.
    since : int
        The day from which ends were written down: deals that ended earlier are not in the workbook, so nothing
        before it counts (delayed entry).
    """

    edges: npt.NDArray[np.int64]
    at_risk: npt.NDArray[np.float64]
    wins: npt.NDArray[np.float64]
    losses: npt.NDArray[np.float64]
    since: int

    @property
    def ages(self) -> int:
        """How many ages are told apart."""
        return int(self.at_risk.shape[1])

    def halves_before(self, day: int) -> int:
        """Return how many whole half months lie before a day."""
        return int(np.searchsorted(self.edges[1:], day, side="right"))


def observe(courses: Courses) -> Exposure:
    """Return what can be learned about how long deals take.

    Notes
    -----
    A deal is at risk on every day from the one it began (or from ``since``, when it had begun before) to the one it
    ended, both included, or to today while it is open.
    """
    dated = courses.began != NEVER
    ends = courses.known_end & dated
    closing_days = np.sort(courses.ended[courses.known_end])
    tomorrow = courses.today + 1
    if not len(closing_days):
        empty = np.zeros((0, 1))
        return Exposure(np.array([tomorrow]), empty, empty, empty, tomorrow)
    since = _first_of_many(closing_days)
    edges = half_months(since, tomorrow)
    silent = min(MOST_SILENT_HALVES, int((edges[:-1] > closing_days[-1]).sum()))
    edges = edges[-MOST_HALVES - silent - 1 :]
    since = int(edges[0])
    ages = _ages_told_apart(courses, dated)
    counted = dated & (ends | courses.is_open)
    began, ended = courses.began[counted], np.where(ends, courses.ended, courses.today)[counted]
    is_end, won = ends[counted], courses.won[counted]
    halves = len(edges) - 1
    shape = halves, ages
    at_risk = np.zeros(shape)
    for half, (first, after) in enumerate(zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True)):
        here = np.flatnonzero((began < after) & (ended >= first))
        enter = np.maximum(first - began[here], 0)
        leave = np.minimum(after - 1, ended[here]) - began[here]
        at_risk[half] = _days_at_age(enter, leave, ages)
    taught = is_end & (ended >= since)
    half_of = np.searchsorted(edges, ended[taught], side="right") - 1
    cells = half_of * ages + np.minimum(ended[taught] - began[taught], ages - 1)
    size = halves * ages
    both = [
        np.bincount(cells[kind], minlength=size).reshape(shape).astype(float) for kind in (won[taught], ~won[taught])
    ]
    return Exposure(edges, at_risk, both[0], both[1], since)


def half_months(first: int, end: int) -> npt.NDArray[np.int64]:
    """Return the 1sts and 16ths between two days (``end`` exclusive), with both days themselves at the ends."""
    months = np.arange(
        np.datetime64(first, "D").astype("datetime64[M]"),
        np.datetime64(end, "D").astype("datetime64[M]") + np.timedelta64(1, "M"),
    )
    starts = months.astype("datetime64[D]").astype(np.int64)
    inner = np.sort(np.concatenate([starts, starts + 15]))
    inner = inner[(inner > first) & (inner < end)]
    return np.concatenate([[first], inner, [end]]).astype(np.int64)


def _first_of_many(closing_days: npt.NDArray[np.int64]) -> int:
    """Return the first of the sorted days on which deals ended, a few strays long before the others left out."""
    for place in range(min(_MOST_STRAYS, len(closing_days) - 1), 0, -1):
        if closing_days[place] - closing_days[place - 1] > _STRAY_DAYS:
            return int(closing_days[place])
    return int(closing_days[0])


def _ages_told_apart(courses: Courses, dated: npt.NDArray[np.bool_]) -> int:
    """Return how many ages are told apart: up to that of the oldest deal, so that no outcome decides it."""
    oldest = courses.today - int(courses.began[dated].min()) if dated.any() else 0
    return min(MOST_AGES, oldest + 2)


def _days_at_age(enter: npt.NDArray[np.int64], leave: npt.NDArray[np.int64], ages: int) -> npt.NDArray[np.float64]:
    """Return how many deals were at risk at each age; the last age takes every day beyond it."""
    last = ages - 1
    come = np.bincount(np.minimum(enter, last), minlength=ages + 1)
    go = np.bincount(np.minimum(leave + 1, ages), minlength=ages + 1)
    days_at = np.cumsum(come - go)[:ages].astype(float)
    # Days at or beyond the last age, one deal at a time.
    days_at[last] = float(np.maximum(leave - np.maximum(enter, last) + 1, 0).sum())
    return days_at
