"""Months and quarters, half open, honouring a fiscal year that starts in any month."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Mapping

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_MONTH_NUMBERS = {name.casefold(): number for number, name in enumerate(_MONTHS, 1)}

# What people head a quota column with; "FY" may stand before the year, which may have two digits.
_YEAR = r"(?:FY\s*)?(?P<year>\d{4}|\d{2})"
# Texts, not patterns: the first that fits is most often the first one, and the others are never compiled.
_KEY_PATTERNS = (
    rf"{_YEAR}[\s\-/_]*Q(?P<quarter>[1-4])",
    rf"Q(?P<quarter>[1-4])[\s\-/_]*{_YEAR}",
    r"(?P<year>\d{4})[\s\-/_.]*M?(?P<month>\d{1,2})(?:[\s\-/_.]0?1)?",
    r"(?P<month>\d{1,2})[\s\-/_.]+(?P<year>\d{4})",
    r"(?P<word>[A-Za-z]{3})[a-z]*\.?[\s\-/_,']*(?P<year>\d{4}|\d{2})",
    r"(?P<year>\d{4})[\s\-/_]*(?P<word>[A-Za-z]{3})[a-z]*\.?",
    r"(?:FY\s*(?P<short>\d{2})|(?:FY\s*)?(?P<year>\d{4}))",
)


class Period(Struct, frozen=True):
    """A span of whole days.

    Parameters
    ----------
    start : date
        The first day, inclusive.
    end : date
        The day after the last one, exclusive.
    name : str
        "Nov 2026", "Q4 2026", or "Q4 FY26" where the fiscal year does not start in January.
    """

    start: dt.date
    end: dt.date
    name: str

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.end - self.start).days

    def has(self, day: dt.date) -> bool:
        """Whether a day lies in it."""
        return self.start <= day < self.end


def add_months(day: dt.date, months: int) -> dt.date:
    """Return the first day of the month that lies ``months`` (may be negative) after the day's own."""
    count = day.year * 12 + day.month - 1 + months
    return dt.date(count // 12, count % 12 + 1, 1)


def show_day(day: dt.date) -> str:
    """Return a date as sentences spell it, "3 Nov 2026", whatever the machine's language."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def month_of(day: dt.date, ahead: int = 0) -> Period:
    """Return the month a day lies in, or the one ``ahead`` months later (negative: earlier)."""
    start = add_months(day, ahead)
    return Period(start, add_months(start, 1), f"{_MONTHS[start.month - 1]} {start.year}")


def quarter_of(day: dt.date, fiscal_start_month: int = 1, ahead: int = 0) -> Period:
    """Return the fiscal quarter a day lies in, or the one ``ahead`` quarters later.

    Parameters
    ----------
    day : date
    fiscal_start_month : int
        Month the fiscal year starts in, 1 for January.
    ahead : int
        How many quarters later, negative for earlier.

    Notes
    -----
    A fiscal year is named after the calendar year it ends in: with a start in February, 1 Feb 2026 to
    31 Jan 2027 is FY27.
    """
    into_year = (day.month - fiscal_start_month) % 12
    start = add_months(day, -(into_year % 3) + 3 * ahead)
    number = (start.month - fiscal_start_month) % 12 // 3 + 1
    if fiscal_start_month == 1:
        name = f"Q{number} {start.year}"
    else:
        name = f"Q{number} FY{_fiscal_year(start, fiscal_start_month) % 100:02d}"
    return Period(start, add_months(start, 3), name)


def months_from(today: dt.date, count: int) -> list[Period]:
    """Return ``count`` months, the current one first."""
    return [month_of(today, ahead) for ahead in range(count)]


def quarters_from(today: dt.date, count: int, fiscal_start_month: int = 1) -> list[Period]:
    """Return ``count`` fiscal quarters, the current one first."""
    return [quarter_of(today, fiscal_start_month, ahead) for ahead in range(count)]


def trailing(today: dt.date, days: int = 365, *, skip: int = 0) -> Period:
    """Return the ``days`` days that end with today, today included, or ``skip`` days before it.

    Notes
    -----
    ``[today + 1 - skip - days, today + 1 - skip)``: a deal closed today counts.
    """
    end = today + dt.timedelta(days=1 - skip)
    start = end - dt.timedelta(days=days)
    return Period(start, end, f"{show_day(start)} to {show_day(end - dt.timedelta(days=1))}")


def period_of_key(key: str, fiscal_start_month: int = 1) -> tuple[dt.date, int] | None:
    """Return what a quota column's header means: its first day and its length in months (1, 3 or 12).

    Parameters
    ----------
    key : str
        ``2026-Q4``, ``Q4 2026``, ``Q4 FY26``, ``2026-11``, ``11/2026``, ``Nov 2026``, ``2026`` or ``FY26``.
    fiscal_start_month : int
        Quarters and years are fiscal; months are calendar months.

    Returns
    -------
    tuple of (date, int), or None when it names no period
    """
    text = " ".join(key.split())
    for pattern in _KEY_PATTERNS:
        found = re.fullmatch(pattern, text, re.IGNORECASE)
        if not found:
            continue
        parts = {name: part for name, part in found.groupdict().items() if part}
        written = parts.get("year") or parts["short"]
        year = int(written) + (2000 if len(written) == 2 else 0)
        # date knows the years 1 to 9999, and a fiscal year may start in the year before
        if not 1900 <= year <= 9000:
            return None
        if "quarter" in parts:
            return add_months(_year_start(year, fiscal_start_month), 3 * (int(parts["quarter"]) - 1)), 3
        if "month" in parts or "word" in parts:
            month = int(parts.get("month", 0)) or _MONTH_NUMBERS.get(parts.get("word", "").casefold(), 0)
            return (dt.date(year, month, 1), 1) if 1 <= month <= 12 else None
        return _year_start(year, fiscal_start_month), 12
    return None


def quota_of(quotas: Mapping[str, float], period: Period, fiscal_start_month: int = 1) -> float | None:
    """Return one rep's quota for a month or a quarter, None when the table gives none.

    Parameters
    ----------
    quotas : mapping of period key to amount, base currency
    period : Period
        A month or a fiscal quarter.

    Notes
    -----
    The period's own key first. A quarter without one takes the sum of the months that are given, a month
    without one a third of its quarter; what is still missing takes its share of the year (a quarter or a
    twelfth). The same period spelled twice counts once (the first spelling).
    """
    known: dict[tuple[dt.date, int], float] = {}
    for key, amount in quotas.items():
        meant = period_of_key(key, fiscal_start_month)
        if meant is not None and amount == amount:  # noqa: PLR0124 - NaN is the one number unlike itself
            known.setdefault(meant, amount)
    quarter = quarter_of(period.start, fiscal_start_month)
    year = (_year_start(_fiscal_year(period.start, fiscal_start_month), fiscal_start_month), 12)
    if add_months(period.start, 1) == period.end:
        shares = [((period.start, 1), 1.0), ((quarter.start, 3), 1 / 3), (year, 1 / 12)]
    else:
        months = [(add_months(period.start, ahead), 1) for ahead in range(3)]
        given = [known[month] for month in months if month in known]
        if (period.start, 3) not in known and given:
            return sum(given)
        shares = [((period.start, 3), 1.0), (year, 1 / 4)]
    for meant, share in shares:
        if meant in known:
            return known[meant] * share
    return None


def _fiscal_year(day: dt.date, fiscal_start_month: int) -> int:
    return day.year if fiscal_start_month == 1 or day.month < fiscal_start_month else day.year + 1


def _year_start(year: int, fiscal_start_month: int) -> dt.date:
    return dt.date(year if fiscal_start_month == 1 else year - 1, fiscal_start_month, 1)
