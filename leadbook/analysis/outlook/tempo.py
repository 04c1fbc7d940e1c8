"""How soon wins come from each stage, once History has seen enough of them enter it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.history_visits import visits
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.measure_visits import place_stages
from leadbook.analysis.touches import days, fold
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.outlook.courses import Courses
    from leadbook.model.records import Records

_ALIKE_WINS = 10
"""So many wins at the tempo of the deal's age stand beside those seen from its stage."""
_MOST_BINS = 12


def share_soon_by_stage(
    records: Records,
    courses: Courses,
    days_in_stage: npt.NDArray[np.float64],
    share_by_age: npt.NDArray[np.float64],
    soon_days: int,
) -> npt.NDArray[np.float64]:
    """Return which share of a deal's chance falls into the coming days, by how long it has been in its stage.

    Parameters
    ----------
    records : Records
    courses : Courses
    days_in_stage : array of float, one a lead
        At the least; NaN where unknown.
    share_by_age : array of float, one a lead
        What its age alone says.
    soon_days : int

    Returns
    -------
    array of float, one a lead

    Notes
    -----
    Among won deals that stayed in the stage at least as long as this one has: (those won within the coming days +
    10 x the share by age) ÷ (all of them + 10). Without History of the stage it is the share by age.
    """
    if not len(records.history.frame) or not courses.won.any():
        return share_by_age
    ids = folded_ids(records.leads)
    won = courses.known_end & courses.won
    won_on = dict(zip(ids[courses.place[won]].tolist(), courses.ended[won].tolist(), strict=True))
    won_on.pop("", None)
    stays = visits(records.history)
    entered = days(stays["entered"]).astype(np.int64)
    ended = pd.Series(fold(stays["lead_id"])).map(won_on).to_numpy(dtype=np.float64)
    left = days(stays["left"])
    counted = ~stays["censored"].to_numpy(dtype=bool) & ~np.isnan(ended) & ~np.isnat(left)
    counted &= ended >= entered
    until_win, stay = (ended - entered)[counted], (left.astype(np.int64) - entered)[counted]
    stage_of_stay = place_stages(stays["stage"], records.playbook)[counted]
    names = records.leads.frame["stage_name"].to_numpy(dtype=object)
    is_open = np.zeros(len(names), dtype=bool)
    is_open[courses.place[courses.is_open]] = True
    made = share_by_age.copy()
    for place, stage in enumerate(records.playbook.stages):
        seen = stage_of_stay == place
        here = np.flatnonzero(is_open & (names == stage.name) & ~np.isnan(days_in_stage))
        if stage.stage_class is not StageClass.OPEN or not seen.any() or not len(here):
            continue
        spent = days_in_stage[here]
        edges = np.unique(np.quantile(spent, np.linspace(0, 1, _MOST_BINS), method="lower"))
        bins = np.searchsorted(edges, spent, side="right") - 1
        still = stay[seen][None, :] >= edges[:, None]
        soon = still & (until_win[seen][None, :] <= edges[:, None] + soon_days)
        count, hits = still.sum(axis=1)[bins], soon.sum(axis=1)[bins]
        made[here] = (hits + _ALIKE_WINS * share_by_age[here]) / (count + _ALIKE_WINS)
    return made
