"""Deals to look at before believing the forecast: gone stale, or pushed three times or more."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.measure_history import MOST_PUSHES
from leadbook.analysis.outlook.staleness import explain_limit
from leadbook.model.mapping_cells import counted

if TYPE_CHECKING:
    from leadbook.analysis.results import Standing

STALE, PUSHED = "stale", "pushed"


def list_doubtful(deals: pd.DataFrame, standing: Standing) -> pd.DataFrame:
    """Return open deals that are stale or were pushed three times or more, the largest first.

    Parameters
    ----------
    deals : DataFrame
        As ``collect_deals`` returns them.
    standing : Standing

    Returns
    -------
    DataFrame, one row a deal
        ``row`` (Excel row), ``lead_id``, ``company``, ``owner``, ``amount`` (base currency), ``weighted`` (amount x the
        stage's chance), ``close_date``, ``why`` (in words), bools ``stale`` and ``pushed``.
    """
    pushed = deals["pushes"] >= MOST_PUSHES
    kept = deals[deals["open"] & (deals["stale"] | pushed)]
    kept = kept.sort_values("amount", ascending=False, kind="stable", na_position="last")
    facts = standing.frame.loc[kept.index]
    ages = zip(*(facts[name].tolist() for name in ("old", "old_days", "old_limit", "old_in_stage")), strict=True)
    silences = facts["silent_days"].fillna(-1).tolist()
    reasons = [
        "; ".join(part for part in (_why_stale(*age, silent) if stale else "", _why_pushed(pushes)) if part)
        for stale, age, silent, pushes in zip(
            kept["stale"].tolist(), ages, silences, kept["pushes"].astype(int).tolist(), strict=True
        )
    ]
    return pd.DataFrame(
        {
            "row": kept.index.to_numpy(dtype=np.int64),
            "lead_id": kept["lead_id"].to_numpy(dtype=object),
            "company": kept["company"].to_numpy(dtype=object),
            "owner": kept["owner"].to_numpy(dtype=object),
            "amount": kept["amount"].to_numpy(dtype=float),
            "weighted": (kept["amount"] * kept["stage_win"]).to_numpy(dtype=float),
            "close_date": kept["close_date"].to_numpy(),
            "why": np.array(reasons, dtype=object),
            "stale": kept["stale"].to_numpy(dtype=bool),
            "pushed": (kept["pushes"] >= MOST_PUSHES).to_numpy(dtype=bool),
        }
    )


# Of very many deals the same few things are true.
@lru_cache(maxsize=4096)
def _why_stale(old: bool, spent: float, limit: float, in_stage: bool, silent: float) -> str:
    if old:
        return explain_limit(spent, limit, in_stage=in_stage)
    return "no activity yet" if silent < 0 else f"silent {counted(round(silent), 'day')}"


def _why_pushed(pushes: int) -> str:
    return f"close date pushed {pushes} times" if pushes >= MOST_PUSHES else ""
