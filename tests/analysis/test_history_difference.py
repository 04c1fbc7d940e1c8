"""What changed between two days, lead by lead."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from msgspec import structs
from told_history import DAY, later, row

from leadbook.analysis.history_difference import differ, with_present
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand


def told(records, since=DAY, until=None, **more):
    found = differ(records, since, until or later(9), **more)
    assert abs(found.residual) < 0.005
    if not len(found.told):
        return {}
    return {
        kind: [(line["lead_id"], line["amount"]) for line in lines.to_dict("records")]
        for kind, lines in found.told.groupby("kind", sort=False)
    }


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        ({}, {"stage": "Won", "amount": 120.0}, {"won": [("L-1", 120)], "amount up": [("L-1", 20)]}),
        ({}, {"stage": "Lost", "amount": 0.0}, {"lost": [("L-1", 100)]}),
        ({}, {"stage": "Nurture"}, {"parked or disqualified": [("L-1", 100)]}),
        ({}, {"stage": "Closing"}, {"moved forward": [("L-1", 100)]}),
        ({}, {"stage": "Qualification"}, {"moved back": [("L-1", 100)]}),
        ({"stage": "Lost"}, {"stage": "Proposal"}, {"reopened": [("L-1", 100)]}),
        ({}, {"amount": 60.0}, {"amount down": [("L-1", -40)]}),
        ({"amount": None}, {"amount": 60.0}, {"amount up": [("L-1", 60)]}),
        ({}, {"close_date": dt.date(2026, 12, 9)}, {"pushed out": [("L-1", 100)]}),
        ({}, {"close_date": dt.date(2026, 11, 9)}, {"pulled in": [("L-1", 100)]}),
        ({}, {"owner": "Bea"}, {"reassigned": [("L-1", 100)]}),
        ({}, {"owner": " ann"}, {}),
        ({}, {"event": "removed"}, {"removed": [("L-1", 100)]}),
        ({}, {"event": "archived"}, {"removed": [("L-1", 100)]}),
    ],
)
def test_each_kind_of_change_is_told_with_what_it_is_worth(make_records, was, now, expected):
    records = make_records([{"lead_id": "L-1"}], history=[
        row("L-1", 0, "first seen", **was), row("L-1", 5, "stage + amount + close date + owner", **now)
    ] if "event" not in now else [row("L-1", 0, "first seen", **was), row("L-1", 5, **now)])  # fmt: skip
    assert told(records) == expected


def test_new_leads_and_the_largest_first(make_records):
    history = [
        row("L-0", 0, "first seen"),
        row("L-1", 3, "created", amount=5.0),
        row("L-2", 4, "created", amount=50.0),
        row("L-3", 20, "created"),
    ]
    records = make_records([{"lead_id": "L-2", "company": "Acme"}], history=history)
    assert told(records) == {"new": [("L-2", 50), ("L-1", 5)]}
    assert differ(records, DAY, later(9)).told["company"].tolist() == ["Acme", ""]


def test_an_archived_lead_is_told_with_the_company_that_the_archive_keeps(make_records, make_typed):
    history = [
        row("L-1", 0, "first seen"), row("L-2", 0, "first seen"), row("L-3", 0, "first seen"),
        row("L-1", 5, "archived"), row("L-2", 5, "removed"),
    ]  # fmt: skip
    records = make_records([{"lead_id": "L-3", "company": "Yak"}], history=history)
    archive = make_typed("Archive", [{"lead_id": "l-1"}, {"lead_id": "L-1"}, {"lead_id": "L-3"}])
    extra = pd.DataFrame({"Firma": ["Ox", "Ox & Sons", "Elk"]}, index=archive.frame.index)
    records = structs.replace(
        records, archive=structs.replace(archive, extra=extra),
        leads=structs.replace(records.leads, headers={**records.leads.headers, "company": "Firma"}),
    )  # fmt: skip
    found = differ(records, DAY, later(9)).told
    assert dict(zip(found["lead_id"], found["company"], strict=True)) == {"L-1": "Ox & Sons", "L-2": ""}


def test_a_lead_that_moved_and_came_back_did_not_change(make_records):
    history = [row("L-1", 0, "first seen"), row("L-1", 3, "stage", stage="Closing"), row("L-1", 6, "stage")]
    records = make_records([{"lead_id": "L-1"}], history=history)
    assert told(records) == {}
    assert told(records, until=later(4)) == {"moved forward": [("L-1", 100)]}


def test_changes_on_the_first_day_are_part_of_the_start(make_records):
    history = [row("L-1", 0, "first seen"), row("L-1", 3, "amount", amount=70.0)]
    records = make_records([{"lead_id": "L-1"}], history=history)
    assert told(records, since=later(3)) == {}
    assert told(records, since=later(2)) == {"amount down": [("L-1", -30)]}


def test_a_day_before_history_began_cannot_be_compared(make_records):
    records = make_records([{"lead_id": "L-1"}], history=[row("L-1", 0, "first seen")])
    found = differ(records, later(-1), later(5))
    assert (found.why_not, len(found.told), len(found.steps)) == ("insufficient history (since 2 Nov 2026)", 0, 0)
    nothing = differ(make_records([{"lead_id": "L-1"}]), DAY, later(5))
    assert nothing.why_not.startswith("insufficient history (none yet")


def test_an_owner_sees_what_was_or_is_theirs(make_records):
    history = [
        row("L-1", 0, "first seen"), row("L-1", 3, "owner", owner="Bea"),
        row("L-2", 0, "first seen", owner="Cid"), row("L-2", 3, "stage", owner="Cid", stage="Won"),
    ]  # fmt: skip
    records = make_records([{"lead_id": "L-1"}, {"lead_id": "L-2"}], history=history)
    assert told(records, owner="BEA") == told(records, owner="Ann") == {"reassigned": [("L-1", 100)]}
    assert told(records, owner="Cid") == {"won": [("L-2", 100)]}


def test_edits_since_the_last_refresh_count_as_of_today(make_records):
    lead = {"lead_id": "L-1", "stage": "Closing", "amount": 100, "close_date": dt.date(2026, 12, 1), "owner": "Ann"}
    records = make_records([lead, {"lead_id": "L-2", "stage": "Proposal"}], history=[row("L-1", 0, "first seen")])
    today = later(9)
    now = with_present(records, stand(records, score(records, today), today).frame, today)
    assert told(now) == {"new": [("L-2", pytest.approx(float("nan"), nan_ok=True))], "moved forward": [("L-1", 100)]}
