"""What an import adds beside the leads: activities, products, sales reps and column mappings."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from leadbook.books.closed import ClosedBook
from leadbook.books.starter import add_to
from leadbook.model.cells import cell_text, comparable
from leadbook.model.columns import TABLES, column
from leadbook.model.headers import squeezed
from leadbook.model.locate import find_table
from leadbook.model.mapping import map_headers
from leadbook.model.mapping_cells import own_values
from leadbook.model.mapping_values import convert
from leadbook.model.mapping_words import DEAL_NAME, FULL_NAME, OUTCOME
from leadbook.model.settings import HEADERS
from leadbook.run.keys import KeyIndex

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leadbook.books.book import Book
    from leadbook.model.mapping import Mapping as HeaderMapping
    from leadbook.model.mapping_cells import Value
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records
    from leadbook.model.tables import RawTable
    from leadbook.run.gathered import ActivityTable, Gathered
    from leadbook.run.upserting import Incoming

# Words by which task lists say that something has happened; anything else in such a list is still a plan.
_DONE = frozenset(
    {
        "done",
        "completed",
        "complete",
        "finished",
        "closed",
        "held",
        "erledigt",
        "abgeschlossen",
        "fertig",
        "termin\u00e9",
    }
)
_TYPES = {"call": "call", "phone": "call", "mail": "email", "email": "email", "meeting": "meeting", "visit": "meeting",
          "demo": "demo", "proposal": "proposal", "quote": "proposal", "reply": "reply", "note": "note"}  # fmt: skip


def append_settings(book: Book, table: str, rows: Sequence[Mapping[str, Value]]) -> int:
    """Append rows to a Settings table, each value under the header of its key; return how many.

    Parameters
    ----------
    rows : sequence of mappings
        Keys as in ``model.settings.HEADERS``.
    """
    if not rows:
        return 0
    spelled = HEADERS[table]
    found = find_table(book.contents, table)
    keys = {squeezed(spelling): key for key, spellings in spelled.items() for spelling in spellings}
    order = [keys.get(squeezed(header), "") for header in found.headers] if found else []
    if found is not None and 2 * len(set(order) - {""}) >= len(spelled):
        name = found.name
    else:
        # None was read (a table of the seller's own may bear the name): ours is planned in this same run.
        name, order = book.table_name(table), list(spelled)
    book.append_rows(name, [tuple(row.get(key) for key in order) for row in rows])
    return len(rows)


def add_settings(book: Book, gathered: Gathered, playbook: Playbook) -> tuple[int, int]:
    """Add products and sales reps that Settings does not know; return how many of each."""
    names = {comparable(product.name) for product in playbook.products}
    products: list[dict[str, Value]] = []
    for name, price in gathered.products:
        if comparable(name) not in names:
            names.add(comparable(name))
            products.append({"name": name, "list_price": own_values([price])[0]})
    owners = {comparable(rep.owner) for rep in playbook.reps}
    reps: list[dict[str, Value]] = []
    for owner, team, territory in gathered.reps:
        if comparable(owner) not in owners:
            owners.add(comparable(owner))
            reps.append({"owner": owner, "team": team or None, "territory": territory or None, "active": "Yes"})
    return append_settings(book, "Products", products), append_settings(book, "Reps", reps)


def add_activities(
    book: Book, gathered: Gathered, incoming: Incoming, records: Records, today: dt.date
) -> tuple[int, list[str]]:
    """Append what has happened with the leads to the Activities table; return how many rows, and notes.

    Notes
    -----
    Plans are no activities: rows after ``today``, and, where a column says which are done, rows that are not.
    Activities that the workbook has already are not added again.
    """
    seen = {_same_activity(record) for record in records.activities.frame.to_dict("records")}
    rows: list[dict[str, Value]] = []
    notes: list[str] = []
    for table in gathered.activities:
        taken, told = _activity_rows(table, gathered, incoming, records.playbook, today)
        fresh = []
        for row in taken:
            if (mark := _same_activity(row)) not in seen:
                seen.add(mark)
                fresh.append(row)
        if len(fresh) < len(taken):
            told.append(f"{table.table.source}: {len(taken) - len(fresh)} rows are in Activities already.")
        rows += fresh
        notes += told
    if not rows:
        return 0, notes
    raw = records.activities.table
    if raw is None:
        if isinstance(book, ClosedBook):
            add_to(book, records.playbook, only=("Activities",))
        name, order = book.table_name("Activities"), [column.key for column in TABLES["Activities"]]
    else:
        keys = {header: key for key, header in records.activities.headers.items()}
        name, order = raw.name, [keys.get(header, "") for header in raw.headers]
    book.append_rows(name, [tuple(row.get(key) for key in order) for row in rows])
    return len(rows), notes


def _same_activity(row: Mapping[Any, Any]) -> tuple[str, ...]:
    return tuple(comparable(cell_text(row.get(key))) for key in ("date", "lead_id", "type", "notes"))


def _activity_rows(
    activity: ActivityTable, gathered: Gathered, incoming: Incoming, playbook: Playbook, today: dt.date
) -> tuple[list[dict[str, Value]], list[str]]:
    table = activity.table
    keys = dict(map_headers(table.headers, table.columns, "Activities", playbook.mappings).keys)
    keys.pop("lead_id", None)
    converted = convert({key: table.column(header) for key, header in keys.items()}, {}, playbook, "Activities", keys)
    ours = gathered.columns()[activity.ours][1]
    partners = KeyIndex(ours).match(table.column(activity.link_header)).places
    outcomes = [comparable(cell_text(value)) for value in converted.keyed.get("outcome", [])]
    tells_done = any(word in _DONE for word in outcomes)
    rows: list[dict[str, Value]] = []
    planned = unmatched = undated = 0
    for place in range(table.n_rows):
        partner = partners[place]
        day = converted.keyed["date"][place]
        if partner is None:
            unmatched += 1
        elif not isinstance(day, dt.date):
            undated += 1
        elif _day(day) > today or (tells_done and outcomes[place] not in _DONE):
            planned += 1
        else:
            row = {key: values[place] for key, values in converted.keyed.items()}
            row |= {"lead_id": incoming.keyed["lead_id"][partner], "type": _type(row.get("type"))}
            rows.append(row)
    notes = [f"{table.source}: {note}" for note in (*table.notes, *converted.notes)]
    told = (
        (planned, "not done yet or after today, no activities"),
        (unmatched, "of no lead in the file"),
        (undated, "without a date that can be read"),
    )
    notes += [f"{table.source}: {number} rows left out ({why})." for number, why in told if number]
    return rows, notes


def _day(moment: dt.date) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment


def _type(text: Value) -> str:
    word = comparable(cell_text(text))
    return next((kind for part, kind in _TYPES.items() if part in word), "note") if word else "note"


def misleading(incoming: Incoming, present: Collection[str]) -> list[str]:
    """Return the seller's own headers that would be read as a column of ours that the table does not have."""
    headers = list(incoming.extra)
    mapping = map_headers(headers, [()] * len(headers), "Leads", specials=False)
    return [match.header for match in mapping.matches if match.key is not None and match.key not in present]


def remember_mapping(
    book: Book, mapping: HeaderMapping, raw: RawTable, playbook: Playbook, kept: Sequence[str]
) -> None:
    """Write what was worked out to Settings/Columns, so that the next file of this kind is mapped alike."""
    own = {squeezed(header) for header in raw.headers}
    settled = {squeezed(entry.their_header) for entry in playbook.mappings}
    rows: list[dict[str, Value]] = []
    for match in mapping.matches:
        if match.key in {None, FULL_NAME, DEAL_NAME, OUTCOME} or match.how in {"exact", "settings"}:
            continue
        if squeezed(match.header) in own | settled:
            continue  # it would tell the workbook's own column of that name what to mean
        ours = column("Leads", str(match.key)).header
        rows.append({"table": raw.name, "their_header": match.header, "our_key": ours, "how": f"import, {match.how}"})
    rows += [
        {"table": raw.name, "their_header": header, "our_key": "ignore", "how": "import, kept as it is"}
        for header in kept
        if squeezed(header) not in settled
    ]
    append_settings(book, "Columns", rows)
