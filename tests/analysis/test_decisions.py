"""The Decision column read: what goes into what, what stays apart, and what is too unclear to carry out."""

from __future__ import annotations

import pytest

from leadbook.analysis.decisions import DecisionRow, read_words


def rows(*groups):
    """Rows of the sheet: each group a list of "id word", the first one the proposed."""
    return [
        DecisionRow(number, lead_id, at == 0, word, row=10 * number + at + 1, column=12)
        for number, group in enumerate(groups)
        for at, (lead_id, _, word) in enumerate(line.partition(" ") for line in group)
    ]


@pytest.mark.parametrize(
    ("group", "merges", "apart"),
    [
        pytest.param(["A", "B Merge"], [("A", ("B",))], [], id="one into the proposed"),
        pytest.param(["A", "B  merge ", "C MERGE"], [("A", ("B", "C"))], [], id="whatever the case and spaces"),
        pytest.param(["A Merge", "B", "C"], [("A", ("B", "C"))], [], id="the whole group"),
        pytest.param(["A Merge", "B Keep both", "C"], [("A", ("C",))], [("B", "A")], id="all but one"),
        pytest.param(["A", "B Keep both"], [], [("B", "A")], id="kept apart"),
        pytest.param(["A Keep both", "B", "C"], [], [("B", "A"), ("C", "A"), ("B", "C")], id="all apart"),
        pytest.param(["A Merge", "B Master"], [("B", ("A",))], [], id="the other way round"),
        pytest.param(["A Keep both", "B Master", "C Merge"], [("B", ("C",))], [("A", "B")], id="another master"),
        pytest.param(["A", "B"], [], [], id="nothing decided"),
    ],
)
def test_decisions_mean_what_the_sheet_says(group, merges, apart) -> None:
    found = read_words(rows(group))
    assert [(one.master, one.others) for one in found.merges] == merges
    assert list(found.apart) == apart
    assert found.faults == ()


@pytest.mark.parametrize(
    ("groups", "lead_id", "said"),
    [
        pytest.param([["A", "B Megre"]], "B", "did you mean Merge?", id="misspelt"),
        pytest.param([["A", "B Merge", "C kep both"]], "C", "did you mean Keep both?", id="one misspelt word"),
        pytest.param([["A", "B ???"]], "B", "is no decision: Choose", id="nothing like it"),
        pytest.param([["A Master", "B Master"]], "B", "both marked Master", id="two masters"),
        pytest.param([["A Keep both", "B Merge"]], "A", "kept apart and merged at once", id="apart and merged"),
        pytest.param([["A", "B Master"]], "B", "but nothing of its group says Merge", id="a master alone"),
        pytest.param([["A", "B Merge"], ["C", "B Merge"]], "B", "B is in two groups", id="a lead in two groups"),
        pytest.param([["A", "B Merge"], ["B", "C Merge"]], "B", "B is in two groups", id="kept here, going there"),
    ],
)
def test_an_unclear_group_is_left_alone_and_said(groups, lead_id, said) -> None:
    found = read_words(rows(*groups))
    assert found.merges == ()
    assert found.apart == ()
    assert any(fault.lead_id == lead_id and said in fault.message for fault in found.faults), found.faults
    assert all(fault.row for fault in found.faults)


def test_an_unclear_group_does_not_hold_up_the_others() -> None:
    found = read_words(rows(["A", "B Megre"], ["C", "D Merge"]))
    assert [one.master for one in found.merges] == ["C"]


def test_a_group_whose_proposed_lead_was_deleted_from_the_sheet_asks_for_a_master() -> None:
    found = read_words(rows(["A", "B Merge"])[1:])
    assert found.merges == ()
    assert "mark one of them Master" in found.faults[0].message


def test_why_stands_with_the_lead_that_goes_even_when_another_is_master() -> None:
    proposed = DecisionRow("1", "A", proposed=True, typed="Merge", reasons="")
    other = DecisionRow("1", "B", proposed=False, typed="Master", reasons="Email equal")
    [wanted] = read_words([proposed, other]).merges
    assert wanted.reasons == {"A": "Email equal"}


def test_of_a_very_large_group_only_the_pairs_with_the_proposed_lead_are_kept_apart() -> None:
    found = read_words(rows(["A Keep both", *(f"B{number}" for number in range(200))]))
    assert [pair[1] for pair in found.apart] == ["A"] * 200
