"""The pipeline and the win rate by owner, by source and by segment, and why deals are lost."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.measure_deals import UNKNOWN, falls_in, weigh
from leadbook.analysis.periods import Period, quarter_of, quota_of
from leadbook.analysis.rates import win_rates_by
from leadbook.analysis.sums import sum_by

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.model.playbook import Playbook

_COUNTS = ("open_leads", "won", "lost", "n", "stale", "errors")


def measure_groups(
    deals: pd.DataFrame,
    closed: pd.DataFrame,
    key: str,
    error_rows: set[int],
    today: dt.date,
    *,
    names: Sequence[str] = (),
) -> pd.DataFrame:
    """Return the pipeline and win rates of each group, sorted by open amount, largest first.

    Parameters
    ----------
    deals : DataFrame
        As ``collect_deals`` returns them.
    closed : DataFrame
        The won and lost deals that win rates count.
    key : str
        ``owner``, ``source`` or ``industry``. Names that differ in case or spaces alone are one group,
        shown as it is spelled most often.
    error_rows : set of int
        Excel rows with an error-level issue.
    today : date
        Open deals due before it are not weighted.
    names : sequence of str
        Groups to show even when they have no lead.

    Returns
    -------
    DataFrame, one row a group
        ``name``, ``open_leads``, ``open_amount``, ``weighted``, ``won``, ``lost``, ``won_amount``,
        ``win_rate``, ``win_rate_value``, ``n``, ``stale``, ``errors``, ``clean_share``.
    """
    spelled = spell_groups(deals[key], names)
    is_open = deals["open"].to_numpy(dtype=bool)
    amount = deals["amount"].fillna(0.0).to_numpy(dtype=float)
    wrong = deals.index.isin(error_rows)
    grouped = sum_by(
        spelled.to_numpy(dtype=object),
        {
            "open_leads": is_open,
            "open_amount": np.where(is_open, amount, 0.0),
            "weighted": weigh(deals, today).fillna(0.0).to_numpy(dtype=float),
            "stale": is_open & deals["stale"].to_numpy(dtype=bool),
            "errors": is_open & wrong,
            "clean_amount": np.where(is_open & ~wrong, amount, 0.0),
        },
    )
    rates = win_rates_by(closed.assign(**{key: spelled.loc[closed.index]}), key)
    known = {_folded(name) for name in grouped.index}
    missing = [name for name in dict.fromkeys(names) if name and _folded(name) not in known]
    found = grouped.reindex([*grouped.index, *missing], fill_value=0).join(rates)
    found["clean_share"] = found["clean_amount"] / found["open_amount"].where(found["open_amount"] != 0)
    found["won_amount"] = found["won_amount"].fillna(0.0)
    for column in _COUNTS:
        found[column] = found[column].fillna(0).astype(int)
    found = found.rename_axis("name").reset_index()
    found["name"] = found["name"].astype(object)
    found = found.sort_values(["open_amount", "won_amount", "name"], ascending=[False, False, True], kind="stable")
    return found[
        [
            "name", "open_leads", "open_amount", "weighted", "won", "lost", "won_amount", "win_rate",
            "win_rate_value", "n", "stale", "errors", "clean_share",
        ]
    ].reset_index(drop=True)  # fmt: skip


def add_quotas(owners: pd.DataFrame, deals: pd.DataFrame, playbook: Playbook, today: dt.date) -> pd.DataFrame:
    """Return the owners with ``quota`` (current fiscal quarter) and ``attainment`` (won in it ÷ quota).

    NaN where the rep has no quota; attainment is NaN too for a quota of 0.
    """
    month = playbook.options.fiscal_year_start_month
    quarter = quarter_of(today, month)
    won = deals[deals["won"] & falls_in(deals["close_date"], quarter)]
    spelled = spell_groups(won["owner"], list(owners["name"]))
    booked = won["amount"].groupby(spelled.to_numpy(dtype=object)).sum()
    quotas = {_folded(rep.owner): quota_of(rep.quotas, quarter, month) for rep in playbook.reps}
    owners = owners.copy()
    owners["quota"] = [_number(quotas.get(_folded(name))) for name in owners["name"]]
    bookings = owners["name"].map(booked).astype(float).fillna(0.0)
    owners["attainment"] = bookings / owners["quota"].where(owners["quota"] > 0)
    return owners


def total_quota(playbook: Playbook, period: Period) -> float:
    """Return the quota of a period summed over active reps, base currency; NaN when none of them has one."""
    month = playbook.options.fiscal_year_start_month
    each = [quota_of(rep.quotas, period, month) for rep in playbook.reps if rep.active]
    given = [quota for quota in each if quota is not None]
    return float(sum(given)) if given else math.nan


def measure_lost_reasons(closed: pd.DataFrame) -> pd.DataFrame:
    """Return why deals were lost, most frequent first: ``reason`` ("Unknown" kept), ``deals``, ``amount``."""
    lost = closed[closed["lost"]]
    reasons = spell_groups(lost["lost_reason"].where(lost["lost_reason"] != "", UNKNOWN))
    grouped = lost["amount"].groupby(reasons.to_numpy(dtype=object))
    found = pd.DataFrame({"deals": grouped.size(), "amount": grouped.sum()})
    found = found.rename_axis("reason").reset_index()
    found["reason"] = found["reason"].astype(object)
    return found.sort_values(["deals", "amount", "reason"], ascending=[False, False, True], ignore_index=True)


def spell_groups(texts: pd.Series[str], preferred: Sequence[str] = ()) -> pd.Series[str]:
    """Return the texts with one spelling for each group, whatever their case and inner spaces.

    The spelling is the one of ``preferred`` where there is one, else the most frequent (the first in
    alphabetical order among equals).
    """
    chosen = {_folded(name): name for name in reversed([name for name in preferred if name])}
    codes, found = pd.factorize(texts.to_numpy(dtype=object))
    values = found.tolist()
    counts = np.bincount(codes[codes >= 0], minlength=len(values)).tolist()
    ordered = sorted(zip(counts, values, strict=True), key=lambda each: (-each[0], each[1]))
    spelling = {text: chosen.setdefault(_folded(text), text) for _, text in ordered}
    spelled = np.array([*(spelling[text] for text in values), None], dtype=object)  # a blank has the code -1, the last
    return pd.Series(spelled[codes], index=texts.index, dtype=texts.dtype)


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()


def _number(value: float | None) -> float:
    return math.nan if value is None else value
