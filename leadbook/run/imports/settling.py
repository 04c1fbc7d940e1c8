"""An import gone on with until importing the same files once more would change nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.books.book import Plan
from leadbook.model.settings import read_playbook
from leadbook.run.imports.importing import import_files

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from leadbook.books.closed import ClosedBook
    from leadbook.run.imports.importing import Wishes
    from leadbook.run.imports.summary import ImportSummary

#: Each round gives a row its own lead or fills a cell, and three rounds have always been enough.
MOST_ROUNDS = 6


def import_until_settled(
    book: ClosedBook, sources: Sequence[Path], today: dt.date, wishes: Wishes
) -> tuple[ClosedBook, Plan, ImportSummary]:
    """Plan an import, and what importing the same files again would change on top of it.

    Parameters
    ----------
    book, sources, today, wishes
        As for ``importing.import_files``.

    Returns
    -------
    (ClosedBook, Plan, ImportSummary)
        The book to save, and what the rounds together will do.

    Notes
    -----
    A row that several leads could be is given to the one it agrees with best. What the import fills in can make
    another lead agree better, so that the next import of the same file would give the row to that one. Only where
    the summary says so, and something changed, is there a second round; other rows would find the same leads.
    """
    summary = import_files(book, sources, read_playbook(book.contents)[0], today, wishes)
    plan = book.plan
    latest = summary
    for _ in range(MOST_ROUNDS):
        if not latest.contested or not (latest.added or latest.updated):
            break
        book = book.rebased(book.rendered())
        latest = import_files(book, sources, read_playbook(book.contents)[0], today, wishes)
        plan, summary = _plans(plan, book.plan), _summaries(summary, latest)
    return book, plan, summary


def _plans(one: Plan, other: Plan) -> Plan:
    appended = {
        table: one.rows_appended.get(table, 0) + other.rows_appended.get(table, 0)
        for table in {**one.rows_appended, **other.rows_appended}
    }
    columns = {
        table: [*one.columns_added.get(table, ()), *other.columns_added.get(table, ())]
        for table in {**one.columns_added, **other.columns_added}
    }
    return Plan(
        [*one.cells, *other.cells],
        [*one.sheets_added, *other.sheets_added],
        [*one.sheets_replaced, *other.sheets_replaced],
        appended,
        columns,
        list(dict.fromkeys([*one.notes, *other.notes])),
        [*one.steps, *other.steps],
    )


def _summaries(one: ImportSummary, other: ImportSummary) -> ImportSummary:
    rows = one.added + one.updated + one.unchanged
    added = min(one.added + other.added, rows)
    updated = min(one.updated + other.updated, rows - added)
    return replace(
        other,
        added=added,
        updated=updated,
        unchanged=rows - added - updated,
        filled=one.filled + other.filled,
        overwritten=one.overwritten + other.overwritten,
        columns_added=(*one.columns_added, *other.columns_added),
        activities_added=one.activities_added + other.activities_added,
        quote_lines_added=one.quote_lines_added + other.quote_lines_added,
        products_added=one.products_added + other.products_added,
        reps_added=one.reps_added + other.reps_added,
        notes=tuple(dict.fromkeys([*one.notes, *other.notes])),
        added_leads=(*one.added_leads, *other.added_leads),
        lookalikes=(*one.lookalikes, *other.lookalikes),
        mapping=one.mapping,
        matched_by=one.matched_by,
    )
