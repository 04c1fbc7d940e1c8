"""Cells put into a worksheet's bytes as they stream by; every byte that is not asked about passes through."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.edits import BATCH, CellEdits, RenderedRows, RowEdit
from leadbook.books.ooxml.row_splice import RowSplicer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leadbook.books.ooxml.sheet_stream import SheetStream
    from leadbook.books.ooxml.values import CellWriter

_DIGITS = b'0123456789"'


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
    """

    def __init__(
        self,
        stream: SheetStream,
        edits: CellEdits,
        writer: CellWriter,
        head: Callable[[bytes], bytes],
        tail: Callable[[bytes], bytes],
    ) -> None:
        self._stream = stream
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
        """Yield the edited part."""
        head = self._stream.head
        yield self._head(head.text)
        if head.empty and not self._rendered.rows:
            yield head.tag
        else:
            yield head.tag[:-2].rstrip() + b">" if head.empty else head.tag
            yield from self._splice(iter(self._rendered))
            yield b"</" + self._p + b"sheetData>"
        yield self._tail(self._stream.tail)

    def _splice(self, edits: Iterator[RowEdit]) -> Iterator[bytes]:
        waiting = next(edits, None)
        last = 0
        for block in self._stream.blocks():
            if waiting is None:
                yield block
                continue
            tip = self._last_row(block)
            if 0 <= tip < waiting.row:
                last = tip
                yield block
                continue
            out: list[bytes] = []
            kept, last, waiting = self._in_step(block, waiting, edits, out, last)
            for row, start, body, end, empty in self._stream.rows(block, last, kept):
                last = row
                if waiting is None:
                    break
                if waiting.row > row:
                    continue
                out.append(block[kept:start])
                waiting = self._insert_before(row, waiting, edits, out)
                kept = start
                if waiting is not None and waiting.row == row:
                    out.append(self._rows.row(block, start, body, end, waiting, empty=empty))
                    kept = end
                    waiting = next(edits, None)
            out.append(block[kept:])
            yield b"".join(out)
        while waiting is not None:
            pieces: list[bytes] = []
            while waiting is not None and len(pieces) < BATCH:
                pieces.append(self._rows.new_row(waiting))
                waiting = next(edits, None)
            yield b"".join(pieces)

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
        names = [name.encode() for name in self._rendered.names]
        columns = self._rendered.columns
        if columns[-1] - columns[0] + 1 != len(columns):
            return 0, last, waiting
        p, close = self._p, self._stream.row_close
        opening, cell, marker = b'<%srow r="' % p, b'<%sc r="' % p, b'<%sc r="%s' % (p, names[0])
        formula = b"<" + p + b"f"
        has_formulas = formula in block
        skip, own = len(cell), frozenset(names)
        encode, widened = self._rows.encode, self._rows.widened
        find, rfind = block.find, block.rfind
        position = 0
        while waiting is not None:
            row = b'%d"' % waiting.row
            tag_end = find(b">", position)
            end = find(close, tag_end)
            if not block.startswith(opening + row, position) or end < 0 or block[tag_end - 1] == 47:
                break
            body, after = tag_end + 1, end + len(close)
            at = find(marker + row, body, end)
            final = rfind(cell, body, end)
            if waiting.blob is None or at < 0 or block[final + skip : final + skip + 3].rstrip(_DIGITS) not in own:
                out.append(self._rows.row(block, position, body, after, waiting, empty=False))
            else:
                if has_formulas and find(formula, at, end) >= 0:
                    self._rows.formulas_lost = True
                out += (widened(block[position:body], waiting), block[body:at], encode(waiting.blob), close)
            last, position = waiting.row, after
            waiting = next(edits, None)
        return position, last, waiting
