"""Texts of many words: a word with a slip is almost as much of a sign as the word itself."""

from __future__ import annotations

import itertools
import random

import numpy as np
import pytest

from leadbook.analysis.duplicates.anytable import search_table
from leadbook.analysis.duplicates.roles import recognise
from leadbook.analysis.duplicates.vocabulary import meant_words

PARTS = ("har", "mor", "bi", "gra", "lan", "or", "pel", "quar", "rib", "sad", "tim", "um", "vel", "wal", "ker", "dan")
WORDS = [one + other + "tes" for one, other in itertools.permutations(PARTS, 2)]


@pytest.mark.parametrize(
    ("slip", "meant"),
    [
        ("lantrn", "lantern"),
        ("lanntern", "lantern"),
        ("lamtern", "lantern"),
        ("lanetrn", "lantern"),
        ("lamterm", "lamterm"),  # two slips
        ("lane", "lane"),  # too short to tell
        ("hh580", "hh580"),  # a model number is another one
    ],
)
def test_a_rare_word_is_a_slip_of_a_commoner_one(slip, meant):
    texts = ["lantern", "lanes", "hh5807", slip]
    found = meant_words(texts, np.array([9, 9, 9, 1]))
    assert texts[found[3]] == meant
    assert found[:3].tolist() == [0, 1, 2], "the commoner word is no slip of the rarer one"


def test_of_two_words_as_common_as_each_other_none_is_a_slip():
    assert meant_words(["hansen", "jansen"], np.array([4, 4])).tolist() == [0, 1]


def test_two_texts_are_one_though_every_other_word_has_a_slip():
    rng = random.Random(2)  # noqa: S311 - test data
    texts = [" ".join(rng.sample(WORDS, 8)) for _ in range(120)]
    wanted = texts[7].split()
    rng.shuffle(wanted)
    slipped = " ".join(word[:2] + word[3:] if place % 2 else word for place, word in enumerate(wanted))
    towns = [f"{WORDS[place % 40].title()} Town" for place in range(len(texts))]
    found, order, _ = search_table({"remark": [*texts, slipped], "town": [*towns, towns[7]]})
    assert [sorted(order[group].tolist()) for group in found.groups] == [[7, 120]]


@pytest.mark.parametrize(
    ("values", "roles"),
    [
        ([f"${place}.{place % 90 + 10}" for place in range(1, 60)], ["company", "figure"]),
        ([f"{place},{place % 90 + 10}" for place in range(1, 60)], ["company", "figure"]),
        ([f"{place} \u20ac" for place in range(1, 60)], ["company", "figure"]),
        ([str(place) for place in range(1, 60)], ["company"]),  # a serial number tells no two rows apart
    ],
)
def test_prices_that_are_all_different_are_no_serial_number(values, roles):
    titles = [" ".join(WORDS[place % 20 : place % 20 + 3]) for place in range(len(values))]
    assert [column.role for column in recognise({"title": titles, "p": values})] == roles
