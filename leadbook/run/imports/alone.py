"""Activities imported without their leads: tied to the leads that the workbook has."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text, is_blank
from leadbook.model.mapping import HeaderMatch, Mapping
from leadbook.run.imports.activities import Events, add_activities
from leadbook.run.imports.logs import log_columns, meanings
from leadbook.run.imports.matches import merged_away
from leadbook.run.imports.standing import Standing
from leadbook.run.imports.summary import ImportSummary
from leadbook.run.imports.tying import LeadFinder

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.books.book import Book
    from leadbook.books.incoming import IncomingTable
    from leadbook.model.mapping_cells import Value
    from leadbook.model.records import Records


def import_logs(book: Book, tables: Sequence[IncomingTable], records: Records, today: dt.date) -> ImportSummary:
    """Plan an import of activities alone; leads are neither added nor changed.

    Parameters
    ----------
    tables : sequence of IncomingTable
        Those of which ``logs.is_log`` holds.
    today : date
        Events after it are plans, no activities.
    """
    standing = Standing(records.leads, records.playbook)
    finder = LeadFinder(standing, merged_away(records))
    held = standing.column(key="lead_id")
    events: list[Events] = []
    notes: list[str] = []
    for table in tables:
        columns = log_columns(table)
        found, several = finder.places(table)
        leads: list[Value] = [None if at is None or is_blank(held[at]) else cell_text(held[at]) for at in found]
        nameless = sum(at is not None and lead is None for at, lead in zip(found, leads, strict=True))
        events.append(Events(table, columns, {}, leads, "of no lead that can be told in the workbook"))
        notes.append(f"{table.source}: Read as a list of activities, not of leads.")
        if several:
            rows = "1 row fits" if several == 1 else f"{several:,} rows fit"
            notes.append(f"{table.source}: {rows} several leads; name the deal or the Lead ID to tell which.")
        if nameless:
            rows = "1 row belongs" if nameless == 1 else f"{nameless:,} rows belong"
            notes.append(
                f"{table.source}: {rows} to leads that have no Lead ID yet; run `leadbook refresh` and import again."
            )
    added, told = add_activities(book, events, records, today)
    first = tables[0]
    known = meanings(first)
    matches = [HeaderMatch(header, known.get(header), "alias" if header in known else "") for header in first.headers]
    mapping = Mapping("Activities", tuple(matches))
    return ImportSummary(
        added=0, updated=0, unchanged=0, filled=0, conflicts=(), mapping=mapping, activities_added=added,
        notes=(*notes, *told), issues=tuple(issue for table in tables for issue in table.issues),
    )  # fmt: skip
