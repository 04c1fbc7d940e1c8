"""Trends: each number against its own past, and a warning only where it is one."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest

from leadbook.analysis.bottleneck import measure_bottleneck
from leadbook.analysis.periods import add_months
from leadbook.model.defaults import DEFAULT_PLAYBOOK

TODAY = dt.date(2026, 11, 18)


def month(back: int, day: int = 5) -> dt.date:
    return add_months(TODAY, -back) + dt.timedelta(days=day - 1)


def line(trends, key):
    return next(one for one in trends.lines if one.key == key)


def deal(number, back, **cells):
    return {"lead_id": f"L-{number}", "stage": "Proposal", "amount": 100, "opportunity_date": month(back)} | cells


def created(amounts):
    """Opportunities worth so much in each of the last months, the latest last, this month left out."""
    return [
        deal(number, len(amounts) - number, amount=amount, close_date=dt.date(2027, 3, 1))
        for number, amount in enumerate(amounts)
    ]


@pytest.mark.parametrize(
    ("amounts", "state"),
    [
        ([100, 110, 90, 100, 105, 95, 100, 110, 90, 50, 40, 60], "worse"),
        ([100, 110, 90, 100, 105, 95, 100, 110, 90, 170, 160, 150], "better"),
        ([100, 110, 90, 100, 105, 95, 100, 110, 90, 92, 96, 90], "steady"),
        # Down by a third, but so it has often been: no warning by chance alone.
        ([10, 300, 20, 280, 15, 250, 30, 270, 10, 90, 80, 100], "steady"),
    ],
)
def test_a_number_is_told_against_its_own_past(make_records, measure_all, amounts, state):
    trends = measure_all(make_records(created(amounts)), TODAY).trends
    found = line(trends, "new")
    assert found.state == state
    assert found.recent == pytest.approx(sum(amounts[-3:]) / 3)
    assert found.before == pytest.approx(sum(amounts[:9]) / 9)
    assert trends.months["name"].tolist()[0] == "Nov 2025"
    assert trends.months["new"].tolist() == [*amounts, 0]


def test_a_warning_says_by_how_much_and_what_to_do(make_records, measure_all):
    found = line(measure_all(make_records(created([100, 90, 110] * 3 + [50, 50, 50])), TODAY).trends, "new")
    assert found.sentence == (
        "50% below the 9 months before, in Aug 2026 to Oct 2026. Too little comes in: prospect now, or a later quarter "
        "suffers."
    )


def test_too_little_past_is_said(make_records, measure_all):
    trends = measure_all(make_records(created([100, 50, 40, 60])), TODAY).trends
    found = line(trends, "new")
    assert (found.state, found.change) == ("none", None)
    assert found.sentence == "Insufficient history: 4 finished months are known, 9 are needed."
    assert trends.months["new"].isna().tolist() == [True] * 8 + [False] * 5
    assert measure_all(make_records([]), TODAY).trends.months["won"].isna().all()


def test_months_tell_what_closed_slipped_and_stood_open(make_records, measure_all):
    def row(lead_id, day, event, **cells):
        return {
            "changed_at": day, "lead_id": lead_id, "event": event, "stage": "Proposal", "amount": 100.0,
            "close_date": month(1, 20), "source_of_change": "refresh",
        } | cells  # fmt: skip

    history = [
        row("L-1", month(2), "first seen"),
        row("L-2", month(2), "first seen", amount=300.0),
        row("L-3", month(2), "first seen", amount=50.0, close_date=month(0, 20)),
        row("L-4", month(2), "first seen", amount=40.0),
        row("L-1", month(1, 15), "stage", stage="Won"),
        row("L-2", month(1, 25), "close date", amount=300.0, close_date=month(-1)),
    ]
    leads = [
        deal(1, 3, stage="Won", close_date=month(1, 15)),
        deal(2, 3, amount=300, close_date=month(-1)),
        deal(3, 3, amount=70, close_date=month(0, 20)),
        deal(4, 3, amount=40, close_date=month(1, 20)),  # its day has passed, but nobody has moved it
    ]
    months = measure_all(make_records(leads, history=history), TODAY).trends.months.set_index("name")
    october = months.loc["Oct 2026"]
    assert (october["won"], october["lost"], october["win_rate"], october["closed"]) == (100, 0, 1, 1)
    assert october["slipped"] == pytest.approx(300 / 440)
    assert october["open_end"] == 390
    # This month so far is as the leads are now, not as the last refresh saw them.
    assert months.loc["Nov 2026", "open_end"] == 410
    assert pd.isna(months.loc["Jul 2026", "open_end"])


def stages(**visits_and_days):
    rows = [
        {"stage": stage.name, "stage_class": stage.stage_class.value, "leads": 4, "amount": 1000.0,
         "visits": visits_and_days.get(stage.name, (0, float("nan")))[0],
         "median_days": visits_and_days.get(stage.name, (0, float("nan")))[1]}
        for stage in DEFAULT_PLAYBOOK.stages
    ]  # fmt: skip
    return pd.DataFrame(rows)


def test_the_bottleneck_is_where_leads_stay_longest_beyond_what_is_expected():
    found = measure_bottleneck(stages(Proposal=(30, 25.0), Assessment=(30, 28.0), Closing=(19, 70.0)), DEFAULT_PLAYBOOK)
    assert (found.name, found.value, found.n) == ("Bottleneck stage, Proposal", 2.5, 30)
    assert found.note == (
        "Proposal: leads stay 25 days (median) where 10 are expected; 4 leads worth 1,000 stand in it."
    )


def test_a_pipeline_that_flows_has_no_bottleneck():
    found = measure_bottleneck(stages(Proposal=(30, 8.0)), DEFAULT_PLAYBOOK)
    assert found.name == "Bottleneck stage"
    assert found.note.startswith("None is slower than expected")
    none = measure_bottleneck(stages(Proposal=(3, 80.0)), DEFAULT_PLAYBOOK)
    assert (none.value, none.why_not) == (
        None, "insufficient history: no stage has 20 completed visits yet, at most 3",
    )  # fmt: skip
