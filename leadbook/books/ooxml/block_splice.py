"""Whole blocks of rows put together with their new cells, a few finds a row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.row_splice import RowSplicer

if TYPE_CHECKING:
    from leadbook.books.ooxml.cell_writer import CellWriter
    from leadbook.books.ooxml.edits import CellEdits
    from leadbook.books.ooxml.rendered_rows import RenderedRows
    from leadbook.books.ooxml.sheet_stream import SheetStream

_MOST_TAGS = 10_000
"""Rows that differ in height or look have tags of their own; so many kinds are remembered."""


class BlockSplicer(RowSplicer):
    """Merges rows of one sheet with their edits, as many at a time as are written in the usual form."""

    def __init__(self, stream: SheetStream, edits: CellEdits, rendered: RenderedRows, writer: CellWriter) -> None:
        super().__init__(stream, edits, rendered, writer)
        self._rendered = rendered
        self._tags: dict[bytes, bytes] = {}
        self._left: set[bytes] = set()

    def in_step(self, block: bytes, out: list[bytes], last: int) -> tuple[int, int]:
        """Put in edits for as long as their rows stand in a block: the usual case, so it is done tightly.

        Returns
        -------
        tuple
            Where in the block it stopped, and the number of the last row done.
        """
        edits, close = self._rendered, self._stream.row_close
        position = 0
        tidy: bool | None = None
        while edits.row is not None:
            done = 0
            for row, blob in zip(*edits.ahead(), strict=True):
                start = b'<%srow r="%d"' % (self._p, row)
                if not block.startswith(start, position):
                    at = block.find(start, position)
                    if at < 0:
                        break
                    out.append(block[position:at])  # rows between, which nothing is asked of
                    position = at
                end = block.find(close, position)
                if end < 0:
                    break
                body = block.find(b">", position) + 1
                tag = block[position + len(start) : body]
                wide = self._tags.get(tag) or self._wide(tag)
                if not wide:
                    break
                if blob is not None and self._stands_right(block, body, end):
                    more = self.encode(blob)
                    out += (start, wide, block[body:end], more, close)
                    self.growth += len(wide) - len(tag) + len(more)
                else:
                    tidy = self.is_tidy(block) if tidy is None else tidy
                    if not tidy:
                        break
                    cells = block[body:end]
                    new = self._put_behind(block[position:body], cells, edits.edit(done))
                    out += (start, wide, new, close)
                    self.growth += len(wide) - len(tag) + len(new) - len(cells)
                position = end + len(close)
                last = row
                done += 1
            else:
                edits.skip(done)
                continue
            edits.skip(done)
            break
        return position, last

    def is_tidy(self, block: bytes) -> bool:
        """Tell whether each cell of a block begins as Excel writes it, so that finds can stand for parsing."""
        cells = b"<" + self._p + b"c"
        # Whatever else a row may hold stands behind its cells (CT_Row), so nothing may be put at its very end.
        return block.count(cells) == block.count(cells + b' r="') and b"extLst" not in block

    def _stands_right(self, block: bytes, body: int, end: int) -> bool:
        """Tell whether the edited columns stand right of all cells of a row, the last of which ends the row."""
        at = block.rfind(self._cell, body, end)
        opening = block[at : at + len(self._opening) + 3]
        if opening not in self._left:
            if at < 0 or not opening.startswith(self._opening):
                return False
            if self._column_at(opening, len(self._opening)) >= self._columns[0]:
                return False
            self._left.add(opening)
        return block.endswith(self._cell_close, body, end)

    def _wide(self, tag: bytes) -> bytes:
        """Return the end of a row's tag, after its number, with its ``spans`` widened; b"" when it closes the row."""
        wide = b"" if tag.endswith(b"/>") else self._widened(tag)
        if len(self._tags) < _MOST_TAGS:
            self._tags[tag] = wide
        return wide

    def new_rows(self) -> bytes:
        """Return the rows that wait next, none of which was there, as far as they are rendered."""
        edits, p = self._rendered, self._p.decode("ascii")
        rows, blobs = edits.ahead()
        if None in blobs:
            return b"".join([self.new_row(edits.take()) for _ in rows])
        filled = [f'<{p}row r="{row}">{blob}</{p}row>' for row, blob in zip(rows, blobs, strict=True) if blob]
        edits.skip(len(rows))
        new = self.encode("".join(filled))
        self.growth += len(new)
        return new
