"""The lead that each merged lead is now."""

from __future__ import annotations

import json

import pytest

from leadbook.analysis.archived import archived_ids


@pytest.fixture
def archive(make_typed):
    def make(*rows):
        return make_typed("Archive", [dict(zip(("lead_id", "reason", "row"), row, strict=True)) for row in rows])

    return make


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        pytest.param([("L-0077", "Merged into L-0042", "")], {"l-0077": "L-0042"}, id="said in the reason"),
        pytest.param(
            [("L-0077", "Merged into L-0042: Email equal +9.1", "")], {"l-0077": "L-0042"}, id="with its terms"
        ),
        pytest.param([(" l-0077", "tidied", json.dumps({"into": "L-0042"}))], {"l-0077": "L-0042"}, id="reason edited"),
        pytest.param([("L-0077", "Merged into L-0042", "{broken")], {"l-0077": "L-0042"}, id="row damaged"),
        pytest.param(
            [("L-2", "Merged into L-1", ""), ("L-1", "Merged into L-3", "")], {"l-2": "L-3", "l-1": "L-3"}, id="chain"
        ),
        pytest.param(
            [("L-1", "Merged into L-3", ""), ("L-2", "Merged into l-1", "")], {"l-2": "L-3", "l-1": "L-3"}, id="sorted"
        ),
        pytest.param([("L-9", "Dead: 90 days without an answer", "")], {}, id="archived without a merge"),
        pytest.param([("", "Merged into L-1", "")], {}, id="id deleted by hand"),
        pytest.param([("L-9", "Merged into L-1", "[1]")], {"l-9": "L-1"}, id="row is no object"),
    ],
)
def test_merged_leads_are_found_in_their_master(archive, rows, expected) -> None:
    assert archived_ids(archive(*rows)) == expected


def test_a_circle_made_by_hand_ends(archive) -> None:
    assert archived_ids(archive(("L-1", "Merged into L-2", ""), ("L-2", "Merged into L-1", ""))).keys() == {
        "l-1", "l-2",
    }  # fmt: skip
