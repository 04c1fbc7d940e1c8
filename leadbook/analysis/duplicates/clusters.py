"""From pairs to groups, without the chains in which the ends have nothing in common."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from leadbook.analysis.duplicates.fields import Codes

# Beyond so many rows a component is gathered around its best-connected row instead of merged step by step.
LARGEST = 200
# One pair says at most so many bits about two groups, so that no single coincidence joins them.
MOST_BITS = 8.0
LEAST_BITS = -6.0
# What speaks against two rows being one counts twice: merging two people is worse than leaving a twin.
AGAINST = 2.0

Bits = npt.NDArray[np.float64]


def components(first: Codes, second: Codes) -> list[list[int]]:
    """Return the groups of rows that pairs connect, directly or through others, each in order."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in zip(first.tolist(), second.tolist(), strict=True):
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    groups: dict[int, list[int]] = {}
    for node in sorted(parent):
        groups.setdefault(root(node), []).append(node)
    return [members for _, members in sorted(groups.items())]


def divide(members: Sequence[int], bits: Bits) -> list[list[int]]:
    """Return the groups in a component whose members belong together on the whole.

    Parameters
    ----------
    members : sequence of int, in an order that does not depend on the order of rows
    bits : array of float, shape (n members, n members)
        Log2 odds of each pair being one.

    Notes
    -----
    The two groups with the highest mean evidence between them are merged until none is above even odds; what
    speaks against counts twice. One
    weak link between two well-knit groups is outvoted by all the pairs that contradict it; a row that hardly
    says anything joins the group that nothing contradicts.
    """
    groups = [[member] for member in members]
    sums = np.clip(np.where(bits < 0, AGAINST * bits, bits), LEAST_BITS, MOST_BITS)
    sizes = np.ones(len(groups))
    np.fill_diagonal(sums, 0.0)
    alive = np.ones(len(groups), dtype=bool)
    while alive.sum() > 1:
        mean = sums / np.outer(sizes, sizes)
        mean[~alive, :] = -np.inf
        mean[:, ~alive] = -np.inf
        np.fill_diagonal(mean, -np.inf)
        place = int(np.argmax(np.round(mean, 9)))
        one, other = sorted(divmod(place, len(groups)))
        if mean[one, other] < 0:
            break
        groups[one] += groups[other]
        sums[one] += sums[other]
        sums[:, one] += sums[:, other]
        sizes[one] += sizes[other]
        alive[other] = False
    return [
        sorted(group) for group, is_alive in zip(groups, alive.tolist(), strict=True) if is_alive and len(group) > 1
    ]


def around_hubs(
    members: Sequence[int], first: Codes, second: Codes, bits: Bits, rank: Callable[[int], object]
) -> list[list[int]]:
    """Gather each best-connected row with every row that matches it directly, until no pair is left."""
    near: dict[int, dict[int, float]] = {member: {} for member in members}
    for one, other, each in zip(first.tolist(), second.tolist(), bits.tolist(), strict=True):
        if each >= 0:
            near[one][other] = near[other][one] = min(each, MOST_BITS)
    order = sorted(members, key=lambda node: (-sum(near[node].values()), rank(node)))
    left = set(members)
    groups: list[list[int]] = []
    for hub in order:
        if hub in left:
            group = sorted({hub, *(node for node in near[hub] if node in left)})
            left -= set(group)
            if len(group) > 1:
                groups.append(group)
    return groups
