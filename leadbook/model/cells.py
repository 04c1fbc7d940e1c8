"""Reading cells as people type them: the parts that every kind of column shares, and text, flags and points."""

from __future__ import annotations

import datetime as dt
import math
import re
from operator import itemgetter
from types import NoneType
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from leadbook.model.issues import Severity
from leadbook.model.tables import CellError, CodedCells

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    import numpy.typing as npt

# What pasting from web pages, PDFs and chats leaves at the edges of a cell: zero-width characters, direction
# marks and the byte order mark. str.strip() takes the visible spaces, NBSP among them, but none of these.
_INVISIBLE = "\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2066\u2067\u2068\u2069\ufeff\u00ad"
# What str.isspace() says yes to, written out: asking it of every character costs each start a millisecond.
_SPACES = (
    "\t\n\x0b\x0c\r\x1c\x1d\x1e\x1f \x85\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u2028\u2029\u202f\u205f\u3000"
)
_EDGE = _SPACES + _INVISIBLE

_EDGES = frozenset(_EDGE)

# Words that people and exports put where a cell should be empty. "unknown" is none of them: it is an answer.
# "NA" is none either: it is also Namibia and North America.
PLACEHOLDERS: frozenset[str] = frozenset({
    "-", "--", "---", "\u2013", "\u2014", ".", "?", "n/a", "#n/a", "n.a.", "n. a.", "n.a", "none", "null", "nil",
    "nan", "nat", "(none)", "(blank)", "blank", "(empty)", "empty", "<na>", "<null>", "undefined", "tbd", "t.b.d.",
    "tba", "tbc", "select", "select...", "select\u2026", "-- select --", "--select--", "-select-", "- select -",
    "--none--", "-- none --", "- none -", "-none-", "please select", "choose", "choose...", "not set",
    "not available", "not applicable", "k.a.", "keine angabe",
})  # fmt: skip

# A person may be called Null or None; in a name only marks that cannot be a name are blank.
NAME_PLACEHOLDERS: frozenset[str] = PLACEHOLDERS - {"none", "null", "nil", "nan", "nat", "empty", "blank", "tba"}

_LONGEST_PLACEHOLDER = max(map(len, PLACEHOLDERS))

YES: frozenset[str] = frozenset({
    "yes", "y", "true", "t", "x", "1", "on", "ja", "j", "wahr", "oui", "o", "vrai", "si", "s\u00ed", "s",
    "verdadero", "\u2713", "\u2714", "\u2611", "\u2705", "checked",
})  # fmt: skip
NO: frozenset[str] = frozenset({
    "no", "n", "false", "f", "0", "off", "nein", "falsch", "non", "faux", "falso", "\u2717", "\u2718", "\u2610",
    "\u274c", "unchecked",
})  # fmt: skip


class Fault(Struct, frozen=True):
    """Why a cell could not be read, or was read with a remark.

    ``message`` completes the sentence "CELL ..." and is shown as it stands; ``severity`` INFO marks a remark on
    a cell that was read.
    """

    code: str
    message: str
    severity: Severity = Severity.ERROR


class Reading(Struct):
    """A column after reading.

    Parameters
    ----------
    values : array, shape (n,)
        float64, ``datetime64[us]``, bool or object (text), by the kind of column.
    faults : list of (array of int, Fault)
        The positions (from 0) of the cells that share each fault.
    column_faults : list of (Fault, int)
        Faults of the whole column, and how many cells each concerns.
    currencies : array of str or None
        For money: the sign or code typed beside the amount, "" for none.
    coded : (array, array of int) or None
        Values that ``values`` is made of, and the place of each among them, where that is known.
    """

    values: npt.NDArray[np.generic]
    faults: list[tuple[npt.NDArray[np.int64], Fault]] = field(default_factory=list)
    column_faults: list[tuple[Fault, int]] = field(default_factory=list)
    currencies: npt.NDArray[np.object_] | None = None
    coded: tuple[npt.NDArray[np.generic], npt.NDArray[np.int64]] | None = None

    def spread(self, codes: npt.NDArray[np.int64]) -> Reading:
        """Return the reading of a column from that of its different values, none of which may be faulty."""
        return Reading(self.values[codes], coded=(self.values, codes))


def distinct(cells: Sequence[object]) -> tuple[list[object], npt.NDArray[np.int64]]:
    """Return the different cells in order of appearance, and for each cell the position among them.

    Numbers and booleans are kept apart (Python takes 1, 1.0 and True for one key).
    """
    if isinstance(cells, CodedCells):
        return cells.values, cells.codes
    kinds = set(map(type, cells))
    if len(kinds & {bool, int, float}) > 1:
        typed = list(zip(map(type, cells), cells, strict=True))
        first = dict.fromkeys(typed)
        index: dict[object, int] = dict(zip(first, range(len(first)), strict=True))
        codes = np.fromiter(map(index.__getitem__, typed), np.int64, len(cells))
        return [value for _, value in first], codes
    plain = dict.fromkeys(cells)
    index = dict(zip(plain, range(len(plain)), strict=True))
    return list(plain), np.fromiter(map(index.__getitem__, cells), np.int64, len(cells))


def positions(codes: npt.NDArray[np.int64], wanted: Iterable[int]) -> npt.NDArray[np.int64]:
    """Return where in a column the distinct values ``wanted`` stand, from 0."""
    return np.flatnonzero(np.isin(codes, np.fromiter(wanted, np.int64)))


def gather_faults(
    found: Sequence[Fault | None], codes: npt.NDArray[np.int64]
) -> list[tuple[npt.NDArray[np.int64], Fault]]:
    """Return the positions of each different fault among the distinct values."""
    by_fault: dict[Fault, list[int]] = {}
    for number, fault in enumerate(found):
        if fault is not None:
            by_fault.setdefault(fault, []).append(number)
    return [(positions(codes, numbers), fault) for fault, numbers in by_fault.items()]


def read_each(
    cells: Sequence[object],
    read: Callable[[object], object | Fault],
    blank: object,
    dtype: npt.DTypeLike,
) -> Reading:
    """Read a column through its distinct values; a value that gives a Fault becomes ``blank``."""
    values, codes = distinct(cells)
    results = [read(value) for value in values]
    faults: list[Fault | None] = [result if isinstance(result, Fault) else None for result in results]
    kept = [blank if fault is not None else result for fault, result in zip(faults, results, strict=True)]
    table = np.empty(len(kept), dtype=object) if dtype is object else np.array(kept, dtype=dtype)
    if dtype is object:
        table[:] = kept
    coded = (table, codes) if dtype is object else None
    return Reading(table[codes] if kept else table, gather_faults(faults, codes), coded=coded)


def tidy(text: str) -> str:
    """Return text without spaces, non-breaking spaces and invisible marks at its edges."""
    return text.strip(_EDGE)


def comparable(text: str) -> str:
    """Return text as it is compared: no case, one space where there were several, no edges."""
    return " ".join(tidy(text).casefold().split())


def is_placeholder(text: str, words: frozenset[str] = PLACEHOLDERS) -> bool:
    """Tell whether a tidied text only says that there is nothing (``Select``, ``n/a``, ``--``)."""
    return len(text) <= _LONGEST_PLACEHOLDER and text.casefold() in words


def placeholders_among(texts: Iterable[str]) -> set[str]:
    """Return the texts that only say that there is nothing, as typed; most are too long to be one."""
    return {
        text
        for text in texts
        if (len(text) <= _LONGEST_PLACEHOLDER or text[0] in _EDGES or text[-1] in _EDGES) and is_placeholder(tidy(text))
    }


def is_blank(cell: object) -> bool:
    """Tell whether a cell says nothing: empty, only spaces, a placeholder, or not a number."""
    if cell is None:
        return True
    if isinstance(cell, str):
        text = cell.strip(_EDGE)
        return not text or (len(text) <= _LONGEST_PLACEHOLDER and text.casefold() in PLACEHOLDERS)
    return isinstance(cell, float) and math.isnan(cell)


def error_fault(cell: CellError) -> Fault:
    """Return the fault of a cell that holds an Excel error value."""
    return Fault("LB010", f"holds the error {cell.code}; mend its formula or type a value.")


# Line breaks, control characters and direction overrides would tear a sentence apart or turn it round.
_UNSHOWN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff]+")


def one_line(text: str, longest: int) -> str:
    """Return text as a sentence can hold it: on one line, single spaced, cut at ``longest`` characters."""
    if not text.isprintable():
        text = _UNSHOWN.sub(" ", text[: 4 * longest])
    line = " ".join(text[: 4 * longest].split())
    return line if len(line) <= longest else line[: longest - 1] + "\u2026"


def shown(cell: object) -> str:
    """Return a cell as a sentence quotes it, cut when it is long."""
    return f"\u201c{one_line(cell_text(cell), 40)}\u201d"


def number_text(number: float) -> str:
    """Return a number as Excel shows it in a General cell: ``641576`` for 641576.0, no exponent below 1e21."""
    if math.isfinite(number) and number == int(number) and abs(number) < 1e21:
        return str(int(number))
    return format(number, ".15g")


def cell_text(cell: object) -> str:
    """Return any cell as text: numbers without ``.0``, dates as ISO, TRUE and FALSE as Excel shows them."""
    if isinstance(cell, str):
        return tidy(cell)
    match cell:
        case None:
            text = ""
        case bool():
            text = "TRUE" if cell else "FALSE"
        case int() | float():
            text = "" if math.isnan(cell) else number_text(cell)
        case dt.datetime():
            whole_day = cell.time() == dt.time()
            text = cell.date().isoformat() if whole_day else cell.isoformat(sep=" ")
        case dt.date() | dt.time():
            text = cell.isoformat()
        case CellError():
            text = cell.code
        case _:
            text = str(cell)
    return text


def read_text(cells: Sequence[object], *, placeholders: frozenset[str] = PLACEHOLDERS) -> Reading:
    """Read text: tidied, "" where blank or a placeholder; numbers, dates and booleans become text."""

    def read(cell: object) -> str | Fault:
        if isinstance(cell, CellError):
            return error_fault(cell)
        text = cell_text(cell)
        return "" if is_placeholder(text, placeholders) else text

    if only_text(cells):
        return read_plain_text(cells, placeholders)
    return read_each(cells, read, "", object)


def different(cells: Sequence[object]) -> Sequence[object]:
    """Return cells with each value at least once: the different ones where they are known already."""
    return cells.values if isinstance(cells, CodedCells) else cells


def only_text(cells: Sequence[object]) -> bool:
    """Tell whether a column holds nothing but text and empty cells."""
    return set(map(type, different(cells))) <= {str, NoneType}


def read_plain_text(cells: Sequence[object], placeholders: frozenset[str]) -> Reading:
    """Read a column of nothing but text and empty cells: only texts that reading changes cost Python's time."""
    if isinstance(cells, CodedCells):
        return read_plain_text(cells.values, placeholders).spread(cells.codes)
    typed: list[str] = [cell or "" for cell in cells]  # type: ignore[misc] # the caller saw only str and None
    values = np.empty(len(typed), dtype=object)
    # Of most texts nothing is stripped, and they stay as they are.
    if _are_as_read("\n".join(typed), len(typed), placeholders):
        values[:] = typed
        return Reading(values)
    texts = set(typed) - {""}
    edges = set(map(itemgetter(0), texts)) | set(map(itemgetter(-1), texts))
    if _EDGES.isdisjoint(edges):
        changed = {text: "" for text in texts if len(text) <= _LONGEST_PLACEHOLDER and text.casefold() in placeholders}
    else:
        changed = {
            text: "" if is_placeholder(short := tidy(text), placeholders) else short
            for text in texts
            if len(text) <= _LONGEST_PLACEHOLDER or text[0] in _EDGES or text[-1] in _EDGES
        }
    values[:] = [changed.get(text, text) for text in typed] if changed else typed
    return Reading(values)


_ASCII_EDGES = tuple(mark for mark in _EDGE if mark.isascii() and mark != "\n")


def _are_as_read(together: str, count: int, placeholders: frozenset[str]) -> bool:
    """Tell of so many ASCII texts, one a line, that reading changes none: one look at a column costs little."""
    if not together.isascii() or together.count("\n") != max(0, count - 1):
        return False
    for mark in _ASCII_EDGES:
        if mark in together and (
            together[0] == mark or together[-1] == mark or f"\n{mark}" in together or f"{mark}\n" in together
        ):
            return False
    return placeholders.isdisjoint(together.casefold().split("\n"))


def together(cells: Sequence[object]) -> str:
    """Return the different texts of a column, one a line, to look through all of them at once."""
    found = different(cells)
    return "\n".join(found if set(map(type, found)) == {str} else [cell for cell in found if isinstance(cell, str)])  # type: ignore[arg-type] # only str is left


def read_flag(cells: Sequence[object]) -> Reading:
    """Read yes and no in the ways people mark them; blank is no."""

    def read(cell: object) -> bool | Fault:
        match cell:
            case CellError():
                return error_fault(cell)
            case bool():
                return cell
            case _ if is_blank(cell):
                return False
        word = cell_text(cell).casefold()
        if word in YES:
            return True
        if word in NO:
            return False
        return Fault("LB206", f"holds {shown(cell)}, which is neither yes nor no; type Yes or No.")

    return read_each(cells, read, False, bool)
