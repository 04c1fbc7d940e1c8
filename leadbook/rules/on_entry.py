"""Duplicates on entry: a row just typed that looks like a lead the workbook has already."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.model.issues import Severity, column_letters, quoted_sheet
from leadbook.rules.cells import dates, day
from leadbook.rules.evidence import compared_ids
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.finding import Mask
    from leadbook.rules.registry import LikelyDuplicates


def just_typed(records: Records, today: dt.date) -> Mask:
    """Return which leads are new to the workbook, shape (n leads,).

    Notes
    -----
    A lead is new while History, which each refresh writes, does not know its Lead ID; one without an ID is new
    where others have one, or History knows any; and one created today is. A workbook that was never refreshed has
    no new leads but these: there the order of typing is not known.
    """
    ids = compared_ids(records.leads)
    seen = set(compared_ids(records.history).tolist()) - {""}
    blank = np.asarray(ids == "", dtype=bool)
    new: Mask = dates(records.leads, "created") == day(today)
    if seen or not blank.all():
        new = new | blank
    if seen:
        new = new | np.fromiter((lead_id not in seen for lead_id in ids.tolist()), bool, len(ids))
    # Where everything is new, nothing was there before it.
    return np.zeros(len(ids), dtype=bool) if new.all() else new


@rule("LB503", "entered-before", Severity.WARNING)
def entered_before(records: Records, today: dt.date, duplicates: LikelyDuplicates) -> Iterator[Finding]:
    """Find a row just typed that looks like a lead which was there before.

    Anti-pattern: A call comes in, the seller types a new row, and the company has been in row 57 for a month.

    Why it matters: Found today it costs a minute; found at the month's end the two rows have two histories.

    Best practice: Update the row that was there and delete the new one, or write "Keep both" on the Duplicates sheet.
    """
    leads = records.leads
    found = earlier_rows(records, today, duplicates)
    if found.empty or leads.table is None:
        return
    rows = leads.frame.index
    mask = np.asarray(rows.isin(found["row"]), dtype=bool)
    key = next((name for name in ("company", "last_name", "email", "lead_id") if name in leads.places), "")
    letters = column_letters(leads.places.get(key, 1))
    sheet = quoted_sheet(leads.table.sheet)
    lines = found.set_index("row").reindex(rows[mask])
    # 0.99 at most is said: rounded up to 1.00 it would read as certain.
    other = list(zip(lines["other"].astype(int), lines["other_id"], lines["probability"], strict=True))
    yield Finding(
        leads,
        mask,
        key,
        (
            f"This new row looks like {short(lead_id) if lead_id else 'the lead'} ({min(probability, 0.99):.2f}) in "
            f"row {row}; update that one instead, or decide on the Duplicates sheet."
            for row, lead_id, probability in other
        ),
        see=(f"{sheet}!{letters}{row}" for row, _, _ in other),
    )


def earlier_rows(records: Records, today: dt.date, duplicates: LikelyDuplicates) -> pd.DataFrame:
    """Return, for each row just typed that a lead was there for, the likeliest one.

    Returns
    -------
    DataFrame
        ``row``, ``other`` (an older row, or a new one further up), ``other_id``, ``probability``. Only rows that
        the duplicate search has put into one cluster, so that what was decided there holds here.
    """
    names = ["row", "other", "other_id", "probability"]
    clusters, pairs = duplicates.clusters, duplicates.pairs
    rows = records.leads.frame.index.to_numpy()
    new_rows = set(rows[just_typed(records, today)].tolist())
    if not new_rows or not len(clusters) or not len(pairs):
        return pd.DataFrame(columns=names)
    cluster = dict(zip(clusters["row"].tolist(), clusters["cluster"].tolist(), strict=True))
    first, second = pairs["row_a"].to_numpy(), pairs["row_b"].to_numpy()
    both = pd.DataFrame(
        {
            "row": np.concatenate([first, second]),
            "other": np.concatenate([second, first]),
            "other_id": np.concatenate([pairs["id_b"].to_numpy(object), pairs["id_a"].to_numpy(object)]),
            "probability": np.tile(pairs["probability"].to_numpy(dtype=float), 2),
        }
    )
    both = both[both["row"].isin(new_rows) & both["row"].isin(cluster)]
    is_one = both["row"].map(cluster) == both["other"].map(cluster)
    was_there = ~both["other"].isin(new_rows) | (both["other"] < both["row"])
    both = both[is_one & was_there].sort_values(["row", "probability", "other"], ascending=[True, False, True])
    return both.drop_duplicates("row")[names].reset_index(drop=True)
