"""How alike two values are spelled: equal, one slip apart, similar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Field, Mask

Levels = npt.NDArray[np.int8]

# Names with a common start and most letters in order reach this Jaro-Winkler similarity.
_SIMILAR = 0.86
# In shorter words a slip makes another name, and two do: Jo and Bo, Bauer and Maier.
_ONE_SLIP_FROM, _TWO_SLIPS_FROM = 3, 7
# A beginning or end of so many letters stands for the whole.
_PART_FROM = 4
# What differs in more kinds of letter is not worth the look; two slips change four at most.
_LETTERS_APART = 6


def first_that_holds(n: int, *conditions: tuple[Mask, int]) -> Levels:
    """Return the level of the first condition that holds, -1 where none does."""
    levels = np.full(n, -1, dtype=np.int8)
    for mask, level in reversed(conditions):
        levels[mask] = level
    return levels


def each_once(one: Field, other: Field, left: Codes, right: Codes) -> tuple[Codes, Codes, Codes]:
    """Return each combination of two values once, and where each pair finds its own."""
    if one.texts is other.texts:
        left, right = np.minimum(left, right), np.maximum(left, right)
    width = max(len(other.texts), 1)
    back, found = pd.factorize(left * width + right)
    return found // width, found % width, back


def letters_apart(one: Field, other: Field, left: Codes, right: Codes) -> npt.NDArray[np.uint8]:
    """Return in how many kinds of letter the values of each pair differ."""
    return np.asarray(np.bitwise_count(one.letters[left] ^ other.letters[right]), dtype=np.uint8)


def slips(one: Field, other: Field, left: Codes, right: Codes) -> tuple[Mask, Mask]:
    """Return which values are one slip apart, and which are similar.

    Parameters
    ----------
    one, other : Field
    left, right : arrays of int
        Value codes, not blank and not equal.

    Notes
    -----
    A slip is a letter left out, put in, wrong or exchanged with the next (two of them from seven letters on),
    spaces aside. Similar means a common start and most letters in order (Jaro-Winkler at least 0.86), or one
    being the whole beginning or end of the other from four letters on: Catherine and Katharina, Meier and Meier-Lang.
    """
    from rapidfuzz.distance import JaroWinkler  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    if not len(left):
        return np.zeros(0, dtype=bool), np.zeros(0, dtype=bool)
    lows, highs, back = each_once(one, other, left, right)
    found, close = _slipped(one, other, lows, highs)
    alike = np.zeros(len(lows), dtype=bool)
    rest = close[~found[close]]
    scores = cpdist(
        one.texts_at(lows[rest]),
        other.texts_at(highs[rest]),
        scorer=JaroWinkler.similarity,
        score_cutoff=_SIMILAR - 0.01,  # a little less, so that rounding decides nothing
        dtype=np.float32,
    )
    alike[rest] = np.asarray(scores) >= _SIMILAR
    part = np.flatnonzero(~found & ~alike & letters_within(one, other, lows, highs))
    alike[part] = [
        _is_part(one.squeezed[low], other.squeezed[high])
        for low, high in zip(lows[part].tolist(), highs[part].tolist(), strict=True)
    ]
    return found[back], alike[back]


def only_slips(field: Field, left: Codes, right: Codes) -> Mask:
    """Return which values are one slip apart, as ``slips`` does, where it doesn't matter what is similar."""
    if not len(left):
        return np.zeros(0, dtype=bool)
    lows, highs, back = each_once(field, field, left, right)
    return _slipped(field, field, lows, highs)[0][back]


def _slipped(one: Field, other: Field, lows: Codes, highs: Codes) -> tuple[Mask, Codes]:
    """Return which values are one slip apart, and the places of those that are not far apart in letters."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    # Two slips change at most four kinds of letter; most pairs of different words differ in more.
    apart = letters_apart(one, other, lows, highs)
    close = np.flatnonzero(apart <= _LETTERS_APART)
    low_texts, high_texts = one.squeezed_at(lows[close]), other.squeezed_at(highs[close])
    edits = np.asarray(cpdist(low_texts, high_texts, scorer=OSA.distance, score_cutoff=2, dtype=np.int32))
    shorter = np.minimum(one.lengths[lows[close]], other.lengths[highs[close]])
    found = np.zeros(len(lows), dtype=bool)
    found[close] = (
        (edits <= 1) & (shorter >= _ONE_SLIP_FROM) | (edits <= 2) & (shorter >= _TWO_SLIPS_FROM) | (edits == 0)
    )
    return found, close


def letters_within(one: Field, other: Field, left: Codes, right: Codes, least: int = _PART_FROM) -> Mask:
    """Return where the letters of one value are all among the other's."""
    a, b = one.letters[left], other.letters[right]
    common = a & b
    enough = np.minimum(one.lengths[left], other.lengths[right]) >= least
    return np.asarray(((common == a) | (common == b)) & enough)


def _is_part(one: str, other: str) -> bool:
    short, long = sorted((one, other), key=len)
    return len(short) >= _PART_FROM and (long.startswith(short) or long.endswith(short))


def one_edit(one: str, other: str) -> bool:
    """Tell whether two texts differ by one letter at most: left out, put in, wrong or exchanged with the next."""
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - loads only when something is compared

    return OSA.distance(one, other, score_cutoff=1) <= 1


def spelling_levels(one: Field, other: Field, first: Codes, second: Codes) -> Levels:
    """Return how alike two names are spelled; -1 where either row holds nothing.

    Examples
    --------
    - equal: Schmidt | SCHMIDT
    - one slip apart: Schmidt | Schmitd
    - similar: Meier-Lang | Meier
    - different: Schmidt | Okafor
    """
    left, right = one.codes[first], other.codes[second]
    both = (left >= 0) & (right >= 0)
    equal = both & (left == right)
    rest = np.flatnonzero(both & ~equal)
    slip = np.zeros(len(first), dtype=bool)
    similar = slip.copy()
    slip[rest], similar[rest] = slips(one, other, left[rest], right[rest])
    return first_that_holds(len(first), (equal, 0), (slip, 1), (similar, 2), (both, 3))
