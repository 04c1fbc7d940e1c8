"""What the Activities and Quote Lines tables prove about each lead."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import numpy as np

from leadbook.rules.cells import compared, dates, day, numbers

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.records import Records, Typed
    from leadbook.rules.cells import Dates
    from leadbook.rules.finding import Mask

BANT = ("budget", "authority", "need", "timeline")
_INBOUND = ("in", "inbound", "incoming", "received")
_OUTBOUND = ("out", "outbound", "outgoing", "sent")


def compared_ids(typed: Typed) -> np.ndarray[tuple[int, ...], np.dtype[np.object_]]:
    """Return lead IDs as they are compared, without case and stray spaces."""
    return compared(typed, "lead_id")


def having(records: Records, source: Typed, rows: Mask) -> Mask:
    """Return which leads one of the chosen rows of another table belongs to."""
    if not rows.any():
        return np.zeros(len(records.leads.frame), dtype=bool)
    found = set(compared_ids(source)[rows].tolist()) - {""}
    ids = compared_ids(records.leads)
    return np.fromiter((lead_id in found for lead_id in ids), bool, len(ids))


def how_many(records: Records, rows: Mask) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Return how many of the chosen activities each lead has."""
    counts = Counter(compared_ids(records.activities)[rows].tolist())
    ids = compared_ids(records.leads)
    return np.fromiter((counts.get(lead_id, 0) for lead_id in ids), np.int64, len(ids))


def of_type(records: Records, *names: str) -> Mask:
    """Return which activities are of one of the types."""
    kinds = compared(records.activities, "type")
    return np.isin(kinds.astype(str), names) if len(kinds) else np.zeros(0, dtype=bool)


def is_inbound(records: Records) -> Mask:
    """Return which activities came from the buyer: direction in, or a reply."""
    ways = compared(records.activities, "direction")
    return np.isin(ways.astype(str), _INBOUND) | of_type(records, "reply")


def is_outbound(records: Records) -> Mask:
    """Return which activities went to the buyer."""
    ways = compared(records.activities, "direction")
    return np.isin(ways.astype(str), _OUTBOUND)


def last_contact(records: Records, today: dt.date) -> Dates:
    """Return the day of each lead's last activity up to ``today``, by Leads or by Activities; NaT where unknown."""
    import pandas as pd  # noqa: PLC0415 - only this groups rows

    noted = dates(records.leads, "last_activity")
    noted = np.where(noted > day(today), np.datetime64("NaT", "D"), noted)
    when = dates(records.activities, "date")
    past = when <= day(today)
    if not past.any():
        return noted
    newest = pd.Series(when[past]).groupby(compared_ids(records.activities)[past]).max()
    known = newest.reindex(compared_ids(records.leads)).to_numpy().astype("datetime64[D]")
    latest: Dates = np.fmax(noted, known)
    return latest


def gate_passed(records: Records) -> Mask:
    """Return which leads have the BANT points that the options ask for, in total and in each answer."""
    options = records.playbook.options
    points = np.vstack([numbers(records.leads, key) for key in BANT])
    answered = np.nan_to_num(points)
    passed: Mask = (answered.sum(axis=0) >= options.bant_total) & (answered.min(axis=0) >= options.bant_each)
    return passed
