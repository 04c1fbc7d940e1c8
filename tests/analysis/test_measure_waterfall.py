from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.measure_waterfall import STEPS, residual, waterfall
from leadbook.analysis.periods import quarter_of

D = dt.date
Q4 = quarter_of(D(2026, 11, 18))
IN, LATER, EARLIER = D(2026, 12, 1), D(2027, 2, 1), D(2026, 9, 30)


def state(leads):
    """Build a state from {id: (class, amount, close date)}."""
    return pd.DataFrame(
        {
            "stage_class": pd.Series([lead[0] for lead in leads.values()], dtype=object),
            "amount": pd.Series([lead[1] for lead in leads.values()], dtype=float),
            "close_date": pd.to_datetime(pd.Series([lead[2] for lead in leads.values()], dtype=object)).astype(
                "datetime64[s]"
            ),
        }
    ).set_axis(pd.Index(list(leads), dtype=object), axis=0)


def steps_of(start, end, period=Q4):
    found = waterfall(state(start), state(end), period)
    assert found["step"].tolist() == list(STEPS)
    return {
        row.step: (row.amount, row.deals)
        for row in found.itertuples()
        if row.deals and row.step not in ("Start", "End")
    }


@pytest.mark.parametrize(
    ("was", "now", "expected"),
    [
        (("open", 100, IN), ("open", 100, IN), {}),
        (("open", 100, IN), ("open", 130, IN), {"Increased": (30, 1)}),
        (("open", 100, IN), ("open", 60, IN), {"Decreased": (-40, 1)}),
        (("open", 100, IN), ("open", 120, LATER), {"Pushed out": (-100, 1)}),
        (("open", 100, IN), ("open", 100, None), {"Pushed out": (-100, 1)}),
        (("open", 100, IN), ("lost", 0, IN), {"Lost": (-100, 1)}),
        (("open", 100, IN), ("won", 100, IN), {"Won": (-100, 1)}),
        # won for more than it stood at: the difference is an increase, Won is what was won
        (("open", 100, IN), ("won", 120, IN), {"Increased": (20, 1), "Won": (-120, 1)}),
        (("open", 100, IN), ("won", 100, LATER), {"Won": (-100, 1)}),
        (("open", 100, IN), ("disqualified", 100, IN), {"Removed": (-100, 1)}),
        (("open", 100, IN), ("nurture", 100, IN), {"Removed": (-100, 1)}),
        (("open", 100, IN), ("", 100, IN), {"Removed": (-100, 1)}),
        (("open", 100, IN), None, {"Removed": (-100, 1)}),
        (None, ("open", 100, IN), {"New": (100, 1)}),
        (None, ("open", 100, LATER), {}),
        (None, ("won", 100, IN), {"New": (100, 1), "Won": (-100, 1)}),
        (None, ("lost", 100, IN), {}),
        (("open", 100, LATER), ("open", 90, IN), {"Pulled in": (90, 1)}),
        (("open", 100, EARLIER), ("open", 100, IN), {"Pulled in": (100, 1)}),
        (("open", 100, None), ("won", 80, IN), {"Pulled in": (80, 1), "Won": (-80, 1)}),
        (("lost", 100, EARLIER), ("open", 70, IN), {"Reopened": (70, 1)}),
        (("nurture", 100, None), ("open", 70, IN), {"Reopened": (70, 1)}),
        (("won", 100, IN), ("won", 100, IN), {}),
        (("won", 100, IN), ("open", 100, IN), {"Reopened": (100, 1)}),
        (("open", None, IN), ("open", 50, IN), {"Increased": (50, 1)}),
    ],
)
def test_each_change_is_one_step(was, now, expected):
    start = {} if was is None else {"a": was}
    end = {} if now is None else {"a": now}
    assert steps_of(start, end) == expected
    assert residual(waterfall(state(start), state(end), Q4)) == 0


def test_without_a_period_the_pipeline_is_every_open_deal():
    start, end = {"a": ("open", 100, LATER)}, {"a": ("open", 100, IN), "b": ("open", 10, None)}
    assert steps_of(start, end, None) == {"New": (10, 1)}


LEAD = st.tuples(
    st.sampled_from(["open", "won", "lost", "disqualified", "nurture", ""]),
    st.one_of(st.none(), st.integers(0, 10**9).map(lambda cents: cents / 100)),
    st.one_of(st.none(), st.dates(D(2026, 7, 1), D(2027, 3, 31))),
)
STATE = st.dictionaries(st.sampled_from([f"L{n}" for n in range(12)]), LEAD)


@settings(deadline=None)
@given(start=STATE, end=STATE, whole=st.booleans())
def test_nothing_is_ever_left_over(start, end, whole):
    was, now = state(start), state(end)
    period = None if whole else Q4
    found = waterfall(was, now, period)
    assert residual(found) == pytest.approx(0, abs=0.01)
    amounts = found.set_index("step")["amount"]

    def worth(frame):
        inside = frame["stage_class"] == "open"
        if period is not None:
            inside &= frame["close_date"].between(pd.Timestamp(Q4.start), pd.Timestamp(D(2026, 12, 31)))
        return frame["amount"][inside].sum()

    assert amounts["Start"] == pytest.approx(worth(was), abs=0.01)
    assert amounts["End"] == pytest.approx(worth(now), abs=0.01)
    shrinking = ["Decreased", "Pushed out", "Won", "Lost", "Removed"]
    assert (amounts[shrinking] <= 0).all()
    assert (np.delete(amounts.to_numpy(), [list(STEPS).index(step) for step in shrinking]) >= 0).all()


def history_row(lead, when, stage, amount, close, *, event="stage"):
    return {
        "lead_id": lead, "changed_at": when, "event": event, "stage": stage, "amount": amount, "close_date": close,
    }  # fmt: skip


def test_the_quarter_under_way_is_told_from_history(make_records, measure_all, today):
    history = [
        history_row("a", D(2026, 9, 1), "Proposal", 100, IN, event="first seen"),
        history_row("b", D(2026, 9, 1), "Proposal", 200, IN, event="first seen"),
        history_row("c", D(2026, 9, 1), "Proposal", 400, IN, event="first seen"),
        history_row("merged", D(2026, 9, 1), "Proposal", 999, IN, event="first seen"),
        history_row("a", D(2026, 10, 20), "Proposal", 150, IN, event="amount"),
    ]
    leads = [
        {"lead_id": "A", "stage": "Proposal", "amount": 150, "close_date": IN},
        {"lead_id": "b", "stage": "Lost", "amount": 200, "close_date": D(2026, 11, 1)},
        {"lead_id": "c", "stage": "Closing", "amount": 400, "close_date": LATER},
        {"lead_id": "d", "stage": "Assessment", "amount": 70, "close_date": IN},
    ]
    measures = measure_all(
        make_records(leads, history=history, archive=[{"lead_id": "merged", "reason": "Merged into a"}]), today
    )
    assert measures.waterfall_period == "Q4 2026"
    assert measures.waterfall is not None
    amounts = dict(zip(measures.waterfall["step"], measures.waterfall["amount"], strict=True))
    assert {step: amount for step, amount in amounts.items() if amount} == {
        "Start": 700.0, "New": 70.0, "Increased": 50.0, "Pushed out": -400.0, "Lost": -200.0, "End": 220.0,
    }  # fmt: skip
    change = next(m for m in measures.headline if m.key == "pipeline_change")
    assert change.value == pytest.approx(220 - 700)


def test_history_that_begins_within_the_quarter_is_not_enough(make_records, measure_all, today):
    history = [history_row("a", D(2026, 11, 3), "Proposal", 100, IN, event="first seen")]
    measures = measure_all(make_records([{"lead_id": "a", "stage": "Proposal"}], history=history), today)
    assert measures.waterfall is None
    assert measures.history_since == D(2026, 11, 3)
    change = next(m for m in measures.headline if m.key == "pipeline_change")
    assert change.why_not == "insufficient history (since 3 Nov 2026)"


def test_a_lead_that_left_the_workbook_before_the_quarter_is_not_in_its_start(make_records, measure_all, today):
    history = [
        history_row("a", D(2026, 8, 1), "Proposal", 100, IN, event="first seen"),
        history_row("b", D(2026, 8, 1), "Proposal", 30, IN, event="first seen"),
        history_row("a", D(2026, 9, 1), "Proposal", 100, IN, event="removed"),
        history_row("b", D(2026, 11, 1), "Proposal", 30, IN, event="removed"),
    ]
    measures = measure_all(make_records([], history=history), today)
    assert measures.waterfall is not None
    amounts = dict(zip(measures.waterfall["step"], measures.waterfall["amount"], strict=True))
    assert (amounts["Start"], amounts["Removed"], amounts["End"]) == (30, -30, 0)
