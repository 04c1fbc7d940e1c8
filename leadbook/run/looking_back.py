"""The commands about History: what changed since a day, how things stood on one, and seeding it from elsewhere."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.issues import InputError
from leadbook.run.collector import without_collecting
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Sequence

    import pandas as pd

    from leadbook.books.book import Plan
    from leadbook.books.incoming import TextForm
    from leadbook.run.diffing import DiffReport
    from leadbook.run.histories.importing import HistoryImport


def diff(
    path: str | os.PathLike[str],
    *,
    since: dt.date,
    until: dt.date | None = None,
    as_of: dt.date,
    owner: str = "",
    due: str = "",
    out: str | os.PathLike[str] = "",
    progress: Callable[[str], None] = silent,
) -> DiffReport:
    """Return what changed in a workbook's pipeline between the ends of two days; nothing is written.

    Parameters
    ----------
    path : path
    since : date
        Changes on this day are part of where it starts.
    until : date or None
        None, or ``as_of``, is the workbook as it stands, edits since the last refresh included; an earlier day is as
        History had it.
    as_of : date
        Today.
    owner : str
        Only leads that were this seller's on either day; "" for all.
    due : str
        A period such as ``2026-Q4``: the waterfall counts deals due in it; "" counts all open deals.
    out : path
        A new .xlsx workbook for the waterfall as a chart and every change; "" for none. A file that is there already
        is never replaced.
    progress : callable

    Raises
    ------
    LeadbookError
        The workbook cannot be read or holds no leads, the days are in the wrong order, or there is no such owner.
    """
    progress("open")
    from leadbook.run.as_it_stands import read_as_it_is
    from leadbook.run.diffing import diff_book, write_changes

    contents, notes = read_as_it_is(Path(path))
    report = diff_book(contents, as_of, since, until, owner, due, progress)
    if out and not report.difference.why_not:
        progress("write")
        write_changes(report, Path(out))
    return replace(report, notes=notes) if notes else report


def state_on(path: str | os.PathLike[str], day: dt.date, *, as_of: dt.date) -> pd.DataFrame:
    """Return the state of every lead at the end of a day, replayed from History.

    Parameters
    ----------
    path : path
    day : date
        Changes on the day itself count.
    as_of : date
        Today.

    Returns
    -------
    DataFrame, index: lead id
        ``stage``, ``amount`` (the lead's currency), ``close_date``, ``owner``, ``forecast_category``, ``lifecycle``,
        and ``event`` and ``changed_at`` of the last change up to then. Leads that had left by then are absent.

    Raises
    ------
    LeadbookError
        The workbook cannot be read, or the day lies before History begins or has not come yet.
    """
    from leadbook.run.as_it_stands import read_as_it_is
    from leadbook.run.diffing import state_of_book

    return state_of_book(read_as_it_is(Path(path))[0], as_of, day)


@without_collecting()
def import_history(
    sources: Sequence[str | os.PathLike[str]],
    into: str | os.PathLike[str],
    *,
    as_of: dt.date,
    told: Sequence[str] = (),
    dry_run: bool = False,
    form: TextForm | None = None,
    progress: Callable[[str], None] = silent,
) -> tuple[HistoryImport, Plan]:
    """Seed a workbook's History from a CRM's export of changes; importing the same file twice adds nothing.

    Parameters
    ----------
    sources : sequence of path
        CSV or Excel files: one row a change (stage or field history), or a column of dates for each stage.
    into : path
        The workbook that receives them; its leads must be there already.
    as_of : date
        Later changes are left out.
    told : sequence of str
        What columns mean where they are read otherwise, as ``"Edited=Changed At"``.
    dry_run : bool
        Plan everything and write nothing.
    form : TextForm or None
        Encoding and delimiter of text files, where they are not to be worked out.
    progress : callable

    Returns
    -------
    (HistoryImport, Plan)

    Raises
    ------
    LeadbookError
        A file cannot be read or tells of no changes, or the workbook has no leads; it is then what it was.
    """
    progress("open")
    from leadbook.books.closed import ClosedBook
    from leadbook.books.incoming import WORKED_OUT
    from leadbook.run.histories.importing import import_history as plan_import

    if not Path(into).exists():
        raise InputError(f'There is no workbook "{into}". Make it first: leadbook init {into}')
    book = ClosedBook.open(Path(into))
    progress("read")
    summary = plan_import(book, [Path(source) for source in sources], as_of, told, form or WORKED_OUT)
    if not dry_run and not book.plan.is_empty:
        progress("write")
        book.save()
    return summary, book.plan
