"""Tables out of a sheet's arrays: each different value of a column is made once, however many cells hold it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.books.careful import CannotReadError, read_carefully
from leadbook.books.header_rows import sums_rows_above
from leadbook.books.ooxml import CellKind, is_plain
from leadbook.model.tables import CellError, CodedCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.books.ooxml import SharedTexts, SheetValues, TableInfo, Workbook

    Places = npt.NDArray[np.int64]

LAST_COLUMN = 16_384
_SAMPLE = b"1.5"  # in a cell of a date or time format calamine makes a moment or a duration of it
_TAG = b"<t>"
_MOST_SUMS = 40  # a row that sums a list is looked for among so many rows below it


class ValueBook:
    """What the cells of one workbook mean.

    Parameters
    ----------
    workbook : ooxml.Workbook
    """

    def __init__(self, workbook: Workbook) -> None:
        self._workbook = workbook
        self._dated: dict[int, bool] = {}

    @cached_property
    def _shared(self) -> SharedTexts:
        shared = self._workbook.read_shared()
        if shared is None:
            raise CannotReadError
        others = shared.others
        cells = [b't="s"><v>%d</v>' % number for number in range(len(others))]
        for index, text in zip(others, self._careful(cells, list(others.values())), strict=True):
            if not isinstance(text, str):
                raise CannotReadError
            shared.texts[index] = text
        return shared

    @cached_property
    def _styles(self) -> bytes:
        return self._workbook.styles_part()

    def _careful(self, cells: Sequence[bytes], shared: Sequence[bytes] = ()) -> list[object]:
        if not cells:
            return []
        return read_carefully(cells, self._styles, date_1904=self._workbook.date_1904, shared=shared)

    @cached_property
    def _shared_once(self) -> bool:
        texts = set(self._shared.texts)
        return len(texts) == len(self._shared.texts) and "" not in texts

    def is_sure(self, kind: CellKind) -> bool:
        """Tell whether different cells of a kind never have the same value, nor a blank one."""
        return kind == CellKind.NUMBER or (kind == CellKind.SHARED and self._shared_once)

    def learn_styles(self, styles: Sequence[int]) -> None:
        """Find out which of some cell formats show numbers as dates or times."""
        unknown = [style for style in styles if style not in self._dated]
        values = self._careful([b's="%d"><v>%s</v>' % (style, _SAMPLE) for style in unknown])
        self._dated.update((style, not isinstance(value, float)) for style, value in zip(unknown, values, strict=True))

    def is_dated(self, style: int) -> bool:
        """Tell whether a cell format, learnt before, shows numbers as dates or times."""
        return self._dated[style]

    def make(
        self, kind: CellKind, numbers: npt.NDArray[np.float64], texts: Sequence[bytes], style: int
    ) -> list[object]:
        """Return the values of different cells of one kind.

        Raises
        ------
        CannotReadError
            When they need the whole workbook, or make no sense.
        """
        match kind:
            case CellKind.NUMBER if self._dated[style]:
                return self._careful([b's="%d"><v>%r</v>' % (style, number) for number in numbers.tolist()])
            case CellKind.NUMBER:
                return list(numbers.tolist())
            case CellKind.FLAG:
                return [bool(number) for number in numbers.tolist()]
        places: list[int] = numbers.tolist()
        if kind == CellKind.SHARED:
            shared = self._shared.texts
            if max(places, default=0) >= len(shared):
                raise CannotReadError
            return [shared[place] for place in places]
        written = [texts[place] for place in places]
        if kind == CellKind.ERROR:
            return [CellError(text.decode("utf-8", "replace")) for text in written]
        return self._texts(written, inline=kind == CellKind.INLINE)

    def _texts(self, written: list[bytes], *, inline: bool) -> list[object]:
        """Return the texts of inline strings, or of formulas."""
        skipped = len(_TAG) if inline else 0
        found: list[object] = []
        odd: list[int] = []
        for at, raw in enumerate(written):
            if is_plain(raw[skipped:]) and (not inline or raw.startswith(_TAG)):
                try:
                    found.append(raw[skipped:].decode("utf-8"))
                except UnicodeDecodeError as failure:
                    raise CannotReadError from failure
            else:
                odd.append(at)
                found.append("")
        whole = b't="inlineStr"><is>%s</t></is>' if inline else b't="str"><v>%s</v>'
        for at, value in zip(odd, self._careful([whole % written[at] for at in odd]), strict=True):
            found[at] = value
        return found


class SheetTables:
    """The tables of one sheet, cut out of its arrays.

    Parameters
    ----------
    book : ValueBook
    values : SheetValues
    """

    def __init__(self, book: ValueBook, values: SheetValues) -> None:
        self._book = book
        self._values = values
        # Within a column the rows stay in order. Where column c begins is at place c.
        self._order = np.argsort(values.columns, kind="stable")
        self._begins = np.searchsorted(values.columns[self._order], np.arange(LAST_COLUMN + 2, dtype=np.int16))
        numbers = values.kinds == CellKind.NUMBER
        book.learn_styles(np.unique(values.styles[numbers]).tolist())

    def cut(self, info: TableInfo, first_row: int, last_row: int) -> tuple[Places, list[CodedCells]]:
        """Return the rows of a table's body that hold anything, and its columns in those rows."""
        held = self._values.rows
        height = max(0, min(last_row, int(held[-1]) if len(held) else 0) - first_row + 1)
        columns = [self._code(column, first_row, height) for column in range(info.first_column, info.last_column + 1)]
        filled = np.zeros(height, dtype=bool)
        for _, codes in columns:
            filled |= codes >= 0
        kept = np.flatnonzero(filled)
        whole = len(kept) == height
        cells = [_with_blanks(values, codes if whole else codes[kept]) for values, codes in columns]
        return first_row + kept, cells

    def count_below(self, info: TableInfo) -> int:
        """Return how many filled rows stand directly below a table, down to one that sums it."""
        rows, columns = self._values.rows, self._values.columns
        start = int(np.searchsorted(rows, np.int32(info.last_row + 1)))
        own = (columns[start:] >= info.first_column) & (columns[start:] <= info.last_column)
        found = np.unique(rows[start:][own])
        run = int(np.argmin(np.append(found == info.last_row + 1 + np.arange(len(found)), False)))
        filled = np.zeros(run + 1, dtype=bool)
        firsts: list[list[object]] = [[] for _ in range(min(run, _MOST_SUMS))]
        for column in range(info.first_column, info.last_column + 1) if run else ():
            different, codes = self._code(column, info.last_row + 1, run)
            filled[:run] |= codes >= 0
            for row, code in zip(firsts, codes.tolist(), strict=False):
                row.append(different[code] if code >= 0 else None)
        below = int(np.argmin(filled))
        return next((place for place, row in enumerate(firsts[:below]) if sums_rows_above(row)), below)

    def _code(self, column: int, first_row: int, height: int) -> tuple[list[object], Places]:
        """Return the different values of a column's cells, and each cell's place among them, -1 for a blank."""
        values = self._values
        at = self._order[self._begins[column] : self._begins[column + 1]]
        edges = np.array([first_row, first_row + height], dtype=np.int32)  # another type would copy the rows
        start, stop = np.searchsorted(values.rows[at], edges)
        at = at[start:stop]
        places = values.rows[at].astype(np.int64) - first_row
        kinds, styles, numbers = values.kinds[at], values.styles[at], values.numbers[at]
        codes = np.full(height, -1, dtype=np.int64)
        found: list[object] = []
        groups = self._groups(kinds, styles)
        for kind, style, chosen in groups:
            held = numbers[chosen]
            local, different = pd.factorize(held if kind == CellKind.NUMBER else held.astype(np.int64))
            codes[places[chosen]] = local + len(found) if found else local
            found += self._book.make(kind, np.asarray(different), values.texts, style)
        sure = len(groups) == 1 and self._book.is_sure(groups[0][0])
        return (found, codes) if sure else _without_twins(found, codes)

    def _groups(
        self, kinds: npt.NDArray[np.uint8], styles: npt.NDArray[np.int32]
    ) -> list[tuple[CellKind, int, npt.NDArray[np.bool_]]]:
        """Return the cells that are made into values alike: by kind, and dates by their format as well."""
        groups: list[tuple[CellKind, int, npt.NDArray[np.bool_]]] = []
        for number in np.unique(kinds).tolist():
            kind = CellKind(number)
            chosen = kinds == number
            if kind != CellKind.NUMBER:
                groups.append((kind, 0, chosen))
                continue
            used = np.unique(styles[chosen]).tolist()
            dated = [style for style in used if self._book.is_dated(style)]
            groups += [(kind, style, chosen & (styles == style)) for style in dated]
            plain = [style for style in used if not self._book.is_dated(style)]
            if plain:
                groups.append((kind, plain[0], chosen & ~np.isin(styles, dated) if dated else chosen))
        return groups


def _without_twins(found: list[object], codes: Places) -> tuple[list[object], Places]:
    """Return values of which no two are the same (but 1 and TRUE are two), blank texts gone."""
    keys = [(type(value), value) for value in found] if {bool, float} <= set(map(type, found)) else found
    if "" not in found and len(set(keys)) == len(found):
        return found, codes
    index: dict[object, int] = {}
    new = np.full(len(found) + 1, -1, dtype=np.int64)  # the last one stays for blanks, whose code is -1
    kept: list[object] = []
    for at, (key, value) in enumerate(zip(keys, found, strict=True)):
        if value == "":
            continue
        if key not in index:
            index[key] = len(kept)
            kept.append(value)
        new[at] = index[key]
    return kept, new[codes]


def _with_blanks(values: list[object], codes: Places) -> CodedCells:
    """Return a column whose values stand in order of appearance, None among them where cells are blank."""
    count = len(codes)
    highest = np.maximum.accumulate(codes)
    if count and codes[0] == 0 and codes.min() == 0 and (np.diff(highest) <= 1).all():  # it is so already
        return CodedCells(values[: int(highest[-1]) + 1], codes)
    codes = np.where(codes < 0, len(values), codes)
    first = np.full(len(values) + 1, count, dtype=np.int64)
    first[codes[::-1]] = np.arange(count - 1, -1, -1)  # the first cell is written last, and stays
    order = np.argsort(first, kind="stable")
    order = order[: int((first < count).sum())]
    rank = np.zeros(len(first), dtype=np.int64)
    rank[order] = np.arange(len(order))
    every = [*values, None]
    return CodedCells([every[place] for place in order.tolist()], rank[codes])
