"""What History knew on a day, and what is true now, in the same shape and the same money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.archived import archived_ids
from leadbook.analysis.history_rows import ordered
from leadbook.analysis.kept import folded_ids
from leadbook.analysis.measure_visits import place_stages
from leadbook.analysis.periods import show_day
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.model.records import Records


def read_changes(records: Records, today: dt.date) -> pd.DataFrame:
    """Return History up to today in time order within each lead, without leads that were merged into others.

    Returns
    -------
    DataFrame, one row a change
        As ``history.ordered`` returns them, but with ``amount`` in base currency (NaN without a rate), and
        ``stage_class`` ("" when unknown) and ``probability`` (the stage's, NaN when unknown).
    """
    table = ordered(records.history, today)
    stages = records.playbook.stages
    place = place_stages(table["stage"], records.playbook)
    # a lead without a stage is open, as in standing
    classes = np.where(
        (table["stage"] == "").to_numpy(),
        StageClass.OPEN.value,
        np.array([*(stage.stage_class.value for stage in stages), ""], dtype=object)[place],
    )
    chances = np.array([*(stage.probability for stage in stages), np.nan])[place]
    amount = table["amount"].to_numpy(dtype=float) * rates_of_leads(records, table["key"])
    table = table.assign(stage_class=classes, probability=chances, amount=amount)
    if merged := archived_ids(records.archive):
        table = table[~table["key"].isin(set(merged))]
    return table


def rates_of_leads(records: Records, keys: pd.Series[str]) -> npt.NDArray[np.float64]:
    """Return what turns the amounts of History, kept in each lead's own currency, into base currency.

    Parameters
    ----------
    records : Records
    keys : Series of str
        Lead ids, case-folded.

    Returns
    -------
    array of float, one a key
        The present rate of the currency the lead has now, so that a new rate is no change of the pipeline.
        History holds no currency, so that of a lead which has left the workbook is only known where all leads
        share one; otherwise NaN, as for a currency without a rate: never 1.
    """
    leads, playbook = records.leads.frame, records.playbook
    base = playbook.options.base_currency
    rates = {base: 1.0, **playbook.rates}
    codes = leads["currency"].where(leads["currency"] != "", base)
    by_code = {code: rates.get(code, np.nan) for code in codes.unique()} or {base: rates[base]}
    by_lead = pd.Series(codes.map(by_code).to_numpy(dtype=float), index=folded_ids(records.leads))
    by_lead = by_lead[~by_lead.index.duplicated()]
    found = by_lead.reindex(keys.to_numpy(dtype=object)).to_numpy(dtype=float, copy=True)
    if len(by_code) == 1:
        found[~keys.isin(by_lead.index).to_numpy()] = next(iter(by_code.values()))
    return found


def without_shared_ids(changes: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Return changes without the leads whose id several rows have now: nobody can tell which is meant."""
    shared = set(deals["key"][deals["key"].duplicated()]) - {""}
    clear: pd.DataFrame = changes[~changes["key"].isin(shared)] if shared else changes
    return clear


def first_day(changes: pd.DataFrame) -> dt.date | None:
    """Return the first day History knows, None when it is empty."""
    return changes["day"].min().date() if len(changes) else None


def state_on(changes: pd.DataFrame, day: dt.date) -> pd.DataFrame:
    """Return every lead's last known state at the end of a day.

    Parameters
    ----------
    changes : DataFrame
        As ``read_changes`` returns them.
    day : date
        Changes on the day itself count.

    Returns
    -------
    DataFrame, index: lead id (case-folded)
        ``stage_class``, ``probability``, ``amount`` (base currency), ``close_date``. Leads that had left the
        workbook by then are absent.
    """
    state = changes.iloc[last_rows(changes, day)].set_index("key")
    return state[["stage_class", "probability", "amount", "close_date"]]


def present_state(deals: pd.DataFrame) -> pd.DataFrame:
    """Return today's state in the shape of ``state_on``; leads that share an id are not tracked."""
    ids = pd.Index(deals["key"], dtype=object, name="key")
    state = pd.DataFrame(
        {
            "stage_class": deals["stage_class"].where(~deals["open"], StageClass.OPEN.value).to_numpy(dtype=object),
            "amount": deals["amount"].to_numpy(dtype=float),
            "close_date": deals["close_date"].to_numpy(),
        },
        index=ids,
    )
    single: pd.DataFrame = state[(ids != "") & ~ids.duplicated(keep=False)]
    return single


def lacks_history(since: dt.date | None, needed: dt.date) -> str:
    """Return why History does not reach back to a day, "" when it does."""
    if since is None:
        return "insufficient history (none yet: it starts with the first refresh)"
    return f"insufficient history (since {show_day(since)})" if since > needed else ""


def last_rows(changes: pd.DataFrame, day: dt.date) -> npt.NDArray[np.intp]:
    """Return the position of each lead's last change up to a day (inclusive), but for leads gone by then."""
    until = changes["day"].to_numpy() <= np.datetime64(day, "s")
    start = np.flatnonzero(changes["starts"].to_numpy())
    if not len(start):
        return start
    # within a lead the changes stand in time order, so those up to the day come first
    known_changes = np.add.reduceat(until.astype(np.intp), start)
    rows = (start + known_changes - 1)[known_changes > 0]
    here: npt.NDArray[np.intp] = rows[~changes["gone"].to_numpy()[rows]]
    return here
