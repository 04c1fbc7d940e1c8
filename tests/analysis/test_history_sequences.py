"""Whatever a team does between refreshes: replay gives each day back, and what is counted from it adds up."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.conversion import measure_stage_conversion
from leadbook.analysis.history import changes, replay, visits
from leadbook.analysis.history_difference import differ
from leadbook.analysis.measure_visits import read_steps
from leadbook.analysis.periods import quarter_of, trailing
from leadbook.model.defaults import DEFAULT_PLAYBOOK

FIRST = dt.date(2026, 3, 2)
STAGES = ("Prospecting", "Qualification", "Proposal", "Closing", "Won", "Lost", "Nurture", "")
OPEN = [stage.name for stage in DEFAULT_PLAYBOOK.open_stages]

cells = st.fixed_dictionaries({
    "stage": st.sampled_from(STAGES),
    "amount": st.one_of(st.none(), st.integers(0, 900).map(float)),
    "close_date": st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2026, 12, 31))),
    "owner": st.sampled_from(["", "Ann", "Bea"]),
})  # fmt: skip
books = st.dictionaries(st.integers(1, 5), cells, max_size=5)
# The first refresh that sees a lead is where History begins.
edits = st.tuples(
    st.dictionaries(st.integers(1, 5), cells, min_size=1, max_size=5),
    st.lists(st.tuples(st.integers(1, 40), books), max_size=5),
).map(lambda story: [(0, story[0]), *story[1]])


def live(make_records, story):
    """Refresh a workbook on each day of a story; return its History, and what stood in it on those days."""
    history: list[dict[str, object]] = []
    stood: dict[dt.date, dict[int, dict[str, object]]] = {}
    day = FIRST
    for wait, leads in story:
        day += dt.timedelta(days=wait)
        rows = [{"lead_id": f"L-{number}", **lead} for number, lead in leads.items()]
        records = make_records(rows, history=history)
        standing = pd.DataFrame({"category": "Pipeline", "lifecycle": "lead"}, index=records.leads.frame.index)
        more = changes(records.history, records.leads, standing, day, playbook=DEFAULT_PLAYBOOK)
        history += [
            {key: value.to_pydatetime() if isinstance(value, pd.Timestamp) else value for key, value in row.items()}
            for row in more.astype(object).where(more.notna(), None).to_dict("records")
        ]
        stood[day] = leads
    return make_records(rows, history=history), stood


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(edits)
def test_replay_gives_back_every_day(make_records, story):
    records, stood = live(make_records, story)
    days = sorted(stood)
    for day in pd.date_range(days[0], days[-1]).date:
        leads = stood[max(one for one in days if one <= day)]
        state = replay(records.history, day)
        assert set(state.index) == {f"L-{number}" for number in leads}
        for number, lead in leads.items():
            found = state.loc[f"L-{number}"]
            assert (found["stage"], found["owner"]) == (lead["stage"], lead["owner"])
            assert np.array_equal(found["amount"], math.nan if lead["amount"] is None else lead["amount"], True)
            assert (None if pd.isna(found["close_date"]) else found["close_date"].date()) == lead["close_date"]


@settings(max_examples=15, deadline=None)
@given(edits, st.integers(0, 5), st.integers(0, 5), st.booleans())
def test_the_waterfall_between_any_two_days_leaves_nothing_over(make_records, story, one, other, by_quarter):
    records, stood = live(make_records, story)
    days = sorted(stood)
    since, until = sorted((days[one % len(days)], days[other % len(days)]))
    period = quarter_of(until) if by_quarter else None
    found = differ(records, since, until, period=period)
    assert found.why_not == ""
    assert abs(found.residual) < 0.005
    amounts = found.steps.set_index("step")["amount"]

    def open_worth(day):
        due = (
            lead["amount"] or 0.0
            for lead in stood[day].values()
            # a lead without a stage is open, as in standing
            if lead["stage"] in {*OPEN, ""}
            and (period is None or (lead["close_date"] is not None and period.has(lead["close_date"])))
        )
        return sum(due)

    assert abs(amounts["Start"] - open_worth(since)) < 0.005
    assert abs(amounts["End"] - open_worth(until)) < 0.005
    told = set(found.told["kind"]) if len(found.told) else set()
    assert ("new" in told) == bool(stood[until].keys() - stood[since].keys())
    assert ("removed" in told) == bool(stood[since].keys() - stood[until].keys())


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(edits)
def test_cohorts_are_those_that_counting_by_hand_gives(make_records, story):
    records, stood = live(make_records, story)
    today = max(stood)
    steps = read_steps(visits(records.history), records, today)
    found = measure_stage_conversion(steps, DEFAULT_PLAYBOOK, pd.Series(dtype=float), today)
    rank = {name: place for place, name in enumerate(OPEN)} | {"Won": len(OPEN)}
    year = trailing(today)
    reached = {number: [math.inf] * (len(OPEN) + 1) for leads in stood.values() for number in leads}
    known = min(stood)
    seen: set[int] = set()
    for day in sorted(stood):
        for number, lead in stood[day].items():
            when = -math.inf if number not in seen and day == known else day.toordinal()
            seen.add(number)
            for place in range(rank.get(lead["stage"], -1) + 1):
                reached[number][place] = min(reached[number][place], when)
    for place, name in enumerate(OPEN):
        cohort = [n for n, days in reached.items() if days[place] >= year.start.toordinal() and days[place] < math.inf]
        advanced = [n for n in cohort if reached[n][place + 1] < math.inf]
        waiting = [n for n in cohort if n not in advanced and stood[today].get(n, {"stage": "Lost"})["stage"] in OPEN]
        row = found.loc[name]
        assert (row["entered"], row["advanced"], row["pending"]) == (len(cohort), len(advanced), len(waiting)), name
        assert row["exited"] == len(cohort) - len(advanced) - len(waiting)
