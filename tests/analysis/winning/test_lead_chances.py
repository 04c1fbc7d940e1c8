"""The chance of a workbook's leads: what gives the outcome away stays out of it by every door, and its terms add up."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pytest
from msgspec import structs

from leadbook.analysis.history import visits
from leadbook.analysis.score import fit_without, score
from leadbook.analysis.standing import stand
from leadbook.analysis.winning.lead_reasons import reason_out
from leadbook.analysis.winning.leads import learn_wins
from leadbook.analysis.winning.newton import chance_of
from leadbook.model.playbook import ScoringRule

TODAY = dt.date(2026, 11, 18)
FIT = (
    ScoringRule("industry", "Software", 20),
    ScoringRule("amount", "1..", 20),
)


def sold(seed=1, *, priced=True, count=400):
    """Return leads whose industry tells a little; ``priced`` ones have an amount when won and at no other time."""
    draw = np.random.default_rng(seed)
    leads = []
    for number in range(count):
        began = TODAY - dt.timedelta(days=int(draw.integers(20, 500)))
        soft, waiting = draw.random() < 0.5, draw.random() < 0.2
        won = not waiting and draw.random() < (0.5 if soft else 0.25)
        leads.append({
            "lead_id": f"L{number:04d}", "industry": "Software" if soft else "Retail", "created": began,
            "stage": "Proposal" if waiting else "Won" if won else "Lost",
            "close_date": None if waiting else began + dt.timedelta(days=int(draw.integers(3, 19))),
            "amount": float(draw.integers(5, 90) * 100) if won or not priced else None,
        })  # fmt: skip
    return leads


def learned_from(make_records, make_playbook, leads):
    records = make_records(leads, playbook=make_playbook(scoring=FIT))
    scores = score(records, TODAY)
    wins = learn_wins(records, scores, visits(records.history), TODAY)
    return records, wins, stand(records, scores, TODAY, wins)


def test_a_column_that_gives_the_outcome_away_does_not_come_back_through_the_fit_points(make_records, make_playbook):
    _, wins, standing = learned_from(make_records, make_playbook, sold())
    assert "Amount" in [leak.header for leak in wins.learned.leaks]
    assert wins.learned.readable.left_out.auc.value < 0.75  # one word of two does not foretell more
    waiting = standing.frame["open"].to_numpy()
    # Open leads have no amount yet; what won ones have must not speak against them.
    assert standing.frame["base_win"].to_numpy()[waiting].mean() > 0.25


def test_fit_points_of_honest_columns_still_count(make_records, make_playbook):
    leads = [{"lead_id": "A", "industry": "Software", "amount": 900.0}, {"lead_id": "B", "amount": 900.0}]
    records = make_records(leads, playbook=make_playbook(scoring=FIT))
    fit = score(records, TODAY).frame["fit"].to_numpy()
    assert fit.tolist() == [40.0, 20.0]
    assert fit_without(records, fit, frozenset({"Amount"})).tolist() == [20.0, 0.0]
    assert fit_without(records, fit, frozenset({"Industry"})).tolist() == [20.0, 20.0]
    assert fit_without(records, fit, frozenset({"Close Date"})).tolist() == [40.0, 20.0]


def test_the_terms_of_every_lead_add_up_to_the_chance_shown(make_records, make_playbook):
    records, wins, standing = learned_from(make_records, make_playbook, sold(priced=False))
    reasons = reason_out(wins, records, standing)
    win = standing.frame["win"].to_numpy()[reasons.rows]
    assert len(win) > 50
    for at, chance in enumerate(win.tolist()):
        told = sum(term.log_odds for term in reasons.terms(at))
        assert told == pytest.approx(np.log(chance / (1 - chance)), abs=1e-6)


def test_an_effect_of_age_too_slight_to_show_is_not_lost(make_records, make_playbook):
    records, wins, standing = learned_from(make_records, make_playbook, sold(priced=False))
    reasons = reason_out(wins, records, standing)
    win = standing.frame["win"].to_numpy().copy()
    win[reasons.rows] = chance_of(reasons.total - reasons.age + 0.004)
    slight = structs.replace(standing, frame=standing.frame.assign(win=win))
    terms = reason_out(wins, records, slight).terms(0)
    assert "Age" not in [term.column for term in terms]
    assert sum(term.log_odds for term in terms) == pytest.approx(float((reasons.total - reasons.age)[0]) + 0.004)
