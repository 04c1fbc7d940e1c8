"""Settings tables into a playbook: what is read, what has its default, and what is said about it."""

from __future__ import annotations

import datetime as dt

import pytest

from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import Severity
from leadbook.model.locate import SETTINGS_TABLES
from leadbook.model.playbook import Category, ColumnMapping, Rep, Route, ScoringRule, StageClass
from leadbook.model.settings import read_playbook
from leadbook.model.settings_team import period_key

STAGES = ["Stage", "Order", "Class", "Probability", "Forecast Category"]


def read(book, *tables, **kwargs):
    """Return the playbook and the issues but for those about missing tables."""
    playbook, issues = read_playbook(book(*tables, **kwargs))
    return playbook, [issue for issue in issues if issue.code != "LB014"]


def found(issues):
    return [(issue.address, issue.code) for issue in issues]


def test_a_workbook_without_settings_gets_the_defaults_and_one_remark(book):
    playbook, issues = read_playbook(book())
    assert playbook.stages == DEFAULT_PLAYBOOK.stages
    assert playbook.scoring == DEFAULT_PLAYBOOK.scoring
    assert [(issue.code, issue.severity) for issue in issues] == [("LB014", Severity.INFO)]


def test_no_example_rate_price_or_rep_is_taken_for_a_teams_own(book):
    playbook, _ = read_playbook(book())
    assert playbook.rates == {"EUR": 1.0}
    assert playbook.products == ()
    assert playbook.holidays == frozenset()
    assert playbook.reps == ()


def test_each_missing_table_is_said_once_others_are_there(table, book):
    _, issues = read_playbook(book(table("Options", ["Option", "Value"])))
    said = [issue.message.removeprefix("There is no table ").partition(" ")[0] for issue in issues]
    # Milestones and Objections are for those who write proposals.
    assert said == [name for name in SETTINGS_TABLES if name not in {"Options", "Milestones", "Objections"}]
    assert any("Rates" in issue.message and "base currency" in issue.message for issue in issues)


def test_a_teams_own_stages(table, book):
    raw = table(
        "Stages", [*STAGES, "Required Columns", "Expected Days", "Also Called", "Entered On"],
        ["Talk", 1.0, "open", 0.25, "Pipeline", "Company, Email or phone", 5.0, "chat; hello", "First Contacted"],
        ["Gone", 9.0, "Lost", 0.0, None, None, None, None, None],
        ["Deal", 2.0, "OPEN", "60 %", "best case", None, None, None, None],
    )  # fmt: skip
    playbook, issues = read(book, raw)
    assert not issues
    assert [stage.name for stage in playbook.stages] == ["Talk", "Deal", "Gone"]
    talk, deal, gone = playbook.stages
    assert (talk.order, deal.order, gone.order) == (1, 2, 3)
    assert talk.required == ("company", "email|phone")
    assert talk.aliases == ("chat", "hello")
    assert (talk.expected_days, talk.entered_on) == (5, "first_contacted")
    assert (deal.probability, deal.category) == (0.6, Category.BEST_CASE)
    assert (gone.stage_class, gone.category) == (StageClass.LOST, Category.OMITTED)
    assert playbook.stage("  CHAT ") is talk


def test_faulty_stage_cells_keep_their_default_and_are_said(table, book):
    raw = table(
        "Stages", [*STAGES, "Required Columns", "Entered On", "Also Called"],
        ["Proposal", 1.0, "opne", "half", "Somewhere", "Compnay, Email", "Someday", "offer"],
        ["proposal ", 2.0, "open", 0.5, None, None, None, None],
        ["Closing", 3.0, None, None, None, None, None, "Offer"],
        sheet="Settings", header_row=6,
    )  # fmt: skip
    playbook, issues = read(book, raw)
    proposal, closing = playbook.stages
    assert (proposal.stage_class, proposal.probability, proposal.category) == (StageClass.OPEN, 0.5, Category.PIPELINE)
    assert proposal.required == ("email",)
    assert closing.probability == 0.9
    assert closing.aliases == ()
    assert sorted(found(issues)) == sorted([
        ("Settings!C7", "LB015"), ("Settings!D7", "LB015"), ("Settings!E7", "LB015"), ("Settings!F7", "LB017"),
        ("Settings!G7", "LB017"), ("Settings!A8", "LB016"), ("Settings!C9", "LB015"), ("Settings!D9", "LB015"),
        ("Settings!H9", "LB016"),
    ])  # fmt: skip
    assert "the default 0.5 is used" in next(i.message for i in issues if i.address == "Settings!D7")


def test_a_stage_table_without_stages_or_without_its_column(table, book):
    empty, issues = read_playbook(book(table("Stages", STAGES)))
    assert empty.stages == DEFAULT_PLAYBOOK.stages
    assert ("LB014", Severity.WARNING) in [(issue.code, issue.severity) for issue in issues]
    nameless, issues = read(book, table("Stages", ["Class", "Probability"], ["open", 0.5]))
    assert nameless.stages == DEFAULT_PLAYBOOK.stages
    assert [issue.code for issue in issues] == ["LB013"]


def test_tables_are_found_under_the_prefixed_name_first(table, book):
    theirs = table("Stages", ["Act", "Scene"], ["I", "ii"])
    ours = table("Leadbook_Stages", STAGES, ["Talk", 1.0, "open", 0.25, None])
    playbook, issues = read(book, theirs, ours)
    assert [stage.name for stage in playbook.stages] == ["Talk"]
    assert not issues


def test_options(table, book):
    raw = table(
        "Options", ["Option", "Value", "Meaning"],
        ["Base Currency", "\u20ac"], ["Day First", "yes"], ["Work Start Hour", "08:30"],
        ["Work End Hour", dt.time(18, 0)],
        ["Work Days", "Mon-Thu, Sat"], ["Time Zone", "Europe/Berlin"], ["MQL Fit", 30.0], ["Dead Days", "120"],
        ["leads table", "Deals"], ["Owned Writes On Protected", True],
    )  # fmt: skip
    playbook, issues = read(book, raw)
    assert not issues
    options = playbook.options
    assert (options.base_currency, options.day_first, options.time_zone) == ("EUR", True, "Europe/Berlin")
    assert (options.work_start_hour, options.work_end_hour, options.work_days) == (8.5, 18.0, (0, 1, 2, 3, 5))
    assert (options.mql_fit, options.dead_days, options.leads_table) == (30.0, 120, "Deals")
    assert isinstance(options.dead_days, int)
    assert options.owned_writes_on_protected is True


def test_a_blank_day_first_lets_the_columns_decide(table, book):
    playbook, issues = read(book, table("Options", ["Option", "Value"], ["Day First", None], ["Time Zone", None]))
    assert playbook.options.day_first is None
    assert not issues


@pytest.mark.parametrize(
    ("name", "typed", "code"),
    [
        ("Base Currency", "euros and cents", "LB015"), ("Day First", "perhaps", "LB015"),
        ("Work Start Hour", 25.0, "LB015"), ("Holiday Country", "XX", "LB015"), ("Holiday Country", "DE-XX", "LB015"),
        ("Routing", "maybe", "LB015"),
        ("SLA Escalate At", 3.0, "LB015"),
        ("Work Days", "Funday", "LB015"), ("Time Zone", "Mars/Olympus", "LB015"),
        ("Time Zone", "../etc/passwd", "LB015"),
        ("MQL Fit", "many", "LB015"), ("Dead Days", 2.5, "LB015"), ("Fiscal Year Start Month", 13.0, "LB015"),
        ("Warm Total", 90.0, "LB015"), ("Work End Hour", 9.0, "LB015"), ("Dead Days", None, "LB015"),
        ("Colour", "blue", "LB017"),
    ],
)  # fmt: skip
def test_an_unreadable_option_keeps_its_default_and_is_said(table, book, name, typed, code):
    playbook, issues = read(book, table("Options", ["Option", "Value"], [name, typed]))
    assert playbook.options == DEFAULT_PLAYBOOK.options
    assert [issue.code for issue in issues] == [code]
    assert issues[0].row == 2


def test_scoring(table, book):
    raw = table(
        "Scoring", ["Attribute", "Value", "Points", "Half-life Days", "Group"],
        ["Industry", "Software", 12.0], ["employees", "50..500", "12"], ["Activity", "meeting", 15.0, 14.0],
        ["Deduct", "bounced", -15.0], ["Shoe size", "44", 3.0], ["Industry", "Retail", "lots"], ["Source", None, 2.0],
    )  # fmt: skip
    playbook, issues = read(book, raw)
    assert playbook.scoring == (
        ScoringRule("industry", "Software", 12), ScoringRule("employees", "50..500", 12),
        ScoringRule("activity", "meeting", 15, 14, "engagement"),
        ScoringRule("deduct", "bounced", -15, None, "deduction"),
        ScoringRule("source", "*", 2),
    )  # fmt: skip
    assert found(issues) == [("Scoring!A6", "LB017"), ("Scoring!C7", "LB015")]


def test_hours_to_first_contact(table, book):
    playbook, issues = read(book, table("Sla", ["Temperature", "Hours"], ["Hot", 2.0], ["warm", "soon"], ["icy", 5.0]))
    assert playbook.sla_hours == {"hot": 2.0, "warm": 8.0, "cold": 16.0}
    assert found(issues) == [("Sla!B3", "LB015"), ("Sla!A4", "LB017"), ("Sla!1:1", "LB015")]


def test_reps_have_a_quota_for_each_column_that_names_a_period(table, book):
    raw = table(
        "Reps", ["Owner", "Team", "Active", "2026-Q4", "Nov 2026", "Quota next year", "Shoe size"],
        ["Ann", "North", "no", "1.2M", 5000.0, 1.0, 44.0], ["ann", None, None, 1.0], ["Bo", None, None, "much", None],
    )  # fmt: skip
    playbook, issues = read(book, raw)
    ann, bo = playbook.reps
    assert ann == Rep("Ann", team="North", active=False, quotas={"2026-Q4": 1_200_000, "2026-11": 5000})
    assert bo == Rep("Bo")
    assert found(issues) == [("Reps!F1", "LB017"), ("Reps!A3", "LB016"), ("Reps!D4", "LB015")]


def test_a_rep_has_the_holidays_of_a_country_that_is_known(table, book):
    raw = table("Reps", ["Owner", "Country"], ["Ann", "de-by"], ["Bo", "AT"], ["Cy", "Atlantis"], ["Di", None])
    playbook, issues = read(book, raw)
    assert [rep.country for rep in playbook.reps] == ["DE-BY", "AT", "", ""]
    assert found(issues) == [("Reps!B4", "LB015")]


@pytest.mark.parametrize(
    ("header", "period"),
    [
        ("2026-Q4", "2026-Q4"), ("Q4 2026", "2026-Q4"), ("q4/26", "2026-Q4"), ("Quota 2026 Q1", "2026-Q1"),
        ("2026-11", "2026-11"), ("11/2026", "2026-11"), ("Nov 2026", "2026-11"), ("November-26", "2026-11"),
        ("2026-13", None), ("2026", None), ("Q5 2026", None), ("Foo 2026", None), ("", None), ("Team", None),
    ],
)  # fmt: skip
def test_periods(header, period):
    assert period_key(header) == period


def test_rates(table, book):
    raw = table(
        "Rates", ["Currency", "Rate", "As Of"],
        ["EUR", 2.0, None], ["$", "0,9", "2026-01-05"], ["GBP", 0.0, None], ["CHF", None, None], ["SEK", "?!", None],
        ["usd", 0.8, None],
    )  # fmt: skip
    playbook, issues = read(book, raw)
    assert playbook.rates == {"EUR": 1.0, "USD": 0.9}
    assert playbook.rate_dates == {"USD": dt.date(2026, 1, 5)}
    assert [code for _, code in found(issues)] == ["LB018", "LB018", "LB018", "LB015", "LB018", "LB016"]


def test_products_holidays_case_studies_routing_icp_and_leaks(table, book):
    playbook, issues = read(
        book,
        table("Products", ["Product", "List Price", "Currency", "Tax %", "Valid Until"],
              ["Box", "1.200,50", "eur", "19%", "31.12.2026"], ["box", 1.0]),
        table("Holidays", ["Date", "Holiday"], [dt.datetime(2026, 12, 25), "Christmas"], ["someday", "?"]),  # noqa: DTZ001 - cells have no zone
        table("CaseStudies", ["Case Study", "Industry"], ["Fast", "Retail"]),
        table("Routing", ["Attribute", "Value", "Assign To"], ["Country", "Germany", "DACH"], ["Moon", "full", "Bo"]),
        table("Icp", ["Attribute", "Our Ideal Customer"], ["Size", "50 to 500"]),
        table("Leaks", ["Column", "Decision", "Evidence"], ["Close Date", "keep", None], ["Their own", "dunno", "?"]),
    )  # fmt: skip
    (product,) = playbook.products
    assert (product.name, product.list_price, product.currency, product.tax) == ("Box", 1200.5, "EUR", 0.19)
    assert product.valid_until == dt.date(2026, 12, 31)
    assert playbook.holidays == {dt.date(2026, 12, 25)}
    assert playbook.routing == (Route("country", "Germany", "DACH"),)
    assert playbook.case_studies[0].industry == "Retail"
    assert playbook.icp == {"Size": "50 to 500"}
    assert [(leak.column, leak.decision) for leak in playbook.leaks] == [
        ("close_date", "keep"),
        ("Their own", "leave out"),
    ]
    assert sorted(found(issues)) == [
        ("Holidays!A3", "LB015"), ("Leaks!B3", "LB015"), ("Products!A3", "LB016"), ("Routing!A3", "LB017"),
    ]  # fmt: skip


def test_column_mappings(table, book):
    raw = table(
        "Columns", ["Table", "Their Header", "Our Column", "How"],
        ["Deals", "Wert", "Amount", "adopt"], [None, "Kunde", "company"], ["Leads", "Status", "ignore"],
        ["Leads", "X", "No such column"],
    )  # fmt: skip
    playbook, issues = read(book, raw)
    assert playbook.mappings == (
        ColumnMapping("Deals", "Wert", "amount", "adopt"), ColumnMapping("Leads", "Kunde", "company", "typed"),
        ColumnMapping("Leads", "Status", "", "typed"),
    )  # fmt: skip
    assert found(issues) == [("Columns!C5", "LB017")]


def test_holidays_follow_the_day_first_option(table, book):
    holidays = table("Holidays", ["Date", "Holiday"], ["3/4/2026", "x"])
    options = table("Options", ["Option", "Value"], ["Day First", "Yes"])
    unsure, issues = read(book, holidays)
    assert unsure.holidays == frozenset()
    assert found(issues) == [("Holidays!A2", "LB015")]
    assert read(book, holidays, options)[0].holidays == {dt.date(2026, 4, 3)}


@pytest.mark.parametrize(("typed", "limit"), [(0.2, 0.2), ("20 %", 0.2), (0, 0.0), (None, 0.15), ("a lot", 0.15)])
def test_the_discount_limit_is_read_as_excel_keeps_a_percentage(book, table, typed, limit):
    playbook, issues = read(book, table("Options", ["Option", "Value"], ["Discount Limit", typed]))
    assert playbook.options.discount_limit == limit
    assert [issue.code for issue in issues] == (["LB015"] if typed in {None, "a lot"} else [])


@pytest.mark.parametrize(("mode", "codes"), [("off", []), ("suggest", ["LB017"] * 2), ("assign", ["LB017"] * 2)])
def test_a_route_that_names_nobody_of_reps_is_said_while_routing_is_on(table, book, mode, codes):
    reps = table("Reps", ["Owner", "Team", "Territory"], ["Ann", "Field", "DACH"])
    routing = table(
        "Routing", ["Attribute", "Value", "Assign To"],
        ["Country", "Austria", "dach"], ["Country", "Chile", "Ann, Zed"], ["Source", "*", None], ["Source", "Web", "*"],
    )  # fmt: skip
    options = table("Options", ["Option", "Value"], ["Routing", mode])
    _, issues = read(book, reps, routing, options)
    assert [issue.code for issue in issues] == codes
    assert [issue.row for issue in issues] == [3, 4][: len(codes)]
