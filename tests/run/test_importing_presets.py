"""What HubSpot, Salesforce, Pipedrive, Zoho CRM and Dynamics 365 export, recognised by its headers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from leadbook import import_files, init
from leadbook.books.closed import ClosedBook
from leadbook.model.leads import read_records
from leadbook.model.presets import recognise_preset
from leadbook.model.settings import read_playbook
from leadbook.run import commands
from leadbook.run.imports.importing import Wishes

if TYPE_CHECKING:
    from pathlib import Path

AS_OF = dt.date(2026, 11, 20)

HUBSPOT = """Record ID,Deal Name,Deal Stage,Close Date,Deal owner,Amount,Create Date,Last Modified Date,Is Closed Won,\
Associated Company,Associated Contact,Associated Company IDs
9001,Ox - Starter,closedwon,2026-03-01 10:00,Ada,12000.50,2026-01-05,2026-03-01,true,Ox Ltd,Ann Lee (ann@ox.com),771
9002,Elk,Presentation Scheduled,2026-12-01,Bea,8000,2026-02-05,2026-10-01,false,Elk;Elk AG,Bob Ray (b@elk.de);Cy Fox,7
"""
SALESFORCE = """Opportunity Owner,Account Name,Opportunity Name,Stage,Fiscal Period,Amount,Probability (%),Close Date,\
Created Date,Opportunity ID,Won,Closed
Ada,Ox Ltd,Ox Big,Closed Won,Q1-2026,"1,200.00",100,3/15/2026,1/2/2026,0065g00000ABCDe,1,1
Bea,Elk,Elk Small,Negotiation/Review,Q2-2026,900.00,90,6/20/2026,1/2/2026,0065g00000ABCDE,0,1
"""
PIPEDRIVE = """Deal - ID,Deal - Title,Deal - Value,Deal - Currency of Value,Deal - Stage,Deal - Status,Deal - Owner,\
Deal - Organization,Deal - Contact person,Person - Email - Work,Person - Email - Home,Deal - Update time,\
Deal - Expected close date,Deal - Lost time,Deal - Lost reason
11,Ox deal,5000,EUR,Demo Scheduled,Lost,Ada,Ox Ltd,Ann Lee,,ann@home.com,2026-03-05,2026-04-01,2026-03-05,Price
12,Elk deal,7000,EUR,Proposal Made,Open,Bea,Elk,Bob Ray,b@elk.de;r@elk.de,,2026-03-06,2026-12-01,,
"""
ZOHO = """Record Id,Lead Owner.id,Lead Owner,Company,First Name,Last Name,Email,Lead Status,Created Time,Modified Time,\
Email Opt Out,Secondary Email
zcrm_4000000012345,zcrm_400001,Ada,Ox Ltd,Ann,Lee,ann@ox.com,Contact in Future,2026-01-05,2026-02-05,false,
zcrm_4000000012346,zcrm_400001,Bea,Elk,Bob,Ray,,Pre-Qualified,2026-01-06,2026-02-06,true,b@elk.de
"""
DYNAMICS = """(Do Not Modify) Opportunity,(Do Not Modify) Row Checksum,(Do Not Modify) Modified On,Topic,\
Potential Customer,Contact,Est. close date,Est. revenue,Currency,Status,Status Reason,Pipeline Phase,Owner
{0A1B2C3D-0000-4000-8000-000000000001},abc==,2026-10-01,Ox,Ox Ltd,Ann Lee,12/1/2026,"$5,000.00",US Dollar,\
Open,New,2-Develop,Ada
{0A1B2C3D-0000-4000-8000-000000000002},abd==,2026-10-02,Elk,Elk,Bob Ray,12/20/2026,"$6,000.00",Euro,\
Lost,Out-Sold,3-Propose,Bea
"""


def leads(path: Path, text: str, folder: Path, **wishes: str) -> list[dict[str, object]]:
    (folder / "export.csv").write_text(text, encoding="utf-8")
    commands.import_files([folder / "export.csv"], path, as_of=AS_OF, wishes=Wishes(**wishes))
    contents = ClosedBook.open(path).contents
    typed = read_records(contents, read_playbook(contents)[0])[0].leads
    return typed.frame.assign(**{str(own): typed.extra[own] for own in typed.extra.columns}).to_dict("records")


@pytest.mark.parametrize(
    ("name", "text", "first", "second"),
    [
        ("hubspot", HUBSPOT,
         {"lead_id": "9001", "stage": "Won", "company": "Ox Ltd", "last_name": "Lee", "email": "ann@ox.com",
          "amount": 12000.5, "owner": "Ada"},
         {"stage": "Meeting / demo", "company": "Elk", "first_name": "Bob", "last_name": "Ray", "email": "b@elk.de"}),
        ("salesforce", SALESFORCE,
         {"lead_id": "0065g00000ABCDe", "stage": "Won", "amount": 1200, "created": dt.datetime(2026, 1, 2)},  # noqa: DTZ001 - as cells hold it
         {"stage": "Lost", "company": "Elk", "probability_override": 0.9}),
        ("pipedrive", PIPEDRIVE,
         {"lead_id": "11", "stage": "Lost", "email": "ann@home.com", "lost_reason": "Price",
          "close_date": dt.datetime(2026, 3, 5)},  # noqa: DTZ001 - as above
         {"stage": "Proposal", "email": "b@elk.de", "Other Emails": "r@elk.de", "currency": "EUR",
          "close_date": dt.datetime(2026, 12, 1)}),  # noqa: DTZ001 - as above
        ("zoho", ZOHO,
         {"lead_id": "zcrm_4000000012345", "stage": "Nurture", "owner": "Ada", "opt_out": False},
         {"stage": "Qualification", "email": "b@elk.de", "opt_out": True}),
        ("dynamics", DYNAMICS,
         {"lead_id": "{0A1B2C3D-0000-4000-8000-000000000001}", "stage": "Assessment", "currency": "USD",
          "first_name": "Ann", "amount": 5000, "close_date": dt.datetime(2026, 12, 1)},  # noqa: DTZ001 - as above
         {"stage": "Lost", "currency": "EUR", "company": "Elk", "owner": "Bea"}),
    ],
)  # fmt: skip
def test_an_export_is_recognised_and_read(tmp_path, name, text, first, second):
    headers = text.split("\n")[0].split(",")
    found = recognise_preset(headers, [[] for _ in headers])
    assert found is not None
    assert found.name == name
    rows = leads(commands.init(tmp_path / "book.xlsx"), text, tmp_path)
    assert len(rows) == 2
    for row, expected in zip(rows, (first, second), strict=True):
        assert {key: row[key] for key in expected} == expected
    assert not any("Checksum" in key or key.endswith(".id") or "odified" in key for key in rows[0])


def test_a_tracker_of_ones_own_is_no_export():
    headers = ["Lead ID", "Company", "First Name", "Last Name", "Email", "Phone", "Stage", "Owner", "Created", "Amount"]
    assert recognise_preset(headers, [[] for _ in headers]) is None


def test_rows_that_the_crm_has_deleted_stay_out(tmp_path):
    text = "Id,IsDeleted,LastName,Company,Email,StageName,SystemModstamp\n1,false,Lee,Ox,a@ox.com,Proposal,2026-01-01\n"
    rows = leads(commands.init(tmp_path / "book.xlsx"), text + "2,true,Ray,Elk,b@elk.de,Won,2026-01-01\n", tmp_path)
    assert [row["last_name"] for row in rows] == ["Lee"]


def test_a_preset_can_be_insisted_on(tmp_path):
    text = "Topic,Name,Email\nBig one,Ann Lee,a@ox.com\n"
    rows = leads(commands.init(tmp_path / "book.xlsx"), text, tmp_path, preset="dynamics")
    assert (rows[0]["last_name"], rows[0]["Topic"]) == ("Lee", "Big one")


def test_what_fills_the_blanks_of_another_column_is_told_so_and_not_kept_aside(tmp_path: Path) -> None:
    into = tmp_path / "leads.xlsx"
    init(into)
    (tmp_path / "export.csv").write_text(PIPEDRIVE, encoding="utf-8")
    summary, *_ = import_files([tmp_path / "export.csv"], into, as_of=AS_OF)
    told = {match.header: match.note for match in summary.mapping.matches}
    assert told["Deal - Expected close date"] == (
        "read where Deal - Lost time is blank, and kept as a column of its own"
    )
    leads = ClosedBook.open(into).contents.tables["Leads"]
    closes = leads.cells[list(leads.headers).index("Close Date")]
    assert [str(close)[:10] for close in closes] == ["2026-03-05", "2026-12-01"]
