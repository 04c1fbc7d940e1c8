"""Numbers of rows or columns that follow one another, as runs: what stands in one run goes into Excel in one call."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MOST_RUNS = 12
"""How many runs of one column are written at the most, however many rows differ."""

CELLS_A_CALL = 2_000
"""How many cells more Excel takes in the time that one call more would take."""


class Span(Struct, frozen=True):
    """Rows and columns of one list, both ends included."""

    first_row: int
    last_row: int
    first_column: int
    last_column: int

    @property
    def cells(self) -> int:
        """How many cells it has."""
        return (self.last_row - self.first_row + 1) * (self.last_column - self.first_column + 1)


def runs_of(numbers: Iterable[int]) -> list[tuple[int, int]]:
    """Return the first and last of each run of numbers in order."""
    runs: list[tuple[int, int]] = []
    for number in numbers:
        if runs and runs[-1][1] == number - 1:
            runs[-1] = (runs[-1][0], number)
        else:
            runs.append((number, number))
    return runs


def closed(runs: Sequence[tuple[int, int]], near: int = CELLS_A_CALL, most: int = MOST_RUNS) -> list[tuple[int, int]]:
    """Close the gaps between runs that are no wider than ``near``, and the narrowest till ``most`` runs are left."""
    widths = sorted((later[0] - one[1] - 1 for one, later in pairwise(runs)), reverse=True)
    if len(widths) >= most:
        near = max(near, widths[most - 1])
    joined: list[tuple[int, int]] = []
    for first, last in runs:
        if joined and first - joined[-1][1] - 1 <= near:
            joined[-1] = (joined[-1][0], last)
        else:
            joined.append((first, last))
    return joined


def side_by_side(columns: Iterable[Sequence[Span]]) -> list[Span]:
    """Join neighbouring columns of one span each, told from left to right, where one call is done before two."""
    joined: list[Span] = []
    last: Span | None = None
    for spans in columns:
        span = spans[0] if len(spans) == 1 else None
        if span is not None and last is not None and last.last_column + 1 == span.first_column:
            both = Span(
                min(last.first_row, span.first_row), max(last.last_row, span.last_row), last.first_column,
                span.last_column,
            )  # fmt: skip
            if both.cells <= last.cells + span.cells + CELLS_A_CALL:
                joined[-1] = last = both
                continue
        joined += spans
        last = span
    return joined
