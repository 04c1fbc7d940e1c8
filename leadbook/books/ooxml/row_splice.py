"""One row's new cells put among its old ones, in whatever legal form the row is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import column_number, letters
from leadbook.books.ooxml.rendered_rows import KeptStyle
from leadbook.books.ooxml.sheet_stream import attributes_of
from leadbook.books.ooxml.xmlparts import is_true, whole_number

if TYPE_CHECKING:
    from leadbook.books.ooxml.cell_writer import CellWriter
    from leadbook.books.ooxml.edits import CellEdits
    from leadbook.books.ooxml.rendered_rows import RenderedRows, RowEdit
    from leadbook.books.ooxml.sheet_stream import SheetStream

_SPANS = re.compile(rb"""\sspans=(["'])(\d+):(\d+)\1""")
# What may follow a column's letters in the first characters after the quote: the row, perhaps the quote.
_NOT_LETTERS = b'0123456789"'


class RowSplicer:
    """Merges rows of one sheet with their edits.

    ``formulas_lost`` tells whether a formula was overwritten so far (whether one may be was checked when the
    cells were asked for), ``growth`` by how many bytes the rows have grown.
    """

    def __init__(self, stream: SheetStream, edits: CellEdits, rendered: RenderedRows, writer: CellWriter) -> None:
        self._stream = stream
        self._edits = edits
        self._writer = writer
        self._p = stream.head.prefix
        self._columns, self._names = rendered.columns, rendered.names
        self._places = {column: index for index, column in enumerate(self._columns)}
        self._together = bool(self._columns) and self._columns[-1] - self._columns[0] + 1 == len(self._columns)
        self._cell, self._cell_close = b"<%sc" % self._p, b"</%sc>" % self._p
        self._opening = self._cell + b' r="'
        self._marker = self._opening + (rendered.names[0].encode() if rendered.names else b"")
        self._formula = b"<" + self._p + b"f"
        self._column_styles = column_styles(stream.head.text, self._p)
        self._utf8 = stream.head.utf8
        self._numbers: dict[bytes, int] = {}
        self.formulas_lost = False
        self.growth = 0

    def encode(self, text: str) -> bytes:
        """Return rendered cells as the sheet's encoding has them."""
        return text.encode() if self._utf8 else text.encode("ascii", "xmlcharrefreplace")

    def new_row(self, edit: RowEdit) -> bytes:
        """Return a row that was not there; b"" when it would hold nothing."""
        if edit.blob is not None:
            cells = self.encode(edit.blob)
        else:
            cells = b"".join(self._fresh(edit, index, None) for index in range(len(self._columns)))
        if not cells:
            return b""
        row = b'<%srow r="%d">%s</%srow>' % (self._p, edit.row, cells, self._p)
        self.growth += len(row)
        return row

    def row(
        self, block: bytes, start: int, body: int, end: int, edit: RowEdit, *, empty: bool, tidy: bool = False
    ) -> bytes:
        """Return a row (``block[start:end]``, whose cells begin at ``body``) with its edits.

        ``tidy`` tells that each of its cells begins as Excel writes it, so that finds can stand for parsing.
        """
        close = self._stream.row_close
        if empty:
            tag, cells = block[start : end - 2].rstrip() + b">", b""
        else:
            tag, cells = block[start:body], block[body : end - len(close)]
        new = self._put_behind(tag, cells, edit) if tidy else self._merge(tag, cells, edit)
        whole = b"".join((self._widened(tag), new, close))
        self.growth += len(whole) - (end - start)
        return whole

    def _put_behind(self, tag: bytes, cells: bytes, edit: RowEdit) -> bytes:
        """Put cells into a tidy row, looking at no cell to the left of the first edited column."""
        opening, size = self._opening, len(self._opening)
        first, cut = self._columns[0], len(cells)
        at = cells.rfind(opening)
        last = self._column_at(cells, at + size) if at >= 0 else 0
        if last >= first:
            cut = cells.find(self._marker + b'%d"' % edit.row)
            if cut < 0:  # the first edited column has no cell here: step back from the end
                column = last
                while column >= first:
                    cut = at
                    at = cells.rfind(opening, 0, cut)
                    column = self._column_at(cells, at + size) if at >= 0 else 0
        if cut == len(cells):
            if edit.blob is not None:
                return cells + self.encode(edit.blob)
            style = _row_style(tag)
            return cells + b"".join(self._fresh(edit, index, style) for index in range(len(self._columns)))
        # White space behind the last cell stays behind the last cell.
        stop = len(cells) if cells.endswith(b">") else cells.rfind(b">") + 1
        if edit.complete and self._together and last <= self._columns[-1]:
            self.formulas_lost = self.formulas_lost or cells.find(self._formula, cut) >= 0
            return cells[:cut] + self.encode(edit.blob or "") + cells[stop:]
        return cells[:cut] + self._merge_tail(tag, cells[cut:stop], edit) + cells[stop:]

    def _column_at(self, cells: bytes, at: int) -> int:
        name = cells[at : at + 3].rstrip(_NOT_LETTERS)
        number = self._numbers.get(name)
        if number is None:
            number = self._numbers[name] = column_number(name)
        return number

    def _merge_tail(self, tag: bytes, tail: bytes, edit: RowEdit) -> bytes:
        """Put cells among the tidy ones that stand from the first edited column on."""
        return self._replaced(tail, edit) or self._inserted(tag, tail, edit)

    def _replaced(self, tail: bytes, edit: RowEdit) -> bytes:
        """Put cells in the place of old ones; b"" when one of them was not there."""
        out: list[bytes] = []
        position = 0
        for index, cell in enumerate(edit.cells):
            if cell is None:
                continue
            at = tail.find(b'%s%s%d"' % (self._opening, self._names[index].encode(), edit.row), position)
            end = tail.find(b">", at) + 1
            if at < 0 or not end:
                return b""
            if tail[end - 2] != ord("/"):
                end = tail.find(self._cell_close, end) + len(self._cell_close)
            out += (tail[position:at], self._over(tail[at:end], edit, index))
            position = end
        out.append(tail[position:])
        return b"".join(out)

    def _inserted(self, tag: bytes, tail: bytes, edit: RowEdit) -> bytes:
        """Put cells in the place of old ones or between them, in the order of the columns."""
        opening = self._opening
        pieces = tail.split(opening)[1:]
        columns = [self._column_at(piece, 0) for piece in pieces]
        merged = {column: opening + piece for column, piece in zip(columns, pieces, strict=True)}
        if sorted(merged) != columns:
            raise self._stream.refuse("has cells out of order")
        style: int | None = None
        known = False
        for index, (column, cell) in enumerate(zip(self._columns, edit.cells, strict=True)):
            if cell is None:
                continue
            old = merged.get(column)
            if old is not None:
                merged[column] = self._over(old, edit, index)
                continue
            if not known and not isinstance(cell, str):
                style, known = _row_style(tag), True
            merged[column] = self._fresh(edit, index, style)
        return b"".join([merged[column] for column in sorted(merged)])

    def _widened(self, tag: bytes) -> bytes:
        """Return a row's tag with its ``spans`` hint covering the edited columns."""
        found = _SPANS.search(tag) if b"spans" in tag else None
        if found is None:
            return tag
        new = min(int(found[2]), self._columns[0]), max(int(found[3]), self._columns[-1])
        return tag[: found.start()] + b' spans="%d:%d"' % new + tag[found.end() :]

    def _fresh(self, edit: RowEdit, index: int, row_style: int | None) -> bytes:
        """Render a cell that was not there; a kept style is then its row's or its column's."""
        cell = edit.cells[index]
        if cell is None:
            return b""
        if isinstance(cell, str):
            return self.encode(cell)
        column = self._columns[index]
        style = self._edits.default_style(edit.row, column)
        if style is None:
            if cell.value is None:
                return b""
            style = row_style if row_style is not None else self._column_styles.get(column, 0)
        return self.encode(self._writer.render(f"{self._names[index]}{edit.row}", style, cell.value))

    def _over(self, old: bytes, edit: RowEdit, index: int) -> bytes:
        """Render a cell over an old one, whose style it keeps when none was given."""
        if self._formula in old:
            self.formulas_lost = True
        cell = edit.cells[index]
        if not isinstance(cell, KeptStyle):
            return self.encode(cell or "")
        end = old.find(b">")
        at = old.find(b' s="', 0, end)
        text = old[at + 4 : old.find(b'"', at + 4)] if at >= 0 else b""
        if not text.isdigit():
            text = attributes_of(old[:end]).get(b"s", b"0") if b"s" in old[:end] else b"0"
        style = whole_number(text.decode("latin-1"))
        return self.encode(self._writer.render(f"{self._names[index]}{edit.row}", style, cell.value))

    def _merge(self, tag: bytes, cells: bytes, edit: RowEdit) -> bytes:
        """Put cells into a row written in any legal form, looking at each of its cells."""
        row_style = _row_style(tag)
        wanted = {column: index for column, index in self._places.items() if edit.cells[index] is not None}
        pieces: list[bytes] = []
        position = 0
        for column, found in self._stream.cells(cells):
            pieces.append(cells[position : found.start()])
            position = found.end()
            pieces.extend(
                self._fresh(edit, wanted.pop(before), row_style) for before in sorted(wanted) if before < column
            )
            if column in wanted:
                pieces.append(self._over(found[0], edit, wanted.pop(column)))
            elif b"r=" in found[1]:
                pieces.append(found[0])
            else:  # a cell without an address follows its predecessor, which may be a new one now
                address = b'<%sc r="%s%d"' % (self._p, letters(column).encode(), edit.row)
                pieces.append(address + found[0][len(self._p) + 2 :])
        rest = [self._fresh(edit, wanted[column], row_style) for column in sorted(wanted)]
        return b"".join([*pieces, *rest, cells[position:]])


def _row_style(tag: bytes) -> int | None:
    """Return the style a row gives its new cells."""
    if b"customFormat" not in tag:
        return None
    attributes = attributes_of(tag)
    if not is_true(attributes.get(b"customFormat", b"").decode("latin-1")):
        return None
    return whole_number(attributes.get(b"s", b"0").decode("latin-1"))


def column_styles(head: bytes, prefix: bytes) -> dict[int, int]:
    """Return the style of each column that has one of its own."""
    styles: dict[int, int] = {}
    for found in re.finditer(rb"<%scol\s([^>]*?)/?>" % re.escape(prefix), head):
        attributes = attributes_of(found[1])
        style = whole_number(attributes.get(b"style", b"0").decode("latin-1"))
        first = whole_number(attributes.get(b"min", b"0").decode("latin-1"))
        last = whole_number(attributes.get(b"max", b"0").decode("latin-1"))
        if style:
            styles.update(dict.fromkeys(range(first, min(last, 16_384) + 1), style))
    return styles
