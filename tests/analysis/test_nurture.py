"""Tracks by buyer stage, revisit dates, buyers who come back, and what is proposed for parking or the archive."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.model.playbook import StageClass
from leadbook.model.team_options import Options

TODAY = dt.date(2026, 11, 18)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def stand_one(stand_alone):
    return partial(stand_alone, {"created": ago(200)}, TODAY)


def touch(days: int, kind: str = "call", direction: str = "out") -> dict[str, object]:
    return {"date": ago(days), "type": kind, "direction": direction}


BANT = {"budget": 2, "authority": 2, "need": 2, "timeline": 2}


@pytest.mark.parametrize(
    ("lead", "activities", "track"),
    [
        ({"stage": "Prospecting"}, [], "awareness"),
        ({"stage": "Prospecting"}, [touch(5)], "awareness"),
        ({"stage": "Prospecting"}, [touch(50, "reply", "in")], "consideration"),
        ({"stage": "Prospecting", "mql_date": ago(9)}, [], "consideration"),
        ({"stage": "Prospecting"}, [touch(50, "pricing request", "in")], "decision"),
        ({"stage": "Nurture"}, [], "awareness"),
        ({"stage": "Nurture", "sql_date": ago(90)}, [], "consideration"),
        ({"stage": "Nurture"}, [touch(90, "proposal")], "decision"),
        ({"stage": "Nurture", "opportunity_date": ago(90)}, [], "decision"),
        # An SQL is the seller's to work on, and whoever opted out is left alone.
        ({"stage": "Qualification"} | BANT, [], ""),
        ({"stage": "Nurture", "opt_out": True}, [], ""),
        ({"stage": "Won"}, [], ""),
        ({"stage": "Lost"}, [touch(50, "reply", "in")], ""),
    ],
)
def test_the_track_follows_how_far_the_buyer_is(stand_one, lead, activities, track):
    assert stand_one(lead, activities)["track"] == track


def parked(days_ago: int) -> list[dict[str, object]]:
    row = {"lead_id": "L-1", "event": "first seen", "stage": "Prospecting", "changed_at": ago(190)}
    return [row, row | {"event": "stage", "stage": "Nurture", "changed_at": ago(days_ago)}]


def test_a_revisit_date_is_proposed_by_the_track_from_the_day_of_parking(stand_one):
    assert stand_one({"stage": "Nurture"}, history=parked(20))["revisit"].date() == ago(20 - 90)
    decided = stand_one({"stage": "Nurture", "opportunity_date": ago(60)}, history=parked(20))
    assert decided["revisit"].date() == ago(20 - 30)
    # Its time has come already, so it is proposed for today and never for a day gone by.
    assert stand_one({"stage": "Nurture"}, history=parked(120))["revisit"].date() == TODAY


def test_a_revisit_date_that_stands_there_is_left_alone(stand_one):
    found = stand_one({"stage": "Nurture", "revisit_date": ago(-3)}, history=parked(20))
    assert found["revisit"] is None or found["revisit"] != found["revisit"]


def test_a_teams_own_days_count(make_records, make_playbook):
    playbook = make_playbook(options=Options(nurture_awareness_days=10))
    row = {"lead_id": "L-1", "stage": "Nurture", "created": ago(3)}
    records = make_records([row], playbook=playbook)
    assert stand(records, score(records, TODAY), TODAY).frame["revisit"].iloc[0].date() == ago(-7)


@pytest.mark.parametrize(
    ("lead", "activities", "history", "back"),
    [
        # Parked 20 days ago.
        ({"stage": "Nurture"}, [touch(5, "reply", "in")], parked(20), True),
        ({"stage": "Nurture"}, [touch(19, "reply", "in")], parked(20), True),
        ({"stage": "Nurture"}, [touch(20, "reply", "in")], parked(20), False),
        ({"stage": "Nurture"}, [touch(40, "reply", "in")], parked(20), False),
        ({"stage": "Nurture"}, [touch(5)], parked(20), False),
        # Somebody answered.
        ({"stage": "Nurture"}, [touch(5, "reply", "in"), touch(4)], parked(20), False),
        # Nobody knows when it was parked: what is recent counts.
        ({"stage": "Nurture"}, [touch(13, "reply", "in")], (), True),
        ({"stage": "Nurture"}, [touch(14, "reply", "in")], (), False),
        # No activities are written down, but the list's own Last Activity moved.
        ({"stage": "Nurture", "last_activity": ago(5)}, [], parked(20), True),
        ({"stage": "Nurture", "last_activity": ago(25)}, [], parked(20), False),
        ({"stage": "Nurture", "last_activity": ago(-5)}, [], parked(20), False),
        # The stage Proposal goes stale after 10 days.
        ({"stage": "Proposal"}, [touch(13), touch(3, "reply", "in")], (), True),
        ({"stage": "Proposal"}, [touch(12), touch(3, "reply", "in")], (), False),
        ({"stage": "Proposal"}, [touch(60), touch(3, "reply", "in"), touch(2)], (), False),
        ({"stage": "Proposal"}, [touch(60), touch(14, "reply", "in")], (), False),
        ({"stage": "Proposal"}, [touch(60), touch(-2, "meeting")], (), False),
        ({"stage": "Proposal"}, [touch(3, "reply", "in")], (), True),
        ({"stage": "Proposal", "next_step_date": ago(-1)}, [touch(60), touch(3, "reply", "in")], (), False),
        ({"stage": "Proposal", "next_step_date": ago(1)}, [touch(60), touch(3, "reply", "in")], (), True),
        ({"stage": "Proposal", "created": ago(9)}, [touch(3, "reply", "in")], (), False),
        ({"stage": "Won"}, [touch(60), touch(3, "reply", "in")], (), False),
    ],
)
def test_a_buyer_who_comes_back_is_told_until_somebody_answers(stand_one, lead, activities, history, back):
    found = stand_one(lead, activities, history=history)
    assert found["reengaged"] == back
    assert ("Re-engaged" in found["flags"]) == back


@pytest.mark.parametrize(
    ("lead", "activities", "recycle"),
    [
        ({"stage": "Proposal", "last_activity": ago(30)}, [], True),
        ({"stage": "Proposal", "last_activity": ago(29)}, [], False),
        ({"stage": "Proposal", "last_activity": ago(30), "next_step_date": ago(-5)}, [], False),
        ({"stage": "Proposal"}, [touch(day) for day in (130, 120, 110, 100, 95)], False),  # dead, not recycled
        ({"stage": "Nurture", "last_activity": ago(90)}, [], False),
    ],
)
def test_a_stale_lead_is_proposed_for_nurture(stand_one, lead, activities, recycle):
    assert stand_one(lead, activities)["recycle"] == recycle


@pytest.mark.parametrize(("days", "recycle"), [(0, False), (1, True)])
def test_nothing_is_recycled_while_the_buyer_holds_an_offer(stand_one, days, recycle):
    offer = [{"lead_id": "L-1", "valid_until": ago(days)}]
    assert stand_one({"stage": "Proposal"}, [touch(60)], quote_lines=offer)["recycle"] == recycle


def test_nothing_is_recycled_where_there_is_no_stage_to_park_it_in(make_records, make_playbook):
    stages = tuple(stage for stage in make_playbook().stages if stage.stage_class is not StageClass.NURTURE)
    row = {"lead_id": "L-1", "stage": "Proposal", "last_activity": ago(90)}
    records = make_records([row], playbook=make_playbook(stages=stages))
    found = stand(records, score(records, TODAY), TODAY).frame.iloc[0]
    assert found["stale"]
    assert not found["recycle"]


@pytest.mark.parametrize(
    ("lead", "dead"),
    [
        ({"stage": "Nurture"}, True),
        ({"stage": "Nurture", "revisit_date": ago(0)}, True),
        ({"stage": "Nurture", "revisit_date": ago(-1)}, False),
    ],
)
def test_a_parked_lead_that_never_answered_is_proposed_for_the_archive(stand_one, lead, dead):
    calls = [touch(day) for day in (150, 140, 130, 120, 110)]
    found = stand_one(lead, calls)
    assert found["dead"] == dead
    assert found["next_action"].startswith("Archive as dead") == dead
