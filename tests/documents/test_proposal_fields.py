"""What a proposal's template can print: amounts and days as the buyer writes them, and an explanation of each field."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from msgspec import structs

from leadbook.documents.example_proposal import bare_proposal, example_proposal
from leadbook.documents.fields import SIDE_BY_SIDE, proposal_fields
from leadbook.documents.known_fields import MEANINGS, known_fields
from leadbook.documents.written import Writing, paper_of, printable, web_link
from leadbook.model.issues import InputError
from leadbook.model.proposal import Milestone, Objection, TaxSum

NBSP = "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("locale", "currency", "amount", "written"),
    [
        ("de_DE", "EUR", "1234.5", f"1.234,50{NBSP}€"),
        ("en_GB", "GBP", "1234.5", "£1,234.50"),
        ("en_US", "USD", "-1234.5", "-$1,234.50"),
        ("de_CH", "CHF", "1234.5", f"CHF{NBSP}1\N{RIGHT SINGLE QUOTATION MARK}234.50"),
        ("fr_FR", "EUR", "1234.5", f"1\N{NARROW NO-BREAK SPACE}234,50{NBSP}€"),
        ("en_GB", "JPY", "1234", "JP¥1,234"),
        ("de-DE", "EUR", "0", f"0,00{NBSP}€"),
        # The price of one screw: rounding it would show another price than the one that is charged.
        ("en_GB", "GBP", "0.0125", "£0.0125"),
    ],
)
def test_an_amount_is_written_as_the_locale_does(locale, currency, amount, written):
    assert Writing(locale, currency).money(Decimal(amount)) == written


def test_shares_numbers_and_days_are_written_as_the_locale_does():
    german, british = Writing("de_DE", "EUR"), Writing("en_GB", "GBP")
    assert german.share(Decimal("0.075")) == f"7,5{NBSP}%"
    assert british.share(Decimal("0.190")) == "19%"
    assert german.number(Decimal("1500.50")) == "1.500,5"
    assert german.day(dt.date(2026, 3, 2)) == "2. März 2026"
    assert british.day(dt.date(2026, 3, 2)) == "2 March 2026"
    assert british.day(None) == ""
    assert british.span(dt.date(2026, 3, 2), dt.date(2026, 3, 2)) == "2 Mar 2026"
    assert british.span(dt.date(2026, 3, 2), None) == "2 Mar 2026"
    assert german.duration(1.5, "week") == "1,5 Wochen"
    # Japanese has no long name of a week in Babel's data; no name of a data field may stand in for it.
    assert "duration" not in Writing("ja_JP", "JPY").duration(2, "week")


def test_a_locale_that_does_not_exist_is_told_with_one_that_does():
    with pytest.raises(InputError, match=r'no locale "xx_YY"; give one such as de_DE'):
        proposal_fields(structs.replace(example_proposal(), locale="xx_YY"))


@pytest.mark.parametrize(("locale", "paper"), [("en_US", "Letter"), ("fr_CA", "Letter"), ("en_GB", "A4"), ("de", "A4")])
def test_the_paper_is_the_one_that_is_usual_there(locale, paper):
    assert paper_of(locale) == paper


def test_every_field_is_explained_and_every_explanation_has_its_field():
    known = {field.name for field in known_fields() if not field.name.startswith("more.")}
    assert known == set(MEANINGS)
    assert all(field.meaning for field in known_fields())
    without = [field.name for field in known_fields() if field.kind in {"text", "number"} and not field.example]
    assert without == ["step.after"], "the example has days, so that no step waits for the acceptance"


def test_the_fields_are_plain_data_and_the_same_ones_whatever_is_known():
    def shape(value):
        if isinstance(value, dict):
            return {key: shape(inner) for key, inner in value.items()}
        assert type(value) in {str, int, float, bool, list}
        return [shape(inner) for inner in value][:0] if isinstance(value, list) else None

    full, bare = (shape(proposal_fields(one())) for one in (example_proposal, bare_proposal))
    full["more"] = bare["more"] = {}  # the workbook's own columns
    assert full == bare


def test_options_stand_side_by_side_with_a_cell_for_each_even_where_one_lacks_the_product():
    compared = proposal_fields(example_proposal())["comparison"]
    assert compared["names"] == ["Standard", "Basic"]
    assert [row["product"] for row in compared["rows"]] == ["Licences", "Training"]
    training = compared["rows"][1]["cells"]
    assert [cell["is_included"] for cell in training] == [True, False]
    assert [cell["net"] for cell in training] == ["£1,800.00", ""]
    assert compared["totals"] == ["£4,752.00", "£2,592.00"]


def test_a_product_that_stands_on_two_lines_is_compared_with_its_sum():
    proposal = example_proposal()
    first = proposal.options[0]
    twice = structs.replace(first, lines=(first.lines[0], first.lines[0]))
    compared = proposal_fields(structs.replace(proposal, options=(twice, first)))["comparison"]
    assert compared["rows"][0]["cells"][0] == {"is_included": True, "quantity": "80", "net": "£4,320.00"}


@pytest.mark.parametrize(("count", "beside"), [(1, False), (2, True), (SIDE_BY_SIDE, True), (SIDE_BY_SIDE + 1, False)])
def test_only_a_few_options_fit_beside_each_other(count, beside):
    proposal = example_proposal()
    fields = proposal_fields(structs.replace(proposal, options=proposal.options[:1] * count))
    assert fields["comparison"]["is_side_by_side"] is beside
    assert fields["has_options"] is (count > 1)


@pytest.mark.parametrize(("name", "title"), [("A", "Option A"), ("", "Option 1"), ("Premium", "Premium")])
def test_a_mere_letter_becomes_a_title(name, title):
    proposal = example_proposal()
    named = structs.replace(proposal.options[0], name=name)
    assert proposal_fields(structs.replace(proposal, options=(named,)))["options"][0]["title"] == title


def test_a_tax_of_nothing_is_no_line_and_a_doubt_without_an_answer_is_not_printed():
    bare = bare_proposal()
    untaxed = structs.replace(bare.options[0], taxes=(TaxSum(Decimal(0), Decimal(100), Decimal(0)),))
    fields = proposal_fields(structs.replace(bare, options=(untaxed,)))
    assert fields["options"][0]["taxes"] == []
    assert fields["options"][0]["lines"][0]["tax"] == ""
    assert not fields["has_tax"]
    doubts = (Objection("Too dear"), Objection("Too slow", "Two days."))
    assert proposal_fields(structs.replace(bare_proposal(), objections=doubts))["objections"] == [
        {"objection": "Too slow", "answer": "Two days."}
    ]


def test_a_step_without_days_counts_from_the_acceptance_and_one_with_days_does_not():
    steps = (
        Milestone("Set-up", None, None, 1.5, after_weeks=2),
        Milestone("Go", dt.date(2026, 4, 1), None, 0, after_weeks=3),
    )
    relative, dated = proposal_fields(structs.replace(example_proposal(), timeline=steps))["timeline"]
    assert (relative["when"], relative["after_weeks"], relative["weeks"]) == ("", 2, 1.5)
    assert (dated["when"], dated["after_weeks"], dated["weeks"]) == ("1 Apr 2026", 0, 0)


def test_a_proposal_without_a_price_still_has_its_fields():
    fields = proposal_fields(structs.replace(example_proposal(), options=()))
    assert fields["price"]["total"] == "£0.00"
    assert fields["comparison"]["rows"] == []


@pytest.mark.parametrize(
    ("cell", "shown"),
    [
        ("a\r\nb\rc\x0bd\u2028e", "a\nb\nc\nd\ne"),
        ("  \x00bell\x07 esc\x1b[31m \ufffe ", "bell esc[31m"),
        ("a\u202egnp.exe", "agnp.exe"),
        ("half \ud83d of a pair", "half  of a pair"),
        ("مرحبا 😀\tx", "مرحبا 😀\tx"),
        (12, "12"),
    ],
)
def test_a_cell_s_text_keeps_what_can_be_printed(cell, shown):
    assert printable(cell) == shown


@given(st.text(st.characters(), max_size=40))
def test_any_text_can_stand_in_xml(text):
    element = etree.Element("t")
    element.text = printable(text)  # refuses what XML cannot hold
    assert etree.fromstring(etree.tostring(element)).text in {element.text, None}


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "file:///etc/passwd",
        "data:text/html,x",
        'https://x.example/"onclick=',
        "www",
        "//x.example",
    ],
)
def test_only_a_web_address_is_a_link(address):
    assert web_link(address) == ""
    assert web_link(" https://seller.example/story?a=1#b ") == "https://seller.example/story?a=1#b"


@given(st.lists(st.decimals(min_value=0, max_value=10**9, places=2), min_size=1, max_size=5))
def test_the_sum_that_is_printed_is_the_sum_that_is_owed(totals):
    """Read back from the text, to the cent, in a locale whose commas and points are the other way round."""
    first = example_proposal().options[0]
    options = tuple(structs.replace(first, total=total) for total in totals)
    for fields, option in zip(
        proposal_fields(structs.replace(example_proposal(), options=options, locale="de_DE", currency="EUR"))[
            "options"
        ],
        options,
        strict=True,
    ):
        text = fields["total"].removesuffix(f"{NBSP}€").replace(".", "").replace(",", ".")
        assert Decimal(text) == option.total
