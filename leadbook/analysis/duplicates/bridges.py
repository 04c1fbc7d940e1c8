"""Rows that are one by way of a third: what the two themselves leave open, another row of their group decides."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
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


__all__ = ["by_others"]
