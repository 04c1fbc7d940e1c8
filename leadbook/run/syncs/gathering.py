"""What a sync brings into the master, worked out before anything is written: cells, new leads, rows and History."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.archived import folded_id
from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.run.syncs.followers import FOLLOWING, as_content
from leadbook.run.syncs.following import follow
from leadbook.run.syncs.gains import Gains
from leadbook.run.syncs.histories import Chronicle, CopiedEvent, events_of, moved_fields, rows_of_new, weave
from leadbook.run.syncs.new_columns import as_column, fill_added, label_of, lacking_columns, offers
from leadbook.run.syncs.report import Change, Newcomer
from leadbook.run.syncs.settings_differences import added_rows
from leadbook.run.syncs.side import NO_ID

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.run.syncs.combining import Combined, Compared
    from leadbook.run.syncs.side import Side
    from leadbook.sheets.spec import Content


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
    lacking = lacking_columns(master, compared)
    if add_columns:
        gains.columns = tuple(as_column(label, header) for label, header in lacking.items())
        fill_added(gains, master, compared, lacking)
    _append_leads(gains, master, combined)
    for name in FOLLOWING:
        follow(gains, name, master, compared, combined)
    gains.listed = added_rows(master, compared)
    _write_history(gains, master, compared, combined, chronicles)
    gains.notes += offers(compared, lacking, added=add_columns)
    return gains


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
    added = {column.header: label_of(column) for column in gains.columns}
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
    for name, key, lead_id in gains.archived:
        if not mine.lines(folded_id(lead_id)):
            gains.history.rows += rows_of_new(chronicles[name], key, lead_id, name)
    gains.history.rows.sort(key=lambda row: str(row[0]))
