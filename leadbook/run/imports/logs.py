"""Exports of activities alone (tasks, calls, mails, meetings): recognised, and read as rows of the Activities table."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text, is_blank
from leadbook.run.imports.activities import NamedColumns, kind_of
from leadbook.run.imports.joining import share_of_dates
from leadbook.run.imports.keys import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leadbook.books.incoming import IncomingTable

# Headers (letters and digits only) that nothing but a log of activities has.
_TELLING = frozenset(
    {
        "activitytype", "activitysubject", "activityname", "activitystatus", "activitydate", "activityassignedto",
        "activityid", "activitytypecode", "engagementtype", "tasktype", "tasksubtype", "tasktitle", "taskname",
        "taskstatus", "taskowner", "taskid", "eventtype", "eventsubtype", "eventtitle", "calltype", "calltitle",
        "callresult", "callowner", "callstarttime", "callduration", "calloutcome", "calldirection", "meetingname",
        "meetingtitle", "meetingstarttime", "meetingoutcome", "emailsubject", "emaildirection", "whoid", "whatid",
        "regarding", "activity", "markedasdonetime", "isrecurrence", "activitydatetime", "isalldayevent",
    }
)  # fmt: skip
# Headers of leads and deals that logs do not repeat.
_OF_LEADS = frozenset(
    {
        "amount", "stage", "dealstage", "leadstatus", "leadsource", "closedate", "expectedclosedate", "value",
        "dealvalue", "probability", "expectedrevenue", "website", "industry", "annualrevenue", "lifecyclestage",
        "nextstep", "lastactivity", "lastactivitydate", "estrevenue", "estclosedate", "lostreason",
    }
)  # fmt: skip

# What each column of ours is called in such exports, the best first; where several are there they fill one another.
_DATES = (
    "actualend", "completeddatetime", "completeddate", "completedat", "markedasdonetime", "closedtime", "activitydate",
    "activitydatetime", "date", "callstarttime", "meetingstarttime", "startdatetime", "starttime", "startdate", "start",
    "from", "when", "timestamp", "duedate", "duedatetime", "actualstart", "scheduledend", "enddatetime", "enddate",
    "createdate", "createddate", "datecreated", "createdtime", "createdon", "addtime",
)  # fmt: skip
_TYPES = (
    "activitytype", "activitytypecode", "engagementtype", "type", "tasktype", "tasksubtype", "eventtype",
    "eventsubtype", "kind",
)  # fmt: skip
_SUBJECTS = (
    "subject", "activitysubject", "tasktitle", "taskname", "calltitle", "meetingname", "meetingtitle", "eventtitle",
    "emailsubject", "activityname", "title", "activity",
)  # fmt: skip
_NOTES = (
    "notes", "note", "description", "comments", "fullcomments", "callnotes", "tasknotes", "bodypreview", "body",
)  # fmt: skip
_OUTCOMES = ("outcome", "callresult", "calloutcome", "meetingoutcome", "result")
_OWNERS = (
    "owner", "activityassignedto", "assignedto", "assignedtouser", "assigned", "assigneduser", "taskowner", "callowner",
    "activityowner", "host", "rep",
)  # fmt: skip
_DIRECTIONS = ("direction", "calldirection", "emaildirection", "inout", "calltype")

# To whom an activity belongs, in the order in which it is looked up.
IDS = (
    "leadid", "dealid", "opportunityid", "associateddealids", "dealids", "whoid", "contactid", "personid",
    "relatedtoid", "associatedcontactids", "contactnameid", "whatid", "accountid", "organizationid",
    "associatedcompanyids", "regardingid", "lead", "relatedto", "opportunity", "deal",
)  # fmt: skip
EMAILS = (
    "email", "emailaddress", "contactemail", "personemail", "leademail", "associatedcontact", "contact", "to",
    "contactperson", "participants", "recipient",
)  # fmt: skip
DEALS = (
    "deal", "dealname", "opportunity", "opportunityname", "associateddeal", "regarding", "relatedto", "what", "lead",
)  # fmt: skip
COMPANIES = (
    "company", "companyname", "companyaccount", "account", "accountname", "organization", "organisation",
    "associatedcompany", "regarding", "relatedto", "what",
)  # fmt: skip
PEOPLE = (
    "contactname", "contact", "contactperson", "person", "personname", "leadname", "lead", "name", "fullname", "who",
    "associatedcontact", "regarding",
)  # fmt: skip
_REFERENCES = frozenset({*IDS, *EMAILS, *DEALS, *COMPANIES, *PEOPLE})

_WORDS: dict[str, Collection[str]] = {
    "date": _DATES, "type": _TYPES, "notes": (*_SUBJECTS, *_NOTES), "outcome": _OUTCOMES, "owner": _OWNERS,
    "direction": _DIRECTIONS, "lead_id": _REFERENCES,
}  # fmt: skip
_KINDS = ("call", "task", "todo", "email", "mail", "meeting", "event", "note", "demo", "visit", "lunch", "appointment")
_OURS = frozenset({"activity", "task", "call", "event", "meeting"})  # Pipedrive writes "Activity - Subject"


def is_log(table: IncomingTable) -> bool:
    """Tell whether a table is a log of activities rather than one of leads.

    Notes
    -----
    It needs a date, somebody or something that each row belongs to, and headers that only such logs have (or a type
    that says call, mail, meeting), more of them than headers of leads and deals.
    """
    columns = words_of(table)
    dates = _filled(columns, _DATES, table.n_rows)
    if not any(word in columns for word in _REFERENCES) or share_of_dates(dates) < 0.5:
        return False
    told = sum(word in columns for word in _TELLING)
    kinds = [plain(value) for value in _filled(columns, _TYPES, table.n_rows) if not is_blank(value)]
    if kinds and 2 * sum(any(kind in word for kind in _KINDS) for word in kinds) >= len(kinds):
        told += 2
    if "host" in columns and all(share_of_dates(columns.get(word, [])) >= 0.5 for word in ("from", "to")):
        told += 1  # Zoho's meetings
    of_leads = sum(word in columns for word in _OF_LEADS)
    # A web form's "Subject" with a date and an address is an enquiry, and so a lead: that alone tells nothing.
    return told > of_leads


def meanings(table: IncomingTable) -> dict[str, str]:
    """Return header to the key of our Activities of every column that is read."""
    found: dict[str, str] = {}
    for header in table.headers:
        word = _word(header)
        key = next((key for key, words in _WORDS.items() if word in words), None)
        if key is not None:
            found[header] = key
    return found


def words_of(table: IncomingTable) -> NamedColumns:
    """Return a table's columns by their headers' letters and digits, without a program's words around them."""
    columns: NamedColumns = {}
    for header, values in zip(table.headers, table.columns, strict=True):
        columns.setdefault(_word(header), values)
    return columns


def _word(header: str) -> str:
    whose, dash, own = header.replace("(Do Not Modify)", "").partition(" - ")
    return plain(own if dash and plain(whose) in _OURS else whose + dash + own)


def log_columns(table: IncomingTable) -> NamedColumns:
    """Return what a log says by the keys of our Activities, the lead left out."""
    columns, n = words_of(table), table.n_rows
    subjects, bodies = _filled(columns, _SUBJECTS, n), _filled(columns, _NOTES, n)
    kinds = _filled(columns, _TYPES, n)
    whole = _kind_of_all(columns)
    return {
        "date": _filled(columns, _DATES, n),
        "type": [
            kind_of(kind) or whole or kind_of(subject) or "note" for kind, subject in zip(kinds, subjects, strict=True)
        ],
        "direction": [_direction(value) for value in _filled(columns, _DIRECTIONS, n)],
        "outcome": _filled(columns, _OUTCOMES, n),
        "owner": _filled(columns, _OWNERS, n),
        "notes": [_together(subject, body) for subject, body in zip(subjects, bodies, strict=True)],
    }


def _filled(columns: NamedColumns, words: Sequence[str], n: int) -> list[object]:
    found: list[object] = [None] * n
    for word in words:
        if word in columns:
            found = [other if is_blank(value) else value for value, other in zip(found, columns[word], strict=True)]
    return found


def _kind_of_all(columns: NamedColumns) -> str:
    """Return what every row is where the headers alone tell it, as in an export of calls."""
    if any(word.startswith("call") for word in columns):
        return "call"
    if any(word.startswith("meeting") for word in columns) or {"from", "to"} <= columns.keys():
        return "meeting"
    if {"startdatetime", "enddatetime"} <= columns.keys() or "isalldayevent" in columns:
        return "meeting"
    return "email" if {"emailsubject", "emaildirection"} <= columns.keys() else ""


def _direction(value: object) -> str | None:
    word = plain(value) if not is_blank(value) else ""
    if word.startswith(("in", "received", "missed")):
        return "in"
    return "out" if word.startswith(("out", "sent")) else None


def _together(subject: object, body: object) -> object:
    one, other = cell_text(subject), cell_text(body)
    if not one or not other or re.sub(r"\s+", " ", other).startswith(one):
        return body if other else subject
    return f"{one}: {other}"
