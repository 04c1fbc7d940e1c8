"""Reading columns of numbers, percentages and points."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.cells import Fault, Reading, error_fault, is_blank, read_each, shown
from leadbook.model.digits import Numeral, parse_numeral, plain, settle, sort_cells
from leadbook.model.head_counts import head_count
from leadbook.model.issues import Severity
from leadbook.model.tables import CellError

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["Numeral", "parse_numeral", "plain", "read_number", "read_percent", "read_points", "settle"]

_PERCENT_WORDS = ("percent", "per cent", "prozent", "pct", "%")


def read_number(cells: Sequence[object], *, ranges: bool = False) -> Reading:
    """Read numbers.

    Parameters
    ----------
    ranges : bool
        Whether ``51-200`` is read as its middle, ``1000+`` as its lower end and ``ca. 250`` as 250, with a remark;
        head counts are given like that (see `head_count`).
    """
    column = sort_cells(cells, _no_number)
    numerals = [parse_numeral(text) for text in column.texts.values()]
    ranged: list[int] = []
    rough: list[int] = []
    for (place, text), numeral, number in zip(column.texts.items(), numerals, settle(numerals), strict=True):
        people = head_count(text) if ranges and number is None else None
        if number is not None:
            column.numbers[place] = number
        elif people is not None:
            column.numbers[place] = people.number
            (ranged if people.ranged else rough).append(place)
        else:
            column.faults[place] = _no_number(column.values[place], numeral)
    reading = column.reading()
    if ranged:
        remark = "holds ranges, read as the middle (51-200 as 125) or the lower end (1000+ as 1000)."
        reading.column_faults.append((Fault("LB202", remark, Severity.INFO), column.count(ranged)))
    if rough:
        remark = "holds numbers with words, read as the number (ca. 250 as 250, 80 employees as 80)."
        reading.column_faults.append((Fault("LB202", remark, Severity.INFO), column.count(rough)))
    return reading


def _no_number(cell: object, numeral: Numeral | None = None) -> Fault:
    if numeral is not None:
        return Fault("LB202", f"holds {shown(cell)}, which may be {_both(numeral)}; type it without the mark.")
    return Fault("LB202", f"holds {shown(cell)}, which is not a number; type digits only.")


def _both(numeral: Numeral) -> str:
    """Return the two readings of a doubtful number, ``1200 or 1.2``."""
    return f"{numeral.value:.15g} or {numeral.other:.15g}"


def read_percent(cells: Sequence[object]) -> Reading:
    """Read percentages as shares of 1.

    A number in [0, 1] is a share, as Excel keeps a percentage; one in (1, 100] is a percentage typed without
    its sign, which is read and remarked on. In a column where some numbers are above 1 and none lies between 0
    and 1, a 1 means 1 %. Below 0 and above 100 % is a fault.
    """
    column = sort_cells(cells, _no_percentage)
    bare = [place for place, number in enumerate(column.numbers) if not math.isnan(number)]
    split = [_without_sign(text) for text in column.texts.values()]
    settled = settle([parse_numeral(text) for text, _ in split])
    for place, (_, signed), number in zip(column.texts, split, settled, strict=True):
        if number is None:
            column.faults[place] = _no_percentage(column.values[place])
        elif signed:
            column.numbers[place] = number / 100
        else:
            column.numbers[place] = number
            bare.append(place)
    scaled = _scale(column.numbers, bare)
    for place, number in enumerate(column.numbers):
        if number < 0 or number > 1:
            message = f"holds {shown(column.values[place])}, which is outside 0 to 100 %."
            column.faults[place] = Fault("LB203", message)
            column.numbers[place] = math.nan
    reading = column.reading()
    if scaled:
        remark = Fault("LB203", "holds numbers above 1, read as percentages (80 as 80 %).", Severity.INFO)
        reading.column_faults.append((remark, column.count(scaled)))
    return reading


def _scale(numbers: list[float], bare: list[int]) -> list[int]:
    """Divide bare numbers that mean per cent by 100, in place; return which ones."""
    above = any(1 < numbers[place] <= 100 for place in bare)
    between = any(0 < numbers[place] < 1 for place in bare)
    least = 1.0 if above and not between else math.nextafter(1.0, 2.0)
    scaled = [place for place in bare if least <= numbers[place] <= 100]
    for place in scaled:
        numbers[place] /= 100
    return scaled


def _without_sign(text: str) -> tuple[str, bool]:
    """Return a text without its percent sign or word, and whether it had one."""
    text = text.strip().casefold()
    for word in _PERCENT_WORDS:
        if text.endswith(word):
            return text[: -len(word)].strip(), True
    return (text[1:].strip(), True) if text.startswith("%") else (text, False)


def _no_percentage(cell: object) -> Fault:
    return Fault("LB203", f"holds {shown(cell)}, which is not a percentage; type 0 to 100 %.")


def read_points(cells: Sequence[object]) -> Reading:
    """Read points from 0 to 3."""

    def read(cell: object) -> float | Fault:
        match cell:
            case CellError():
                return error_fault(cell)
            case bool():
                number = None
            case int() | float():
                number = float(cell)
            case _ if is_blank(cell):
                return math.nan
            case str():
                numeral = parse_numeral(plain(cell))
                number = numeral.value if numeral and not numeral.doubt else None
            case _:
                number = None
        if number is not None and (math.isnan(number) or 0 <= number <= 3):
            return number
        return Fault("LB205", f"holds {shown(cell)}; points go from 0 (no evidence) to 3 (proven).")

    return read_each(cells, read, math.nan, np.float64)
