"""One Settings table, cell by cell: each value read, or its default taken and said so."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any

import numpy as np

from leadbook.model.cells import cell_text, comparable, is_blank, one_line, read_flag, shown
from leadbook.model.columns import LEADS, key_of
from leadbook.model.dates import read_dates
from leadbook.model.headers import squeezed
from leadbook.model.issues import Issue, Severity
from leadbook.model.money import read_money
from leadbook.model.numerals import read_number, read_percent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from leadbook.model.cells import Reading
    from leadbook.model.tables import RawTable

_LEAD_KEYS: dict[str, str] = {squeezed(name): column.key for column in LEADS for name in (column.header, column.key)}


def lead_key(text: str) -> str | None:
    """Return the key of the lead column that a header, key or alias names; None when there is none."""
    word = squeezed(text)
    if word in _LEAD_KEYS:
        return _LEAD_KEYS[word]
    for column in LEADS:
        if word in (squeezed(alias) for alias in column.aliases):
            return column.key
    return None


_AS_THEY_STAND: tuple[Callable[[Sequence[object]], Reading], ...] = (read_number, read_money)


class SettingsTable:
    """The rows of one Settings table, with every fault kept in ``issues``.

    Parameters
    ----------
    raw : RawTable
    headers : mapping of key to tuple of str
        For each column its header and further spellings of it.
    issues : list of Issue
        Faults are appended to it.
    date_system : int
        1900 or 1904.

    Attributes
    ----------
    day_first : bool or None
        How text dates are read; set once the options are known.
    """

    def __init__(
        self,
        raw: RawTable,
        headers: Mapping[str, tuple[str, ...]],
        issues: list[Issue],
        *,
        date_system: int = 1900,
    ) -> None:
        self.raw = raw
        self.issues = issues
        self.date_system = date_system
        self.day_first: bool | None = None
        self._places: dict[str, int] = {}
        words = [squeezed(header) for header in raw.headers]
        for key, spellings in headers.items():
            for spelling in spellings:
                if squeezed(spelling) in words:
                    self._places.setdefault(key, words.index(squeezed(spelling)))

    def has(self, key: str) -> bool:
        """Tell whether the table has a column."""
        return key in self._places

    def place(self, key: str) -> int:
        """Return the Excel column of a column; the one after the table where it is missing."""
        return self.raw.first_column + self._places.get(key, len(self.raw.headers))

    def further_columns(self) -> dict[int, str]:
        """Return the columns that none of the headers means, position to header."""
        known = set(self._places.values())
        return {at: header for at, header in enumerate(self.raw.headers) if at not in known and header.strip()}

    def rows(self, key: str, *, once: bool = False) -> Iterator[int]:
        """Yield the position of each row whose ``key`` is filled.

        With ``once``, a repeated one is said (LB016) and left out.
        """
        seen: set[str] = set()
        for at in range(len(self.raw.rows)) if key in self._places else ():
            name = self.text(at, key)
            if not name:
                continue
            if once and comparable(name) in seen:
                self.say(at, key, "LB016", f"{shown(name)} is there already; the first one counts.")
                continue
            seen.add(comparable(name))
            yield at

    def cell(self, at: int, key: str) -> object:
        """Return a cell as typed, None where the column is missing."""
        return self.raw.cells[self._places[key]][at] if key in self._places else None

    def text(self, at: int, key: str) -> str:
        """Return a cell as text, "" when blank."""
        cell = self.cell(at, key)
        return "" if is_blank(cell) else cell_text(cell)

    def words(self, at: int, key: str) -> tuple[str, ...]:
        """Return the words of a cell that lists some, parted by commas, semicolons or lines."""
        return tuple(word.strip() for word in re.split(r"[,;\n]", self.text(at, key)) if word.strip())

    def say(self, at: int, key: str, code: str, message: str, severity: Severity = Severity.WARNING) -> None:
        """Add an issue about a cell; the message completes the column's header."""
        place = self._places.get(key)
        column = self.raw.first_column + place if place is not None else 0
        header = self.raw.headers[place] if place is not None else ""
        named = one_line(header, 60)
        value = self.cell(at, key)
        subject = f"{self.raw.name}: {named} ".replace(":  ", ": ")
        self.issues.append(
            Issue(
                self.raw.sheet, int(self.raw.rows[at]), column, code, severity, subject + message, value, header=header
            )
        )

    def lead_column(self, at: int, key: str) -> str | None:
        """Return the key of the lead column that a cell names; None, said as LB017, when there is none."""
        found = lead_key(self.text(at, key))
        if found is None:
            message = f"{shown(self.text(at, key))} is not a lead column, so the row is left out."
            self.say(at, key, "LB017", message)
        return found

    def number(
        self, at: int, key: str, default: float | None, *, least: float = -math.inf, lost: str = ""
    ) -> float | None:
        """Return a number; the default where blank or (said as LB015) unreadable or below ``least``."""
        number = self._read(at, key, read_number, lost or used(default))
        if number is None:
            return default
        if number < least:
            self.say(at, key, "LB015", f"is below {least:g}, so {lost or used(default)}.")
            return default
        return float(number)

    def percent(self, at: int, key: str, default: float | None) -> float | None:
        """Return a share of 1, likewise."""
        share = self._read(at, key, read_percent, used(default))
        return default if share is None else float(share)

    def money(self, at: int, key: str, default: float | None) -> float | None:
        """Return an amount, likewise."""
        amount = self._read(at, key, read_money, used(default))
        return default if amount is None else float(amount)

    def flag(self, at: int, key: str, *, default: bool) -> bool:
        """Return yes or no, likewise."""
        flag = self._read(at, key, read_flag, used(default))
        return default if flag is None else bool(flag)

    def date(self, at: int, key: str, *, lost: str = "it is taken as blank") -> dt.date | None:
        """Return a date, None where blank or (said as LB015) unreadable."""

        def read(cells: Sequence[object]) -> Reading:
            return read_dates(cells, day_first=self.day_first, date_system=self.date_system)

        moment = self._read(at, key, read, lost)
        return None if moment is None else moment.astype("datetime64[D]").item()

    def _read(self, at: int, key: str, read: Callable[[Sequence[object]], Reading], lost: str) -> Any | None:  # noqa: ANN401 - a numpy scalar of the column's kind
        """Read one cell; None when blank or, with an issue that says what is done instead, unreadable."""
        cell = self.cell(at, key)
        if is_blank(cell):
            return None
        # Most cells of Settings are plain numbers, which read as they stand; this is asked hundreds of times a run.
        if type(cell) is float and read in _AS_THEY_STAND and math.isfinite(cell):
            return cell
        reading = read([cell])
        faults = [fault for _, fault in reading.faults] + [fault for fault, _ in reading.column_faults]
        worst = next((fault for fault in faults if fault.severity is not Severity.INFO), None)
        value = reading.values[0]
        missing = np.isnat(value) if isinstance(value, np.datetime64) else np.isnan(value)
        if worst is None and not missing:
            return value if isinstance(value, np.datetime64) else value.item()
        reason = worst.message.partition(";")[0] if worst else f"holds {shown(cell)}, which cannot be read"
        self.say(at, key, "LB015", f"{reason}, so {lost}.")
        return None


def used(default: object) -> str:
    """Return "the default 3 is used" or "it is taken as blank"."""
    return "it is taken as blank" if default is None else f"{default_words(default)} is used"


def default_words(default: object) -> str:
    """Return a default as a sentence names it."""
    if default is None:
        return "a blank"
    if isinstance(default, bool):
        return "Yes" if default else "No"
    return f"the default {default:g}" if isinstance(default, int | float) else f"the default {default}"


def one_of(text: str, words: Sequence[str]) -> str | None:
    """Return which of some words a text is, whatever its case and marks."""
    wanted = key_of(text)
    return next((word for word in words if key_of(word) == wanted), None)
