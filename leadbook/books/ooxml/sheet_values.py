"""The values of a whole sheet as arrays: numbers as numbers, texts as places in lists of what is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from leadbook.books.ooxml.block_cells import CellKind
from leadbook.books.ooxml.plain_numbers import read_numbers

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.books.ooxml.block_cells import BlockCells, Bytes, Places

MOST_CELLS = 48_000_000
"""Filled cells that are kept at most; a full sheet of 45 columns has as many."""


class SheetValues(Struct, frozen=True):
    """The filled cells of a sheet, row by row.

    Parameters
    ----------
    rows : array of int32, shape (cells,)
    columns : array of int16, shape (cells,)
        Both from 1.
    kinds : array of uint8, shape (cells,)
        `CellKind`; BLANK never comes.
    styles : array of int32, shape (cells,)
    numbers : array of float64, shape (cells,)
        The number; of a shared text its index; of another text or an error its place in ``texts``; 0 or 1 of a flag.
    texts : list of bytes
        Different contents as they are written: of inline texts with the ``<t>`` tag, of others what ``<v>`` holds.
    """

    rows: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int16]
    kinds: Bytes
    styles: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.float64]
    texts: list[bytes]


class BlockValues(Struct, frozen=True):
    """The filled cells of one block, as `SheetValues` has them but for texts that are not shared.

    Parameters
    ----------
    rows, columns, kinds, styles, numbers : arrays, shape (cells,)
        ``numbers`` of cells whose content is kept as it is written are not set yet.
    written : array of int
        Which of the cells these are.
    starts, ends : arrays of int
        Where in the block the content of each of them stands.
    """

    rows: npt.NDArray[np.int32]
    columns: npt.NDArray[np.int16]
    kinds: Bytes
    styles: npt.NDArray[np.int32]
    numbers: npt.NDArray[np.float64]
    written: Places
    starts: Places
    ends: Places


def read_values(cells: BlockCells) -> BlockValues | None:
    """Return the values of a block's filled cells, None when one has no number that is sure to be meant."""
    filled = np.flatnonzero(cells.kinds)
    kinds, starts, ends = cells.kinds[filled], cells.starts[filled], cells.ends[filled]
    numeric = np.flatnonzero((kinds == CellKind.NUMBER) | (kinds == CellKind.SHARED) | (kinds == CellKind.FLAG))
    read = read_numbers(cells.text, starts[numeric], ends[numeric])
    if read is None:
        return None
    indices = read[kinds[numeric] == CellKind.SHARED]
    flags = read[kinds[numeric] == CellKind.FLAG]
    if ((indices < 0) | (indices != np.floor(indices)) | (indices > 2**40)).any() or (flags * (flags - 1)).any():
        return None
    numbers = np.empty(len(filled), dtype=np.float64)
    numbers[numeric] = read
    written = np.flatnonzero(kinds >= CellKind.INLINE)
    written = written[kinds[written] != CellKind.FLAG]
    return BlockValues(
        cells.rows[filled].astype(np.int32), cells.columns[filled].astype(np.int16), kinds,
        cells.styles[filled].astype(np.int32), numbers, written, starts[written], ends[written],
    )  # fmt: skip


class ValuesKept(Struct):
    """Gathers values block by block; ``whole`` tells that none was missed."""

    whole: bool = True
    _blocks: list[tuple[npt.NDArray[np.generic], ...]] = field(default_factory=list)
    _texts: dict[bytes, int] = field(default_factory=dict)
    _count: int = 0

    def give_up(self) -> None:
        """Let go of everything: some cells cannot be kept."""
        self.whole = False
        self._blocks, self._texts = [], {}

    def add(self, block: bytes, values: BlockValues | None) -> None:
        """Keep the filled cells of one more block; None for a block of which not all can be kept."""
        if not self.whole:
            return
        self._count += 0 if values is None else len(values.kinds)
        if values is None or self._count > MOST_CELLS:
            self.give_up()
            return
        known = self._texts
        values.numbers[values.written] = [
            known.setdefault(block[start:end], len(known))
            for start, end in zip(values.starts.tolist(), values.ends.tolist(), strict=True)
        ]
        self._blocks.append((values.rows, values.columns, values.kinds, values.styles, values.numbers))

    def values(self) -> SheetValues | None:
        """Return what was kept; None when not every cell was."""
        if not self.whole:
            return None
        blocks, self._blocks = self._blocks, []
        if not blocks:
            none = np.empty(0, dtype=np.int32)
            return SheetValues(none, none.astype(np.int16), none.astype(np.uint8), none, none.astype(np.float64), [])
        rows, columns, kinds, styles, numbers = map(np.concatenate, zip(*blocks, strict=True))
        return SheetValues(rows, columns, kinds, styles, numbers, list(self._texts))
