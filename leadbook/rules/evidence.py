"""What the Activities and Quote Lines tables prove about each lead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.rules.cells import compared, dates, day

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.records import Records, Typed
    from leadbook.rules.finding import Mask

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


def recent_reply(records: Records, today: dt.date, *, days: int) -> Mask:
    """Return which leads the buyer spoke to within the last ``days`` days (today included)."""
    when = dates(records.activities, "date")
    recent = (when > day(today) - np.timedelta64(days, "D")) & (when <= day(today))
    met = is_inbound(records) | of_type(records, "meeting", "demo")
    return having(records, records.activities, recent & met)
