"""Phone rules: the number can be dialled, from anywhere, and is where the lead is."""

from __future__ import annotations

from itertools import compress
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.countries import in_country
from leadbook.model.issues import Severity
from leadbook.model.numbering import calling_code
from leadbook.rules.cells import texts
from leadbook.rules.dialling import (
    EXTENSION,
    digits_of,
    home_country,
    international,
    is_international,
    lead_countries,
    missing,
    phones_of,
)
from leadbook.rules.distinct import objects
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records
    from leadbook.rules.distinct import Texts
    from leadbook.rules.finding import Mask

# A column in which so many numbers bear their country code is meant to be written so.
_MOSTLY = 0.8


@rule("LB105", "phone-length", Severity.WARNING, ("phone",))
def phone_length(records: Records) -> Iterator[Finding]:
    """Find a phone number with too few or too many digits to dial.

    Anti-pattern: "12345", or two numbers in one cell.

    Why it matters: The call does not go through, and the lead counts as reachable although it is not.

    Best practice: Write one number with its country code, 7 to 15 digits (ITU-T E.164).
    """
    leads = records.leads
    phones = texts(leads, "phone")
    odd = np.flatnonzero((digits_of(leads) == "") & (phones != ""))
    bad = np.zeros(len(phones), dtype=bool)
    counts: list[int] = []
    for place in odd.tolist():
        number = EXTENSION.sub("", phones[place])
        digits = sum(map(str.isdigit, number))
        # LB106 tells of letters.
        if digits and not 7 <= digits <= 15 and not any(map(str.isalpha, number)):
            bad[place] = True
            counts.append(digits)
    yield Finding(
        leads,
        bad,
        "phone",
        (
            f'"{short(text)}" has {count} {"digit" if count == 1 else "digits"}; write one number with 7 to 15.'
            for text, count in zip(phones[bad], counts, strict=True)
        ),
    )


@rule("LB106", "phone-letters", Severity.WARNING, ("phone",))
def phone_letters(records: Records) -> Iterator[Finding]:
    """Find a phone number with words in it.

    Anti-pattern: "call after 5", "O171 555 123" with a letter O, or an email address.

    Why it matters: A dialler cannot use it, and a remark in this column is not found when it is looked for.

    Best practice: Keep digits only (an extension such as "ext. 12" is fine) and move remarks to Notes.
    """
    leads = records.leads
    phones = texts(leads, "phone")
    odd = np.flatnonzero((digits_of(leads) == "") & (phones != ""))
    bad = np.zeros(len(phones), dtype=bool)
    bad[odd] = [any(mark.isalpha() for mark in EXTENSION.sub("", phones[place])) for place in odd.tolist()]
    yield Finding(
        leads,
        bad,
        "phone",
        (
            f'"{short(text)}" is an email address; move it to the column of addresses.'
            if "@" in text
            else f'"{short(text)}" holds letters; keep the digits only.'
            for text in phones[bad]
        ),
    )


@rule("LB119", "phone-not-in-use", Severity.WARNING, ("phone",))
def phone_not_in_use(records: Records) -> Iterator[Finding]:
    """Find a phone number that no numbering plan has.

    Anti-pattern: "+49 1 2345678", or "030 123" with a digit lost.

    Why it matters: The call reaches nobody, and the lead counts as reachable although it is not.

    Best practice: Look the number up again, and write it with its country code.
    """
    leads = records.leads
    written, phones = digits_of(leads), phones_of(leads)
    wrong = missing(list(compress(phones.numbers, phones.abroad)), "")
    bad = np.zeros(len(written), dtype=bool)
    if wrong:
        bad = np.fromiter(map(wrong.__contains__, phones.numbers), bool, len(phones.numbers))[phones.codes]
    judged = int(is_international(leads).sum())
    where_dialled = _dialled_in(records)
    for country in sorted(set(where_dialled.tolist()) - {""}):
        here = np.flatnonzero(np.asarray(where_dialled == country, dtype=bool))
        judged += len(here)
        wrong = missing(written[here].tolist(), country)
        bad[here] = [number in wrong for number in written[here].tolist()]
    hits = np.flatnonzero(bad)
    yield Finding(
        leads,
        bad,
        "phone",
        (
            f'"{short(text)}" is no number that exists'
            + (f" {in_country(country)}" if country else "")
            + "; check its digits and its country code."
            for text, country in zip(texts(leads, "phone")[hits], where_dialled[hits], strict=True)
        ),
        among=judged,
        as_whole=f"{len(hits):,} of {judged:,} phone numbers exist in no numbering plan; check where the column comes "
        "from, and that Country is the country of the phone.",
    )


def _dialled_in(records: Records) -> Texts:
    """Return for each national number the country it is dialled in, "" where that is not known."""
    leads = records.leads
    written, countries = digits_of(leads), lead_countries(leads)
    national = np.asarray(written != "", dtype=bool) & ~is_international(leads)
    if not national.any():
        return np.full(len(written), "", dtype=object)
    known = np.where(countries == "", home_country(records), countries)
    return np.where(national, known, "").astype(object)


@rule("LB120", "phone-without-country-code", Severity.INFO, ("phone",), fixable=True)
def phone_without_country_code(records: Records) -> Iterator[Finding]:
    """Find a phone number that works in one country only, where the others bear their country code.

    Anti-pattern: "030 1234567" among numbers such as "+49 30 1234567", or "0049 30 1234567".

    Why it matters: A dialler, a softphone and a colleague abroad call somebody else, or nobody.

    Best practice: Write every number with + and its country code, as the fix does.
    """
    leads = records.leads
    written, abroad = digits_of(leads), is_international(leads)
    dialable = int((written != "").sum())
    prefixed = np.zeros(len(written), dtype=bool)
    places = np.flatnonzero(abroad)
    prefixed[places] = [number.startswith("00") for number in written[places].tolist()]
    right = {number: international(number, "") for number in dict.fromkeys(written[prefixed].tolist())}
    yield _to_international(records, prefixed, [right[number] for number in written[prefixed].tolist()], safe=True)
    if int(abroad.sum()) < _MOSTLY * dialable:
        return
    where_dialled = _dialled_in(records)
    national = np.asarray(where_dialled != "", dtype=bool)
    pairs = zip(written[national].tolist(), where_dialled[national].tolist(), strict=True)
    yield _to_international(records, national, [international(*pair) for pair in pairs], safe=False)


def _to_international(records: Records, rows: Mask, meant: list[str], *, safe: bool) -> Finding:
    """Return the finding of numbers that exist (LB119 tells of the others) with the way to write them."""
    leads = records.leads
    bad = rows.copy()
    bad[rows] = [bool(number) for number in meant]
    found = [number for number in meant if number]
    phones = texts(leads, "phone")[bad]
    return Finding(
        leads,
        bad,
        "phone",
        (f'Write "{short(text)}" as {number}, as it is dialled from anywhere.' for text, number in
         zip(phones, found, strict=True)),
        [None if EXTENSION.search(text) else number for text, number in zip(phones, found, strict=True)],
        safe=safe,
    )  # fmt: skip


@rule("LB121", "phone-elsewhere", Severity.INFO, ("phone", "country"))
def phone_elsewhere(records: Records) -> Iterator[Finding]:
    """Find a phone number of another country than the lead's.

    Anti-pattern: Country "Germany" with the phone number "+44 20 7946 0123".

    Why it matters: Either the country is wrong, and with it routing, tax and language, or the number is.

    Best practice: Check which of the two is right.
    """
    leads = records.leads
    phones, countries = phones_of(leads), lead_countries(leads)
    dialled = objects(phones.calling)[phones.codes]
    at_home = {country: str(calling_code(country)) for country in set(countries.tolist())}
    home = objects([at_home[country] for country in countries.tolist()])
    known = np.asarray((dialled != "") & (home != "0"), dtype=bool)
    judged = int(known.sum())
    bad = known & np.asarray(dialled != home, dtype=bool)
    hits = np.flatnonzero(bad)
    yield Finding(
        leads,
        bad,
        "phone",
        (
            f'"{short(text)}" is no number {in_country(country)}; check the country and the number.'
            for text, country in zip(texts(leads, "phone")[hits], countries[hits], strict=True)
        ),
        among=judged,
        as_whole=f"{len(hits):,} of {judged:,} phone numbers are in another country than their lead; check that "
        "Country and Phone are about the same place.",
    )
