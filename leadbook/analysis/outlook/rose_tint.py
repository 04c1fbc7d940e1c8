"""Rose tint: what was weighted and called at the start of past months, against what came of those deals."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.history_states import first_day, last_rows, read_changes, without_shared_ids
from leadbook.analysis.measure_deals import UNKNOWN, falls_in
from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.periods import month_of, show_day
from leadbook.model.playbook import Category, StageClass

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.analysis.periods import Period
    from leadbook.model.records import Records

MOST_MONTHS = 12
FEWEST_DEALS = 20
"""A rep or stage with fewer judged deals is shown, but says too little to be cut by its own bias."""
_CALM_DEALS = 10


class RoseTint(Struct, frozen=True):
    """How much of what was promised came.

    Parameters
    ----------
    owners, stages : DataFrame, one row a rep or a stage as it was then
        ``name``, ``deals``, ``called`` (amount in Commit), ``called_came`` (of it), ``called_bias``, ``weighted``,
        ``came``, ``bias`` ((weighted - came) ÷ came, NaN where nothing came), ``keeps`` (the share of the weighted
        amount to believe, drawn to everybody's by 10 deals).
    weighted : float
        Weighted amount of the open deals due in the quarter under way.
    haircut : float
        What is cut off it, by each rep's own past; NaN with insufficient history.
    months : int
        How many past months were judged.
    why_not : str
        "" or "insufficient history (since 3 Nov 2026)".
    """

    owners: pd.DataFrame
    stages: pd.DataFrame
    weighted: float
    haircut: float
    months: int
    why_not: str = ""


COLUMNS = ("name", "deals", "called", "called_came", "called_bias", "weighted", "came", "bias", "keeps")


def measure_rose_tint(records: Records, deals: pd.DataFrame, quarter: Period, today: dt.date) -> RoseTint:
    """Return the bias of each rep and stage, and the haircut it makes on the quarter under way.

    Parameters
    ----------
    records : Records
    deals : DataFrame
        As ``collect_deals`` returns them.
    quarter : Period
        The one under way.
    today : date

    Notes
    -----
    Judged are the deals that were open and due in a finished month at its start, by History, over at most twelve
    months. Said: Σ amount then x the stage's present probability, and Σ amount of those in Commit. Came: Σ amount of
    those of them that were won in the month. keeps = (came + 10 deals' worth at everybody's share) ÷ (weighted + 10
    deals' worth). Haircut = Σ weighted amount due this quarter x (1 - keeps of its rep).
    """
    changes = without_shared_ids(read_changes(records, today), deals)
    since = first_day(changes)
    judged, seen = judge_months(records, changes, deals, today)
    due = deals["open"] & falls_in(deals["close_date"], quarter) & (deals["close_date"] >= pd.Timestamp(today))
    weighted = (deals["amount"] * deals["stage_win"]).where(due, 0.0).fillna(0.0)
    total = float(weighted.sum())
    if len(seen) < FEWEST_DEALS or not float(seen["weighted"].sum()) > 0:
        none = pd.DataFrame(columns=list(COLUMNS))
        known = f"since {show_day(since)}" if since else "none yet: it starts with the first refresh"
        were = "deal was" if len(seen) == 1 else "deals were"
        why = f"insufficient history ({known}; {len(seen)} {were} due in a finished month at its start)"
        return RoseTint(none, none, total, np.nan, len(judged), why)
    owners, stages = _summed(seen, "owner"), _summed(seen, "stage")
    names = spell_groups(deals["owner"], [rep.owner for rep in records.playbook.reps])
    everybody = float(seen["came"].sum()) / float(seen["weighted"].sum())
    keeps = names.map(dict(zip(owners["name"], owners["keeps"], strict=True))).astype(float).fillna(everybody)
    haircut = float((weighted * (1 - keeps)).sum())
    return RoseTint(owners, stages, total, haircut, len(judged))


def judge_months(
    records: Records, changes: pd.DataFrame, deals: pd.DataFrame, today: dt.date
) -> tuple[list[Period], pd.DataFrame]:
    """Return the finished months that History covers, and every deal that was due in one of them at its start.

    Parameters
    ----------
    records : Records
    changes : DataFrame
        As ``read_changes`` returns them, without shared ids.
    deals : DataFrame
    today : date

    Returns
    -------
    list of Period, DataFrame
        The second with ``owner``, ``stage``, ``called``, ``called_came``, ``weighted`` and ``came``, one row a deal and
        month; empty, without columns, where no month can be judged.
    """
    since = first_day(changes)
    months = [month_of(today, -back) for back in range(1, MOST_MONTHS + 1)]
    judged = [month for month in months if since is not None and since <= month.start]
    return judged, _seen(changes, deals, judged, records) if judged else pd.DataFrame()


def _seen(changes: pd.DataFrame, deals: pd.DataFrame, months: list[Period], records: Records) -> pd.DataFrame:
    """Return every deal that was due in a month at its start, with what was said and what came."""
    won = deals[deals["won"] & (deals["key"] != "")].drop_duplicates("key")
    place = pd.Index(won["key"], dtype=object).get_indexer(pd.Index(changes["key"], dtype=object))
    amounts = np.append(np.nan_to_num(won["amount"].to_numpy(dtype=float)), 0.0)
    closed = np.append(won["close_date"].to_numpy(dtype="datetime64[D]"), np.datetime64("NaT", "D"))
    is_open = np.asarray(changes["stage_class"].to_numpy(dtype=object) == StageClass.OPEN.value, dtype=bool)
    due = changes["close_date"].to_numpy(dtype="datetime64[D]")
    rows, came = [], []
    for month in months:
        first, end = np.datetime64(month.start, "D"), np.datetime64(month.end, "D")
        at = last_rows(changes, month.start)
        at = at[is_open[at] & (due[at] >= first) & (due[at] < end)]
        outcome = place[at]
        inside = (closed[outcome] >= first) & (closed[outcome] < end)
        rows.append(at)
        came.append(np.where(inside, amounts[outcome], 0.0))
    state = changes.iloc[np.concatenate(rows)]
    seen = pd.DataFrame(
        {
            "owner": state["owner"].to_numpy(dtype=object),
            "stage": state["stage"].to_numpy(dtype=object),
            "called": (state["amount"] * (state["forecast_category"] == Category.COMMIT.value)).to_numpy(dtype=float),
            "weighted": (state["amount"] * state["probability"]).to_numpy(dtype=float),
            "came": np.concatenate(came),
        }
    )
    seen = seen[seen["weighted"].notna()].reset_index(drop=True)
    seen["owner"] = spell_groups(
        seen["owner"].where(seen["owner"] != "", UNKNOWN), [rep.owner for rep in records.playbook.reps]
    ).to_numpy(dtype=object)
    seen["called_came"] = np.where(seen["called"] > 0, seen["came"], 0.0)
    return seen


def _summed(seen: pd.DataFrame, key: str) -> pd.DataFrame:
    """Return the sums of a rep or stage, with their bias; the largest promise first."""
    sums = seen.groupby(key, sort=True)[["called", "called_came", "weighted", "came"]].sum()
    sums["deals"] = seen.groupby(key, sort=True).size()
    with np.errstate(divide="ignore", invalid="ignore"):
        for said, came, name in (("called", "called_came", "called_bias"), ("weighted", "came", "bias")):
            off = (sums[said] - sums[came]) / sums[came].where(sums[came] > 0)
            sums[name] = off
    everybody = float(seen["came"].sum()) / float(seen["weighted"].sum())
    calm = _CALM_DEALS * float(seen["weighted"].mean())
    sums["keeps"] = ((sums["came"] + calm * everybody) / (sums["weighted"] + calm)).clip(0.0, 2.0)
    sums = sums.reset_index(names="name").sort_values(["weighted", "name"], ascending=[False, True], kind="stable")
    return sums[list(COLUMNS)].reset_index(drop=True)
