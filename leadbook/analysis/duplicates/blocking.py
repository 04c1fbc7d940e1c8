"""Which pairs are worth comparing: leads that share a key, found in almost linear time."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.normalise import Codes, Field, People

# A block of so many leads is compared pair by pair (780 pairs); a larger one is split by another field first.
LARGEST = 40
# In what no field splits any further, each lead is compared with so many neighbours in sorted order.
NEIGHBOURS = 8


@dataclass(frozen=True)
class Key:
    """A blocking key: leads with equal values in all its fields are compared.

    Parameters
    ----------
    fields : tuple of str
        Names of ``People`` fields; ``field:3`` means its first three letters.
    splits : tuple of str
        Fields that split a block which is too large.
    """

    fields: tuple[str, ...]
    splits: tuple[str, ...] = ("name", "email", "phone", "street")

    @property
    def words(self) -> str:
        """The key as a sentence names it."""
        return " and ".join(_WORDS[name.partition(":")[0]] for name in self.fields)


_WORDS = {
    "email": "email", "mailbox": "email name", "domain": "email domain", "work_domain": "email domain",
    "phone": "phone", "name": "name", "first": "first name", "last": "last name", "company": "company",
    "site": "website", "street": "street", "postcode": "postcode", "city": "city",
}  # fmt: skip

# A company alone is no key: two contacts, or two deals, of one account are not duplicates.
KEYS: tuple[Key, ...] = (
    Key(("email",)),
    Key(("phone",)),
    Key(("mailbox", "domain:2")),
    Key(("name",), ("company", "email", "phone", "postcode", "city", "street")),
    Key(("company", "last")),
    Key(("company", "first"), ("last:2", "email", "phone")),
    Key(("work_domain", "last")),
    Key(("last", "postcode")),
    Key(("first", "postcode")),
    Key(("last", "city"), ("first", "street", "postcode", "phone", "email")),
    Key(("first", "city"), ("last", "street", "postcode", "phone", "email")),
    Key(("last:4", "first:1", "city"), ("street", "phone", "email", "name")),
    Key(("first", "last:2", "domain"), ("name", "email", "phone")),
    Key(("last:3", "first:3"), ("postcode", "city", "company", "street", "email", "phone")),
    Key(("street", "postcode")),
    Key(("street", "city")),
    Key(("company", "street")),
    Key(("company:6", "postcode"), ("company", "street", "name")),
    Key(("first", "street:6"), ("street", "name", "postcode")),
    Key(("last", "street:6"), ("street", "name", "postcode")),
)


def candidate_pairs(people: People) -> tuple[Codes, Codes, tuple[str, ...]]:
    """Return the pairs that share a key.

    Returns
    -------
    first, second : arrays of int
        Positions of the two leads of each pair, first < second, each pair once, in order.
    skipped : tuple of str
        One sentence for each key that no field could split into comparable blocks.
    """
    total = len(people.rows)
    found: list[npt.NDArray[np.int64]] = []
    skipped: list[str] = []
    for key in KEYS:
        codes = _combined([_shortened(people, name) for name in key.fields])
        large, pairs = _within_blocks(codes, total)
        found.append(pairs)
        if large.any():
            more, left = _split(codes, large, key, people)
            found.extend(more)
            if left:
                who = "1 lead shares its" if left == 1 else f"{left:,} leads share their"
                skipped.append(
                    f"{who} {key.words} with so many others that nothing else tells apart (more than {LARGEST}) that "
                    f"only the {NEIGHBOURS} nearest were compared with each."
                )
    found.append(_stars(people))
    every = np.sort(np.concatenate(found))
    every = every[np.diff(every, prepend=-1) > 0]
    return every // max(total, 1), every % max(total, 1), tuple(skipped)


def _stars(people: People) -> Codes:
    """Return one lead of each large group of equal email and name with every other one of it.

    Blocks cut to size would leave the group in parts, or in single leads where each has another phone.
    """
    total = len(people.rows)
    codes = _combined([people.fields["email"].codes, people.fields["name"].codes])
    large, _ = _within_blocks(codes, total)
    members = np.flatnonzero(large)
    ranks = [_ranks(people.fields[name])[members] for name in ("street", "phone", "company")] if len(members) else []
    members = members[np.lexsort([*ranks, codes[members]])]
    blocks = codes[members]
    is_first = np.diff(blocks, prepend=-1) != 0
    first = members[is_first][np.cumsum(is_first) - 1][~is_first]
    others = members[~is_first]
    pairs: Codes = np.minimum(first, others) * total + np.maximum(first, others)
    return pairs


def _shortened(people: People, name: str) -> Codes:
    field_name, _, length = name.partition(":")
    field: Field = people.fields[field_name]
    if not length:
        return field.codes
    size = int(length)
    return field.derive(lambda value: value[:size]).codes


def _combined(parts: list[Codes]) -> Codes:
    """Return one code for each combination, -1 where any part is blank."""
    codes = parts[0].astype(np.int64)
    for part in parts[1:]:
        blank = (codes < 0) | (part < 0)
        width = int(part.max(initial=0)) + 1
        dense, _ = pd.factorize(codes * width + part)
        codes = np.where(blank, -1, dense)
    return codes


def _within_blocks(codes: Codes, total: int, largest: int = LARGEST) -> tuple[npt.NDArray[np.bool_], Codes]:
    """Return which leads stand in a block that is too large, and the pairs of all others (first * total + second)."""
    large = np.zeros(len(codes), dtype=bool)
    used = np.flatnonzero(codes >= 0)
    if not len(used):
        return large, np.empty(0, dtype=np.int64)
    sizes = np.bincount(codes[used])
    size_of = sizes[codes[used]]
    large[used[size_of > largest]] = True
    members = used[(size_of > 1) & (size_of <= largest)]
    members = members[np.argsort(codes[members], kind="stable")]
    return large, _neighbours(members, codes[members], largest - 1, total)


def _neighbours(members: Codes, blocks: Codes, reach: int, total: int) -> Codes:
    """Return the pairs of members of one block that are at most ``reach`` apart in their order."""
    found: list[npt.NDArray[np.int64]] = []
    for step in range(1, reach + 1):
        same = blocks[step:] == blocks[:-step]
        if not same.any():
            break
        one, other = members[:-step][same], members[step:][same]
        found.append(np.minimum(one, other) * total + np.maximum(one, other))
    return np.concatenate(found) if found else np.empty(0, dtype=np.int64)


def _split(codes: Codes, large: npt.NDArray[np.bool_], key: Key, people: People) -> tuple[list[Codes], int]:
    """Return the pairs of large blocks split by each further field, and how many leads stay in large ones."""
    total = len(people.rows)
    blocks = np.where(large, codes, -1)
    found: list[Codes] = []
    settled = np.zeros(len(codes), dtype=bool)
    for name in key.splits:
        finer = _combined([blocks, _shortened(people, name)])
        still_large, pairs = _within_blocks(finer, total)
        found.append(pairs)
        settled |= (finer >= 0) & ~still_large
    left = np.flatnonzero(large & ~settled)
    if len(left):
        # Sorted neighbourhood (Hernandez and Stolfo 1995): likely duplicates stand side by side.
        texts = [_ranks(people.fields[name])[left] for name in ("street", "phone", "email", "name")]
        order = np.lexsort([*texts, blocks[left]])
        members = left[order]
        found.append(_neighbours(members, blocks[members], NEIGHBOURS, total))
    return found, len(left)


def _ranks(field: Field) -> Codes:
    """Return each lead's place in the alphabet of the field, so that the order of rows plays no part."""
    ranks = np.empty(len(field.texts) + 1, dtype=np.int64)
    ranks[np.argsort(np.array([*field.texts, ""], dtype=object), kind="stable")] = np.arange(len(ranks))
    return ranks[field.codes]
