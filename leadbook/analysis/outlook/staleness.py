"""How old is too old: the age that nine of ten won deals never reached, in their stage or in all."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.history_visits import visits
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.measure_visits import place_stages
from leadbook.analysis.outlook.courses import NEVER
from leadbook.analysis.touches import days, fold
from leadbook.model.counts import counted
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.analysis.outlook.courses import Courses
    from leadbook.model.records import Records

FEWEST_WON = 20
"""A 90 % quantile of fewer rests on less than the two longest of them."""
SHARE = 0.9


class StaleLimits(Struct, frozen=True):
    """Ages above which a deal is stale.

    Parameters
    ----------
    by_stage : mapping of stage name to (float, int)
        Days in the stage, and how many won deals it was learned from; stages with too few are not there.
    in_all : float
        Days since the deal began, for all other stages; NaN with too few won deals.
    won : int
        How many won deals ``in_all`` was learned from.
    """

    by_stage: Mapping[str, tuple[float, int]]
    in_all: float
    won: int


def learn_limits(records: Records, courses: Courses) -> StaleLimits:
    """Return the ages that nine of ten won deals never reached.

    Notes
    -----
    By stage: the 90 % quantile of the days that won deals spent in it, visits with a known beginning, from 20 on.
    In all: the same of the days from the beginning to the win. With fewer, the playbook's stale days stay.
    """
    dated = courses.won & courses.known_end & (courses.began != NEVER)
    lengths = (courses.ended - courses.began)[dated]
    in_all = float(np.quantile(lengths, SHARE)) if len(lengths) >= FEWEST_WON else np.nan
    by_stage: dict[str, tuple[float, int]] = {}
    if len(records.history.frame):
        stays = visits(records.history)
        won_ids = set(folded_ids(records.leads)[courses.place[courses.won]]) - {""}
        left = days(stays["left"])
        counted = ~stays["censored"].to_numpy(dtype=bool) & ~np.isnat(left)
        counted &= np.isin(fold(stays["lead_id"]).astype(str), np.array(sorted(won_ids), dtype=str))
        spent = (left - days(stays["entered"]))[counted].astype(np.int64)
        stage = place_stages(stays["stage"], records.playbook)[counted]
        for place, meant in enumerate(records.playbook.stages):
            here = spent[stage == place]
            if meant.stage_class is StageClass.OPEN and len(here) >= FEWEST_WON:
                by_stage[meant.name] = float(np.quantile(here, SHARE)), len(here)
    return StaleLimits(by_stage, in_all, len(lengths))


def find_old(records: Records, facts: pd.DataFrame, courses: Courses, limits: StaleLimits) -> pd.DataFrame:
    """Return which open leads are older than nearly every deal that was won.

    Parameters
    ----------
    records : Records
    facts : DataFrame, index as the leads
        ``in_stage_least_days``.
    courses : Courses
    limits : StaleLimits

    Returns
    -------
    DataFrame, index as the leads
        ``old`` (bool), ``old_days`` (in the stage, or since it began) and ``old_limit`` (NaN where the playbook
        decides), ``old_in_stage`` (bool: which of the two).
    """
    frame = records.leads.frame
    codes, names = pd.factorize(frame["stage_name"].to_numpy(dtype=object))
    of_stage = np.array([limits.by_stage.get(str(name), (np.nan, 0))[0] for name in names] + [np.nan])[codes]
    in_stage = facts["in_stage_least_days"].to_numpy(dtype=np.float64)
    age = np.full(len(frame), np.nan)
    dated = courses.is_open & (courses.began != NEVER)
    age[courses.place[dated]] = (courses.today - courses.began[dated]).astype(np.float64)
    by_stage = ~np.isnan(of_stage) & ~np.isnan(in_stage)
    spent = np.where(by_stage, in_stage, age)
    limit = np.where(by_stage, of_stage, np.where(np.isnan(age), np.nan, limits.in_all))
    with np.errstate(invalid="ignore"):
        old = spent > limit
    return pd.DataFrame(
        {"old": old, "old_days": spent, "old_limit": limit, "old_in_stage": by_stage}, index=frame.index
    )


def explain_limit(spent: float, limit: float, *, in_stage: bool) -> str:
    """Return why a lead is too old, in words."""
    where = " in the stage" if in_stage else " old"
    won = "left it" if in_stage else "closed"
    return f"{counted(round(spent), 'day')}{where}; 9 of 10 won ones {won} within {limit:.0f}"
