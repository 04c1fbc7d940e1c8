"""What must hold after rows moved: every other row is what it was, and nothing else came or went."""

from __future__ import annotations

import re
import zlib
from bisect import bisect_left
from itertools import zip_longest
from typing import TYPE_CHECKING

from leadbook.books.ooxml import gate
from leadbook.books.ooxml.package import Package
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.sheet_stream import SheetStream

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from collections.abc import Set as AbstractSet

    from leadbook.books.ooxml.shifts import Shift

_ADDRESS = re.compile(
    rb"""(<(?:\w+:)?(?:c|row)\b)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*?)\s+r\s*=\s*["'][A-Z]*\d+["']"""
)
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s>/])[^>]*?(?:/>|>[^<]*</(?:\w+:)?f\s*>)")


def check_moved(original: bytes, data: bytes, changed: AbstractSet[str], shift: Shift, sheets: Collection[str]) -> None:
    """Refuse a result that is not the original with just those rows taken out or put in.

    Parameters
    ----------
    original, data : bytes
        The workbook before and after.
    changed : set of str
        The parts that were meant to change.
    shift : Shift
    sheets : collection of str
        The parts of all worksheets, the one whose rows moved first.

    Raises
    ------
    PackageRefusedError
    """
    gate.check(original, data, changed, thorough=False)
    before, after = Package(original), Package(data)
    part, *others = sheets
    for name in changed & set(others):
        if not _unmoved(before, after, name):
            _refuse(name)
    if shift.whole and not _same_rows(before, after, shift, part):
        _refuse(part)
    if not shift.whole and not _same_cells(before, after, shift, part):
        _refuse(part)


def _refuse(part: str) -> None:
    raise PackageRefusedError(
        f"Rows of {part} could not be moved without changing others, so nothing was written; please report this."
    )


def _same_rows(before: Package, after: Package, shift: Shift, part: str) -> bool:
    """Tell whether each row that stays is byte for byte what it was, but for its addresses and formulas."""
    full, short = (after, before) if shift.inserting else (before, after)
    gone = set(shift.rows)
    rest = _rows(short, part)
    for row, piece in _rows(full, part):
        if row in gone:
            continue
        number, other = next(rest, (0, b""))
        # The mover's own arithmetic is not asked: rows are counted anew here.
        if number != row - bisect_left(shift.rows, row) or not _alike(row, piece, number, other):
            return False
    return next(rest, None) is None


def _alike(row: int, piece: bytes, number: int, other: bytes) -> bool:
    """Tell whether two rows say the same but for their numbers and their formulas' texts."""
    if b"<f" in piece or b":f" in piece:
        piece, other = _FORMULA.sub(b"<f/>", piece), _FORMULA.sub(b"<f/>", other)
    # Taking the number from each end of an address is quick; where it ends something else too, each address is read.
    if piece.replace(b'%d"' % row, b'"') == other.replace(b'%d"' % number, b'"'):
        return True
    return _ADDRESS.sub(rb"\1\2", piece) == _ADDRESS.sub(rb"\1\2", other)


def _rows(package: Package, part: str) -> Iterator[tuple[int, bytes]]:
    """Yield each row's number and bytes."""
    stream = SheetStream(package.stream(part), part)
    last = 0
    for block in stream.blocks():
        for row, start, _, end, _ in stream.rows(block, last):
            last = row
            yield row, block[start:end]


def _unmoved(before: Package, after: Package, part: str) -> bool:
    """Tell whether the rows of another sheet are what they were but for their formulas' texts."""
    return all(
        one is not None and other is not None and one[0] == other[0] and _alike(*one, *other)
        for one, other in zip_longest(_rows(before, part), _rows(after, part))
    )


def _same_cells(before: Package, after: Package, shift: Shift, part: str) -> bool:
    """Tell whether each cell that stays says what it said, at its new place."""
    old, new = _cells(before, part), _cells(after, part)
    if shift.inserting:
        gone = set(shift.rows)
        new = {
            place: shape for place, shape in new.items() if not (place[0] in gone and shift.moves(place[1], place[1]))
        }
    expected = {}
    for (row, column), shape in old.items():
        moved = shift.row(row) if shift.moves(column, column) else row
        if moved is not None:
            expected[moved, column] = shape
    return expected == new


def _cells(package: Package, part: str) -> dict[tuple[int, int], int]:
    stream = SheetStream(package.stream(part), part)
    found: dict[tuple[int, int], int] = {}
    last = 0
    for block in stream.blocks():
        for row, _, body, end, empty in stream.rows(block, last):
            last = row
            if empty:
                continue
            for column, cell in stream.cells(block[body:end]):
                piece = _ADDRESS.sub(rb"\1\2", cell[0])
                found[row, column] = zlib.crc32(_FORMULA.sub(b"<f/>", piece))
    return found
