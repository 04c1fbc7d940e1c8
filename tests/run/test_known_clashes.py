"""Clashes of books that have not changed are known, and found anew as soon as one of them has."""

from __future__ import annotations

import pytest
from msgspec.structs import replace
from team_books import AS_OF, book_bytes, lead

from leadbook.analysis.team.pooling import BookRead, pool
from leadbook.run.team import known_clashes
from leadbook.run.team.cache import Cache
from leadbook.run.team.known_clashes import clash_finder
from leadbook.run.team.studying import study_contents

PERSON = {"company": "Harbour Labs Ltd", "first_name": "Noah", "last_name": "Winter",
          "email": "noah.winter@harbourlabs.example", "phone": "+44 20 7946 0123"}  # fmt: skip


@pytest.fixture(scope="module")
def team():
    """Two reps with one lead and one account in common."""
    books = {
        "Ann": [lead(1, "Ann", **PERSON), lead(2, "Ann", company="Tidal Stores"), lead(3, "Ann")],
        "Ben": [lead(4, "Ben"), lead(5, "Ben", **PERSON), lead(6, "Ben", company="Tidal Stores GmbH")],
    }
    return pool(
        [
            BookRead(f"{name}.xlsx", "", study_contents(f"{name}.xlsx", book_bytes(leads), AS_OF))
            for name, leads in books.items()
        ],
        AS_OF,
    )


@pytest.fixture
def searched(monkeypatch):
    """How many leads each search went through."""
    counts = []
    real = known_clashes.find_clashes
    monkeypatch.setattr(known_clashes, "find_clashes", lambda team: counts.append(len(team.deals)) or real(team))
    return counts


def told(clashes):
    return (
        clashes.pairs.to_dict("records"), clashes.accounts.to_dict("records"), clashes.total_pairs,
        clashes.total_accounts,
    )  # fmt: skip


def test_known_clashes_are_those_that_were_found(team, tmp_path, searched):
    finds = [clash_finder(Cache(tmp_path / "cache"), ["a", "b"], ["Ann.xlsx", "Ben.xlsx"], "EUR") for _ in range(2)]
    first, again = (told(find(team)) for find in finds)
    assert first == again
    assert first[2:] == (1, 1)
    assert searched == [6]


@pytest.mark.parametrize(
    "asked",
    [
        (["a", "c"], ["Ann.xlsx", "Ben.xlsx"], "EUR"),
        (["b", "a"], ["Ann.xlsx", "Ben.xlsx"], "EUR"),
        (["a", "b"], ["Ann.xlsx", "Benjamin.xlsx"], "EUR"),
        (["a", "b"], ["Ann.xlsx", "Ben.xlsx"], "GBP"),
    ],
)
def test_another_book_name_or_money_is_another_search(team, tmp_path, searched, asked):
    cache = Cache(tmp_path / "cache")
    clash_finder(cache, ["a", "b"], ["Ann.xlsx", "Ben.xlsx"], "EUR")(team)
    clash_finder(cache, *asked)(team)
    assert searched == [6, 6]


def test_clashes_that_point_at_leads_that_are_not_there_are_found_anew(team, tmp_path, searched):
    find = clash_finder(Cache(tmp_path / "cache"), ["a", "b"], ["Ann.xlsx", "Ben.xlsx"], "EUR")
    find(team)
    fewer = replace(team, deals=team.deals.iloc[:4].reset_index(drop=True))
    assert find(fewer).total_pairs == 0
    assert searched == [6, 4]
