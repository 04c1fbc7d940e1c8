"""From digits as people type them to numbers, with the separators of any country."""

from __future__ import annotations

import math
import re
import unicodedata
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.model.cells import (
    Fault,
    Reading,
    distinct,
    error_fault,
    gather_faults,
    is_blank,
    positions,
)
from leadbook.model.tables import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import numpy.typing as npt

_APOSTROPHES = str.maketrans({"\u2019": "'", "\u2018": "'", "\u02bc": "'", "`": "'", "\u00b4": "'", "\u2212": "-",
                              "\u2013": "-", "\u2014": "-", "\u2010": "-", "\u2011": "-"})  # fmt: skip

_GROUPED = {mark: re.compile(rf"\d{{1,3}}(?:{re.escape(mark)}\d{{2,3}})*{re.escape(mark)}\d{{3}}") for mark in ",.' "}

# Longest first: "mio" before "m". "m" is a million and not a thousand, as sellers write it.
MULTIPLIERS: dict[str, float] = {
    "thousand": 1e3, "tsd.": 1e3, "tsd": 1e3, "k": 1e3,
    "millions": 1e6, "million": 1e6, "millionen": 1e6, "mio.": 1e6, "mio": 1e6, "mln": 1e6, "mill.": 1e6, "mill": 1e6,
    "mn": 1e6, "mm": 1e6, "m": 1e6,
    "billions": 1e9, "billion": 1e9, "milliarden": 1e9, "mrd.": 1e9, "mrd": 1e9, "bn": 1e9, "b": 1e9,
    "lakhs": 1e5, "lakh": 1e5, "lacs": 1e5, "lac": 1e5, "crores": 1e7, "crore": 1e7,
    # Polish, Czech, Scandinavian, Dutch, Portuguese, Spanish and Italian; "mil" is a thousand in some and a million in
    # others of them, and stays unread.
    "tys.": 1e3, "tys": 1e3, "tis.": 1e3, "tis": 1e3, "tusen": 1e3, "tusind": 1e3, "duizend": 1e3, "mila": 1e3,
    "mln.": 1e6, "miljoner": 1e6, "miljon": 1e6, "millioner": 1e6, "miljoen": 1e6, "milh\u00f5es": 1e6,
    "milh\u00e3o": 1e6, "millones": 1e6, "mill\u00f3n": 1e6, "milioni": 1e6, "milione": 1e6, "milion": 1e6,
    "mld.": 1e9, "mld": 1e9,
}  # fmt: skip

_SHAPE = re.compile(
    r"(?P<sign>[+-]?)\s*(?P<digits>\d(?:[\d., ']*\d)?|\.\d+)(?P<even>[.,](?=-|$)-*)?\s*"
    r"(?P<word>[^\W\d_]+\.?)?\s*(?P<tail>-?)"
)


class Numeral(Struct, frozen=True):
    """A number as typed, before it is known which mark the column uses for decimals.

    ``value`` is the number where the text leaves no doubt; otherwise ``doubt`` names the mark (``,`` or ``.``)
    that is followed by just three digits, ``value`` takes it for a thousands mark and ``other`` for a decimal
    one. ``shows`` is the decimal mark that this cell proves, "" when it proves none.
    """

    value: float
    doubt: str = ""
    other: float = math.nan
    shows: str = ""

    @property
    def is_in_ones(self) -> bool:
        """Whether a doubtful number is no multiple: ``1.250``, and not ``1.250 Mio``, which may well have decimals."""
        return bool(self.doubt) and abs(self.other) < 1000


def plain(text: str) -> str:
    """Return text with full-width digits, odd spaces, dashes and apostrophes made plain."""
    if text.isascii():
        return text
    return unicodedata.normalize("NFKC", text).translate(_APOSTROPHES)


def parse_numeral(text: str) -> Numeral | None:
    """Return the number that a text spells (``1'200``, ``1.234,56``, ``12 k``, ``(300)``), None when it spells none.

    Parameters
    ----------
    text : str
        Without currency or percent sign; made ``plain`` already.
    """
    text = text.strip().casefold()
    negative = False
    if text.startswith("(") and text.endswith(")"):
        text, negative = text[1:-1].strip(), True
    shape = _SHAPE.fullmatch(text)
    if shape is None:
        return None
    if shape["sign"] == "-" or (shape["tail"] == "-" and not shape["sign"]):
        negative = not negative
    elif shape["tail"]:
        return None
    factor = 1.0
    if shape["word"]:
        factor = MULTIPLIERS.get(shape["word"], 0.0)
        if not factor:
            return None
    if negative:
        factor = -factor
    numeral = _digits(shape["digits"])
    if numeral is not None and (shape["even"] or "").endswith("-"):
        numeral = _even(numeral, shape["even"][0])
    if numeral is None or not math.isfinite(numeral.value * factor):
        return None
    return Numeral(numeral.value * factor, numeral.doubt, numeral.other * factor, numeral.shows)


def _even(numeral: Numeral, mark: str) -> Numeral:
    """Return the number before ``,-`` or ``.-``: no cents follow, so a mark before three digits parts thousands."""
    shows = "" if numeral.doubt == mark else mark
    return Numeral(numeral.value, shows=numeral.shows or shows)


def _digits(digits: str) -> Numeral | None:
    """Return the number of a run of digits and marks, None when the marks stand where none can."""
    if "'" in digits or " " in digits:
        return _spaced(digits, "'" if "'" in digits else " ")
    comma, dot = digits.rfind(","), digits.rfind(".")
    if comma >= 0 and dot >= 0:
        return _both_marks(digits, *((",", ".") if comma > dot else (".", ",")))
    if comma >= 0 or dot >= 0:
        return _one_mark(digits, "," if comma >= 0 else ".")
    return Numeral(float(digits))


def _spaced(digits: str, mark: str) -> Numeral | None:
    """Return the number of ``1'200.50`` or ``1 200``."""
    head, rest = _before_decimal(digits)
    if not _GROUPED[mark].fullmatch(head):
        return None
    whole = head.replace(mark, "")
    return Numeral(float(f"{whole}.{rest[1:]}"), shows=rest[:1]) if rest else Numeral(float(whole))


def _both_marks(digits: str, decimal: str, group: str) -> Numeral | None:
    """Return the number of ``1,234.56``."""
    whole, _, fraction = digits.rpartition(decimal)
    if decimal in whole or not _GROUPED[group].fullmatch(whole):
        return None
    return Numeral(float(f"{whole.replace(group, '')}.{fraction}"), shows=decimal)


def _one_mark(digits: str, mark: str) -> Numeral | None:
    """Return the number of ``12,5``, of ``1,234,567``, or of ``1,200``, which leaves a doubt."""
    if digits.count(mark) > 1:
        if not _GROUPED[mark].fullmatch(digits):
            return None
        return Numeral(float(digits.replace(mark, "")), shows="." if mark == "," else ",")
    whole, _, fraction = digits.partition(mark)
    as_decimal = float(f"{whole or '0'}.{fraction}")
    if len(fraction) == 3 and 1 <= len(whole) <= 3 and whole[0] != "0":
        return Numeral(float(whole + fraction), doubt=mark, other=as_decimal)
    return Numeral(as_decimal, shows=mark)


def _before_decimal(digits: str) -> tuple[str, str]:
    """Split off the decimals after a comma or dot, with their mark."""
    for mark in ",.":
        if digits.count(mark) == 1:
            cut = digits.index(mark)
            return digits[:cut], digits[cut:]
    return digits, ""


def settle(numerals: Sequence[Numeral | None], *, alike: float = math.inf) -> list[float | None]:
    """Return the numbers of a column, the doubtful ones decided by what the others prove; None where none can.

    A comma before just three digits (``1,200``) is a thousands mark unless the column proves decimal commas.
    A dot (``1.200``) is one when the column proves decimal commas, a decimal mark when it proves decimal dots,
    and stays undecided otherwise. A column that proves both decides nothing.

    Parameters
    ----------
    numerals : sequence of Numeral or None
        Of the distinct cells.
    alike : float
        From how many cells with a dot before just three digits on, and none that proves anything, the dot is a
        thousands mark as well: of amounts, hardly any has three decimals, and never all have.
    """
    proved = {numeral.shows for numeral in numerals if numeral is not None and numeral.shows}
    if not proved and _dotted(numerals) >= alike:
        proved = {","}
    settled: list[float | None] = []
    for numeral in numerals:
        if numeral is None:
            settled.append(None)
        elif not numeral.doubt:
            settled.append(numeral.value)
        elif proved == {numeral.doubt}:
            settled.append(numeral.other)
        elif len(proved) == 1 or (not proved and numeral.doubt == ","):
            settled.append(numeral.value)
        else:
            settled.append(None)
    return settled


def _dotted(numerals: Sequence[Numeral | None]) -> int:
    return sum(numeral is not None and numeral.doubt == "." and numeral.is_in_ones for numeral in numerals)


class Cells(Struct):
    """The distinct cells of a column of numbers, sorted by what they are.

    Parameters
    ----------
    values : list
        The distinct cells.
    codes : array of int, shape (n,)
        For each cell its place among them.
    numbers : list of float
        What number cells hold; NaN for all others, until they are read.
    faults : list of Fault or None
    texts : mapping of place to str
        Text cells that are not blank, made ``plain``.
    """

    values: list[object]
    codes: npt.NDArray[np.int64]
    numbers: list[float]
    faults: list[Fault | None]
    texts: dict[int, str]

    def reading(self) -> Reading:
        """Return the column as it stands now."""
        numbers = np.array(self.numbers, dtype=np.float64)
        return Reading(numbers[self.codes], gather_faults(self.faults, self.codes))

    def count(self, places: Sequence[int]) -> int:
        """Return how many cells of the column hold one of some distinct values."""
        return len(positions(self.codes, places))


def sort_cells(cells: Sequence[object], unreadable: Callable[[object], Fault]) -> Cells:
    """Return a column's distinct cells with its numbers read and its texts set apart.

    Parameters
    ----------
    unreadable : callable
        Gives the fault of a cell that is no number at all, such as a date.
    """
    values, codes = distinct(cells)
    numbers = [math.nan] * len(values)
    faults: list[Fault | None] = [None] * len(values)
    texts: dict[int, str] = {}
    for place, cell in enumerate(values):
        if isinstance(cell, CellError):
            faults[place] = error_fault(cell)
        elif isinstance(cell, int | float) and not isinstance(cell, bool):
            numbers[place] = float(cell) if math.isfinite(cell) else math.nan
        elif not is_blank(cell):
            if isinstance(cell, str):
                texts[place] = plain(cell)
            else:
                faults[place] = unreadable(cell)
    return Cells(values, codes, numbers, faults, texts)
