"""Finding a table's row by a key that people typed: exactly, without punctuation, then by spelling."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.cells import cell_text, comparable, distinct, is_blank
from leadbook.model.mapping_cells import text_column

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIMILAR = 0.9
_SHORTEST = 6  # letters; in shorter keys one slip may be another name
_MOST_COMPARED = 2_000


def plain(value: object) -> str:
    """Return a value as keys are compared: letters and digits only, without case."""
    return "".join(filter(str.isalnum, cell_text(value).casefold()))


def plain_words(values: Sequence[object]) -> list[str]:
    """Return a whole column as ``plain`` does, each different value once; blanks and placeholders are ""."""
    different, codes = distinct(values)
    words = ["" if text is None else text.casefold() for text in text_column(different)]
    words = [word if word.isalnum() else "".join(filter(str.isalnum, word)) for word in words]
    return [words[code] for code in codes.tolist()]


class Partners(Struct, frozen=True):
    """What a column of ours found in a table: each row's partner (None without one), and how."""

    places: list[int | None]
    rows: int
    unmatched: tuple[str, ...]
    similar: tuple[tuple[str, str], ...]


class KeyIndex:
    """The rows of a table by the values of one column.

    Parameters
    ----------
    values : sequence
        The column; blanks are no keys.
    """

    def __init__(self, values: Sequence[object]) -> None:
        self._values = values
        self._rows: dict[str, list[int]] = {}
        for place, word in enumerate(plain_words(values)):
            if word:
                self._rows.setdefault(word, []).append(place)

    def __len__(self) -> int:
        return len(self._rows)

    def overlap(self, words: set[str]) -> float:
        """Return the part (0 to 1) of some plain values that are keys here."""
        return len(words & self._rows.keys()) / len(words) if words else 0.0

    def shared(self, words: set[str]) -> float:
        """Return the part (0 to 1) of the keys here that are among some plain values."""
        return len(words & self._rows.keys()) / len(self._rows) if self._rows else 0.0

    def match(self, values: Sequence[object], order: Sequence[int] | None = None) -> Partners:
        """Return the partner of each value.

        Parameters
        ----------
        values : sequence
        order : sequence of int, optional
            Rows of this table in order of preference, where several share a key; the first by default.
        """
        preferred = {place: rank for rank, place in enumerate(order)} if order is not None else {}
        first = {word: min(rows, key=lambda place: preferred.get(place, place)) for word, rows in self._rows.items()}
        distinct: dict[str, str] = {}
        for value in values:
            if not is_blank(value):
                distinct.setdefault(plain(value), cell_text(value))
        distinct.pop("", None)
        chosen: dict[str, int] = {}
        similar: list[tuple[str, str]] = []
        unmatched: list[str] = []
        compared = 0
        for word, text in distinct.items():
            place = first.get(word)
            if place is None and compared < _MOST_COMPARED:
                compared += 1
                place = self._by_spelling(word, first)
            if place is None:
                unmatched.append(text)
                continue
            chosen[word] = place
            theirs = cell_text(self._values[place])
            if comparable(theirs) != comparable(text):
                similar.append((text, theirs))
        places = [None if is_blank(value) else chosen.get(plain(value)) for value in values]
        found = sum(place is not None for place in places)
        return Partners(places, found, tuple(unmatched), tuple(similar))

    @staticmethod
    def _by_spelling(word: str, first: dict[str, int]) -> int | None:
        from rapidfuzz import process  # noqa: PLC0415 - only where keys differ
        from rapidfuzz.distance import Levenshtein  # noqa: PLC0415 - as above

        if len(word) < _SHORTEST:
            return None
        near = process.extract(
            word, list(first), scorer=Levenshtein.normalized_similarity, score_cutoff=_SIMILAR, limit=2
        )
        # Two that are equally near cannot be told apart, and different digits name different things.
        near = [found for found in near if _digits(found[0]) == _digits(word)]
        if not near or (len(near) > 1 and near[0][1] == near[1][1]):
            return None
        return first[near[0][0]]


def _digits(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())
