"""Every fix converges: once it is applied its finding is gone, and no rule finds anything new in that row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from test_rule_cases import ALL, NAMES, RULES, _apply, tables

from leadbook.analysis.duplicates import find_duplicates
from leadbook.model.columns import TABLES
from leadbook.rules.checking import check

if TYPE_CHECKING:
    from leadbook.model.issues import Issue

GROUP_OF = {sheet: group for group, sheet in NAMES.items()}
# A mended cell is read for the first time, and what it says can be judged at last: a stage has requirements, an
# address a company, a phone a country.
READ_AT_LAST = {"LB210": {"LB4", "LB2", "LB3"}, "LB101": {"LB10", "LB11"}}


def found(read_rows: Any, today: Any, groups: dict[str, Any]) -> list[Issue]:
    records, reading = read_rows(**groups)
    return check(records, today, reading=reading, duplicates=find_duplicates(records))


def cases() -> list[Any]:
    return [
        pytest.param(tables(case), id=f"{code}-{number}")
        for code, kinds in ALL.items()
        if RULES[code].fixable
        for number, case in enumerate(kinds["fail"], 1)
        if "fix" in case
    ]


@pytest.mark.parametrize("groups", cases())
def test_applying_every_fix_of_a_case_ends_with_nothing_left_to_fix(groups, read_rows, today):
    headers = {sheet: {column.header: column.key for column in TABLES[sheet]} for sheet in NAMES.values()}
    seen = {(issue.sheet, issue.row, issue.code) for issue in found(read_rows, today, groups)}
    for _ in range(4):
        fixable = [issue for issue in found(read_rows, today, groups) if issue.fix is not None and issue.row]
        first = {(issue.sheet, issue.row, issue.header): issue for issue in reversed(fixable)}
        if not first:
            return
        for issue in first.values():
            group = GROUP_OF[issue.sheet]
            key = headers[issue.sheet].get(issue.header, issue.header)
            groups = {**groups, group: _apply(groups[group], issue.row, key, issue.fix.new)}
        after = found(read_rows, today, groups)
        left = {(other.sheet, other.row, other.header, other.code) for other in after}
        assert not left & {(*cell, issue.code) for cell, issue in first.items()}, "the fix makes its finding vanish"
        allowed = tuple(start for issue in first.values() for start in READ_AT_LAST.get(issue.code, ()))
        new = {(other.sheet, other.row, other.code) for other in after} - seen
        assert [code for _, _, code in new if not code.startswith(allowed or ("none",))] == []
    pytest.fail(f"fixes go on for ever: {[(issue.code, issue.value) for issue in first.values()]}")
