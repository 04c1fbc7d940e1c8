"""``leadbook watch``: workbooks refreshed whenever they were saved and closed, until Ctrl-C."""

from __future__ import annotations

import argparse
import datetime as dt
import gc
import signal
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from argparse import _SubParsersAction

_EVERY_SECONDS = 2.0


def add_watch(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``watch``."""
    command = words.add_parser("watch", help="refresh workbooks each time they were saved and closed, until Ctrl-C")
    command.add_argument("books", nargs="+", metavar="BOOK", help="the workbooks (.xlsx or .xlsm)")
    command.add_argument(
        "--every",
        type=_seconds,
        default=_EVERY_SECONDS,
        metavar="SECONDS",
        help="how often to look where no change is told of, as on shared drives (default: 2)",
    )
    command.set_defaults(command=watch)


def watch(given: argparse.Namespace) -> int:
    """``leadbook watch BOOK...``."""
    from leadbook.run.watches.watching import watch as run

    gc.enable()  # it may go on for weeks
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    books = [Path(book) for book in dict.fromkeys(given.books)]
    names = _listed([book.name for book in books])

    def tell(name: str, sentence: str) -> None:
        # Whoever reads this through a pipe or a log wants it now.
        print(f"{dt.datetime.now().astimezone():%H:%M}  {name}: {sentence}", flush=True)

    def ready() -> None:
        print(f"Watching {names}: save and close, and leadbook refreshes. Ctrl-C ends it.", flush=True)

    def today() -> dt.date:
        return dt.datetime.now().astimezone().date()

    try:
        run(books, today=today, tell=tell, clock=time.monotonic, stop=stop, every_seconds=given.every, ready=ready)
    except KeyboardInterrupt:
        stop.set()
    print(f"Stopped watching {names}.", flush=True)
    return 0


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0.2 <= seconds <= 3_600:
        raise argparse.ArgumentTypeError(f'"{text}" is no number of seconds from 0.2 to 3600')
    return seconds
