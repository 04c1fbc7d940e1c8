"""A workbook as it stood on a day that it has lived beyond."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.periods import show_day
from leadbook.analysis.touches import days
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.records import Records, Typed

_ENDED = (StageClass.WON.value, StageClass.LOST.value, StageClass.DISQUALIFIED.value)
_UNKNOWN_THEN = {
    "stage": "", "stage_name": "", "stage_class": "", "amount": np.nan, "amount_base": np.nan, "close_date": pd.NaT,
    "lost_reason": "", "forecast_category": "", "probability_override": np.nan,
}  # fmt: skip


def rewind(records: Records, today: dt.date) -> tuple[Records, str]:
    """Return the records as they were known at the end of a day, as far as their dates tell.

    Parameters
    ----------
    records : Records
    today : date

    Returns
    -------
    (Records, str)
        The sentence says what was taken back; "" where nothing was.

    Notes
    -----
    Only where some lead begins after the day: a win dated next week, in a workbook of today, stays what its seller
    says it is. Leads that begin later are left out; what was won or lost later is open, in a stage and with an amount
    that nobody knows any more.
    """
    frame = records.leads.frame
    now = np.datetime64(today, "D")
    created, contacted = days(frame["created"]), days(frame["first_contacted"])
    begins = np.where(np.isnat(created), contacted, created)
    later = begins > now
    if not later.any():
        return records, ""
    ends = days(frame["close_date"]) > now
    ended_later = ends & np.isin(frame["stage_class"].to_numpy(dtype=object), _ENDED) & ~later
    taken_back = frame.copy()
    for key, value in _UNKNOWN_THEN.items():
        taken_back[key] = taken_back[key].mask(ended_later, value)
    leads = _without(replace(records.leads, frame=taken_back), later)
    said = (
        f"The workbook goes on after {show_day(today)}: {int(later.sum()):,} leads that begin later are left out, and "
        f"{int(ended_later.sum()):,} that were won or lost later are taken as open, without the amount they ended at."
    )
    return replace(records, leads=leads), said


def _without(leads: Typed, rows: np.ndarray[tuple[int], np.dtype[np.bool_]]) -> Typed:
    kept = ~rows
    return replace(leads, frame=leads.frame[kept], raw=leads.raw[kept], extra=leads.extra[kept])
