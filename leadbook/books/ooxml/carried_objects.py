"""Pictures, shapes and charts that stand on rows that go: they move to the row those live on in, and back again."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import Area, letters

if TYPE_CHECKING:
    from leadbook.books.ooxml.row_trail import Piece, Trail

ANCHOR = re.compile(
    rb"<(?:\w+:)?(?P<kind>twoCellAnchor|oneCellAnchor)\b(?P<attributes>[^>]*)>.*?</(?:\w+:)?(?P=kind)>", re.DOTALL
)
CORNER = re.compile(rb"(<(?:\w+:)?(from|to)\b[^>]*>)(.*?)(</(?:\w+:)?\2>)", re.DOTALL)
ROW = re.compile(rb"(<(?:\w+:)?row>\s*)(\d+)(\s*</(?:\w+:)?row>)")
_COLUMN = re.compile(rb"(<(?:\w+:)?col>\s*)(\d+)(\s*</(?:\w+:)?col>)")
_ROW_OFFSET = re.compile(rb"<(?:\w+:)?rowOff>\s*(-?\d+)\s*</(?:\w+:)?rowOff>")
_HEIGHT = re.compile(rb"<(?:\w+:)?ext\b[^>]*\scy=[\"'](\d+)[\"']")
_NAMED = re.compile(rb"<(?:\w+:)?cNvPr\b[^>]*?\sid=[\"'](\d+)[\"']")
_USUAL_ROW = 190_500
"""Height of a row in EMU, 15 points, where an object only tells its own height."""
_WORDS = {b"pic": "picture", b"graphicFrame": "chart", b"sp": "shape"}
_KIND = "object"


def place_of(corner: bytes) -> tuple[int, int]:
    """Return row and column of an anchor's corner, counted from 1."""
    row, column = ROW.search(corner), _COLUMN.search(corner)
    return (int(row[2]) + 1 if row else 1), (int(column[2]) + 1 if column else 1)


class CarriedObjects:
    """The objects of one drawing that follow rows that go.

    Parameters
    ----------
    data : bytes
        The drawing.
    trail : Trail

    Notes
    -----
    An object goes along when it covers no row that stays; a taller one gives way to the next row, as in Excel. Where
    something stands at the same columns of the other row already, it is put beside that, as far as the columns that
    move reach.
    """

    def __init__(self, data: bytes, trail: Trail) -> None:
        self._trail = trail
        self._seen = -1
        self._all = [_area(found[0]) for found in ANCHOR.finditer(data)]
        self._named = [_id(found[0]) for found in ANCHOR.finditer(data)]
        self._taken = [moved for one in self._all if one is not None and (moved := self._stays(one)) is not None]
        self._coming = list(trail.pieces(_KIND))

    def moved(self, anchor: bytes) -> bytes | None:
        """Return the next object where it goes with its row, or comes back to it; None when it does neither."""
        self._seen += 1
        area = self._all[self._seen]
        if area is None:
            return None
        return self._back(anchor) if self._trail.shift.inserting else self._along(anchor, area)

    def _stays(self, area: Area) -> Area | None:
        """Return where an object that goes nowhere is afterwards."""
        if self._trail.shift.inserting or self._goes(area):
            return None
        span = self._trail.shift.span(area.first_row, area.last_row)
        return None if span is None else area._replace(first_row=span[0], last_row=span[1])

    def _goes(self, area: Area) -> bool:
        shift = self._trail.shift
        rows = range(area.first_row, area.last_row + 1)
        return shift.moves(area.first_column, area.first_column) and all(shift.row(row) is None for row in rows)

    def _along(self, anchor: bytes, area: Area) -> bytes | None:
        heir = self._trail.heirs.get(area.first_row, 0)
        if not heir or not self._goes(area):
            return None
        down = heir - area.first_row
        aside = self._aside(area._replace(first_row=heir, last_row=area.last_row + down))
        piece: Piece = {
            "kind": _KIND, "at": self._seen, "id": self._named[self._seen], "row": area.first_row, "down": down,
            "aside": aside,
        }  # fmt: skip
        self._trail.keep([area.first_row], piece)
        what = next((word for tag, word in _WORDS.items() if re.search(rb"<(?:\w+:)?%s\b" % tag, anchor)), "object")
        self._trail.carried.append((area.first_row, f"the {what} at {letters(area.first_column)}{area.first_row}"))
        return _shifted(anchor, down, aside)

    def _aside(self, area: Area) -> int:
        """Return how many columns further right an object finds a free place, 0 where none is."""
        room = self._trail.shift.last_column - area.last_column
        steps = range(min(max(room, 0), 50) + 1)
        for aside in steps:
            there = area._replace(first_column=area.first_column + aside, last_column=area.last_column + aside)
            if not any(there.meets(one) for one in self._taken):
                self._taken.append(there)
                return aside
        self._taken.append(area)
        return 0

    def _back(self, anchor: bytes) -> bytes | None:
        at, named = self._seen, self._named[self._seen]
        for known, (piece, rows) in enumerate(self._coming):
            same = piece.get("id") == named and (named or int(piece["at"]) == at)
            new, area = rows.get(int(piece["row"])), self._all[at]
            heir = self._trail.heirs.get(new or 0, 0)
            if same and new and area is not None and area.first_row == heir:
                del self._coming[known]
                self._trail.place(piece)
                return _shifted(anchor, new - heir, -int(piece["aside"]))
        return None


def _area(anchor: bytes) -> Area | None:
    """Return the cells that an object stands on, None for one that stays wherever cells go."""
    corners = [(place_of(corner[3]), corner[3]) for corner in CORNER.finditer(anchor)]
    if not corners or b'editAs="absolute"' in anchor[: anchor.index(b">")]:
        return None
    (row, column), content = corners[0]
    offset = _ROW_OFFSET.search(content)
    if len(corners) == 1:
        height = _HEIGHT.search(anchor)
        down = (int(height[1]) if height else 0) + (int(offset[1]) if offset else 0)
        return Area(row, column, max(row, row + math.ceil(down / _USUAL_ROW) - 1), column)
    (last_row, last_column), content = corners[1]
    offset = _ROW_OFFSET.search(content)
    if last_row > row and (offset is None or int(offset[1]) <= 0):
        last_row -= 1  # it ends where that row begins
    return Area(row, column, max(row, last_row), max(column, last_column))


def _id(anchor: bytes) -> str:
    found = _NAMED.search(anchor)
    return found[1].decode() if found else ""


def _shifted(anchor: bytes, down: int, aside: int) -> bytes:
    """Return an object so many rows further down and columns further right."""

    def corner(one: re.Match[bytes]) -> bytes:
        text = ROW.sub(lambda at: at[1] + b"%d" % (int(at[2]) + down) + at[3], one[3], count=1)
        text = _COLUMN.sub(lambda at: at[1] + b"%d" % (int(at[2]) + aside) + at[3], text, count=1)
        return one[1] + text + one[4]

    return CORNER.sub(corner, anchor)
