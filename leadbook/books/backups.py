"""Backups beside the workbook: the last ten versions, and the way back to them."""

from __future__ import annotations

import datetime as dt
import os
import re
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.interrupting import interrupts_wait
from leadbook.books.locking import locked
from leadbook.books.places import describe_failure, flush_folder, refuse_if_open, the_file_itself
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from pathlib import Path

KEPT = 10
"""Versions that are kept, each of the backups and of the versions that an undo took away."""

FOLDER_SUFFIX = ".leadbook-backups"
_NAME = re.compile(r".*\.(?P<number>\d{4,})\.\d{4}-\d{2}-\d{2}-\d{6}(?P<undone>\.undone)?(?:\.[^.]*)?$", re.DOTALL)


class Backup(Struct, frozen=True, order=True):
    """One kept version; ``number`` counts up over all of them, ``undone`` tells that an undo took it away."""

    number: int
    path: Path
    undone: bool


def backup_folder(path: Path) -> Path:
    """Return the folder that holds a workbook's backups: ``leads.xlsx.leadbook-backups`` beside it."""
    real = the_file_itself(path)
    return real.with_name(real.name + FOLDER_SUFFIX)


def list_backups(path: Path) -> list[Backup]:
    """Return every kept version, the oldest first."""
    folder = backup_folder(path)
    if not folder.is_dir():
        return []
    found: list[Backup] = []
    for entry in folder.iterdir():
        matched = _NAME.match(entry.name)
        if matched:
            found.append(Backup(int(matched["number"]), entry, matched["undone"] is not None))
    return sorted(found)


def back_up(path: Path, data: bytes, *, undone: bool = False) -> Path:
    """Keep a version of a workbook and return where.

    Parameters
    ----------
    path : Path
        The workbook itself, not a link to it.
    data : bytes
        What it holds.
    undone : bool
        Whether an undo is about to take it away.

    Notes
    -----
    A copy, not a second link to the same file: an editor that writes in place would change both. The name
    carries a number, for the order, and when the version was last changed (UTC), for people.
    """
    folder = backup_folder(path)
    folder.mkdir(exist_ok=True)
    seen = path.stat()
    number = max((backup.number for backup in list_backups(path)), default=0) + 1
    changed = dt.datetime.fromtimestamp(seen.st_mtime, tz=dt.UTC)
    mark = ".undone" if undone else ""
    kept = folder / f"{path.stem}.{number:04d}.{changed:%Y-%m-%d-%H%M%S}{mark}{path.suffix}"
    unfinished = folder / f".~{kept.name}"
    try:
        with unfinished.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        unfinished.chmod(seen.st_mode & 0o7777)
        os.utime(unfinished, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        unfinished.replace(kept)
    finally:
        unfinished.unlink(missing_ok=True)
    flush_folder(folder)
    return kept


def drop_oldest(path: Path) -> None:
    """Delete all but the last ten backups, and all but the last ten undone versions."""
    every = list_backups(path)
    for undone in (False, True):
        some = [backup for backup in every if backup.undone is undone]
        for backup in some[:-KEPT]:
            backup.path.unlink(missing_ok=True)


def undo(path: Path) -> Path:
    """Put back the newest backup of a workbook; each further call goes one version further back.

    Parameters
    ----------
    path : Path
        The workbook.

    Returns
    -------
    Path
        Where the version that was taken away is kept; the backup's own former path when there was no
        workbook any more.

    Raises
    ------
    InputError
        When there is no backup left.
    BookBusyError
        When the workbook is open in Excel or cannot be written.
    """
    real = the_file_itself(path)
    if real.is_dir():
        raise InputError(f'"{path}" is a folder; name the workbook in it.')
    backups = [backup for backup in list_backups(real) if not backup.undone]
    if not backups:
        raise InputError(f'There is no backup of "{real.name}" to put back. leadbook keeps one each time it saves.')
    newest = backups[-1].path
    with interrupts_wait(), locked(real), describe_failure(real):
        refuse_if_open(real)
        kept = back_up(real, real.read_bytes(), undone=True) if real.exists() else newest
        newest.replace(real)
        with describe_failure(real, saved=True):
            flush_folder(real.parent)
            drop_oldest(real)
    return kept
