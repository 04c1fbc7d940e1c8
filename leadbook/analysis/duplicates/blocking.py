"""Which pairs are worth comparing: rows that agree on two things roughly, found in almost linear time."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.fields import combined
from leadbook.analysis.duplicates.key_choice import LARGEST, chosen_keys
from leadbook.analysis.duplicates.keys import Key, met_by, rough_keys

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Mask
    from leadbook.analysis.duplicates.rows import Rows

# In what no key splits any further, each row is compared with so many neighbours in sorted order.
NEIGHBOURS = 8
# More sentences on what was not compared with everything would hide the one that matters.
_MOST_SENTENCES = 3


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
        single = [met_by(key, new) for key in single]
    found: list[Codes] = []
    skipped: list[tuple[int, str]] = []
    for key in chosen_keys(rows, single):
        large, pairs = _within_blocks(key, rows.count)
        found.append(pairs)
        if len(large.rows):
            more, left = _split(large, key, single, rows.count)
            found.extend(more)
            if left:
                skipped.append((left, key.words))
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64), ()
    every = np.concatenate(found)
    found.clear()  # of very many rows the pairs are the largest thing there is
    every.sort()
    is_new = np.ones(len(every), dtype=bool)
    np.not_equal(every[1:], every[:-1], out=is_new[1:])
    every = every[is_new]
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
