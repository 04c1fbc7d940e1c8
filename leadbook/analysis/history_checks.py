"""What in History cannot be used, and which leads it cannot track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.history_rows import trackable
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.touches import days
from leadbook.model.history_codes import HISTORY_CODES
from leadbook.model.issues import Severity

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
        LB030 and LB031 for each row, and LB032 once: the cells with a shared id are named by the rule LB092,
        so here it is only said what it means for History.
    """
    frame = history.frame
    no_id = folded_ids(history) == ""
    day = days(frame["changed_at"])
    undated = ~no_id & np.isnat(day)
    later = ~no_id & (day > np.datetime64(today, "D"))
    faults = (
        (
            no_id,
            "lead_id",
            "LB030",
            "This row of History has no lead id, so it is not used: delete it or put the id back.",
        ),
        (
            undated,
            "changed_at",
            "LB030",
            "This row of History has no readable date, so it is not used: delete it or put the date back.",
        ),
        (
            later,
            "changed_at",
            "LB031",
            f"This row of History is dated after {today.isoformat()}, so it waits: correct the date or delete it.",
        ),
    )
    found = [
        history.issue(int(row), key, code, HISTORY_CODES[code].severity, message)
        for where, key, code, message in faults
        for row in frame.index[where]
    ]
    shared = int((~trackable(leads) & (folded_ids(leads) != "")).sum())
    if shared:
        said = f"{shared:,} leads share their Lead ID with another, so History tracks none of them: see LB092."
        found.append(leads.issue(0, "lead_id", "LB032", Severity.INFO, said))
    return found
