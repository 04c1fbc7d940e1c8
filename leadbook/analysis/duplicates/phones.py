"""Telephone numbers as they are dialled from anywhere (E.164), however they were typed."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.duplicates.fields import Field, field_of
from leadbook.model.countries import country_of_cell
from leadbook.model.numbering import calling_code_in, country_of_code, from_anywhere, without_trunk_zero

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes

# Enough to tell subscribers apart, and free of country and trunk codes.
_TAIL = 9
_FEWEST_DIGITS = 6
# 0000000 and 1111111 stand for "none": of the last seven digits three at least are different ones.
_LOOKED_AT = 7
_FEWEST_KINDS = 3
# Where no row names a country, the table's own one counts, if it is that of so many.
_PREVAILING = 0.8
# So many numbers with one end and different beginnings are no subscriber's.
_MOST_ALIKE = 50

_MARKS = str.maketrans("", "", " \u00a0\u202f\t-\u2010\u2011\u2012\u2013()/.\u200e\u202a\u202c")
_ORDINARY = re.compile(r"\+?(?!00)[0-9]+")
_EXTENSION = re.compile(r"(?i)ext|x|durchwahl|dw")


class Dialled(Struct, frozen=True):
    """Where the numbers of a table are dialled from, if they don't say it themselves.

    Parameters
    ----------
    countries : Field or None
        Each row's country, as typed; None where no column holds it.
    home : str
        ISO 3166 alpha-2 code of the country of rows that name none; "" takes what most of the table is in.
    """

    countries: Field | None = None
    home: str = ""


def phone_fields(source: Field, dialled: Dialled) -> tuple[Field, Field]:
    """Return a column's numbers in E.164 (+49301234567), and the last nine digits of each.

    Parameters
    ----------
    source : Field
        The column as typed.
    dialled : Dialled

    Notes
    -----
    A national number gets the calling code of its row's country, else of ``home``, else of the country that four in
    five rows, or four in five of the column's international numbers, are in. What that country's numbering plan
    can't hold keeps its national digits; if just one longer number of the table ends with them, it is that one.
    """
    bare = bare_numbers(source.texts)
    numbers, codes = without_trunk_zero(bare), source.codes
    national = np.append(np.fromiter((text[:1].isdigit() for text in bare), bool, len(bare)), False)
    asked = np.flatnonzero(national[codes])
    if len(asked):
        numbers, codes = _with_country(numbers, codes, asked, dialled)
        numbers = _completed(numbers)
    return field_of(numbers, codes), field_of(_tails(numbers), codes)


def bare_numbers(texts: list[str]) -> list[str]:
    """Return texts without all that isn't dialled, ``+`` first where a country code follows; "" for what is none."""
    together = "\n".join(texts).replace("(0)", "").translate(_MARKS)
    lines = together.split("\n")
    if len(lines) != len(texts):  # a line break within a text
        lines = texts
    is_ordinary = _ORDINARY.fullmatch
    bare = [line if is_ordinary(line) else _bare_number(text) for line, text in zip(lines, texts, strict=True)]
    there = _can_be_dialled([number.removeprefix("+") for number in bare])
    return [number if says else "" for number, says in zip(bare, there, strict=True)]


def _bare_number(text: str) -> str:
    """Return what is dialled of a text with more in it than digits and the marks between them."""
    if not text.isascii():  # full-width and Arabic digits among others
        text = "".join(str(unicodedata.decimal(mark, mark)) for mark in unicodedata.normalize("NFKC", text))
    number = _EXTENSION.split(text, maxsplit=1)[0].replace("(0)", "").translate(_MARKS)
    digits = "".join(mark for mark in number if mark in "0123456789")
    abroad = re.search(r"\+(?=\d)", number) is not None or digits.startswith("00")
    return "+" + digits.removeprefix("00") if abroad else digits


def _can_be_dialled(digits: list[str]) -> list[bool]:
    lengths = np.fromiter(map(len, digits), np.int64, len(digits))
    marks = np.frombuffer("".join(digits).encode("ascii") or b"0", dtype=np.uint8)
    ends = np.cumsum(lengths)
    kinds = np.zeros(len(digits), dtype=np.int64)
    for place in range(1, _LOOKED_AT + 1):
        there = lengths >= place
        kinds |= np.where(there, 1 << (marks[np.where(there, ends - place, 0)].astype(np.int64) - ord("0")), 0)
    found: list[bool] = ((lengths >= _FEWEST_DIGITS) & (np.bitwise_count(kinds) >= _FEWEST_KINDS)).tolist()
    return found


def _with_country(numbers: list[str], codes: Codes, asked: Codes, dialled: Dialled) -> tuple[list[str], Codes]:
    """Return the numbers, those of the rows asked for with their country's calling code where it can be told."""
    isos, where = _row_countries(asked, dialled)
    home = dialled.home or _prevailing(Counter(dict(zip(isos, np.bincount(where, minlength=len(isos)), strict=True))))
    home = home or _home_of(numbers)
    pairs, found = pd.factorize(codes[asked] * len(isos) + where)
    typed = [numbers[place] for place in (found // len(isos)).tolist()]
    meant = [isos[place] or home for place in (found % len(isos)).tolist()]
    made = [number.lstrip("0") for number in typed]
    by_country: defaultdict[str, list[int]] = defaultdict(list)
    for place, country in enumerate(meant):
        by_country[country].append(place)
    for country, places in by_country.items():
        if country:
            for place, number in zip(places, from_anywhere([typed[place] for place in places], country), strict=True):
                made[place] = number or made[place]
    changed = codes.copy()
    changed[asked] = len(numbers) + pairs
    # National numbers as typed are no row's any more.
    return [*(number if number[:1] == "+" else "" for number in numbers), *made], changed


def _row_countries(asked: Codes, dialled: Dialled) -> tuple[list[str], Codes]:
    """Return the countries that rows name, "" the first of them, and which of them each row asked for names."""
    if dialled.countries is None:
        return [""], np.zeros(len(asked), dtype=np.int64)
    typed, found = pd.factorize(dialled.countries.codes[asked])
    named = [country_of_cell(dialled.countries.texts[code]) if code >= 0 else "" for code in found.tolist()]
    isos = ["", *sorted({*named} - {""})]
    return isos, np.array([isos.index(name) for name in named], dtype=np.int64)[typed]


def _prevailing(counts: Counter[str]) -> str:
    """Return what most are, "" where too few are the same."""
    counts = counts.copy()
    del counts[""]
    for name, count in counts.most_common(1):
        if count >= _PREVAILING * counts.total():
            return name
    return ""


def _home_of(numbers: list[str]) -> str:
    """Return the country that most of a column's international numbers are in, "" where there is none such."""
    calling = _prevailing(Counter(calling_code_in(number) for number in numbers if number[:1] == "+"))
    return country_of_code(calling) if calling else ""


def _completed(numbers: list[str]) -> list[str]:
    """Return numbers, those without a country code being the one longer number that ends with them."""
    ends = pd.factorize(np.array(_tails(numbers), dtype=object))[0]
    plain = np.fromiter((number[:1].isdigit() for number in numbers), bool, len(numbers))
    counts = np.bincount(ends)
    unsure = np.zeros(len(counts), dtype=bool)
    unsure[ends[plain]] = True
    unsure &= (counts > 1) & (counts <= _MOST_ALIKE)
    places = np.flatnonzero(unsure[ends])
    alike: defaultdict[int, list[str]] = defaultdict(list)
    for place, end in zip(places.tolist(), ends[places].tolist(), strict=True):
        alike[end].append(numbers[place])
    meant: dict[str, str] = {}
    for group in alike.values():
        for number in group:
            longer = [other for other in group if other != number and other.endswith(number)]
            best = max(longer, key=lambda other: (other[0] == "+", len(other)), default="")
            if best and all(best.endswith(other.removeprefix("+")) for other in longer):
                meant[number] = best
    return [meant.get(number, number) for number in numbers] if meant else numbers


def _tails(numbers: list[str]) -> list[str]:
    """Return the last nine digits of each number."""
    return [number[-_TAIL:] if len(number) > _TAIL else number.removeprefix("+") for number in numbers]


__all__ = ["Dialled", "bare_numbers", "phone_fields"]
