"""Which keys to use: single ones and combinations of two, the most selective first, within a budget of pairs."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.fields import combined
from leadbook.analysis.duplicates.keys import Key

if TYPE_CHECKING:
    from collections.abc import Iterator

    import numpy.typing as npt

    from leadbook.analysis.duplicates.fields import Codes, Mask
    from leadbook.analysis.duplicates.rows import Rows

# A block of so many rows is compared pair by pair (780 pairs); a larger one is split by another key first.
LARGEST = 40
# Keys are taken, the most selective first, until they would bring so many pairs.
_PAIRS_A_ROW = 10.0
_PAIRS_AT_LEAST = 30_000.0
# Keys that a table is likely to need are estimated on so many rows.
_SAMPLE = 8_000


def chosen_keys(rows: Rows, single: list[Key]) -> Iterator[Key]:
    """Yield the keys to use, single ones and combinations of two, the most selective first.

    A combination leaves out the rows of which one part is no other row's: they meet nobody.
    """
    sample = None
    scale, count = 1.0, rows.count
    if rows.count > _SAMPLE:
        sample = np.zeros(rows.count, dtype=bool)
        sample[:: -(-rows.count // _SAMPLE)] = True
        count = int(sample.sum())
        scale = (rows.count / count) ** 2
    small = [key if sample is None else _only(key, sample) for key in single]
    options: list[tuple[float, int, int]] = [(_cost(key.codes) * scale, at, -1) for at, key in enumerate(small)]
    options += [
        (_cost_of_both(small[a], small[b], count) * scale, a, b)
        for a, b in combinations(range(len(small)), 2)
        if not small[a].things & small[b].things
    ]
    budget = max(_PAIRS_A_ROW * rows.count, _PAIRS_AT_LEAST)
    # True duplicates share most of the keys; they are found anew by each of them, but compared once.
    shared = float(np.quantile([cost for cost, _, _ in options], 0.3)) if options else 0.0
    used: set[int] = set()
    for cost, a, b in sorted(options):
        # A pair of keys finds nothing that one of the two has found alone.
        if a in used or b in used or not cost:
            continue
        new = max(cost - shared, 0.1 * cost)
        if new > budget:
            break
        budget -= new
        if b < 0:
            used.add(a)
        yield single[a] if b < 0 else _together(single[a], single[b], rows.count)


def _only(key: Key, kept: Codes) -> Key:
    there = kept[key.rows]
    renumbered = np.cumsum(kept) - 1
    return Key(key.words, key.things, renumbered[key.rows[there]], key.codes[there])


def _cost(codes: Codes) -> float:
    """Return how many pairs the blocks of a key hold, the part beyond the largest block's as neighbours."""
    return _cost_of(np.bincount(codes[codes >= 0]).astype(float))


def _cost_of(sizes: npt.NDArray[np.float64]) -> float:
    return float(np.where(sizes <= LARGEST, sizes * (sizes - 1) / 2, sizes * LARGEST).sum())


def _cost_of_both(one: Key, other: Key, count: int) -> float:
    """Return how many pairs the blocks of two keys together hold."""
    _, left, right = _side_by_side(one, other, count)
    both = (left >= 0) & (right >= 0)
    codes = np.sort(left[both] * (int(right.max(initial=0)) + 1) + right[both])
    begins = np.flatnonzero(np.diff(codes, prepend=-1))
    return _cost_of(np.diff(begins, append=len(codes)).astype(float))


def _together(one: Key, other: Key, count: int) -> Key:
    """Return the key of rows that agree on both."""
    where, left, right = _side_by_side(one, other, count)
    words = f"{one.words} and {other.words}" if one.words != other.words else one.words
    shared = np.flatnonzero(_are_shared(left) & _are_shared(right))
    return Key(words, one.things | other.things, where[shared], combined([left[shared], right[shared]]))


def _are_shared(codes: Codes) -> Mask:
    """Tell which values stand more than once, blanks aside."""
    counts = np.bincount(codes + 1, minlength=1)
    counts[0] = 0
    return np.asarray((counts > 1)[codes + 1], dtype=bool)


def _side_by_side(one: Key, other: Key, count: int) -> tuple[Codes, Codes, Codes]:
    """Return the rows that have both keys, and each value of the one with each of the other."""
    if one.is_single and len(one.rows) == count:
        one, other = other, one
    if other.is_single and len(other.rows) == count:
        return one.rows, one.codes, other.codes[one.rows]
    return _joined(one, other)


def _joined(one: Key, other: Key) -> tuple[Codes, Codes, Codes]:
    """Return each value of one key with each value of the other, row by row."""
    order = np.argsort(other.rows, kind="stable")
    held = np.bincount(other.rows, minlength=int(one.rows.max(initial=-1)) + 1)
    count = held[one.rows]
    first = (np.cumsum(held) - held)[one.rows]
    at = order[np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count) + np.repeat(first, count)]
    return np.repeat(one.rows, count), np.repeat(one.codes, count), other.codes[at]
