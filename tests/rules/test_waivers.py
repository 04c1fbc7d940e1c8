"""Waive cells: beginnings, ends by a day, words that are no codes, and faults told once for a whole column."""

from __future__ import annotations

import datetime as dt
import re

import numpy as np
import pytest

from leadbook.model.issues import InputError, Issue, Severity
from leadbook.rules.checking import all_rules, choose_codes, explain
from leadbook.rules.waive_cells import Waiver, waivers_in
from leadbook.rules.waivers import apply_waivers

DAY = dt.date(2026, 6, 15)
KNOWN = ["LB101", "LB105", "LB203", "LB310", "LB501"]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [
        ("LB203", [Waiver("LB203")]),
        ("lb203, LB3", [Waiver("LB203"), Waiver("LB3")]),
        ("LB203 until 2026-12-31", [Waiver("LB203", dt.date(2026, 12, 31))]),
        ("LB203, LB3 until 31.12.2026", [Waiver("LB203", dt.date(2026, 12, 31)), Waiver("LB3", dt.date(2026, 12, 31))]),
        ("LB203; LB3 UNTIL: 2026-12-31", [Waiver("LB203"), Waiver("LB3", dt.date(2026, 12, 31))]),
        ("LB1 until 2026-01-01 LB2 bis 2026-02-02", [
            Waiver("LB1", dt.date(2026, 1, 1)), Waiver("LB2", dt.date(2026, 2, 2))]),
        ("LB203 until soon", [Waiver("LB203", None, "soon")]),
        ("LB203 until", [Waiver("LB203", None, "nothing")]),
        ("LB203 until 03/04/2026", [Waiver("LB203", None, "03/04/2026")]),
        ("until 2026-12-31", []),
        ("  ;, \n", []),
    ],
)  # fmt: skip
def test_a_waive_cell_is_read_as_a_seller_writes_it(cell, expected):
    assert waivers_in(cell) == expected


def outcome(read_rows, waive, *codes, unheard=(), today=DAY):
    """The codes that are left on the row, and what is said of its waivers."""
    records, _ = read_rows(leads=[{"email": "x", "waive": waive}])
    leads = records.leads
    found = [leads.issue(2, "email", code, Severity.ERROR, "Wrong.") for code in codes]
    left = apply_waivers(found, records, KNOWN, today, unheard=unheard)
    return [issue.code for issue in left], [issue.message for issue in left if issue.code.startswith("LB09")]


@pytest.mark.parametrize(
    ("waive", "left"),
    [
        ("LB101", ["LB203"]),
        ("LB101 LB2", []),
        ("LB", []),
        ("LB203 until 2026-06-15", ["LB101"]),  # the last day still holds
        ("LB203 until 2026-06-14", ["LB101", "LB203", "LB099"]),
        ("LB203 until whenever", ["LB101", "LB203", "LB091"]),
        ("LB310", ["LB101", "LB203", "LB090"]),
        ("LB3", ["LB101", "LB203", "LB090"]),
        ("LB203 LB2", ["LB101"]),  # both are heard
        ("LB777", ["LB101", "LB203", "LB091"]),
        ("everything", ["LB101", "LB203", "LB091"]),
    ],
)
def test_a_waiver_mutes_what_it_names_and_says_when_it_does_nothing(read_rows, waive, left):
    assert outcome(read_rows, waive, "LB101", "LB203")[0] == left


def test_a_word_that_is_nearly_a_code_is_offered_it(read_rows):
    assert "did you mean LB203?" in outcome(read_rows, "LB2O3", "LB101")[1][0]
    assert "did you mean LB310?" in outcome(read_rows, "310", "LB101")[1][0]
    assert "write one such as" in outcome(read_rows, "everything", "LB101")[1][0]


@pytest.mark.parametrize("waive", ["LB5", "LB501", "LB"])
def test_a_waiver_of_what_was_not_looked_for_is_not_called_unused(read_rows, waive):
    assert outcome(read_rows, waive, unheard=("LB5",))[0] == []


def test_a_fault_told_once_for_a_column_leaves_out_the_rows_that_waive_it(read_rows):
    records, _ = read_rows(leads=[{"email": "x", "waive": "LB1"}, {"email": "x"}, {"email": "x", "waive": "LB105"}])
    whole = Issue("Leads", 0, 2, "LB101", Severity.ERROR, "All.", rows=np.array([2, 3, 4]))
    left = apply_waivers([whole], records, KNOWN, DAY)
    assert [issue.code for issue in left] == ["LB101", "LB090"]  # LB105 on row 4 mutes nothing
    assert left[0].rows.tolist() == [3, 4]
    assert apply_waivers([Issue("Leads", 0, 2, "LB101", Severity.ERROR, "All.", rows=np.array([2]))], records, KNOWN,
                         DAY)[0].code == "LB090"  # fmt: skip


def test_an_issue_beside_the_leads_on_their_sheet_is_not_waived_by_them(read_rows):
    records, _ = read_rows(leads=[{"email": "x", "waive": "LB310"}])
    beside = Issue("Leads", 2, 40, "LB310", Severity.ERROR, "Another table's.")
    assert beside in apply_waivers([beside], records, KNOWN, DAY)


def test_an_unknown_code_to_select_is_refused_with_the_nearest():
    with pytest.raises(InputError, match=r"did you mean LB316\? List them all"):
        choose_codes(["LB3l6"])
    with pytest.raises(InputError, match=r"did you mean LB101\? List them all"):
        explain("101x")
    with pytest.raises(InputError, match="no code"):
        choose_codes([""])


def test_the_codes_that_the_message_proposes_exist(read_rows):
    proposed = re.findall(r"LB\d+", outcome(read_rows, "everything", "LB101")[1][0].partition("write one such as")[2])
    assert proposed
    known = [text.code for text in all_rules()]
    assert all(any(code.startswith(word) for code in known) for word in proposed)
