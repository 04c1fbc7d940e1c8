"""History after hands, clocks and other machines have been at it: met with an issue, never lost without a word."""

from __future__ import annotations

import datetime as dt
import random

import numpy as np
import pandas as pd
import pytest
from msgspec import structs
from told_history import DAY, later, row

from leadbook.analysis.history import changes, history_issues, pushes, replay, visits
from leadbook.analysis.history_gaps import gap_issues
from leadbook.model.columns import HISTORY
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.history_codes import HISTORY_CODES
from leadbook.model.leads import type_table
from leadbook.model.tables import RawTable
from leadbook.rules.checking import explain


def codes_of(make_records, history, today=None, leads=()):
    records = make_records(list(leads), history=history)
    found = history_issues(records.history, records.leads, today or later(60))
    return [(issue.code, issue.address) for issue in found], found


def refreshed(make_records, leads, history, day, **more):
    records = make_records(leads, history=history, **more)
    standing = pd.DataFrame({"category": "Pipeline", "lifecycle": "lead"}, index=records.leads.frame.index)
    rows = changes(records.history, records.leads, standing, day, playbook=DEFAULT_PLAYBOOK, archive=records.archive)
    return list(zip(rows["lead_id"], rows["event"], strict=True))


SEEN = {"lead_id": "L-1", "stage": "Proposal", "amount": 100, "close_date": dt.date(2026, 12, 1), "owner": "Ann"}


def test_a_blank_that_the_event_does_not_name_is_taken_from_the_row_before(make_records, make_typed):
    history = [
        row("L-1", 0, "first seen"),
        row("L-1", 3, "amount", amount=150.0, stage="", owner="", close_date=None),
        row("L-1", 5, "stage", stage="Closing", amount=None),
        row("L-1", 9, "owner", owner=None, amount=150.0, stage="Closing"),
    ]
    state = replay(make_typed("History", history), later(9)).loc["L-1"]
    assert (state["stage"], state["amount"], state["close_date"].date()) == ("Closing", 150, dt.date(2026, 12, 1))
    assert state["owner"] == ""  # the Event names it, so it is meant
    found, _ = codes_of(make_records, history)
    assert found == [("LB034", "History!C3"), ("LB034", "History!C4")]


def test_a_row_without_its_event_still_counts_for_what_is_left_of_it(make_records, make_typed):
    history = [row("L-1", 0, "first seen"), row("L-1", 3, "", stage="Closing", amount=None)]
    state = replay(make_typed("History", history), later(3)).loc["L-1"]
    assert (state["stage"], state["amount"]) == ("Closing", 100)
    found, _ = codes_of(make_records, history)
    assert [code for code, _ in found] == ["LB034", "LB035"]


def test_a_deleted_row_shows_in_the_row_after_it(make_records):
    history = [
        row("L-1", 0, "first seen"),
        row("L-1", 3, "stage", stage="Closing", amount=180.0, owner="ANN "),
        row("L-2", 3, "first seen", amount=7.0),
        row("L-2", 4, "removed", amount=7.0),
        row("L-2", 9, "returned + amount", amount=8.0),
    ]
    found, issues = codes_of(make_records, history)
    assert found == [("LB035", "History!C3")]
    assert issues[0].message.startswith("Amount differs from the row before")


def test_many_faults_of_one_kind_are_told_once(make_records):
    history = [row("L-1", 400, "stage") for _ in range(25)]
    found, issues = codes_of(make_records, history, later(0))
    assert found == [("LB031", "History!A:A")]
    assert issues[0].message.startswith("25 rows of History are dated after")
    assert issues[0].rows.tolist() == list(range(2, 27))


def test_sorting_or_a_clock_set_back_is_told_and_changes_nothing_replayed(make_records, make_typed):
    history = [row("L-1", 0, "first seen"), row("L-1", 3, "stage", stage="Closing"), row("L-2", 3, "created")]
    assert codes_of(make_records, history)[0] == []
    turned = history[::-1]
    assert codes_of(make_records, turned)[0] == [("LB033", "History!A:A")]
    one, other = (replay(make_typed("History", rows), later(3)) for rows in (history, turned))
    pd.testing.assert_frame_equal(one.sort_index(), other.sort_index(), check_like=True)


def test_rows_of_an_import_may_stand_anywhere(make_records):
    history = [row("L-1", 9, "first seen"), row("L-1", 0, "created", source_of_change="import deals.csv")]
    assert codes_of(make_records, history)[0] == []


def test_one_far_future_date_does_not_make_every_later_row_early(make_records):
    history = [row("L-1", 0, "first seen"), row("L-2", 4000, "created"), row("L-3", 5, "created")]
    assert codes_of(make_records, history)[0] == [("LB031", "History!A3")]


@pytest.mark.parametrize(
    ("before", "now", "event"),
    [
        ("Lost", "Proposal", "reopened + stage"),
        ("Won", "Closing", "reopened + stage"),
        ("Nurture", "Qualification", "reopened + stage"),
        ("Closing", "Proposal", "stage"),
        ("Lost", "Nurture", "stage"),
        ("Proposal", "Lost", "stage"),
    ],
)
def test_a_deal_that_comes_back_is_reopened(make_records, before, now, event):
    history = [row("L-1", 0, "first seen", stage=before)]
    assert refreshed(make_records, [SEEN | {"stage": now}], history, later(5)) == [("L-1", event)]


def test_a_lead_in_the_archive_was_archived_and_one_that_is_nowhere_removed(make_records):
    history = [row("L-1", 0, "first seen"), row("L-2", 0, "first seen"), row("L-3", 0, "first seen")]
    archive = [{"lead_id": "l-2", "archived_at": DAY, "reason": "No answer for 90 days"}]
    events = refreshed(make_records, [SEEN], history, later(5), archive=archive)
    assert events == [("L-2", "archived"), ("L-3", "removed")]


def test_an_archived_lead_is_gone_and_may_return(make_records, make_typed):
    history = [row("L-1", 0, "first seen"), row("L-1", 3, "archived")]
    assert replay(make_typed("History", history), later(3)).empty
    assert refreshed(make_records, [SEEN], history, later(5)) == [("L-1", "returned")]


def test_an_id_given_to_another_lead_is_two_leads(make_records, make_typed):
    history = [row("L-1", 0, "first seen", stage="Closing"), row("L-1", 10, "removed", stage="Closing")]
    new = SEEN | {"created": later(12)}
    assert codes_of(make_records, history, later(20), [new])[0] == [("LB036", "Leads!A2")]
    assert refreshed(make_records, [new], history, later(20)) == [("L-1", "created")]
    # Without a Created date that tells, it is the same lead come back.
    assert refreshed(make_records, [SEEN], history, later(20)) == [("L-1", "returned + stage")]
    history += [row("L-1", 20, "created"), row("L-1", 30, "close date", close_date=dt.date(2027, 1, 5))]
    table = make_typed("History", history)
    assert replay(table, later(5)).index.tolist() == ["L-1 (until 12 Nov 2026)"]
    assert replay(table, later(25))["stage"].to_dict() == {"L-1": "Proposal"}
    assert visits(table)["lead_id"].tolist() == ["L-1 (until 12 Nov 2026)", "L-1"]
    assert pushes(table).to_dict() == {"L-1 (until 12 Nov 2026)": 0, "L-1": 1}
    codes, issues = codes_of(make_records, history, later(40), [new])
    assert codes == [("LB036", "Leads!A2")]
    assert "L-1 (until 12 Nov 2026)" in issues[0].message
    assert refreshed(make_records, [new | {"close_date": dt.date(2027, 1, 5)}], history, later(40)) == []


def test_a_row_overtyped_with_a_newer_lead_is_told(make_records):
    history = [row("L-1", 0, "first seen")]
    assert codes_of(make_records, history, later(20), [SEEN | {"created": later(9)}])[0] == [("LB036", "Leads!A2")]
    assert codes_of(make_records, history, later(20), [SEEN | {"created": later(-9)}])[0] == []
    imported = [row("L-1", 0, "first seen", source_of_change="import deals.csv")]
    assert codes_of(make_records, imported, later(20), [SEEN | {"created": later(9)}])[0] == []


def test_a_whole_column_of_late_created_dates_is_told_once(make_records):
    history = [row(f"L-{number}", 0, "first seen") for number in range(30)]
    leads = [SEEN | {"lead_id": f"L-{number}", "created": later(9)} for number in range(30)]
    found, issues = codes_of(make_records, history, later(20), leads)
    assert found == [("LB036", "Leads!A:A")]
    assert (issues[0].message[:8], len(issues[0].rows)) == ("30 leads", 30)


def test_dates_typed_as_text_are_read_and_unreadable_cells_told(make_records):
    keys = [column.key for column in HISTORY]
    rows = [
        row("L-1", 0, "first seen"),
        row("L-1", 0, "stage + amount", changed_at="5 Nov 2026", stage="Closing", amount="lots"),
        row("L-1", 0, "stage", changed_at="last week", stage="Won"),
    ]
    raw = RawTable(
        "History", "History", [column.header for column in HISTORY], 1, 1, np.array([2, 3, 4]),
        [[cells[key] for cells in rows] for key in keys], 4,
    )  # fmt: skip
    table, faults = type_table(raw, "History", DEFAULT_PLAYBOOK)
    assert replay(table, later(9)).loc["L-1", "stage"] == "Closing"
    assert sorted(issue.address for issue in faults) == ["History!A4", "History!E3"]
    found = history_issues(table, make_records([]).leads, later(9))
    assert [(issue.code, issue.address) for issue in found] == [("LB030", "History!A4")]


def test_a_table_that_lost_its_column_of_events_is_still_read(make_typed):
    table = make_typed("History", [row("L-1", 0, "first seen"), row("L-1", 3, "stage", stage="Closing")])
    bare = structs.replace(table, frame=table.frame.assign(event=pd.Series("", table.frame.index, dtype="str")))
    assert replay(bare, later(3))["stage"].to_dict() == {"L-1": "Closing"}


@pytest.mark.parametrize("code", sorted(HISTORY_CODES))
def test_every_code_of_history_is_explained(code):
    text = " ".join(explain(code).split())
    assert code in text
    assert HISTORY_CODES[code].best_practice in text


DAY_OF_CHANGES = [
    row("L-1", 0, "first seen", stage="Qualification"),
    row("L-1", 3, "stage", stage="Proposal"),
    row("L-1", 3, "amount", amount=150.0),
    row("L-1", 3, "stage + owner", amount=150.0, stage="Closing", owner="Bo"),
    row("L-1", 3, "stage", amount=150.0, stage="Objections", owner="Bo"),
    row("L-1", 8, "amount", amount=90.0, stage="Objections", owner="Bo"),
    row("L-2", 3, "created", stage="Qualification"),
    row("L-2", 3, "removed", stage="Qualification"),
    row("L-3", 3, "first seen", stage="Nurture"),
    row("L-3", 3, "reopened + stage"),
    row("L-3", 3, "removed"),
    row("L-3", 3, "returned"),
    row("L-4", 0, "first seen"),
    row("L-4", 3, "removed"),
    row("L-4", 3, "created"),
]


@pytest.mark.parametrize("seed", range(6))
def test_changes_of_one_day_keep_their_order_however_the_table_was_sorted(make_records, make_typed, seed):
    shuffled = list(DAY_OF_CHANGES)
    random.Random(seed).shuffle(shuffled)  # noqa: S311 - chance for an order needs no cryptography
    by_date = sorted(shuffled, key=lambda cells: cells["changed_at"])
    for rows in (shuffled, DAY_OF_CHANGES[::-1], by_date):
        table = make_typed("History", rows)
        state = replay(table, later(9))
        assert state["stage"].to_dict() == {"L-1": "Objections", "L-3": "Proposal", "L-4": "Proposal"}
        stays = visits(table)
        assert stays["stage"][stays["lead_id"] == "L-1"].tolist() == [
            "Qualification", "Proposal", "Closing", "Objections",
        ]  # fmt: skip
        assert "LB035" not in dict(codes_of(make_records, rows)[0])


def test_changes_of_one_day_that_nobody_can_tell_apart_stay_as_they_stand(make_typed):
    there = row("L-1", 3, "stage", stage="Closing")
    back = row("L-1", 3, "stage", stage="Proposal")
    # Both orders begin and end with a change; the one that follows from the day before is the right one.
    for of_day in ([there, back], [back, there]):
        rows = [row("L-1", 0, "first seen"), *of_day]
        assert replay(make_typed("History", rows), later(3))["stage"].to_dict() == {"L-1": "Proposal"}
    # So does the day after them.
    for of_day in ([there, back], [back, there]):
        rows = [*of_day, row("L-1", 5, "amount", stage="Closing", amount=1.0)]
        assert replay(make_typed("History", rows), later(3))["stage"].to_dict() == {"L-1": "Closing"}
    # Without a day before them nothing tells which came first.
    assert replay(make_typed("History", [there, back]), later(3))["stage"].to_dict() == {"L-1": "Proposal"}
    assert replay(make_typed("History", [back, there]), later(3))["stage"].to_dict() == {"L-1": "Closing"}


def gaps_of(make_records, history, day, leads=(), **more):
    return gap_issues(make_records(list(leads), history=history, **more), day)


def test_a_lead_deleted_from_the_list_is_told_for_a_month(make_records):
    history = [row("L-1", 0, "first seen"), row("L-2", 0, "first seen", stage="Won"), row("L-3", 0, "first seen")]
    archive = [{"lead_id": "l-3", "archived_at": DAY, "reason": "No answer"}]
    [told] = gaps_of(make_records, history, later(5), [SEEN], archive=archive)
    assert (told.code, told.address, told.lead_id) == ("LB037", "History!B3", "L-2")
    assert told.message.startswith("L-2 stands neither in Leads nor in the Archive any more; it was Won, 100, last")
    history.append(row("L-2", 5, "removed", stage="Won"))
    assert [one.address for one in gaps_of(make_records, history, later(34), [SEEN], archive=archive)] == ["History!B5"]
    assert gaps_of(make_records, history, later(35), [SEEN], archive=archive) == []
    merged = [*history[:2], row("L-2", 5, "merged", stage="Won")]
    assert gaps_of(make_records, merged, later(6), [SEEN]) == []


def test_a_list_that_lost_many_leads_is_told_once(make_records):
    history = [row(f"L-{number}", 0, "first seen") for number in range(30)]
    [told] = gaps_of(make_records, history, later(5), [SEEN])
    assert (told.address, len(told.rows)) == ("History!B:B", 29)
    assert told.message.startswith("29 leads that History knows")


def test_a_history_that_lost_its_rows_is_told(make_records):
    leads = [SEEN | {"lead_id": f"L-{number}", "created": later(-9)} for number in range(30)]
    history = [row(lead["lead_id"], 0, "first seen") for lead in leads]
    assert gaps_of(make_records, history, later(5), leads) == []
    assert gaps_of(make_records, history[:11], later(5), leads) == []
    [told] = gaps_of(make_records, history[:9], later(5), leads)
    assert (told.code, told.message[:29]) == ("LB038", "21 leads created before the l")
    assert gaps_of(make_records, [], later(5), leads) == []
    new = [lead | {"created": later(3)} for lead in leads]
    assert gaps_of(make_records, history[:1], later(5), new) == []


def test_a_refresh_with_an_earlier_date_makes_no_lead_another(make_records):
    history = [row("L-1", 9, "created"), row("L-1", 0, "created")]
    found = codes_of(make_records, history, later(20), [SEEN | {"created": later(8)}])[0]
    assert [code for code, _ in found] == ["LB033"]
