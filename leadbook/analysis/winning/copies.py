"""Columns that repeat another: the same, overwritten in places, or worked out of its dates."""

from __future__ import annotations

from itertools import combinations, permutations
from typing import TYPE_CHECKING

import numpy as np

from leadbook.analysis.winning.suspects import SURE, Suspect, differs

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

COPIED = 0.4
ALIKE = 0.5
BY_ONE_WORD = 0.8
MOST_DATES = 6
LEAST = 20
PARTLY = 0.1
TOGETHER = 3


def same_as(suspects: Sequence[Suspect]) -> dict[str, str]:
    """Return for each column that says the same as an earlier one, cell by cell, the header of that one."""
    first: dict[tuple[bytes, bytes], str] = {}
    found: dict[str, str] = {}
    for suspect in suspects:
        told = suspect.told
        # Words go by their order of first appearance, so that "Yes/No" and "1/0" are the same.
        codes = _ranked(told.codes) if told.labels else told.codes
        key = codes.tobytes(), b"" if told.labels else np.nan_to_num(told.numbers, nan=-1e300).tobytes()
        earlier = first.setdefault(key, told.header)
        if earlier != told.header:
            found[told.header] = earlier
    return found


def overwritten_copies(suspects: Sequence[Suspect]) -> dict[str, str]:
    """Return the evidence for each column that repeats another but for one word written over it later.

    As "Last Notable Activity", which is "Last Activity" until a change of the record makes it "Modified": whether a
    record is changed later depends on how it ended.
    """
    words = [suspect for suspect in suspects if suspect.told.kind == "words" and len(suspect.told.labels) > 2]
    known = {id(suspect): {label.casefold(): at for at, label in enumerate(suspect.told.labels)} for suspect in words}
    found: dict[str, str] = {}
    for copy, original in permutations(words, 2):
        mine, theirs = known[id(copy)], known[id(original)]
        shared = mine.keys() & theirs.keys()
        if len(shared) < 3 or len(shared) < ALIKE * len(mine):
            continue
        place = np.array([theirs.get(label, -2) for label in mine] + [-3], dtype=np.int64)
        said = place[copy.told.codes[copy.decided]]
        equal = said == original.told.codes[copy.decided]
        foreign = copy.told.codes[copy.decided][said == -2]
        apart = int((~equal).sum())
        if not len(foreign) or equal.mean() < COPIED:
            continue
        times = np.bincount(foreign)
        word = int(times.argmax())
        over = copy.told.codes[copy.decided] == word
        if times[word] < BY_ONE_WORD * apart or differs(copy.outcome > 0.5, over) < SURE:
            continue
        found[copy.told.header] = (
            f"repeats {original.told.header} but for “{copy.told.labels[word]}”, which was written over it later on "
            f"{over.mean():.0%} of the leads (won {copy.outcome[over].mean():.0%} there, "
            f"{copy.outcome[~over].mean():.0%} elsewhere)"
        )
    return found


def filled_together(suspects: Sequence[Suspect]) -> dict[str, str]:
    """Return the evidence for each column that is filled on exactly the leads that two others or more are filled on.

    As a rating that another program writes into several columns at once.
    """
    groups: dict[bytes, list[Suspect]] = {}
    for suspect in suspects:
        if PARTLY < suspect.filled.mean() < 1 - PARTLY:
            groups.setdefault(suspect.told.filled.tobytes(), []).append(suspect)
    found: dict[str, str] = {}
    for group in groups.values():
        for suspect in group if len(group) >= TOGETHER else ():
            others = [other.told.header for other in group if other is not suspect]
            found[suspect.told.header] = (
                f"filled on exactly the same {suspect.filled.mean():.0%} of the leads as {' and '.join(others[:2])}"
            )
    return found


def days_between(suspects: Sequence[Suspect], leaks: set[str]) -> dict[str, str]:
    """Return the evidence for each number that is the days between two dates of which one came with the outcome."""
    dates: list[tuple[str, npt.NDArray[np.float64], bool]] = [
        (suspect.told.header, suspect.told.numbers, suspect.told.header in leaks)
        for suspect in suspects
        if suspect.told.kind == "date"
    ][:MOST_DATES]
    if suspects and not np.isnan(suspects[0].when).all():
        dates.append(("the day of the outcome", suspects[0].when, True))
    found: dict[str, str] = {}
    for suspect in suspects:
        if suspect.told.kind != "number" or suspect.told.header in leaks:
            continue
        for (one, start, leaky), (other, end, leaky_too) in combinations(dates, 2):
            gap = np.abs(end - start)[suspect.decided]
            days = np.abs(suspect.told.numbers[suspect.decided])
            both = ~np.isnan(gap) & ~np.isnan(days)
            if (leaky or leaky_too) and both.sum() >= LEAST and (np.abs(gap - days)[both] <= 1.5).mean() >= 0.9:
                found[suspect.told.header] = f"the days between {one} and {other}, known only with the outcome"
    return found


def _ranked(codes: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return codes numbered by first appearance, blanks as they are."""
    known, place = np.unique(codes, return_inverse=True)
    first = np.full(len(known), len(codes), dtype=np.int64)
    np.minimum.at(first, place, np.arange(len(codes)))
    rank = np.argsort(np.argsort(first, kind="stable"), kind="stable")
    ranked = rank[place].astype(np.int64)
    return np.where(codes < 0, -1, ranked)
