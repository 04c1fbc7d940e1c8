"""What no month of a forecast holds, in sentences: open deals without a close date, and those past theirs."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from leadbook.analysis.results import Forecast


def explain_undated(forecast: Forecast, currency: str) -> str:
    """Return what open deals without a close date are worth, "" where there are none."""
    if not forecast.undated_deals:
        return ""
    one = forecast.undated_deals == 1
    worth = "and no amount"
    if forecast.undated_amount:
        money = f"{forecast.undated_amount:,.0f} {currency} ({forecast.undated_weighted:,.0f} weighted)"
        worth = f"and {'is' if one else 'are'} in no month: {money}"
    return f"{forecast.undated_deals:,} open {'deal has' if one else 'deals have'} no close date {worth}."


def explain_overdue(forecast: Forecast, currency: str) -> str:
    """Return what open deals past their close date are worth, "" where there are none."""
    late = forecast.overdue
    if not len(late):
        return ""
    one = len(late) == 1
    worth = float(late["amount"].sum())
    money = f" and {'is' if one else 'are'} in no month: {worth:,.0f} {currency}" if worth else ""
    return f"{len(late):,} open {'deal is' if one else 'deals are'} past {'its' if one else 'their'} close date{money}."
