"""What a sync writes into the master: cells, new leads, what belongs to leads, and History."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.books.starter import add_to
from leadbook.model.cells import cell_text, comparable
from leadbook.model.columns import TABLES, Column
from leadbook.model.columns import column as column_of
from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.run.syncs.followers import (
    FOLLOWING,
    as_content,
    contents_of,
    counts_of,
    in_order,
    new_rows,
    table_of,
)
from leadbook.run.syncs.histories import (
    Chronicle,
    CopiedEvent,
    HistoryPlan,
    events_of,
    in_columns,
    moved_fields,
    rows_of_new,
    weave,
)
from leadbook.run.syncs.protection import refuse_protected
from leadbook.run.syncs.report import Change, Newcomer
from leadbook.run.syncs.side import NO_ID, OWN

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.books.closed import ClosedBook
    from leadbook.model.records import Records, Typed
    from leadbook.run.syncs.combining import Combined, Compared
    from leadbook.run.syncs.side import Side
    from leadbook.sheets.spec import Content

_SHEET_OF = {"Activities": "Activities", "QuoteLines": "Quote Lines", "Proposals": "Proposals"}


class Gains(Struct):
    """Everything that the master gets.

    Parameters
    ----------
    cells : mapping of header to mapping of Excel row to Content
        In Leads.
    leads : list of tuple
        New rows of Leads.
    rows : mapping of table to list of mapping
        New rows of Activities, Quote Lines and Proposals, by key.
    seen : mapping of table to mapping of fingerprint to int
        How often each row of these tables was ever seen.
    history : HistoryPlan
    columns : tuple of Column
        Columns of the copies' own that Leads gets.
    changes : list of Change
    newcomers : list of Newcomer
    notes : list of str
    """

    cells: dict[str, dict[int, Content]] = field(default_factory=dict)
    leads: list[tuple[Content, ...]] = field(default_factory=list)
    rows: dict[str, list[dict[str, Content]]] = field(default_factory=dict)
    seen: dict[str, dict[str, int]] = field(default_factory=dict)
    history: HistoryPlan = field(default_factory=HistoryPlan)
    columns: tuple[Column, ...] = ()
    changes: list[Change] = field(default_factory=list)
    newcomers: list[Newcomer] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def gather(
    master: Side,
    compared: Sequence[Compared],
    combined: Combined,
    chronicles: Mapping[str, Chronicle],
    *,
    add_columns: bool,
) -> Gains:
    """Work out everything that the master gets, touching nothing."""
    gains = Gains()
    _take_cells(gains, master, combined)
    _name_the_nameless(gains, master, compared)
    lacking = _lacking_columns(master, compared)
    if add_columns:
        gains.columns = tuple(_as_column(label, header) for label, header in lacking.items())
        _fill_added(gains, master, compared, lacking)
    _append_leads(gains, master, combined)
    for name in FOLLOWING:
        _follow(gains, name, master, compared)
    _write_history(gains, master, compared, combined, chronicles)
    gains.notes += _offers(compared, lacking, added=add_columns)
    return gains


def carry_out(book: ClosedBook, master: Side, gains: Gains) -> None:
    """Ask the book for all of it; ``book.save()`` carries it out."""
    records = master.records
    raw = records.leads.table
    assert raw is not None, "read_records refuses a workbook without leads"  # noqa: S101 - an invariant, not input
    refuse_protected(book, records, gains)
    book.make_room(raw.name, len(gains.leads))
    for name, rows in gains.rows.items():
        table = table_of(records, name)
        if table is not None and table.table is not None:
            book.make_room(table.table.name, len(rows))
    if records.history.table is not None:
        book.make_room(records.history.table.name, len(gains.history.rows))
    missing = [_SHEET_OF[name] for name, rows in gains.rows.items() if rows and not _has(table_of(records, name))]
    if missing:
        add_to(book, records.playbook, only=missing)
    if gains.columns:
        book.add_columns(raw.name, gains.columns)
    for header, cells in gains.cells.items():
        put = book.correct_cells if header in raw.headers else book.write_column
        put(raw.name, header, cells)
    book.append_rows(raw.name, gains.leads)
    _append_others(book, records, gains)


def _append_others(book: ClosedBook, records: Records, gains: Gains) -> None:
    """Append what belongs to leads, and put History right."""
    for name, rows in gains.rows.items():
        table = table_of(records, name)
        if table is not None and table.table is not None:
            book.append_rows(table.table.name, [in_order(table, row) for row in rows])
        elif rows:
            keys = [column.key for column in TABLES[name]]
            book.append_rows(book.table_name(name), [tuple(row.get(key) for key in keys) for row in rows])
    history = records.history
    if history.table is not None:
        for key, values in gains.history.cells.items():
            book.write_column(history.table.name, history.headers[key], values)
        book.append_rows(history.table.name, [in_columns(history, row) for row in gains.history.rows])


def _has(table: Typed | None) -> bool:
    return table is not None and table.table is not None


def _take_cells(gains: Gains, master: Side, combined: Combined) -> None:
    for (here, label), word in combined.taken.items():
        header = master.labels[label]
        value = as_content(word.copy.cell(label, word.there))
        gains.cells.setdefault(header, {})[master.rows[here]] = value
        gains.changes.append(
            Change(master.address(label, here), master.lead_id(here), header, master.cell(label, here), value,
                   word.copy.name)
        )  # fmt: skip


def _name_the_nameless(gains: Gains, master: Side, compared: Sequence[Compared]) -> None:
    """Give leads that have no id in the master the one that a copy's refresh gave them."""
    header = master.leads.headers.get("lead_id")
    given = set(master.places)
    for one in compared if header is not None else ():
        for there, here in one.pairs.both.items():
            key = one.copy.keys[there]
            if master.keys[here].startswith(NO_ID) and not key.startswith(NO_ID) and key not in given:
                given.add(key)
                gains.cells.setdefault(header or "", {}).setdefault(master.rows[here], one.copy.lead_id(there))


def _append_leads(gains: Gains, master: Side, combined: Combined) -> None:
    table = master.leads.table
    if table is None:
        return
    free = int(table.rows[-1]) + 1 if len(table.rows) else table.header_row + 1
    sheet, letters = quoted_sheet(table.sheet), column_letters(master.leads.places.get("lead_id", table.first_column))
    by_header = {header: label for label, header in master.labels.items()}
    added = {column.header: _label_of(column) for column in gains.columns}
    for offset, fresh in enumerate(combined.fresh):
        copy = fresh.source.copy
        row: list[Content] = []
        for header in (*table.headers, *added):
            label = by_header.get(header) or added.get(header, "")
            computed = header in table.headers and table.column(header) in table.formula_columns
            if header == master.leads.headers.get("lead_id"):
                row.append(fresh.lead_id)
            else:
                row.append(None if computed or not label else as_content(copy.cell(label, fresh.at)))
        gains.leads.append(tuple(row))
        gains.newcomers.append(
            Newcomer(fresh.lead_id, copy.lead_id(fresh.at), copy.who(fresh.at), copy.name,
                     f"{sheet}!{letters}{free + offset}")
        )  # fmt: skip


def _lacking_columns(master: Side, compared: Sequence[Compared]) -> dict[str, str]:
    """Return label and header of the columns that copies fill and the master lacks."""
    found: dict[str, str] = {}
    for one in compared:
        for label, header in one.copy.labels.items():
            if label not in master.labels and one.copy.prints(label).any():
                found.setdefault(label, header)
    return found


def _as_column(label: str, header: str) -> Column:
    return Column(header, width=16.0) if label.startswith(OWN) else column_of("Leads", label)


def _label_of(column: Column) -> str:
    known = {one.header: one.key for one in TABLES["Leads"]}
    return known.get(column.header) or OWN + comparable(column.header)


def _fill_added(gains: Gains, master: Side, compared: Sequence[Compared], lacking: Mapping[str, str]) -> None:
    for label in lacking:
        header = _as_column(label, lacking[label]).header
        cells = gains.cells.setdefault(header, {})
        for one in compared:
            prints = one.copy.prints(label)
            for there, here in one.pairs.both.items():
                value = as_content(one.copy.cell(label, there))
                row = master.rows[here]
                if not prints[there] or value is None:
                    continue
                if row in cells and cells[row] != value:
                    gains.notes.append(
                        f"{header} of {master.lead_id(here)}: {one.copy.name} says {cell_text(value)}, another copy "
                        f"{cell_text(cells[row])}, which was taken."
                    )
                cells.setdefault(row, value)


def _offers(compared: Sequence[Compared], lacking: Mapping[str, str], *, added: bool) -> list[str]:
    found: list[str] = []
    for label, header in lacking.items():
        holders = [(one.copy.name, int((one.copy.prints(label) != 0).sum())) for one in compared]
        said = " and ".join(
            f"{name} ({count:,} filled {'cell' if count == 1 else 'cells'})" for name, count in holders if count
        )
        if added:
            found.append(f"The column {header} of {said} was added to the master's leads.")
        else:
            found.append(
                f"The master has no column {header}, as {said} does; it was left out. --add-columns brings it in."
            )
    return found


def _follow(gains: Gains, name: str, master: Side, compared: Sequence[Compared]) -> None:
    """Gather the rows of one table that the copies have beyond the master."""
    into = {key: folded_id(lead_id) for key, lead_id in archived_ids(master.records.archive).items()}
    for one in compared:
        into |= {key: folded_id(lead_id) for key, lead_id in archived_ids(one.copy.records.archive).items()}
    known = dict(master.base.rows.get(name, {})) if master.base is not None else {}
    for one in compared:
        for mark, count in (one.copy.base.rows.get(name, {}) if one.copy.base is not None else {}).items():
            known[mark] = max(known.get(mark, 0), count)
    held = counts_of(table_of(master.records, name), name, lambda key: into.get(key, key))
    before = dict(held)
    seen = {mark: max(known.get(mark, 0), held[mark]) for mark in {*known, *held}}
    spelled = {key: master.lead_id(at) for key, at in master.places.items()}
    for one in compared:
        table = table_of(one.copy.records, name)
        if table is None or table.table is None:
            continue
        renamed = one.lead_of(master)
        lead_of = _leading(renamed, into)
        fresh, came = new_rows(table, name, lead_of, held=held, before=before, known=known)
        for row in fresh:
            content = contents_of(table, row)
            key = folded_id(cell_text(content.get("lead_id")))
            now = renamed.get(key) or (into.get(key) if key not in master.places else None)
            if now is not None:
                content["lead_id"] = one.ids.get(key) or spelled.get(now) or now.upper()
            gains.rows.setdefault(name, []).append(content)
        for mark, count in came.items():
            held[mark] = max(held[mark], count)
            seen[mark] = max(seen.get(mark, 0), count)
    gains.seen[name] = seen


def _leading(renamed: Mapping[str, str], into: Mapping[str, str]) -> Callable[[str], str]:
    def lead_of(key: str) -> str:
        now = renamed.get(key, key)
        return into.get(now, now)

    return lead_of


def _write_history(
    gains: Gains,
    master: Side,
    compared: Sequence[Compared],
    combined: Combined,
    chronicles: Mapping[str, Chronicle],
) -> None:
    mine = chronicles[""]
    taken: dict[tuple[int, int], set[str]] = {}
    for (here, label), word in combined.taken.items():
        taken.setdefault((id(word.copy), here), set()).add(label)
    events: dict[str, list[CopiedEvent]] = {}
    for one in compared:
        theirs = chronicles[one.copy.name]
        for there, here in one.pairs.both.items():
            labels = taken.get((id(one.copy), here))
            key, own = master.keys[here], one.copy.keys[there]
            if not labels or own not in one.common.there:
                continue
            moved = set(moved_fields(mine, one.common.here.get(key, [])))
            events.setdefault(key, []).extend(events_of(theirs, one.common.there[own], labels, moved, one.copy.name))
    for key, told in events.items():
        weave(gains.history, mine, key, told)
    for fresh in combined.fresh:
        copy = fresh.source.copy
        gains.history.rows += rows_of_new(chronicles[copy.name], copy.keys[fresh.at], fresh.lead_id, copy.name)
    gains.history.rows.sort(key=lambda row: str(row[0]))
