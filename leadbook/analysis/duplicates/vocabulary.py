"""Which words the values of a column are made of, and how much each word tells."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd
from msgspec import Struct

from leadbook.analysis.duplicates.spelling import one_edit

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Field

# Shorter words one letter apart are mostly two.
_SLIPS_FROM = 5
# A slip may have been copied with its row; what more rows hold is a word.
_SLIPS_HELD = 2


class Words(Struct, frozen=True, dict=True):
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
    def of(cls, source: Field, *, respelt: bool = False) -> Words:
        """Return the words of a field's values; where ``respelt``, a slip counts as the word that it was meant for."""
        words, counts = " ".join(source.texts).split(), [text.count(" ") + 1 for text in source.texts]
        if len(words) != sum(counts):  # two spaces in a row
            counts = [len(text.split()) for text in source.texts]
        owners = np.repeat(np.arange(len(counts)), counts)
        numbers, texts = pd.factorize(np.array(words or [""], dtype=object))
        if not len(owners):
            return cls(np.zeros(len(counts) + 1, np.int64), np.empty(0, np.int64), np.empty(0), [])
        if respelt:
            numbers = meant_words(list(texts), np.bincount(numbers, minlength=len(texts)))[numbers]
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


def meant_words(texts: list[str], held: npt.NDArray[np.int64]) -> Codes:
    """Return for each word the commoner one that it is a slip of, itself where there is none.

    Parameters
    ----------
    texts : list of str
        Each word once.
    held : array of int
        How often each word stands.

    Notes
    -----
    A slip is a letter left out, put in, wrong or exchanged with the next, in words of five letters and more without
    digits that two rows hold at most. Words one slip apart have a spelling in common once a letter is left out of
    each (Garbe 2012), so that the cost grows with the words and not with their square.
    """
    found = np.arange(len(texts), dtype=np.int64)
    order = sorted(range(len(texts)), key=lambda place: (-int(held[place]), texts[place]))
    rank = dict(zip(order, range(len(order)), strict=True))
    known: dict[str, int] = {}
    for place in order:
        word = texts[place]
        if len(word) < _SLIPS_FROM or not word.isalpha():
            continue
        shorter = {word, *(word[:at] + word[at + 1 :] for at in range(len(word)))}
        near = sorted({known[each] for each in shorter if each in known}, key=rank.__getitem__)
        commoner = (other for other in near if held[other] > held[place] and one_edit(texts[other], word))
        found[place] = next(commoner, place) if held[place] <= _SLIPS_HELD else place
        if found[place] == place:
            for each in shorter:
                known.setdefault(each, place)
    return found
