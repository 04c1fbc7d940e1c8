"""Change logs on disk, one a workbook: written before the workbook is, read when the seller wants it back."""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING

import msgspec

from leadbook.books.live.journal import Journal, decoded, encoded
from leadbook.model.issues import BookBusyError

if TYPE_CHECKING:
    from pathlib import Path


def keep(folder: Path, journal: Journal) -> None:
    """Keep the change log of a workbook, in place of the one before.

    Raises
    ------
    BookBusyError
        When the folder cannot be written; nothing is changed in the workbook then.
    """
    path = _path(folder, journal.book)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        beside = path.with_name(f".~{os.getpid()}-{path.name}")
        beside.write_bytes(encoded(journal))
        beside.replace(path)
    except OSError as failure:
        raise BookBusyError(
            f"leadbook cannot keep what stands in the workbook before it writes ({failure.strerror}), so nothing was "
            f"written. Make room in the folder {folder}, and click again."
        ) from failure


def kept(folder: Path, book: str) -> Journal | None:
    """Return the change log of a workbook by its file name, or None when there is none that can be read."""
    try:
        return decoded(_path(folder, book).read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None


def drop(folder: Path, book: str) -> None:
    """Forget the change log of a workbook."""
    _path(folder, book).unlink(missing_ok=True)


def _path(folder: Path, book: str) -> Path:
    # A workbook's name may hold letters that a file system of another kind does not know.
    return folder / f"{hashlib.sha256(book.casefold().encode()).hexdigest()[:24]}.json"
