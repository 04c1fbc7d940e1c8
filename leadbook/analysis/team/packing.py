"""A frame as plain bytes, column by column: small to send, safe to read back, whoever wrote it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np
import pandas as pd
from msgspec import Struct

if TYPE_CHECKING:
    import numpy.typing as npt

_TYPES: dict[str, str] = {"number": "<f8", "whole": "<i8", "flag": "|b1", "day": "<i4", "text": "<i4"}
_NO_DAY = np.iinfo(np.int32).min


class Packed(Struct, frozen=True):
    """One column.

    Parameters
    ----------
    kind : {"number", "whole", "flag", "day", "text"}
        Floats; integers; booleans; days since 1970; places in ``texts``.
    data : bytes
        One little-endian number a row.
    texts : list of str
        The different texts of a column of texts.
    """

    kind: Literal["number", "whole", "flag", "day", "text"]
    data: bytes
    texts: list[str] = []


class PackedTable(Struct, frozen=True):
    """A whole frame: how many rows, and its columns by name."""

    rows: int
    columns: dict[str, Packed]


class DamagedTableError(ValueError):
    """What was read back is no table: its columns differ in length, or point at texts that are not there."""


def pack(frame: pd.DataFrame) -> PackedTable:
    """Return a frame as bytes; its index is left out, and times of day with it."""
    return PackedTable(len(frame), {str(name): _packed(frame[name]) for name in frame.columns})


def unpack(table: PackedTable) -> pd.DataFrame:
    """Return the frame again, numbered from 0.

    Raises
    ------
    DamagedTableError
        The bytes are no such table.
    """
    columns = {name: _unpacked(column, table.rows) for name, column in table.columns.items()}
    return pd.DataFrame(columns, index=pd.RangeIndex(table.rows))


def _packed(column: pd.Series) -> Packed:
    kind = column.dtype.kind if isinstance(column.dtype, np.dtype) else "O"
    if kind == "b":
        return Packed("flag", column.to_numpy(dtype=np.bool_).tobytes())
    if kind in "iu":
        return Packed("whole", column.to_numpy().astype("<i8").tobytes())
    if kind == "f":
        return Packed("number", column.to_numpy().astype("<f8").tobytes())
    if kind == "M":
        days = column.to_numpy().astype("datetime64[D]")
        blank = np.isnat(days)
        return Packed("day", np.where(blank, _NO_DAY, days.astype(np.int64)).astype("<i4").tobytes())
    codes, texts = pd.factorize(column.to_numpy(dtype=object))
    return Packed("text", codes.astype("<i4").tobytes(), [str(text) for text in texts])


def _unpacked(column: Packed, rows: int) -> npt.NDArray[np.generic]:
    wanted = np.dtype(_TYPES[column.kind])
    if len(column.data) != rows * wanted.itemsize:
        raise DamagedTableError(column.kind)
    values = np.frombuffer(column.data, dtype=wanted)
    if column.kind == "day":
        days = values.astype(np.int64)
        days[values == _NO_DAY] = np.iinfo(np.int64).min  # what numpy keeps for no date
        return days.astype("datetime64[D]").astype("datetime64[s]")
    if column.kind == "text":
        if rows and not -1 <= int(values.min()) <= int(values.max()) < len(column.texts):
            raise DamagedTableError(column.kind)
        texts = np.empty(len(column.texts) + 1, dtype=object)
        texts[:-1] = column.texts
        texts[-1] = ""  # where a blank's code -1 points
        found: npt.NDArray[np.object_] = texts[values]
        return found
    return values.copy()
