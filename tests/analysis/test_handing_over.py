"""A lead left waiting far beyond the SLA: who should take it over, on Today and among the issues."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace
from pandas.testing import assert_frame_equal

from leadbook.analysis.handing_over import waiting_issues
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand, stand_waiting
from leadbook.analysis.today_list import spell_clock
from leadbook.model.playbook import Rep, Route
from leadbook.model.team_options import Options

TODAY = dt.date(2026, 11, 18)
LONG_AGO = dt.date(2026, 11, 4)  # 80 working hours, where a cold lead's SLA is 16
ANNA, BEN, CY = Rep("Anna", capacity=60), Rep("Ben", territory="Germany", capacity=30), Rep("Cy", capacity=10)


@pytest.fixture
def study(make_records, make_playbook):
    def made(leads, reps=(ANNA, BEN, CY), routes=(), **options):
        rows = [
            {"lead_id": f"L-{at}", "stage": "Prospecting", "owner": "Anna", "created": LONG_AGO} | lead
            for at, lead in enumerate(leads)
        ]
        playbook = make_playbook(reps=reps, routing=tuple(routes), options=Options(**options))
        records = make_records(rows, playbook=playbook)
        return records, stand(records, score(records, TODAY), TODAY)

    return made


def clocks(standing):
    return spell_clock(standing.frame.assign(temperature="cold"))


def takers(standing):
    return standing.frame["take_over"].tolist()


def test_check_finds_who_waits_without_all_the_rest(study):
    answered = {"first_contacted": dt.date(2026, 11, 5), "last_activity": dt.date(2026, 11, 6)}
    leads = [{}, {"owner": ""}, {"owner": "Ben", "stage": "Won"}, answered, {"stage": "", "created": TODAY}]
    records, standing = study(leads)
    waiting = stand_waiting(records, score(records, TODAY), TODAY)
    told = ["open", "sla_hours", "sla_limit_hours", "sla_status", "sla_step", "take_over", "take_over_why"]
    assert_frame_equal(waiting[told], standing.frame[told])
    assert len(waiting_issues(records, waiting)) == 1


def test_the_one_with_most_room_takes_it_over_and_never_the_present_owner(study):
    idle = {"first_contacted": LONG_AGO}
    records, standing = study([{}, {"owner": "Ben"}, *[idle] * 3])
    assert takers(standing) == ["Ben", "Anna", "", "", ""]
    assert standing.frame["next_action"].iloc[0] == "Call now or reassign to Ben: cold lead, SLA 16 h, waiting 80 h"
    assert clocks(standing)[0] == "cold: 64 h over, reassign to Ben"
    first, second = waiting_issues(records, standing.frame)
    assert (first.code, first.row, first.column) == ("LB340", 2, records.leads.places["owner"])
    assert first.message == (
        "Nobody has contacted this lead in 80 working hours, where the SLA allows 16: call now, or reassign it to Ben "
        "(no rule fits, most room for it)."
    )
    assert "reassign it to Anna" in second.message


def test_an_owner_who_may_not_have_one_lead_may_have_the_next(study):
    idle = {"owner": "Ben", "first_contacted": LONG_AGO}
    _, standing = study([{}, {"owner": "Ben"}, *[idle] * 9])
    assert takers(standing)[:2] == ["Cy", "Anna"]


def test_proposals_made_so_far_count(study):
    _, standing = study([{}] * 8, reps=(ANNA, BEN, CY))
    assert takers(standing).count("Ben") == 6
    assert takers(standing).count("Cy") == 2


@pytest.mark.parametrize("owner", ["anna ", "anna@seller.example"])
def test_the_present_owner_is_known_by_any_spelling(study, owner):
    _, standing = study([{"owner": owner}], reps=(replace(ANNA, email="anna@seller.example"), CY))
    assert takers(standing) == ["Cy"]


def test_the_rules_of_routing_say_whom_to_choose_from_though_routing_is_off(study):
    _, standing = study([{"country": "DE"}], routes=[Route("country", "Deutschland", "Cy")])
    assert takers(standing) == ["Cy"]


def test_a_shipped_rule_that_names_nobody_counts_only_once_routing_is_on(study):
    shipped = [Route("country", "*", "International")]
    assert takers(study([{"country": "Chile"}], routes=shipped)[1]) == ["Ben"]
    _, standing = study([{"country": "Chile"}], routes=shipped, routing="suggest")
    assert standing.frame["take_over_why"].tolist() == ["International in Settings/Routing names nobody of Reps"]


@pytest.mark.parametrize(
    ("reps", "routes", "why"),
    [
        ((ANNA,), (), "Settings/Reps names nobody else"),
        ((ANNA, BEN), [Route("country", "*", "Anna")], "Anna in Settings/Routing names nobody else"),
        ((ANNA, replace(BEN, active=False), replace(CY, capacity=0)), (), "of Settings/Reps, 1 full and 1 not active"),
    ],
)
def test_where_nobody_fits_it_says_so(study, reps, routes, why):
    records, standing = study([{"country": "Chile"}], reps=reps, routes=routes)
    assert takers(standing) == [""]
    action = standing.frame["next_action"].iloc[0]
    assert action == f"Call now: cold lead, SLA 16 h, waiting 80 h; nobody fits to take it over ({why})"
    assert clocks(standing) == ["cold: 64 h over, reassign: nobody fits"]
    [issue] = waiting_issues(records, standing.frame)
    assert issue.message.endswith(f"call now; nobody fits to take it over, as {why}.")


@pytest.mark.parametrize(
    "lead",
    [
        {"created": dt.date(2026, 11, 16)},  # at the SLA, not twice it
        {"first_contacted": dt.date(2026, 11, 5)},
        {"stage": "Won"},
        {"stage": "Nurture"},
        {"owner": ""},  # routing's, where it is switched on
    ],
)
def test_other_leads_stay_where_they_are(study, lead):
    records, standing = study([lead])
    assert takers(standing) == [""]
    assert waiting_issues(records, standing.frame) == []


def test_from_when_on_is_the_teams_choice(study):
    _, standing = study([{"created": dt.date(2026, 11, 16)}], sla_reassign_at=1.0)
    assert standing.frame["next_action"].iloc[0].startswith("Call now or reassign to Ben: ")


def test_whoever_was_named_stays_named(study):
    records, _ = study([{}] * 3)
    table = records.leads.table
    cells = ["Call now or reassign to Cy: cold lead", None, "Call now or reassign to Anna: cold lead"]
    table = replace(table, headers=[*table.headers, "Next Action"], cells=[*table.cells, cells])
    places = {**records.leads.places, "next_action": len(table.headers)}
    records = replace(records, leads=replace(records.leads, table=table, places=places))
    assert takers(stand(records, score(records, TODAY), TODAY)) == ["Cy", "Ben", "Ben"]
