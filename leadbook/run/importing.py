"""Leads from other files into the workbook: mapped, joined, converted, and added to what is there."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.history_ids import assign_lead_ids
from leadbook.model.cells import cell_text, is_blank, one_line
from leadbook.model.columns import TABLES, Column, Kind, column
from leadbook.model.headers import squeezed
from leadbook.model.issues import InputError, column_letters, quoted_sheet
from leadbook.model.leads import EXAMPLE_ID, read_records
from leadbook.model.mapping_values import convert
from leadbook.run.import_activities import add_activities
from leadbook.run.import_notes import add_settings, misleading, remember_mapping
from leadbook.run.import_quotes import add_quote_lines, is_quote_lines
from leadbook.run.import_refusals import refuse_foreign, refuse_nobody
from leadbook.run.import_sources import incoming_tables
from leadbook.run.import_summary import Conflict, ImportSummary, Policy
from leadbook.run.joining import gather
from leadbook.run.upserting import Incoming, Standing, differences, match_rows

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from leadbook.books.book import Book
    from leadbook.model.mapping_cells import Value
    from leadbook.model.mapping_values import Converted
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records, Typed
    from leadbook.model.tables import RawTable
    from leadbook.run.gathered import Gathered
    from leadbook.run.upserting import Difference

__all__ = ["Conflict", "ImportSummary", "Policy", "import_files"]


def import_files(
    book: Book,
    sources: Sequence[Path],
    playbook: Playbook,
    today: dt.date,
    *,
    policy: Policy = "fill-blanks",
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
    policy : {"fill-blanks", "overwrite"}
        What happens to filled cells of known leads that the file contradicts: they are reported and left alone,
        or written over.

    Returns
    -------
    ImportSummary

    Raises
    ------
    InputError
        When a file cannot be read or holds no leads, or the workbook has no table of leads.

    Notes
    -----
    Importing the same files again changes nothing. Columns that mean nothing to leadbook are kept as columns of
    the seller's own at the right of the Leads table. A Lead ID of the file is kept as text; where there is none,
    leadbook gives one.
    """
    tables = incoming_tables(sources, book.contents.name)
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
    gathered = gather(others, known, playbook)
    refuse_foreign(gathered)
    converted = convert(gathered.keyed, gathered.extra, playbook, headers=gathered.headers)
    incoming, renamed = _for_book(converted, gathered, records.leads)
    standing = Standing(records.leads, playbook)
    found = match_rows(incoming, standing)
    new_places = [place for place, row in enumerate(found) if row is None]
    if new_places:
        refuse_nobody(gathered, incoming)
    lead_ids = _lead_ids(incoming, found, standing, records)
    keyed = dict(incoming.keyed)
    keyed["lead_id"] = lead_ids
    incoming = dataclasses.replace(incoming, keyed=keyed)
    columns_added, headers = _prepare_columns(book, raw, records.leads, incoming)
    target = _Target(book, raw, headers)
    changes = differences(incoming, standing, found, lambda key: key == "lead_id")
    filled, conflicts, touched = _update_known(target, gathered, incoming, changes, policy)
    _append_new(target, incoming, new_places)
    activities, activity_notes = add_activities(book, gathered, incoming, records, today)
    lines, quote_notes = add_quote_lines(book, quotes, gathered, incoming, records)
    products, reps = add_settings(book, gathered, playbook)
    notes = [*gathered.notes, *converted.notes, *renamed, *activity_notes, *quote_notes]
    notes += [join.sentence for join in gathered.joined]
    notes += _repeated_ids(incoming)
    present = {*records.leads.headers, *incoming.keyed}
    remember_mapping(book, gathered.mapping, raw, playbook, misleading(incoming, present))
    known_count = incoming.n_rows - len(new_places)
    return ImportSummary(
        added=len(new_places), updated=len(touched), unchanged=known_count - len(touched), filled=filled,
        conflicts=tuple(conflicts), mapping=gathered.mapping, joined=tuple(gathered.joined),
        columns_added=tuple(columns_added), activities_added=activities, quote_lines_added=lines,
        products_added=products, reps_added=reps,
        notes=tuple(notes), issues=tuple(issue for table in tables for issue in table.issues),
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
    return Incoming(keyed, extra, deal, len(gathered.lines)), notes


def _lead_ids(incoming: Incoming, found: Sequence[int | None], standing: Standing, records: Records) -> list[Value]:
    """Return each row's Lead ID: the file's, the known lead's, or a new one."""
    given = incoming.keyed.get("lead_id") or [None] * incoming.n_rows
    held = [None if row is None else standing.cell(row, key="lead_id") for row in found]
    ids: list[Value] = [value if is_blank(cell) else cell_text(cell) for value, cell in zip(given, held, strict=True)]
    without = [place for place, value in enumerate(ids) if value is None]
    if without:
        known = [cell_text(standing.cell(row, key="lead_id")) for row in standing.rows]
        used = [word for word in (*known, *(str(value) for value in ids if value is not None)) if word]
        frame = pd.DataFrame({"lead_id": [*used, *[""] * len(without)]}, dtype="str")
        new = assign_lead_ids(
            dataclasses.replace(records.leads, frame=frame), records.history, records.archive, records.activities
        )
        for place, lead_id in zip(without, new.values(), strict=True):
            ids[place] = lead_id
    return ids


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


@dataclass(frozen=True)
class _Target:
    """The Leads table: the book, the table as it was read, and (key, own header) to its header in the book."""

    book: Book
    raw: RawTable
    headers: Mapping[tuple[str, str], str]


def _update_known(
    target: _Target, gathered: Gathered, incoming: Incoming, changes: Sequence[Difference], policy: Policy
) -> tuple[int, list[Conflict], set[int]]:
    """Fill blanks of known leads; return how many, the conflicts, and the incoming rows that changed something."""
    raw = target.raw
    writes: dict[str, dict[int, Value]] = {}
    conflicts: list[Conflict] = []
    touched: set[int] = set()
    filled = 0
    for change in changes:
        header = target.headers[change.key, change.header]
        place = raw.column(header) if header in raw.headers else 0
        if place in raw.formula_columns:
            continue  # a formula's result is not the file's to contradict
        if change.blank or policy == "overwrite":
            writes.setdefault(header, {})[change.row] = change.value
            touched.add(change.place)
            filled += change.blank
            continue
        conflicts.append(
            Conflict(
                f"{quoted_sheet(raw.sheet)}!{column_letters(place)}{change.row}",
                str(incoming.keyed["lead_id"][change.place] or ""),
                header, change.held, change.value, gathered.sources[change.place], gathered.lines[change.place],
            )
        )  # fmt: skip
    for header, values in writes.items():
        target.book.write_column(raw.name, header, values)
    return filled, conflicts, touched


def _append_new(target: _Target, incoming: Incoming, places: Sequence[int]) -> None:
    """Append the new leads; the first takes the place of the starter's example row."""
    if not places:
        return
    book, raw, headers = target.book, target.raw, target.headers
    columns: dict[str, Sequence[Value]] = {headers[key, ""]: values for key, values in incoming.keyed.items()}
    columns |= {headers["", header]: values for header, values in incoming.extra.items()}
    order = [*raw.headers, *(header for header in columns if header not in raw.headers)]
    rest = list(places)
    example = _example_row(raw)
    if example is not None:
        first = rest.pop(0)
        for header in order:
            is_formula = header in raw.headers and raw.column(header) in raw.formula_columns
            if not is_formula:
                book.write_column(raw.name, header, {example: columns[header][first] if header in columns else None})
    blank: list[Value] = [None] * incoming.n_rows
    filled = [columns.get(header, blank) for header in order]
    book.append_rows(raw.name, [tuple(values[place] for values in filled) for place in rest])


def _example_row(raw: RawTable) -> int | None:
    for cells in raw.cells:
        for row, cell in zip(raw.rows.tolist(), cells, strict=True):
            if isinstance(cell, str) and cell.strip() == EXAMPLE_ID:
                return int(row)
    return None


def _repeated_ids(incoming: Incoming) -> list[str]:
    counts = Counter(str(value) for value in incoming.keyed["lead_id"] if value is not None)
    repeated = [text for text, count in counts.items() if count > 1]
    if not repeated:
        return []
    which = "1 Lead ID stands" if len(repeated) == 1 else f"{len(repeated):,} Lead IDs stand"
    examples = ", ".join(one_line(text, 30) for text in repeated[:5])
    return [f"{which} in the file more than once ({examples}); every row was kept."]
