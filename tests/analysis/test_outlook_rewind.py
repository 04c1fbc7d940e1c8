"""A workbook asked about a day that it has lived beyond: what is taken back, and what nobody knows any more."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from leadbook.analysis.outlook.rewind import rewind

D = dt.date
DAY = D(2026, 6, 30)


def then(make_records, leads, history=(), day=DAY):
    records, said = rewind(make_records(leads, history=history), day)
    return records.leads.frame.set_index("lead_id"), said, records


def changed(day, lead, stage, event="stage", **more):
    return {"changed_at": day, "lead_id": lead, "event": event, "stage": stage} | more


OLD = {"lead_id": "OLD", "stage": "Proposal", "created": D(2026, 1, 5), "amount": 50.0}
LATER = {"lead_id": "NEW", "stage": "Proposal", "created": D(2026, 8, 1)}
WON = {
    "lead_id": "WON", "stage": "Won", "created": D(2026, 3, 1), "close_date": D(2026, 9, 9), "amount": 900.0,
    "lost_reason": "none", "probability_override": 1.0, "owner": "Ben",
}  # fmt: skip


def test_leads_that_begin_later_are_left_out_and_what_ended_later_is_open(make_records):
    found, said, _ = then(make_records, [OLD, LATER, WON])
    assert list(found.index) == ["OLD", "WON"]
    assert found.loc["WON", "stage"] == ""
    assert np.isnan(found.loc["WON", "amount_base"])
    assert np.isnan(found.loc["WON", "probability_override"])
    assert (
        "goes on after 30 Jun 2026: 1 lead that begins later is left out and 1 lead won or lost later is taken" in said
    )
    assert "Not known any more: its stage and amount then; the stage then of 1 more lead" in said


def test_history_gives_the_stage_amount_and_date_of_that_day(make_records):
    history = [
        changed(D(2026, 3, 2), "WON", "Qualification", "created", amount=400.0, close_date=D(2026, 7, 1), owner="Ana"),
        changed(D(2026, 5, 2), "WON", "Proposal", amount=500.0, close_date=D(2026, 8, 1), owner="Ana"),
        changed(D(2026, 9, 9), "WON", "Won", amount=900.0, close_date=D(2026, 9, 9), owner="Ben"),
        changed(D(2026, 2, 1), "OLD", "Assessment", "first seen", amount=40.0),
        changed(D(2026, 7, 1), "OLD", "Proposal", amount=50.0),
    ]
    found, said, records = then(make_records, [OLD, WON], history)
    won = found.loc["WON"]
    assert (won["stage"], won["stage_class"], won["amount_base"], won["owner"]) == ("Proposal", "open", 500.0, "Ana")
    assert won["close_date"].date() == D(2026, 8, 1)
    assert np.isnan(won["probability_override"])
    assert (found.loc["OLD", "stage_name"], found.loc["OLD", "amount"]) == ("Assessment", 40.0)
    assert len(records.history.frame) == 3
    assert "stage and amount" not in said
    assert "today's count" in said


def test_a_lead_that_had_ended_by_its_close_date_stays_ended_though_a_refresh_saw_it_later(make_records):
    won = WON | {"close_date": D(2026, 6, 28)}
    history = [
        changed(D(2026, 5, 2), "WON", "Proposal", "created"), changed(D(2026, 7, 2), "WON", "Won"),
    ]  # fmt: skip
    found, _, _ = then(make_records, [OLD, won], history)
    assert (found.loc["WON", "stage"], found.loc["WON", "amount"]) == ("Won", 900.0)


def test_a_lead_lost_then_and_won_since_was_lost(make_records):
    history = [
        changed(D(2026, 5, 2), "WON", "Lost", "created"), changed(D(2026, 9, 9), "WON", "Won"),
    ]  # fmt: skip
    found, said, _ = then(make_records, [OLD, WON], history)
    assert found.loc["WON", "stage_class"] == "lost"
    assert "taken as open" not in said


CAME = {
    "Created later": ({"created": D(2026, 8, 1)}, (), False),
    "first contacted later, never created": ({"first_contacted": D(2026, 8, 1)}, (), False),
    "no date, and History saw it come later": ({}, (changed(D(2026, 8, 1), "X", "Proposal", "created"),), False),
    "no date, and History had it first later": ({}, (changed(D(2026, 8, 1), "X", "Proposal", "first seen"),), True),
    "Created later, a slip: History had it": (
        {"created": D(2027, 1, 1)}, (changed(D(2026, 6, 1), "X", "Proposal", "created"),), True
    ),
    "Created later, a slip: it was active": ({"created": D(2027, 1, 1), "last_activity": D(2026, 6, 1)}, (), True),
}  # fmt: skip


@pytest.mark.parametrize("what", CAME)
def test_who_was_there(make_records, what):
    dates, history, there = CAME[what]
    found, _, _ = then(make_records, [OLD, LATER, {"lead_id": "X", "stage": "Proposal"} | dates], history)
    assert ("X" in found.index) is there


def test_what_happened_later_is_blank_and_plans_stay(make_records):
    lead = OLD | {"mql_date": D(2026, 8, 8), "last_activity": D(2026, 9, 1), "next_step_date": D(2026, 9, 2)}
    found, _, _ = then(make_records, [lead, LATER])
    assert found.loc["OLD", ["mql_date", "last_activity"]].isna().all()
    assert found.loc["OLD", "next_step_date"].date() == D(2026, 9, 2)


def test_a_workbook_of_that_day_stays_as_it_is_with_a_win_dated_next_week(make_records):
    won = WON | {"close_date": D(2026, 7, 3)}
    found, said, _ = then(make_records, [OLD, won], [changed(DAY, "WON", "Won", "created")])
    assert found.loc["WON", "stage"] == "Won"
    assert said == ""
