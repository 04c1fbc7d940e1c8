"""What has happened with imported leads: rows of other files that become rows of the Activities table."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.cells import cell_text, comparable
from leadbook.model.counts import counted
from leadbook.model.frame_rows import rows_of
from leadbook.model.mapping import map_headers
from leadbook.model.mapping_values import convert
from leadbook.run.imports.appending import append_rows, marks, unheld
from leadbook.run.imports.keys import KeyIndex, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.book import Book
    from leadbook.books.incoming import IncomingTable
    from leadbook.model.mapping_cells import Value
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records
    from leadbook.run.imports.gathered import Gathered
    from leadbook.run.imports.standing import Incoming

# Words, plain, by which task lists say that something has not happened (yet); any other outcome is one.
_NOT_DONE = frozenset(
    {
        "planned", "plan", "notstarted", "notdone", "notcompleted", "notheld", "notyet", "notyetstarted", "inprogress",
        "started", "open", "new", "todo", "tobedone", "pending", "scheduled", "upcoming", "onhold", "paused", "blocked",
        "cancelled", "canceled", "deferred", "postponed", "rescheduled", "waiting", "draft", "overdue", "incomplete",
        "geplant", "offen", "nichtbegonnen", "nichterledigt", "inarbeit", "inbearbeitung", "ausstehend", "abgesagt",
        "storniert", "verschoben", "zur\u00fcckgestellt", "pausiert", "wartend", "wartet", "anstehend",
    }
)  # fmt: skip
# These go on: "Waiting on someone else", "Cancelled by the buyer", "Planned for June".
_NOT_DONE_STARTS = ("waiting", "cancelled", "canceled", "deferred", "postponed", "planned", "notstarted", "inprogress")
_STATUS_HEADERS = frozenset({"status", "state", "taskstatus", "activitystatus", "eventstatus", "progress"})
_DONE_HEADERS = frozenset({"done", "completed", "complete", "isdone", "iscompleted", "isclosed", "erledigt"})
_NO = frozenset({"no", "n", "false", "0", "nein", "falsch"})
_TYPES = {
    "call": "call", "phone": "call", "mail": "email", "email": "email", "meeting": "meeting", "visit": "meeting",
    "appointment": "meeting", "event": "meeting", "lunch": "meeting", "demo": "demo", "proposal": "proposal",
    "quote": "proposal", "reply": "reply", "note": "note",
}  # fmt: skip
_OWN_TYPES = frozenset({*_TYPES.values(), "pricing request", "demo request"})


NamedColumns = dict[str, list[object]]


class Events(Struct, frozen=True):
    """Dated events, one entry of each list a row, under our keys of Activities.

    Parameters
    ----------
    table : IncomingTable
        Where they stand.
    keyed : mapping of str to sequence
        As typed.
    headers : mapping of str to str
        Key to their header, for the sentences.
    leads : sequence of (Lead ID or None)
    elsewhere : str
        What to say of rows without a lead.
    """

    table: IncomingTable
    keyed: Mapping[str, Sequence[object]]
    headers: Mapping[str, str]
    leads: Sequence[Value]
    elsewhere: str


def events_of(gathered: Gathered, incoming: Incoming, playbook: Playbook) -> list[Events]:
    """Return the events that came with leads, tied to them by the column that both have."""
    found: list[Events] = []
    for activity in gathered.activities:
        table = activity.table
        keys = dict(map_headers(table.headers, table.columns, "Activities", playbook.mappings).keys)
        keys.pop("lead_id", None)
        ours = gathered.columns()[activity.ours][1]
        partners = KeyIndex(ours).match(table.column(activity.link_header)).places
        leads = [None if partner is None else incoming.keyed["lead_id"][partner] for partner in partners]
        columns = {key: table.column(header) for key, header in keys.items()}
        found.append(Events(table, columns, keys, leads, "of no lead in the file"))
    return found


def add_activities(book: Book, events: Sequence[Events], records: Records, today: dt.date) -> tuple[int, list[str]]:
    """Append what has happened with the leads to the Activities table; return how many rows, and notes.

    Notes
    -----
    Plans are no activities: rows after ``today``, and rows whose outcome or status says that they are not done.
    Activities that the workbook has already are not added again; two that are alike in one file are two.
    """
    places = records.activities.places
    compared = [key for key in _COMPARED if not places or key in places]
    held = marks(rows_of(records.activities.frame), compared)
    rows: list[dict[str, Value]] = []
    notes: list[str] = []
    for log in events:
        taken, told = _activity_rows(log, records.playbook, today)
        fresh, held = unheld(taken, compared, held)
        if known := len(taken) - len(fresh):
            told.append(
                f"{log.table.source}: {counted(known, 'row')} {'is' if known == 1 else 'are'} in Activities already."
            )
        rows += fresh
        notes += told
    if not rows:
        return 0, notes
    append_rows(book, rows, records, "Activities")
    return len(rows), notes


_COMPARED = ("date", "lead_id", "type", "direction", "outcome", "owner", "notes")


def _activity_rows(log: Events, playbook: Playbook, today: dt.date) -> tuple[list[dict[str, Value]], list[str]]:
    table = log.table
    converted = convert(log.keyed, {}, playbook, "Activities", log.headers)
    not_done = _not_done(table, log.headers.get("outcome", ""))
    rows: list[dict[str, Value]] = []
    planned = unmatched = undated = 0
    for place, lead in enumerate(log.leads):
        day = converted.keyed["date"][place]
        if lead is None:
            unmatched += 1
        elif not isinstance(day, dt.date):
            undated += 1
        elif _day(day) > today or not_done[place]:
            planned += 1
        else:
            row = {key: values[place] for key, values in converted.keyed.items()}
            rows.append(row | {"lead_id": lead, "type": kind_of(row.get("type")) or "note"})
    notes = [f"{table.source}: {note}" for note in (*table.notes, *converted.notes)]
    told = (
        (planned, "not done yet or after today, no activities"),
        (unmatched, log.elsewhere),
        (undated, "without a date that can be read"),
    )
    notes += [f"{table.source}: {counted(number, 'row')} left out ({why})." for number, why in told if number]
    return rows, notes


def _not_done(table: IncomingTable, outcome: str) -> list[bool]:
    """Return which rows say, in their outcome or in a status beside it, that they have not happened."""
    says = [False] * table.n_rows
    for header, values in zip(table.headers, table.columns, strict=True):
        if header == outcome or _bare(header) in _STATUS_HEADERS:
            says = [said or _is_not_done(plain(value)) for said, value in zip(says, values, strict=True)]
        elif _bare(header) in _DONE_HEADERS:
            says = [said or plain(value) in _NO for said, value in zip(says, values, strict=True)]
    return says


def _bare(header: str) -> str:
    """Return a header's letters and digits, without the "Activity - " that Pipedrive writes before it."""
    return plain(header.rpartition(" - ")[2])


def _is_not_done(word: str) -> bool:
    return word in _NOT_DONE or word.startswith(_NOT_DONE_STARTS)


def _day(moment: dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def kind_of(text: object) -> str:
    """Return which of our types of activity a text names, "" for none."""
    word = comparable(cell_text(text))
    if word in _OWN_TYPES:
        return word
    return next((kind for part, kind in _TYPES.items() if part in word), "")
