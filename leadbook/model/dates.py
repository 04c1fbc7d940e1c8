"""Reading dates as people and exports write them, without guessing which of two numbers is the day."""

from __future__ import annotations

import datetime as dt
import math
import re
from types import NoneType
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.model.cells import (
    Fault,
    Reading,
    different,
    distinct,
    error_fault,
    gather_faults,
    is_blank,
    positions,
    shown,
    tidy,
)
from leadbook.model.date_texts import Pending, local, parse_date
from leadbook.model.issues import Severity
from leadbook.model.tables import CellError, CodedCells

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

FIRST_DAY = dt.datetime(1900, 1, 1)  # noqa: DTZ001 - cells hold wall-clock times
END_DAY = dt.datetime(2200, 1, 1)  # noqa: DTZ001 - as above; exclusive

# A number in a date column is taken for a date between these: 1954-10-03 to 2119-01-10 in the 1900 system.
_FIRST_SERIAL, _LAST_SERIAL = 20_000, 80_000
_EPOCH_1900 = dt.datetime(1899, 12, 30)  # noqa: DTZ001 - the day before serial 1 by way of Excel's 29 February 1900
_EPOCH_1904 = dt.datetime(1904, 1, 1)  # noqa: DTZ001 - ECMA-376 part 1, 18.17.4.1


def serial_date(serial: float, date_system: int = 1900) -> dt.datetime:
    """Return the date and time of an Excel serial number, to the second."""
    epoch = _EPOCH_1904 if date_system == 1904 else _EPOCH_1900
    return epoch + dt.timedelta(seconds=round(serial * 86_400))


def read_dates(
    cells: Sequence[object],
    *,
    day_first: bool | None = None,
    date_system: int = 1900,
    time_zone: str = "",
) -> Reading:
    """Read a column of dates as ``datetime64[us]``, NaT where blank or unreadable.

    Parameters
    ----------
    day_first : bool or None
        How ``3/4/2026`` is meant; None lets the column's own cells decide: a first number above 12 shows that
        days come first, a second one that months do. A column that shows neither, or both, leaves the
        doubtful cells unread and says so once (LB302).
    date_system : int
        1900 or 1904, for serial numbers typed as plain numbers.
    time_zone : str
        IANA name into which moments with a zone are turned; "" is the computer's.
    """
    seen = different(cells)
    if set(map(type, seen)) <= {dt.datetime, dt.date, NoneType}:
        quick = _all_real(seen)
        if quick is not None:
            return quick.spread(cells.codes) if isinstance(cells, CodedCells) else quick
    values, codes = distinct(cells)
    dates: list[dt.datetime | None] = [None] * len(values)
    faults: list[Fault | None] = [None] * len(values)
    pending: dict[int, Pending] = {}
    from_numbers: list[int] = []
    for place, cell in enumerate(values):
        result = _read_one(cell, date_system, time_zone)
        match result:
            case Fault():
                faults[place] = result
            case Pending():
                pending[place] = result
            case _:
                dates[place] = result
                if result is not None and not isinstance(cell, dt.date):
                    from_numbers += [place] if _is_number(cell) else []
    unsure = _decide(pending, day_first, dates, faults, values)
    for place, date in enumerate(dates):
        if date is not None and not FIRST_DAY <= date < END_DAY:
            faults[place] = Fault("LB303", f"holds {shown(values[place])}, a date outside 1900 to 2199.")
            dates[place] = None
    reading = Reading(np.array(dates, dtype="datetime64[us]")[codes], gather_faults(faults, codes))
    _remark(reading, codes, from_numbers, unsure, values)
    return reading


def _all_real(cells: Sequence[object]) -> Reading | None:
    """Read a column of real dates at once; None when one lies outside the range or has a zone."""
    moments = _moments(cells)
    if moments is None:
        return None
    known = moments[~np.isnat(moments)]
    if len(known) and (known.min() < np.datetime64(FIRST_DAY) or known.max() >= np.datetime64(END_DAY)):
        return None
    return Reading(moments)


def _moments(dates: Sequence[object]) -> npt.NDArray[np.datetime64] | None:
    """Return dates as ``datetime64[us]``; None when pandas cannot (2.2 ends in 2262) or some have a zone."""
    column = np.empty(len(dates), dtype=object)
    column[:] = dates
    try:
        index = pd.to_datetime(column)
    except (ValueError, OverflowError, TypeError):
        return None
    return None if index.tz is not None else index.to_numpy().astype("datetime64[us]")


def _read_one(cell: object, date_system: int, time_zone: str) -> dt.datetime | Pending | Fault | None:
    """Read one distinct cell of a date column."""
    result: dt.datetime | Pending | Fault | None
    match cell:
        case str():
            result = _from_text(cell, date_system, time_zone)
        case CellError():
            result = error_fault(cell)
        case dt.datetime():
            result = cell if cell.tzinfo is None else local(cell, time_zone) or _no_date(cell)
        case dt.date():
            result = dt.datetime.combine(cell, dt.time())
        case dt.time() | dt.timedelta():
            result = Fault("LB301", f"holds {shown(cell)}, a time without a day; type the whole date.")
        case int() | float() if not isinstance(cell, bool) and not is_blank(cell):
            result = _from_number(cell, date_system)
        case _:
            result = None if is_blank(cell) else _no_date(cell)
    return result


def _from_text(cell: str, date_system: int, time_zone: str) -> dt.datetime | Pending | Fault | None:
    """Read a text cell of a date column."""
    text = tidy(cell)
    if text[4:5] == "-" and text[5:6].isdigit():
        try:  # ISO is what exports write, by the hundred thousand
            moment = dt.datetime.fromisoformat(text)
        except ValueError:
            pass
        else:
            return moment if moment.tzinfo is None else local(moment, time_zone) or _no_date(cell)
    if is_blank(text):
        return None
    if text[:5].isdecimal() and re.fullmatch(r"\d{5}(?:\.\d+)?", text):
        return _from_number(float(text), date_system)
    return parse_date(text, time_zone) or _no_date(cell)


def _is_number(cell: object) -> bool:
    return isinstance(cell, int | float) or (isinstance(cell, str) and cell.strip().replace(".", "", 1).isdigit()
                                             and len(cell.strip()) != 8)  # fmt: skip


def _from_number(number: float, date_system: int) -> dt.datetime | Fault:
    """Return the date of an Excel serial number, or of digits such as 20260312, typed as a number."""
    if math.isfinite(number) and _FIRST_SERIAL <= number < _LAST_SERIAL:
        return serial_date(number, date_system)
    if math.isfinite(number) and number == int(number) and 19_000_101 <= number < 22_000_101:
        found = parse_date(str(int(number)))
        if isinstance(found, dt.datetime):
            return found
    return _no_date(number)


def _decide(
    pending: dict[int, Pending],
    day_first: bool | None,
    dates: list[dt.datetime | None],
    faults: list[Fault | None],
    values: list[object],
) -> list[int]:
    """Settle the pending dates in place; return those that stay open."""
    shows_day = any(p.month_first is None for p in pending.values())
    shows_month = any(p.day_first is None for p in pending.values())
    order = day_first
    if order is None and shows_day != shows_month:
        order = shows_day
    unsure: list[int] = []
    for place, date in pending.items():
        if order is not None:
            dates[place] = date.day_first if order else date.month_first
            if dates[place] is None:
                words = "day first" if order else "month first"
                faults[place] = Fault(
                    "LB301", f"holds {shown(values[place])}, which is no date {words}, as Settings' Day first says."
                )
        elif date.day_first == date.month_first or date.day_first is None or date.month_first is None:
            dates[place] = date.day_first or date.month_first
        else:
            unsure.append(place)
    return unsure


def _remark(
    reading: Reading,
    codes: np.ndarray[tuple[int], np.dtype[np.int64]],
    from_numbers: list[int],
    unsure: list[int],
    values: list[object],
) -> None:
    """Add the column's own faults: numbers read as dates, and an order of day and month left open."""
    if from_numbers:
        remark = Fault(
            "LB304", f"holds plain numbers read as dates, such as {shown(values[from_numbers[0]])}.", Severity.INFO
        )
        reading.column_faults.append((remark, len(positions(codes, from_numbers))))
    if unsure:
        fault = Fault(
            "LB302",
            f"holds dates such as {shown(values[unsure[0]])} that may begin with the day or the month, left unread; "
            "set Day First to Yes or No in Settings (table Options).",
        )
        reading.column_faults.append((fault, len(positions(codes, unsure))))


def _no_date(cell: object) -> Fault:
    if isinstance(cell, str) and _lacks_year(tidy(cell)):
        return Fault("LB301", f"holds {shown(cell)}, a day without its year; type the year too, as in 2026-12-31.")
    return Fault("LB301", f"holds {shown(cell)}, which is not a date; type it in the form 2026-12-31.")


def _lacks_year(text: str) -> bool:
    """Tell whether a text is a date as soon as a year follows it; a leap year, for 29 February is a day too."""
    return any(parse_date(f"{text.rstrip(mark)}{mark}2024") is not None for mark in " ./-")
