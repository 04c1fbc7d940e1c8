"""Reading amounts of money, with the currency that was typed beside them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.cells import Fault, Reading, shown
from leadbook.model.digits import Numeral, parse_numeral, plain, settle, sort_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

# ISO 4217 codes of currencies in which deals are quoted.
CURRENCIES: frozenset[str] = frozenset(
    [
        "AED",
        "ARS",
        "AUD",
        "BGN",
        "BHD",
        "BRL",
        "CAD",
        "CHF",
        "CLP",
        "CNY",
        "COP",
        "CRC",
        "CZK",
        "DKK",
        "DOP",
        "EGP",
        "EUR",
        "GBP",
        "GEL",
        "GHS",
        "HKD",
        "HRK",
        "HUF",
        "IDR",
        "ILS",
        "INR",
        "ISK",
        "JOD",
        "JPY",
        "KES",
        "KRW",
        "KWD",
        "KZT",
        "LBP",
        "LKR",
        "MAD",
        "MUR",
        "MXN",
        "MYR",
        "NGN",
        "NOK",
        "NZD",
        "OMR",
        "PAB",
        "PEN",
        "PHP",
        "PKR",
        "PLN",
        "PYG",
        "QAR",
        "RON",
        "RSD",
        "RUB",
        "SAR",
        "SEK",
        "SGD",
        "THB",
        "TND",
        "TRY",
        "TWD",
        "TZS",
        "UAH",
        "UGX",
        "USD",
        "UYU",
        "VND",
        "XAF",
        "XOF",
        "ZAR",
        "ZMW",
    ]
)

# Each sign with the currencies that use it, the one meant most often first.
SIGNS: dict[str, tuple[str, ...]] = {
    "US$": ("USD",), "A$": ("AUD",), "AU$": ("AUD",), "C$": ("CAD",), "CA$": ("CAD",), "NZ$": ("NZD",),
    "HK$": ("HKD",), "S$": ("SGD",), "R$": ("BRL",), "MX$": ("MXN",), "NT$": ("TWD",),
    "$": ("USD", "CAD", "AUD", "NZD", "SGD", "HKD", "MXN", "ARS", "CLP", "COP", "TWD", "UYU"),
    "\u20ac": ("EUR",), "EURO": ("EUR",), "EUROS": ("EUR",),
    "\u00a3": ("GBP", "EGP", "LBP"), "\u00a5": ("JPY", "CNY"), "\u20b9": ("INR",),
    "RS.": ("INR", "PKR", "LKR", "MUR"), "RS": ("INR", "PKR", "LKR", "MUR"), "\u20bd": ("RUB",), "\u20a9": ("KRW",),
    "\u20aa": ("ILS",), "\u20ba": ("TRY",), "TL": ("TRY",), "\u20ab": ("VND",), "\u0e3f": ("THB",), "\u20b4": ("UAH",),
    "\u20a6": ("NGN",), "\u20b1": ("PHP",), "Z\u0141": ("PLN",), "K\u010c": ("CZK",), "FT": ("HUF",),
    "KR.": ("SEK", "NOK", "DKK", "ISK"), "KR": ("SEK", "NOK", "DKK", "ISK"), "SFR.": ("CHF",), "SFR": ("CHF",),
    "FR.": ("CHF",), "DOLLAR": ("USD",), "DOLLARS": ("USD",), "POUND": ("GBP",), "POUNDS": ("GBP",),
}  # fmt: skip

_NAMES: dict[str, tuple[str, ...]] = {**{code: (code,) for code in CURRENCIES}, **SIGNS}
_LONGEST_FIRST = sorted(_NAMES, key=len, reverse=True)
_MARK = "(?P<mark>" + "|".join(map(re.escape, _LONGEST_FIRST)) + ")"
# Texts, not patterns: compiled when the first currency has to be split off, which few workbooks need.
_BEFORE = r"(?is)(?P<sign>[+-]?\(?\s*-?)\s*" + _MARK + r"\s*(?P<rest>.*)"
_AFTER = r"(?is)(?P<rest>.*?)\s*" + _MARK + r"(?P<close>\s*\)?)"

# What exports write by the hundred thousand, read without looking for anything rarer.
_COMMON = re.compile(r"([$\u20ac\u00a3]?) ?(\d{1,3}(?:,\d{3})*\.\d\d?)")

# More than three decimals, or three behind a zero, can be no thousands.
_THOUSANDTHS = re.compile(r"\d[.,]\d{4,}(?![\d.,])|(?<![\d.,])0?[.,]\d{3}(?![\d.,])")


def currency_code(text: str) -> str:
    """Return the ISO code of a currency as people write it (``eur``, ``€``, ``US$``); other text in capitals."""
    word = plain(text).strip().upper()
    return _NAMES[word][0] if word in _NAMES else word


def currencies_of(mark: str) -> tuple[str, ...]:
    """Return the ISO codes that a sign or code typed beside an amount may mean, the likeliest first."""
    return _NAMES.get(mark.upper(), ())


def split_currency(text: str) -> tuple[str, str]:
    """Return an amount's text without its currency, and the sign or code in capitals ("" for none)."""
    before = re.fullmatch(_BEFORE, text)
    if before and (not before["rest"][:1].isalpha() or not before["mark"][-1:].isalpha()):
        return before["sign"] + before["rest"], before["mark"].upper()
    after = re.fullmatch(_AFTER, text)
    if after and not (after["rest"][-1:].isalpha() and after["mark"][:1].isalpha() and not _multiplied(after["rest"])):
        return after["rest"] + after["close"].strip(), after["mark"].upper()
    return text, ""


def _multiplied(text: str) -> bool:
    """Tell whether text ends in a multiplier that a currency may follow directly (``12kEUR``)."""
    return parse_numeral(text) is not None


def read_money(cells: Sequence[object]) -> Reading:
    """Read amounts, and the currency sign or code beside each.

    Returns
    -------
    Reading
        ``values`` float64, NaN when blank or unreadable; ``currencies`` the sign or code in capitals, "" for
        none. How ``1,200`` and ``1.200`` are read, ``numerals.settle`` says; one that could only be read as having
        thousandths (``18,000`` among ``1.200,50``) is left unread where no other amount has any.
    """
    column = sort_cells(cells, _no_amount)
    marks = [""] * len(column.values)
    numerals: list[Numeral | None] = []
    for place, text in column.texts.items():
        common = _COMMON.fullmatch(text)
        if common:
            marks[place] = common[1]
            numerals.append(Numeral(float(common[2].replace(",", "")), shows="."))
        else:
            amount, marks[place] = split_currency(text.strip())
            numerals.append(parse_numeral(amount))
    thousandths = any(map(_THOUSANDTHS.search, column.texts.values()))
    for place, numeral, number in zip(column.texts, numerals, settle(numerals), strict=True):
        # "$18,000" among "1.200,50" is hardly eighteen dollars: money has no thousandths, unless the column shows them.
        odd = numeral is not None and bool(numeral.doubt) and number == numeral.other and not thousandths
        if number is None or odd:
            column.faults[place] = _no_amount(column.values[place], numeral)
            marks[place] = ""
        else:
            column.numbers[place] = number
    reading = column.reading()
    if any(marks):
        reading.currencies = np.array(marks, dtype=object)[column.codes]
    return reading


def _no_amount(cell: object, numeral: Numeral | None = None) -> Fault:
    if numeral is not None:
        both = f"{numeral.value:.15g} or {numeral.other:.15g}"
        return Fault("LB201", f"holds {shown(cell)}, which may be {both}; type it without the mark.")
    return Fault("LB201", f"holds {shown(cell)}, which is not an amount; type a number such as 1200.")
