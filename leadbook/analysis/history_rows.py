"""The rows of History as they can be used: cleaned, in order, whatever was done to them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leadbook.analysis.kept import folded_ids, keep
from leadbook.analysis.touches import all_spaced_once, days, fold
from leadbook.model.columns import HISTORY

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.model.records import Typed

TRACKED = ("stage", "amount", "close_date", "owner", "forecast_category", "lifecycle")
"""What is watched on each lead; a change of any of them is one row."""
FIRST_SEEN, CREATED, REMOVED, RETURNED = "first seen", "created", "removed", "returned"
MERGED, UNMERGED = "merged", "unmerged"
KEYS = tuple(column.key for column in HISTORY)


def ordered(history: Typed, as_of: dt.date | None = None) -> pd.DataFrame:
    """Return the usable rows of History, oldest first within each lead.

    Parameters
    ----------
    history : Typed
        In any order; rows without a lead id or a readable date are left out.
    as_of : date or None
        Rows dated later are left out; None keeps all.

    Returns
    -------
    DataFrame
        The columns of History, cleaned, and ``key`` (the lead id case-folded), ``code`` (a number for it), ``day``
        (datetime64[s]) and bools ``starts`` (first row of its lead) and ``gone`` (the lead was removed, or merged
        into another).
        Rows of one day keep the order they stand in; repeated rows change nothing and stay. It is put in
        order once for each table and shared: not to be changed by the caller.
    """
    table: pd.DataFrame = keep(history, "_ordered", lambda: _put_in_order(history))
    if as_of is None:
        return table
    # Within a lead the rows stand in time order, so what stays of it still begins with its first row.
    known = table["day"].to_numpy() <= np.datetime64(as_of, "s")
    return table if known.all() else table[known]


def _put_in_order(history: Typed) -> pd.DataFrame:
    frame = history.frame
    keys = folded_ids(history)
    day = days(frame["changed_at"])
    usable = (keys != "") & ~np.isnat(day)
    moments = frame["changed_at"].to_numpy().astype("datetime64[s]").astype(np.int64)
    codes, _ = pd.factorize(keys)
    order = np.lexsort((moments, codes))
    order = order[usable[order]]
    table = cleaned(frame[list(KEYS)].iloc[order])
    code = codes[order]
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = code[1:] != code[:-1]
    table["key"] = keys[order]
    table["code"] = code
    table["day"] = day[order].astype("datetime64[s]")
    table["starts"] = starts
    table["gone"] = np.isin(fold(table["event"]).astype(str), (REMOVED, MERGED))
    return table


def gone_for_good(table: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Tell which rows of `ordered` history end a stay in a stage: a merge taken back is as if it had never been."""
    gone = table["gone"].to_numpy()
    at = np.flatnonzero(gone[:-1] & ~table["starts"].to_numpy()[1:])
    if not len(at):
        return gone
    event = table["event"]
    undone = (fold(event.iloc[at]) == MERGED) & (fold(event.iloc[at + 1]) == UNMERGED)
    gone = gone.copy()
    gone[at[undone]] = False
    return gone


def cleaned(frame: pd.DataFrame) -> pd.DataFrame:
    """Return columns of History as they are compared: text with single spaces, cents, whole days."""
    made: dict[str, object] = {}
    for key in frame.columns:
        cells = frame[key]
        if cells.dtype.kind == "M":
            made[key] = days(cells).astype("datetime64[s]")
        elif cells.dtype.kind == "f":
            made[key] = np.round(cells.to_numpy(), 2)
        else:
            made[key] = _single_spaced(cells)
    return pd.DataFrame(made, index=frame.index)


def trackable(leads: Typed) -> npt.NDArray[np.bool_]:
    """Tell which leads have an id that no other lead has."""
    keys = pd.Series(folded_ids(leads), dtype=object)
    return np.asarray((keys != "") & ~keys.duplicated(keep=False), dtype=bool)


def differs(one: pd.Series[Any], other: pd.Series[Any]) -> npt.NDArray[np.bool_]:
    """Tell where two columns differ, row by row; two blanks are equal."""
    if one.dtype.kind == "M":
        left, right = days(one), days(other)
        return np.asarray((left != right) & ~(np.isnat(left) & np.isnat(right)), dtype=bool)
    if one.dtype.kind == "f":
        mine, theirs = one.to_numpy(), other.to_numpy()
        return np.asarray((np.round(mine, 2) != np.round(theirs, 2)) & ~(np.isnan(mine) & np.isnan(theirs)), dtype=bool)
    return np.asarray(fold(one) != fold(other), dtype=bool)


def _single_spaced(cells: pd.Series[Any]) -> pd.Series[Any]:
    codes, words = pd.factorize(cells.to_numpy(dtype=object))
    spaced = np.array([*all_spaced_once([str(word) for word in words]), ""], dtype=object)
    return pd.Series(spaced[codes], index=cells.index, dtype="str")
