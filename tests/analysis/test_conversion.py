from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.conversion import measure_lifecycle, measure_stage_conversion
from leadbook.analysis.measure_visits import read_steps
from leadbook.analysis.velocity import measure_time_in_stage

D = dt.date
TODAY = D(2026, 11, 18)
NO_P90 = pd.Series(dtype=float)


def visits_of(*rows):
    """Each row: lead, stage, entered, left or None, and True when History first saw it there."""
    padded = [(*row, False)[:5] for row in rows]
    frame = pd.DataFrame(padded, columns=["lead_id", "stage", "entered", "left", "censored"])
    for key in ("entered", "left"):
        frame[key] = pd.to_datetime(frame[key]).astype("datetime64[s]")
    return frame.assign(censored=frame["censored"].astype(bool))


def day(back):
    return TODAY - dt.timedelta(days=back)


def path(lead, *steps, censored=False):
    """Return a lead's visits: stages with how many days ago each was entered."""
    rows = []
    for place, (stage, back) in enumerate(steps):
        left = day(steps[place + 1][1]) if place + 1 < len(steps) else None
        rows.append((lead, stage, day(back), left, censored and place == 0))
    return rows


@pytest.fixture(scope="session")
def convert(make_records):
    def converted(rows, p90=None, **more):
        made = make_records([], **more)
        p90_days = NO_P90 if p90 is None else pd.Series(p90)
        return measure_stage_conversion(read_steps(visits_of(*rows), made, TODAY), made.playbook, p90_days, TODAY)

    return converted


def test_a_cohort_splits_into_advanced_exited_and_pending(convert):
    rows = [
        *path("a", ("Proposal", 100), ("Objections", 80), ("Won", 60)),
        *path("b", ("Proposal", 100), ("Lost", 80)),
        *path("c", ("Proposal", 90)),
        *path("d", ("Proposal", 95), ("Nurture", 50)),
        *path("e", ("Proposal", 95), ("Disqualified", 50)),
    ]
    found = convert(rows, {"Proposal": 30.0}).loc["Proposal"]
    assert (found["entered"], found["advanced"], found["exited"], found["pending"]) == (5, 1, 3, 1)
    assert found["conversion"] == pytest.approx(1 / 5)
    assert not found["immature"]


@pytest.mark.parametrize(
    ("rows", "stage", "entered", "advanced"),
    [
        # skipped stages count as reached: straight from Prospecting to Proposal
        (path("a", ("Prospecting", 90), ("Proposal", 80)), "Qualification", 1, 1),
        (path("a", ("Prospecting", 90), ("Proposal", 80)), "Meeting / demo", 1, 1),
        (path("a", ("Prospecting", 90), ("Proposal", 80)), "Proposal", 1, 0),
        # won counts as reaching every stage
        (path("a", ("Prospecting", 90), ("Won", 80)), "Closing", 1, 1),
        # lost does not
        (path("a", ("Prospecting", 90), ("Lost", 80)), "Initial contact", 0, 0),
        # re-entry counts once
        (path("a", ("Proposal", 90), ("Nurture", 80), ("Proposal", 70), ("Closing", 60)), "Proposal", 1, 1),
        # reopened after a loss and then on: it later reached a later stage
        (path("a", ("Proposal", 90), ("Lost", 80), ("Objections", 40)), "Proposal", 1, 1),
        # a stage that the playbook does not know is no progress
        (path("a", ("Proposal", 90), ("Legal", 80)), "Proposal", 1, 0),
    ],
)
def test_reaching_a_stage(convert, rows, stage, entered, advanced):
    found = convert(rows, {stage: 1.0}).loc[stage]
    assert (found["entered"], found["advanced"]) == (entered, advanced)


def test_an_unknown_later_stage_is_an_exit_not_pending(convert):
    found = convert(path("a", ("Proposal", 90), ("Legal", 80)), {"Proposal": 1.0})
    assert found.loc["Proposal", "exited"] == 1


def test_entries_younger_than_p90_are_left_for_later(convert):
    rows = [
        *path("old", ("Proposal", 100), ("Closing", 90)),
        *path("young", ("Proposal", 10)),
        *path("edge", ("Proposal", 30), ("Lost", 20)),
    ]
    found = convert(rows, {"Proposal": 30.0}).loc["Proposal"]
    # exactly 30 days ago: its 30 days are over today
    assert (found["entered"], found["advanced"], found["exited"]) == (2, 1, 1)
    assert not found["immature"]
    assert found["note"].endswith("1 later entry is too young to count.")


@pytest.mark.parametrize("p90", [None, {"Proposal": 30.0}, {"Proposal": math.nan}])
def test_a_stage_where_nobody_has_had_the_time_is_immature(convert, p90):
    found = convert(path("young", ("Proposal", 10)), p90).loc["Proposal"]
    assert found["immature"]
    assert (found["entered"], found["pending"], found["conversion"]) == (1, 1, 0.0)


def test_a_stage_nobody_entered_has_no_rate(convert):
    found = convert(path("a", ("Prospecting", 10))).loc["Closing"]
    assert found["entered"] == 0
    assert math.isnan(found["conversion"])
    assert math.isnan(found["snapshot"])
    assert not found["immature"]


def test_leads_that_were_there_before_history_began_are_in_no_cohort_of_that_stage(convert):
    rows = path("a", ("Proposal", 100), ("Objections", 80), ("Won", 50), censored=True)
    found = convert(rows, {"Proposal": 1.0, "Objections": 1.0, "Qualification": 1.0})
    assert found.loc["Proposal", "entered"] == 0
    assert found.loc["Qualification", "entered"] == 0
    assert (found.loc["Objections", "entered"], found.loc["Objections", "advanced"]) == (1, 1)
    # but going on from it happened in sight of History
    assert math.isnan(found.loc["Proposal", "snapshot"])


def test_the_cohort_year_ends_p90_days_ago(convert):
    rows = [*path("in", ("Proposal", 394), ("Won", 5)), *path("out", ("Proposal", 395), ("Won", 5))]
    found = convert(rows, {"Proposal": 30.0}).loc["Proposal"]
    # 365 days that end 30 days ago, that day included: 394 to 30 days ago
    assert found["entered"] == 1


def test_a_snapshot_may_exceed_one_hundred_percent(convert):
    rows = [
        *path("before", ("Proposal", 400), ("Objections", 100)),
        *path("also", ("Proposal", 380), ("Won", 90)),
        *path("within", ("Proposal", 50)),
        *path("back", ("Proposal", 300), ("Assessment", 290)),
    ]
    found = convert(rows, {"Proposal": 10.0}).loc["Proposal"]
    # two went on in the last 365 days, two entered in them
    assert found["snapshot"] == pytest.approx(2 / 2)
    more = convert(rows[:-3], {"Proposal": 10.0})
    assert math.isnan(more.loc["Proposal", "snapshot"])
    one = convert(rows[:-2], {"Proposal": 10.0})
    assert one.loc["Proposal", "snapshot"] == pytest.approx(2.0)


def test_what_happens_after_the_day_asked_for_is_not_known_yet(make_records):
    visits = visits_of(*path("a", ("Proposal", 10), ("Won", -2)), *path("b", ("Proposal", -1)))
    found = read_steps(visits, make_records([]), TODAY)
    assert len(found) == 1
    assert found["left"].isna().all()


def test_merged_leads_are_in_no_cohort_and_archived_ones_are(convert):
    rows = [*path("a", ("Proposal", 90), ("Won", 80)), *path("B", ("Proposal", 90))]
    found = convert(rows, {"Proposal": 1.0}, archive=[{"lead_id": "b", "reason": "Merged into a"}]).loc["Proposal"]
    assert (found["entered"], found["conversion"]) == (1, 1.0)
    # Leaving out what was given up would make every stage look better than it is.
    kept = convert(rows, {"Proposal": 1.0}, archive=[{"lead_id": "b", "reason": "No answer"}]).loc["Proposal"]
    assert (kept["entered"], kept["conversion"]) == (2, 0.5)


def test_a_lead_removed_from_the_workbook_is_no_longer_pending(convert):
    found = convert([("a", "Proposal", day(90), day(50))], {"Proposal": 1.0}).loc["Proposal"]
    assert (found["exited"], found["pending"]) == (1, 0)


def test_a_stage_known_by_an_alias_counts(convert):
    found = convert(path("a", ("new", 90), ("proposal", 80)), {"Prospecting": 1.0})
    assert (found.loc["Prospecting", "entered"], found.loc["Prospecting", "advanced"]) == (1, 1)


STAGES = st.sampled_from(["Prospecting", "Qualification", "Proposal", "Closing", "Won", "Lost", "Nurture", "Elsewhere"])


@pytest.mark.slow
@settings(max_examples=60, deadline=None)
@given(
    paths=st.lists(
        st.lists(st.tuples(STAGES, st.integers(0, 600)), min_size=1, max_size=6, unique_by=lambda step: step[1]),
        max_size=12,
    ),
    censored=st.booleans(),
    p90=st.one_of(st.none(), st.floats(0, 200)),
)
def test_every_cohort_adds_up_and_rates_stay_within_bounds(convert, make_playbook, paths, censored, p90):
    rows = [
        row
        for number, steps in enumerate(paths)
        for row in path(f"L{number}", *sorted(steps, key=lambda step: -step[1]), censored=censored)
    ]
    names = [stage.name for stage in make_playbook().open_stages]
    found = convert(rows, None if p90 is None else dict.fromkeys(names, p90))
    assert (found["advanced"] + found["exited"] + found["pending"] == found["entered"]).all()
    rates = found["conversion"].dropna()
    assert ((rates >= 0) & (rates <= 1)).all()
    assert (found["conversion"].isna() == (found["entered"] == 0)).all()


@pytest.mark.parametrize(
    ("leads", "rate", "n", "left_out"),
    [
        # became MQL 100 days ago; SQL after exactly 90 days counts, after 91 does not
        ([(100, 10)], 1.0, 1, 0),
        ([(100, 9)], 0.0, 1, 0),
        ([(100, 100)], 1.0, 1, 0),
        ([(100, None)], 0.0, 1, 0),
        # the window closes on the 90th day
        ([(90, None), (89, 80)], 0.0, 1, 0),
        # SQL before MQL cannot be: left out
        ([(100, 120), (100, 50)], 1.0, 1, 1),
        ([(100, 50), (120, 60), (130, None), (455, None)], 2 / 3, 3, 0),
    ],
)
def test_mql_to_sql_counts_those_within_ninety_days(*, make_records, collect, leads, rate, n, left_out):
    rows = [
        {"lead_id": f"L{place}", "stage": "Qualification", "mql_date": day(mql)}
        | ({} if sql is None else {"sql_date": day(sql)})
        for place, (mql, sql) in enumerate(leads)
    ]
    found = measure_lifecycle(
        collect(make_records(rows), TODAY), TODAY,
        start="mql_date", goal="sql_date", window_days=90, names=("MQL", "SQL"),
    )  # fmt: skip
    assert found.value == pytest.approx(rate)
    assert (found.n, found.left_out, found.why_not) == (n, left_out, "")


@pytest.mark.parametrize(
    ("leads", "why_not"),
    [
        ([], "no lead has an SQL date"),
        ([{"stage": "Proposal"}], "no lead has an SQL date"),
        (
            [{"stage": "Proposal", "sql_date": day(59)}, {"stage": "Proposal", "sql_date": day(5)}],
            "immature: the 60 days of all 2 leads that became SQL are not over",
        ),
    ],
)
def test_sql_to_opportunity_says_why_it_cannot_be_given(make_records, measure_all, leads, why_not):
    rows = [lead | {"lead_id": f"L{place}"} for place, lead in enumerate(leads)]
    found = {m.key: m for m in measure_all(make_records(rows), TODAY).headline}["sql_to_opportunity"]
    assert found.value is None
    assert found.why_not == why_not


def test_time_in_stage_sums_a_leads_completed_visits(make_records, collect):
    visits = visits_of(
        # 10 + 4 days in two visits
        ("a", "Proposal", day(100), day(90)), ("a", "Nurture", day(90), day(80)), ("a", "Proposal", day(80), day(76)),
        ("b", "Proposal", day(50), day(30)),
        ("c", "Proposal", day(40), day(10)),
        # its beginning is unknown, and the next is not over
        ("d", "Proposal", day(90), day(5), True),
        ("e", "Proposal", day(9), None),
    )  # fmt: skip
    made = make_records([])
    found = measure_time_in_stage(read_steps(visits, made, TODAY), collect(made, TODAY), made.playbook)
    proposal = found.loc["Proposal"]
    # leads: 14, 20 and 30 days; P90 = 20 + 0.8 x 10
    assert proposal["median_days"] == pytest.approx(20)
    assert proposal["p90_days"] == pytest.approx(28)
    assert proposal["visits"] == 4
    assert found.loc["Nurture", "median_days"] == pytest.approx(10)
    assert math.isnan(found.loc["Closing", "median_days"])
    assert found.loc["Closing", "visits"] == 0


def test_stage_table_has_a_row_for_each_stage_and_the_current_visit_apart(make_records, measure_all):
    history = [
        {"lead_id": lead, "changed_at": when, "event": event, "stage": stage}
        for lead, when, event, stage in (
            ("a", day(60), "created", "Proposal"),
            ("a", day(40), "stage", "Objections"),
            ("b", day(30), "created", "Proposal"),
        )
    ]
    leads = [
        {"lead_id": "a", "stage": "Objections", "amount": 100},
        {"lead_id": "b", "stage": "Proposal", "amount": 50},
        {"lead_id": "c", "stage": "Proposal"},
    ]
    stages = measure_all(make_records(leads, history=history), TODAY).stages.set_index("stage")
    assert len(stages) == 12
    assert (stages.loc["Proposal", "leads"], stages.loc["Proposal", "amount"]) == (2, 50)
    # a stayed 20 days; b is there for 30 and c since nobody knows when
    assert stages.loc["Proposal", "median_days"] == pytest.approx(20)
    assert stages.loc["Objections", "current_days"] == pytest.approx(40)
    # nobody has been in Objections as long as it takes; Proposal's P90 is 20 days, and both entered before that
    assert stages.loc["Objections", "immature"]
    assert not stages.loc["Proposal", "immature"]
    assert (stages.loc["Proposal", "entered"], stages.loc["Proposal", "conversion"]) == (2, 0.5)
    assert stages.loc[["Won", "Lost", "Disqualified", "Nurture"], "conversion"].isna().all()


def test_without_history_the_stages_say_so(make_records, measure_all):
    measures = measure_all(make_records([{"lead_id": "a", "stage": "Proposal"}]), TODAY)
    assert measures.history_since is None
    assert set(measures.stages.loc[measures.stages["stage_class"] == "open", "note"]) == {
        "insufficient history (none yet: it starts with the first refresh)"
    }
