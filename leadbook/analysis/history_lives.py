"""Lead ids that were given to another lead: what shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.history_rows import UNTIL, ordered, trackable
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.periods import show_day
from leadbook.analysis.touches import days

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.records import Typed


def reused_ids(history: Typed, leads: Typed, today: dt.date) -> list[tuple[int, str]]:
    """Return the leads that came after another lead of the same id, each with a sentence.

    Parameters
    ----------
    history, leads : Typed
    today : date

    Returns
    -------
    list of (Excel row, sentence)

    Notes
    -----
    Either History saw the earlier lead leave and the lead's Created lies after that day, so the two are told apart;
    or a refresh had seen the id already two days or more before the lead's Created, so that nobody can tell whether
    a row was overtyped or the date corrected.
    """
    table = ordered(history, today)
    if table.empty:
        return []
    starts = table["starts"].to_numpy()
    last = np.ones(len(table), dtype=bool)
    last[:-1] = starts[1:]
    created = days(leads.frame["created"])
    asked = np.flatnonzero(trackable(leads) & ~np.isnat(created) & (created <= np.datetime64(today, "D")))
    place = pd.Index(table["key"].to_numpy(dtype=object)[last]).get_indexer(pd.Index(folded_ids(leads)[asked]))
    asked, place = asked[place >= 0], place[place >= 0]
    first_day = days(table["day"])[starts][place]
    last_day = days(table["day"])[last][place]
    gone = table["gone"].to_numpy()[last][place]
    seen = (table["source_of_change"] == "refresh").to_numpy()[starts][place]
    came = created[asked]
    another = gone & (came > last_day)
    doubtful = ~another & seen & (came > first_day + 1)
    rows, ids = leads.frame.index.to_numpy(), leads.frame["lead_id"].to_numpy(dtype=object)
    told: dict[int, str] = {}
    for at, left in zip(asked[another].tolist(), last_day[another].tolist(), strict=True):
        told[at] = (
            f"{ids[at]} was the ID of a lead that left on {show_day(left)}; this one was created later and is counted "
            "as another. Better give it an ID of its own."
        )
    for at, since in zip(asked[doubtful].tolist(), first_day[doubtful].tolist(), strict=True):
        told[at] = (
            f"{ids[at]} is known since {show_day(since)}, but this lead was created on "
            f"{show_day(created[at].item())}: correct the date, or give it an ID of its own if it is another lead."
        )
    former = table["lead_id"][last & table["former"].to_numpy()].tolist()
    was = {str(name).rpartition(UNTIL)[0].casefold(): str(name) for name in former}
    for at, key in enumerate(folded_ids(leads).tolist()) if was else ():
        if key in was:
            told.setdefault(at, f"{ids[at]} was the ID of another lead before: {was[key]} is counted apart from it.")
    return [(int(rows[at]), told[at]) for at in sorted(told)]
