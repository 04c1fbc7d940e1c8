"""A workbook as it stood on a day that it has lived beyond."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec.structs import replace

from leadbook.analysis.history_events import CREATED
from leadbook.analysis.history_rows import ordered, trackable
from leadbook.analysis.history_states import last_rows, rates_of_leads
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.measure_visits import place_stages
from leadbook.analysis.periods import show_day
from leadbook.analysis.touches import days, fold
from leadbook.model.counts import counted
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.model.records import Records, Typed

_ENDED = (StageClass.WON.value, StageClass.LOST.value, StageClass.DISQUALIFIED.value)
_OF_THE_END: dict[str, object] = {"lost_reason": "", "probability_override": np.nan}
_UNKNOWN_THEN: dict[str, object] = {
    "stage": "", "stage_name": "", "stage_class": "", "amount": np.nan, "amount_base": np.nan, "close_date": pd.NaT,
    "forecast_category": "", **_OF_THE_END,
}  # fmt: skip
_HAPPENED = ("first_contacted", "mql_date", "sql_date", "opportunity_date", "last_activity")
"""Days on which something happened; those of plans (next step, close date) may lie ahead."""


def rewind(records: Records, today: dt.date) -> tuple[Records, str]:
    """Return the records as they were known at the end of a day, as far as their dates and History tell.

    Parameters
    ----------
    records : Records
    today : date

    Returns
    -------
    (Records, str)
        The sentences say what was taken back and what nobody knows any more; "" where nothing was.

    Notes
    -----
    Only where some lead begins after the day or History goes on after it: a win dated next week, in a workbook of
    today, stays what its seller says it is. Leads that begin later are left out, unless something shows that they were
    there: their Created is a slip. A lead that History knew by then has
    the stage, amount, close date, owner and category of its last row up to the day, but for one that had ended by its
    Close Date: a refresh may have seen that later. Of the others, what was won or lost later is open, in a stage and
    with an amount that nobody knows; what is open now stands as it stands now.
    History's later rows are left out, and days of things that happened later (an MQL Date, a last activity) are blank.
    """
    frame = records.leads.frame
    now = np.datetime64(today, "D")
    late_rows = days(records.history.frame["changed_at"]) > now
    later = _begins_later(records, now)
    if not later.any() and not late_rows.any():
        return records, ""
    is_ended = np.isin(frame["stage_class"].to_numpy(dtype=object), _ENDED)
    ends = days(frame["close_date"])
    remembered, state = _as_history_had_it(records, today, apart=is_ended & (ends <= now))
    ended_later = is_ended & ~later & (remembered | (ends > now)) & ~_was_ended(remembered, state)
    taken_back = frame.copy()
    for column in _HAPPENED:
        taken_back[column] = taken_back[column].mask(days(frame[column]) > now)
    forgotten = ended_later & ~remembered
    for key, value in _UNKNOWN_THEN.items():
        hidden = ended_later if key in _OF_THE_END else forgotten
        taken_back[key] = taken_back[key].mask(hidden, value)
    for key in state.columns:
        taken_back[key] = taken_back[key].mask(remembered, state[key])
    leads = _only(replace(records.leads, frame=taken_back), ~later)
    history = _only(records.history, ~late_rows) if late_rows.any() else records.history
    guessed = ~later & ~remembered & ~is_ended
    said = _tell(today, int(later.sum()), ended_later[~later], forgotten[~later], int(guessed.sum()))
    return replace(records, leads=leads, history=history), said


def _begins_later(records: Records, now: np.datetime64) -> npt.NDArray[np.bool_]:
    """Tell which leads begin after a day: by their dates, else by the day that History saw them come.

    One that History had by then, or with which something had happened, was there, whatever its Created says.
    """
    frame = records.leads.frame
    created, contacted = days(frame["created"]), days(frame["first_contacted"])
    begins = np.where(np.isnat(created), contacted, created)
    table = ordered(records.history)
    first = table[table["starts"].to_numpy()]
    came = first[np.fromiter((CREATED in text for text in fold(first["event"])), dtype=bool, count=len(first))]
    ids = pd.Series(folded_ids(records.leads), dtype=object)
    single = trackable(records.leads)
    came_later = ids.isin(set(came["key"][days(came["day"]) > now])).to_numpy() & single
    was_there = ids.isin(set(first["key"][days(first["day"]) <= now])).to_numpy() & single
    for column in _HAPPENED:
        was_there |= days(frame[column]) <= now
    return np.asarray(np.where(np.isnat(begins), came_later, (begins > now) & ~was_there), dtype=bool)


def _as_history_had_it(
    records: Records, today: dt.date, *, apart: npt.NDArray[np.bool_]
) -> tuple[npt.NDArray[np.bool_], pd.DataFrame]:
    """Return which leads History knew on a day, and what it knew of them (meaningless for the others).

    Leads set ``apart`` are not looked up.
    """
    leads, playbook = records.leads, records.playbook
    table = ordered(records.history, today)
    known = table.iloc[last_rows(table, today)]
    place = pd.Index(known["key"].to_numpy(dtype=object)).get_indexer(pd.Index(folded_ids(leads), dtype=object))
    remembered = (place >= 0) & trackable(leads) & ~apart
    if not remembered.any():
        return remembered, pd.DataFrame(index=leads.frame.index)
    row = known.iloc[np.where(remembered, place, 0)]
    at = place_stages(row["stage"], playbook)
    names = np.array([*(stage.name for stage in playbook.stages), ""], dtype=object)[at]
    classes = np.array([*(stage.stage_class.value for stage in playbook.stages), ""], dtype=object)[at]
    amount = row["amount"].to_numpy(dtype=np.float64)
    frame = leads.frame
    texts = {"stage_name": names, "stage_class": classes}
    texts |= {key: row[key].to_numpy(dtype=object) for key in ("stage", "owner", "forecast_category")}
    state = pd.DataFrame({key: pd.Series(cells, frame.index, dtype="str") for key, cells in texts.items()})
    state["amount"] = amount
    state["amount_base"] = amount * rates_of_leads(records, pd.Series(folded_ids(leads), dtype=object))
    state["close_date"] = row["close_date"].to_numpy()
    return remembered, state


def _was_ended(remembered: npt.NDArray[np.bool_], state: pd.DataFrame) -> npt.NDArray[np.bool_]:
    if "stage_class" not in state:
        return np.zeros(len(remembered), dtype=bool)
    return remembered & np.isin(state["stage_class"].to_numpy(dtype=object), _ENDED)


def _tell(
    today: dt.date, later: int, ended_later: npt.NDArray[np.bool_], forgotten: npt.NDArray[np.bool_], guessed: int
) -> str:
    """Return what was taken back, and what cannot be known of that day."""
    ended, unknown = int(ended_later.sum()), int(forgotten.sum())
    taken, missing = [], []
    if later:
        taken.append(
            f"{counted(later, 'lead')} that {'begins' if later == 1 else 'begin'} later {_are(later)} left out"
        )
    if ended:
        taken.append(f"{counted(ended, 'lead')} won or lost later {_are(ended)} taken as open")
    if unknown:
        of_them = "its" if ended == 1 else "their" if unknown == ended else f"{unknown:,} of these leads'"
        missing.append(f"{of_them} stage and amount then")
    if guessed:
        missing.append(f"the stage then of {counted(guessed, 'more lead')} (today's is taken)")
    missing.append("what next steps, notes, BANT and your own columns said (today's count)")
    done = " and ".join(taken) or "what History saw change later is taken back"
    return f"The workbook goes on after {show_day(today)}: {done}. Not known any more: {'; '.join(missing)}."


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _only(table: Typed, rows: npt.NDArray[np.bool_]) -> Typed:
    return replace(table, frame=table.frame[rows], raw=table.raw[rows], extra=table.extra[rows])
