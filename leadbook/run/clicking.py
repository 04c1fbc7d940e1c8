"""What surrounds every click: one at a time, a log of what went wrong, and the folder both are kept in."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import traceback
from typing import TYPE_CHECKING

from leadbook.model.issues import BookBusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import IO

_MOST_LOG_BYTES = 1_000_000


def kept_folder() -> Path:
    """Return the folder of leadbook's own in the seller's profile, which needs no rights of an administrator."""
    from platformdirs import user_data_path  # noqa: PLC0415 - a refused click needs it, a command does not

    return user_data_path("leadbook", appauthor=False) / "live"


@contextlib.contextmanager
def one_at_a_time(folder: Path) -> Iterator[None]:
    """Refuse a second click while one is at work.

    The lock is the operating system's own on an open file, so that it ends with the process that holds it, however
    that ended.

    Raises
    ------
    BookBusyError
        When another click is at work.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / "click.lock").open("a+b")
    except OSError as failure:
        raise BookBusyError(
            f"leadbook cannot write in its folder {folder} ({failure.strerror}). Make room there, and click again."
        ) from failure
    with file:
        if not _take(file):
            raise BookBusyError("leadbook is still at work on your last click. Wait for its answer, then click again.")
        yield


def _take(file: IO[bytes]) -> bool:
    """Take the lock if nobody holds it; it is given back when the file is closed."""
    try:
        if sys.platform == "win32":
            import msvcrt  # noqa: PLC0415 - of one platform

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415 - of the other platforms

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


def write_log(folder: Path, what: str, failure: BaseException) -> Path | None:
    """Add a failure to the log: what was clicked, and where in the program it failed.

    What the failure says of itself is left out, since it may tell what stands in the workbook, and logs are sent to
    others; with ``LEADBOOK_LOG=full`` in the environment it is kept.

    Returns
    -------
    Path or None
        Where the log is; None when it cannot be written.
    """
    path = folder / "leadbook.log"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if path.exists() and path.stat().st_size > _MOST_LOG_BYTES:
            path.replace(path.with_suffix(".old.log"))
        handler = logging.FileHandler(path, encoding="utf-8", errors="replace")
    except OSError:
        return None
    handler.setFormatter(logging.Formatter("%(asctime)s %(message)s"))
    logger = logging.Logger("leadbook.clicks")  # noqa: LOG001 - one of its own, that no settings of others reach
    logger.addHandler(handler)
    try:
        if os.environ.get("LEADBOOK_LOG") == "full":
            logger.error("%s failed", what, exc_info=failure)
        else:
            logger.error("%s failed\n%s", what, "\n".join(_without_words(failure)))
    finally:
        handler.close()
    return path


def _without_words(failure: BaseException) -> Iterator[str]:
    """Yield the places and kinds of a failure and of those that led to it, the last one first."""
    cause: BaseException | None = failure
    while cause is not None:
        yield type(cause).__name__
        yield "".join(traceback.format_tb(cause.__traceback__)).rstrip()
        cause = cause.__cause__ or cause.__context__
