"""Commands that make several leads one, and take that back."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leadbook.model.issues import InputError

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Sequence

    from leadbook.run.merges.merged import Merged
    from leadbook.run.merges.unmerging import Unmerged


def merge(
    path: str | os.PathLike[str], lead_ids: Sequence[str] = (), *, as_of: dt.date, dry_run: bool = False
) -> Merged:
    """Merge leads without refreshing the rest: those given, or those decided on the Duplicates sheet.

    Parameters
    ----------
    path : path
    lead_ids : sequence of str
        The lead that is kept, then those that go into it; none carries out the decisions.
    as_of : date
        The day they are archived.
    dry_run : bool
        Plan everything and write nothing.

    Raises
    ------
    LeadbookError
        A lead is not there, or something stands in the way of the given ones; the file is then what it was.
    """
    from leadbook.analysis.decisions import Decisions, Wanted
    from leadbook.books.closed import ClosedBook
    from leadbook.run.merges.merging import merge as merge_leads
    from leadbook.run.merges.report import merge_decided

    if len(lead_ids) == 1:
        raise InputError(f"Name the lead to keep and at least one to merge into it: {lead_ids[0]} and which other?")
    book = ClosedBook.open(Path(path))
    if lead_ids:
        merged = merge_leads(book, Decisions((Wanted(lead_ids[0], tuple(lead_ids[1:])),)), as_of)
        if merged.faults:
            raise InputError(merged.faults[0].message)
    else:
        merged = merge_decided(book, as_of)
    if merged.steps and not dry_run:
        merged.book.save()
    return merged


def unmerge(
    path: str | os.PathLike[str], merge_ids: Sequence[str], *, as_of: dt.date, dry_run: bool = False
) -> Unmerged:
    """Take merges back: their leads return from the Archive to where they stood.

    Parameters
    ----------
    path : path
    merge_ids : sequence of str
        As the Archive names them, such as ``M-0001``.
    as_of : date
        The day that History gets.
    dry_run : bool
        Plan everything and write nothing.

    Raises
    ------
    LeadbookError
        There is no such merge, or it cannot be taken back; the file is then what it was.
    """
    from leadbook.books.closed import ClosedBook
    from leadbook.run.merges.unmerging import unmerge as take_back

    done = take_back(ClosedBook.open(Path(path)), merge_ids, as_of)
    if not dry_run:
        done.book.save()
    return done
