"""A program run to its end, or ended with all that it started."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from typing import TYPE_CHECKING

from leadbook.model.interrupts import LOOK_SECONDS
from leadbook.model.issues import LeadbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

_SECONDS_TO_GO = 2


def run_to_its_end(
    command: Sequence[str | Path], name: str, *, folder: str, seconds: int, look: Callable[[], None]
) -> None:
    """Run a program to its end, or end it and all it started: when it takes too long, or ``look`` raises.

    Parameters
    ----------
    command : sequence of str or Path
    name : str
        What the sentences call it.
    folder : str
        Where its temporary files go; it removes none when it is ended.
    seconds : int
        How long it may take.
    look : callable
        Called several times a second; whatever it raises ends the program.

    Raises
    ------
    LeadbookError
        It cannot be started, or took too long.
    """
    environment = {**os.environ, "TMPDIR": folder, "TEMP": folder, "TMP": folder}
    try:
        with subprocess.Popen(  # noqa: S603 - a program found where it is installed, and files named by leadbook
            [str(part) for part in command], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL, env=environment, start_new_session=sys.platform != "win32",
        ) as running:  # fmt: skip
            try:
                in_time = _ends_within(running, seconds, look)
            except BaseException:
                _end(running)
                raise
            if not in_time:
                _end(running)
    except OSError as failure:
        raise LeadbookError(
            f"{name} could not be started ({failure.strerror}); start it once by hand, or leave --pdf away."
        ) from None
    if not in_time:
        raise LeadbookError(f"{name} made no PDF within {seconds} seconds; close it and try again.")


def _ends_within(running: subprocess.Popen[bytes], seconds: int, look: Callable[[], None]) -> bool:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        look()
        with contextlib.suppress(subprocess.TimeoutExpired):
            running.wait(LOOK_SECONDS)
            return True
    return False


def _end(running: subprocess.Popen[bytes]) -> None:
    if sys.platform == "win32":
        running.kill()
        return
    with contextlib.suppress(ProcessLookupError):  # all have gone, and none writes into a folder that is removed next
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()
        until = time.monotonic() + _SECONDS_TO_GO
        while time.monotonic() < until:
            os.killpg(running.pid, 0)
            time.sleep(0.02)
