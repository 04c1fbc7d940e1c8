"""Runs a command many times over, and lets the system end it, or fail it, at one chosen call to the disk.

``strace`` does the ending: a signal at the entry of the n-th call of a kind means that the call never happens. Python
and everything the command imports are loaded once, in this process; each run is a fork of it.
"""

from __future__ import annotations

import io
import mmap
import os
import re
import signal
import subprocess
import sys
import threading
import time
import traceback
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from typing_extensions import Buffer

CALLS = (
    "openat", "creat", "write", "pwrite64", "writev", "sendfile", "copy_file_range", "ftruncate", "fsync", "fdatasync",
    "rename", "renameat", "renameat2", "link", "linkat", "symlinkat", "unlink", "unlinkat", "rmdir", "mkdir", "mkdirat",
    "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "utimensat",
)  # fmt: skip
"""Everything that makes, writes, renames, removes or syncs a file; strace leaves out what an architecture lacks."""
_LINE = re.compile(r"^(?P<thread>\d*)\s*(?P<call>\w+)\((?P<rest>.*)$")
_LONGEST_SECONDS = 120.0
_MOST_SAID = 1 << 20


@dataclass(frozen=True)
class Point:
    """The n-th call of a kind (from 1) that a command makes."""

    call: str
    number: int


@dataclass(frozen=True)
class Ended:
    """How a run ended: its exit code (negative for a signal), what it said, and the calls it made in a folder."""

    code: int
    said: str
    points: tuple[Point, ...]


def run(
    arguments: Sequence[str], folder: Path, *, fault: str = "", at: Point | None = None, again: bool = False
) -> Ended:
    """Run one leadbook command in a process of its own.

    Parameters
    ----------
    arguments : sequence of str
        What is typed after ``leadbook``.
    folder : Path
        Where the command runs; calls that name something in it are told.
    fault : str
        What strace does at the point, such as ``signal=SIGKILL`` or ``error=ENOSPC``.
    at : Point or None
        Where; None watches and changes nothing.
    again : bool
        Whether it is done at every later call of that kind too.
    """
    log, spoken = folder.parent / f"{folder.name}.strace", _Spoken()
    child = os.fork()
    if child == 0:
        _become(arguments, folder, spoken)
    watched = ",".join(f"?{call}" for call in ((at.call,) if at else CALLS))
    inject = ["-e", f"inject={at.call}:{fault}:when={at.number}{'+' * again}"] if at else []
    tracer = subprocess.Popen(
        ["strace", "-f", "-qq", "-y", "-s", "4096", "-o", log, "-e", f"trace={watched}", *inject, "-p", str(child)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    _wait_for_tracer(child)
    os.kill(child, signal.SIGCONT)
    code = _wait(child)
    tracer.wait(timeout=_LONGEST_SECONDS)
    return Ended(code, spoken.text(), _points(log, folder))


def run_untraced(arguments: Sequence[str], folder: Path) -> tuple[int, str]:
    """Run one leadbook command in a fork, and return its exit code and what it said."""
    spoken = _Spoken()
    child = os.fork()
    if child == 0:
        _speak_into(spoken, folder)
        _end_as(arguments)
    return _wait(child), spoken.text()


class _Spoken(io.RawIOBase):
    """Keeps what a fork says in memory that the parent shares.

    To say something is then no call to the system: how slow the machine is, and so how much is told of the progress,
    changes neither the number of a call that writes nor which one a fault hits.
    """

    def __init__(self) -> None:
        self._held = mmap.mmap(-1, _MOST_SAID)
        self._lock = threading.Lock()

    def writable(self) -> bool:
        return True

    def write(self, said: Buffer) -> int:
        """Keep what is said, as far as there is room."""
        with self._lock:
            length = len(bytes(said))
            self._held.write(bytes(said)[: max(0, _MOST_SAID - self._held.tell())])
        return length

    def text(self) -> str:
        """Return everything that was said."""
        return self._held[:].rstrip(b"\0").decode(errors="replace")


def _become(arguments: Sequence[str], folder: Path, spoken: _Spoken) -> None:
    """Turn this fork into the command, and never return."""
    _speak_into(spoken, folder)
    signal.signal(signal.SIGINT, signal.default_int_handler)  # whoever started this may have it ignored
    os.kill(os.getpid(), signal.SIGSTOP)
    _end_as(arguments)


def _speak_into(spoken: _Spoken, folder: Path) -> None:
    os.chdir(folder)
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.stdout = io.TextIOWrapper(spoken, encoding="utf-8", write_through=True)
    sys.stderr = io.TextIOWrapper(spoken, encoding="utf-8", write_through=True)


def _end_as(arguments: Sequence[str]) -> None:
    code = 70
    try:
        from leadbook.cli import main

        code = main(arguments)
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 - the parent must see a traceback as what it is
        traceback.print_exc()
        sys.stderr.flush()
    finally:
        os._exit(code)


def _wait_for_tracer(child: int) -> None:
    os.waitpid(child, os.WUNTRACED)
    until = time.monotonic() + _LONGEST_SECONDS
    while "TracerPid:\t0" in Path(f"/proc/{child}/status").read_text(encoding="ascii"):
        if time.monotonic() > until:
            raise TimeoutError("strace did not attach to the command")
        time.sleep(0.002)


def _wait(child: int) -> int:
    until = time.monotonic() + _LONGEST_SECONDS
    while True:
        done, status = os.waitpid(child, os.WNOHANG)
        if done:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            raise TimeoutError("the command hung")
        time.sleep(0.005)


def _points(log: Path, folder: Path) -> tuple[Point, ...]:
    """Return the calls that name something in the folder, each with its number of its kind in its thread, as strace counts."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[Point, None] = {}
    inside = re.compile(re.escape(str(folder)) + r'[/>"]')
    for line in log.read_text(encoding="utf-8", errors="replace").splitlines():
        matched = _LINE.match(line)
        if matched is None:
            continue
        call = matched["call"]
        seen[matched["thread"], call] += 1
        opens_to_read = call == "openat" and "O_CREAT" not in matched["rest"]
        if inside.search(matched["rest"]) and not opens_to_read:
            found[Point(call, seen[matched["thread"], call])] = None
    return tuple(found)
