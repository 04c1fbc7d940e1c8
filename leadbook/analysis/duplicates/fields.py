"""The normalised columns of a table: each distinct text held once, and what is looked up of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct

from leadbook.analysis.duplicates.vocabulary import Words

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Codes = npt.NDArray[np.int64]
Marks = npt.NDArray[np.uint8] | npt.NDArray[np.uint32]
Mask = npt.NDArray[np.bool_]

_MIXER = np.uint64(0x9E3779B97F4A7C15)  # odd, so that no two values of 64 bits come to one
# Letters and digits each have a bit of their own; all other letters share the bits that are left.
_ASCII_BITS = np.zeros(128, dtype=np.uint64)
_ASCII_BITS[ord("a") : ord("z") + 1] = np.uint64(1) << np.arange(26, dtype=np.uint64)
_ASCII_BITS[ord("0") : ord("9") + 1] = np.uint64(1) << np.arange(26, 36, dtype=np.uint64)
_OTHER_BITS = np.uint64(1) << np.arange(36, 64, dtype=np.uint64)


class Field(Struct, frozen=True, dict=True):
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

    @cached_property
    def respelt(self) -> Words:
        """The words of each value, slips counted as the words that they were meant for."""
        return Words.of(self, respelt=True)

    def derive(self, change: Callable[[str], str]) -> Field:
        """Return the field with each value changed; values that become "" become blank."""
        return field_of([change(value) for value in self.texts], self.codes)

    def derive_all(self, change: Callable[[list[str]], list[str]]) -> Field:
        """Return the field with all its values changed at once, which ``change`` returns in the same order."""
        return field_of(change(self.texts), self.codes)

    def at(self, places: Codes) -> Field:
        """Return the field of some rows only."""
        return Field(self.codes[places], self.texts)


def field_of(values: Sequence[str], codes: Codes) -> Field:
    """Return a field whose equal values share one code and whose "" is -1.

    Parameters
    ----------
    values : sequence of str
    codes : array of int, shape (n rows,)
        Position in ``values``, -1 for blank.
    """
    if len(held := set(values)) == len(values):
        if "" not in held:
            return Field(codes.astype(np.int64), list(values))
        blank = values.index("")
        lookup = np.arange(len(values) + 1, dtype=np.int64)
        lookup[blank:] -= 1
        lookup[[blank, -1]] = -1  # the last is where the code -1 points
        return Field(lookup[codes], [*values[:blank], *values[blank + 1 :]])
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
