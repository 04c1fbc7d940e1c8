"""The values of a column that points are given for: words as they are, numbers in bands of equally many leads."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.winning.told import Told

BANDS = 10
LEADS_A_BAND = 15
"""A band of numbers, and a word with points of its own, stand on so many leads; in a small table on fewer."""
LEAST_LEADS = 5
MOST_WORDS = 40
ZERO_SHARE = 0.05
"""Zero is a band of its own from this share on: no visits at all is another thing than few."""
BLANK, OTHER = "(blank)", "(any other)"


class Bands(Struct, frozen=True):
    """How a column's cells fall into the values that points are given for.

    Parameters
    ----------
    told : Told
        The column, of all leads.
    labels : tuple of str
        What each band is called.
    codes : array of int, shape (n leads,)
        The band of each lead; -1 for what no lead that taught had, which is worth what the average is.
    """

    told: Told
    labels: tuple[str, ...]
    codes: npt.NDArray[np.int64]

    @property
    def numbered(self) -> int:
        """How many labels, from the first on, follow each other as numbers do; 0 for words."""
        return 0 if self.told.labels else len(self.labels) - (self.labels[-1:] == (BLANK,))

    @property
    def header(self) -> str:
        """The column's header."""
        return self.told.header

    @property
    def idle(self) -> int:
        """The place of the blank in ``labels`` where a blank tells nothing, else -1."""
        return len(self.labels) - 1 if not self.told.blank_tells and self.labels[-1:] == (BLANK,) else -1

    @property
    def telling(self) -> npt.NDArray[np.int64]:
        """The band of each lead, -1 where it tells nothing."""
        return self.codes if self.idle < 0 else np.where(self.codes == self.idle, -1, self.codes)


def cut(told: Told, taught: npt.NDArray[np.bool_]) -> Bands:
    """Return the bands of a column.

    Parameters
    ----------
    told : Told
    taught : array of bool, shape (n leads,)
        The leads to learn from; only their values make bands.
    """
    least = int(np.clip(taught.sum() // 100, LEAST_LEADS, LEADS_A_BAND))
    labels, codes = _word_bands(told, taught, least) if told.labels else _number_bands(told, taught, least)
    blank = told.codes < 0
    if (blank & taught).any():
        codes = np.where(blank, len(labels), codes)
        labels = (*labels, BLANK)
    else:
        codes = np.where(blank, -1, codes)
    return Bands(told, labels, codes.astype(np.int64))


def _word_bands(told: Told, taught: npt.NDArray[np.bool_], least: int) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    """Give each common word a band of its own and all others, those nobody had yet among them, one together."""
    times = np.bincount(told.codes[taught & told.filled], minlength=len(told.labels))
    ranked = np.lexsort((np.arange(len(times)), -times))[:MOST_WORDS]
    kept = np.sort(ranked[times[ranked] >= least])
    place = np.full(len(told.labels) + 1, -1, dtype=np.int64)
    labels = [told.labels[at] for at in kept.tolist()]
    if times.sum() > times[kept].sum():
        place[:-1] = len(labels)
        labels.append(OTHER)
    place[kept] = np.arange(len(kept))
    return tuple(labels), place[told.codes]


def _number_bands(
    told: Told, taught: npt.NDArray[np.bool_], least: int
) -> tuple[tuple[str, ...], npt.NDArray[np.int64]]:
    numbers, known = told.numbers, taught & told.filled
    seen = numbers[known]
    if not len(seen):
        return (), np.full(len(numbers), -1, dtype=np.int64)
    zero = (seen == 0).mean() >= ZERO_SHARE and bool((seen >= 0).all())
    rest = seen[seen > 0] if zero else seen
    wanted = int(np.clip(len(rest) // (2 * least), 1, BANDS))
    edges = np.empty(0)
    if len(rest) and wanted > 1:
        # The edge is a value that leads have: "up to 3", "over 3 to 7".
        edges = np.unique(np.quantile(rest, np.linspace(0, 1, wanted + 1)[1:-1], method="lower"))
        edges = edges[edges < rest.max()]
    if zero and len(rest):
        edges = np.concatenate([[0.0], edges])
    codes = np.searchsorted(edges, np.nan_to_num(numbers), side="left")
    return _named(edges, seen, zero=zero), codes.astype(np.int64)


def _named(edges: npt.NDArray[np.float64], seen: npt.NDArray[np.float64], *, zero: bool) -> tuple[str, ...]:
    if not len(edges):
        return (_spelled(float(seen.min())) if seen.min() == seen.max() else "any number",)
    names = ["0" if zero and edges[0] == 0 else f"up to {_spelled(edges[0])}"]
    for low, high in pairwise(edges.tolist()):
        between = np.unique(seen[(seen > low) & (seen <= high)])
        names.append(_spelled(between[0]) if len(between) == 1 else f"over {_spelled(low)} to {_spelled(high)}")
    return (*names, f"over {_spelled(edges[-1])}")


def _spelled(number: float) -> str:
    return f"{number:,.0f}" if abs(number) >= 1000 or number == round(number) else f"{number:,.4g}"
