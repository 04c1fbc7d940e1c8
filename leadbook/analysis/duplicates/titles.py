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


def text_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return equal, nearly, mostly, partly equal, different: by spelling, and by the words both hold.

    Words count by how much they tell: "Hotel" in a list of hotels is next to nothing.
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
    words = field.words
    shared = words.shared(lows, highs)
    total = words.total
    union = total[lows] + total[highs] - shared
    overlap = shared / np.maximum(union, 1e-9)
    part = shared / np.maximum(np.minimum(total[lows], total[highs]), 1e-9)
    apart = letters_apart(field, field, lows, highs)
    lengths = np.maximum(field.lengths[lows], field.lengths[highs])
    close = np.flatnonzero((apart <= 4 + lengths // 6) | (overlap >= 0.2))
    spelled = np.zeros(len(lows), dtype=np.float32)
    spelled[close] = cpdist(
        field.squeezed_at(lows[close]),
        field.squeezed_at(highs[close]),
        scorer=Indel.normalized_similarity,
        dtype=np.float32,
    )
    begun = np.zeros(len(lows), dtype=bool)
    maybe = close[(spelled[close] >= 0.5) & (np.minimum(field.lengths[lows[close]], field.lengths[highs[close]]) >= 6)]
    begun[maybe] = [
        field.squeezed[low].startswith(field.squeezed[high]) or field.squeezed[high].startswith(field.squeezed[low])
        for low, high in zip(lows[maybe].tolist(), highs[maybe].tolist(), strict=True)
    ]
    found = first_that_holds(
        len(lows),
        ((spelled >= 0.9) | (overlap >= 0.85), 1),
        ((spelled >= 0.8) | (overlap >= 0.55) | (part >= 0.95) | begun, 2),
        ((spelled >= 0.68) | (overlap >= 0.25) | (part >= 0.6), 3),
        (np.ones(len(lows), dtype=bool), 4),
    )
    levels[rest] = found[back]
    return levels


def mark_levels(rows: Rows, thing: Thing, first: Codes, second: Codes) -> Levels:
    """Return whether any model number is on both sides; one character off is mostly another model."""
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
