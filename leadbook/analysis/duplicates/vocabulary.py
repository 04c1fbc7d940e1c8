"""Which words the values of a column are made of, and how much each word tells."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Field


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
