"""How far a lead has come: lead, MQL, SQL, opportunity, customer; and since when it is in its stage."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.history_events import CREATED, RETURNED
from leadbook.analysis.history_rows import gone_for_good, ordered
from leadbook.analysis.history_visits import close_month_pushes
from leadbook.analysis.touches import days, fold
from leadbook.model.playbook import Lifecycle, StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.analysis.results import Scores
    from leadbook.analysis.touches import LeadKeys
    from leadbook.model.records import Records
    from leadbook.model.team_options import Options

STEPS = tuple(Lifecycle)
BANT = ("budget", "authority", "need", "timeline")


def bant_passed(frame: pd.DataFrame, options: Options) -> npt.NDArray[np.bool_]:
    """Tell which leads pass the BANT gate: enough points in all, and no answer missing or too low."""
    answers = frame[list(BANT)].to_numpy(dtype=np.float64)
    with np.errstate(invalid="ignore"):
        each = (answers >= options.bant_each).all(axis=1)
        return np.asarray(each & (answers.sum(axis=1) >= options.bant_total), dtype=bool)


def lifecycles(
    records: Records, scores: Scores, past: pd.DataFrame, stage_order: npt.NDArray[np.float64], today: dt.date
) -> npt.NDArray[np.object_]:
    """Return each lead's `Lifecycle`: the furthest step that anything shows it has reached.

    Parameters
    ----------
    records : Records
    scores : Scores
    past : DataFrame
        As `read_past` returns it; a step that History holds is not lost when the score decays.
    stage_order : array of float, shape (n leads,)
        Position of the lead's open stage, NaN for another.
    today : date
        A date of a step counts up to and on this day.

    Returns
    -------
    array of str, shape (n leads,)

    Notes
    -----
    MQL: the MQL Date, or fit and total at least the Options' thresholds. SQL: the SQL Date, or the BANT gate.
    Opportunity: the Opportunity Date, or a stage at or after the one that is entered on it. Customer: a
    stage of class won, and nothing else.
    """
    frame, options = records.leads.frame, records.playbook.options
    limit = np.datetime64(today, "D")
    points = scores.frame
    opportunity_from = min(
        (stage.order for stage in records.playbook.open_stages if stage.entered_on == "opportunity_date"),
        default=np.inf,
    )
    marketing = (points["fit"] >= options.mql_fit) & (points["total"] >= options.mql_total)
    reached = np.zeros(len(frame), dtype=np.int64)
    steps = (
        (1, marketing.to_numpy() | (days(frame["mql_date"]) <= limit)),
        (2, bant_passed(frame, options) | (days(frame["sql_date"]) <= limit)),
        (3, (days(frame["opportunity_date"]) <= limit) | (stage_order >= opportunity_from)),
    )
    for step, shown in steps:
        reached[shown] = step
    reached = np.maximum(reached, np.minimum(past["lifecycle_step"].to_numpy(), 3))
    reached[(frame["stage_class"] == StageClass.WON.value).to_numpy()] = 4
    names = np.array([step.value for step in STEPS], dtype=object)
    return np.asarray(names[reached], dtype=object)


def read_past(records: Records, keys: LeadKeys, today: dt.date) -> pd.DataFrame:
    """Return what History knows of each lead's stage, close date and lifecycle, up to today.

    Parameters
    ----------
    records : Records
    keys : LeadKeys
    today : date
        What differs now from the last row counts as changed today.

    Returns
    -------
    DataFrame, index as the leads
        ``stage_since`` (datetime64: the last change of stage; else the date column that the stage is entered
        on; NaT when neither is known), ``in_stage_from`` (the latest day it can have entered: as
        ``stage_since``, or the day History first saw it there), ``pushes`` (how often the close date moved
        into a later month) and ``lifecycle_step`` (the furthest one recorded, 0 for none).
    """
    frame = records.leads.frame
    now = np.datetime64(today, "s")
    table = ordered(records.history, today)
    entered_on = _entered_on(records, today)
    place = _place_of_leads(keys, table)
    known = place >= 0
    if table.empty:
        blank = pd.DataFrame({"stage_since": entered_on, "in_stage_from": entered_on}, index=frame.index)
        return blank.assign(pushes=0, lifecycle_step=0)
    last = _last_visits(table)
    mine = last.iloc[np.where(known, place, 0)]
    named = frame["stage_name"].to_numpy(dtype=object)
    stage = fold(pd.Series(np.where(named == "", frame["stage"].to_numpy(dtype=object), named), dtype="str"))
    gone = known & mine["gone"].to_numpy()
    stays = known & (mine["stage"].to_numpy() == stage) & ~gone
    moved = known & ~stays & ~gone
    entered = mine["entered"].to_numpy()
    # A lead that was there before the refresh that found it is no new one, even if History did not have it.
    found_on = np.where(known & ~gone, entered, now)
    refreshed = np.unique(table["day"].to_numpy())
    earlier = np.searchsorted(refreshed, found_on) - 1
    previous = np.where(earlier >= 0, refreshed[np.maximum(earlier, 0)], np.datetime64("NaT", "s"))
    created = days(frame["created"]).astype("datetime64[s]")
    new = ((~known & keys.single) | (stays & mine["new"].to_numpy())) & ~(created < previous)
    since = np.where(moved, now, np.where(stays & mine["changed"].to_numpy(), entered, np.datetime64("NaT", "s")))
    since = np.where(np.isnat(since), entered_on, since)
    since = np.where(np.isnat(since) & new, found_on, since)
    months = days(frame["close_date"]).astype("datetime64[M]")
    pushed_now = known & (months > mine["close_month"].to_numpy())
    return pd.DataFrame(
        {
            "stage_since": since,
            "in_stage_from": np.where(np.isnat(since) & stays, entered, since),
            "pushes": np.where(known, mine["pushes"].to_numpy(), 0) + pushed_now,
            "lifecycle_step": np.where(known, mine["lifecycle_step"].to_numpy(), 0),
        },
        index=frame.index,
    )


def _place_of_leads(keys: LeadKeys, table: pd.DataFrame) -> npt.NDArray[np.intp]:
    """Return which lead of History each lead is, -1 for one that is not in it or shares its id."""
    recorded = pd.Index(table["key"].to_numpy(dtype=object)[table["starts"].to_numpy()], dtype=object)
    place = np.asarray(keys.spread(recorded.get_indexer(keys.names), -1), dtype=np.intp)
    place[~keys.single] = -1
    return place


def _last_visits(table: pd.DataFrame) -> pd.DataFrame:
    """Return, one row a lead of History, the visit that its last row belongs to."""
    starts, gone = table["starts"].to_numpy(), gone_for_good(table)
    first = np.flatnonzero(starts)
    last = np.append(first[1:], len(table)) - 1
    stage = fold(table["stage"])
    begins = starts.copy()
    begins[1:] |= gone[:-1] | (stage[1:] != stage[:-1])
    entry = np.maximum.accumulate(np.where(begins, np.arange(len(table)), 0))[last]
    event = fold(table["event"])[entry]
    returned = np.fromiter((RETURNED in text for text in event), dtype=bool, count=len(event))
    new = np.fromiter((CREATED in text for text in event), dtype=bool, count=len(event))
    said = np.fromiter(("stage" in text for text in event), dtype=bool, count=len(event))
    words = {step.value.casefold(): place for place, step in enumerate(STEPS)}
    codes, distinct = pd.factorize(fold(table["lifecycle"]))
    step = np.array([words.get(word, 0) for word in distinct], dtype=np.int64)[codes]
    months = days(table["close_date"]).astype("datetime64[M]")
    dated = np.maximum.accumulate(np.where(np.isnat(months), -1, np.arange(len(table))))[last]
    return pd.DataFrame(
        {
            "stage": stage[last],
            "entered": table["day"].to_numpy()[entry],
            "gone": gone[last],
            "new": new & starts[entry],
            "changed": (~starts[entry] | said) & ~returned & ~new,
            "pushes": np.add.reduceat(close_month_pushes(table), first),
            "lifecycle_step": np.maximum.reduceat(step, first),
            "close_month": np.where(dated >= first, months[dated].astype("datetime64[s]"), np.datetime64("NaT", "s")),
        }
    )


def _entered_on(records: Records, today: dt.date) -> npt.NDArray[np.datetime64]:
    """Return the date column that tells when the lead's stage was entered, NaT where there is none."""
    frame = records.leads.frame
    found = np.full(len(frame), np.datetime64("NaT", "s"))
    name = frame["stage_name"].to_numpy(dtype=object)
    for stage in records.playbook.stages:
        if stage.entered_on in frame.columns and frame[stage.entered_on].dtype.kind == "M":
            mine = np.flatnonzero(name == stage.name)
            found[mine] = days(frame[stage.entered_on])[mine].astype("datetime64[s]")
    found[found > np.datetime64(today, "s")] = np.datetime64("NaT", "s")
    return found
