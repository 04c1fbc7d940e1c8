"""How deals take their time: hazards with delayed entry, months of the quarter, and the chance of each lead."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from simulated_deals import FIRST, draw_deals, known_on

from leadbook.analysis.outlook.courses import NEVER, Courses
from leadbook.analysis.outlook.exposure import half_months, observe
from leadbook.analysis.outlook.hazards import FEWEST_WINS, learn_hazards
from leadbook.analysis.outlook.phases import phase_of
from leadbook.analysis.outlook.project import win_days
from leadbook.analysis.outlook.timing import set_right
from leadbook.analysis.score import score
from leadbook.analysis.standing import stand

D = dt.date
TODAY = D(2026, 11, 18)


def courses(rows, today):
    """Build deals from (began, ended, outcome): won, lost or open."""
    began, ended, outcome = (np.array(part) for part in zip(*rows, strict=True))
    ended = np.where(outcome == "open", NEVER, ended).astype(np.int64)
    return Courses(
        np.arange(len(rows)), began.astype(np.int64), ended, outcome == "won", outcome == "lost", outcome == "open",
        np.full(len(rows), 100.0), np.zeros(len(rows), dtype=np.int64), 1, np.array([np.nan]), today,
    )  # fmt: skip


def ever_won(deals: Courses, age: int = 0) -> float:
    exposure = observe(deals)
    hazards = learn_hazards(exposure, deals.today + 1)
    return float(win_days(hazards, np.array([age]), deals.today + 1, 2 * exposure.ages).sum())


def test_days_at_risk_are_those_from_the_first_known_end_to_the_own_end():
    deals = courses([(-5, 10, "won"), (0, 3, "lost"), (8, 0, "open")], today=12)
    exposure = observe(deals)
    assert exposure.since == 3
    # -5..10 counts on days 3..10 at ages 8..15; 0..3 on day 3 at age 3; 8.. on days 8..12 at ages 0..4
    expected = dict.fromkeys(range(8, 16), 1.0) | {3: 2.0} | dict.fromkeys((0, 1, 2, 4), 1.0)
    found = {age: days for age, days in enumerate(exposure.at_risk.sum(axis=0).tolist()) if days}
    assert found == expected
    assert exposure.wins.sum(axis=0)[15] == 1
    assert exposure.losses.sum(axis=0)[3] == 1


def test_deals_that_never_close_lower_the_chance_of_an_old_open_deal():
    ended = [(day, day + 20 + day % 15, "won" if day % 2 else "lost") for day in range(400)]
    silent = [(day, 0, "open") for day in range(0, 400, 2)]
    deals = courses(ended + silent, today=500)
    fresh, old = ever_won(deals, 0), ever_won(deals, 60)
    assert fresh == pytest.approx(1 / 3, abs=0.04)  # a third is won, a third lost, a third never ends
    assert old < 0.05


def test_without_delayed_entry_early_wins_would_be_missed():
    # Deals of equal lengths; the workbook begins at day 300 and knows nothing that ended before.
    everything = [(day, day + length, "won" if length == 10 else "lost") for day in range(600) for length in (10, 100)]
    kept = [row for row in everything if row[1] >= 300]
    ended = [row if row[1] <= 600 else (row[0], 0, "open") for row in kept]
    assert ever_won(courses(ended, today=600)) == pytest.approx(0.5, abs=0.03)


def test_half_months_meet_and_have_both_ends():
    first, end = 19_000, 19_100
    edges = half_months(first, end)
    assert (edges[0], edges[-1]) == (first, end)
    inner = edges[1:-1].astype("datetime64[D]").astype(str)
    assert all(day.endswith(("-01", "-16")) for day in inner)
    assert (np.diff(edges) <= 16).all()


def test_a_quiet_first_month_of_each_quarter_is_found_and_one_quarter_is_not_believed():
    draw = np.random.default_rng(5)
    start = int(np.datetime64("2025-01-01", "D").astype(int))
    rows = []
    for began in np.repeat(np.arange(start - 60, start + 365), 5).tolist():
        day = began + int(draw.integers(5, 60))
        if np.datetime64(day, "D").astype("datetime64[M]").astype(int) % 3 == 0:
            day += int(draw.integers(20, 70))  # what would end in a first month waits
        rows.append((began, day, "won" if draw.random() < 0.5 else "lost") if day < start + 365 else (began, 0, "open"))
    rows = [row for row in rows if row[2] == "open" or row[1] >= start]
    year = observe(courses(rows, today=start + 364))
    factors = learn_hazards(year, start + 365).win_phases.factors[:, 30]
    assert factors[0] < 0.6
    assert factors[2] > 0.9
    soon = [row if row[1] < start + 90 else (row[0], 0, "open") for row in rows if row[0] < start + 90]
    quarter = observe(courses(soon, today=start + 89))
    assert learn_hazards(quarter, start + 90).win_phases.flat


def test_steady_wins_get_no_season():
    rows = [(day, day + 40 + day % 7, "won" if day % 3 else "lost") for day in range(20_000, 20_700) for _ in range(3)]
    exposure = observe(courses(rows, today=20_800))
    factors = learn_hazards(exposure, 20_801).win_phases.factors
    assert np.abs(factors - 1).max() < 0.1


def test_the_fiscal_year_moves_the_months_of_the_quarter():
    days = np.array([np.datetime64(f"2026-{month:02d}-10", "D").astype(int) for month in (1, 2, 3, 4)])
    assert phase_of(days, 1).tolist() == [0, 1, 2, 0]
    assert phase_of(days, 2).tolist() == [2, 0, 1, 2]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.tuples(st.integers(0, 500), st.integers(0, 300), st.sampled_from(["won", "lost", "open"])), min_size=1),
    st.integers(1, 60),
)
def test_chances_are_chances_and_grow_with_the_days(rows, days):
    deals = courses([(began, began + length, how) for began, length, how in rows], today=500)
    exposure = observe(deals)
    hazards = learn_hazards(exposure, 501)
    chances = win_days(hazards, np.arange(-5, exposure.ages), 501, days)
    assert (chances >= 0).all()
    assert (chances.sum(axis=1) <= 1 + 1e-9).all()


@given(st.lists(st.tuples(st.floats(0.01, 0.99), st.floats(0.01, 0.99)), min_size=1, max_size=30), st.floats(0, 1))
def test_set_right_keeps_the_order_of_leads_that_history_sees_alike(pairs, trust):
    chance = np.array([pair[0] for pair in pairs])
    history = np.full(len(pairs), pairs[0][1])
    drawn = set_right(chance, history, trust)
    assert ((drawn >= 0) & (drawn <= 1)).all()
    order = np.argsort(chance, kind="stable")
    assert (np.diff(drawn[order]) >= -1e-9).all()


def test_full_trust_takes_historys_level_and_none_keeps_the_chances():
    chance, history = np.array([0.1, 0.4, 0.8]), np.array([0.2, 0.3, 0.1])
    assert set_right(chance, history, 1.0).sum() == pytest.approx(0.6, abs=1e-6)
    assert set_right(chance, history, 0.0) == pytest.approx(chance)
    assert set_right(np.array([np.nan]), np.array([0.25]), 0.0) == pytest.approx([0.25])


def history_of_leads(won: int = 40, **more):
    """Return leads whose deals are won after 10 to 30 days or lost after 40, and some open ones."""
    made = []
    for number in range(won):
        began = TODAY - dt.timedelta(days=60 + 3 * number)
        made.append({"lead_id": f"W{number}", "stage": "Won", "amount": 100.0, "created": began,
                     "close_date": began + dt.timedelta(days=10 + number % 21)})  # fmt: skip
        made.append({"lead_id": f"X{number}", "stage": "Lost", "amount": 100.0, "created": began,
                     "close_date": began + dt.timedelta(days=40)})  # fmt: skip
    for number, age in enumerate((5, 35, 45)):
        made.append({"lead_id": f"O{number}", "stage": "Proposal", "amount": 100.0,
                     "created": TODAY - dt.timedelta(days=age)} | more)  # fmt: skip
    return made


def standing_of(make_records, leads):
    records = make_records(leads)
    frame = stand(records, score(records, TODAY), TODAY).frame
    return frame.set_index(records.leads.frame["lead_id"].to_numpy())


def test_win_30d_is_filled_and_never_above_win(make_records):
    found = standing_of(make_records, history_of_leads(won=150))
    fresh, aging, old = (found.loc[f"O{number}"] for number in range(3))
    # Won deals take 10 to 30 days: at 45 the hope is gone.
    assert fresh["win"] > 2 * old["win"]
    assert fresh["win_30d"] > 3 * old["win_30d"]
    assert 0 <= aging["win_30d"] <= aging["win"]
    assert old["win_30d"] <= old["win"]
    assert found.loc["W1", "win"] == 1
    assert np.isnan(found.loc["W1", "win_30d"])


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000))
def test_win_30d_is_at_most_win_in_any_book(make_records, seed):
    draw = np.random.default_rng(seed)
    leads = []
    for number in range(120):
        began = TODAY - dt.timedelta(days=int(draw.integers(0, 300)))
        stage = str(draw.choice(["Won", "Lost", "Proposal", "Closing", "Prospecting", "Nurture"]))
        close = began + dt.timedelta(days=int(draw.integers(-5, 120)))
        leads.append({"lead_id": f"L{number}", "stage": stage, "amount": float(draw.integers(0, 3) * 100),
                      "created": began if draw.random() > 0.1 else None, "close_date": close,
                      "probability_override": 0.3 if draw.random() < 0.1 else None})  # fmt: skip
    found = standing_of(make_records, leads)
    given_both = found["win_30d"].notna()
    assert (found["win_30d"][given_both] <= found["win"][given_both] + 1e-12).all()
    assert (found["win_30d"][given_both] >= 0).all()


def test_too_few_wins_leave_the_stage_and_no_win_30d(make_records):
    found = standing_of(make_records, history_of_leads(won=FEWEST_WINS - 1))
    assert found.loc["O0", "win"] == 0.5
    assert np.isnan(found.loc["O0", "win_30d"])


def test_an_override_stands_as_typed(make_records):
    found = standing_of(make_records, history_of_leads(probability_override=0.9))
    assert found.loc["O2", "win"] == 0.9
    assert found.loc["O2", "win_30d"] <= 0.9


def test_leads_without_a_beginning_are_judged_by_their_like(make_records):
    bare = [{"lead_id": f"U{number}", "stage": "Prospecting"} for number in range(100)]
    found = standing_of(make_records, history_of_leads() + bare)
    assert found.loc["U1", "win"] < 0.03  # none of a hundred was ever won; its stage says 0.05
    assert found.loc["U1", "win_30d"] <= found.loc["U1", "win"]


def test_an_open_deal_older_than_nine_of_ten_won_ones_is_stale(make_records):
    found = standing_of(make_records, history_of_leads())
    assert found["stale"][["O0", "O1", "O2"]].tolist() == [False, True, True]
    lengths = [10 + number % 21 for number in range(40)]
    limit = round(float(np.quantile(lengths, 0.9)))
    assert found.loc["O1", "next_action"].endswith(
        f"35 days old; 9 of 10 won ones closed within {limit}; look again 18 Dec"
    )


@pytest.mark.parametrize(("won", "stale"), [(19, True), (40, False)])
def test_twenty_won_deals_replace_the_playbooks_ten_days(make_records, won, stale):
    waiting = {"lead_id": "O9", "stage": "Proposal", "created": TODAY - dt.timedelta(days=15)}
    found = standing_of(make_records, [*history_of_leads(won=won), waiting])
    assert bool(found.loc["O9", "stale"]) is stale


def test_a_planned_step_keeps_an_old_deal_from_being_stale(make_records):
    found = standing_of(make_records, history_of_leads(next_step_date=TODAY + dt.timedelta(days=3)))
    assert not found["stale"][["O0", "O1", "O2"]].any()


def test_logged_activity_goes_by_the_playbooks_days(make_records):
    leads = history_of_leads(last_activity=TODAY - dt.timedelta(days=12))
    leads[:] = [{**lead, "last_activity": lead.get("last_activity", TODAY - dt.timedelta(days=30))} for lead in leads]
    found = standing_of(make_records, leads)
    assert found.loc["O0", "stale"]  # silent for 12 days in a stage of 10


def test_stale_limits_of_a_stage_come_from_its_own_visits(make_records):
    leads, history = history_of_leads(), []
    for number in range(25):
        began = leads[2 * number]["created"]
        for days_in, event, stage in ((0, "created", "Prospecting"), (2, "stage", "Proposal"), (8, "stage", "Won")):
            history.append({"changed_at": began + dt.timedelta(days=days_in), "lead_id": f"W{number}", "event": event,
                            "stage": stage})  # fmt: skip
    entered = TODAY - dt.timedelta(days=7)
    history += [
        {"changed_at": TODAY - dt.timedelta(days=35), "lead_id": "O1", "event": "created", "stage": "Prospecting"},
        {"changed_at": entered, "lead_id": "O1", "event": "stage", "stage": "Proposal"},
    ]
    records = make_records(leads, history=history)
    standing = stand(records, score(records, TODAY), TODAY)
    assert standing.timing.limits.by_stage["Proposal"] == (6.0, 25)
    one = standing.frame.set_index(records.leads.frame["lead_id"].to_numpy()).loc["O1"]
    assert one["stale"]
    assert one["next_action"].endswith("7 days in the stage; 9 of 10 won ones left it within 6; look again 18 Dec")


def test_simulated_deals_are_won_as_often_as_said():
    deals = draw_deals("plain", 3, 24)
    today = FIRST + 600
    known = known_on(deals, today)
    exposure = observe(known)
    hazards = learn_hazards(exposure, today + 1)
    here = known.is_open
    age = np.minimum(today + 1 - known.began[here], exposure.ages - 1)
    said = win_days(hazards, np.arange(exposure.ages), today + 1, 30).sum(axis=1)[age].sum()
    begins, ends, outcome, _ = deals
    still = (begins <= today) & (ends > today) & (ends >= FIRST)
    came = int(((outcome == 1) & still & (ends <= today + 30)).sum())
    assert said == pytest.approx(came, rel=0.35)


def test_what_is_not_known_yet_is_not_used():
    deals = courses([(day, day + 20, "won" if day % 2 else "lost") for day in range(300)], today=330)
    exposure = observe(deals)
    cutoff = int(exposure.edges[8])
    later = replace(deals, won=np.where(deals.ended >= cutoff, deals.lost, deals.won),
                    lost=np.where(deals.ended >= cutoff, deals.won, deals.lost))  # fmt: skip
    one, other = (learn_hazards(observe(which), cutoff) for which in (deals, later))
    assert (one.win == other.win).all()
    assert (one.loss == other.loss).all()


def test_a_stage_that_wins_come_from_soon_has_a_higher_win_30d(make_records):
    leads, history = history_of_leads(won=60), []
    for number in range(60):
        began = TODAY - dt.timedelta(days=120 + 3 * number)
        closes = began + dt.timedelta(days=60 + number % 21)
        leads[2 * number] |= {"created": began, "close_date": closes}
        signing = closes - dt.timedelta(days=3 if number % 2 else 45)
        for day, event, stage in (
            (began, "created", "Proposal"),
            (signing, "stage", "Closing"),
            (closes, "stage", "Won"),
        ):
            history.append({"changed_at": day, "lead_id": f"W{number}", "event": event, "stage": stage})
    young = TODAY - dt.timedelta(days=1)
    for name, stage in (("SLOW", "Proposal"), ("FAST", "Closing")):
        leads.append({"lead_id": name, "stage": stage, "amount": 100.0, "created": TODAY - dt.timedelta(days=12)})
        history.append({"changed_at": young, "lead_id": name, "event": "created", "stage": stage})
    records = make_records(leads, history=history)
    found = stand(records, score(records, TODAY), TODAY).frame.set_index(records.leads.frame["lead_id"].to_numpy())
    share = found["win_30d"] / found["win"]
    assert share["SLOW"] < 0.2
    # Half of the sixty wins came within 30 days of entering the stage; ten more count by the deal's age.
    assert 30 / 70 <= share["FAST"] <= 40 / 70
    assert (share[["FAST", "SLOW"]] <= 1).all()


def test_what_age_and_stage_both_tell_counts_once():
    history = np.linspace(0.1, 0.8, 40)
    same = set_right(history, history, 1.0)
    assert same == pytest.approx(history, abs=1e-6)  # the chance repeats the age, and adds nothing to it
    flat = set_right(np.full(40, 0.3), history, 1.0)
    assert flat == pytest.approx(history, abs=1e-6)  # the chance tells no two apart
