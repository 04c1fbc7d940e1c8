"""What is compared: the rows of a table as normalised fields, each distinct text held once."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Codes = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Field:
    """One normalised column, each distinct text held once.

    Parameters
    ----------
    codes : array of int, shape (n rows,)
        Position in ``texts``; -1 where there is nothing to compare.
    texts : list of str
    """

    codes: Codes
    texts: list[str]

    @cached_property
    def counts(self) -> npt.NDArray[np.int64]:
        """How many rows hold each value."""
        return np.bincount(self.codes[self.codes >= 0], minlength=len(self.texts))

    @cached_property
    def filled(self) -> int:
        """How many rows hold a value."""
        return int((self.codes >= 0).sum())

    @cached_property
    def letters(self) -> npt.NDArray[np.uint64]:
        """Which of 64 kinds of letter occur in each value, a bit each: what is alike in letters may be alike."""
        return _letter_bits(*self._squeezed_letters)

    @cached_property
    def lengths(self) -> npt.NDArray[np.int64]:
        """The number of letters of each value."""
        return np.fromiter(map(len, self.texts), np.int64, len(self.texts))

    @cached_property
    def squeezed(self) -> list[str]:
        """Each value without its spaces: a space lost or put in is the commonest slip."""
        together = "\n".join(self.texts)
        if " " not in together:
            return self.texts
        squeezed = together.replace(" ", "").split("\n")
        if len(squeezed) != len(self.texts):  # a line break within a text
            return [text.replace(" ", "") for text in self.texts]
        return squeezed

    def texts_at(self, codes: Codes) -> list[str]:
        """Return the values of some codes, none of them blank."""
        found: list[str] = self._as_array[codes].tolist()
        return found

    def squeezed_at(self, codes: Codes) -> list[str]:
        """Return the values of some codes, none of them blank, without their spaces."""
        found: list[str] = self._squeezed_as_array[codes].tolist()
        return found

    @cached_property
    def _as_array(self) -> npt.NDArray[np.object_]:
        return np.array([*self.texts], dtype=object)

    @cached_property
    def _squeezed_as_array(self) -> npt.NDArray[np.object_]:
        return self._as_array if self.squeezed is self.texts else np.array([*self.squeezed], dtype=object)

    def edges(self, size: int) -> Codes:
        """Return numbers for how each value begins (upper 32 bits) and ends (lower), spaces aside; the last is 0."""
        if size not in self._edges:
            starts, ends = self._number(0, size), self._number(-size, 0)
            self._edges[size] = np.append((starts + 1 << 32) | (ends + 1), 0)
        return self._edges[size]

    def rough(self, start: int, end: int) -> Field:
        """Return the field of what stands in some places of the values, spaces aside; it has codes only.

        Parameters
        ----------
        start, end : int
            As in a slice of text; ``start`` below 0 counts from the end, and ``end`` is 0 then.
        """
        return Field(np.append(self._number(start, end), -1)[self.codes], [])

    def _number(self, start: int, end: int) -> Codes:
        """Return numbers for the letters in some places of each value; -1 where there are none.

        Notes
        -----
        Letters are mixed into 64 bits instead of being cut out as texts; two of millions may get one number by
        chance, which brings a pair more to compare and nothing else.
        """
        marks, begins, lengths = self._squeezed_letters
        first = begins + (np.maximum(lengths + start, 0) if start < 0 else np.minimum(start, lengths))
        last = begins + (lengths if start < 0 else np.minimum(end, lengths))
        mixed = np.zeros(len(lengths), dtype=np.uint64)
        for place in range(-start if start < 0 else end - start):
            at = first + place
            there = at < last
            letter = marks[np.where(there, at, 0)].astype(np.uint64) + np.uint64(1)
            mixed = np.where(there, (mixed ^ letter) * _MIXER, mixed)
            mixed ^= mixed >> np.uint64(29)
        codes = pd.factorize(mixed)[0].astype(np.int64)
        return np.where(last > first, codes, -1)

    @cached_property
    def _edges(self) -> dict[int, Codes]:
        return {}

    @cached_property
    def _squeezed_letters(self) -> tuple[Marks, Codes, Codes]:
        """All letters of all values one after the other, where each value begins, and how long it is; no spaces."""
        lengths = np.fromiter(map(len, self.squeezed), np.int64, len(self.texts))
        together = "".join(self.squeezed) or " "
        marks: Marks
        if together.isascii():
            marks = np.frombuffer(together.encode("ascii"), dtype=np.uint8)
        else:
            marks = np.frombuffer(together.encode("utf-32-le", "surrogatepass"), dtype=np.uint32)
        return marks, np.cumsum(lengths) - lengths, lengths

    @cached_property
    def words(self) -> Words:
        """The words of each value."""
        return Words.of(self)

    def derive(self, change: Callable[[str], str]) -> Field:
        """Return the field with each value changed; values that become "" become blank."""
        return field_of([change(value) for value in self.texts], self.codes)

    def derive_all(self, change: Callable[[list[str]], list[str]]) -> Field:
        """Return the field with all its values changed at once, which ``change`` returns in the same order."""
        return field_of(change(self.texts), self.codes)

    def at(self, places: Codes) -> Field:
        """Return the field of some rows only."""
        return Field(self.codes[places], self.texts)


@dataclass(frozen=True)
class Words:
    """Which words each value of a field is made of.

    Parameters
    ----------
    starts : array of int, shape (n values + 1,)
        Where each value's words begin in ``words``.
    words : array of int
        Numbers of words, sorted within each value, each once.
    bits : array of float
        By word number: how much it tells, log2(rows / rows that hold it).
    texts : list of str
        By word number.
    """

    starts: Codes
    words: Codes
    bits: npt.NDArray[np.float64]
    texts: list[str]

    @classmethod
    def of(cls, source: Field) -> Words:
        """Return the words of a field's values."""
        words, counts = " ".join(source.texts).split(), [text.count(" ") + 1 for text in source.texts]
        if len(words) != sum(counts):  # two spaces in a row
            counts = [len(text.split()) for text in source.texts]
        owners = np.repeat(np.arange(len(counts)), counts)
        numbers, texts = pd.factorize(np.array(words or [""], dtype=object))
        if not len(owners):
            return cls(np.zeros(len(counts) + 1, np.int64), np.empty(0, np.int64), np.empty(0), [])
        width = len(texts)
        pairs = np.sort(owners * width + numbers)
        pairs = pairs[np.diff(pairs, prepend=-1) > 0]
        owners, numbers = pairs // width, pairs % width
        held = np.bincount(numbers, weights=source.counts[owners], minlength=width)
        bits = np.log2((source.filled + 1) / np.maximum(held, 1))
        # A word that only one row holds may be another one's with a slip, so that its lack says less.
        bits = np.where(held > 1, bits, bits / 2)
        starts = np.append(0, np.cumsum(np.bincount(owners, minlength=len(counts))))
        return cls(starts, numbers, bits, list(texts))

    @cached_property
    def total(self) -> npt.NDArray[np.float64]:
        """How much all the words of each value tell together."""
        summed = np.concatenate([[0.0], np.cumsum(self.bits[self.words])])
        return np.asarray(summed[self.starts[1:]] - summed[self.starts[:-1]])

    @cached_property
    def _held(self) -> Codes:
        owners = np.repeat(np.arange(len(self.starts) - 1), np.diff(self.starts))
        return np.asarray(owners * max(len(self.bits), 1) + self.words)

    def shared(self, one: Codes, other: Codes) -> npt.NDArray[np.float64]:
        """Return how much the words that both values of each pair hold tell together."""
        if not len(self.words):
            return np.zeros(len(one))
        size = np.diff(self.starts)
        low = np.where(size[one] <= size[other], one, other)
        high = np.where(size[one] <= size[other], other, one)
        count = size[low]
        pair = np.repeat(np.arange(len(low)), count)
        place = np.arange(len(pair)) - np.repeat(np.cumsum(count) - count, count) + np.repeat(self.starts[low], count)
        word = self.words[place]
        wanted = high[pair] * len(self.bits) + word
        at = np.minimum(np.searchsorted(self._held, wanted), len(self._held) - 1)
        both = self._held[at] == wanted
        told = np.bincount(pair[both], weights=self.bits[word[both]], minlength=len(low))
        return np.asarray(told, dtype=np.float64)


@dataclass(frozen=True)
class Deals:
    """What tells deals apart; one entry a row.

    Parameters
    ----------
    amount, close_day : arrays of float
        Amount in one currency; close date in days since 1970; NaN where blank.
    ended : array of bool
        Won, lost or disqualified.
    """

    amount: npt.NDArray[np.float64]
    close_day: npt.NDArray[np.float64]
    ended: Mask

    def at(self, places: Codes) -> Deals:
        """Return some of the rows."""
        return Deals(self.amount[places], self.close_day[places], self.ended[places])


@dataclass(frozen=True)
class Rows:
    """The rows as the comparison sees them; all arrays have one entry a row.

    Parameters
    ----------
    fields : dict of str to Field
    things : tuple of Thing
        What is compared.
    deals : Deals or None
        None where rows are no deals.
    count : int
        How many rows there are.
    """

    count: int
    fields: dict[str, Field]
    things: tuple[Thing, ...]
    deals: Deals | None = None

    def ordered(self) -> tuple[Rows, Codes]:
        """Return the rows in an order that what they say gives them, so that where they stand plays no part."""
        total = np.zeros(self.count, dtype=np.uint64)
        for name in dict.fromkeys(name for thing in self.things for name in thing.fields):
            each = self.fields[name]
            hashes = np.append(pd.util.hash_array(np.array([*each.texts], dtype=object), categorize=False), 0)
            total = total * np.uint64(31) + hashes.astype(np.uint64)[each.codes]
        order = np.argsort(total, kind="stable")
        return self.at(order), order

    def frequency(self, name: str) -> tuple[npt.NDArray[np.int64], int]:
        """Return how many different holders each value of a field has, and how many there are together.

        Rows that say the same of person, company, e-mail and city are one holder: that a lead was typed in fifty
        times doesn't make its address a common one.
        """
        if name not in self._frequencies:
            field = self.fields[name]
            held = field.codes[self.holders]
            counts = np.bincount(held[held >= 0], minlength=len(field.texts)).astype(np.int64)
            self._frequencies[name] = (counts, int((held >= 0).sum()))
        return self._frequencies[name]

    def content(self, place: int) -> list[str]:
        """Return what a row says, to put rows in an order that doesn't depend on where they stand."""
        return [each.texts[code] if (code := each.codes[place]) >= 0 else "" for each in self.fields.values()]

    @cached_property
    def _frequencies(self) -> dict[str, tuple[npt.NDArray[np.int64], int]]:
        return {}

    @cached_property
    def holders(self) -> Codes:
        """The first row of each holder; a row that says one thing only doesn't tell who it is, and counts by itself."""
        names = [name for name in _HOLDER if name in self.fields]
        names = names or [thing.fields[0] for thing in self.things if thing.fields]
        codes = np.zeros(self.count, dtype=np.int64)
        said = np.zeros(self.count, dtype=np.int8)
        for name in names:
            part = self.fields[name].codes + 1
            codes = pd.factorize(codes * (int(part.max(initial=0)) + 1) + part)[0]
            said += part > 0
        codes[said < _SAYS_WHO] = self.count + np.flatnonzero(said < _SAYS_WHO)
        return np.unique(codes, return_index=True)[1]

    def at(self, places: Codes) -> Rows:
        """Return some of the rows."""
        return replace(
            self,
            count=len(places),
            fields={name: each.at(places) for name, each in self.fields.items()},
            deals=self.deals and self.deals.at(places),
        )


@dataclass(frozen=True)
class Thing:
    """One thing that rows are compared on.

    Parameters
    ----------
    kind : str
        Key of ``levels.LEVELS``.
    title : str
        How sentences call it.
    fields : tuple of str
        Fields of ``Rows`` it looks at.
    """

    kind: str
    title: str
    fields: tuple[str, ...] = field(default=())


_HOLDER = ("given", "surname", "email", "company", "city")
_SAYS_WHO = 2


def field_of(values: Sequence[str], codes: Codes) -> Field:
    """Return a field whose equal values share one code and whose "" is -1.

    Parameters
    ----------
    values : sequence of str
    codes : array of int, shape (n rows,)
        Position in ``values``, -1 for blank.
    """
    if len(held := set(values)) == len(values) and "" not in held:
        return Field(codes.astype(np.int64), list(values))
    found, distinct = pd.factorize(np.array(["", *values], dtype=object))  # so that "" gets number 0
    lookup = np.append(found[1:] - 1, -1)
    return Field(lookup[codes], distinct[1:].tolist())


def combined(parts: Sequence[Codes]) -> Codes:
    """Return one code for each combination, -1 where any part is blank."""
    codes = parts[0].astype(np.int64)
    for part in parts[1:]:
        blank = (codes < 0) | (part < 0)
        width = int(part.max(initial=0)) + 1
        dense, _ = pd.factorize(codes * width + part)
        codes = np.where(blank, -1, dense)
    return codes


def same_edge(edges: Codes, one: Codes, other: Codes) -> Mask:
    """Return where two values begin or end alike; ``edges`` are those of their field."""
    apart = edges[one] ^ edges[other]
    return np.asarray((apart >> 32 == 0) | (apart & 0xFFFFFFFF == 0))


def both_hold(one: Field, first: Codes, second: Codes) -> tuple[Mask, Mask]:
    """Return where both sides hold a value, and where these are equal."""
    left, right = one.codes[first], one.codes[second]
    both = (left >= 0) & (right >= 0)
    return both, both & (left == right)


def _letter_bits(marks: Marks, begins: Codes, lengths: Codes) -> npt.NDArray[np.uint64]:
    bits = np.zeros(len(lengths), dtype=np.uint64)
    filled = lengths > 0
    if filled.any():
        # Letters and digits each have a bit of their own; spaces and marks have none.
        if marks.dtype == np.uint8:
            value = _ASCII_BITS[marks]
        else:
            value = np.where(marks < 128, _ASCII_BITS[np.minimum(marks, 127)], _OTHER_BITS[marks % 28])
        bits[filled] = np.bitwise_or.reduceat(value, begins[filled])
    return bits


_MIXER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no two values of 64 bits come to one
_ASCII_BITS = np.zeros(128, dtype=np.uint64)
_ASCII_BITS[ord("a") : ord("z") + 1] = np.uint64(1) << np.arange(26, dtype=np.uint64)
_ASCII_BITS[ord("0") : ord("9") + 1] = np.uint64(1) << np.arange(26, 36, dtype=np.uint64)
_OTHER_BITS = np.uint64(1) << np.arange(36, 64, dtype=np.uint64)
