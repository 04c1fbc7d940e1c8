"""Ids for leads that have none yet."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.analysis.kept import coded_ids
from leadbook.analysis.touches import fold

if TYPE_CHECKING:
    from leadbook.model.records import Typed

_PATTERN = re.compile(r"l-(\d{1,15})")


def assign_lead_ids(leads: Typed, *known: Typed) -> dict[int, str]:
    """Return an id for each lead that has none: ``L-0001`` and so on.

    Parameters
    ----------
    leads : Typed
    *known : Typed
        Further tables with lead ids (History, Archive, Activities, Quote Lines): an id that stood on a lead
        once is never given to another.

    Returns
    -------
    dict of int to str
        Excel row to new id. Rows that have an id are not in it.

    Notes
    -----
    Numbers go on after the highest in use, whatever its leading zeros, with at least four digits.
    """
    codes, names = coded_ids(leads)
    blank = leads.frame.index[(names == "")[codes]].tolist()
    if not blank:
        return {}
    highest = 0
    for table in (leads, *known):
        if "lead_id" in table.frame.columns:
            for text in set(fold(table.frame["lead_id"]).tolist()):
                if found := _PATTERN.fullmatch(text):
                    highest = max(highest, int(found[1]))
    return {int(row): f"L-{highest + step:04d}" for step, row in enumerate(blank, start=1)}
