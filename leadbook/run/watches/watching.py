"""One workbook after the other: saved, whole, closed, and not saved by leadbook itself; then it is refreshed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.owner_files import opened_by
from leadbook.books.places import the_file_itself
from leadbook.books.saving import digest
from leadbook.books.whole import is_whole
from leadbook.model.issues import BookBusyError, InputError, LeadbookError
from leadbook.run.commands import refresh
from leadbook.run.watches.saves import ticks

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Sequence
    from pathlib import Path
    from threading import Event

QUIET_SECONDS = 0.6
"""So long a file must not change before it counts as saved."""
PATIENCE_SECONDS = 10.0
"""So long a file may stay incomplete before a refresh says what is the matter with it."""
_STEP_SECONDS = 0.2
_FIRST_PAUSE_SECONDS, _LONGEST_PAUSE_SECONDS = 2.0, 300.0


class Watched:
    """A workbook that is watched.

    Parameters
    ----------
    path : Path
        As it was given.
    today : callable
        Returns the day a refresh is for.
    tell : callable
        Takes the workbook's name and one sentence about it.
    clock : callable
        Returns seconds that never go back.
    """

    def __init__(
        self,
        path: Path,
        *,
        today: Callable[[], dt.date],
        tell: Callable[[str, str], None],
        clock: Callable[[], float],
    ) -> None:
        self.path = path
        self._today = today
        self._tell = tell
        self._clock = clock
        self._seen = _stamp(path)
        self._done = _digest(path)
        self._since = clock()
        self._pending = False
        self._pause = _FIRST_PAUSE_SECONDS
        self._not_before = 0.0
        self._told = ""

    def step(self) -> bool:
        """Look once, refresh where it is time; return whether to look again very soon."""
        stamp = _stamp(self.path)
        if stamp is None:
            self._say_once("is gone; it will be refreshed when it is back and saved.")
            self._seen = None
            return False
        if stamp != self._seen:
            self._seen, self._since, self._pending = stamp, self._clock(), True
            self._pause, self._not_before = _FIRST_PAUSE_SECONDS, 0.0
            return True
        if not self._pending or self._clock() < self._not_before:
            return False
        return not self._try_to_refresh(self._clock() - self._since)

    def _try_to_refresh(self, waited: float) -> bool:
        """Refresh once the save is whole and the workbook closed; return False to look again very soon."""
        if waited < QUIET_SECONDS:
            return False
        if opened_by(the_file_itself(self.path)) is not None:
            self._say_once("was saved; it will be refreshed when it is closed.")
            return True
        if not is_whole(self.path) and waited < PATIENCE_SECONDS:
            return False  # still being copied, or written bit by bit
        if _digest(self.path) == self._done:
            self._pending = False  # leadbook's own save, or one that changed nothing
        else:
            self._refresh()
        return True

    def _refresh(self) -> None:
        try:
            summary = refresh(self.path, as_of=self._today())
        except BookBusyError as failure:
            # Opened, saved again or held by another leadbook meanwhile, or read-only: tried again, ever more seldom.
            self._say_once(str(failure))
            self._not_before = self._clock() + self._pause
            self._pause = min(_LONGEST_PAUSE_SECONDS, 2 * self._pause)
            return
        except LeadbookError as failure:
            self._tell(self.path.name, str(failure))
        else:
            self._tell(self.path.name, summary.sentence)
        self._pending = False
        self._told = ""
        self._done = _digest(self.path)
        self._seen = _stamp(self.path)

    def _say_once(self, sentence: str) -> None:
        if sentence != self._told:
            self._told = sentence
            self._tell(self.path.name, sentence)


def watch(
    paths: Sequence[Path],
    *,
    today: Callable[[], dt.date],
    tell: Callable[[str, str], None],
    clock: Callable[[], float],
    stop: Event,
    every_seconds: float,
    ready: Callable[[], None],
) -> None:
    """Refresh workbooks whenever they have been saved and closed, until ``stop`` is set.

    Parameters
    ----------
    paths : sequence of Path
    today, tell, clock : callable
        See `Watched`.
    stop : Event
    every_seconds : float
        How often to look where the system tells of no changes, as on shared drives.
    ready : callable
        Called once a save from then on will be noticed.

    Raises
    ------
    InputError
        When one of them is not there to begin with.
    """
    for path in paths:
        if not path.is_file():
            raise InputError(f'There is no file "{path}" to watch. Check its name and folder.')
    books = [Watched(path, today=today, tell=tell, clock=clock) for path in paths]
    ready()
    folders = list(dict.fromkeys(the_file_itself(path).parent for path in paths))
    for _ in ticks(folders, stop, every_seconds):
        while sum(book.step() for book in books) and not stop.wait(_STEP_SECONDS):
            pass


def _stamp(path: Path) -> tuple[int, int, int] | None:
    """Return what changes with every save: when, how large, and which file; None while it is not there."""
    try:
        seen = path.stat()
    except OSError:
        return None
    return seen.st_mtime_ns, seen.st_size, seen.st_ino


def _digest(path: Path) -> str:
    try:
        return digest(path.read_bytes())
    except OSError:
        return ""
