"""What belongs to leads, table by table: the rows that the copies have beyond the master, new or typed over."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from leadbook.analysis.kept import folded_ids
from leadbook.books.archiving import archived_header
from leadbook.model.cells import is_blank
from leadbook.run.syncs.archives import ArchiveGate, merges_of
from leadbook.run.syncs.base import RowsState
from leadbook.run.syncs.edited_rows import CopyRows, MasterRows, find_edits
from leadbook.run.syncs.followers import (
    ARCHIVE,
    contents_of,
    labels_in,
    new_rows,
    own_columns,
    own_label,
    row_prints,
    table_of,
)
from leadbook.run.syncs.pairing import leading, merged_into
from leadbook.run.syncs.taking_edits import Edits, Spelling

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.records import Typed
    from leadbook.run.syncs.combining import Combined, Compared
    from leadbook.run.syncs.gains import Gains
    from leadbook.run.syncs.side import Side
    from leadbook.sheets.spec import Content

_AS_LEAD = own_label(archived_header("Lead ID"))
"""The Archive's column for the cell that the lead's id stood in."""


def follow(gains: Gains, name: str, master: Side, compared: Sequence[Compared], combined: Combined) -> None:
    """Gather the rows of one table that the copies have beyond the master."""
    into = merged_into([master, *(one.copy for one in compared)])
    known = _known(name, master, compared)
    table_here = table_of(master.records, name)
    own = own_columns(table_here)
    marks = [] if table_here is None else row_prints(table_here, name, lambda key: into.get(key, key), own)
    held = Counter(marks)
    before = dict(held)
    now = Counter(marks)
    seen = {mark: max(known.get(mark, 0), held[mark]) for mark in {*known, *held}}
    edits: Edits | None = None
    if table_here is not None and table_here.table is not None:
        rows = MasterRows(table_here, name, own, marks, leading({}, into))
        edits = Edits(rows, master, combined.owners)
    used = merges_of(master) if name == ARCHIVE else set()
    for one in compared:
        table = table_of(one.copy.records, name)
        if table is None or table.table is None:
            continue
        if table_here is not None:
            _lacking(gains, name, table_here, one, table)
        lead_of = leading(one.lead_of(master), into)
        spelling = Spelling(master, one, into)
        fresh, came = new_rows(table, name, lead_of, own, held=held, before=before, known=known)
        state = gains.rows_known.setdefault(one.copy.name, {})[name] = _state(one, name, came)
        rows_there = CopyRows(
            one.copy.name, table, lead_of, fresh, one.rows_made_with(name), came, one.rows_known(name).edited
        )
        aside = _set_aside(edits, one, rows_there, spelling) if edits is not None else set()
        kept = rows_there.kept if edits is not None else {}
        state.edited |= {mark: entry for mark, entry in kept.items() if came[mark] and not seen.get(mark)}
        gate = ArchiveGate(master, one, used, combined.new_ids) if name == ARCHIVE else None
        for at, mark in fresh:
            if at in aside or (gate is not None and not _let_in(gains, gate, table, at)):
                came[mark] -= 1
                continue
            gains.rows.setdefault(name, []).append(_content(table, at, spelling, gate))
            now[mark] += 1
        for mark, count in came.items():
            held[mark] = max(held[mark], count)
            seen[mark] = max(seen.get(mark, 0), count)
    if edits is not None:
        for was, mark in edits.resolve(gains):
            now[was] -= 1
            now[mark] += 1
            seen[mark] = max(seen.get(mark, 0), 1)
    gains.seen[name] = {mark: count for mark, count in seen.items() if count > 0}
    gains.gone[name] = dict(Counter(gains.seen[name]) - now)


def _set_aside(edits: Edits, one: Compared, given: CopyRows, spelling: Spelling) -> set[int]:
    """Find the rows that a copy typed over, and return the places of all that are no new ones."""
    found, settled = find_edits(edits.rows, given)
    edits.add(found, one, given.table, spelling)
    return settled | {edit.at for edit in found}


def _known(name: str, master: Side, compared: Sequence[Compared]) -> dict[str, int]:
    """Return how often each row was ever seen: what the master has deleted since does not come back."""
    found = dict(master.base.rows.get(name, {})) if master.base is not None else {}
    for one in compared:
        for mark, count in (one.copy.base.rows.get(name, {}) if one.copy.base is not None else {}).items():
            found[mark] = max(found.get(mark, 0), count)
    return found


def _state(one: Compared, name: str, came: Counter[str]) -> RowsState:
    """Return in what a copy's rows differ from those of the base it carries."""
    base = one.copy.base
    if base is None or name not in base.rows:
        return RowsState()
    carried = base.present(name)
    return RowsState(dict(came - carried), dict(carried - came))


def _let_in(gains: Gains, gate: ArchiveGate, table: Typed, at: int) -> bool:
    """Tell whether a row of a copy's Archive comes over; what it says otherwise than the master's is said."""
    key = folded_ids(table)[at]
    if gate.lets_in(key):
        gains.archive_columns |= labels_in(table)
        gains.archived.append((gate.one.copy.name, key, gate.id_of(key, str(table.frame["lead_id"].iloc[at]))))
        return True
    issue = gate.issue_of_double(table, at, key)
    if issue is not None:
        gains.issues.append(issue)
    return False


def _content(table: Typed, at: int, spelling: Spelling, gate: ArchiveGate | None) -> dict[str, Content]:
    """Return a row as the master gets it."""
    content = contents_of(table, int(table.frame.index[at]))
    if gate is not None:
        content["merge_id"] = gate.merge_of(content.get("merge_id"))
        renamed = gate.one.ids.get(folded_ids(table)[at])
        content |= dict.fromkeys(content.keys() & {"lead_id", _AS_LEAD}, renamed) if renamed else {}
    else:
        content["lead_id"] = spelling(content.get("lead_id"))
    return content


def _lacking(gains: Gains, name: str, here: Typed, one: Compared, table: Typed) -> None:
    """Say which columns of a copy's table the master's has not; its Archive gets them with the rows."""
    have = set(labels_in(here))
    for label, header in labels_in(table).items():
        cells = table.raw[label] if label in table.raw.columns else table.extra[header]
        filled = sum(not is_blank(cell) for cell in cells.tolist()) if label not in have and name != ARCHIVE else 0
        if filled and here.table is not None:
            gains.notes.append(
                f"The master's {here.table.name} has no column {header}, as {one.copy.name} does ({filled:,} filled "
                f"{'cell' if filled == 1 else 'cells'}); it was left out. Add the column to the master, and sync again."
            )
