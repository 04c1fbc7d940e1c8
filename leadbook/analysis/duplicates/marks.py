"""Model and part numbers in the titles of things: where a table has them, they tell one thing from another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
from msgspec.structs import replace

from leadbook.analysis.duplicates.fields import combined, field_of
from leadbook.analysis.duplicates.rows import Thing

if TYPE_CHECKING:
    from leadbook.analysis.duplicates.fields import Field
    from leadbook.analysis.duplicates.rows import Rows

# Letters and digits mixed, or a longer number that is no year.
_MARK = re.compile(r"(?=\w*\d)(?=\w*[a-z])\w{3,}|(?!(?:19|20)\d\d$)\d{4,}")
_TITLE_WORDS = 3
_USUAL = 0.3
# A word that more rows hold is a size or a standard: "32gb", "1080p".
_HELD_BY = 0.01
_HELD_BY_AT_LEAST = 6


def with_marks(rows: Rows) -> Rows:
    """Return rows of things with their model numbers as one more thing to compare; other rows as they are.

    Notes
    -----
    Numbers are taken from columns of several words of which at least three in ten rows hold one. "HH5807" and
    "HH5808" are two products, however much else of their titles agrees.
    """
    if "given" in rows.fields:
        return rows
    names = [thing.fields[0] for thing in rows.things if thing.kind in {"company", "text"}]
    sources = [rows.fields[name] for name in names if _holds_marks(rows.fields[name])]
    if not sources:
        return rows
    _, first, codes = np.unique(
        combined([source.codes + 1 for source in sources]), return_index=True, return_inverse=True
    )
    held = [
        {word for source in sources if (code := int(source.codes[row])) >= 0 for word in _marks(source.texts[code])}
        for row in first.tolist()
    ]
    usual = _usual_words(rows, sources)
    marks = field_of([" ".join(sorted(words - usual)) for words in held], codes)
    if marks.filled < _USUAL * rows.count:
        return rows
    thing = Thing("mark", "Model number", ("mark",))
    return replace(rows, fields={**rows.fields, "mark": marks}, things=(*rows.things, thing))


def _holds_marks(source: Field) -> bool:
    """Tell whether a column's values are titles, many of them with a number."""
    count = len(source.texts)
    if not count or sum(text.count(" ") + 1 for text in source.texts) < _TITLE_WORDS * count:
        return False
    return sum(bool(_marks(text)) for text in source.texts) >= _USUAL * count


def _marks(text: str) -> list[str]:
    return [word for word in text.split() if _MARK.fullmatch(word)]


def _usual_words(rows: Rows, sources: list[Field]) -> set[str]:
    """Return the numbers that too many rows hold to tell anything."""
    most = max(_HELD_BY * rows.count, _HELD_BY_AT_LEAST)
    found: set[str] = set()
    for source in sources:
        words = source.words
        owners = np.repeat(np.arange(len(source.texts)), np.diff(words.starts))
        held = np.bincount(words.words, weights=source.counts[owners], minlength=len(words.texts))
        found |= {words.texts[number] for number in np.flatnonzero(held > most).tolist()}
    return found


__all__ = ["with_marks"]
