"""Who may be written to today, and why each of the others may not."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec import structs

from leadbook.analysis.follow_up import WITHHELD, plan_follow_ups
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.model.team_options import Options

TODAY = dt.date(2026, 11, 18)


def ago(days: int) -> dt.date:
    return TODAY - dt.timedelta(days=days)


def touch(days: int, kind: str = "call", direction: str = "out", outcome: str = "reached") -> dict[str, object]:
    return {"lead_id": "L-1", "date": ago(days), "type": kind, "direction": direction, "outcome": outcome}


LEAD = {
    "lead_id": "L-1", "company": "Alder", "email": "ida@alder.example", "stage": "Qualification", "created": ago(200),
}  # fmt: skip


@pytest.fixture
def plan(make_records, make_playbook, make_typed):
    """``plan(leads, activities, **tables)``: what is planned for each lead."""

    def planned(leads, activities=(), options=None, **tables):
        playbook = make_playbook(options=options or Options())
        proposals = make_typed("Proposals", tables.pop("proposals", ()))
        made = structs.replace(
            make_records(leads, activities=activities, playbook=playbook, **tables), proposals=proposals
        )
        scores = score(made, TODAY)
        return plan_follow_ups(made, scores, stand(made, scores, TODAY), TODAY)

    return planned


CASES = [
    # what is different about the lead, its activities, why it is left out ("" when it is written to)
    ({}, [touch(10)], ""),
    ({}, [], ""),
    ({"stage": ""}, [touch(10)], ""),
    ({"stage": "Won"}, [touch(10)], "won"),
    ({"stage": "Lost"}, [touch(10)], "lost"),
    ({"stage": "Disqualified"}, [touch(10)], "disqualified"),
    ({"stage": "Perhaps"}, [touch(10)], "stage unknown"),
    ({"opt_out": True}, [touch(10)], "opted out"),
    ({"opt_out": True, "email": ""}, [touch(10)], "opted out"),
    ({"opt_out": True, "stage": "Nurture"}, [touch(100)], "opted out"),
    ({"email": ""}, [touch(10)], "no address"),
    ({}, [touch(30, "email", outcome="bounced"), touch(10)], "bounced"),
    ({}, [touch(30, "email", outcome="Undeliverable")], "bounced"),
    ({}, [touch(30, "email", outcome="bounced"), touch(20, "reply", "in"), touch(10)], ""),
    ({}, [touch(-3, "email", outcome="bounced"), touch(10)], "booked"),  # on the day, nobody knew
    # the cadence: 7 days by default, the seventh day is the first on which one may write
    ({}, [touch(6)], "too soon"),
    ({}, [touch(7)], ""),
    ({}, [touch(0)], "too soon"),
    ({"last_activity": ago(3)}, [], "too soon"),
    ({"first_contacted": ago(2)}, [], "too soon"),
    ({}, [touch(40), touch(5, "meeting")], "too soon"),
    # our turn
    ({}, [touch(20), touch(10, "reply", "in")], "our turn"),
    ({}, [touch(10, "demo request", "in")], "our turn"),
    ({}, [touch(10, "email", "in")], "our turn"),
    ({}, [touch(20, "reply", "in"), touch(10)], ""),
    ({}, [touch(10, "reply", "in"), touch(10, "email")], ""),  # we answered on the same day
    ({}, [touch(10, "reply", "in"), touch(9, "note", "")], "our turn"),  # a note is no answer
    ({}, [touch(10, "reply", "in"), touch(9, "email", outcome="bounced")], "bounced"),
    ({}, [touch(10, "reply", "in"), touch(8, "call", outcome="cancelled")], "our turn"),
    # something is booked
    ({"next_step": "Call", "next_step_date": ago(-1)}, [touch(10)], "booked"),
    ({"next_step": "Call", "next_step_date": ago(0)}, [touch(10)], ""),
    ({"next_step": "Call", "next_step_date": ago(5)}, [touch(10)], ""),
    ({}, [touch(10), touch(-4, "meeting", outcome="planned")], "booked"),
    ({}, [touch(10), touch(-4, "meeting", outcome="cancelled")], ""),
    # parked
    ({"stage": "Nurture", "revisit_date": ago(-1)}, [touch(100)], "parked"),
    ({"stage": "Nurture", "revisit_date": ago(0)}, [touch(100)], ""),
    ({"stage": "Nurture", "revisit_date": ago(0)}, [touch(3)], "too soon"),
    ({"stage": "Nurture"}, [touch(20)], "parked"),  # 90 days after the last touch are proposed
    ({"stage": "Nurture"}, [touch(100)], ""),
]  # fmt: skip


@pytest.mark.parametrize(("lead", "activities", "why"), CASES)
def test_a_lead_is_left_alone_for_a_reason(plan, lead, activities, why):
    assert plan([LEAD | lead], activities)["withheld"].tolist() == [why]


def test_every_reason_has_a_case_and_words():
    tried = {why for _, _, why in CASES} | {"merged", "archived", "doubled"}
    assert tried - {""} == set(WITHHELD)


def test_a_merged_lead_is_left_to_the_one_it_was_merged_into(plan):
    archive = [
        {"lead_id": "L-1", "reason": "Merged into L-2", "archived_at": ago(5)},
        {"lead_id": "L-3", "reason": "Left the market", "archived_at": ago(5)},
    ]
    leads = [LEAD | {"lead_id": f"L-{number}", "email": f"a{number}@alder.example"} for number in (1, 2, 3)]
    assert plan(leads, archive=archive)["withheld"].tolist() == ["merged", "", "archived"]


def test_opting_out_and_bounces_hold_for_the_address_wherever_it_stands(plan):
    others = [LEAD | {"lead_id": f"L-{number}"} for number in (2, 3)]
    opted = [LEAD | {"opt_out": True, "stage": "Lost"}, *others]
    assert plan(opted)["withheld"].tolist() == ["lost", "opted out", "opted out"]
    bounced = [LEAD | {"stage": "Lost"}, *others]
    activities = [touch(30, "email", outcome="bounced")]
    assert plan(bounced, activities)["withheld"].tolist() == ["lost", "bounced", "bounced"]


def test_blank_addresses_are_not_one_address(plan):
    leads = [LEAD | {"email": "", "opt_out": True}, LEAD | {"lead_id": "L-2", "email": ""}]
    assert plan(leads)["withheld"].tolist() == ["opted out", "no address"]


def test_of_two_leads_with_one_address_the_more_pressing_is_written_to(plan):
    leads = [LEAD | {"amount": 100.0}, LEAD | {"lead_id": "L-2", "amount": 90_000.0}]
    assert plan(leads)["withheld"].tolist() == ["doubled", ""]


def test_the_teams_own_cadence_counts(plan):
    options = Options(cadence_min_days=3, cadence_max_days=5)
    found = plan([LEAD], [touch(9)], options=options).iloc[0]
    assert found["withheld"] == ""
    assert found["overdue_days"] == 4
    assert plan([LEAD], [touch(2)], options=options)["withheld"].tolist() == ["too soon"]


def test_what_came_before_is_told(plan):
    activities = [touch(40, "proposal"), touch(30, "meeting"), touch(20, "reply", "in"), touch(12), touch(11, "email")]
    found = plan([LEAD], activities).iloc[0]
    assert (found["silent_days"], found["attempts"], found["last_kind"]) == (11, 2, "email")
    assert found["contacted"]
    assert found["last_meeting"].date() == ago(30)
    assert found["last_proposal"].date() == ago(40)


@pytest.mark.parametrize(
    ("days_ago", "status", "why", "kind"),
    [
        (3, "Sent", "too soon", "proposal"),
        (8, "sent by mail", "", "proposal"),
        (3, "Written", "our turn", "reply"),
        (3, "Withdrawn", "our turn", "reply"),
        (15, "Sent", "our turn", "reply"),  # their reply came after it
        (-2, "Sent", "our turn", "reply"),  # on the day, nobody knew
    ],
)
def test_a_proposal_marked_as_sent_is_a_touch(plan, days_ago, status, why, kind):
    proposals = [{"lead_id": "l-1", "date": ago(days_ago), "status": status, "version": 1}]
    found = plan([LEAD], [touch(20), touch(12, "reply", "in")], proposals=proposals).iloc[0]
    assert (found["withheld"], found["last_kind"]) == (why, kind)
    if kind == "proposal":
        assert found["last_proposal"].date() == ago(days_ago)


def test_nobody_has_touched_a_new_lead(plan):
    found = plan([LEAD | {"created": ago(1), "stage": "Prospecting"}]).iloc[0]
    assert not found["contacted"]
    assert found["silent_days"] != found["silent_days"]
