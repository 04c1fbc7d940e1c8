"""How much each open lead is worth doing now: value, times chance, times urgency."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.touches import days
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt
    import pandas as pd

    from leadbook.model.records import Records

CLOSE_SOON_DAYS = 14


def priorities(
    records: Records, facts: pd.DataFrame, today: dt.date
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
    """Return how much each open lead is worth doing now, and the sum spelled out.

    Parameters
    ----------
    records : Records
    facts : DataFrame
        As for `next_actions`, with ``temperature``.
    today : date

    Returns
    -------
    (array of float, array of str)
        NaN and "" for leads that are not open.

    Notes
    -----
    ``priority = value * chance * urgency``. Value is the amount in base currency; where it is blank, the
    median amount of open leads stands in, else that of won ones (1 when none has one), and the reason says so.
    Chance is the win
    chance, or the first stage's when it is unknown. Urgency is 1 plus: 3 for a first contact overdue (hot;
    2 warm, 1 cold), 1 for hot, 1 for an overdue next step, 0.5 for one due today, 1 for a close date passed
    or within 14 days, 1 for a buyer who is back, 0.5 for a proposal that ends, 0.5 for stale or stalled.
    """
    frame = records.leads.frame
    now = np.datetime64(today, "D")
    is_open = facts["open"].to_numpy()
    amount = frame["amount_base"].to_numpy(dtype=np.float64)
    known = np.isfinite(amount) & (amount > 0)
    won = frame["stage_class"].to_numpy(dtype=object) == StageClass.WON
    like = next((group & known for group in (is_open, won) if (group & known).any()), None)
    typical = float(np.median(amount[like])) if like is not None else 1.0
    value = np.where(known, amount, typical)
    first = records.playbook.open_stages[0].probability if records.playbook.open_stages else 0.0
    chance = np.where(np.isnan(facts["win"].to_numpy()), first, facts["win"].to_numpy())
    temperature = facts["temperature"].to_numpy(dtype=object)
    waiting = facts["sla_status"].to_numpy(dtype=object) == "overdue"
    close = days(frame["close_date"])
    step_day = days(frame["next_step_date"])
    terms = (
        (waiting & (temperature == "hot"), 3.0, "first contact overdue"),
        (waiting & (temperature == "warm"), 2.0, "first contact overdue"),
        (waiting & (temperature == "cold"), 1.0, "first contact overdue"),
        (temperature == "hot", 1.0, "hot"),
        (step_day < now, 1.0, "next step overdue"),
        (step_day == now, 0.5, "next step today"),
        (close < now, 1.0, "close date passed"),
        ((close >= now) & (close <= now + np.timedelta64(CLOSE_SOON_DAYS, "D")), 1.0, "closes soon"),
        (facts["reengaged"].to_numpy(), 1.0, "buyer is back"),
        (facts["expires"].to_numpy(), 0.5, "proposal ends"),
        (facts["stale"].to_numpy() | facts["stalled"].to_numpy(), 0.5, "gone quiet or stuck"),
    )
    urgency = np.ones(len(frame))
    bits = np.zeros(len(frame), dtype=np.int64)
    for place, (holds, weight, _) in enumerate(terms):
        urgency += holds * weight
        bits |= holds.astype(np.int64) << place
    reasons = _spell_out(
        records, is_open=is_open, known=known, value=value, chance=chance, urgency=urgency, bits=bits,
        names=[text for _, _, text in terms],
    )  # fmt: skip
    return np.where(is_open, np.round(value * chance * urgency, 2), np.nan), reasons


def _spell_out(
    records: Records,
    *,
    is_open: npt.NDArray[np.bool_],
    known: npt.NDArray[np.bool_],
    value: npt.NDArray[np.float64],
    chance: npt.NDArray[np.float64],
    urgency: npt.NDArray[np.float64],
    bits: npt.NDArray[np.int64],
    names: list[str],
) -> npt.NDArray[np.object_]:
    """Return ``12,000 EUR x 30 % x urgency 2.5 (hot, closes soon)`` for each open lead."""
    made = np.full(len(value), "", dtype=object)
    hit = np.flatnonzero(is_open)
    currency = records.playbook.options.base_currency
    # The terms that hold settle the urgency, so chance and terms tell all that is different.
    chances, of_chance = np.unique(chance[hit], return_inverse=True)
    pairs, first, place = np.unique(of_chance << len(names) | bits[hit], return_index=True, return_inverse=True)
    tails = []
    for win, weight, held in zip(
        chances[pairs >> len(names)].tolist(), urgency[hit][first].tolist(), bits[hit][first].tolist(), strict=True
    ):
        why = ", ".join(name for position, name in enumerate(names) if held >> position & 1)
        tails.append(f" x {win:.0%} x urgency {weight:g}".replace("%", " %") + (f" ({why})" if why else ""))
    stand_in = float(value[hit][~known[hit]][0]) if (~known[hit]).any() else 0.0
    # With no amount anywhere the value is the same for every lead, and only chance and urgency rank them.
    typical = f"{stand_in:,.0f} {currency} (typical, no amount)" if stand_in > 1 else "no amount"
    amounts, of_amount = np.unique(np.where(known[hit], value[hit], np.nan), return_inverse=True)
    spelled = [typical if np.isnan(money) else f"{money:,.0f} {currency}" for money in amounts.tolist()]
    heads = np.array(spelled, dtype=object)[of_amount.ravel()]
    made[hit] = heads + np.array(tails, dtype=object)[place.ravel()] if len(hit) else heads
    return made
