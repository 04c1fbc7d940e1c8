"""Memory while a command works through millions of cells: no search for cycles, and none kept that is free."""

from __future__ import annotations

import contextlib
import gc
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leadbook.model.tables import BookContents

LARGE_CELLS = 1_000_000
"""In a smaller workbook what is free is soon taken again."""


@contextlib.contextmanager
def without_collecting() -> Iterator[None]:
    """Keep Python from looking for cycles among millions of cells again and again: up to a quarter of the time."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def giving_back(progress: Callable[[str], None], contents: BookContents) -> Callable[[str], None]:
    """Return a progress callback that also gives the system back, before each step, what the last one let go.

    Notes
    -----
    The C library keeps freed memory that lies between pieces still in use: of 100,000 leads a third of the peak. What
    only knows itself is looked for once, before ``write``, when the findings have been let go.
    """
    if sum(len(table.rows) * len(table.headers) for table in contents.tables.values()) < LARGE_CELLS:
        return progress

    def told(step: str) -> None:
        if step == "write":
            gc.collect()
        _trim()
        progress(step)

    return told


def _trim() -> None:
    """Give free memory back to the system, where its C library can be asked to (GNU's)."""
    if sys.platform != "linux":
        return
    import ctypes  # noqa: PLC0415 - for large workbooks alone

    trim = getattr(ctypes.CDLL(None), "malloc_trim", None)
    if trim is not None:
        trim(0)
