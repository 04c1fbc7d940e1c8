"""The rows that a merge, and taking it back, add to History."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.archived import folded_id
from leadbook.analysis.history import TRACKED, replay
from leadbook.analysis.history_events import MERGED, UNMERGED

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.model.records import Records
    from leadbook.sheets.spec import Content

__all__ = ["MERGED", "UNMERGED", "history_rows"]


def history_rows(
    records: Records, leads: Sequence[tuple[int, str, str]], event: str, today: dt.date
) -> list[tuple[Content, ...]]:
    """Return rows of History, each with the state its lead was last seen in.

    Parameters
    ----------
    records : Records
    leads : sequence of (int, str, str)
        Row of each lead (0: not in the table), its id, and what changed it.
    event : str
        ``MERGED`` or ``UNMERGED``.
    today : date
    """
    known = replay(records.history, today, include_removed=True)
    known.index = pd.Index([folded_id(one) for one in known.index])
    frame = records.leads.frame
    found: list[tuple[Content, ...]] = []
    for row, lead_id, source in leads:
        key = folded_id(lead_id)
        if key in known.index:
            at = known.index.get_indexer(pd.Index([key]))[0]
            state = known[list(TRACKED)].iloc[int(at)].tolist()
        elif row in frame.index:
            state = [frame[name].loc[row] if name in frame.columns else "" for name in TRACKED]
        else:
            state = [None] * len(TRACKED)
        found.append((today, lead_id, event, *map(_plain, state), source))
    return found


def _plain(value: object) -> Content:
    if isinstance(value, pd.Timestamp):
        return None if pd.isna(value) else value.date()
    if value is None or value == "" or value is pd.NaT or (isinstance(value, float) and value != value):  # noqa: PLR0124 - a not-a-number differs from itself
        return None
    return value  # type: ignore[return-value] # text or a number, as the tests above leave it
