"""The search from rows to groups: block, compare, learn, weigh, cluster."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.duplicates.blocking import candidate_pairs
from leadbook.analysis.duplicates.clusters import LARGEST, around_hubs, components, divide
from leadbook.analysis.duplicates.compare import Compared, compare
from leadbook.analysis.duplicates.doubts import doubts
from leadbook.analysis.duplicates.exact import equal_rows
from leadbook.analysis.duplicates.hope import hopeful
from leadbook.analysis.duplicates.learn import learn, starting
from leadbook.analysis.duplicates.levels import THRESHOLD
from leadbook.analysis.duplicates.reasons import reasons
from leadbook.analysis.duplicates.weigh import weigh

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Mask
    from leadbook.analysis.duplicates.rows import Rows
    from leadbook.analysis.duplicates.weigh import Floats, Model

# Pairs are compared in slices of this size, which bounds the memory.
_SLICE = 200_000


class Found(Struct, frozen=True):
    """What was found in some rows.

    Parameters
    ----------
    rows : Rows
    model : Model
    first, second : arrays of int, shape (n pairs,)
        Every compared pair that reaches the least probability asked for.
    odds, probability : arrays of float
    groups : list of list of int
        Rows that are one, at least two each, in order.
    skipped : tuple of str
    doubted : dict of (first, second) to float
        Bits that go off pairs, first < second, because the one row could as well be somebody else.
    """

    rows: Rows
    model: Model
    first: Codes
    second: Codes
    odds: Floats
    probability: Floats
    groups: list[list[int]]
    skipped: tuple[str, ...]
    doubted: dict[tuple[int, int], float]

    def chances(self, first: Codes, second: Codes) -> Floats:
        """Return the probability of any pairs."""
        parts = [
            weigh(self.rows, compare(self.rows, first[at : at + _SLICE], second[at : at + _SLICE]), self.model).odds
            for at in range(0, max(len(first), 1), _SLICE)
        ]
        return _probability(np.concatenate(parts) - _taken(self.doubted, first, second))

    def explain(self, first: Codes, second: Codes, *, in_words: bool = True) -> tuple[Floats, list[str]]:
        """Return probability and reasons of any pairs; unless ``in_words``, each reason is ""."""
        if not in_words:
            return self.chances(first, second), [""] * len(first)
        compared = compare(self.rows, first, second)
        weighed = weigh(self.rows, compared, self.model)
        taken = _taken(self.doubted, first, second)
        return _probability(weighed.odds - taken), reasons(self.rows, compared, weighed, taken)


def _taken(doubted: dict[tuple[int, int], float], first: Codes, second: Codes) -> Floats:
    """Return what goes off pairs of which one could as well be somebody else."""
    if not doubted:
        return np.zeros(len(first))
    low, high = np.minimum(first, second).tolist(), np.maximum(first, second).tolist()
    return np.array([doubted.get(pair, 0.0) for pair in zip(low, high, strict=True)])


def _probability(odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp2(-odds)))


def search(rows: Rows, *, least: float = THRESHOLD) -> Found:
    """Return the pairs and groups of rows that look like one.

    Parameters
    ----------
    rows : Rows
    least : float
        Pairs below this probability are left out of the result.

    References
    ----------
    Fellegi, I. P. and Sunter, A. B. (1969). A Theory for Record Linkage. JASA 64, 1183-1210.
    """
    equal_first, equal_other = equal_rows(rows)
    each = np.delete(np.arange(rows.count, dtype=np.int64), equal_other)
    standing = rows.at(each) if len(equal_other) else rows
    one, other, skipped = candidate_pairs(standing)
    alive = hopeful(standing, one, other)
    one, other = one[alive], other[alive]
    compared = compare_all(standing, one, other)
    model = learn(standing, compared) if len(one) else starting(rows)
    kept, odds = _likely(standing, compared, model, min(least, THRESHOLD))
    first, second = each[compared.first[kept]], each[compared.second[kept]]
    taken = doubts(rows, first, second, odds, lambda one, other: odds_of(rows, model, one, other))
    odds = odds - taken
    doubted = {
        (one, other): bits
        for one, other, bits in zip(first.tolist(), second.tolist(), taken.tolist(), strict=True)
        if bits
    }
    first_equal, second_equal, odds_equal = _equal(rows, equal_first, equal_other, model)
    groups = _grouped(rows, model, (first, second, odds), _by_first(first_equal, second_equal), doubted)
    first, second = np.concatenate([first, first_equal]), np.concatenate([second, second_equal])
    odds = np.concatenate([odds, odds_equal])
    probability = _probability(odds)
    there = probability >= least
    return Found(rows, model, first[there], second[there], odds[there], probability[there], groups, skipped, doubted)


def odds_of(rows: Rows, model: Model, first: Codes, second: Codes) -> Floats:
    """Return the log2 odds that the two of any pairs are one."""
    return _likely(rows, compare_all(rows, first, second), model, 0.0)[1]


def compare_all(rows: Rows, first: Codes, second: Codes) -> Compared:
    """Return all pairs compared, slice by slice."""
    parts = [
        compare(rows, first[start : start + _SLICE], second[start : start + _SLICE])
        for start in range(0, max(len(first), 1), _SLICE)
    ]
    if len(parts) == 1:
        return parts[0]
    return Compared(
        first, second,
        np.concatenate([part.levels for part in parts], axis=1),
        np.concatenate([part.swapped for part in parts]),
    )  # fmt: skip


def _likely(rows: Rows, compared: Compared, model: Model, least: float) -> tuple[Codes, Floats]:
    """Return which pairs reach a probability, and their log2 odds."""
    found, odds = [np.empty(0, np.int64)], [np.empty(0)]
    for start in range(0, len(compared.first), _SLICE):
        part = compared.at(np.arange(start, min(start + _SLICE, len(compared.first))))
        weighed = weigh(rows, part, model)
        kept = np.flatnonzero(weighed.probability >= least)
        found.append(start + kept)
        odds.append(weighed.odds[kept])
    return np.concatenate(found), np.concatenate(odds)


def _equal(rows: Rows, first: Codes, other: Codes, model: Model) -> tuple[Codes, Codes, Floats]:
    """Return the pairs of large groups of equal rows that are one by what they say.

    A group whose rows say too little (one company's rows without a person) is none.
    """
    weighed = weigh(rows, compare(rows, first, other), model)
    likely = weighed.probability >= THRESHOLD
    return first[likely], other[likely], weighed.odds[likely]


def _by_first(first: Codes, other: Codes) -> dict[int, list[int]]:
    members: dict[int, list[int]] = {}
    for one, two in zip(first.tolist(), other.tolist(), strict=True):
        members.setdefault(one, []).append(two)
    return members


def _grouped(
    rows: Rows,
    model: Model,
    pairs: tuple[Codes, Codes, Floats],
    equal: dict[int, list[int]],
    doubted: dict[tuple[int, int], float],
) -> list[list[int]]:
    """Return the groups of rows that are one; ``equal`` are the rows that one stands for."""
    first, second, odds = pairs
    linked = odds >= 0
    parts = components(first[linked], second[linked])
    groups = [part for part in parts if len(part) == 2]
    groups += _divided(rows, model, [part for part in parts if 2 < len(part) <= LARGEST], doubted)
    for part in parts:
        if len(part) > LARGEST:
            within: Mask = linked & np.isin(first, part)
            groups += around_hubs(part, first[within], second[within], odds[within], rows.content)
    grouped = {node for group in groups for node in group}
    groups += [[one] for one in equal if one not in grouped]
    return sorted(sorted(node for one in group for node in (one, *equal.get(one, ()))) for group in groups)


def _divided(
    rows: Rows, model: Model, parts: list[list[int]], doubted: dict[tuple[int, int], float]
) -> list[list[int]]:
    """Return what components of three and more fall into when all their pairs are weighed."""
    if not parts:
        return []
    parts = [sorted(part, key=rows.content) for part in parts]
    pairs = np.array([pair for part in parts for pair in combinations(part, 2)], dtype=np.int64)
    odds = odds_of(rows, model, pairs[:, 0], pairs[:, 1]) - _taken(doubted, pairs[:, 0], pairs[:, 1])
    groups, start = [], 0
    for part in parts:
        size = len(part)
        upper = np.triu_indices(size, 1)
        bits = np.zeros((size, size))
        bits[upper] = odds[start : start + len(upper[0])]
        start += len(upper[0])
        groups += divide(part, bits + bits.T)
    return groups
