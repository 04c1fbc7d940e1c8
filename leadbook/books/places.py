"""A workbook on the disk: the file behind a link, who has it open, and why it cannot be written."""

from __future__ import annotations

import contextlib
import errno
import os
from typing import TYPE_CHECKING

from leadbook.model.issues import BookBusyError, InputError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_FORBIDDEN = {errno.EACCES, errno.EPERM, errno.EROFS}


def the_file_itself(path: Path) -> Path:
    """Return the file that a path means in the end, so that a link stays a link when its file is replaced."""
    try:
        return path.resolve()
    except RuntimeError as failure:  # a link that leads to itself (Python 3.11, 3.12)
        raise InputError(f'"{path.name}" is a link that leads to itself. Name the workbook itself.') from failure


def refuse_if_open(real: Path) -> None:
    """Refuse when Excel or LibreOffice has the file open.

    Raises
    ------
    BookBusyError
        When the lock file that they keep beside an open file is there.
    """
    for lock, program in ((f"~${real.name}", "Excel"), (f".~lock.{real.name}#", "LibreOffice")):
        if (real.parent / lock).exists():
            raise BookBusyError(
                f'"{real.name}" is open in {program}. Close it and run the command again. '
                f"(If it is not open, delete the file {lock} beside it.)"
            )


def refuse_if_read_only(real: Path) -> None:
    """Refuse when the file is marked as read-only: a replacement would pass over that mark."""
    if not real.stat().st_mode & 0o222:
        raise BookBusyError(f'"{real.name}" is read-only. Allow changes in its properties and run the command again.')


@contextlib.contextmanager
def describe_failure(real: Path, *, new: bool = False, saved: bool = False) -> Iterator[None]:
    """Turn a failure of the disk into a sentence about the file.

    It is as it was; or, being ``new``, was not made; or was ``saved``, and only what comes after that failed.
    """
    try:
        yield
    except OSError as failure:
        if failure.errno in _FULL:
            why = "the disk is full. Free some space"
        elif new and (isinstance(failure, PermissionError) or failure.errno in _FORBIDDEN):
            why = "the folder does not allow new files. Choose another one, or change its permissions"
        elif new and isinstance(failure, FileNotFoundError):
            why = "there is no such folder. Make it first"
        elif isinstance(failure, PermissionError) or failure.errno in _FORBIDDEN:
            why = (
                "the file or its folder does not allow changes, or another program has it open. Close it "
                "there or change the permissions"
            )
        elif isinstance(failure, FileNotFoundError):
            why = "it, or its folder, is not there any more. Look for it"
        else:
            why = f"the disk reports '{failure.strerror or failure}'. Check it"
        if saved:
            said = f"the disk reports '{failure.strerror or failure}', so it may be lost if the power fails now"
            raise BookBusyError(f'"{real.name}" was saved, but {said}. Check the disk.') from failure
        outcome = "could not be made" if new else "was left as it was"
        raise BookBusyError(f'"{real.name}" {outcome}: {why}, and run the command again.') from failure


def flush_folder(folder: Path) -> None:
    """Have a folder's new names on the disk before going on, where the system can do that."""
    if os.name != "posix":
        return  # Windows has no such call, and its own replace is journalled
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as failure:
        # Some network file systems cannot flush a folder; the file itself is safe by now.
        if failure.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
            raise
    finally:
        os.close(handle)
