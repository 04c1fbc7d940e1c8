"""When open leads fell silent for too long in the past, and when somebody took them up again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.measure_visits import day_number, days_of, place_stages
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt
    import pandas as pd

    from leadbook.analysis.touches import Touches
    from leadbook.model.playbook import Playbook

_OPEN, _WON, _DORMANT, _OTHER = range(4)
_KINDS = {
    StageClass.OPEN: _OPEN, StageClass.WON: _WON, StageClass.NURTURE: _DORMANT, StageClass.LOST: _DORMANT,
}  # fmt: skip
_DAYS_APART = 1 << 20  # more days than any calendar here has


class Spells(Struct, frozen=True):
    """Stretches of silence.

    Parameters
    ----------
    began : array of float
        Days since 1970 on which a lead had been silent for its stage's stale days.
    back : array of float
        The day it was active again, infinity where it never was.
    """

    began: npt.NDArray[np.float64]
    back: npt.NDArray[np.float64]


def stale_spells(visits: pd.DataFrame, read: Touches, playbook: Playbook, today: dt.date) -> Spells:
    """Return each time that an open lead was silent for the stale days of its stage.

    Parameters
    ----------
    visits : DataFrame
        As ``history_visits.visits`` returns them.
    read : Touches
    playbook : Playbook
    today : date

    Notes
    -----
    Silence lasts from the day a lead entered its stage, or from a completed activity in it, to the next activity or
    the end of the visit. Active again is an activity, or a move to another open stage or to won. Silence that ends in
    nurture or lost goes on there as one spell and is not counted here. What was planned in the past is not known, so
    silence alone counts. Leads without any activity written down are left out: nobody can tell.
    """
    tomorrow = day_number(today) + 1
    codes = read.keys.of(visits["lead_id"])
    entered, left = days_of(visits["entered"]), days_of(visits["left"])
    done = read.frame["done"].to_numpy()
    touched = read.frame["code"].to_numpy()[done]
    logged = np.zeros(len(read.keys.names) + 1, dtype=bool)
    logged[touched] = True
    places = place_stages(visits["stage"], playbook)
    kinds = np.array([*(_KINDS.get(stage.stage_class, _OTHER) for stage in playbook.stages), _OTHER])[places]
    limits = np.array([*(float(stage.stale_days or np.nan) for stage in playbook.stages), np.nan])[places]
    follows = np.append(np.where(codes[1:] == codes[:-1], kinds[1:], _OTHER), _OTHER)[: len(codes)]
    kept = np.flatnonzero(logged[codes] & (codes >= 0) & (entered < tomorrow))
    if not len(kept):
        return Spells(np.zeros(0), np.zeros(0))
    kept = kept[np.lexsort((kept, entered[kept], codes[kept]))]
    codes, entered, left, kinds = codes[kept], entered[kept], left[kept], kinds[kept]
    limits, follows = limits[kept], follows[kept]
    left = np.where(left < tomorrow, left, np.nan)
    days = read.frame["day"].to_numpy()[done].astype("datetime64[D]").astype(np.int64)
    at = np.searchsorted(codes * _DAYS_APART + entered, touched * _DAYS_APART + days, side="right") - 1
    near = np.maximum(at, 0)
    inside = (at >= 0) & (codes[near] == touched) & ~(days >= left[near])
    visit = np.concatenate([np.arange(len(kept)), at[inside]])
    day = np.concatenate([entered, days[inside]])
    order = np.lexsort((day, visit))
    visit, day = visit[order], day[order]
    more = np.append(visit[1:] == visit[:-1], False)[: len(visit)]
    ends = np.where(more, np.append(day[1:], 0.0)[: len(day)], np.where(np.isnan(left), tomorrow, left)[visit])
    after = np.where(more, _OPEN, np.where(np.isnan(left)[visit], _OTHER, follows[visit]))
    silent = (kinds[visit] == _OPEN) & (ends - day >= limits[visit]) & (after != _DORMANT)
    back = np.where((after == _OPEN) | (after == _WON), ends, np.inf)
    return Spells((day + limits[visit])[silent], back[silent])
