"""How old leads are, how long they stay in each stage, and how fast the pipeline turns into money."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.measure_visits import day_number, days_of
from leadbook.analysis.periods import show_day, trailing
from leadbook.analysis.rates import choose_closed, known, rate_by_count
from leadbook.analysis.results import Measure
from leadbook.model.playbook import Lifecycle, StageClass

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.model.playbook import Playbook

FEWEST_WINS = 5
_STAYING = (StageClass.OPEN, StageClass.NURTURE)

MEANING_VELOCITY = (
    "Open opportunities times mean won value times win rate, divided by the mean days from start to win, over "
    "the trailing 365 days."
)


def measure_time_in_stage(steps: pd.DataFrame, deals: pd.DataFrame, playbook: Playbook) -> pd.DataFrame:
    """Return how long leads stay in each stage.

    Parameters
    ----------
    steps : DataFrame
        Visits as ``read_steps`` returns them. Completed are those that were left and whose beginning History
        saw.
    deals : DataFrame
        As ``collect_deals`` returns them.
    playbook : Playbook

    Returns
    -------
    DataFrame, index: stage name in order
        ``median_days`` and ``p90_days`` (of the days each lead spent in the stage, summed over its completed
        visits), ``visits`` (completed ones), ``current_days`` (mean days in the current visit of the leads
        that are there now; NaN for stages of class won, lost and disqualified). NaN where there is none.

    References
    ----------
    P90 is the 90th percentile by linear interpolation: Hyndman and Fan (1996), definition 7, as Excel's
    PERCENTILE.INC.
    """
    names = [stage.name for stage in playbook.stages]
    days = (steps["left"] - steps["entered"]).to_numpy()
    complete = ~steps["censored"].to_numpy() & (days >= 0) & (steps["stage"] >= 0).to_numpy()
    done = steps.loc[complete, ["stage", "lead"]].assign(days=days[complete])
    per_lead = done.groupby(["stage", "lead"], sort=False)["days"].sum().groupby(level="stage", sort=False)
    found = pd.DataFrame(
        {
            "median_days": per_lead.median(),
            "p90_days": per_lead.quantile(0.9),
            "visits": done.groupby("stage", sort=False).size(),
        }
    ).reindex(range(len(names)))
    found.index = pd.Index(names, dtype=object)
    found["visits"] = found["visits"].fillna(0).astype(int)
    staying = {stage.name for stage in playbook.stages if stage.stage_class in _STAYING}
    here = deals[deals["stage_name"].isin(staying)].groupby("stage_name", sort=False)["days_in_stage"].mean()
    found["current_days"] = here.reindex(names).to_numpy(dtype=float)
    return found


def measure_age(deals: pd.DataFrame, today: dt.date) -> list[Measure]:
    """Return the mean and median age in days of open leads; nurture is not open."""
    waiting = deals[deals["open"]]
    ages = day_number(today) - np.floor(days_of(waiting["created"]))
    counted = ages[np.isfinite(ages) & (ages >= 0)]
    left_out = len(ages) - len(counted)
    if not len(waiting):
        why_not = "no lead is open"
    elif not np.isfinite(ages).any():
        why_not = "no open lead has a Created date"
    else:
        why_not = "" if len(counted) else "every Created date lies in the future"
    meaning = "Days from Created to today over open leads; leads in nurture are not counted."
    return [
        Measure(
            f"lead_age_{kind}", f"Lead age, {kind}", float(take(counted)) if len(counted) else None, "days",
            len(counted), why_not, left_out, "", f"{kind.capitalize()} of the {meaning[0].lower()}{meaning[1:]}",
        )
        for kind, take in (("mean", np.mean), ("median", np.median))
    ]  # fmt: skip


def won_cycle_days(won: pd.DataFrame) -> tuple[pd.Series[float], str]:
    """Return the days from each won deal's start to its close, and a sentence on what the start was.

    Parameters
    ----------
    won : DataFrame
        Won deals.

    Returns
    -------
    days : Series, same index
        NaN without both dates, or when the close lies before the start.
    note : str

    Notes
    -----
    The start is the Opportunity Date, else Created, else First Contacted.
    """
    start = won["opportunity_date"].fillna(won["created"]).fillna(won["first_contacted"])
    days = pd.Series(np.floor(days_of(won["close_date"])) - np.floor(days_of(start)), index=won.index, dtype=float)
    by_opportunity = int(won["opportunity_date"].notna().sum())
    by_created = int((won["opportunity_date"].isna() & won["created"].notna()).sum())
    by_contact = int(start.notna().sum()) - by_opportunity - by_created
    used = [
        f"{count} from {header}"
        for count, header in (
            (by_opportunity, "Opportunity Date"), (by_created, "Created"), (by_contact, "First Contacted"),
        )
        if count
    ]  # fmt: skip
    return days.where(days >= 0), f"The cycle runs to the Close Date: {', '.join(used)}." if used else ""


def measure_velocity(deals: pd.DataFrame, today: dt.date) -> list[Measure]:
    """Return sales velocity in base currency per day, with the cycle and the won value it is made of.

    Notes
    -----
    open opportunities x mean won value x win rate by count ÷ mean won cycle, trailing 365 days, the cycle at
    least 1 day; no value below 5 wins. Open opportunities are open leads past the qualification gate; the
    ones without an amount count too, because the mean won value stands for them. Where not one lead of the
    table ever shows a qualification, every open lead counts as an opportunity, and the note says so.
    """
    year = trailing(today)
    closed, _ = choose_closed(deals, today)
    dated = bool(closed["close_date"].notna().any())
    won = closed[closed["won"]] if dated else closed.iloc[:0]
    cycles, used = won_cycle_days(won)
    values = won["amount"].dropna()
    wins, cycled = len(won), int(cycles.notna().sum())
    if not deals["won"].any():
        why_not = "no deal is won yet"
    elif not dated:
        why_not = f"no deal closed {year.name}" if deals["close_date"].notna().any() else "no Close Dates"
    elif wins < FEWEST_WINS:
        why_not = f"needs {FEWEST_WINS} wins in 365 days, there {'is' if wins == 1 else 'are'} {wins}"
    else:
        why_not = ""
    no_cycle = why_not or ("" if cycled else "no won deal has a start date before its Close Date")
    no_value = why_not or ("" if len(values) else "no won deal has an amount")
    cycle = float(max(1.0, cycles.mean())) if not no_cycle else None
    mean_value = float(values.mean()) if not no_value else None
    opportunities = int(deals["qualified"].sum())
    gate_unused = not opportunities and not deals[["sql_date", "opportunity_date"]].notna().any(axis=None)
    counted = f"{opportunities} open opportunities."
    if gate_unused:
        opportunities = int(deals["open"].sum())
        counted = f"No lead shows a qualification, so all {opportunities} open leads count as opportunities."
    per_day = None
    if cycle is not None and mean_value is not None:
        per_day = known(opportunities * mean_value * rate_by_count(closed) / cycle)
    span = f"Wins {year.name}."
    return [
        Measure(
            "velocity", "Sales velocity", per_day, "currency/day", wins, no_cycle or no_value, wins - cycled,
            f"{span} {counted} {used}".strip(), MEANING_VELOCITY,
        ),
        Measure(
            "won_value_mean", "Average won value", mean_value, "currency", len(values), no_value,
            wins - len(values), span, "Mean amount of deals won in the trailing 365 days.",
        ),
        Measure(
            "won_cycle_mean", "Sales cycle", cycle, "days", cycled, no_cycle, wins - cycled, f"{span} {used}".strip(),
            "Mean days from a won deal's start to its close in the trailing 365 days, at least 1.",
        ),
    ]  # fmt: skip


def measure_sales_trap(
    deals: pd.DataFrame, today: dt.date, target_per_day: float | None, win_rate_by_value: float
) -> Measure:
    """Return whether enough new opportunity value comes in to reach the target some months from now.

    Parameters
    ----------
    deals : DataFrame
    today : date
    target_per_day : float or None
        The current quarter's quota divided by its days, base currency.
    win_rate_by_value : float
        0 to 1, NaN when unknown.

    Notes
    -----
    value of opportunities created in the last 28 days ÷ (28 x target per day ÷ win rate by value). Below 0.8
    is the alarm.
    """
    started = deals["opportunity_date"].fillna(
        deals["created"].where(deals["lifecycle"].isin([Lifecycle.OPPORTUNITY.value, Lifecycle.CUSTOMER.value]))
    )
    span = trailing(today, 28)
    new = deals[falls_in(started, span)]
    meaning = (
        "Value of opportunities created in the last 28 days, divided by 28 days' share of the quota over the "
        "win rate by value; below 0.8 too little is coming in."
    )
    worth = float(new["amount"].sum())
    left_out = int(new["amount"].isna().sum())
    note, value, why_not = "", None, ""
    if not started.notna().any():
        why_not = "no lead has an Opportunity Date"
    elif target_per_day is None or target_per_day <= 0:
        why_not = "no quota for this quarter in Settings (Reps)"
    elif not win_rate_by_value > 0:
        why_not = "the win rate by value is unknown"
    else:
        value = known(worth / (28 * target_per_day / win_rate_by_value))
        alarm = value is not None and value < 0.8
        note = (
            f"{len(new)} opportunities since {show_day(span.start)}: "
            f"{'too few for the quota ahead (alarm)' if alarm else 'enough for the quota ahead'}."
        )
    return Measure("sales_trap", "Sales-trap alarm", value, "x", len(new), why_not, left_out, note, meaning)
