"""Ctrl+C in the middle of a save: it waits for a moment at which nothing is half done, and pressed again does not wait.

A drive that does not answer may never let that moment come. Whoever presses a second time ends the save wherever it is,
as the end of the process would: the workbook is then the old one or the new one, whole either way.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class TooLateInterrupt(KeyboardInterrupt):
    """Ctrl+C came when everything had been written already."""


class ImpatientInterrupt(KeyboardInterrupt):
    """Ctrl+C was pressed again while the first one still waited."""


waiting = threading.Event()
"""Set while Ctrl+C was pressed and waits, so that progress can say so."""


@contextlib.contextmanager
def interrupts_wait() -> Iterator[Callable[[], None]]:
    """Keep Ctrl+C from ending what is inside; gives a function to call where stopping does no harm.

    Raises
    ------
    KeyboardInterrupt
        By that function, when Ctrl+C was pressed.
    TooLateInterrupt
        At the end, when it was pressed after the last call of that function.
    ImpatientInterrupt
        Anywhere inside, when it was pressed again.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield _go_on  # only the main thread is ever interrupted, and Ctrl+C may mean nothing at all
        return
    pressed = threading.Event()

    def stop_if_pressed() -> None:
        if pressed.is_set():
            raise KeyboardInterrupt

    def press(*_: object) -> None:
        if pressed.is_set():
            raise ImpatientInterrupt
        pressed.set()
        waiting.set()

    signal.signal(signal.SIGINT, press)
    try:
        yield stop_if_pressed
    finally:
        signal.signal(signal.SIGINT, handler)
        waiting.clear()
    if pressed.is_set():
        raise TooLateInterrupt


def _go_on() -> None:
    pass
