"""A column that nobody filled in is one issue, not one for each lead."""

from __future__ import annotations

import pytest

from leadbook.model.issues import Severity
from leadbook.rules.checking import check

MANY = 30


def found(read_rows, today, code, leads):
    records, _ = read_rows(leads=leads)
    return check(records, today, select=[code])


def test_a_column_blank_in_every_lead_is_told_once_with_what_to_do(read_rows, today):
    (issue,) = found(read_rows, today, "LB311", [{"company": "Acme", "created": "", "times": MANY}])
    assert (issue.row, issue.address, issue.header) == (0, "Leads!C:C", "Created")
    assert issue.message.startswith("Column Created is blank in all 30 leads: write the day")
    assert issue.severity is Severity.INFO


@pytest.mark.parametrize(("rows", "issues"), [(20, 20), (21, 1)])
def test_up_to_twenty_rows_are_told_with_their_cells(read_rows, today, rows, issues):
    assert len(found(read_rows, today, "LB311", [{"company": "A", "created": "", "times": rows}])) == issues


def test_one_filled_cell_makes_the_gaps_issues_of_their_rows(read_rows, today):
    leads = [{"created": today}, {"created": "", "times": MANY}]
    assert [issue.row for issue in found(read_rows, today, "LB311", leads)] == list(range(3, 3 + MANY))


def test_only_the_leads_that_need_the_column_are_counted_as_needing_it(read_rows, today):
    leads = [{"owner": "", "stage": "Proposal", "times": MANY}, {"owner": "", "stage": "Lost", "times": 5}]
    (issue,) = found(read_rows, today, "LB231", leads)
    assert "blank in all 35 leads (30 of them need it): assign" in issue.message


def test_no_way_to_reach_anyone_is_told_once_only_where_both_columns_are_blank(read_rows, today):
    nothing = {"email": "", "phone": "", "stage": "Proposal", "times": MANY}
    (issue,) = found(read_rows, today, "LB107", [nothing])
    assert issue.message.startswith("Columns Email and Phone are blank in all 30 leads: ")
    assert len(found(read_rows, today, "LB107", [nothing, {"phone": "+49 30 1234567", "stage": "Proposal"}])) == MANY


def test_each_field_that_a_stage_requires_is_told_once(read_rows, today):
    leads = [{"company": "", "source": "", "stage": "Prospecting", "times": MANY}]
    issues = found(read_rows, today, "LB401", leads)
    assert [(issue.row, issue.header) for issue in issues] == [(0, "Company"), (0, "Source")]


def test_leads_that_say_nothing_about_who_they_are_are_told_once(read_rows, today):
    leads = [{"company": "", "email": "", "stage": "Won", "times": MANY}]
    (issue,) = found(read_rows, today, "LB116", leads)
    assert (issue.row, issue.column) == (0, 0)


def test_a_waiver_keeps_its_row_out_of_the_count_and_is_not_called_unused(read_rows, today):
    leads = [{"created": "", "waive": "LB311"}, {"created": "", "waive": "", "times": MANY}]
    issues = found(read_rows, today, "LB", leads)
    assert [issue.code for issue in issues if issue.code in {"LB311", "LB090"}] == ["LB311"]
    assert "(30 of them need it)" in next(issue.message for issue in issues if issue.code == "LB311")


def test_a_column_blank_and_waived_throughout_is_silent(read_rows, today):
    leads = [{"created": "", "waive": "LB3", "times": MANY}]
    assert found(read_rows, today, "LB", leads) == []
