"""Which pairs are worth comparing: rows that agree on two things roughly, found in almost linear time."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.duplicates.fields import Field, combined

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.analysis.duplicates.fields import Codes, Mask
    from leadbook.analysis.duplicates.rows import Rows

# A block of so many rows is compared pair by pair (780 pairs); a larger one is split by another key first.
LARGEST = 40
# In what no key splits any further, each row is compared with so many neighbours in sorted order.
NEIGHBOURS = 8
# Keys are taken, the most selective first, until they would bring so many pairs.
_PAIRS_A_ROW = 10.0
_PAIRS_AT_LEAST = 30_000.0
# Keys that a table is likely to need are estimated on so many rows.
_SAMPLE = 8_000
_LETTERS = 4
_TELLING_WORDS = 3


@dataclass(frozen=True)
class Key:
    """A rough value that rows are put side by side by.

    Parameters
    ----------
    words : str
        What it is, for sentences: "last name", "company and city".
    things : frozenset of str
        Kinds it is made of; two keys of one kind are not combined.
    rows : array of int, shape (n entries,)
        A row may have several values: its first and its last name, its telling words.
    codes : array of int, shape (n entries,)
        -1 for blank.
    """

    words: str
    things: frozenset[str]
    rows: Codes
    codes: Codes

    @cached_property
    def is_single(self) -> bool:
        """Whether each row has one value, row by row."""
        return bool(np.array_equal(self.rows, np.arange(len(self.rows))))


def candidate_pairs(rows: Rows, new: Mask | None = None) -> tuple[Codes, Codes, tuple[str, ...]]:
    """Return the pairs that share a key.

    Parameters
    ----------
    rows : Rows
    new : array of bool, shape (n rows,), optional
        Only pairs of a new row and another one are wanted.

    Returns
    -------
    first, second : arrays of int
        Positions of the two rows of each pair, first < second, each pair once, in order.
    skipped : tuple of str
        One sentence for each key that no other could split into comparable blocks; the three that matter most.

    Notes
    -----
    Every thing gives rough values (first and last four letters, telling words, digits); a key is one of them or
    two of different things together. The most selective keys are used, as many as a budget of pairs allows, so
    that two rows with several slips still meet while the cost grows with the rows and not with their square.
    """
    single = rough_keys(rows)
    if new is not None:
        single = [_met_by(key, new) for key in single]
    found: list[Codes] = []
    skipped: list[tuple[int, str]] = []
    for key in _chosen(rows, single):
        large, pairs = _within_blocks(key, rows.count)
        found.append(pairs)
        if len(large.rows):
            more, left = _split(large, key, single, rows.count)
            found.extend(more)
            if left:
                skipped.append((left, key.words))
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64), ()
    every = np.sort(np.concatenate(found))
    every = every[np.diff(every, prepend=-1) > 0]
    if new is not None:
        every = every[new[every // rows.count] != new[every % rows.count]]
    return every // rows.count, every % rows.count, _sentences(skipped)


def _sentences(skipped: list[tuple[int, str]]) -> tuple[str, ...]:
    """Return what could not be compared with everything, the most rows first."""
    most: dict[str, int] = {}
    for left, words in skipped:
        most[words] = max(most.get(words, 0), left)
    ordered = sorted(most.items(), key=lambda item: (-item[1], item[0]))
    return tuple(
        f"{'1 row shares its' if left == 1 else f'{left:,} rows share their'} {words} with so many others that nothing "
        f"else tells apart (more than {LARGEST}) that only the {NEIGHBOURS} nearest were compared with each."
        for words, left in ordered[:_MOST_SENTENCES]
    )


_MOST_SENTENCES = 3


def _met_by(key: Key, new: Mask) -> Key:
    """Return a key without the values that no new row has."""
    met = np.zeros(int(key.codes.max(initial=-1)) + 2, dtype=bool)
    met[key.codes[new[key.rows]]] = True
    met[-1] = False
    return Key(key.words, key.things, key.rows, np.where(met[key.codes], key.codes, -1))


def rough_keys(rows: Rows) -> list[Key]:
    """Return the rough values of each thing."""
    keys: list[Key] = []
    everyone = np.arange(rows.count, dtype=np.int64)

    def add(words: str, kind: str, *parts: Field) -> None:
        codes = parts[0].codes if len(parts) == 1 else np.concatenate([part.codes for part in parts])
        keys.append(Key(words, frozenset({kind}), np.tile(everyone, len(parts)), codes))

    if "given" in rows.fields:
        given, surname = rows.fields["given"], rows.fields["surname"]
        both = Field(np.concatenate([given.codes, surname.codes]), given.texts)
        for rough in (both.rough(0, _LETTERS), both.rough(-_LETTERS, 0)):
            add("name", "name", Field(rough.codes[: rows.count], []), Field(rough.codes[rows.count :], []))
        keys.append(Key("name", frozenset({"name"}), everyone, _whole_names(given, surname)))
        starts = both.rough(0, 3).codes
        one, other = starts[: rows.count], starts[rows.count :]
        keys.append(Key("first and last name", frozenset({"name"}), everyone,
                        combined([np.minimum(one, other), np.maximum(one, other)])))  # fmt: skip
    for thing in rows.things:
        if thing.fields and thing.kind not in {"given", "surname"}:
            name, words = thing.fields[0], thing.title.casefold()
            for part in _rough(rows, thing.kind, name):
                add(words, name, part)
            if thing.kind in {"company", "street", "text", "mark"}:
                keys.append(_telling(rows.fields[name], words, name))
    return [key for key in keys if (key.codes >= 0).any()]


def _whole_names(given: Field, surname: Field) -> Codes:
    """Return one number for each set of words that first and last name hold together, -1 for none.

    The words' hashes are added up: so neither their order nor the column they stand in plays a part.
    """
    words = given.words  # both fields have one numbering
    hashes = pd.util.hash_array(np.array([*words.texts], dtype=object), categorize=False).astype(np.uint64)
    summed = np.concatenate([np.zeros(1, np.uint64), np.cumsum(hashes[words.words], dtype=np.uint64)])
    told = np.append(summed[words.starts[1:]] - summed[words.starts[:-1]], np.uint64(0))
    codes = pd.factorize(told[given.codes] + told[surname.codes])[0].astype(np.int64)
    return np.where((given.codes < 0) & (surname.codes < 0), -1, codes)


def _rough(rows: Rows, kind: str, name: str) -> list[Field]:
    """Return the rough values of one thing."""
    field = rows.fields[name]
    if kind in {"city", "company", "street", "text"}:
        return [field.rough(0, _LETTERS), field.rough(-_LETTERS, 0)]
    if kind == "email":
        mailbox = rows.fields[f"{name} mailbox"]
        return [mailbox, mailbox.rough(0, _LETTERS), rows.fields[f"{name} work"]]
    if kind == "phone":
        return [field, field.rough(-5, 0)]
    if kind == "date":
        return [
            field.derive(lambda text: text[:6]),
            field.derive(lambda text: text[4:]),
            field.derive(lambda text: text[:4] + text[6:]),
        ]
    return [field]


def _telling(field: Field, words: str, name: str) -> Key:
    """Return each row's rarest words, of those that some other row holds too."""
    held = field.words
    owners = np.repeat(np.arange(len(field.texts)), np.diff(held.starts))
    many = np.bincount(held.words, weights=field.counts[owners], minlength=len(held.bits)) > 1
    kept = many[held.words]
    owners, numbers = owners[kept], held.words[kept]
    # Only where a value has too many are its words put in order.
    count = np.bincount(owners, minlength=len(field.texts))
    long = np.flatnonzero(count[owners] > _TELLING_WORDS)
    order = long[np.lexsort([numbers[long], -held.bits[numbers[long]], owners[long]])]
    place = np.zeros(len(owners), dtype=np.int64)
    place[order] = np.arange(len(long)) - np.searchsorted(owners[long], owners[long])
    owners, numbers = owners[place < _TELLING_WORDS], numbers[place < _TELLING_WORDS]
    # From the values to the rows that hold them.
    by_value = np.argsort(field.codes, kind="stable")
    starts = np.searchsorted(field.codes[by_value], np.arange(len(field.texts) + 1))
    count = np.diff(starts)[owners]
    at = np.arange(int(count.sum())) - np.repeat(np.cumsum(count) - count, count) + np.repeat(starts[owners], count)
    return Key(words, frozenset({name}), by_value[at], np.repeat(numbers, count))


def _chosen(rows: Rows, single: list[Key]) -> list[Key]:
    """Return the keys to use, single ones and combinations of two, the most selective first."""
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
    chosen: list[Key] = []
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
        chosen.append(single[a] if b < 0 else _together(single[a], single[b], rows.count))
    return chosen


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
    return Key(words, one.things | other.things, where, combined([left, right]))


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


def _within_blocks(key: Key, total: int) -> tuple[Key, Codes]:
    """Return what stands in blocks that are too large, and the pairs of all others (first * total + second)."""
    used = np.flatnonzero(key.codes >= 0)
    codes, rows = key.codes[used], key.rows[used]
    sizes = np.bincount(codes)[codes] if len(codes) else codes
    large = sizes > LARGEST
    rest = Key(key.words, key.things, rows[large], codes[large])
    small = (sizes > 1) & ~large
    rows, codes = rows[small], codes[small]
    order = np.argsort(codes, kind="stable")
    return rest, _neighbours(rows[order], codes[order], LARGEST - 1, total)


def _neighbours(members: Codes, blocks: Codes, reach: int, total: int) -> Codes:
    """Return the pairs of members of one block that are at most ``reach`` apart in their order."""
    found: list[Codes] = []
    for step in range(1, reach + 1):
        same = blocks[step:] == blocks[:-step]
        if not same.any():
            break
        one, other = members[:-step][same], members[step:][same]
        apart = one != other
        found.append((np.minimum(one, other) * total + np.maximum(one, other))[apart])
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _split(large: Key, key: Key, single: list[Key], total: int) -> tuple[list[Codes], int]:
    """Return the pairs of large blocks split by each further key, and how many rows stay in large ones."""
    order = np.lexsort([large.rows, large.codes])
    members, blocks = large.rows[order], large.codes[order]
    is_first = np.diff(blocks, prepend=-1) != 0
    # One row of each block with every other one, so that many equal names under many phones are one group.
    stars = members[is_first][np.cumsum(is_first) - 1] * total + members
    found: list[Codes] = [stars[~is_first]]
    told = np.zeros(total, dtype=bool)
    met = np.zeros(total, dtype=bool)
    for other in single:
        if other.things & key.things or not other.is_single:
            continue
        finer = Key(key.words, key.things, large.rows, combined([large.codes, other.codes[large.rows]]))
        still_large, pairs = _within_blocks(finer, total)
        found.append(pairs)
        within = np.zeros(total, dtype=bool)
        within[still_large.rows] = True
        apart = finer.rows[finer.codes >= 0]
        told[apart] |= ~within[apart]
        met[pairs // total] = True
        met[pairs % total] = True
    lone = ~met[large.rows]
    if lone.any():
        # Sorted neighbourhood (Hernandez and Stolfo 1995): likely duplicates stand side by side.
        members, blocks = large.rows[lone], large.codes[lone]
        ranks = [other.codes[members] for other in single if other.is_single][:4]
        order = np.lexsort([*ranks, blocks])
        found.append(_neighbours(members[order], blocks[order], NEIGHBOURS, total))
    left = ~told[large.rows]
    return found, int(left.sum())


__all__ = ["LARGEST", "NEIGHBOURS", "Key", "candidate_pairs", "rough_keys"]
