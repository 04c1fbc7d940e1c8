"""Proposals from a workbook that is closed: the folder beside it, and whether it can be saved at all."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd

from leadbook.books.closed import ClosedBook
from leadbook.books.places import refuse_if_open, refuse_if_read_only, the_file_itself
from leadbook.model.issues import InputError
from leadbook.model.locate import find_leads
from leadbook.model.records import TEXT_STORAGE
from leadbook.model.settings import read_playbook
from leadbook.run.progress import silent
from leadbook.run.proposing.proposing import Room, plan_in, propose_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from leadbook.run.proposing.proposing import Wanted
    from leadbook.run.proposing.report import Proposed

FOLDER = "Proposals"


@pd.option_context(*TEXT_STORAGE)
def propose_closed(
    path: Path,
    wanted: Wanted,
    today: dt.date,
    folder: Path | None = None,
    *,
    dry_run: bool = False,
    progress: Callable[[str], None] = silent,
) -> Proposed:
    """Write proposals for leads of a workbook on disk, and save their rows in it.

    Parameters
    ----------
    path : Path
    wanted : Wanted
    today : date
    folder : Path or None
        None takes ``Proposals`` beside the workbook.
    dry_run : bool
        Fill in everything and write nothing.
    progress : callable

    Raises
    ------
    LeadbookError
        Nothing was written.
    """
    book = ClosedBook.open(path)
    find_leads(book.contents, read_playbook(book.contents)[0])  # refuses a list that nobody has adopted
    real = the_file_itself(path)
    target = folder if folder is not None else real.parent / FOLDER
    if target.exists() and not target.is_dir():
        raise InputError(f'"{target}" is no folder; give another one with --out.')
    room = Room(real.parent, Path(os.path.realpath(target)), _shown(target), real)
    if dry_run:
        return plan_in(book, room, wanted, today, progress)
    # Better said now than after all of them were written.
    refuse_if_open(real)
    refuse_if_read_only(real)
    return propose_in(book, room, wanted, today, progress)


def _shown(folder: Path) -> str:
    """Return a folder as a person would say it: from where the command was typed, where that is shorter."""
    try:
        way = os.path.relpath(folder)
    except ValueError:  # on another drive of Windows
        return str(folder)
    return str(folder) if way.startswith("..") else way
