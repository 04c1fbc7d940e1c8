"""Adopting names the columns it could not place although their cells are all dates or all amounts."""

from __future__ import annotations

import datetime as dt
import re

import openpyxl
import pytest

from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.run.adoption.adopting import adopt

DAYS = [dt.date(2026, 3, day) for day in (2, 3, 4, 5)]


@pytest.fixture
def told(tmp_path):
    """Adopt a tracker with one column more, and return what is said about columns that are not read."""

    def run(header, values, **wishes):
        workbook = openpyxl.Workbook()
        sheet = workbook.active
        sheet.append(["Company", "Email", "Status", header])
        for at, value in enumerate(values):
            sheet.append([f"Ox {at}", f"a{at}@ox.com", "Proposal", value])
        path = tmp_path / "tracker.xlsx"
        workbook.save(path)
        notes = adopt(path, DEFAULT_PLAYBOOK, **wishes).notes
        return [note for note in notes if note.startswith("Not read")]

    return run


@pytest.mark.parametrize(
    ("header", "values", "words"),
    [
        ("Angebot vom", DAYS, 'only dates in "Angebot vom"; .* --map "Your header=Our header"'),
        ("Anfrage war am", DAYS, '--map "Anfrage war am=Created"'),
        ("Signature attendue", DAYS, '--map "Signature attendue=Close Date"'),
        ("Call back on", DAYS, '--map "Call back on=Next Step Date"'),
        ("Zuletzt gesprochen", DAYS, '--map "Zuletzt gesprochen=Last Activity"'),
        ("Rahmen", ["1.200 €", "900 €", "50 €", "7 €"], 'only amounts in "Rahmen" .* --map "Rahmen=Amount"'),
        ("Rahmen", [1200, 90000.5, 800, 450], 'only amounts in "Rahmen"'),
        ("Budget", [1200, 90000.5, 800, 450], 'only amounts in "Budget" .* --map "Budget=Amount"'),
        ("Budget", ["$12k", "$4,500", "$900", "$30k"], '--map "Budget=Amount"'),
    ],
)
def test_a_column_of_dates_or_amounts_alone_is_named_with_how_to_say_what_it_means(told, header, values, words):
    (note,) = told(header, values)
    assert re.search(words, note), note


@pytest.mark.parametrize("answers", [[3, 2, 1, 0], ["yes", "no", "unclear", "asked"]])
def test_a_budget_that_answers_the_qualification_is_no_amount(told, answers):
    assert told("Budget", answers) == []


def test_a_budget_beside_an_amount_is_not_offered_for_it(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Company", "Status", "Amount", "Budget"])
    for at in range(4):
        workbook.active.append([f"Ox {at}", "Proposal", 1000 + at, 5000 + at])
    workbook.save(tmp_path / "tracker.xlsx")
    notes = adopt(tmp_path / "tracker.xlsx", DEFAULT_PLAYBOOK).notes
    assert not [note for note in notes if note.startswith("Not read")]


def test_a_budget_said_to_be_the_amount_is_read_as_one(tmp_path):
    workbook = openpyxl.Workbook()
    workbook.active.append(["Company", "Status", "Budget"])
    for at in range(4):
        workbook.active.append([f"Ox {at}", "Proposal", 5000 + at])
    workbook.save(tmp_path / "tracker.xlsx")
    adopt(tmp_path / "tracker.xlsx", DEFAULT_PLAYBOOK)
    assert adopt(tmp_path / "tracker.xlsx", DEFAULT_PLAYBOOK, told=["Budget=Amount"]).mapping.keys["amount"] == "Budget"


@pytest.mark.parametrize(
    ("header", "values"),
    [
        ("Kundennr", [10021, 10035, 10040, 10077]),
        ("Baujahr", [1999, 2004, 2011, 2020]),
        ("Besuche", [1, 2, 3, 4]),
        ("Farbe", ["red", "blue", "green", "grey"]),
        ("Angebot vom", [*DAYS[:3], "soon"]),
    ],
)
def test_numbers_that_count_or_name_something_and_mixed_columns_are_not(told, header, values):
    assert told(header, values) == []


def test_a_column_that_the_user_keeps_as_it_is_is_not_named_again(told):
    assert told("Angebot vom", DAYS, told=["Angebot vom=ignore"]) == []
