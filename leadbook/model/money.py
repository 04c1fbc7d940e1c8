"""Reading amounts of money, with the currency that was typed beside them."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.cells import Fault, Reading, shown
from leadbook.model.digits import Numeral, parse_numeral, plain, settle, sort_cells
from leadbook.model.issues import Severity
from leadbook.model.money_words import counts_as_india, in_words, thousand_or_million, without_marks_behind
from leadbook.model.roughly import without_about

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

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
# German lists count in thousands: 120 T€, TEUR 120; Scandinavian ones in KSEK 120 and MNOK 2.
_BEFORE = (
    r"(?is)(?P<sign>[+-]?\(?\s*-?)\s*(?P<thousand>T?|[KM](?=[a-z]{3}(?![a-z])|\u20ac))" + _MARK + r"\s*(?P<rest>.*)"
)
_AFTER = r"(?is)(?P<rest>.*?)\s*(?:(?<=[\d.,-])(?P<thousand>\s*T)\s?)?" + _MARK + r"(?P<close>\s*\)?)"

_ALIKE = 3
"""So many different amounts with a dot before just three digits show that it parts thousands."""

# What exports write by the hundred thousand, read without looking for anything rarer.
_COMMON = re.compile(r"([$\u20ac\u00a3]?) ?(\d{1,3}(?:,\d{3})*\.\d\d?)")

# More than three decimals, or three behind a zero, can be no thousands.
_THOUSANDTHS = re.compile(r"\d[.,]\d{4,}(?![\d.,])|(?<![\d.,])0?[.,]\d{3}(?![\d.,])")

# Said behind an amount that has no tax in it, as amounts of deals have none; one with tax in it is left unread.
_NET = re.compile(
    r"[\s,]*(?:h\.?\s?t\.?|hors taxes?|netto|net|neto"
    r"|(?:\+|plus|zzgl\.?|ex(?:cl?)?\.?|exkl\.?|ohne|m\u00e1s|mas|sin|sem|bez|uden|utan)\s*(?:mwst|ust|vat|iva|tva|btw|gst"
    r"|sales tax|tax|dph|moms|mva)\.?(?:\s*@?\s*\d{1,2}\s?%)?)$",
    re.IGNORECASE,
)


def currency_code(text: str) -> str:
    """Return the ISO code of a currency as people write it (``eur``, ``€``, ``US$``); other text in capitals."""
    word = plain(text).strip().upper()
    return _NAMES[word][0] if word in _NAMES else word


def currencies_of(mark: str) -> tuple[str, ...]:
    """Return the ISO codes that a sign or code typed beside an amount may mean, the likeliest first."""
    return _NAMES.get(mark.upper(), ())


def split_currency(text: str) -> tuple[str, str]:
    """Return an amount's text without its currency, and the sign or code in capitals ("" for none).

    Of an amount in thousands (``120 T\u20ac``, ``TEUR 120``) the text ends in ``k``.
    """
    before = re.fullmatch(_BEFORE, text)
    if before and (not before["rest"][:1].isalpha() or not before["mark"][-1:].isalpha()):
        amount = before["sign"] + before["rest"]
        return _multiple(amount, before["thousand"]), before["mark"].upper()
    after = re.fullmatch(_AFTER, text)
    if after and not (after["rest"][-1:].isalpha() and after["mark"][:1].isalpha() and not _multiplied(after["rest"])):
        amount = after["rest"] + after["close"].strip()
        return _multiple(amount, (after["thousand"] or "").strip()), after["mark"].upper()
    return text, ""


def _multiple(amount: str, letter: str) -> str:
    if not letter:
        return amount
    word = "m" if letter in "mM" else "k"
    return f"{amount[:-1]} {word})" if amount.endswith(")") else f"{amount} {word}"


def _multiplied(text: str) -> bool:
    """Tell whether text ends in a multiplier that a currency may follow directly (``12kEUR``)."""
    return parse_numeral(text) is not None


def read_money(cells: Sequence[object], *, estimates: bool = False) -> Reading:
    """Read amounts, and the currency sign or code beside each.

    Parameters
    ----------
    cells : sequence
    estimates : bool
        Whether ``ca. 1200`` is read as 1200, with a remark.

    Returns
    -------
    Reading
        ``values`` float64, NaN when blank or unreadable; ``currencies`` the sign or code in capitals, "" for
        none. How ``1,200`` and ``1.200`` are read, ``digits.settle`` says; one that could only be read as having
        thousandths (``18,000`` among ``1.200,50``) is left unread where no other amount has any.
    """
    column = sort_cells(cells, _no_amount)
    marks = [""] * len(column.values)
    numerals: list[Numeral | None] = []
    rough: list[int] = []

    @cache
    def indian() -> bool:
        # Only texts that are no amount otherwise ask for it: a search in each of a hundred thousand takes its time.
        return any(map(counts_as_india, column.texts.values()))

    for place, text in column.texts.items():
        common = _COMMON.fullmatch(text)
        if common:
            marks[place] = common[1]
            numerals.append(Numeral(float(common[2].replace(",", "")), shows="."))
            continue
        numeral, marks[place] = _read_text(text.strip(), indian)
        if estimates and numeral is None and (bare := without_about(text)) is not None:
            numeral, marks[place] = _read_text(bare, indian)
            rough.append(place)
        numerals.append(numeral)
    thousandths = any(map(_THOUSANDTHS.search, column.texts.values()))
    for place, numeral, number in zip(column.texts, numerals, settle(numerals, alike=_ALIKE), strict=True):
        # "$18,000" among "1.200,50" is hardly eighteen dollars: money has no thousandths, unless the column shows them.
        odd = numeral is not None and numeral.is_in_ones and number == numeral.other and not thousandths
        if number is None or odd:
            column.faults[place] = _no_amount(column.values[place], numeral)
            marks[place] = ""
        else:
            column.numbers[place] = number
    reading = column.reading()
    rough = [place for place in rough if column.faults[place] is None]
    if rough:
        remark = "holds estimates, read as the number (ca. 1200 as 1200)."
        reading.column_faults.append((Fault("LB201", remark, Severity.INFO), column.count(rough)))
    if any(marks):
        reading.currencies = np.array(marks, dtype=object)[column.codes]
    return reading


def is_amount(text: str) -> bool:
    """Whether a text spells an amount of money, with or without its currency."""
    return _read_text(plain(text).strip(), lambda: True)[0] is not None


def _read_text(text: str, indian: Callable[[], bool]) -> tuple[Numeral | None, str]:
    """Return the amount that a text spells, and the sign or code of its currency."""
    amount, mark = split_currency(text)
    numeral = parse_numeral(amount)
    if numeral is None:
        bare = without_marks_behind(_NET.sub("", text))
        amount, mark = split_currency(in_words(bare) if indian() else bare)
        numeral = parse_numeral(thousand_or_million(without_marks_behind(amount), mark))
    return numeral, mark


def _no_amount(cell: object, numeral: Numeral | None = None) -> Fault:
    if numeral is not None:
        both = f"{numeral.value:.15g} or {numeral.other:.15g}"
        return Fault("LB201", f"holds {shown(cell)}, which may be {both}; type it without the mark.")
    return Fault("LB201", f"holds {shown(cell)}, which is not an amount; type a number such as 1200.")
