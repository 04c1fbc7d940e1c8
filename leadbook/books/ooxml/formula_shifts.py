"""The references of a formula after rows moved, changed as Excel changes them; every other character stays."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, column_number, letters

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadbook.books.ooxml.row_trail import Trail
    from leadbook.books.ooxml.shifts import Shift

_CLOSE_BY = 2
REF_ERROR = "#REF!"
_WORD = r"[^\W\d][\w.]*"
# Left to right: a text, a reference with or without its sheet, a structured reference's brackets, any other word.
_TOKEN = re.compile(
    rf"""
      "(?:[^"]|"")*"
    | (?P<sheet>'(?:[^']|'')+'!|(?:\[\d+\])?{_WORD}(?::{_WORD})?!)?
      (?:(?P<a1>\$?[A-Z]{{1,3}})(?P<r1>\$?[1-9]\d{{0,6}})(?::(?P<a2>\$?[A-Z]{{1,3}})(?P<r2>\$?[1-9]\d{{0,6}}))?
        |(?P<w1>\$?[1-9]\d{{0,6}}):(?P<w2>\$?[1-9]\d{{0,6}}))
      (?![\w.(!])
    | \[(?:[^\[\]']|'.|\[(?:[^\[\]']|'.)*\])*\]
    | [\w.\\]+
    """,
    re.VERBOSE,
)
_ROWS = re.compile(r"(?<=[A-Z$:])\d+|\d+(?=:)")


class FormulaShift(Struct):
    """Changes formulas for one shift.

    Parameters
    ----------
    shift : Shift
    lost : list of (int, int)
        First and last row of each area that a formula names and that is gone; collected while formulas are changed.
    inherited : list of (int, int)
        Likewise, where the reference is to the heir of those rows then.
    trail : Trail, optional
        Gives areas the ends back that they had before rows went.
    place : str
        Where the formulas stand that are changed now, for the trail.
    record : int
        The row of the table whose own formula is changed now, 0 for any other cell.
    """

    shift: Shift
    lost: list[tuple[int, int]] = field(default_factory=list)
    inherited: list[tuple[int, int]] = field(default_factory=list)
    trail: Trail | None = None
    place: str = ""
    record: int = 0

    def moved(self, text: str, *, home: bool) -> str:
        """Return a formula's text afterwards.

        Parameters
        ----------
        text : str
            Without "=".
        home : bool
            Whether it stands on the sheet whose rows move, so that references without a sheet are to that one.
        """

        def change(found: re.Match[str]) -> str:
            if not self._concerns(found["sheet"], home=home):
                return found[0]
            return self._reference(found, self._row_moved)

        return _TOKEN.sub(change, text)

    def moved_with(self, text: str, old_row: int, new_row: int, *, home: bool) -> str:
        """Return a formula whose relative rows count from a cell that went from one row to another.

        Formats, validations and shared formulas are kept that way: their relative references go along with the
        cell, only the absolute ones follow what they point at.
        """

        def change(found: re.Match[str]) -> str:
            concerned = self._concerns(found["sheet"], home=home)
            words = [found[name] for name in ("r1", "r2", "w1", "w2") if found[name]]
            if concerned and words and all(word.startswith("$") for word in words):
                return self._reference(found, self._row_moved)

            def row(name: str) -> int:
                word = found[name]
                number = int(word.lstrip("$"))
                if not word.startswith("$"):
                    return min(LAST_ROW, max(1, number + new_row - old_row))
                return self._end(found, number, begins=name in ("r1", "w1")) if concerned else number

            return self._each_row(found, row)

        return _TOKEN.sub(change, text)

    @staticmethod
    def copied(text: str, rows: int) -> str:
        """Return a formula whose relative rows count from a cell so many rows further down."""
        return translated(text, rows, 0) if rows else text

    def area(self, area: Area) -> Area | None:
        """Return where the cells of a shared or an array formula are afterwards."""
        if self.trail is None:
            return self.shift.area(area)
        return self.trail.area(area, lambda: f"{self.place}|ref")

    def goes_along(self, text: str, row: int, *, moves: bool) -> bool:
        """Tell whether a shared formula holds for all its cells after the shift.

        Parameters
        ----------
        text : str
        row : int
            Of its first cell.
        moves : bool
            Whether its cells move: then each relative reference must be to its own row, in columns that move too;
            otherwise to columns that do not.
        """
        for found in _TOKEN.finditer(text):
            words = [found[name] for name in ("r1", "r2", "w1", "w2") if found[name]]
            relative = [word for word in words if not word.startswith("$")]
            if not relative:
                continue
            if found["sheet"] or found["w1"] or len(relative) != len(words):
                return False
            columns = [column_number(found[name].lstrip("$")) for name in ("a1", "a2") if found[name]]
            if any(self.shift.moves(column, column) != moves for column in columns):
                return False
            if moves and any(int(word) != row for word in relative):
                return False
        return True

    def _concerns(self, sheet: str | None, *, home: bool) -> bool:
        if not sheet:
            return home
        name = sheet[:-1]
        if name.startswith("'"):
            name = name[1:-1].replace("''", "'")
        return name.casefold() == self.shift.sheet.casefold()

    def _end(self, found: re.Match[str], row: int, *, begins: bool) -> int:
        """Return where the absolute end of an area goes whose other end is relative."""
        ends = (row, LAST_ROW) if begins else (1, row)
        place = f"{self.place}|{_skeleton(found)}"
        shift = replace(self.shift, body=(0, 0))
        span = shift.span(*ends) if self.trail is None else self.trail.span(*ends, lambda: place, stretches=False)
        return row if span is None else span[0 if begins else 1]

    def _stand_in(self, found: re.Match[str], row: int) -> str:
        """Return which row stands in for one that goes, as ``Trail.inherited`` has it.

        A record's formula that goes on from a record close by, as running totals do, means whichever stands there.
        """
        relative = not (found["r1"] or found["w1"]).startswith("$")
        if not relative or not self.record or abs(row - self.record) > _CLOSE_BY:
            return "@"
        return "<" if row < self.record else ">"

    def _row_moved(self, found: re.Match[str], columns: tuple[int, int]) -> tuple[int, int] | None:
        first, last = _ends(found)
        if not self.shift.moves(*columns):
            return first, last
        low, high = min(first, last), max(first, last)
        span = self._span(found, low, high)
        if span is None:
            self.lost.append((low, high))
            return None
        return span if first <= last else (span[1], span[0])

    def _span(self, found: re.Match[str], low: int, high: int) -> tuple[int, int] | None:
        trail = self.trail
        if trail is None:
            return self.shift.span(low, high)

        def place() -> str:
            return f"{self.place}|{_skeleton(found)}"

        span = trail.returned(low, high, place)
        if span is not None:
            return span
        is_area = found["r2"] or found["w2"]  # a single cell never was one
        span = trail.span(low, high, place) if is_area else self.shift.span(low, high)
        kind = "@"
        if span is None:
            kind = self._stand_in(found, low)
            span = trail.inherited(low, high, kind)
            if span is None:
                return None
            if kind == "@":
                self.inherited.append((low, high))
        trail.pointed(low, high, span, place, kind)
        return span

    @staticmethod
    def _reference(
        found: re.Match[str], moved: Callable[[re.Match[str], tuple[int, int]], tuple[int, int] | None]
    ) -> str:
        sheet = found["sheet"] or ""
        if found["w1"]:
            span = moved(found, (1, LAST_COLUMN))
            if span is None:
                return sheet + REF_ERROR
            return f"{sheet}{_row(found['w1'], span[0])}:{_row(found['w2'], span[1])}"
        if not found["a1"]:
            return found[0]
        a1, r1 = found["a1"], found["r1"]
        a2, r2 = found["a2"] or a1, found["r2"] or r1
        columns = sorted((column_number(a1.lstrip("$")), column_number(a2.lstrip("$"))))
        if columns[1] > LAST_COLUMN:
            return found[0]
        span = moved(found, (columns[0], columns[1]))
        if span is None:
            return sheet + REF_ERROR
        new = f"{sheet}{a1}{_row(r1, span[0])}"
        return f"{new}:{a2}{_row(r2, span[1])}" if found["a2"] else new

    @staticmethod
    def _each_row(found: re.Match[str], row: Callable[[str], int]) -> str:
        """Return a reference with each of its rows changed on its own."""
        if not (found["a1"] or found["w1"]):
            return found[0]
        names = [name for name in ("r1", "r2", "w1", "w2") if found[name]]
        new = {name: row(name) for name in names}
        text, offset = found[0], found.start()
        for name in reversed(names):
            start, end = found.start(name) - offset, found.end(name) - offset
            text = text[:start] + _row(found[name], new[name]) + text[end:]
        return text


def _ends(found: re.Match[str]) -> tuple[int, int]:
    """Return the first and last row that a reference names, as it names them."""
    first = found["r1"] or found["w1"]
    return int(first.lstrip("$")), int((found["r2"] or found["w2"] or first).lstrip("$"))


def _skeleton(found: re.Match[str]) -> str:
    """Return a formula without the rows it names, and how much of it stands before a reference."""
    start = found.start()
    return f"{without_rows(found.string)}|{len(without_rows(found.string[:start]))}"


def without_rows(text: str) -> str:
    """Return a formula that is the same whichever rows it names."""
    return _ROWS.sub("#", text)


def translated(text: str, rows: int, columns: int) -> str:
    """Return a formula copied so many rows down and columns to the right."""

    def word(spelled: str, *, column: bool) -> str:
        if not spelled or spelled.startswith("$"):
            return spelled
        if column:
            return letters((column_number(spelled) + columns - 1) % LAST_COLUMN + 1)
        return str((int(spelled) + rows - 1) % LAST_ROW + 1)

    def change(found: re.Match[str]) -> str:
        if found["w1"]:
            return f"{found['sheet'] or ''}{word(found['w1'], column=False)}:{word(found['w2'], column=False)}"
        if not found["a1"]:
            return found[0]
        new = f"{found['sheet'] or ''}{word(found['a1'], column=True)}{word(found['r1'], column=False)}"
        if found["a2"]:
            new += f":{word(found['a2'], column=True)}{word(found['r2'], column=False)}"
        return new

    return _TOKEN.sub(change, text)


def _row(old: str, row: int) -> str:
    return f"${row}" if old.startswith("$") else str(row)
