"""A row just typed that looks like a lead which was there: told once, on the new row, with the way to the other."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from msgspec import structs

from leadbook.analysis.duplicates import find_duplicates
from leadbook.model.leads import type_table
from leadbook.rules.checking import check
from leadbook.rules.on_entry import just_typed
from tests.rules.conftest import raw_table

ANNA = {"company": "Acme GmbH", "first_name": "Anna", "last_name": "Schmidt", "phone": "+49 30 1234567"}
AGAIN = {"company": "ACME", "first_name": "A.", "last_name": "Schmidt", "phone": "030/1234567"}
OTHER = {"company": "Tidal", "first_name": "Ben", "last_name": "Okafor", "phone": "+49 40 7654321"}


@pytest.fixture
def known(read_rows):
    """Records whose History knows some Lead IDs."""

    def make(leads, ids):
        records, _ = read_rows(leads=leads)
        rows = [{"changed_at": dt.date(2026, 1, 1), "lead_id": lead_id, "event": "first seen"} for lead_id in ids]
        history, _ = type_table(raw_table("History", rows), "History", records.playbook)
        return structs.replace(records, history=history)

    return make


def duplicates_told(records, today):
    found = check(records, today, select=["LB5"], duplicates=find_duplicates(records))
    return [(issue.code, issue.row, issue.see) for issue in found], [issue.message for issue in found]


def test_the_new_row_is_told_which_lead_it_looks_like_how_likely_and_where(known, today):
    records = known([{**ANNA, "lead_id": "L-0042"}, OTHER, {**AGAIN, "lead_id": "X1"}], ["L-0042", "L-2"])
    told, messages = duplicates_told(records, today)
    assert told == [("LB503", 4, "Leads!B2")]
    found = re.search(r"looks like L-0042 \((0\.\d\d)\) in row 2", messages[0])
    assert found
    pairs = find_duplicates(records).pairs
    assert float(found[1]) == pytest.approx(pairs["probability"].iloc[0], abs=0.011)


def test_a_new_row_that_is_fuller_than_the_old_one_is_still_the_one_told(known, today):
    fuller = {**AGAIN, "lead_id": "X1", "email": "anna@acme.example", "city": "Berlin", "industry": "Steel"}
    told, _ = duplicates_told(known([{**ANNA, "lead_id": "L-1"}, OTHER, fuller], ["L-1", "L-2"]), today)
    assert told == [("LB503", 4, "Leads!B2")]


def test_leads_that_history_knows_are_told_by_the_duplicates_rule(known, today):
    told, _ = duplicates_told(known([ANNA, OTHER, AGAIN], ["L-1", "L-2", "L-3"]), today)
    assert [code for code, *_ in told] == ["LB501"]


def test_of_two_new_rows_alike_the_lower_one_is_told(known, today):
    old = [{**OTHER, "lead_id": "L-1"}]
    told, _ = duplicates_told(known([*old, {**ANNA, "lead_id": ""}, {**AGAIN, "lead_id": ""}], ["L-1"]), today)
    assert told == [("LB503", 4, "Leads!B3")]


def test_old_duplicates_are_told_beside_a_third_row_that_is_new(known, today):
    records = known([{**ANNA, "lead_id": "L-1"}, {**AGAIN, "lead_id": "L-2"}, {**ANNA, "lead_id": ""}], ["L-1", "L-2"])
    told, _ = duplicates_told(records, today)
    assert [(code, row) for code, row, _ in told] == [("LB501", 3), ("LB503", 4)]


@pytest.mark.parametrize(
    ("ids", "history", "new"),
    [
        (["L-1", "L-2", ""], ["L-1", "L-2"], [False, False, True]),
        (["L-1", "l-2 ", "L-9"], ["L-1", "L-2"], [False, False, True]),
        (["L-1", "L-2", ""], [], [False, False, True]),
        (["", "", ""], [], [False, False, False]),
        (["A", "B", "C"], [], [False, False, False]),
        (["A", "B", "C"], ["L-1"], [False, False, False]),  # nothing that is there now was there before
        (["", "", "L-1"], ["L-1"], [True, True, False]),
    ],
)
def test_what_counts_as_just_typed(known, today, ids, history, new):
    records = known([{"lead_id": lead_id, "company": "Acme"} for lead_id in ids], history)
    assert just_typed(records, today).tolist() == new
