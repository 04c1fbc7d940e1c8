"""Every rule against its table of cases: what passes, what fails and where, and what the fix is."""

from __future__ import annotations

import copy
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from leadbook.analysis.duplicates import find_duplicates
from leadbook.model.columns import TABLES
from leadbook.rules.registry import rules

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from leadbook.model.issues import Issue

CASES = Path(__file__).parent / "cases"
MARKS = {"at", "row", "fix", "bare_stages", "options"}
GROUPS = ("leads", "activities", "quote_lines", "archive", "proposals", "offers")
NAMES = {"leads": "Leads", "activities": "Activities", "quote_lines": "QuoteLines", "offers": "Offers"}


def load() -> dict[str, dict[str, list[dict[str, Any]]]]:
    found: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for file in sorted(CASES.glob("*.toml")):
        for code, cases in tomllib.loads(file.read_text(encoding="utf-8")).items():
            assert code not in found, f"{code} has cases in two files"
            found[code] = cases
    return found


ALL = load()
RULES = {rule.text.code: rule for rule in rules()}


def tables(case: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    if any(group in case for group in GROUPS):
        return {group: copy.deepcopy(case[group]) for group in GROUPS if group in case}
    return {"leads": [{key: value for key, value in case.items() if key not in MARKS}]}


@pytest.fixture
def check_rows(read_rows: Callable[..., Any], today: dt.date) -> Callable[..., list[Issue]]:
    def check_rows(code: str, groups: dict[str, Any], case: dict[str, Any]) -> list[Issue]:
        return _issues_of(code, groups, case, read_rows=read_rows, today=today)

    return check_rows


def _issues_of(
    code: str, groups: dict[str, Any], case: dict[str, Any], *, read_rows: Callable[..., Any], today: dt.date
) -> list[Issue]:
    records, _ = read_rows(**groups)
    book = records.playbook
    if case.get("bare_stages"):
        book = structs.replace(book, stages=tuple(structs.replace(stage, required=()) for stage in book.stages))
    if "options" in case:
        book = structs.replace(book, options=structs.replace(book.options, **case["options"]))
    records = structs.replace(records, playbook=book)
    return list(RULES[code].check(records, today, find_duplicates(records)))


def listed(kind: str) -> list[Any]:
    return [
        pytest.param(code, case, id=f"{code}-{kind}-{number}")
        for code, cases in ALL.items()
        for number, case in enumerate(cases[kind], 1)
    ]


@pytest.mark.parametrize(("code", "case"), listed("pass"))
def test_good_rows_raise_no_issue(code, case, check_rows):
    assert check_rows(code, tables(case), case) == []


@pytest.mark.parametrize(("code", "case"), listed("fail"))
def test_bad_rows_raise_one_issue_at_their_cell_with_the_expected_fix(code, case, check_rows):
    rule = RULES[code]
    group, table = rule.table, NAMES[rule.table]
    groups = tables(case)
    found = check_rows(code, groups, case)
    row = case.get("row", 2)
    key = case.get("at", rule.columns[0].partition("|")[0] if rule.columns else "")
    at_row = [issue for issue in found if issue.row == row]
    assert at_row, f"{code} found {[issue.address for issue in found]}"
    assert {issue.code for issue in at_row} == {code}
    headers = {column.key: column.header for column in TABLES[table]}
    assert headers.get(key, key) in [issue.header for issue in at_row]
    issue = next(issue for issue in at_row if issue.header == headers.get(key, key))
    assert issue.message.endswith((".", "?")), "a message is a sentence"
    assert issue.sheet == table
    if "fix" not in case:
        assert issue.fix is None
        return
    assert rule.fixable
    assert issue.fix is not None
    assert issue.fix.new == case["fix"]
    target = groups[group][_position(groups[group], row)]
    assert issue.fix.old == target[key] == issue.value
    groups[group] = _apply(groups[group], row, key, issue.fix.new)
    left = [other for other in check_rows(code, groups, case) if (other.row, other.header) == (row, issue.header)]
    assert left == [], "the fix makes the issue go away"


def _position(rows: list[dict[str, Any]], row: int) -> int:
    number = 2
    for place, entry in enumerate(rows):
        number += entry.get("times", 1)
        if row < number:
            return place
    raise IndexError(row)


def _apply(rows: list[dict[str, Any]], row: int, key: str, new: object) -> list[dict[str, Any]]:
    spread = [
        {name: value for name, value in entry.items() if name != "times"}
        for entry in rows
        for _ in range(entry.get("times", 1))
    ]
    spread[row - 2] = {**spread[row - 2], key: new}
    return spread


def test_every_rule_has_passing_and_failing_cases_and_every_case_a_rule():
    assert ALL.keys() == RULES.keys()
    assert [code for code, cases in ALL.items() if not (cases["pass"] and cases["fail"])] == []


def test_every_fixable_rule_has_a_case_with_its_fix_and_no_other_rule_has():
    with_fix = {code for code, cases in ALL.items() if any("fix" in case for case in cases["fail"])}
    assert with_fix == {code for code, rule in RULES.items() if rule.fixable}


def test_each_rule_stands_in_the_file_named_after_its_module():
    for file in CASES.glob("*.toml"):
        for code in tomllib.loads(file.read_text(encoding="utf-8")):
            assert RULES[code].find.__module__ == f"leadbook.rules.{file.stem}"
