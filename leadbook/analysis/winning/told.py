"""What a column tells about each lead: words, a number or an age in days, whatever was typed into it."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Literal, TypeAlias

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.model.cells import cell_text, distinct, is_blank
from leadbook.model.dates import read_dates
from leadbook.model.numerals import read_number

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

Kind: TypeAlias = Literal["words", "number", "date", "marks"]
READABLE = 0.9
"""A column counts as numbers or dates when so large a share of its filled cells can be read as such."""
MOST_WORDS = 1_000
"""Of more different words than this the rarer ones are told apart from a blank only."""
REPEATED = 0.3
"""Words of which less than this share stands on three leads or more are names or free text."""
COMMON = 3
FEW = 200
CHANCE_TWINS = 5.0
"""Whole numbers that are all different although so many pairs should be equal by chance number the leads."""


class Told(Struct, frozen=True):
    """One column as the win model reads it.

    Parameters
    ----------
    header : str
        As the seller wrote it.
    kind : {"words", "number", "date", "marks"}
        ``marks`` is free text, names or ids, of which only counts whether the cell is filled.
    codes : array of int, shape (n leads,)
        For words and marks the place in ``labels``, -1 for blank; else -1 for blank and 0 for filled.
    labels : tuple of str
    numbers : array of float, shape (n leads,)
        Numbers, or days since 1970 for dates; NaN when blank, and everywhere for words.
    numbering : bool
        Whether it numbers the leads (1001, 1002, ...): no trait of a lead, but the order they came in.
    blank_tells : bool
        Whether a blank is a trait of the lead. It is none where the cell is filled on the way to the outcome: then
        it is blank on every young lead, and says only how far it has come.
    """

    header: str
    kind: Kind
    codes: npt.NDArray[np.int64]
    labels: tuple[str, ...]
    numbers: npt.NDArray[np.float64]
    numbering: bool = False
    blank_tells: bool = True

    @property
    def filled(self) -> npt.NDArray[np.bool_]:
        """Whether each cell is filled."""
        return self.codes >= 0


def read_cells(header: str, cells: Sequence[object]) -> Told:
    """Read a column's cells, taking it for numbers or dates when nearly all of them are.

    Parameters
    ----------
    header : str
    cells : sequence of object
        As typed; None, "" and spaces are blank. Words that stand for "nothing" ("Select", "n/a") stay words, since
        one who left the preset alone is another than one who was never asked.
    """
    values, places = distinct(cells)
    count = np.bincount(places, minlength=len(values))
    blank = np.array([is_blank(value) for value in values], dtype=bool)
    filled = int(count[~blank].sum())
    if not filled:
        return _words(header, values, places, blank)
    dated = sum(int(n) for value, n in zip(values, count.tolist(), strict=True) if isinstance(value, dt.date))
    few = [value for value, empty in zip(values, blank.tolist(), strict=True) if not empty][:FEW]
    if dated < READABLE * filled and _share_read(few, _read_numbers) >= READABLE / 2:
        numbers = _read_numbers(values)
        if count[~np.isnan(numbers)].sum() >= READABLE * filled:
            return read_numbers(header, numbers[places], blank=blank[places])
    if dated >= READABLE * filled or _share_read(few, _read_days) >= READABLE:
        days = _read_days(values)
        if count[~np.isnan(days)].sum() >= READABLE * filled:
            return _numeric(header, "date", days[places])
    return _words(header, values, places, blank)


def read_numbers(header: str, numbers: npt.NDArray[np.float64], *, blank: npt.NDArray[np.bool_] | None = None) -> Told:
    """Return a column of numbers; of a few that could not be read among them nothing but that is known."""
    del blank  # an unreadable cell tells as little as a blank one
    told = _numeric(header, "number", numbers)
    known = numbers[np.isfinite(numbers)]
    spread = float(np.ptp(known)) if len(known) else 0.0
    twins = len(known) ** 2 / 2 / max(spread, 1.0)
    unique = len(np.unique(known)) == len(known)
    if unique and twins >= CHANCE_TWINS and bool((known == np.floor(known)).all()):
        return Told(header, "number", told.codes, (), told.numbers, numbering=True)
    return told


def read_days(header: str, moments: npt.NDArray[np.datetime64]) -> Told:
    """Return a column of dates, NaT for blank."""
    return _numeric(header, "date", _days(moments))


def read_words(
    header: str, codes: npt.NDArray[np.int64], texts: Sequence[str], shorten: Callable[[str], str] | None = None
) -> Told:
    """Return a column of texts that were read already, "" for blank, whatever they look like.

    Parameters
    ----------
    header : str
    codes : array of int, shape (n leads,)
        For each lead the place of its text.
    texts : sequence of str
        Different ones; some may be no lead's.
    shorten : callable or None
        What of each text counts, such as the part of an address behind the @.
    """
    places, held = pd.factorize(codes)
    values: list[object] = [texts[place] for place in held.tolist()]
    if shorten is not None:
        values, shortened = distinct([shorten(str(value)) for value in values])
        places = shortened[places]
    blank = np.zeros(len(values), dtype=bool)
    if "" in values:
        blank[values.index("")] = True
    return _words(header, values, places, blank)


def _numeric(header: str, kind: Kind, numbers: npt.NDArray[np.float64]) -> Told:
    finite = np.isfinite(numbers)
    return Told(header, kind, np.where(finite, 0, -1).astype(np.int64), (), np.where(finite, numbers, np.nan))


def _days(moments: npt.NDArray[np.generic]) -> npt.NDArray[np.float64]:
    days = moments.astype("datetime64[s]")
    return np.where(np.isnat(days), np.nan, days.astype(np.int64) / 86_400)


def _share_read(few: Sequence[object], read: Callable[[Sequence[object]], npt.NDArray[np.float64]]) -> float:
    """Return how many of the first few cells can be read; where hardly any can, all need not be tried."""
    return float((~np.isnan(read(few))).mean()) if few else 0.0


def _read_numbers(cells: Sequence[object]) -> npt.NDArray[np.float64]:
    return np.asarray(read_number(cells).values, dtype=np.float64)


def _read_days(cells: Sequence[object]) -> npt.NDArray[np.float64]:
    return _days(read_dates(cells).values)


def _words(header: str, values: Sequence[object], places: npt.NDArray[np.int64], blank: npt.NDArray[np.bool_]) -> Told:
    """Return words, one for all the ways it is written; names, ids and free text as filled or blank."""
    if _are_names(values, places, blank):
        return _marks(header, ~blank, places)
    texts = ["" if empty else " ".join(cell_text(value).split()) for value, empty in zip(values, blank, strict=True)]
    count = np.bincount(places, minlength=len(values))
    if _are_addresses(texts):
        texts = [text.rpartition("@")[2] for text in texts]
    folded = list(map(str.casefold, texts))
    spellings: dict[str, dict[str, int]] = {}
    for text, word, times in zip(texts, folded, count.tolist(), strict=True):
        if text:
            ways = spellings.setdefault(word, {})
            ways[text] = ways.get(text, 0) + times
    # In order of the words themselves, so that nothing depends on the order of the leads.
    words = sorted(spellings)
    times_of = {word: sum(spellings[word].values()) for word in words}
    total = sum(times_of.values())
    repeated = sum(times for times in times_of.values() if times >= COMMON)
    nothing = np.broadcast_to(np.nan, len(places))  # of very many leads a column of nothing would be large
    if total and len(words) > COMMON and repeated < REPEATED * total:
        return _marks(header, np.array([bool(text) for text in texts], dtype=bool), places)
    kept = sorted(sorted(words, key=lambda word: (-times_of[word], word))[:MOST_WORDS])
    place_of = {word: at for at, word in enumerate(kept)}
    labels = [min(spellings[word], key=lambda way: (-spellings[word][way], way)) for word in kept]
    if len(kept) < len(words):
        labels.append("any other")
    codes = np.array([place_of.get(word, len(kept)) if word else -1 for word in folded], dtype=np.int64)
    return Told(header, "words", codes[places], tuple(labels), nothing)


def _marks(header: str, filled: npt.NDArray[np.bool_], places: npt.NDArray[np.int64]) -> Told:
    return Told(header, "marks", np.where(filled, 0, -1)[places], ("filled",), np.broadcast_to(np.nan, len(places)))


def _are_names(values: Sequence[object], places: npt.NDArray[np.int64], blank: npt.NDArray[np.bool_]) -> bool:
    """Tell without reading each of very many texts that hardly any stands on several leads; addresses are read."""
    if len(values) < 2 * MOST_WORDS:
        return False
    times = np.bincount(places, minlength=len(values))[~blank]
    few = [str(value) for value in values[:200] if isinstance(value, str)]
    return bool(times[times >= COMMON].sum() < REPEATED / 2 * times.sum()) and not _are_addresses(few)


def _are_addresses(texts: Sequence[str]) -> bool:
    """Tell whether these are e-mail addresses, of which the part behind the @ may be shared."""
    filled = [text for text in texts[:2_000] if text]
    return bool(filled) and sum(text.count("@") == 1 for text in filled) >= READABLE * len(filled)
