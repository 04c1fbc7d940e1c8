"""What in History cannot be used, and which leads it cannot track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.history_rows import trackable
from leadbook.analysis.touches import days, fold
from leadbook.model.history_codes import HISTORY_CODES

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.issues import Issue
    from leadbook.model.records import Typed


def history_issues(history: Typed, leads: Typed, today: dt.date) -> list[Issue]:
    """Return what is wrong with History, and with the ids it tracks leads by.

    Parameters
    ----------
    history, leads : Typed
    today : date

    Returns
    -------
    list of Issue
        LB030, LB031 and LB032.
    """
    frame = history.frame
    no_id = fold(frame["lead_id"]) == ""
    day = days(frame["changed_at"])
    undated = ~no_id & np.isnat(day)
    later = ~no_id & (day > np.datetime64(today, "D"))
    shared = ~trackable(leads) & (fold(leads.frame["lead_id"]) != "")
    faults = (
        (
            history,
            no_id,
            "lead_id",
            "LB030",
            "This row of History has no lead id, so it is not used: delete it or put the id back.",
        ),
        (
            history,
            undated,
            "changed_at",
            "LB030",
            "This row of History has no readable date, so it is not used: delete it or put the date back.",
        ),
        (
            history,
            later,
            "changed_at",
            "LB031",
            f"This row of History is dated after {today.isoformat()}, so it waits: correct the date or delete it.",
        ),
        (
            leads,
            shared,
            "lead_id",
            "LB032",
            "Another lead has the same Lead ID, so History tracks neither: give one a new id or clear the cell.",
        ),
    )
    return [
        table.issue(int(row), key, code, HISTORY_CODES[code].severity, message)
        for table, where, key, code, message in faults
        for row in table.frame.index[where]
    ]
