"""Cells put into a worksheet's bytes as they stream by; every byte that is not asked about passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.edits import BATCH, CellEdits, RenderedRows, RowEdit
from leadbook.books.ooxml.row_splice import RowSplicer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leadbook.books.ooxml.sheet_stream import SheetStream
    from leadbook.books.ooxml.values import CellWriter


class Splicer:
    """Streams one worksheet through its edits.

    Parameters
    ----------
    stream : SheetStream
    edits : CellEdits
    writer : CellWriter
        With the stream's prefix.
    head, tail : callable
        Given the sheet's bytes before the rows and after them, return what to write there.
    size : int
        How many bytes the part has.
    """

    def __init__(
        self,
        stream: SheetStream,
        edits: CellEdits,
        writer: CellWriter,
        head: Callable[[bytes], bytes],
        tail: Callable[[bytes], bytes],
        *,
        size: int,
    ) -> None:
        self._stream = stream
        self._size = size
        self._taken = self._given = 0
        self._rendered = RenderedRows(edits, writer)
        self._head, self._tail = head, tail
        self._p = stream.head.prefix
        self._rows = RowSplicer(stream, edits, self._rendered, writer)
        self._has_formulas = edits.has_formulas

    @property
    def formulas_changed(self) -> bool:
        """Tell whether formulas were added or taken away; known once all chunks were read."""
        return self._has_formulas or self._rows.formulas_lost

    def chunks(self) -> Iterator[bytes]:
        """Yield the edited part.

        Raises
        ------
        PackageRefusedError
            When not every byte of the old part came by and is accounted for in the new one.
        """
        head = self._stream.head
        yield self._counted(head.text, self._head(head.text))
        if head.empty and not self._rendered.rows:
            yield self._counted(head.tag, head.tag)
        else:
            yield self._counted(head.tag, head.tag[:-2].rstrip() + b">" if head.empty else head.tag)
            yield from self._splice(iter(self._rendered))
            yield self._counted(self._stream.close, b"</" + self._p + b"sheetData>")
        yield self._counted(self._stream.tail, self._tail(self._stream.tail))
        self._stream.check_whole(self._size)
        if self._given - self._taken != self._rows.growth:
            raise self._stream.refuse("could not be changed without losing something")

    def _counted(self, taken: bytes, given: bytes) -> bytes:
        """Keep the account of what is cut out and put in around the rows."""
        self._taken += len(taken)
        self._given += len(given)
        self._rows.growth += len(given) - len(taken)
        return given

    def _splice(self, edits: Iterator[RowEdit]) -> Iterator[bytes]:
        waiting = next(edits, None)
        last = 0
        for block in self._stream.blocks():
            tip = -1 if waiting is None else self._last_row(block)
            if waiting is None or 0 <= tip < waiting.row:
                last = max(last, tip)
                new = block
            else:
                new, last, waiting = self._edited(block, waiting, edits, last)
            self._taken += len(block)
            self._given += len(new)
            yield new
        while waiting is not None:
            pieces: list[bytes] = []
            while waiting is not None and len(pieces) < BATCH:
                pieces.append(self._rows.new_row(waiting))
                waiting = next(edits, None)
            new = b"".join(pieces)
            self._given += len(new)
            yield new

    def _edited(
        self, block: bytes, waiting: RowEdit, edits: Iterator[RowEdit], last: int
    ) -> tuple[bytes, int, RowEdit | None]:
        """Return a block with its edits, the number of its last row, and the edit that waits then."""
        out: list[bytes] = []
        cells = b"<" + self._p + b"c"
        # Whatever else a row may hold stands behind its cells (CT_Row), so nothing may be put at its very end.
        tidy = block.count(cells) == block.count(cells + b' r="') and b"extLst" not in block
        kept, last, left = self._in_step(block, waiting, edits, out, last) if tidy else (0, last, waiting)
        for row, start, body, end, empty in self._stream.rows(block, last, kept):
            last = row
            if left is None:
                break
            if left.row > row:
                continue
            out.append(block[kept:start])
            left = self._insert_before(row, left, edits, out)
            kept = start
            if left is not None and left.row == row:
                out.append(self._rows.row(block, start, body, end, left, empty=empty, tidy=tidy))
                kept = end
                left = next(edits, None)
        out.append(block[kept:])
        return b"".join(out), last, left

    def _insert_before(
        self, row: int, waiting: RowEdit | None, edits: Iterator[RowEdit], out: list[bytes]
    ) -> RowEdit | None:
        """Put in the rows that were not there before ``row``; return the edit that waits then."""
        while waiting is not None and waiting.row < row:
            out.append(self._rows.new_row(waiting))
            waiting = next(edits, None)
        return waiting

    def _last_row(self, block: bytes) -> int:
        """Return the number of a block's last row; -1 when only counting would tell."""
        if b"<" + self._p + b"row>" in block:
            return -1
        at = block.rfind(b"<" + self._p + b"row ")
        tag = self._stream.row_tag.match(block, at) if at >= 0 else None
        return self._stream.row_number(tag[1], -2) if tag is not None else -1

    def _in_step(
        self, block: bytes, waiting: RowEdit | None, edits: Iterator[RowEdit], out: list[bytes], last: int
    ) -> tuple[int, int, RowEdit | None]:
        """Put in edits for as long as each row of the block has one: the usual case, so it is done tightly.

        Returns
        -------
        tuple
            Where in the block it stopped, the number of the last row done, and the edit that waits.
        """
        opening, close = b'<%srow r="' % self._p, self._stream.row_close
        find, starts, put = block.find, block.startswith, self._rows.row
        position = 0
        while waiting is not None:
            if not starts(opening + b'%d"' % waiting.row, position):
                break
            tag_end = find(b">", position)
            end = find(close, tag_end)
            if end < 0 or block[tag_end - 1] == 47:
                break
            after = end + len(close)
            out.append(put(block, position, tag_end + 1, after, waiting, empty=False, tidy=True))
            last, position = waiting.row, after
            waiting = next(edits, None)
        return position, last, waiting
