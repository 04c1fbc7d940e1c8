"""From the findings about one book to the record that is kept of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.history_states import (
    first_day,
    lacks_history,
    present_state,
    read_changes,
    state_on,
    without_shared_ids,
)
from leadbook.analysis.measure_deals import UNKNOWN, collect_deals, falls_in
from leadbook.analysis.measure_groups import spell_groups
from leadbook.analysis.measure_stages import measure_stages
from leadbook.analysis.measure_visits import read_steps
from leadbook.analysis.measure_waterfall import waterfall
from leadbook.analysis.outlook.pulled_out import explain_doubtful, list_doubtful
from leadbook.analysis.outlook.rose_tint import judge_months
from leadbook.analysis.periods import quarter_of
from leadbook.analysis.quality import measure_quality, rows_with_errors
from leadbook.analysis.score_fit import lead_cells
from leadbook.analysis.team.packing import pack
from leadbook.analysis.team.studied import RepLine, StageLine, Studied, in_shape
from leadbook.analysis.touches import fold, is_blank
from leadbook.analysis.trends import open_at_ends
from leadbook.model.columns import key_of
from leadbook.model.issues import Severity, column_letters
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.analysis.periods import Period
    from leadbook.analysis.quality import Quality
    from leadbook.analysis.results import Scores, Standing
    from leadbook.model.issues import Issue
    from leadbook.model.records import Records

_CONVERSIONS = ("entered", "advanced", "exited", "pending")
_PROMISES = ("called", "called_came", "weighted", "came")


class Found(Struct, frozen=True):
    """What is known of one book's leads, as a refresh would show them; ``visits`` as ``history_visits`` has them."""

    records: Records
    scores: Scores
    standing: Standing
    issues: Sequence[Issue]
    visits: pd.DataFrame
    today: dt.date


def keep(found: Found, notes: Sequence[str] = ()) -> Studied:
    """Return what the review needs of one book.

    Parameters
    ----------
    found : Found
    notes : sequence of str
        How a list that nobody has adopted yet was read.
    """
    records, playbook = found.records, found.records.playbook
    deals = collect_deals(records, found.standing)
    changes = without_shared_ids(read_changes(records, found.today), deals)
    quarter = quarter_of(found.today, playbook.options.fiscal_year_start_month)
    since = first_day(changes)
    table = records.leads.table
    counts = pd.Series([issue.severity for issue in found.issues], dtype=object).value_counts()
    return Studied(
        as_of=found.today,
        currency=playbook.options.base_currency,
        rates={code: float(rate) for code, rate in playbook.rates.items()},
        fiscal_month=playbook.options.fiscal_year_start_month,
        fit_limit=float(playbook.options.mql_fit),
        home_country=playbook.options.home_country,
        leads=len(records.leads.frame),
        errors=int(counts.get(Severity.ERROR, 0)),
        warnings=int(counts.get(Severity.WARNING, 0)),
        leads_sheet=table.sheet if table else "",
        first_column=column_letters(table.first_column) if table else "A",
        history_since=since,
        lacks_quarter=lacks_history(since, quarter.start),
        moves=_moves(changes, deals, quarter),
        open_ends=open_at_ends(changes, present_state(deals), since, found.today),
        stages=[
            StageLine(stage.name, stage.stage_class.value, stage.probability, stage.expected_days)
            for stage in playbook.stages
        ],
        reps=[RepLine(rep.owner, rep.team, rep.capacity, rep.active, dict(rep.quotas)) for rep in playbook.reps],
        notes=list(notes),
        deals=pack(_deals(found, deals, changes)),
        conversions=pack(_conversions(found, deals)),
        promises=pack(_promises(found, changes, deals)),
        quality=pack(_quality(_measured(found))),
    )


def _deals(found: Found, deals: pd.DataFrame, changes: pd.DataFrame) -> pd.DataFrame:
    """Return the leads that count, with what the review tells of each."""
    records, today = found.records, found.today
    leads = records.leads.frame.loc[deals.index]
    now, scores = found.standing.frame.loc[deals.index], found.scores.frame.loc[deals.index]
    made = deals.copy()
    made["row"] = deals.index.to_numpy(dtype=np.int64)
    made["typed_amount"] = leads["amount"].astype(float)
    for key in (
        "competitor",
        "first_name",
        "last_name",
        "email",
        "phone",
        "website",
        "street",
        "postcode",
        "city",
        "country",
    ):
        made[key] = leads[key]
    made["next_step_date"] = leads["next_step_date"]
    for key in (
        "flags", "next_action", "sla_status", "missing", "last_touch", "in_stage_least_days", "silent_days",
        "sla_hours", "overdue", "no_next_step", "wrong_stage", "padding", "dead",
    ):  # fmt: skip
        made[key] = now[key]
    made["temperature"], made["score"], made["fit"] = scores["temperature"], scores["total"], scores["fit"]
    made["fit_known"] = _fit_known(records)[records.leads.frame.index.get_indexer(deals.index)]
    wrong = rows_with_errors(records.leads, found.issues)
    made["wrong"] = np.isin(made["row"].to_numpy(), np.fromiter(wrong, np.int64, len(wrong)))
    doubtful = list_doubtful(deals)
    doubts = dict(zip(doubtful["row"].tolist(), explain_doubtful(doubtful, found.standing), strict=True))
    made["doubt"] = [doubts.get(row, "") for row in made["row"].tolist()]
    month = records.playbook.options.fiscal_year_start_month
    made = made.join(_due_then(changes, deals, month, today))
    return in_shape(made)


def _fit_known(records: Records) -> npt.NDArray[np.bool_]:
    """Return which leads say anything that the ideal customer is told by."""
    known = np.zeros(len(records.leads.frame), dtype=bool)
    for attribute in {key_of(rule.attribute) for rule in records.playbook.scoring if rule.group == "fit"}:
        cells = lead_cells(records.leads, attribute)
        known |= cells.notna().to_numpy() if cells.dtype.kind in "fiub" else ~is_blank(cells)
    return known


def _due_then(changes: pd.DataFrame, deals: pd.DataFrame, fiscal_month: int, today: dt.date) -> pd.DataFrame:
    """Return what was due in the quarter under way at its start: ``due_then``, ``amount_then``, ``close_then``."""
    quarter = quarter_of(today, fiscal_month)
    made = pd.DataFrame(
        {"due_then": False, "amount_then": np.nan, "close_then": np.datetime64("NaT", "s")}, index=deals.index
    )
    if lacks_history(first_day(changes), quarter.start):
        return made
    was = state_on(changes, quarter.start)
    due = was[(was["stage_class"] == StageClass.OPEN.value) & falls_in(was["close_date"], quarter)]
    place = due.index.get_indexer(pd.Index(deals["key"], dtype=object))
    single = ~deals["key"].duplicated(keep=False).to_numpy() & (deals["key"] != "").to_numpy()
    hit = (place >= 0) & single
    made["due_then"] = hit
    made.loc[hit, "amount_then"] = due["amount"].to_numpy(dtype=float)[place[hit]]
    made.loc[hit, "close_then"] = due["close_date"].to_numpy(dtype="datetime64[s]")[place[hit]]
    return made


def _moves(changes: pd.DataFrame, deals: pd.DataFrame, quarter: Period) -> dict[str, tuple[float, int]]:
    """Return what changed the pipeline since the quarter's start, step by step; nothing where History begins later."""
    if lacks_history(first_day(changes), quarter.start):
        return {}
    steps = waterfall(state_on(changes, quarter.start), present_state(deals), quarter)
    return dict(zip(steps["step"], zip(steps["amount"].tolist(), steps["deals"].tolist(), strict=True), strict=True))


def _conversions(found: Found, deals: pd.DataFrame) -> pd.DataFrame:
    """Return how many leads of each owner entered each open stage, and what became of them."""
    every = found.visits
    owners = spell_groups(deals["owner"])
    names = [name for name in dict.fromkeys(owners.tolist()) if name]
    keys = pd.Series(fold(every["lead_id"]), index=every.index)
    parts: list[pd.DataFrame] = []
    for name in names:
        whose = owners == name
        mine = every if len(names) == 1 else every[keys.isin(set(deals["key"][whose]) - {""})]
        if mine.empty:
            continue
        steps = read_steps(mine, found.records, found.today)
        parts.append(measure_stages(deals[whose], steps, found.records.playbook, found.today, "").assign(owner=name))
    columns = ["owner", "stage", *_CONVERSIONS]
    if not parts:
        return pd.DataFrame(
            {name: pd.Series([], dtype=object if name in columns[:2] else np.int64) for name in columns}
        )
    together = pd.concat(parts, ignore_index=True)
    return together.loc[together["entered"] > 0, columns].reset_index(drop=True)


def _promises(found: Found, changes: pd.DataFrame, deals: pd.DataFrame) -> pd.DataFrame:
    """Return what each owner weighted and called at the start of past months, and what came."""
    _, seen = judge_months(found.records, changes, deals, found.today)
    if seen.empty:
        empty = {"owner": pd.Series([], dtype=object), "deals": pd.Series([], dtype=np.int64)}
        return pd.DataFrame({**empty, **{name: pd.Series([], dtype=float) for name in _PROMISES}})
    grouped = seen.groupby("owner", sort=True)
    sums = grouped[list(_PROMISES)].sum()
    sums.insert(0, "deals", grouped.size())
    return sums.rename_axis("owner").reset_index()


def _measured(found: Found) -> Quality:
    active = [rep.owner for rep in found.records.playbook.reps if rep.active]
    return measure_quality(found.records, found.issues, found.standing.frame["open"].to_numpy(dtype=bool), active)


def _quality(quality: Quality) -> pd.DataFrame:
    owners = quality.owners.rename(columns={"name": "owner"})
    owners["points"] = owners["quality"].fillna(0.0) * owners["open_leads"]
    columns = ("owner", "open_leads", "clean_leads", "open_amount", "wrong_amount", "points", "fault", "fault_leads")
    kept: pd.DataFrame = owners.loc[owners["open_leads"] > 0, list(columns)].reset_index(drop=True)
    return kept


__all__ = ["UNKNOWN", "Found", "keep"]
