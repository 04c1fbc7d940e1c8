"""What history says of the months ahead of the whole team: its own forecast from everybody's deals, with the range."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.outlook.courses import NEVER, Courses, days_of_course
from leadbook.analysis.outlook.exposure import observe
from leadbook.analysis.outlook.hazards import learn_hazards
from leadbook.analysis.outlook.outlook import look_ahead
from leadbook.analysis.outlook.staleness import StaleLimits
from leadbook.analysis.outlook.timing import Timing, set_right_by_age
from leadbook.analysis.results import Standing
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.analysis.outlook.outlook import Outlook
    from leadbook.analysis.periods import Period
    from leadbook.analysis.team.pooling import Team


def look_ahead_as_team(
    team: Team, periods: tuple[Sequence[Period], Sequence[Period]], frames: tuple[pd.DataFrame, pd.DataFrame]
) -> Outlook:
    """Return what the coming months and quarters bring the team.

    Parameters
    ----------
    team : Team
    periods : (months, quarters)
        In order, the ones under way first.
    frames : (DataFrame, DataFrame)
        As ``forecast_periods`` returns them: ``closed`` and ``weighted`` are read.

    Notes
    -----
    The ranges of the reps' own books do not add up to one of the team: what one sells more another may sell less, and
    a bad market hits all. So everybody's deals are forecast together as one book's are, tried on the team's own past,
    and the errors made there are the range. Reps whose own book has too little history count too.
    """
    deals, options = team.deals, team.playbook.options
    now = int(np.datetime64(team.today, "D").astype(np.int64))
    stage_class = deals["stage_class"].to_numpy(dtype=object)
    won = np.asarray(stage_class == StageClass.WON.value, dtype=bool)
    lost = np.isin(stage_class, [StageClass.LOST.value, StageClass.DISQUALIFIED.value])
    spent = pd.to_timedelta(deals["days_in_stage"].to_numpy(dtype=np.float64), unit="D")
    began, ended = days_of_course(deals, pd.Series(pd.Timestamp(team.today) - spent), now)
    ended = np.where(won | lost, ended, NEVER)
    began = np.where(ended < began, NEVER, began)
    amount = deals["amount"].to_numpy(dtype=np.float64)
    is_open = deals["open"].to_numpy(dtype=bool)
    count = len(deals)
    courses = Courses(
        np.arange(count, dtype=np.int64), began, ended, won, lost, is_open, np.where(amount > 0, amount, np.nan),
        np.zeros(count, dtype=np.int64), 1, np.array([np.nan]), now,
    )  # fmt: skip
    exposure = observe(courses)
    hazards = learn_hazards(exposure, now + 1, options.fiscal_year_start_month)
    win, by_age, soon = (np.full(count, np.nan) for _ in range(3))
    if hazards.enough:
        chance = deals["stage_win"].to_numpy(dtype=np.float64)[is_open]
        win[is_open], by_age[is_open], _ = set_right_by_age(
            courses, exposure, hazards, chance, np.zeros(len(chance), dtype=bool)
        )
    timing = Timing(courses, exposure, hazards, StaleLimits({}, np.nan, 0), win, soon, by_age)
    return look_ahead(Standing(pd.DataFrame(), timing), periods, frames, options.fiscal_year_start_month)
