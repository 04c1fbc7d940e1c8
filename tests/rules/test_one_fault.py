"""One fault is told once: by the rule that says most about it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

import pytest
from msgspec import structs

from leadbook.analysis.apart import separate
from leadbook.analysis.duplicates import find_duplicates
from leadbook.model.issues import Issue, Severity
from leadbook.rules.checking import check, explain

if TYPE_CHECKING:
    from collections.abc import Callable

SOUND = {
    "company": "Acme", "last_name": "Schmidt", "phone": "+49 30 1234567", "email": "anna@acme.example",
    "stage": "Prospecting", "owner": "Anna Schmidt", "created": dt.date(2026, 6, 1), "next_step": "Settle the budget",
    "next_step_date": dt.date(2026, 6, 20), "source": "Fair",
}  # fmt: skip


def told(read_rows: Callable[..., Any], today: dt.date, **tables: list[dict[str, object]]) -> list[str]:
    records, reading = read_rows(**tables)
    issues = check(records, today, reading=reading, duplicates=find_duplicates(records))
    return [issue.code for issue in issues if issue.code != "LB402"]  # the tables here lack most columns


def test_a_sound_lead_has_no_issue(read_rows, today):
    assert told(read_rows, today, leads=[SOUND]) == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"email": "anna schmidt@gmial.com"}, "LB101"),  # not LB102 too: it is no address at all
        ({"phone": "call after 5"}, "LB106"),  # not LB105 too, for its one digit
        ({"first_name": "test"}, "LB109"),  # not LB108 too, for its small letters
        ({"created": dt.date(2027, 1, 1), "first_contacted": dt.date(2026, 6, 2)}, "LB310"),  # not LB312 too
        ({"created": dt.date(2027, 1, 1), "mql_date": dt.date(2026, 6, 2)}, "LB310"),  # not LB313 too
        ({"close_date": dt.date(2025, 6, 3)}, "LB227"),  # not LB224 too: last year's year was typed
        ({"close_date": dt.date(2025, 6, 3), "forecast_category": "Commit"}, "LB227"),  # nor LB225
    ],
)
def test_the_rule_that_says_most_speaks_alone(read_rows, today, change, code):
    assert told(read_rows, today, leads=[{**SOUND, **change}]) == [code]


def test_a_likely_duplicate_with_the_same_address_is_told_once(read_rows, today):
    assert told(read_rows, today, leads=[SOUND, {**SOUND, "email": "ANNA@acme.example"}]) == ["LB501"]


def test_without_a_duplicate_search_the_address_is_still_compared(read_rows, today):
    records, _ = read_rows(leads=[SOUND, SOUND])
    assert [issue.row for issue in check(records, today, select=["LB502"])] == [3]


@pytest.mark.parametrize(
    ("apart", "said"),
    [
        ([], [(3, 2), (4, 2)]),
        ([("A", "b")], [(4, 2)]),
        ([("A", "B"), ("A", "C")], [(4, 3)]),
        ([("A", "B"), ("C", "A"), ("B", "C")], []),
        ([("A", "X")], [(3, 2), (4, 2)]),
    ],
)
def test_an_address_on_rows_that_are_both_kept_is_not_told(read_rows, today, apart, said):
    deals = [
        {**SOUND, "lead_id": lead_id, "amount": amount, "close_date": dt.date(2026, month, 1), "stage": stage}
        for lead_id, amount, month, stage in (("A", 5000, 7, "Won"), ("B", 900, 9, "Proposal"), ("C", 70, 11, "Lost"))
    ]
    records, _ = read_rows(leads=deals)
    duplicates = separate(find_duplicates(records), apart, {})
    assert not len(duplicates.clusters)
    issues = check(records, today, select=["LB502"], duplicates=duplicates)
    assert [(issue.row, issue.message.split()[1]) for issue in issues] == [(row, str(first)) for row, first in said]


def test_a_shared_lead_id_is_told_at_the_row_to_clear_and_not_again_by_history(read_rows, today):
    other = {**SOUND, "email": "b@x.example", "phone": "", "last_name": "Zuse", "company": "Elk", "lead_id": "A"}
    records, _ = read_rows(leads=[{**SOUND, "lead_id": "A"}, other])
    shared = [Issue("Leads", row, 1, "LB032", Severity.ERROR, "shared") for row in (2, 3)]
    issues = check(records, today, reading=shared)
    assert [(issue.code, issue.row) for issue in issues if issue.code != "LB402"] == [("LB092", 3)]


def test_a_sent_proposal_says_more_than_an_answer(read_rows, today):
    activities = [{"lead_id": "A", "date": today, "type": kind, "direction": "out"} for kind in ("meeting", "proposal")]
    assert told(read_rows, today, leads=[{**SOUND, "lead_id": "A"}], activities=activities) == ["LB406"]


def test_the_team_sets_how_much_discount_is_free(read_rows, today):
    lines = [{"lead_id": "L-1", "product": "GTX Pro", "discount_percent": share} for share in (0.1, 0.15, 0.2)]
    records, _ = read_rows(leads=[SOUND], quote_lines=lines)
    assert [issue.row for issue in check(records, today, select=["LB332"])] == [4]
    options = structs.replace(records.playbook.options, discount_limit=0.05)
    strict = structs.replace(records, playbook=structs.replace(records.playbook, options=options))
    issues = check(strict, today, select=["LB332"])
    assert [issue.row for issue in issues] == [2, 3, 4]
    assert issues[0].message.startswith("A discount of 10 % is above the 5 % ")


@pytest.mark.parametrize(("code", "said"), [("LB101", True), ("LB301", True), ("LB051", False), ("LB320", False)])
def test_only_codes_on_rows_of_leads_are_said_to_be_waivable(code, said):
    assert ("Waive cell" in explain(code).splitlines()[-1]) == said


@pytest.mark.parametrize(
    ("cells", "code", "shown"),
    [
        ({"close_date": "0\n0"}, "LB301", "“0 0”"),
        ({"email": "a\r\nb\x07c"}, "LB101", '"a b c"'),
        ({"email": "x" * 32767}, "LB101", '"' + "x" * 59 + '…"'),
        ({"amount": "9" * 5 + "?" * 500}, "LB201", "“99999" + "?" * 34 + "…”"),
    ],
)
def test_a_message_is_one_short_plain_line_whatever_the_cell_holds(read_rows, today, cells, code, shown):
    records, reading = read_rows(leads=[{**SOUND, **cells}])
    message = next(issue.message for issue in check(records, today, reading=reading) if issue.code == code)
    assert shown in message
    assert message.isprintable()
    assert len(message) < 200
