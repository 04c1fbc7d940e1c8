"""A column as plain arrays: its texts, dates and numbers, and which of its cells are blank."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadbook.model.cells import is_placeholder, tidy
from leadbook.model.playbook import StageClass
from leadbook.rules.distinct import Texts, distinct, folds, objects, remembered

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable

    from leadbook.model.playbook import Stage
    from leadbook.model.records import Records, Typed
    from leadbook.rules.finding import Mask

Numbers = npt.NDArray[np.float64]
Dates = npt.NDArray[np.datetime64]

# Stages after which nobody works on a lead any more.
ENDED = (StageClass.WON, StageClass.LOST, StageClass.DISQUALIFIED)


def texts(typed: Typed, key: str) -> Texts:
    """Return a text column as an object array of str, "" where the column is not there."""

    def work() -> Texts:
        found = distinct(typed, key)
        return found.spread(found.spellings)

    return remembered(typed, ("texts", key), work)


def compared(typed: Typed, key: str) -> Texts:
    """Return a text column as it is compared: case folded, inner spaces single."""

    def work() -> Texts:
        return distinct(typed, key).spread(folds(typed, key))

    return remembered(typed, ("compared", key), work)


def where(typed: Typed, key: str, test: Callable[[str], object]) -> Mask:
    """Return which cells of a text column pass a test that is run once for each distinct text."""
    found = distinct(typed, key)
    return found.where(map(test, found.spellings))


def repeats(typed: Typed, key: str) -> tuple[Mask, npt.NDArray[np.int64]]:
    """Return which cells repeat an earlier, filled one, and for each of these where the earlier one stands."""
    found = distinct(typed, key)
    codes, spellings = pd.factorize(objects(folds(typed, key)))
    if len(spellings) == len(found.codes):
        return np.zeros(len(found.codes), dtype=bool), np.empty(0, dtype=np.int64)
    codes = codes[found.codes]
    places = np.arange(len(codes))
    first = np.zeros(len(spellings), dtype=np.int64)
    first[codes[::-1]] = places[::-1]  # the last write wins, which is the earliest cell
    again = (first[codes] != places) & ~where(typed, key, "".__eq__)
    return again, first[codes[again]]


def numbers(typed: Typed, key: str) -> Numbers:
    """Return a number column as floats, NaN where blank, unreadable or not there."""
    if key not in typed.frame.columns:
        return np.full(len(typed.frame), np.nan)
    return typed.frame[key].to_numpy(dtype=np.float64)


def dates(typed: Typed, key: str) -> Dates:
    """Return a date column in whole days, NaT where blank, unreadable or not there."""

    def work() -> Dates:
        if key not in typed.frame.columns:
            return np.full(len(typed.frame), np.datetime64("NaT", "D"), dtype="datetime64[D]")
        return typed.frame[key].to_numpy().astype("datetime64[D]")

    return remembered(typed, ("dates", key), work)


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
    return remembered(typed, ("blank", key), lambda: _blank(typed, key))


def _blank(typed: Typed, key: str) -> Mask:
    n = len(typed.frame)
    if key not in typed.places or key not in typed.frame.columns or key not in typed.raw.columns:
        return np.ones(n, dtype=bool)
    column = typed.frame[key]
    if column.dtype == bool:
        return np.zeros(n, dtype=bool)
    if isinstance(column.dtype, np.dtype) and column.dtype.kind in "fM":
        empty: Mask = column.isna().to_numpy(dtype=bool).copy()
    else:
        empty = where(typed, key, "".__eq__)
    doubtful = np.flatnonzero(empty)
    if not len(doubtful):
        return empty
    typed_in = typed.raw[key].to_numpy(dtype=object)[doubtful].tolist()
    empty[doubtful] = [value is None or _is_placeholder(value) for value in typed_in]
    return empty


def _is_placeholder(value: object) -> bool:
    if isinstance(value, float):
        return bool(np.isnan(value))
    return isinstance(value, str) and (not (word := tidy(value)) or is_placeholder(word))


def in_class(records: Records, *classes: StageClass) -> Mask:
    """Return which leads stand in a stage of one of the classes."""
    wanted = {stage_class.value for stage_class in classes}
    return remembered(
        records.leads, ("class", *sorted(wanted)), lambda: where(records.leads, "stage_class", wanted.__contains__)
    )


def is_open(records: Records) -> Mask:
    """Return which leads are open."""
    return in_class(records, StageClass.OPEN)


def in_stages(records: Records, stages: tuple[Stage, ...]) -> Mask:
    """Return which leads stand in one of the stages."""
    wanted = {stage.name for stage in stages}
    return where(records.leads, "stage_name", wanted.__contains__)


def stage_numbers(records: Records, field: str) -> Numbers:
    """Return a number of each lead's stage (``probability``, ``order``), NaN where the stage is unknown."""
    by_name = {stage.name: getattr(stage, field) for stage in records.playbook.stages}
    found = distinct(records.leads, "stage_name")
    values = np.array([by_name.get(name, np.nan) for name in found.spellings], dtype=np.float64)
    return values[found.codes]
