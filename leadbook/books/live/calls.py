"""Calls into Excel that may be turned away: tried again until a deadline of our own, and failures told apart."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, ParamSpec, TypeVar

from leadbook.model.issues import BookBusyError, BookRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

_Given = ParamSpec("_Given")
_Answer = TypeVar("_Answer")

DEADLINE_SECONDS = 20.0
"""How long Excel may turn calls away, all in all, before leadbook gives up; a seller waits no longer."""

_PAUSE_SECONDS = 0.1
# MS-ERREF: RPC_E_CALL_REJECTED, RPC_E_SERVERCALL_RETRYLATER, and Excel's own while a cell is being typed into.
_REJECTED = frozenset({-2147418111, -2147417846, -2146777998})
# RPC_E_DISCONNECTED, CO_E_OBJNOTCONNECTED, RPC_S_SERVER_UNAVAILABLE; errAEEventNotHandled's kin on macOS.
_GONE = frozenset({-2147417848, -2147220995, -2147023174, -600, -609, -1728})


class BookGoneError(BookRefusedError):
    """The workbook, or Excel itself, was closed while leadbook worked on it."""


class Calls:
    """Carries calls out, waiting while Excel is busy.

    Parameters
    ----------
    deadline_seconds : float
        Of waiting altogether, over all calls.
    clock, sleep : callable
        The passing of time, in seconds.
    """

    def __init__(
        self,
        deadline_seconds: float = DEADLINE_SECONDS,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._left_seconds = deadline_seconds
        self._clock = clock
        self._sleep = sleep

    def __call__(self, action: Callable[_Given, _Answer], *given: _Given.args, **named: _Given.kwargs) -> _Answer:
        """Return what an action answers to what it is given; it has to be one that may be done twice.

        Raises
        ------
        BookBusyError
            When Excel turns calls away for too long.
        BookGoneError
            When the workbook is no longer open.
        """
        while True:
            began = self._clock()
            try:
                return action(*given, **named)
            except Exception as failure:
                codes = _codes(failure)
                if codes & _GONE:
                    raise BookGoneError(
                        "The workbook was closed while leadbook worked on it. Open it again and look at it before "
                        "you save; then click Refresh once more."
                    ) from failure
                if not codes & _REJECTED and type(failure).__name__ != "ExcelBusyError":
                    raise
                self._sleep(_PAUSE_SECONDS)
                self._left_seconds -= self._clock() - began
                if self._left_seconds <= 0:
                    raise BookBusyError(
                        "Excel did not answer: a cell is being typed into, or a window asks for something. Press "
                        "Enter or Esc, close the window, and click again."
                    ) from failure


def _codes(failure: Exception) -> set[int]:
    """Return the numbers by which Windows and macOS name a failure."""
    found = {getattr(failure, "hresult", None), getattr(failure, "errornumber", None)}
    details = getattr(failure, "excepinfo", None)
    if isinstance(details, tuple) and details:
        found.add(details[-1])
    return {code for code in found if isinstance(code, int)}
