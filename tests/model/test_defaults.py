"""The default playbook says what the definitions say."""

from __future__ import annotations

import pytest

from leadbook.model.cells import comparable
from leadbook.model.columns import LEADS
from leadbook.model.defaults import DEFAULT_PLAYBOOK, OPTION_MEANINGS
from leadbook.model.playbook import Category, StageClass
from leadbook.model.team_options import Options

KEYS = {column.key for column in LEADS}


def test_the_eight_open_stages_have_the_defined_days_and_chances():
    assert [(s.name, s.expected_days, s.stale_days, s.probability) for s in DEFAULT_PLAYBOOK.open_stages] == [
        ("Prospecting", 3, 7, 0.05), ("Initial contact", 5, 7, 0.10), ("Qualification", 10, 14, 0.20),
        ("Assessment", 14, 14, 0.30), ("Meeting / demo", 14, 14, 0.40), ("Proposal", 10, 10, 0.50),
        ("Objections", 14, 10, 0.70), ("Closing", 7, 7, 0.90),
    ]  # fmt: skip


def test_the_terminal_stages():
    terminal = {s.name: (s.stage_class, s.probability, s.category) for s in DEFAULT_PLAYBOOK.stages[8:]}
    assert terminal == {
        "Won": (StageClass.WON, 1.0, Category.CLOSED),
        "Lost": (StageClass.LOST, 0.0, Category.OMITTED),
        "Disqualified": (StageClass.DISQUALIFIED, 0.0, Category.OMITTED),
        "Nurture": (StageClass.NURTURE, 0.0, Category.OMITTED),
    }


@pytest.mark.parametrize(
    ("word", "stage"),
    [
        ("Engaging", "Initial contact"), ("contacted", "Initial contact"), ("Working", "Initial contact"),
        ("Lead Qualification", "Qualification"), ("Qualified", "Qualification"), ("Negotiation", "Objections"),
        ("Negotiation/Review", "Objections"), ("CLOSED WON", "Won"), ("Closed Lost", "Lost"), ("Nurturing", "Nurture"),
        ("Prospecting", "Prospecting"), ("Demo", "Meeting / demo"),
    ],
)  # fmt: skip
def test_words_of_other_systems(word, stage):
    assert DEFAULT_PLAYBOOK.stage(word).name == stage


def test_no_word_means_two_stages():
    words = [comparable(word) for stage in DEFAULT_PLAYBOOK.stages for word in (stage.name, *stage.aliases)]
    assert len(words) == len(set(words))


def test_five_stage_roll_up():
    rolled = dict.fromkeys(stage.roll_up for stage in DEFAULT_PLAYBOOK.open_stages)
    assert list(rolled) == ["Initial contact", "Qualification", "Meetings", "Proposals", "Closing"]


def test_every_column_it_names_exists():
    for stage in DEFAULT_PLAYBOOK.stages:
        assert {key for item in stage.required for key in item.split("|")} <= KEYS
        assert stage.entered_on in KEYS | {""}
    assert {rule.attribute for rule in DEFAULT_PLAYBOOK.scoring} <= KEYS | {"activity", "deduct"}
    assert {route.attribute for route in DEFAULT_PLAYBOOK.routing} <= KEYS
    assert {leak.column for leak in DEFAULT_PLAYBOOK.leaks} <= KEYS


def test_fit_and_engagement_each_reach_fifty():
    best = {}
    for rule in DEFAULT_PLAYBOOK.scoring:
        if rule.group == "fit":
            best[rule.attribute] = max(best.get(rule.attribute, 0), rule.points)
    assert best == {"industry": 12, "employees": 12, "job_title": 12, "country": 7, "amount": 7}
    engagement = {r.value: (r.points, r.half_life_days) for r in DEFAULT_PLAYBOOK.scoring if r.group == "engagement"}
    assert engagement["pricing request"] == engagement["demo request"] == (25, 14)
    assert (engagement["meeting"], engagement["reply"]) == ((15, 14), (10, 14))
    assert {r.value: r.points for r in DEFAULT_PLAYBOOK.scoring if r.group == "deduction"} == {
        "competitor": -30,
        "bounced": -15,
    }


def test_hours_and_thresholds():
    assert DEFAULT_PLAYBOOK.sla_hours == {"hot": 1, "warm": 8, "cold": 16}
    options = DEFAULT_PLAYBOOK.options
    assert (options.mql_fit, options.mql_total, options.hot_total, options.warm_total) == (25, 50, 70, 40)
    assert (options.bant_total, options.stalled_factor, options.next_step_days) == (8, 1.5, 14)
    assert (options.dead_days, options.dead_attempts) == (90, 5)


def test_every_option_is_explained():
    assert set(OPTION_MEANINGS) == set(Options.__struct_fields__)
