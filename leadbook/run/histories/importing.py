"""History seeded from a CRM's exports of changes: read, added to what is there, and told of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.starter import add_to
from leadbook.model.counts import counted
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError
from leadbook.model.leads import read_records
from leadbook.model.settings import read_playbook
from leadbook.run.histories.planning import KEYS, Planner, day_of, minute_of
from leadbook.run.histories.shapes import shape_of
from leadbook.run.imports.sources import incoming_tables

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence
    from pathlib import Path

    from leadbook.books.closed import ClosedBook
    from leadbook.books.incoming import TextForm
    from leadbook.model.issues import Issue


class HistoryImport(Struct, frozen=True):
    """What an import of changes did, or would do.

    Parameters
    ----------
    book : str
        File name of the workbook.
    mapping : tuple of (str, str, str)
        Source, header, and what it was read as ("" for not read).
    added, held, unchanged, unknown, leads : int
        Rows added to History; those it had already; rows that say nothing new of their lead; rows of no lead that can
        be told; and leads that got rows.
    first, last : date or None
        Days of the first and the last row added.
    issues : tuple of Issue
        With the line of the file as ``row``.
    notes : tuple of str
    """

    book: str
    mapping: tuple[tuple[str, str, str], ...]
    added: int
    held: int
    unchanged: int
    unknown: int
    leads: int
    first: dt.date | None
    last: dt.date | None
    issues: tuple[Issue, ...]
    notes: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """The result in one line."""
        if not self.added:
            return (
                f"Nothing to add: {counted(self.held, 'row')} in History already, "
                f"{counted(self.unknown, 'row')} of no known lead."
            )
        return (
            f"{counted(self.added, 'row')} added to History for {counted(self.leads, 'lead')}, "
            f"{self.first} to {self.last}; {self.held:,} there already, {self.unknown:,} of no known lead."
        )


def import_history(
    book: ClosedBook, sources: Sequence[Path], today: dt.date, told: Sequence[str], form: TextForm
) -> HistoryImport:
    """Plan an import of changes into a workbook's History; ``book.save()`` carries it out.

    Parameters
    ----------
    book : ClosedBook
    sources : sequence of Path
        CSV or Excel files, or folders of them.
    today : date
        Later changes are left out.
    told : sequence of str
        What columns mean where they are read otherwise; see ``shapes.shape_of``.
    form : TextForm
        Encoding and delimiter of text files.

    Raises
    ------
    InputError
        A file cannot be read or tells of no changes, or the workbook has no leads.

    Notes
    -----
    Each row holds what the file says of that moment; what it does not say is blank, and read as unchanged. Where the
    first change of a column names an old value and the lead has a Created date before it, one more row says what the
    lead was on that day. Rows that stand in History stay, and none is added that stands there already.
    """
    playbook, _ = read_playbook(book.contents)
    records, _ = read_records(book.contents, playbook)
    if records.leads.frame.empty:
        raise InputError(f"{book.contents.name} has no leads yet; import those first: leadbook import FILE --into BOOK")
    tables = [table for table in incoming_tables(sources, book.contents.name, form) if table.n_rows]
    if not tables:
        raise InputError("There is nothing to import: the files hold no rows.")
    planner = Planner(records, playbook, today)
    mapping: list[tuple[str, str, str]] = []
    for table in tables:
        shape = shape_of(table, told)
        mapping += [(table.source, header, meant) for header, meant in shape.described(table)]
        planner.take(table, shape)
    rows = sorted(planner.rows, key=lambda row: (minute_of(row["changed_at"]), str(row["lead_id"])))
    if rows:
        add_to(book, DEFAULT_PLAYBOOK, only=("Settings", "History"))
        book.append_columns(book.table_name("History"), [[row.get(key) for row in rows] for key in KEYS])
    days = [day_of(row["changed_at"]) for row in rows]
    return HistoryImport(
        book=book.contents.name, mapping=tuple(mapping), added=len(rows), held=planner.held,
        unchanged=planner.unchanged, unknown=planner.unknown, leads=len({row["lead_id"] for row in rows}),
        first=min(days, default=None), last=max(days, default=None), issues=tuple(planner.issues),
        notes=tuple(planner.notes),
    )  # fmt: skip
