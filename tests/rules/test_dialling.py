"""Settling whole columns of phone numbers by patterns says what the library says of each number."""

from __future__ import annotations

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from leadbook.rules.dialling import international, missing

CODES = ("1", "7", "33", "34", "39", "41", "43", "44", "46", "48", "49", "52", "54", "55", "61", "81", "86", "91",
         "353", "420", "971")  # fmt: skip


@settings(max_examples=300, deadline=None)
@given(code=st.sampled_from(CODES), rest=st.text("0123456789", min_size=6, max_size=11))
def test_the_patterns_agree_with_the_library_on_international_numbers(code, rest):
    number = f"+{code}{rest}"
    try:
        exists = phonenumbers.is_valid_number(phonenumbers.parse(number))
    except phonenumbers.NumberParseException:
        exists = False
    assert (number not in missing([number], "")) == exists


HOME = ("US", "GB", "DE", "FR", "ES", "IT", "AT", "CH", "BR", "MX", "AR", "IN", "JP", "PL", "IE")


@settings(max_examples=300, deadline=None)
@given(country=st.sampled_from(HOME), number=st.text("0123456789", min_size=7, max_size=12))
def test_what_the_patterns_refuse_or_take_within_a_country_the_library_does_too(country, number):
    try:
        exists = phonenumbers.is_valid_number(phonenumbers.parse(number, country))
    except phonenumbers.NumberParseException:
        exists = False
    assert (number not in missing([number], country)) == exists


@pytest.mark.parametrize(
    ("number", "country", "written"),
    [
        ("0301234567", "DE", "+49 30 1234567"),
        ("02079460123", "GB", "+44 20 7946 0123"),
        ("2125550123", "US", "+1 212-555-0123"),
        ("12125550123", "US", "+1 212-555-0123"),
        ("0612345678", "FR", "+33 6 12 34 56 78"),
        ("0612345678", "ES", ""),
        ("0033612345678", "", "+33 6 12 34 56 78"),
        ("+493012", "", ""),
    ],
)
def test_a_number_is_written_as_it_is_dialled_from_anywhere(number, country, written):
    assert international(number, country) == written
    assert (number in missing([number], country)) == (written == "")
