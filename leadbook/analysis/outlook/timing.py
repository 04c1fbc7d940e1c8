"""The chance that each open lead is won, ever and within 30 days, by what history says of its age."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.outlook.courses import NEVER, Courses, read_courses
from leadbook.analysis.outlook.exposure import Exposure, observe
from leadbook.analysis.outlook.hazards import FEWEST_WINS, Hazards, learn_hazards
from leadbook.analysis.outlook.project import win_days
from leadbook.analysis.outlook.staleness import StaleLimits, learn_limits
from leadbook.analysis.outlook.tempo import share_soon_by_stage
from leadbook.model.counts import counted

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt
    import pandas as pd

    from leadbook.model.records import Records

SOON_DAYS = 30
_HALF_TRUSTED_WINS = 50
"""With so many dated wins, history's word counts as much as the stage's or the model's."""
_UNDATED_LEADS = 20
"""So many leads are needed to tell, or stand beside those that are there."""
_LATER_WINS = 10
"""So many wins that come as long after a deal's age as it is old stand beside those seen at its age or later."""
_LEAST_WATCHED = _HALF_TRUSTED_WINS
"""Beyond the last age at which so many deals were seen open, history lowers a chance and raises it no more."""
_LEAST, _MOST = 1e-4, 1 - 1e-4


class Timing(Struct, frozen=True):
    """What history says of every lead.

    Parameters
    ----------
    courses : Courses
    exposure : Exposure
    hazards : Hazards
    limits : StaleLimits
        From which age a deal is stale.
    win, win_30d : array of float, one a lead
        ``win`` as `Standing` has it; ``win_30d`` is NaN for leads that are not open, and for all of them while there
        is insufficient history.
    by_age : array of float, one a lead
        What history alone says of an open lead's age; NaN where it says nothing.
    """

    courses: Courses
    exposure: Exposure
    hazards: Hazards
    limits: StaleLimits
    win: npt.NDArray[np.float64]
    win_30d: npt.NDArray[np.float64]
    by_age: npt.NDArray[np.float64]

    @property
    def why_not(self) -> str:
        """Why there is no Win 30d %, "" when there is."""
        if self.hazards.enough:
            return ""
        deals, wins = self.courses, self.hazards.wins
        older = int((deals.won & deals.known_end & (deals.began != NEVER)).sum()) - wins
        too_old = f"; {older:,} more closed too long ago to tell" if older > 0 else ""
        return (
            f"insufficient history ({counted(wins, 'won deal')} with the dates they began and closed; "
            f"{FEWEST_WINS} are needed{too_old})"
        )


def time_wins(records: Records, facts: pd.DataFrame, today: dt.date) -> Timing:
    """Return the chance of each lead, set right for its age, and that of the next 30 days.

    Parameters
    ----------
    records : Records
    facts : DataFrame, index as the leads
        ``open``, ``stage_since``, ``in_stage_least_days``, ``win`` (from the stage, a model, an override or the
        outcome) and ``win_source``.
    today : date

    Notes
    -----
    History says P(won | still open at the age) = (W - F(a)) ÷ S(a), Bayes' rule on won and lost deals by age with
    delayed entry, where deals that never close stay in S; and at most what it says of the last age at which 50 deals
    were seen open, for a few late wins would make the few deals that are older certain ones. The chance at hand says
    how leads differ from each other: logit(win) = (1 - t) logit(chance) + t (logit(history) + logit(chance)
    - b logit(history) - c), with b the slope of the one on the other over open leads (what a late stage says of an
    old deal counts once), c such that the open leads' sum is history's, and t = n ÷ (n + 50), n the dated wins. An
    override stands as typed. Of leads whose beginning nobody knows, history is the share of all such leads that was
    won. Within 30 days = win x the share that
    the next 30 days have in all that is still to come, so never above win: (n x F's share + 10 x 30 ÷ (30 + a)) ÷
    (n + 10), n being the wins seen at the age a or later (and by the tempo of its stage where History knows it). Of a
    deal older than every win nobody has seen when it comes, so it may take as long again as it has taken.
    """
    courses = read_courses(records, facts, today)
    exposure = observe(courses)
    first_month = records.playbook.options.fiscal_year_start_month
    hazards = learn_hazards(exposure, courses.today + 1, first_month)
    win = facts["win"].to_numpy(dtype=np.float64).copy()
    soon, by_age = np.full(len(win), np.nan), np.full(len(win), np.nan)
    if hazards.enough:
        place = courses.place[courses.is_open]
        asked = facts["win_source"].to_numpy(dtype=object)[place] == "override"
        win[place], by_age[place], share_soon = set_right_by_age(courses, exposure, hazards, win[place], asked)
        shares = np.full(len(win), np.nan)
        shares[place] = share_soon
        spent = facts["in_stage_least_days"].to_numpy(dtype=np.float64)
        soon[place] = (win * share_soon_by_stage(records, courses, spent, shares, SOON_DAYS))[place]
    return Timing(courses, exposure, hazards, learn_limits(records, courses), win, soon, by_age)


def set_right_by_age(
    courses: Courses,
    exposure: Exposure,
    hazards: Hazards,
    chance: npt.NDArray[np.float64],
    asked: npt.NDArray[np.bool_],
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return the open deals' chances set right for their age, what history says of it, and the next 30 days' share.

    Parameters
    ----------
    courses : Courses
    exposure : Exposure
    hazards : Hazards
    chance : array of float, one an open deal
    asked : array of bool
        Chances that somebody has typed, which stand.
    """
    at = np.flatnonzero(courses.is_open)
    ever, share_soon = _chances_by_age(courses, exposure, hazards, at)
    undated = courses.began[at] == NEVER
    ever[undated] = _undated_share(courses, chance[undated])
    trust = hazards.wins / (hazards.wins + _HALF_TRUSTED_WINS)
    win = chance.copy()
    for group in (undated & ~asked, ~undated & ~asked):
        win[group] = set_right(win[group], ever[group], trust)
    return win, ever, share_soon


def set_right(
    chance: npt.NDArray[np.float64], history: npt.NDArray[np.float64], trust: float
) -> npt.NDArray[np.float64]:
    """Return chances drawn to the level that history gives, keeping how they differ from each other.

    Parameters
    ----------
    chance : array of float
        NaN where nobody knows: history alone counts there.
    history : array of float
    trust : float
        0 keeps the chances, 1 takes history's level.
    """
    if not len(chance):
        return chance
    known = ~np.isnan(chance)
    history = np.clip(history, _LEAST, _MOST)
    theirs = _logit(np.where(known, chance, history))
    level = _logit(history)
    # Old deals stand in late stages: what a chance tells by its stage, the age has told already, and counts once.
    lean = np.where(known, theirs - _told_by_age(theirs[known], level[known]) * level, 0.0)
    wanted, low, high = float(history.sum()), -30.0, 30.0
    for _ in range(40):  # bisection: the sum falls as c grows
        middle = (low + high) / 2
        total = float(_expit(level + np.where(known, lean - middle, 0.0)).sum())
        low, high = (middle, high) if total > wanted else (low, middle)
    drawn = level + np.where(known, lean - (low + high) / 2, 0.0)
    return _expit((1 - trust) * theirs + trust * drawn)


def _told_by_age(chance: npt.NDArray[np.float64], level: npt.NDArray[np.float64]) -> float:
    """Return how much of a difference in history's level a chance repeats: the slope of one on the other, 0 to 1."""
    if len(chance) < _UNDATED_LEADS or float(np.ptp(level)) < 1e-6:
        return 0.0
    apart = level - level.mean()
    return float(np.clip((apart * chance).sum() / (apart**2).sum(), 0.0, 1.0))


def _chances_by_age(
    courses: Courses, exposure: Exposure, hazards: Hazards, at: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Return for open deals the chance of being won ever, and the next 30 days' share in it."""
    tomorrow = courses.today + 1
    last = hazards.last_age
    true_age = np.where(courses.began[at] == NEVER, 0, tomorrow - courses.began[at])
    asked = np.minimum(true_age, last)
    watched = np.minimum(asked, _last_watched(exposure))
    ages, place = np.unique(np.concatenate([asked, watched]), return_inverse=True)
    chances = win_days(hazards, ages, tomorrow, max(last + 1, SOON_DAYS))
    of_age, of_watched = np.split(place, 2)
    ever = chances.sum(axis=1)
    share = (chances[:, :SOON_DAYS].sum(axis=1) / np.maximum(ever, 1e-12))[of_age]
    won_at = exposure.wins.sum(axis=0)
    seen_later = np.append(np.cumsum(won_at[::-1])[::-1], 0.0)[np.minimum(true_age, len(won_at))]
    as_long_again = SOON_DAYS / (SOON_DAYS + true_age)
    share = (seen_later * share + _LATER_WINS * as_long_again) / (seen_later + _LATER_WINS)
    return np.minimum(ever[of_age], ever[of_watched]), np.minimum(share, 1.0)


def _last_watched(exposure: Exposure) -> int:
    """Return the last age at which enough deals were seen open; the very last one, of all beyond, if they never end."""
    apart = exposure.at_risk.sum(axis=0)[:-1]
    enough = np.flatnonzero(apart >= _LEAST_WATCHED)
    watched = int(enough[-1]) if len(enough) else 0
    return exposure.ages - 1 if watched == len(apart) - 1 else watched


def _undated_share(courses: Courses, chance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Return the share of leads without a beginning that was won, with 20 leads at their own chance added."""
    undated = (courses.began == NEVER) & (courses.won | courses.lost | courses.is_open)
    won = float((undated & courses.won).sum())
    usual = np.nan_to_num(chance)
    return np.asarray((won + _UNDATED_LEADS * usual) / (float(undated.sum()) + _UNDATED_LEADS), dtype=np.float64)


def _logit(chance: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    inside = np.clip(chance, _LEAST, _MOST)
    return np.asarray(np.log(inside / (1 - inside)), dtype=np.float64)


def _expit(value: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.asarray(1 / (1 + np.exp(-value)), dtype=np.float64)
