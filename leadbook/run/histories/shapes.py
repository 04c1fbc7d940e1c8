"""What an export of changes looks like: which column says whose, when, what, from what and to what."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.issues import InputError
from leadbook.run.imports.keys import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.incoming import IncomingTable

TRACKED_WORDS: dict[str, str] = {
    "stagename": "stage", "stage": "stage", "dealstage": "stage", "stageid": "stage", "pipelinestage": "stage",
    "salesstage": "stage", "stepname": "stage", "opportunitystage": "stage", "status": "stage", "state": "stage",
    "leadstatus": "stage", "statuscode": "stage", "statusreason": "stage",
    "amount": "amount", "value": "amount", "dealvalue": "amount", "dealamount": "amount", "estrevenue": "amount",
    "estimatedvalue": "amount", "estimatedrevenue": "amount", "expectedrevenue": "amount", "weightedvalue": "",
    "closedate": "close_date", "closingdate": "close_date", "expectedclosedate": "close_date",
    "estclosedate": "close_date", "estimatedclosedate": "close_date", "dealclosedate": "close_date",
    "owner": "owner", "ownername": "owner", "dealowner": "owner", "opportunityowner": "owner", "user": "owner",
    "hubspotowner": "owner", "ownerid": "owner", "userid": "owner", "hubspotownerid": "owner",
    "forecastcategory": "forecast_category", "forecastcategoryname": "forecast_category",
}  # fmt: skip
"""What a field is called (letters and digits), and which tracked column it is; "" is none of them."""

# The best first. "id" alone is the change's own number where another column names the deal.
_IDS = (
    "leadid", "dealid", "opportunityid", "opportunityidcasesafe", "recordid", "recordiddeal", "dealrecordid",
    "parentid", "objectid", "potentialid", "itemid", "dealnameid", "potentialnameid", "objectidopportunity", "id",
)  # fmt: skip
_NAMES = ("dealname", "opportunityname", "potentialname", "dealtitle", "opportunity", "deal", "topic", "regarding",
          "record", "title", "leadname", "lead", "name")  # fmt: skip
_COMPANIES = ("company", "companyname", "accountname", "account", "organization", "organisation", "customer")
_WHENS = (
    "changedat", "changeddate", "changedate", "changedon", "editdate", "stagechangedate", "laststagechangedate",
    "logtime", "timestamp", "dateentered", "enteredon", "enteredstage", "entered", "updatetime", "modifiedtime",
    "lastmodifieddate", "lastmodified", "modifiedon", "modifieddate", "createddate", "createdon", "createdtime",
    "addtime", "occurredat", "datetime", "date", "when", "time",
)  # fmt: skip
_FIELDS = ("field", "fieldevent", "fieldname", "fieldkey", "changedfield", "property", "propertyname", "attribute",
           "attributename", "fieldlabel")  # fmt: skip
_OLDS = ("oldvalue", "old", "previousvalue", "fromvalue", "from", "before", "changedfrom")
_NEWS = ("newvalue", "new", "propertyvalue", "value", "tovalue", "to", "after", "changedto")
_OLD_STAGES = ("fromstage", "oldstage", "stagefrom", "previousstage", "laststage", "oldstatus")
_STAGES = ("tostage", "newstage", "stageto", "stage", "stagename", "dealstage", "pipelinestage", "salesstage",
           "opportunitystage", "newstatus")  # fmt: skip
_STATE: dict[str, tuple[str, ...]] = {
    "amount": ("toamount", "newamount", "amount", "dealamount", "dealvalue", "amountconverted"),
    "close_date": ("toclosedate", "newclosedate", "closedate", "closingdate", "expectedclosedate", "estclosedate"),
    "forecast_category": ("forecastcategory", "forecastcategoryname"),
}
_ENTERED = re.compile(
    r"^\s*(?:date\s+entered|entered(?:\s+stage)?)\b[\s:\-]*[\"“']?(?P<stage>.+?)[\"”']?\s*$", re.IGNORECASE
)
_PIPELINE = re.compile(r"\s*\([^()]*pipeline[^()]*\)\s*$", re.IGNORECASE)
_MEANINGS = {
    "lead": "Lead ID", "name": "deal's name", "company": "company", "when": "Changed At", "field": "field",
    "old": "old value", "new": "new value", "old_stage": "stage before", "stage": "Stage", "amount": "Amount",
    "close_date": "Close Date", "owner": "Owner", "forecast_category": "Forecast Category",
}  # fmt: skip
_TOLD = {plain(text): key for key, text in _MEANINGS.items()} | {
    "id": "lead", "deal": "name", "dealname": "name", "date": "when", "old": "old", "new": "new",
    "oldstage": "old_stage", "category": "forecast_category",
}  # fmt: skip


class Shape(Struct, frozen=True):
    """How a table tells of changes.

    Parameters
    ----------
    kind : {"fields", "states", "entered"}
        One row a changed field (old and new value); one row a change with the deal's state after it; or one row a
        deal with a column of dates for each stage.
    columns : mapping of str to str
        What a column is ("lead", "name", "company", "when", "field", "old", "new", "old_stage", "stage", "amount",
        "close_date", "owner", "forecast_category") to its header.
    entered : mapping of str to str
        Header to the stage whose entry it dates.
    """

    kind: str
    columns: dict[str, str]
    entered: dict[str, str]

    def described(self, table: IncomingTable) -> list[tuple[str, str]]:
        """Return each header of a table with what it is read as, "" for one that is not read."""
        meant = {header: _MEANINGS[key] for key, header in self.columns.items()}
        meant |= {header: f"day the deal entered {stage}" for header, stage in self.entered.items()}
        return [(header, meant.get(header, "")) for header in table.headers]


def shape_of(table: IncomingTable, told: Sequence[str] = ()) -> Shape:
    """Return how a table tells of changes.

    Parameters
    ----------
    table : IncomingTable
    told : sequence of str
        ``Their header=meaning`` where it is read otherwise: Lead ID, Changed At, Stage, Amount, Close Date, Owner,
        Forecast Category, Field, Old value, New value, Stage before, or ignore.

    Raises
    ------
    InputError
        The table does not say whose changes they are, when they were or what they were.
    """
    said = _told(table, told)
    words = {plain(header.replace("(Do Not Modify)", "").removeprefix("Deal - ")): header
             for header in reversed(table.headers) if header not in said}  # fmt: skip
    columns = {key: header for header, key in said.items() if key}

    def take(key: str, candidates: Sequence[str]) -> None:
        if key not in columns:
            found = next((words[word] for word in candidates if word in words), None)
            if found is not None and found not in columns.values():
                columns[key] = found

    take("field", _FIELDS)
    take("lead", _IDS)
    entered = {} if "field" in columns else _entered(table, said)
    take("name", _NAMES)
    take("company", _COMPANIES)
    if "field" in columns:
        take("when", _WHENS)
        take("new", _NEWS)
        take("old", _OLDS)
        kind = "fields"
    elif entered:
        kind = "entered"
    else:
        take("when", _WHENS)
        take("old_stage", (*_OLD_STAGES, "from"))
        take("stage", (*_STAGES, "to", "newvalue", "new", "value", "status"))
        for key, candidates in _STATE.items():
            take(key, candidates)
        kind = "states"
    _require(table, kind, columns)
    return Shape(kind, columns, entered)


def _entered(table: IncomingTable, said: dict[str, str]) -> dict[str, str]:
    """Return the columns that date the entry into a stage ("Date entered "Proposal (Sales Pipeline)"")."""
    found: dict[str, str] = {}
    for header in table.headers:
        told = _ENTERED.match(header)
        if told and header not in said and plain(header) not in _WHENS:
            found[header] = _PIPELINE.sub("", told["stage"]).strip("\"“”' ")
    return found


def _require(table: IncomingTable, kind: str, columns: dict[str, str]) -> None:
    there = ", ".join(table.headers[:8])
    if not {"lead", "name", "company"} & columns.keys():
        raise InputError(
            f"{table.source} does not say whose changes these are; it needs a column with the deal's ID or name. There "
            f'are {there}. Say which one it is: --map "Their header=Lead ID".'
        )
    if kind != "entered" and "when" not in columns:
        raise InputError(
            f"{table.source} does not say when the changes were. There are {there}. Say which column it is: "
            '--map "Their header=Changed At".'
        )
    if (kind == "fields" and "new" not in columns) or (
        kind == "states" and not {"stage", "amount", "close_date", "owner", "forecast_category"} & columns.keys()
    ):
        raise InputError(
            f"{table.source} does not say what changed: it needs a column of stages, or a field with its old and new "
            f'value. There are {there}. Say which one it is: --map "Their header=Stage".'
        )


def _told(table: IncomingTable, told: Sequence[str]) -> dict[str, str]:
    """Return header to what the user says it is, "" for one to be ignored."""
    headers = {plain(header): header for header in table.headers}
    said: dict[str, str] = {}
    for pair in told:
        theirs, sign, meaning = pair.rpartition("=")
        header = headers.get(plain(theirs))
        if not sign or header is None:
            raise InputError(f'--map "{pair}" names no column of {table.source}; write it as "Their header=Stage".')
        key = "" if plain(meaning) in {"", "ignore"} else _TOLD.get(plain(meaning))
        if key is None:
            raise InputError(f'"{meaning}" is none of {", ".join(_MEANINGS.values())}, or ignore.')
        said[header] = key
    return said
