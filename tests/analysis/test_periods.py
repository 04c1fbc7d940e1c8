from __future__ import annotations

import datetime as dt
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.periods import (
    add_months,
    month_of,
    months_from,
    period_of_key,
    quarter_of,
    quarters_from,
    quota_of,
    show_day,
    trailing,
)

D = dt.date
DAYS = st.dates(D(1990, 1, 1), D(2100, 12, 31))


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (D(2026, 11, 18), 0, D(2026, 11, 1)),
        (D(2026, 11, 30), 1, D(2026, 12, 1)),
        (D(2026, 12, 31), 1, D(2027, 1, 1)),
        (D(2026, 1, 31), -1, D(2025, 12, 1)),
        (D(2024, 2, 29), 12, D(2025, 2, 1)),
    ],
)
def test_months_are_added_across_year_ends(day, months, expected):
    assert add_months(day, months) == expected


@pytest.mark.parametrize(
    ("day", "start", "end", "name", "days"),
    [
        (D(2026, 11, 18), D(2026, 11, 1), D(2026, 12, 1), "Nov 2026", 30),
        (D(2024, 2, 29), D(2024, 2, 1), D(2024, 3, 1), "Feb 2024", 29),
        (D(2026, 2, 1), D(2026, 2, 1), D(2026, 3, 1), "Feb 2026", 28),
        (D(2026, 12, 31), D(2026, 12, 1), D(2027, 1, 1), "Dec 2026", 31),
    ],
)
def test_a_month_is_half_open_and_knows_leap_years(day, start, end, name, days):
    month = month_of(day)
    assert (month.start, month.end, month.name, month.days) == (start, end, name, days)
    assert month.has(start)
    assert not month.has(end)


@pytest.mark.parametrize(
    ("day", "fiscal", "start", "end", "name"),
    [
        (D(2026, 11, 18), 1, D(2026, 10, 1), D(2027, 1, 1), "Q4 2026"),
        (D(2026, 1, 1), 1, D(2026, 1, 1), D(2026, 4, 1), "Q1 2026"),
        # fiscal year from February: 1 Feb 2026 to 31 Jan 2027 is FY27
        (D(2026, 11, 18), 2, D(2026, 11, 1), D(2027, 2, 1), "Q4 FY27"),
        (D(2027, 1, 31), 2, D(2026, 11, 1), D(2027, 2, 1), "Q4 FY27"),
        (D(2027, 2, 1), 2, D(2027, 2, 1), D(2027, 5, 1), "Q1 FY28"),
        # fiscal year from July: 1 Jul 2026 to 30 Jun 2027 is FY27
        (D(2026, 7, 1), 7, D(2026, 7, 1), D(2026, 10, 1), "Q1 FY27"),
        (D(2026, 6, 30), 7, D(2026, 4, 1), D(2026, 7, 1), "Q4 FY26"),
        # October start, as the US government
        (D(2026, 11, 18), 10, D(2026, 10, 1), D(2027, 1, 1), "Q1 FY27"),
        (D(2000, 1, 15), 12, D(1999, 12, 1), D(2000, 3, 1), "Q1 FY00"),
    ],
)
def test_quarters_follow_the_fiscal_year(day, fiscal, start, end, name):
    quarter = quarter_of(day, fiscal)
    assert (quarter.start, quarter.end, quarter.name) == (start, end, name)


@settings(deadline=None)
@given(day=DAYS, fiscal=st.integers(1, 12))
def test_a_day_lies_in_its_own_month_and_quarter_and_periods_join(day, fiscal):
    assert month_of(day).has(day)
    assert quarter_of(day, fiscal).has(day)
    quarters = quarters_from(day, 5, fiscal)
    assert all(one.end == after.start for one, after in pairwise(quarters))
    assert len({quarter.name for quarter in quarters}) == 5
    months = months_from(day, 13)
    assert all(one.end == after.start for one, after in pairwise(months))
    covered = {month.start for month in months_from(quarters[0].start, 15)}
    assert {quarter.start for quarter in quarters} <= covered


def test_the_trailing_year_ends_with_today():
    year = trailing(D(2026, 11, 18))
    assert (year.start, year.end) == (D(2025, 11, 19), D(2026, 11, 19))
    assert year.days == 365
    assert year.name == "19 Nov 2025 to 18 Nov 2026"
    skipped = trailing(D(2026, 11, 18), 365, skip=90)
    assert skipped.end == D(2026, 8, 21)
    assert skipped.days == 365


def test_days_are_spelled_the_same_on_every_machine():
    assert show_day(D(2026, 11, 3)) == "3 Nov 2026"


@pytest.mark.parametrize(
    ("key", "fiscal", "expected"),
    [
        ("2026-Q4", 1, (D(2026, 10, 1), 3)),
        ("2026Q4", 1, (D(2026, 10, 1), 3)),
        ("Q4 2026", 1, (D(2026, 10, 1), 3)),
        ("q1-2027", 1, (D(2027, 1, 1), 3)),
        ("Q4 FY27", 2, (D(2026, 11, 1), 3)),
        ("FY27 Q1", 7, (D(2026, 7, 1), 3)),
        ("2027-Q1", 7, (D(2026, 7, 1), 3)),
        ("2026-11", 1, (D(2026, 11, 1), 1)),
        ("2026-1", 1, (D(2026, 1, 1), 1)),
        ("2026-11-01", 1, (D(2026, 11, 1), 1)),
        ("11/2026", 1, (D(2026, 11, 1), 1)),
        ("Nov 2026", 1, (D(2026, 11, 1), 1)),
        ("November 2026", 4, (D(2026, 11, 1), 1)),
        ("nov-26", 1, (D(2026, 11, 1), 1)),
        ("  Nov   2026 ", 1, (D(2026, 11, 1), 1)),
        ("2026", 1, (D(2026, 1, 1), 12)),
        ("FY27", 2, (D(2026, 2, 1), 12)),
        ("2026-13", 1, None),
        ("Q5 2026", 1, None),
        ("Blah 2026", 1, None),
        ("quota", 1, None),
        ("", 1, None),
        ("0000", 1, None),
        ("9999-Q4", 1, None),
    ],
)
def test_quota_headings_are_understood(key, fiscal, expected):
    assert period_of_key(key, fiscal) == expected


@settings(deadline=None)
@given(st.text(max_size=30))
def test_no_heading_breaks_the_reader(text):
    period_of_key(text, 7)


NOV, Q4 = month_of(D(2026, 11, 1)), quarter_of(D(2026, 11, 1))


@pytest.mark.parametrize(
    ("quotas", "month", "quarter"),
    [
        ({}, None, None),
        ({"2026-Q4": 300.0}, 100.0, 300.0),
        ({"2026-10": 50.0, "Nov 2026": 60.0, "2026-12": 70.0}, 60.0, 180.0),
        ({"2026-11": 60.0}, 60.0, 60.0),
        ({"2026-Q4": 300.0, "2026-11": 60.0}, 60.0, 300.0),
        ({"2026": 1200.0}, 100.0, 300.0),
        ({"2026-Q4": 300.0, "Q4 2026": 999.0}, 100.0, 300.0),
        ({"2026-Q3": 300.0}, None, None),
        ({"2026-Q4": float("nan"), "2026": 1200.0}, 100.0, 300.0),
        ({"2026-Q4": 0.0}, 0.0, 0.0),
        ({"target": 5.0}, None, None),
    ],
)
def test_a_quota_comes_from_its_own_period_or_is_shared_out(quotas, month, quarter):
    assert quota_of(quotas, NOV) == (None if month is None else pytest.approx(month))
    assert quota_of(quotas, Q4) == (None if quarter is None else pytest.approx(quarter))


def test_a_quota_of_a_fiscal_quarter_reaches_its_months():
    quotas = {"Q4 FY27": 90.0}
    assert quota_of(quotas, month_of(D(2027, 1, 5)), 2) == pytest.approx(30.0)
    assert quota_of(quotas, month_of(D(2027, 2, 5)), 2) is None
