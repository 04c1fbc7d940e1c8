"""The columns leadbook writes in a team's table of leads, added at its right end where they are missing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.columns import OURS_SUFFIX, OWNED_LEAD_COLUMNS, WHEN_NEEDED, column

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.book import Book
    from leadbook.model.columns import Column
    from leadbook.model.records import Typed


USUAL = (column("Leads", "lead_id"), *(ours for ours in OWNED_LEAD_COLUMNS if ours.key not in WHEN_NEEDED))


def add_missing_columns(book: Book, leads: Typed, wanted: Sequence[Column] = USUAL) -> Typed:
    """Plan the owned columns that a table of leads lacks, and Lead ID where it has none.

    Without its id in the workbook a lead would be a new one on each refresh, and History would know nothing.

    Parameters
    ----------
    book : Book
    leads : Typed
        As it was read.
    wanted : sequence of Column
        Out of the owned ones and Lead ID.

    Returns
    -------
    Typed
        ``leads`` with the headers that the new columns get; one that the seller uses already is followed by
        " (leadbook)".

    Raises
    ------
    BookRefusedError
        There is no room beside the table, or its sheet is protected.
    """
    missing = [ours for ours in wanted if ours.key not in leads.places]
    if not missing or leads.table is None:
        return leads
    taken = {" ".join(header.split()).casefold() for header in leads.table.headers}
    named = [
        replace(ours, header=ours.header + OURS_SUFFIX) if ours.header.casefold() in taken else ours for ours in missing
    ]
    book.add_columns(leads.table.name, named)
    headers = {ours.key: given.header for ours, given in zip(missing, named, strict=True)}
    return replace(leads, headers={**leads.headers, **headers})
