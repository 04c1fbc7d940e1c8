"""What a sheet holds, found from its bytes in one pass: extent, errors, formulas, merges, objects."""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from leadbook.books.ooxml.addresses import Area, parse_area
from leadbook.books.ooxml.block_cells import CellKind
from leadbook.books.ooxml.blocks_ahead import found_ahead
from leadbook.books.ooxml.sheet_stream import SheetStream, attributes_of
from leadbook.books.ooxml.xmlparts import elements, is_true, local_name, main, parse

if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator

    from lxml import etree

    from leadbook.books.ooxml.block_cells import BlockCells
    from leadbook.books.ooxml.blocks_ahead import BlockFound
    from leadbook.books.ooxml.sheet_values import ValuesKept

_KINDS = {b"shared": "a shared formula", b"array": "an array formula", b"dataTable": "a data table"}
_TEXT = re.compile(rb"<(?:\w+:)?v(?:\s[^>]*)?>([^<]*)")


class SheetScan(Struct):
    """What was found on one sheet; rows and columns count from 1.

    Parameters
    ----------
    extent : Area or None
        The block of cells that hold a value or a formula; None for a blank sheet.
    cell_count : int
        How many such cells there are.
    error_cells : mapping of (row, column) to str
        Cells whose value is an error, such as ``#N/A``.
    hidden_rows : frozenset of int
    merges : tuple of Area
    object_count : int
        Drawings, comments' shapes, controls and embedded objects that hang on the sheet.
    protected : bool
    locked_formulas : mapping of (row, column) to (str, Area)
        First cells of shared, array and data-table formulas that reach over other cells: what they are, and
        how far they reach.
    head, tail : bytes
        The sheet's XML before ``<sheetData>`` and after ``</sheetData>``.
    """

    extent: Area | None = None
    cell_count: int = 0
    error_cells: dict[tuple[int, int], str] = field(default_factory=dict)
    hidden_rows: frozenset[int] = frozenset()
    merges: tuple[Area, ...] = ()
    object_count: int = 0
    protected: bool = False
    locked_formulas: dict[tuple[int, int], tuple[str, Area]] = field(default_factory=dict)
    head: bytes = b""
    tail: bytes = b""
    prefix: bytes = b""
    comments: bool = False
    _formula_rows: dict[int, array[int]] = field(default_factory=dict)

    def formula_columns(self, first_row: int, last_row: int) -> frozenset[int]:
        """Return the columns that hold a formula in the rows from ``first_row`` to ``last_row``, inclusive."""
        return frozenset(
            column
            for column, rows in self._formula_rows.items()
            if (at := bisect_left(rows, first_row)) < len(rows) and rows[at] <= last_row
        )

    @property
    def has_formulas(self) -> bool:
        """Tell whether any cell holds a formula."""
        return bool(self._formula_rows)

    def formula_rows(self, column: int) -> array[int]:
        """Return the rows of a column that hold a formula, in order."""
        return self._formula_rows.get(column, array("I"))


def scan_sheet(chunks: Iterable[bytes], sheet: str, size: int, keep: ValuesKept | None = None) -> SheetScan:
    """Read through a worksheet part once.

    Parameters
    ----------
    chunks : iterable of bytes
        The part, in pieces.
    sheet : str
        Its name, for sentences.
    size : int
        How many bytes the part has.
    keep : ValuesKept or None
        Takes the cells' values on the way.
    """
    stream = SheetStream(chunks, sheet)
    found = SheetScan(head=stream.head.text, prefix=stream.head.prefix)
    gather = _Gatherer(stream, keep)
    last = 0
    for block in found_ahead(stream.blocks(), stream.head.prefix, in_values=keep is not None):
        last = gather.block(block, last)
    stream.check_whole(size)
    found.tail = stream.tail
    found.extent = gather.extent()
    found.cell_count = gather.cells
    found.error_cells = gather.errors
    found.hidden_rows = frozenset(gather.hidden)
    found.locked_formulas = gather.locked
    found._formula_rows = gather.formulas  # noqa: SLF001 # built here, read through its methods only
    _read_tail(found, sheet)
    return found


class _Gatherer:
    """Collects while the blocks go by; of rows written as usual it looks at whole blocks, never at single cells."""

    def __init__(self, stream: SheetStream, keep: ValuesKept | None) -> None:
        self._stream = stream
        self._prefix = stream.head.prefix
        self._keep = keep
        self.cells = 0
        self.errors: dict[tuple[int, int], str] = {}
        self.hidden: set[int] = set()
        self.locked: dict[tuple[int, int], tuple[str, Area]] = {}
        self.formulas: dict[int, array[int]] = {}
        self._first_row = self._last_row = 0
        self._first_column, self._last_column = 0, 0

    def extent(self) -> Area | None:
        if not self._first_row:
            return None
        return Area(self._first_row, self._first_column, self._last_row, self._last_column)

    def block(self, found: BlockFound, after: int) -> int:
        """Take in one block of rows; return the number of its last row."""
        block, cells = found.block, found.cells
        if block.isspace():
            return after
        if cells is not None and cells.row_tags[0][0] > after:
            self._usual_block(cells)
            if self._keep is not None:
                self._keep.add(cells.block, found.values)
            return int(cells.row_tags[0][-1])
        if self._keep is not None:
            self._keep.give_up()
        row = after
        for row, start, body, end, empty in self._stream.rows(block, after):
            if is_true(attributes_of(block[start:body]).get(b"hidden", b"").decode("latin-1")):
                self.hidden.add(row)
            if not empty:
                self._row(row, block[body:end])
        return row

    def _usual_block(self, cells: BlockCells) -> None:
        """Take in a block whose cells were found all at once."""
        block = cells.block
        filled = cells.kinds != CellKind.BLANK
        filled[cells.formulas] = True
        if filled.any():
            rows, columns = cells.rows[filled], cells.columns[filled]
            self.cells += len(rows)
            self._widen(int(rows[0]), int(columns.min()), int(columns.max()))
            self._widen(int(rows[-1]), int(columns[-1]), int(columns[-1]))
        if b"hidden=" in block:
            for row, start, end in zip(*(places.tolist() for places in cells.row_tags), strict=True):
                if is_true(attributes_of(block[start:end]).get(b"hidden", b"").decode("latin-1")):
                    self.hidden.add(row)
        for at in np.flatnonzero(cells.kinds == CellKind.ERROR).tolist():
            text = block[cells.starts[at] : cells.ends[at]].decode("utf-8", "replace")
            self.errors[int(cells.rows[at]), int(cells.columns[at])] = text
        rows, columns = cells.rows[cells.formulas], cells.columns[cells.formulas]
        for column in np.unique(columns).tolist():
            self.formulas.setdefault(column, array("I")).extend(rows[columns == column].tolist())
        for at, start, end in cells.formula_tags:
            self._lock(int(cells.rows[at]), int(cells.columns[at]), block[start:end])

    def _widen(self, row: int, left: int, right: int) -> None:
        self._first_row = min(self._first_row or row, row)
        self._last_row = max(self._last_row, row)
        self._first_column = min(self._first_column or left, left)
        self._last_column = max(self._last_column, right)

    def _row(self, row: int, body: bytes) -> None:
        """Look at each cell of a row that holds formulas, errors or unusual markup."""
        for column, found in self._stream.cells(body):
            content = found[2]
            if not content or not _holds_value(content, self._prefix):
                continue
            self.cells += 1
            self._widen(row, column, column)
            if b"e" in found[1] and attributes_of(found[1]).get(b"t") == b"e":
                text = _TEXT.search(content)
                self.errors[row, column] = text[1].decode("utf-8", "replace") if text else "#VALUE!"
            at = content.find(b"<" + self._prefix + b"f")
            if at >= 0:
                self._formula(row, column, content[at : content.find(b">", at)])

    def _formula(self, row: int, column: int, tag: bytes) -> None:
        self.formulas.setdefault(column, array("I")).append(row)
        self._lock(row, column, tag)

    def _lock(self, row: int, column: int, tag: bytes) -> None:
        """Note a formula that reaches over other cells."""
        if b"ref" not in tag:
            return
        attributes = attributes_of(tag)
        area = parse_area(attributes.get(b"ref", b"").decode("ascii", "replace"))
        kind = attributes.get(b"t", b"")
        if area is None or kind not in _KINDS:
            return
        if area.first_row != area.last_row or area.first_column != area.last_column:
            self.locked[row, column] = (_KINDS[kind], area)


def _holds_value(content: bytes, prefix: bytes) -> bool:
    if b"<" + prefix + b"f" in content or b"<" + prefix + b"is" in content:
        return True
    text = _TEXT.search(content)
    return text is not None and bool(text[1])


def framed(head: bytes, tail: bytes, prefix: bytes, sheet: str) -> etree._Element:
    """Return a sheet's XML without its rows, as a tree."""
    return parse(head + b"<" + prefix + b"sheetData/>" + tail, sheet)


def _read_tail(found: SheetScan, sheet: str) -> None:
    root = framed(found.head, found.tail, found.prefix, sheet)
    merges = [parse_area(e.get("ref")) for block in elements(root, "mergeCells") for e in elements(block)]
    found.merges = tuple(area for area in merges if area is not None)
    protection = root.find(main("sheetProtection"))
    found.protected = protection is not None and is_true(protection.get("sheet"))
    found.comments = root.find(main("legacyDrawing")) is not None
    found.object_count = sum(
        local_name(e) in {"drawing", "legacyDrawing", "picture", "oleObject", "control"} for e in root.iter()
    )


def iterate_cells(
    chunks: Iterable[bytes], sheet: str, area: Area | None = None, only: Container[int] | None = None
) -> Iterator[tuple[int, int, bytes, bytes | None]]:
    """Yield ``(row, column, attributes, content)`` of every cell written in an area (None: the whole sheet).

    ``only`` are the rows of it that are wanted; None for all.
    """
    stream = SheetStream(chunks, sheet)
    last = 0
    for block in stream.blocks():
        for row, _, body, end, empty in stream.rows(block, last):
            last = row
            if area is not None and row > area.last_row:
                return
            if empty or (area is not None and row < area.first_row) or (only is not None and row not in only):
                continue
            for column, found in stream.cells(block[body:end]):
                if area is None or area.first_column <= column <= area.last_column:
                    yield row, column, found[1], found[2]
