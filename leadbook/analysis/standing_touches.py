"""Each lead's activities in sum: when it was last touched, what is planned, how often it was tried."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.touches import days

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.touches import LeadKeys, Touches
    from leadbook.model.records import Records

_NEVER = np.datetime64("NaT", "s")


def sum_touches(records: Records, read: Touches) -> pd.DataFrame:
    """Return what the activities and the dates of each lead say about contact.

    Parameters
    ----------
    records : Records
    read : Touches
        Dates after its day are no contact yet.

    Returns
    -------
    DataFrame, index as the leads; datetimes are NaT when there is none
        ``last_touch`` (the latest of Last Activity, First Contacted and the completed activities),
        ``planned`` (the earliest activity still to come), ``contacted`` (the earlier of First Contacted and
        the first attempt, with its time of day), ``two_way`` (the last time the buyer took part),
        ``attempts`` (since then), ``first_seen`` (the earliest activity), ``answered`` (bool: the buyer took
        part other than by a request), ``proposal`` and ``demo`` (the last one given), and ``touch_before`` (the last
        activity before the day on which the buyer last took part).
    """
    keys, touches = read.keys, read.frame
    frame = records.leads.frame
    done = touches[touches["done"].to_numpy()]
    attempts = done[done["attempt"].to_numpy()]
    two_way = done[done["two_way"].to_numpy()]
    two_way_by_id = _extreme(two_way, "day", keys, latest=True)
    silent_since = two_way_by_id[attempts["code"].to_numpy()]
    unanswered = np.isnat(silent_since) | (attempts["day"].to_numpy() > silent_since)
    tries = np.bincount(attempts["code"].to_numpy()[unanswered], minlength=len(keys.names))
    answered = np.zeros(len(keys.names), dtype=bool)
    answered[two_way["code"].to_numpy()[(two_way["kind"] != "request").to_numpy()]] = True
    limit = np.datetime64(read.today, "D")
    logged = keys.spread(_extreme(done, "day", keys, latest=True), _NEVER)
    first_contacted = _until(frame["first_contacted"].to_numpy().astype("datetime64[s]"), limit)
    last_activity = _until(days(frame["last_activity"]).astype("datetime64[s]"), limit)
    first_day = first_contacted.astype("datetime64[D]").astype("datetime64[s]")
    proposals = done[(done["kind"] == "proposal").to_numpy() & ~done["inbound"].to_numpy()]
    demos = done[(done["kind"] == "demo").to_numpy()]
    return pd.DataFrame(
        {
            "last_touch": np.fmax(np.fmax(logged, last_activity), first_day),
            "planned": keys.spread(_extreme(touches[touches["planned"]], "day", keys, latest=False), _NEVER),
            "contacted": np.fmin(first_contacted, keys.spread(_extreme(attempts, "at", keys, latest=False), _NEVER)),
            "two_way": keys.spread(two_way_by_id, _NEVER),
            "attempts": keys.spread(tries, 0),
            "first_seen": keys.spread(_extreme(done, "day", keys, latest=False), _NEVER),
            "answered": keys.spread(answered, False),
            "proposal": keys.spread(_extreme(proposals, "day", keys, latest=True), _NEVER),
            "touch_before": keys.spread(_touch_before(done, two_way_by_id, keys), _NEVER),
            "demo": keys.spread(_extreme(demos, "day", keys, latest=True), _NEVER),
        },
        index=frame.index,
    )


def _touch_before(
    done: pd.DataFrame, two_way_by_id: npt.NDArray[np.datetime64], keys: LeadKeys
) -> npt.NDArray[np.datetime64]:
    """Return the last completed activity of each id before the day on which its buyer last took part, else NaT."""
    codes, day = done["code"].to_numpy(), done["day"].to_numpy().astype("datetime64[s]")
    earlier = day < two_way_by_id[codes]
    blank = np.iinfo(np.int64).min
    found = np.full(len(keys.names), blank, dtype=np.int64)
    np.maximum.at(found, codes[earlier], day[earlier].astype(np.int64))
    return found.astype("datetime64[s]")  # numpy's NaT is that smallest number


def _extreme(touches: pd.DataFrame, column: str, keys: LeadKeys, *, latest: bool) -> npt.NDArray[np.datetime64]:
    """Return the latest or earliest moment for each id, NaT for an id without any."""
    blank = np.iinfo(np.int64).min if latest else np.iinfo(np.int64).max
    found = np.full(len(keys.names), blank, dtype=np.int64)
    moments = touches[column].to_numpy().astype("datetime64[s]").astype(np.int64)
    (np.maximum if latest else np.minimum).at(found, touches["code"].to_numpy(), moments)
    made = found.astype("datetime64[s]")
    made[found == blank] = _NEVER
    return made


def _until(moments: npt.NDArray[np.datetime64], limit: np.datetime64) -> npt.NDArray[np.datetime64]:
    return np.where(moments.astype("datetime64[D]") <= limit, moments, _NEVER)
