"""Public holidays stop the first-contact clock, by the team's country or each seller's own."""

from __future__ import annotations

import datetime as dt

import pytest

from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.model.playbook import Rep
from leadbook.model.team_options import Options

TODAY = dt.date(2026, 6, 30)
# Thursday 30 April 16:00 to Monday 4 May 10:00: an hour, Friday's eight, an hour; 1 May is Labour Day in Germany.
OVER_MAY_DAY = {"created": dt.datetime(2026, 4, 30, 16), "first_contacted": dt.datetime(2026, 5, 4, 10)}  # noqa: DTZ001 - as a cell holds it
# Tuesday 6 January is a holiday in Bavaria and in no other part of the country named here.
OVER_EPIPHANY = {"created": dt.date(2026, 1, 6), "first_contacted": dt.date(2026, 1, 7)}


def hours(make_records, make_playbook, leads, **book):
    rows = [{"lead_id": f"L-{at}", "stage": "Initial contact"} | lead for at, lead in enumerate(leads)]
    records = make_records(rows, playbook=make_playbook(**book))
    return stand(records, score(records, TODAY), TODAY).frame["sla_hours"].tolist()


@pytest.mark.parametrize(
    ("country", "own", "waited"),
    [
        ("", (), 10),
        ("DE", (), 2),
        ("US", (), 10),
        ("", (dt.date(2026, 5, 1),), 2),
        # The team's own days come on top: the Thursday falls away too.
        ("DE", (dt.date(2026, 4, 30),), 1),
    ],
)
def test_the_clock_stands_still_on_the_countrys_holidays_and_the_teams(
    make_records, make_playbook, country, own, waited
):
    book = {"options": Options(holiday_country=country), "holidays": frozenset(own)}
    assert hours(make_records, make_playbook, [OVER_MAY_DAY], **book) == [waited]


def test_each_seller_has_the_holidays_of_their_own_country(make_records, make_playbook):
    reps = (Rep("Anna Huber", email="anna@seller.example", country="DE-BY"), Rep("Ben Jansen", country="DE-HH"),
            Rep("Cy Moore"))  # fmt: skip
    leads = [
        OVER_EPIPHANY | {"owner": owner}
        for owner in ("anna huber", "anna@seller.example", "Ben Jansen", "Cy Moore", "Somebody else", "")
    ]
    found = hours(make_records, make_playbook, leads, reps=reps, options=Options(holiday_country="AT"))
    # Austria keeps Epiphany, so it stops the clock of whoever has no country of their own.
    assert found == [0, 0, 8, 0, 0, 0]


@pytest.mark.parametrize(
    ("waited", "options", "step"),
    [
        # A cold lead has 16 working hours, two days; today's clock stands at the start of the day.
        (1, {}, "due"), (2, {}, "escalated"), (3, {}, "escalated"), (4, {}, "reassign"),
        (2, {"sla_escalate_at": 1.5, "sla_reassign_at": 3.0}, "due"),
        (3, {"sla_escalate_at": 1.5, "sla_reassign_at": 3.0}, "escalated"),
        (1, {"sla_escalate_at": 0.5}, "escalated"),
    ],
)  # fmt: skip
def test_an_uncontacted_lead_is_escalated_and_then_offered_to_another_seller(
    make_records, make_playbook, waited, options, step
):
    friday = dt.date(2026, 6, 26)
    lead = {"lead_id": "L-1", "stage": "Prospecting", "created": friday - dt.timedelta(days=waited)}
    records = make_records([lead], playbook=make_playbook(options=Options(**options)))
    assert stand(records, score(records, friday), friday).frame["sla_step"].tolist() == [step]


def test_a_contacted_lead_has_no_clock_any_more(make_records, make_playbook):
    records = make_records([{"lead_id": "L-1", "stage": "Initial contact"} | OVER_MAY_DAY], playbook=make_playbook())
    assert stand(records, score(records, TODAY), TODAY).frame["sla_step"].tolist() == [""]
