"""What rows leave behind when they are taken out of a sheet, so that they come back as if they had never gone."""

from __future__ import annotations

import zlib
from bisect import bisect_left, bisect_right
from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field
from msgspec.structs import replace

from leadbook.books.ooxml.addresses import Area, parse_area

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leadbook.books.ooxml.shifts import Shift

Piece = dict[str, Any]
"""Something that stood on rows that go and nowhere else, as JSON holds it: its kind, its XML, where it belongs."""


class RowTrail(Struct):
    """What one row leaves behind.

    Parameters
    ----------
    row : int
        Where it stood.
    edges : dict of str to str
        For each kind of place with areas that end next to the row: "1" or "0" for each of them, in the order of the
        file, telling whether the area covered the row.
    pieces : list of Piece
        What goes with the row: a comment, a format or a validation of its own.
    heir : int
        The row that has its place in references to it alone while it is away, as rows are counted before it comes
        back; 0 where there is none.
    """

    row: int
    edges: dict[str, str] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    heir: int = 0


class Trail:
    """Follows areas through one shift: when rows go it notes what they leave behind, when they come back it knows.

    Parameters
    ----------
    shift : Shift
    known : mapping of int to RowTrail, optional
        What rows that come back left behind, by their new rows.
    heirs : mapping of int to int, optional
        The row that each row taken out lives on in, by their old numbers: what points at nothing but rows that go
        points at their heir then.

    Notes
    -----
    An area that ended at a row taken out ends at the row above it, like areas that always did; so does one that
    began there. Which is which is told by the order in which areas of one kind of place stand in the file: that order
    stays when rows move, when others go or come back, and when records are added.
    """

    def __init__(
        self, shift: Shift, known: Mapping[int, RowTrail] | None = None, heirs: Mapping[int, int] | None = None
    ) -> None:
        self.shift = shift
        self.known = dict(known or {})
        self.left: dict[int, RowTrail] = {}
        self._runs = list(_runs(shift.rows))
        # Where each run begins; when rows are put in, the old row below which it comes.
        put_in = [0, *accumulate(map(len, self._runs))] if shift.inserting else [0] * len(self._runs)
        self._starts = [run[0] - int(shift.inserting) - before for run, before in zip(self._runs, put_in, strict=False)]
        self._seen: dict[str, int] = {}
        self.repointed: list[tuple[int, int, str]] = []
        self.carried: list[tuple[int, str]] = []
        if shift.inserting:
            self.heirs = {row: one.heir for row, one in self.known.items() if one.heir}
        else:
            self.heirs = {row: new for row, heir in (heirs or {}).items() if (new := shift.row(heir)) is not None}
        # Who stands in for a row in references to it alone: the heir, or the record above or below.
        self._stand_ins = {"@": self.heirs, "<": self._next(-1), ">": self._next(1)}
        self._bequests: dict[tuple[str, int], list[int]] = {}
        for kind, stand_ins in self._stand_ins.items():
            for row, other in sorted(stand_ins.items()):
                self._bequests.setdefault((kind, other), []).append(row)
        self._bequeathed = {row for _, row in self._bequests}
        self._placed: list[str] = []
        self._edged = not shift.inserting or any(one.edges for one in self.known.values())

    def span(
        self, first: int, last: int, place: Callable[[], str], *, stretches: bool = True
    ) -> tuple[int, int] | None:
        """Return where an area goes, as ``Shift.span`` does, but exactly where it was when its rows come back.

        Parameters
        ----------
        first, last : int
        place : callable
            Describes where the area stands, without any row; only asked when the area ends next to a row.
        stretches : bool
            Whether it follows the table's first and last record, as ``Shift.body`` says.
        """
        shift = self.shift if stretches else replace(self.shift, body=(0, 0))
        moved = shift.span(first, last)
        if not self._edged or moved is None:
            return moved
        if not self.shift.inserting:
            self._note(first, last, place)
            return moved
        return self._restored(first, last, moved, place)

    def area(self, area: Area, place: Callable[[], str]) -> Area | None:
        """Return where an area is afterwards; one that moves only in part stays as it is."""
        if not self.shift.moves(area.first_column, area.last_column):
            return area
        span = self.span(area.first_row, area.last_row, lambda: f"{place()}|{area.first_column}:{area.last_column}")
        return None if span is None else area._replace(first_row=span[0], last_row=span[1])

    def areas(self, sqref: str, place: Callable[[], str]) -> list[str]:
        """Return a list of areas as it is afterwards, "" for each of which nothing is left."""
        words = []
        for word in sqref.split():
            area = parse_area(word)
            moved = area if area is None else self.area(area, place)
            kept = area is None or moved == area
            words.append(word if kept else "" if moved is None else moved.ref)
        return words

    def inherited(self, first: int, last: int, kind: str = "@") -> tuple[int, int] | None:
        """Return the row that stands in for rows which go, twice; None where they have none, or several.

        ``kind`` is "@" for the row they live on in, "<" and ">" for the record above and below.
        """
        found = {self._stand_ins[kind].get(row, 0) for row in range(first, last + 1)}
        other = found.pop()
        return (other, other) if other and not found else None

    def pointed(self, first: int, last: int, span: tuple[int, int], place: Callable[[], str], kind: str = "@") -> None:
        """Note a reference to a row that stands in for others once they are gone: whether it was to those alone."""
        if self.shift.inserting or span[0] != span[1] or span[0] not in self._bequeathed:
            return
        text, gone = place(), self.shift.span(first, last) is None
        for one in self._stand_ins:
            for row in self._bequests.get((one, span[0]), ()):
                edges, key = self._of(row).edges, _key(text + one)
                edges[key] = edges.get(key, "") + str(int(gone and one == kind and first <= row <= last))

    def returned(self, first: int, last: int, place: Callable[[], str]) -> tuple[int, int] | None:
        """Return the rows that a reference to a stand-in is to again; None when it was to that all along."""
        if not self.shift.inserting or first != last or first not in self._bequeathed:
            return None
        text = place()
        rows = {
            row
            for one in self._stand_ins
            for row in self._bequests.get((one, first), ())
            if self._flags([row], text + one) == "1"
        }
        return (min(rows), max(rows)) if rows else None

    def _next(self, side: int) -> dict[int, int]:
        """Return the record above or below each row that goes or comes back, as rows are counted without those."""
        shift, found = self.shift, dict[int, int]()
        first, last = shift.body
        for run, start in zip(self._runs, self._starts, strict=True):
            old = start + (side > 0) if shift.inserting else (run[0] - 1 if side < 0 else run[-1] + 1)
            new = old if shift.inserting else shift.row(old)
            if first <= old <= last and new is not None:
                found |= dict.fromkeys(run, new)
        return found

    def unreturned(self) -> list[int]:
        """Return the rows that something had pointed at, or stood on, which is no longer found."""
        return [
            row
            for row, trail in self.known.items()
            if any(piece.get("kind") == "object" and repr(piece) not in self._placed for piece in trail.pieces)
            or any(
                key[-1] in self._stand_ins and "1" in flags[self._seen.get(f"{row}|{key}", -1) + 1 :]
                for key, flags in trail.edges.items()
            )
        ]

    def keep(self, rows: Sequence[int], piece: Piece) -> None:
        """Note something that goes with rows."""
        for row in rows:
            self._of(row).pieces.append(piece)

    def pieces(self, *kinds: str) -> Iterator[tuple[Piece, dict[int, int]]]:
        """Yield what comes back, each piece once, with its old rows and their new ones."""
        found: dict[str, tuple[Piece, dict[int, int]]] = {}
        for new, trail in sorted(self.known.items()):
            for piece in trail.pieces:
                if piece.get("kind") in kinds:
                    found.setdefault(repr(piece), (piece, {}))[1][trail.row] = new
        yield from sorted(found.values(), key=lambda one: (str(one[0].get("kind")), int(one[0].get("at", 0))))

    def place(self, piece: Piece) -> None:
        """Note that a comment or a picture found its place again."""
        self._placed.append(repr(piece))

    def homeless(self) -> list[Piece]:
        """Return the comments that found no place, because the sheet has no comments any more."""
        return [piece for piece, _ in self.pieces("comment", "thread") if repr(piece) not in self._placed]

    def _note(self, first: int, last: int, place: Callable[[], str]) -> None:
        at = bisect_right(self._starts, last + 1) - 1
        if at >= 0 and first < (run := self._runs[at])[0] and last <= run[-1]:
            self._flag(run, place() + "v", [last >= row for row in run])
        at = bisect_right(self._starts, first) - 1
        if at >= 0 and first <= (run := self._runs[at])[-1] + 1 <= last:
            self._flag(run, place() + "^", [first <= row for row in run])

    def _flag(self, run: Sequence[int], place: str, covered: Sequence[bool]) -> None:
        key = _key(place)
        at_body = run[0] == self.shift.body[0] or run[-1] == self.shift.body[1]
        for row, flag in zip(run, covered, strict=True):
            edges = self._of(row).edges
            edges[key] = edges.get(key, "" if at_body else "-") + str(int(flag))

    def _restored(self, first: int, last: int, moved: tuple[int, int], place: Callable[[], str]) -> tuple[int, int]:
        new_first, new_last = moved
        at = bisect_left(self._starts, last)
        if at < len(self._starts) and self._starts[at] == last:
            flags = self._flags(self._runs[at], place() + "v")
            new_last = new_last if flags is None else self._runs[at][0] - 1 + _leading(flags)
        at = bisect_left(self._starts, first - 1)
        if at < len(self._starts) and self._starts[at] == first - 1:
            flags = self._flags(self._runs[at], place() + "^")
            new_first = new_first if flags is None else self._runs[at][-1] + 1 - _leading(flags[::-1])
        return new_first, new_last

    def _flags(self, run: Sequence[int], place: str) -> str | None:
        """Return for each row of a run whether the next area of a kind covered it; None when that is not known."""
        key = _key(place)
        found = ""
        for row in run:
            trail = self.known.get(row)
            counted = f"{row}|{key}"
            at = self._seen[counted] = self._seen.get(counted, -1) + 1
            found += ("" if trail is None else trail.edges.get(key, "")[at : at + 1]) or "?"
        return None if found == "?" * len(run) else found

    def _of(self, row: int) -> RowTrail:
        return self.left.setdefault(row, RowTrail(row))

    def trails(self) -> dict[int, RowTrail]:
        """Return what each row left behind, without what would come out the same by itself."""
        for trail in self.left.values():
            trail.edges = {
                key: flags.lstrip("-")
                for key, flags in trail.edges.items()
                if "1" in flags or not (flags[0] == "-" or key[-1] in self._stand_ins)
            }
        return {row: trail for row, trail in self.left.items() if trail.edges or trail.pieces}


def _runs(rows: Sequence[int]) -> Iterator[list[int]]:
    """Yield rows that follow each other without a gap together."""
    run = list(rows[:1])
    for before, row in pairwise(rows):
        if row != before + 1:
            yield run
            run = []
        run.append(row)
    if run:
        yield run


def _leading(flags: str) -> int:
    return len(flags) - len(flags.lstrip("1"))


def _key(place: str) -> str:
    return f"{zlib.crc32(place.casefold().encode('utf-8', 'replace')):08x}{place[-1]}"
