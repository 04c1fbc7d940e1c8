"""Leads from other files into the workbook: mapped, joined, converted, and added to what is there."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.history_ids import assign_lead_ids
from leadbook.analysis.history_rows import CREATED, FIRST_SEEN
from leadbook.books.closed import ClosedBook
from leadbook.books.incoming import WORKED_OUT, TextForm
from leadbook.books.starter import add_to
from leadbook.model.cells import cell_text, is_blank
from leadbook.model.columns import TABLES, Column, Kind, column
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.headers import squeezed
from leadbook.model.issues import InputError, column_letters, quoted_sheet
from leadbook.model.leads import EXAMPLE_ID, read_records
from leadbook.model.mapping_values import OTHER_EMAILS, convert
from leadbook.run.imports.activities import add_activities
from leadbook.run.imports.identities import RECORD_ID, id_key, id_system
from leadbook.run.imports.joining import gather
from leadbook.run.imports.matches import match, who
from leadbook.run.imports.notes import add_settings, misleading, remember_mapping
from leadbook.run.imports.overruling import overruled, remember_overruled
from leadbook.run.imports.policies import Court, Moments, Policy, settle
from leadbook.run.imports.quotes import add_quote_lines, is_quote_lines
from leadbook.run.imports.refusals import refuse_foreign, refuse_nobody
from leadbook.run.imports.sources import incoming_tables
from leadbook.run.imports.standing import Incoming, Standing
from leadbook.run.imports.summary import Added, Conflict, ImportSummary
from leadbook.run.imports.upserting import differences

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leadbook.books.book import Book
    from leadbook.model.mapping_cells import Value
    from leadbook.model.mapping_values import Converted
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records, Typed
    from leadbook.model.tables import RawTable
    from leadbook.run.imports.gathered import Gathered
    from leadbook.run.imports.matches import Matched
    from leadbook.run.imports.policies import Verdict

__all__ = ["Conflict", "ImportSummary", "Policy", "Wishes", "import_files"]


@dataclass(frozen=True)
class Wishes:
    """What the user wants of an import otherwise than by itself.

    Parameters
    ----------
    policy : {"fill-blanks", "newest", "ours", "theirs"}
        Whose word counts where the workbook and the file disagree about a known lead; see ``policies.settle``.
    preset : str
        Name of the program that exported the files; "" lets their headers tell.
    mapped : tuple of str
        ``Their header=Our column``, against whatever leadbook would think.
    form : TextForm
        Encoding and delimiter of text files; blank ones are worked out.
    """

    policy: Policy = "fill-blanks"
    preset: str = ""
    mapped: tuple[str, ...] = ()
    form: TextForm = WORKED_OUT


NO_WISHES = Wishes()


def import_files(
    book: Book,
    sources: Sequence[Path],
    playbook: Playbook,
    today: dt.date,
    wishes: Wishes = NO_WISHES,
) -> ImportSummary:
    """Plan an import into a workbook; ``book.save()`` carries it out.

    Parameters
    ----------
    book : Book
        With a table of leads and leadbook's Settings.
    sources : sequence of Path
        CSV or Excel files, or folders of them. Of several tables the one of leads or deals is found, and the
        others are joined to it.
    playbook : Playbook
        Read from the workbook: stages, mappings, how dates are typed.
    today : date
        Events after it are plans, no activities.
    wishes : Wishes
        What the user wants done otherwise than by itself.

    Returns
    -------
    ImportSummary

    Raises
    ------
    InputError
        When a file cannot be read or holds no leads, or the workbook has no table of leads.

    Notes
    -----
    Importing the same files again changes nothing, under each policy. Columns that mean nothing to leadbook are
    kept as columns of the seller's own at the right of the Leads table. A Lead ID of the file is kept as text;
    where there is none, leadbook gives one.
    """
    policy = wishes.policy
    tables = incoming_tables(sources, book.contents.name, wishes.form)
    if not tables:
        raise InputError("There is nothing to import: the files hold no table.")
    records, _ = read_records(book.contents, playbook)
    raw = records.leads.table
    if raw is None:
        raise InputError(f"{book.contents.name} has no table of leads; run `leadbook adopt` on it first.")
    known = tuple(
        dataclasses.replace(entry, table="Leads")
        for entry in playbook.mappings
        if entry.table.casefold() in {raw.name.casefold(), "leads", ""}
    )
    quotes = [table for table in tables if is_quote_lines(table)]
    others = [table for table in tables if not is_quote_lines(table)]
    if not others:
        raise InputError("There is nothing to import: the files hold quote lines only, and no leads.")
    if not any(table.n_rows for table in others):
        raise InputError(f"{others[0].source} has headers but no rows below them, so there is nothing to import.")
    said = overruled(wishes.mapped, others)
    gathered = gather(others, (*known, *said), playbook, wishes.preset)
    refuse_foreign(gathered)
    converted = convert(gathered.keyed, gathered.extra, playbook, headers=gathered.headers)
    incoming, renamed = _for_book(converted, gathered, records.leads)
    standing = Standing(records.leads, playbook)
    matched = match(incoming, standing, records)
    if matched.new:
        refuse_nobody(gathered, incoming)
    incoming = _with_ids(matched, standing, records, policy)
    book.make_room(raw.name, len(matched.new))
    if isinstance(book, ClosedBook):
        add_to(book, DEFAULT_PLAYBOOK, only=("Settings",))
    columns_added, headers = _prepare_columns(book, raw, records.leads, incoming)
    target = _Target(book, raw, headers, gathered)
    changes = differences(incoming, standing, matched.found, lambda _: False)
    changes = [change for change in changes if change.blank or change.key != "lead_id"]
    moments = _moments(incoming, standing, records)
    verdicts = settle(changes, Court(policy, playbook, incoming, standing, moments))
    filled, overwritten, conflicts, touched = _update_known(target, standing, incoming, verdicts)
    added = _append_new(target, incoming, matched.new)
    activities, activity_notes = add_activities(book, gathered, incoming, records, today)
    lines, quote_notes = add_quote_lines(book, quotes, gathered, incoming, records)
    products, reps = add_settings(book, gathered, playbook)
    notes = [*gathered.notes, *converted.notes, *renamed, *matched.notes, *activity_notes, *quote_notes]
    notes += [join.sentence for join in gathered.joined]
    present = {*records.leads.headers, *incoming.keyed}
    remember_mapping(book, gathered.mapping, raw, playbook, misleading(incoming, present))
    remember_overruled(book, said, raw)
    return ImportSummary(
        added=len(matched.new), updated=len(touched), unchanged=len(matched.found) - len(touched), filled=filled,
        conflicts=tuple(conflicts), mapping=gathered.mapping, joined=tuple(gathered.joined),
        columns_added=tuple(columns_added), activities_added=activities, quote_lines_added=lines,
        products_added=products, reps_added=reps, notes=tuple(notes),
        issues=tuple(issue for table in tables for issue in table.issues),
        policy=policy, overwritten=overwritten, doubled=matched.doubled, added_leads=tuple(added),
        lookalikes=matched.lookalikes(incoming), matched_by=matched.how,
    )  # fmt: skip


def _for_book(converted: Converted, gathered: Gathered, leads: Typed) -> tuple[Incoming, list[str]]:
    """Give the seller's own columns the headers that they have, or will have, in the workbook."""
    own = {squeezed(header): header for header in leads.extra.columns}
    reserved = {squeezed(column.header) for column in TABLES["Leads"]}
    reserved |= {squeezed(header) for header in leads.headers.values()}
    extra: dict[str, Sequence[Value]] = {}
    notes: list[str] = []
    deal = None
    for header, values in converted.extra.items():
        if all(value is None for value in values):
            continue
        name = own.get(squeezed(header), header)
        if squeezed(name) in reserved:
            wanted = f"{header} (imported)"
            name = own.get(squeezed(wanted), wanted)
            notes.append(f"{header} is kept as {name}, because Leads has a column {header} that means something else.")
        if name in extra:
            name = f"{name} (2)"
        extra[name] = values
        if header == gathered.deal_header:
            deal = name
    keyed = {key: values for key, values in converted.keyed.items() if any(value is not None for value in values)}
    return Incoming(keyed, extra, deal, len(gathered.lines), converted.modified), notes


def _with_ids(matched: Matched, standing: Standing, records: Records, policy: Policy) -> Incoming:
    """Return the rows with each one's Lead ID: the known lead's, the file's, or a new one.

    An id that the file gives to a lead that is known under another one is kept beside it.
    """
    incoming, found = matched.incoming, matched.found
    given = incoming.keyed.get("lead_id") or [None] * incoming.n_rows
    held = standing.column(key="lead_id")
    known = {id_key(cell) for cell in held if not is_blank(cell)}
    ids: list[Value] = [None] * incoming.n_rows
    kept_beside: list[Value] = [None] * incoming.n_rows
    for place in (*found, *matched.new):
        cell = held[found[place]] if place in found else None
        value = given[place]
        key = id_key(value) if not is_blank(value) else ""
        if not is_blank(cell):
            ids[place] = cell_text(cell)
            if key and key != id_key(cell) and id_system(key) != "leadbook" and key not in matched.masters:
                kept_beside[place] = value
        elif key and not (id_system(key) == "leadbook" and key in known):
            ids[place] = value
    without = [place for place in (*found, *matched.new) if ids[place] is None]
    if without:
        used = [word for word in (*map(cell_text, held), *(str(value) for value in ids if value is not None)) if word]
        frame = pd.DataFrame({"lead_id": [*used, *[""] * len(without)]}, dtype="str")
        new = assign_lead_ids(
            dataclasses.replace(records.leads, frame=frame), records.history, records.archive, records.activities
        )
        for place, lead_id in zip(without, new.values(), strict=True):
            ids[place] = lead_id
    ids = [given[first] if ids[first] is None else ids[first] for first in matched.first]
    extra = dict(incoming.extra)
    if any(value is not None for value in kept_beside):
        extra[RECORD_ID] = kept_beside
    if matched.addresses:
        extra[OTHER_EMAILS] = _further_addresses(matched, standing, policy)
    return dataclasses.replace(incoming, keyed={**incoming.keyed, "lead_id": ids}, extra=extra)


def _further_addresses(matched: Matched, standing: Standing, policy: Policy) -> list[Value]:
    """Return the further addresses, with those by which leads are found again that only the duplicate model knew."""
    emails, others = standing.column(key="email"), matched.incoming.extra.get(OTHER_EMAILS)
    further: list[Value] = [None] * matched.incoming.n_rows if others is None else list(others)
    for place, address in matched.addresses.items():
        # A blank cell takes the address itself, unless known leads are to be left as they are.
        if policy == "ours" or not is_blank(emails[matched.found[place]]):
            further[place] = further[place] or address
    return further


def _moments(incoming: Incoming, standing: Standing, records: Records) -> Moments:
    """Return when each side last changed its leads.

    The workbook's is the later of Last Activity and the last change that History saw; that a lead was first seen
    is no change. The file's is its column of modification dates, or else its Last Activity.
    """
    seen: dict[str, dt.datetime] = {}
    history = records.history.frame
    for lead_id, event, moment in zip(
        history["lead_id"].tolist(), history["event"].tolist(), history["changed_at"].tolist(), strict=True
    ):
        if event not in {FIRST_SEEN, CREATED} and isinstance(moment, dt.datetime) and not pd.isna(moment):
            key = id_key(lead_id)
            seen[key] = max(seen.get(key, moment), moment)
    ours: dict[int, dt.datetime] = {}
    for at, (lead_id, active) in enumerate(
        zip(standing.column(key="lead_id"), standing.meanings("last_activity"), strict=True)
    ):
        last = seen.get(id_key(lead_id)) if seen and not is_blank(lead_id) else None
        if isinstance(active, dt.datetime):
            last = active if last is None else max(last, active)
        if last is not None:
            ours[at] = last
    theirs = incoming.modified if incoming.modified is not None else incoming.keyed.get("last_activity")
    return Moments(theirs, ours)


def _prepare_columns(
    book: Book, raw: RawTable, leads: Typed, incoming: Incoming
) -> tuple[list[str], dict[tuple[str, str], str]]:
    """Add the columns that the table lacks; return their headers, and (key, header) to header in the workbook."""
    headers: dict[tuple[str, str], str] = {}
    new: list[Column] = []
    for key in incoming.keyed:
        if key in leads.headers:
            headers[key, ""] = leads.headers[key]
        else:
            new.append(column("Leads", key))
            headers[key, ""] = new[-1].header
    present = set(leads.extra.columns)
    for header, values in incoming.extra.items():
        headers["", header] = header
        if header not in present:
            new.append(Column(header, _kind_of(values), width=min(30.0, max(10.0, len(header) + 2.0))))
    if new:
        book.add_columns(raw.name, new)
    return [column.header for column in new], headers


def _kind_of(values: Sequence[Value]) -> Kind:
    """Return the kind whose number format fits a column; mixed columns stay General."""
    filled = [value for value in values if value is not None]
    return Kind.DATE if filled and all(isinstance(value, dt.date) for value in filled) else Kind.TEXT


# What leads are found by the next time is kept under each policy.
_BY_WHICH_FOUND = frozenset({RECORD_ID, OTHER_EMAILS})


@dataclass(frozen=True)
class _Target:
    """The Leads table: the book, the table as it was read, (key, own header) to its header there, and the source."""

    book: Book
    raw: RawTable
    headers: Mapping[tuple[str, str], str]
    gathered: Gathered


def _update_known(
    target: _Target, standing: Standing, incoming: Incoming, verdicts: Sequence[Verdict]
) -> tuple[int, int, list[Conflict], set[int]]:
    """Write what is to be written; return cells filled and overwritten, the conflicts, and the rows that changed."""
    raw, gathered = target.raw, target.gathered
    writes: dict[str, dict[int, Value]] = {}
    conflicts: list[Conflict] = []
    touched: set[int] = set()
    filled = overwritten = 0
    for verdict in verdicts:
        change = verdict.difference
        header = target.headers[change.key, change.header]
        place = raw.column(header) if header in raw.headers else 0
        if place in raw.formula_columns:
            continue  # a formula's result is not the file's to contradict
        row = standing.rows[change.at]
        if verdict.written or change.key == "lead_id" or (change.blank and change.header in _BY_WHICH_FOUND):
            writes.setdefault(header, {})[row] = change.value
            touched.add(change.place)
            filled += change.blank
            overwritten += not change.blank
        elif place:
            conflicts.append(
                Conflict(
                    f"{quoted_sheet(raw.sheet)}!{column_letters(place)}{row}",
                    str(incoming.keyed["lead_id"][change.place] or ""), header, change.held, change.value,
                    gathered.sources[change.place], gathered.lines[change.place], verdict.why,
                )
            )  # fmt: skip
    for header, values in writes.items():
        target.book.write_column(raw.name, header, values)
    return filled, overwritten, conflicts, touched


def _append_new(target: _Target, incoming: Incoming, places: Sequence[int]) -> list[Added]:
    """Append the new leads; the first takes the place of the starter's example row."""
    if not places:
        return []
    book, raw, headers = target.book, target.raw, target.headers
    columns: dict[str, Sequence[Value]] = {headers[key, header]: values for key, header, values in incoming.columns()}
    order = [*raw.headers, *(header for header in columns if header not in raw.headers)]
    rest = list(places)
    rows: list[int] = []
    example = _example_row(raw)
    if example is not None:
        first = rest.pop(0)
        rows.append(example)
        for header in order:
            is_formula = header in raw.headers and raw.column(header) in raw.formula_columns
            if not is_formula:
                book.write_column(raw.name, header, {example: columns[header][first] if header in columns else None})
    blank: list[Value] = [None] * incoming.n_rows
    # A calculated column fills itself.
    computed = {header for header in raw.headers if raw.column(header) in raw.formula_columns}
    filled = [blank if header in computed else columns.get(header, blank) for header in order]
    if len(rest) == incoming.n_rows:
        book.append_rows(raw.name, list(zip(*filled, strict=True)))
    else:
        book.append_rows(raw.name, [tuple(values[place] for values in filled) for place in rest])
    free = int(raw.rows[-1]) + 1 if len(raw.rows) else raw.header_row + 1
    rows += range(free, free + len(rest))
    letters = f"{quoted_sheet(raw.sheet)}!{column_letters(raw.first_column)}"
    gathered = target.gathered
    return [
        Added(
            f"{letters}{row}", str(incoming.keyed["lead_id"][place]), who(incoming, place), gathered.sources[place],
            gathered.lines[place],
        )
        for row, place in zip(rows, places, strict=True)
    ]  # fmt: skip


def _example_row(raw: RawTable) -> int | None:
    for cells in raw.cells:
        for row, cell in zip(raw.rows.tolist(), cells, strict=True) if EXAMPLE_ID in cells else ():
            if isinstance(cell, str) and cell.strip() == EXAMPLE_ID:
                return int(row)
    return None
