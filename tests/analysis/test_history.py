"""History: what a refresh appends, and what replaying it gives back."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import structs

from leadbook.analysis.history import (
    assign_lead_ids,
    changes,
    history_issues,
    history_since,
    pushes,
    replay,
    visits,
)
from leadbook.analysis.history_rows import ordered
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.model.columns import HISTORY

DAY = dt.date(2026, 11, 18)


def later(days: int) -> dt.date:
    return DAY + dt.timedelta(days=days)


def refresh(make_records, leads, history, day):
    """Append what one refresh adds, as rows of cells."""
    records = make_records(leads, history=history)
    return append(records, stand(records, score(records, day), day).frame, day)


def append(records, standing, day):
    rows = changes(records.history, records.leads, standing, day)
    assert list(rows.columns) == [column.key for column in HISTORY]
    cells = rows.astype(object).where(rows.notna(), None).to_dict("records")
    return [{key: as_cell(value) for key, value in row.items()} for row in cells]


def as_cell(value: object) -> object:
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def lead(number: int = 1, **cells: object) -> dict[str, object]:
    return {"lead_id": f"L-{number}", "stage": "Proposal", "owner": "Ann", "amount": 100} | cells


def test_the_first_refresh_sees_every_lead_once(make_records):
    rows = refresh(make_records, [lead(1, amount=99.996), lead(2, stage="won", close_date=DAY)], [], DAY)
    assert [(row["lead_id"], row["event"], row["stage"], row["source_of_change"]) for row in rows] == [
        ("L-1", "first seen", "Proposal", "refresh"),
        ("L-2", "first seen", "Won", "refresh"),
    ]
    assert rows[0]["amount"] == 100
    assert rows[1]["close_date"].date() == DAY
    assert (rows[1]["forecast_category"], rows[1]["lifecycle"]) == ("Closed", "customer")


@pytest.mark.parametrize(
    ("edit", "event"),
    [
        ({}, None),
        ({"stage": " PROPOSAL"}, None),
        ({"owner": "  ann "}, None),
        ({"amount": 100.004}, None),
        ({"company": "Acme"}, None),
        ({"amount": 100.01}, "amount"),
        ({"amount": None}, "amount"),
        ({"close_date": DAY}, "close date"),
        ({"owner": "Bea"}, "owner"),
        ({"forecast_category": "Commit"}, "category"),
        ({"stage": "Closing"}, "stage + category"),
        ({"stage": "Won", "amount": 90}, "stage + amount + category + lifecycle"),
        ({"stage": "Nowhere"}, "stage + category"),
    ],
)
def test_one_row_names_what_changed(make_records, edit, event):
    history = refresh(make_records, [lead()], [], DAY)
    rows = refresh(make_records, [lead() | edit], history, later(7))
    assert [row["event"] for row in rows] == ([event] if event else [])


def test_leads_come_go_and_return(make_records):
    history = refresh(make_records, [lead(1), lead(2)], [], DAY)
    history += refresh(make_records, [lead(1), lead(3)], history, later(1))
    history += refresh(make_records, [lead(1), lead(3)], history, later(2))
    history += refresh(make_records, [lead(1), lead(2, amount=7), lead(3)], history, later(3))
    history += refresh(make_records, [lead(1), lead(2, amount=7), lead(3)], history, later(4))
    assert [(row["lead_id"], row["event"]) for row in history[2:]] == [
        ("L-3", "created"),
        ("L-2", "removed"),
        ("L-2", "returned + amount"),
    ]
    assert history[3]["amount"] == 100


def test_replay_gives_the_state_of_any_day(make_records, make_typed):
    history = refresh(make_records, [lead(1), lead(2)], [], DAY)
    history += refresh(make_records, [lead(1, stage="Closing", owner="Bea")], history, later(5))
    table = make_typed("History", history)
    assert replay(table, later(-1)).empty
    assert replay(table, later(4))["stage"].to_dict() == {"L-1": "Proposal", "L-2": "Proposal"}
    assert replay(table, later(5))[["stage", "owner"]].to_dict("index") == {"L-1": {"stage": "Closing", "owner": "Bea"}}
    assert replay(table, later(5), include_removed=True).loc["L-2", "event"] == "removed"
    assert history_since(table) == DAY


def test_the_second_refresh_of_a_day_adds_nothing_even_after_a_change(make_records):
    history = refresh(make_records, [lead(1)], [], DAY)
    history += refresh(make_records, [lead(1, amount=5), lead(2)], history, DAY)
    assert [row["event"] for row in history] == ["first seen", "amount", "created"]
    assert refresh(make_records, [lead(1, amount=5), lead(2)], history, DAY) == []


def test_leads_without_an_id_or_sharing_one_are_not_tracked(make_records):
    leads = [lead(1), lead(1), {"lead_id": "", "stage": "Proposal"}, lead(2)]
    assert [row["lead_id"] for row in refresh(make_records, leads, [], DAY)] == ["L-2"]
    known = refresh(make_records, [lead(1), lead(2)], [], DAY)
    # An id that two rows share now is neither changed nor removed.
    assert refresh(make_records, leads, known, later(1)) == []


def test_history_survives_what_hands_do_to_it(make_records, make_typed):
    rows = refresh(make_records, [lead(1), lead(2)], [], DAY)
    rows += refresh(make_records, [lead(1, stage="Closing"), lead(2)], rows, later(3))
    broken = [
        {"lead_id": "L-1", "changed_at": None, "stage": "Won"},
        *reversed(rows),
        {"lead_id": "", "changed_at": DAY, "stage": "Won"},
        *rows,
        {"lead_id": "L-2", "changed_at": later(400), "stage": "Lost", "event": "stage"},
        {"lead_id": None, "changed_at": None},
    ]
    assert refresh(make_records, [lead(1, stage="Closing"), lead(2)], broken, later(3)) == []
    table = make_typed("History", broken)
    records = make_records([lead(1), lead(1), lead(2)])
    found = history_issues(table, records.leads, later(3))
    assert [(issue.code, issue.address) for issue in found] == [
        ("LB030", "History!B6"),
        ("LB030", "History!B11"),
        ("LB030", "History!A2"),
        ("LB031", "History!A10"),
        ("LB033", "History!A:A"),
        # once: the rule LB092 names each cell
        ("LB032", "Leads!A:A"),
    ]
    assert len(visits(table)) == 4


def row(lead_id: str, days: int, stage: str, event: str = "stage", **more: object) -> dict[str, object]:
    return {"lead_id": lead_id, "changed_at": later(days), "stage": stage, "event": event} | more


def test_visits_are_half_open_and_the_first_seen_one_is_censored(make_typed):
    table = make_typed(
        "History",
        [
            row("L-1", 0, "Proposal", "first seen"),
            row("L-2", 2, "Prospecting", "created"),
            row("L-1", 3, "Closing", "stage + amount"),
            row("L-1", 4, "closing", "owner"),
            row("L-1", 9, "Proposal"),
            row("L-2", 9, "Prospecting", "removed"),
            row("L-2", 12, "Prospecting", "returned"),
            row("L-2", 14, "Won"),
        ],
    )
    found = visits(table)
    found["entered"] = [(day.date() - DAY).days for day in found["entered"]]
    found["left"] = [None if pd.isna(day) else (day.date() - DAY).days for day in found["left"]]
    assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == [
        ["L-1", "Proposal", 0, 3, True],
        ["L-1", "Closing", 3, 9, False],
        ["L-1", "Proposal", 9, None, False],
        ["L-2", "Prospecting", 2, 9, False],
        ["L-2", "Prospecting", 12, 14, True],
        ["L-2", "Won", 14, None, False],
    ]


def test_a_merge_taken_back_is_no_pause_in_a_stage(make_typed):
    seen = [row("L-1", 0, "Proposal", "created"), row("L-2", 0, "Proposal", "created")]
    away = [row(lead_id, day, "Proposal", "merged") for lead_id, day in (("L-1", 5), ("L-2", 6), ("L-1", 9))]
    back = [row("L-1", 8, "Proposal", "unmerged"), row("L-1", 12, "Proposal", "unmerged")]
    found = visits(make_typed("History", [*seen, *away, *back, row("L-1", 20, "Won")]))
    found["entered"] = [(day.date() - DAY).days for day in found["entered"]]
    found["left"] = [None if pd.isna(day) else (day.date() - DAY).days for day in found["left"]]
    assert found.astype(object).where(found.notna(), None).to_numpy().tolist() == [
        ["L-1", "Proposal", 0, 20, False],
        ["L-1", "Won", 20, None, False],
        ["L-2", "Proposal", 0, 6, False],
    ]


@pytest.mark.parametrize(
    ("dates", "count"),
    [
        (["2026-08-03"], 0),
        (["2026-08-03", "2026-08-31"], 0),
        (["2026-08-31", "2026-09-01"], 1),
        (["2026-08-31", "2026-10-01", "2026-09-01", "2027-01-15"], 2),
        (["2026-08-31", None, "2026-09-01"], 1),
        ([None, "2026-09-01"], 0),
        ([None, None], 0),
    ],
)
def test_a_push_is_a_move_into_a_later_month(make_typed, dates, count):
    rows = [
        row("L-1", place, "Proposal", "close date", close_date=None if day is None else dt.date.fromisoformat(day))
        for place, day in enumerate(dates)
    ]
    rows.insert(1, row("L-0", 0, "Proposal", close_date=dt.date(2020, 1, 1)))
    assert pushes(make_typed("History", rows)).to_dict() == {"L-1": count, "L-0": 0}


def test_empty_history_knows_nothing(make_typed):
    table = make_typed("History", [])
    assert (visits(table).empty, pushes(table).empty, replay(table, DAY).empty) == (True, True, True)
    assert history_since(table) is None


@pytest.mark.parametrize(
    ("ids", "known", "given"),
    [
        (["", ""], [], {2: "L-0001", 3: "L-0002"}),
        (["L-0007", "", "x"], [], {3: "L-0008"}),
        (["L-7", ""], ["l-0041"], {3: "L-0042"}),
        (["", "00Q5"], ["L-99999"], {2: "L-100000"}),
        (["L-1", "L-2"], [], {}),
        (["L-ab", "XL-9", "L-9b", ""], [], {5: "L-0001"}),
    ],
)
def test_new_ids_go_on_after_the_highest_ever_used(make_typed, ids, known, given):
    leads = make_typed("Leads", [{"lead_id": lead_id} for lead_id in ids])
    history = make_typed("History", [{"lead_id": lead_id} for lead_id in known])
    assert assign_lead_ids(leads, history) == given


edits = st.lists(
    st.dictionaries(
        st.integers(1, 4),
        st.fixed_dictionaries(
            {
                "stage": st.sampled_from(["Prospecting", "Proposal", "Closing", "Won", "Lost", ""]),
                "amount": st.one_of(st.none(), st.floats(0, 1e6)),
                "close_date": st.one_of(st.none(), st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))),
                "owner": st.sampled_from(["", "Ann", "ann ", "Bea"]),
            }
        ),
        max_size=4,
    ),
    min_size=1,
    max_size=3,
)


@pytest.mark.slow
@settings(max_examples=15, deadline=None)
@given(edits)
def test_replay_is_the_last_state_and_a_second_run_appends_nothing(make_records, make_typed, workbooks):
    history: list[dict[str, object]] = []
    for place, leads in enumerate(workbooks):
        rows = [lead(number) | cells for number, cells in leads.items()]
        records = make_records(rows, history=history)
        standing = pd.DataFrame({"category": "Pipeline", "lifecycle": "lead"}, index=records.leads.frame.index)
        history += append(records, standing, later(place))
        assert append(make_records(rows, history=history), standing, later(place)) == []
        state = replay(make_typed("History", history), later(place))
        assert set(state.index) == {f"L-{number}" for number in leads}
        for number, cells in leads.items():
            found = state.loc[f"L-{number}"]
            assert found["stage"] == cells["stage"]
            assert found["owner"].casefold() == cells["owner"].strip().casefold()
            assert np.isclose(
                found["amount"], np.nan if cells["amount"] is None else cells["amount"], atol=0.0051, equal_nan=True
            )
            assert (None if pd.isna(found["close_date"]) else found["close_date"].date()) == cells["close_date"]


def test_history_is_put_in_order_once_for_each_table(make_typed):
    table = make_typed("History", [row("a", 3, "Closing"), row("a", 1, "Proposal"), row("b", 2, "Won")])
    whole = ordered(table)
    assert ordered(table, later(3)) is whole
    assert ordered(table, later(2))["stage"].tolist() == ["Proposal", "Won"]
    fewer = structs.replace(table, frame=table.frame.iloc[:1])
    assert ordered(fewer)["stage"].tolist() == ["Closing"]
