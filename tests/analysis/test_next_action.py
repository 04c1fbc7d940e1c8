"""The one sentence per lead, and the priority spelled out."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.score import score
from leadbook.analysis.standing import stand

TODAY = dt.date(2026, 11, 18)  # Wednesday


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def stood(make_records, leads, **tables):
    records = make_records(leads, **tables)
    return stand(records, score(records, TODAY), TODAY).frame


def call(days: int, **more: object) -> dict[str, object]:
    return {"lead_id": "L-1", "date": ago(days), "type": "call", "direction": "out"} | more


HOT = {"stage": "Prospecting", "industry": "Software", "employees": 60, "job_title": "Director"}
ASKED = call(0, type="Demo request", direction="in")
STEP = {"next_step": "Call back about the trial", "next_step_date": ago(-2)}


@pytest.mark.parametrize(
    ("lead", "activities", "sentence"),
    [
        ({"stage": "Won", "next_step_date": ago(9)}, [], ""),
        ({"stage": "Lost"}, [], ""),
        ({"stage": "Disqualified"}, [], ""),
        ({"stage": "Nowhere"}, [], "Choose a stage: the one typed is not in Settings"),
        ({"stage": "Nurture"}, [], "Set a revisit date, such as 16 Feb 2027 (awareness)"),
        ({"stage": "Nurture", "created": ago(80)}, [], "Set a revisit date, such as 28 Nov (awareness)"),
        ({"stage": "Nurture", "created": ago(300)}, [call(40, type="reply", direction="in")],
         "Set a revisit date, such as 8 Dec (consideration)"),
        ({"stage": "Nurture", "created": ago(90)}, [],
         "Look at it again now and set the next revisit date (awareness)"),
        ({"stage": "Nurture", "created": ago(400)}, [],
         "Look at it again now and set the next revisit date (awareness)"),
        ({"stage": "Nurture", "created": ago(89)}, [], "Set a revisit date, such as 19 Nov (awareness)"),
        ({"stage": "Nurture", "revisit_date": ago(1)}, [], "Revisit now: due 17 Nov (awareness)"),
        ({"stage": "Nurture", "revisit_date": dt.date(2027, 1, 5)}, [], "Leave parked until 5 Jan 2027 (awareness)"),
        (HOT | {"created": TODAY}, [ASKED], "Call within the hour: hot lead, SLA 1 h"),
        (HOT | {"created": ago(1)}, [ASKED], "Call now or reassign: hot lead, SLA 1 h, waiting 8 h"),
        ({"stage": "new", "created": ago(1)}, [], "Make the first contact: cold lead, SLA 16 h"),
        ({"stage": "", "created": ago(2)}, [], "Call now: cold lead, SLA 16 h has passed"),
        ({"stage": "Proposal", "created": ago(200)}, [call(n) for n in (99, 80, 60, 40, 20)],
         "Archive as dead or say why not: 5 attempts and 200 days without an answer"),
        ({"stage": "Proposal", "next_step": "Call back", "next_step_date": ago(15)}, [],
         "Overdue since 3 Nov: Call back"),
        ({"stage": "Proposal", "next_step_date": dt.date(2025, 12, 3)}, [], "Overdue since 3 Dec 2025"),
        ({"stage": "Proposal", "close_date": ago(15)} | STEP, [], "Confirm the close date: 3 Nov has passed"),
        ({"stage": "Proposal", "last_activity": ago(12)}, [], "Follow up: silent 12 days"),
        ({"stage": "Proposal", "last_activity": ago(43)}, [],
         "Move to Nurture or close: silent 43 days; look again 18 Dec"),
        ({"stage": "Assessment", "opportunity_date": ago(30)} | STEP, [],
         "Unblock it or move it back: 30 days in the stage, 14 expected"),
        ({"stage": "Nurture", "created": ago(300)}, [call(3, type="reply", direction="in")],
         "Answer and reopen: the buyer is back since 15 Nov"),
        ({"stage": "Nurture", "created": ago(200)}, [call(n) for n in (99, 80, 60, 40, 20)],
         "Archive as dead or say why not: 5 attempts and 200 days without an answer"),
        ({"stage": "Proposal", "created": ago(90)}, [call(60), call(2, type="reply", direction="in")],
         "Answer now: the buyer is back since 16 Nov"),
        ({"stage": "Closing", "signer": ""} | STEP, [], "Ask who signs"),
        ({"stage": "Closing", "signer": "", "budget": None} | STEP, [], "Log BANT evidence: Budget blank"),
        ({"stage": "Closing", "company": ""} | STEP, [], "Fill in Company"),
        ({"stage": "Qualification"} | STEP, [call(2, type="proposal")], "Move the stage on: a proposal was sent"),
        ({"stage": "Proposal"}, [], "Set a next step"),
        ({"stage": "Proposal", "close_date": ago(-7)} | STEP, [], "Confirm the close date 25 Nov"),
        ({"stage": "Proposal", "close_date": ago(-8)} | STEP, [], "Next on 20 Nov: Call back about the trial"),
        ({"stage": "Proposal", "probability_override": 0.9} | STEP, [],
         "Log evidence, or lower the amount or chance"),
        ({"stage": "Proposal", "next_step": "Send terms", "next_step_date": TODAY}, [], "Today: Send terms"),
        ({"stage": "Proposal", "next_step": "Send terms"}, [], "Put a date on the next step: Send terms"),
        ({"stage": "Proposal"}, [call(-3, type="meeting")], "Prepare the activity planned on 21 Nov"),
    ],
)  # fmt: skip
def test_the_sentence_names_the_most_pressing_thing(make_records, lead, activities, sentence):
    found = stood(make_records, [{"lead_id": "L-1"} | lead], activities=activities)
    assert found["next_action"].tolist() == [sentence]


@settings(max_examples=40, deadline=None)
@given(step=st.text(max_size=200), days=st.sampled_from([-3, 0, 3, None]))
def test_a_sellers_text_never_begins_the_sentence_nor_breaks_the_line(make_records, step, days):
    lead = {"lead_id": "L-1", "stage": "Proposal", "next_step": step.strip()}
    lead["next_step_date"] = None if days is None else ago(days)
    sentence = stood(make_records, [lead])["next_action"].iloc[0]
    assert sentence.startswith(
        ("Overdue since", "Today", "Next on", "Put a date", "Set a next step", "Fill in Next Step")
    )
    assert sentence.isprintable()
    assert len(sentence) <= 100


def test_a_formula_typed_as_a_next_step_stays_the_end_of_a_sentence(make_records):
    lead = {"lead_id": "L-1", "stage": "Proposal", "next_step": "=HYPERLINK(1)", "next_step_date": ago(15)}
    assert stood(make_records, [lead])["next_action"].tolist() == ["Overdue since 3 Nov: =HYPERLINK(1)"]


def test_priority_is_value_times_chance_times_urgency(make_records):
    found = stood(
        make_records,
        [
            {"lead_id": "a", "stage": "Proposal", "amount": 12000, "close_date": ago(-14)} | STEP,
            {"lead_id": "b", "stage": "Closing", "amount": 1000, "currency": "USD", "next_step_date": ago(1)},
            {"lead_id": "c", "stage": "Proposal"},
            {"lead_id": "d", "stage": "Won", "amount": 90000},
            {"lead_id": "e", "stage": "", "amount": 100},
        ],
    )
    # a: 12,000 x 0.5 x (1 + 1); b: 900 EUR x 0.9 x (1 + 1); c: the median of 12,000, 900 and 100; e: first stage
    assert found["priority"].tolist()[:3] == [12000, 1620, 450]
    assert found["priority"].tolist()[4] == 5
    assert found["priority"].isna().tolist() == [False, False, False, True, False]
    assert found["priority_reason"].tolist() == [
        "12,000 EUR x 50 % x urgency 2 (closes soon)",
        "900 EUR x 90 % x urgency 2 (next step overdue)",
        "900 EUR (typical, no amount) x 50 % x urgency 1",
        "",
        "100 EUR x 5 % x urgency 1",
    ]


def test_a_hot_lead_waiting_comes_first(make_records):
    leads = [
        {"lead_id": "L-1", "amount": 1000, "created": ago(1)} | HOT,
        {"lead_id": "L-2", "amount": 1000, "created": ago(1), "stage": "Prospecting", "first_contacted": ago(1)},
    ]
    found = stood(make_records, leads, activities=[ASKED])
    # 1 + 3 for the first contact + 1 for being hot
    assert found["priority_reason"].iloc[0] == "1,000 EUR x 5 % x urgency 5 (first contact overdue, hot)"
    assert found["priority"].tolist() == [250, 50]
