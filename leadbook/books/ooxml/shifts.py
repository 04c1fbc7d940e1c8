"""Where cells go when rows of a table are taken out or put in: addresses, areas and lists of areas."""

from __future__ import annotations

from bisect import bisect_left, bisect_right

from msgspec import Struct

from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, parse_area


class Shift(Struct, frozen=True):
    """Rows taken out of a sheet, or put in, with the cells below moving as they do in Excel.

    Parameters
    ----------
    sheet : str
    rows : tuple of int
        In order: the rows to take out, by their old numbers; or the rows to put in, by their new ones.
    first_column, last_column : int
        The columns that move; all of them where whole rows do.
    inserting : bool
    body : (int, int)
        First and last record of the table before. An area that covers either end of it still does afterwards when
        rows are put in there, as Excel lets a table's formats and formulas follow.
    """

    sheet: str
    rows: tuple[int, ...]
    first_column: int = 1
    last_column: int = LAST_COLUMN
    inserting: bool = False
    body: tuple[int, int] = (0, 0)

    @property
    def whole(self) -> bool:
        """Tell whether whole rows move."""
        return (self.first_column, self.last_column) == (1, LAST_COLUMN)

    @property
    def first_row(self) -> int:
        """The uppermost row that is not what it was."""
        return self.rows[0]

    def moves(self, first_column: int, last_column: int) -> bool:
        """Tell whether all cells of some columns move."""
        return self.first_column <= first_column and last_column <= self.last_column

    def overlaps(self, area: Area) -> bool:
        """Tell whether any column of an area moves."""
        return area.first_column <= self.last_column and self.first_column <= area.last_column

    def row(self, row: int) -> int | None:
        """Return the new number of a row in the columns that move; None for one that is taken out."""
        if row < self.rows[0]:
            return row
        if self.inserting:
            return min(LAST_ROW, row + self._put_in_up_to(row))
        at = bisect_left(self.rows, row)
        return None if at < len(self.rows) and self.rows[at] == row else row - at

    def span(self, first: int, last: int) -> tuple[int, int] | None:
        """Return the new first and last row of an area in the columns that move; None when nothing of it is left."""
        if last < self.rows[0] and not (self.inserting and last == self.body[1]):
            return first, last
        if not self.inserting:
            new_first = first - bisect_left(self.rows, first)
            new_last = last if last == LAST_ROW else last - bisect_right(self.rows, last)
            return (new_first, new_last) if new_last >= new_first else None
        new_first = first + self._put_in_up_to(first)
        new_last = last if last == LAST_ROW else min(LAST_ROW, last + self._put_in_up_to(last))
        if first < last or self.body[0] == self.body[1]:
            if first == self.body[0]:
                new_first = min(new_first, first)
            if last == self.body[1]:
                new_last = max(new_last, last + len(self.rows))
        return new_first, new_last

    def area(self, area: Area) -> Area | None:
        """Return where an area is afterwards; one that moves only in part stays as it is, as in Excel."""
        if not self.moves(area.first_column, area.last_column):
            return area
        span = self.span(area.first_row, area.last_row)
        return None if span is None else area._replace(first_row=span[0], last_row=span[1])

    def areas(self, sqref: str) -> str:
        """Return a list of areas as it is afterwards; "" when nothing of it is left."""
        words = []
        for word in sqref.split():
            area = parse_area(word)
            moved = area if area is None else self.area(area)
            if area is None or moved is not None:
                words.append(word if moved is None or moved == area else moved.ref)
        return " ".join(words)

    def _put_in_up_to(self, row: int) -> int:
        """Return how many rows are put in above an old row."""
        low, high = 0, len(self.rows)
        while low < high:  # the i-th row put in pushes down the old rows from rows[i] - i on
            middle = (low + high) // 2
            if self.rows[middle] - middle <= row:
                low = middle + 1
            else:
                high = middle
        return low
