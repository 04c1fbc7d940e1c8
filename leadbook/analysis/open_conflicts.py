"""Conflicts that the last sync left: issues until somebody has typed into their cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.kept import folded_ids
from leadbook.analysis.touches import spaced_once
from leadbook.model.cells import cell_text, comparable
from leadbook.model.locate import find_table
from leadbook.model.sync_codes import CONFLICTS_TABLE, SYNC_CODES

if TYPE_CHECKING:
    from leadbook.model.issues import Issue
    from leadbook.model.records import Typed
    from leadbook.model.tables import BookContents

_SHOWN = ("Lead ID", "Column", "The master holds", "The copy says", "Copy", "Cell there")


def open_conflicts(contents: BookContents, leads: Typed) -> list[Issue]:
    """Return the conflicts of the sheet Sync whose cell still holds what it held at the sync.

    Parameters
    ----------
    contents : BookContents
    leads : Typed
        The lead is found by its id, wherever its row stands now.
    """
    raw = find_table(contents, CONFLICTS_TABLE)
    if raw is None or leads.table is None or not set(_SHOWN) <= set(raw.headers):
        return []
    columns = [raw.cells[list(raw.headers).index(header)] for header in _SHOWN]
    rows = dict(zip(folded_ids(leads).tolist(), leads.frame.index.tolist(), strict=True))
    keys = {header: key for key, header in leads.headers.items()}
    found: list[Issue] = []
    for lead_id, header, held, theirs, copy, place in zip(*columns, strict=True):
        row = rows.get(spaced_once(cell_text(lead_id).casefold()))
        key = keys.get(cell_text(header), "")
        side = leads.raw if key else leads.extra
        name = key or cell_text(header)
        if row is None or name not in side.columns or name == "lead_id":
            continue
        now = side[name].loc[row]
        if _text(now) != _text(held) or _text(now) == _text(theirs):
            continue
        said = (
            f"{copy} says {cell_text(theirs) or 'nothing'} ({place}), changed there and here differently: type the "
            "right value, or leave this one and give the rep the new master."
        )
        found.append(leads.issue(int(row), key, "LB060", SYNC_CODES["LB060"].severity, said))
    return found


def _text(cell: object) -> str:
    return comparable(cell_text(cell))
