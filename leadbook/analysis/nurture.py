"""Leads that are not ready to be sold to: how far their buyer is, when to look again, and who has come back."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.touches import days
from leadbook.model.playbook import Lifecycle, StageClass

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.results import Scores
    from leadbook.analysis.touches import Touches
    from leadbook.model.records import Records
    from leadbook.model.team_options import Options

_DAY = np.timedelta64(1, "D")


class Track(StrEnum):
    """How far a lead's buyer has come, and so what to send."""

    AWARENESS = "awareness"
    CONSIDERATION = "consideration"
    DECISION = "decision"


def plan_nurture(records: Records, scores: Scores, facts: pd.DataFrame, read: Touches) -> pd.DataFrame:
    """Return each lead's track, the revisit date to propose, and whether the buyer has come back.

    Parameters
    ----------
    records : Records
    scores : Scores
    facts : DataFrame, index as the leads
        The columns of `sum_touches` and `read_past`, ``open``, ``lifecycle``, ``order``, ``stale_days`` and
        ``quiet_days``.
    read : Touches
        The activities, read for the day that counts as today.

    Returns
    -------
    DataFrame, index as the leads
        ``parked`` (bool: in a stage of class nurture), ``buyer_stage`` (a `Track` value, "" for leads neither open nor
        parked), ``track`` (the same for leads below SQL and parked ones that have not opted out, else ""),
        ``revisit`` (datetime64[s]: proposed; NaT where the Revisit Date is filled, and for leads neither open nor
        parked), ``reengaged`` (bool) and ``back_on`` (datetime64[s]: the day of it).

    Notes
    -----
    Decision: the buyer asked for pricing or a demo, was sent a proposal, or the lead has been an opportunity.
    Consideration: the lead is an MQL or SQL, or the buyer has answered or met us. Awareness: the others. The revisit
    date is the Options' days of the track after the day a lead was parked (its last touch where nobody knows when;
    today for one still open), and never in the past. Re-engaged: the buyer took part after the lead was parked, or,
    on an open lead, within the Options' days and after a silence as long as the stage's stale days; until somebody
    answers, or an open lead has a next step ahead. Where a parked lead has no activities written down, its Last
    Activity counts.
    """
    frame, options = records.leads.frame, records.playbook.options
    now = np.datetime64(read.today, "D")
    is_open = facts["open"].to_numpy()
    parked = (frame["stage_class"] == StageClass.NURTURE.value).to_numpy()
    lifecycle = facts["lifecycle"].to_numpy(dtype=object)
    here = is_open | parked
    stage = _buyer_stages(scores, facts, lifecycle)
    stage[~here] = ""
    below = (lifecycle == Lifecycle.LEAD.value) | (lifecycle == Lifecycle.MQL.value)
    track = np.where((parked | (is_open & below)) & ~frame["opt_out"].to_numpy(), stage, "")
    since = np.where(np.isnat(days(facts["stage_since"])), days(facts["in_stage_from"]), days(facts["stage_since"]))
    back = _back(records, facts, read, parked=parked, since=since)
    blank = np.isnat(days(frame["revisit_date"]))
    touched = np.where(np.isnat(days(facts["last_touch"])), days(frame["created"]), days(facts["last_touch"]))
    begun = np.where(parked, np.where(np.isnat(since), touched, since), now)
    begun = np.where(np.isnat(begun), now, begun)
    revisit = np.maximum(begun + _spacing(stage, options), now)
    return pd.DataFrame(
        {
            "parked": parked,
            "buyer_stage": pd.Series(stage, frame.index, dtype="str"),
            "track": pd.Series(track, frame.index, dtype="str"),
            "revisit": np.where(here & blank, revisit, np.datetime64("NaT", "D")).astype("datetime64[s]"),
            "reengaged": ~np.isnat(back) & here,
            "back_on": back.astype("datetime64[s]"),
        },
        index=frame.index,
    )


def _buyer_stages(scores: Scores, facts: pd.DataFrame, lifecycle: npt.NDArray[np.object_]) -> npt.NDArray[np.object_]:
    bought = np.isin(lifecycle, (Lifecycle.OPPORTUNITY.value, Lifecycle.CUSTOMER.value))
    decision = bought | scores.frame["requested"].to_numpy(dtype=bool) | ~np.isnat(days(facts["proposal"]))
    weighs = (lifecycle != Lifecycle.LEAD.value) | facts["answered"].to_numpy() | ~np.isnat(days(facts["two_way"]))
    return np.select(
        [decision, weighs], [Track.DECISION.value, Track.CONSIDERATION.value], Track.AWARENESS.value
    ).astype(object)


def _spacing(stage: npt.NDArray[np.object_], options: Options) -> npt.NDArray[np.timedelta64]:
    """Return how long to leave each lead alone."""
    spaces = (options.nurture_decision_days, options.nurture_consideration_days)
    chosen = [stage == Track.DECISION.value, stage == Track.CONSIDERATION.value]
    return np.select(chosen, spaces, options.nurture_awareness_days).astype("timedelta64[D]")


def _back(
    records: Records,
    facts: pd.DataFrame,
    read: Touches,
    *,
    parked: npt.NDArray[np.bool_],
    since: npt.NDArray[np.datetime64],
) -> npt.NDArray[np.datetime64]:
    """Return the day on which a parked or silent buyer came back and waits for an answer, else NaT."""
    frame, now = records.leads.frame, np.datetime64(read.today, "D")
    created, last_activity = days(frame["created"]), days(frame["last_activity"])
    two_way = days(facts["two_way"])
    waits = ~np.isnat(two_way) & (facts["attempts"].to_numpy() == 0)
    lately = two_way > now - records.playbook.options.reengaged_days * _DAY
    before = days(facts["touch_before"])
    silence = two_way - np.where(np.isnat(before), created, before)
    gap = np.where(np.isnat(silence), np.nan, silence.astype("timedelta64[D]").astype(np.float64))
    with np.errstate(invalid="ignore"):
        ahead = days(frame["next_step_date"]) > now
        woken = ~parked & ~ahead & lately & (gap >= facts["stale_days"].to_numpy())
    returned = parked & np.where(np.isnat(since), lately, two_way > since)
    found = np.where(waits & (woken | returned), two_way, np.datetime64("NaT", "D"))
    unlogged = parked & np.isnat(days(facts["first_seen"])) & (last_activity > since) & (last_activity <= now)
    return np.where(unlogged, last_activity, found)
