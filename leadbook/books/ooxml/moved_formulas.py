"""The formulas in a sheet's bytes after rows moved: each changed in place, shared ones kept shared where that holds."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.books.ooxml.addresses import Area, letters, parse_area
from leadbook.books.ooxml.escape import unescape_xml
from leadbook.books.ooxml.formula_shifts import translated
from leadbook.books.ooxml.sheet_stream import attributes_of

if TYPE_CHECKING:
    from leadbook.books.ooxml.formula_shifts import FormulaShift
    from leadbook.books.ooxml.sheet_stream import SheetStream


class SharedFormula(Struct, frozen=True):
    """A formula that several cells share: its text, its first cell, and whether it stays shared."""

    text: str
    row: int
    column: int
    area: Area | None
    stays: bool


class MovedFormulas(Struct, dict=True):
    """Changes the formulas of one sheet's cells.

    Parameters
    ----------
    change : FormulaShift
    home : bool
        Whether it is the sheet whose rows move.
    names : tuple of bytes
        How the sheet whose rows move is spelled in formulas of other sheets; others are passed over unread.
    records : bool
        Whether the cells that are changed now may be the table's own.
    lost, inherited : list of (first row, last row, address)
        References to rows that are gone, with the cell that holds them: nowhere now, and to their heir.
    """

    change: FormulaShift
    home: bool
    names: tuple[bytes, ...]
    prefix: bytes = b""
    shared: dict[bytes, SharedFormula] = field(default_factory=dict)
    lost: list[tuple[int, int, str]] = field(default_factory=list)
    inherited: list[tuple[int, int, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        p = re.escape(self.prefix)
        self.records = True
        self._formula = re.compile(rb"<%sf(?=[\s>/])([^>]*?)(?:/>|>([^<]*)</%sf\s*>)" % (p, p))
        self._mark = b"<" + self.prefix + b"f"

    def gather(self, block: bytes, stream: SheetStream, last: int) -> int:
        """Take in the shared formulas of a block of rows; return the number of its last row."""
        row = last
        for row, _, body, end, empty in stream.rows(block, last):
            if empty or b"shared" not in (cells := block[body:end]):
                continue
            for column, found in stream.cells(cells):
                formula = self._formula.search(found[2] or b"")
                if formula is None or not formula[2] or b"shared" not in formula[1]:
                    continue
                named = attributes_of(formula[1])
                if named.get(b"t") != b"shared":
                    continue
                text = unescape_xml(formula[2])
                area = parse_area(named.get(b"ref", b"").decode("latin-1"))
                stays = self._stays(text, row, column, area)
                self.shared[named.get(b"si", b"")] = SharedFormula(text, row, column, area, stays)
        return row

    def _stays(self, text: str, row: int, column: int, area: Area | None) -> bool:
        """Tell whether a shared formula may stay shared: it moves as one, or nothing that it is about moves."""
        if not self.home:
            return not any(name in text.casefold().encode() for name in (one.lower() for one in self.names))
        shift = self.change.shift
        moves = shift.moves(column, column)
        return (
            area is not None
            and area.first_column == area.last_column
            and (shift.row(row) is not None or not moves)
            and self.change.goes_along(text, row, moves=moves)
        )

    def cells(self, cells: bytes, row: int, stream: SheetStream) -> bytes:
        """Return a row's cells with their formulas changed; their addresses are still the old ones."""
        if self._mark not in cells:
            return cells
        if not self.home and not self.shared and not any(name in cells for name in self.names):
            return cells
        first, last = self.change.shift.body
        self.change.record = row if self.home and self.records and first <= row <= last else 0
        if not self.shared and b"ref" not in cells:
            return self._formula.sub(lambda found: self._plain(found, cells, row), cells)
        pieces: list[bytes] = []
        position = 0
        for column, cell in stream.cells(cells):
            content = cell[2]
            if not content or self._mark not in content:
                continue
            new = self._formula.sub(
                lambda found, column=column: self._any(found, row, column),
                content,
            )
            pieces += [cells[position : cell.start(2)], new]
            position = cell.end(2)
        return b"".join([*pieces, cells[position:]])

    def _plain(self, found: re.Match[bytes], cells: bytes, row: int) -> bytes:
        if not found[2]:
            return found[0]
        text = unescape_xml(found[2])
        known = self._known()
        new = self.change.moved(text, home=self.home)
        if self._known() > known:
            at = cells.rfind(b'r="', 0, found.start()) + 3
            self._note(cells[at : cells.find(b'"', at)].decode("latin-1") or f"row {row}", known)
        return found[0] if new == text else self._put(found[1], new)

    def _any(self, found: re.Match[bytes], row: int, column: int) -> bytes:
        named = attributes_of(found[1])
        place = f"{letters(column)}{row}"
        known = self._known()
        new = self._changed(found, named, row, column)
        self._note(place, known)
        return new

    def _changed(self, found: re.Match[bytes], named: dict[bytes, bytes], row: int, column: int) -> bytes:
        known = self.shared.get(named.get(b"si", b"")) if named.get(b"t") == b"shared" else None
        if known is not None:
            return self._of_shared(found, known, row, column)
        text = unescape_xml(found[2] or b"")
        new = self.change.moved(text, home=self.home)
        area = parse_area(named.get(b"ref", b"").decode("latin-1")) if self.home else None
        if new == text and area is None:
            return found[0]
        attributes = self._reaching(found[1], area)
        if named.get(b"t") == b"dataTable" and self.home:
            for key in (b"r1", b"r2"):
                spelled = named.get(key, b"").decode("latin-1")
                if spelled:
                    attributes = attributes.replace(
                        b'%s="%s"' % (key, spelled.encode()),
                        b'%s="%s"' % (key, self.change.moved(spelled, home=True).encode()),
                    )
        if not found[2]:
            return found[0].replace(found[1], attributes, 1)
        return self._put(attributes, new)

    def _of_shared(self, found: re.Match[bytes], known: SharedFormula, row: int, column: int) -> bytes:
        """Return a cell's part of a shared formula: still shared where that holds, its own where it does not."""
        if not known.stays:
            text = translated(known.text, row - known.row, column - known.column)
            return self._put(b"", self.change.moved(text, home=self.home))
        if not found[2] or not self.home:
            return found[0]
        new_row = (self.change.shift.row(row) or row) if self.change.shift.moves(column, column) else row
        text = self.change.moved_with(known.text, row, new_row, home=True)
        return self._put(self._reaching(found[1], known.area), text)

    def _reaching(self, attributes: bytes, area: Area | None) -> bytes:
        """Return a formula's attributes with its ``ref`` where it is afterwards."""
        moved = None if area is None else self.change.area(area)
        if area is None or moved is None or moved == area:
            return attributes
        return re.sub(rb"""(\sref\s*=\s*)(["'])[^"']*\2""", rb"\1\g<2>" + moved.ref.encode() + rb"\2", attributes)

    def _put(self, attributes: bytes, text: str) -> bytes:
        p = self.prefix
        escaped = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").encode("utf-8")
        return b"<%sf%s>%s</%sf>" % (p, attributes, escaped, p)

    def _known(self) -> tuple[int, int]:
        return len(self.change.lost), len(self.change.inherited)

    def _note(self, place: str, known: tuple[int, int]) -> None:
        self.lost += [(first, last, place) for first, last in self.change.lost[known[0] :]]
        self.inherited += [(first, last, place) for first, last in self.change.inherited[known[1] :]]
