"""From a workbook's tables to typed frames, and which table is which."""

from __future__ import annotations

import datetime as dt
import math

import numpy as np
import pandas as pd
import pytest
from msgspec import structs

from leadbook.model.columns import TABLES, Kind
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError, Severity
from leadbook.model.leads import read_records, type_table
from leadbook.model.playbook import ColumnMapping
from leadbook.model.tables import CellError
from leadbook.model.team_options import Options


def with_options(**options):
    return structs.replace(DEFAULT_PLAYBOOK, options=structs.replace(Options(), **options))


def found(issues):
    return [(issue.address, issue.code) for issue in issues]


def test_rows_keep_their_excel_row_and_columns_their_place(table):
    raw = table(
        "Leads", ["Lead ID", "Company", "Stage", "Amount"], [1.0, " Acme ", "Proposal", "12 k"],
        [2.0, "Beta", "Won", 5.0], first_column=3, header_row=7, excel_rows=[9, 12],
    )  # fmt: skip
    typed, issues = type_table(raw, "Leads", DEFAULT_PLAYBOOK)
    assert not issues
    assert typed.frame.index.tolist() == [9, 12]
    assert typed.frame.index.name == "row"
    assert typed.frame["company"].tolist() == ["Acme", "Beta"]
    assert typed.frame["lead_id"].tolist() == ["1", "2"]
    assert typed.frame["amount"].tolist() == [12_000, 5]
    assert typed.raw["company"].tolist() == [" Acme ", "Beta"]
    assert typed.places == {"lead_id": 3, "company": 4, "stage": 5, "amount": 6}
    assert typed.headers["amount"] == "Amount"


def test_an_estimated_amount_counts_and_the_column_says_so(table):
    raw = table("Leads", ["Company", "Amount"], ["Acme", "ca. 120 T\u20ac"], ["Beta", 5.0], ["Ox", "~80k"])
    typed, issues = type_table(raw, "Leads", DEFAULT_PLAYBOOK)
    assert typed.frame["amount"].tolist() == [120_000, 5, 80_000]
    assert typed.raw["amount"].tolist() == ["ca. 120 T\u20ac", 5.0, "~80k"]
    (issue,) = (issue for issue in issues if issue.code == "LB201")
    assert (issue.severity, issue.address) == (Severity.INFO, "Leads!B:B")
    assert issue.message.endswith("read as the number (ca. 1200 as 1200). (2 cells)")


def test_every_column_is_there_with_its_type_whether_the_table_has_rows_or_not(table):
    kinds = {Kind.DATE: "M", Kind.FLAG: "b", Kind.MONEY: "f", Kind.NUMBER: "f", Kind.PERCENT: "f", Kind.POINTS: "f"}
    header_only = table("Leads", ["Company", "Stage"])
    filled = table("Leads", ["Company", "Stage"], ["Acme", "Won"])
    for name, columns in TABLES.items():
        for raw in (None, header_only, filled):
            typed, _ = type_table(raw, name, DEFAULT_PLAYBOOK)
            assert typed.frame.columns.tolist() == [column.key for column in columns]
            assert typed.frame.index.dtype == np.int64
            for column in columns:
                dtype = typed.frame[column.key].dtype
                if column.kind in kinds:
                    assert dtype.kind == kinds[column.kind]
                else:
                    assert dtype == pd.Series([""], dtype="str").dtype  # object before pandas 3


def test_what_cannot_be_read_stays_as_typed_and_is_said_with_its_cell(table):
    raw = table(
        "Leads", ["Lead ID", "Company", "Stage", "Amount", "Close Date", "Budget", "Opt Out", "Phone"],
        ["L-1", "Acme", "Proposal", "a lot", "31/2/2026", 7, "perhaps", CellError("#N/A")],
    )  # fmt: skip
    typed, issues = type_table(raw, "Leads", DEFAULT_PLAYBOOK)
    assert found(issues) == [
        ("Leads!H2", "LB010"), ("Leads!D2", "LB201"), ("Leads!E2", "LB301"), ("Leads!F2", "LB205"),
        ("Leads!G2", "LB206"),
    ]  # fmt: skip
    assert math.isnan(typed.frame.loc[2, "amount"])
    assert typed.raw.loc[2, "amount"] == "a lot"
    amount = next(issue for issue in issues if issue.code == "LB201")
    assert (amount.value, amount.lead_id, amount.header) == ("a lot", "L-1", "Amount")
    assert amount.message.startswith("Amount holds \u201ca lot\u201d")


def test_blank_rows_the_example_and_rows_with_only_our_own_values_are_left_out(table):
    raw = table(
        "Leads", ["Lead ID", "Company", "Stage", "Score", "Grade", "Win %", "Flags", "Issues"],
        ["EXAMPLE", "Example Ltd", "Prospecting", None, None, None, None, None],
        [None, " ", "n/a", None, None, None, None, None], [None, None, None, 55.0, "B2", 0.1, None, None],
        ["L-1", None, None, None, None, None, None, None], [None, "Acme", None, None, None, None, None, None],
    )  # fmt: skip
    typed, _ = type_table(raw, "Leads", DEFAULT_PLAYBOOK)
    assert typed.frame.index.tolist() == [5, 6]
    assert typed.raw.index.tolist() == [5, 6]


def test_history_rows_are_kept_though_leadbook_owns_every_column(table):
    raw = table(
        "History", ["Changed At", "Lead ID", "Event"], [dt.date(2026, 3, 1), "L-1", "created"], [None, None, None]
    )
    typed, _ = type_table(raw, "History", DEFAULT_PLAYBOOK)
    assert typed.frame["event"].tolist() == ["created"]


def test_aliases_mappings_and_the_sellers_own_columns(table):
    raw = table(
        "Deals", ["Deal Name", "ACCOUNT  name", "deal_stage", "E-mail", "Wert", "Status"],
        ["Big", "Acme", "Won", "A@B.c", "12", "hot"],
    )  # fmt: skip
    mappings = (ColumnMapping("Deals", "Wert", "amount"), ColumnMapping("Leads", "Status", ""))
    typed, issues = type_table(raw, "Leads", structs.replace(DEFAULT_PLAYBOOK, mappings=mappings))
    assert not issues
    row = typed.frame.loc[2]
    assert (row["company"], row["stage"], row["email"], row["amount"]) == ("Acme", "Won", "a@b.c", 12)
    assert typed.extra.columns.tolist() == ["Deal Name", "Status"]


def test_our_own_header_wins_over_an_alias_without_a_word(table):
    raw = table("Leads", ["Company", "Status", "Stage", "Mobile", "Phone"], ["Acme", "Active", "Won", "1", "2"])
    typed, issues = type_table(raw, "Leads", DEFAULT_PLAYBOOK)
    assert (typed.frame.loc[2, "stage"], typed.frame.loc[2, "phone"]) == ("Won", "2")
    assert typed.extra.columns.tolist() == ["Status", "Mobile"]
    assert not issues


def test_two_aliases_of_one_column_are_said_and_the_first_read(table):
    raw = table("Leads", ["Company", "Deal Stage", "Lead Status"], ["Acme", "Won", "Open"])
    typed, issues = type_table(raw, "Leads", DEFAULT_PLAYBOOK)
    assert typed.frame.loc[2, "stage"] == "Won"
    assert [(i.address, i.code, i.severity) for i in issues] == [("Leads!C1", "LB011", Severity.INFO)]


def test_repeated_blank_and_missing_headers(table):
    raw = table("Leads", ["Company", "company ", "", " ", "Owner"], ["Acme", "Other", "stray", None, "Ann"])
    typed, issues = type_table(raw, "Leads", DEFAULT_PLAYBOOK)
    assert typed.frame.loc[2, "company"] == "Acme"
    assert found(issues) == [("Leads!B1", "LB011"), ("Leads!C1", "LB012"), ("Leads!1:1", "LB013")]
    assert "Stage" in issues[-1].message


def test_a_column_that_is_something_else_gives_one_sentence_and_not_thousands(table):
    rows = [["Acme", "Won", "SMS sent"]] * 30 + [["Acme", "Won", dt.date(2026, 1, 1)]]
    typed, issues = type_table(table("Leads", ["Company", "Stage", "Last Activity"], *rows), "Leads", DEFAULT_PLAYBOOK)
    assert found(issues) == [("Leads!C:C", "LB301")]
    assert "30 cells" in issues[0].message
    assert "C2" in issues[0].message
    assert typed.frame["last_activity"].notna().sum() == 1


def test_a_few_bad_cells_in_a_good_column_are_said_one_by_one(table):
    rows = [["Acme", "Won", dt.date(2026, 1, 1)]] * 60 + [["Acme", "Won", "soon"]] * 25
    _, issues = type_table(table("Leads", ["Company", "Stage", "Close Date"], *rows), "Leads", DEFAULT_PLAYBOOK)
    assert found(issues) == [(f"Leads!C{row}", "LB301") for row in range(62, 87)]


def test_an_ambiguous_date_column_is_one_issue_about_the_column(table):
    raw = table("Leads", ["Company", "Stage", "Created"], ["A", "Won", "3/4/2026"], ["B", "Won", "5/6/2026"])
    _, issues = type_table(raw, "Leads", DEFAULT_PLAYBOOK)
    assert found(issues) == [("Leads!C:C", "LB302")]
    typed, issues = type_table(raw, "Leads", with_options(day_first=True))
    assert typed.frame["created"].tolist() == [dt.datetime(2026, 4, 3), dt.datetime(2026, 6, 5)]  # noqa: DTZ001 - as cells
    assert not issues


def test_what_leadbook_wrote_itself_is_never_an_issue(table):
    raw = table("Leads", ["Company", "Stage", "Score"], ["Acme", "Won", CellError("#REF!")])
    assert type_table(raw, "Leads", DEFAULT_PLAYBOOK)[1] == []


def test_both_date_systems_read_the_same_day(table, book):
    raw = table("Leads", ["Company", "Stage", "Created"], ["Acme", "Won", 45000.0])
    old = table("Leads", ["Company", "Stage", "Created"], ["Acme", "Won", 45000.0 - 1462])
    first, _ = read_records(book(raw), DEFAULT_PLAYBOOK)
    second, _ = read_records(book(old, date_system=1904), DEFAULT_PLAYBOOK)
    assert first.leads.frame["created"].tolist() == second.leads.frame["created"].tolist()
    assert first.leads.frame.loc[2, "created"].date() == dt.date(2023, 3, 15)


def test_stages_are_named_by_the_playbook(table, book):
    rows = [["A", " engaging "], ["B", "Closed Won"], ["C", "NEGOTIATION"], ["D", "Limbo"], ["E", None]]
    records, _ = read_records(book(table("Leads", ["Company", "Stage"], *rows)), DEFAULT_PLAYBOOK)
    frame = records.leads.frame
    assert frame["stage_name"].tolist() == ["Initial contact", "Won", "Objections", "", ""]
    assert frame["stage_class"].tolist() == ["open", "won", "open", "", ""]
    assert frame["stage"].tolist()[0] == "engaging"


def test_amounts_are_worth_what_the_rate_says(table, book):
    playbook = structs.replace(DEFAULT_PLAYBOOK, rates={"EUR": 1.0, "USD": 0.5})
    raw = table(
        "Leads", ["Company", "Stage", "Amount", "Currency"],
        ["A", "Won", 100.0, None], ["B", "Won", 100.0, "usd"], ["C", "Won", "$100", None], ["D", "Won", 100.0, "SEK"],
        ["E", "Won", "$100", "EUR"], ["F", "Won", None, "SEK"], ["G", "Won", "100 \u20ac", "\u20ac"],
    )  # fmt: skip
    records, issues = read_records(book(raw), playbook)
    frame = records.leads.frame
    worth = [None if math.isnan(value) else value for value in frame["amount_base"]]
    assert worth == [100, 50, 50, None, None, None, 100]
    assert frame["currency"].tolist() == ["", "USD", "USD", "SEK", "EUR", "SEK", "EUR"]
    assert [(i.address, i.code, i.severity) for i in issues] == [
        ("Leads!C:C", "LB208", Severity.INFO),
        ("Leads!C6", "LB208", Severity.ERROR),
        ("Leads!D5", "LB207", Severity.ERROR),
    ]


def test_a_dollar_is_the_bases_own_dollar(table, book):
    playbook = structs.replace(with_options(base_currency="CAD"), rates={"CAD": 1.0})
    raw = table(
        "Leads", ["Company", "Stage", "Amount", "Currency"], ["A", "Won", "$5", None], ["B", "Won", "$5", "AUD"]
    )
    records, issues = read_records(book(raw), playbook)
    assert records.leads.frame["currency"].tolist() == ["CAD", "AUD"]
    assert [i.code for i in issues if i.severity is Severity.ERROR] == ["LB207"]  # AUD has no rate; $ fits it


def test_the_other_tables_are_empty_when_the_workbook_has_none(table, book):
    records, _ = read_records(book(table("Leads", ["Company", "Stage"])), DEFAULT_PLAYBOOK)
    for typed in (records.leads, records.activities, records.quote_lines, records.history, records.archive):
        assert len(typed.frame) == 0
        assert len(typed.raw) == 0
    assert records.activities.table is None


def test_the_leads_are_found_by_option_name_prefix_or_looks(table, book):
    deals = table("Deals", ["Company", "Stage", "Amount"], ["Acme", "Won", 1.0])
    other = table("Prices", ["Product", "Price"], ["X", 1.0])
    by_looks, issues = read_records(book(other, deals), DEFAULT_PLAYBOOK)
    assert by_looks.leads.table.name == "Deals"
    assert not issues
    second = table("More", ["Company", "Stage", "Amount"], ["Beta", "Won", 1.0])
    by_option, _ = read_records(book(deals, second), with_options(leads_table="more"))
    assert by_option.leads.table.name == "More"
    by_name, _ = read_records(book(deals, table("LEADS", ["Company", "Stage"], ["Cee", "Won"])), DEFAULT_PLAYBOOK)
    assert by_name.leads.table.name == "LEADS"
    by_prefix, _ = read_records(
        book(deals, table("Leadbook_Leads", ["Company", "Stage"], ["C", "Won"])), DEFAULT_PLAYBOOK
    )
    assert by_prefix.leads.table.name == "Leadbook_Leads"


def test_a_table_that_the_options_name_but_is_not_there_is_said(table, book):
    raw = table("Leads", ["Company", "Stage"], ["Acme", "Won"])
    _, issues = read_records(book(raw), with_options(leads_table="Kunden"))
    assert found(issues) == [("workbook", "LB017")]


def test_no_table_of_leads_is_a_sentence_naming_the_tables(table, book):
    with pytest.raises(InputError, match=r"no table of leads.*Prices.*leadbook adopt"):
        read_records(book(table("Prices", ["Product", "Price"])), DEFAULT_PLAYBOOK)
    with pytest.raises(InputError, match=r"no table.*Ctrl\+T"):
        read_records(book(), DEFAULT_PLAYBOOK)


def test_two_tables_of_leads_are_a_sentence_naming_both(table, book):
    one = table("Deals", ["Company", "Stage", "Amount"])
    two = table("Old_Deals", ["Company", "Stage", "Amount"], sheet="Archive 2025")
    with pytest.raises(InputError, match=r"Deals \(sheet Deals\), Old_Deals \(sheet Archive 2025\)"):
        read_records(book(one, two), DEFAULT_PLAYBOOK)


def test_three_hundred_columns_and_hostile_headers(table):
    headers = [
        "Company",
        "Stage",
        *(f"Extra {n}" for n in range(296)),
        "=HYPERLINK(1)",
        "\u202e\u05e9\u05dd \U0001f600",
    ]
    typed, issues = type_table(table("Leads", headers, ["=cmd|' /C calc'!A0", "Won"]), "Leads", DEFAULT_PLAYBOOK)
    assert typed.frame.loc[2, "company"] == "=cmd|' /C calc'!A0"
    assert len(typed.extra.columns) == 298
    assert not issues
