"""Commission by the month it is paid in: on what is closed, and on what is expected to close."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

if TYPE_CHECKING:
    from leadbook.analysis.outlook.outlook import Outlook
    from leadbook.analysis.periods import Period
    from leadbook.model.team_options import Options

SHOWN_MONTHS = 7


def plan_commission(
    deals: pd.DataFrame, months: list[Period], outlook: Outlook, options: Options, today: dt.date
) -> pd.DataFrame:
    """Return the commission that falls due in each month; no rows while the commission rate is 0.

    Parameters
    ----------
    deals : DataFrame
        As ``collect_deals`` returns them.
    months : list of Period
        The one under way first.
    outlook : Outlook
        Its ``months`` go with ``months``.
    options : Options
        ``commission_rate`` and ``payout_days``.
    today : date

    Returns
    -------
    DataFrame, one row a month from the one under way
        ``name``, ``paid_on`` (the last day of the month), ``earned`` (on deals that are won), ``expected`` (on open
        and new business), ``commission`` (both), base currency.

    Notes
    -----
    A deal's commission, amount x rate, is paid on the last day of the month that lies ``payout_days`` after its
    close date. What is expected in a month is taken to close evenly over its days, those to come of the one under way.
    """
    rate = options.commission_rate
    columns = ["name", "paid_on", "earned", "expected", "commission"]
    if not rate:
        return pd.DataFrame(columns=columns)
    shown = months[:SHOWN_MONTHS]
    bounds = np.array([*(month.start for month in shown), shown[-1].end], dtype="datetime64[D]")
    won = deals[deals["won"] & deals["amount"].notna() & deals["close_date"].notna()]
    due = won["close_date"].to_numpy(dtype="datetime64[D]") + np.timedelta64(options.payout_days, "D")
    slot = np.searchsorted(bounds, due, side="right") - 1
    here = (slot >= 0) & (slot < len(shown))
    earned = np.bincount(slot[here], weights=won["amount"].to_numpy(dtype=float)[here], minlength=len(shown))
    expected = np.zeros(len(shown))
    tomorrow = today + dt.timedelta(days=1)
    for month, amount in zip(months, (outlook.months["open"] + outlook.months["new"]).tolist(), strict=True):
        days = np.arange(np.datetime64(max(month.start, tomorrow), "D"), np.datetime64(month.end, "D"))
        paid = np.searchsorted(bounds, days + np.timedelta64(options.payout_days, "D"), side="right") - 1
        expected += amount * np.bincount(paid, minlength=len(shown) + 1)[: len(shown)] / max(len(days), 1)
    return pd.DataFrame(
        {
            "name": [month.name for month in shown],
            "paid_on": [month.end - dt.timedelta(days=1) for month in shown],
            "earned": earned * rate,
            "expected": expected * rate,
            "commission": (earned + expected) * rate,
        }
    )
