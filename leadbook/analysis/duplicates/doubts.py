"""Rows that don't say who they are and could be any of several people: a family, or the staff of a firm.

"Lee, 12 Main Street" without a first name is as much like Robert as like Susan Lee of that address. It is one of the
two at most; as long as nothing that only one of them has agrees (a mobile, an e-mail address), it is neither's.
"""

from __future__ import annotations

from collections import defaultdict
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.belonging import RELATED
from leadbook.analysis.duplicates.clusters import components

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadbook.analysis.duplicates.fields import Codes, Mask
    from leadbook.analysis.duplicates.rows import Rows
    from leadbook.analysis.duplicates.weigh import Floats

# Of so many people at one address, the likeliest are looked at.
_MOST = 12


def doubts(rows: Rows, first: Codes, second: Codes, odds: Floats, odds_of: Callable[[Codes, Codes], Floats]) -> Floats:
    """Return how many bits go off each pair because the one row could as well be somebody else.

    Parameters
    ----------
    rows : Rows
    first, second : arrays of int, shape (n pairs,)
    odds : array of float
        Log2 odds that the two of each pair are one.
    odds_of : callable
        Gives the log2 odds of any pairs.

    Returns
    -------
    array of float, 0 for most
        log2(1 + the odds of each other person that the row could be, added up): what is left is the probability
        that it is this one and none of them.
    """
    taken = np.zeros(len(first))
    people: defaultdict[int, dict[int, int]] = defaultdict(dict)
    vague = _vague(rows)
    for one, other in ((first, second), (second, first)):
        # Another row without a name is no person of its own.
        places = np.flatnonzero((odds >= 0) & vague[one] & ~vague[other])
        for place, row, person in zip(places.tolist(), one[places].tolist(), other[places].tolist(), strict=True):
            people[row][person] = place
    several = [_likeliest(them, odds) for them in people.values() if len(them) > 1]
    pairs = np.array([pair for them in several for pair in combinations(them, 2)], dtype=np.int64).reshape(-1, 2)
    if not len(pairs):
        return taken
    is_one = dict(zip(map(tuple, pairs.tolist()), (odds_of(*pairs.T) >= 0).tolist(), strict=True))
    for them in several:
        linked = [pair for pair in combinations(them, 2) if is_one[pair]]
        known = [*linked, *((person, person) for person in them)]
        groups = components(*np.array(known, dtype=np.int64).T)
        best = np.array([max(odds[them[person]] for person in group) for group in groups])
        for number, group in enumerate(groups):
            bits = np.logaddexp2.reduce(np.append(np.delete(best, number), 0.0))
            for person in group:
                taken[them[person]] = max(taken[them[person]], bits)
    return taken


def _likeliest(people: dict[int, int], odds: Floats) -> dict[int, int]:
    """Return the people that a row is most like, in an order that doesn't depend on how they were found."""
    if len(people) > _MOST:
        kept = sorted(people, key=lambda person: (-odds[people[person]], person))[:_MOST]
        return {person: people[person] for person in sorted(kept)}
    return {person: people[person] for person in sorted(people)}


def _vague(rows: Rows) -> Mask:
    """Return which rows say nothing that tells one of a family, or of a firm's staff, from another."""
    telling = next(telling for name, _, telling, _ in RELATED if name == "families")
    says = np.zeros(rows.count, dtype=bool)
    for thing in rows.things:
        if thing.kind in telling:
            says |= rows.fields[thing.fields[0]].codes >= 0
    return ~says


__all__ = ["doubts"]
