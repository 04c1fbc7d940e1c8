"""The search for duplicates from start to end."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.duplicates.blocking import candidate_pairs
from leadbook.analysis.duplicates.clusters import LARGEST, components, divide
from leadbook.analysis.duplicates.compare import Compared, compare
from leadbook.analysis.duplicates.exact import exact_groups, only
from leadbook.analysis.duplicates.levels import COMPARISONS, THRESHOLD
from leadbook.analysis.duplicates.normalise import normalise
from leadbook.analysis.results import Duplicates
from leadbook.model.columns import OWNED_LEAD_COLUMNS

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.duplicates.normalise import People
    from leadbook.model.records import Records

_IDENTIFYING = ("email", "phone", "company", "first_name", "last_name", "street", "website")
# What leadbook writes itself says nothing about how complete a row is.
_OWNED = frozenset(column.key for column in OWNED_LEAD_COLUMNS)
# Pairs are compared in slices of this size, which bounds the memory.
_SLICE = 200_000


def find_duplicates(records: Records) -> Duplicates:
    """Return the leads that look like the same one, as pairs and as clusters with a master.

    Parameters
    ----------
    records : Records
        Rows that say nothing about who they are, and leads in the archive (merged ones), are left out.

    Returns
    -------
    Duplicates
        ``pairs`` with a probability of at least 0.5, the likeliest first. ``clusters``: within each, groups
        match on average and every member matches the master; the master is the most complete row, then the one
        created first, then the uppermost.

    Notes
    -----
    Pairs that share a blocking key are compared on email, phone, name, company, address and deal; each outcome
    adds log2(m / u) bits to the prior odds. The result is the same whatever the order of the rows. Of more than
    8 rows that are equal in all of this, the uppermost stands for all of them in the pairs.

    References
    ----------
    Fellegi, I. P. and Sunter, A. B. (1969). A Theory for Record Linkage. JASA 64, 1183-1210.
    """
    kept = _comparable(records)
    people = normalise(records, kept)
    groups = exact_groups(people)
    each = groups.standing_in
    first, second, skipped = candidate_pairs(only(people, each) if groups.members else people)
    likely = _joined([_likely(people, each[first], each[second]), groups.compared])
    if not len(likely.first):
        return Duplicates(_no_pairs(), _no_clusters(), skipped)
    sentences = reasons(likely)
    pairs = pd.DataFrame(
        {
            "row_a": people.rows[likely.first],
            "row_b": people.rows[likely.second],
            "id_a": people.lead_ids[likely.first],
            "id_b": people.lead_ids[likely.second],
            "probability": likely.probability,
            "reasons": sentences,
        }
    )
    pairs = pairs.sort_values(["probability", "row_a", "row_b"], ascending=[False, True, True], ignore_index=True)
    return Duplicates(pairs, _clusters(records, people, likely, sentences, groups.members), skipped)


def _comparable(records: Records) -> npt.NDArray[np.bool_]:
    """Return which leads can be compared: they say who they are, and were not merged into another."""
    frame = records.leads.frame
    says_who = np.zeros(len(frame), dtype=bool)
    for key in _IDENTIFYING:
        if key in frame.columns:
            says_who |= np.asarray(frame[key].to_numpy(dtype=object) != "", dtype=bool)
    archive = records.archive.frame
    if len(archive) and "lead_id" in archive.columns and "lead_id" in frame.columns:
        archived = set(archive["lead_id"]) - {""}
        says_who &= np.fromiter((i not in archived for i in frame["lead_id"]), bool, len(frame))
    return says_who


def _likely(people: People, first: npt.NDArray[np.int64], second: npt.NDArray[np.int64]) -> Compared:
    """Return the pairs that reach the threshold."""
    found = [
        _only(compared, compared.probability >= THRESHOLD)
        for start in range(0, len(first), _SLICE)
        for compared in [compare(people, first[start : start + _SLICE], second[start : start + _SLICE], hopeful=True)]
    ]
    if not found:
        return compare(people, first, second)
    return _joined(found)


def _joined(parts: list[Compared]) -> Compared:
    """Return compared pairs one after the other."""
    return Compared(
        np.concatenate([part.first for part in parts]),
        np.concatenate([part.second for part in parts]),
        {c.name: np.concatenate([part.levels[c.name] for part in parts]) for c in COMPARISONS},
        {c.name: np.concatenate([part.weights[c.name] for part in parts]) for c in COMPARISONS},
        np.concatenate([part.probability for part in parts]),
    )


def _only(compared: Compared, kept: npt.NDArray[np.bool_]) -> Compared:
    return Compared(
        compared.first[kept],
        compared.second[kept],
        {name: levels[kept] for name, levels in compared.levels.items()},
        {name: weights[kept] for name, weights in compared.weights.items()},
        compared.probability[kept],
    )


def reasons(compared: Compared) -> list[str]:
    """Return why each pair is likely, the strongest evidence first: "Email equal +12.0; Name similar +5.6"."""
    parts = [
        (
            np.abs(compared.weights[c.name]).tolist(),
            [
                f"{c.name} {c.levels[level].name} {weight:+.1f}" if level >= 0 else ""
                for level, weight in zip(
                    compared.levels[c.name].tolist(), compared.weights[c.name].tolist(), strict=True
                )
            ],
        )
        for c in COMPARISONS
    ]
    return [
        "; ".join(words for _, words in sorted(((s[i], w[i]) for s, w in parts if w[i]), key=_strength))
        for i in range(len(compared.first))
    ]


def _strength(term: tuple[float, str]) -> float:
    return -term[0]


def _clusters(
    records: Records, people: People, likely: Compared, sentences: list[str], equal: dict[int, list[int]]
) -> pd.DataFrame:
    """Return the members of each cluster, its master first; ``equal`` are the groups that one lead stands for."""
    pairs = list(zip(likely.first.tolist(), likely.second.tolist(), strict=True))
    stands_for = {node: first for first, others in equal.items() for node in others}
    groups = components(pair for pair in pairs if pair[1] not in stands_for)
    chance = dict(zip(pairs, likely.probability.tolist(), strict=True))
    why = dict(zip(pairs, sentences, strict=True))
    _complete(people, groups, chance, why)
    standing = _standing(records, people, sorted({node for pair in (*pairs, *chance) for node in pair}))

    def between(one: int, other: int) -> tuple[int, int]:
        """Return the pair that was compared in place of two leads."""
        low, high = sorted((stands_for.get(one, one), stands_for.get(other, other)))
        return (low, high) if low != high else (low, equal[low][0])

    def rank(node: int) -> object:
        content = [f.texts[f.codes[node]] if f.codes[node] >= 0 else "" for f in people.fields.values()]
        return (standing[node][:2], content, node)

    found: list[tuple[int, int, bool, float, str]] = []
    number = 0
    divided = [
        part for group in groups for part in ([group] if len(group) == 2 else divide(group, chance, THRESHOLD, rank))
    ]
    grouped = {node for part in divided for node in part}
    divided += [[first] for first in equal if first not in grouped]
    divided.sort(key=min)
    parts = [[node for first in stand_ins for node in (first, *equal.get(first, ()))] for stand_ins in divided]
    masters = [min(part, key=lambda node: standing[node]) for part in parts]
    # Large parts were gathered around their best-connected lead, which need not be the master.
    asked = {
        between(node, master) for part, master in zip(parts, masters, strict=True) for node in part if node != master
    }
    _compare_missing(people, sorted(asked - chance.keys()), chance, why)
    for part, master in zip(parts, masters, strict=True):
        others = sorted((node, chance.get(between(node, master), 0.0)) for node in part if node != master)
        others = [(node, probability) for node, probability in others if probability >= THRESHOLD]
        if not others:
            continue
        number += 1
        found.append((number, master, True, max(probability for _, probability in others), ""))
        found.extend((number, node, False, probability, why[between(node, master)]) for node, probability in others)
    if not found:
        return _no_clusters()
    cluster, nodes, is_master, probability, whys = zip(*found, strict=True)
    places = np.array(nodes, dtype=np.int64)
    return pd.DataFrame(
        {
            "cluster": np.array(cluster, dtype=np.int64),
            "row": people.rows[places],
            "lead_id": people.lead_ids[places],
            "master": np.array(is_master, dtype=bool),
            "probability": np.array(probability, dtype=np.float64),
            "reasons": list(whys),
        }
    )


def _complete(
    people: People, groups: list[list[int]], chance: dict[tuple[int, int], float], why: dict[tuple[int, int], str]
) -> None:
    """Add probability and reasons of those pairs inside a small component that no blocking key connected."""
    missing = [
        pair for group in groups if 2 < len(group) <= LARGEST for pair in combinations(group, 2) if pair not in chance
    ]
    _compare_missing(people, missing, chance, why)


def _compare_missing(
    people: People,
    missing: list[tuple[int, int]],
    chance: dict[tuple[int, int], float],
    why: dict[tuple[int, int], str],
) -> None:
    """Add probability and reasons of some pairs."""
    if missing:
        both = np.array(missing, dtype=np.int64)
        compared = compare(people, both[:, 0], both[:, 1])
        chance.update(zip(missing, compared.probability.tolist(), strict=True))
        why.update(zip(missing, reasons(compared), strict=True))


def _standing(records: Records, people: People, nodes: list[int]) -> dict[int, tuple[int, float, int]]:
    """Return for each lead what decides who is master; the smallest is: blanks, creation, row."""
    part = records.leads.frame.loc[people.rows[nodes]]
    filled = np.zeros(len(nodes), dtype=np.int64)
    for key in records.leads.places:
        if key in part.columns and key not in _OWNED:
            filled += _filled(part[key])
    created = part["created"].to_numpy().astype("datetime64[D]") if "created" in part.columns else None
    days = np.full(len(nodes), np.inf)
    if created is not None:
        days = np.where(np.isnat(created), np.inf, created.astype(np.int64).astype(np.float64))
    rows = part.index.to_numpy()
    return {
        node: (-int(count), float(day), int(row))
        for node, count, day, row in zip(nodes, filled, days, rows, strict=True)
    }


def _filled(column: pd.Series) -> npt.NDArray[np.bool_]:
    there = column.notna().to_numpy(dtype=bool)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fMb":
        return np.asarray(there)
    return np.asarray(there & (column.to_numpy(dtype=object) != ""), dtype=bool)


def _no_pairs() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "row_a": np.empty(0, np.int64),
            "row_b": np.empty(0, np.int64),
            "id_a": np.empty(0, object),
            "id_b": np.empty(0, object),
            "probability": np.empty(0, np.float64),
            "reasons": np.empty(0, object),
        }
    )


def _no_clusters() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "cluster": np.empty(0, np.int64),
            "row": np.empty(0, np.int64),
            "lead_id": np.empty(0, object),
            "master": np.empty(0, bool),
            "probability": np.empty(0, np.float64),
            "reasons": np.empty(0, object),
        }
    )
