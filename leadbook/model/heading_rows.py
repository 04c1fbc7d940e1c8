"""Rows within a list that are no records: a month's heading, the headers once more, a subtotal."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.cells import cell_text, comparable, different, distinct, is_blank, positions, together
from leadbook.model.date_texts import MONTHS

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    import numpy.typing as npt

    from leadbook.model.tables import RawTable

# Months, quarters and years as trackers head their blocks with them. Of other languages only whole months: "out" and
# "set" are more often words than months.
_PERIODS = frozenset(
    word
    for words in (
        "january february march april may june july august september october november december",
        "jan feb mar apr jun jul aug sep sept oct nov dec",
        "januar februar märz mai juni juli oktober dezember mär okt dez",
        "janvier février mars avril juin juillet août septembre octobre novembre décembre",
        "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
        "q1 q2 q3 q4 t1 t2 t3 t4 h1 h2 s1 s2 quarter quartal trimestre week kw woche semaine semana fy",
    )
    for word in words.split()
) | {word for word in MONTHS if len(word) > 3}
_TOTALS = frozenset(
    word
    for words in (
        "total totals subtotal subtotals grandtotal sum summe zwischensumme teilsumme gesamt gesamtsumme insgesamt",
        "somme soustotal totaux suma totale subtotale totaal subtotaal razem celkem summa delsumma",
    )
    for word in words.split()
)
_PART_OF_A_TOTAL = re.compile(r"^(sub|sous|grand)[\s-]+(?=total)")
_SUMMED = frozenset(
    [
        "all",
        "amount",
        "amounts",
        "deals",
        "for",
        "in",
        "leads",
        "lost",
        "month",
        "of",
        "open",
        "pipeline",
        "quarter",
        "sales",
        "value",
        "won",
        "year",
    ]
)
_YEAR = re.compile(r"(?:19|20)\d\d")
_NUMBER = re.compile(r"'?\d{1,4}|\d{4}[-/]\d{2,4}|[-/.,:\u2013]+")
# Where a block's heading stands: in one of the first columns.
_HEADING_COLUMNS = 3
# So many spaces and marks more than the header a repeated one may have.
_ROOM = 40
_LONGEST = 40


def heading_rows(raw: RawTable, ours: Collection[int]) -> dict[int, str]:
    """Return the positions of rows that head or sum a block of the list, each with its text.

    Parameters
    ----------
    raw : RawTable
    ours : collection of int
        Positions of the columns that leadbook fills; what they hold says nothing.

    Returns
    -------
    mapping of position among ``raw.rows`` to str

    Notes
    -----
    A heading is a lone cell that names a month, a quarter, a week or a year and nothing else; a repeated header row
    holds at least two of the table's own headers and nothing else; a subtotal begins with the word and holds no
    other text; what it sums is named after it, or the cells right above add up to one of its numbers. Headings begin
    in one of the first three columns.
    """
    theirs = [place for place in range(len(raw.cells)) if place not in ours]
    found: dict[int, str] = {}
    lone = _with_a_lone_text([raw.cells[place] for place in theirs], len(raw.rows))
    for place in theirs[:_HEADING_COLUMNS]:
        suspects = _suspects(raw.cells[place], comparable(raw.headers[place]), lone)
        for position in suspects:
            if position not in found and _is_heading(raw, theirs, position):
                found[position] = " ".join(cell_text(raw.cells[place][position]).split())
    return found


def _with_a_lone_text(columns: Sequence[Sequence[object]], count: int) -> npt.NDArray[np.bool_]:
    """Tell which rows hold one text at most, as a heading's do; columns of few different values settle most rows."""
    texts = np.zeros(count, dtype=np.int64)
    for cells in sorted(columns, key=lambda cells: len(different(cells))):
        if (texts > 1).all():
            break
        values, codes = distinct(cells)
        texts += np.array([isinstance(value, str) and not is_blank(value) for value in values], dtype=bool)[codes]
    return np.asarray(texts <= 1)


def _suspects(cells: Sequence[object], header: str, lone: npt.NDArray[np.bool_]) -> list[int]:
    """Return the positions of texts that a heading may begin with."""
    values, codes = distinct(cells)
    word = header.partition(" ")[0]
    # All of them at once are looked through for the header's first word, which hardly any column holds.
    is_there = bool(header) and word in together(cells).casefold()
    heads = [at for at, text in enumerate(values) if _repeats(text, header, word)] if is_there else []
    alone = [at for at in np.unique(codes[lone]).tolist() if _may_head(values[at])]
    return np.union1d(positions(codes, heads), positions(codes, alone)).tolist() if heads or alone else []


def _repeats(text: object, header: str, word: str) -> bool:
    # Its length, and the header's first word, are looked at first: folding each text takes ten times as long.
    if not isinstance(text, str) or len(text) > len(header) + _ROOM:
        return False
    return word in text.casefold() and comparable(text) == header


def _may_head(text: object) -> bool:
    words = _words(text) if isinstance(text, str) else []
    return bool(words) and (words[0] in _TOTALS or _names_period(words))


def _words(text: str) -> list[str]:
    if len(text) > _LONGEST:
        return []
    text = _PART_OF_A_TOTAL.sub(r"\1", " ".join(text.casefold().split()))
    return [word.strip(".,:;()") for word in text.split()]


def _names_period(words: list[str]) -> bool:
    """Tell whether words are a year, a month, a quarter or a week, with or without numbers, and nothing else."""
    rest = [word for word in words if not _NUMBER.fullmatch(word)]
    if not rest:
        return len(words) == 1 and _YEAR.fullmatch(words[0]) is not None
    # "Q3 FY26" is one, "April June" may be a person.
    numbered = len(rest) == 2 and all(word[-1:].isdigit() for word in rest)
    return (len(rest) == 1 or numbered) and all(
        word in _PERIODS or word.rstrip("0123456789'-/.") in _PERIODS for word in rest
    )


def _is_period(word: str) -> bool:
    return _NUMBER.fullmatch(word) is not None or _names_period([word])


def _is_heading(raw: RawTable, theirs: list[int], position: int) -> bool:
    filled = [(place, raw.cells[place][position]) for place in theirs if not is_blank(raw.cells[place][position])]
    texts = [cell for _, cell in filled if isinstance(cell, str)]
    same = [comparable(cell_text(cell)) == comparable(raw.headers[place]) for place, cell in filled]
    if len(filled) >= 2 and all(same):
        return True
    words = _words(texts[0]) if texts else []
    if len(texts) != 1 or not words or filled[0][1] is not texts[0]:
        return False
    # "Total Energies" is a company; "Total October" and "Total open deals" are none.
    sums = words[0] in _TOTALS and all(word in _SUMMED or _is_period(word) for word in words[1:])
    if words[0] in _TOTALS and not sums:
        sums = any(_adds_up(raw.cells[place], position) for place, _ in filled)
    return sums or (len(filled) == 1 and _names_period(words))


def _adds_up(cells: Sequence[object], position: int) -> bool:
    """Tell whether a number is the sum of two or more numbers right above it, texts between them left out as by SUM."""
    wanted = cells[position]
    if isinstance(wanted, bool) or not isinstance(wanted, int | float) or not wanted:
        return False
    added, count = 0.0, 0
    for at in range(position - 1, -1, -1):
        cell = cells[at]
        if isinstance(cell, int | float) and not isinstance(cell, bool):
            added, count = added + cell, count + 1
            if count > 1 and math.isclose(added, wanted, rel_tol=1e-9):
                return True
    return False
