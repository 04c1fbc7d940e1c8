"""Which spelling is a slip of which."""

from __future__ import annotations

import pytest

from leadbook.model.countries import country_names
from leadbook.rules.spelling import case_variants, nearest, slips
from leadbook.rules.vocabulary import INDUSTRIES


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("technolgy", "technology"),
        ("Technolgy", "Technology"),
        ("TECHNOLGY", "TECHNOLOGY"),
        ("helthcare", "healthcare"),
    ],
)
def test_a_dictionary_word_is_suggested_in_the_case_of_the_slip(text, meant):
    assert slips({text: 40}, dictionary=INDUSTRIES) == {text: meant}


@pytest.mark.parametrize("pair", [("Austria", "Australia"), ("Niger", "Nigeria"), ("Iran", "Iraq"), ("Mali", "Malta")])
def test_names_of_two_countries_are_no_slips_of_each_other(pair):
    assert slips({pair[0]: 100, pair[1]: 1}, dictionary=country_names()) == {}


def test_a_slip_needs_a_spelling_ten_times_as_frequent():
    assert slips({"Trade fair": 10, "Trade fiar": 1}) == {"Trade fiar": "Trade fair"}
    assert slips({"Trade fair": 9, "Trade fiar": 1}) == {}


def test_short_words_and_numbers_are_left_alone():
    assert slips({"Web": 90, "Wep": 1}) == {}
    assert slips({"GTK 500": 90, "GTK 600": 1}) == {}


def test_every_case_of_a_slip_gets_the_commonest_right_spelling():
    counts = {"Northwind": 30, "northwind": 12, "Northwnid": 1, "northwnid": 1}
    assert slips(counts) == {"Northwnid": "Northwind", "northwnid": "Northwind"}


def test_a_missing_space_is_found_from_the_columns_own_words():
    assert slips({"GTX Basic": 50, "GTX Plus Pro": 40, "GTXPro": 60}) == {"GTXPro": "GTX Pro"}
    assert slips({"MacBook": 5, "iPhone": 5, "YouTube": 9}) == {}


def test_settled_spellings_prevail_over_frequent_ones():
    assert slips({"GTXPro": 1480}, settled=["GTX Pro"]) == {"GTXPro": "GTX Pro"}


def test_case_follows_the_majority_and_a_tie_stays_open():
    assert case_variants({"Google": 2548, "google": 4, "GOOGLE": 1}) == {"google": "Google", "GOOGLE": "Google"}
    assert case_variants({"Fair": 2, "fair": 2}) == {}
    assert case_variants({"fair": 9}, settled=["Fair"]) == {"fair": "Fair"}


def test_nearest_finds_the_meant_word_or_none():
    assert nearest("propsal", ["Prospecting", "Proposal", "Won"]) == "Proposal"
    assert nearest("Closeout", ["Proposal", "Closing"]) is None
    assert nearest("xyz", ["Prospecting", "Proposal", "Won"]) is None


def test_a_column_of_very_many_spellings_is_still_answered_quickly_and_rightly():
    counts = {f"Company {number:05d}x": 1 for number in range(20_000)} | {"Northwind": 500, "Nortwhind": 1}
    assert slips(counts) == {"Nortwhind": "Northwind"}
