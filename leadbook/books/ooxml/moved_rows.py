"""A sheet's rows with some taken out or put in, streamed: a row that moves has its number changed, not its cells."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.books.ooxml.addresses import letters
from leadbook.books.ooxml.sheet_stream import attributes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from collections.abc import Set as AbstractSet

    from leadbook.books.ooxml.moved_formulas import MovedFormulas
    from leadbook.books.ooxml.sheet_stream import SheetStream
    from leadbook.books.ooxml.shifts import Shift

_DECLARED = re.compile(rb"\sxmlns:([\w.-]+)\s*=")
_HIDDEN = re.compile(rb"""\shidden\s*=\s*(["'])(1|true)\1""")
_SPANS = re.compile(rb"""\sspans=(["'])(\d+):(\d+)\1""")


class NewRow(Struct, frozen=True):
    """A row to put in.

    Parameters
    ----------
    attributes : str
        Of its ``row`` element, without ``r``; left out where only the table's cells move.
    cells : mapping of int to str
        Column to what follows the address in its ``c`` element: further attributes, ">", content, or "/>" alone.
    """

    attributes: str = ""
    cells: Mapping[int, str] = field(default_factory=dict)


class _Row(Struct):
    """A row cut in three: the cells before the columns that move, those that move, and those behind."""

    piece: bytes = b""
    tag: bytes = b""
    left: bytes = b""
    inside: bytes = b""
    right: bytes = b""


class MovedRows:
    """Streams one sheet's rows through a shift.

    Parameters
    ----------
    stream : SheetStream
    shift : Shift
    formulas : MovedFormulas
    new : mapping of int to NewRow
        The rows to put in, by their numbers; empty when rows are taken out.
    hidden : set of int
        The rows of the sheet that are hidden. Where only the table's cells move, a record that is hidden stays so.
    """

    def __init__(
        self,
        stream: SheetStream,
        shift: Shift,
        formulas: MovedFormulas,
        new: Mapping[int, NewRow] | None = None,
        hidden: AbstractSet[int] = frozenset(),
    ) -> None:
        self._stream = stream
        self._shift = shift
        self._formulas = formulas
        self._new = dict(new or {})
        self._was_hidden = hidden
        self._p = stream.head.prefix
        self._opening = b"<%sc" % self._p
        self._address = re.compile(rb"(<%sc(?=[\s>/])[^>]*?\sr\s*=\s*[\"'])([A-Z]{1,3})\d+" % re.escape(self._p))

    def chunks(self) -> Iterator[bytes]:
        """Yield the rows as they are afterwards."""
        if self._shift.whole:
            yield from self._whole()
        else:
            yield from self._inside()

    def _whole(self) -> Iterator[bytes]:
        shift, waiting = self._shift, sorted(self._new)
        last = 0
        for block in self._stream.blocks():
            out: list[bytes] = []
            kept = 0
            for row, start, body, end, empty in self._stream.rows(block, last):
                last = row
                new = shift.row(row)
                out.append(block[kept:start])
                kept = end
                if new is None:  # what its formulas pointed at does not matter any more
                    continue
                while waiting and waiting[0] < new:
                    out.append(self._made(waiting.pop(0)))
                piece = block[start:end]
                if not empty:
                    cells = block[body:end]
                    moved = self._formulas.cells(cells, row, self._stream)
                    if moved is not cells:
                        piece = block[start:body] + moved
                out.append(piece if new == row else self.renumbered(piece, body - start, row, new))
            out.append(block[kept:])
            yield b"".join(out)
        yield b"".join(self._made(row) for row in waiting)

    def renumbered(self, piece: bytes, body: int, row: int, new: int) -> bytes:
        """Return a row (whose cells begin at ``body``) under a new number."""
        old = b'%d"' % row
        if piece.count(old) == piece.count(self._opening + b' r="') + 1 and piece.startswith(
            b'<%srow r="%s' % (self._p, old)
        ):
            # Each address ends so, and nothing else does: one replacement does what looking at each cell would.
            return piece.replace(old, b'%d"' % new)
        tag = piece[:body]
        if b"r" in attributes_of(tag):
            tag = re.sub(rb"""(\sr\s*=\s*["'])\d+""", rb"\g<1>%d" % new, tag, count=1)
        else:
            tag = tag.replace(b"<%srow" % self._p, b'<%srow r="%d"' % (self._p, new), 1)
        return tag + self._readdressed(piece[body:], new)

    def _readdressed(self, cells: bytes, row: int) -> bytes:
        number = b"%d" % row
        return self._address.sub(lambda found: found[1] + found[2] + number, cells)

    def _made(self, row: int) -> bytes:
        """Return a row that is put in."""
        new = self._new[row]
        cells = self._new_cells(row)
        attributes = self._known(new.attributes.encode())
        return b'<%srow r="%d"%s>%s</%srow>' % (self._p, row, attributes, cells, self._p)

    def _known(self, attributes: bytes) -> bytes:
        """Return a row's attributes without those whose prefix the sheet does not declare (any more)."""
        declared = {b"xml", *_DECLARED.findall(self._stream.head.text)}
        found = attributes_of(b" " + attributes).items()
        return b"".join(
            b' %s="%s"' % (name, value) for name, value in found if b":" not in name or name.split(b":")[0] in declared
        )

    def _new_cells(self, row: int) -> bytes:
        cells = self._new[row].cells
        return b"".join(
            b'<%sc r="%s%d"%s' % (self._p, letters(column).encode(), row, cells[column].encode())
            for column in sorted(cells)
        )

    def _inside(self) -> Iterator[bytes]:
        """Yield the rows where only some columns move: the others stay, so each row is put together anew."""
        shift = self._shift
        rows: dict[int, _Row] = {}
        inside: dict[int, bytes] = {}
        last = 0
        for block in self._stream.blocks():
            out: list[bytes] = []
            kept = 0
            for row, start, body, end, empty in self._stream.rows(block, last):
                last = row
                out.append(block[kept:start])
                kept = end
                if row < shift.first_row:
                    cells = self._formulas.cells(block[body:end], row, self._stream) if not empty else b""
                    out += [block[start:body], cells]
                    continue
                cut = rows[row] = self._cut(block[start:end], body - start, row, empty=empty)
                new = shift.row(row)
                if new is not None and cut.inside:
                    moved = self._formulas.cells(cut.inside, row, self._stream)
                    inside[new] = moved if new == row else self._readdressed(moved, new)
            out.append(block[kept:] if not rows else b"")
            yield b"".join(out)
        inside |= {row: self._new_cells(row) for row in self._new}
        yield from self._joined(rows, inside)

    def _joined(self, rows: Mapping[int, _Row], inside: Mapping[int, bytes]) -> Iterator[bytes]:
        p, hidden = self._p, self._hidden()
        for row in sorted(rows.keys() | inside.keys()):
            old = rows.get(row)
            cells = inside.get(row, b"")
            if old is None:
                if cells:
                    yield b'<%srow r="%d"%s>%s</%srow>' % (p, row, b' hidden="1"' * (row in hidden), cells, p)
                continue
            if (row in hidden) != (row in self._was_hidden):
                tag = _HIDDEN.sub(b"", old.tag)
                old.tag = tag[:-1].rstrip(b"/") + b' hidden="1">' if row in hidden else tag
                old.piece = b""
            self._formulas.records = False
            left, right = (self._formulas.cells(part, row, self._stream) for part in (old.left, old.right))
            if old.piece and cells == old.inside and (left, right) == (old.left, old.right):
                yield old.piece
            elif left or cells or right or attributes_of(old.tag).keys() - {b"r", b"spans"}:
                yield b"".join((self._spanned(old.tag), left, cells, right, b"</%srow>" % p))

    def _hidden(self) -> set[int]:
        """Return the rows that are hidden afterwards where only the table's cells move."""
        shift = self._shift
        first, last = shift.body
        end = last + len(shift.rows) if shift.inserting else last
        found = {row for row in self._was_hidden if not first <= row <= end}
        found |= {new for row in self._was_hidden if first <= row <= last and (new := shift.row(row)) is not None}
        return found | {row for row, one in self._new.items() if _HIDDEN.search(b" " + one.attributes.encode())}

    def _cut(self, piece: bytes, body: int, row: int, *, empty: bool) -> _Row:
        """Cut a row at the columns that move."""
        if empty:
            return _Row(piece, piece[:-2].rstrip() + b">")
        tag, cells = piece[:body], piece[body : piece.rindex(b"</%srow" % self._p)]
        first = end = -1
        for column, found in self._stream.cells(cells):
            if b"r=" not in found[1]:
                raise self._stream.refuse(f"has cells without an address in row {row}")
            if column < self._shift.first_column:
                continue
            if column > self._shift.last_column:
                break
            first = found.start() if first < 0 else first
            end = found.end()
        if first < 0:
            at = self._behind(cells)
            return _Row(piece, tag, cells[:at], b"", cells[at:])
        return _Row(piece, tag, cells[:first], cells[first:end], cells[end:])

    def _behind(self, cells: bytes) -> int:
        """Return where cells of the columns that move belong in a row that has none."""
        at = 0
        for column, found in self._stream.cells(cells):
            if column > self._shift.last_column:
                break
            at = found.end()
        return at

    def _spanned(self, tag: bytes) -> bytes:
        """Return a row's tag with its ``spans`` hint covering the columns that move."""
        found = _SPANS.search(tag)
        if found is None:
            return tag
        low = min(int(found[2]), self._shift.first_column)
        high = max(int(found[3]), self._shift.last_column)
        return tag[: found.start()] + b' spans="%d:%d"' % (low, high) + tag[found.end() :]
