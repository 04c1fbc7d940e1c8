"""The commands, for Python: each takes a path and the day, opens the workbook and does one thing."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

from leadbook.model.issues import InputError, Severity
from leadbook.model.shipped import shipped
from leadbook.run.buttons import add_buttons as buttons
from leadbook.run.collector import without_collecting
from leadbook.run.looking_back import diff, import_history, state_on
from leadbook.run.progress import silent
from leadbook.run.receiving import adopt, import_files, init, init_into, sync
from leadbook.run.reviewing import backtest, check, forecast, review, score, score_file, today
from leadbook.run.uniting import merge, unmerge

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Sequence

    from leadbook.run.checking import CheckReport
    from leadbook.run.doctor.findings import Report
    from leadbook.run.proposing.report import Proposed
    from leadbook.run.refresh import Summary

__all__ = [
    "SAMPLE_DAY", "adopt", "backtest", "buttons", "check", "demo", "diff", "doctor", "fix", "forecast", "import_files",
    "import_history", "init", "init_into", "merge", "propose", "refresh", "review", "score", "score_file", "state_on",
    "sync", "today", "undo", "unmerge",
]  # fmt: skip

#: The day the shipped sample's story ends; the demo is refreshed as of it, so that it never looks abandoned.
SAMPLE_DAY = dt.date(2026, 11, 20)


@without_collecting()
def refresh(
    path: str | os.PathLike[str],
    *,
    as_of: dt.date,
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> Summary:
    """Refresh a workbook in place: owned columns, generated sheets and History, and nothing else.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm workbook with a table of leads.
    as_of : date
        The day everything is worked out for.
    dry_run : bool
        Plan everything and write nothing.
    progress : callable
        Called with the name of each step before it begins.

    Returns
    -------
    Summary
        ``summary.sentence`` is the result in one line, ``summary.plan`` every change.

    Raises
    ------
    LeadbookError
        One sentence that says what to do; the file is then what it was.
    """
    progress("open")
    from leadbook.books.closed import ClosedBook
    from leadbook.books.starter import add_to
    from leadbook.model.defaults import DEFAULT_PLAYBOOK
    from leadbook.model.locate import find_leads
    from leadbook.model.settings import read_playbook
    from leadbook.run.merges.report import merge_decided
    from leadbook.run.refresh import refresh_book

    book = ClosedBook.open(Path(path))
    find_leads(book.contents, read_playbook(book.contents)[0])  # refuses, before tables of ours are added
    merged = merge_decided(book, as_of)
    book = merged.book
    add_to(book, DEFAULT_PLAYBOOK, only=("Settings", "History"))
    return refresh_book(book, as_of, dry_run=dry_run, progress=progress, merged=merged)


@without_collecting()
def fix(
    path: str | os.PathLike[str],
    *,
    as_of: dt.date,
    unsafe: bool = False,
    dry_run: bool = False,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    owner: str = "",
    least: Severity = Severity.INFO,
    progress: Callable[[str], None] = silent,
) -> CheckReport:
    """Apply the fixes of ``check``'s issues to the seller's cells, and return what is left.

    Parameters
    ----------
    path : path
    as_of : date
    unsafe : bool
        Whether fixes that need a second look are applied too.
    dry_run : bool
        Plan everything and write nothing.
    select, ignore, owner, least, progress
        As for ``check``; only issues that are wanted are fixed.

    Returns
    -------
    CheckReport
        ``fixed`` is every cell with what it held, ``issues`` what is left after that.

    Raises
    ------
    LeadbookError
        One sentence that says what to do; the file is then what it was.
    """
    progress("open")
    from leadbook.books.closed import ClosedBook
    from leadbook.run.checking import Wanted, fix_book

    book = ClosedBook.open(Path(path))
    wanted = Wanted(select, ignore, least, owner)
    return fix_book(book, as_of, wanted, unsafe=unsafe, dry_run=dry_run, progress=progress)


def demo(folder: str | os.PathLike[str], *, progress: Callable[[str], None] = silent) -> tuple[Path, Summary]:
    """Copy the sample workbook into a folder and refresh it as of the day its story ends.

    Parameters
    ----------
    folder : path
        One that is there.
    progress : callable

    Returns
    -------
    Path
        The workbook.
    Summary
        What the refresh found.

    Raises
    ------
    LeadbookError
        There is no such folder, it cannot be written, or it holds a sample.xlsx already.
    """
    from leadbook.books.saving import write_new

    target = Path(folder) / "sample.xlsx"
    if target.exists():
        raise InputError(f"{target.name} is already in this folder. Move or rename it and run the demo again.")
    if not target.parent.is_dir():
        raise InputError(f'There is no folder "{folder}". Make it first, or leave it out to use the current one.')
    write_new(target, shipped("workbooks", "sample.xlsx").read_bytes())
    return target, refresh(target, as_of=SAMPLE_DAY, progress=progress)


def undo(path: str | os.PathLike[str]) -> Path:
    """Put back the workbook as it was before leadbook last wrote to it.

    Parameters
    ----------
    path : path
        The workbook. Each further call goes one version further back.

    Returns
    -------
    Path
        Where the version that was taken away is kept.

    Raises
    ------
    LeadbookError
        There is no backup, the workbook is open in Excel, or it cannot be written; it is then what it was.
    """
    from leadbook.books.backups import undo as put_back

    return put_back(Path(path))


@without_collecting()
def propose(
    path: str | os.PathLike[str],
    lead_ids: Sequence[str] = (),
    *,
    as_of: dt.date,
    stage: str = "",
    owner: str = "",
    out: str | os.PathLike[str] | None = None,
    template: str | os.PathLike[str] | None = None,
    page: bool = False,
    pdf: bool = False,
    locale: str = "",
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> Proposed:
    """Write a proposal for each of some leads as a Word file, and log them in the workbook's Proposals table.

    Parameters
    ----------
    path : path
    lead_ids : sequence of str
        The leads; none takes those of the stage and the owner.
    as_of : date
        The day that the proposals bear.
    stage, owner : str
        Only leads in this stage, or of this owner; "" for any.
    out : path or None
        The folder for the documents; None takes ``Proposals`` beside the workbook.
    template : path or None
        A Word template (or a page, with ``page``) instead of the team's or the shipped one.
    page, pdf : bool
        Whether the same is written as an HTML page, and as a PDF.
    locale : str
        By which amounts and days are written, such as ``de_DE``; "" takes what each offer says.
    dry_run : bool
        Fill in everything and write nothing.
    progress : callable
        Called with the name of each step before it begins.

    Returns
    -------
    Proposed
        ``sentence`` is the result in one line, ``written`` and ``left_out`` what became of each lead.

    Raises
    ------
    LeadbookError
        Nothing could be written at all; workbook and folder are then what they were.
    """
    progress("open")
    from leadbook.run.proposing.closed import propose_closed
    from leadbook.run.proposing.filling import Kinds
    from leadbook.run.proposing.proposing import Wanted

    kinds = Kinds(page, pdf, None if template is None else Path(template))
    wanted = Wanted(tuple(lead_ids), stage, owner, (), locale, kinds)
    folder = None if out is None else Path(out)
    return propose_closed(Path(path), wanted, as_of, folder, dry_run=dry_run, progress=progress)


def doctor(path: str | os.PathLike[str] | None = None) -> Report:
    """Look for what keeps a workbook's buttons from working on this computer, and change nothing.

    Parameters
    ----------
    path : path or None
        None looks at the computer alone.

    Returns
    -------
    Report
        ``findings`` in the order in which to put them right, ``next_step`` the one thing to do next.

    Raises
    ------
    LeadbookError
        When the workbook cannot be read.
    """
    from leadbook.run.doctor.examining import examine

    return examine(None if path is None else Path(path))
