"""The course of every deal: when it began, when it ended and how, and what it is worth."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.kept import folded_ids
from leadbook.analysis.outlook.worth import read_groups
from leadbook.analysis.touches import days
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt
    import pandas as pd

    from leadbook.model.records import Records

NEVER = np.iinfo(np.int64).max // 4
"""The day on which what is unknown, or has not happened, happens."""
BEGINNINGS = ("created", "first_contacted", "mql_date", "sql_date", "opportunity_date")
_FIRST_DAY = -36_525  # 1870: earlier dates are slips


class Courses(Struct, frozen=True):
    """The deals that count, as plain arrays, one place a deal.

    Parameters
    ----------
    place : array of int
        Position of the deal among the leads.
    began : array of int
        Days since 1970 when it began, NEVER where nothing says when.
    ended : array of int
        When it was won or lost, NEVER while it is open or where nobody knows when.
    won, lost, is_open : array of bool
        At most one is true; a lead that is parked or has an unknown stage is none.
    amount : array of float
        Base currency, NaN where there is none (0 counts as none).
    group : array of int
        What is sold, as `read_groups` numbers it, from 0.
    groups : int
        How many of these numbers there are.
    prices : array of float, shape (groups,)
        List price in base currency of each, NaN where Settings has none.
    today : int
        The last day that is known.
    """

    place: npt.NDArray[np.int64]
    began: npt.NDArray[np.int64]
    ended: npt.NDArray[np.int64]
    won: npt.NDArray[np.bool_]
    lost: npt.NDArray[np.bool_]
    is_open: npt.NDArray[np.bool_]
    amount: npt.NDArray[np.float64]
    group: npt.NDArray[np.int64]
    groups: int
    prices: npt.NDArray[np.float64]
    today: int

    @property
    def known_end(self) -> npt.NDArray[np.bool_]:
        """Where the end is known to have come by today."""
        return (self.won | self.lost) & (self.ended <= self.today)


def read_courses(records: Records, facts: pd.DataFrame, today: dt.date) -> Courses:
    """Return the course of every deal that is not in the archive.

    Parameters
    ----------
    records : Records
    facts : DataFrame, index as the leads
        ``open`` and ``stage_since`` as `Standing` has them.
    today : date

    Notes
    -----
    A deal begins on Created, else on the earliest later date that it has (First Contacted, MQL, SQL or
    Opportunity Date); beginnings after today are plans and unknown. It ends on its Close Date, else on the day
    it entered its stage; a win or loss dated after today has not come yet, but is decided, so it is no open deal
    either. A disqualified lead ends as lost.
    """
    frame = records.leads.frame
    now = int(np.datetime64(today, "D").astype(np.int64))
    keys = folded_ids(records.leads)
    archived = set(folded_ids(records.archive)) - {""} if len(records.archive.frame) else set()
    kept = np.ones(len(frame), dtype=bool)
    if archived:
        kept = np.fromiter((key not in archived for key in keys), dtype=bool, count=len(frame))
    place = np.flatnonzero(kept)
    stage_class = frame["stage_class"].to_numpy(dtype=object)[place]
    won = np.asarray(stage_class == StageClass.WON.value, dtype=bool)
    lost = np.isin(stage_class, [StageClass.LOST.value, StageClass.DISQUALIFIED.value])
    began, ended = (part[place] for part in days_of_course(frame, facts["stage_since"], now))
    ended = np.where(won | lost, ended, NEVER)
    # A deal that ends before it begins has one date wrong, and nobody knows which.
    began = np.where(ended < began, NEVER, began)
    amount = frame["amount_base"].to_numpy(dtype=np.float64)[place]
    group, groups, prices = read_groups(records)
    return Courses(
        place, began, ended, won, lost, facts["open"].to_numpy(dtype=bool)[place],
        np.where(amount > 0, amount, np.nan), group[place], groups, prices, now,
    )  # fmt: skip


def days_of_course(
    frame: pd.DataFrame, stage_since: pd.Series[pd.Timestamp], now: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the day on which each lead began, and the one on which it ended if it has; NEVER where nobody knows.

    Parameters
    ----------
    frame : DataFrame
        The leads' dates.
    stage_since : Series of datetime64, as the leads
    now : int
        Today, days since 1970: what begins later is a plan.
    """
    began = np.full(len(frame), NEVER, dtype=np.int64)
    for key in BEGINNINGS:
        day = _day_numbers(frame[key])
        began = np.where((began == NEVER) & (day <= now), day, began)
    closed = _day_numbers(frame["close_date"])
    return began, np.where(closed == NEVER, _day_numbers(stage_since), closed)


def _day_numbers(dates: pd.Series) -> npt.NDArray[np.int64]:
    """Return dates as days since 1970, NEVER for blanks and slips."""
    stamps = days(dates)
    numbers = stamps.astype("datetime64[D]").astype(np.int64)
    return np.where(np.isnat(stamps) | (numbers < _FIRST_DAY), NEVER, numbers)
