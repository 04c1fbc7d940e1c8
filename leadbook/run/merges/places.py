"""Where archived rows come back to: between the leads they stood between."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from leadbook.analysis.archived import folded_id

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from leadbook.run.merges.recipe import Recipe

_TOP, _END = "", "\n"
_UNNAMED = "?"
"""What a recipe says of a neighbour whose id is blank or stands twice."""


class Line:
    """Leads in the order they stand in, those that are archived put back in between.

    Parameters
    ----------
    order : sequence of (int, str)
        Row and id of each lead of the table, as they stand now.
    archived : mapping of str to Recipe
        Every archived lead by its folded id.

    Notes
    -----
    The lead above an archived one is the one it stood below in a line like this, so one that was archived before it
    counts as well: however many of them come back, and in whichever order, each knows its place among them. A lead
    comes back below the one above it (where that is archived, the next one further up), as long as the one it stood
    above is still below that; at the top of the table, and where nothing above it is left, above the one below it.
    """

    def __init__(self, order: Sequence[tuple[int, str]], archived: Mapping[str, Recipe]) -> None:
        self.archived = archived
        self.rows: dict[str, int] = {}
        for row, lead_id in order:
            key = folded_id(lead_id)
            # A blank id, and one that stands twice, take up a place but can't tell one.
            self.rows[f"\t{row}" if not key or key in self.rows else key] = row
        keys = [_TOP, *self.rows, _END]
        self._after = dict(pairwise(keys))
        self._before = {below: above for above, below in pairwise(keys)}
        self._rank: dict[str, int | Fraction] = {key: at for at, key in enumerate(keys)}

    def put_back(self, lead_id: str) -> bool:
        """Put an archived lead where it stood; return whether that place still is."""
        key = folded_id(lead_id)
        recipe = self.archived[key]
        above, below = self._present(recipe.above, "above", _TOP), self._present(recipe.below, "below", _END)
        ends = (above or _TOP, below or _END)
        if (above is None and below is None) or self._rank[ends[0]] >= self._rank[ends[1]]:
            return False
        if (above, below) == (_TOP, _END) and len(self._rank) > 2:
            return False
        self._insert(key, ends[0] if above or below is None else self._before[ends[1]])
        return True

    def put_below_master(self, lead_id: str) -> None:
        """Put an archived lead below the one it was merged into, or at the end."""
        key = folded_id(lead_id)
        master = folded_id(self.archived[key].into)
        self._insert(key, master if master and master in self._rank else self._before[_END])

    def neighbours(self, lead_id: str) -> tuple[str, str]:
        """Return the folded ids of the leads above and below one, "" at an end of the table; as recipes keep them."""
        key = folded_id(lead_id)
        above, below = self._before[key], self._after[key]
        if above.startswith("\t") and below.startswith("\t"):
            while above.startswith("\t"):
                above = self._before[above]
            while below.startswith("\t"):
                below = self._after[below]
        return _written(above), _written(below)

    def __iter__(self) -> Iterator[str]:
        key = self._after[_TOP]
        while key != _END:
            yield key
            key = self._after[key]

    def _insert(self, key: str, above: str) -> None:
        below = self._after[above]
        self._rank[key] = Fraction(self._rank[above] + self._rank[below]) / 2
        self._after[above], self._before[key] = key, above
        self._after[key], self._before[below] = below, key

    def _present(self, lead_id: str, side: str, end: str) -> str | None:
        """Return the nearest lead on one side that is in the line or the line's end, None when it can't be told."""
        key, seen = folded_id(lead_id), set[str]()
        while key and key not in self._rank and key in self.archived and key not in seen:
            seen.add(key)
            key = folded_id(getattr(self.archived[key], side))
        if not key:
            return end
        return key if key in self._rank else None


def _written(key: str) -> str:
    if key.startswith("\t"):
        return _UNNAMED
    return "" if key == _END else key


def whole_line(order: Sequence[tuple[int, str]], archived: Mapping[str, Recipe]) -> Line:
    """Return the line of all leads; an archived lead whose place is no more is not in it."""
    line = Line(order, archived)
    for key in reversed(list(archived)):
        if key not in line.rows:
            line.put_back(key)
    return line


def places_for(
    order: Sequence[tuple[int, str]],
    coming: Sequence[str],
    archived: Mapping[str, Recipe],
    first_row: int,
) -> tuple[dict[str, int], list[str]]:
    """Return the row each lead comes back to, and the leads whose old place is no more.

    Parameters
    ----------
    order : sequence of (int, str)
        Row and id of each lead of the table, as they stand now.
    coming : sequence of str
        Ids of the leads that come back, in the order they had.
    archived : mapping of str to Recipe
        Every archived lead by its folded id, those that come back included.
    first_row : int
        Of the table's records.

    Notes
    -----
    ``Line`` says where. In a table that was sorted since, a lead stands below the one it was merged into, which is
    where a person would look for it.
    """
    line = Line(order, archived)
    astray = [lead_id for lead_id in coming if not line.put_back(lead_id)]
    for lead_id in reversed(astray):
        line.put_below_master(lead_id)
    ids = {folded_id(lead_id): lead_id for lead_id in coming}
    places: dict[str, int] = {}
    previous, put_in = first_row - 1, 0
    for key in line:
        if key in ids:
            put_in += 1
            previous += 1
            places[ids[key]] = previous
        else:
            previous = line.rows[key] + put_in
    return places, astray
