from __future__ import annotations

import datetime as dt

import pytest

from leadbook.analysis.velocity import measure_sales_trap, measure_velocity, won_cycle_days
from leadbook.model.playbook import Stage, StageClass

D = dt.date
TODAY = D(2026, 11, 18)


def day(back):
    return TODAY - dt.timedelta(days=back)


def won(number, amount, start, close, **more):
    return {
        "lead_id": f"W{number}", "stage": "Won", "amount": amount, "opportunity_date": day(start),
        "close_date": day(close),
    } | more  # fmt: skip


def by_key(measures):
    return {measure.key: measure for measure in measures}


WINS = [
    won(1, 1000, 60, 50), won(2, 2000, 60, 40), won(3, 3000, 60, 30), won(4, 4000, 60, 20), won(5, 5000, 60, 10),
]  # fmt: skip
LOSSES = [{"lead_id": f"X{n}", "stage": "Lost", "close_date": day(5)} for n in range(5)]
OPEN = [{"lead_id": f"O{n}", "stage": "Proposal"} for n in range(6)]


def test_velocity_is_opportunities_times_value_times_rate_over_cycle(make_records, collect):
    prospects = [{"lead_id": "P1", "stage": "Prospecting"}]
    found = by_key(measure_velocity(collect(make_records(WINS + LOSSES + OPEN + prospects), TODAY), TODAY))
    # 6 open past the gate x 3,000 x 50 % ÷ (10 + 20 + 30 + 40 + 50) / 5 = 30 days
    assert found["won_value_mean"].value == pytest.approx(3000)
    assert found["won_cycle_mean"].value == pytest.approx(30)
    assert found["velocity"].value == pytest.approx(6 * 3000 * 0.5 / 30)
    assert found["velocity"].unit == "currency/day"
    assert found["velocity"].n == 5


@pytest.mark.parametrize(
    ("leads", "why_not"),
    [
        ([], "no deal is won yet"),
        (LOSSES + OPEN, "no deal is won yet"),
        (WINS[:4] + OPEN, "needs 5 wins in 365 days, there are 4"),
        (WINS[:1], "needs 5 wins in 365 days, there is 1"),
        ([*WINS[:4], won(6, 1, 900, 800)], "needs 5 wins in 365 days, there are 4"),
        ([lead | {"close_date": None} for lead in WINS], "no Close Dates"),
        ([lead | {"amount": None} for lead in WINS], "no won deal has an amount"),
        (
            [lead | {"opportunity_date": None} for lead in WINS],
            "no won deal has a start date before its Close Date",
        ),
    ],
)
def test_velocity_is_blank_when_it_rests_on_too_little(make_records, collect, leads, why_not):
    found = by_key(measure_velocity(collect(make_records(leads), TODAY), TODAY))["velocity"]
    assert found.value is None
    assert found.why_not == why_not


def test_a_cycle_lasts_at_least_a_day(make_records, collect):
    same_day = [won(n, 100, 20, 20) for n in range(5)]
    found = by_key(measure_velocity(collect(make_records(same_day + OPEN), TODAY), TODAY))
    assert found["won_cycle_mean"].value == 1.0
    assert found["velocity"].value == pytest.approx(6 * 100 * 1.0 / 1)


def test_a_win_before_its_start_is_left_out_of_the_cycle(make_records, collect):
    found = by_key(measure_velocity(collect(make_records([*WINS, won(9, 3000, 5, 9)]), TODAY), TODAY))
    assert found["won_cycle_mean"].value == pytest.approx(30)
    assert (found["won_cycle_mean"].n, found["won_cycle_mean"].left_out) == (5, 1)


def test_the_cycle_starts_at_the_best_date_there_is(make_records, collect):
    leads = [
        won(1, 1, 30, 10, created=day(100), first_contacted=day(90)),
        won(2, 1, 30, 10, opportunity_date=None, created=day(100), first_contacted=day(90)),
        won(3, 1, 30, 10, opportunity_date=None, first_contacted=day(90)),
    ]
    days, note = won_cycle_days(collect(make_records(leads), TODAY))
    assert days.tolist() == [20, 90, 80]
    assert note.endswith("1 from Opportunity Date, 1 from Created, 1 from First Contacted.")


def test_a_tracker_without_any_qualification_counts_every_open_lead_and_says_so(make_records, collect):
    wins = [lead | {"opportunity_date": None, "created": day(60)} for lead in WINS]
    prospects = [{"lead_id": f"P{n}", "stage": "Initial contact"} for n in range(3)]
    found = by_key(measure_velocity(collect(make_records(wins + prospects), TODAY), TODAY))["velocity"]
    assert found.value == pytest.approx(3 * 3000 * 1.0 / 30)
    assert "No lead shows a qualification, so all 3 open leads count" in found.note


def test_a_team_with_stages_of_its_own_has_no_gate_so_every_open_deal_counts(make_records, make_playbook, collect):
    own = (
        Stage("Prospecting", 1, StageClass.OPEN, probability=0.1),
        Stage("Engaging", 2, StageClass.OPEN, probability=0.4),
        Stage("Won", 3, StageClass.WON, probability=1.0), Stage("Lost", 4, StageClass.LOST),
    )  # fmt: skip
    leads = [{"lead_id": "a", "stage": "Prospecting"}, {"lead_id": "b", "stage": "Engaging"}]
    deals = collect(make_records(leads, playbook=make_playbook(stages=own)), TODAY)
    assert deals["qualified"].tolist() == [True, True]


@pytest.mark.parametrize(
    ("lead", "qualified"),
    [
        ({"stage": "Prospecting"}, False),
        ({"stage": "Qualification"}, False),
        ({"stage": "Assessment"}, True),
        ({"stage": "Qualification", "budget": 2, "authority": 2, "need": 2, "timeline": 2}, True),
        ({"stage": "Qualification", "budget": 3, "authority": 3, "need": 3, "timeline": 0}, False),
        ({"stage": "Qualification", "budget": 3, "authority": 3, "need": 3}, False),
        ({"stage": "Qualification", "budget": 2, "authority": 2, "need": 2, "timeline": 1}, False),
        ({"stage": "Prospecting", "sql_date": D(2026, 10, 1)}, True),
        ({"stage": "Nurture", "sql_date": D(2026, 10, 1)}, False),
        ({"stage": "Won", "sql_date": D(2026, 10, 1)}, False),
    ],
)
def test_qualified_is_past_the_gate_and_open(make_records, collect, lead, qualified):
    assert collect(make_records([lead | {"lead_id": "a"}]), TODAY)["qualified"].tolist() == [qualified]


@pytest.mark.parametrize(
    ("leads", "mean", "median", "n", "left_out", "why_not"),
    [
        ([("Proposal", 10), ("Prospecting", 20), ("Closing", 60)], 30, 20, 3, 0, ""),
        ([("Proposal", 10), ("Nurture", 500), ("Won", 700), ("Lost", 800)], 10, 10, 1, 0, ""),
        ([("Proposal", 0)], 0, 0, 1, 0, ""),
        ([("Proposal", 10), ("Proposal", None), ("Proposal", -3)], 10, 10, 1, 2, ""),
        ([("Proposal", None)], None, None, 0, 1, "no open lead has a Created date"),
        ([("Proposal", -3)], None, None, 0, 1, "every Created date lies in the future"),
        ([("Won", 3)], None, None, 0, 0, "no lead is open"),
    ],
)
def test_lead_age_is_of_open_leads_not_in_nurture(
    *, make_records, measure_all, leads, mean, median, n, left_out, why_not
):
    rows = [
        {"lead_id": f"L{place}", "stage": stage, "created": None if back is None else day(back)}
        for place, (stage, back) in enumerate(leads)
    ]
    found = by_key(measure_all(make_records(rows), TODAY).headline)
    assert found["lead_age_mean"].value == mean
    assert found["lead_age_median"].value == median
    assert (found["lead_age_mean"].n, found["lead_age_mean"].left_out) == (n, left_out)
    assert found["lead_age_mean"].why_not == why_not


def test_age_counts_the_leap_day(make_records, measure_all):
    rows = [{"lead_id": "a", "stage": "Proposal", "created": D(2024, 2, 28)}]
    found = by_key(measure_all(make_records(rows), D(2024, 3, 1)).headline)
    assert found["lead_age_mean"].value == 2


def opportunity(number, amount, back):
    return {"lead_id": f"N{number}", "stage": "Proposal", "amount": amount, "opportunity_date": day(back)}


@pytest.mark.parametrize(
    ("leads", "per_day", "rate", "value", "why_not"),
    [
        # 28 days x 100 ÷ 50 % = 5,600 needed
        ([opportunity(1, 5600, 0), opportunity(2, 0, 27)], 100, 0.5, 1.0, ""),
        ([opportunity(1, 2800, 5), opportunity(2, 9000, 28)], 100, 0.5, 0.5, ""),
        ([opportunity(1, 2800, 100)], 100, 0.5, 0.0, ""),
        ([{"lead_id": "a", "stage": "Proposal"}], 100, 0.5, None, "no lead has an Opportunity Date"),
        ([opportunity(1, 1, 5)], None, 0.5, None, "no quota for this quarter in Settings (Reps)"),
        ([opportunity(1, 1, 5)], 0.0, 0.5, None, "no quota for this quarter in Settings (Reps)"),
        ([opportunity(1, 1, 5)], 100, float("nan"), None, "the win rate by value is unknown"),
        ([opportunity(1, 1, 5)], 100, 0.0, None, "the win rate by value is unknown"),
    ],
)
def test_sales_trap_compares_new_value_with_what_the_quota_needs(
    *, make_records, collect, leads, per_day, rate, value, why_not
):
    found = measure_sales_trap(collect(make_records(leads), TODAY), TODAY, per_day, rate)
    assert found.value == (None if value is None else pytest.approx(value))
    assert found.why_not == why_not
    if value is not None:
        assert ("alarm" in found.note) == (value < 0.8)
