"""Pairs that are two leads: they stay apart, whoever else joins them."""

from __future__ import annotations

import pandas as pd
import pytest

from leadbook.analysis.apart import separate
from leadbook.analysis.results import Duplicates


def found(pairs, master="A"):
    """One group of the leads A, B, C ... on rows 2, 3, 4 ..., with the probability of each pair."""
    names = sorted({name for pair in pairs for name in pair})
    row = {name: 2 + ord(name) - ord("A") for name in names}
    listed = pd.DataFrame(
        [(row[a], row[b], a, b, chance, f"{a}{b}") for (a, b), chance in pairs.items()],
        columns=["row_a", "row_b", "id_a", "id_b", "probability", "reasons"],
    )
    clusters = pd.DataFrame(
        [
            (1, row[name], name, name == master, pairs.get((master, name), pairs.get((name, master), 0.9)), "")
            for name in sorted(names, key=lambda name: name != master)
        ],
        columns=["cluster", "row", "lead_id", "master", "probability", "reasons"],
    )
    return Duplicates(listed, clusters)


def groups(duplicates):
    """Each group as its master and the others."""
    clusters = duplicates.clusters
    return [
        (part["lead_id"][part["master"]].tolist(), sorted(part["lead_id"][~part["master"]]))
        for _, part in clusters.groupby("cluster")
    ]


AB, AC, BC = ("A", "B"), ("A", "C"), ("B", "C")


@pytest.mark.parametrize(
    ("pairs", "apart", "expected"),
    [
        pytest.param({AB: 0.9}, [AB], [], id="a pair alone is no group"),
        pytest.param({AB: 0.9}, [("b", " A ")], [], id="in either order, however spelled"),
        pytest.param({AB: 0.9}, [("A", "X")], [(["A"], ["B"])], id="another pair"),
        pytest.param({AB: 0.9, AC: 0.8, BC: 0.6}, [AB], [(["A"], ["C"])], id="who joins goes to the likelier one"),
        pytest.param({AB: 0.9, AC: 0.6, BC: 0.8}, [AB], [(["B"], ["C"])], id="be it not the master"),
        pytest.param({AB: 0.9, AC: 0.8, BC: 0.7}, [AB, AC], [(["B"], ["C"])], id="two left"),
        pytest.param({AB: 0.9, AC: 0.8, BC: 0.7}, [AB, AC, BC], [], id="all apart"),
        pytest.param(
            {AB: 0.9, AC: 0.8, BC: 0.7, ("A", "D"): 0.9, ("C", "D"): 0.95}, [AB], [(["A"], ["C", "D"])], id="four"
        ),
    ],
)
def test_a_pair_that_is_two_leads_is_in_no_group(pairs, apart, expected):
    assert groups(separate(found(pairs), apart, {})) == expected


def test_the_pair_is_not_listed_either():
    assert separate(found({AB: 0.9, AC: 0.8}), [AB], {}).pairs["reasons"].tolist() == ["AC"]


def test_a_decision_about_a_lead_holds_for_the_one_it_was_merged_into():
    assert groups(separate(found({AB: 0.9}), [("A", "Z")], {"z": "B"})) == []
    # Merged into each other since: the later decision counts.
    assert groups(separate(found({AB: 0.9}), [("A", "Z")], {"z": "A"})) == [(["A"], ["B"])]


def test_nothing_apart_changes_nothing():
    duplicates = found({AB: 0.9})
    assert separate(duplicates, [], {}) is duplicates
