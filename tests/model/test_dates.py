"""Dates in the spellings people and exports use, and what is done when one may mean two days."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from leadbook.model.dates import read_dates, serial_date
from leadbook.model.issues import Severity
from leadbook.model.tables import CellError

DAY = np.datetime64("2026-03-12", "us")


def when(text):
    return np.datetime64(text, "us")


def codes(reading):
    return [(fault.code, places.tolist()) for places, fault in reading.faults]


@pytest.mark.parametrize(
    "typed",
    [
        dt.date(2026, 3, 12),
        dt.datetime(2026, 3, 12),  # noqa: DTZ001 - cells have no zone
        "2026-03-12", "2026/03/12", "2026.3.12", "20260312", "2026-03-12 00:00", "2026-03-12T00:00:00",
        "12 Mar 2026", "12 March 2026", "12-Mar-26", "12.Mar.2026", "12. M\u00e4rz 2026", "12 mars 2026",
        "12 de marzo de 2026", "Mar 12, 2026", "March 12th, 2026", "Thu, 12 Mar 2026", "Thursday 12 March 2026",
        "12 de mar\u00e7o de 2026", "12 marzec 2026", "12. b\u0159ezna 2026", "12 maart 2026", "12. marts 2026",
        "2026-Mar-12", "12.03.2026", "12.3.26", " 12 Mar 2026\u00a0",
    ],
)  # fmt: skip
def test_one_day_in_every_spelling(typed):
    reading = read_dates([typed])
    assert reading.values.dtype == np.dtype("datetime64[us]")
    assert reading.values.tolist() == [DAY.item()]
    assert not reading.faults
    assert not reading.column_faults


@pytest.mark.parametrize(
    ("typed", "moment"),
    [
        ("2023-09-26 15:15:00.000000 UTC", "2023-09-26T15:15:00"),
        ("2026-05-15T19:49:30Z", "2026-05-15T19:49:30"),
        ("2026-05-15T19:49:30.25+02:00", "2026-05-15T17:49:30.25"),
        ("2026-05-15 19:49 GMT+2", "2026-05-15T17:49"),
        ("12 Mar 2026 3:15 PM", "2026-03-12T15:15"),
        ("12 Mar 2026 12:05 am", "2026-03-12T00:05"),
        ("31/12/2025 23:59:59", "2025-12-31T23:59:59"),
    ],
)
def test_times_and_zones(typed, moment):
    assert read_dates([typed], time_zone="UTC").values[0] == when(moment)


def test_a_zone_is_turned_into_the_workbooks_own():
    assert read_dates(["2026-07-01T22:30:00Z"], time_zone="Europe/Berlin").values[0] == when("2026-07-02T00:30")


@pytest.mark.parametrize(
    "typed",
    [
        "31/2/2026", "2026-02-31", "31 Apr 2026", "13/13/2026", "12 Foo 2026", "12 listopada 2026", "soon", "Q3",
        "Mar 2026", "2026", 2026.0, 1.7e9, "12 Mar 2026 25:00", "12 Mar 2026 7", True, dt.time(9, 30),
        dt.timedelta(hours=30), "x" * 32_767,
    ],
)  # fmt: skip
def test_what_is_no_date_stays_blank_and_is_said(typed):
    reading = read_dates([typed, dt.date(2026, 3, 12)])
    assert np.isnat(reading.values[0])
    assert reading.values[1] == DAY
    assert codes(reading) == [("LB301", [0])]


@pytest.mark.parametrize("typed", [dt.datetime(1899, 12, 31), dt.date(2200, 1, 1), "1026-03-12", "12 Mar 2999"])  # noqa: DTZ001 - cells have no zone
def test_dates_outside_the_range(typed):
    reading = read_dates([typed])
    assert np.isnat(reading.values[0])
    assert codes(reading) == [("LB303", [0])]


def test_the_range_includes_its_first_and_last_day():
    assert not read_dates([dt.date(1900, 1, 1), "2199-12-31"]).faults


def test_blanks_and_error_values():
    reading = read_dates([None, "", "n/a", "Select", CellError("#VALUE!")])
    assert np.isnat(reading.values).all()
    assert codes(reading) == [("LB010", [4])]


def test_a_number_above_twelve_shows_the_order_of_its_column():
    days_first = read_dates(["3/4/2026", "25/4/2026"])
    months_first = read_dates(["3/4/2026", "4/25/2026", "10/20/16"])
    assert days_first.values.tolist() == [when("2026-04-03").item(), when("2026-04-25").item()]
    assert months_first.values.tolist() == [when(day).item() for day in ("2026-03-04", "2026-04-25", "2016-10-20")]
    assert not days_first.column_faults
    assert not months_first.column_faults


def test_a_column_that_shows_no_order_is_left_unread_and_said_once():
    reading = read_dates(["3/4/2026", "5/6/2026", "3/4/2026", "7/7/2026", "2026-01-02", None])
    assert np.isnat(reading.values[:3]).all()
    assert reading.values[3] == when("2026-07-07")  # the same either way
    assert reading.values[4] == when("2026-01-02")
    ((fault, count),) = reading.column_faults
    assert (fault.code, fault.severity, count) == ("LB302", Severity.ERROR, 3)
    assert "Day First" in fault.message
    assert not reading.faults


def test_a_column_that_shows_both_orders_reads_only_what_is_clear():
    reading = read_dates(["25/4/2026", "4/25/2026", "3/4/2026"])
    assert reading.values[:2].tolist() == [when("2026-04-25").item()] * 2
    assert np.isnat(reading.values[2])
    assert reading.column_faults[0][0].code == "LB302"


def test_the_option_decides_over_the_column():
    cells = ["3/4/2026", "4/25/2026"]
    day_first = read_dates(cells, day_first=True)
    assert day_first.values[0] == when("2026-04-03")
    assert np.isnat(day_first.values[1])
    assert codes(day_first) == [("LB301", [1])]
    month_first = read_dates(cells, day_first=False)
    assert month_first.values.tolist() == [when("2026-03-04").item(), when("2026-04-25").item()]


def test_two_digit_years():
    assert read_dates(["25/4/68", "25/4/69"]).values.tolist() == [when("2068-04-25").item(), when("1969-04-25").item()]


@pytest.mark.parametrize(
    ("typed", "system", "moment"),
    [
        (45000.0, 1900, "2023-03-15"),
        (45000.5, 1900, "2023-03-15T12:00"),
        ("45000", 1900, "2023-03-15"),
        (43538.0, 1904, "2023-03-15"),  # 1,462 days apart
        (20260312.0, 1900, "2026-03-12"),
    ],
)
def test_plain_numbers_in_a_date_column_are_dates_with_a_remark(typed, system, moment):
    reading = read_dates([typed], date_system=system)
    assert reading.values[0] == when(moment)
    ((remark, count),) = reading.column_faults
    assert (remark.code, remark.severity, count) == ("LB304", Severity.INFO, 1)


def test_serials_of_both_systems_meet_on_the_same_day():
    assert serial_date(45000) == serial_date(45000 - 1462, 1904) == dt.datetime(2023, 3, 15)  # noqa: DTZ001 - as above


def test_an_empty_column():
    assert read_dates([]).values.shape == (0,)
    assert read_dates([None, None]).values.dtype == np.dtype("datetime64[us]")


@pytest.mark.parametrize("text", ["12/3", "3. Mai", "29 Feb", "May 3", "3.5.", "Mon 12-3", "3 de mayo"])
def test_a_day_without_its_year_is_not_guessed_and_says_so(text):
    reading = read_dates([text, "2026-03-12"])
    assert np.isnat(reading.values[0])
    ((where, fault),) = reading.faults
    assert where.tolist() == [0]
    assert "a day without its year; type the year too" in fault.message


@pytest.mark.parametrize("text", ["end of Q3", "Mai 2026", "31/2/2026", "Feb 30", "soon", "12"])
def test_what_is_no_day_is_not_said_to_lack_a_year(text):
    ((_, fault),) = read_dates([text]).faults
    assert "type it in the form 2026-12-31" in fault.message
