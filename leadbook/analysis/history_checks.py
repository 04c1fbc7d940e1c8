"""What in History cannot be used as it stands, and which leads it cannot track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import structs

from leadbook.analysis.history_events import named_fields
from leadbook.analysis.history_lives import reused_ids
from leadbook.analysis.history_rows import ordered, trackable
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.touches import days, fold
from leadbook.model.columns import column
from leadbook.model.history_codes import HISTORY_CODES
from leadbook.model.issues import Severity

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.model.issues import Issue
    from leadbook.model.records import Typed

MOST_ROWS_TOLD = 20
"""A fault of more rows than these is told once, with all its rows."""


_TOLD_BY_EVENTS = ("stage", "amount", "close_date", "owner")
"""Category and lifecycle follow from these, and may change with them in the same breath."""


def history_issues(history: Typed, leads: Typed, today: dt.date) -> list[Issue]:
    """Return what is wrong with History, and with the ids it tracks leads by.

    Parameters
    ----------
    history, leads : Typed
    today : date

    Returns
    -------
    list of Issue
        LB030, LB031, LB034 and LB035 for each row (once where it is more than 20 rows); LB033 once; LB036 for each
        lead; LB032 once: the cells with a shared id are named by the rule LB092, so here it is only said what it
        means for History.
    """
    frame = history.frame
    no_id = folded_ids(history) == ""
    day = days(frame["changed_at"])
    undated = ~no_id & np.isnat(day)
    later = ~no_id & (day > np.datetime64(today, "D"))
    found = [
        *_of_rows(
            history, no_id, "lead_id", "LB030",
            ("has no lead id, so it is not used: delete it or put the id back.",
             "have no lead id, so they are not used: delete them or put the ids back."),
        ),
        *_of_rows(
            history, undated, "changed_at", "LB030",
            ("has no readable date, so it is not used: delete it or put the date back.",
             "have no readable date, so they are not used: delete them or put the dates back."),
        ),
        *_of_rows(
            history, later, "changed_at", "LB031",
            (f"is dated after {today.isoformat()}, so it waits: correct the date or delete it.",
             f"are dated after {today.isoformat()}, so they wait: correct the dates or delete the rows."),
        ),
    ]  # fmt: skip
    found += _out_of_order(history, day, no_id | undated | later)
    found += _half_deleted(history, today)
    found += _contradictions(history, today)
    shared = int((~trackable(leads) & (folded_ids(leads) != "")).sum())
    if shared:
        said = f"{shared:,} leads share their Lead ID with another, so History tracks none of them: see LB092."
        found.append(leads.issue(0, "lead_id", "LB032", Severity.INFO, said))
    rows, sentences = reused_ids(history, leads, today, MOST_ROWS_TOLD)
    severity = HISTORY_CODES["LB036"].severity
    if len(rows) > MOST_ROWS_TOLD:
        said = f"{len(rows):,} leads were created after History first knew their Lead ID: correct the dates or the IDs."
        found.append(structs.replace(leads.issue(0, "lead_id", "LB036", severity, said), rows=rows))
    found += [
        leads.issue(row, "lead_id", "LB036", severity, said)
        for row, said in zip(rows.tolist(), sentences, strict=False)
    ]
    return found


def _of_rows(history: Typed, where: npt.NDArray[np.bool_], key: str, code: str, said: tuple[str, str]) -> list[Issue]:
    """Return a fault of some rows of History, said of one row and of many."""
    rows = history.frame.index.to_numpy()[where]
    one, many = said
    severity = HISTORY_CODES[code].severity
    if len(rows) > MOST_ROWS_TOLD:
        issue = history.issue(0, key, code, severity, f"{len(rows):,} rows of History {many}")
        return [structs.replace(issue, rows=rows)]
    return [history.issue(int(row), key, code, severity, f"This row of History {one}") for row in rows]


def _out_of_order(history: Typed, day: npt.NDArray[np.datetime64], unused: npt.NDArray[np.bool_]) -> list[Issue]:
    """Return whether rows that refreshes wrote stand below later ones: sorted by hand, or a clock was set back."""
    ours = ~unused & (fold(history.frame["source_of_change"]) == "refresh")
    moments = day[ours].astype(np.int64)
    if not (moments[1:] < moments[:-1]).any():
        return []
    early = np.zeros(len(moments), dtype=bool)
    early[1:] = moments[1:] < np.maximum.accumulate(moments)[:-1]
    rows = history.frame.index.to_numpy()[ours][early]
    count = f"{len(rows):,} rows" if len(rows) > 1 else "1 row"
    said = (
        f"{count} of History stand{'s' if len(rows) == 1 else ''} below later ones: it was sorted, or a refresh ran "
        "with an earlier date. Rows are read by their date; those of one day in the order that their Events tell. Sort "
        "the table by Changed At to clear this."
    )
    issue = history.issue(0, "changed_at", "LB033", HISTORY_CODES["LB033"].severity, said)
    return [structs.replace(issue, rows=rows)]


def _half_deleted(history: Typed, today: dt.date) -> list[Issue]:
    """Return the rows that lost cells, which are taken from the row before."""
    table = ordered(history, today)
    # What comes from elsewhere says only what changed.
    ours = ~table["source_of_change"].str.startswith("import ").to_numpy(dtype=bool)
    mended = table["mended"].to_numpy() & ours
    nameless = ~mended & (table["event"] == "").to_numpy()
    lost = "cells that the Event does not name, which are taken from the row before: restore or delete"
    no_event = "no Event, which leadbook always writes; what is left is used: check or delete"
    return [
        *_of_rows(history, _in_sheet(history, table, mended), "event", "LB034",
                  (f"lost {lost} it.", f"lost {lost} them.")),
        *_of_rows(history, _in_sheet(history, table, nameless), "event", "LB034",
                  (f"has {no_event} it.", f"have {no_event} them.")),
    ]  # fmt: skip


def _contradictions(history: Typed, today: dt.date) -> list[Issue]:
    """Return the rows in which a column differs from the lead's row before though the Event does not name it."""
    table = ordered(history, today)
    if len(table) < 2:
        return []
    codes, words = pd.factorize(fold(table["event"]))
    named = [named_fields(str(word)) for word in words]
    followed = ~table["starts"].to_numpy()[1:]
    silent = np.zeros(len(table) - 1, dtype=bool)
    which = np.full(len(table) - 1, "", dtype=object)
    for key in _TOLD_BY_EVENTS:
        unnamed = np.array([fields is not None and key not in fields for fields in named], dtype=bool)[codes]
        asked = np.flatnonzero(followed & unnamed[1:])
        cells = table[key].to_numpy()[asked + 1], table[key].to_numpy()[asked]
        differ = asked[_differ(*cells)]
        silent[differ] = True
        which[differ] += f", {column('History', key).header}"
    if not silent.any():
        return []
    hits = np.flatnonzero(silent) + 1
    what = dict(zip(table.index[hits].tolist(), which[hits - 1].tolist(), strict=True))
    rows = np.array(sorted(what), dtype=np.int64)
    severity = HISTORY_CODES["LB035"].severity
    if len(rows) > MOST_ROWS_TOLD:
        said = (
            f"{len(rows):,} rows of History differ from the row before them in more than their Event says: rows were "
            "deleted or cells edited. They are used as they stand."
        )
        return [structs.replace(history.issue(0, "event", "LB035", severity, said), rows=rows)]
    return [
        history.issue(
            int(row), "event", "LB035", severity,
            f"{what[row][2:]} differ{'' if ',' in what[row][2:] else 's'} from the row before though the Event does "
            "not say so: a row was deleted or a cell edited. It is used as it stands.",
        )
        for row in rows.tolist()
    ]  # fmt: skip


def _differ(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> npt.NDArray[np.bool_]:
    """Tell where cleaned cells differ; two blanks are equal."""
    if one.dtype.kind == "M":
        return np.asarray((one != other) & ~(np.isnat(one) & np.isnat(other)), dtype=bool)
    if one.dtype.kind == "f":
        return np.asarray((one != other) & ~(np.isnan(one) & np.isnan(other)), dtype=bool)
    differ = np.asarray(one != other, dtype=bool)
    at = np.flatnonzero(differ)
    # Most that look different are; only these few are worth folding.
    differ[at] = [str(a).casefold() != str(b).casefold() for a, b in zip(one[at], other[at], strict=True)]
    return differ


def _in_sheet(history: Typed, table: pd.DataFrame, where: npt.NDArray[np.bool_]) -> npt.NDArray[np.bool_]:
    """Return rows of `ordered` history as a mask over the table as it stands."""
    if not where.any():
        return np.zeros(len(history.frame), dtype=bool)
    return np.asarray(history.frame.index.isin(table.index[where]), dtype=bool)
