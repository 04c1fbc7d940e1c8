"""Activities imported without their leads: recognised whoever exported them, tied to the leads, and added once."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from leadbook.books.closed import ClosedBook
from leadbook.run import commands

if TYPE_CHECKING:
    from pathlib import Path

    from leadbook.run.imports.summary import ImportSummary

AS_OF = dt.date(2026, 11, 20)
LEADS = """Lead ID,Company,First Name,Last Name,Email,Deal Name,Stage
00Q5g00000ABCDe,Ox Ltd,Ann,Lee,ann@ox.com,Ox Big,Proposal
9001,Elk,Bob,Ray,b@elk.de,Elk Small,Proposal
"""
HUBSPOT = """Activity type,Activity date,Activity assigned to,Call outcome,Email subject,Associated Contact,\
Associated Company,Associated Deal IDs
Call,2026-03-01 10:00,Ada,Connected,,Ann Lee (ann@ox.com),Ox Ltd,
Email,2026-03-02,Ada,,Our offer,,,9001
Call,2026-03-03,Ada,Busy,,Cy Fox (cy@yak.com),Yak,
"""
TASKS = """Id,Subject,Status,Priority,ActivityDate,WhoId,WhatId,TaskSubtype
00T5g00000AAAAA,Talk,Completed,Normal,2026-03-01,00Q5g00000ABCDeIAG,,Call
00T5g00000AAAAB,Offer,Completed,Normal,2026-03-02,,9001,Email
00T5g00000AAAAC,Later,Not Started,Normal,2026-03-02,,9001,Email
00T5g00000AAAAD,Nobody,Completed,Normal,2026-03-02,0035g00000ZZZZZ,,Call
"""
EVENTS = """Event Type,Subject,StartDateTime,EndDateTime,IsAllDayEvent,WhoId
Meeting,Tour,2026-03-01T10:00:00Z,2026-03-01T11:00:00Z,false,00Q5g00000ABCDe
Meeting,Talk,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,false,9001
Meeting,Next,2026-12-02T10:00:00Z,2026-12-02T11:00:00Z,false,9001
Meeting,Who,2026-03-02T10:00:00Z,2026-03-02T11:00:00Z,false,77
"""
PIPEDRIVE = """Activity - Subject,Activity - Type,Activity - Due date,Activity - Done,Activity - Deal,\
Activity - Organization,Activity - Contact person,Activity - Assigned to user
Ring,Call,2026-03-01,Done,Ox Big,Ox Ltd,Ann Lee,Ada
Write,Email,2026-03-02,Done,,Elk,Bob Ray,Ada
Nobody,Email,2026-03-02,Done,Yak deal,Yak,Cy Fox,Ada
"""
ZOHO = """Record Id,Subject,Call Type,Contact Name,Related To,Call Start Time,Call Duration,Call Owner,Call Result
zcrm_1,Talk,Outbound,Ann Lee,Ox Ltd,2026-03-01 10:00,05:00,Ada,Interested
zcrm_2,Ring,Inbound,Bob Ray,Elk,2026-03-02 10:00,05:00,Ada,
zcrm_3,Ring,Inbound,Cy Fox,Yak,2026-03-02 10:00,05:00,Ada,
"""
ZOHO_MEETINGS = """Record Id,Title,From,To,Related To,Related To.id,Contact Name,Host,Location,Description
zcrm_5,Tour,2026-03-01 10:00:00,2026-03-01 11:00:00,Ox Ltd,zcrm_77,Ann Lee,Ada,Online,liked it
zcrm_6,Talk,2026-03-02 10:00:00,2026-03-02 11:00:00,Elk,zcrm_78,Bob Ray,Ada,Ulm,
zcrm_7,Who,2026-03-02 10:00:00,2026-03-02 11:00:00,Yak,zcrm_79,Cy Fox,Ada,Ulm,
"""
DYNAMICS = """(Do Not Modify) Activity,(Do Not Modify) Row Checksum,Subject,Regarding,Activity Type,Activity Status,\
Owner,Due Date,Actual End
{0A1B2C3D-0000-4000-8000-000000000001},a==,Talk,Ox Big,Phone Call,Completed,Ada,3/1/2026,3/1/2026
{0A1B2C3D-0000-4000-8000-000000000002},b==,Offer,Elk,Email,Completed,Ada,3/2/2026,3/2/2026
{0A1B2C3D-0000-4000-8000-000000000003},c==,Who,Yak,Email,Completed,Ada,3/22/2026,3/22/2026
"""
GENERIC = """Date,Type,Company,Contact,Notes
2026-03-01,phone call,Ox Ltd,Ann Lee,asked for prices
2026-03-02,e-mail,Elk,"Ray, Bob",offer
2026-03-02,call,Yak,Cy Fox,nobody
"""
EXPORTS = {
    "hubspot": (HUBSPOT, ["call", "email"]), "tasks": (TASKS, ["call", "email"]),
    "events": (EVENTS, ["meeting", "meeting"]), "pipedrive": (PIPEDRIVE, ["call", "email"]),
    "zoho": (ZOHO, ["call", "call"]), "zoho meetings": (ZOHO_MEETINGS, ["meeting", "meeting"]),
    "dynamics": (DYNAMICS, ["call", "email"]),
    "generic": (GENERIC, ["call", "email"]),
}  # fmt: skip


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = commands.init(tmp_path / "book.xlsx")
    (tmp_path / "leads.csv").write_text(LEADS, encoding="utf-8")
    commands.import_files([tmp_path / "leads.csv"], path, as_of=AS_OF)
    return path


def bring(book: Path, text: str) -> ImportSummary:
    file = book.with_name("log.csv")
    file.write_text(text, encoding="utf-8")
    return commands.import_files([file], book, as_of=AS_OF)[0]


def cells(book: Path, table: str, header: str) -> list[object]:
    found = ClosedBook.open(book).contents.find(table)
    assert found is not None
    return found.cells[list(found.headers).index(header)]


@pytest.mark.parametrize("name", EXPORTS)
def test_a_log_alone_becomes_activities_of_known_leads_and_comes_in_once(book: Path, name: str) -> None:
    text, types = EXPORTS[name]
    leads = cells(book, "Leads", "Lead ID")
    summary = bring(book, text)
    assert (summary.added, summary.activities_added) == (0, 2)
    assert cells(book, "Activities", "Lead ID") == ["00Q5g00000ABCDe", cells(book, "Leads", "Lead ID")[1]]
    assert cells(book, "Activities", "Type") == types
    assert [str(day)[:10] for day in cells(book, "Activities", "Date")] == ["2026-03-01", "2026-03-02"]
    assert any("1 row left out (of no lead that can be told in the workbook)" in note for note in summary.notes)
    assert cells(book, "Leads", "Lead ID") == leads
    before = book.read_bytes()
    assert bring(book, text).activities_added == 0
    assert book.read_bytes() == before


def test_an_activity_that_fits_several_leads_is_told_and_left_out(book: Path) -> None:
    bring(book, LEADS + "9002,Elk,Bob,Ray,b@elk.de,Elk Large,Proposal\n")
    log = "Activity Type,Activity Date,Email,Deal\nCall,2026-03-01,b@elk.de,\nCall,2026-03-01,b@elk.de,Elk Large\n"
    summary = bring(book, log)
    assert summary.activities_added == 1
    assert [str(cell) for cell in cells(book, "Activities", "Lead ID")] == ["9002"]
    assert any("1 row fits several leads" in note for note in summary.notes)


def test_the_same_number_of_another_company_is_another_record(book: Path) -> None:
    log = "Activity Type,Activity Date,Person ID,Organization\nCall,2026-03-01,9001,Yak\nCall,2026-03-01,9001,Elk\n"
    assert bring(book, log).activities_added == 1


@pytest.mark.parametrize(
    "text",
    [
        "Date,Name,Email,Subject,Message\n2026-03-01,Cy Fox,cy@yak.com,Prices,How much?\n",
        "Company,Contact,Type,Stage,Amount,Close Date\nYak,Cy Fox,New business,Proposal,50,2026-12-01\n",
        "Company,Email,Activity Date,Stage,Lead Source\nYak,cy@yak.com,2026-03-01,Proposal,Fair\n",
    ],
)
def test_leads_with_a_date_and_a_subject_stay_leads(book: Path, text: str) -> None:
    summary = bring(book, text)
    assert (summary.added, summary.activities_added) == (1, 0)
