"""What only History can tell: what was due and slipped, how good past forecasts were, who came back."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.history_states import lacks_history, last_rows, state_on
from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.measure_visits import day_number, within
from leadbook.analysis.periods import Period, month_of, quarter_of, show_day, trailing
from leadbook.analysis.rates import known, ratio
from leadbook.analysis.results import Measure
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    from leadbook.analysis.stale_spells import Spells
    from leadbook.model.playbook import Playbook

WINDOW_DAYS = 180
MONTHS_JUDGED = 12
MOST_PUSHES = 3

_DORMANT = (StageClass.NURTURE, StageClass.LOST)
_ACTIVE = (StageClass.OPEN, StageClass.WON)


def measure_slippage(
    changes: pd.DataFrame, now: pd.DataFrame, period: Period, since: dt.date | None, key: str
) -> Measure:
    """Return the share of the value due in a period at its start that is still open and now due later.

    Parameters
    ----------
    changes, now : DataFrame
        As ``read_changes`` and ``present_state`` return them.
    period : Period
        The one under way.
    since : date or None
        History's first day.
    key : str
    """
    meaning = (
        "Value due in the period at its start that is still open and now due after it, divided by all value "
        "that was due in it at its start."
    )
    name = f"Slippage, {period.name}"
    why_not = lacks_history(since, period.start)
    if why_not:
        return Measure(key, name, None, "%", None, why_not, meaning=meaning)
    was = state_on(changes, period.start)
    due = was[(was["stage_class"] == StageClass.OPEN.value) & falls_in(was["close_date"], period)]
    lined = now.reindex(due.index)
    slipped = (lined["stage_class"] == StageClass.OPEN.value) & (lined["close_date"] >= pd.Timestamp(period.end))
    value = known(ratio(float(due["amount"][slipped].sum()), float(due["amount"].sum())))
    left_out = int(due["amount"].isna().sum())
    why_not = "" if value is not None else f"no value was due in {period.name} at its start"
    note = f"{int(slipped.sum())} of {len(due)} deals slipped."
    return Measure(key, name, value, "%", len(due) - left_out, why_not, left_out, note, meaning)


def measure_pushes(deals: pd.DataFrame, since: dt.date | None) -> Measure:
    """Return how many open deals had their close date moved into a later month three times or more."""
    meaning = (
        f"Open deals whose close date moved into a later month {MOST_PUSHES} times or more; they cannot be Commit."
    )
    name = f"Deals pushed {MOST_PUSHES} times or more"
    if since is None:
        return Measure("pushed_deals", name, None, "count", None, lacks_history(None, dt.date.min), meaning=meaning)
    pushes = deals["pushes"][deals["open"]]
    note = f"{int((pushes > 0).sum())} open deals were pushed at least once since {show_day(since)}."
    value = float((pushes >= MOST_PUSHES).sum())
    return Measure("pushed_deals", name, value, "count", len(pushes), note=note, meaning=meaning)


def measure_forecast_quality(
    changes: pd.DataFrame, deals: pd.DataFrame, since: dt.date | None, today: dt.date
) -> list[Measure]:
    """Return accuracy and bias of the last finished month, and WAPE over up to 12 finished months.

    Parameters
    ----------
    changes : DataFrame
        As ``read_changes`` returns them.
    deals : DataFrame
        One row a lead with ``won``, ``close_date`` and ``amount`` (base currency).
    since : date or None
        The first day that History knows; None where there is none.
    today : date
        Its month is not finished, and so is not judged.

    Returns
    -------
    list of Measure
        Accuracy and bias are shares of the month's actual amount, WAPE of the months' together; None with the reason
        where History begins too late or nothing was won.

    Notes
    -----
    F is frozen at each month's start: Σ amount x the stage's probability over deals open then and due in the
    month. A is Σ amount won by close date in the month. Accuracy = max(0, 1 - |F - A| ÷ A), bias =
    (F - A) ÷ A, WAPE = Σ|F - A| ÷ Σ A.

    References
    ----------
    WAPE: Kolassa and Schütz (2007), "Advantages of the MAD/MEAN ratio over the MAPE", Foresight 6.
    """
    months = [month_of(today, -back) for back in range(1, MONTHS_JUDGED + 1)]
    judged = [month for month in months if since is not None and since <= month.start]
    why_not = "" if judged else lacks_history(since, months[0].start)
    frozen_months = [_frozen(changes, month) for month in judged]
    pairs = [(worth, _booked(deals, month)) for (worth, _), month in zip(frozen_months, judged, strict=True)]
    left_out = [unpriced for _, unpriced in frozen_months] or [0]
    last = judged[0].name if judged else "the last finished month"
    forecast_amount, actual = pairs[0] if pairs else (np.nan, np.nan)
    error = ratio(forecast_amount - actual, actual)
    no_actual = why_not or ("" if actual else f"nothing was won in {last}")
    wape = ratio(sum(abs(f - a) for f, a in pairs), sum(a for _, a in pairs))
    frozen = "the weighted pipeline frozen at the month's start, at the stages' present probabilities"
    shown = f"{last}: forecast {forecast_amount:,.0f}, won {actual:,.0f}." if pairs else ""
    span = f"{judged[-1].name} to {judged[0].name}." if judged else ""
    n = 1 if judged else None
    return [
        Measure(
            "forecast_accuracy", f"Forecast accuracy, {last}", known(np.maximum(0.0, 1 - abs(error))),
            "%", n, no_actual, left_out[0], shown,
            f"1 minus the distance between forecast and won, divided by won; forecast is {frozen}.",
        ),
        Measure(
            "forecast_bias", f"Forecast bias, {last}", known(error), "%", n, no_actual, left_out[0], shown,
            f"Forecast minus won, divided by won; above 0 is over-forecast (rose tint); forecast is {frozen}.",
        ),
        Measure(
            "forecast_wape", "Forecast error over months (WAPE)", known(wape), "%", len(judged) or None,
            why_not or ("" if known(wape) is not None else "nothing was won in those months"),
            sum(left_out), span,
            f"Sum of the months' distances between forecast and won, divided by the sum won; forecast is {frozen}.",
        ),
    ]  # fmt: skip


def measure_reactivation(
    steps: pd.DataFrame, playbook: Playbook, today: dt.date, stale: Spells | None = None
) -> Measure:
    """Return the share of dormancy spells that returned to an open stage (or were won) within 180 days.

    Parameters
    ----------
    steps : DataFrame
        Visits as ``read_steps`` returns them.
    playbook : Playbook
    today : date
    stale : Spells or None
        Silences of open leads; None where no activity is written down to tell them by.

    Notes
    -----
    A spell is a run of visits to stages of class nurture or lost, or a silence as `stale_spells` has it. Counted are
    the spells that began in the 365 days ending 180 days ago, whose windows are over; a later spell counts only in
    the note.
    """
    meaning = (
        f"Spells in nurture, lost or open but stale that returned to an active stage, or to activity, within "
        f"{WINDOW_DAYS} days, divided by the spells begun."
        if stale is not None
        else f"Spells in nurture or lost that returned to an active stage within {WINDOW_DAYS} days, divided by the "
        "spells begun; without activities written down, no stale spell can be told."
    )
    name = "Reactivation rate"
    classes = [stage.stage_class for stage in playbook.stages]
    stage = steps["stage"].to_numpy()
    dormant = np.array([*(kind in _DORMANT for kind in classes), False])[stage]
    active = np.array([*(kind in _ACTIVE for kind in classes), False])[stage]
    lead, entered = steps["lead"].to_numpy(), steps["entered"].to_numpy()
    begins = dormant & (steps["first"].to_numpy() | ~np.roll(dormant, 1))
    spell = np.cumsum(begins)
    back_at = np.full(int(spell[-1]) + 1 if len(spell) else 1, np.inf)
    # an active visit belongs to the lead's latest spell, if it had one before
    owner_of_spell = np.append([-1], lead[begins])
    returns = active & (owner_of_spell[spell] == lead)
    np.minimum.at(back_at, spell[returns], entered[returns])
    # when History first saw the lead dormant already, nobody knows when the spell began
    began = np.where(steps["censored"].to_numpy(), np.nan, entered)[begins]
    back = back_at[1:] - began
    if stale is not None:
        began, back = np.append(began, stale.began), np.append(back, stale.back - stale.began)
    over = trailing(today, skip=WINDOW_DAYS)
    counted = within(began, over)
    young = int((began >= day_number(over.end)).sum())
    n = int(counted.sum())
    value = known(ratio(float((back[counted] <= WINDOW_DAYS).sum()), n))
    silences = int(within(stale.began, over).sum()) if stale is not None else 0
    note = f"Spells begun {over.name}{f', {silences:,} of them stale' if silences else ''}." + (
        f" {young} later ones are immature." if young else ""
    )
    why_not = ""
    if value is None:
        why_not = f"immature: no dormancy spell began {WINDOW_DAYS} days ago or earlier" if young else (
            "History knows no dormancy spell"
        )  # fmt: skip
    return Measure("reactivation_rate", name, value, "%", n, why_not, 0, note, meaning)


def periods_under_way(today: dt.date, playbook: Playbook) -> tuple[Period, Period]:
    """Return the current month and the current fiscal quarter."""
    return month_of(today), quarter_of(today, playbook.options.fiscal_year_start_month)


def _frozen(changes: pd.DataFrame, month: Period) -> tuple[float, int]:
    """Return the weighted value due in a month as it stood at its start, and how many deals had no value to count."""
    rows = last_rows(changes, month.start)
    due = falls_in(changes["close_date"], month).to_numpy()[rows]
    due &= (changes["stage_class"].to_numpy(dtype=object)[rows] == StageClass.OPEN.value).astype(bool)
    worth = changes["amount"].to_numpy()[rows[due]] * changes["probability"].to_numpy()[rows[due]]
    return float(np.nansum(worth)), int(np.isnan(worth).sum())


def _booked(deals: pd.DataFrame, month: Period) -> float:
    return float(deals["amount"][deals["won"] & falls_in(deals["close_date"], month)].sum())
