"""Fingerprints of cells and rows: what a sync compares, and all it remembers of a state that was common."""

from __future__ import annotations

import datetime as dt
import hashlib
import zlib
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.model.tables import CellError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt


def token(cell: object) -> str:
    """Return a cell as it is compared: "" for a blank one, numbers and days however their cell looks, text as typed.

    Spaces at the ends and the kind of line ends don't count; case does, because somebody typed it.
    """
    match cell:
        case None:
            found = ""
        case bool():
            found = f"b{cell:d}"
        case str():
            text = cell.replace("\r\n", "\n").strip()
            found = f"s{text}" if text else ""
        case int() | float():
            found = "" if cell != cell else f"n{float(cell):.12g}"  # noqa: PLR0124 - only not-a-number differs from itself
        case dt.datetime() if cell.time() != dt.time():
            found = f"d{cell:%Y-%m-%d %H:%M:%S}"
        case dt.date():
            found = f"d{cell:%Y-%m-%d}"
        case CellError():
            found = f"e{cell.code}"
        case _:
            found = f"o{cell}"
    return found


def print_of(cell: object) -> int:
    """Return a cell's fingerprint, 32 bits; 0 for a blank one."""
    text = token(cell)
    return (zlib.crc32(text.encode("utf-8", "surrogatepass")) or 1) if text else 0


def prints(cells: Sequence[object] | pd.Series) -> npt.NDArray[np.uint32]:
    """Return the fingerprint of each cell of a column; each different value is worked out once."""
    codes, values = pd.factorize(np.asarray(cells, dtype=object))
    known = np.zeros(len(values) + 1, dtype=np.uint32)
    known[:-1] = [print_of(value) for value in values]
    return known[codes]


def row_print(parts: Iterable[str]) -> str:
    """Return the fingerprint of a row of texts, 64 bits as 16 hexadecimal digits."""
    return hashlib.blake2b("\x1f".join(parts).encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
