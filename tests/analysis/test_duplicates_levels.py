"""Every named level has example pairs at what compares them, and these pairs come out at it."""

from __future__ import annotations

import re

import numpy as np
import pytest

from leadbook.analysis.duplicates.compare import compare
from leadbook.analysis.duplicates.contacts import city_levels, email_levels, number_levels, phone_levels, slip_levels
from leadbook.analysis.duplicates.figures import date_levels, deal_levels, figure_levels
from leadbook.analysis.duplicates.levels import LEVELS
from leadbook.analysis.duplicates.marks import with_marks
from leadbook.analysis.duplicates.normalise import normalise, read_field
from leadbook.analysis.duplicates.people import _given_levels
from leadbook.analysis.duplicates.roles import Column
from leadbook.analysis.duplicates.rows import Deals, Rows, Thing
from leadbook.analysis.duplicates.spelling import spelling_levels
from leadbook.analysis.duplicates.titles import mark_levels, text_levels

COMPARERS = {
    "email": email_levels, "phone": phone_levels, "given": _given_levels, "surname": spelling_levels,
    "company": text_levels, "website": slip_levels, "number": number_levels, "city": city_levels, "date": date_levels,
    "figure": figure_levels, "mark": mark_levels, "deal": deal_levels,
}  # fmt: skip
EXAMPLE = re.compile(r"- (.+): (.+) \| (.+)")
# Words count by how rare they are, so a list of others stands around the pair.
OTHERS = [f"Firm{one}{other} {word}" for one, other, word in zip("abcdefgh", "stuvwxyz", "ijklmnop", strict=True)]


def examples(kind: str) -> list[tuple[str, str, str]]:
    found = [EXAMPLE.fullmatch(line.strip()) for line in (COMPARERS[kind].__doc__ or "").splitlines()]
    return [match.groups() for match in found if match]


CASES = [(kind, *example) for kind in COMPARERS if kind != "deal" for example in examples(kind)]


@pytest.mark.parametrize("kind", COMPARERS)
def test_every_level_of_a_comparison_has_an_example(kind):
    assert {name for name, _, _ in examples(kind)} == {level.name for level in LEVELS[kind]}


def rows_with(kind: str, texts: list[str]) -> Rows:
    role = {"mark": "text"}.get(kind, kind)
    rows = normalise([Column(role, "A")], {"A": read_field(np.array(texts, dtype=object))})
    return with_marks(rows) if kind == "mark" else rows


@pytest.mark.parametrize(("kind", "level", "one", "other"), CASES)
def test_an_example_comes_out_at_its_level(kind, level, one, other):
    rows = rows_with(kind, [one, other] + (OTHERS if kind == "company" else []))
    place = next(place for place, thing in enumerate(rows.things) if thing.kind == kind)
    compared = compare(rows, np.array([0]), np.array([1]))
    assert LEVELS[kind][int(compared.levels[place, 0])].name == level


@pytest.mark.parametrize(
    ("level", "amount", "day", "ended"),
    [
        ("same amount and close date", 5000.0, 0.0, False),
        ("same amount", 5000.0, 8.0, False),
        ("another amount", 6200.0, 8.0, False),
        ("another deal", 6200.0, 152.0, True),
    ],
)
def test_deals_of_one_person_are_told_apart_as_the_examples_say(level, amount, day, ended):
    people = normalise([Column("surname", "A")], {"A": read_field(np.array(["Okafor"] * 2, dtype=object))})
    deals = Deals(np.array([5000.0, amount]), np.array([0.0, day]), np.array([ended, False]))
    rows = Rows(2, people.fields, (*people.things, Thing("deal", "Deal")), deals)
    compared = compare(rows, np.array([0]), np.array([1]))
    assert LEVELS["deal"][int(compared.levels[-1, 0])].name == level
