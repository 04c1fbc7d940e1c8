"""One atomic replacement of the workbook: lock, write beside, check, back up, replace."""

from __future__ import annotations

import contextlib
import hashlib
import os
from typing import TYPE_CHECKING, BinaryIO

from leadbook.books.backups import back_up, drop_oldest
from leadbook.books.interrupting import interrupts_wait
from leadbook.books.locking import PREFIX, locked
from leadbook.books.places import (
    describe_failure,
    flush_folder,
    refuse_if_open,
    refuse_if_read_only,
    the_file_itself,
)
from leadbook.model.issues import BookBusyError, InputError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path


def digest(data: bytes) -> str:
    """Return the hash by which a change of the file since it was read is noticed."""
    return hashlib.sha256(data).hexdigest()


def replace_file(path: Path, write: Callable[[BinaryIO], None], *, read_digest: str) -> Path:
    """Replace a workbook as a whole, or leave it exactly as it was.

    Parameters
    ----------
    path : Path
        A link is followed and stays a link.
    write : callable
        Writes the new workbook to a binary file; what it raises ends the save.
    read_digest : str
        ``digest`` of the bytes that the changes are based on.

    Returns
    -------
    Path
        Where the version before is kept.

    Raises
    ------
    BookBusyError
        When it is open in Excel, changed since it was read, read-only, or the disk fails.
    """
    real = the_file_itself(path)
    with interrupts_wait() as stop_if_pressed, locked(real), describe_failure(real):
        refuse_if_open(real)
        refuse_if_read_only(real)
        beside = real.with_name(f"{PREFIX}{os.getpid()}-{real.name}")
        with _gone_if_not_named(beside):
            _write_beside(beside, real, write)
            stop_if_pressed()
            before = real.read_bytes()
            if digest(before) != read_digest:
                raise BookBusyError(
                    f'"{real.name}" was changed by someone else while leadbook worked on it, so nothing was '
                    "saved. Run the command again."
                )
            kept = back_up(real, before)
            # Excel may have opened it while the new file was written.
            refuse_if_open(real)
            stop_if_pressed()
            beside.replace(real)
        with describe_failure(real, saved=True):
            flush_folder(real.parent)
            drop_oldest(real)
    return kept


def write_new(path: Path, data: bytes) -> None:
    """Write a new workbook as a whole; a file that is there already is never replaced.

    Raises
    ------
    InputError
        When there is such a file.
    BookBusyError
        When the folder cannot be written.
    """
    real = the_file_itself(path)
    with interrupts_wait(), locked(real, new=True), describe_failure(real, new=True):
        _put_whole(real, data, new=True)


def write_text_file(path: Path, data: bytes, *, force: bool) -> None:
    """Write a file that is no workbook, as a whole.

    Parameters
    ----------
    path : Path
    data : bytes
    force : bool
        Whether a file that is there already may be replaced.

    Raises
    ------
    InputError
        There is such a file, or a folder of that name, or no such folder.
    BookBusyError
        It cannot be written.
    """
    real = the_file_itself(path)
    if real.is_dir():
        raise InputError(f'"{path}" is a folder; name a file in it.')
    if not real.parent.is_dir():
        raise InputError(f'There is no folder "{real.parent}"; make it first.')
    if real.exists() and not force:
        raise InputError(f'"{real.name}" exists already; choose another name, or add --force to replace it.')
    new = not real.exists()
    with interrupts_wait(), locked(real, new=new), describe_failure(real, new=new):
        _put_whole(real, data, new=not force)


def _put_whole(real: Path, data: bytes, *, new: bool) -> None:
    """Write a file beside, and give it its name when it is whole; ``new`` replaces none that came meanwhile."""
    beside = real.with_name(f"{PREFIX}{os.getpid()}-{real.name}")
    with _gone_if_not_named(beside):
        with beside.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if new and real.exists():
            raise InputError(f'"{real.name}" exists already. Choose another name, or delete it first.')
        beside.replace(real)
    with describe_failure(real, saved=True):
        flush_folder(real.parent)


@contextlib.contextmanager
def _gone_if_not_named(beside: Path) -> Iterator[None]:
    """Remove what is half written, whatever ended the writing."""
    try:
        yield
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _write_beside(beside: Path, real: Path, write: Callable[[BinaryIO], None]) -> None:
    seen = real.stat()
    # Nobody but the owner may look in while it is written; it gets the original's permissions at the end.
    handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0), 0o600)
    with os.fdopen(handle, "wb") as file:
        write(file)
        file.flush()
        os.fsync(file.fileno())
    beside.chmod(seen.st_mode & 0o7777)
    if hasattr(os, "chown") and (seen.st_uid, seen.st_gid) != (os.geteuid(), os.getegid()):
        # Keeping the owner is a courtesy that only an administrator can do.
        with contextlib.suppress(PermissionError):
            os.chown(beside, seen.st_uid, seen.st_gid)
