"""The forecast: what will close when, how sure it is, and what was left out of it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.forecast_lights import light_conversion, light_velocity, light_volume
from leadbook.analysis.forecast_periods import forecast_periods, place_in
from leadbook.analysis.history_visits import visits as read_visits
from leadbook.analysis.measure_deals import collect_deals, find_gate, weigh
from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.measure_visits import read_steps
from leadbook.analysis.outlook.commission import plan_commission
from leadbook.analysis.outlook.outlook import look_ahead
from leadbook.analysis.outlook.pipeline_then import remember_pipeline
from leadbook.analysis.outlook.pulled_out import list_doubtful
from leadbook.analysis.outlook.rose_tint import measure_rose_tint
from leadbook.analysis.periods import Period, months_from, period_of_key, quarters_from
from leadbook.analysis.rates import choose_closed, rate_by_value
from leadbook.analysis.results import Forecast

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.analysis.results import Standing
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records

MONTHS, QUARTERS = 12, 5


def forecast(records: Records, standing: Standing, today: dt.date, visits: pd.DataFrame | None = None) -> Forecast:
    """Return the weighted forecast by period and category.

    Parameters
    ----------
    records : Records
    standing : Standing
    today : date
        Open deals due before it are overdue: listed, and in no period.
    visits : DataFrame or None
        As ``history_visits.visits`` returns them; None reads them from History.

    Returns
    -------
    Forecast
        12 months and 5 fiscal quarters, the current ones first.

    Notes
    -----
    weighted = Σ amount in base currency x chance of winning over open deals due in the period. Coverage =
    open qualified value due in the period ÷ (quota - won in it); qualified is past the gate: BANT passed, a
    stage after the one that asks for BANT, or SQL and beyond. Required coverage = 1 ÷ win rate by value.
    """
    playbook = records.playbook
    deals = collect_deals(records, standing)
    closed, closed_which = choose_closed(deals, today)
    rate = rate_by_value(closed)
    required = 1 / rate if rate > 0 else math.nan
    months = months_from(today, MONTHS)
    quarters = quarters_from(today, QUARTERS, playbook.options.fiscal_year_start_month)
    steps = read_steps(read_visits(records.history) if visits is None else visits, records, today)
    waiting = deals[deals["open"]]
    undated = waiting[waiting["close_date"].isna()]
    by_month = forecast_periods(deals, months, playbook, required, today)
    by_quarter = forecast_periods(deals, quarters, playbook, required, today)
    first_month = playbook.options.fiscal_year_start_month
    outlook = look_ahead(
        standing, (months, quarters), (by_month, by_quarter), first_month, remember_pipeline(records, today)
    )
    return Forecast(
        months=by_month,
        quarters=by_quarter,
        outlook=outlook,
        doubtful=list_doubtful(deals),
        rose_tint=measure_rose_tint(records, deals, quarters[0], today),
        commission=plan_commission(deals, months, outlook, playbook.options, today),
        overdue=list_overdue(waiting, today),
        undated_weighted=float(weigh(undated, today).sum()),
        undated_amount=float(undated["amount"].sum()),
        undated_deals=len(undated),
        left_out_deals=int(waiting["amount"].isna().sum()),
        lights={
            "volume": light_volume(deals, today),
            "conversion": light_conversion(deals, steps, playbook, today),
            "velocity": light_velocity(deals, playbook),
        },
        by_owner=weigh_by_owner(waiting, months, playbook, today),
        notes=tuple(_note(waiting, playbook, rate, closed_which, months)),
    )


def list_overdue(waiting: pd.DataFrame, today: dt.date) -> pd.DataFrame:
    """Return open deals due before today, the largest first, those without an amount last.

    Parameters
    ----------
    waiting : DataFrame
        Open deals.
    today : date

    Returns
    -------
    DataFrame, one row a deal
        ``row`` (Excel row), ``lead_id``, ``company``, ``owner``, ``amount`` (base currency), ``close_date``
        (datetime64), ``days_late``.
    """
    late = waiting[waiting["close_date"] < pd.Timestamp(today)]
    late = late.sort_values(["amount", "close_date"], ascending=[False, True], kind="stable", na_position="last")
    due = late["close_date"].to_numpy(dtype="datetime64[D]")
    return pd.DataFrame(
        {
            "row": late.index.to_numpy(dtype=np.int64),
            "lead_id": late["lead_id"].to_numpy(dtype=object),
            "company": late["company"].to_numpy(dtype=object),
            "owner": late["owner"].to_numpy(dtype=object),
            "amount": late["amount"].to_numpy(dtype=float),
            "close_date": late["close_date"].to_numpy(),
            "days_late": (np.datetime64(today, "D") - due).astype(np.int64),
        }
    )


def weigh_by_owner(waiting: pd.DataFrame, months: list[Period], playbook: Playbook, today: dt.date) -> pd.DataFrame:
    """Return each owner's weighted amount a month, the largest total first; "Unknown" kept, zero rows dropped."""
    slot = place_in(waiting["close_date"], months)
    due = slot >= 0
    worth = weigh(waiting, today).fillna(0.0).to_numpy(dtype=float)[due]
    owners = spell_groups(waiting["owner"], [rep.owner for rep in playbook.reps]).to_numpy(dtype=object)[due]
    codes, names = pd.factorize(owners)
    cells = codes * len(months) + slot[due]
    table = np.bincount(cells, weights=worth, minlength=len(names) * len(months)).reshape(len(names), len(months))
    made = pd.DataFrame(table, columns=[month.name for month in months], dtype=float)
    made.insert(0, "owner", pd.Series(names, dtype=object))
    totals = table.sum(axis=1)
    order = np.lexsort((np.asarray(names, dtype=str), -totals))
    kept: pd.DataFrame = made.iloc[order[totals[order] != 0]].reset_index(drop=True)
    return kept


def _note(waiting: pd.DataFrame, playbook: Playbook, rate: float, closed_which: str, months: list[Period]) -> list[str]:
    """Return the sentences that say what was left out and what was derived."""
    notes = []
    blank = int((waiting["amount"].isna() & ~waiting["priced"]).sum())
    if blank:
        past = int((waiting["amount"].isna() & ~waiting["priced"] & waiting["qualified"]).sum())
        notes.append(
            f"{blank:,} open {_deals(blank)} no readable amount and {'is' if blank == 1 else 'are'} left out; "
            f"{past:,} of them past the qualification gate."
        )
    rateless = waiting[waiting["no_rate"]]
    if len(rateless):
        codes = ", ".join(sorted({code.upper() for code in rateless["currency"]} - {""}))
        notes.append(
            f"{len(rateless)} open {_deals(len(rateless))} an amount in a currency without a rate in Settings "
            f"({codes}) and {'is' if len(rateless) == 1 else 'are'} left out."
        )
    beyond = waiting["close_date"] >= pd.Timestamp(months[-1].end)
    if beyond.any():
        notes.append(
            f"{int(beyond.sum())} open {_deals(int(beyond.sum()))} a close date after {months[-1].name} "
            f"({waiting['amount'][beyond].sum():,.0f})."
        )
    notes.extend(_note_quotas(playbook))
    if rate > 0:
        notes.append(f"Required coverage is 1 divided by the win rate by value, {rate:.0%} ({closed_which}).")
    else:
        notes.append("Required coverage is n/a because the win rate by value is unknown.")
    if find_gate(playbook) is None:
        notes.append("No stage asks for BANT, so coverage counts every open deal as qualified.")
    return notes


def _note_quotas(playbook: Playbook) -> list[str]:
    """Say how quotas were split or added up, and which headings were not understood."""
    month = playbook.options.fiscal_year_start_month
    keys = sorted({key for rep in playbook.reps if rep.active for key in rep.quotas})
    lengths = {meant[1] for key in keys if (meant := period_of_key(key, month))}
    unread = [key for key in keys if period_of_key(key, month) is None]
    notes = []
    if not keys:
        notes.append("No active rep has a quota in Settings (Reps).")
    if lengths == {3}:
        notes.append("A month's quota is a third of its quarter's.")
    elif lengths == {1}:
        notes.append("A quarter's quota is the sum of its months'.")
    elif lengths == {12}:
        notes.append("Quotas are given by year: a quarter takes a fourth, a month a twelfth.")
    elif lengths:
        notes.append(
            "Where a period has no quota of its own, it is the sum of its months or its share of the longer one."
        )
    if unread:
        notes.append(f"These quota columns name no month, quarter or year and are not used: {', '.join(unread)}.")
    return notes


def _deals(count: int) -> str:
    return "deal has" if count == 1 else "deals have"
