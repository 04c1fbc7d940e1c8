"""Reps' copies into the master: read, compared with the last common state, brought together, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.archived import folded_id
from leadbook.books.book import Plan
from leadbook.books.closed import ClosedBook
from leadbook.model.issues import InputError, LeadbookError
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.sync_codes import CONFLICTS_TABLE
from leadbook.run.syncs.base import TABLE, pack
from leadbook.run.syncs.combining import Combined, Compared, combine, compare
from leadbook.run.syncs.followers import as_content
from leadbook.run.syncs.gone_rows import gone_row_issues
from leadbook.run.syncs.histories import Chronicle
from leadbook.run.syncs.known import copy_state, new_base
from leadbook.run.syncs.prints import row_print, token
from leadbook.run.syncs.report import CopyTold, SyncReport
from leadbook.run.syncs.side import NO_ID, Side, read_side, same_lead
from leadbook.run.syncs.telling import (
    conflict_issue,
    conflicts_of,
    gone_issues,
    issue_of_copy,
    renamed_issue,
    settings_notes,
    shared_issues,
)
from leadbook.run.syncs.writing import Gains, carry_out, gather
from leadbook.sheets.sync import NAME, Names, sync_sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leadbook.model.issues import Issue
    from leadbook.run.syncs.base import Base
    from leadbook.run.syncs.report import Conflict
    from leadbook.sheets.spec import Scalar

_LEAST_ALIKE = 0.5
"""Without a common History, a workbook is a copy when at least half of the leads that share an id are one lead."""


_MOST_ROUNDS = 3
"""A new lead of two copies takes a second round, in which the copies are held against it."""


class _Read(Struct):
    """The copies that could be read, and what is said of the others."""

    compared: list[Compared]
    told: list[CopyTold]
    issues: list[Issue]


@pd.option_context(*TEXT_STORAGE)
def sync_book(
    book: ClosedBook,
    copies: Sequence[Path],
    today: dt.date,
    *,
    dry_run: bool = False,
    add_columns: bool = False,
    progress: Callable[[str], None],
) -> SyncReport:
    """Bring what reps changed in their copies into the master.

    Parameters
    ----------
    book : ClosedBook
        The master, just opened.
    copies : sequence of Path
    today : date
    dry_run : bool
        Plan everything and save nothing.
    add_columns : bool
        Whether columns that only copies have are added to the master's leads.
    progress : callable

    Returns
    -------
    SyncReport

    Raises
    ------
    InputError
        When no copy can be taken.
    LeadbookError
        The master cannot be read, edited safely or written.
    """
    progress("read")
    master = read_side(book, book.path.name)
    read = _read_copies(book.path, copies, master)
    if copies and not read.compared:
        raise InputError(" ".join(issue.message for issue in read.issues))
    progress("compare")
    rounds: list[_Round] = []
    before = master
    while not rounds or (rounds[-1].combined.has_doubles and len(rounds) < _MOST_ROUNDS):
        if rounds:
            before = rounds[-1].after
            read.compared = [compare(before, one.copy) for one in read.compared]
        book, one_round = _go_round(book, before, read, add_columns=add_columns)
        rounds.append(one_round)
    last = rounds[-1]
    base, conflicts = last.base, last.conflicts
    issues = _issues(master, read, rounds, conflicts)
    rows, told = _shown(conflicts), [issue.message for issue in issues if issue.code not in {"LB060", "LB063"}]
    base.told = row_print([*(token(cell) for row in rows for cell in row), *told])
    written = base != master.base or any(not one.plan.is_empty for one in rounds)
    plan = _joined_plan(rounds)
    if written:
        progress("write")
        names = Names(book.sheet_name(NAME), book.table_name(CONFLICTS_TABLE), book.table_name(TABLE))
        book.put_sheets([sync_sheet(names, rows, told, pack(base), "Common state")])
        plan.sheets_added.extend(book.plan.sheets_added)
        plan.sheets_replaced.extend(book.plan.sheets_replaced)
        if not dry_run:
            book.save()
    return _report(master, today, read, rounds, issues=issues, plan=plan, written=written)


class _Round(Struct):
    """The copies held against the master once: what came of it."""

    combined: Combined
    gains: Gains
    conflicts: list[Conflict]
    base: Base
    after: Side
    plan: Plan


def _go_round(book: ClosedBook, master: Side, read: _Read, *, add_columns: bool) -> tuple[ClosedBook, _Round]:
    """Bring in what the copies say beyond the master; return the book to go on from."""
    combined = combine(master, read.compared)
    chronicles = {"": Chronicle(master.records.history)}
    chronicles |= {one.copy.name: Chronicle(one.copy.records.history) for one in read.compared}
    gains = gather(master, read.compared, combined, chronicles, add_columns=add_columns)
    carry_out(book, master, gains)
    plan, after = book.plan, master
    if not plan.is_empty:
        plan = replace(plan, cells=tuple(plan.cells))
        book = book.rebased(book.rendered())
        after = read_side(book, master.name)
    conflicts = conflicts_of(master, after, combined, read.compared, chronicles)
    base = _base_after(after, master, read.compared, combined, gains)
    return book, _Round(combined, gains, conflicts, base, replace(after, base=base), plan)


def _joined_plan(rounds: Sequence[_Round]) -> Plan:
    """Return everything that the rounds ask of the master."""
    joined = Plan(cells=[change for one in rounds for change in one.plan.cells])
    for one in rounds:
        for table, count in one.plan.rows_appended.items():
            joined.rows_appended[table] = joined.rows_appended.get(table, 0) + count
        for table, headers in one.plan.columns_added.items():
            joined.columns_added.setdefault(table, []).extend(headers)
        joined.sheets_added.extend(one.plan.sheets_added)
        joined.notes.extend(one.plan.notes)
    return joined


def _read_copies(path: Path, copies: Sequence[Path], master: Side) -> _Read:
    """Read and compare each copy; one that can't be used is said, and the rest goes on."""
    read = _Read([], [], shared_issues(master, master.name))
    seen = {path.resolve()}
    for one in copies:
        name = _name_of(one, read)
        if one.resolve() in seen:
            is_master = one.resolve() == path.resolve()
            same = (
                "is the master itself: name the reps' copies of it" if is_master else "was given twice: once is enough"
            )
            _leave_out(read, name, f"{name} {same}.")
            continue
        seen.add(one.resolve())
        try:
            copy = read_side(ClosedBook.open(one), name)
        except LeadbookError as failure:
            _leave_out(read, name, f"Nothing was taken from {name}. {failure}")
            continue
        compared = compare(master, copy)
        strange = _strangeness(master, compared)
        if strange:
            _leave_out(read, name, strange)
            continue
        read.compared.append(compared)
        read.issues += shared_issues(copy, name)
    return read


def _name_of(path: Path, read: _Read) -> str:
    """Return a name that tells a copy from the others: its folder's too where two files are called the same."""
    taken = {one.copy.name for one in read.compared} | {told.name for told in read.told}
    return path.name if path.name not in taken else f"{path.parent.name}/{path.name}"


def _leave_out(read: _Read, name: str, said: str) -> None:
    read.told.append(CopyTold(name, "", left_out=said))
    read.issues.append(issue_of_copy(said))


def _strangeness(master: Side, one: Compared) -> str:
    """Return why a workbook is no copy of the master, "" when it is one."""
    copy = one.copy
    if one.known.is_exact and one.known.leads & set(copy.places) & set(master.places):
        return ""
    if one.common.since is not None or not copy.keys or not master.keys:
        return ""
    both = [key for key in copy.places if key in master.places and not key.startswith(NO_ID)]
    alike = sum(same_lead(master, master.places[key], copy, copy.places[key]) for key in both)
    if both and alike >= _LEAST_ALIKE * len(both):
        return ""
    return (
        f"{copy.name} has no History and no leads in common with {master.name}, so it is no copy of it and nothing "
        f"was taken. To bring its leads in as new ones: leadbook import {copy.name} --into {master.name}"
    )


def _issues(master: Side, read: _Read, rounds: Sequence[_Round], conflicts: Sequence[Conflict]) -> list[Issue]:
    table = master.leads.table
    sheet = table.sheet if table is not None else ""
    found = [conflict_issue(conflict, sheet) for conflict in conflicts]
    for key, state in rounds[-1].base.copies.items():
        name = next((one.copy.name for one in read.compared if one.copy.name.casefold() == key), key)
        found += [
            renamed_issue(there, lead_id, name)
            for there, lead_id in state.ids.items()
            if not there.startswith(NO_ID) and there != folded_id(lead_id)
        ]
    for one in read.compared:
        found += gone_issues(rounds[-1].after, one)
        found += gone_row_issues(rounds[-1].after, one)
    return found + read.issues


def _base_after(after: Side, master: Side, compared: Sequence[Compared], combined: Combined, gains: Gains) -> Base:
    """Return the state that the master and each synced copy now know of each other."""
    base = new_base(after, master.base)
    base.rows = gains.seen
    for one in compared:
        copy = one.copy
        ids = {**one.known.ids, **one.ids}
        there = {master.keys[here]: at for at, here in one.pairs.both.items()}
        for fresh in combined.fresh:
            if fresh.source is one:
                there[folded_id(fresh.lead_id)] = fresh.at
        disputed: dict[str, dict[str, int | None]] = {}
        for (here, label), words in combined.disputed.items():
            for word in words:
                if word.copy is copy:
                    disputed.setdefault(label, {})[master.keys[here]] = word.before
        base.copies[copy.name.casefold()] = copy_state(copy, there, base, ids, disputed)
    return base


def _shown(conflicts: Sequence[Conflict]) -> list[tuple[Scalar, ...]]:
    """Return the rows of the sheet's table, one for each copy's word."""
    return [
        (
            conflict.address, conflict.lead_id, conflict.who, conflict.header, as_content(conflict.held),
            as_content(claim.value), claim.copy, claim.owner, claim.when, claim.address,
        )
        for conflict in conflicts
        for claim in conflict.claims
    ]  # fmt: skip


def _report(
    master: Side,
    today: dt.date,
    read: _Read,
    rounds: Sequence[_Round],
    *,
    issues: Sequence[Issue],
    plan: Plan,
    written: bool,
) -> SyncReport:
    changes = [change for one in rounds for change in one.gains.changes]
    newcomers = [newcomer for one in rounds for newcomer in one.gains.newcomers]
    conflicts = rounds[-1].conflicts
    told = [
        CopyTold(
            one.copy.name,
            "the last sync" if one.known.is_exact else f"{one.common.since:%Y-%m-%d}" if one.common.since else "",
            sum(change.copy == one.copy.name for change in changes),
            sum(newcomer.copy == one.copy.name for newcomer in newcomers),
            sum(any(claim.copy == one.copy.name for claim in conflict.claims) for conflict in conflicts),
        )
        for one in read.compared
    ]
    added: dict[str, int] = {}
    for one in rounds:
        counts = {name: len(rows) for name, rows in one.gains.rows.items()} | {"History": len(one.gains.history.rows)}
        for name, count in counts.items():
            added[name] = added.get(name, 0) + count
    notes = [note for one in rounds for note in one.gains.notes]
    notes += [note for one in read.compared for note in settings_notes(master, one.copy)]
    return SyncReport(
        master.name, today, (*told, *read.told), tuple(changes), tuple(newcomers), tuple(conflicts), tuple(issues),
        added, tuple(dict.fromkeys(notes)), plan, written,
    )  # fmt: skip
