"""National telephone numbers come out as the library that keeps the numbering plans reads them, one by one."""

from __future__ import annotations

import phonenumbers
import pytest

from leadbook.model.numbering import calling_code_in, from_anywhere, without_trunk_zero

KINDS = (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE)
EXAMPLES = [
    (country, found)
    for country in sorted(phonenumbers.SUPPORTED_REGIONS)
    for kind in KINDS
    if (found := phonenumbers.example_number_for_type(country, kind)) is not None
]


def e164(number: phonenumbers.PhoneNumber) -> str:
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def at_home(number: phonenumbers.PhoneNumber) -> str:
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL)
    return "".join(mark for mark in written if mark.isdigit())


def test_numbers_of_every_country_are_read_as_the_library_reads_them():
    assert len(EXAMPLES) > 400
    for country, number in EXAMPLES:
        dialled = at_home(number)
        assert from_anywhere([dialled], country) == [e164(phonenumbers.parse(dialled, country))], country


def test_calling_codes_are_parted_as_the_library_does_and_numbers_with_one_stay_as_they_are():
    for country, number in EXAMPLES:
        assert calling_code_in(e164(number)) == str(number.country_code), country
        assert without_trunk_zero([e164(number)]) == [e164(number)], country


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("+490301234567", "+49301234567"),
        ("+4402079460123", "+442079460123"),
        ("+390612345678", "+390612345678"),  # in Italy the zero is dialled from abroad too
        ("+12025550123", "+12025550123"),
    ],
)
def test_the_zero_dialled_at_home_goes_behind_a_country_code(typed, meant):
    assert without_trunk_zero([typed, "+33123456789"]) == [meant, "+33123456789"]


@pytest.mark.parametrize(
    ("typed", "country", "meant"),
    [
        ("0301234567", "DE", "+49301234567"),
        ("301234567", "DE", "+49301234567"),  # a spreadsheet took the zero
        ("49301234567", "DE", "+49301234567"),  # or the plus
        ("0301234567", "US", ""),
        ("12025550123", "US", "+12025550123"),
        ("0301234567", "", ""),
        ("0301234567", "AQ", ""),  # the Antarctic has no plan
        ("89123456789", "RU", "+79123456789"),
        ("01191512345678", "AR", ""),
    ],
)
def test_national_numbers_get_the_code_of_a_country_whose_plan_holds_them(typed, country, meant):
    assert from_anywhere([typed], country) == [meant]
