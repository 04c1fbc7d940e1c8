"""A fault that a third of a column shares is the column's, and what a check worked out is forgotten when it ends."""

from __future__ import annotations

import pytest

from leadbook.rules.checking import check

GOOD, BAD = {"phone": "+49 30 1234567"}, {"phone": "+49 1 2345678"}


def found(read_rows, today, leads):
    records, _ = read_rows(leads=leads)
    return check(records, today, select=["LB119", "LB090"])


def test_a_fault_of_more_than_a_third_is_told_once_with_its_rows(read_rows, today):
    (issue,) = found(read_rows, today, [{**BAD, "times": 30}, {**GOOD, "times": 50}])
    assert (issue.row, issue.address) == (0, "Leads!B:B")
    assert issue.message.startswith("30 of 80 phone numbers")
    assert issue.rows is not None
    assert issue.rows.tolist() == list(range(2, 32))


@pytest.mark.parametrize(("bad", "good"), [(20, 10), (30, 60)])
def test_a_handful_or_a_smaller_share_is_told_cell_by_cell(read_rows, today, bad, good):
    issues = found(read_rows, today, [{**BAD, "times": bad}, {**GOOD, "times": good}])
    assert [issue.row for issue in issues] == list(range(2, 2 + bad))


def test_a_row_that_waives_a_shared_fault_is_heard(read_rows, today):
    waived = {**BAD, "waive": "LB119"}
    issues = found(read_rows, today, [waived, {**BAD, "waive": "", "times": 30}, {**GOOD, "times": 9}])
    assert [issue.code for issue in issues] == ["LB119"]
    assert 2 not in issues[0].rows.tolist()


def test_nothing_is_carried_along_after_a_check(read_rows, today):
    records, _ = read_rows(leads=[{"email": "anna@firma.de", "country": "Germany", **BAD}])
    check(records, today)
    assert records.leads.memo == {}
