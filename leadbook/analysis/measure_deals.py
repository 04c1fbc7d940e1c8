"""The leads that count: archived and merged ones gone, each with what the measures and the forecast need."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.kept import folded_ids
from leadbook.model.playbook import Lifecycle, StageClass

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.analysis.periods import Period
    from leadbook.analysis.results import Standing
    from leadbook.model.playbook import Playbook, Stage
    from leadbook.model.records import Records

UNKNOWN = "Unknown"

_TEXTS = ("lead_id", "company", "owner", "source", "industry", "currency", "lost_reason", "stage_name")
_DATES = ("created", "first_contacted", "mql_date", "sql_date", "opportunity_date", "close_date")
_POINTS = ("budget", "authority", "need", "timeline")


def collect_deals(records: Records, standing: Standing) -> pd.DataFrame:
    """Return the leads that every measure counts, one row a lead.

    Parameters
    ----------
    records : Records
    standing : Standing

    Returns
    -------
    DataFrame, index: Excel rows of the leads that are not in the archive
        The text and date columns of the leads (``owner``, ``source`` and ``industry`` read "Unknown" when
        blank), ``key`` (the lead id case-folded), ``amount`` (base currency, NaN when blank, unreadable or
        without a rate), ``priced`` (bool: an amount stands there, whatever its currency), ``stage_class``,
        ``lifecycle``, ``category``, ``win``, ``stage_win``, ``days_in_stage``, ``pushes``, bools ``stale``,
        ``stalled``, and bools ``open``, ``won``, ``lost`` (at most one of them true), ``qualified``
        (past the qualification gate) and ``no_rate``.

    Notes
    -----
    ``open`` is as standing has it (nurture is parked, not open). ``lost`` is class lost, or disqualified
    after it had been an opportunity; disqualified before that is neither won nor lost.
    """
    leads = records.leads.frame
    keys = pd.Series(folded_ids(records.leads), index=leads.index, dtype=object)
    if len(records.archive.frame):
        leads = leads[~keys.isin(set(folded_ids(records.archive)) - {""})]
    now = standing.frame.loc[leads.index] if len(leads) != len(standing.frame) else standing.frame
    deals = leads[[*_TEXTS, *_DATES]].copy()
    deals["key"] = keys.loc[leads.index] if len(leads) != len(keys) else keys
    for key in ("owner", "source", "industry"):
        deals[key] = leads[key].where(leads[key] != "", UNKNOWN)
    deals["amount"] = leads["amount_base"].astype(float)
    deals["priced"] = leads["amount"].notna()
    deals["no_rate"] = deals["priced"] & deals["amount"].isna()
    deals["stage_class"] = leads["stage_class"].astype(str)
    for key in ("lifecycle", "category"):
        deals[key] = now[key].astype(str)
    for key in ("win", "stage_win", "days_in_stage", "pushes"):
        deals[key] = now[key].astype(float)
    for key in ("stale", "stalled"):
        deals[key] = now[key].astype(bool)
    stage_class = deals["stage_class"]
    was_opportunity = deals["opportunity_date"].notna() | deals["lifecycle"].isin(
        [Lifecycle.OPPORTUNITY.value, Lifecycle.CUSTOMER.value]
    )
    deals["open"] = now["open"].astype(bool)
    deals["won"] = stage_class == StageClass.WON.value
    deals["lost"] = (stage_class == StageClass.LOST.value) | (
        (stage_class == StageClass.DISQUALIFIED.value) & was_opportunity
    )
    deals["qualified"] = _qualified(leads, deals, records.playbook)
    return deals


def weigh(deals: pd.DataFrame, today: dt.date) -> pd.Series[float]:
    """Return each deal's part of the weighted pipeline.

    Returns
    -------
    Series, same index
        amount x the override or the stage's chance in base currency; 0 for a deal that is not open, or whose close
        date lies before today (those are listed instead); NaN for an open one without an amount or a chance.
    """
    counted = deals["open"] & ~before(deals["close_date"], today)
    return (deals["amount"] * deals["stage_win"]).where(counted, 0.0)


def find_gate(playbook: Playbook) -> Stage | None:
    """Return the open stage whose exit is the BANT gate, None when the playbook has none.

    Notes
    -----
    It is the first open stage that requires a BANT column, else the one called Qualification.
    """
    for stage in playbook.open_stages:
        if any(point in required.split("|") for required in stage.required for point in _POINTS):
            return stage
    named = playbook.stage("Qualification")
    return named if named and named.stage_class is StageClass.OPEN else None


def _qualified(leads: pd.DataFrame, deals: pd.DataFrame, playbook: Playbook) -> pd.Series[bool]:
    """Say which leads are past the gate: BANT passed, a later open stage, or SQL and beyond.

    A playbook without a gate stage has nothing to tell prospects from deals, so there every open lead counts.
    """
    gate = find_gate(playbook)
    if gate is None:
        return deals["open"]
    points = leads[list(_POINTS)].to_numpy(dtype=float)
    options = playbook.options
    with np.errstate(invalid="ignore"):
        passed = (points.sum(axis=1) >= options.bant_total) & (points >= options.bant_each).all(axis=1)
    later = {stage.name for stage in playbook.open_stages if stage.order > gate.order}
    beyond = [Lifecycle.SQL.value, Lifecycle.OPPORTUNITY.value, Lifecycle.CUSTOMER.value]
    return deals["open"] & (
        pd.Series(passed, index=leads.index) | deals["stage_name"].isin(later) | deals["lifecycle"].isin(beyond)
    )


def falls_in(dates: pd.Series[pd.Timestamp], period: Period) -> pd.Series[bool]:
    """Say which dates lie in a period, ``[start, end)``; blank dates do not."""
    return (dates >= pd.Timestamp(period.start)) & (dates < pd.Timestamp(period.end))


def before(dates: pd.Series[pd.Timestamp], day: dt.date) -> pd.Series[bool]:
    """Say which dates lie before a day; blank dates do not."""
    return dates < pd.Timestamp(day)
