"""Where archived leads come back to: merged and taken back in any order, each stands where it stood."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.run.merges.places import places_for, whole_line
from leadbook.run.merges.recipe import Recipe


class List:
    """Leads numbered from the top, and what the Archive knows of those that are away."""

    def __init__(self, ids: list[str]) -> None:
        self.ids = ids
        self.archived: dict[str, Recipe] = {}

    @property
    def order(self) -> list[tuple[int, str]]:
        return list(enumerate(self.ids, 2))

    def merge(self, into: str, others: list[str]) -> None:
        line = whole_line(self.order, self.archived)
        for one in others:
            above, below = line.neighbours(one)
            self.archived[one] = Recipe(into, self.ids.index(one) + 2, above, below)
        self.ids = [one for one in self.ids if one not in others]

    def take_back(self, *others: str) -> list[str]:
        coming = sorted(others, key=lambda one: self.archived[one].row)
        places, astray = places_for(self.order, coming, self.archived, 2)
        for one in sorted(coming, key=lambda one: places[one]):
            self.ids.insert(places[one] - 2, one)
            del self.archived[one]
        return astray


@settings(max_examples=150, deadline=None)
@given(st.integers(3, 9), st.data())
def test_merges_and_ways_back_in_any_order_keep_the_order(count, data):
    leads = List([str(number) for number in range(1, count + 1)])
    merges: list[list[str]] = []
    for _ in range(data.draw(st.integers(2, 14))):
        if len(leads.ids) > 1 and (not merges or data.draw(st.booleans())):
            group = data.draw(st.permutations(leads.ids))[: data.draw(st.integers(2, 4))]
            leads.merge(group[0], group[1:])
            merges.append(group[1:])
        elif merges:
            assert leads.take_back(*merges.pop(data.draw(st.integers(0, len(merges) - 1)))) == []
        assert leads.ids == sorted(leads.ids, key=int)


def test_neighbours_merged_one_after_the_other_come_back_in_either_order():
    for back in ("ab", "ba"):
        leads = List(["1", "a", "b", "4"])
        leads.merge("1", ["a"])
        leads.merge("4", ["b"])
        for one in back:
            leads.take_back(one)
        assert leads.ids == ["1", "a", "b", "4"], back


def test_a_lead_added_at_the_end_stays_below_the_last_one_that_comes_back():
    leads = List(["1", "2", "3"])
    leads.merge("1", ["3"])
    leads.ids.append("new")
    assert leads.take_back("3") == []
    assert leads.ids == ["1", "2", "3", "new"]


@pytest.mark.parametrize(
    ("now", "then"),
    [
        (["5", "4", "2", "1"], ["5", "4", "2", "1", "3"]),  # sorted: below the lead it went into
        (["2", "5", "1"], ["2", "3", "5", "1"]),  # the lead below it was deleted: below the one above it
        (["5", "1", "4"], ["5", "1", "3", "4"]),  # the lead above it was deleted: above the one below it
    ],
)
def test_a_list_changed_since_still_has_a_place(now, then):
    leads = List(["1", "2", "3", "4", "5"])
    leads.merge("1", ["3"])
    leads.ids = now
    leads.take_back("3")
    assert leads.ids == then


def test_blank_and_repeated_ids_tell_no_place():
    leads = List(["1", "", "3", "x", "x", "6"])
    leads.merge("1", ["3"])
    assert leads.take_back("3") == []
    assert leads.ids == ["1", "", "3", "x", "x", "6"]
    leads.merge("1", ["6"])
    leads.ids.remove("")
    assert leads.take_back("6") == []
    assert leads.ids == ["1", "3", "x", "x", "6"]
