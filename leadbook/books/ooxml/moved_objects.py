"""What hangs on cells outside the sheet's own part, after rows moved: comments, their shapes, drawings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import parse_area
from leadbook.books.ooxml.relationships import Relationships

if TYPE_CHECKING:
    from leadbook.books.ooxml.package import Package
    from leadbook.books.ooxml.shifts import Shift

_COMMENT = re.compile(rb"""(<(?:\w+:)?(?:comment|threadedComment)\s(?:[^>]*?\s)?ref=)(["'])([A-Z]{1,3}\d+)\2""")
_SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)
_VML_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)")
_VML_COLUMN = re.compile(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_VML_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")
_ANCHOR = re.compile(
    rb"<(?:\w+:)?(?P<kind>twoCellAnchor|oneCellAnchor)\b(?P<attributes>[^>]*)>.*?</(?:\w+:)?(?P=kind)>", re.DOTALL
)
_CORNER = re.compile(rb"(<(?:\w+:)?(from|to)\b[^>]*>)(.*?)(</(?:\w+:)?\2>)", re.DOTALL)
_COLUMN = re.compile(rb"<(?:\w+:)?col>\s*(\d+)\s*</(?:\w+:)?col>")
_ROW = re.compile(rb"(<(?:\w+:)?row>\s*)(\d+)(\s*</(?:\w+:)?row>)")
_COMMENT_KINDS = ("comments", "threadedComment", "threadedComments")

Obstacles = list[tuple[int, int, str]]


def anchored_cells(package: Package, part: str) -> list[tuple[int, int, int, int]]:
    """Return first row, first column, last row and last column of everything drawn on a sheet or noted at its cells."""
    found: list[tuple[int, int, int, int]] = []
    for link in Relationships(package, part):
        if link.external or not package.has(link.part):
            continue
        if link.kind == "drawing":
            for anchor in _ANCHOR.finditer(package.read(link.part)):
                corners = [_place(corner[3]) for corner in _CORNER.finditer(anchor[0])]
                if corners:
                    rows, columns = [c[0] for c in corners], [c[1] for c in corners]
                    found.append((min(rows), min(columns), max(rows), max(columns)))
        elif link.kind in _COMMENT_KINDS:
            for comment in _COMMENT.finditer(package.read(link.part)):
                area = parse_area(comment[3].decode("ascii"))
                if area is not None:
                    found.append((area.first_row, area.first_column, area.last_row, area.last_column))
    return found


def move_objects(package: Package, part: str, shift: Shift, obstacles: Obstacles) -> None:
    """Change the parts that hang on a sheet whose rows move."""
    for link in Relationships(package, part):
        if link.external or not package.has(link.part):
            continue
        old = package.read(link.part) if link.kind in {*_COMMENT_KINDS, "vmlDrawing", "drawing"} else b""
        if link.kind in _COMMENT_KINDS:
            new = _COMMENT.sub(lambda found: _comment(found, shift, obstacles), old)
        elif link.kind == "vmlDrawing":
            new = _SHAPE.sub(lambda found: _shape(found[0], shift), old)
        elif link.kind == "drawing":
            new = move_anchors(old, shift, obstacles)
        else:
            continue
        if new != old:
            package.put(link.part, new)


def move_anchors(data: bytes, shift: Shift, obstacles: Obstacles) -> bytes:
    """Return a drawing whose objects stand at the cells they stood at."""

    def anchor(found: re.Match[bytes]) -> bytes:
        if b'editAs="absolute"' in found["attributes"]:
            return found[0]
        corners = [_place(corner[3]) for corner in _CORNER.finditer(found[0])]
        if not corners or not shift.moves(corners[0][1], corners[0][1]):
            return found[0]
        first = min(row for row, _ in corners)
        if not shift.inserting and shift.row(first) is None:
            obstacles.append((first, first, "a picture or chart stands on it; move that aside"))
        sizes = b'editAs="oneCell"' not in found["attributes"]

        def corner(one: re.Match[bytes]) -> bytes:
            row, _ = _place(one[3])
            base = row if sizes else first
            moved = _nearest(shift, base) + (row - base)
            return one[1] + _ROW.sub(lambda at: at[1] + b"%d" % (moved - 1) + at[3], one[3]) + one[4]

        return _CORNER.sub(corner, found[0])

    return _ANCHOR.sub(anchor, data)


def _place(corner: bytes) -> tuple[int, int]:
    """Return row and column of an anchor's corner, counted from 1."""
    row, column = _ROW.search(corner), _COLUMN.search(corner)
    return (int(row[2]) + 1 if row else 1), (int(column[1]) + 1 if column else 1)


def _nearest(shift: Shift, row: int) -> int:
    """Return where a row goes; one that is taken out gives way to its successor."""
    span = shift.span(row, row)
    while span is None:
        row += 1
        span = shift.span(row, row)
    return span[0]


def _comment(found: re.Match[bytes], shift: Shift, obstacles: Obstacles) -> bytes:
    area = parse_area(found[3].decode("ascii"))
    if area is None:
        return found[0]
    moved = shift.area(area)
    if moved is None:
        obstacles.append((area.first_row, area.last_row, f"{area.ref} has a comment; move it to the kept row"))
        return found[0]
    return found[1] + found[2] + moved.ref.encode() + found[2]


def _shape(shape: bytes, shift: Shift) -> bytes:
    """Return a comment's shape at the cell its comment is at."""
    row, column = _VML_ROW.search(shape), _VML_COLUMN.search(shape)
    if row is None or column is None or not shift.moves(int(column[1]) + 1, int(column[1]) + 1):
        return shape
    old = int(row[2]) + 1
    new = shift.row(old)
    if new is None or new == old:
        return shape
    shape = _VML_ROW.sub(lambda found: found[1] + b"%d" % (new - 1) + found[3], shape, count=1)

    def anchor(found: re.Match[bytes]) -> bytes:
        words = found[2].split(b",")
        if len(words) != 8 or not all(word.strip().isdigit() for word in words):
            return found[0]
        for at in (2, 6):  # left, offset, top, offset, right, offset, bottom, offset
            words[at] = b" %d" % max(0, int(words[at]) + new - old)
        return found[1] + b",".join(words) + found[3]

    return _VML_ANCHOR.sub(anchor, shape)
