"""In which currency an adopted list is reckoned."""

from __future__ import annotations

import openpyxl
import pytest

from leadbook import refresh
from leadbook.books.closed import ClosedBook
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.settings import read_playbook
from leadbook.run.adoption.adopting import adopt
from tests.run.conftest import AS_OF


@pytest.fixture
def adopted(tmp_path):
    """Adopt a tracker with these amounts, and a column of currencies where there are any."""

    def run(amounts, currencies=()):
        book = openpyxl.Workbook()
        book.active.append(["Company", "Status", "Amount", *(["Currency"] if currencies else [])])
        for at, amount in enumerate(amounts):
            book.active.append([f"Ox {at}", "Proposal", amount, *currencies[at : at + 1]])
        path = tmp_path / "tracker.xlsx"
        book.save(path)
        notes = adopt(path, DEFAULT_PLAYBOOK).notes
        playbook, _ = read_playbook(ClosedBook.open(path).contents)
        return path, playbook, notes

    return run


def test_a_list_in_dollars_is_reckoned_in_dollars_and_says_so(adopted):
    path, playbook, notes = adopted(["$18,400", 1250, "$900"])
    assert playbook.options.base_currency == "USD"
    assert playbook.rates["EUR"] == pytest.approx(1 / 0.9, abs=1e-6)
    assert any("in USD, so every total is shown in USD" in note for note in notes)
    assert refresh(path, as_of=AS_OF).open_amount == 18400 + 1250 + 900


def test_the_column_of_currencies_counts(adopted):
    _, playbook, _ = adopted([10, 20, 30], ["CHF", "CHF", "EUR"])
    assert playbook.options.base_currency == "CHF"


@pytest.mark.parametrize("amounts", [["1.200 \u20ac", "$900", 5], ["$1,200", "900 \u20ac"]])
def test_the_usual_currency_stays_where_the_list_has_as_many_amounts_in_it(adopted, amounts):
    _, playbook, notes = adopted(amounts)
    assert playbook.options.base_currency == "EUR"
    assert not any("currency" in note.casefold() for note in notes)


def test_amounts_that_name_no_currency_are_said_to_be_taken_as_the_base(adopted):
    _, playbook, notes = adopted([1200, 900])
    assert playbook.options.base_currency == "EUR"
    assert any("all are taken as EUR; if they are not, change Base Currency" in note for note in notes)


def test_a_currency_without_a_rate_has_the_others_left_out_rather_than_guessed(adopted):
    _, playbook, _ = adopted(["R$ 1.200,00", "R$ 900,00"])
    assert playbook.options.base_currency == "BRL"
    assert playbook.rates == {"BRL": 1.0}
