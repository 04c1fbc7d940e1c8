"""What keeps a proposal back is named with its cell, before anything is written."""

from __future__ import annotations

import datetime as dt

import pytest
from offered_book import LEAD, LINE, OFFER, PRODUCT, TODAY, prepare, proposal, read, refusal

from leadbook.analysis.proposing.preparing import prepare_proposals
from leadbook.model.columns import OWNED_LEAD_COLUMNS
from leadbook.rules.checking import explain

MARCH = dt.date(2026, 3, 31)


def test_a_lead_that_says_everything_gets_its_proposal():
    assert proposal().notes == ()


@pytest.mark.parametrize(
    ("changed", "code", "cell"),
    [
        ({"Company": None}, "LB604", "Leads!B2"),
        ({"First Name": None, "Last Name": " "}, "LB604", "Leads!F2"),
        ({"Problem": None}, "LB604", "Leads!J2"),
        ({"Problem": "n/a"}, "LB604", "Leads!J2"),
        ({"Company": "\x08\x00"}, "LB604", "Leads!B2"),
        ({"Owner": None}, "LB604", "Leads!G2"),
        ({"Stage": "Lost", "Lost Reason": "no budget"}, "LB603", "Leads!H2"),
        ({"Stage": "Disqualified"}, "LB603", "Leads!H2"),
        ({"Stage": "Closed Won"}, "LB603", "Leads!H2"),
        ({"Currency": "CHF"}, "LB610", "Leads!I2"),
        ({"Currency": "Quid"}, "LB610", "Leads!I2"),
    ],
)  # fmt: skip
def test_leads_that_get_none(changed, code, cell):
    assert refusal([{**LEAD, **changed}]) == [(code, cell)]


@pytest.mark.parametrize(
    ("changed", "code", "cell"),
    [
        ({"Product": None}, "LB606", "'Quote Lines'!C2"),
        ({"Quantity": None}, "LB606", "'Quote Lines'!D2"),
        ({"Quantity": 0}, "LB607", "'Quote Lines'!D2"),
        ({"Quantity": -1}, "LB607", "'Quote Lines'!D2"),
        ({"Quantity": "some"}, "LB607", "'Quote Lines'!D2"),
        ({"Quantity": 1e300}, "LB607", "'Quote Lines'!D2"),
        ({"Unit Price": None, "Product": "Unlisted"}, "LB606", "'Quote Lines'!E2"),
        ({"Unit Price": -5}, "LB607", "'Quote Lines'!E2"),
        ({"Unit Price": "on request"}, "LB607", "'Quote Lines'!E2"),
        ({"Unit Price": "$ 1,000"}, "LB610", "'Quote Lines'!E2"),
        ({"Discount %": 120}, "LB607", "'Quote Lines'!F2"),
        ({"Discount %": "-10 %"}, "LB607", "'Quote Lines'!F2"),
        ({"Discount %": "a lot"}, "LB607", "'Quote Lines'!F2"),
        ({"Discount %": 0.16}, "LB608", "'Quote Lines'!H2"),
        ({"Discount %": 0, "Unit Price": 849}, "LB608", "'Quote Lines'!H2"),
        ({"Discount %": 0.1, "Unit Price": 940}, "LB608", "'Quote Lines'!H2"),
        ({"Tax %": 300}, "LB607", "'Quote Lines'!G2"),
        ({"Tax %": "exempt"}, "LB607", "'Quote Lines'!G2"),
        ({"Valid Until": MARCH}, "LB609", "'Quote Lines'!I2"),
        ({"Valid Until": "until further notice"}, "LB607", "'Quote Lines'!I2"),
    ],
)  # fmt: skip
def test_quote_lines_that_cannot_be_offered(changed, code, cell):
    assert refusal([LEAD], [{**LINE, **changed}]) == [(code, cell)]


@pytest.mark.parametrize(
    ("changed", "code", "cell"),
    [
        ({"Yearly Benefit": "lots"}, "LB607", "Offers!G2"),
        ({"Yearly Benefit": -1}, "LB607", "Offers!G2"),
        ({"Yearly Benefit": "£ 2,400"}, "LB610", "Offers!G2"),
        ({"Start Date": MARCH}, "LB611", "Offers!J2"),
        ({"Start Date": "soon"}, "LB611", "Offers!J2"),
        ({"Language": "Klingon"}, "LB611", "Offers!M2"),
    ],
)  # fmt: skip
def test_offers_that_cannot_be_used(changed, code, cell):
    assert refusal([LEAD], [LINE], [{**OFFER, **changed}]) == [(code, cell)]


@pytest.mark.parametrize(
    ("product", "line", "code", "cell"),
    [
        ({"Valid Until": MARCH}, {}, "LB609", "'Quote Lines'!C2"),
        ({"Currency": "CHF"}, {"Unit Price": None}, "LB610", "'Quote Lines'!E2"),
        ({"List Price": -3}, {"Unit Price": None}, "LB607", "'Quote Lines'!E2"),
    ],
)  # fmt: skip
def test_catalogues_that_cannot_be_quoted_from(product, line, code, cell):
    assert refusal([LEAD], [{**LINE, **line}], products=[{**PRODUCT, **product}]) == [(code, cell)]


def test_every_reason_is_named_at_once():
    lead = {**LEAD, "Company": None, "Problem": None}
    lines = [{**LINE, "Quantity": None}, {**LINE, "Discount %": 0.5}]
    assert refusal([lead], lines, [{**OFFER, "Start Date": MARCH}]) == [
        ("LB604", "Leads!B2"), ("LB604", "Leads!J2"), ("LB611", "Offers!J2"),
        ("LB606", "'Quote Lines'!D2"), ("LB608", "'Quote Lines'!H3"),
    ]  # fmt: skip


def test_a_lead_without_quote_lines_or_an_id():
    assert refusal([LEAD], [{**LINE, "Lead ID": "L-0001"}]) == [("LB605", "Leads!A2")]
    assert refusal([{**LEAD, "Lead ID": None}]) == [("LB604", "Leads!A2"), ("LB605", "Leads!A2")]


def test_a_column_that_is_not_there_is_asked_for():
    found = prepare([{key: value for key, value in LEAD.items() if key != "Problem"}])
    [issue] = found.issues
    assert (issue.code, issue.address) == ("LB604", "Leads!2:2")
    assert "add a column Problem" in issue.message


def test_two_leads_of_one_id_are_both_refused_and_name_each_other():
    leads = [LEAD, {**LEAD, "Lead ID": " l-0042", "Company": "Other"}]
    first, second = prepare_proposals(read(leads), [2, 3], TODAY, {})
    assert [(one.issues[0].code, one.issues[0].address) for one in (first, second)] == [
        ("LB602", "Leads!A2"), ("LB602", "Leads!A3"),
    ]  # fmt: skip
    assert "Leads!A3" in first.issues[0].message
    assert "Leads!A2" in second.issues[0].message


def test_a_lead_that_was_merged_away_names_the_one_it_is_now():
    archive = [{"Lead ID": "L-0042", "Archived At": MARCH, "Reason": "Merged into L-0007", "Merge ID": "M-0001",
                "Row": "x"}]  # fmt: skip
    found = prepare(archive=archive)
    assert [issue.code for issue in found.issues] == ["LB603"]
    assert "L-0007" in found.issues[0].message


def test_two_offers_of_one_lead_are_named():
    [(code, cell)] = refusal([LEAD], [LINE], [OFFER, OFFER])
    assert (code, cell) == ("LB611", "Offers!A3")


def test_a_line_that_does_not_say_its_option_beside_others_that_do():
    assert refusal([LEAD], [{**LINE, "Option": "A"}, LINE]) == [("LB606", "'Quote Lines'!B3")]


def test_a_row_without_a_lead():
    assert refusal(row=77) == [("LB601", "Leads!77:77")]


def test_a_currency_without_rate_is_accepted_once_it_has_one():
    lead = {**LEAD, "Currency": "CHF"}
    assert proposal([lead], rates={"CHF": 1.05}).currency == "CHF"


@pytest.mark.parametrize("where", ["line", "offer"])
def test_a_high_discount_goes_out_with_an_approval_which_the_proposal_names(where):
    line, offer = {**LINE, "Discount %": 0.4}, dict(OFFER)
    (line if where == "line" else offer)["Approved By"] = "Dana Boss"
    assert proposal([LEAD], [line], [offer]).approved_by == "Dana Boss"


def test_a_discount_at_the_limit_needs_nobody():
    found = proposal([LEAD], [{**LINE, "Discount %": 0.15, "Approved By": "Dana Boss"}])
    assert found.approved_by == ""


def test_an_expired_list_price_goes_out_where_the_line_says_how_long_it_holds():
    until = TODAY + dt.timedelta(days=5)
    found = proposal([LEAD], [{**LINE, "Valid Until": until}], products=[{**PRODUCT, "Valid Until": MARCH}])
    assert found.valid_until == until


def test_the_last_day_of_a_price_list_still_counts():
    assert proposal(products=[{**PRODUCT, "Valid Until": TODAY}]).valid_until == TODAY


def test_what_is_left_out_is_noted_and_refuses_nothing():
    lead = {**LEAD, "Impact": None, "Owner": "Nobody Known", "Objections": "Too blue"}
    offer = {**OFFER, "Yearly Benefit": None, "Solution": None, "Benefit Basis": None}
    lines = [{**LINE, "Product": "Something new", "Tax %": None}]
    found = proposal([lead], lines, [offer], stories=(), milestones=())
    assert sorted((note.code, note.address) for note in found.notes) == [
        ("LB620", "Leads!A2"), ("LB620", "Leads!C2"), ("LB620", "Leads!G2"), ("LB620", "Leads!K2"),
        ("LB620", "Leads!L2"), ("LB620", "Offers!D2"), ("LB620", "Offers!G2"), ("LB621", "'Quote Lines'!G2"),
    ]  # fmt: skip


def test_a_likely_duplicate_is_noted():
    lead = {**LEAD, **{column.header: None for column in OWNED_LEAD_COLUMNS}, "Duplicate Of": "L-0007"}
    [note] = proposal([lead]).notes
    assert note.code == "LB622"
    assert "L-0007" in note.message


def test_a_workbook_that_knows_nothing_of_proposals_gets_one_all_the_same():
    found = proposal([LEAD], [LINE], None, stories=(), milestones=(), products=())
    assert (found.worth, found.proof, found.timeline, found.solution) == (None, (), (), "")
    assert any("no table Offers" in note.message for note in found.notes)


@pytest.mark.parametrize("number", [*range(601, 612), *range(620, 623)])
def test_every_code_is_explained(number):
    assert f"LB{number}" in explain(f"LB{number}")
