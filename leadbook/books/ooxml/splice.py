"""Cells put into a worksheet's bytes as they stream by; every byte that is not asked about passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.block_splice import BlockSplicer
from leadbook.books.ooxml.rendered_rows import RenderedRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leadbook.books.ooxml.cell_writer import CellWriter
    from leadbook.books.ooxml.edits import CellEdits
    from leadbook.books.ooxml.sheet_stream import SheetStream


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
        self._rows = BlockSplicer(stream, edits, self._rendered, writer)
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
        if head.empty and self._rendered.row is None:
            yield self._counted(head.tag, head.tag)
        else:
            yield self._counted(head.tag, head.tag[:-2].rstrip() + b">" if head.empty else head.tag)
            yield from self._splice()
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

    def _splice(self) -> Iterator[bytes]:
        edits = self._rendered
        last = 0
        for block in self._stream.blocks():
            tip = -1 if edits.row is None else self._last_row(block)
            if edits.row is None or 0 <= tip < edits.row:
                last = max(last, tip)
                new = block
            else:
                new, last = self._edited(block, last)
            self._taken += len(block)
            self._given += len(new)
            yield new
        while edits.row is not None:
            new = self._rows.new_rows()
            self._given += len(new)
            yield new

    def _edited(self, block: bytes, last: int) -> tuple[bytes, int]:
        """Return a block with its edits, and the number of its last row."""
        out: list[bytes] = []
        edits, rows = self._rendered, self._rows
        kept, last = rows.in_step(block, out, last)
        tidy = edits.row is not None and kept < len(block) and rows.is_tidy(block)
        for row, start, body, end, empty in self._stream.rows(block, last, kept):
            last = row
            if edits.row is None:
                break
            if edits.row > row:
                continue
            out.append(block[kept:start])
            while edits.row is not None and edits.row < row:  # rows that were not there before
                out.append(rows.new_row(edits.take()))
            kept = start
            if edits.row == row:
                out.append(rows.row(block, start, body, end, edits.take(), empty=empty, tidy=tidy))
                kept = end
        out.append(block[kept:])
        return b"".join(out), last

    def _last_row(self, block: bytes) -> int:
        """Return the number of a block's last row; -1 when only counting would tell."""
        at = block.rfind(b"<" + self._p + b"row")
        tag = self._stream.row_tag.match(block, at) if at >= 0 else None
        return self._stream.row_number(tag[1], -2) if tag is not None else -1
