import csv
import datetime as dt

import numpy as np
import pytest
from asking import findings
from selling import Selling

from leadbook.analysis.winning.anytable import question_about
from leadbook.analysis.winning.leaks import find_leaks
from leadbook.analysis.winning.question import in_order


def flipped(selling, share):
    wrong = selling.chance.random(selling.count) < share
    return ["A" if bool(end) != bool(other) else "B" for end, other in zip(selling.truth, wrong, strict=True)]


def numbers(selling, low, high):
    return selling.chance.integers(low, high, selling.count).astype(float).tolist()


# What a seller's table may hold that is filled in or changed with the outcome, under headers that say nothing.
LEAKS = {
    "a reason written when the lead is closed": lambda s: s.decided_only(s.by_outcome("Good fit", "Price")),
    "a reason that only lost leads have": lambda s: s.by_outcome(None, "Price"),
    "an amount that only won deals have": lambda s: [
        value if end else None for value, end in zip(numbers(s, 900, 90_000), s.truth, strict=True)
    ],
    "an amount that only closed deals have": lambda s: s.decided_only(numbers(s, 900, 90_000)),
    "the number of the contract": lambda s: [f"C-{at:05d}" if end else None for at, end in enumerate(s.truth)],
    "the running number of the invoice": lambda s: [1_000 + at if end else None for at, end in enumerate(s.truth)],
    "the days it took to close": lambda s: s.decided_only(numbers(s, 5, 90)),
    "the day it was closed": lambda s: s.decided_only([day + dt.timedelta(days=20) for day in s.created]),
    "the same in other words": lambda s: s.by_outcome("A", "B"),
    "the same with one in twenty wrong": lambda s: flipped(s, 0.05),
    "the same with one in ten wrong": lambda s: flipped(s, 0.10),
    "the same as a number with noise": lambda s: (s.truth + s.chance.normal(0, 0.25, s.count)).tolist(),
    "remarks of the end": lambda s: [
        s.chance.choice(["Onboarding", "Kick-off"] if end else ["Ghosted", "No need", "Went elsewhere"])
        for end in s.truth
    ],
    "a plan that is emptied at the end": lambda s: ["Call back" if waiting else None for waiting in s.still_open],
}


def by_chance(selling, when_won, when_lost, words):
    return [selling.chance.choice(words, p=when_won if end else when_lost) for end in selling.truth]


HONEST = {
    "a strong number": lambda s: (1.6 * (s.truth - 0.5) + s.chance.normal(0, 1, s.count)).tolist(),
    "strong words": lambda s: by_chance(s, [0.5, 0.4, 0.1], [0.1, 0.3, 0.6], ["Trial", "Demo", "None"]),
    "points of qualification": lambda s: by_chance(s, [0.05, 0.15, 0.4, 0.4], [0.4, 0.4, 0.15, 0.05], [0, 1, 2, 3]),
    "a source with hardly any losses": lambda s: by_chance(s, [0.3, 0.7], [0.02, 0.98], ["Referral", "Web"]),
    "a field the team began to keep": lambda s: (
        [None] * (s.count // 2) + by_chance(s, [0.7, 0.3], [0.3, 0.7], ["x", "y"])[s.count // 2 :]
    ),
    "a field that few fill": lambda s: [word if s.chance.random() < 0.2 else None for word in s.pick("x", "y")],
    "who referred it, more often of won ones": lambda s: [
        f"Person {s.chance.integers(40)}" if s.chance.random() < (0.4 if end else 0.1) else None for end in s.truth
    ],
    "companies with a few leads each": lambda s: [f"Company {s.chance.integers(150)}" for _ in range(s.count)],
    "a campaign after the other": lambda s: [f"Campaign {8 * at // s.count}" for at in range(s.count)],
}


@pytest.mark.parametrize("what", LEAKS)
def test_what_comes_with_the_outcome_is_left_out_with_its_evidence(what):
    selling = Selling()
    selling.columns["F1"] = LEAKS[what](selling)
    found = findings(selling)["F1"]
    assert not found.teaches
    assert found.leak or "on every decided lead" in found.why
    assert found.why


@pytest.mark.parametrize(
    ("column", "why"),
    [
        (lambda s: [f"Person {at}" for at in range(s.count)], "hardly any two leads share"),
        (lambda s: [1_000 + at for at in range(s.count)], "numbers the leads"),
        (lambda s: ["Alps"] * s.count, "the same on every decided lead"),
    ],
)
def test_a_column_that_cannot_teach_is_no_leak_and_its_true_reason_is_told(column, why):
    selling = Selling()
    selling.columns["F1"] = column(selling)
    found = findings(selling)["F1"]
    assert (found.teaches, found.leak) == (False, False)
    assert why in found.why


@pytest.mark.parametrize("what", HONEST)
def test_what_is_known_before_teaches_however_strong_it_is(what):
    selling = Selling()
    selling.columns["F1"] = HONEST[what](selling)
    found = findings(selling)["F1"]
    assert (found.teaches, found.why) == (True, "")


@pytest.mark.parametrize("what", ["a reason that only lost leads have", "the same with one in ten wrong"])
def test_leaks_are_found_where_no_lead_is_open_but_some_outcomes_are_hidden(what):
    selling = Selling(still_open=0)
    selling.columns["F1"] = LEAKS[what](selling)
    selling.won[::5] = np.nan
    assert findings(selling)["F1"].leak


def test_a_copy_that_one_word_was_written_over_is_found_and_its_original_kept():
    selling = Selling()
    first = selling.pick("Call", "Mail", "Visit", "Fair")
    changed = selling.chance.random(selling.count) < np.where(selling.truth > 0.5, 0.1, 0.5)
    selling.columns["Contact"] = first
    selling.columns["Contact shown"] = ["Edited" if over else word for word, over in zip(first, changed, strict=True)]
    found = findings(selling)
    assert found["Contact shown"].leak
    assert "Edited" in found["Contact shown"].why
    assert found["Contact"].teaches


def test_a_rating_written_in_batches_is_found():
    selling = Selling()
    stretch = 12 * np.arange(selling.count) // selling.count % 3 == 1
    rating = np.where(selling.log_odds > np.median(selling.log_odds), "1", "2")
    selling.columns["F1"] = [word if there else None for word, there in zip(rating.tolist(), stretch, strict=True)]
    assert "batches" in findings(selling)["F1"].why


def test_the_seller_overrules_both_ways_and_the_evidence_stays():
    selling = Selling()
    selling.columns["Copy"] = selling.by_outcome("A", "B")
    found = findings(selling, kept=["Copy"], left_out=["Source"])
    assert found["Copy"].teaches
    assert found["Copy"].by_seller
    assert "uncertainty" in found["Copy"].why
    assert not found["Source"].teaches
    assert found["Source"].by_seller


def test_days_between_the_first_day_and_the_outcome_are_no_trait_of_a_lead():
    selling = Selling()
    took = selling.chance.integers(5, 90, selling.count)
    selling.columns["Ended"] = selling.decided_only(
        [day + dt.timedelta(days=int(days)) for day, days in zip(selling.created, took, strict=True)]
    )
    selling.columns["Span"] = took.astype(float).tolist()  # filled on open leads too, so that only its sum tells
    found = findings(selling)
    assert found["Ended"].leak
    assert "days between" in found["Span"].why


def test_columns_that_cannot_teach_say_why():
    selling = Selling(count=400, still_open=50)
    selling.columns |= {
        "Number": list(range(5_000, 5_400)), "Nothing": [None] * 400, "Always": ["yes"] * 400,
        "Source again": list(selling.columns["Source"]),
    }  # fmt: skip
    why = {header: found.why for header, found in findings(selling).items() if not found.teaches}
    assert why == {
        "Number": "numbers the leads", "Nothing": "blank throughout", "Always": "the same on every decided lead",
        "Source again": "says the same as Source",
    }  # fmt: skip


@pytest.mark.parametrize("named", [True, False], ids=["with their headers", "with headers that say nothing"])
@pytest.mark.parametrize("hidden", [None, 0, 3], ids=["all outcomes", "first fifth hidden", "fourth fifth hidden"])
def test_real_leads_what_was_filled_in_after_the_outcome_and_nothing_else_is_found(shared_data, named, hidden):
    with (shared_data / "x_education" / "leads.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    won = np.array([float(row["Converted"]) for row in rows])
    if hidden is not None:
        won[np.random.default_rng(5).permutation(len(rows)) % 5 == hidden] = np.nan
    headers = [header for header in rows[0] if header not in {"Prospect ID", "Converted"}]
    shown = dict(zip(headers, headers if named else [f"F{at}" for at in range(len(headers))], strict=True))
    asked = question_about(
        {shown[header]: [row[header] for row in rows] for header in headers}, [row["Prospect ID"] for row in rows], won
    )
    found = {finding.header for finding in find_leaks(asked, in_order(asked, ~np.isnan(won))) if finding.leak}
    assert found == {
        shown[header]
        for header in (
            "Tags", "Lead Quality", "Lead Profile", "Last Notable Activity", "Asymmetrique Activity Index",
            "Asymmetrique Profile Index", "Asymmetrique Activity Score", "Asymmetrique Profile Score",
        )
    }  # fmt: skip
