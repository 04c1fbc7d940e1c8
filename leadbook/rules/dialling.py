"""Phone numbers against the world's numbering plans, which the library phonenumbers keeps."""

from __future__ import annotations

import re
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from leadbook.model.countries import country_of_cell
from leadbook.model.numbering import calling_code
from leadbook.rules.distinct import distinct, objects, remembered

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.model.records import Records, Typed
    from leadbook.rules.distinct import Texts
    from leadbook.rules.finding import Mask

EXTENSION = re.compile(r"(?:ext\.?|extension|x|durchwahl|dw)[\s.:]*\d+\s*$", re.IGNORECASE)
# What people put between digits; the zero of "+49 (0)30" is none of it, and dialled it leads nowhere.
_BETWEEN = dict.fromkeys(map(ord, " \u00a0\u202f\t-\u2010\u2011\u2012\u2013./()\u200e\u202a\u202c"))
# A column can hold as many numbers as leads; so many of those that look wrong are judged one by one.
_MOST_JUDGED = 1_000
# Where no country is named, the leads' own prevailing one counts, if it is that of so many of them.
_PREVAILING = 0.8


class Phones(NamedTuple):
    """The phone numbers of a table, each different text once, by what is dialled.

    ``numbers``: ``+493012345`` or ``03012345``, "" where a text cannot be dialled; ``abroad``: whether it bears a
    country code; ``calling``: that code, "" for none; ``codes``: which of them each cell holds.
    """

    numbers: list[str]
    abroad: list[bool]
    calling: list[str]
    codes: npt.NDArray[np.int64]


def phones_of(leads: Typed) -> Phones:
    """Return the phone numbers of the leads."""

    def work() -> Phones:
        found = distinct(leads, "phone")
        numbers = "\n".join(found.spellings).translate(_BETWEEN).split("\n")
        if len(numbers) != len(found.spellings):
            numbers = [text.translate(_BETWEEN).replace("\n", "") for text in found.spellings]
        shaped = re.compile(r"\+?[0-9]{7,17}").fullmatch
        odd = [place for place, text in enumerate(numbers) if not shaped(text)]
        for place in odd:
            numbers[place] = _without_extension(numbers[place])
        starts = list(map(itemgetter(slice(5)), numbers))
        known = {start: calling_code_of(start) for start in set(starts) if start.startswith(("+", "00"))}
        return Phones(numbers, list(map(known.__contains__, starts)), [known.get(start, "") for start in starts],
                      found.codes)  # fmt: skip

    return remembered(leads, "phones", work)


def digits_of(leads: Typed) -> Texts:
    """Return each phone number as it is dialled: ``+493012345`` or ``03012345``; "" where it cannot be."""
    phones = phones_of(leads)
    return remembered(leads, "digits", lambda: objects(phones.numbers)[phones.codes])


def _without_extension(text: str) -> str:
    number = EXTENSION.sub("", text)
    return number if re.fullmatch(r"\+?[0-9]{7,17}", number) else ""


def lead_countries(leads: Typed) -> Texts:
    """Return the ISO code of each lead's country, "" where it is blank or unknown."""

    def work() -> Texts:
        found = distinct(leads, "country")
        return objects([country_of_cell(text) for text in found.spellings])[found.codes]

    return remembered(leads, "countries", work)


def home_country(records: Records) -> str:
    """Return the country that numbers without a code are dialled in: the option, else the leads' prevailing one."""
    if records.playbook.options.home_country:
        return records.playbook.options.home_country
    found = distinct(records.leads, "country")
    counts = {text: count for text, count in zip(found.spellings, found.counts, strict=True) if text}
    by_code: dict[str, int] = {}
    for text, count in counts.items():
        code = country_of_cell(text)
        by_code[code] = by_code.get(code, 0) + count
    best = max(by_code, key=lambda code: by_code[code], default="")
    return best if best and by_code[best] >= _PREVAILING * sum(counts.values()) else ""


def is_international(leads: Typed) -> Mask:
    """Return which cells hold a number with its country code."""
    phones = phones_of(leads)
    return remembered(leads, "abroad", lambda: np.array(phones.abroad, dtype=bool)[phones.codes])


@cache
def _prefix(country: str) -> str:
    """Return the pattern of what is dialled before a number within its country, "" where that is not plain."""
    from phonenumbers import PhoneMetadata  # noqa: PLC0415 - as above

    plan = PhoneMetadata.metadata_for_region(country)
    if plan is None or not plan.national_prefix_for_parsing or plan.national_prefix_transform_rule:
        return ""
    return rf"(?:{plan.national_prefix_for_parsing})?"


@cache
def _plan(calling: int, country: str = "") -> str:
    """Return the pattern of the numbers that exist behind a calling code, or of those in one country behind it."""
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE, PhoneMetadata  # noqa: PLC0415 - as above

    patterns: list[str] = []
    for region in (country,) if country else COUNTRY_CODE_TO_REGION_CODE.get(calling, ()):
        plan = PhoneMetadata.metadata_for_region_or_calling_code(calling, region)
        kinds = plan and (plan.mobile, plan.fixed_line, plan.toll_free, plan.premium_rate, plan.shared_cost, plan.voip,
                          plan.personal_number, plan.pager, plan.uan, plan.voicemail)  # fmt: skip
        patterns += [kind.national_number_pattern for kind in kinds or () if kind and kind.national_number_pattern]
    return "|".join(dict.fromkeys(patterns)) or r"(?!)"


@cache
def _calling_codes() -> frozenset[str]:
    from phonenumbers import COUNTRY_CODE_TO_REGION_CODE  # noqa: PLC0415 - as above

    return frozenset(map(str, COUNTRY_CODE_TO_REGION_CODE))


def calling_code_of(number: str) -> str:
    """Return the calling code of an international number (``+49`` or ``0049``), "" when there is none such."""
    bare = number.removeprefix("+") if number.startswith("+") else number.removeprefix("00")
    return next((bare[:size] for size in (1, 2, 3) if bare[:size] in _calling_codes()), "")


def missing(numbers: list[str], country: str) -> set[str]:
    """Return those of some numbers that no numbering plan has.

    Parameters
    ----------
    numbers : list of str
        As ``phones_of`` gives them, all international, or all to be dialled in ``country``.
    country : str
        ISO code for national numbers, "" for international ones.

    Notes
    -----
    The plans' own patterns settle whole columns; the library itself judges what they refuse, because it knows
    each country's prefixes, up to a thousand numbers: beyond, the patterns' word stands.
    """
    if not country:
        codes = {calling_code_of(start) for start in set(map(itemgetter(slice(5)), numbers))} - {""}
        body = "|".join(f"{code}(?:{_plan(int(code))})" for code in sorted(codes)) or r"(?!)"
        matches = re.compile(rf"(?:\+|00)(?:{body})").fullmatch
    else:
        matches = re.compile(rf"{_prefix(country)}(?:{_plan(calling_code(country), country)})").fullmatch
    refused = list(dict.fromkeys(number for number in numbers if not matches(number)))
    known = {number for number in refused[:_MOST_JUDGED] if international(number, country)}
    return set(refused) - known


@cache
def international(number: str, country: str) -> str:
    """Return a number as it is dialled from anywhere, ``+49 30 12345``; "" when no numbering plan has it."""
    import phonenumbers  # noqa: PLC0415 - as above

    tried = "+" + number[2:] if number.startswith("00") and not country else number
    try:
        parsed = phonenumbers.parse(tried, country or None)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(parsed):
        return ""
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.INTERNATIONAL))
