"""What History tells about time: visits to stages and close dates pushed out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.history_events import CREATED, RETURNED
from leadbook.analysis.history_rows import gone_for_good, ordered
from leadbook.analysis.kept import keep
from leadbook.analysis.touches import days, fold

if TYPE_CHECKING:
    from leadbook.model.records import Typed


def visits(history: Typed) -> pd.DataFrame:
    """Return each lead's visits to stages.

    Parameters
    ----------
    history : Typed

    Returns
    -------
    DataFrame, in order of time within each lead
        ``lead_id``, ``stage``, ``entered`` and ``left`` (datetime64, half open; NaT while the visit lasts)
        and ``censored`` (bool: the lead was already there when History first saw it, so the visit began
        earlier than ``entered`` and has no known length). Worked out once for each table and shared: not to be
        changed by the caller.
    """
    found: pd.DataFrame = keep(history, "_visits", lambda: _read_visits(history))
    return found


def _read_visits(history: Typed) -> pd.DataFrame:
    table = ordered(history)
    stage = fold(table["stage"])
    starts, gone = table["starts"].to_numpy(), gone_for_good(table)
    begins = np.ones(len(table), dtype=bool)
    begins[1:] = starts[1:] | gone[:-1] | (stage[1:] != stage[:-1])
    # A removal ends the visit before it; it begins none of its own, though its row repeats the stage.
    runs = table[begins | gone]
    event = fold(runs["event"])
    came_back = np.fromiter((RETURNED in text for text in event), dtype=bool, count=len(event))
    known_start = np.fromiter((CREATED in text or "stage" in text for text in event), dtype=bool, count=len(event))
    left = np.full(len(runs), np.datetime64("NaT", "D"), dtype="datetime64[s]")
    left[:-1] = np.where(runs["starts"].to_numpy()[1:], np.datetime64("NaT", "D"), runs["day"].to_numpy()[1:])
    # One spelling for each lead, its first: "l-7" further down is the same lead as "L-7".
    names = table["lead_id"].to_numpy(dtype=object)[starts]
    found = pd.DataFrame(
        {
            "lead_id": names[np.cumsum(runs["starts"].to_numpy()) - 1],
            "stage": runs["stage"].to_numpy(),
            "entered": runs["day"].to_numpy(),
            "left": left,
            "censored": (runs["starts"].to_numpy() & ~known_start) | came_back,
        }
    )
    stays: pd.DataFrame = found[~gone[begins | gone]]
    return stays.reset_index(drop=True)


def pushes(history: Typed) -> pd.Series[int]:
    """Return how often each lead's close date moved into a later month.

    Parameters
    ----------
    history : Typed

    Returns
    -------
    Series of int, index ``lead_id``
        0 for a lead whose close date never did. A close date blanked and filled again is compared with the
        last one it had.
    """
    table = ordered(history)
    counted = close_month_pushes(table)
    return pd.Series(
        np.add.reduceat(counted, np.flatnonzero(table["starts"])) if len(table) else np.array([], dtype=np.int64),
        index=pd.Index(table["lead_id"][table["starts"]], name="lead_id"),
        name="pushes",
        dtype="int64",
    )


def close_month_pushes(table: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Return for each row of `ordered` history 1 where its close date lies in a later month than before."""
    months = days(table["close_date"]).astype("datetime64[M]")
    blank = np.isnat(months)
    position = np.where(blank, -1, np.arange(len(months)))
    last = np.maximum.accumulate(position) if len(months) else position
    first_row = np.maximum.accumulate(np.where(table["starts"].to_numpy(), np.arange(len(months)), 0))
    pushed = np.zeros(len(months), dtype=np.int64)
    before = last[:-1]
    comparable = (before >= first_row[1:]) & ~blank[1:]
    pushed[1:] = comparable & (months[1:] > months[np.maximum(before, 0)])
    return pushed
