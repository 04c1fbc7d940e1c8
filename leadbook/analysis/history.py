"""History: what each refresh saw change, and the state that replaying it gives back."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.history_checks import history_issues
from leadbook.analysis.history_events import (
    ARCHIVED,
    CREATED,
    EVENT_OF,
    FIRST_SEEN,
    JOINED_BY,
    REMOVED,
    REOPENED,
    RETURNED,
)
from leadbook.analysis.history_ids import assign_lead_ids
from leadbook.analysis.history_rows import KEYS, TRACKED, cleaned, differs, ordered, trackable
from leadbook.analysis.history_visits import pushes, visits
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.touches import days
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Typed

__all__ = [
    "TRACKED",
    "assign_lead_ids",
    "changes",
    "history_issues",
    "history_since",
    "pushes",
    "replay",
    "visits",
]

SOURCE = "refresh"
_ENDED = frozenset({StageClass.WON, StageClass.LOST, StageClass.DISQUALIFIED, StageClass.NURTURE})


def replay(history: Typed, as_of: dt.date, *, include_removed: bool = False) -> pd.DataFrame:
    """Return the state each lead was last seen in.

    Parameters
    ----------
    history : Typed
    as_of : date
        Inclusive: rows dated up to and on this day count.
    include_removed : bool
        Whether leads that had left the workbook by then stay in, with their last state.

    Returns
    -------
    DataFrame, index ``lead_id``
        ``stage``, ``amount`` (the lead's currency), ``close_date``, ``owner``, ``forecast_category``,
        ``lifecycle``, and ``event`` and ``changed_at`` of the last row.
    """
    state = _last_rows(history, as_of)
    if not include_removed:
        state = state[~state["gone"].to_numpy()]
    return state.set_index("lead_id")[[*TRACKED, "event", "changed_at"]]


def _last_rows(history: Typed, as_of: dt.date) -> pd.DataFrame:
    """Return the last row of each lead, as `ordered` has it."""
    table = ordered(history, as_of)
    last = np.ones(len(table), dtype=bool)
    last[:-1] = table["starts"].to_numpy()[1:]
    return table[last]


def changes(
    history: Typed,
    leads: Typed,
    standing: pd.DataFrame,
    today: dt.date,
    *,
    playbook: Playbook | None = None,
    archive: Typed | None = None,
) -> pd.DataFrame:
    """Return the rows that this refresh adds to History.

    Parameters
    ----------
    history : Typed
        As it stands in the workbook, before this refresh.
    leads : Typed
        With ``stage_name``.
    standing : DataFrame, index as the leads
        ``category`` and ``lifecycle``.
    today : date
    playbook : Playbook or None
        Tells which stages are open; without it no lead is called reopened.
    archive : Typed or None
        A lead that left the table for it is archived; any other that left is removed.

    Returns
    -------
    DataFrame, one row a lead that changed, in the order of the leads, removed ones last
        The History columns by key. ``amount`` is in the lead's own currency, so that a new exchange rate is no
        change of the lead.

    Notes
    -----
    Events: ``first seen`` when nothing was known before, ``created`` for a lead that is new since,
    ``removed`` or ``archived``, ``returned``, ``reopened`` (back in an open stage from one that is won, lost,
    disqualified or parked), and what changed ("reopened + stage + amount"). A lead whose Created lies after the
    day on which one of the same id was removed is another lead, and so ``created``. Leads without an id, and leads
    that share one, are not tracked. Text is compared without regard to case and spaces, amounts by the cent.
    """
    tracked = trackable(leads)
    now, keys = current_state(leads, standing, today)[tracked], folded_ids(leads)[tracked]
    known = _last_rows(history, today)
    if known.empty:
        return now.assign(event=FIRST_SEEN)[list(KEYS)].reset_index(drop=True)
    known_keys, gone = known["key"].to_numpy(dtype=object), known["gone"].to_numpy()
    place = pd.Index(known_keys, dtype=object).get_indexer(pd.Index(keys, dtype=object))
    old = place >= 0
    before = known.iloc[np.where(old, place, 0)]
    events = np.full(len(now), "", dtype=object)
    returned = old & gone[np.where(old, place, 0)]
    another = returned & (days(leads.frame["created"])[tracked] > days(before["day"]))
    old &= ~another
    events[returned] = f"{RETURNED}{JOINED_BY}"
    if playbook is not None:
        events[old & _is_reopened(leads.frame["stage_class"][tracked], before["stage"], playbook)] += (
            f"{REOPENED}{JOINED_BY}"
        )
    for name in TRACKED:
        events[old & differs(now[name], before[name])] += f"{EVENT_OF[name]}{JOINED_BY}"
    events[~old] = f"{CREATED}{JOINED_BY}"
    told = events != ""
    changed = now[told].assign(event=[event[: -len(JOINED_BY)] for event in events[told]])
    left = known[~pd.Index(known_keys, dtype=object).isin(folded_ids(leads)) & ~gone]
    kept = set() if archive is None or not len(left) else set(folded_ids(archive))
    lost = left.assign(
        changed_at=pd.Timestamp(today).as_unit("s"),
        event=pd.Series([ARCHIVED if key in kept else REMOVED for key in left["key"]], index=left.index, dtype="str"),
        source_of_change=SOURCE,
    )[list(KEYS)]
    # Concatenating an empty frame would take its column types into account.
    parts = [part for part in (changed[list(KEYS)], lost) if len(part)]
    rows: pd.DataFrame = pd.concat(parts, ignore_index=True) if parts else lost.reset_index(drop=True)
    return rows


def _is_reopened(classes: pd.Series[str], before: pd.Series[str], playbook: Playbook) -> npt.NDArray[np.bool_]:
    """Tell which leads are in an open stage now and were in one that ends or parks a deal."""
    codes, words = pd.factorize(before.to_numpy(dtype=object))
    meant = [playbook.stage(str(word)) for word in words]
    ended = np.array([stage is not None and stage.stage_class in _ENDED for stage in meant] + [False], dtype=bool)[
        codes
    ]
    return np.asarray(ended & (classes == StageClass.OPEN.value).to_numpy(), dtype=bool)


def current_state(leads: Typed, standing: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    """Return every lead's tracked state as it is now, in the History columns (``event`` blank)."""
    frame = leads.frame
    named = frame["stage_name"].to_numpy(dtype=object)
    return cleaned(
        pd.DataFrame(
            {
                "changed_at": np.datetime64(today, "s"),
                "lead_id": frame["lead_id"],
                "event": "",
                "stage": np.where(named == "", frame["stage"].to_numpy(dtype=object), named),
                "amount": frame["amount"],
                "close_date": frame["close_date"],
                "owner": frame["owner"],
                "forecast_category": standing["category"],
                "lifecycle": standing["lifecycle"],
                "source_of_change": SOURCE,
            },
            index=frame.index,
        )
    )


def history_since(history: Typed) -> dt.date | None:
    """Return the first day that History knows, None when it is empty."""
    table = ordered(history)
    if table.empty:
        return None
    first: pd.Timestamp = table["day"].min()
    return first.date()
