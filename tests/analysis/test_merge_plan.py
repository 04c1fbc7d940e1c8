"""What the kept lead gets from the others, and what stays its own."""

from __future__ import annotations

import datetime as dt

import pytest

from leadbook.analysis.decisions import Wanted
from leadbook.analysis.merge_plan import MergePlan, plan_merge

DAY = dt.date(2026, 5, 1)


@pytest.fixture
def merged(make_records):
    """Merge the second and further leads into the first; return what changes, by header."""

    def run(*leads, formulas=(), activities=()):
        rows = [{"lead_id": f"L-{number}", **lead} for number, lead in enumerate(leads, 1)]
        records = make_records(leads=rows, activities=list(activities))
        wanted = Wanted("L-1", tuple(row["lead_id"] for row in rows[1:]))
        plan = plan_merge(records, wanted, lambda row, header: (row, header) in formulas)
        assert isinstance(plan, MergePlan), plan
        return {change.header: (change.new, change.source) for change in plan.fields}, [one for _, one in plan.others]

    return run


@pytest.mark.parametrize(
    ("kept", "other", "changes"),
    [
        pytest.param({"phone": None}, {"phone": "1"}, {"Phone": "1"}, id="a blank cell is filled"),
        pytest.param({"phone": "2"}, {"phone": "1"}, {}, id="a filled one is not overwritten"),
        pytest.param({"phone": None, "notes": "mine"}, {"phone": None, "notes": "theirs"}, {}, id="notes stay"),
        pytest.param({"notes": None}, {"notes": "theirs"}, {"Notes": "theirs"}, id="blank notes are filled"),
        pytest.param({"budget": 2, "need": None}, {"budget": 1, "need": 3}, {"Need": 3}, id="an open BANT answer"),
        pytest.param(
            {"first_name": "Anna", "last_name": None},
            {"first_name": "Bob", "last_name": "Smith"},
            {},
            id="no mixed name",
        ),
        pytest.param(
            {"first_name": "Anna", "last_name": None},
            {"first_name": "anna", "last_name": "Smith"},
            {"Last Name": "Smith"},
            id="the same person's name",
        ),
        pytest.param(
            {"city": "Berlin", "country": None}, {"city": "Paris", "country": "France"}, {}, id="no mixed address"
        ),
        pytest.param(
            {"city": "Berlin", "country": None},
            {"city": None, "country": "Germany"},
            {"Country": "Germany"},
            id="the rest of an address",
        ),
        pytest.param(
            {"amount": 100.0, "currency": None},
            {"amount": 90.0, "currency": "USD"},
            {},
            id="an amount keeps the base currency",
        ),
        pytest.param(
            {"amount": None, "currency": None},
            {"amount": 90.0, "currency": "USD"},
            {"Amount": 90.0, "Currency": "USD"},
            id="an amount comes with its currency",
        ),
        pytest.param({"waive": None}, {"waive": "LB201"}, {}, id="a waiver is about its own row"),
        pytest.param(
            {"stage": "Proposal", "forecast_category": None},
            {"stage": "Prospecting", "forecast_category": "Commit"},
            {},
            id="a call on another stage",
        ),
        pytest.param(
            {"stage": "Proposal", "forecast_category": None},
            {"stage": "Proposal", "forecast_category": "Commit"},
            {"Forecast Category": "Commit"},
            id="a call on this stage",
        ),
        pytest.param(
            {"created": DAY},
            {"created": dt.date(2026, 1, 2)},
            {"Created": dt.date(2026, 1, 2)},
            id="the earliest creation",
        ),
        pytest.param({"created": DAY}, {"created": dt.date(2026, 6, 2)}, {}, id="its own creation was earlier"),
        pytest.param(
            {"last_activity": DAY},
            {"last_activity": dt.date(2026, 6, 2)},
            {"Last Activity": dt.date(2026, 6, 2)},
            id="the latest activity",
        ),
        pytest.param({"sql_date": None}, {"sql_date": DAY}, {"SQL Date": DAY}, id="a date it did not have"),
    ],
)
def test_one_lead_goes_into_another(merged, kept, other, changes):
    found, _ = merged(kept, other)
    assert {header: new for header, (new, _) in found.items()} == changes


def test_of_several_the_most_recently_active_fills(merged):
    found, order = merged(
        {"phone": None},
        {"phone": "old", "last_activity": DAY},
        {"phone": "new", "last_activity": dt.date(2026, 9, 1)},
        {"phone": "told", "last_activity": None},
        activities=[{"lead_id": "L-4", "date": dt.date(2026, 10, 1), "type": "call"}],
    )
    assert order == ["L-4", "L-3", "L-2"]
    assert found["Phone"] == ("told", "L-4")


def test_a_formula_is_never_overwritten(merged):
    found, _ = merged({"phone": None}, {"phone": "1"}, formulas={(2, "Phone")})
    assert found == {}


def test_leads_that_cannot_be_told_apart_are_left_alone(make_records):
    records = make_records(leads=[{"lead_id": "L-1"}, {"lead_id": "L-2"}, {"lead_id": "l-2 "}])
    said = plan_merge(records, Wanted("L-1", ("L-2",)), lambda *_: False)
    assert said == "L-2 stands on 2 rows (3, 4); give each lead an id of its own, then merge."
