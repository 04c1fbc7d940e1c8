"""The last state that two workbooks have in common, as far as the History of both tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.history_rows import ordered
from leadbook.analysis.touches import days, fold

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.records import Typed

KNOWN = ("stage", "amount", "close_date", "owner")
"""Columns of Leads whose values History keeps; category and lifecycle follow from them."""
_TOLD = ("day", "event", "stage", "amount", "close_date", "owner", "forecast_category", "lifecycle")


class Common(Struct, frozen=True):
    """What the History of two workbooks has in common.

    Parameters
    ----------
    state : mapping of str to mapping of str to object
        Lead to its `KNOWN` values (stage and owner case-folded, amount in cents, close date) at the last moment that
        both know; leads without a common row are missing.
    here, there : mapping of str to list of int
        Lead to the rows of the master's and the copy's ordered History that only one of them has.
    since : date or None
        The day of the last common row; None when nothing is common.
    """

    state: dict[str, dict[str, object]]
    here: dict[str, list[int]]
    there: dict[str, list[int]]
    since: dt.date | None


def find_common(here: Typed, there: Typed) -> Common:
    """Compare two Histories lead by lead: the rows from its first on that are the same belong to both.

    Notes
    -----
    Rows are compared by day, event and the six tracked values, not by who wrote them, so that rows a sync brought
    over are common from then on. Both tables are gone through as whole columns.
    """
    mine, theirs = _numbered(here), _numbered(there)
    joined = mine.merge(theirs, on=["key", "number"], how="outer", suffixes=("", "_there"), sort=False)
    one, two = joined["print"].to_numpy(), joined["print_there"].to_numpy()
    same = joined["at"].notna().to_numpy() & joined["at_there"].notna().to_numpy() & (one == two)
    # A lead's rows are common up to the first that is not.
    first = (
        joined.assign(number=np.where(same, np.iinfo(np.int64).max, joined["number"])).groupby("key")["number"].min()
    )
    common = joined["number"].to_numpy() < joined["key"].map(first).to_numpy()
    state: dict[str, dict[str, object]] = {}
    table = ordered(here)
    both = joined[common]
    since: dt.date | None = None
    if len(both):
        last = both.loc[both.groupby("key")["number"].idxmax()]
        at = last["at"].to_numpy().astype(np.int64)
        values = comparable_state(table.iloc[at])
        state = dict(zip(last["key"].tolist(), values, strict=True))
        since = pd.Timestamp(table["day"].iloc[both["at"].to_numpy().astype(np.int64)].max()).date()
    rest = joined[~common]
    return Common(state, _by_lead(rest, "at"), _by_lead(rest, "at_there"), since)


def comparable_state(frame: pd.DataFrame) -> list[dict[str, object]]:
    """Return the `KNOWN` values of leads or rows of History as they are compared, blanks as None."""
    columns: list[list[object]] = []
    for key in KNOWN:
        cells = frame[key]
        if cells.dtype.kind == "M":
            day = days(cells).astype(object).tolist()
            columns.append(day)
        elif cells.dtype.kind == "f":
            columns.append([None if np.isnan(amount) else round(float(amount), 2) for amount in cells])
        else:
            columns.append([text or None for text in fold(cells).tolist()])
    return [dict(zip(KNOWN, values, strict=True)) for values in zip(*columns, strict=True)]


def state_now(leads: Typed) -> list[dict[str, object]]:
    """Return the `KNOWN` values of leads as they stand, compared as History's are."""
    frame = leads.frame
    named = frame["stage_name"].to_numpy(dtype=object)
    stage = np.where(named == "", frame["stage"].to_numpy(dtype=object), named)
    return comparable_state(frame[["amount", "close_date", "owner"]].assign(stage=pd.Series(stage, index=frame.index)))


def _numbered(history: Typed) -> pd.DataFrame:
    """Return a fingerprint of each row, by lead and by its number within the lead."""
    table = ordered(history)
    # Ids given to a second lead bear "(until DAY)#number" in their key, whose number depends on the whole table.
    key = pd.Series(table["key"].to_numpy(dtype=object)).str.replace(r"#\d+$", "", regex=True)
    told = pd.DataFrame({name: _as_text(table[name]) for name in _TOLD})
    made = pd.util.hash_pandas_object(told, index=False) if len(told) else pd.Series([], dtype="uint64")
    return pd.DataFrame(
        {
            "key": key.to_numpy(dtype=object),
            "number": key.groupby(key).cumcount().to_numpy(dtype=np.int64),
            "print": made.to_numpy().astype(object),
            "at": np.arange(len(table), dtype=np.int64),
        }
    )


def _as_text(cells: pd.Series) -> object:
    if cells.dtype.kind == "M":
        return days(cells).astype("datetime64[D]").astype(np.int64)
    if cells.dtype.kind == "f":
        return np.nan_to_num(np.round(cells.to_numpy(), 2), nan=-1e18)
    return fold(cells).astype(object)


def _by_lead(rest: pd.DataFrame, column: str) -> dict[str, list[int]]:
    held = rest[rest[column].notna()]
    found: dict[str, list[int]] = {}
    for key, at in zip(held["key"].tolist(), held[column].astype(np.int64).tolist(), strict=True):
        found.setdefault(key, []).append(at)
    return found
