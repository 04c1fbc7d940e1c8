"""What each seller should look at this morning: a bounded list an owner, the warmest lead first."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.sums import sum_by
from leadbook.analysis.touches import days

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.analysis.results import Scores, Standing
    from leadbook.model.records import Records

UNKNOWN = "Unknown"
HEAT = ("hot", "warm", "cold")
COUNTED = (
    "open", "sla_over", "overdue", "no_next_step", "reengaged", "expires", "stale", "recycle", "dead", "revisit_due",
    "no_revisit",
)  # fmt: skip
"""What is counted of each owner's leads, the columns of `TodayList.owners`."""


class TodayList(Struct, frozen=True):
    """The leads worth looking at today.

    Parameters
    ----------
    rows : DataFrame, index: Excel rows, an owner's leads together, the warmest first
        The columns of the standing, ``owner`` (one spelling each; "Unknown" where blank), ``temperature``,
        ``revisit_due`` and ``no_revisit`` (bools, of parked leads) and ``clock`` (see `spell_clock`).
    owners : DataFrame, index: owner, the one with the most to do first
        A count for each of `COUNTED`, ``leads`` (open, and parked ones to look at), ``listed`` and ``more``
        (``leads`` less those listed).
    tracks : DataFrame, index: track
        ``below_sql``, ``parked``, ``revisit_due``, ``no_revisit``, ``reengaged``, ``recycle`` and ``dead``: how many
        leads of each, by how far the buyer is.
    unlisted_owners : int
        Owners with fewer leads, of whom none is listed.
    """

    rows: pd.DataFrame
    owners: pd.DataFrame
    tracks: pd.DataFrame
    unlisted_owners: int


def list_today(
    records: Records,
    scores: Scores,
    standing: Standing,
    counted: npt.NDArray[np.bool_],
    today: dt.date,
    *,
    per_owner: int,
    most_rows: int,
) -> TodayList:
    """Return the leads worth looking at today, owner by owner.

    Parameters
    ----------
    records : Records
    scores : Scores
    standing : Standing
    counted : array of bool, shape (n leads,)
        The leads that are not in the archive.
    today : date
    per_owner, most_rows : int
        Leads listed at most, of an owner and in all; with many owners each has fewer.

    Notes
    -----
    Listed are open leads and parked ones that are re-engaged, dead, due to be looked at again, or without a Revisit
    Date. First come buyers who are back and hot leads, then warm, then cold ones, then parked ones without a date;
    within each the highest priority first. Where there is no room for all, those past their SLA, overdue, re-engaged or
    with a proposal that ends stay.
    """
    leads, frame = records.leads.frame, standing.frame
    now = np.datetime64(today, "D")
    parked = frame["parked"].to_numpy()
    revisit = days(leads["revisit_date"])
    due, undated = parked & (revisit <= now), parked & np.isnat(revisit)
    back = frame["reengaged"].to_numpy()
    is_open = frame["open"].to_numpy()
    wanted = counted & (is_open | due | undated | (parked & (back | frame["dead"].to_numpy())))
    places = np.flatnonzero(wanted)
    owners = leads["owner"].iloc[places].astype(object)
    spelled = spell_groups(owners.where(owners != "", UNKNOWN), [rep.owner for rep in records.playbook.reps])
    names = spelled.to_numpy(dtype=object)
    warmth = _warmth(scores.frame["temperature"].to_numpy(dtype=object), back, undated)[places]
    urgency = np.nan_to_num(frame["priority"].to_numpy(dtype=float)[places], nan=-1.0)
    steps = frame["sla_step"].to_numpy(dtype=object)
    flags = {name: frame[name].to_numpy()[places] for name in COUNTED if name in frame.columns}
    flags |= {
        "sla_over": (is_open & ((steps == "escalated") | (steps == "reassign")))[places],
        "revisit_due": due[places],
        "no_revisit": undated[places],
    }
    counts = sum_by(names, {name: flags[name] for name in COUNTED} | {"leads": np.ones(len(places), dtype=bool)})
    counts = counts.sort_values("leads", ascending=False, kind="stable")
    room = max(1, min(per_owner, most_rows // max(1, len(counts))))
    shown_owners = counts.index[: most_rows // room]
    rank = counts.index.get_indexer(pd.Index(names, dtype=object))
    pressing = flags["sla_over"] | flags["reengaged"] | flags["expires"] | flags["overdue"]
    order = np.lexsort((-urgency, warmth, ~pressing, rank))
    ranked = rank[order]
    starts = np.searchsorted(ranked, ranked, side="left")
    kept = order[(np.arange(len(order)) - starts < room) & (ranked < len(shown_owners))]
    kept = kept[np.lexsort((-urgency[kept], warmth[kept], rank[kept]))]
    rows = frame.iloc[places[kept]]
    rows = rows.assign(
        owner=names[kept], temperature=scores.frame["temperature"].to_numpy(dtype=object)[places[kept]],
        revisit_due=due[places[kept]], no_revisit=undated[places[kept]],
    )  # fmt: skip
    rows = rows.assign(clock=spell_clock(rows))
    counts["listed"] = np.bincount(rank[kept], minlength=len(counts))
    counts["more"] = counts["leads"] - counts["listed"]
    return TodayList(
        rows, counts, _by_track(frame[counted], due[counted], undated[counted]), len(counts) - len(shown_owners)
    )


def _warmth(
    temperature: npt.NDArray[np.object_], back: npt.NDArray[np.bool_], undated: npt.NDArray[np.bool_]
) -> npt.NDArray[np.intp]:
    """Return 0 for the warmest leads, which wait for an answer, to 4 for those that only lack a date."""
    warmth = np.select([temperature == word for word in HEAT], range(1, len(HEAT) + 1), len(HEAT))
    warmth[undated] = len(HEAT) + 1
    warmth[back] = 0
    return np.asarray(warmth, dtype=np.intp)


def _by_track(frame: pd.DataFrame, due: npt.NDArray[np.bool_], undated: npt.NDArray[np.bool_]) -> pd.DataFrame:
    stage, parked = frame["buyer_stage"].to_numpy(dtype=object), frame["parked"].to_numpy()
    nurtured = frame["track"].to_numpy(dtype=object) != ""
    found = sum_by(
        stage,
        {
            "below_sql": nurtured & ~parked, "parked": parked, "revisit_due": due, "no_revisit": undated,
            "reengaged": frame["reengaged"].to_numpy(), "recycle": frame["recycle"].to_numpy(),
            "dead": frame["dead"].to_numpy(),
        },
    )  # fmt: skip
    return found[found.index != ""]


def spell_clock(rows: pd.DataFrame) -> list[str]:
    """Return how the first contact of each lead stands: ``hot: 0.5 h left``, ``cold: 12 h over, escalated``."""
    columns = (rows[key].tolist() for key in ("open", "sla_status", "sla_step", "temperature"))
    others = zip(rows["take_over"].tolist(), rows["take_over_why"].tolist(), strict=True)
    whom = [f" to {rep}" if rep else ": nobody fits" if why else "" for rep, why in others]
    left = (rows["sla_limit_hours"] - rows["sla_hours"]).tolist()
    return [
        _clock(status, step, heat, to, left=hours) if is_open else ""
        for is_open, status, step, heat, to, hours in zip(*columns, whom, left, strict=True)
    ]


def _clock(status: str, step: str, heat: str, to: str, *, left: float) -> str:
    if status == "late":
        return f"late by {-left:,.1f} h".replace(".0 h", " h")
    if status == "on time":
        return "done"
    if status == "unknown":
        return ""
    told = f"{heat}: {abs(left):,.1f} h {'left' if left > 0 else 'over'}".replace(".0 h", " h")
    return told + {"escalated": ", escalated", "reassign": f", reassign{to}"}.get(step, "")
