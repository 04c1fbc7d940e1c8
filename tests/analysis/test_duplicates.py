"""Which rows are one lead, which only look like it, and which of them leads."""

from __future__ import annotations

import datetime as dt
import itertools
import math
import random
import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.analysis.duplicates import find_duplicates
from leadbook.analysis.duplicates.blocking import candidate_pairs
from leadbook.analysis.duplicates.leads import ROLES, lead_rows
from leadbook.analysis.duplicates.levels import LEVELS

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.rows import Rows
    from leadbook.analysis.results import Duplicates
    from leadbook.model.records import Records

ANNA = {
    "company": "Acme GmbH",
    "first_name": "Anna",
    "last_name": "Schmidt",
    "email": "anna.schmidt@acme.de",
    "phone": "+49 30 1234567",
    "street": "Hauptstra\u00dfe 5",
    "postcode": "10115",
    "city": "Berlin",
}


def but(row: dict[str, object] | None = None, **changes: object) -> dict[str, object]:
    return {**(row or ANNA), **changes}


def compared_as(records: Records) -> Rows:
    return lead_rows({key: records.leads.frame[key].to_numpy(dtype=object) for key in ROLES})


def rows_of(found: Duplicates) -> set[tuple[int, int]]:
    return set(zip(found.pairs["row_a"], found.pairs["row_b"], strict=True))


@pytest.mark.parametrize(
    "other",
    [
        but(),
        but(company="ACME", phone="030/1234567"),
        but(email="Anna.Schmidt+news@acme.de", phone="", street="", company=""),
        but(first_name="A.", email="", street=""),
        but(first_name="Schmidt", last_name="Anna", email="", phone=""),
        but(last_name="Schmid", email="", phone="004930 1234567"),
        but(company="Acme Holding", email="anna@gmail.com"),
        but(first_name="Anna Schmidt", last_name="", phone="", email=""),
        but(email="anna.schmitd@acme.de", phone=""),
        but(street="Hauptstr. 5", email="", phone=""),
        but(last_name="Schm\u00eddt", email="", phone="", street=""),
    ],
    ids=lambda row: next((f"{k}={v}" for k, v in row.items() if ANNA[k] != v), "same"),
)
def test_one_person_in_two_spellings_is_found(make_records, other):
    found = find_duplicates(make_records([ANNA, other]))
    assert rows_of(found) == {(2, 3)}
    assert found.pairs["probability"].between(0.5, 1.0).all()


@pytest.mark.parametrize(
    "other",
    [
        but(first_name="Peter", last_name="Meier", email="peter.meier@acme.de", phone=""),
        but(first_name="Peter", last_name="Meier", email=""),  # the company's switchboard and address
        but(first_name="Peter", email="peter.schmidt@acme.de", phone=""),
        but(first_name="", last_name="", email="", phone="", street="", city="", postcode=""),
        but(company="Globex", email="anna.schmidt@globex.com", phone="+1 555 987654", street="", city="", postcode=""),
        but(first_name="Bernd", email="b.schmidt@acme.de", phone="+49 30 1234568"),
    ],
)
def test_two_people_at_one_company_or_of_one_name_are_not(make_records, other):
    assert rows_of(find_duplicates(make_records([ANNA, other]))) == set()


def test_two_deals_of_one_account_are_not_duplicates(make_records):
    account = {"company": "Acme", "phone": "+49 30 1234567", "street": "Hauptstr. 5", "city": "Berlin"}
    deals = [
        but(account, amount=4821.0, close_date=dt.date(2026, 1, 10), stage="Won"),
        but(account, amount=550.0, close_date=dt.date(2026, 5, 2), stage="Won"),
        but(account, amount=550.0, close_date=dt.date(2026, 8, 2), stage="Proposal"),
    ]
    assert rows_of(find_duplicates(make_records(deals))) == set()
    assert rows_of(find_duplicates(make_records([deals[0], deals[0]]))) == {(2, 3)}


def test_a_second_deal_of_one_person_is_not_the_same_lead(make_records):
    first = but(amount=5000.0, close_date=dt.date(2025, 3, 1), stage="Won")
    second = but(amount=9000.0, close_date=dt.date(2026, 9, 1), stage="Proposal")
    assert rows_of(find_duplicates(make_records([first, second]))) == set()
    assert rows_of(find_duplicates(make_records([first, but(first, amount=5000.0)]))) == {(2, 3)}


def test_a_company_row_without_a_person_is_found_by_phone_or_address(make_records):
    diner = {
        "company": "Art's Delicatessen",
        "street": "12224 Ventura Blvd.",
        "city": "Studio City",
        "phone": "818/762-1221",
    }
    twin = {"company": "Arts Deli", "street": "12224 Ventura Boulevard", "city": "Studio City", "phone": "818-762-1221"}
    assert rows_of(find_duplicates(make_records([diner, twin]))) == {(2, 3)}


def test_placeholder_phones_connect_nobody(make_records):
    leads = [but(first_name=a, last_name=b, company=c, email="", street="", city="", postcode="", phone="000000000")
             for a, b, c in (("Anna", "Alt", "A"), ("Ben", "Beck", "B"))]  # fmt: skip
    assert rows_of(find_duplicates(make_records(leads))) == set()


def test_a_common_value_says_less_than_a_rare_one(make_records):
    pair = [
        but(email="", phone="", street="", company="", postcode=""),
        but(email="", phone="", street="", company="", postcode=""),
    ]
    rare = find_duplicates(make_records(pair)).pairs["probability"]
    crowd = [but(pair[0], city=f"Town {number}") for number in range(30)]
    common = find_duplicates(make_records([*pair, *crowd])).pairs
    both = common[(common["row_a"] == 2) & (common["row_b"] == 3)]["probability"]
    assert rare.iloc[0] > 0.5
    assert both.empty or both.iloc[0] < rare.iloc[0]


def test_an_agreement_never_speaks_against_and_the_terms_add_up(make_records):
    family = [ANNA, but(first_name="Gustav", email="gustav@gmail.com"), but(first_name="Anne", email="")]
    found = find_duplicates(make_records(family), least=0.0).pairs
    assert len(found)
    for pair in found.itertuples():
        terms = [term.rsplit(" ", 1) for term in pair.reasons.split("; ")]
        assert not [words for words, bits in terms if words.endswith(" equal") and float(bits) < 0]
        odds = sum(float(bits) for _, bits in terms)
        assert 1 / (1 + 2**-odds) == pytest.approx(pair.probability, abs=0.1)


def test_reasons_name_what_agreed_with_its_weight(make_records):
    found = find_duplicates(make_records([ANNA, but(phone="", first_name="Amna")])).pairs.iloc[0]
    assert "Email equal +" in found["reasons"]
    assert "First name one slip apart +" in found["reasons"]
    assert "Phone" not in found["reasons"], "a blank side says nothing"
    bits = sum(float(bit) for bit in re.findall(r"[+-]\d+\.\d(?=;|$)", found["reasons"]))
    assert bits == pytest.approx(math.log2(found["probability"] / (1 - found["probability"])), abs=0.5)


def test_what_is_found_is_the_same_when_nobody_reads_the_reasons(make_records):
    leads = make_records([but(), but(company="ACME"), but(last_name="Schmid", email=""), but(first_name="Bernd")])
    told, found = find_duplicates(leads), find_duplicates(leads, in_words=False)
    assert len(told.clusters) > 1
    for with_reasons, without in ((told.pairs, found.pairs), (told.clusters, found.clusters)):
        assert without.drop(columns="reasons").equals(with_reasons.drop(columns="reasons"))
        assert set(without["reasons"]) == {""}


def test_the_master_is_the_most_complete_then_the_oldest_then_the_uppermost(make_records):
    poor = but(street="", phone="")
    found = find_duplicates(make_records([poor, but(), but()])).clusters
    assert found[found["master"]]["row"].tolist() == [3]
    dated = [but(created=dt.date(2026, 2, 1)), but(created=dt.date(2026, 1, 1)), but(created=dt.date(2026, 1, 1))]
    found = find_duplicates(make_records(dated)).clusters
    assert found[found["master"]]["row"].tolist() == [3]
    assert found["cluster"].tolist() == [1, 1, 1]
    assert sorted(found["row"]) == [2, 3, 4]


def test_a_chain_does_not_pull_its_ends_together(make_records):
    """B shares the email of A and the phone and name of C; A and C are two people."""
    a = {
        "first_name": "Anna",
        "last_name": "Schmidt",
        "company": "Acme",
        "email": "shared@acme.de",
        "phone": "030 1111222",
    }
    b = {"first_name": "", "last_name": "", "company": "Acme", "email": "shared@acme.de", "phone": "040 3333444"}
    c = {
        "first_name": "Peter",
        "last_name": "Meier",
        "company": "Acme",
        "email": "peter@acme.de",
        "phone": "040 3333444",
    }
    found = find_duplicates(make_records([a, b, c]))
    clusters = found.clusters.groupby("cluster")["row"].apply(set).tolist()
    assert not any({2, 4} <= rows for rows in clusters)


def test_archived_leads_and_rows_that_name_nobody_are_left_out(make_records):
    leads = [but(lead_id="L-1"), but(lead_id="L-2"), {"notes": "x"}, {"notes": "x"}]
    assert rows_of(find_duplicates(make_records(leads))) == {(2, 3)}
    assert rows_of(find_duplicates(make_records(leads, archive=[{"lead_id": "L-2"}]))) == set()


@pytest.mark.parametrize("leads", [[], [ANNA], [{"industry": "Software"}, {"industry": "Software"}]])
def test_nothing_to_compare_gives_empty_frames_with_their_columns(make_records, leads):
    found = find_duplicates(make_records(leads, keys=["company", "industry", *ANNA]))
    assert list(found.pairs.columns) == ["row_a", "row_b", "id_a", "id_b", "probability", "reasons"]
    assert list(found.clusters.columns) == ["cluster", "row", "lead_id", "master", "probability", "reasons"]
    assert len(found.pairs) == len(found.clusters) == 0
    assert found.skipped == ()


def test_a_block_too_large_to_compare_is_reported_and_still_searched(make_records):
    leads = [{"company": f"Acme {chr(97 + i // 26)}{chr(97 + i % 26)}x"} for i in range(120)]
    found = find_duplicates(make_records(leads))
    assert any("company" in sentence and "120 rows" in sentence for sentence in found.skipped)
    people = [
        but(first_name=f"Name{chr(97 + i // 26)}{chr(97 + i % 26)}", email="", phone=f"030 {1234567 + 7919 * i}")
        for i in range(120)
    ]
    assert find_duplicates(make_records(people)).skipped == (), "first names split this block"


WORDS = st.sampled_from(["Anna", "Ana", "Peter", "Schmidt", "Schmid", "Meier", ""])
LEAD = st.fixed_dictionaries({
    "first_name": WORDS,
    "last_name": WORDS,
    "company": st.sampled_from(["Acme GmbH", "ACME", "Globex", ""]),
    "email": st.sampled_from(["anna@acme.de", "a.schmidt@acme.de", "anna@gmail.com", "", "x"]),
    "phone": st.sampled_from(["030 1234567", "+49 30 1234567", "030 1234568", ""]),
    "city": st.sampled_from(["Berlin", "Bern", ""]),
})  # fmt: skip


@settings(max_examples=60, deadline=None)
@given(leads=st.lists(LEAD, min_size=2, max_size=8), seed=st.integers(0, 99))
@pytest.mark.slow
def test_the_order_of_rows_changes_nothing(make_records, leads, seed):
    named = [{**lead, "lead_id": f"L-{number}"} for number, lead in enumerate(leads)]
    mixed = random.Random(seed).sample(named, len(named))  # noqa: S311 - a test's shuffle
    one, other = find_duplicates(make_records(named)), find_duplicates(make_records(mixed))

    def pairs(found: Duplicates) -> dict[frozenset[str], float]:
        rows = zip(found.pairs["id_a"], found.pairs["id_b"], found.pairs["probability"], strict=True)
        return {frozenset((a, b)): round(float(p), 9) for a, b, p in rows}

    assert pairs(one) == pairs(other)
    for found in (one, other):
        assert (found.pairs["row_a"] < found.pairs["row_b"]).all()
        assert found.clusters["row"].is_unique
        assert (found.clusters["probability"] >= 0.5).all()
        sizes = found.clusters.groupby("cluster")["master"].agg(["sum", "size"])
        assert (sizes["sum"] == 1).all()
        assert (sizes["size"] >= 2).all()


@pytest.mark.parametrize("levels", LEVELS.values(), ids=LEVELS)
def test_levels_are_shares_that_add_up_and_speak_for_then_against(levels):
    assert sum(level.m for level in levels) == pytest.approx(1, abs=1e-9)
    if levels is not LEVELS["deal"]:
        assert sum(level.u for level in levels) == pytest.approx(1, abs=1e-9)
    shared = [level.related for level in levels]
    assert None in shared or sum(shared) == pytest.approx(1, abs=1e-9)
    assert all(0 < level.m < 1 and 0 < level.u < 1 for level in levels)
    assert levels[0].weight > 0 > levels[-1].weight


def test_the_number_of_pairs_compared_grows_with_the_rows_not_with_their_square(make_records):
    def leads(count: int) -> list[dict[str, object]]:
        draw = random.Random(7)  # noqa: S311 - test data
        letters = "abcdefghijklmnopqrstuvwxyz"
        word = lambda: "".join(draw.choices(letters, k=7))  # noqa: E731 - a short name for one expression
        return [but(first_name=word(), last_name=word(), company=word(), email=f"{word()}@{word()}.com",
                    phone=f"0{draw.randrange(10**9, 10**10)}", street=f"{word()} 5",
                    postcode=str(draw.randrange(10**5)),
                    city=draw.choice(["Berlin", "Bern"])) for _ in range(count)]  # fmt: skip

    sizes = {}
    for count in (300, 3000):
        sizes[count] = len(candidate_pairs(compared_as(make_records(leads(count))))[0])
    assert sizes[3000] < 3000 * 12


def test_every_pair_is_compared_once(make_records):
    first, second, _ = candidate_pairs(compared_as(make_records([ANNA] * 5)))
    assert list(zip(first.tolist(), second.tolist(), strict=True)) == list(itertools.combinations(range(5), 2))
