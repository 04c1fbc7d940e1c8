"""Every metric the data at hand allows; the others say why not."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.analysis.bottleneck import measure_bottleneck
from leadbook.analysis.conversion import measure_lifecycle
from leadbook.analysis.forecast_periods import measure_coverage
from leadbook.analysis.history_states import (
    first_day,
    lacks_history,
    present_state,
    read_changes,
    state_on,
    without_shared_ids,
)
from leadbook.analysis.measure_deals import before, collect_deals, weigh
from leadbook.analysis.measure_groups import (
    add_quotas,
    measure_groups,
    measure_lost_reasons,
    total_quota,
)
from leadbook.analysis.measure_history import (
    measure_forecast_quality,
    measure_pushes,
    measure_reactivation,
    measure_slippage,
    periods_under_way,
)
from leadbook.analysis.measure_response import measure_response, measure_response_by
from leadbook.analysis.measure_stages import measure_stages
from leadbook.analysis.measure_visits import read_steps
from leadbook.analysis.measure_waterfall import residual, waterfall
from leadbook.analysis.quality import rows_with_errors
from leadbook.analysis.rates import choose_closed, measure_win_rates, rate_by_value
from leadbook.analysis.results import Measure, Measures
from leadbook.analysis.stale_spells import stale_spells
from leadbook.analysis.touches import read_touches
from leadbook.analysis.trends import measure_trends
from leadbook.analysis.velocity import measure_age, measure_sales_trap, measure_velocity

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from leadbook.analysis.periods import Period
    from leadbook.analysis.results import Scores, Standing
    from leadbook.analysis.stale_spells import Spells
    from leadbook.model.issues import Issue
    from leadbook.model.records import Records


def measure(  # noqa: PLR0917 - the steps before it in their order
    records: Records,
    scores: Scores,
    standing: Standing,
    issues: Sequence[Issue],
    visits: pd.DataFrame,
    today: dt.date,
) -> Measures:
    """Return every metric of the leads that are not in the archive.

    Parameters
    ----------
    records : Records
    scores : Scores
        Its ``temperature`` counts the hot leads; the SLA was already picked by it in ``standing``.
    standing : Standing
    issues : sequence of Issue
        What the rules found, waived ones gone.
    visits : DataFrame
        As ``history_visits.visits`` returns them.
    today : date
        Counts as the last day of every trailing period.

    Returns
    -------
    Measures
        A metric that cannot be computed has value None and says why not. Rates are fractions.
    """
    playbook = records.playbook
    steps = read_steps(visits, records, today)
    deals = collect_deals(records, standing)
    closed, closed_which = choose_closed(deals, today)
    changes = read_changes(records, today)
    since = first_day(changes)
    now = present_state(deals if since else deals.iloc[:0])
    month, quarter = periods_under_way(today, playbook)
    quota = total_quota(playbook, quarter)
    tracked = without_shared_ids(changes, deals)
    bridge, change = _bridge(tracked, now, quarter, since)
    stages = measure_stages(deals, steps, playbook, today, lacks_history(since, dt.date.min))
    headline = [
        *_measure_pipeline(deals, scores, today),
        *measure_win_rates(deals, today),
        *measure_velocity(deals, today),
        *measure_age(deals, today),
        *measure_response(standing, deals, today),
        measure_lifecycle(deals, today, start="mql_date", goal="sql_date", window_days=90, names=("MQL", "SQL")),
        measure_lifecycle(
            deals, today, start="sql_date", goal="opportunity_date", window_days=60, names=("SQL", "opportunity")
        ),
        measure_coverage(deals, playbook, quarter, today),
        _required_coverage(rate_by_value(closed), closed),
        measure_sales_trap(
            deals, today, None if math.isnan(quota) else quota / quarter.days, rate_by_value(closed)
        ),
        measure_slippage(tracked, now, month, since, "slippage_month"),
        measure_slippage(tracked, now, quarter, since, "slippage_quarter"),
        measure_pushes(deals, since),
        *measure_forecast_quality(changes, deals, since, today),
        measure_reactivation(steps, playbook, today, _stale_spells(records, scores, visits, today)),
        measure_bottleneck(stages, playbook),
        change,
    ]  # fmt: skip
    wrong = rows_with_errors(records.leads, issues)
    active = [rep.owner for rep in playbook.reps if rep.active]
    owners = measure_groups(deals, closed, "owner", wrong, today, names=active)
    return Measures(
        headline=tuple(_tidy(measured) for measured in headline),
        stages=stages,
        owners=add_quotas(owners, deals, playbook, today),
        sources=measure_groups(deals, closed, "source", wrong, today),
        segments=measure_groups(deals, closed, "industry", wrong, today),
        reasons_lost=measure_lost_reasons(closed),
        response_owners=measure_response_by(standing, deals, "owner", today, names=active),
        response_sources=measure_response_by(standing, deals, "source", today),
        history_since=since,
        closed_which=closed_which,
        waterfall=bridge,
        waterfall_period=quarter.name,
        trends=measure_trends(tracked, now, steps, deals, playbook, since, today),
    )


def _stale_spells(records: Records, scores: Scores, visits: pd.DataFrame, today: dt.date) -> Spells | None:
    """Return the past silences of open leads; None where no activity is written down."""
    read = scores.touches
    if read is None or read.today != today:
        read = read_touches(records, today)
    return stale_spells(visits, read, records.playbook, today) if read.frame["done"].any() else None


def _measure_pipeline(deals: pd.DataFrame, scores: Scores, today: dt.date) -> list[Measure]:
    """Return how many leads are open, what they are worth, and what that is weighted by their chances."""
    waiting = deals[deals["open"]]
    unpriced = int(waiting["amount"].isna().sum())
    priced = len(waiting) - unpriced
    no_amount = "" if priced else ("no open lead has an amount" if len(waiting) else "no lead is open")
    value = float(waiting["amount"].sum()) if priced else None
    hot = scores.frame["temperature"].loc[waiting.index] == "hot"
    due = waiting[~before(waiting["close_date"], today)]
    weighed = weigh(due, today).dropna()
    past = len(waiting) - len(due)
    return [
        Measure(
            "open_leads", "Open leads", float(len(waiting)), "count", None, "", 0,
            f"{int(waiting['qualified'].sum())} of them are past the qualification gate.",
            "Leads in a stage of class open; nurture, won, lost and disqualified are not.",
        ),
        Measure(
            "hot_leads", "Hot leads", float(hot.sum()), "count", len(waiting), "", 0, "",
            "Open leads whose score, or whose request with a good fit, makes them hot.",
        ),
        Measure(
            "open_amount", "Open pipeline", value, "currency", priced, no_amount, unpriced, "",
            "Sum of the amounts of open leads, in base currency.",
        ),
        Measure(
            "weighted_amount", "Weighted pipeline", float(weighed.sum()) if priced else None, "currency",
            len(weighed), no_amount, len(due) - len(weighed),
            f"{past:,} past the close date {'is' if past == 1 else 'are'} not counted." if past else "",
            "Sum of amount times chance of winning over open leads whose close date has not passed.",
        ),
    ]  # fmt: skip


def _required_coverage(rate: float, closed: pd.DataFrame) -> Measure:
    value = 1 / rate if rate > 0 else None
    return Measure(
        "required_coverage", "Required coverage", value, "x", int(closed["amount"].notna().sum()),
        "" if value is not None else "the win rate by value is unknown or 0", 0, "",
        "1 divided by the win rate by value: how many times the remaining quota must stand in the pipeline.",
    )  # fmt: skip


def _bridge(
    changes: pd.DataFrame, now: pd.DataFrame, quarter: Period, since: dt.date | None
) -> tuple[pd.DataFrame | None, Measure]:
    """Return the waterfall of the quarter under way, from its start to today, and its sum as one number."""
    name = f"Pipeline change since the start of {quarter.name}"
    meaning = f"Open value due in {quarter.name} today minus what was open and due in it at its start."
    why_not = lacks_history(since, quarter.start)
    if why_not:
        return None, Measure("pipeline_change", name, None, "currency", None, why_not, meaning=meaning)
    steps = waterfall(state_on(changes, quarter.start), now, quarter)
    amounts = steps.set_index("step")["amount"]
    note = f"Residual {residual(steps):,.2f}."
    return steps, Measure(
        "pipeline_change", name, float(amounts["End"] - amounts["Start"]), "currency", int(steps["deals"].iloc[-1]),
        note=note, meaning=meaning,
    )  # fmt: skip


def _tidy(measured: Measure) -> Measure:
    """Keep a promise to readers: a value has no reason against it, and what is not there has no note."""
    if measured.value is not None:
        return structs.replace(measured, why_not="") if measured.why_not else measured
    return measured if measured.n else structs.replace(measured, note="")
