"""One leadbook at a time: a lock file beside the workbook, which outlives no process for long."""

from __future__ import annotations

import contextlib
import os
import platform  # pandas has loaded it; socket, which knows the name too, would load for this alone
from typing import TYPE_CHECKING

from leadbook.books.places import describe_failure
from leadbook.model.issues import BookBusyError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PREFIX = ".~leadbook-"
"""How every passing file of leadbook beside a workbook begins."""

_LOCK_LIFE_SECONDS = 3_600.0


@contextlib.contextmanager
def locked(real: Path, *, new: bool = False) -> Iterator[None]:
    """Hold the workbook against a second leadbook that would save it at the same time.

    What a process that was ended left half written is removed: the lock tells that nobody writes it now.

    Parameters
    ----------
    real : Path
        The workbook itself, not a link to it.
    new : bool
        Whether there is no such workbook yet, for the sentence about a folder that cannot be written.

    Raises
    ------
    BookBusyError
        When another one holds it.
    """
    lock = real.with_name(f"{PREFIX}{real.name}.lock")
    mine = f"{platform.node()} {os.getpid()}"
    with describe_failure(real, new=new):
        if not _take(lock, mine, real):
            _clear_stale(lock, real)
            if not _take(lock, mine, real):
                raise _held(real, lock)
    try:
        with describe_failure(real, new=new):
            _sweep(real)
        yield
    finally:
        # One that cannot be removed names a process that is gone, and the next command clears it.
        with contextlib.suppress(OSError):
            lock.unlink(missing_ok=True)


def _sweep(real: Path) -> None:
    for left in real.parent.iterdir():
        if left.name.startswith(PREFIX) and left.name.endswith(f"-{real.name}"):
            left.unlink(missing_ok=True)


def _take(lock: Path, mine: str, real: Path) -> bool:
    """Make the lock, with its holder's name in it from the first moment: an empty one would tell of nobody."""
    written = real.with_name(f"{PREFIX}lock-{os.getpid()}-{real.name}")
    try:
        written.write_text(mine, encoding="utf-8")
        os.link(written, lock)
    except FileExistsError:
        return False
    except OSError:
        # Some disks know no second name for a file; there a lock is empty for a moment.
        return _take_at_once(lock, mine)
    finally:
        written.unlink(missing_ok=True)
    return True


def _take_at_once(lock: Path, mine: str) -> bool:
    try:
        with lock.open("x", encoding="utf-8") as file:
            file.write(mine)
    except FileExistsError:
        return False
    return True


def _held(real: Path, lock: Path) -> BookBusyError:
    return BookBusyError(
        f'Another leadbook is saving "{real.name}". Wait until it is done and run the command again. '
        f"(If no computer is saving it, delete the file {lock.name} beside it.)"
    )


def _clear_stale(lock: Path, real: Path) -> None:
    """Remove a lock whose process is gone; raise when it may be alive."""
    try:
        seen = lock.read_text(encoding="utf-8")
        age_seconds = _now_on_disk(lock) - lock.stat().st_mtime
    except FileNotFoundError:
        return
    host, _, number = seen.rpartition(" ")
    ours = host == platform.node() and number.isdecimal()
    # A lock that is being written right now is still empty; one of another computer is only known by its age.
    gone = (ours and not _is_running(int(number))) or age_seconds > _LOCK_LIFE_SECONDS
    if not gone:
        raise _held(real, lock)
    # Only one of several that see the stale lock can move it away.
    aside = lock.with_name(f"{lock.name}-{os.getpid()}")
    with contextlib.suppress(FileNotFoundError):
        lock.replace(aside)
        fresh = aside.read_text(encoding="utf-8") != seen
        if fresh:
            # Another one cleared the stale lock and took its own in between; give that back.
            aside.replace(lock)
            raise _held(real, lock)
        aside.unlink()


def _now_on_disk(lock: Path) -> float:
    """Return the time by the clock of the disk that holds the lock, which may be another computer's."""
    probe = lock.with_name(f"{lock.name}-{os.getpid()}-time")
    try:
        probe.touch()
        return probe.stat().st_mtime
    finally:
        probe.unlink(missing_ok=True)


def _is_running(number: int) -> bool:
    if os.name != "posix":
        return True  # asking Windows this way would end the process; its lock ages out instead
    try:
        os.kill(number, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
