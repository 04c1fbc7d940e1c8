"""History seeded from what CRMs export: each in its own words, twice without a trace, and nothing lost in silence."""

from __future__ import annotations

import csv
import datetime as dt

import pandas as pd
import pytest

import leadbook
from leadbook.cli import CANNOT, DONE, main

TODAY = dt.date(2026, 11, 20)
LEADS = """Opportunity ID,Opportunity Name,Account Name,Stage,Amount,Close Date,Created Date,Opportunity Owner
006A000001,Acme renewal,Acme,Proposal,500,2026-12-15,2026-01-10,Ann
006A000002,Birch rollout,Birch,Closed Won,900,2026-08-01,2026-02-01,Bea
006A000003,Cedar pilot,Cedar,Qualification,100,2026-12-20,2026-03-01,Ann
"""


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "team.xlsx"
    leadbook.init(path)
    leads = tmp_path / "leads.csv"
    leads.write_text(LEADS)
    leadbook.import_files([leads], path, as_of=TODAY)
    return path


def seed(book, text, name="changes.csv", **more):
    file = book.with_name(name)
    file.write_text(text, encoding="utf-8")
    summary, _ = leadbook.import_history([file], book, as_of=TODAY, **more)
    return summary


def history(book):
    frame = pd.read_excel(book, sheet_name="History", engine="openpyxl")
    frame = frame.astype(object).where(frame.notna(), None)
    return [
        (f"{row['Changed At']:%Y-%m-%d}", row["Lead ID"][-1], row["Event"], row["Stage"], row["Amount"])
        for row in frame.to_dict("records")
        if row["Lead ID"]
    ]


FIELD_HISTORY = """Id,OpportunityId,CreatedById,CreatedDate,Field,OldValue,NewValue
017A,006A000001,005000000000001,2026-01-10T09:00:00.000Z,created,,
017B,006A000001,005000000000001,2026-02-03T09:00:00.000Z,StageName,Prospecting,Qualification
017C,006A000001,005000000000001,2026-03-05T10:00:00.000Z,StageName,Qualification,Proposal/Price Quote
017D,006A000001,005000000000001,2026-03-05T10:00:00.000Z,Amount,400,500
017E,006A000001,005000000000001,2026-04-01T10:00:00.000Z,NextStep,Call,Write
017F,006A000001,005000000000001,2026-04-02T10:00:00.000Z,Owner,005000000000009,005000000000001
"""


def test_salesforce_field_history_tells_the_start_and_joins_what_was_saved_together(book):
    summary = seed(book, FIELD_HISTORY)
    assert history(book) == [
        ("2026-01-10", "1", "created", "Prospecting", 400),
        ("2026-02-03", "1", "stage", "Qualification", None),
        ("2026-03-05", "1", "stage + amount", "Proposal", 500),
    ]
    assert (summary.added, summary.leads, summary.unknown) == (3, 1, 0)
    assert any("NextStep" in note for note in summary.notes)
    assert ("changes.csv", "NewValue", "new value") in summary.mapping
    state = leadbook.state_on(book, dt.date(2026, 2, 20), as_of=TODAY)
    assert state[["stage", "amount"]].to_dict("index") == {"006A000001": {"stage": "Qualification", "amount": 400}}


@pytest.mark.parametrize(
    ("text", "rows"),
    [
        pytest.param(
            "Opportunity Name,Opportunity ID,From Stage,To Stage,Amount,Probability (%),Close Date,Last Modified\n"
            "Birch rollout,006A000002,,Qualification,800,20%,2026-07-01,2026-02-02\n"
            "Birch rollout,006A000002,Qualification,Proposal/Price Quote,800,50%,2026-07-01,2026-04-02\n"
            "Birch rollout,006A000002,Proposal/Price Quote,Proposal/Price Quote,800,60%,2026-07-01,2026-05-02\n"
            "Birch rollout,006A000002,Proposal/Price Quote,Closed Won,900,100%,2026-08-01,2026-08-01\n",
            [("2026-02-02", "2", "created", "Qualification", 800), ("2026-04-02", "2", "stage", "Proposal", 800),
             ("2026-08-01", "2", "stage + amount + close date", "Won", 900)],
            id="salesforce opportunity history report",
        ),
        pytest.param(
            "Record ID,Property,Value,Timestamp\n006A000002,dealstage,qualifiedtobuy,2026-02-02 10:00\n"
            "006A000002,dealstage,closedwon,2026-08-01 11:00\n006A000002,amount,900,2026-08-01 11:00\n",
            [("2026-02-02", "2", "stage", "Qualification", None),
             ("2026-08-01", "2", "stage + amount", "Won", 900)],
            id="hubspot property history",
        ),
        pytest.param(
            'Record ID,Deal Name,"Date entered ""Appointment Scheduled (Sales Pipeline)""",'
            '"Date exited ""Appointment Scheduled (Sales Pipeline)""","Date entered ""Closed Won (Sales Pipeline)"""\n'
            "006A000002,Birch rollout,2026-02-02 10:00,2026-08-01 11:00,2026-08-01 11:00\n"
            "006A000003,Cedar pilot,2026-03-02 10:00,,\n",
            [("2026-02-02", "2", "stage", None, None), ("2026-03-02", "3", "stage", None, None),
             ("2026-08-01", "2", "stage", "Won", None)],
            id="hubspot date entered",
        ),
        pytest.param(
            "Deal ID,Log time,Field key,Old value,New value\n006A000003,2026-04-01 08:00:00,stage_id,Prospecting,"
            "Qualification\n006A000003,2026-05-01 08:00:00,value,50,100\n006A000003,2026-06-01 08:00:00,status,open,"
            "lost\n006A000003,2026-06-02 08:00:00,status,lost,open\n",
            [("2026-03-01", "3", "created", "Prospecting", 50), ("2026-04-01", "3", "stage", "Qualification", None),
             ("2026-05-01", "3", "amount", None, 100), ("2026-06-01", "3", "stage", "Lost", None)],
            id="pipedrive updates",
        ),
        pytest.param(
            "Deal Name,Stage,Amount,Stage Duration (Calendar Days),Modified Time,Modified By,Closing Date\n"
            "Cedar pilot,Qualification,100,12,2026-03-05 10:00:00,Ann,2026-12-20\n"
            "Cedar pilot,Closed Lost,100,1,2026-03-17 10:00:00,Ann,2026-12-20\n",
            [("2026-03-05", "3", "stage + amount + close date", "Qualification", 100),
             ("2026-03-17", "3", "stage", "Lost", 100)],
            id="zoho stage history",
        ),
        pytest.param(
            "Changed Date,Changed By,Event,Record,Changed Field,Old Value,New Value\n"
            '05/13/2026 10:00 AM,Ann,Update,Cedar pilot,Est. Revenue,"$50.00","$100.00"\n',
            [("2026-03-01", "3", "created", None, 50), ("2026-05-13", "3", "amount", None, 100)],
            id="dynamics audit",
        ),
        pytest.param(
            "id,when,stage,old,new\n006A000003,2026-03-09,ignored,Prospecting,Qualification\n",
            [("2026-03-09", "3", "stage", "ignored", None)],
            id="generic",
        ),
    ],
)  # fmt: skip
def test_each_program_s_export_is_read_as_it_is(book, text, rows):
    seed(book, text)
    found = history(book)
    if "Appointment" in text:  # a HubSpot word that the default playbook may know or not
        found = [(*row[:3], None if row[3] != "Won" else "Won", row[4]) for row in found]
    assert found == rows


def test_the_same_file_twice_adds_nothing_and_a_longer_one_only_what_is_new(book):
    seed(book, FIELD_HISTORY)
    before = book.read_bytes()
    again = seed(book, FIELD_HISTORY)
    assert (again.added, again.held) == (0, 3)
    assert book.read_bytes() == before
    more = seed(book, FIELD_HISTORY + "017G,006A000001,x,2026-05-05T10:00:00.000Z,StageName,Proposal/Price Quote,Won\n")
    assert (more.added, more.held) == (1, 3)
    assert history(book)[-1] == ("2026-05-05", "1", "stage", "Won", None)


def test_what_stands_in_history_stays_and_counts_after_what_came_before_it(book):
    leadbook.refresh(book, as_of=TODAY)
    seen = history(book)
    seed(book, FIELD_HISTORY)
    assert history(book)[: len(seen)] == seen
    state = leadbook.state_on(book, TODAY, as_of=TODAY)
    assert state["stage"].to_dict() == {"006A000001": "Proposal", "006A000002": "Won", "006A000003": "Qualification"}
    summary = leadbook.refresh(book, as_of=TODAY)
    assert summary.plan.rows_appended.get("History", 0) == 0
    report = leadbook.check(book, as_of=TODAY, select=["LB03"])
    assert report.issues == []


def test_unknown_leads_and_unreadable_rows_are_issues_with_their_lines(book):
    summary = seed(
        book,
        "Opportunity ID,Changed At,Stage,Amount\n006X,2026-02-01,Proposal,1\n006A000001,soon,Proposal,1\n"
        "006A000001,,Proposal,1\n006A000001,2026-03-01,Legal review,lots\n006A000001,2027-03-01,Proposal,1\n",
    )
    assert sorted((issue.row, issue.code) for issue in summary.issues) == [
        (2, "LB054"), (3, "LB055"), (4, "LB055"), (5, "LB055"), (5, "LB056"), (6, "LB055"),
    ]  # fmt: skip
    assert all(issue.sheet == "changes.csv" for issue in summary.issues)
    assert history(book) == [("2026-03-01", "1", "stage", "Legal review", None)]


def test_many_lines_of_one_fault_are_told_once(book):
    lines = "".join(f"006X{number},2026-02-01,Proposal\n" for number in range(300))
    summary = seed(book, "Opportunity ID,Changed At,Stage\n" + lines)
    assert [issue.message.split(":")[0] for issue in summary.issues] == ["300 lines, the first of them line 2"]
    assert len(summary.issues[0].rows) == 300


def test_a_dry_run_shows_the_mapping_and_writes_nothing(book, capsys):
    file = book.with_name("changes.csv")
    file.write_text(FIELD_HISTORY)
    before = book.read_bytes()
    assert main(["history", "import", str(file), "--into", str(book), "--dry-run", "--as-of", "2026-11-20"]) == DONE
    said = capsys.readouterr().out
    assert "OpportunityId → Lead ID" in said
    assert "Table History: 3 rows appended" in said
    assert "Would be: 3 rows added to History for 1 lead, 2026-01-10 to 2026-03-05" in said
    assert book.read_bytes() == before


def test_columns_may_be_told(book, capsys):
    file = book.with_name("odd.csv")
    file.write_text("Ref,Edited,Step\n006A000001,2026-02-01,Proposal\n")
    command = ["history", "import", str(file), "--into", str(book), "--as-of", "2026-11-20"]
    assert main(command) == CANNOT
    assert 'Say which one it is: --map "Their header=Lead ID"' in capsys.readouterr().err
    file.write_text("Ref,Edited,Step\n006A000001,2026-02-01,Proposal\n006B,2026-02-01,Proposal\n")
    assert main([*command, "--map", "Ref=Lead ID", "--map", "Edited=Changed At", "--map", "Step=Stage"]) == DONE
    assert 'odd.csv, line 3: LB054 warning: "006B" is no lead of the workbook' in capsys.readouterr().out
    assert history(book) == [("2026-02-01", "1", "stage", "Proposal", None)]
    assert main([*command, "--map", "Nix=Stage"]) == CANNOT


def test_a_text_that_looks_like_a_formula_stays_a_text(book):
    seed(book, "Opportunity ID,Changed At,Stage\n006A000001,2026-02-01,=1+1\n", name="=cmd.csv")
    frame = pd.read_excel(book, sheet_name="History", engine="openpyxl", dtype=object)
    assert frame["Stage"].tolist() == ["=1+1"]


def test_what_was_imported_is_counted(book):
    rows = [("Opportunity ID", "Changed At", "Stage")]
    rows += [("006A000001", "2026-01-10", "Prospecting"), ("006A000001", "2026-01-20", "Qualification")]
    rows += [("006A000001", "2026-02-19", "Proposal")]
    with book.with_name("changes.csv").open("w", newline="") as file:
        csv.writer(file).writerows(rows)
    leadbook.import_history([book.with_name("changes.csv")], book, as_of=TODAY)
    leadbook.refresh(book, as_of=TODAY)
    frame = pd.read_excel(book, sheet_name="Pipeline", engine="openpyxl", header=None).astype(str)
    moves = frame[frame[0].isin(["Prospecting", "Qualification"])].drop_duplicates(0, keep="last")
    assert moves[7].tolist() == ["10", "30"]  # median days in the stage
