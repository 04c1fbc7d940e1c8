"""Where a printed sheet starts a new page: before a section that would be torn apart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from leadbook.sheets.spec import Sheet

PAGE_WIDTH_POINTS, PAGE_HEIGHT_POINTS = 784.0, 526.0  # A4 lying on its side, within the margins that are set
DEFAULT_ROW_POINTS = 15.0
ROWS_KEPT_TOGETHER = 6  # of a section longer than a page


def width_pixels(characters: float) -> int:
    """Return how wide Excel draws a column of a width in characters (Calibri 11: 7 pixels a digit, 5 of padding)."""
    return int(characters * 7 + 5)


def span_pixels(sheet: Sheet, first: int, last: int) -> int:
    """Return how wide a run of columns is, first and last inclusive."""
    return sum(width_pixels(sheet.widths.get(column, 8.43)) for column in range(first, last + 1))


def page_breaks(
    sheet: Sheet,
    starts: Sequence[int],
    last_row: int,
    columns: int,
    repeat: tuple[int, int],
    *,
    flowing: Collection[int] = (),
) -> list[int]:
    """Return the rows before which a new page starts.

    Parameters
    ----------
    sheet : Sheet
        With its widths and heights.
    starts : sequence of int
        The first row of each section, ascending.
    last_row, columns : int
        What is printed.
    repeat : (int, int)
        The rows printed again on every page.
    flowing : collection of int
        Those of ``starts`` whose section may be torn apart, if only its heading stays with its first rows.

    Notes
    -----
    The last page of a list that runs on over pages is started by hand as well when a section follows: a program that
    draws columns wider shrinks the sheet more and gets more rows on a page, and would tear the next heading from its
    rows elsewhere.
    """
    if not starts:
        return []
    usual = sheet.row_height or DEFAULT_ROW_POINTS
    # Excel shrinks by whole per cent.
    scale = min(100, int(100 * PAGE_WIDTH_POINTS / (0.75 * span_pixels(sheet, 1, columns)))) / 100

    def tall(first: int, before: int) -> float:
        return sum(sheet.heights.get(row, usual) for row in range(first, before))

    room = PAGE_HEIGHT_POINTS / scale
    again = tall(repeat[0], repeat[1] + 1)
    used = tall(1, starts[0])
    found: list[int] = []
    for start, end in zip(starts, [*starts[1:], last_row + 1], strict=True):
        block = tall(start, end)
        runs_on = start <= repeat[0] < end  # a list whose header stands on top of each of its pages
        whole = block <= room - again and not runs_on and start not in flowing
        needed = block if whole else tall(start, min(end, start + ROWS_KEPT_TOGETHER))
        if used + needed - usual > room:  # the free row at its end may fall off the page
            found.append(start)
            used = again
        if whole:
            used = min(used + block, room)
            continue
        tops, used = _run_on(sheet, range(start, end), used, (again, room))
        if tops and end <= last_row:
            early = min(tops[-1], end - ROWS_KEPT_TOGETHER)  # not one row alone on the last page
            short = start if block <= room - again else tops[-1]
            top = early if early >= start + ROWS_KEPT_TOGETHER else short
            found.append(top)
            used = again + tall(top, end)
    return found


def _run_on(sheet: Sheet, rows: range, used: float, page: tuple[float, float]) -> tuple[list[int], float]:
    """Return the rows of a list that come to stand on top of a page, and how full its last page is.

    The free row at its end may fall off the page.
    """
    again, room = page
    usual = sheet.row_height or DEFAULT_ROW_POINTS
    tops: list[int] = []
    for row in rows:
        height = sheet.heights.get(row, usual)
        if used + height > room and row < rows[-1]:
            tops.append(row)
            used = again
        used += height
    return tops, min(used, room)
