"""How Excel's own functions read the seller's cells, whatever leadbook makes of them.

``SUMIFS`` passes over text that looks like a number, ``"Demo "`` is not ``"Demo"``, and a date typed as text is
no date: a formula's cached value must be what Excel will compute, so it is worked out from the cells as typed.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pandas as pd

from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.model.tables import CellError

if TYPE_CHECKING:
    from leadbook.model.records import Typed
    from leadbook.model.tables import RawTable

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_EPOCHS = {1900: dt.datetime(1899, 12, 30), 1904: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 - Excel's dates have no zone

_DAY = dt.timedelta(days=1)
_MARCH_1900 = 61

# In a structured reference these need an apostrophe before them (Excel: "Using structured references").
_SPECIAL = re.compile(r"(['\[\]#@])")
_CONTROL = re.compile(r"[\x00-\x1f]")
# A criterion that reads as a number, a date or a comparison is not compared as text.
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_NOT_TEXT = re.compile(
    r"^[<>=]|^[+\-.,($€£¥]?\s*\d[\d\s.,:/\-%eE)]*(?:[ap]m?)?$|^(?:true|false)$|^#"
    rf"|^\d+[\s./\-]*{_MONTH}[\s./,\-]*\d*$|^{_MONTH}[\s./,\-]*\d+[\s./,\-]*\d*$",
    re.IGNORECASE,
)


def serial_of(value: object, date_system: int = 1900) -> float:
    """Return the number Excel holds for a cell, NaN for what is no number to it (text, blanks, TRUE).

    Notes
    -----
    The 1900 system counts a 29 February 1900 that never was, so its days before 1 March 1900 are one lower.
    """
    number = np.nan
    if isinstance(value, int | float | np.integer | np.floating) and not isinstance(value, bool):
        number = float(value)
    elif isinstance(value, dt.datetime):
        number = (value.replace(tzinfo=None) - _EPOCHS[date_system]) / _DAY
    elif isinstance(value, dt.date):
        number = float((value - _EPOCHS[date_system].date()).days)
    elif isinstance(value, dt.timedelta):
        number = value / _DAY
    elif isinstance(value, dt.time):
        number = (value.hour * 3600 + value.minute * 60 + value.second) / 86_400
    is_early = isinstance(value, dt.date) and date_system == 1900 and number < _MARCH_1900
    return number - 1 if is_early else number


def reads_as_text(word: str) -> bool:
    """Whether a criterion of ``SUMIFS`` compares this word as text, and can be written in a formula."""
    return bool(word) and len(word) <= 200 and not _NOT_TEXT.search(word.strip()) and not _CONTROL.search(word)


def has_wildcards(word: str) -> bool:
    """Whether Excel would take the word as a pattern."""
    return any(character in word for character in "*?~")


def quoted(word: str) -> str:
    """Return a text as it stands in a formula."""
    return '"' + word.replace('"', '""') + '"'


def criterion(word: str) -> str:
    """Return a word as a criterion that matches it alone: wildcards escaped, quoted for a formula."""
    return quoted(re.sub(r"([~*?])", r"~\1", word))


def reference(table: RawTable, header: str) -> str:
    """Return the formula reference of a table's column.

    Returns
    -------
    str
        ``Leads[Amount]``; a fixed range where a structured reference cannot spell the header (line breaks,
        spaces at its ends).
    """
    if header and header == header.strip() and not _CONTROL.search(header):
        escaped = _SPECIAL.sub(r"'\1", header)
        return f"{table.name}[{escaped}]"
    letters = column_letters(table.column(header))
    last = max(table.last_row, table.header_row + 1)
    return f"{quoted_sheet(table.sheet)}!${letters}${table.header_row + 1}:${letters}${last}"


def _distinct_times(cells: list[object]) -> set[object]:
    kinds = (dt.date, dt.time, dt.timedelta, np.integer, np.floating)
    return {cell for cell in cells if isinstance(cell, kinds) and cell == cell}  # noqa: PLR0124 - NaT is unlike itself


class CellView:
    """The columns of one table as Excel's functions see them, worked out once each.

    Parameters
    ----------
    typed : Typed
        The table as it was read.
    date_system : int
        1900 or 1904.
    """

    def __init__(self, typed: Typed, date_system: int = 1900) -> None:
        self._typed = typed
        self.date_system = date_system
        self._cells: dict[str, list[object]] = {}
        self._texts: dict[str, npt.NDArray[np.object_]] = {}
        self._numbers: dict[str, Floats] = {}
        self._errors: dict[str, bool] = {}
        self._codes: dict[str, tuple[npt.NDArray[np.intp], dict[str, int]]] = {}

    @cached_property
    def rows(self) -> int:
        """How many rows the table has."""
        return len(self._typed.frame)

    def has(self, key: str) -> bool:
        """Whether formulas can refer to the column."""
        table = self._typed.table
        known = key in self._typed.places and key in self._typed.raw.columns
        return known and table is not None and table.header_row > 0

    def reference(self, key: str) -> str:
        """Return the column's formula reference; only for columns that ``has`` knows."""
        table = self._typed.table
        if table is None:
            raise KeyError(key)
        return reference(table, self._typed.headers[key])

    def cells(self, key: str) -> list[object]:
        """Return the cells as typed, one a row."""
        if key not in self._cells:
            self._cells[key] = self._typed.raw[key].tolist()
        return self._cells[key]

    def text(self, key: str) -> npt.NDArray[np.object_]:
        """Return the lower-cased text of each cell, "" for an empty one, None for a number, date or error."""
        if key not in self._texts:
            # Words repeat, so each is lower-cased once; blanks have the code -1, the last place.
            codes, cells = pd.factorize(self._typed.raw[key].astype(object))
            lowered = [cell.lower() if type(cell) is str else None for cell in cells]
            self._texts[key] = np.array([*lowered, ""], dtype=object)[codes]
        return self._texts[key]

    def number(self, key: str) -> Floats:
        """Return the number of each cell, dates as serials, NaN where there is none."""
        if key not in self._numbers:
            # Days repeat, so each is worked out once; numbers stand for themselves.
            serials = {cell: serial_of(cell, self.date_system) for cell in _distinct_times(self.cells(key))}
            self._numbers[key] = np.fromiter(
                (
                    cell if type(cell) is float or type(cell) is int else serials.get(cell, np.nan)
                    for cell in self.cells(key)
                ),
                np.float64, self.rows,
            )  # fmt: skip
        return self._numbers[key]

    def has_patterns(self, key: str) -> bool:
        """Whether any cell's text would be a pattern to a function that knows wildcards."""
        return any(has_wildcards(word) for word in self._words(key))

    def _words(self, key: str) -> dict[str, int]:
        """Return the distinct texts of a column with their codes."""
        if key not in self._codes:
            codes, words = pd.factorize(self.text(key))
            self._codes[key] = codes, {str(found): code for code, found in enumerate(words.tolist())}
        return self._codes[key][1]

    def counts(self, key: str, rows: Mask) -> Counter[str]:
        """Return how often each text stands in the given rows, whatever its case; blanks left out."""
        words = self._words(key)
        codes = self._codes[key][0][rows]
        found = np.bincount(codes[codes >= 0], minlength=len(words)).tolist()
        return Counter({word: found[code] for word, code in words.items() if word and found[code]})

    def has_errors(self, key: str) -> bool:
        """Whether any cell of the column holds an error value, which spoils a SUMPRODUCT over it."""
        if key not in self._errors:
            self._errors[key] = any(type(cell) is CellError for cell in self.cells(key))
        return self._errors[key]

    def equals(self, key: str, word: str) -> Mask:
        """Return where a text criterion matches: the whole cell, whatever its case; "" matches empty cells."""
        code = self._words(key).get(word.lower(), -2)
        return np.asarray(self._codes[key][0] == code, dtype=bool)

    def below(self, key: str, limit: float) -> Mask:
        """Return where a number or date is below a limit, as ``SUMIFS`` with "<" sees it."""
        with np.errstate(invalid="ignore"):
            return np.asarray(self.number(key) < limit, dtype=bool)
