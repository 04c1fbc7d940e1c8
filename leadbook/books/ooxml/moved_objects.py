"""What hangs on cells outside the sheet's own part, after rows moved: drawings, controls, comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import LAST_ROW, parse_area
from leadbook.books.ooxml.carried_objects import ANCHOR, CORNER, ROW, CarriedObjects, place_of
from leadbook.books.ooxml.moved_comments import (
    COMMENT,
    COMMENT_KINDS,
    SHAPE,
    moved_comments,
    moved_note,
    put_notes_back,
)
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.xmlparts import is_true, local_name, whole_number

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from leadbook.books.ooxml.package import Package
    from leadbook.books.ooxml.row_trail import Trail

_VML_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_PICTURE = "a picture or chart stands on it; move that aside"
_CONTROL = "a button or another control stands on it; move that aside"

Obstacles = list[tuple[int, int, str]]


def anchored_cells(package: Package, part: str) -> list[tuple[int, int, int, int]]:
    """Return first row, first column, last row and last column of everything drawn on a sheet or noted at its cells."""
    found: list[tuple[int, int, int, int]] = []
    for link in Relationships(package, part):
        if not link.external and package.has(link.part) and link.kind in {*COMMENT_KINDS, "vmlDrawing", "drawing"}:
            found += _anchored(link.kind, package.read(link.part))
    return found


def _anchored(kind: str, data: bytes) -> Iterator[tuple[int, int, int, int]]:
    if kind == "drawing":
        for anchor in ANCHOR.finditer(data):
            corners = [place_of(corner[3]) for corner in CORNER.finditer(anchor[0])]
            if corners:
                rows, columns = [c[0] for c in corners], [c[1] for c in corners]
                yield min(rows), min(columns), max(rows), max(columns)
    elif kind == "vmlDrawing":
        for shape in SHAPE.finditer(data):
            words = _anchor_words(shape[0])
            if words and not _is_note(shape[0]):
                yield words[2] + 1, words[0] + 1, words[6] + 1, words[4] + 1
    else:
        for comment in COMMENT.finditer(data):
            area = parse_area(comment["ref"].decode("ascii"))
            if area is not None:
                yield area.first_row, area.first_column, area.last_row, area.last_column


def move_objects(package: Package, part: str, trail: Trail, obstacles: Obstacles) -> None:
    """Change the parts that hang on a sheet whose rows move."""
    for link in Relationships(package, part):
        if link.external or not package.has(link.part):
            continue
        old = package.read(link.part) if link.kind in {*COMMENT_KINDS, "vmlDrawing", "drawing"} else b""
        if link.kind in COMMENT_KINDS:
            new = moved_comments(old, trail, "comment" if link.kind == "comments" else "thread")
        elif link.kind == "vmlDrawing":
            new = _move_shapes(old, trail, obstacles)
        elif link.kind == "drawing":
            new = move_anchors(old, trail, obstacles)
        else:
            continue
        if new != old:
            package.put(link.part, new)


def move_anchors(data: bytes, trail: Trail, obstacles: Obstacles) -> bytes:
    """Return a drawing whose objects stand at the cells they stood at."""
    carried = CarriedObjects(data, trail)

    def anchor(found: re.Match[bytes]) -> bytes:
        corners = [place_of(corner[3]) for corner in CORNER.finditer(found[0])]
        own = carried.moved(found[0])
        if b'editAs="absolute"' in found["attributes"] or not corners:
            return found[0]
        if own is not None:
            return own
        sizes = b'editAs="oneCell"' not in found["attributes"]
        rows = [row for row, _ in corners]
        moved = _moved(rows, corners[0][1], trail, obstacles, _PICTURE, sizes=sizes)
        new = iter(moved)

        def corner(one: re.Match[bytes]) -> bytes:
            return one[1] + ROW.sub(lambda at: at[1] + b"%d" % (next(new) - 1) + at[3], one[3], count=1) + one[4]

        return found[0] if moved == rows else CORNER.sub(corner, found[0])

    return ANCHOR.sub(anchor, data)


def move_control(anchor: etree._Element, trail: Trail, obstacles: Obstacles) -> None:
    """Move the anchor of a form control or an embedded object that a sheet's own part keeps."""
    corners = [corner for corner in anchor if local_name(corner) in ("from", "to")]
    rows = [one for corner in corners for one in corner if local_name(one) == "row"]
    column = next((one for corner in corners for one in corner if local_name(one) == "col"), None)
    moves, sizes = (is_true(anchor.get(name)) for name in ("moveWithCells", "sizeWithCells"))
    if not rows or column is None or not (moves or sizes):
        return
    old = [whole_number((row.text or "").strip()) + 1 for row in rows]
    new = _moved(old, whole_number(column.text) + 1, trail, obstacles, _CONTROL, sizes=sizes)
    for row, number in zip(rows, new, strict=True):
        row.text = str(number - 1)


def _move_shapes(data: bytes, trail: Trail, obstacles: Obstacles) -> bytes:
    """Return a drawing of the old kind, which comments and form controls have, with each shape at its cells."""
    seen = -1

    def moved(found: re.Match[bytes]) -> bytes:
        nonlocal seen
        seen += 1
        return moved_note(found[0], trail, seen) if _is_note(found[0]) else _move_shape(found[0], trail, obstacles)

    return put_notes_back(SHAPE.sub(moved, data), trail)


def _is_note(shape: bytes) -> bool:
    return b'ObjectType="Note"' in shape


def _move_shape(shape: bytes, trail: Trail, obstacles: Obstacles) -> bytes:
    """Return a form control's shape at the cells it stood at.

    Excel takes ``MoveWithCells`` and ``SizeWithCells`` for the opposite of what they say (MS-OI29500, 2.1.1816).
    """
    words = _anchor_words(shape)
    if not words or b"<x:MoveWithCells" in shape:
        return shape
    old = [words[2] + 1, words[6] + 1]
    new = _moved(old, words[0] + 1, trail, obstacles, _CONTROL, sizes=b"<x:SizeWithCells" not in shape)
    if new == old:
        return shape

    def anchor(found: re.Match[bytes]) -> bytes:
        texts = found[2].split(b",")
        for at, row in zip((2, 6), new, strict=True):
            texts[at] = texts[at].replace(texts[at].strip(), b"%d" % (row - 1))
        return found[1] + b",".join(texts) + found[3]

    return _VML_ANCHOR.sub(anchor, shape, count=1)


def _anchor_words(shape: bytes) -> list[int]:
    """Return a shape's left, offset, top, offset, right, offset, bottom, offset, counted from 0; [] without them."""
    found = _VML_ANCHOR.search(shape)
    words = found[2].split(b",") if found else []
    return [int(word) for word in words] if len(words) == 8 and all(word.strip().isdigit() for word in words) else []


def _moved(rows: list[int], column: int, trail: Trail, obstacles: Obstacles, why: str, *, sizes: bool) -> list[int]:
    """Return where the rows of an object's corners go; one that is taken out gives way to its successor."""
    shift = trail.shift
    if not shift.moves(column, column):
        return rows
    first = min(rows)
    # The last corner may be where the next row begins.
    if not shift.inserting and all(shift.row(row) is None for row in range(first, max(first + 1, *rows))):
        obstacles.append((first, first, why))

    def moved(row: int) -> int:
        # A corner is where everything below it begins.
        span = trail.span(row, LAST_ROW, lambda: f"anchor|{column}", stretches=False)
        return row if span is None else span[0]

    if sizes:
        return [moved(row) for row in rows]
    new = moved(first)
    return [row + new - first for row in rows]
