"""Progress on the terminal, for anything that takes over a second."""

from __future__ import annotations

import contextlib
import re
import sys
import threading
import time
from typing import TYPE_CHECKING, Self

from leadbook.books.interrupting import waiting

if TYPE_CHECKING:
    from types import TracebackType

STEPS = {
    "open": "opening the workbook",
    "read": "reading the leads",
    "score": "scoring",
    "duplicates": "looking for duplicates",
    "check": "checking every row",
    "fix": "fixing",
    "measure": "measuring the stages",
    "forecast": "forecasting",
    "draft": "drafting",
    "lay out": "laying out the sheets",
    "write": "writing",
    "map": "mapping the columns",
    "join": "joining the files",
    "match": "matching known leads",
    "compare": "comparing the copies",
    "pool": "putting the books together",
}
QUIET_SECONDS = 1.0
REDRAW_SECONDS = 0.5
PATIENCE_SECONDS = 60.0
"""After which a step that waits for a drive asks whether the drive is there; in a log again after twice as long."""
ON_DRIVE = frozenset({"open", "write"})
BAR = 20
_COUNTED = re.compile(r"(?P<words>.*), (?P<done>[\d,]+) of (?P<every>[\d,]+)")


class Progress:
    """Shows the step at work once a second has gone: one changing line on a terminal, a line a step elsewhere.

    Use it as a context manager and call it with the name of each step before it begins. A step that counts ("reading
    the books, 12 of 200") has a bar on a terminal, and a line for each tenth of it elsewhere. It says so when a
    step waits for a drive that does not answer, and when Ctrl+C waits for a save.
    """

    def __init__(self) -> None:
        self._step = ""
        self._told = ""
        self._told_to_wait = False
        self._began = self._since = time.monotonic()
        self._patience_seconds = PATIENCE_SECONDS
        self._over = threading.Event()
        self._terminal = sys.stderr.isatty()
        # A thread of its own, because the step at work may run for seconds without coming back here.
        self._thread = threading.Thread(target=self._show, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._over.set()
        self._thread.join()
        if self._told and self._terminal:
            _say("\r\033[K", end="")

    def __call__(self, step: str) -> None:
        """Tell that a step begins."""
        self._step = step

    def _show(self) -> None:
        wait = QUIET_SECONDS
        while not self._over.wait(wait):
            wait = REDRAW_SECONDS
            step = self._step
            if step != self._told:
                self._since, self._patience_seconds = time.monotonic(), PATIENCE_SECONDS
            lasted_seconds = time.monotonic() - self._since
            is_long = step in ON_DRIVE and lasted_seconds > self._patience_seconds
            if self._terminal:
                hint = "; is its drive there?" if is_long else ""
                hint = "; Ctrl+C again stops at once" if waiting.is_set() else hint
                _say(f"\r\033[K{_drawn(step)} … {time.monotonic() - self._began:.0f} s{hint}", end="")
            else:
                self._log(step, lasted_seconds if is_long else 0)
            self._told = step

    def _log(self, step: str, long_seconds: float) -> None:
        if _tenth(step) != _tenth(self._told):
            _say(f"leadbook: {STEPS.get(step, step)} …")
        elif long_seconds:
            _say(f"leadbook: still {STEPS[step]} after {long_seconds:.0f} s; is its drive there?")
            self._patience_seconds *= 2
        if waiting.is_set() and not self._told_to_wait:
            _say("leadbook: stopping as soon as nothing is half done; Ctrl+C again stops at once")
            self._told_to_wait = True


def _say(text: str, end: str = "\n") -> None:
    # Whoever reads along may be gone (a closed pipe, a log on a full disk); the work goes on without them.
    with contextlib.suppress(OSError):
        print(text, end=end, file=sys.stderr, flush=True)


def _drawn(step: str) -> str:
    """Return a step in words, with a bar where it counts."""
    counted = _COUNTED.fullmatch(step)
    if counted is None:
        return STEPS.get(step, step)
    full = round(BAR * _share(counted))
    return f"{counted['words']} [{'#' * full}{'.' * (BAR - full)}] {counted['done']} of {counted['every']}"


def _tenth(step: str) -> tuple[str, int]:
    """Return what makes a step worth a line of its own: its words, and the tenth it has come to."""
    counted = _COUNTED.fullmatch(step)
    return (step, 0) if counted is None else (counted["words"], int(10 * _share(counted)))


def _share(counted: re.Match[str]) -> float:
    done, every = (int(counted[name].replace(",", "")) for name in ("done", "every"))
    return done / max(every, 1)
