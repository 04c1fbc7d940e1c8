"""The commands that look at a workbook or a file and leave it as it is: its faults, points, chances and forecast."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.issues import Severity
from leadbook.run.collector import without_collecting
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Sequence

    from leadbook.books.incoming import TextForm
    from leadbook.run.checking import CheckReport
    from leadbook.run.forecasting import ForecastReport
    from leadbook.run.morning import Morning
    from leadbook.run.scoring.book import BookScores
    from leadbook.run.scoring.table import FileScores
    from leadbook.run.team.reviewing import ReviewSummary


@without_collecting()
def check(
    path: str | os.PathLike[str],
    *,
    as_of: dt.date,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    owner: str = "",
    least: Severity = Severity.INFO,
    progress: Callable[[str], None] = silent,
) -> CheckReport:
    """Return every fault in a workbook's data, with its cell; nothing is written.

    Parameters
    ----------
    path : path
        A list of leads that nobody has adopted yet is checked as it stands; ``notes`` say how it was read.
    as_of : date
    select, ignore : sequence of str
        Codes or their beginnings (``LB2``) to keep or to leave out.
    owner : str
        Only issues of this seller's leads; "" for all.
    least : Severity
        The least severity.
    progress : callable

    Raises
    ------
    LeadbookError
        The workbook cannot be read, or there is no such code or owner.
    """
    progress("open")
    from leadbook.run.as_it_stands import read_as_it_is
    from leadbook.run.checking import Wanted, check_book

    contents, notes = read_as_it_is(Path(path))
    report = check_book(contents, as_of, Wanted(select, ignore, least, owner), progress)
    if notes:
        from leadbook.run.buttons import typed

        notes = (*notes, f"To have faults fixed, waived or marked in it, run first: leadbook adopt {typed(Path(path))}")
    return replace(report, notes=(*report.notes, *notes))


def score(path: str | os.PathLike[str], *, as_of: dt.date, progress: Callable[[str], None] = silent) -> BookScores:
    """Return the points and the chance of every lead of a workbook, with the reasons; nothing is written.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm workbook with leads.
    as_of : date
        The day everything is worked out for. What the workbook knows to have come later is taken back, and ``notes``
        say so.
    progress : callable

    Raises
    ------
    LeadbookError
        The workbook cannot be read, or holds no leads.
    """
    progress("open")
    from leadbook.run.as_it_stands import read_as_it_is
    from leadbook.run.scoring.book import score_book

    contents, notes = read_as_it_is(Path(path))
    found = score_book(contents, as_of, progress)
    return replace(found, notes=(*found.notes, *notes))


def score_file(
    path: str | os.PathLike[str],
    *,
    id_column: str,
    outcome_column: str,
    out: str | os.PathLike[str] = "",
    keep: Sequence[str] = (),
    leave_out: Sequence[str] = (),
    form: TextForm | None = None,
    seed: int = 0,
    progress: Callable[[str], None] = silent,
) -> FileScores:
    """Learn from the rows of any file whose outcome is known and return the chance of each row where it is blank.

    Parameters
    ----------
    path : path
        CSV or Excel, in any encoding and with any delimiter.
    id_column : str
        Names the rows; each value stands there once.
    outcome_column : str
        1 or 0, yes or no, won or lost; blank on the rows to foretell.
    out : path
        Where id, win_probability and reasons are written as CSV; "" writes nothing.
    keep, leave_out : sequence of str
        Columns that the leakage guard is overruled about.
    form : TextForm or None
        Encoding and delimiter, where they are not to be worked out.
    seed : int
        Of the chance by which rows are dealt out for checking; the same one gives the same chances.
    progress : callable
        Called with the name of each step before it begins.

    Returns
    -------
    FileScores
        The chance of each row without an outcome, with its reasons, and how well such chances held.

    Raises
    ------
    LeadbookError
        One sentence that says what to do.
    """
    from leadbook.books.incoming import WORKED_OUT
    from leadbook.run.scoring.table import score_file as run

    return run(
        path, id_column=id_column, outcome_column=outcome_column, out=out, keep=keep, leave_out=leave_out,
        form=form or WORKED_OUT, seed=seed, progress=progress,
    )  # fmt: skip


@without_collecting()
def today(
    path: str | os.PathLike[str], *, as_of: dt.date, owner: str = "", progress: Callable[[str], None] = silent
) -> Morning:
    """List what each seller should do today, the warmest lead first; nothing is written.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm workbook with leads.
    as_of : date
        The day everything is worked out for.
    owner : str
        One seller's name, whatever its case; "" lists everybody's leads.
    progress : callable

    Raises
    ------
    LeadbookError
        The workbook cannot be read, holds no leads, or none of that owner.
    """
    progress("open")
    from leadbook.run.as_it_stands import read_as_it_is
    from leadbook.run.morning import list_morning

    contents, notes = read_as_it_is(Path(path))
    return replace(list_morning(contents, as_of, owner, progress), notes=notes)


@without_collecting()
def forecast(
    path: str | os.PathLike[str], *, as_of: dt.date, progress: Callable[[str], None] = silent
) -> ForecastReport:
    """Forecast each coming month and quarter of a workbook; nothing is written.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm workbook with leads.
    as_of : date
        The last day that is known.
    progress : callable

    Returns
    -------
    ForecastReport
        ``forecast.months`` and ``forecast.outlook.months`` go row by row, and so do the quarters.

    Raises
    ------
    LeadbookError
        The workbook cannot be read, or holds no leads.
    """
    progress("open")
    from leadbook.run.as_it_stands import read_as_it_is
    from leadbook.run.forecasting import forecast_book

    contents, notes = read_as_it_is(Path(path))
    report = forecast_book(contents, as_of, progress)
    return replace(report, notes=(*report.notes, *notes))


def backtest(
    path: str | os.PathLike[str], *, as_of: dt.date, progress: Callable[[str], None] = silent
) -> ForecastReport:
    """Try every forecasting method on the workbook's own past; nothing is written.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm workbook with leads and History.
    as_of : date
        The last day that is known.
    progress : callable

    Returns
    -------
    ForecastReport
        ``forecast.outlook.judged`` has each method's WAPE and bias, ``forecast.outlook.track`` what it said when.

    Raises
    ------
    LeadbookError
        The workbook cannot be read, or holds no leads.
    """
    return forecast(path, as_of=as_of, progress=progress)


def review(
    paths: str | os.PathLike[str] | Sequence[str | os.PathLike[str]],
    out: str | os.PathLike[str] = "review.xlsx",
    *,
    as_of: dt.date,
    currency: str = "",
    jobs: int = 0,
    scheduler: str = "",
    cache: bool = True,
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> ReviewSummary:
    """Make one workbook for the sales meeting from many reps' books, which are only read.

    Parameters
    ----------
    paths : path or sequence of paths
        Workbooks, patterns (``team/**/*.xlsx``), folders, or addresses that fsspec knows.
    out : path
        The review: made, or written anew in place with the manager's own sheets untouched.
    as_of : date
        The day everything is worked out for.
    currency : str
        ISO code of the review's money; "" takes the base currency of most books.
    jobs : int
        How many processes study books at once; 0 is one a core. In a script of your own, call ``review`` below
        ``if __name__ == "__main__":``, as for every pool of processes.
    scheduler : str
        Address of a running Dask cluster's scheduler that studies them instead.
    cache : bool
        Whether books that have not changed are taken from the user's cache folder.
    dry_run : bool
        Find out everything and write no workbook.
    progress : callable

    Returns
    -------
    ReviewSummary
        ``summary.sentence`` is the result in one line, ``summary.faults`` what is wrong with some of the books.

    Raises
    ------
    LeadbookError
        No book is found or none can be read, or the review cannot be written; it is then what it was.
    """
    import os

    from leadbook.run.team.cache import Cache
    from leadbook.run.team.mapping import Room
    from leadbook.run.team.reviewing import review_books

    patterns = [paths] if isinstance(paths, (str, os.PathLike)) else list(paths)
    return review_books(
        [os.fspath(pattern) for pattern in patterns], Path(out), as_of, currency=currency, room=Room(jobs, scheduler),
        cache=Cache.of_user() if cache else Cache(None), dry_run=dry_run, progress=progress,
    )  # fmt: skip
