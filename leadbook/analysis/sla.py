"""The working-hours clock and the time to first contact."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Collection, Mapping

    import numpy.typing as npt

    from leadbook.model.team_options import Options

_EPOCH = np.datetime64("1970-01-01", "D")


def working_hours(
    start: npt.ArrayLike, end: npt.ArrayLike, options: Options, holidays: Collection[dt.date]
) -> npt.NDArray[np.float64]:
    """Return the working hours between two moments.

    Parameters
    ----------
    start, end : array of datetime64, shapes that go together
        A moment at midnight is a date without a time and stands for the start of that working day; one
        outside working hours counts from the next working moment.
    options : Options
        Working days and hours.
    holidays : collection of date
        Days without working hours.

    Returns
    -------
    array of float, hours
        Below 0 where ``end`` comes first; NaN where either is blank, or where the options leave no working
        hours at all.
    """
    return _worked_until(end, options, holidays) - _worked_until(start, options, holidays)


def deadline(
    start: npt.ArrayLike, hours: npt.ArrayLike, options: Options, holidays: Collection[dt.date]
) -> npt.NDArray[np.datetime64]:
    """Return the moment at which so many working hours have passed since another.

    Parameters
    ----------
    start : array of datetime64
    hours : array of float, above 0
    options, holidays
        See `working_hours`.

    Returns
    -------
    array of datetime64[s]
        Within working hours: eight hours from the morning on end with that day, not with the next one's beginning. NaT
        where either is blank, or where the options leave no working hours at all.
    """
    day_hours = options.work_end_hour - options.work_start_hour
    worked = _worked_until(start, options, holidays) + np.asarray(hours, dtype=np.float64)
    known = ~np.isnan(worked)
    filled = np.where(known, worked, 0.0)
    if not known.any():
        return np.full(worked.shape, np.datetime64("NaT", "s"))
    # Hours reckoned as fractions are a whisker off: nine to nine and a bit is no day more.
    whole = np.ceil(filled / day_hours - 1e-9) - 1
    week = [weekday in options.work_days for weekday in range(7)]
    day = np.busday_offset(
        _EPOCH,
        whole.astype(np.int64),
        roll="forward",
        weekmask=week,
        holidays=np.array(sorted(holidays), "datetime64[D]"),
    )
    seconds = np.round((options.work_start_hour + filled - whole * day_hours) * 3600).astype("timedelta64[s]")
    return np.where(known, day.astype("datetime64[s]") + seconds, np.datetime64("NaT", "s"))


def _worked_until(moments: npt.ArrayLike, options: Options, holidays: Collection[dt.date]) -> npt.NDArray[np.float64]:
    """Return the working hours from 1970 until each moment: their differences are exact, in any order."""
    moment = np.asarray(moments, dtype="datetime64[s]")
    day_hours = options.work_end_hour - options.work_start_hour
    if day_hours <= 0 or not options.work_days:
        return np.full(moment.shape, np.nan)
    blank = np.isnat(moment)
    filled = np.where(blank, _EPOCH.astype("datetime64[s]"), moment)
    day = filled.astype("datetime64[D]")
    week = [weekday in options.work_days for weekday in range(7)]
    free = np.array(sorted(holidays), dtype="datetime64[D]")
    whole_days = np.busday_count(_EPOCH, day, weekmask=week, holidays=free)
    hour = (filled - day).astype(np.float64) / 3600
    today = np.clip(hour - options.work_start_hour, 0.0, day_hours)
    today = np.where(np.is_busday(day, weekmask=week, holidays=free), today, 0.0)
    return np.where(blank, np.nan, whole_days * day_hours + today)


def first_contact(
    created: npt.NDArray[np.datetime64],
    contacted: npt.NDArray[np.datetime64],
    temperature: npt.NDArray[np.object_],
    contacted_sometime: npt.NDArray[np.bool_],
    *,
    sla_hours: Mapping[str, float],
    options: Options,
    holidays: Collection[dt.date],
    today: dt.date,
) -> pd.DataFrame:
    """Return how long each lead waited for its first contact, and whether that was in time.

    Parameters
    ----------
    created, contacted : arrays of datetime64[s], shape (n leads,)
        NaT where unknown or never.
    temperature : array of str, shape (n leads,)
        Which SLA holds for the lead.
    contacted_sometime : array of bool, shape (n leads,)
        The lead has been contacted, though nothing says when.
    sla_hours : mapping of str to float
    options, holidays
        See `working_hours`.
    today : date
        The clock of leads not contacted yet runs until the start of this working day.

    Returns
    -------
    DataFrame, one row a lead
        ``hours`` (working hours waited so far or until contact, NaN when unknown), ``limit_hours``, and
        ``status``: "on time" (contacted within the limit, inclusive), "late" (contacted after it), "overdue"
        (not contacted, limit reached), "not yet due", or "unknown" (no Created date, no limit, contacted
        nobody knows when, or contacted before it was created). ``step`` says of leads nobody has contacted how
        far the clock has come: "due", "escalated" and "reassign" from the Options' shares of the limit on; ""
        for the others.
    """
    limit = _by_word(temperature, sla_hours)
    never = np.isnat(contacted) & ~contacted_sometime
    end = np.where(np.isnat(contacted), np.datetime64(today, "s"), contacted)
    hours = working_hours(created, end, options, holidays)
    # A contact without a time of day on the day of creation came after it, whatever the clock says.
    timed = contacted != contacted.astype("datetime64[D]")
    same_day = created.astype("datetime64[D]") == contacted.astype("datetime64[D]")
    before = (contacted < created) & ~(same_day & ~timed)
    unknown = np.isnan(hours) | np.isnan(limit) | before | (np.isnat(contacted) & contacted_sometime)
    unknown |= never & (created > np.datetime64(today, "s") + np.timedelta64(1, "D"))
    hours = np.where(unknown, np.nan, np.maximum(hours, 0.0))
    status = np.select(
        [unknown, never & (hours >= limit), never, hours > limit],
        ["unknown", "overdue", "not yet due", "late"],
        "on time",
    )
    waiting = never & ~unknown
    with np.errstate(invalid="ignore"):
        steps = [waiting & (hours >= share * limit) for share in (options.sla_reassign_at, options.sla_escalate_at)]
    step = np.select([*steps, waiting], ["reassign", "escalated", "due"], "")
    return pd.DataFrame({"hours": hours, "limit_hours": limit, "status": status, "step": step})


def _by_word(words: npt.NDArray[np.object_], values: Mapping[str, float]) -> npt.NDArray[np.float64]:
    by_word = {key.strip().casefold(): value for key, value in values.items()}
    codes, distinct = pd.factorize(words)
    return np.array([by_word.get(str(word), np.nan) for word in distinct] + [np.nan])[codes]
