"""The rough values that rows are put side by side by: beginnings and ends of names, telling words, digits."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.duplicates.fields import Field, combined

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Mask
    from leadbook.analysis.duplicates.rows import Rows

# So many letters at either end of a name: few enough that a slip mostly spares one of the two.
_LETTERS = 4
# A text is found by so many of its rarest words: those that most rows hold would bring pairs of strangers.
_TELLING_WORDS = 3


class Key(Struct, frozen=True, dict=True):
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


def rough_keys(rows: Rows) -> list[Key]:
    """Return the rough values of each thing."""
    keys: list[Key] = []
    everyone = np.arange(rows.count, dtype=np.int64)

    def add(words: str, kind: str, *parts: Field) -> None:
        codes = parts[0].codes if len(parts) == 1 else np.concatenate([part.codes for part in parts])
        keys.append(
            Key(words, frozenset({kind}), everyone if len(parts) == 1 else np.tile(everyone, len(parts)), codes)
        )

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
        tail = rows.fields[f"{name} tail"]
        return [tail, tail.rough(-5, 0)]
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


def met_by(key: Key, new: Mask) -> Key:
    """Return a key without the values that no new row has."""
    met = np.zeros(int(key.codes.max(initial=-1)) + 2, dtype=bool)
    met[key.codes[new[key.rows]]] = True
    met[-1] = False
    return Key(key.words, key.things, key.rows, np.where(met[key.codes], key.codes, -1))
