"""Reps' copies into the master: read, compared with the last common state, brought together, remembered."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from leadbook.analysis.archived import folded_id
from leadbook.model.issues import InputError
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.sync_codes import CONFLICTS_TABLE
from leadbook.run.syncs.base import TABLE, pack
from leadbook.run.syncs.combining import compare
from leadbook.run.syncs.copies import read_copies
from leadbook.run.syncs.followers import as_content
from leadbook.run.syncs.gone_rows import gone_row_issues
from leadbook.run.syncs.prints import row_print, token
from leadbook.run.syncs.protection import refuse_protected_state
from leadbook.run.syncs.reading import read_side
from leadbook.run.syncs.report import CopyTold, SyncReport
from leadbook.run.syncs.rounds import go_round, joined_plan
from leadbook.run.syncs.settings_differences import difference_issue, settings_differences
from leadbook.run.syncs.side import NO_ID, Side
from leadbook.run.syncs.telling import (
    conflict_issue,
    decision_notes,
    gone_issues,
    other_tables_notes,
    renamed_issue,
)
from leadbook.sheets.sync import NAME, Names, sync_sheet

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leadbook.books.book import Plan
    from leadbook.books.closed import ClosedBook
    from leadbook.model.issues import Issue
    from leadbook.run.syncs.copies import ReadCopies
    from leadbook.run.syncs.report import Conflict
    from leadbook.run.syncs.rounds import Round
    from leadbook.sheets.spec import Scalar

_LEAST_ALIKE = 0.5
"""Without a common History, a workbook is a copy when at least half of the leads that share an id are one lead."""


_MOST_ROUNDS = 3
"""A new lead of two copies takes a second round, in which the copies are held against it."""


@pd.option_context(*TEXT_STORAGE)
def sync_book(
    book: ClosedBook,
    copies: Sequence[Path],
    today: dt.date,
    *,
    dry_run: bool = False,
    add_columns: bool = False,
    owner_wins: bool = False,
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
    owner_wins : bool
        Whether a cell in conflict takes the value of the copy that belongs to the lead's owner.
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
    read = read_copies(book.path, copies, master)
    if copies and not read.compared:
        raise InputError("\n".join(issue.message for issue in read.issues))
    progress("compare")
    rounds: list[Round] = []
    before = master
    while not rounds or (rounds[-1].combined.has_doubles and len(rounds) < _MOST_ROUNDS):
        if rounds:
            before = rounds[-1].after
            read.compared = [compare(before, one.copy) for one in read.compared]
        book, one_round = go_round(book, before, read, add_columns=add_columns, owner_wins=owner_wins)
        rounds.append(one_round)
    last = rounds[-1]
    base, conflicts = last.base, last.conflicts
    differences = settings_differences(last.after, read.compared)
    issues = [*_issues(read, rounds, conflicts), *map(difference_issue, differences)]
    rows = _shown([*conflicts, *differences])
    told = [issue.message for issue in issues if issue.code not in {"LB060", "LB063", "LB065"}]
    base.told = row_print([*(token(cell) for row in rows for cell in row), *sorted(told)])
    base.day = master.base.day if master.base is not None else ""
    if base != master.base:
        base.day = today.isoformat()
    written = base != master.base or any(not one.plan.is_empty for one in rounds)
    plan = joined_plan(rounds)
    if written:
        progress("write")
        options = master.records.playbook.options
        refuse_protected_state(book, book.sheet_name(NAME), allowed=options.owned_writes_on_protected)
        names = Names(book.sheet_name(NAME), book.table_name(CONFLICTS_TABLE), book.table_name(TABLE))
        book.put_sheets([sync_sheet(names, rows, told, pack(base), "Common state")])
        plan.sheets_added.extend(book.plan.sheets_added)
        plan.sheets_replaced.extend(book.plan.sheets_replaced)
        if not dry_run:
            book.save()
    return _report(master, today, read, rounds, differences=differences, issues=issues, plan=plan, written=written)


def _issues(read: ReadCopies, rounds: Sequence[Round], conflicts: Sequence[Conflict]) -> list[Issue]:
    found = [conflict_issue(conflict) for conflict in conflicts]
    for key, state in rounds[-1].base.copies.items():
        name = next((one.copy.name for one in read.compared if one.copy.name.casefold() == key), key)
        found += [
            renamed_issue(there, lead_id, name)
            for there, lead_id in state.ids.items()
            if not there.startswith(NO_ID) and there != folded_id(lead_id)
        ]
    won = [issue for one in rounds for issue in one.gains.won]
    for one in read.compared:
        found += gone_issues(rounds[-1].after, one)
        found += gone_row_issues(rounds[-1].after, one)
    return found + [issue for one in rounds[-1:] for issue in one.gains.issues] + won + read.issues


def _shown(conflicts: Sequence[Conflict]) -> list[tuple[Scalar, ...]]:
    """Return the rows of the sheet's table, one for each copy's word."""
    return [
        (
            conflict.address, conflict.lead_id, conflict.who, conflict.header, as_content(conflict.held),
            as_content(claim.value), claim.copy, claim.owner, claim.when, claim.address,
        )
        for conflict in conflicts
        for claim in sorted(conflict.claims, key=lambda claim: claim.copy.casefold())
    ]  # fmt: skip


def _report(
    master: Side,
    today: dt.date,
    read: ReadCopies,
    rounds: Sequence[Round],
    *,
    differences: Sequence[Conflict],
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
        counts = {name: len(rows) for name, rows in {**one.gains.rows, **one.gains.listed}.items()}
        counts["History"] = len(one.gains.history.rows)
        for name, count in counts.items():
            added[name] = added.get(name, 0) + count
    notes = [note for one in rounds for note in one.gains.notes]
    notes += [note for one in rounds if one.combined.owners is not None for note in one.combined.owners.notes()]
    for compared in read.compared:
        notes += other_tables_notes(master, compared.copy) + decision_notes(master, compared.copy)
    return SyncReport(
        master.name, today, (*told, *read.told), tuple(changes), tuple(newcomers), tuple(conflicts), tuple(differences),
        tuple(issues),
        added, tuple(dict.fromkeys(notes)), plan, written,
    )  # fmt: skip
