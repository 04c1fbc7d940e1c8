"""From pairs to groups, without the chains in which the ends have nothing in common."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

# Beyond so many leads a component is gathered around its best-connected lead instead of merged step by step.
LARGEST = 60


def components(pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    """Return the groups of leads that pairs connect, directly or through others, each in order."""
    parent: dict[int, int] = {}

    def root(node: int) -> int:
        while parent.setdefault(node, node) != node:
            parent[node] = parent[parent[node]]
            node = parent[node]
        return node

    for one, other in pairs:
        low, high = sorted((root(one), root(other)))
        parent[high] = low
    groups: defaultdict[int, list[int]] = defaultdict(list)
    for node in sorted(parent):
        groups[root(node)].append(node)
    return [members for _, members in sorted(groups.items())]


def divide(
    members: list[int], chance: Mapping[tuple[int, int], float], threshold: float, rank: Callable[[int], object]
) -> list[list[int]]:
    """Return the groups in a component whose members agree with each other on average.

    Parameters
    ----------
    members : list of int
    chance : mapping of (int, int) to float
        Probability of each pair, the smaller lead first; a pair that is not there counts as 0.
    threshold : float
        Least mean probability between two groups that are merged.
    rank : callable
        Orders leads by what they hold, so that ties do not depend on the order of rows.

    Notes
    -----
    Average linkage: the two groups with the highest mean probability are merged until none reaches the
    threshold. A chain A-B-C whose ends A and C disagree stays apart unless A-C is at least as likely as B's
    links are strong on average.
    """
    if len(members) > LARGEST:
        return _around_hubs(members, chance, threshold, rank)
    groups = [[member] for member in sorted(members, key=rank)]  # type: ignore[arg-type] # rank gives comparable keys
    link = {
        (i, j): chance.get(_ordered(groups[i][0], groups[j][0]), 0.0)
        for i in range(len(groups))
        for j in range(i + 1, len(groups))
    }
    alive = set(range(len(groups)))
    while link:
        (one, other), best = max(link.items(), key=lambda item: (item[1], -item[0][0], -item[0][1]))
        if best < threshold:
            break
        a, b = len(groups[one]), len(groups[other])
        for third in alive - {one, other}:
            near = link.pop(_ordered(one, third))
            far = link.pop(_ordered(other, third))
            link[_ordered(one, third)] = (a * near + b * far) / (a + b)
        del link[one, other]
        groups[one] += groups[other]
        alive.discard(other)
    return [groups[i] for i in sorted(alive) if len(groups[i]) > 1]


def _around_hubs(
    members: list[int], chance: Mapping[tuple[int, int], float], threshold: float, rank: Callable[[int], object]
) -> list[list[int]]:
    """Gather each best-connected lead with everyone who matches it directly, until no pair is left."""
    near: defaultdict[int, dict[int, float]] = defaultdict(dict)
    wanted = set(members)
    for (one, other), probability in chance.items():
        if probability >= threshold and one in wanted and other in wanted:
            near[one][other] = near[other][one] = probability
    order = sorted(members, key=lambda node: (-sum(near[node].values()), rank(node)))
    left = set(members)
    groups: list[list[int]] = []
    for hub in order:
        if hub in left:
            group = [hub, *sorted((node for node in near[hub] if node in left), key=rank)]  # type: ignore[arg-type] # as above
            left -= set(group)
            if len(group) > 1:
                groups.append(group)
    return groups


def _ordered(one: int, other: int) -> tuple[int, int]:
    return (one, other) if one < other else (other, one)
