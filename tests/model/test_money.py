"""Amounts and the currency typed beside them."""

from __future__ import annotations

import math

import pytest

from leadbook.model.money import currencies_of, currency_code, read_money


@pytest.mark.parametrize(
    ("typed", "amount", "mark"),
    [
        (1488043.0, 1488043, ""),
        ("$1,488,043.00", 1488043, "$"),
        ("12 k", 12_000, ""),
        ("$1.2M", 1_200_000, "$"),
        ("1,5 Mio", 1_500_000, ""),
        ("\u20ac 1,5 Mio.", 1_500_000, "\u20ac"),
        ("(1,200)", -1200, ""),
        ("($1,200.50)", -1200.5, "$"),
        ("-$50", -50, "$"),
        ("$-50", -50, "$"),
        ("1.234,56 \u20ac", 1234.56, "\u20ac"),
        ("EUR 1 200", 1200, "EUR"),
        ("eur1200", 1200, "EUR"),
        ("1200 usd", 1200, "USD"),
        ("US$ 99.50", 99.5, "US$"),
        ("1'200.-", 1200, ""),
        ("CHF 1'200.\u2014", 1200, "CHF"),
        ("1.250,- \u20ac", 1250, "\u20ac"),
        ("12k\u20ac", 12_000, "\u20ac"),
        ("kr 1 200,50", 1200.5, "KR"),
        ("Rs. 5,00,000.00", 500_000, "RS."),
        ("\u00a31,200", 1200, "\u00a3"),
        ("0", 0, ""),
    ],
)
def test_amounts(typed, amount, mark):
    reading = read_money([typed, "7,5"] if typed == "1.250,- \u20ac" else [typed])
    assert reading.values[0] == pytest.approx(amount)
    assert not reading.faults
    assert (reading.currencies[0] if reading.currencies is not None else "") == mark


@pytest.mark.parametrize("typed", ["5 bananas", "USDX 5", "$", "EUR", "a lot", "1/2", True, "$ 1,2,3"])
def test_what_is_no_amount_stays_blank_and_is_said(typed):
    reading = read_money([typed, 3.0])
    assert math.isnan(reading.values[0])
    assert reading.values[1] == 3
    ((places, fault),) = reading.faults
    assert (fault.code, places.tolist()) == ("LB201", [0])
    assert reading.currencies is None


def test_a_dot_before_three_digits_names_both_amounts_it_may_be():
    reading = read_money(["1.200 \u20ac"])
    assert math.isnan(reading.values[0])
    assert "1200 or 1.2" in reading.faults[0][1].message


def test_repeated_amounts_share_one_fault():
    reading = read_money(["?!", 5.0, "?!"])
    ((places, _),) = reading.faults
    assert places.tolist() == [0, 2]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("eur", "EUR"), ("\u20ac", "EUR"), ("Euro", "EUR"), ("$", "USD"), (" us$ ", "USD"), ("xyz", "XYZ")],
)
def test_currency_codes(typed, code):
    assert currency_code(typed) == code


def test_a_dollar_sign_may_mean_any_dollar():
    assert currencies_of("$")[0] == "USD"
    assert {"CAD", "AUD"} <= set(currencies_of("$"))
    assert currencies_of("US$") == ("USD",)


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["12.400,00", "$18,000"], [12400, None]),
        (["1,250.50", "27.500"], [1250.5, None]),
        (["12.400,00", "27.500"], [12400, 27500]),
        (["1250.5", "18,000"], [1250.5, 18000]),
        (["0.125", "27.500"], [0.125, 27.5]),
        (["1234.5678", "27.500"], [1234.5678, 27.5]),
    ],
)
def test_money_has_no_thousandths_unless_the_column_shows_them(cells, amounts):
    reading = read_money(cells)
    assert [None if math.isnan(value) else value for value in reading.values.tolist()] == amounts
    assert len(reading.faults) == amounts.count(None)
