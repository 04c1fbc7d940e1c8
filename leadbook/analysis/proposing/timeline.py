"""When each step of the work happens: milestones laid over working days."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.proposing.wording import clean, in_one_line
from leadbook.model.proposal import Milestone

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.playbook import PlannedStep, Playbook


def lay_out(steps: Sequence[PlannedStep], start: dt.date | None, playbook: Playbook) -> tuple[Milestone, ...]:
    """Return the milestones, with their days where the start of the work is known.

    Parameters
    ----------
    steps : sequence of PlannedStep
    start : date or None
    playbook : Playbook
        For working days and holidays.

    Notes
    -----
    A week is as many working days as the option Work Days names; holidays push later steps back. A step of no weeks
    takes one day.
    """
    if start is None:
        return tuple(_milestone(step, None, None) for step in steps)
    week = [day in playbook.options.work_days for day in range(7)]
    free = _free_days(steps, start, playbook)

    def working_day(first: dt.date, days: int) -> dt.date:
        found = np.busday_offset(first, days, roll="forward", weekmask=week, holidays=free)
        day: dt.date = found.astype("datetime64[D]").item()
        return day

    found: list[Milestone] = []
    for step in steps:
        starts = working_day(start, round(step.after_weeks * sum(week)))
        ends = working_day(starts, max(0, math.ceil(step.weeks * sum(week)) - 1))
        found.append(_milestone(step, starts, ends))
    return tuple(found)


def _milestone(step: PlannedStep, starts: dt.date | None, ends: dt.date | None) -> Milestone:
    name, who, what = in_one_line(step.name), in_one_line(step.who), clean(step.what)
    return Milestone(name, starts, ends, step.weeks, who, what, step.after_weeks)


def _free_days(steps: Sequence[PlannedStep], start: dt.date, playbook: Playbook) -> list[dt.date]:
    """Return the holidays that may fall into the work: the team's own, and the public ones of its calendar."""
    country = playbook.options.holiday_country
    if not country:
        return sorted(playbook.holidays)
    from leadbook.model.public_holidays import public_holidays  # noqa: PLC0415 - few workbooks name a country

    weeks = max((step.after_weeks + step.weeks for step in steps), default=0.0)
    last = start + dt.timedelta(weeks=weeks + 4)
    return sorted(playbook.holidays | public_holidays(country, start.year, last.year + 1))
