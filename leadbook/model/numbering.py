"""Telephone numbers as they are dialled from anywhere, ``+49301234567``: by the plans that phonenumbers keeps."""

from __future__ import annotations

import re
from functools import cache
from operator import itemgetter
from typing import NamedTuple

# Calling codes of one and of two digits (ITU-T E.164); all others have three.
_CODE = re.compile(r"[17]|2[07]|3[0-469]|4[013-9]|5[1-8]|6[0-6]|8[1246]|9[0-58]|\d{3}")
# The zero dialled at home, written behind the calling code: +49 030.
_START = 5  # letters, so that a plus, the longest calling code and what follows are among them
_ZERO_BEHIND = re.compile(rf"\+(?>{_CODE.pattern})0")


class _Plan(NamedTuple):
    """What numbers of a country look like: its calling code, what is dialled before them at home, and what exists.

    ``whole`` is both in one where the prefix isn't rewritten: what most numbers fit at once.
    """

    calling: str
    whole: re.Pattern[str] | None
    prefix: re.Pattern[str] | None
    rewritten: str
    possible: re.Pattern[str]


@cache
def calling_code(country: str) -> int:
    """Return the code that numbers of a country (ISO 3166 alpha-2) begin with, 0 when it has none."""
    if not country:
        return 0
    import phonenumbers  # noqa: PLC0415 - loads for books with phone numbers only

    return int(phonenumbers.country_code_for_region(country))


@cache
def country_of_code(calling: str) -> str:
    """Return the main country behind a calling code, such as US for 1, "" when there is none."""
    import phonenumbers  # noqa: PLC0415 - as above

    country = phonenumbers.region_code_for_country_code(int(calling))
    return "" if country in {"ZZ", "001"} else country


def calling_code_in(number: str) -> str:
    """Return what stands for the calling code in an international number, ``49`` of ``+49301234567``; "" for none."""
    found = _CODE.match(number, 1)
    return found[0] if found else ""


def from_anywhere(numbers: list[str], country: str) -> list[str]:
    """Return national numbers of one country with its calling code; "" for what its numbering plan can't hold.

    Parameters
    ----------
    numbers : list of str
        Digits, as dialled within the country or without the prefix that is dialled there.
    country : str
        ISO 3166 alpha-2.

    Notes
    -----
    As phonenumbers parses, but a column at a time: the prefix goes if what is left is a number of the plan.
    """
    plan = _plan(country)
    if plan is None:
        return [""] * len(numbers)
    fits = plan.whole.fullmatch if plan.whole else _fits_nothing
    found = [match["number"] if (match := fits(number)) else _national(number, plan) for number in numbers]
    return [f"+{plan.calling}{number}" if number else "" for number in found]


def _fits_nothing(number: str) -> None:
    """Leave a number to be looked at by itself."""
    del number


def without_trunk_zero(numbers: list[str]) -> list[str]:
    """Return international numbers without the prefix that is dialled at home only: +49 030 is +49 30.

    A zero that belongs to the number, as in Italy, stays.
    """
    starts = list(map(itemgetter(slice(_START)), numbers))
    written = {start for start in set(starts) if _ZERO_BEHIND.match(start)}
    if not written:
        return numbers
    changed = list(numbers)
    odd = [place for place, start in enumerate(starts) if start in written]
    for place in odd:
        calling = calling_code_in(numbers[place])
        country = country_of_code(calling)
        changed[place] = from_anywhere([numbers[place][1 + len(calling) :]], country)[0] or numbers[place]
    return changed


def _national(number: str, plan: _Plan) -> str:
    """Return a number without what is dialled before it within its country, "" for what is none of the plan."""
    bare = _without_prefix(number, plan)
    if plan.possible.fullmatch(bare):
        return bare
    if number.startswith(plan.calling):  # 49 30 1234567: the plus was left out
        bare = _without_prefix(number[len(plan.calling) :], plan)
        return bare if plan.possible.fullmatch(bare) else ""
    return ""


def _without_prefix(number: str, plan: _Plan) -> str:
    found = plan.prefix.match(number) if plan.prefix else None
    if found is None:
        return number
    if plan.rewritten and found.lastindex and found[found.lastindex]:
        bare = found.expand(plan.rewritten) + number[found.end() :]
    else:
        bare = number[found.end() :]
    return number if plan.possible.fullmatch(number) and not plan.possible.fullmatch(bare) else bare


@cache
def _plan(country: str) -> _Plan | None:
    from phonenumbers import PhoneMetadata  # noqa: PLC0415 - as above

    plan = PhoneMetadata.metadata_for_region(country) if country else None
    if plan is None or plan.general_desc is None or not plan.general_desc.national_number_pattern:
        return None
    prefix = plan.national_prefix_for_parsing
    possible, rewritten = plan.general_desc.national_number_pattern, plan.national_prefix_transform_rule or ""
    whole = rf"(?:{prefix})?(?P<number>{possible})" if prefix else rf"(?P<number>{possible})"
    return _Plan(
        str(plan.country_code),
        None if rewritten else re.compile(whole),
        re.compile(prefix) if prefix else None,
        rewritten,
        re.compile(possible),
    )
