"""What was promised against what came, commission by payout date, and the forecast's own sums."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec import structs

from leadbook.analysis.outlook.blend import weigh_methods
from leadbook.analysis.outlook.methods import SINGLE, AsOf, Method
from leadbook.analysis.outlook.methods import forecast_all as forecast_all_methods
from leadbook.analysis.outlook.outlook import INSUFFICIENT, open_now
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand
from leadbook.model.team_options import Options

D = dt.date
TODAY = D(2026, 11, 18)


def promised(lead, owner, stage, amount, due, *, category="Pipeline"):
    return {"changed_at": D(2026, 9, 1), "lead_id": lead, "event": "created", "stage": stage, "amount": amount,
            "close_date": due, "owner": owner, "forecast_category": category}  # fmt: skip


def test_rose_tint_sets_what_was_weighted_and_called_against_what_came(make_records, forecast_all):
    leads, history = [], []
    for number in range(20):
        owner = "Ann" if number < 10 else "Ben"
        won = number < 10 and number % 2 == 0
        leads.append({"lead_id": f"L{number}", "owner": owner, "stage": "Won" if won else "Lost", "amount": 100.0,
                      "close_date": D(2026, 10, 20)})  # fmt: skip
        history.append(promised(f"L{number}", owner, "Proposal", 100.0, D(2026, 10, 15),
                                category="Commit" if number in {0, 1, 10} else "Pipeline"))  # fmt: skip
    leads.append({"lead_id": "N1", "owner": "Ben", "stage": "Proposal", "amount": 1000.0, "close_date": D(2026, 12, 1)})
    tint = forecast_all(make_records(leads, history=history), TODAY).rose_tint
    assert tint.why_not == ""
    ann, ben = (tint.owners.set_index("name").loc[name] for name in ("Ann", "Ben"))
    assert (ann["deals"], ann["weighted"], ann["came"], ann["bias"]) == (10, 500.0, 500.0, 0.0)
    assert (ann["called"], ann["called_came"], ann["called_bias"]) == (200.0, 100.0, 1.0)
    assert (ben["weighted"], ben["came"]) == (500.0, 0.0)
    assert np.isnan(ben["bias"])
    # everybody keeps half; 10 deals' worth (50 each) stand beside his own 500
    assert ben["keeps"] == pytest.approx((0 + 500 * 0.5) / (500 + 500))
    assert tint.weighted == 500.0
    assert tint.haircut == pytest.approx(500 * (1 - ben["keeps"]))
    assert tint.stages["name"].tolist() == ["Proposal"]


def test_a_win_in_a_later_month_did_not_come_in_the_month_it_was_promised_for(make_records, forecast_all):
    leads = [{"lead_id": f"L{n}", "owner": "Ann", "stage": "Won", "amount": 100.0, "close_date": D(2026, 11, 5)}
             for n in range(20)]  # fmt: skip
    history = [promised(f"L{n}", "Ann", "Proposal", 100.0, D(2026, 10, 15)) for n in range(20)]
    tint = forecast_all(make_records(leads, history=history), TODAY).rose_tint
    assert tint.owners["came"].sum() == 0


@pytest.mark.parametrize("deals", [0, 19])
def test_rose_tint_says_when_history_is_too_short(make_records, forecast_all, deals):
    history = [promised(f"L{n}", "Ann", "Proposal", 100.0, D(2026, 10, 15)) for n in range(deals)]
    leads = [{"lead_id": f"L{n}", "owner": "Ann", "stage": "Lost", "amount": 100.0} for n in range(deals)]
    tint = forecast_all(make_records(leads, history=history), TODAY).rose_tint
    assert tint.why_not.startswith("insufficient history")
    assert np.isnan(tint.haircut)


def commission(make_records, make_playbook, forecast_all, leads, **options):
    book = make_playbook(options=Options(**options))
    return forecast_all(make_records(leads, playbook=book), TODAY).commission


def test_commission_is_paid_at_the_end_of_the_month_after_the_wait(make_records, make_playbook, forecast_all):
    leads = [
        {"lead_id": "A", "stage": "Won", "amount": 1000.0, "close_date": D(2026, 11, 10)},
        {"lead_id": "B", "stage": "Won", "amount": 500.0, "close_date": D(2026, 10, 31)},
        {"lead_id": "C", "stage": "Lost", "amount": 9000.0, "close_date": D(2026, 11, 10)},
        {"lead_id": "E", "stage": "Won", "amount": 800.0, "close_date": D(2026, 9, 1)},
    ]
    plan = commission(make_records, make_playbook, forecast_all, leads, commission_rate=0.1, payout_days=30)
    by_month = plan.set_index("name")
    assert by_month.loc["Nov 2026", "earned"] == pytest.approx(50)  # 31 Oct + 30 days = 30 Nov
    assert by_month.loc["Dec 2026", "earned"] == pytest.approx(100)
    assert by_month.loc["Dec 2026", "paid_on"] == D(2026, 12, 31)
    assert plan["earned"].sum() == pytest.approx(150)  # September's is paid already


@pytest.mark.parametrize("payout_days", [0, 30, 45, 61, 400])
def test_expected_commission_comes_every_month_once_the_wait_is_over(
    make_records, make_playbook, forecast_all, payout_days
):
    book = make_playbook(options=Options(commission_rate=0.1, payout_days=payout_days))
    found = forecast_all(make_records(lived(1), playbook=book), TODAY)
    coming = (found.outlook.months["open"] + found.outlook.months["new"]).to_numpy()
    plan = found.commission
    first = TODAY + dt.timedelta(days=1 + payout_days)
    waiting = plan["paid_on"] < first
    assert (plan["expected"][waiting] == 0).all()
    assert (plan["expected"][~waiting] > 0).all()
    assert plan["expected"].sum() <= 0.1 * coming.sum() + 1e-6
    if payout_days == 0:  # paid at the end of the month that it closes in
        assert plan["expected"].to_numpy() == pytest.approx(0.1 * coming[: len(plan)])
    if payout_days == 30:  # what closes after 31 Oct of the months to come is paid a month later, but for its first day
        assert plan["expected"].iloc[2] == pytest.approx(0.1 * (coming[1] * 30 / 31 + coming[2] / 31))


def test_no_commission_rate_shows_none(make_records, make_playbook, forecast_all):
    leads = [{"lead_id": "A", "stage": "Won", "amount": 1000.0, "close_date": D(2026, 11, 10)}]
    assert commission(make_records, make_playbook, forecast_all, leads).empty


def lived(seed: int, count: int = 260):
    """Return leads of two years that begin, are won or lost, or still wait."""
    draw = np.random.default_rng(seed)
    leads = []
    for number in range(count):
        age = int(draw.integers(1, 700))
        began = TODAY - dt.timedelta(days=age)
        length, fate = int(draw.integers(5, 90)), draw.random()
        over = fate < 0.8 and length <= age
        stage = ("Won" if fate < 0.4 else "Lost") if over else str(draw.choice(["Proposal", "Closing"]))
        close = began + dt.timedelta(days=length) if over else TODAY + dt.timedelta(days=int(draw.integers(-20, 90)))
        leads.append({"lead_id": f"L{number}", "owner": str(draw.choice(["Ann", "Ben"])), "stage": stage,
                      "created": began, "close_date": close if draw.random() < 0.9 or over else None,
                      "amount": float(draw.integers(1, 50) * 100) if draw.random() < 0.9 else None})  # fmt: skip
    return leads


def test_a_lived_in_book_gets_an_answer_with_a_range(make_records, forecast_all):
    found = forecast_all(make_records(lived(1)), TODAY)
    assert found.outlook.why_not == ""
    assert found.outlook.method != INSUFFICIENT
    assert len(found.outlook.months) >= 7
    assert len(found.outlook.quarters) >= 4
    ahead = found.outlook.months.iloc[1]
    assert ahead["new"] > 0
    assert ahead["p10"] < ahead["p50"] < ahead["p90"]
    assert any("no amount" in note for note in found.outlook.notes)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, 10_000), st.sampled_from([1, 2, 4, 7]))
def test_quarters_are_their_months_and_ranges_hold_what_is_closed(
    make_records, make_playbook, forecast_all, seed, first_month
):
    book = make_playbook(options=structs.replace(Options(), fiscal_year_start_month=first_month))
    found = forecast_all(make_records(lived(seed), playbook=book), TODAY)
    months, quarters = found.months.join(found.outlook.months), found.quarters.join(found.outlook.quarters)
    for frame in (months, quarters):
        assert (frame["open"] >= 0).all()
        assert (frame["new"] >= 0).all()
        assert frame["mean"].to_numpy() == pytest.approx((frame["closed"] + frame["open"] + frame["new"]).to_numpy())
        if not found.outlook.why_not:
            assert (frame["closed"] <= frame["p10"] + 1e-6).all()
            assert (frame["p10"] <= frame["p50"]).all()
            assert (frame["p50"] <= frame["p90"]).all()
    for _, quarter in quarters.head(3).iterrows():
        inside = months[(months["start"] >= quarter["start"]) & (months["start"] < quarter["end"])]
        assert inside["open"].sum() == pytest.approx(quarter["open"], rel=1e-9, abs=1e-6)
        assert inside["new"].sum() == pytest.approx(quarter["new"], rel=1e-9, abs=1e-6)
        if len(inside) == 3:
            assert inside["closed"].sum() == pytest.approx(quarter["closed"])


def test_too_little_history_gives_the_weighted_number_alone(make_records, forecast_all):
    leads = [{"lead_id": "A", "stage": "Proposal", "amount": 1000.0, "created": D(2026, 11, 1),
              "close_date": D(2026, 12, 1)}]  # fmt: skip
    outlook = forecast_all(make_records(leads), TODAY).outlook
    assert outlook.why_not.startswith("insufficient history (0 won deals")
    assert set(outlook.months["method"]) == {"stage-weighted, insufficient history"}
    assert outlook.months["open"].tolist()[:2] == [0.0, 500.0]
    assert outlook.months["p10"].isna().all()


def test_an_empty_book_is_no_error(make_records, forecast_all):
    assert forecast_all(make_records([]), TODAY).outlook.why_not


def test_the_order_of_the_leads_does_not_matter(make_records, forecast_all):
    leads = lived(3)
    mixed = [leads[place] for place in np.random.default_rng(1).permutation(len(leads))]
    one, other = (forecast_all(make_records(which), TODAY).outlook for which in (leads, mixed))
    for column in ("open", "new", "p10", "p90"):
        assert other.months[column].to_numpy() == pytest.approx(one.months[column].to_numpy(), rel=1e-9)


def test_deals_without_an_amount_take_the_mean_of_their_product(make_records, forecast_all):
    leads = [{**lead, "amount": 100.0} for lead in lived(5)]
    blank = [{**lead, "amount": None} if lead["stage"] in {"Proposal", "Closing"} else lead for lead in leads]
    full, filled = (forecast_all(make_records(which), TODAY).outlook.months["open"].sum() for which in (leads, blank))
    assert filled == pytest.approx(full, rel=0.01)


def test_open_and_new_add_up_to_what_the_method_said(make_records, forecast_all):
    records = make_records(lived(7))
    standing = stand(records, score(records, TODAY), TODAY)
    outlook = forecast_all(records, TODAY).outlook
    timing = standing.timing
    known = AsOf(timing.courses, timing.exposure, timing.courses.today + 1, 43)
    single, parts = forecast_all_methods(known, open_now(known, timing))
    if outlook.method == Method.BLEND.value:
        total = weigh_methods(outlook.track, known.day).blend(parts)
    else:
        total = single[:, [method.value for method in SINGLE].index(outlook.method)]
    # the rest of November, then December
    for place, days in ((0, slice(0, 12)), (1, slice(12, 43))):
        assert outlook.months.loc[place, ["open", "new"]].sum() == pytest.approx(total[days].sum())


def test_open_deals_without_a_beginning_count_among_the_open_ones(make_records, forecast_all):
    leads = lived(7)
    bare = [{"lead_id": f"U{number}", "stage": "Closing", "amount": 5000.0} for number in range(30)]
    with_bare, without = (forecast_all(make_records(which), TODAY).outlook.months for which in (leads + bare, leads))
    assert with_bare["open"].sum() > without["open"].sum() + 1000


def test_few_wins_leave_the_stages_hope_in_win_and_not_in_historys_answer(make_records, forecast_all):
    told = [{**lead, "amount": 1000.0} for lead in lived(9, count=100)]

    def open_now_in(stage):
        leads = [{**lead, "stage": stage} if lead["stage"] in {"Proposal", "Closing"} else lead for lead in told]
        return forecast_all(make_records(leads), TODAY).outlook.months["open"].to_numpy()

    hopeful, doubtful = open_now_in("Closing"), open_now_in("Prospecting")
    assert hopeful.sum() > 0
    assert hopeful.sum() == pytest.approx(doubtful.sum(), rel=0.1)


def test_one_huge_deal_of_the_past_is_not_promised_again_and_the_notes_say_so(make_records, forecast_all):
    usual = lived(11)
    place = next(place for place, lead in enumerate(usual) if lead["stage"] == "Won" and lead["amount"])
    huge = [lead | {"amount": 1_000_000.0} if at == place else lead for at, lead in enumerate(usual)]
    one, other = (forecast_all(make_records(leads), TODAY).outlook for leads in (usual, huge))
    assert other.months["mean"].iloc[1] == pytest.approx(one.months["mean"].iloc[1], rel=0.1)
    assert other.months["p90"].iloc[1] == pytest.approx(one.months["p90"].iloc[1], rel=0.15)
    assert any("One won deal of 1,000,000 is 204 times the next largest" in note for note in other.notes)
    assert not any("One won deal" in note for note in one.notes)


def test_wins_that_stopped_long_ago_are_no_history_to_go_by(make_records, forecast_all):
    leads = [{"lead_id": f"W{number}", "stage": "Won", "amount": 100.0, "created": D(2026, 3, 1),
              "close_date": D(2026, 3, 1)} for number in range(50)]  # fmt: skip
    leads.append({"lead_id": "O", "stage": "Proposal", "amount": 500.0, "created": D(2026, 11, 1),
                  "close_date": D(2026, 12, 5)})  # fmt: skip
    records = make_records(leads)
    outlook = forecast_all(records, TODAY).outlook
    assert outlook.why_not == "insufficient history (nothing was won in the months that a forecast can be tried on)"
    win = stand(records, score(records, TODAY), TODAY).frame["win"].iloc[-1]
    assert 0.001 < win < 0.5  # every win came on its first day, and fifty wins are half believed


def test_what_is_one_is_said_as_one(make_records, forecast_all):
    lead = {"lead_id": "L0", "owner": "Ann", "stage": "Lost", "amount": 100.0}
    tint = forecast_all(
        make_records([lead], history=[promised("L0", "Ann", "Proposal", 100.0, D(2026, 10, 15))]), TODAY
    )
    assert "1 deal was due in a finished month" in tint.rose_tint.why_not
