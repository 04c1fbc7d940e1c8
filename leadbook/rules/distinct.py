"""A column by its different texts, each looked at once, and what a check remembers of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeVar, cast

import numpy as np
import numpy.typing as npt

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Sequence

    from leadbook.model.records import Records, Typed
    from leadbook.rules.finding import Mask

Texts = npt.NDArray[np.object_]
Made = TypeVar("Made")


class Distinct(NamedTuple):
    """A text column as its different texts, in order of appearance, and which of them each cell holds."""

    codes: npt.NDArray[np.int64]
    spellings: list[str]

    def spread(self, results: Sequence[object]) -> Texts:
        """Return for each cell what was found for its text."""
        return objects(results)[self.codes]

    def where(self, passed: Iterable[object]) -> Mask:
        """Return which cells hold a text that passed."""
        return np.fromiter(passed, bool, len(self.spellings))[self.codes]

    @property
    def counts(self) -> list[int]:
        """How many cells hold each text."""
        counts: list[int] = np.bincount(self.codes, minlength=len(self.spellings)).tolist()
        return counts


def objects(values: Sequence[object]) -> Texts:
    """Return values as an object array, whatever they are."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def remembered(typed: Typed, name: Hashable, work: Callable[[], Made]) -> Made:
    """Return what ``work`` makes of a table, made once a check and read by every rule."""
    if name not in typed.memo:
        made = work()
        if isinstance(made, np.ndarray):
            made.flags.writeable = False  # several rules look at it
        typed.memo[name] = made
    return cast("Made", typed.memo[name])


def distinct(typed: Typed, key: str) -> Distinct:
    """Return a text column as its different texts; one text "" where the column is not there."""

    def work() -> Distinct:
        if key not in typed.frame.columns:
            return Distinct(np.zeros(len(typed.frame), dtype=np.int64), [""])
        return Distinct(*typed.coded(key))

    return remembered(typed, ("distinct", key), work)


def folds(typed: Typed, key: str) -> list[str]:
    """Return a column's different texts as they are compared, in the order of ``distinct``."""
    return remembered(typed, ("folds", key), lambda: fold(distinct(typed, key).spellings))


def forget(records: Records) -> None:
    """Drop everything that was remembered of the tables, so that a refresh does not carry it along."""
    tables = (records.leads, records.activities, records.quote_lines, records.history, records.archive)
    for typed in (*tables, records.proposals, records.offers):
        if typed is not None:
            typed.memo.clear()


_OTHER_SPACES = tuple(mark for mark in map(chr, range(0x3001)) if mark.isspace() and mark not in " \n")
_ASCII_SPACES = tuple(filter(str.isascii, _OTHER_SPACES))


def fold(values: list[str]) -> list[str]:
    """Return texts as they are compared, as ``folded`` does; the whole column at once where it is tidy."""
    together = "\n".join(values)
    tidy_already = (
        together.count("\n") == len(values) - 1
        and not together.startswith(" ")
        and not together.endswith(" ")
        and not any(
            spaces in together
            for spaces in ("  ", " \n", "\n ", *(_ASCII_SPACES if together.isascii() else _OTHER_SPACES))
        )
    )
    if tidy_already:
        low = together.casefold()
        return low.split("\n") if low != together else values
    return [" ".join(text.split()).casefold() for text in values]
