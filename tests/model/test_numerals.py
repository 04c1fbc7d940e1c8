"""Numbers, percentages and points."""

from __future__ import annotations

import datetime as dt
import math

import pytest

from leadbook.model.issues import Severity
from leadbook.model.numerals import read_number, read_percent, read_points
from leadbook.model.tables import CellError


def values(reading):
    return [None if math.isnan(value) else value for value in reading.values.tolist()]


def codes(reading):
    return [(fault.code, places.tolist()) for places, fault in reading.faults]


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        (12, 12), (12.5, 12.5), ("12", 12), (" 1 200 ", 1200), ("1\u00a0200", 1200), ("1\u202f200,5", 1200.5),
        ("1'200.50", 1200.5), ("1\u2019200", 1200), ("1,234,567", 1234567), ("1.234.567", 1234567),
        ("1,234.56", 1234.56), ("1.234,56", 1234.56), ("12,34,567", 1234567), ("12,5", 12.5), ("0.125", 0.125),
        ("0,125", 0.125), ("12 k", 12_000), ("1.2M", 1_200_000), ("1,5 Mio", 1_500_000), ("2 mrd", 2e9),
        ("(300)", -300), ("-5", -5), ("\u22125", -5), ("5-", -5), ("+5", 5), ("\uff11\uff12", 12), (".5", 0.5),
        ("1,200", 1200),  # three digits after a comma group thousands unless the column says otherwise
    ],
)  # fmt: skip
def test_numbers_of_any_country(typed, number):
    reading = read_number([typed])
    assert values(reading) == [pytest.approx(number)]
    assert not reading.faults


@pytest.mark.parametrize(
    "typed",
    ["about 5", "1,2,3", "1.2.3", "12..5", "--5", "5 apples", "1e5", "12 k k", "1 23", "9" * 400, True,
     dt.date(2026, 1, 1), dt.time(1, 0)],
)  # fmt: skip
def test_what_is_no_number_stays_blank_and_is_said(typed):
    reading = read_number([typed, 3])
    assert values(reading) == [None, 3]
    assert codes(reading) == [("LB202", [0])]


def test_blanks_are_not_faults():
    reading = read_number([None, "", "n/a", "--", float("nan")])
    assert values(reading) == [None] * 5
    assert not reading.faults


def test_the_column_decides_what_three_digits_after_a_mark_mean():
    assert values(read_number(["1.200", "12,5"])) == [1200, 12.5]  # decimal commas proved
    assert values(read_number(["1.200", "12.5"])) == [1.2, 12.5]  # decimal dots proved
    assert values(read_number(["1,200", "12,5"])) == [1.2, 12.5]
    assert values(read_number(["1,200", "12.5"])) == [1200, 12.5]
    assert values(read_number(["1,200", "1.234.567"])) == [1.2, 1234567]


def test_a_lone_dot_before_three_digits_is_not_guessed():
    reading = read_number(["1.200", 5])
    assert values(reading) == [None, 5]
    assert codes(reading) == [("LB202", [0])]
    assert "1200 or 1.2" in reading.faults[0][1].message


def test_a_column_that_proves_both_marks_leaves_only_the_doubtful_cells_unread():
    reading = read_number(["12,5", "7.25", "1,200"])
    assert values(reading) == [12.5, 7.25, None]


def test_head_counts_may_be_ranges():
    reading = read_number(["51-200", "1,001 - 5,000", "10000+", "> 500", "11 to 50", "200 - 100", "many"], ranges=True)
    assert values(reading) == [125, 3000, 10000, 500, 30, None, None]
    assert codes(reading) == [("LB202", [5]), ("LB202", [6])]
    ((remark, count),) = reading.column_faults
    assert (remark.code, remark.severity, count) == ("LB202", Severity.INFO, 5)


def test_ranges_are_no_numbers_elsewhere():
    assert codes(read_number(["51-200"])) == [("LB202", [0])]


@pytest.mark.parametrize(
    ("typed", "share"),
    [
        (0.8, 0.8), (1.0, 1.0), (0, 0), (80, 0.8), ("80%", 0.8), ("80 %", 0.8), ("0.5 %", 0.005), ("12,5%", 0.125),
        ("80", 0.8), ("0,8", 0.8), ("80 percent", 0.8), ("100%", 1.0), (None, None), ("n/a", None),
    ],
)  # fmt: skip
def test_percentages(typed, share):
    reading = read_percent([typed])
    assert values(reading) == [pytest.approx(share) if share is not None else None]
    assert not reading.faults


@pytest.mark.parametrize("typed", [150, -1, "150 %", "-3%", "High", True, dt.date(2026, 1, 1)])
def test_what_is_no_percentage(typed):
    reading = read_percent([typed])
    assert values(reading) == [None]
    assert codes(reading) == [("LB203", [0])]


def test_numbers_above_one_are_remarked_on_once():
    reading = read_percent([70.0, 60.0, 60.0, 100.0, 0.0])
    assert values(reading) == [0.7, 0.6, 0.6, 1.0, 0.0]
    ((remark, count),) = reading.column_faults
    assert (remark.code, remark.severity, count) == ("LB203", Severity.INFO, 4)


def test_one_means_one_per_cent_only_where_no_share_stands_beside_it():
    assert values(read_percent([1.0, 50.0])) == [0.01, 0.5]
    assert values(read_percent([1.0, 50.0, 0.3])) == [1.0, 0.5, 0.3]
    assert values(read_percent([1.0, 0.3])) == [1.0, 0.3]


@pytest.mark.parametrize(
    ("typed", "points"), [(2, 2), ("2", 2), (0.0, 0), ("3", 3), (None, None), ("-", None), (1.5, 1.5)]
)
def test_points(typed, points):
    reading = read_points([typed])
    assert values(reading) == [points]
    assert not reading.faults


@pytest.mark.parametrize("typed", [4, -1, "good", "5", "2/3", True, dt.date(2026, 1, 1)])
def test_what_is_no_number_of_points(typed):
    reading = read_points([typed])
    assert values(reading) == [None]
    assert codes(reading) == [("LB205", [0])]


@pytest.mark.parametrize("read", [read_number, read_percent, read_points])
def test_error_values_are_said_with_their_own_code(read):
    reading = read([CellError("#DIV/0!"), 1.0])
    assert values(reading) == [None, 1.0]
    assert codes(reading) == [("LB010", [0])]
