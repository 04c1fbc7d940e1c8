from __future__ import annotations

import datetime as dt

import pytest

D = dt.date
TODAY = D(2026, 11, 18)
FIRST = D(2026, 10, 1)


def row(lead, when, stage="Proposal", amount=100.0, close=None, *, event="stage"):
    return {
        "lead_id": lead, "changed_at": when, "event": event, "stage": stage, "amount": amount, "close_date": close,
    }  # fmt: skip


def lead(lead_id, stage="Proposal", amount=100.0, close=None, **more):
    return {"lead_id": lead_id, "stage": stage, "amount": amount, "close_date": close} | more


def by_key(make_records, measure_all, leads, history, **more):
    made = make_records(leads, history=history, **more)
    return {measure.key: measure for measure in measure_all(made, TODAY).headline}


NOV, DEC, FEB = D(2026, 11, 28), D(2026, 12, 15), D(2027, 2, 1)


def test_slippage_is_what_was_due_and_is_now_due_later(make_records, measure_all):
    history = [
        row("a", FIRST, amount=100, close=NOV, event="first seen"),
        row("b", FIRST, amount=300, close=NOV, event="first seen"),
        row("c", FIRST, amount=200, close=NOV, event="first seen"),
        row("d", FIRST, amount=400, close=DEC, event="first seen"),
        row("e", FIRST, "Won", amount=999, close=NOV, event="first seen"),
        row("f", FIRST, amount=None, close=NOV, event="first seen"),
        row("g", D(2026, 11, 10), amount=5000, close=NOV, event="created"),
    ]
    leads = [
        lead("a", close=DEC), lead("b", "Won", 300, NOV), lead("c", close=None), lead("d", close=FEB),
        lead("e", "Won", 999, NOV), lead("f", close=DEC), lead("g", close=DEC, amount=5000),
    ]  # fmt: skip
    found = by_key(make_records, measure_all, leads, history)
    # November: 600 was due on the 1st, 100 of it is due later; without an amount f is left out
    month = found["slippage_month"]
    assert month.value == pytest.approx(100 / 600)
    assert (month.n, month.left_out) == (3, 1)
    assert month.name == "Slippage, Nov 2026"
    # the quarter: 1,000 was due on 1 October; only d left it
    assert found["slippage_quarter"].value == pytest.approx(400 / 1000)


@pytest.mark.parametrize(
    ("first", "month", "quarter"),
    [
        (D(2026, 10, 1), "", ""),
        (D(2026, 10, 2), "", "insufficient history (since 2 Oct 2026)"),
        (D(2026, 11, 1), "", "insufficient history (since 1 Nov 2026)"),
        (D(2026, 11, 3), "insufficient history (since 3 Nov 2026)", "insufficient history (since 3 Nov 2026)"),
        (
            None,
            "insufficient history (none yet: it starts with the first refresh)",
            "insufficient history (none yet: it starts with the first refresh)",
        ),
    ],
)
def test_slippage_needs_the_first_day_of_its_period(make_records, measure_all, first, month, quarter):
    history = [] if first is None else [row("a", first, close=NOV, event="first seen")]
    found = by_key(make_records, measure_all, [lead("a", close=NOV)], history)
    assert found["slippage_month"].why_not == month
    assert found["slippage_quarter"].why_not == quarter


def test_nothing_due_is_no_slippage_rather_than_zero(make_records, measure_all):
    history = [row("a", FIRST, close=FEB, event="first seen")]
    found = by_key(make_records, measure_all, [lead("a", close=FEB)], history)["slippage_month"]
    assert found.value is None
    assert found.why_not == "no value was due in Nov 2026 at its start"


def test_three_pushes_are_counted(make_records, measure_all):
    closes = (D(2026, 10, 5), D(2026, 10, 30), D(2026, 11, 5), D(2026, 12, 5))
    history = [row("a", D(2026, 10, 1 + n), close=close, event="close date") for n, close in enumerate(closes)]
    history.append(row("b", D(2026, 10, 1), close=D(2026, 11, 1), event="first seen"))
    leads = [lead("a", close=D(2027, 1, 5)), lead("b", close=D(2026, 12, 1))]
    found = by_key(make_records, measure_all, leads, history)["pushed_deals"]
    # a moved to November, December and now January; b once
    assert (found.value, found.n) == (1.0, 2)
    assert found.note == "2 open deals were pushed at least once since 1 Oct 2026."


def test_forecast_quality_compares_the_frozen_forecast_with_what_was_won(make_records, measure_all):
    history = [
        # October: 1,000 x 0.5 + 500 x 0.9 = 950; the deal due in November is not in it
        row("a", D(2026, 9, 1), "Proposal", 1000, D(2026, 10, 20), event="first seen"),
        row("b", D(2026, 9, 1), "Closing", 500, D(2026, 10, 31), event="first seen"),
        row("c", D(2026, 9, 1), "Closing", 700, D(2026, 11, 1), event="first seen"),
        row("a", D(2026, 10, 15), "Closing", 1200, D(2026, 10, 20)),
    ]
    leads = [
        lead("a", "Won", 1000, D(2026, 10, 20)),
        lead("b", "Lost", 500, D(2026, 10, 31)),
        lead("c", "Closing", 700, D(2026, 12, 1)),
    ]
    found = by_key(make_records, measure_all, leads, history)
    assert found["forecast_accuracy"].value == pytest.approx(1 - 50 / 1000)
    assert found["forecast_bias"].value == pytest.approx(-50 / 1000)
    # September: a, b and c were seen on the 1st, none due in it, nothing won in it
    assert found["forecast_wape"].value == pytest.approx(50 / 1000)
    assert found["forecast_wape"].n == 2


def test_accuracy_is_never_below_zero_and_blank_when_nothing_was_won(make_records, measure_all):
    history = [row("a", D(2026, 10, 1), "Closing", 10_000, D(2026, 10, 20), event="first seen")]
    rosy = by_key(make_records, measure_all, [lead("a", "Won", 1000, D(2026, 10, 20))], history)
    # 9,000 forecast, 1,000 won
    assert rosy["forecast_accuracy"].value == 0.0
    assert rosy["forecast_bias"].value == pytest.approx(8.0)
    nothing = by_key(make_records, measure_all, [lead("a", "Lost", 1000, D(2026, 10, 20))], history)
    for key in ("forecast_accuracy", "forecast_bias"):
        assert nothing[key].value is None
        assert nothing[key].why_not == "nothing was won in Oct 2026"
    assert nothing["forecast_wape"].value is None


def test_forecast_quality_needs_a_finished_month(make_records, measure_all):
    found = by_key(make_records, measure_all, [lead("a")], [row("a", D(2026, 10, 2), event="first seen")])
    assert found["forecast_accuracy"].value is None
    assert found["forecast_accuracy"].why_not == "insufficient history (since 2 Oct 2026)"


def back(days):
    return TODAY - dt.timedelta(days=days)


@pytest.mark.parametrize(
    ("history", "value", "n"),
    [
        # back after exactly 180 days counts, after 181 does not
        ([row("a", back(300), "Lost", event="created"), row("a", back(120))], 1.0, 1),
        ([row("a", back(300), "Lost", event="created"), row("a", back(119))], 0.0, 1),
        # begun 180 days ago: its window is over; 179 days ago: not
        ([row("a", back(180), "Nurture", event="created")], 0.0, 1),
        ([row("a", back(179), "Nurture", event="created")], None, 0),
        # nurture then lost is one spell, and it began with the first
        ([row("a", back(300), "Nurture", event="created"), row("a", back(290), "Lost"), row("a", back(200))], 1.0, 1),
        # two spells of one lead
        (
            [
                row("a", back(400), "Lost", event="created"),
                row("a", back(390)),
                row("a", back(300), "Nurture"),
                row("a", back(50)),
            ],
            0.5,
            2,
        ),
        # won straight out of nurture is a return; disqualified is none
        ([row("a", back(300), "Nurture", event="created"), row("a", back(290), "Won")], 1.0, 1),
        ([row("a", back(300), "Nurture", event="created"), row("a", back(290), "Disqualified")], 0.0, 1),
        # already lost when History first saw it: nobody knows since when
        ([row("a", back(300), "Lost", event="first seen"), row("a", back(290))], None, 0),
        # an active lead's return belongs to no spell of another lead
        ([row("a", back(300), "Lost", event="created"), row("b", back(299), event="created")], 0.0, 1),
    ],
)
def test_reactivation_is_returns_within_180_days_over_spells_begun(make_records, measure_all, history, value, n):
    found = by_key(make_records, measure_all, [lead("a"), lead("b")], history)["reactivation_rate"]
    assert found.value == (None if value is None else pytest.approx(value))
    assert found.n == n
    assert bool(found.why_not) == (value is None)


@pytest.fixture
def judged(make_records, measure_all):
    def made(history, calls):
        records = make_records([lead("a"), lead("b")], history=history, activities=calls)
        return next(one for one in measure_all(records, TODAY).headline if one.key == "reactivation_rate")

    return made


def call(days, lead_id="a"):
    return {"lead_id": lead_id, "date": back(days), "type": "call", "direction": "out"}


@pytest.mark.parametrize(
    ("history", "calls", "value", "n"),
    [
        # silent from the call 300 days ago: stale 290 days ago, and taken up 180 days later or a day after that
        ([row("a", back(301), event="created")], [call(300), call(290 - 180)], 1.0, 1),
        ([row("a", back(301), event="created")], [call(300), call(290 - 181)], 0.0, 1),
        # called in time, or a day late
        ([row("a", back(301), event="created"), row("a", back(295), "Won")], [call(300)], None, 0),
        ([row("a", back(301), event="created"), row("a", back(291), "Won")], [call(300)], None, 0),
        ([row("a", back(301), event="created"), row("a", back(290), "Won")], [call(300)], 1.0, 1),
        # moved on to another open stage is a return, disqualified is none
        ([row("a", back(301), event="created"), row("a", back(280), "Closing"), row("a", back(279), "Won")],
         [call(300)], 1.0, 1),
        ([row("a", back(301), event="created"), row("a", back(280), "Disqualified")], [call(300)], 0.0, 1),
        # a silence that ends in nurture goes on there: one spell
        ([row("a", back(301), event="created"), row("a", back(280), "Nurture")], [call(300)], 0.0, 1),
        # nobody has ever written an activity of this lead down: nobody can tell
        ([row("a", back(301), event="created")], [call(200, "b")], None, 0),
    ],
)  # fmt: skip
def test_stale_spells_count_among_the_reactivated(judged, history, calls, value, n):
    found = judged(history, calls)
    assert found.value == (None if value is None else pytest.approx(value))
    assert found.n == n
    assert "open but stale" in found.meaning


def test_history_after_the_day_asked_for_is_not_used(make_records, measure_all):
    history = [
        row("a", FIRST, close=NOV, amount=100, event="first seen"),
        row("a", D(2026, 11, 25), "Lost", close=NOV),
    ]
    found = by_key(make_records, measure_all, [lead("a", close=NOV)], history)
    assert found["pipeline_change"].value == 0


def test_history_is_in_each_leads_own_currency(make_records, measure_all):
    # 1 USD is 0.90 EUR; nothing changed but b, which moved from November to December
    history = [
        row("a", FIRST, amount=1000, close=NOV, event="first seen"),
        row("b", FIRST, amount=100, close=NOV, event="first seen"),
        row("c", FIRST, amount=500, close=NOV, event="first seen"),
    ]
    leads = [
        lead("a", amount=1000, close=NOV, currency="USD"),
        lead("b", amount=100, close=DEC),
        lead("c", amount=500, close=NOV, currency="SEK"),
    ]
    made = make_records(leads, history=history)
    measures = measure_all(made, TODAY)
    found = {measure.key: measure for measure in measures.headline}
    assert found["slippage_month"].value == pytest.approx(100 / (900 + 100))
    # there is no rate for SEK
    assert (found["slippage_month"].n, found["slippage_month"].left_out) == (2, 1)
    steps = measures.waterfall.set_index("step")["amount"]
    assert steps[steps != 0].to_dict() == pytest.approx({"Start": 1000, "End": 1000})


def test_the_frozen_forecast_is_in_base_currency(make_records, measure_all):
    close = D(2026, 10, 20)
    history = [row("a", FIRST, "Closing", 1000, close, event="first seen")]
    leads = [lead("a", "Won", 1000, close, currency="USD")]
    found = by_key(make_records, measure_all, leads, history)
    # 1,000 USD x 0.9 chance against 1,000 USD won
    assert found["forecast_bias"].value == pytest.approx(-0.1)


@pytest.mark.parametrize(
    ("currency", "start", "bias", "left_out"),
    # When the leads are in several currencies nobody knows which one a lead that has left was in.
    [("", 150.0, 0.0, 0), ("USD", 90.0, -0.5, 1)],
)
def test_a_lead_that_left_is_counted_where_its_currency_is_sure(
    *, make_records, measure_all, currency, start, bias, left_out
):
    history = [
        row("gone", FIRST, "Closing", 50, NOV, event="first seen"),
        row("here", FIRST, "Closing", 100, NOV, event="first seen"),
        row("gone", D(2026, 11, 2), "Closing", 50, NOV, event="removed"),
        row("was", FIRST, "Proposal", 200, D(2026, 10, 20), event="first seen"),
        row("won", FIRST, "Proposal", 200, D(2026, 10, 20), event="first seen"),
    ]
    leads = [
        lead("here", "Closing", 100, NOV, currency=currency),
        lead("won", "Won", 200, D(2026, 10, 20)),
        lead("eur", amount=None),
    ]
    measures = measure_all(make_records(leads, history=history), TODAY)
    steps = measures.waterfall.set_index("step")["amount"]
    october = 200.0 * (2 if not currency else 1)
    assert steps["Start"] == pytest.approx(start + october)
    assert steps["Removed"] == pytest.approx(-(50 + 200) if not currency else 0)
    found = {measure.key: measure for measure in measures.headline}["forecast_bias"]
    assert (found.value, found.left_out) == (pytest.approx(bias), left_out)


def test_leads_that_share_an_id_now_are_not_removed(make_records, measure_all):
    history = [row("a", FIRST, amount=100, close=NOV, event="first seen")]
    leads = [lead("a", close=NOV), lead("A", close=NOV), lead("b", amount=None)]
    measures = measure_all(make_records(leads, history=history), TODAY)
    assert measures.waterfall["amount"].tolist() == [0.0] * 11


def test_a_lead_known_only_from_tomorrow_on_is_not_known(make_records, measure_all):
    history = [
        row("later", D(2026, 11, 19), "Prospecting", event="created"),
        row("now", D(2026, 11, 10), "Prospecting", event="created"),
        row("now", D(2026, 11, 12), "Proposal"),
        row("too", D(2026, 11, 10), "Prospecting", event="created"),
    ]
    stages = measure_all(make_records([lead("now")], history=history), TODAY).stages.set_index("stage")
    assert stages.loc["Prospecting", ["entered", "advanced", "pending", "visits"]].tolist() == [2, 1, 1, 1]


def test_an_id_spelled_in_another_case_is_the_same_lead(make_records, measure_all):
    history = [
        row("L-1", D(2026, 10, 1), "Prospecting", event="created"),
        row("l-1", D(2026, 10, 11), "Initial contact"),
    ]
    stages = measure_all(make_records([lead("L-1")], history=history), TODAY).stages.set_index("stage")
    assert stages.loc["Prospecting", ["entered", "advanced", "pending"]].tolist() == [1, 1, 0]
    assert stages.loc["Initial contact", ["entered", "pending"]].tolist() == [1, 1]
