"""The leads that wait: parked ones and those that should be, what is proposed for each, and when to look again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.today_list import UNKNOWN
from leadbook.analysis.touches import days

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt
    import pandas as pd

    from leadbook.analysis.results import Scores, Standing
    from leadbook.model.records import Records

STATES = ("buyer is back", "archive proposed", "nurture proposed", "revisit due", "no revisit date", "waiting")
"""Why a lead is listed, the most pressing first."""


class NurtureList(Struct, frozen=True):
    """The leads on a nurture track.

    Parameters
    ----------
    rows : DataFrame, index: Excel rows, the most pressing first, then by the day to look again
        The columns of the standing, ``owner`` (one spelling each; "Unknown" where blank), ``temperature``, ``state``
        (one of `STATES`), ``look_again`` (datetime64: the Revisit Date, else the one proposed) and ``proposed`` (bool:
        whether it is only proposed).
    more : int
        Leads that there was no room for.
    """

    rows: pd.DataFrame
    more: int


def list_nurture(
    records: Records, scores: Scores, standing: Standing, counted: npt.NDArray[np.bool_], today: dt.date, *, most: int
) -> NurtureList:
    """Return the parked leads, and the open ones for which nurture or the archive is proposed.

    Parameters
    ----------
    records : Records
    scores : Scores
    standing : Standing
    counted : array of bool, shape (n leads,)
        The leads that are not in the archive.
    today : date
    most : int
        Leads listed at most.
    """
    leads, frame = records.leads.frame, standing.frame
    parked = frame["parked"].to_numpy()
    revisit = days(leads["revisit_date"])
    flags = {key: frame[key].to_numpy() for key in ("reengaged", "dead", "recycle")}
    state = np.select(
        [*flags.values(), revisit <= np.datetime64(today, "D"), np.isnat(revisit)],
        range(len(STATES) - 1), len(STATES) - 1,
    )  # fmt: skip
    wanted = np.flatnonzero(counted & (parked | flags["dead"] | flags["recycle"]))
    proposed = np.isnat(revisit)
    again = np.where(proposed, days(frame["revisit"]), revisit)
    order = np.lexsort((wanted, again[wanted], state[wanted]))[:most]
    places = wanted[order]
    owners = leads["owner"].take(places).astype(object)
    spelled = spell_groups(owners.where(owners != "", UNKNOWN), [rep.owner for rep in records.playbook.reps])
    rows = frame.take(places).assign(
        owner=spelled.to_numpy(dtype=object),
        temperature=scores.frame["temperature"].to_numpy(dtype=object)[places],
        state=np.array(STATES, dtype=object)[state[places]],
        look_again=again[places].astype("datetime64[s]"),
        proposed=proposed[places],
    )
    return NurtureList(rows, len(wanted) - len(places))
