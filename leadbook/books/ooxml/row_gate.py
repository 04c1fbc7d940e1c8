"""What must hold after rows moved: every other row is what it was, and nothing else came or went."""

from __future__ import annotations

import re
import zlib
from typing import TYPE_CHECKING

from leadbook.books.ooxml import gate
from leadbook.books.ooxml.package import Package
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.sheet_stream import SheetStream

if TYPE_CHECKING:
    from collections.abc import Iterator
    from collections.abc import Set as AbstractSet

    from leadbook.books.ooxml.shifts import Shift

_ADDRESS = re.compile(
    rb"""(<(?:\w+:)?(?:c|row)\b)((?:\s+[\w:.-]+\s*=\s*(?:"[^"]*"|'[^']*'))*?)\s+r\s*=\s*["'][A-Z]*\d+["']"""
)
_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s>/])[^>]*?(?:/>|>[^<]*</(?:\w+:)?f\s*>)")


def check_moved(original: bytes, data: bytes, changed: AbstractSet[str], shift: Shift, part: str) -> None:
    """Refuse a result that is not the original with just those rows taken out or put in.

    Parameters
    ----------
    original, data : bytes
        The workbook before and after.
    changed : set of str
        The parts that were meant to change.
    shift : Shift
    part : str
        The sheet whose rows moved.

    Raises
    ------
    PackageRefusedError
    """
    gate.check(original, data, changed, thorough=False)
    before, after = Package(original), Package(data)
    for name in changed:
        if name == part or not before.has(name) or not after.has(name) or "/worksheets/" not in f"/{name}":
            continue
        if list(_shapes(before, name)) != list(_shapes(after, name)):
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
    one, other = (before, after) if not shift.inserting else (after, before)
    gone = set(shift.rows)
    kept = ((row, shape) for row, shape in _shapes(one, part) if row not in gone)
    numbers = iter(_shapes(other, part))
    for row, shape in kept:
        found = next(numbers, None)
        expected = shift.row(row) if not shift.inserting else row
        if found is None or found[1] != shape:
            return False
        new = found[0] if not shift.inserting else shift.row(found[0])
        if new != expected:
            return False
    return next(numbers, None) is None


def _shapes(package: Package, part: str) -> Iterator[tuple[int, int]]:
    """Yield each row's number and a checksum of all it says but where it stands and its formulas' texts."""
    stream = SheetStream(package.stream(part), part)
    last = 0
    for block in stream.blocks():
        for row, start, _, end, _ in stream.rows(block, last):
            last = row
            piece = _ADDRESS.sub(rb"\1\2", block[start:end])
            yield row, zlib.crc32(_FORMULA.sub(b"<f/>", piece))


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
