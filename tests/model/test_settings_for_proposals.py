"""What Settings and Offers hold for proposals: products' texts, milestones, objections, languages, the firm."""

from __future__ import annotations

import datetime as dt

import pytest

from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.languages import locale_code
from leadbook.model.leads import read_records, with_offers
from leadbook.model.playbook import Answer, PlannedStep
from leadbook.model.settings import read_playbook


def read(book, *tables):
    playbook, issues = read_playbook(book(*tables))
    return playbook, [(issue.code, issue.address) for issue in issues if issue.code != "LB014"]


def test_milestones_and_objections(table, book):
    steps = table("Milestones", ["Step", "Starts After Weeks", "Weeks", "Who", "What"],
                  ["Kick-off", None, None, None, None], ["Build", 2.0, "1.5", "We", "We build"])  # fmt: skip
    doubts = table(
        "Objections", ["Objection", "Also Called", "Answer"], ["Price", "budget, too dear\ncost", "It pays."]
    )
    playbook, issues = read(book, steps, doubts)
    assert playbook.milestones == (PlannedStep("Kick-off"), PlannedStep("Build", 2.0, 1.5, "We", "We build"))
    assert playbook.answers == (Answer("Price", "It pays.", ("budget", "too dear", "cost")),)
    assert issues == []


def test_faulty_cells_are_said(table, book):
    steps = table("Milestones", ["Milestone", "After Weeks", "Weeks"], ["Build", "soon", -1.0], ["Live", 9999.0, 1.0],
                  sheet="Settings")  # fmt: skip
    doubts = table("Objections", ["Objection"], ["Price"], [" price "], sheet="Settings", first_column=10)
    stories = table("CaseStudies", ["Case Study", "Company Size"], ["Mill", "tiny"], ["Bank", " Large"],
                    sheet="Settings", first_column=20)  # fmt: skip
    playbook, issues = read(book, steps, doubts, stories)
    assert [(step.after_weeks, step.weeks) for step in playbook.milestones] == [(0, 0), (520, 1)]
    assert [story.company_size for story in playbook.case_studies] == ["", "large"]
    assert sorted(issues) == [
        ("LB015", "Settings!B2"), ("LB015", "Settings!B3"), ("LB015", "Settings!C2"), ("LB015", "Settings!U2"),
        ("LB016", "Settings!J3"),
    ]  # fmt: skip


def test_without_their_tables_nobody_gets_examples_for_their_own(table, book):
    playbook, _ = read(book, table("Options", ["Option", "Value"]))
    assert (playbook.milestones, playbook.answers) == ((), ())
    assert [step.name for step in DEFAULT_PLAYBOOK.milestones] == [
        "Kick-off",
        "Set-up",
        "Training",
        "Go-live",
        "Review",
    ]


def test_options_of_proposals(table, book):
    playbook, issues = read(book, table(
        "Options", ["Option", "Value"], ["Proposal Valid Days", 14.0], ["Proposal Language", "de-DE"],
        ["ROI Years", 5.0], ["Our Firm", "Brightfold"], ["Our Tax ID", 123.0], ["Payment Terms", "30 days\n2 %"],
    ))  # fmt: skip
    options = playbook.options
    assert (options.proposal_valid_days, options.proposal_language, options.roi_years) == (14, "de_DE", 5)
    assert (options.our_firm, options.our_tax_id, options.payment_terms) == ("Brightfold", "123", "30 days\n2 %")
    assert issues == []


@pytest.mark.parametrize(
    ("option", "typed"),
    [("Proposal Valid Days", 0.0), ("Proposal Language", "Klingon"), ("ROI Years", 2.5), ("ROI Cautious", 1.5),
     ("ROI Hopeful", 0.5)],
)  # fmt: skip
def test_an_option_of_proposals_that_cannot_be_keeps_its_default(table, book, option, typed):
    playbook, issues = read(book, table("Options", ["Option", "Value"], [option, typed]))
    assert playbook.options == DEFAULT_PLAYBOOK.options
    assert issues == [("LB015", "Options!B2")]


@pytest.mark.parametrize(
    ("typed", "code"),
    [("de-de", "de_DE"), (" en_GB ", "en_GB"), ("fr", "fr"), ("de_DE.UTF-8", "de_DE"), ("sr_Latn_RS", "sr_Latn_RS"),
     ("Klingon", None), ("xx", None), ("zz_ZZ", None), ("", None), ("../../x", None),
     ("en_GB@x", None), ("x" * 999, None)],
)  # fmt: skip
def test_a_language_as_people_type_it(typed, code):
    assert locale_code(typed) == code


def test_offers_are_read_by_their_headers_and_their_aliases(table, book):
    contents = book(
        table("Leads", ["Lead ID", "Company", "Stage"], ["L-1", "Fjord", "Proposal"]),
        table("Offers", ["Lead", "Goal", "Annual Savings", "Kick-off", "Our own"], [" L-1", "Fewer calls", "2,400.00",
              dt.date(2027, 1, 4), "x"]),
    )  # fmt: skip
    records, _ = read_records(contents, DEFAULT_PLAYBOOK)
    assert records.offers is None
    records, issues = with_offers(records, contents)
    [offer] = records.offers.frame.to_dict("records")
    assert (offer["lead_id"], offer["wanted_outcome"], offer["yearly_benefit"]) == ("L-1", "Fewer calls", 2400)
    assert offer["start_date"].date() == dt.date(2027, 1, 4)
    assert list(records.offers.extra) == ["Our own"]
    assert issues == []


def test_a_list_of_deals_that_is_called_offers_is_taken_for_leads_and_for_nothing_else(table, book):
    contents = book(table("Offers", ["Lead ID", "Company", "Stage", "Amount"], ["L-1", "Fjord", "Proposal", 100.0]))
    records, _ = read_records(contents, DEFAULT_PLAYBOOK)
    assert records.leads.frame["company"].tolist() == ["Fjord"]
    records, _ = with_offers(records, contents)
    assert (len(records.offers.frame), records.offers.table) == (0, None)


def test_a_workbook_without_offers_has_an_empty_table_of_them(table, book):
    contents = book(table("Leads", ["Lead ID", "Company", "Stage"], ["L-1", "Fjord", "Proposal"]))
    records, issues = with_offers(read_records(contents, DEFAULT_PLAYBOOK)[0], contents)
    assert (len(records.offers.frame), records.offers.table, issues) == (0, None, [])
