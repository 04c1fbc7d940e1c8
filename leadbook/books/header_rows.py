"""Where a table begins and ends in a grid of cells that has no table markup."""

from __future__ import annotations

from collections import Counter
from functools import cache
from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Sequence

SEARCHED_ROWS = 20
TOTAL_WORDS = (
    "total", "totals", "grand total", "grand totals", "sum", "subtotal", "summe", "gesamt", "gesamtsumme", "summen",
    "insgesamt", "zwischensumme", "totaux", "sous-total", "total g\u00e9n\u00e9ral", "somme", "suma", "total general",
    "totale", "totaal",
)  # fmt: skip


class Found(Struct, frozen=True):
    """A table in a grid: positions from 0 in the grid, ``end`` exclusive.

    ``left_out`` says in sentences which lines before and after it are no part of it.
    """

    header: int
    end: int
    left_out: tuple[str, ...] = ()


def is_blank(value: object) -> bool:
    """Whether a cell holds nothing that can be seen."""
    return value is None or (isinstance(value, str) and not value.strip("\ufeff\u00a0\u200b \t\r\n"))


def plain_header(text: object) -> str:
    """Return a header as it is compared: letters and digits only, without case."""
    return "".join(letter for letter in str(text).casefold() if letter.isalnum())


@cache
def _known() -> frozenset[str]:
    """Return the headers that leadbook knows; worked out for a sheet without an Excel table only."""
    columns = (column for columns in TABLES.values() for column in columns)
    return frozenset(plain_header(name) for column in columns for name in (column.header, *column.aliases))


def find_table(grid: Sequence[Sequence[object]]) -> Found | None:
    """Return where the header row is within the first 20 rows, and where the body ends.

    Parameters
    ----------
    grid : sequence of rows
        Cells in order; rows may differ in length.

    Returns
    -------
    Found or None
        None when no row holds anything.

    Notes
    -----
    A header row is as wide as the rows below it (at least 60 % of the usual width), holds words rather than
    numbers, and, where several rows would do, the one with most headers that leadbook knows is taken. The
    body ends before a totals row, or before closing lines (a copyright, a filter's description) that follow
    a blank row and fill one cell.
    """
    # Only the two ends of a long grid are looked at closely.
    middle = range(300, len(grid) - 100)
    widths = [
        len(row) if position in middle and row and not is_blank(row[0]) else sum(not is_blank(cell) for cell in row)
        for position, row in enumerate(grid)
    ]
    filled = [position for position, width in enumerate(widths) if width]
    if not filled:
        return None
    return _found(grid, widths, filled, _header_position(grid, widths, filled))


def lists_beside(grid: Sequence[Sequence[object]]) -> list[tuple[int, int]]:
    """Return the columns (first, and last exclusive) of lists that stand side by side with the same headers.

    One list, which may have gaps, is one block; so are two that share fewer than two headers leadbook knows.
    """
    found = find_table(grid)
    width = max(map(len, grid), default=0)
    if found is None:
        return [(0, width)]
    header = list(grid[found.header])
    named = [not is_blank(cell) for cell in header]
    gaps = [at for at in range(1, len(header)) if not named[at] and any(named[:at]) and any(named[at:])]
    body = range(found.header + 1, found.end)
    gaps = [at for at in gaps if all(len(grid[row]) <= at or is_blank(grid[row][at]) for row in body)]
    edges = [-1, *gaps, width]
    blocks = [(left + 1, right) for left, right in pairwise(edges) if any(named[left + 1 : right])]
    words = [
        {plain_header(cell) for cell in header[left:right] if not is_blank(cell)} & _known() for left, right in blocks
    ]
    alike = len(blocks) > 1 and all(len(words[0] & other) >= 2 for other in words[1:])
    return blocks if alike else [(0, width)]


def find_body(grid: Sequence[Sequence[object]], header: int) -> Found:
    """Return where the body below a header row ends, which is known to stand at a position."""
    widths = [sum(not is_blank(cell) for cell in row) for row in grid]
    return _found(grid, widths, [position for position, width in enumerate(widths) if width], header)


def is_known_header(plain: str) -> bool:
    """Whether leadbook knows a header, given as ``plain_header`` returns it."""
    return plain in _known()


def _found(grid: Sequence[Sequence[object]], widths: Sequence[int], filled: Sequence[int], header: int) -> Found:
    end, left_out = _end_of_body(grid, widths, header, filled[-1] + 1)
    before = sum(1 for position in filled if position < header)
    if before:
        noun = "line" if before == 1 else "lines"
        left_out = (f"{before} {noun} above the headers left out (a title or a schema).", *left_out)
    return Found(header, end, left_out)


def _header_position(grid: Sequence[Sequence[object]], widths: Sequence[int], filled: Sequence[int]) -> int:
    sample = [widths[position] for position in filled[:200]]
    usual = max(Counter(sample).items(), key=lambda item: (item[1], item[0]))[0]
    candidates = []
    for position in filled[:SEARCHED_ROWS]:
        cells = [cell for cell in grid[position] if not is_blank(cell)]
        words = [cell for cell in cells if isinstance(cell, str) and not _looks_like_value(cell)]
        if len(cells) >= 0.6 * usual and len(words) >= 0.8 * len(cells):
            known = sum(plain_header(cell) in _known() for cell in words)
            candidates.append((known, position))
    if not candidates:
        return filled[0]
    best_known = max(known for known, _ in candidates)
    if best_known < 2:
        return candidates[0][1]
    return next(position for known, position in candidates if known == best_known)


def _looks_like_value(text: str) -> bool:
    """Whether a text reads as a number, a date, an e-mail address or a web address rather than a header."""
    bare = text.strip()
    if "@" in bare or "://" in bare:
        return True
    digits = sum(letter.isdigit() for letter in bare)
    # "C12" is a header; "12.5" and "+49 30 1" are none.
    return digits > 0.5 * len(bare.replace(" ", "")) and not bare[0].isalpha()


def _end_of_body(
    grid: Sequence[Sequence[object]], widths: Sequence[int], header: int, end: int
) -> tuple[int, tuple[str, ...]]:
    """Walk up from the last row over closing lines and a totals row."""
    if widths[header] < 3:
        return end, ()
    said: list[str] = []
    closing = _first_closing_line(widths, header, end)
    if closing < end:
        dropped = sum(1 for position in range(closing, end) if widths[position])
        said.append(f"{dropped} closing {'line' if dropped == 1 else 'lines'} below the rows left out.")
        end = _above_blanks(widths, header, closing)
    if end > header + 1 and is_totals_row(grid[end - 1]):
        said.insert(0, "A totals row at the end left out.")
        end = _above_blanks(widths, header, end - 1)
    return end, tuple(said)


def _first_closing_line(widths: Sequence[int], header: int, end: int) -> int:
    """Return where closing lines begin, ``end`` when there are none.

    They count only when a blank row stands between them and the body: a lone company name in the last row of a
    sparse table is a lead.
    """
    after_blank = end
    for position in range(end - 1, max(header, end - 40), -1):
        if widths[position] > 1:
            break
        if widths[position] == 0:
            after_blank = position
    return after_blank


def _above_blanks(widths: Sequence[int], header: int, end: int) -> int:
    while end > header + 1 and widths[end - 1] == 0:
        end -= 1
    return end


def is_totals_row(row: Sequence[object]) -> bool:
    """Whether a row's first filled cell says that it sums the rows above.

    "Total HT" and "Totals 2026" do where nothing but numbers follows; "Total Energies, Paris" is a company.
    """
    filled = [cell for cell in row if not is_blank(cell)]
    if not filled or not isinstance(filled[0], str):
        return False
    said = filled[0].strip().rstrip(":").casefold()
    if said in TOTAL_WORDS:
        return True
    only_numbers = len(filled) > 1 and not any(isinstance(cell, str) for cell in filled[1:])
    return only_numbers and said.partition(" ")[0] in TOTAL_WORDS


def sums_rows_above(row: Sequence[object]) -> bool:
    """Whether a row below a list sums it and is none of its records: it says so, or holds nothing but numbers."""
    filled = [cell for cell in row if not is_blank(cell)]
    return is_totals_row(row) or (bool(filled) and not any(isinstance(cell, str) for cell in filled))
