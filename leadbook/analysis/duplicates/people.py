"""How well two people's names agree: short forms, slips, and first and last name exchanged."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.duplicates.levels import LEVELS
from leadbook.analysis.duplicates.spelling import (
    each_once,
    first_that_holds,
    letters_apart,
    letters_within,
    slips,
    spelling_levels,
)

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes, Field, Mask
    from leadbook.analysis.duplicates.rows import Rows
    from leadbook.analysis.duplicates.spelling import Levels

# Exchanged names are rare among true pairs: so many bits less than in their places.
SWAP_BITS = 3.0
# Names that agree by so many bits in their places don't agree better exchanged.
_CLEARLY_STRAIGHT = 12.0
_BITS = {kind: np.array([*(level.weight for level in LEVELS[kind]), 0.0]) for kind in ("given", "surname")}
# A garbled name has this share of its letters in order; one that differs in more kinds of letter has not.
_GARBLED = 0.6
_GARBLED_APART = 6
# A name cut off may be its first two letters.
_CUT_OFF = 2


def person_levels(rows: Rows, first: Codes, second: Codes) -> tuple[Levels, Levels, Mask]:
    """Return the levels of first and last name, the way round in which they agree better."""
    given, surname = rows.fields["given"], rows.fields["surname"]
    straight = (_given_levels(given, given, first, second), spelling_levels(surname, surname, first, second))
    bits_straight = _BITS["given"][straight[0]] + _BITS["surname"][straight[1]]
    g1, g2, l1, l2 = given.codes[first], given.codes[second], surname.codes[first], surname.codes[second]
    # Only where a first name could be the other's last name are they compared crosswise.
    letters = np.append(given.letters, np.uint64(0))
    near = ((g1 >= 0) & (l2 >= 0) & (np.bitwise_count(letters[g1] ^ letters[l2]) <= 3)) | (
        (l1 >= 0) & (g2 >= 0) & (np.bitwise_count(letters[l1] ^ letters[g2]) <= 3)
    )
    asked = np.flatnonzero(near & (bits_straight < _CLEARLY_STRAIGHT))
    swapped = np.zeros(len(first), dtype=bool)
    if len(asked):
        one, other = first[asked], second[asked]
        crossed_given = spelling_levels(given, surname, one, other)
        crossed_surname = spelling_levels(surname, given, one, other)
        bits = _BITS["surname"][crossed_given] + _BITS["surname"][crossed_surname] - SWAP_BITS
        better = bits > np.maximum(bits_straight[asked], 0)
        chosen = asked[better]
        swapped[chosen] = True
        table = np.array([0, 2, 3, 5, -1], dtype=np.int8)  # from the levels of last names to those of first names
        straight[0][chosen] = table[crossed_given[better]]
        straight[1][chosen] = crossed_surname[better]
    return straight[0], straight[1], swapped


def _given_levels(one: Field, other: Field, first: Codes, second: Codes) -> Levels:
    """Return how well first names agree.

    Examples
    --------
    - equal: Robert | ROBERT
    - short form: Robert | Bob
    - short form: Robert | R.
    - one slip apart: Robert | Robret
    - similar: Marlene | Marlies
    - partly alike: Kevin | Ke
    - different: Robert | Susan
    """
    from leadbook.analysis.duplicates.nicknames import NICKNAMES  # noqa: PLC0415 - a table only this needs

    left, right = one.codes[first], other.codes[second]
    both = (left >= 0) & (right >= 0)
    equal = both & (left == right)
    rest = np.flatnonzero(both & ~equal)
    short = np.zeros(len(first), dtype=bool)
    slip, similar, partly = short.copy(), short.copy(), short.copy()
    if len(rest):
        words = [text.partition(" ")[0] for text in one.texts]
        full = pd.factorize(np.array([NICKNAMES.get(word, word) for word in words], dtype=object))[0]
        initial = pd.factorize(np.array([word[:1] for word in words], dtype=object))[0]
        single = np.fromiter((len(word) == 1 for word in words), bool, len(words))
        a, b = left[rest], right[rest]
        short[rest] = (full[a] == full[b]) | ((initial[a] == initial[b]) & (single[a] | single[b]))
        slip[rest], similar[rest] = slips(one, other, a, b)
        # Pat may be Patrick as well as Patricia.
        begun = np.flatnonzero(letters_within(one, other, a, b, 3) & ~short[rest] & ~slip[rest])
        short[rest[begun]] = [
            one.texts[low].startswith(other.texts[high]) or other.texts[high].startswith(one.texts[low])
            for low, high in zip(a[begun].tolist(), b[begun].tolist(), strict=True)
        ]
        partly[rest] = _partly_alike(one, other, a, b)
    return first_that_holds(len(first), (equal, 0), (short, 1), (slip, 2), (similar, 3), (partly, 4), (both, 5))


def _partly_alike(one: Field, other: Field, left: Codes, right: Codes) -> Mask:
    """Return which names may be one badly garbled or cut off: most letters in order, or two letters of a longer one."""
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    lows, highs, back = each_once(one, other, left, right)
    found = np.zeros(len(lows), dtype=bool)
    close = np.flatnonzero(letters_apart(one, other, lows, highs) <= _GARBLED_APART)
    low_texts = [one.squeezed[code] for code in lows[close].tolist()]
    high_texts = [other.squeezed[code] for code in highs[close].tolist()]
    alike = np.asarray(cpdist(low_texts, high_texts, scorer=Indel.normalized_similarity, dtype=np.float32))
    found[close] = (alike >= _GARBLED) | np.fromiter(
        (len(low) != len(high) and min(len(low), len(high)) == _CUT_OFF and low[:_CUT_OFF] == high[:_CUT_OFF]
         for low, high in zip(low_texts, high_texts, strict=True)),
        bool, len(close),
    )  # fmt: skip
    return found[back]
