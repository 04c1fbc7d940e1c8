"""One row's new cells put among its old ones, in whatever legal form the row is written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import letters
from leadbook.books.ooxml.edits import KeptStyle
from leadbook.books.ooxml.sheet_stream import attributes_of, cell_column
from leadbook.books.ooxml.xmlparts import is_true, whole_number

if TYPE_CHECKING:
    from leadbook.books.ooxml.edits import CellEdits, RenderedRows, RowEdit
    from leadbook.books.ooxml.sheet_stream import SheetStream
    from leadbook.books.ooxml.values import CellWriter

_SPANS = re.compile(rb"""\sspans=(["'])(\d+):(\d+)\1""")


class RowSplicer:
    """Merges rows of one sheet with their edits.

    ``formulas_lost`` tells whether a formula was overwritten so far. Whether one may be was checked when the
    cells were asked for.
    """

    def __init__(self, stream: SheetStream, edits: CellEdits, rendered: RenderedRows, writer: CellWriter) -> None:
        self._stream = stream
        self._edits = edits
        self._writer = writer
        self._p = stream.head.prefix
        self._columns, self._names = rendered.columns, rendered.names
        self._runs = _runs(self._columns)
        self._markers = [b'<%sc r="%s' % (self._p, name.encode()) for name in self._names]
        self._column_styles = column_styles(stream.head.text, self._p)
        self._utf8 = stream.head.utf8
        self.formulas_lost = False

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
        return b'<%srow r="%d">%s</%srow>' % (self._p, edit.row, cells, self._p)

    def row(self, block: bytes, start: int, body: int, end: int, edit: RowEdit, *, empty: bool) -> bytes:
        """Return a row (``block[start:end]``, whose cells begin at ``body``) with its edits."""
        close = self._stream.row_close
        if empty:
            tag, cells = block[start : end - 2].rstrip() + b">", b""
        else:
            tag, cells = block[start:body], block[body : end - len(close)]
        new = self._put_runs(cells, edit) if edit.blob is not None else None
        if new is None:
            style = _row_style(tag)
            new = self._put_cells(cells, edit, style)
            if new is None:
                new = self._merge(cells, edit, style)
        return self.widened(tag, edit) + new + close

    def widened(self, tag: bytes, edit: RowEdit) -> bytes:
        """Return a row's tag with its ``spans`` hint covering the new cells."""
        if b" spans=" not in tag:
            return tag
        found = _SPANS.search(tag)
        if found is None:
            return tag
        low, high = int(found[2]), int(found[3])
        if edit.blob is not None:
            first, last = self._columns[0], self._columns[-1]
        else:
            touched = [c for c, cell in zip(self._columns, edit.cells, strict=True) if cell is not None]
            first, last = touched[0], touched[-1]
        if low <= first and last <= high:
            return tag
        hint = b' spans="%d:%d"' % (min(low, first), max(high, last))
        return tag[: found.start()] + hint + tag[found.end() :]

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

    def _over(self, old: bytes, edit: RowEdit, index: int, row_style: int | None) -> bytes:
        """Render a cell over an old one, whose style it keeps when none was given."""
        if b"<" + self._p + b"f" in old:
            self.formulas_lost = True
        cell = edit.cells[index]
        if not isinstance(cell, KeptStyle):
            return self._fresh(edit, index, row_style)
        style = attributes_of(old[: old.find(b">")]).get(b"s", b"0").decode("latin-1")
        address = f"{self._names[index]}{edit.row}"
        return self.encode(self._writer.render(address, whole_number(style), cell.value))

    def _put_runs(self, cells: bytes, edit: RowEdit) -> bytes | None:
        """Replace each unbroken run of columns in one cut; None when the row needs a closer look."""
        p = self._p
        number = b'%d"' % edit.row
        pieces: list[bytes] = []
        position = 0
        for first, stop in self._runs:
            blob = self.encode("".join(edit.cells[first:stop]))  # type: ignore[arg-type] # a blob: all are text
            place = self._run_place(cells, position, (first, stop), number)
            if place is None:
                return None
            at, until = place
            if b"<" + p + b"f" in cells[at:until]:
                self.formulas_lost = True
            pieces += (cells[position:at], blob)
            position = until
        pieces.append(cells[position:])
        return b"".join(pieces)

    def _run_place(self, cells: bytes, position: int, run: tuple[int, int], number: bytes) -> tuple[int, int] | None:
        """Return where a run's old cells stand (an empty stretch for none); None when that is not plain."""
        p = self._p
        first, stop = run
        opening = b"<" + p + b"c "
        final = cells.rfind(opening, position)
        if final < 0:
            # With no cell to the right, the run goes to the end.
            return None if cells.find(b"<" + p + b"c", position) >= 0 else (len(cells), len(cells))
        if cells[final + len(opening) : final + len(opening) + 3] != b'r="':
            return None
        last = cell_column(cells[final + len(p) + 2 : cells.find(b">", final)], 0)
        at = next(
            (found for marker in self._markers[first:stop] if (found := cells.find(marker + number, position)) >= 0),
            -1,
        )
        if at < 0:
            return (len(cells), len(cells)) if last < self._columns[first] else None
        if last <= self._columns[stop - 1]:
            return at, len(cells)
        following = b'<%sc r="%s' % (p, letters(self._columns[stop - 1] + 1).encode())
        until = cells.find(following + number, at)
        return (at, until) if until >= 0 else None

    def _put_cells(self, cells: bytes, edit: RowEdit, row_style: int | None) -> bytes | None:
        """Replace cells that exist, one find each; None when one has to be inserted."""
        close = b"</" + self._p + b"c>"
        number = b'%d"' % edit.row
        pieces: list[bytes] = []
        position = 0
        for index, cell in enumerate(edit.cells):
            if cell is None:
                continue
            at = cells.find(self._markers[index] + number, position)
            if at < 0:
                return None
            tag_end = cells.find(b">", at)
            if cells[tag_end - 1 : tag_end] == b"/":
                until = tag_end + 1
            else:
                until = cells.find(close, tag_end) + len(close)
                if until < len(close):
                    return None
            pieces += (cells[position:at], self._over(cells[at:until], edit, index, row_style))
            position = until
        pieces.append(cells[position:])
        return b"".join(pieces)

    def _merge(self, cells: bytes, edit: RowEdit, row_style: int | None) -> bytes:
        """Put cells into a row written in any legal form, looking at each of its cells."""
        wanted = {column: index for index, column in enumerate(self._columns) if edit.cells[index] is not None}
        pieces: list[bytes] = []
        position = 0
        for column, found in self._stream.cells(cells):
            pieces.append(cells[position : found.start()])
            position = found.end()
            pieces.extend(
                self._fresh(edit, wanted.pop(before), row_style) for before in sorted(wanted) if before < column
            )
            if column in wanted:
                pieces.append(self._over(found[0], edit, wanted.pop(column), row_style))
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


def _runs(columns: list[int]) -> list[tuple[int, int]]:
    """Return the index ranges of columns that stand side by side."""
    runs: list[tuple[int, int]] = []
    start = 0
    for index in range(1, len(columns) + 1):
        if index == len(columns) or columns[index] != columns[index - 1] + 1:
            runs.append((start, index))
            start = index
    return runs


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
