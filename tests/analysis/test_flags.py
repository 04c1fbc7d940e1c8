"""Each flag on both sides of its line. 2026-11-18 is a Wednesday."""

from __future__ import annotations

import datetime as dt
from functools import partial

import pytest

from leadbook.analysis.flags import FLAG_NAMES

TODAY = dt.date(2026, 11, 18)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


@pytest.fixture
def stand_one(stand_alone):
    return partial(stand_alone, {"stage": "Proposal"}, TODAY)


def call(days: int, **more: object) -> dict[str, object]:
    return {"date": ago(days), "type": "call", "direction": "out"} | more


# The stage Proposal goes stale after 10 days; a next step up to 14 days ahead keeps it fresh.
STALE = [
    ({"last_activity": ago(10)}, [], True),
    ({"last_activity": ago(9)}, [], False),
    ({"last_activity": ago(40)}, [call(9)], False),
    ({"last_activity": ago(9)}, [call(40)], False),
    ({}, [call(10)], True),
    ({"last_activity": ago(40), "next_step_date": ago(-7)}, [], False),
    ({"last_activity": ago(40), "next_step_date": TODAY}, [], False),
    ({"last_activity": ago(40), "next_step_date": ago(-14)}, [], False),
    ({"last_activity": ago(40), "next_step_date": ago(-15)}, [], True),
    ({"last_activity": ago(40), "next_step_date": ago(1)}, [], True),
    ({"last_activity": ago(40)}, [call(-7, type="meeting")], False),
    ({"last_activity": ago(40)}, [call(-7, type="meeting", outcome="cancelled")], True),
    ({"last_activity": ago(40)}, [call(-30, type="meeting")], True),
    ({}, [call(40), call(3, type="meeting", outcome="no show")], True),
    ({"created": ago(10)}, [], True),
    ({"created": ago(9)}, [], False),
    ({"created": None}, [], False),
    ({"created": ago(-5)}, [], False),
    ({"last_activity": ago(-3), "created": ago(3)}, [], False),
    ({"stage": "Won", "last_activity": ago(40)}, [], False),
    ({"stage": "Nurture", "last_activity": ago(40)}, [], False),
    ({"stage": "Meeting / demo", "last_activity": ago(13)}, [], False),
    ({"stage": "Meeting / demo", "last_activity": ago(14)}, [], True),
]


@pytest.mark.parametrize(("lead", "activities", "stale"), STALE)
def test_stale_needs_silence_and_no_step_ahead(stand_one, lead, activities, stale):
    assert stand_one(lead, activities)["stale"] == stale


def test_silence_is_counted_from_the_last_touch_only(stand_one):
    found = stand_one({"created": ago(90), "last_activity": ago(12)}, [call(5), call(-4)])
    assert found["last_touch"].date() == ago(5)
    assert found["silent_days"] == 5
    assert stand_one({"created": ago(90)})["silent_days"] != stand_one({"created": ago(90)})["silent_days"]  # NaN


# Assessment is expected to take 14 days, so it is stalled after more than 21.
@pytest.mark.parametrize(("entered", "stalled"), [(ago(21), False), (ago(22), True), (None, False), (ago(-2), False)])
def test_stalled_is_longer_than_half_as_much_again(stand_one, entered, stalled):
    found = stand_one({"stage": "Assessment", "opportunity_date": entered})
    assert found["stalled"] == stalled


def test_stalled_counts_the_days_history_is_sure_of(stand_one):
    row = {"lead_id": "L-1", "stage": "Proposal", "event": "first seen"}
    found = stand_one({}, history=[row | {"changed_at": ago(16)}])
    # It was there 16 days ago at the latest, and 15 are allowed; since when is not known.
    assert found["stalled"]
    assert found["days_in_stage"] != found["days_in_stage"]
    assert found["in_stage_least_days"] == 16
    assert not stand_one({}, history=[row | {"changed_at": ago(15)}])["stalled"]


@pytest.mark.parametrize(
    ("lead", "activities", "dead"),
    [
        ({"created": ago(120)}, [call(day) for day in (100, 80, 60, 40, 20)], True),
        ({"created": ago(120)}, [call(day) for day in (100, 80, 60, 40)], False),
        ({"created": ago(89)}, [call(day) for day in (80, 70, 60, 40, 20)], False),
        ({"created": ago(90)}, [call(day) for day in (80, 70, 60, 40, 20)], True),
        ({"created": ago(300)}, [call(91, type="reply", direction="in")] + [call(day) for day in range(5)], True),
        ({"created": ago(300)}, [call(89, type="reply", direction="in")] + [call(day) for day in range(5)], False),
        # Five attempts in all, but only four since the buyer last answered.
        ({"created": ago(300)}, [call(95), call(91, direction="in")] + [call(day) for day in range(4)], False),
        ({"created": ago(300)}, [call(day, type="note") for day in range(5)], False),
        ({"created": None}, [call(day) for day in (95, 80, 60, 40, 20)], True),
        ({"created": ago(120), "stage": "Lost"}, [call(day) for day in (100, 80, 60, 40, 20)], False),
    ],
)
def test_dead_is_proposed_after_ninety_silent_days_and_five_attempts(stand_one, lead, activities, dead):
    assert stand_one(lead, activities)["dead"] == dead


@pytest.mark.parametrize(
    ("lead", "overdue", "no_next_step"),
    [
        ({"next_step": "Call", "next_step_date": ago(1)}, True, False),
        ({"next_step": "Call", "next_step_date": TODAY}, False, False),
        ({"next_step": "Call"}, False, False),
        ({"next_step": ""}, False, True),
        ({"next_step_date": ago(-3)}, False, False),
        ({"stage": "", "next_step": ""}, False, True),
        ({"stage": "Won", "next_step_date": ago(1)}, False, False),
        ({"stage": "Lost", "next_step": ""}, False, False),
        ({"stage": "Nurture", "next_step": ""}, False, False),
        ({"stage": "Somewhere", "next_step": ""}, False, False),
    ],
)
def test_overdue_and_no_next_step(stand_one, lead, overdue, no_next_step):
    found = stand_one(lead)
    assert (found["overdue"], found["no_next_step"]) == (overdue, no_next_step)


FILLED = {"company": "Acme", "email": "a@example.com", "source": "Web", "owner": "Ann"}


@pytest.mark.parametrize(
    ("lead", "missing"),
    [
        ({"stage": "Prospecting"} | FILLED, ""),
        ({"stage": "Prospecting"} | FILLED | {"company": ""}, "Company"),
        ({"stage": "Prospecting"} | FILLED | {"email": "", "phone": "1"}, ""),
        ({"stage": "Prospecting"} | FILLED | {"email": "", "phone": ""}, "Email or Phone"),
        ({"stage": "Prospecting", "budget": None} | FILLED, ""),
        ({"stage": "Qualification", "budget": None, "need": 0} | FILLED, "Budget"),
        # Cumulative: what Qualification asks for is asked for in Closing too.
        ({"stage": "Closing", "budget": None, "amount": None, "signer": "Cy"} | FILLED, "Budget, Amount"),
        ({"stage": "Won", "company": ""}, ""),
        ({"stage": "", "company": ""}, ""),
    ],
)
def test_a_stage_is_wrong_while_it_lacks_what_it_requires(stand_one, lead, missing):
    found = stand_one(lead)
    assert found["missing"] == missing
    assert found["wrong_stage"] == bool(missing)


def test_a_column_that_the_table_lacks_is_no_fault_of_the_lead(stand_one):
    assert not stand_one({"stage": "Closing"})["wrong_stage"]


@pytest.mark.parametrize(
    ("lead", "activities", "evidence"),
    [
        ({"stage": "Qualification"}, [call(5, type="proposal")], "a proposal was sent"),
        ({"stage": "Proposal"}, [call(5, type="proposal")], ""),
        ({"stage": "Objections"}, [call(5, type="proposal")], ""),
        ({"stage": "Qualification"}, [call(-5, type="proposal")], ""),
        ({"stage": "Qualification"}, [call(5, type="demo")], "a demo was given"),
        ({"stage": "Qualification"}, [call(5, type="demo", direction="in")], ""),
        ({"stage": "Lost"}, [call(5, type="proposal")], ""),
        # It was put back into Assessment after the proposal.
        ({"stage": "Assessment", "opportunity_date": ago(2)}, [call(5, type="proposal")], ""),
        ({"stage": "Assessment", "opportunity_date": ago(9)}, [call(5, type="proposal")], "a proposal was sent"),
    ],
)
def test_a_stage_is_wrong_when_evidence_points_further(stand_one, lead, activities, evidence):
    found = stand_one(lead, activities)
    assert found["evidence"] == evidence
    assert found["wrong_stage"] == bool(evidence)


QUOTED = [{"lead_id": "L-1", "product": "A", "quantity": 10, "unit_price": 100, "discount_percent": 0.1}]


@pytest.mark.parametrize(
    ("lead", "padding"),
    [
        ({"probability_override": 0.5}, False),
        ({"probability_override": 0.51}, True),
        ({"probability_override": 0.51, "bant_evidence": "Call with the CFO"}, False),
        ({"probability_override": 0.9, "budget": 2, "authority": 2, "need": 2, "timeline": 2}, False),
        ({"probability_override": 0.9, "budget": 2, "authority": 2, "need": 3, "timeline": 0}, True),
        ({"probability_override": 0.9, "stage": "Won"}, False),
        ({"amount": 900}, False),
        ({"amount": 901}, True),
        ({"amount": 901, "bant_evidence": "Signed off"}, False),
    ],
)
def test_padding_is_a_claim_that_nothing_backs(stand_one, lead, padding):
    # 10 x 100 less 10 % is quoted: 900.
    assert stand_one(lead, quote_lines=QUOTED)["padding"] == padding


def test_an_amount_is_held_against_the_dearest_option(stand_one):
    other = {"lead_id": "l-1", "option": "B", "product": "B", "quantity": 1, "unit_price": 2000, "tax_percent": 0.2}
    quotes = [row | {"option": "A"} for row in QUOTED] + [other]
    assert not stand_one({"amount": 2400}, quote_lines=quotes)["padding"]
    assert stand_one({"amount": 2401}, quote_lines=quotes)["padding"]


def test_flags_are_named_in_one_order(stand_one):
    found = stand_one({"next_step_date": ago(3), "last_activity": ago(30), "probability_override": 0.99})
    assert found["flags"] == "Overdue, Stale, Recycle (proposed), Padding"
    assert next(iter(FLAG_NAMES.values())) == "SLA late"


def test_what_is_blank_raises_no_flag_but_the_missing_step(stand_one):
    found = stand_one({})
    assert found["flags"] == "No next step"
