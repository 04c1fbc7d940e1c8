"""Decimal numbers out of text, a whole column at a time, each to the last bit as Python itself reads it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    import numpy.typing as npt

    Bytes = npt.NDArray[np.uint8]
    Places = npt.NDArray[np.int64]

_NUMBER = re.compile(rb"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?")
_LONGEST = 17
"""Digits and a dot; what is longer exceeds 2**53 and is left to Python."""
_EXACT = 2**53
_POWERS = 10.0 ** np.arange(_LONGEST + 1)  # exact: 10**22 is the largest power of ten that a float holds


def read_numbers(text: Bytes, starts: Places, ends: Places) -> npt.NDArray[np.float64] | None:
    """Return the numbers that stand in a text from ``starts`` to ``ends``; None when one is no number.

    Notes
    -----
    Digits below 2**53 and a power of ten up to 10**22 are both exact as floats, so their quotient, rounded once, is
    the nearest float: what any correct reader returns (Clinger, How to read floating point numbers accurately, 1990).
    """
    signed = text[starts] == ord("-")
    begins = starts + signed
    lengths = ends - begins
    numbers = np.zeros(len(starts), dtype=np.float64)
    odd = (lengths < 1) | (lengths > _LONGEST)
    for length in np.flatnonzero(np.bincount(lengths[~odd])).tolist():
        chosen = np.flatnonzero(lengths == length)
        plain, exact = _of_length(text, begins[chosen], length)
        numbers[chosen] = plain
        odd[chosen] = ~exact
    numbers[signed] = -numbers[signed]
    for place in np.flatnonzero(odd).tolist():
        raw = text[starts[place] : ends[place]].tobytes()
        if not _NUMBER.fullmatch(raw):
            return None
        numbers[place] = float(raw)
    return numbers


def _of_length(text: Bytes, begins: Places, length: int) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """Return the numbers of texts of one length, and which of them are read exactly."""
    whole, decimals = np.zeros(len(begins), dtype=np.int64), np.zeros(len(begins), dtype=np.int64)
    dotted, exact = np.zeros(len(begins), dtype=bool), np.ones(len(begins), dtype=bool)
    for at in range(length):
        letters = text[begins + at]
        digits = letters - 48  # of uint8: what is no digit becomes 10 or more
        known = digits < 10
        if known.all():
            whole = whole * 10 + digits
            decimals += dotted
            continue
        dot = (letters == ord(".")) & ~dotted
        exact &= known | dot
        whole = np.where(known, whole * 10 + digits, whole)
        decimals += dotted & known
        dotted |= dot
    exact &= (whole < _EXACT) & (length > dotted)
    return whole / _POWERS[decimals], exact
