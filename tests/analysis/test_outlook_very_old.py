"""Deals older than every win, and days long after the last one: small chances, and a smaller one within 30 days."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest

from leadbook.analysis.score import score
from leadbook.analysis.standing import stand

LAST = dt.date(2026, 11, 18)
AGES = (5, 45, 90, 365, 1_500)


def leads_until(last, won=150, ages=AGES, **more):
    """Return deals won after 10 to 30 days or lost after 40, the last ones shortly before a day, and open ones."""
    made = []
    for number in range(won):
        began = last - dt.timedelta(days=60 + 3 * number)
        for name, stage, length in (("W", "Won", 10 + number % 21), ("X", "Lost", 40)):
            made.append({"lead_id": f"{name}{number}", "stage": stage, "amount": 100.0, "created": began,
                         "close_date": began + dt.timedelta(days=length)})  # fmt: skip
    waiting = {"stage": "Proposal", "amount": 100.0} | more
    made += [waiting | {"lead_id": f"O{age}", "created": last - dt.timedelta(days=age)} for age in ages]
    return made


def chances_on(make_records, today, **more):
    records = make_records(leads_until(LAST, **more))
    standing = stand(records, score(records, today), today)
    return standing.frame.set_index(records.leads.frame["lead_id"].to_numpy()).filter(like="O", axis=0), standing.timing


# days after the last end: the most that Win % may still be, and the most of it that may fall into the next 30 days
LATE = {
    "the same day, five days old": (0, "O5", 0.9, 1.0),
    "the same day, older than every win": (0, "O45", 0.3, 0.5),
    "the same day, three times as old as any win": (0, "O90", 0.01, 30 / 120),
    "the same day, four years old": (0, "O1500", 0.01, 30 / 1_530),
    "a month later": (30, "O45", 0.01, 30 / 105),
    "two years later": (731, "O5", 0.01, 30 / 766),
    "four years later": (1_461, "O5", 0.01, 30 / 1_496),
    "nine years later": (3_287, "O5", 0.01, 30 / 3_322),
}


@pytest.mark.parametrize("case", LATE)
def test_the_chance_ages_and_only_a_part_of_it_falls_into_the_next_30_days(make_records, case):
    later, lead, most, most_soon = LATE[case]
    found, _ = chances_on(make_records, LAST + dt.timedelta(days=later))
    win, soon = found.loc[lead, ["win", "win_30d"]]
    assert 0 < soon < win < most
    assert soon <= win * most_soon * 1.001  # of 30 + age days to come, the next 30


def test_the_older_a_deal_the_less_of_its_chance_comes_soon(make_records):
    found, _ = chances_on(make_records, LAST)
    share = (found["win_30d"] / found["win"]).to_numpy()
    assert (np.diff(share) < 0).all()


def test_a_few_late_wins_make_no_old_deal_a_certain_one(make_records):
    late = [{"lead_id": f"L{length}", "stage": "Won", "amount": 100.0, "created": LAST - dt.timedelta(days=length + 50),
             "close_date": LAST - dt.timedelta(days=50)} for length in (900, 1_000, 1_060)]  # fmt: skip
    records = make_records([*leads_until(LAST, ages=(5, 700, 1_030)), *late])
    standing = stand(records, score(records, LAST), LAST)
    win = standing.frame["win"].set_axis(records.leads.frame["lead_id"].to_numpy())
    assert win[["O700", "O1030"]].max() <= win["O5"]


def test_a_typed_probability_of_an_old_deal_stands_and_its_30_days_age(make_records):
    found, _ = chances_on(make_records, LAST, probability_override=0.8)
    assert found.loc["O365", "win"] == 0.8
    assert found.loc["O365", "win_30d"] == pytest.approx(0.8 * 30 / 396, rel=0.01)


NULL = {
    "too few dated wins": ({"won": 19}, 0, "19 won deals with the dates they began and closed; 20 are needed"),
    "nothing closed for fourteen years": (
        {},
        5_114,
        "0 won deals with the dates they began and closed; 20 are needed; 150",
    ),
}


@pytest.mark.parametrize("case", NULL)
def test_without_enough_dated_wins_there_is_no_win_30d_and_the_words_say_why(make_records, case):
    more, later, words = NULL[case]
    found, timing = chances_on(make_records, LAST + dt.timedelta(days=later), **more)
    assert found["win_30d"].isna().all()
    assert (found["win"] == 0.5).all()  # the stage's
    assert words in timing.why_not
