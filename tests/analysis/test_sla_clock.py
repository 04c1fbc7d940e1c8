"""The working-hours clock, counted by hand on a calendar. 2026-11-16 is a Monday."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.analysis.score import score
from leadbook.analysis.sla import working_hours
from leadbook.analysis.standing import stand
from leadbook.model.team_options import Options

OPTIONS = Options()  # Monday to Friday, 9 to 17
TODAY = dt.date(2026, 11, 18)  # Wednesday


def moment(month: int, day: int, hour: int = 0, minute: int = 0) -> dt.datetime:
    """Return a moment of 2026 as a cell holds it: without a time zone."""
    return dt.datetime.combine(dt.date(2026, month, day), dt.time(hour, minute))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-16T10:00", "2026-11-16T12:30", 2.5),
        ("2026-11-16T16:00", "2026-11-17T10:00", 2.0),  # 16-17 and 9-10
        ("2026-11-16T18:00", "2026-11-17T08:00", 0.0),  # after hours to before hours
        ("2026-11-16T07:00", "2026-11-16T23:00", 8.0),  # one whole day
        ("2026-11-20T16:00", "2026-11-23T09:30", 1.5),  # over a weekend
        ("2026-11-21T12:00", "2026-11-22T12:00", 0.0),  # within a weekend
        ("2026-11-16", "2026-11-17", 8.0),  # dates: from the start of one day to that of the next
        ("2026-11-21", "2026-11-23", 0.0),  # a Saturday's date counts from Monday
        ("2026-11-16", "2026-11-23", 40.0),
        ("2026-11-17T10:00", "2026-11-16T10:00", -8.0),
        ("NaT", "2026-11-16", np.nan),
    ],
)
def test_working_hours_by_the_calendar(start, end, hours):
    found = working_hours(np.array([start], "datetime64[s]"), np.array([end], "datetime64[s]"), OPTIONS, ())
    assert found.tolist() == pytest.approx([hours], nan_ok=True)


def test_holidays_and_other_working_weeks_count():
    span = (np.datetime64("2026-12-24T12:00", "s"), np.datetime64("2026-12-28T10:00", "s"))
    # 24 December 12-17, holiday on the 25th, weekend, Monday 9-10
    assert working_hours(*span, OPTIONS, {dt.date(2026, 12, 25)}) == 6.0
    # Sunday to Thursday, 8 to 12:30: Thursday 24th 12-12:30, Sunday 27th 4.5, Monday 8-10
    sunday_week = Options(work_days=(6, 0, 1, 2, 3), work_start_hour=8, work_end_hour=12.5)
    assert working_hours(*span, sunday_week, ()) == 7.0


@pytest.mark.parametrize("options", [Options(work_days=()), Options(work_start_hour=17, work_end_hour=9)])
def test_options_without_working_hours_give_no_number(options):
    assert np.isnan(working_hours(np.datetime64("2026-11-16"), np.datetime64("2026-11-17"), options, ()))


START_OF_2024, START_OF_2027 = 1704067200, 1798761600
moments = st.integers(START_OF_2024, START_OF_2027).map(lambda seconds: np.datetime64(seconds, "s"))


@given(moments, moments, moments)
def test_working_hours_add_up_over_any_stop_on_the_way(one, two, three):
    holidays = {dt.date(2026, 12, 25), dt.date(2026, 1, 1)}
    whole = working_hours(one, three, OPTIONS, holidays)
    parts = working_hours(one, two, OPTIONS, holidays) + working_hours(two, three, OPTIONS, holidays)
    assert whole == pytest.approx(parts)


def minute_by_minute(start, end):
    clock, count = start, 0
    while clock < end:
        count += clock.weekday() < 5 and 9 <= clock.hour < 17
        clock += dt.timedelta(minutes=1)
    return count / 60


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (moment(11, 13, 8, 17), moment(11, 24, 16, 42)),
        (moment(11, 14, 3, 0), moment(11, 16, 9, 1)),
        (moment(2, 27, 16, 59), moment(3, 3, 17, 30)),
    ],
)
def test_working_hours_equal_a_count_of_minutes(start, end):
    found = working_hours(np.datetime64(start, "s"), np.datetime64(end, "s"), OPTIONS, ())
    assert found == pytest.approx(minute_by_minute(start, end))


def at(day: int, hour: int = 0) -> dt.datetime:
    return moment(11, day, hour)


@pytest.mark.parametrize(
    ("lead", "activities", "status", "late"),
    [
        # A cold lead has 16 working hours, that is two days.
        ({"created": at(17)}, [], "not yet due", False),
        ({"created": at(16)}, [], "overdue", True),
        ({"created": at(13)}, [], "overdue", True),
        ({"created": at(16), "first_contacted": at(18)}, [], "on time", False),
        ({"created": at(13), "first_contacted": at(18)}, [], "late", True),
        ({"created": at(16, 10), "first_contacted": at(16)}, [], "on time", False),
        ({"created": at(16, 10), "first_contacted": at(16, 9)}, [], "unknown", False),
        ({"created": at(17), "first_contacted": at(13)}, [], "unknown", False),
        ({"created": None}, [], "unknown", False),
        ({"created": at(20)}, [], "unknown", False),
        ({"created": at(2), "last_activity": at(10)}, [], "unknown", False),
        ({"created": at(2), "stage": "Proposal"}, [], "unknown", False),
        # The first attempt counts where First Contacted is blank; a note is no attempt.
        ({"created": at(16)}, [("call", "out", at(17))], "on time", False),
        ({"created": at(2)}, [("call", "out", at(17))], "late", True),
        ({"created": at(2)}, [("note", "out", at(3))], "overdue", True),
        ({"created": at(2)}, [("email", "in", at(3))], "unknown", False),
        ({"created": at(2), "stage": "Lost"}, [], "overdue", False),
    ],
)
def test_first_contact_against_the_sla(make_records, lead, activities, status, late):
    rows = [{"lead_id": "L-1", "type": kind, "direction": way, "date": day} for kind, way, day in activities]
    records = make_records([{"lead_id": "L-1", "stage": "Prospecting"} | lead], activities=rows)
    found = stand(records, score(records, TODAY), TODAY).frame.iloc[0]
    assert found["sla_status"] == status
    assert found["sla_late"] == late


def test_a_hot_lead_has_one_working_hour(make_records):
    ask = {"lead_id": "L-1", "type": "Demo request", "date": at(17)}
    fits = {"industry": "Software", "employees": 60, "job_title": "Director"}
    records = make_records([{"lead_id": "L-1", "stage": "new", "created": at(17, 16)} | fits], activities=[ask])
    found = stand(records, score(records, TODAY), TODAY).frame.iloc[0]
    # From Tuesday 16:00 to Wednesday 9:00 is exactly the hour it has.
    assert (found["sla_hours"], found["sla_limit_hours"], found["sla_status"]) == (1.0, 1.0, "overdue")
    assert found["next_action"] == "Call now: hot lead, SLA 1 h has passed"
