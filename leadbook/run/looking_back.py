"""The commands that look back through History: what changed since a day, and how things stood on one."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable

    import pandas as pd

    from leadbook.run.diffing import DiffReport


def diff(
    path: str | os.PathLike[str],
    *,
    since: dt.date,
    until: dt.date | None = None,
    as_of: dt.date,
    owner: str = "",
    due: str = "",
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
    progress : callable

    Raises
    ------
    LeadbookError
        The workbook cannot be read or holds no leads, the days are in the wrong order, or there is no such owner.
    """
    progress("open")
    from leadbook.run.as_it_stands import read_as_it_is
    from leadbook.run.diffing import diff_book

    contents, notes = read_as_it_is(Path(path))
    report = diff_book(contents, as_of, since, until, owner, due, progress)
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
