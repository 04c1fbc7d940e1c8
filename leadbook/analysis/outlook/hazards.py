"""How likely an open deal is won, or lost, on each day of its age, and how the month of the quarter changes that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.outlook.phases import Phases, learn_phases

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.outlook.exposure import Exposure

FEWEST_WINS = 20
"""Below so many dated wins a share of them is off by a quarter of itself or more (1 ÷ √20 = 22 %): insufficient."""
_NEAR_DAYS, _NEAR_SHARE = 2, 0.1
_PRIOR_EVENTS = 1.0


@dataclass(frozen=True)
class Hazards:
    """Chances by age of ending in a day, for a deal that is open in the morning.

    Parameters
    ----------
    win, loss : array of float, shape (ages,)
        By days since the deal began; the last one holds for all ages beyond.
    win_phases, loss_phases : Phases
        What the month of the quarter multiplies them by.
    wins, losses : int
        How many ended deals they were learned from.
    """

    win: npt.NDArray[np.float64]
    loss: npt.NDArray[np.float64]
    win_phases: Phases
    loss_phases: Phases
    wins: int
    losses: int

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
    Discrete competing risks: h(a) = events at ages near a ÷ deal-days at ages near a, with one event at the average
    rate added to both sides. Near is within 2 days and a tenth of the age. Deals seen first at a later age count
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
    (win, win_phases), (loss, loss_phases) = learned
    return Hazards(win, loss, win_phases, loss_phases, int(wins.sum()), int(losses.sum()))


def smooth(events: npt.NDArray[np.float64], days: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return events per deal-day by age, from the ages near each age."""
    ages = np.arange(len(days))
    reach = (_NEAR_DAYS + _NEAR_SHARE * ages).astype(np.int64)
    low, high = np.maximum(ages - reach, 0), np.minimum(ages + reach + 1, len(ages))
    # Near birth the window is cut on its left side, so it is cut as much on its right one.
    high = np.minimum(high, 2 * ages - low + 1)
    # The last age holds all beyond it and is no neighbour of the ages before.
    high = np.where(ages < len(ages) - 1, np.minimum(high, max(len(ages) - 1, 1)), len(ages))
    low = np.where(ages < len(ages) - 1, low, len(ages) - 1)

    def near(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        return np.asarray(sums[high] - sums[low], dtype=np.float64)

    total_days, total_events = float(days.sum()), float(events.sum())
    if not total_events or not total_days:
        return np.zeros(len(days))
    rate = total_events / total_days
    hazard = (near(events) + _PRIOR_EVENTS) / (near(days) + _PRIOR_EVENTS / rate)
    return np.minimum(hazard, 0.95)
