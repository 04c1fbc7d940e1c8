"""Notice of a change in a folder: from the system at once, and by looking again where it tells nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path
    from threading import Event

_GATHERED_MS = 50


def ticks(folders: Sequence[Path], stop: Event, every_seconds: float) -> Iterator[None]:
    """Yield whenever something changed in the folders, and every so many seconds anyway, until ``stop`` is set.

    Notes
    -----
    Shared drives and some containers tell of no changes made elsewhere, and a system may run out of watches; the
    regular looks make up for both, and are all there is where the folders cannot be watched.
    """
    from watchfiles import watch

    try:
        for _ in watch(
            *folders, watch_filter=None, debounce=_GATHERED_MS, step=_GATHERED_MS, stop_event=stop,
            rust_timeout=int(every_seconds * 1_000), yield_on_timeout=True, recursive=False,
        ):  # fmt: skip
            yield
    except (OSError, RuntimeError):
        pass  # a drive that went away, or no watch left
    while not stop.wait(every_seconds):
        yield
