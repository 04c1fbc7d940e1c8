"""Which known lead a new row is: on entry, and when a file is imported."""

from __future__ import annotations

import datetime as dt
import itertools

import pytest

from leadbook.analysis.duplicates import match_rows

KNOWN = {
    "first_name": ["Anna", "Ben", "Carla"],
    "last_name": ["Schmidt", "Miller", "Rossi"],
    "company": ["Acme GmbH", "Globex Inc.", "Initech"],
    "email": ["anna.schmidt@acme.de", "ben@globex.com", ""],
    "phone": ["+49 30 1234567", "", "+39 06 5550123"],
}


def new(**values: object) -> dict[str, list[object]]:
    return {key: [value] for key, value in values.items()}


@pytest.mark.parametrize(
    ("row", "place"),
    [
        (new(email="Anna.Schmidt+crm@acme.de", last_name="Schmidt"), 0),
        (new(first_name="Benjamin", last_name="Miller", company="Globex"), 1),
        (new(first_name="Rossi", last_name="Carla", phone="06/5550123"), 2),
        (new(first_name="Anna", last_name="Schmitd", company="ACME", phone="030 1234567"), 0),
    ],
)
def test_a_row_that_was_typed_again_finds_the_lead(row, place):
    found = match_rows(KNOWN, row)
    assert found["existing"].tolist() == [place]
    assert found["incoming"].tolist() == [0]
    assert found["probability"].between(0.5, 1).all()
    assert " +" in found["reasons"].iloc[0]
    assert found["next_probability"].iloc[0] < 0.5


@pytest.mark.parametrize(
    "row",
    [
        new(first_name="Peter", last_name="Meier", company="Acme GmbH", email="peter.meier@acme.de"),
        new(first_name="Dora", last_name="Lang", company="Umbrella"),
        new(company="Acme GmbH"),
        new(first_name="", last_name=None, email=""),
        {},
    ],
    ids=["colleague", "stranger", "company only", "blank", "nothing"],
)
def test_another_person_finds_none(row):
    assert match_rows(KNOWN, row).empty


def test_several_new_rows_may_be_one_lead_and_keep_their_order():
    rows = {
        "email": ["nobody@else.org", "ben@globex.com", "BEN@globex.com "],
        "first_name": ["No", "Ben", "B."],
        "last_name": ["Body", "Miller", "Miller"],
    }
    found = match_rows(KNOWN, rows)
    assert found["incoming"].tolist() == [1, 2]
    assert found["existing"].tolist() == [1, 1]


def test_a_second_known_lead_that_matches_as_well_is_told():
    twice = {key: [*values, values[0]] for key, values in KNOWN.items()}
    found = match_rows(twice, new(email="anna.schmidt@acme.de", first_name="Anna", last_name="Schmidt"))
    assert found["next_probability"].iloc[0] == pytest.approx(found["probability"].iloc[0])


def test_a_second_deal_of_one_person_is_a_new_lead():
    known = {**KNOWN, "amount": [5000.0, 1.0, 1.0], "close_date": [dt.date(2025, 3, 1)] * 3}
    person = new(first_name="Anna", last_name="Schmidt", email="anna.schmidt@acme.de")
    assert match_rows(known, {**person, "amount": [9000.0], "close_date": [dt.date(2026, 9, 1)]}).empty
    assert len(match_rows(known, {**person, "amount": [5000.0], "close_date": [dt.date(2025, 3, 1)]})) == 1


def test_each_of_many_known_leads_is_found_again():
    parts = itertools.product(("Ka", "Mo", "Ri", "Tu"), ("lan", "mer", "vis", "don"), ("d", "rat", ""))
    names = ["".join(each) for each in parts]
    known = {"last_name": names, "first_name": names[::-1], "email": [f"{name}@x{name}.com" for name in names]}
    found = match_rows(known, {"last_name": names[::3], "first_name": names[::-1][::3]})
    assert found["existing"].tolist() == list(range(0, len(names), 3))
