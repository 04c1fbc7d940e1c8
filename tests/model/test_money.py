"""Amounts and the currency typed beside them."""

from __future__ import annotations

import math

import numpy as np
import pytest

from leadbook.model.issues import Severity
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
        ("50.000,-- \u20ac", 50_000, "\u20ac"),
        ("\u20ac 50.000,\u2013", 50_000, "\u20ac"),
        ("50.000.-", 50_000, ""),
        ("120 T\u20ac", 120_000, "\u20ac"),
        ("120 TEUR", 120_000, "EUR"),
        ("TEUR 12,5", 12_500, "EUR"),
        ("(T\u20ac 120)", -120_000, "\u20ac"),
        ("120 TRY", 120, "TRY"),
        ("TRY 50", 50, "TRY"),
        ("50 TL", 50, "TL"),
        ("Rs. 12,50,000/-", 1_250_000, "RS."),
        ("\u20b9 2.5 Cr", 25_000_000, "\u20b9"),
        ("\u20b945L", 4_500_000, "\u20b9"),
        ("45 Lacs", 4_500_000, ""),
        ("5 Lakh only", 500_000, ""),
        ("5,00,000 + GST @18%", 500_000, ""),
        ("45 000:-", 45_000, ""),
        ("kr 45 000:-", 45_000, "KR"),
        ("MNOK 2,5", 2_500_000, "NOK"),
        ("KSEK 300", 300_000, "SEK"),
        ("KRW 500", 500, "KRW"),
        ("MXN 500", 500, "MXN"),
        ("200 tys. z\u0142", 200_000, "Z\u0141"),
        ("1,5 mln z\u0142", 1_500_000, "Z\u0141"),
        ("500 tis. K\u010d", 500_000, "K\u010c"),
        ("1,5 mil. K\u010d", 1_500_000, "K\u010c"),
        ("R$ 120 mil", 120_000, "R$"),
        ("R$ 1,2 milh\u00f5es", 1_200_000, "R$"),
        ("45 000 K\u010d bez DPH", 45_000, "K\u010c"),
        ("0", 0, ""),
    ],
)
def test_amounts(typed, amount, mark):
    reading = read_money([typed])
    assert reading.values[0] == pytest.approx(amount)
    assert not reading.faults
    assert (reading.currencies[0] if reading.currencies is not None else "") == mark


@pytest.mark.parametrize(
    "typed",
    ["5 bananas", "USDX 5", "$", "EUR", "a lot", "1/2", True, "$ 1,2,3", "2.5 Cr", "45 L", "120 mil", "\u20ac 120 mil"],
)
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


def test_three_amounts_with_a_dot_before_three_digits_show_that_it_parts_thousands():
    assert read_money(["12.500", "45.000", "8.000", 3.0]).values.tolist() == [12_500, 45_000, 8_000, 3]
    assert read_money(["12.500", "45.000", "8.000", "1.5"]).values.tolist()[-1] == 1.5
    assert np.isnan(read_money(["12.500", "45.000"] * 5).values).all()  # two amounts, however often, show nothing
    assert np.isnan(read_money(["1.250 Mio", "2.500 Mio", "3.125 Mio"]).values).all()  # millions may have decimals


def test_no_cents_prove_what_the_other_mark_means():
    assert read_money(["50,-", "12.500"]).values.tolist() == [50, 12_500]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [("ca. 120 T\u20ac", 120_000), ("~50k", 50_000), ("about 50,000 EUR", 50_000), ("env. 50 000 \u20ac", 50_000),
     ("rund 12,5 Tsd.", 12_500), ("ca.1200", 1200)],
)  # fmt: skip
def test_an_estimate_is_its_number_where_that_is_asked_for_and_it_is_said(typed, amount):
    reading = read_money([typed, typed, 5.0], estimates=True)
    assert reading.values.tolist() == [amount, amount, 5]
    assert not reading.faults
    ((remark, count),) = reading.column_faults
    assert (remark.code, remark.severity, count) == ("LB201", Severity.INFO, 2)
    assert math.isnan(read_money([typed]).values[0])


@pytest.mark.parametrize("typed", ["about", "ca. a lot", "~", "cash 5", "ca. 5 to 8"])
def test_no_estimate_is_made_of_words(typed):
    reading = read_money([typed], estimates=True)
    assert math.isnan(reading.values[0])
    assert [fault.code for _, fault in reading.faults] == ["LB201"]
    assert not reading.column_faults


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


@pytest.mark.parametrize(
    ("typed", "amount", "mark"),
    [
        ("11 900\u20ac HT", 11900, "\u20ac"), ("12k H.T.", 12000, ""), ("5.000,00 EUR netto", 5000, "EUR"),
        ("$1,200 + tax", 1200, "$"), ("\u20ac 3.400,00 zzgl. MwSt.", 3400, "\u20ac"), ("1.200,50 + IVA", 1200.5, ""),
        ("\u00a3900 ex VAT", 900, "\u00a3"),
    ],
)  # fmt: skip
def test_an_amount_said_to_be_without_tax_is_read(typed, amount, mark):
    reading = read_money([typed])
    assert reading.values.tolist() == [amount]
    assert (reading.currencies.tolist() if reading.currencies is not None else [""]) == [mark]


@pytest.mark.parametrize(
    "typed", ["7 200 \u20ac TTC", "1200 brutto", "1200 inkl. MwSt.", "500/mo", "net", "HT", "planet 5"]
)
def test_an_amount_with_tax_in_it_or_by_the_month_is_not_taken_as_the_deals(typed):
    assert math.isnan(read_money([typed]).values[0])


def test_crores_and_lakhs_may_be_one_letter_where_another_amount_shows_that_india_counts_so():
    assert read_money(["2.5 Cr", "45 L", "12,50,000"]).values.tolist() == [25_000_000, 4_500_000, 1_250_000]
    # A ledger writes "Cr" for a credit, and litres are no lakhs.
    assert np.isnan(read_money(["1,200 Cr", "45 L", "$1,250,000"]).values[:2]).all()
