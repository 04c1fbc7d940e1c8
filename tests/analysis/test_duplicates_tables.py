"""Tables of anything: what columns are taken for, and pairs that are never passed over."""

from __future__ import annotations

import itertools
import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from dirty_lists import LISTS

from leadbook.analysis.duplicates import hope
from leadbook.analysis.duplicates.anytable import search_table
from leadbook.analysis.duplicates.bridges import by_others
from leadbook.analysis.duplicates.normalise import split_name
from leadbook.analysis.duplicates.plain import company_names, day_digits, house_of, mail_address, road_of
from leadbook.analysis.duplicates.roles import recognise


@pytest.mark.parametrize(
    ("header", "values", "role"),
    [
        ("Kontakt", ["anna@acme.de", "ben@globex.com", "", "cy@x.org"], "email"),
        ("contact_email", ["", "none yet", "ask"], "email"),
        ("MobilePhone", ["+49 30 123456", "030/998877", "0176 5554433"], "phone"),
        ("x1", ["(030) 123456", "(040) 998877", "(089) 555443"], "phone"),
        ("givenName", ["Zsofia", "Ottokar", "Mehmet"], "given"),
        ("col3", ["Robert", "Liz", "Thomas", "Wolfgang"], "given"),
        ("SURNAME", ["Okafor", "Lind", "Sato"], "surname"),
        ("Billing City", ["Berlin", "Bern", "Wien"], "city"),
        ("Postal Code", ["10115", "3000", "1010"], "postcode"),
        ("address_1", ["Main Street", "Long Road", "Kent Street"], "street"),
        ("where", ["12 Main Street", "4 Long Road", "9 Kent Ave"], "street"),
        ("dob", ["19710624", "19840112", "20010330"], "date"),
        ("started", ["2001-03-04", "1999-12-31", "2010-01-01"], "date"),
        ("passport", [str(7364009 + 7919 * (n // 2)) for n in range(60)], "code"),
        ("serial", [str(1000 + n) for n in range(60)], ""),
        ("price", ["12.50", "$99.00", "3"] * 9, "figure"),
        ("sort", ["cafe", "bakery"] * 30, "choice"),
        ("remark", ["likes tea", "calls on Mondays", "has a dog"], "text"),
        ("state", ["open"] * 9, ""),
        ("blank", ["", "", ""], ""),
    ],
)
def test_columns_are_known_by_header_and_by_looks(header, values, role):
    known = recognise({"Company": ["Acme", "Globex", "Initech"], header: values})
    assert [column.role for column in known[1:]] == ([role] if role else [])


@pytest.mark.parametrize(
    ("headers", "roles"),
    [
        (("Pr\u00e9nom", "Nom", "CP", "T\u00e9l", "Courriel"), ["given", "surname", "postcode", "phone", "email"]),
        (("Vorname", "Name", "PLZ", "Handynummer", "E-Mail"), ["given", "surname", "postcode", "phone", "email"]),
        (("a", "b", "c", "d", "e"), ["given", "surname", "code", "phone", "email"]),
    ],
)
def test_first_and_last_names_are_told_by_what_stands_beside_them(headers, roles):
    names = [("Zsofia", "Okafor"), ("Mehmet", "Lind"), ("Ottokar", "Sato"), ("Anna", "Weiss"), ("Tom", "Prat")]
    rows = [
        (first, last, str(10115 + 77 * n), f"(030) {99812 + n}", f"{first}.{last}@mail.com".casefold())
        for n, (first, last) in enumerate(names)
    ]
    known = recognise(dict(zip(headers, map(list, zip(*rows, strict=True)), strict=True)))
    assert [column.role for column in known] == roles


def test_where_nothing_names_the_rows_the_first_text_does():
    known = recognise(
        {"price": ["1", "2", "2"], "b": ["red pen", "blue pen", "ink"], "c": ["on a shelf", "sold", "here"]}
    )
    assert [(column.header, column.role) for column in known][1:] == [("b", "company"), ("c", "text")]


@pytest.mark.parametrize(
    ("normalised", "expected"),
    [
        (
            company_names(["ACME GmbH & Co. KG", "Acme S.A.", "The Acme Company", "private"]),
            ["acme", "acme", "acme", ""],
        ),
        ([mail_address("Anna+crm@ACME.de"), mail_address("a.b@googlemail.com")], ["anna@acme.de", "ab@gmail.com"]),
        ([road_of("12 Main Street, Apt 4"), road_of("main st. 12")], ["main st", "main st"]),
        ([house_of("747 9th Ave."), house_of("Hauptstr. 5a")], ["747", "5a"]),
        ([day_digits("1971-06-24"), day_digits("24.06.1971"), day_digits("19710624")], ["19710624"] * 3),
        ([split_name("Schmidt, Anna"), split_name("Dr. Anna M. Schmidt")], [("anna", "schmidt")] * 2),
    ],
)
def test_habits_of_writing_are_taken_away(normalised, expected):
    assert normalised == expected


@pytest.mark.parametrize("name", LISTS)
def test_no_pair_that_is_one_is_passed_over_in_large_lists(name, monkeypatch):
    rows, _ = LISTS[name](2)
    found, _, _ = search_table({key: [row[key] for row in rows] for key in rows[0]})
    monkeypatch.setattr(hope, "MANY", 0)
    assert hope.hopeful(found.rows, found.first, found.second).mean() >= 0.98
    drawn = np.random.default_rng(0).integers(0, found.rows.count, (2, 5_000))
    if name not in {"papers", "goods"}:  # in long texts any words may stand anywhere
        assert hope.hopeful(found.rows, drawn[0], drawn[1]).mean() <= 0.1, "it is there to leave most pairs out"


def test_the_order_of_rows_changes_no_decision():
    rows, _ = LISTS["contacts"](4)
    places = np.random.default_rng(1).permutation(len(rows)).tolist()

    def decided(order: list[int]) -> set[tuple[int, int]]:
        found, at, _ = search_table({key: [rows[place][key] for place in order] for key in rows[0]})
        return {
            (min(pair), max(pair))
            for group in found.groups
            for pair in itertools.combinations([order[at[node]] for node in group], 2)
        }

    assert decided(list(range(len(rows)))) == decided(places)


def test_articles_that_differ_in_their_model_number_are_not_one():
    brands, kinds, looks = ("Sona", "Brix", "Lumo"), ("camera", "drill", "router"), ("black", "white", "mini", "pro")
    rows = [
        {
            "title": f"{brands[n % 3]} {'ABCDEFGHK'[n % 9]}X{1000 + 37 * n} {looks[n % 4]} {kinds[n % 2]}",
            "description": f"{kinds[n % 2]} {looks[n % 4]} {looks[(n + 1) % 4]} by {brands[n % 3]}",
            "maker": brands[n % 3],
        }
        for n in range(120)
    ]
    copies = [row | {"title": " ".join(reversed(row["title"].split())), "description": ""} for row in rows[:30]]
    every = [*rows, *copies]
    found, at, known = search_table({key: [row[key] for row in every] for key in every[0]})
    assert known[0].role == "company"
    assert sorted(sorted(at[group].tolist()) for group in found.groups) == [[n, 120 + n] for n in range(30)]


def test_a_mailbox_that_follows_another_first_name_is_no_second_sign():
    people = [
        ("Jerry", "Bowers", "jerry.bowers@hotmail.com", "4 Long Road", "Nenth"),
        ("Jeremy", "Bowers", "jeremy.bowers@hotmail.com", "91 Kent Ave", "Ulm"),
        ("Susan", "Okafor", "susan.okafor@hotmail.com", "7 Mill Lane", "Bern"),
        ("Susan", "Okafor", "susan.okafr@hotmail.com", "7 Mill Lane", "Bern"),
    ]
    headers = ("first name", "last name", "mail", "street", "town")
    found, at, _ = search_table(dict(zip(headers, map(list, zip(*people, strict=True)), strict=True)))
    assert [sorted(at[group].tolist()) for group in found.groups] == [[2, 3]]


def test_two_rows_that_are_one_by_a_third_name_it():
    rows, _ = LISTS["residents"](1)
    found, _, _ = search_table({key: [row[key] for row in rows] for key in rows[0]})
    linked = by_others(found)
    first, second = np.array(list(linked), dtype=np.int64).T
    unlike = np.flatnonzero(found.chances(first, second) < 0.5)
    assert len(unlike)
    for at in unlike.tolist():
        one, other = int(first[at]), int(second[at])
        third, chance = linked[one, other]
        group = next(group for group in found.groups if one in group)
        assert {other, third} <= set(group)
        links = found.chances(
            np.array([min(one, third), min(other, third)]), np.array([max(one, third), max(other, third)])
        )
        assert chance == pytest.approx(links.min(), abs=1e-6)
