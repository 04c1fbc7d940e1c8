"""Groups of duplicates without the pairs that the seller said are two different leads."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
from msgspec.structs import replace

from leadbook.analysis.archived import folded_id

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from leadbook.analysis.results import Duplicates

_Pair = tuple[str, str]


def separate(found: Duplicates, apart: Iterable[_Pair], merged: Mapping[str, str]) -> Duplicates:
    """Return duplicates in which no pair that is kept apart stands in one group.

    Parameters
    ----------
    found : Duplicates
    apart : iterable of (str, str)
        Lead ids of each pair, in either order.
    merged : mapping of str to str
        Leads that were merged since, as ``archived_ids`` has them: what was said of one holds for the lead it is now.

    Returns
    -------
    Duplicates
        Groups without such a pair are as they were. In any other the likeliest pairs are joined first, as long as
        that brings no pair together that is kept apart; each part's master is the group's when it is in it.
    """
    kept = {_ordered(_now(one, merged), _now(other, merged)) for one, other in apart}
    kept = {pair for pair in kept if pair[0] != pair[1]}
    found = replace(found, apart=frozenset(kept)) if kept else found
    clusters, pairs = found.clusters, found.pairs
    if not kept or not len(clusters):
        return found
    ids = [folded_id(one) for one in clusters["lead_id"].tolist()]
    named = {one for pair in kept for one in pair}
    touched = [
        cluster
        for cluster, members in _members(clusters["cluster"].tolist(), ids).items()
        if len(named & set(members)) > 1 and _holds(kept, members)
    ]
    if not touched:
        return found
    chance = {
        (row_a, row_b): (probability, reasons)
        for row_a, row_b, probability, reasons in zip(
            *(pairs[name].tolist() for name in ("row_a", "row_b", "probability", "reasons")), strict=True
        )
    }
    parts = [clusters[~clusters["cluster"].isin(touched)]]
    number = int(clusters["cluster"].max())
    for cluster in touched:
        for part in _divided(clusters[clusters["cluster"] == cluster], kept, chance):
            number += 1
            parts.append(part.assign(cluster=number))
    together = pd.concat(parts, ignore_index=True)
    order = {old: at for at, old in enumerate(dict.fromkeys(together["cluster"].tolist()), 1)}
    together["cluster"] = together["cluster"].map(order).astype("int64")
    id_pairs = [
        _ordered(folded_id(one), folded_id(other))
        for one, other in zip(pairs["id_a"].tolist(), pairs["id_b"].tolist(), strict=True)
    ]
    listed = pairs[[pair not in kept for pair in id_pairs]].reset_index(drop=True)
    return replace(found, pairs=listed, clusters=together)


def _divided(
    group: pd.DataFrame, kept: set[_Pair], chance: Mapping[tuple[int, int], tuple[float, str]]
) -> list[pd.DataFrame]:
    """Return the parts of one group that hold no pair which is kept apart."""
    rows = [int(row) for row in group["row"].tolist()]
    names = dict(zip(rows, map(folded_id, group["lead_id"].tolist()), strict=True))
    master = next(row for row, is_master in zip(rows, group["master"].tolist(), strict=True) if is_master)
    own = {
        row: (float(probability), str(reasons))
        for row, probability, reasons in zip(
            rows, group["probability"].tolist(), group["reasons"].tolist(), strict=True
        )
    }
    links: dict[tuple[int, int], tuple[float, str]] = {}
    for at, one in enumerate(rows):
        for other in rows[at + 1 :]:
            low, high = sorted((one, other))
            known = chance.get((low, high))
            if known is None and master in (one, other):
                known = own[other if one == master else one]
            if known is not None and _ordered(names[one], names[other]) not in kept:
                links[low, high] = known
    part_of = {row: [row] for row in rows}
    for one, other in sorted(links, key=lambda pair: (-links[pair][0], pair)):
        left, right = part_of[one], part_of[other]
        if left is right or any(_ordered(names[a], names[b]) in kept for a in left for b in right):
            continue
        left += right
        for row in right:
            part_of[row] = left
    found: list[pd.DataFrame] = []
    for members in {id(part): part for part in part_of.values()}.values():
        chosen = master if master in members else min(members, key=rows.index)
        others = [row for row in members if row != chosen and tuple(sorted((row, chosen))) in links]
        if not others:
            continue
        told = {row: links[min(row, chosen), max(row, chosen)] for row in others}
        lines = group[group["row"].isin([chosen, *others])].copy()
        lines["master"] = lines["row"] == chosen
        best = max(probability for probability, _ in told.values())
        lines["probability"] = [told[row][0] if row in told else best for row in lines["row"].tolist()]
        lines["reasons"] = [told[row][1] if row in told else "" for row in lines["row"].tolist()]
        found.append(lines.sort_values("master", ascending=False, kind="stable"))
    return found


def _members(clusters: list[int], ids: list[str]) -> dict[int, list[str]]:
    members: dict[int, list[str]] = {}
    for cluster, lead_id in zip(clusters, ids, strict=True):
        members.setdefault(cluster, []).append(lead_id)
    return members


def _holds(kept: set[_Pair], members: list[str]) -> bool:
    inside = set(members)
    return any(one in inside and other in inside for one, other in kept)


def _now(lead_id: str, merged: Mapping[str, str]) -> str:
    key = folded_id(lead_id)
    return folded_id(merged.get(key, key))


def _ordered(one: str, other: str) -> _Pair:
    return (one, other) if one < other else (other, one)
