"""Prices add up to the cent, in every currency, in any order of the lines."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.analysis.proposing.pricing import QuotedLine, exact, price_option, rounded, smallest_unit

D = Decimal


def line(quantity="1", price="0", discount="0", tax="0", listed=None) -> QuotedLine:
    return QuotedLine(2, "Seat", D(quantity), D(price), D(discount), D(tax), None if listed is None else D(listed))


@pytest.mark.parametrize(
    ("cell", "meant"),
    [(0.1, "0.1"), (1.1 * 3, "3.3"), (1.1 / 100, "0.011"), (19.99, "19.99"), (1e15, "1E+15"), (0.29 * 100, "29")],
)
def test_a_cell_is_worth_what_excel_shows(cell, meant):
    assert exact(cell) == D(meant)


@pytest.mark.parametrize(
    ("currency", "amount", "written"),
    [("EUR", "2.675", "2.68"), ("EUR", "2.665", "2.67"), ("JPY", "100.5", "101"), ("KWD", "1.0005", "1.001"),
     ("USD", "0.004", "0.00")],
)  # fmt: skip
def test_half_a_smallest_unit_goes_up(currency, amount, written):
    assert str(rounded(D(amount), smallest_unit(currency))) == written


def test_an_offer_worked_out_by_hand():
    # 3 x 33.33 = 99.99, less 10 % (9.999 -> 10.00) = 89.99; 1 x 0.05 = 0.05, less 50 % (0.025 -> 0.03) = 0.02.
    option = price_option("A", [line("3", "33.33", "0.1", "0.19", "40"), line("1", "0.05", "0.5", "0.07")], "EUR")
    first, second = option.lines
    assert (first.gross, first.discount_amount, first.net) == (D("99.99"), D("10.00"), D("89.99"))
    assert (second.gross, second.discount_amount, second.net) == (D("0.05"), D("0.03"), D("0.02"))
    assert option.subtotal == D("90.01")
    assert option.list_total == D("120.05")
    assert option.discount == D("30.04")
    # 0.02 x 7 % = 0.0014; 89.99 x 19 % = 17.0981
    assert [(tax.rate, tax.base, tax.amount) for tax in option.taxes] == [
        (D("0.07"), D("0.02"), D("0.00")), (D("0.19"), D("89.99"), D("17.10")),
    ]  # fmt: skip
    assert (option.tax, option.total) == (D("17.10"), D("107.11"))


def test_a_tax_is_rounded_once_on_the_sum_not_line_by_line():
    # 7 % of 0.07 is 0.0049 -> 0.00 each; of the sum 0.70 it is 0.049 -> 0.05.
    option = price_option("", [line("1", "0.07", tax="0.07") for _ in range(10)], "EUR")
    assert option.tax == D("0.05")


def test_a_price_above_the_list_is_no_negative_discount():
    option = price_option("", [line("1", "120", listed="100"), line("1", "90", listed="100")], "EUR")
    assert (option.list_total, option.discount) == (D("220.00"), D("10.00"))
    assert option.lines[0].list_price == D(120)


cents = st.integers(0, 10**9).map(lambda number: D(number).scaleb(-2))
shares = st.integers(0, 1000).map(lambda number: D(number).scaleb(-3))
quantities = st.integers(1, 10**6).map(lambda number: D(number).scaleb(-3))
lines = st.lists(
    st.builds(QuotedLine, st.integers(2, 99), st.just("Seat"), quantities, cents, shares, shares, st.none() | cents),
    min_size=1,
    max_size=12,
)
currencies = st.sampled_from(["EUR", "JPY", "KWD"])


@given(lines, currencies)
def test_what_is_printed_adds_up(quoted, currency):
    option, unit = price_option("", quoted, currency), smallest_unit(currency)
    for one in option.lines:
        assert one.gross - one.discount_amount == one.net
        assert 0 <= one.discount_amount <= one.gross
    assert sum(one.net for one in option.lines) == option.subtotal
    assert sum(tax.base for tax in option.taxes) == option.subtotal
    assert sum(tax.amount for tax in option.taxes) == option.tax
    assert option.subtotal + option.tax == option.total
    assert option.list_total - option.discount == option.subtotal
    assert option.discount >= 0
    amounts = [option.list_total, option.discount, option.subtotal, option.tax, option.total]
    amounts += [amount for one in option.lines for amount in (one.gross, one.discount_amount, one.net)]
    assert all(amount % unit == 0 for amount in amounts)


@given(lines, currencies)
def test_no_line_is_off_by_more_than_half_a_unit(quoted, currency):
    unit = Fraction(smallest_unit(currency))
    for given_line, one in zip(quoted, price_option("", quoted, currency).lines, strict=True):
        true = Fraction(given_line.quantity) * Fraction(given_line.unit_price)
        assert abs(Fraction(one.gross) - true) <= unit / 2
        assert abs(Fraction(one.discount_amount) - Fraction(one.gross) * Fraction(given_line.discount)) <= unit / 2


@given(lines, currencies, st.randoms())
def test_the_order_of_lines_changes_no_sum(quoted, currency, chance):
    shuffled = list(quoted)
    chance.shuffle(shuffled)
    one, other = price_option("", quoted, currency), price_option("", shuffled, currency)
    assert (one.subtotal, one.taxes, one.total, one.discount) == (
        other.subtotal, other.taxes, other.total, other.discount,
    )  # fmt: skip


@given(st.integers(-(10**12), 10**12).map(lambda number: D(number).scaleb(-4)), currencies)
def test_rounding_is_half_up(amount, currency):
    unit = smallest_unit(currency)
    assert rounded(amount, unit) == (amount / unit).quantize(D(1), ROUND_HALF_UP) * unit
