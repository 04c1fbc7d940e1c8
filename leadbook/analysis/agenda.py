"""What stands in the calendar about leads: next steps, first-contact deadlines, revisit dates and offers that end."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.kept import folded_ids
from leadbook.analysis.sla import deadline
from leadbook.analysis.sla_calendars import calendars
from leadbook.analysis.touches import days

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy.typing as npt

    from leadbook.analysis.results import Standing
    from leadbook.model.records import Records

KINDS: dict[str, tuple[str, str]] = {
    "next step": ("next step", "next steps"),
    "first contact": ("first-contact deadline", "first-contact deadlines"),
    "revisit": ("revisit date", "revisit dates"),
    "offer ends": ("offer that ends", "offers that end"),
}
"""What is listed, with how one and several are called."""


def list_agenda(records: Records, standing: Standing, wanted: npt.NDArray[np.bool_], today: dt.date) -> pd.DataFrame:
    """Return the moments that concern the leads, in order.

    Parameters
    ----------
    records : Records
    standing : Standing
    wanted : array of bool, shape (n leads,)
        Whose leads are asked for; archived ones are passed over.
    today : date
        Offers that ended before it are over, and revisit dates before it stay until the lead is looked at.

    Returns
    -------
    DataFrame, one row a moment
        ``place`` (of the lead, from 0), ``kind`` (of `KINDS`), ``at`` (datetime64[s]) and ``timed`` (bool: it has a
        time of day, else it means the whole day).

    Notes
    -----
    Next steps are those of open leads. The first-contact deadline is the moment at which the SLA's working hours will
    have passed, or had, by the Options, the Holidays and the seller's country, of leads that nobody has contacted.
    """
    frame, placed = records.leads.frame, standing.frame
    archived = set(folded_ids(records.archive)) - {""}
    here = wanted & np.fromiter((one not in archived for one in folded_ids(records.leads)), bool, len(frame))
    is_open, parked = placed["open"].to_numpy(), placed["parked"].to_numpy()
    waiting = here & is_open & (placed["sla_step"] != "").to_numpy()
    offer_ends = days(placed["offer_ends"])
    moments = {
        "next step": (here & is_open, frame["next_step_date"].to_numpy().astype("datetime64[s]")),
        "first contact": (waiting, _deadlines(records, placed, waiting, today)),
        "revisit": (here & parked, days(frame["revisit_date"]).astype("datetime64[s]")),
        "offer ends": (here & is_open & (offer_ends >= np.datetime64(today, "D")), offer_ends.astype("datetime64[s]")),
    }
    return in_order_of_time(moments)


def in_order_of_time(
    moments: Mapping[str, tuple[npt.NDArray[np.bool_], npt.NDArray[np.datetime64]]],
) -> pd.DataFrame:
    """Return the moments of each kind in order of time, as `list_agenda` does.

    Parameters
    ----------
    moments : mapping of str to (array of bool, array of datetime64[s]), shape (n leads,) each
        By kind, the leads that have one, and when; those without a moment are left out.
    """
    parts = []
    for kind, (mask, at) in moments.items():
        places = np.flatnonzero(mask & ~np.isnat(at))
        parts.append(pd.DataFrame({"place": places, "kind": kind, "at": at[places]}))
    listed = pd.concat(parts, ignore_index=True)
    at = listed["at"].to_numpy()
    listed["timed"] = at != at.astype("datetime64[D]")
    return listed.sort_values(["at", "place"], kind="stable", ignore_index=True)


def _deadlines(
    records: Records, placed: pd.DataFrame, waiting: npt.NDArray[np.bool_], today: dt.date
) -> npt.NDArray[np.datetime64]:
    created = records.leads.frame["created"].to_numpy().astype("datetime64[s]")
    limits = placed["sla_limit_hours"].to_numpy(dtype=float)
    found = np.full(len(placed), np.datetime64("NaT", "s"))
    if waiting.any():
        for places, free in calendars(records, today):
            mine = places[waiting[places]]
            found[mine] = deadline(created[mine], limits[mine], records.playbook.options, free)
    return found
