"""Lead ids that were given to another lead: what shows it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.history_events import CREATED, FIRST_SEEN
from leadbook.analysis.history_rows import UNTIL, ordered, trackable
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.periods import show_day
from leadbook.analysis.touches import days

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.model.records import Typed


def reused_ids(history: Typed, leads: Typed, today: dt.date, most: int) -> tuple[npt.NDArray[np.int64], list[str]]:
    """Return the leads that came after another lead of the same id, each with a sentence.

    Parameters
    ----------
    history, leads : Typed
    today : date
    most : int
        With more leads than these no sentences are made.

    Returns
    -------
    (array of Excel rows, list of str)

    Notes
    -----
    Either History saw the earlier lead leave and the lead's Created lies after that day, so the two are told apart;
    or a refresh had seen the id already two days or more before the lead's Created, so that nobody can tell whether
    a row was overtyped or the date corrected.
    """
    table = ordered(history, today)
    if table.empty:
        return np.zeros(0, dtype=np.int64), []
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
    doubtful = ~another & seen & (came > first_day + np.timedelta64(1, "D"))
    if doubtful.any():
        # A refresh with an earlier date saw leads before they were there, and a later one tells them anew.
        begins = table["event"].str.casefold().isin((CREATED, FIRST_SEEN)).to_numpy()
        last_begun = table["day"].where(begins).groupby(np.cumsum(starts)).max().to_numpy()[place]
        doubtful &= ~(last_begun.astype("datetime64[D]") >= came)
    rows, ids = leads.frame.index.to_numpy(), leads.frame["lead_id"].to_numpy(dtype=object)
    former = table["lead_id"][last & table["former"].to_numpy()].tolist()
    was = {str(name).rpartition(UNTIL)[0].casefold(): str(name) for name in former}
    again = np.flatnonzero(pd.Index(folded_ids(leads), dtype=object).isin(list(was))) if was else asked[:0]
    places = np.unique(np.concatenate([asked[another | doubtful], again]))
    if len(places) > most:
        return rows[places], []
    told: dict[int, str] = {
        at: f"{ids[at]} was the ID of another lead before: {was[folded_ids(leads)[at]]} is counted apart from it."
        for at in again.tolist()
    }
    for at, since in zip(asked[doubtful].tolist(), first_day[doubtful].tolist(), strict=True):
        told[at] = (
            f"{ids[at]} is known since {show_day(since)}, but this lead was created on "
            f"{show_day(created[at].item())}: correct the date, or give it an ID of its own if it is another lead."
        )
    for at, left in zip(asked[another].tolist(), last_day[another].tolist(), strict=True):
        told[at] = (
            f"{ids[at]} was the ID of a lead that left on {show_day(left)}; this one was created later and is counted "
            "as another. Better give it an ID of its own."
        )
    return rows[places], [told[at] for at in places.tolist()]
