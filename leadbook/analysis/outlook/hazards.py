"""How likely an open deal is won, or lost, on each day of its age, and how the month of the quarter changes that."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.outlook.phases import Phases, learn_phases

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.outlook.exposure import Exposure

FEWEST_WINS = 20
"""Below so many dated wins a share of them is off by a quarter of itself or more (1 ÷ √20 = 22 %): insufficient."""
_NEAR_DAYS, _NEAR_SHARE = 2, 0.1
_WIDE_DAYS, _WIDE_SHARE = 10, 0.4
_BEYOND_DAYS = 60


class Hazards(Struct, frozen=True):
    """Chances by age of ending in a day, for a deal that is open in the morning.

    Parameters
    ----------
    win, loss : array of float, shape (ages,)
        By days since the deal began; the last one holds for all ages beyond.
    win_phases, loss_phases : Phases
        What the month of the quarter multiplies them by.
    wins, losses : int
        How many ended deals they were learned from.
    oldest : int
        The age of the oldest of these wins, in days.
    """

    win: npt.NDArray[np.float64]
    loss: npt.NDArray[np.float64]
    win_phases: Phases
    loss_phases: Phases
    wins: int
    losses: int
    oldest: int = 0

    @property
    def last_age(self) -> int:
        """The age beyond which all are alike: well above that of the oldest win."""
        return min(len(self.win) - 1, self.oldest + self.oldest // 5 + _BEYOND_DAYS)

    @property
    def flat(self) -> bool:
        """Whether no month of the quarter differs from the others."""
        return self.win_phases.flat and self.loss_phases.flat

    @property
    def enough(self) -> bool:
        """Whether there is enough history to say when deals are won."""
        return self.wins >= FEWEST_WINS


def learn_hazards(exposure: Exposure, until: int, first_month: int = 1) -> Hazards:
    """Return the hazards as they could be known on the morning of a day.

    Parameters
    ----------
    exposure : Exposure
    until : int
        The 1st or 16th of a month, or tomorrow: only half months before it teach.
    first_month : int
        The month that the fiscal year begins in.

    Notes
    -----
    Discrete competing risks: h(a) = events at ages near a ÷ deal-days at ages near a, near being within 2 days and a
    tenth of the age; with as many days added as hold one event on average, at the rate of a window four times as
    wide. Where no deal of such an age ever ended, that is nothing. Deals seen first at a later age count
    from that age (delayed entry), open ones up to today (censoring), so that deals which never close weigh as they
    should. Month factors are learned against these hazards, and the hazards then once more against the factors.

    References
    ----------
    Tutz and Schmid (2016), "Modeling Discrete Time-to-Event Data", chapters 2 and 8.
    """
    halves = exposure.halves_before(until)
    at_risk, wins, losses = (table[:halves] for table in (exposure.at_risk, exposure.wins, exposure.losses))
    starts = exposure.edges[:halves]
    learned = []
    for events in (wins, losses):
        plain = smooth(events.sum(axis=0), at_risk.sum(axis=0))
        phases = learn_phases(events, at_risk, plain, starts, first_month)
        if phases.flat:
            learned.append((plain, phases))
            continue
        usual = (at_risk * phases.of_starts(starts)).sum(axis=0)
        learned.append((smooth(events.sum(axis=0), usual), phases))
    won_at = np.flatnonzero(wins.sum(axis=0))
    oldest = int(won_at[-1]) if len(won_at) else 0
    (win, win_phases), (loss, loss_phases) = learned
    return Hazards(win, loss, win_phases, loss_phases, int(wins.sum()), int(losses.sum()), oldest)


def smooth(events: npt.NDArray[np.float64], days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return events per deal-day by age, from the ages near each age."""
    total_days, total_events = float(days.sum()), float(events.sum())
    if not total_events or not total_days:
        return np.zeros(len(days))
    wide_events, wide_days = (_sum_near(values, _WIDE_DAYS, _WIDE_SHARE) for values in (events, days))
    around = wide_events / np.maximum(wide_days, 1.0)
    held = total_days / total_events  # deal-days that hold one event on average
    near_events, near_days = (_sum_near(values, _NEAR_DAYS, _NEAR_SHARE) for values in (events, days))
    return np.minimum((near_events + held * around) / (near_days + held), 0.95)


def _sum_near(values: npt.NDArray[np.float64], least: int, share: float) -> npt.NDArray[np.float64]:
    """Return for each age the sum over the ages near it: within so many days and a share of the age."""
    count = len(values)
    ages = np.arange(count)
    reach = (least + share * ages).astype(np.int64)
    low = np.maximum(ages - reach, 0)
    # Near birth the window is cut on its left side, so it is cut as much on its right one.
    high = np.minimum(2 * ages - low + 1, count)
    # The last age holds all beyond it and is no neighbour of the ages before.
    last = ages == count - 1
    low, high = np.where(last, ages, low), np.where(last, count, np.minimum(high, max(count - 1, 1)))
    sums = np.concatenate([[0.0], np.cumsum(values)])
    return np.asarray(sums[high] - sums[low], dtype=np.float64)
