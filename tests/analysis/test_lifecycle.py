"""How far a lead has come, its chance, its forecast category and since when it is in its stage."""

from __future__ import annotations

import datetime as dt

import pytest

from leadbook.analysis.score import score
from leadbook.analysis.standing import stand

TODAY = dt.date(2026, 11, 18)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def stand_one(make_records):
    def stood(lead, **tables):
        records = make_records([{"lead_id": "L-1"} | lead], **tables)
        return stand(records, score(records, TODAY), TODAY).frame.iloc[0]

    return stood


BANT = {"budget": 2, "authority": 2, "need": 2, "timeline": 2}
FIT_36 = {"industry": "Software", "employees": 60, "job_title": "Director"}
MEETING = {"lead_id": "L-1", "date": TODAY, "type": "meeting"}


@pytest.mark.parametrize(
    ("lead", "activities", "lifecycle"),
    [
        ({"stage": "Prospecting"}, [], "lead"),
        # fit 36, total 51: both at least 25 and 50
        ({"stage": "Prospecting"} | FIT_36, [MEETING], "MQL"),
        ({"stage": "Prospecting"} | FIT_36, [], "lead"),
        # total 62 but fit 12
        ({"stage": "Prospecting", "industry": "Software"}, [MEETING] * 4, "lead"),
        ({"stage": "Prospecting", "mql_date": ago(3)}, [], "MQL"),
        ({"stage": "Prospecting", "mql_date": ago(-3)}, [], "lead"),
        ({"stage": "Qualification"} | BANT, [], "SQL"),
        ({"stage": "Qualification"} | BANT | {"need": 1}, [], "lead"),
        ({"stage": "Qualification"} | BANT | {"need": 3, "budget": 0, "timeline": 3}, [], "lead"),
        ({"stage": "Qualification"} | BANT | {"budget": None, "need": 3, "timeline": 3}, [], "lead"),
        ({"stage": "Qualification", "sql_date": ago(1)}, [], "SQL"),
        ({"stage": "Qualification", "opportunity_date": TODAY}, [], "opportunity"),
        ({"stage": "Closing"}, [], "opportunity"),
        ({"stage": "Won"}, [], "customer"),
        ({"stage": "Lost", "opportunity_date": ago(9)}, [], "opportunity"),
        ({"stage": "Lost"}, [], "lead"),
        ({"stage": "Nowhere"}, [], "lead"),
    ],
)
def test_lifecycle_is_the_furthest_step_shown(stand_one, lead, activities, lifecycle):
    assert stand_one(lead, activities=activities)["lifecycle"] == lifecycle


@pytest.mark.parametrize(("recorded", "lifecycle"), [("mql", "MQL"), ("SQL", "SQL"), ("customer", "opportunity")])
def test_a_step_once_reached_outlives_the_score_but_a_sale_that_was_undone_does_not(stand_one, recorded, lifecycle):
    history = [
        {"lead_id": "L-1", "changed_at": ago(30), "event": "first seen", "stage": "Prospecting", "lifecycle": recorded},
        {"lead_id": "L-1", "changed_at": ago(9), "event": "lifecycle", "stage": "Prospecting", "lifecycle": "lead"},
    ]
    assert stand_one({"stage": "Prospecting"}, history=history)["lifecycle"] == lifecycle


@pytest.mark.parametrize(
    ("lead", "win", "source"),
    [
        ({"stage": "Proposal"}, 0.5, "stage"),
        ({"stage": "Proposal", "probability_override": 0.2}, 0.2, "override"),
        ({"stage": "Proposal", "probability_override": 0.0}, 0.0, "override"),
        ({"stage": "Proposal", "probability_override": 1.2}, 0.5, "stage"),
        ({"stage": "Proposal", "probability_override": -0.1}, 0.5, "stage"),
        ({"stage": "Won", "probability_override": 0.2}, 1.0, "outcome"),
        ({"stage": "Lost"}, 0.0, "outcome"),
        ({"stage": "Disqualified", "probability_override": 0.9}, 0.0, "outcome"),
        ({"stage": "Nowhere", "probability_override": 0.9}, 0.9, "override"),
    ],
)
def test_the_chance_is_the_outcome_else_the_override_else_the_stages(stand_one, lead, win, source):
    found = stand_one(lead)
    assert (found["win"], found["win_source"]) == (win, source)


def test_an_unknown_stage_gives_no_chance(stand_one):
    found = stand_one({"stage": "Nowhere"})
    assert found["win"] != found["win"]
    assert found["win_source"] == ""


def moved(*close_dates: dt.date | None) -> list[dict[str, object]]:
    return [
        {"lead_id": "L-1", "changed_at": ago(100 - place), "event": "close date" if place else "first seen",
         "stage": "Closing", "close_date": day}
        for place, day in enumerate(close_dates)
    ]  # fmt: skip


AUG, SEP, OCT, NOV = (dt.date(2026, month, 20) for month in (8, 9, 10, 11))


@pytest.mark.parametrize(
    ("lead", "history", "category"),
    [
        ({"stage": "Closing"}, [], "Commit"),
        ({"stage": "Proposal"}, [], "Best case"),
        ({"stage": "Proposal", "forecast_category": "commit"}, [], "Commit"),
        ({"stage": "Proposal", "forecast_category": "Best-Case"}, [], "Best case"),
        ({"stage": "Proposal", "forecast_category": "Omitted"}, [], "Omitted"),
        ({"stage": "Proposal", "forecast_category": "Maybe"}, [], "Best case"),
        ({"stage": "Closing", "forecast_category": "Closed"}, [], "Commit"),
        ({"stage": "Won", "forecast_category": "Pipeline"}, [], "Closed"),
        ({"stage": "Lost", "forecast_category": "Commit"}, [], "Omitted"),
        ({"stage": "Disqualified"}, [], "Omitted"),
        ({"stage": "Nurture", "forecast_category": "Commit"}, [], "Omitted"),
        ({"stage": "Nowhere"}, [], "Omitted"),
        ({"stage": "Closing", "close_date": OCT}, moved(AUG, SEP, OCT), "Commit"),
        # The third push is the one that this refresh sees for the first time.
        ({"stage": "Closing", "close_date": NOV}, moved(AUG, SEP, OCT), "Best case"),
        ({"stage": "Closing", "close_date": NOV, "forecast_category": "Commit"}, moved(AUG, SEP, OCT), "Best case"),
        ({"stage": "Closing", "close_date": NOV}, moved(AUG, SEP, OCT, NOV), "Best case"),
        ({"stage": "Won", "close_date": NOV}, moved(AUG, SEP, OCT, NOV), "Closed"),
    ],
)
def test_each_lead_is_in_exactly_one_forecast_category(stand_one, lead, history, category):
    assert stand_one(lead, history=history)["category"] == category


def row(days: int, stage: str, event: str = "stage", lead_id: str = "L-1") -> dict[str, object]:
    return {"lead_id": lead_id, "changed_at": ago(days), "event": event, "stage": stage}


@pytest.mark.parametrize(
    ("lead", "history", "days"),
    [
        ({"stage": "Assessment", "opportunity_date": ago(40)}, [], 40),
        ({"stage": "Assessment"}, [], None),
        ({"stage": "Assessment", "opportunity_date": ago(-4)}, [], None),
        # History's own change comes before the date column.
        (
            {"stage": "Assessment", "opportunity_date": ago(40)},
            [row(60, "Prospecting", "first seen"), row(12, "Assessment")],
            12,
        ),
        # Other changes since do not begin a new visit, and neither does another spelling.
        (
            {"stage": "Proposal"},
            [row(60, "Closing", "first seen"), row(30, "Proposal"), row(9, "PROPOSAL ", "amount")],
            30,
        ),
        # There since before History began: unknown, or as the date column says.
        ({"stage": "Proposal"}, [row(60, "Proposal", "first seen")], None),
        ({"stage": "Assessment", "opportunity_date": ago(80)}, [row(60, "Assessment", "first seen")], 80),
        # Moved since the last refresh.
        ({"stage": "Proposal"}, [row(60, "Assessment", "first seen")], 0),
        # New since the last refresh; or an old lead that was added late.
        ({"stage": "Proposal"}, [row(60, "Assessment", "first seen", "L-2")], 0),
        ({"stage": "Proposal", "created": ago(90)}, [row(60, "Assessment", "first seen", "L-2")], None),
        ({"stage": "Proposal"}, [row(60, "Won", "first seen", "L-2"), row(20, "Proposal", "created")], 20),
        # Back after it had left: nobody knows since when.
        ({"stage": "Proposal"}, [row(60, "Proposal", "first seen"), row(20, "Proposal", "removed")], None),
        # Merged by mistake and taken back: it was there all the time.
        (
            {"stage": "Proposal"},
            [row(40, "Proposal", "created"), row(9, "Proposal", "merged"), row(7, "Proposal", "unmerged")],
            40,
        ),
        (
            {"stage": "Proposal"},
            [row(40, "Proposal", "first seen"), row(9, "Proposal", "merged"), row(7, "Proposal", "unmerged")],
            None,
        ),
        # A row dated in the future is not yet true.
        ({"stage": "Proposal"}, [row(60, "Closing", "first seen"), row(30, "Proposal"), row(-5, "Closing")], 30),
    ],
)
def test_days_in_stage(stand_one, lead, history, days):
    found = stand_one(lead, history=history)
    if days is None:
        assert found["days_in_stage"] != found["days_in_stage"]
        assert found["stage_since"] != found["stage_since"]
    else:
        assert found["days_in_stage"] == days
        assert found["stage_since"].date() == ago(days)


def test_an_empty_table_stands_nowhere(make_records):
    records = make_records([])
    assert stand(records, score(records, TODAY), TODAY).frame.empty
