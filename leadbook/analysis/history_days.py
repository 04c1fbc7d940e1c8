"""Several changes of one lead on one day, in the order in which they came, which sorting by hand may have lost."""

from __future__ import annotations

from itertools import pairwise, permutations
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.history_events import (
    ARCHIVED,
    CREATED,
    FIRST_SEEN,
    MERGED,
    REMOVED,
    RETURNED,
    UNMERGED,
    named_fields,
)
from leadbook.analysis.touches import fold

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

MOST_TRIED = 6
"""So many changes of one lead on one day are tried in every order; more stay as they stand."""
MOST_DAYS = 20_000
"""So many days that contradict themselves are put in order; a table with more of them was not just sorted."""
_GONE = frozenset({REMOVED, MERGED, ARCHIVED})


class _Change(Struct, frozen=True):
    """One row: what its Event says, and its cells as they are compared (None for a blank).

    ``named`` are the places of the columns that it says have changed, None where it speaks in words that leadbook does
    not write.
    """

    named: frozenset[int] | None
    begins: bool
    gone: bool
    back: bool
    cells: tuple[Any, ...]


def put_days_in_order(
    table: pd.DataFrame, codes: npt.NDArray[np.intp], day: npt.NDArray[np.datetime64], tracked: Sequence[str]
) -> npt.NDArray[np.intp] | None:
    """Return the rows in an order in which those of one lead and day follow from each other; None to leave them.

    Parameters
    ----------
    table : DataFrame
        Cleaned rows of History by lead, then by day, those of one day as they stand.
    codes : array of int
        A number for each row's lead.
    day : array of datetime64
    tracked : sequence of str
        The columns that are watched.

    Returns
    -------
    array of positions, or None

    Notes
    -----
    A row's Event names what changed, so each row must differ from the one before in just that: of all orders of a day
    the one that breaks this least is taken, and where several do, the one that comes nearest to how the rows stand.
    Only days whose rows contradict each other as they stand are looked at.
    """
    same = (codes[1:] == codes[:-1]) & (day[1:] == day[:-1])
    if not same.any():
        return None
    # Rows of a day with several, and the one after them, follow from rows whose order is in question.
    crowded = np.concatenate([[False], same]) | np.concatenate([same, [False]])
    later = np.flatnonzero((codes[1:] == codes[:-1]) & (crowded[1:] | crowded[:-1])) + 1
    wrong = later[_contradict(table, later, tracked)]
    begins = np.flatnonzero(np.concatenate([[True], ~same]))
    ends = np.append(begins[1:], len(codes))
    which = np.unique(np.searchsorted(begins, np.concatenate([wrong - 1, wrong]), side="right") - 1)
    several = (ends - begins)[which]
    which = which[(several > 1) & (several <= MOST_TRIED)]
    if not 0 < len(which) <= MOST_DAYS:
        return None
    starts, stops = begins[which], ends[which]
    # The neighbours of a day are the rows of its lead that it must follow from and lead to.
    lows = starts - ((starts > 0) & (codes[np.maximum(starts - 1, 0)] == codes[starts]))
    after = np.minimum(stops, len(codes) - 1)
    highs = stops + ((stops < len(codes)) & (codes[after] == codes[starts]))
    needed = np.unique(np.concatenate([np.arange(low, high) for low, high in zip(lows, highs, strict=True)]))
    changes = dict(zip(needed.tolist(), _changes(table.iloc[needed], tracked), strict=True))
    order = np.arange(len(codes))
    for low, start, stop, high in zip(lows.tolist(), starts.tolist(), stops.tolist(), highs.tolist(), strict=True):
        rows = [changes[at] for at in range(low, high)]
        head, of_day, tail = rows[: start - low], rows[start - low : stop - low], rows[stop - low :]
        # As they stand comes first, and the first of equals is taken.
        orders = permutations(range(len(of_day)))
        fewest = min(orders, key=lambda places: _breaks(head, [of_day[at] for at in places], tail))
        order[start:stop] = start + np.array(fewest)
    return order


def _contradict(table: pd.DataFrame, later: npt.NDArray[np.intp], tracked: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Tell which rows do not follow from the row before, which is of the same lead."""
    events = fold(table["event"].iloc[later])
    codes, words = pd.factorize(events)
    named = [named_fields(str(word)) for word in words]
    begins = np.array([_begins(str(word)) for word in words], dtype=bool)[codes]
    wrong, alike = begins.copy(), np.asarray(events == fold(table["event"].iloc[later - 1]), dtype=bool)
    for key in tracked:
        cells = table[key]
        here, before = cells.iloc[later], cells.iloc[later - 1]
        if cells.dtype.kind in "Mf":
            blank = here.isna().to_numpy()
            differ = (here.to_numpy() != before.to_numpy()) & ~(blank & before.isna().to_numpy())
        else:
            blank = (here == "").to_numpy()
            differ = np.asarray(fold(here) != fold(before), dtype=bool)
        said, silent = (
            np.array([fields is not None and (key in fields) is meant for fields in named], dtype=bool)[codes]
            for meant in (True, False)
        )
        wrong |= (said & ~differ) | (silent & differ & ~blank)
        alike &= ~differ
    return np.asarray(wrong & ~alike, dtype=bool)


def _begins(event: str) -> bool:
    return CREATED in event or FIRST_SEEN in event


def _changes(rows: pd.DataFrame, tracked: Sequence[str]) -> list[_Change]:
    columns = [[_compared(cell) for cell in rows[key].tolist()] for key in tracked]
    places = {key: place for place, key in enumerate(tracked)}
    known: dict[str, tuple[frozenset[int] | None, bool, bool, bool]] = {}
    made = []
    for event, cells in zip(fold(rows["event"]), zip(*columns, strict=True), strict=True):
        if event not in known:
            named = named_fields(event)
            fields = None if named is None else frozenset(places[key] for key in named)
            known[event] = fields, _begins(event), event in _GONE, RETURNED in event or UNMERGED in event
        made.append(_Change(*known[event], cells))
    return made


def _compared(cell: object) -> object:
    if isinstance(cell, str):
        return cell.casefold() or None
    return None if cell != cell else cell  # noqa: PLR0124 - NaN and NaT are unlike themselves


def _breaks(head: list[_Change], of_day: list[_Change], tail: list[_Change]) -> int:
    """Return how often a row does not follow from the one before; where there is none, a lead begins."""
    unborn = not head and not of_day[0].begins
    return unborn + sum(_speaks_against(one, other) for one, other in pairwise([*head, *of_day, *tail]))


def _speaks_against(one: _Change, other: _Change) -> int:
    """Count what speaks against a row following another one."""
    if other.begins:
        return 0 if one.gone else 2
    found = 2 * (one.gone != other.back)
    if other.named is None:
        return found
    for place, (before, cell) in enumerate(zip(one.cells, other.cells, strict=True)):
        found += before == cell if place in other.named else cell is not None and before != cell
    return found
