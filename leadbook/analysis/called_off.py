"""What a calendar may still show of leads that were closed, parked or archived lately."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.agenda import in_order_of_time
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.touches import days
from leadbook.model.leads import type_table
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping

    import numpy.typing as npt
    import pandas as pd

    from leadbook.analysis.results import Standing
    from leadbook.model.records import Records

LATELY_DAYS = 30
_STILL_WORKED_ON = frozenset({"", StageClass.OPEN.value})


def list_called_off(
    records: Records, standing: Standing, agenda: pd.DataFrame, wanted: npt.NDArray[np.bool_], today: dt.date
) -> pd.DataFrame:
    """Return the moments of leads that were closed or parked in the last `LATELY_DAYS` days.

    Parameters
    ----------
    records : Records
    standing : Standing
    agenda : DataFrame
        What `agenda.list_agenda` lists; nothing of it is called off.
    wanted : array of bool, shape (n leads,)
        Whose leads are asked for.
    today : date
        What is dated later has not happened.

    Returns
    -------
    DataFrame, one row a moment
        As ``agenda``. ``at`` is the moment as far as the lead still says it, else the day it was closed or parked.

    Notes
    -----
    Nobody knows what an earlier calendar showed, so every kind that may have stood there is listed: a next step always,
    as it is often cleared when a lead is closed; a first contact if there was none; a revisit date and the end of an
    offer where there are such. A lead was closed on its close date or the day its stage was entered, whichever is
    later.
    """
    frame, placed = records.leads.frame, standing.frame
    since, closed = days(placed["stage_since"]), days(frame["close_date"])
    left = np.where(placed["parked"].to_numpy(), since, np.fmax(since, _past(closed, today)))
    archived = set(folded_ids(records.archive)) - {""}
    here = wanted & np.fromiter((one not in archived for one in folded_ids(records.leads)), bool, len(frame))
    here &= ~frame["stage_class"].isin(_STILL_WORKED_ON).to_numpy() & _lately(left, today)
    found = _moments(frame, left, {"offer ends": days(placed["offer_ends"])}, here)
    listed = set(zip(agenda["place"].tolist(), agenda["kind"].tolist(), strict=True))
    pairs = zip(found["place"].tolist(), found["kind"].tolist(), strict=True)
    return found[np.fromiter((pair not in listed for pair in pairs), bool, len(found))].reset_index(drop=True)


def archived_lately(records: Records, today: dt.date, *, date_system: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return the leads that went to the Archive in the last `LATELY_DAYS` days, and their moments.

    Parameters
    ----------
    records : Records
    today : date
    date_system : int
        The workbook's, 1900 or 1904.

    Returns
    -------
    (DataFrame, DataFrame)
        The leads with the columns of Leads, as the Archive has them, and the moments as `list_called_off` returns
        them, ``place`` in the first one.
    """
    archive = records.archive.frame
    gone = archive[_lately(days(archive["archived_at"]), today) & (archive["lead_id"] != "").to_numpy()]
    raw = None if gone.empty else records.archive.table
    frame = type_table(raw, "Leads", records.playbook, date_system=date_system)[0].frame
    frame = frame.loc[frame.index.intersection(gone.index)]
    gone = gone.loc[frame.index]
    frame = frame.assign(lead_id=gone["lead_id"])
    left = days(gone["archived_at"])
    return frame, _moments(frame, left, {"offer ends": left}, np.ones(len(frame), dtype=bool))


def _moments(
    frame: pd.DataFrame,
    left: npt.NDArray[np.datetime64],
    more: Mapping[str, npt.NDArray[np.datetime64]],
    here: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    def moments(key: str) -> npt.NDArray[np.datetime64]:
        return np.asarray(frame[key].to_numpy().astype("datetime64[s]"))

    def else_left(at: npt.NDArray[np.datetime64]) -> npt.NDArray[np.datetime64]:
        return np.where(np.isnat(at), left.astype("datetime64[s]"), at)

    nobody = np.isnat(moments("first_contacted"))
    kinds = {
        "next step": else_left(moments("next_step_date")),
        "first contact": np.where(nobody, else_left(moments("created")), np.datetime64("NaT", "s")),
        "revisit": moments("revisit_date"),
        **{kind: at.astype("datetime64[s]") for kind, at in more.items()},
    }
    return in_order_of_time({kind: (here, at) for kind, at in kinds.items()})


def _past(day: npt.NDArray[np.datetime64], today: dt.date) -> npt.NDArray[np.datetime64]:
    return np.where(day <= np.datetime64(today, "D"), day, np.datetime64("NaT", "D"))


def _lately(day: npt.NDArray[np.datetime64], today: dt.date) -> npt.NDArray[np.bool_]:
    now = np.datetime64(today, "D")
    return np.asarray((day >= now - np.timedelta64(LATELY_DAYS, "D")) & (day <= now))
