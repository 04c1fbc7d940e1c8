"""A row without a name at an address where several people live or work is nobody's, until something tells whose."""

from __future__ import annotations

import pytest

from leadbook.analysis.duplicates import find_duplicates, match_rows

HOME = {
    "last_name": "Okafor",
    "phone": "+49 30 1234567",
    "street": "Lindenweg 5",
    "postcode": "10115",
    "city": "Berlin",
}
ROBERT = {**HOME, "first_name": "Robert", "email": "robert.okafor@web.de"}
SUSAN = {**HOME, "first_name": "Susan", "email": "susan.okafor@web.de"}
NOBODY = {**HOME, "first_name": ""}
DESK = {
    "company": "Acme GmbH",
    "website": "acme.de",
    "phone": "+49 40 7654321",
    "street": "Am Markt 1",
    "city": "Hamburg",
}
ANNA = {**DESK, "first_name": "Anna", "last_name": "Schmidt"}
BEN = {**DESK, "first_name": "Ben", "last_name": "Adeyemi"}


def groups(found) -> list[list[int]]:
    return [sorted(each) for _, each in found.clusters.groupby("cluster")["row"]]


@pytest.mark.parametrize("people", [(ROBERT, SUSAN, NOBODY), (NOBODY, SUSAN, ROBERT), (ANNA, BEN, DESK)])
def test_a_row_without_a_name_is_none_of_two_people(make_records, people):
    found = find_duplicates(make_records(list(people)), least=0.01)
    assert groups(found) == []
    assert (found.pairs["probability"] < 0.5).all()
    assert found.pairs["reasons"].str.contains("As much like somebody else -").any()


def test_what_only_one_of_them_has_tells_whose_it_is(make_records):
    mobile = "+49 171 9876543"
    susan, nobody = {**SUSAN, "phone": mobile}, {**NOBODY, "phone": mobile}
    assert groups(find_duplicates(make_records([ROBERT, susan, nobody]))) == [[3, 4]]
    named_in_mail = {**NOBODY, "email": "robert.okafor@web.de"}
    assert groups(find_duplicates(make_records([ROBERT, SUSAN, named_in_mail]))) == [[2, 4]]


def test_a_second_row_without_a_name_is_the_same_nobody(make_records):
    assert groups(find_duplicates(make_records([ROBERT, SUSAN, NOBODY, NOBODY]))) == [[4, 5]]


def test_two_rows_of_one_person_are_no_two_people(make_records):
    bob = {**ROBERT, "first_name": "Bob"}
    assert groups(find_duplicates(make_records([ROBERT, bob, NOBODY]))) == [[2, 3, 4]]


def test_an_address_of_one_person_is_that_person(make_records):
    assert groups(find_duplicates(make_records([ROBERT, NOBODY]))) == [[2, 3]]
    assert groups(find_duplicates(make_records([ANNA, DESK]))) == [[2, 3]]


def test_an_incoming_row_without_a_name_is_none_of_two_known_leads():
    known = {key: [ROBERT[key], SUSAN[key]] for key in ROBERT}
    assert match_rows(known, {key: [value] for key, value in NOBODY.items()}).empty
    one = {key: [value] for key, value in ROBERT.items()}
    assert len(match_rows(one, {key: [value] for key, value in NOBODY.items()})) == 1
