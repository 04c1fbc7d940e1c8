"""Offers that are about to end are brought up in time."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest
from msgspec.structs import replace

from leadbook.analysis.score import score
from leadbook.analysis.standing import stand

if TYPE_CHECKING:
    from collections.abc import Iterable

TODAY = dt.date(2026, 11, 18)


def due(days: int) -> dt.date:
    return TODAY + dt.timedelta(days=days)


@pytest.fixture
def stand_one(make_records, make_typed):
    def stood(proposals: Iterable[dict[str, object]] = (), quotes=(), stage="Proposal"):
        lead = {"lead_id": "L-1", "stage": stage, "next_step": "Call", "next_step_date": due(3)}
        records = make_records([lead], quote_lines=[{"lead_id": "L-1"} | row for row in quotes])
        table = make_typed("Proposals", [{"lead_id": "l-1"} | row for row in proposals])
        return stand(made := replace(records, proposals=table), score(made, TODAY), TODAY).frame.iloc[0]

    return stood


@pytest.mark.parametrize(
    ("proposals", "expires"),
    [
        ([{"valid_until": due(7)}], True),
        ([{"valid_until": due(8)}], False),
        ([{"valid_until": due(0)}], True),
        ([{"valid_until": due(-7)}], True),
        ([{"valid_until": due(-8)}], False),
        ([{"valid_until": due(2)}, {"valid_until": due(40)}], False),  # a new version holds
        ([{"valid_until": due(2)}, {"valid_until": due(40), "status": "Withdrawn"}], True),
        ([{"valid_until": due(2)}, {"valid_until": due(40), "status": "Offer withdrawn"}], True),
        ([{"valid_until": due(2), "status": "Accepted"}], False),
        ([{"valid_until": due(2), "status": "sent"}], True),
        ([{"valid_until": None}], False),
        ([{"valid_until": due(2), "lead_id": "L-2"}], False),
        ([{"version": 1, "valid_until": due(2)}, {"version": 2, "valid_until": due(40)}], False),
        ([{"version": 2, "valid_until": due(2)}, {"version": 1, "valid_until": due(40)}], True),  # the later one counts
        ([{"version": 1, "valid_until": due(2)}, {"version": 2, "valid_until": None, "status": "Written"}], False),
        ([{"version": 1, "valid_until": due(2)}, {"version": 2, "valid_until": due(9), "status": "Accepted"}], False),
        ([{"version": 1, "valid_until": due(2)}, {"version": 2, "valid_until": due(9), "status": "Draft"}], True),
        ([{"version": 1, "valid_until": due(2)}, {"version": 2, "valid_until": due(9), "lead_id": "L-2"}], True),
        ([{"version": 3, "valid_until": due(2), "status": "Written"}], True),
    ],
)
def test_a_proposal_is_brought_up_before_and_after_its_end(stand_one, proposals, expires):
    assert stand_one(proposals)["expires"] == expires


def test_quote_lines_may_say_until_when_they_hold(stand_one):
    assert stand_one(quotes=[{"valid_until": due(3)}])["expires"]
    assert not stand_one(quotes=[{"valid_until": due(3)}], stage="Won")["expires"]


def test_the_sentence_says_what_to_do_about_it(stand_one):
    assert stand_one([{"valid_until": due(7)}])["next_action"] == "Ask for the decision: the proposal ends 25 Nov"
    assert stand_one([{"valid_until": due(-1)}])["next_action"] == "Send a new proposal: the last one ended 17 Nov"
    assert stand_one([{"valid_until": due(9)}])["next_action"] == "Next on 21 Nov: Call"
