"""The rows of History as they can be used: cleaned, in order, whatever was done to them by hand."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd

from leadbook.analysis.history_days import put_days_in_order
from leadbook.analysis.history_events import ARCHIVED, CREATED, MERGED, REMOVED, UNMERGED, named_fields
from leadbook.analysis.kept import coded_ids, folded_ids, keep
from leadbook.analysis.periods import show_day
from leadbook.analysis.touches import all_spaced_once, days, fold
from leadbook.model.columns import HISTORY

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.model.records import Typed

TRACKED = ("stage", "amount", "close_date", "owner", "forecast_category", "lifecycle")
"""What is watched on each lead; a change of any of them is one row."""
_ASKED = 100  # texts that are looked at before a whole column is
UNTIL = " (until "
"""Stands behind the id of a lead whose id another lead has now."""
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
        (datetime64[s]) and bools ``starts`` (first row of its lead), ``gone`` (the lead was removed, archived, or
        merged into another) and ``mended`` (a cell was blank that the row's Event does not name: a half-deleted
        row, which takes the cell of the row before it) and ``former`` (a lead whose id another one has now).
        Rows of one day keep the order they stand in, unless their Events tell another one; repeated rows change
        nothing and stay. An id that was given
        to another lead after its first was removed is two leads here, the first with "(until DAY)" behind its id.
        It is put in order once for each table and shared: not to be changed by the caller.
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
    codes, _ = coded_ids(history)
    order = _in_time(codes, moments)
    order = order[usable[order]]
    table = cleaned(frame[list(KEYS)].iloc[order])
    turned = put_days_in_order(table, codes[order], day[order], TRACKED)
    if turned is not None:
        table, order = table.iloc[turned], order[turned]
    code = codes[order]
    starts = np.ones(len(order), dtype=bool)
    starts[1:] = code[1:] != code[:-1]
    event_codes, words = pd.factorize(fold(table["event"]))
    gone = np.array([word in _GONE for word in words], dtype=bool)[event_codes]
    table["key"] = keys[order]
    table["code"] = code
    table["day"] = day[order].astype("datetime64[s]")
    table["starts"] = starts
    table["gone"] = gone
    table["former"] = False
    comes = np.array([CREATED in word for word in words], dtype=bool)[event_codes]
    comes[1:] &= gone[:-1] & ~starts[1:]
    if comes[1:].any():
        _tell_lives_apart(table, np.flatnonzero(comes[1:]) + 1)
    _mend(table, event_codes, [named_fields(str(word)) for word in words])
    return table


_GONE = (REMOVED, MERGED, ARCHIVED)


def _in_time(codes: npt.NDArray[np.intp], moments: npt.NDArray[np.int64]) -> npt.NDArray[np.intp]:
    """Return the order by lead, then by time; rows of one moment as they stand."""
    if len(moments) and (moments[1:] >= moments[:-1]).all():
        return np.argsort(codes, kind="stable")  # as refreshes leave it, in a fifth of the time
    return np.lexsort((moments, codes))


def _tell_lives_apart(table: pd.DataFrame, begins: npt.NDArray[np.intp]) -> None:
    """Make the rows before a second lead of the same id those of a lead of their own, in place."""
    lead_ids, keys = table["lead_id"].to_numpy(dtype=object).copy(), table["key"].to_numpy(dtype=object).copy()
    code, starts = table["code"].to_numpy().copy(), table["starts"].to_numpy().copy()
    ended, former = table["day"].to_numpy(), np.zeros(len(table), dtype=bool)
    starts[begins] = True
    first = np.flatnonzero(starts)
    for number, at in enumerate(begins.tolist(), start=int(code.max()) + 1):
        since = int(first[np.searchsorted(first, at) - 1])
        until = f"{UNTIL}{show_day(ended[at - 1].astype('datetime64[D]').item())})"
        lead_ids[since:at] = [f"{lead_id}{until}" for lead_id in lead_ids[since:at]]
        keys[since:at] = [f"{key}{until.casefold()}#{number}" for key in keys[since:at]]
        code[since:at] = number
        former[since:at] = True
    table["lead_id"] = pd.Series(lead_ids, index=table.index, dtype="str")
    table["key"], table["code"], table["starts"], table["former"] = keys, code, starts, former


def _mend(table: pd.DataFrame, event_codes: npt.NDArray[np.intp], named: list[frozenset[str] | None]) -> None:
    """Fill, in place, cells that are blank though the row's Event does not say that they changed."""
    rows = np.arange(len(table))
    mended = np.zeros(len(table), dtype=bool)
    starts = table["starts"].to_numpy()
    for key in TRACKED:
        cells = table[key]
        blank = (cells.isna() if cells.dtype.kind in "Mf" else cells == "").to_numpy()
        unnamed = np.array([fields is not None and key not in fields for fields in named], dtype=bool)[event_codes]
        gaps = blank & unnamed & ~starts
        # Where the row before is blank too there is nothing to take, as in a list without amounts.
        if not (gaps[1:] & ~blank[:-1]).any():
            continue
        source = np.maximum.accumulate(np.where(gaps, 0, rows))
        table[key] = cells.to_numpy()[source] if cells.dtype.kind in "Mf" else cells.iloc[source].to_numpy()
        mended |= gaps & ~blank[source]
    table["mended"] = mended


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
    # One look at a column of ids as a whole spares telling them apart; names of stages and people mostly have spaces.
    first = cells.iloc[:_ASKED].tolist()
    if all(isinstance(text, str) and " " not in text for text in first) and not cells.hasnans:
        whole = "".join(cells.to_numpy(dtype=object))
        if " " not in whole and whole.isprintable():
            return cells
    codes, words = pd.factorize(cells.to_numpy(dtype=object))
    spaced = np.array([*all_spaced_once([str(word) for word in words]), ""], dtype=object)
    return pd.Series(spaced[codes], index=cells.index, dtype="str")
