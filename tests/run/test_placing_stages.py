"""Stages of a team's own: where they are placed, how likely they win, and how a deal's end is told from a stage."""

from __future__ import annotations

import pytest

from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.playbook import StageClass
from leadbook.run.adoption.placing_stages import place_new

STAGES = DEFAULT_PLAYBOOK.stages


def pipeline(words, chances=None, listed=(), spoken=()):
    stages, _ = place_new(STAGES, words, chances or {}, listed, {*words, *spoken})
    return [(stage.name, stage.probability) for stage in stages if stage.stage_class is StageClass.OPEN]


def test_a_pipeline_all_of_its_own_rises_evenly_in_the_order_of_its_numbers():
    assert pipeline(["3. Deal", "1. Hello", "2. Talk"]) == [("1. Hello", 0.25), ("2. Talk", 0.5), ("3. Deal", 0.75)]


def test_the_dropdowns_order_places_a_stage_and_its_neighbours_give_its_probability():
    listed = ["Prospecting", "Pilot", "Trial", "Proposal", "Won"]
    found = pipeline(["Trial", "Pilot"], listed=listed, spoken=["Prospecting", "Proposal"])
    assert found == [("Prospecting", 0.05), ("Pilot", 0.2), ("Trial", 0.35), ("Proposal", 0.5)]


def test_the_teams_own_probabilities_go_before_any_guess():
    found = pipeline(["Pilot"], {"pilot": 0.62}, spoken=["Prospecting", "Proposal", "Closing"])
    assert found == [("Prospecting", 0.05), ("Proposal", 0.5), ("Pilot", 0.62), ("Closing", 0.9)]


def test_a_lone_word_that_tells_nothing_is_placed_early_so_that_no_forecast_is_rosy():
    found = dict(pipeline(["Pilot"]))
    assert len(found) == 1 + sum(stage.stage_class is StageClass.OPEN for stage in STAGES)
    assert 0.3 <= found["Pilot"] <= 0.4


@pytest.mark.parametrize(
    ("word", "ended"),
    [
        ("Contract signed", StageClass.WON),
        ("Sold!", None),
        ("not signed yet", None),
        ("Abgesagt", StageClass.LOST),
        ("On hold", StageClass.NURTURE),
        ("Junk", StageClass.DISQUALIFIED),
        ("Pilot", None),
    ],
)
def test_how_a_deal_ended_is_told_from_a_stage(word, ended):
    stages, notes = place_new(STAGES, [word], {}, (), {word})
    holder = next((stage for stage in stages if word in stage.aliases), None)
    assert (holder.stage_class if holder else None) == ended
    assert any(word in note for note in notes)


@pytest.mark.parametrize(
    ("word", "chance"),
    [
        ("Bid sent", 0.5), ("Angebot raus", 0.5), ("Inspection sched", 0.4), ("Verbal yes", 0.9),
        ("No answer", 0.1), ("To call", 0.05), ("No quote yet", 0.4),
        ("LVM", 0.1), ("Needs quote", 0.4), ("\u00c0 chiffrer", 0.4), ("Pendiente de firma", 0.7), ("Waiting", 0.3),
    ],
)  # fmt: skip
def test_without_an_order_a_stage_is_as_likely_as_the_one_its_words_are_like(word, chance):
    assert dict(pipeline([word]))[word] == chance


def test_a_later_row_is_no_likelier_to_win():
    found = pipeline(["Quote out", "Voicemail", "Alpha", "Site visit"], spoken=["Proposal"])
    assert found == [("Voicemail", 0.1), ("Alpha", 0.3), ("Site visit", 0.4), ("Proposal", 0.5), ("Quote out", 0.5)]


@pytest.mark.parametrize(
    ("word", "won"), [("Devis accept\u00e9", True), ("Accepted", True), ("Sales accepted lead", False)]
)
def test_a_quote_that_is_accepted_is_won_and_a_lead_that_is_accepted_is_not(word, won):
    stages, _ = place_new(STAGES, [word], {}, (), {word})
    holder = next(stage for stage in stages if word in (stage.name, *stage.aliases))
    assert (holder.stage_class is StageClass.WON) == won


@pytest.mark.parametrize(
    ("word", "ended"),
    [
        ("Order received", StageClass.WON),
        ("PO confirmed", StageClass.WON),
        ("Bestellung eingegangen", StageClass.WON),
        ("Order expected", StageClass.OPEN),
        ("PO to be confirmed", StageClass.OPEN),
        ("Awaiting order confirmed", StageClass.OPEN),
        ("Order not received", StageClass.OPEN),
        ("Enquiry received", StageClass.OPEN),
        ("Received order cancelled", StageClass.LOST),
    ],
)
def test_an_order_that_has_come_in_is_won_and_one_that_is_awaited_is_open(word, ended):
    stages, _ = place_new(STAGES, [word], {}, (), {word})
    holder = next(stage for stage in stages if word in (stage.name, *stage.aliases))
    assert holder.stage_class is ended
