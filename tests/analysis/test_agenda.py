"""What stands in the calendar about leads, and until when a first contact has time."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.analysis.agenda import list_agenda
from leadbook.analysis.score import score
from leadbook.analysis.sla import deadline, working_hours
from leadbook.analysis.standing import stand
from leadbook.model.playbook import Rep
from leadbook.model.team_options import Options

TODAY = dt.date(2026, 11, 18)  # a Wednesday
HOLIDAYS = frozenset({dt.date(2026, 12, 25), dt.date(2026, 11, 20)})
MOMENTS = st.datetimes(
    dt.datetime.fromisoformat("2026-11-01T00:00"), dt.datetime.fromisoformat("2027-02-01T00:00")
).map(lambda one: one.replace(microsecond=0))


@pytest.mark.parametrize(
    ("start", "hours", "moment"),
    [
        ("2026-11-18T10:00", 1, "2026-11-18T11:00"),
        ("2026-11-18T16:30", 1, "2026-11-19T09:30"),
        ("2026-11-18T09:00", 8, "2026-11-18T17:00"),  # the day's end, not the next one's beginning
        ("2026-11-18", 8, "2026-11-18T17:00"),  # a date alone begins with its working day
        ("2026-11-18T20:00", 1, "2026-11-19T10:00"),
        ("2026-11-19T16:00", 2, "2026-11-23T10:00"),  # over a holiday and a weekend
        ("2026-11-21T12:00", 16, "2026-11-24T17:00"),
        ("2026-11-18T09:00", 0.25, "2026-11-18T09:15"),
    ],
)
def test_a_deadline_counts_working_hours(start: str, hours: float, moment: str):
    assert deadline(np.datetime64(start), hours, Options(), HOLIDAYS) == np.datetime64(moment, "s")


@given(MOMENTS, st.floats(0.05, 200), st.sampled_from([(9.0, 17.0), (8.5, 12.25), (0.0, 24.0)]))
def test_a_deadline_is_as_far_as_the_clock_says(start: dt.datetime, hours: float, day: tuple[float, float]):
    options = Options(work_start_hour=day[0], work_end_hour=day[1], work_days=(0, 1, 3, 5))
    found = deadline(np.datetime64(start), hours, options, HOLIDAYS)
    passed = working_hours(np.datetime64(start), found, options, HOLIDAYS)
    if day != (0.0, 24.0) or found != found.astype("datetime64[D]"):  # midnight is the next day's, there
        assert passed == pytest.approx(hours, abs=1.0 / 3600)


def test_nothing_is_due_where_nobody_works():
    assert np.isnat(deadline(np.array(["2026-11-18"], "datetime64[s]"), 1, Options(work_days=()), ())).all()


@pytest.fixture
def agenda(make_records, make_playbook):
    def listed(leads, wanted=None, **tables):
        playbook = make_playbook(**tables.pop("playbook", {}))
        made = make_records(leads, playbook=playbook, **tables)
        standing = stand(made, score(made, TODAY), TODAY)
        found = list_agenda(made, standing, np.array(wanted or [True] * len(leads)), TODAY)
        return [
            (made.leads.frame["lead_id"].iloc[place], kind, str(moment)[:16], timed)
            for place, kind, moment, timed in found.itertuples(index=False)
        ]

    return listed


def at(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)


def lead(number: int, **given: object) -> dict[str, object]:
    usual = {"stage": "Qualification", "created": dt.date(2026, 9, 1), "first_contacted": dt.date(2026, 9, 2)}
    return {"lead_id": f"L-{number}"} | usual | given


def test_next_steps_of_open_leads_are_listed_with_their_time(agenda):
    leads = [
        lead(1, next_step_date=at("2026-11-24T14:30")),
        lead(2, next_step_date=dt.date(2026, 11, 24)),
        lead(3, next_step_date=dt.date(2026, 11, 10)),
        lead(4, next_step_date=dt.date(2026, 11, 24), stage="Lost"),
        lead(5, next_step_date=dt.date(2026, 11, 24), stage="Nurture"),
        lead(6),
    ]
    assert agenda(leads) == [
        ("L-3", "next step", "2026-11-10 00:00", False),
        ("L-2", "next step", "2026-11-24 00:00", False),
        ("L-1", "next step", "2026-11-24 14:30", True),
    ]
    assert agenda(leads, [True] + [False] * 5) == [("L-1", "next step", "2026-11-24 14:30", True)]


def test_a_lead_nobody_has_contacted_has_a_deadline_by_its_warmth_and_its_sellers_calendar(agenda):
    new = {"stage": "Prospecting", "first_contacted": None}
    leads = [
        lead(1, **new, created=at("2026-11-17T15:00"), owner="Ida"),
        lead(2, **new, created=at("2026-11-17T15:00"), owner="Bo"),
        lead(3, created=dt.date(2026, 11, 17)),
    ]
    reps = (Rep("Ida"), Rep("Bo", country="DE-SN"))  # Saxony prays on 18 November 2026
    assert agenda(leads, playbook={"reps": reps}) == [
        ("L-1", "first contact", "2026-11-19 15:00", True),  # cold: 16 working hours
        ("L-2", "first contact", "2026-11-20 15:00", True),
    ]


def test_parked_leads_come_back_on_their_date_and_offers_end(agenda):
    leads = [
        lead(1, stage="Nurture", revisit_date=dt.date(2027, 1, 11)),
        lead(2, stage="Nurture"),
        lead(3, revisit_date=dt.date(2027, 1, 11)),
        lead(4, stage="Proposal"),
        lead(5, stage="Proposal"),
        lead(6, stage="Won"),
    ]
    lines = [
        {"lead_id": f"L-{number}", "valid_until": dt.date(2026, 11, day)} for number, day in ((4, 30), (5, 17), (6, 30))
    ]
    assert agenda(leads, quote_lines=lines) == [
        ("L-4", "offer ends", "2026-11-30 00:00", False),
        ("L-1", "revisit", "2027-01-11 00:00", False),
    ]


def test_an_archived_lead_is_left_out(agenda):
    archive = [{"lead_id": "l-1", "reason": "Merged into L-2", "archived_at": TODAY}]
    assert agenda([lead(1, next_step_date=dt.date(2026, 11, 24))], archive=archive) == []
