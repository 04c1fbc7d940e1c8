"""Text, e-mail addresses, phone numbers and flags as people type them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from leadbook.model.cells import (
    NAME_PLACEHOLDERS,
    cell_text,
    comparable,
    distinct,
    is_blank,
    read_flag,
    read_text,
)
from leadbook.model.contact_cells import read_email, read_phone
from leadbook.model.tables import CellError


def codes(reading):
    return [(fault.code, places.tolist()) for places, fault in reading.faults]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("  Acme  ", "Acme"),
        ("\u00a0Acme\u00a0", "Acme"),
        ("\u200bAcme\ufeff", "Acme"),
        ("Acme  Ltd", "Acme  Ltd"),  # inner spaces stay; only comparing collapses them
        ("Select", ""),
        (" n/a ", ""),
        ("#N/A", ""),
        ("--", ""),
        ("None", ""),
        ("TBD", ""),
        ("unknown", "unknown"),  # an answer, not a gap
        ("NA", "NA"),  # Namibia, North America
        ("0", "0"),
        (641576.0, "641576"),
        (12.5, "12.5"),
        (1e15, "1000000000000000"),
        (True, "TRUE"),
        (dt.date(2026, 3, 12), "2026-03-12"),
        (dt.datetime(2026, 3, 12), "2026-03-12"),  # noqa: DTZ001 - cells have no zone
        (dt.datetime(2026, 3, 12, 9, 30), "2026-03-12 09:30:00"),  # noqa: DTZ001 - as above
        (dt.time(9, 30), "09:30:00"),
        (None, ""),
        (float("nan"), ""),
        ("=SUM(A1)", "=SUM(A1)"),
        ("\u05e9\u05dc\u05d5\u05dd", "\u05e9\u05dc\u05d5\u05dd"),
        ("\U0001f468\u200d\U0001f4bb dev", "\U0001f468\u200d\U0001f4bb dev"),  # the joiner inside stays
    ],
)
def test_text_is_read_as_a_person_would(typed, read):
    alone = read_text([typed])
    beside_a_number = read_text([typed, 7.0])  # the way for columns of mixed cells
    assert alone.values.tolist() == [read]
    assert beside_a_number.values.tolist() == [read, "7"]
    assert not alone.faults


def test_someone_called_null_keeps_the_name():
    assert read_text(["Null", "n/a"], placeholders=NAME_PLACEHOLDERS).values.tolist() == ["Null", ""]


def test_an_error_value_is_blank_and_said():
    reading = read_text(["Acme", CellError("#REF!"), CellError("#REF!")])
    assert reading.values.tolist() == ["Acme", "", ""]
    assert codes(reading) == [("LB010", [1, 2])]
    assert "#REF!" in reading.faults[0][1].message


def test_the_longest_text_excel_allows_is_read_whole():
    long = "\u20ac" * 32_767
    assert read_text([long, None]).values.tolist() == [long, ""]


def test_one_and_true_are_told_apart():
    values, codes_ = distinct([1.0, True, 1, "1", True])
    assert [type(value) for value in values] == [float, bool, int, str]
    assert codes_.tolist() == [0, 1, 2, 3, 1]


def test_comparing_ignores_case_edges_and_repeated_spaces():
    assert comparable(" ACME \u00a0 ltd\u200b") == "acme ltd"


@pytest.mark.parametrize("cell", [None, "", "   ", "\u00a0", "n/a", "--", "Select", float("nan")])
def test_blank_cells(cell):
    assert is_blank(cell)


@pytest.mark.parametrize("cell", [0.0, False, "0", "no", CellError("#N/A"), dt.time(0, 0)])
def test_cells_that_say_something(cell):
    assert not is_blank(cell)


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("Ann@Acme.COM", "ann@acme.com"),
        ("mailto:ann@acme.com?subject=Hi", "ann@acme.com"),
        ("Ann Lee <Ann@Acme.com>", "ann@acme.com"),
        ("<ann@acme.com>", "ann@acme.com"),
        (" ann@acme.com\u00a0", "ann@acme.com"),
        ("not an address", "not an address"),
        ("n/a", ""),
        (None, ""),
        (12.0, "12"),
    ],
)
def test_email(typed, read):
    assert read_email([typed]).values.tolist() == [read]
    assert read_email([typed, "x@y.z"]).values.tolist() == [read, "x@y.z"]


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (4930123456.0, "4930123456"),
        (4930123456, "4930123456"),
        ("+49 30 123456", "+49 30 123456"),
        ("tel:+4930123456", "+4930123456"),
        ("\u200e030 / 123\u202c", "030 / 123"),
        ("-", ""),
    ],
)
def test_phone(typed, read):
    assert read_phone([typed]).values.tolist() == [read]
    assert read_phone(["1", typed]).values.tolist() == ["1", read]


@pytest.mark.parametrize("typed", [True, 1, 1.0, "x", "X", "Yes", "ja", "Oui", "TRUE", "wahr", "\u2713"])
def test_yes(typed):
    assert read_flag([typed]).values.tolist() == [True]


@pytest.mark.parametrize("typed", [False, 0, 0.0, "No", "nein", "FALSE", "", None, "n/a"])
def test_no(typed):
    reading = read_flag([typed])
    assert reading.values.tolist() == [False]
    assert not reading.faults


def test_a_flag_that_says_something_else_is_a_fault():
    reading = read_flag(["maybe", "yes"])
    assert reading.values.dtype == np.bool_
    assert reading.values.tolist() == [False, True]
    assert codes(reading) == [("LB206", [0])]
    assert "maybe" in reading.faults[0][1].message


@pytest.mark.parametrize(("number", "text"), [(1e20, "100000000000000000000"), (0.1 + 0.2, "0.3"), (-5.0, "-5")])
def test_numbers_as_text_look_as_excel_shows_them(number, text):
    assert cell_text(number) == text
