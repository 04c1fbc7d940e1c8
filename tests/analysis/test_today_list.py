"""Today's list: an owner's leads together, the warmest first, bounded, and what is left out counted."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.analysis.today_list import list_today

TODAY = dt.date(2026, 11, 18)  # Wednesday
HOT = {"industry": "Software", "employees": 60, "job_title": "Director"}


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def listed(make_records):
    def made(leads, activities=(), per_owner=25, most_rows=500, counted=None):
        rows = [
            {"lead_id": f"L-{at}", "stage": "Initial contact", "owner": "Ann"} | lead for at, lead in enumerate(leads)
        ]
        records = make_records(rows, activities=activities)
        scores = score(records, TODAY)
        everyone = np.ones(len(rows), dtype=bool) if counted is None else np.array(counted)
        return list_today(
            records, scores, stand(records, scores, TODAY), everyone, TODAY, per_owner=per_owner, most_rows=most_rows
        )

    return made


def ids(found):
    return [f"L-{row - 2}" for row in found.rows.index]


def test_buyers_who_are_back_come_first_then_heat_then_priority(listed):
    asked = {"lead_id": "L-3", "date": ago(1), "type": "demo request", "direction": "in"}
    answered = {"lead_id": "L-3", "date": TODAY, "type": "call", "direction": "out"}
    back = {"lead_id": "L-4", "date": ago(1), "type": "reply", "direction": "in"}
    found = listed(
        [
            {"amount": 100}, {"amount": 900}, {"stage": "Nurture", "created": ago(5)},
            HOT | {"amount": 1}, {"created": ago(90), "amount": 1},
        ],
        [asked, answered, back],
    )  # fmt: skip
    assert ids(found) == ["L-4", "L-3", "L-1", "L-0", "L-2"]
    assert found.rows["temperature"].tolist()[1] == "hot"


def test_only_parked_leads_with_something_to_do_are_listed(listed):
    found = listed([
        {"stage": "Nurture", "revisit_date": ago(0)}, {"stage": "Nurture", "revisit_date": ago(-1)},
        {"stage": "Nurture"}, {"stage": "Won"}, {"stage": "Lost"}, {},
    ])  # fmt: skip
    assert set(ids(found)) == {"L-0", "L-2", "L-5"}
    assert found.owners.loc["Ann", ["open", "revisit_due", "no_revisit", "leads"]].tolist() == [1, 1, 1, 3]
    assert found.tracks.loc["awareness", ["below_sql", "parked", "revisit_due", "no_revisit"]].tolist() == [1, 3, 1, 1]


def test_archived_leads_are_not_listed(listed):
    assert ids(listed([{}, {}], counted=[True, False])) == ["L-0"]


def test_each_owner_has_a_block_and_what_is_left_out_is_counted(listed):
    found = listed([{"owner": name} for name in ["Ben", "Ann", "ann", "", "Ann", "Ben", "Ann"]], per_owner=3)
    assert found.rows["owner"].tolist() == ["Ann", "Ann", "Ann", "Ben", "Ben", "Unknown"]
    assert found.owners["more"].to_dict() == {"Ann": 1, "Ben": 0, "Unknown": 0}


def test_what_presses_is_listed_before_what_is_merely_warm(listed):
    late = {"stage": "Prospecting", "created": ago(30)}
    hot = [HOT | {"amount": 1000 - at} for at in range(3)]
    asked = [{"lead_id": f"L-{at}", "date": ago(1), "type": "demo request", "direction": "in"} for at in range(3)]
    called = [{"lead_id": f"L-{at}", "date": TODAY, "type": "call", "direction": "out"} for at in range(3)]
    found = listed([*hot, late, {"next_step_date": ago(1), "amount": 1}], [*asked, *called], per_owner=3)
    assert ids(found)[0] == "L-0"
    assert found.rows["temperature"].iloc[0] == "hot"
    assert set(ids(found)) == {"L-0", "L-3", "L-4"}


def test_with_very_many_owners_each_has_fewer_and_the_last_none(listed):
    found = listed([{"owner": f"Rep {at % 40:02d}"} for at in range(400)], most_rows=120)
    assert len(found.rows) == 120
    assert found.rows["owner"].value_counts().tolist() == [3] * 40
    assert found.owners["more"].sum() == 280
    few = listed([{"owner": f"Rep {at % 40:02d}"} for at in range(80)], most_rows=30)
    assert len(few.rows) == 30
    assert few.unlisted_owners == 10


@pytest.mark.parametrize(
    ("lead", "clock"),
    [
        # A cold lead has 16 working hours; the clock stands at the start of today.
        ({"stage": "Prospecting", "created": dt.datetime(2026, 11, 17, 14)}, "cold: 13 h left"),  # noqa: DTZ001 - no zone
        ({"stage": "Prospecting", "created": dt.datetime(2026, 11, 17, 14, 30)}, "cold: 13.5 h left"),  # noqa: DTZ001 - no zone
        ({"stage": "Prospecting", "created": ago(2)}, "cold: 0 h over, escalated"),
        ({"stage": "Prospecting", "created": ago(5)}, "cold: 8 h over, escalated"),
        ({"stage": "Prospecting", "created": ago(12)}, "cold: 48 h over, reassign"),
        ({"created": ago(7), "first_contacted": ago(1)}, "late by 16 h"),
        ({"created": ago(7), "first_contacted": ago(7)}, "done"),
        ({"created": None}, ""),
    ],
)
def test_the_clock_says_the_hours_left_or_over(listed, lead, clock):
    assert listed([lead]).rows["clock"].tolist() == [clock]
