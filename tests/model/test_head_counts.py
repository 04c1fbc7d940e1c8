"""How many people a company has, as lists write it."""

from __future__ import annotations

import pytest

from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.head_counts import head_count
from leadbook.model.issues import Severity
from leadbook.model.mapping import map_headers
from leadbook.model.numerals import read_number


@pytest.mark.parametrize(
    ("typed", "people"),
    [
        ("ca. 250", 250), ("~250", 250), ("rund 250", 250), ("about 250", 250), ("250 ca.", 250), ("Env. 30", 30),
        ("aprox. 1.200", 1200), ("250+", 250), (">250", 250), ("\u2265 250", 250), ("m\u00e1s de 40", 40),
        ("\u00fcber 1.000", 1000), ("80 employees", 80), ("80 MA", 80), ("12 salari\u00e9s", 12), ("5k+", 5000),
        ("11-50 Mitarbeiter", 30), ("50 \u00e0 100", 75), ("501\u20131.000", 750), ("< 50", 25), ("bis zu 9", 5),
    ],
)  # fmt: skip
def test_a_head_count_in_words_is_read(typed, people):
    found = head_count(typed)
    assert found is not None
    assert found.number == people


@pytest.mark.parametrize("typed", ["many", "200 - 100", "12 months", "2026-11-22", "about", "30/40", "+49 30 1234", ""])
def test_what_says_nothing_of_people_is_none(typed):
    assert head_count(typed) is None


def test_rough_head_counts_are_remarked_on_and_no_fault():
    reading = read_number(["ca. 250", "~40", 80, "300"], ranges=True)
    assert reading.values.tolist() == [250, 40, 80, 300]
    assert not reading.faults
    ((remark, count),) = reading.column_faults
    assert (remark.severity, count) == (Severity.INFO, 2)


def test_words_are_no_numbers_in_any_other_column():
    assert len(read_number(["ca. 250", "80 employees"]).faults) == 2


@pytest.mark.parametrize(
    ("cells", "key"),
    [
        (["11-50", "51-200", "201-500"], "employees"),
        (["ca. 40", "rund 250", "500+"], "employees"),
        (["Anna", "Ben", "Carl"], "owner"),  # the same word heads the names of those who work on them
    ],
)
def test_a_column_of_head_counts_in_words_is_that_of_the_employees(cells, key):
    mapping = map_headers(["Company", "Mitarbeiter"], [["Ox", "Pi", "Qu"], cells], playbook=DEFAULT_PLAYBOOK)
    assert mapping.key_of("Mitarbeiter") == key
