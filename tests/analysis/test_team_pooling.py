"""All books as one: whose book each is, one spelling of each rep, and one money in every table."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).resolve().parent.parent / "run"))

from team_books import AS_OF, book_bytes, lead, rep

from leadbook.analysis.team.pooling import BookRead, pool
from leadbook.run.team.studying import study_contents

#: One euro is 0.8 pounds in such a book.
IN_POUNDS = {"currency": "GBP", "rates": {"EUR": 0.8}}


def pooled(**books):
    """Pool some books, each the keywords of ``book_bytes``."""
    reads = [
        BookRead(f"{name}.xlsx", "", study_contents(f"{name}.xlsx", book_bytes(**what), AS_OF))
        for name, what in books.items()
    ]
    return pool(reads, AS_OF)


def test_a_book_is_that_of_the_owner_of_most_of_its_leads():
    team = pooled(
        one={"leads": [lead(1, "Ann"), lead(2, "Zoe"), lead(3, "Zoe")]},
        two={"leads": [lead(4, "Zoe"), lead(5, "Ann")]},
    )
    assert team.owners == ("Zoe", "Ann")  # the first by name where two have as many


def test_leads_without_an_owner_are_the_rep_s_as_most_leads_spell_the_name():
    leads = [lead(1, "ann"), lead(2, "Ann"), lead(3, "Ann"), lead(4, "ann "), lead(5, "Ann"), lead(6, ""), lead(7, "")]
    team = pooled(ann={"leads": leads})
    assert set(team.deals["owner"]) == {"Ann"}
    [told] = [fault.message for fault in team.faults if fault.code == "LB076"]
    assert told == "2 leads name no owner and are counted as Ann's."
    assert set(team.quality["owner"]) == {"Ann"}
    assert team.quality["open_leads"].sum() == 7


def test_every_table_is_in_the_money_of_the_review():
    team = pooled(
        ann={"leads": [lead(1, "Ann", amount=1000.0)], "reps": [rep("Ann", 10)]},
        ben={"leads": [lead(2, "Ben", amount=10.0)], "reps": [rep("Ben", 10)]},
        cid={"leads": [lead(3, "Cid", amount=800.0)], "reps": [rep("Cid", 800)], **IN_POUNDS},
    )
    assert team.currency == "EUR"
    by_rep = team.quality.set_index("owner")["open_amount"]
    assert by_rep.to_dict() == pytest.approx({"Ann": 1000.0, "Ben": 10.0, "Cid": 1000.0})
    assert dict(zip(team.deals["owner"], team.deals["amount"], strict=True))["Cid"] == pytest.approx(1000.0)
    assert [next(iter(one.quotas.values())) for one in team.playbook.reps if one.owner == "Cid"] == [
        pytest.approx(1000.0)
    ]
