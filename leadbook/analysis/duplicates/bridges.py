"""Rows that are one, or are not, by way of a third: what the two leave open, another row of a group decides."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes
    from leadbook.analysis.duplicates.search import Found

# In a larger group every row has many that speak for it; the pairs would grow with the cube.
_LARGEST = 40


def by_others(found: Found) -> dict[tuple[int, int], tuple[int, float]]:
    """Return for pairs of a group the row that connects them best, and the probability of its weaker link.

    Parameters
    ----------
    found : Found

    Returns
    -------
    dict of (first, second) to (row, probability)
        Pairs first < second of groups of three to forty rows.
    """
    linked: dict[tuple[int, int], tuple[int, float]] = {}
    groups = [sorted(group) for group in found.groups if 2 < len(group) <= _LARGEST]
    pairs = [pair for group in groups for pair in combinations(group, 2)]
    if not pairs:
        return linked
    chances = found.chances(*np.array(pairs, dtype=np.int64).T)
    start = 0
    for group in groups:
        size = len(group)
        upper = np.triu_indices(size, 1)
        links = np.zeros((size, size))
        links[upper] = chances[start : start + len(upper[0])]
        start += len(upper[0])
        links += links.T
        for one, other in zip(*(each.tolist() for each in upper), strict=True):
            weaker = np.minimum(links[one], links[other])
            best = int(np.argmax(weaker))
            linked[group[one], group[other]] = (group[best], float(weaker[best]))
    return linked


class Parted(NamedTuple):
    """Why two rows that look like one were put into two groups.

    ``row``, one of the two, is one with ``mate`` (probability ``near``), which is one with ``apart``, the other of the
    two, by a probability of ``far`` only.
    """

    row: int
    apart: int
    mate: int
    near: float
    far: float


def by_groups(found: Found, first: Codes, second: Codes) -> dict[tuple[int, int], Parted]:
    """Return for pairs of rows in different groups the row of either group that the other side is least like.

    Parameters
    ----------
    found : Found
    first, second : arrays of int
        Pairs of which at least one row is in a group, and not both in the same.

    Notes
    -----
    Of a large group forty rows are looked at.
    """
    group_of = {node: group for group in found.groups for node in group}
    asked: list[tuple[int, int, int]] = []
    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        for row, apart in ((one, other), (other, one)):
            mates = [node for node in group_of.get(row, ()) if node != row][:_LARGEST]
            asked += [(row, apart, mate) for mate in mates]
    if not asked:
        return {}
    rows, aparts, mates = np.array(asked, dtype=np.int64).T
    near, far = found.chances(rows, mates).tolist(), found.chances(aparts, mates).tolist()
    parted: dict[tuple[int, int], Parted] = {}
    for (row, apart, mate), close, away in zip(asked, near, far, strict=True):
        pair = (min(row, apart), max(row, apart))
        known = parted.get(pair)
        if known is None or (away, -close) < (known.far, -known.near):
            parted[pair] = Parted(row, apart, mate, close, away)
    return parted


__all__ = ["Parted", "by_groups", "by_others"]
