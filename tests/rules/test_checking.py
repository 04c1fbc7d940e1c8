"""Checking a workbook: which rules run, what a waiver mutes, and in which order issues come."""

from __future__ import annotations

import pytest

from leadbook.analysis.duplicates import find_duplicates
from leadbook.model.codes import CodeText
from leadbook.model.issues import InputError, Issue, Severity
from leadbook.rules.checking import all_rules, check, explain
from leadbook.rules.registry import Rule, describe, rule, rules


def codes(issues: list[Issue]) -> list[str]:
    return [issue.code for issue in issues]


def test_issues_come_by_sheet_row_column_and_code(read_rows, today):
    records, _ = read_rows(
        leads=[{"email": "bad", "amount": -1}, {"email": "bad", "amount": -1}],
        activities=[{"lead_id": "X", "type": "Lunch"}],
    )
    issues = check(records, today, select=["LB101", "LB213", "LB32"])
    assert [(issue.sheet, issue.row, issue.code) for issue in issues] == [
        ("Activities", 2, "LB320"),
        ("Activities", 2, "LB322"),
        ("Leads", 2, "LB101"),
        ("Leads", 2, "LB213"),
        ("Leads", 3, "LB101"),
        ("Leads", 3, "LB213"),
    ]
    assert issues[2].address == "Leads!B2"
    assert issues[2].lead_id == "L-1"
    assert issues[2].value == "bad"
    assert issues[2].header == "Email"


def test_select_and_ignore_take_codes_and_beginnings(read_rows, today):
    records, _ = read_rows(leads=[{"email": "bad", "amount": -1, "created": ""}])
    assert codes(check(records, today, select=["LB1"])) == ["LB101"]
    assert codes(check(records, today, select=["lb1", "LB3"], ignore=["LB101"])) == ["LB311"]
    with pytest.raises(InputError, match="LB777"):
        check(records, today, select=["LB777"])
    with pytest.raises(InputError, match="XY"):
        check(records, today, ignore=["XY"])


@pytest.mark.parametrize("waive", ["LB101", "LB213 LB101", "lb1", "LB204;LB10", "LB101,LB213"])
def test_a_waiver_mutes_its_codes_on_its_own_row_only(read_rows, today, waive):
    records, _ = read_rows(leads=[{"email": "bad", "waive": waive}, {"email": "bad", "waive": ""}])
    assert [issue.row for issue in check(records, today, select=["LB101"])] == [3]


def test_a_waiver_that_mutes_nothing_and_one_that_names_no_code_are_issues(read_rows, today):
    records, _ = read_rows(leads=[{"email": "bad", "waive": "LB101 LB213, LB999 all"}])
    found = check(records, today, select=["LB09", "LB101"])
    assert [(issue.code, issue.header) for issue in found] == [
        ("LB090", "Waive"),
        ("LB091", "Waive"),
        ("LB091", "Waive"),
    ]
    assert "LB213" in found[0].message
    assert {"LB999" in found[1].message, "LB999" in found[2].message} == {True, False}


def test_a_good_waiver_does_not_look_unused_when_only_other_codes_are_selected(read_rows, today):
    records, _ = read_rows(leads=[{"email": "bad", "waive": "LB101 LB501"}])
    assert check(records, today, select=["LB0", "LB2"]) == []
    assert codes(check(records, today, select=["LB09"], duplicates=find_duplicates(records))) == ["LB090"]


def test_a_waiver_of_a_rule_that_may_not_ask_the_internet_is_not_called_unused(read_rows, today):
    records, _ = read_rows(leads=[{"email": "anna@firma.de", "waive": "LB129"}])
    assert codes(check(records, today, duplicates=find_duplicates(records), select=["LB09"])) == []


def test_reading_issues_are_merged_sorted_and_waived_like_the_rules_own(read_rows, today):
    records, reading = read_rows(leads=[{"created": "soonish", "email": "bad"}, {"created": "soonish", "waive": "LB3"}])
    assert codes(reading).count("LB301") == 2
    issues = check(records, today, reading=reading, select=["LB301", "LB101"])
    assert [(issue.row, issue.code) for issue in issues] == [(2, "LB301"), (2, "LB101")]


def test_a_missing_rate_is_told_once_and_with_its_fix(read_rows, today):
    records, reading = read_rows(leads=[{"amount": 100, "currency": "UER"}])
    assert "LB207" in codes(reading)
    issues = [issue for issue in check(records, today, reading=reading) if issue.header == "Currency"]
    assert codes(issues) == ["LB215"]
    assert issues[0].fix is not None
    assert issues[0].fix.new == "EUR"


def test_rules_are_silent_about_columns_that_are_not_there(read_rows, today):
    records, _ = read_rows(leads=[{"company": "Acme"}, {"company": "Globex"}])
    assert check(records, today) == []


def test_a_stage_that_requires_missing_columns_tells_each_once_not_once_a_lead(read_rows, today):
    records, _ = read_rows(leads=[{"stage": "Prospecting", "company": "Acme", "email": "a@b.de", "times": 50}])
    found = [issue for issue in check(records, today) if issue.code == "LB402"]
    assert {issue.message.split(",")[0] for issue in found} == {
        "Leads has no column First Name or Last Name",
        "Leads has no column Source",
        "Leads has no column Owner",
    }
    assert all("50 leads" in issue.message and issue.row == 0 for issue in found)


def test_one_gap_is_told_by_one_rule(read_rows, today):
    blank = dict.fromkeys(("company", "first_name", "last_name", "email", "phone", "source", "owner"), "")
    full = {**blank, "stage": "Assessment", "amount": "", "close_date": "", "next_step": "", "signer": ""}
    records, _ = read_rows(leads=[full])
    cells = [(issue.row, issue.column) for issue in check(records, today) if issue.column]
    assert len(cells) == len(set(cells)) > 5


def test_an_empty_table_has_no_issues(read_rows, today):
    records, _ = read_rows(leads=[])
    assert check(records, today) == []


def test_every_code_is_listed_once_in_order_with_all_its_words():
    texts = all_rules()
    listed = [text.code for text in texts]
    assert listed == sorted(set(listed))
    assert {rule.text.code for rule in rules()} < set(listed)
    assert {"LB013", "LB201", "LB301"} < set(listed), "reading codes are explained too"
    for text in texts:
        for words in (text.name, text.summary, text.anti_pattern, text.why, text.best_practice):
            assert words.strip(), text.code
        assert text.summary.endswith("."), text.code
    assert len(rules()) >= 100
    assert len({text.name for text in texts}) == len(texts)


def test_explain_shows_a_rule_and_a_reading_code_and_refuses_others():
    shown = explain("lb210")
    assert shown.startswith("LB210 stage-unknown (error, with a fix)\n")
    for part in ("Anti-pattern", "Why it matters", "Best practice", "Waive"):
        assert part in shown
    assert max(map(len, shown.splitlines())) <= 80
    assert explain("LB301").startswith("LB301 ")
    with pytest.raises(InputError, match="leadbook rules"):
        explain("LB999")


def test_a_code_used_twice_or_without_its_words_raises():
    taken = next(iter(rules())).text.code
    with pytest.raises(ValueError, match=taken):
        rule(taken, "again", Severity.INFO)(_documented)
    with pytest.raises(ValueError, match="Anti-pattern"):
        describe("LB899", "bare", Severity.INFO, "Only a summary.")
    assert "LB899" not in [text.code for text in all_rules()]


def _documented():
    """Something is wrong.

    Anti-pattern: This.

    Why it matters: That.

    Best practice: Other.
    """
    yield from ()


def test_a_rule_without_its_column_or_without_the_duplicate_search_stays_silent(read_rows, today):
    def broken(duplicates):
        raise AssertionError(duplicates)
        yield

    records, _ = read_rows(leads=[{"company": "Acme"}])
    text = CodeText("LB898", "x", Severity.INFO, "a.", "b", "c", "d")
    assert (
        list(Rule(text, "leads", ("email|phone",), False, broken).check(records, today, find_duplicates(records))) == []
    )
    assert list(Rule(text, "leads", ("company",), False, broken).check(records, today)) == []


def test_rows_below_the_table_are_counted_and_told_where_they_begin(read_rows, today):
    records, _ = read_rows(leads=[{"company": "Acme", "times": 3}, {"below": 12}])
    (issue,) = check(records, today, select=["LB094"])
    assert (issue.address, issue.severity) == ("Leads!6:6", Severity.WARNING)
    assert issue.message.startswith("12 rows stand directly below the table and are not counted; drag the table's")
    assert "Waive" not in explain("LB094")
