"""Where History and the Leads table have parted: leads deleted from one, rows deleted from the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import structs

from leadbook.analysis.history_checks import MOST_ROWS_TOLD
from leadbook.analysis.history_events import REMOVED
from leadbook.analysis.history_rows import ordered, trackable
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.periods import show_day
from leadbook.analysis.touches import days, fold
from leadbook.model.history_codes import HISTORY_CODES

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.issues import Issue
    from leadbook.model.records import Records

TOLD_FOR_DAYS = 30
"""So long a lead that was deleted is told."""
FEWEST_UNKNOWN, UNKNOWN_SHARE = 20, 0.2
"""So many leads, and so large a share, that History should know and does not, look like rows deleted from it."""


def gap_issues(records: Records, today: dt.date) -> list[Issue]:
    """Return what is missing from Leads that History knows, and from History that Leads knows.

    Parameters
    ----------
    records : Records
    today : date

    Returns
    -------
    list of Issue
        LB037 for each lead that left the Leads table for nowhere within 30 days (once where they are more than 20),
        at its last row of History; LB038 once.
    """
    table = ordered(records.history, today)
    if table.empty:
        return []
    last = np.ones(len(table), dtype=bool)
    last[:-1] = table["starts"].to_numpy()[1:]
    known = table[last]
    here = pd.Index(known["key"].to_numpy(dtype=object)).isin(folded_ids(records.leads))
    found = _deleted(records, known[~here & ~known["former"].to_numpy()], today)
    missing = len(records.leads.frame) - int(here.sum())
    if missing >= max(FEWEST_UNKNOWN, UNKNOWN_SHARE * len(records.leads.frame)):
        found += _unknown(records, table, known)
    return found


def _deleted(records: Records, away: pd.DataFrame, today: dt.date) -> list[Issue]:
    history, code = records.history, HISTORY_CODES["LB037"]
    away = away[~away["key"].isin(folded_ids(records.archive)).to_numpy()]
    recent = days(away["day"]) > np.datetime64(today, "D") - np.timedelta64(TOLD_FOR_DAYS, "D")
    removed = np.asarray(fold(away["event"]) == REMOVED, dtype=bool)
    gone = away[np.where(away["gone"].to_numpy(), removed & recent, True)]
    if len(gone) > MOST_ROWS_TOLD:
        said = (
            f"{len(gone):,} leads that History knows stand neither in Leads nor in the Archive any more. If their rows "
            "were not meant to be deleted, put them back: leadbook undo, or a backup."
        )
        issue = history.issue(0, "lead_id", code.code, code.severity, said)
        return [structs.replace(issue, rows=np.sort(gone.index.to_numpy()))]
    return [
        history.issue(
            row, "lead_id", code.code, code.severity,
            f"{lead_id} stands neither in Leads nor in the Archive any more; it was {stage or 'without a stage'}"
            + ("" if amount != amount else f", {amount:,.0f}")  # noqa: PLR0124 - NaN is unlike itself
            + f", last seen by {show_day(day.date())}. If its row was not meant to be deleted, put it back: leadbook "
            "undo, or a backup.",
        )
        for row, lead_id, stage, amount, day in zip(
            gone.index.tolist(), gone["lead_id"], gone["stage"], gone["amount"].tolist(), gone["day"], strict=True
        )
    ]  # fmt: skip


def _unknown(records: Records, table: pd.DataFrame, known: pd.DataFrame) -> list[Issue]:
    leads = records.leads
    ours = table["day"][np.asarray(fold(table["source_of_change"]) == "refresh", dtype=bool)]
    if ours.empty:
        return []
    seen_last = ours.max().date()
    earlier = days(leads.frame["created"]) < np.datetime64(seen_last, "D")
    new = trackable(leads) & ~pd.Index(folded_ids(leads)).isin(known["key"].to_numpy(dtype=object)) & earlier
    count = int(new.sum())
    if count < FEWEST_UNKNOWN or count < UNKNOWN_SHARE * len(new):
        return []
    said = (
        f"{count:,} leads created before the last refresh, {show_day(seen_last)}, are not in History. Where they were "
        "imported or pasted since, that is right; else rows of History were deleted: put them back with leadbook undo, "
        "or from a backup."
    )
    code = HISTORY_CODES["LB038"]
    return [records.history.issue(0, "lead_id", code.code, code.severity, said)]
