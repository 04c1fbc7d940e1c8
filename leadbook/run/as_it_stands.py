"""A workbook read as it stands, for the commands that answer and write nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.history import assign_lead_ids
from leadbook.analysis.score_fit import label_of
from leadbook.books.closed import ClosedBook
from leadbook.model.defaults import DEFAULT_PLAYBOOK
from leadbook.model.issues import InputError
from leadbook.model.leads import read_records
from leadbook.model.locate import find_leads
from leadbook.model.settings import read_playbook
from leadbook.run.examining import check_day, with_lead_ids

if TYPE_CHECKING:
    import datetime as dt
    from pathlib import Path

    from leadbook.model.records import Records
    from leadbook.model.tables import BookContents


def read_as_it_is(path: Path) -> tuple[BookContents, tuple[str, ...]]:
    """Return what a workbook holds; a list nobody has adopted yet is adopted in memory alone.

    Returns
    -------
    (BookContents, tuple of str)
        The second says how such a list was read; it is empty for a workbook that is leadbook's already.

    Raises
    ------
    LeadbookError
        The workbook cannot be read, or nothing in it looks like leads.
    """
    return contents_as_they_are(ClosedBook.open(path))


def contents_as_they_are(book: ClosedBook) -> tuple[BookContents, tuple[str, ...]]:
    """Return what an opened workbook holds, as ``read_as_it_is`` does for a file."""
    contents = book.contents
    playbook, _ = read_playbook(contents)
    try:
        find_leads(contents, playbook)
    except InputError:
        from leadbook.books.adopted import AdoptedBook  # noqa: PLC0415 - few books need it
        from leadbook.run.adoption.adopting import adopt_book  # noqa: PLC0415 - as above

        adopted = AdoptedBook(book.path, book.draft.data)
        adoption = adopt_book(adopted, DEFAULT_PLAYBOOK)
        read = ", ".join(f"{match.header} as {label_of(match.key)}" for match in adoption.mapping.matches if match.key)
        return adopted.contents, (f"The list on sheet {adoption.sheet} was read as it stands: {read}.",)
    return contents, ()


def records_to(contents: BookContents, today: dt.date, purpose: str) -> Records:
    """Return the records of a workbook that holds leads, each with the id that a refresh would give it.

    Parameters
    ----------
    contents : BookContents
    today : date
    purpose : str
        What the leads are read to do, for the sentence: "score", "forecast".

    Raises
    ------
    InputError
        No table holds leads, it holds none, or ``today`` lies outside 1990 to 2199.
    """
    check_day(today)
    playbook, _ = read_playbook(contents)
    records, _ = read_records(contents, playbook)
    if records.leads.frame.empty:
        raise InputError(f"{contents.name} has no leads yet, so there is nothing to {purpose}.")
    new_ids = assign_lead_ids(records.leads, records.history, records.archive, records.activities, records.quote_lines)
    return with_lead_ids(records, new_ids)
