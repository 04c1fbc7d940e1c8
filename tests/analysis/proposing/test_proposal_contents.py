"""What a proposal says besides its prices: cleaned texts, lists, dates, proof, objections and terms."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from msgspec import json
from msgspec.structs import replace
from offered_book import LEAD, LINE, OFFER, PRODUCT, STEP, STORY, TODAY, proposal, read, refusal

from leadbook.analysis.proposing.doubts import meet_objections
from leadbook.analysis.proposing.preparing import prepare_proposals
from leadbook.analysis.proposing.proof import choose_proof
from leadbook.analysis.proposing.timeline import lay_out
from leadbook.analysis.proposing.wording import clean, in_one_line, items
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.playbook import Answer, CaseStudy, PlannedStep

D = Decimal


def test_who_buys_and_who_sells():
    found = proposal([{**LEAD, "Company": "Fjord\nFreight\x07 ", "Contract Type": "Frame\x00work"}],
                     options={"Our Firm": "Brightfold", "Our Address": "Quay 1\r\nHamburg"})  # fmt: skip
    assert (found.buyer.company, found.buyer.employees, found.size) == ("Fjord Freight", 180, "medium")
    assert (found.seller.name, found.seller.phone, found.seller.job_title) == (
        "Ana Costa", "+49 40 66969 501", "Seller",
    )  # fmt: skip
    assert (found.seller.firm, found.seller.firm_address) == ("Brightfold", "Quay 1\nHamburg")
    assert found.extra == {"contract_type": "Framework"}


def test_the_situation_is_in_the_buyers_words():
    situation = proposal().situation
    assert (situation.need, situation.problem, situation.impact, situation.if_nothing_changes) == (
        "Fewer calls", "Customers chase their deliveries", "Customers leave", "More calls",
    )  # fmt: skip


def test_a_line_without_price_and_tax_takes_the_products():
    [option] = proposal([LEAD], [{**LINE, "Unit Price": None, "Tax %": None, "Discount %": None}]).options
    [line] = option.lines
    assert (line.unit_price, line.tax, line.description, line.unit) == (
        D(1000),
        D("0.07"),
        "A page of your own",
        "year",
    )
    assert (option.subtotal, option.tax, option.total) == (D(2000), D(140), D(2140))


def test_a_list_price_in_another_currency_is_converted_by_the_rates():
    product = {**PRODUCT, "List Price": 333.33, "Currency": "USD"}
    found = proposal([LEAD], [{**LINE, "Unit Price": None}], products=[product], rates={"USD": 0.9})
    assert found.options[0].lines[0].unit_price == D("300.00")  # 333.33 x 0.9 = 299.997


def test_amounts_stand_in_the_leads_currency_and_its_smallest_unit():
    lead, line = {**LEAD, "Currency": "JPY"}, {**LINE, "Unit Price": 1000.5, "Quantity": 1}
    found = proposal([lead], [line], products=(), rates={"JPY": 0.006})
    assert (found.currency, found.options[0].lines[0].gross) == ("JPY", D(1001))


def test_options_stand_in_the_order_of_the_lines_whatever_their_case():
    lines = [{**LINE, "Option": name} for name in ("Lean", "Full", "lean ", "FULL")]
    found = proposal([LEAD], lines).options
    assert [(option.name, len(option.lines)) for option in found] == [("Lean", 2), ("Full", 2)]


def test_scope_is_the_offers_own_else_that_of_the_recommended_products():
    assert proposal().scope == ("Portal", "Training")
    assert proposal().exclusions == ("Travel", "Hardware")
    lines = [{**LINE, "Option": "A"}, {**LINE, "Option": "B", "Product": "Other"}]
    products = [PRODUCT, {**PRODUCT, "Product": "Other", "Scope": "Nothing of this"}]
    found = proposal([LEAD], lines, [{**OFFER, "Scope": None, "Exclusions": None}], products=products)
    assert (found.scope, found.exclusions) == (("Updates",), ("Set-up",))


@pytest.mark.parametrize(
    ("offer", "lead", "payment", "terms"),
    [
        ("14 days net", "30 days net", "60 days net", ("14 days net",)),
        (None, "30 days net; 2 % cash discount", "60 days net", ("30 days net", "2 % cash discount")),
        (None, None, "60 days net", ("60 days net",)),
        (None, None, None, ()),
    ],
)  # fmt: skip
def test_the_nearest_terms_count_so_that_none_contradict(offer, lead, payment, terms):
    found = proposal([{**LEAD, "Terms": lead}], [LINE], [{**OFFER, "Terms": offer}],
                     options={"Payment Terms": payment})  # fmt: skip
    assert found.terms == terms


def test_until_when_an_offer_holds():
    far, near = TODAY + dt.timedelta(days=90), TODAY + dt.timedelta(days=9)
    assert proposal(options={"Proposal Valid Days": 14}).valid_until == TODAY + dt.timedelta(days=14)
    assert proposal([LEAD], [{**LINE, "Valid Until": far}, {**LINE, "Valid Until": near}]).valid_until == near
    assert proposal([LEAD], [{**LINE, "Valid Until": far}]).valid_until == far
    assert proposal([LEAD], [{**LINE, "Valid Until": TODAY}]).valid_until == TODAY
    # Nobody promises a list price for longer than the list holds.
    assert proposal(products=[{**PRODUCT, "Valid Until": near}]).valid_until == near


def test_the_language_of_the_offer_goes_before_that_of_the_options():
    assert proposal([LEAD], [LINE], [{**OFFER, "Language": "de-de"}]).locale == "de_DE"
    assert proposal(options={"Proposal Language": "fr-FR"}).locale == "fr_FR"
    assert proposal(options={"Proposal Language": "Klingon"}).locale == "en_GB"


def test_versions_go_on_where_the_caller_says():
    records = read([LEAD, {**LEAD, "Lead ID": "L-0043"}], [LINE, {**LINE, "Lead ID": "l-0043"}])
    first, second = prepare_proposals(records, [3, 2], TODAY, {"l-0042": 4})
    assert [(one.row, one.version) for one in (first, second)] == [(3, 1), (2, 4)]


def test_a_proposal_becomes_plain_data():
    assert json.decode(json.encode(proposal()))["options"][0]["total"] == "2142.00"


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("one\ntwo\r\nthree", ("one", "two", "three")),
        ("one; two ;; three;", ("one", "two", "three")),
        ("- one\n\u2022 two\n3. three\n2) four", ("one", "two", "three", "four")),
        ("24/7 help\n-5 degrees", ("24/7 help", "-5 degrees")),
        ("a\x0bb", ("a", "b")),
        ("", ()),
    ],
)  # fmt: skip
def test_a_cell_lists_items(text, meant):
    assert items(text) == meant


@pytest.mark.parametrize(
    ("text", "meant"),
    [("a\x00b\x1f", "ab"), ("a\u202eb", "ab"), ("a\ud800b", "ab"), ("a\ufffeb\uffff", "ab"), ("a\r\nb", "a\nb"),
     ("tab\tstays", "tab\tstays"), ("\u00e9\U0001f680 {{ x }} <b>", "\u00e9\U0001f680 {{ x }} <b>")],
)  # fmt: skip
def test_no_text_holds_what_a_document_may_not(text, meant):
    assert clean(text) == meant
    assert "\n" not in in_one_line(text)


def test_milestones_are_laid_over_working_days_and_holidays():
    holidays = frozenset({dt.date(2026, 12, 25)})
    playbook = replace(DEFAULT_PLAYBOOK, holidays=holidays)
    steps = (PlannedStep("Kick-off"), PlannedStep("Build", 1, 2), PlannedStep("Live", 3, 0.2))
    laid = lay_out(steps, dt.date(2026, 12, 12), playbook)  # a Saturday
    assert [(one.starts, one.ends) for one in laid] == [
        (dt.date(2026, 12, 14), dt.date(2026, 12, 14)),
        # Ten working days from Monday the 21st, the 25th off: to Monday the 4th of January.
        (dt.date(2026, 12, 21), dt.date(2027, 1, 4)),
        # Fifteen working days after the start, the 25th off.
        (dt.date(2027, 1, 5), dt.date(2027, 1, 5)),
    ]


def test_public_holidays_and_own_working_days_count_too():
    options = replace(DEFAULT_PLAYBOOK.options, work_days=(0, 1, 2, 3), holiday_country="DE")
    laid = lay_out(
        (PlannedStep("Three weeks", 0, 3),), dt.date(2026, 4, 30), replace(DEFAULT_PLAYBOOK, options=options)
    )
    # Thursday 30 April, then twelve days from Monday to Thursday in all; Thursday 14 May is Ascension Day.
    assert (laid[0].starts, laid[0].ends) == (dt.date(2026, 4, 30), dt.date(2026, 5, 21))


def test_without_a_start_the_timeline_counts_in_weeks():
    [step] = proposal(milestones=[{**STEP, "After Weeks": 2, "Weeks": 1}]).timeline
    assert (step.starts, step.ends, step.after_weeks, step.weeks) == (None, None, 2, 1)


STORIES = (
    CaseStudy("Example: none", "Logistics", "Customers chase their deliveries"),
    CaseStudy("Far", "Retail", "Stock never agrees"),
    CaseStudy("Like", "Retail", "Customers always chase their deliveries"),
    CaseStudy("Same large", "logistics ", "Fuel costs", company_size="large"),
    CaseStudy("Same medium", "Logistics", "Fuel costs", company_size="medium"),
    CaseStudy("Same too", "Logistics", "Customers chase deliveries", company_size="large"),
)


def test_proof_is_of_the_industry_first_then_of_the_problem_and_three_at_most():
    def names(*about):
        return [story.name for story in choose_proof(STORIES, *about)]

    assert names("Logistics", "Customers chase their deliveries", "medium") == ["Same medium", "Same too", "Same large"]
    assert names("Mining", "Customers chase their deliveries", "") == ["Like", "Same too"]
    assert names("", "", "") == []


ANSWERS = (
    Answer("Price", "It pays.", ("budget", "expensive")),
    Answer("Time", "Later is fine.", ("not now",)),
    Answer("Silence", ""),
)


@pytest.mark.parametrize(
    ("typed", "met"),
    [
        ("Price above budget", [("Price above budget", "It pays.")]),
        ("price, not now", [("price", "It pays."), ("not now", "Later is fine.")]),
        ("We like it, but it is far too expensive", [("We like it, but it is far too expensive", "It pays.")]),
        ("Prise; too blue", [("Prise", "It pays."), ("too blue", "")]),
        ("price\nno budget", [("price; no budget", "It pays.")]),
        ("no spice", [("no spice", "")]),
        ("it sometimes hangs", [("it sometimes hangs", "")]),
        ("silence", [("silence", "")]),
        ("", []),
    ],
)  # fmt: skip
def test_objections_meet_the_answers_of_settings(typed, met):
    assert [(one.objection, one.answer) for one in meet_objections(typed, ANSWERS)] == met


@pytest.mark.parametrize(
    ("employees", "size"), [(49, "small"), (50, "medium"), (499, "medium"), (500, "large"), (None, "")]
)
def test_how_large_a_buyer_is(employees, size):
    assert proposal([{**LEAD, "Employees": employees}]).size == size


def test_a_lead_that_is_a_person_needs_no_company():
    lead = {key: value for key, value in LEAD.items() if key != "Company"}
    assert proposal([lead]).buyer.company == "Clara Berg"


@pytest.mark.parametrize(
    ("header", "typed", "names"),
    [("Contact", "Dr. Clara van Berg", ("Clara", "van Berg")), ("Ansprechpartner", "Berg, Clara", ("Clara", "Berg"))],
)
def test_a_whole_name_in_a_column_of_the_sellers_own_is_the_contacts(header, typed, names):
    lead = {key: value for key, value in LEAD.items() if key not in {"First Name", "Last Name"}}
    buyer = proposal([{**lead, header: typed}]).buyer
    assert (buyer.first_name, buyer.last_name) == names
    [(code, cell)] = refusal([{**lead, header: None}])
    assert (code, cell) == ("LB604", "Leads!M2")


def test_a_column_called_name_is_nobodys_unless_settings_says_so():
    lead = {key: value for key, value in LEAD.items() if key not in {"First Name", "Last Name"}}
    assert refusal([{**lead, "Name": "Big deal"}]) == [("LB604", "Leads!2:2")]
    columns = [{"Table": "Leads", "Their Header": "Name", "Our Column": "Full Name", "How": "typed"}]
    assert proposal([{**lead, "Name": "Clara Berg"}], columns=columns).buyer.last_name == "Berg"


def test_texts_of_settings_are_cleaned_too():
    story, step = {**STORY, "Result": "a\x08b", "Link": "c\x08\nd"}, {**STEP, "Milestone": "e\x08f", "What": "g\x08h"}
    found = proposal(stories=[story], milestones=[step])
    assert (found.proof[0].result, found.proof[0].link) == ("ab", "c d")
    assert (found.timeline[0].name, found.timeline[0].what) == ("ef", "gh")


def test_stories_reach_the_proposal():
    assert [story.name for story in proposal().proof] == [STORY["Case Study"]]
