"""The stages a lead has come through, and what stands in the way of the next one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.archived import folded_id
from leadbook.analysis.score_fit import label_of
from leadbook.analysis.touches import fold
from leadbook.documents.lead_fields import day_of
from leadbook.documents.plain_text import clipped
from leadbook.model.frame_rows import rows_of
from leadbook.rules.cells import blank
from leadbook.rules.stages import required_in

if TYPE_CHECKING:
    import datetime as dt
    from functools import partial

    import pandas as pd

    from leadbook.model.playbook import Playbook, Stage
    from leadbook.model.records import Records

MOST_STAGES = 6
_LONG, _SHORT, MOST_MISSING = 80, 20, 5


def way_forward(records: Records, place: int, missing: str) -> dict[str, object]:
    """Return what a lead's stage asks before it is left, and what the next one asks that is not there.

    Parameters
    ----------
    records : Records
    place : int
        The lead's position, from 0.
    missing : str
        What its own stage requires and it lacks, by header, joined by ", ".

    Returns
    -------
    dict
        ``stage``, ``exit`` (its criteria), ``next_stage`` ("" for the last open one and for leads that are not open),
        ``missing`` and ``next_missing`` (lists of headers).
    """
    playbook = records.playbook
    stage = playbook.stage(str(records.leads.frame["stage"].iloc[place]))
    following = _after(playbook, stage)
    lacking = [text for text in missing.split(", ") if text]
    return {
        "stage": clipped(stage.name, _SHORT) if stage else "",
        "exit": clipped(stage.exit_criteria, _LONG) if stage else "",
        "next_stage": clipped(following.name, _SHORT) if following else "",
        "missing": _first(lacking),
        "next_missing": _first([text for text in _lacks(records, place, following) if text not in lacking]),
    }


def _first(names: list[str]) -> list[str]:
    """Return so many names as there is room for, the rest counted."""
    more = len(names) - MOST_MISSING
    return [clipped(name, 30) for name in names[:MOST_MISSING]] + ([f"{more} more"] if more > 0 else [])


def stage_rows(
    visits: pd.DataFrame, lead_id: str, playbook: Playbook, today: dt.date, words: partial[str]
) -> list[dict[str, object]]:
    """Return the last stages a lead was in, in order: ``stage``, ``entered`` (in words) and ``days``."""
    mine = visits[fold(visits["lead_id"]) == folded_id(lead_id)] if len(visits) else visits
    rows: list[dict[str, object]] = []
    for visit in rows_of(mine):
        entered, left = day_of(visit["entered"]), day_of(visit["left"])
        if entered is None or entered > today:
            continue
        known = playbook.stage(str(visit["stage"]))
        until = min(left or today, today)
        rows.append(
            {
                "stage": clipped(known.name if known else visit["stage"], _SHORT),
                "entered": ("by " if visit["censored"] else "") + words(entered),
                "days": (until - entered).days,
                "is_current": left is None or left > today,
            }
        )
    return rows[-MOST_STAGES:]


def _after(playbook: Playbook, stage: Stage | None) -> Stage | None:
    """Return the open stage after one; the first one for a lead without a stage."""
    if stage is None:
        return next(iter(playbook.open_stages), None)
    if stage not in playbook.open_stages:
        return None
    return next((other for other in playbook.open_stages if other.order > stage.order), None)


def _lacks(records: Records, place: int, stage: Stage | None) -> list[str]:
    """Return what a stage requires and the lead lacks; columns the workbook does not have are passed over."""
    leads = records.leads
    lacking = []
    for group in required_in(records.playbook, stage) if stage else ():
        keys = [key for key in group.split("|") if key in leads.places]
        if keys and bool(np.logical_and.reduce([blank(leads, key)[place] for key in keys])):
            lacking.append(" or ".join(label_of(key) for key in group.split("|")))
    return lacking
