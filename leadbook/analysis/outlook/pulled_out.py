"""Deals to look at before believing the forecast: gone stale, or pushed three times or more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.measure_history import MOST_PUSHES
from leadbook.analysis.outlook.staleness import explain_limit
from leadbook.model.counts import counted

if TYPE_CHECKING:
    from leadbook.analysis.results import Standing

STALE, PUSHED = "stale", "pushed"


def list_doubtful(deals: pd.DataFrame) -> pd.DataFrame:
    """Return open deals that are stale or were pushed three times or more, the largest first.

    Parameters
    ----------
    deals : DataFrame
        As ``collect_deals`` returns them.

    Returns
    -------
    DataFrame, one row a deal
        ``row`` (Excel row), ``lead_id``, ``company``, ``owner``, ``amount`` (base currency), ``weighted`` (amount x the
        stage's chance), ``close_date``, ``stale``, ``pushes`` (a count).
    """
    pushed = deals["pushes"] >= MOST_PUSHES
    kept = deals[deals["open"] & (deals["stale"] | pushed)]
    kept = kept.sort_values("amount", ascending=False, kind="stable", na_position="last")
    return pd.DataFrame(
        {
            "row": kept.index.to_numpy(dtype=np.int64),
            "lead_id": kept["lead_id"].to_numpy(dtype=object),
            "company": kept["company"].to_numpy(dtype=object),
            "owner": kept["owner"].to_numpy(dtype=object),
            "amount": kept["amount"].to_numpy(dtype=float),
            "weighted": (kept["amount"] * kept["stage_win"]).to_numpy(dtype=float),
            "close_date": kept["close_date"].to_numpy(),
            "stale": kept["stale"].to_numpy(dtype=bool),
            "pushes": kept["pushes"].to_numpy(dtype=np.int64),
        }
    )


def explain_doubtful(doubtful: pd.DataFrame, standing: Standing) -> list[str]:
    """Return in words why each of some deals out of `list_doubtful` is there."""
    facts = standing.frame.loc[doubtful["row"].to_numpy()]
    said: list[str] = []
    for stale, pushes, old, spent, limit, in_stage, silent in zip(
        doubtful["stale"].tolist(), doubtful["pushes"].tolist(), facts["old"].tolist(), facts["old_days"].tolist(),
        facts["old_limit"].tolist(), facts["old_in_stage"].tolist(), facts["silent_days"].tolist(), strict=True,
    ):  # fmt: skip
        reasons = []
        if stale and old:
            reasons.append(explain_limit(spent, limit, in_stage=in_stage))
        elif stale:
            reasons.append("no activity yet" if np.isnan(silent) else f"silent {counted(round(silent), 'day')}")
        if pushes >= MOST_PUSHES:
            reasons.append(f"close date pushed {pushes} times")
        said.append("; ".join(reasons))
    return said
