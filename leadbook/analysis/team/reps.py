"""One line a rep: pipeline, quota and coverage, and the scorecard, each figure as the rep's own sheets define it."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.forecast_periods import cover, forecast_periods
from leadbook.analysis.measure_deals import falls_in
from leadbook.analysis.measure_groups import add_quotas, measure_groups, total_quota
from leadbook.analysis.measure_response import measure_response
from leadbook.analysis.periods import quarter_of
from leadbook.analysis.rates import choose_closed, rate_by_value, ratio
from leadbook.analysis.results import Measure, Standing
from leadbook.analysis.velocity import measure_age, measure_velocity

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.analysis.periods import Period
    from leadbook.analysis.team.pooling import Team
    from leadbook.model.playbook import Playbook

#: Each rep costs a little time and a line on every sheet; a team has fewer.
MOST_REPS = 250
_FEWEST_PROMISES = 20
#: What a rep's figures are made from; to carry the texts of every lead along, rep by rep, takes most of the time.
_FIGURED = (
    "owner", "source", "stage_name", "category", "temperature", "sla_status", "created", "first_contacted", "sql_date",
    "opportunity_date", "close_date", "amount", "amount_then", "stage_win", "sla_hours", "open", "won", "lost", "wrong",
    "qualified", "stale", "stalled", "overdue", "no_next_step", "due_then",
)  # fmt: skip


class Reps(Struct, frozen=True):
    """What each rep has in hand and how it is worked.

    Parameters
    ----------
    frame : DataFrame, one row a rep, the largest open value first
        As ``measure_groups`` and ``add_quotas`` return them, and ``won_quarter``, ``due_open``, ``due_weighted``,
        ``qualified``, ``coverage`` (NaN), ``coverage_text``, ``cycle_days``, ``velocity``, ``velocity_why``,
        ``age_days``, ``sla``, ``sla_n``, ``contact_hours``, ``quality``, ``fault``, ``fault_leads``, ``bias``,
        ``bias_deals``, ``slippage``, ``slippage_n``, ``overdue``, ``no_next_step``, ``stalled``, ``hot``,
        ``capacity``, ``load``; NaN where there is nothing to tell.
    whole : dict
        The same of everybody together.
    conversions : DataFrame
        ``owner``, then one column an open stage with the share that moved on, and ``n STAGE``.
    stages : DataFrame
        Open leads and value by rep and stage: ``owner``, ``stage``, ``leads``, ``amount``, ``weighted``.
    quarter : Period
    required : float
        1 ÷ everybody's win rate by value, NaN when unknown.
    closed_which : str
        Which won and lost deals count.
    total : int
        How many reps there are; ``frame`` holds the first ``MOST_REPS``.
    """

    frame: pd.DataFrame
    whole: dict[str, Any]
    conversions: pd.DataFrame
    stages: pd.DataFrame
    quarter: Period
    required: float
    closed_which: str
    total: int


def measure_reps(team: Team) -> Reps:
    """Return each rep's figures, and everybody's together.

    Notes
    -----
    Coverage is that of the quarter under way: open qualified value due in it ÷ (quota - won in it). Bias is
    (weighted - came) ÷ came over the deals due in finished months at their start; below 20 of them there is none.
    Slippage is the value due in the quarter at its start that is still open and now due later, of all that was due.
    """
    deals, today, playbook = team.deals[list(_FIGURED)], team.today, team.playbook
    quarter = quarter_of(today, playbook.options.fiscal_year_start_month)
    closed, closed_which = choose_closed(deals, today)
    rate = rate_by_value(closed)
    required = 1 / rate if rate > 0 else math.nan
    wrong = set(deals.index[deals["wrong"]].tolist())
    every = measure_groups(
        deals, closed, "owner", wrong, today, names=[rep.owner for rep in playbook.reps if rep.active]
    )
    base = add_quotas(every.head(MOST_REPS), deals, playbook, today)
    places = deals.groupby("owner", sort=False).indices
    rows = []
    for name in base["name"].tolist():
        mine = deals.iloc[places.get(name, [])]
        own = replace(playbook, reps=tuple(rep for rep in playbook.reps if rep.owner == name))
        capacity = next((rep.capacity for rep in own.reps), None)
        rows.append(_figures(team, mine, name, quarter) | _covered(mine, own, quarter, required, today)
                    | _load(mine, capacity))  # fmt: skip
    frame = pd.concat([base, pd.DataFrame(rows, index=base.index)], axis=1) if rows else base
    whole = _figures(team, deals, None, quarter) | _covered(deals, playbook, quarter, required, today)
    known = [rep.capacity for rep in playbook.reps if rep.capacity and rep.active]
    whole |= _load(deals, sum(known) if known else None)
    sums = {
        key: every[key].sum()
        for key in ("open_leads", "open_amount", "weighted", "won", "lost", "won_amount", "stale", "errors")
    }
    whole |= sums | {
        "n": len(closed), "win_rate": ratio(float(closed["won"].sum()), len(closed)), "win_rate_value": rate,
        "quota": total_quota(playbook, quarter),
    }  # fmt: skip
    whole |= _against_quota(frame, float(whole["quota"]))
    return Reps(
        frame,
        whole,
        _conversions(team, base["name"].tolist()),
        _by_stage(team),
        quarter,
        required,
        closed_which,
        len(every),
    )


def _against_quota(frame: pd.DataFrame, quota: float) -> dict[str, Any]:
    """Return attainment and coverage of the reps that have a quota; what the others win and have is no part of it."""
    having = frame[frame["quota"] > 0]
    won = float(having["won_quarter"].sum())
    covered, text = cover(float(having["qualified"].sum()), quota, won)
    return {"attainment": ratio(won, quota), "coverage": covered, "coverage_text": text, "with_quota": len(having)}


def _figures(team: Team, mine: pd.DataFrame, name: str | None, quarter: Period) -> dict[str, Any]:
    """Return the figures of one rep, or of everybody."""
    today = team.today
    velocity, _, cycle = measure_velocity(mine, today)
    age = measure_age(mine, today)[0]
    contact, _, sla = measure_response(Standing(mine), mine, today)
    quality = team.quality if name is None else team.quality[team.quality["owner"] == name]
    leads = int(quality["open_leads"].sum())
    worst = quality.sort_values("fault_leads", ascending=False, kind="stable").head(1)
    promises = team.promises if name is None else team.promises[team.promises["owner"] == name]
    judged, came = int(promises["deals"].sum()), float(promises["came"].sum())
    bias = ratio(float(promises["weighted"].sum()) - came, came) if judged >= _FEWEST_PROMISES else math.nan
    due = mine[mine["due_then"]]
    slipped = due["open"] & (due["close_date"] >= pd.Timestamp(quarter.end))
    is_open = mine["open"]
    return {
        "velocity": _number(velocity), "velocity_why": velocity.why_not, "cycle_days": _number(cycle),
        "age_days": _number(age), "contact_hours": _number(contact), "sla": _number(sla), "sla_n": sla.n or 0,
        "quality": ratio(float(quality["points"].sum()), leads),
        "fault": str(worst["fault"].iloc[0]) if len(worst) else "",
        "fault_leads": int(worst["fault_leads"].iloc[0]) if len(worst) else 0,
        "clean": 1 - ratio(float(quality["wrong_amount"].sum()), float(quality["open_amount"].sum())),
        "bias": bias, "bias_deals": judged,
        "slippage": ratio(float(due["amount_then"][slipped].sum()), float(due["amount_then"].sum())),
        "slippage_n": len(due), "slipped": int(slipped.sum()),
        "overdue": int((is_open & mine["overdue"]).sum()), "no_next_step": int((is_open & mine["no_next_step"]).sum()),
        "stalled": int((is_open & mine["stalled"]).sum()), "hot": int((is_open & (mine["temperature"] == "hot")).sum()),
        "past_due": int((is_open & (mine["close_date"] < pd.Timestamp(today))).sum()),
    }  # fmt: skip


def _covered(
    mine: pd.DataFrame, playbook: Playbook, quarter: Period, required: float, today: dt.date
) -> dict[str, Any]:
    """Return what the quarter under way holds against the quota."""
    row = forecast_periods(mine, [quarter], playbook, required, today).iloc[0]
    return {
        "won_quarter": float(row["closed"]), "commit": float(row["commit"]), "best_case": float(row["best_case"]),
        "due_open": float(row["commit"] + row["best_case"] + row["pipeline"] + row["omitted"]),
        "due_weighted": float(row["weighted"]), "qualified": float(row["qualified"]),
        "coverage": float(row["coverage"]), "coverage_text": str(row["coverage_text"]),
    }  # fmt: skip


def _load(mine: pd.DataFrame, capacity: float | None) -> dict[str, Any]:
    known = capacity is not None and capacity > 0
    return {
        "capacity": float(capacity) if capacity is not None and known else math.nan,
        "load": float(mine["open"].sum()) / capacity if capacity is not None and known else math.nan,
    }


def _number(measure: Measure) -> float:
    return math.nan if measure.value is None else float(measure.value)


def _by_stage(team: Team) -> pd.DataFrame:
    """Return what each rep has open in each stage."""
    deals = team.deals.loc[team.deals["open"], ["owner", "stage_name", "amount", "stage_win", "close_date"]]
    weighted = (deals["amount"] * deals["stage_win"]).where(~(deals["close_date"] < pd.Timestamp(team.today)), 0.0)
    table = deals.assign(weighted=weighted, leads=1, stage=deals["stage_name"])
    grouped = table.groupby(["owner", "stage"], sort=True)[["leads", "amount", "weighted"]].sum()
    return grouped.reset_index()


def _conversions(team: Team, owners: list[str]) -> pd.DataFrame:
    """Return the share of leads that moved on from each open stage, by rep and of all ("All", the last row)."""
    folded = {" ".join(stage.name.split()).casefold(): stage.name for stage in team.playbook.open_stages}
    table = team.conversions.copy()
    table["stage"] = [folded.get(" ".join(str(stage).split()).casefold(), "") for stage in table["stage"]]
    table = table[table["stage"] != ""]
    counts: dict[tuple[str, str], tuple[int, int]] = {}
    for whose in (table, table.assign(owner="All")):
        sums = whose.groupby(["owner", "stage"], as_index=False)[["entered", "advanced"]].sum()
        listed = zip(sums["owner"], sums["stage"], sums["entered"], sums["advanced"], strict=True)
        counts |= {(owner, stage): (int(entered), int(advanced)) for owner, stage, entered, advanced in listed}
    rows = []
    for owner in [*owners, "All"]:
        row: dict[str, object] = {"owner": owner}
        for stage in folded.values():
            entered, advanced = counts.get((owner, stage), (0, 0))
            row[stage], row[f"n {stage}"] = ratio(advanced, entered), entered
        rows.append(row)
    return pd.DataFrame(rows)


def won_in(deals: pd.DataFrame, period: Period) -> float:
    """Return what was won in a period."""
    return float(np.nansum(deals["amount"][deals["won"] & falls_in(deals["close_date"], period)]))
