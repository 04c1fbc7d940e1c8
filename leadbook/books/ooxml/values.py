"""What a cell may be given: checked when it is asked for, in whole columns."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST_TEXT = 32_767
LONGEST_FORMULA = 8_192
ERRORS = frozenset({"#NULL!", "#DIV/0!", "#VALUE!", "#REF!", "#NAME?", "#NUM!", "#N/A", "#GETTING_DATA"})


class CellFormula(Struct, frozen=True):
    """A formula (with or without its leading "=") and the value it has now; None leaves that to Excel."""

    text: str
    value: str | float | bool | None = None


class RawCell(Struct, frozen=True):
    """A cell carried over as it was written: its other attributes, with a leading space, and its content."""

    style: int
    attributes: str
    content: str


Value: TypeAlias = str | float | int | bool | dt.date | dt.datetime | CellFormula | None

_NEVER_NAN = {str, int, bool, dt.date, dt.datetime, CellFormula, type(None)}
_ALWAYS_SOUND = {str, float, int, bool, dt.date, dt.datetime, type(None)}
_PLAIN_TYPES = _NEVER_NAN | _ALWAYS_SOUND


def check_values(values: Iterable[Value]) -> None:
    """Refuse what no cell can hold.

    Raises
    ------
    ValueError
        For a number that is not finite, a text over 32,767 characters or a formula over 8,192.
    TypeError
        For anything that is not a `Value`.
    """
    values = list(values)
    kinds = set(map(type, values))
    if kinds == {type(None)}:
        return
    for kind in kinds - _PLAIN_TYPES:
        sample = next(value for value in values if type(value) is kind)
        if not isinstance(plain(sample), (str, float, int, dt.date)):
            raise TypeError(f"A cell cannot hold a {kind.__name__}.")
    numbers = [value for value in values if isinstance(value, float)] if kinds - _NEVER_NAN else []
    if not all(map(math.isfinite, numbers)):
        raise ValueError("A cell cannot hold a number that is not finite; leave it empty instead.")
    for value in {id(value): value for value in values}.values() if kinds - _ALWAYS_SOUND else ():
        if isinstance(value, dt.date) and value != value:  # noqa: PLR0124 # only a not-a-time differs from itself
            raise ValueError("A cell cannot hold a date that is not one; leave it empty instead.")
        if isinstance(value, CellFormula):
            _check_formula(value)
    # The same words recur down a column, so each is measured once.
    texts = {value for value in values if type(value) is str} if str in kinds else ()
    if max(map(len, texts), default=0) > LONGEST_TEXT:
        raise ValueError(f"A cell holds at most {LONGEST_TEXT:,} characters.")


def _check_formula(formula: CellFormula) -> None:
    if len(formula.text) > LONGEST_FORMULA or not formula.text.lstrip("="):
        raise ValueError(f"A formula has between 1 and {LONGEST_FORMULA:,} characters.")
    if isinstance(formula.value, float) and not math.isfinite(formula.value):
        raise ValueError("A formula's value cannot be a number that is not finite.")
    if isinstance(formula.value, str) and len(formula.value) > LONGEST_TEXT:
        raise ValueError(f"A formula's text value has at most {LONGEST_TEXT:,} characters.")


def plain(value: object) -> object:
    """Return the Python value of a numpy scalar, anything else as it is."""
    item = getattr(value, "item", None)
    return item() if callable(item) and not isinstance(value, (str, dt.date)) else value


def serial_number(moment: dt.date, *, date_1904: bool) -> float | None:
    """Return Excel's number of a date or a date with time; None for one before its calendar begins.

    Notes
    -----
    The 1900 system counts a 29 February 1900 that never was, so its days before 1 March 1900 are one lower.
    """
    day = dt.date(moment.year, moment.month, moment.day)
    days = (day - (dt.date(1904, 1, 1) if date_1904 else dt.date(1899, 12, 30))).days
    if not date_1904 and days < 61:
        days -= 1
    if days < (0 if date_1904 else 1):
        return None
    if not isinstance(moment, dt.datetime):
        return days
    microseconds = ((moment.hour * 60 + moment.minute) * 60 + moment.second) * 1_000_000 + moment.microsecond
    return days + microseconds / 86_400_000_000 if microseconds else days


def number_text(number: float) -> str:
    """Return a number as XML holds it: the shortest text that reads back the same, without ``.0``."""
    text = repr(number)
    return text.removesuffix(".0")
