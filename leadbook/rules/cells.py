"""A column as plain arrays: its texts, dates and numbers, and which of its cells are blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadbook.model.cells import is_placeholder, tidy
from leadbook.model.playbook import StageClass

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from leadbook.model.playbook import Stage
    from leadbook.model.records import Records, Typed
    from leadbook.rules.finding import Mask

Texts = npt.NDArray[np.object_]
Numbers = npt.NDArray[np.float64]
Dates = npt.NDArray[np.datetime64]

# Stages after which nobody works on a lead any more.
ENDED = (StageClass.WON, StageClass.LOST, StageClass.DISQUALIFIED)


def texts(typed: Typed, key: str) -> Texts:
    """Return a text column as an object array of str, "" where the column is not there."""
    if key not in typed.frame.columns:
        return np.full(len(typed.frame), "", dtype=object)
    return typed.frame[key].to_numpy(dtype=object)


def folded(values: Texts) -> Texts:
    """Return texts as they are compared: case folded, inner spaces single."""
    return np.array(fold(values.tolist()), dtype=object)


_OTHER_SPACES = tuple(mark for mark in map(chr, range(0x3001)) if mark.isspace() and mark not in " \n")


def fold(values: list[str]) -> list[str]:
    """Return texts as they are compared, as ``folded`` does; the whole column at once where it is tidy."""
    together = "\n".join(values)
    tidy_already = (
        together.count("\n") == len(values) - 1
        and not together.startswith(" ")
        and not together.endswith(" ")
        and not any(spaces in together for spaces in ("  ", " \n", "\n ", *_OTHER_SPACES))
    )
    if tidy_already:
        return together.casefold().split("\n")
    return [" ".join(text.split()).casefold() for text in values]


def each_unique(values: Texts, test: Callable[[str], bool]) -> Mask:
    """Return which cells pass a test that is run once for each distinct text."""
    cells = values.tolist()
    passed = {text: test(text) for text in set(cells)}
    return np.fromiter(map(passed.__getitem__, cells), bool, len(cells))


def repeats(values: Texts) -> tuple[Mask, npt.NDArray[np.int64]]:
    """Return which cells repeat an earlier, filled one, and for each of these where the earlier one stands."""
    filled = np.asarray(values != "", dtype=bool)
    again: Mask = pd.Series(values).duplicated().to_numpy() & filled
    if not again.any():
        return again, np.empty(0, dtype=np.int64)
    codes, uniques = pd.factorize(values)
    first = np.zeros(len(uniques), dtype=np.int64)
    first[codes[::-1]] = np.arange(len(codes))[::-1]  # the last write wins, which is the earliest cell
    return again, first[codes[again]]


def domains(emails: Texts) -> Texts:
    """Return the case-folded part of each address after its last at sign, "" where there is none."""
    found = [text.rpartition("@")[2].casefold() if "@" in text else "" for text in emails]
    return np.array(found, dtype=object)


def code_points(values: Texts) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int64]]:
    """Return the characters of a whole column one after the other as code points, and each cell's length."""
    lengths = np.fromiter(map(len, values), np.int64, len(values))
    together = "".join(values.tolist()).encode("utf-32-le", "surrogatepass")
    return np.frombuffer(together, dtype=np.uint32), lengths


def totals(chosen: Mask, lengths: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Return how many of each cell's characters are chosen."""
    ends = np.cumsum(lengths)
    running = np.zeros(len(chosen) + 1, dtype=np.int64)
    np.cumsum(chosen, out=running[1:])
    counts: npt.NDArray[np.int64] = running[ends] - running[ends - lengths]
    return counts


def numbers(typed: Typed, key: str) -> Numbers:
    """Return a number column as floats, NaN where blank, unreadable or not there."""
    if key not in typed.frame.columns:
        return np.full(len(typed.frame), np.nan)
    return typed.frame[key].to_numpy(dtype=np.float64)


def dates(typed: Typed, key: str) -> Dates:
    """Return a date column in whole days, NaT where blank, unreadable or not there."""
    if key not in typed.frame.columns:
        return np.full(len(typed.frame), np.datetime64("NaT"), dtype="datetime64[D]")
    return typed.frame[key].to_numpy().astype("datetime64[D]")


def written(days: Dates) -> list[str]:
    """Return dates as sentences show them: ``2026-03-12``."""
    return [str(text) for text in np.datetime_as_string(days)]


def day(date: dt.date) -> np.datetime64:
    """Return a date as numpy compares it with ``dates``."""
    return np.datetime64(date, "D")


def blank(typed: Typed, key: str) -> Mask:
    """Return which cells nobody filled in; a cell that holds something unreadable is not blank.

    All True where the table has no such column.
    """
    n = len(typed.frame)
    if key not in typed.places or key not in typed.frame.columns or key not in typed.raw.columns:
        return np.ones(n, dtype=bool)
    column = typed.frame[key]
    if column.dtype == bool:
        return np.zeros(n, dtype=bool)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fM":
        empty: Mask = column.isna().to_numpy(dtype=bool).copy()
    else:
        empty = np.asarray(column.to_numpy(dtype=object) == "", dtype=bool)
    doubtful = np.flatnonzero(empty)
    typed_in = typed.raw[key].to_numpy(dtype=object)[doubtful].tolist()
    empty[doubtful] = [value is None or _is_placeholder(value) for value in typed_in]
    return empty


def _is_placeholder(value: object) -> bool:
    if isinstance(value, float):
        return bool(np.isnan(value))
    return isinstance(value, str) and (not (word := tidy(value)) or is_placeholder(word))


def in_class(records: Records, *classes: StageClass) -> Mask:
    """Return which leads stand in a stage of one of the classes."""
    found = texts(records.leads, "stage_class")
    mask = np.zeros(len(found), dtype=bool)
    for stage_class in classes:
        mask |= np.asarray(found == stage_class.value, dtype=bool)
    return mask


def is_open(records: Records) -> Mask:
    """Return which leads are open."""
    return in_class(records, StageClass.OPEN)


def in_stages(records: Records, stages: tuple[Stage, ...]) -> Mask:
    """Return which leads stand in one of the stages."""
    wanted = {stage.name for stage in stages}
    codes, names = pd.factorize(texts(records.leads, "stage_name"))
    return np.array([*(name in wanted for name in names), False], dtype=bool)[codes]


def stage_numbers(records: Records, field: str) -> Numbers:
    """Return a number of each lead's stage (``probability``, ``order``), NaN where the stage is unknown."""
    codes, names = pd.factorize(texts(records.leads, "stage_name"))
    by_name = {stage.name: getattr(stage, field) for stage in records.playbook.stages}
    values = np.array([*(by_name.get(name, np.nan) for name in names), np.nan], dtype=np.float64)
    return values[codes]
