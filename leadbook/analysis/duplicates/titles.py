"""How well texts of several words agree: company names, streets, titles and the model numbers in them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.duplicates.fields import both_hold
from leadbook.analysis.duplicates.spelling import each_once, first_that_holds, letters_apart, one_edit

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Codes
    from leadbook.analysis.duplicates.rows import Rows, Thing
    from leadbook.analysis.duplicates.spelling import Levels
    from leadbook.analysis.duplicates.vocabulary import Words
    from leadbook.analysis.duplicates.weigh import Floats

# Texts have so many words on average.
_LONG_WORDS = 2.5
# A word with a slip is as much of a sign as this share of the same word.
_SLIPPED = 0.95
# Two texts are alike by spelling (share of letters in order), by the words of both, or by those of the shorter one.
_SPELLED_NEARLY, _SPELLED_MOSTLY, _SPELLED_PARTLY = 0.9, 0.8, 0.68
_SHARED_NEARLY, _SHARED_MOSTLY, _SHARED_PARTLY = 0.85, 0.55, 0.25
_WITHIN_MOSTLY, _WITHIN_PARTLY = 0.95, 0.6
# Others are not worth a look letter by letter: too many kinds of letter apart, for their length, and few words shared.
_LETTERS_APART, _ONE_MORE_IN, _WORTH_SPELLING = 4, 6, 0.2
# A text begun by another one has half its letters in order, and the shorter so many of them.
_BEGUN_SPELLED, _BEGUN_LETTERS = 0.5, 6


def text_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return how well names and texts of several words agree: by spelling, and by the words both hold.

    Words count by how much they tell: "Hotel" in a list of hotels is next to nothing. In texts of several words a
    slip counts almost as much as the word it was meant for (soft tf-idf, Cohen, Ravikumar and Fienberg 2003).

    Examples
    --------
    - equal: ACME GmbH | Acme
    - nearly equal: Art's Delicatessen | Arts Delicatesen
    - mostly equal: Northwind | Northwind Traders
    - partly equal: Northwind Traders | Northwind Shipping
    - different: Acme | Globex
    """
    from rapidfuzz.distance import Indel  # noqa: PLC0415 - loads only when something is compared
    from rapidfuzz.process import cpdist  # noqa: PLC0415 - as above

    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    levels = first_that_holds(len(first), (equal, 0), (both, 4))
    if not len(rest):
        return levels
    lows, highs, back = each_once(field, field, field.codes[first[rest]], field.codes[second[rest]])
    overlap, part = _in_common(field.words, lows, highs)
    if _is_long(rows, thing):
        soft_overlap, soft_part = _in_common(field.respelt, lows, highs)
        overlap = np.maximum(overlap, _SLIPPED * soft_overlap)
        part = np.maximum(part, _SLIPPED * soft_part)
    apart = letters_apart(field, field, lows, highs)
    lengths = np.maximum(field.lengths[lows], field.lengths[highs])
    close = np.flatnonzero((apart <= _LETTERS_APART + lengths // _ONE_MORE_IN) | (overlap >= _WORTH_SPELLING))
    spelled = np.zeros(len(lows), dtype=np.float32)
    spelled[close] = cpdist(
        field.squeezed_at(lows[close]),
        field.squeezed_at(highs[close]),
        scorer=Indel.normalized_similarity,
        dtype=np.float32,
    )
    begun = np.zeros(len(lows), dtype=bool)
    shorter = np.minimum(field.lengths[lows[close]], field.lengths[highs[close]])
    maybe = close[(spelled[close] >= _BEGUN_SPELLED) & (shorter >= _BEGUN_LETTERS)]
    begun[maybe] = [
        field.squeezed[low].startswith(field.squeezed[high]) or field.squeezed[high].startswith(field.squeezed[low])
        for low, high in zip(lows[maybe].tolist(), highs[maybe].tolist(), strict=True)
    ]
    found = first_that_holds(
        len(lows),
        ((spelled >= _SPELLED_NEARLY) | (overlap >= _SHARED_NEARLY), 1),
        ((spelled >= _SPELLED_MOSTLY) | (overlap >= _SHARED_MOSTLY) | (part >= _WITHIN_MOSTLY) | begun, 2),
        ((spelled >= _SPELLED_PARTLY) | (overlap >= _SHARED_PARTLY) | (part >= _WITHIN_PARTLY), 3),
        (np.ones(len(lows), dtype=bool), 4),
    )
    levels[rest] = found[back]
    return levels


def _in_common(words: Words, lows: Codes, highs: Codes) -> tuple[Floats, Floats]:
    """Return how much the words of both tell, as a share of those of either and of the shorter one's."""
    shared = words.shared(lows, highs)
    one, other = words.total[lows], words.total[highs]
    return shared / np.maximum(one + other - shared, 1e-9), shared / np.maximum(np.minimum(one, other), 1e-9)


def _is_long(rows: Rows, thing: Thing) -> bool:
    """Tell whether values are titles or texts; in the shorter names of firms and streets letters tell slips."""
    field = rows.fields[thing.fields[0]]
    is_text = thing.kind == "text" or (thing.kind == "company" and "given" not in rows.fields)
    return is_text and len(field.words.words) >= _LONG_WORDS * len(field.texts)


def mark_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return whether any model number is on both sides; one character off is mostly another model.

    Examples
    --------
    - equal: Canon HH5807 printer black | printer HH5807 by Canon
    - one character off: Canon HH5807 printer | Canon HH5808 printer
    - different: Canon HH5807 printer | Canon ZX990 printer
    """
    field = rows.fields[thing.fields[0]]
    both, equal = both_hold(field, first, second)
    rest = np.flatnonzero(both & ~equal)
    lows, highs, back = each_once(field, field, field.codes[first[rest]], field.codes[second[rest]])
    near = np.zeros(len(first), dtype=bool)
    equal[rest] = (field.words.shared(lows, highs) > 0)[back]
    near[rest] = np.array(
        [
            one_edit(field.texts[low], field.texts[high])
            for low, high in zip(lows.tolist(), highs.tolist(), strict=True)
        ],
        dtype=bool,
    )[back]
    return first_that_holds(len(first), (equal, 0), (near, 1), (both, 2))
