"""What foreign values become in our cells."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.mapping_cells import own_values, split_names, text_value
from leadbook.model.mapping_values import convert
from leadbook.model.mapping_words import FULL_NAME, OUTCOME


def moment(*parts):
    return dt.datetime(*parts)  # noqa: DTZ001 - cells hold wall-clock times


def one(key, values):
    return convert({key: values}, {}, DEFAULT_PLAYBOOK)


@pytest.mark.parametrize(
    ("key", "value", "expected"),
    [
        ("lead_id", 641576.0, "641576"),
        ("lead_id", "00123", "00123"),
        ("company", "  Ox Ltd\u00a0", "Ox Ltd"),
        ("company", "Select", None),
        ("last_name", "Null", "Null"),
        ("city", "n/a", None),
        ("email", " Ann@Ox.com ", "Ann@Ox.com"),
        ("phone", 49731123456.0, "49731123456"),
        ("close_date", "2026-05-15T19:49:30Z", dt.date(2026, 5, 15)),
        ("close_date", "15.05.2026", dt.date(2026, 5, 15)),
        ("close_date", "when it rains", "when it rains"),
        ("close_date", moment(2026, 5, 15), dt.date(2026, 5, 15)),
        ("created", "2023-09-26 15:15:00.000000", moment(2023, 9, 26, 15, 15)),
        ("created", "2023-09-26", dt.date(2023, 9, 26)),
        ("amount", "$1,488,043.00", 1488043),
        ("amount", "12 k", 12000),
        ("amount", "about 5", "about 5"),
        ("amount", None, None),
        ("employees", "51-200", "51-200"),
        ("employees", "2822", 2822),
        ("probability_override", "70.0", 0.7),
        ("probability_override", "20%", 0.2),
        ("probability_override", "High", "High"),
        ("opt_out", "1", "Yes"),
        ("opt_out", "No", "No"),
        ("opt_out", "", None),
        ("opt_out", "perhaps", "perhaps"),
        ("budget", "2", 2),
        ("budget", "7", "7"),
        ("stage", "Engaging", "Initial contact"),
        ("stage", "closed won", "Won"),
        ("stage", "Lead Qualification", "Qualification"),
        ("stage", "Closeout", "Closeout"),
        ("stage", "Select", None),
        (OUTCOME, "1", "Won"),
        (OUTCOME, 0.0, "Prospecting"),
        (OUTCOME, None, None),
    ],
)
def test_single_values(key, value, expected):
    result = one(key, [value])
    got = result.keyed["stage" if key == OUTCOME else key][0]
    assert got == expected
    assert type(got) is type(expected)


def test_hubspots_pipeline_comes_in_in_its_own_order_by_labels_and_by_inner_names():
    labels = ["Appointment scheduled", "Qualified to buy", "Presentation scheduled", "Decision maker bought-in",
              "Contract sent", "Closed won", "Closed lost"]  # fmt: skip
    inner = ["appointmentscheduled", "qualifiedtobuy", "presentationscheduled", "decisionmakerboughtin",
             "contractsent", "closedwon", "closedlost"]  # fmt: skip
    meant = ["Initial contact", "Qualification", "Meeting / demo", "Objections", "Closing", "Won", "Lost"]
    assert one("stage", labels).keyed["stage"] == meant
    assert one("stage", inner).keyed["stage"] == meant


def test_american_dates_are_read_when_the_column_shows_its_order():
    result = one("close_date", ["3/1/2017", "10/25/2016"])
    assert result.keyed["close_date"] == [dt.date(2017, 3, 1), dt.date(2016, 10, 25)]


def test_dates_in_doubt_stay_as_typed_and_are_told():
    result = one("close_date", ["3/4/2017", "5/6/2017"])
    assert result.keyed["close_date"] == ["3/4/2017", "5/6/2017"]
    assert any("day or the month" in note for note in result.notes)


def test_a_currency_sign_fills_the_currency():
    result = one("amount", ["\u20ac5", "$7", "9", "CHF 3"])
    assert result.keyed["currency"] == ["EUR", "USD", None, "CHF"]
    assert "amount: $ taken as USD." in result.notes


def test_a_currency_column_that_is_there_is_kept():
    result = convert({"currency": ["CAD"], "amount": ["$7"]}, {}, DEFAULT_PLAYBOOK)
    assert result.keyed["currency"] == ["CAD"]


def test_stage_words_and_placeholders_are_counted_in_the_notes():
    result = convert(
        {"stage": ["Engaging", "Engaging", "Closeout"]},
        {"Course": ["Select", "Select", "Law"]},
        DEFAULT_PLAYBOOK,
    )
    assert "stage: Engaging taken as Initial contact (2 rows)." in result.notes
    assert any(note.startswith("stage: Closeout is no stage") for note in result.notes)
    assert "Course: 2 cells with Select taken as blank." in result.notes


@pytest.mark.parametrize(
    ("whole", "first", "last"),
    [
        ("Sarah Davis", "Sarah", "Davis"),
        ("Dr. Maria Garcia", "Maria", "Garcia"),
        ("Smith, John", "John", "Smith"),
        ("Ludwig van Beethoven", "Ludwig", "van Beethoven"),
        ("Anna Maria de la Cruz", "Anna Maria", "de la Cruz"),
        ("Cher", None, "Cher"),
        ("Select", None, None),
        (None, None, None),
    ],
)
def test_whole_names_are_split(whole, first, last):
    assert split_names([whole]) == ([first], [last])
    assert convert({FULL_NAME: [whole]}, {}, DEFAULT_PLAYBOOK).keyed == {
        "first_name": [first],
        "last_name": [last],
    }


@given(st.lists(st.from_regex(r"[A-Z][a-z]{1,8}", fullmatch=True), min_size=2, max_size=4))
def test_no_part_of_a_name_is_lost(words):
    (first,), (last,) = split_names([" ".join(words)])
    parts = " ".join(part for part in (first, last) if part).split()
    assert words[len(words) - len(parts) :] == parts  # only a salutation in front may go


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (["10.0", "2.33", ""], [10, 2.33, None]),
        (["007", "12"], ["007", "12"]),
        (["12345678901234567"], ["12345678901234567"]),
        (["1", "two"], ["1", "two"]),
        (["2026-06-17T19:49:30Z", None], [dt.date(2026, 6, 17), None]),
        (["2026-06-17", "2026-13-45"], ["2026-06-17", "2026-13-45"]),
        (["Yes", "Select"], ["Yes", None]),
        ([True, 3.0, None], [True, 3, None]),
        (["=1+1", "+A1"], ["=1+1", "+A1"]),
    ],
)
def test_columns_of_the_sellers_own_keep_what_they_say(values, expected):
    assert own_values(values) == expected


@given(st.text(max_size=30))
def test_text_never_becomes_anything_but_text(text):
    assert text_value(text) is None or isinstance(text_value(text), str)
