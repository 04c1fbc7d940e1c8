"""The copies held against the master once: what they bring is carried out, and what both know after it."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from leadbook.analysis.archived import folded_id
from leadbook.books.book import Plan
from leadbook.run.syncs.combining import Combined, Compared, combine
from leadbook.run.syncs.gathering import gather
from leadbook.run.syncs.histories import Chronicle
from leadbook.run.syncs.known import copy_state, new_base
from leadbook.run.syncs.owners import find_owners
from leadbook.run.syncs.reading import read_side
from leadbook.run.syncs.telling import conflicts_of, won_issue
from leadbook.run.syncs.writing import carry_out

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.closed import ClosedBook
    from leadbook.run.syncs.base import Base
    from leadbook.run.syncs.copies import ReadCopies
    from leadbook.run.syncs.gains import Gains
    from leadbook.run.syncs.report import Conflict
    from leadbook.run.syncs.side import Side


class Round(Struct):
    """The copies held against the master once: what came of it."""

    combined: Combined
    gains: Gains
    conflicts: list[Conflict]
    base: Base
    after: Side
    plan: Plan


def go_round(
    book: ClosedBook, master: Side, read: ReadCopies, *, add_columns: bool, owner_wins: bool
) -> tuple[ClosedBook, Round]:
    """Bring in what the copies say beyond the master; return the book to go on from."""
    owners = find_owners(master, read.compared) if owner_wins else None
    combined = combine(master, read.compared, owners)
    chronicles = {"": Chronicle(master.records.history)}
    chronicles |= {one.copy.name: Chronicle(one.copy.records.history) for one in read.compared}
    gains = gather(master, read.compared, combined, chronicles, add_columns=add_columns)
    carry_out(book, master, gains)
    plan, after = book.plan, master
    if not plan.is_empty:
        plan = replace(plan, cells=tuple(plan.cells))
        earlier, book = book, book.rebased(book.rendered())
        earlier.let_go()
        gc.collect()  # as for the copies
        after = read_side(book, master.name, like=master)
    conflicts = [*conflicts_of(master, after, combined.disputed, read.compared, chronicles), *gains.conflicts]
    won = conflicts_of(master, after, combined.won, read.compared, chronicles)
    gains.won += [
        won_issue(conflict, combined.taken[place].copy.name, master.cell("owner", place[0]))
        for place, conflict in zip(combined.won, won, strict=True)
    ]
    base = _base_after(after, master, read.compared, combined, gains)
    return book, Round(combined, gains, conflicts, base, replace(after, base=base), plan)


def joined_plan(rounds: Sequence[Round]) -> Plan:
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


def _base_after(after: Side, master: Side, compared: Sequence[Compared], combined: Combined, gains: Gains) -> Base:
    """Return the state that the master and each synced copy now know of each other."""
    base = new_base(after, master.base)
    base.rows, base.gone = gains.seen, gains.gone
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
        rows = gains.rows_known.get(copy.name, {})
        base.copies[copy.name.casefold()] = copy_state(copy, there, base, ids, disputed=disputed, rows=rows)
    return base
