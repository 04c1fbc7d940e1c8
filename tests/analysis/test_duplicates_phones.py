"""One number, however it was typed; and two that are two, however alike they look."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.analysis.duplicates import find_duplicates, match_rows
from leadbook.analysis.duplicates.anytable import search_table
from leadbook.analysis.duplicates.normalise import read_field
from leadbook.analysis.duplicates.phones import Dialled, bare_numbers, phone_fields


def numbers(texts: list[str], countries: list[str] | None = None, home: str = "") -> list[str]:
    named = None if countries is None else read_field(np.array(countries, dtype=object))
    found, _ = phone_fields(read_field(np.array(texts, dtype=object)), Dialled(named, home))
    return [found.texts[code] if code >= 0 else "" for code in found.codes.tolist()]


@pytest.mark.parametrize(
    ("typed", "bare"),
    [
        ("+49 (30) 123-4567", "+49301234567"),
        ("0049 30 / 123 45 67", "+49301234567"),
        ("+49 (0)30 1234567", "+49301234567"),
        ("tel: +49 30 1234567", "+49301234567"),
        ("030/1234567 ext 12", "0301234567"),
        ("030.1234567 x12", "0301234567"),
        ("\uff0b\uff14\uff19 30 1234567", "+49301234567"),  # full-width, as typed in Japan
        ("\u0660\u0663\u0660 \u0661\u0662\u0663\u0664\u0665\u0666\u0667", "0301234567"),  # Arabic digits
        ("030\n1234567", "0301234567"),
        ("0000000", ""),
        ("+1 111 111 1111", ""),
        ("12345", ""),
        ("n/a", ""),
        ("call me", ""),
        ("", ""),
    ],
)
def test_what_is_dialled_of_a_text(typed, bare):
    assert bare_numbers([typed]) == [bare]
    assert bare_numbers(["+33 1 23 45 67 89", typed])[1] == bare


@pytest.mark.parametrize(
    ("typed", "country", "meant"),
    [
        ("030 1234567", "Germany", "+49301234567"),
        ("030 1234567", "Deutschland", "+49301234567"),
        ("(202) 555-0123", "USA", "+12025550123"),
        ("06 1234 5678", "Italy", "+390612345678"),
        ("+49 030 1234567", "USA", "+49301234567"),
        ("+43 1 2345678", "Germany", "+4312345678"),  # what the number says goes before the country
        ("030 1234567", "Atlantis", "301234567"),
        ("030 1234567", "", "301234567"),
        ("555 0123 4567 8901 2345", "USA", "5550123456789012345"),
    ],
)
def test_the_country_of_the_row_completes_a_number(typed, country, meant):
    assert numbers([typed], [country]) == [meant]


def test_a_row_without_a_country_takes_the_settings_then_most_rows_then_most_numbers():
    typed = ["030 1234567", "030 7654321"]
    assert numbers(typed, ["", "Austria"], home="DE") == ["+49301234567", "+43307654321"]
    assert numbers(typed, ["", "Austria"]) == ["+43301234567", "+43307654321"]
    assert numbers([*typed, "+49 40 123 987", "+49 89 987 612"])[:2] == ["+49301234567", "+49307654321"]
    assert numbers([*typed, "+49 40 123 987", "+1 202 555 0123"])[:2] == ["301234567", "307654321"]


def test_a_number_without_a_country_is_the_one_longer_number_that_ends_with_it():
    assert len(set(numbers(["030 1234567", "+49 30 1234567", "+1 202 555 0123"]))) == 2
    assert len(set(numbers(["0301234567", "49301234567"]))) == 1, "the plus was left out"
    in_two = numbers(["030 1234567", "+49 30 1234567", "+43 30 1234567"])
    assert len(set(in_two)) == 3, "nobody knows which of the two it is"


def test_numbers_in_two_area_codes_are_two():
    """Ten digits that differ in the first one only: the last nine of them are equal."""
    found = numbers(["212 555 1234", "312 555 1234"], home="US")
    assert found == ["+12125551234", "+13125551234"]


@given(st.lists(st.sampled_from(
    ["030 1234567", "+49 30 1234567", "0049301234567", "301234567", "+43 30 1234567", "0000000", "", "+49030 1234567"]
), min_size=2), st.randoms())  # fmt: skip
def test_a_number_reads_the_same_wherever_its_row_stands(texts, chance):
    mixed = list(range(len(texts)))
    chance.shuffle(mixed)
    found, again = numbers(texts), numbers([texts[place] for place in mixed])
    assert [found[place] for place in mixed] == again


PERSON = {"first_name": "Anna", "last_name": "Schmidt", "company": "Acme"}


def test_reasons_tell_a_number_of_another_country_from_the_same_one(make_records):
    there = {**PERSON, "phone": "030 1234567"}
    leads = [{**there, "country": "Germany"}, {**PERSON, "phone": "+49 30 1234567"}, {**there, "country": "Austria"}]
    why = {
        (one, other): text
        for one, other, text in find_duplicates(make_records(leads), least=0.0)
        .pairs[["row_a", "row_b", "reasons"]]
        .itertuples(index=False)
    }
    assert "Phone equal +" in why[2, 3]
    assert "Phone equal in its last nine digits" in why[2, 4]
    assert "Phone equal in its last nine digits" in why[3, 4]


def test_a_new_row_finds_its_lead_by_country_or_settings():
    known = {**{key: [value, "Eva"] for key, value in PERSON.items()}, "phone": ["+49 30 12345", "+1 202 555 0123"]}
    new = {"last_name": ["Schmidt"], "first_name": ["Anna"], "phone": ["(030) 12345"]}
    assert "Phone equal +" in match_rows(known, {**new, "country": ["Germany"]})["reasons"][0]
    assert "Phone equal +" in match_rows(known, new, home_country="DE")["reasons"][0]
    assert "Phone equal" not in match_rows(known, {**new, "country": ["Austria"]}, least=0.0)["reasons"][0]


def test_the_country_column_of_any_file_completes_its_numbers():
    table = {
        "Nom": ["Anna Schmidt", "Schmidt, Anna", "Ben Okafor", "Cleo Marin"],
        "Tel": ["030 12345", "+49 30 12345", "+49 40 98761", "+1 202 555 0123"],
        "Land": ["Germany", "", "Germany", "USA"],
    }
    found, order, _ = search_table(table, least=0.0)
    places = order.tolist()
    why = found.explain(found.first, found.second)[1]
    pairs = zip(found.first.tolist(), found.second.tolist(), why, strict=True)
    told = {frozenset((places[one], places[other])): text for one, other, text in pairs}
    assert "Phone equal +" in told[frozenset((0, 1))]
