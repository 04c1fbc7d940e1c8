"""Ctrl+C while other programs or processes work: it is let in only where nothing is half begun.

Raised in the middle of handing in a job, it leaves a lock held that the pool's own thread waits for, and the pool can
never be ended; raised while a process begins, it leaves one behind that nobody knows of. So it is kept until the next
moment at which somebody asks, which is a fraction of a second away.
"""

from __future__ import annotations

import contextlib
import signal
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

#: So often does whoever waits for others ask whether Ctrl+C was pressed.
LOOK_SECONDS = 0.1


class _Held:
    """What was pressed, and whether it may come in."""

    def __init__(self) -> None:
        self.pressed = False
        self.is_open = False

    def press(self, _number: int, _frame: FrameType | None) -> None:
        self.pressed = True
        if self.is_open:
            self.is_open = False  # the tidying up that follows is not to be interrupted
            raise KeyboardInterrupt


_all_held: list[_Held] = []
"""What is held now, the innermost last; a process has one Ctrl+C, whoever asks for it."""


@contextlib.contextmanager
def held() -> Iterator[None]:
    """Keep Ctrl+C, however often it is pressed, from ending what is inside but where it is let in.

    Raises
    ------
    KeyboardInterrupt
        By `stop_if_pressed` and inside `let_in`, when it was pressed; at the end, when nothing else is raised there.
    """
    handler = signal.getsignal(signal.SIGINT)
    if threading.current_thread() is not threading.main_thread() or not callable(handler):
        yield  # only the main thread is ever interrupted, and Ctrl+C may mean nothing at all
        return
    now = _Held()
    _all_held.append(now)
    signal.signal(signal.SIGINT, now.press)
    try:
        yield
    finally:
        _all_held.remove(now)
        signal.signal(signal.SIGINT, handler)
    if now.pressed:
        raise KeyboardInterrupt


@contextlib.contextmanager
def let_in() -> Iterator[None]:
    """Let Ctrl+C end what is inside at once, as it does where nothing is held.

    Raises
    ------
    KeyboardInterrupt
    """
    now = _mine()
    if now is None:
        yield
        return
    now.is_open = True
    try:
        stop_if_pressed()
        yield
    finally:
        now.is_open = False


def stop_if_pressed() -> None:
    """Stop here when Ctrl+C was pressed while it was held.

    Raises
    ------
    KeyboardInterrupt
    """
    now = _mine()
    if now is not None and now.pressed:
        raise KeyboardInterrupt


def _mine() -> _Held | None:
    return _all_held[-1] if _all_held and threading.current_thread() is threading.main_thread() else None
