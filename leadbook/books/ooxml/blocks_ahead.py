"""Blocks of rows looked through on several threads, in order and a few ahead of who reads them."""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from itertools import chain, islice
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.books.ooxml.block_cells import find_cells
from leadbook.books.ooxml.sheet_values import read_values

if TYPE_CHECKING:
    from collections.abc import Iterator
    from concurrent.futures import Future

    from leadbook.books.ooxml.block_cells import BlockCells
    from leadbook.books.ooxml.sheet_values import BlockValues

_THREADS = 2
"""More gain nothing: what hands out the blocks is one."""
_WORTH_THREADS = 2
"""Of fewer blocks, each some 2 MB, a thread would cost more than it saves."""


class BlockFound(Struct, frozen=True):
    """What was found in one block of rows.

    Parameters
    ----------
    block : bytes
    cells : BlockCells or None
        None when it is written in any unusual way.
    values : BlockValues or None
        Of the filled cells, where they were asked for and can be kept.
    """

    block: bytes
    cells: BlockCells | None
    values: BlockValues | None


def found_ahead(blocks: Iterator[bytes], prefix: bytes, *, in_values: bool) -> Iterator[BlockFound]:
    """Yield what is found in each block, in order, the next ones being looked through meanwhile on other threads.

    Parameters
    ----------
    blocks : iterator of bytes
        Whole rows.
    prefix : bytes
        Of the sheet's tags, with its colon; b"" for none.
    in_values : bool
        Whether the values of the cells are wanted too.

    Notes
    -----
    Whole-array steps let other threads work beside them, so two find cells nearly twice as fast as one.
    """
    begun = list(islice(blocks, _WORTH_THREADS))
    if len(begun) < _WORTH_THREADS:
        yield from (_found(block, prefix, in_values=in_values) for block in begun)
        return
    with ThreadPoolExecutor(_THREADS) as threads:
        ahead: deque[Future[BlockFound]] = deque()
        for block in chain(begun, blocks):
            ahead.append(threads.submit(_found, block, prefix, in_values=in_values))
            if len(ahead) > _THREADS:
                yield ahead.popleft().result()
        yield from (found.result() for found in ahead)


def _found(block: bytes, prefix: bytes, *, in_values: bool) -> BlockFound:
    if block.isspace():
        return BlockFound(block, None, None)
    plain = block
    if prefix:
        plain = block.replace(b"</" + prefix, b"</").replace(b"<" + prefix, b"<")
    cells = find_cells(plain)
    return BlockFound(block, cells, read_values(cells) if in_values and cells is not None else None)
