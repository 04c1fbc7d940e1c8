"""The commands by which leads get in: a new workbook, sheets in another, a team's tracker, exported files."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leadbook.model.issues import InputError
from leadbook.run.collector import without_collecting
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    import os
    from collections.abc import Callable, Sequence

    from leadbook.books.book import Plan
    from leadbook.run.adoption.adopting import Adoption
    from leadbook.run.imports.importing import ImportSummary, Wishes
    from leadbook.run.syncs.report import SyncReport


def init(path: str | os.PathLike[str], *, python: str = "") -> Path:
    """Write a new, empty workbook with every table and sheet; an existing file is never overwritten.

    Parameters
    ----------
    path : path
        One that ends in .xlsm gets buttons.
    python : str
        For the buttons: the full path of Python on the computer with Excel; "" takes the one at work.

    Raises
    ------
    LeadbookError
        There is such a file, its name ends otherwise, or its folder cannot be written.
    """
    from leadbook.books.saving import write_new
    from leadbook.books.starter import starter_bytes
    from leadbook.model.defaults import DEFAULT_PLAYBOOK

    target = Path(path)
    if target.suffix.casefold() == ".xlsm":
        from leadbook.run.buttons import init_with_buttons

        return init_with_buttons(target, python)
    if python:
        raise InputError(f'"{target.name}" gets no buttons, so it needs no Python: let its name end in .xlsm.')
    if target.suffix.casefold() != ".xlsx":
        raise InputError(
            f'"{target.name}" should end in .xlsx, or in .xlsm for one with buttons, such as '
            f'"{target.stem or "leads"}.xlsx".'
        )
    write_new(target, starter_bytes(DEFAULT_PLAYBOOK))
    return target


def init_into(path: str | os.PathLike[str], *, dry_run: bool = False) -> Plan:
    """Add leadbook's tables and sheets to a workbook that exists, losing nothing in it.

    Parameters
    ----------
    path : path
        An .xlsx or .xlsm workbook.
    dry_run : bool
        Plan everything and write nothing.

    Returns
    -------
    Plan
        Every cell that was, or would be, written.

    Raises
    ------
    LeadbookError
        The workbook cannot be read, edited or written; it is then what it was.
    """
    from leadbook.books.closed import ClosedBook
    from leadbook.books.starter import add_to
    from leadbook.model.defaults import DEFAULT_PLAYBOOK

    book = ClosedBook.open(Path(path))
    add_to(book, DEFAULT_PLAYBOOK)
    if not dry_run:
        book.save()
    return book.plan


def import_files(
    sources: Sequence[str | os.PathLike[str]],
    into: str | os.PathLike[str],
    *,
    as_of: dt.date,
    dry_run: bool = False,
    wishes: Wishes | None = None,
    progress: Callable[[str], None] = silent,
) -> tuple[ImportSummary, Plan]:
    """Add the leads of CSV or Excel files (or a folder of them) to a workbook, updating those it knows.

    Parameters
    ----------
    sources : sequence of path
        Files that belong together; the others are joined to the one that holds the leads or deals.
    into : path
        The workbook that receives them.
    as_of : date
        Events after it are plans, no activities.
    dry_run : bool
        Plan everything and write nothing.
    wishes : Wishes or None
        Policy, preset, mappings and the form of text files, where they are not to be worked out; see
        ``leadbook.run.imports.importing.Wishes``.
    progress : callable

    Returns
    -------
    (ImportSummary, Plan)

    Raises
    ------
    LeadbookError
        A file cannot be read, or the workbook has no table of leads.
    """
    progress("open")
    from leadbook.books.closed import ClosedBook
    from leadbook.run.imports.importing import NO_WISHES
    from leadbook.run.imports.settling import import_until_settled

    if not Path(into).exists():
        raise InputError(f'There is no workbook "{into}". Make it first: leadbook init {into}')
    with without_collecting():
        book = ClosedBook.open(Path(into))
        progress("join")
        paths = [Path(source) for source in sources]
        book, plan, summary = import_until_settled(book, paths, as_of, wishes or NO_WISHES)
        if not dry_run:
            progress("write")
            book.save()
    return summary, plan


def adopt(
    path: str | os.PathLike[str],
    *,
    sheet: str = "",
    table: str = "",
    header_row: int = 0,
    told: Sequence[str] = (),
    dry_run: bool = False,
) -> Adoption:
    """Make a team's own tracker readable for leadbook, in place, renaming and moving nothing.

    Parameters
    ----------
    path : path
    sheet, table : str
        Where the leads are, when there are several places they could be.
    header_row : int
        The Excel row of their headers; 0 has it looked for.
    told : sequence of str
        What headers mean where leadbook reads them otherwise: ``Their header=Our header``, or ``=ignore``.
    dry_run : bool
        Plan everything and write nothing.

    Raises
    ------
    LeadbookError
        Nothing in it looks like leads, several things do, or it cannot be edited safely.
    """
    from leadbook.model.defaults import DEFAULT_PLAYBOOK
    from leadbook.run.adoption.adopting import adopt as adopt_file

    return adopt_file(
        Path(path), DEFAULT_PLAYBOOK, sheet=sheet, table=table, header_row=header_row, told=told, dry_run=dry_run
    )


@without_collecting()
def sync(
    master: str | os.PathLike[str],
    copies: Sequence[str | os.PathLike[str]],
    *,
    as_of: dt.date,
    dry_run: bool = False,
    add_columns: bool = False,
    owner_wins: bool = False,
    progress: Callable[[str], None] = silent,
) -> SyncReport:
    """Bring what reps changed in their copies of a workbook into the master, field by field.

    Parameters
    ----------
    master : path
        The workbook that receives the changes; the copies are never written to.
    copies : sequence of path
        Without any, the master is only marked as the state that is about to be handed out, so that the first sync of
        the copies knows of every cell who changed it.
    as_of : date
    dry_run : bool
        Plan everything and write nothing.
    add_columns : bool
        Whether columns that only copies have are added to the master's leads.
    owner_wins : bool
        Whether a cell in conflict takes the value of the copy that belongs to the lead's owner.
    progress : callable

    Returns
    -------
    SyncReport
        What was taken, and the conflicts, in which the master's value stays.

    Raises
    ------
    LeadbookError
        No copy can be taken, or the master cannot be written; it is then what it was.

    Notes
    -----
    A cell that one side changed since the last common state takes that side's value, one that both changed alike is
    settled, and one that both changed differently is a conflict. What the common state was is told by the base that
    each sync leaves in the master (see ``leadbook.run.syncs.base``), for a first sync by the History of both.
    Syncing again changes nothing.
    """
    progress("open")
    from leadbook.books.closed import ClosedBook
    from leadbook.run.syncs.syncing import sync_book

    book = ClosedBook.open(Path(master))
    paths = [Path(copy) for copy in copies]
    return sync_book(
        book, paths, as_of, dry_run=dry_run, add_columns=add_columns, owner_wins=owner_wins, progress=progress
    )
