"""Large groups of rows that say exactly the same are one cluster, whatever the size of blocks."""

from __future__ import annotations

import datetime as dt

import pytest

from leadbook.analysis.duplicates import find_duplicates

ANNA = {"company": "Acme GmbH", "first_name": "Anna", "last_name": "Schmidt", "email": "anna.schmidt@acme.de"}
BEN = {"company": "Globex", "first_name": "Ben", "last_name": "Miller", "email": "ben.miller@globex.com"}


@pytest.mark.parametrize("count", [9, 41, 400])
def test_rows_that_are_all_alike_are_one_cluster(make_records, count):
    found = find_duplicates(make_records([BEN, *[ANNA] * count]))
    assert found.clusters["row"].tolist() == list(range(3, 3 + count))
    assert found.clusters["cluster"].nunique() == 1
    assert found.clusters["master"].tolist() == [True, *[False] * (count - 1)]
    assert found.clusters["probability"].ge(0.5).all()
    assert all(reason.startswith("Email equal") or "equal" in reason for reason in found.clusters["reasons"][1:])
    assert len(found.pairs) < 40 * count
    assert set(found.pairs["row_a"]) | set(found.pairs["row_b"]) == set(range(3, 3 + count))


def test_another_spelling_joins_the_group_and_the_most_complete_row_leads(make_records):
    full = {**ANNA, "company": "ACME", "phone": "+49 30 1234567", "amount": 100}
    found = find_duplicates(make_records([*[ANNA] * 100, full, *[ANNA] * 100]))
    assert found.clusters["cluster"].nunique() == 1
    assert sorted(found.clusters["row"]) == list(range(2, 203))
    assert found.clusters.loc[found.clusters["master"], "row"].tolist() == [102]


def test_rows_of_one_company_without_a_person_are_no_group(make_records):
    found = find_duplicates(make_records([{"company": "Acme GmbH"}] * 60))
    assert found.pairs.empty
    assert found.clusters.empty


def test_two_deals_of_one_person_are_two_groups(make_records):
    one = {**ANNA, "amount": 100, "close_date": dt.date(2026, 1, 1)}
    other = {**ANNA, "amount": 900, "close_date": dt.date(2026, 9, 1)}
    found = find_duplicates(make_records([*[one] * 50, *[other] * 50]))
    rows = found.clusters.groupby("cluster")["row"].agg(["min", "max", "size"])
    assert rows.to_numpy().tolist() == [[2, 51, 50], [52, 101, 50]]


def test_many_equal_rows_are_not_all_compared_with_each_other(make_records):
    found = find_duplicates(make_records([ANNA] * 5_000))
    assert len(found.clusters) == 5_000
    assert len(found.pairs) == 4_999
    assert found.skipped == ()


def test_one_person_with_many_phones_or_amounts_is_one_cluster(make_records):
    phones = [{**ANNA, "phone": f"+49 30 {1_000_000 + 37 * number}"} for number in range(100)]
    amounts = [{**BEN, "amount": 100.0 + number} for number in range(100)]
    found = find_duplicates(make_records([*phones, *amounts]))
    rows = found.clusters.groupby("cluster")["row"].agg(["min", "max", "size"])
    assert rows.to_numpy().tolist() == [[2, 101, 100], [102, 201, 100]]
