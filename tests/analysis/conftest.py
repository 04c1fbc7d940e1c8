"""Typed records written by hand, so that the analysis is tested without a workbook."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
import pytest

from leadbook.model.columns import TABLES, Kind
from leadbook.model.playbook import Category, Playbook, ScoringRule, Stage, StageClass
from leadbook.model.records import Records, Typed
from leadbook.model.tables import RawTable
from leadbook.model.team_options import Options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from leadbook.analysis.results import Forecast, Measures
    from leadbook.model.issues import Issue

NUMBERS = {Kind.MONEY, Kind.NUMBER, Kind.PERCENT, Kind.POINTS}


def typed(table: str, rows: Iterable[Mapping[str, object]], *, keys: Iterable[str] | None = None) -> Typed:
    """Build a typed table; it has the columns that some row names (or ``keys``), the others are all blank."""
    listed = list(rows)
    columns = {column.key: column for column in TABLES[table] if not column.owned or table == "History"}
    if table in {"Archive", "Proposals"}:
        columns = {column.key: column for column in TABLES[table]}
    unknown = {key for row in listed for key in row} - set(columns)
    assert not unknown, f"no such columns in {table}: {unknown}"
    there = set(keys) if keys is not None else {key for row in listed for key in row}
    index = pd.Index(np.arange(2, 2 + len(listed), dtype=np.int64), name="row")
    made: dict[str, pd.Series] = {}
    for key, column in columns.items():
        cells = [row.get(key) for row in listed]
        if column.kind is Kind.DATE:
            stamps = np.array(
                [np.datetime64("NaT", "D") if c is None else np.datetime64(c) for c in cells], "datetime64[us]"
            )
            made[key] = pd.Series(stamps, index)
        elif column.kind in NUMBERS:
            made[key] = pd.Series([np.nan if c is None else float(c) for c in cells], index, dtype="float64")
        elif column.kind is Kind.FLAG:
            made[key] = pd.Series([bool(c) for c in cells], index, dtype="bool")
        else:
            made[key] = pd.Series(["" if c is None else str(c) for c in cells], index, dtype="str")
    order = [key for key in columns if key in there]
    raw = pd.DataFrame(
        {key: pd.Series([row.get(key) for row in listed], index, dtype=object) for key in order}, index=index
    )
    headers = [columns[key].header for key in order]
    read = RawTable(
        table, table, headers, 1, 1, index.to_numpy(), [raw[key].tolist() for key in order], 1 + len(listed)
    )
    return Typed(
        pd.DataFrame(made, index=index), raw, pd.DataFrame(index=index), read,
        {key: 1 + position for position, key in enumerate(order)}, dict(zip(order, headers, strict=True)),
    )  # fmt: skip


def stages() -> tuple[Stage, ...]:
    """Return the default stages of the definitions, written out."""
    contact = ("company", "email|phone", "source", "owner")
    bant = ("budget", "authority", "need", "timeline", "bant_evidence")
    deal = ("amount", "close_date", "signer")
    return (
        Stage("Prospecting", 1, StageClass.OPEN, "", contact, 3, 7, 0.05, aliases=("new",), entered_on="created"),
        Stage(
            "Initial contact", 2, StageClass.OPEN, "", ("first_contacted", "next_step"), 5, 7, 0.10,
            entered_on="first_contacted",
        ),
        Stage("Qualification", 3, StageClass.OPEN, "", bant, 10, 14, 0.20),
        Stage("Assessment", 4, StageClass.OPEN, "", deal, 14, 14, 0.30, entered_on="opportunity_date"),
        Stage("Meeting / demo", 5, StageClass.OPEN, "", (), 14, 14, 0.40, Category.BEST_CASE),
        Stage("Proposal", 6, StageClass.OPEN, "", (), 10, 10, 0.50, Category.BEST_CASE),
        Stage("Objections", 7, StageClass.OPEN, "", ("objections", "terms"), 14, 10, 0.70, Category.COMMIT),
        Stage("Closing", 8, StageClass.OPEN, "", (), 7, 7, 0.90, Category.COMMIT),
        Stage("Won", 9, StageClass.WON, probability=1.0, category=Category.CLOSED),
        Stage("Lost", 10, StageClass.LOST, category=Category.OMITTED),
        Stage("Disqualified", 11, StageClass.DISQUALIFIED, category=Category.OMITTED),
        Stage("Nurture", 12, StageClass.NURTURE, category=Category.OMITTED),
    )  # fmt: skip


def scoring() -> tuple[ScoringRule, ...]:
    """Return a small scoring table with every kind of row."""
    return (
        ScoringRule("industry", "Software", 12),
        ScoringRule("industry", "Retail", 6),
        ScoringRule("employees", "50..500", 12),
        ScoringRule("employees", "501..", 8),
        ScoringRule("job_title", "director", 12),
        ScoringRule("job_title", "vice president", 10),
        ScoringRule("job_title", "manager", 6),
        ScoringRule("region", "EMEA", 7),
        ScoringRule("campaign", "*", 7),
        ScoringRule("activity", "request", 25, 14, "engagement"),
        ScoringRule("activity", "meeting", 15, 14, "engagement"),
        ScoringRule("activity", "reply", 10, 14, "engagement"),
        ScoringRule("deduct", "competitor", -30, None, "deduction"),
        ScoringRule("deduct", "bounced", -15, None, "deduction"),
    )


def playbook_of(**changes: object) -> Playbook:
    """Return a playbook with the definitions' numbers; ``changes`` replace whole tables of it."""
    parts: dict[str, object] = {
        "stages": stages(),
        "scoring": scoring(),
        "icp": {},
        "sla_hours": {"hot": 1.0, "warm": 8.0, "cold": 16.0},
        "reps": (),
        "products": (),
        "rates": {"EUR": 1.0, "USD": 0.9},
        "holidays": frozenset(),
        "options": Options(),
    } | changes
    return Playbook(**parts)  # type: ignore[arg-type] # any of its fields


def records(
    leads: Iterable[Mapping[str, object]],
    *,
    activities: Iterable[Mapping[str, object]] = (),
    history: Iterable[Mapping[str, object]] = (),
    quote_lines: Iterable[Mapping[str, object]] = (),
    archive: Iterable[Mapping[str, object]] = (),
    playbook: Playbook | None = None,
    keys: Iterable[str] | None = None,
) -> Records:
    """Build records as the reader would: stages recognised, amounts in base currency."""
    book = playbook or playbook_of()
    read = typed("Leads", leads, keys=keys)
    frame = read.frame
    found = [book.stage(text) if text else None for text in frame["stage"]]
    frame["stage_name"] = pd.Series([s.name if s else "" for s in found], frame.index, dtype="str")
    frame["stage_class"] = pd.Series([s.stage_class.value if s else "" for s in found], frame.index, dtype="str")
    rates = frame["currency"].map(lambda code: book.rates.get(code or book.options.base_currency, np.nan))
    frame["amount_base"] = frame["amount"] * rates.astype("float64")
    return Records(
        read, typed("Activities", activities), typed("QuoteLines", quote_lines),
        typed("History", history), typed("Archive", archive), book,
    )  # fmt: skip


@pytest.fixture(scope="session")
def make_records() -> Callable[..., Records]:
    """``make_records(leads, activities=, history=, quote_lines=, archive=, playbook=, keys=)``."""
    return records


@pytest.fixture(scope="session")
def make_playbook() -> Callable[..., Playbook]:
    """``make_playbook(scoring=..., options=...)``: the definitions' numbers with some tables replaced."""
    return playbook_of


@pytest.fixture(scope="session")
def make_typed() -> Callable[..., Typed]:
    """``make_typed("History", [{...}])``: one table by itself."""
    return typed


@pytest.fixture(scope="session")
def today() -> dt.date:
    """Return a Wednesday."""
    return dt.date(2026, 11, 18)


@pytest.fixture(scope="session")
def measure_all() -> Callable[..., Measures]:
    """``measure_all(records, today, issues=())``: measures through the real score and standing."""
    from leadbook.analysis.history import visits
    from leadbook.analysis.measure import measure
    from leadbook.analysis.score import score
    from leadbook.analysis.standing import stand

    def measured(made: Records, today: dt.date, issues: Iterable[Issue] = ()) -> Measures:
        scores = score(made, today)
        standing = stand(made, scores, today)
        return measure(made, scores, standing, list(issues), visits(made.history), today)

    return measured


@pytest.fixture(scope="session")
def forecast_all() -> Callable[..., Forecast]:
    """``forecast_all(records, today)``: the forecast through the real score and standing."""
    from leadbook.analysis.forecast import forecast
    from leadbook.analysis.score import score
    from leadbook.analysis.standing import stand

    def forecasted(made: Records, today: dt.date) -> Forecast:
        return forecast(made, stand(made, score(made, today), today), today)

    return forecasted


@pytest.fixture(scope="session")
def collect() -> Callable[..., pd.DataFrame]:
    """``collect(records, today)``: the deals that the measures count."""
    from leadbook.analysis.measure_deals import collect_deals
    from leadbook.analysis.score import score
    from leadbook.analysis.standing import stand

    def collected(made: Records, today: dt.date) -> pd.DataFrame:
        return collect_deals(made, stand(made, score(made, today), today))

    return collected


@pytest.fixture(scope="session")
def stand_alone() -> Callable[..., pd.Series]:
    """``stand_alone(usual, today, lead, activities=(), history=...)``: where one lead, L-1, stands on a day."""
    from leadbook.analysis.score import score
    from leadbook.analysis.standing import stand

    def stood(usual, today, lead, activities=(), **tables):
        activities = [{"lead_id": "L-1"} | row for row in activities]
        made = records([{"lead_id": "L-1"} | usual | lead], activities=activities, **tables)
        return stand(made, score(made, today), today).frame.iloc[0]

    return stood
