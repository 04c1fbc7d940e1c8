"""What a follow-up may say of a lead: the fitting story, the last objection, the right seller."""

from __future__ import annotations

import datetime as dt

import pytest

from leadbook.documents.lead_fields import objections_in, rep_of
from leadbook.documents.plain_text import day_in_words
from leadbook.model.playbook import Rep


@pytest.mark.parametrize(
    ("cell", "objections"),
    [
        ("Too slow", ["Too slow"]),
        ("Too slow.; Price above budget\nNeeds the board, and its chair", [
            "Too slow", "Price above budget", "Needs the board, and its chair"]),
        ("They like Alder Ltd.", ["They like Alder Ltd."]),
        (" ;\n ", []),
        ("", []),
    ],
)  # fmt: skip
def test_objections_stand_on_lines_or_between_semicolons(cell, objections):
    assert objections_in(cell) == objections


def test_a_seller_is_found_by_name_or_address():
    reps = (Rep("Ana Costa", "ana@us.example"), Rep("Ben Okafor"))
    assert rep_of(reps, " ana  COSTA") == rep_of(reps, "Ana@us.example") == reps[0]
    assert rep_of(reps, "Somebody") is None
    assert rep_of(reps, "") is None


@pytest.mark.parametrize(
    ("locale", "short", "this_year", "last_year"),
    [
        ("en_GB", False, "6 November", "6 November 2025"),
        ("en_US", False, "November 6", "November 6, 2025"),
        ("de_DE", False, "6. November", "6. November 2025"),
        ("en_GB", True, "6 Nov", "6 Nov 2025"),
    ],
)
def test_a_day_is_written_as_its_reader_does(locale, short, this_year, last_year):
    today = dt.date(2026, 11, 20)
    assert day_in_words(dt.date(2026, 11, 6), today, locale, short=short) == this_year
    assert day_in_words(dt.date(2025, 11, 6), today, locale, short=short) == last_year
    assert day_in_words(None, today, locale) == ""
