"""Progress on the terminal, for anything that takes over a second."""

from __future__ import annotations

import sys
import threading
import time
from typing import TYPE_CHECKING, Self

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
    "lay out": "laying out the sheets",
    "write": "writing",
    "map": "mapping the columns",
    "join": "joining the files",
    "match": "matching known leads",
    "pool": "putting the books together",
}
QUIET_SECONDS = 1.0
REDRAW_SECONDS = 0.5


class Progress:
    """Shows the step at work once a second has gone: one changing line on a terminal, a line a step elsewhere.

    Use it as a context manager and call it with the name of each step before it begins.
    """

    def __init__(self) -> None:
        self._step = ""
        self._told = ""
        self._began = time.monotonic()
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
            print("\r\033[K", end="", file=sys.stderr, flush=True)

    def __call__(self, step: str) -> None:
        """Tell that a step begins."""
        self._step = step

    def _show(self) -> None:
        wait = QUIET_SECONDS
        while not self._over.wait(wait):
            wait = REDRAW_SECONDS
            text = STEPS.get(self._step, self._step)
            if self._terminal:
                print(f"\r\033[K{text} … {time.monotonic() - self._began:.0f} s", end="", file=sys.stderr, flush=True)
            elif self._step != self._told:
                print(f"leadbook: {text} …", file=sys.stderr, flush=True)
            self._told = self._step
