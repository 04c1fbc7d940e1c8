"""Accounts that two reps work: what they are called, in which order they stand, and which the pairs tell already."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parent.parent / "run"))

from team_books import AS_OF, book_bytes, lead

from leadbook.analysis.team.clashes import find_clashes
from leadbook.analysis.team.pooling import BookRead, pool
from leadbook.run.team.studying import study_contents

PERSON = {"company": "Harbour Labs Ltd", "first_name": "Noah", "last_name": "Winter",
          "email": "noah.winter@harbourlabs.example", "phone": "+44 20 7946 0123"}  # fmt: skip


def clashes_of(*books):
    """Return the clashes of some books' leads, and the team."""
    reads = [
        BookRead(f"{place}.xlsx", "", study_contents(f"{place}.xlsx", book_bytes(leads), AS_OF))
        for place, leads in enumerate(books)
    ]
    team = pool(reads, AS_OF)
    return find_clashes(team), team


def test_an_account_is_called_what_most_of_its_leads_call_it_and_the_largest_comes_first():
    clashes, team = clashes_of(
        [
            lead(1, "Ann", company="Tidal Stores", amount=10.0), lead(2, "Ann", company="Tidal Stores", amount=30.0),
            lead(3, "Ann", company="Corner Works", amount=900.0), lead(9, "Ann", company="Anns Own", amount=5.0),
        ],
        [
            lead(4, "Ben", company="Tidal Stores GmbH", amount=20.0),
            lead(5, "Ben", company="CORNER WORKS", amount=50.0),
            lead(6, "Ben", company="Tidal Stores", amount=7000.0, stage="Won"),
        ],
    )  # fmt: skip
    found = [(row["account"], row["reps"], row["amount"]) for row in clashes.accounts.to_dict("records")]
    assert found == [("Corner Works", 2, 950.0), ("Tidal Stores", 2, 60.0)]
    ids = team.deals["lead_id"].tolist()
    # rep by rep, the largest lead of each first
    assert [[ids[place] for place in row] for row in clashes.accounts["deals"]] == [
        ["L-0003", "L-0005"], ["L-0002", "L-0001", "L-0004"],
    ]  # fmt: skip
    assert clashes.total_accounts == 2


def test_an_account_of_which_the_pairs_tell_everything_is_not_told_again():
    alone, _ = clashes_of([lead(1, "Ann", **PERSON)], [lead(2, "Ben", **PERSON)])
    assert (alone.total_pairs, alone.total_accounts) == (1, 0)
    other = {**PERSON, "first_name": "Ida", "last_name": "Berg", "email": "ida.berg@harbourlabs.example", "phone": None}
    more, _ = clashes_of([lead(1, "Ann", **PERSON)], [lead(2, "Ben", **PERSON), lead(3, "Ben", **other)])
    assert (more.total_pairs, more.total_accounts) == (1, 1)


def test_nobody_clashes_alone():
    one_account = [lead(number, "Ann", company="Tidal Stores") for number in range(3, 30)]
    clashes, _ = clashes_of([lead(1, "Ann", **PERSON), lead(2, "Ann", **PERSON), *one_account], [lead(30, "Ben")])
    assert (clashes.total_pairs, clashes.total_accounts) == (0, 0)
    assert clashes.accounts.empty


def test_one_of_the_two_leads_must_be_open_whichever():
    ended = {**PERSON, "stage": "Lost", "lost_reason": "Price"}
    for ann, ben, pairs in ((PERSON, ended, 1), (ended, PERSON, 1), (ended, ended, 0)):
        clashes, _ = clashes_of([lead(1, "Ann", **ann)], [lead(2, "Ben", **ben)])
        assert clashes.total_pairs == pairs
