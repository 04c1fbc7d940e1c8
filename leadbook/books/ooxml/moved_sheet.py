"""The sheet whose rows move, written anew: what surrounds its rows, and the rows themselves as a stream."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.compression import deflate
from leadbook.books.ooxml.moved_formulas import MovedFormulas
from leadbook.books.ooxml.moved_frame import MovedFrame
from leadbook.books.ooxml.moved_references import spellings
from leadbook.books.ooxml.moved_rows import MovedRows
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.row_links import linked
from leadbook.books.ooxml.sheet_stream import SheetStream

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leadbook.books.ooxml.compression import Deflated
    from leadbook.books.ooxml.formula_shifts import FormulaShift
    from leadbook.books.ooxml.moved_rows import NewRow
    from leadbook.books.ooxml.opening import OpenedWorkbook
    from leadbook.books.ooxml.row_trail import Trail
    from leadbook.books.ooxml.sheet import SheetPart


def moved_sheet(
    book: OpenedWorkbook,
    part: SheetPart,
    change: FormulaShift,
    trail: Trail,
    *,
    obstacles: list[tuple[int, int, str]],
    new: Mapping[int, NewRow],
    links: Mapping[int, Mapping[int, Mapping[str, str]]],
) -> Deflated:
    """Return the sheet, packed, after its rows moved.

    Parameters
    ----------
    book : OpenedWorkbook
    part : SheetPart
        The sheet whose rows move.
    change : FormulaShift
        What becomes of its formulas.
    trail : Trail
        Gets what goes with the rows, or has it; and what points at their heirs now.
    obstacles : list of (first row, last row, sentence)
        Gets what would be lost.
    new : mapping of int to NewRow
        The rows that are put in.
    links : mapping of int to mapping of int to mapping of str to str
        The links of these rows, by row and column.

    Raises
    ------
    PackageRefusedError
        The sheet is stored in a way that is not edited, or is damaged.
    """
    package = book.package
    size = package.size(part.part)
    frame = MovedFrame(part.frame, change, obstacles, trail, book.styles)
    frame.move()
    if links:
        relationships = Relationships(package, part.part)
        for row, on_row in links.items():
            frame.add_links(row, {column: linked(relationships, link) for column, link in on_row.items()})
        relationships.save()
    head, tail = part.frame.written()
    gathered = SheetStream(package.stream(part.part), part.name)
    prefix = gathered.head.prefix
    formulas = MovedFormulas(change, home=True, names=spellings(trail.shift.sheet), prefix=prefix)
    if part.scan.has_formulas:
        row = 0
        for block in gathered.blocks():
            if b"shared" in block or formulas.shared:
                row = formulas.gather(block, gathered, row)
            else:
                row = _last_row(block, gathered, row)
    stream = SheetStream(package.stream(part.part), part.name)
    if not stream.head.utf8:
        raise stream.refuse("is not stored as UTF-8")
    rows = MovedRows(stream, trail.shift, formulas, new, part.scan.hidden_rows)
    packed = deflate(_chunks(stream, head, rows, tail))
    stream.check_whole(size)
    obstacles.extend(
        (first, last, f"the formula in {part.name}!{place} points at it; change it")
        for first, last, place in formulas.lost
    )
    trail.repointed.extend(
        (first, last, f"the formula in {part.name}!{place}") for first, last, place in formulas.inherited
    )
    return packed


def _chunks(stream: SheetStream, head: bytes, rows: MovedRows, tail: bytes) -> Iterator[bytes]:
    yield head
    yield stream.head.tag
    yield from rows.chunks()
    yield stream.close
    yield tail


def _last_row(block: bytes, stream: SheetStream, last: int) -> int:
    for row, *_ in stream.rows(block, last):
        last = row
    return last
