"""Data faults, which are returned with their cell, and failures, which are raised with one sentence."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Severity(IntEnum):
    """How much an issue matters; ``check`` exits 1 when any ERROR is left."""

    INFO = 1
    WARNING = 2
    ERROR = 3


class Fix(Struct, frozen=True):
    """A replacement for one cell, which applies only while the cell still holds ``old``."""

    old: object
    new: object
    safe: bool = True


class Issue(Struct, frozen=True):
    """One fault in the data.

    Parameters
    ----------
    sheet : str
        Name of the sheet the cell is on; "" when the whole workbook is meant.
    row : int
        Excel row, counted from 1; 0 when a whole column, table or sheet is meant.
    column : int
        Excel column, counted from 1; 0 when a whole row, table or sheet is meant.
    code : str
        ``LB0xx`` workbook and settings, ``LB1xx`` contact, ``LB2xx`` deal, ``LB3xx`` activity and
        timing, ``LB4xx`` qualification, ``LB5xx`` duplicates, ``LB6xx`` proposals.
    severity : Severity
    message : str
        One plain sentence, saying what to do.
    value : object
        What the cell holds now.
    fix : Fix or None
        What it should hold, where that is known.
    lead_id : str
        The lead the fault belongs to, "" when there is none.
    header : str
        The seller's own header of the column, "" when there is none.
    rows : array of int or None
        For a fault that is told once for a whole column: the Excel rows it concerns. None where the fault is that
        of its own row, or of the table as such.
    see : str
        Another cell to look at (``Leads!A5``), "" when there is none.
    """

    sheet: str
    row: int
    column: int
    code: str
    severity: Severity
    message: str
    value: object = None
    fix: Fix | None = None
    lead_id: str = ""
    header: str = ""
    rows: npt.NDArray[np.int64] | None = None
    see: str = ""

    @property
    def address(self) -> str:
        """``Leads!C5``, ``Leads!5:5``, ``Leads!C:C``, ``Leads`` or ``workbook``."""
        if not self.sheet:
            return "workbook"
        letters = column_letters(self.column) if self.column else ""
        match (bool(letters), bool(self.row)):
            case (True, True):
                place = f"!{letters}{self.row}"
            case (True, False):
                place = f"!{letters}:{letters}"
            case (False, True):
                place = f"!{self.row}:{self.row}"
            case _:
                place = ""
        return f"{quoted_sheet(self.sheet)}{place}"


class LeadbookError(Exception):
    """A failure, told to the user in one plain sentence that says what to do."""


class BookRefusedError(LeadbookError):
    """The workbook cannot be edited safely: encrypted, signed, damaged, hostile or of an unknown kind."""


class BookBusyError(LeadbookError):
    """The workbook is open in Excel, changed since it was read, or cannot be written now."""


class InputError(LeadbookError):
    """What the user passed in (a path, an option, a table) cannot be used as it is."""


@cache
def column_letters(column: int) -> str:
    """Return Excel's letters of a column counted from 1 (1 is A, 27 is AA)."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def quoted_sheet(sheet: str) -> str:
    """Return a sheet's name as a formula needs it: bare when Excel allows, else in single quotes."""
    bare = sheet.isascii() and sheet.replace("_", "a").isalnum() and not sheet[:1].isdigit()
    looks_like_cell = bare and len(sheet) <= 10 and sheet.rstrip("0123456789") != sheet and sheet[:3].isalpha()
    looks_like_cell = looks_like_cell or sheet.upper() in {"R", "C", "RC", "TRUE", "FALSE"}
    if bare and not looks_like_cell:
        return sheet
    return "'" + sheet.replace("'", "''") + "'"
