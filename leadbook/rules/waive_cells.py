"""What a Waive cell says: the codes it mutes on its row, each whole (LB224) or by its beginning (LB2).

A day may end them: ``LB203, LB3 until 2026-12-31`` mutes both up to and on that day, ``LB203; LB3 until 2026-12-31``
only the second.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

from msgspec import Struct
from rapidfuzz.distance import DamerauLevenshtein

from leadbook.model.date_texts import parse_date

if TYPE_CHECKING:
    from collections.abc import Iterable

_SEPARATORS = re.compile(r"[\s,]+")
_GROUPS = re.compile(r"[;\n]")
_END = re.compile(r"\b(?:until|till|bis)\b[\s:]*(?P<day>[^\s,;]*)", re.IGNORECASE)
_BEGINNING = re.compile(r"LB\d{0,3}")


class Waiver(Struct, frozen=True):
    """One word of a Waive cell.

    Parameters
    ----------
    word : str
        In capitals, whether or not it is a code.
    until : date or None
        The last day it mutes anything; None for ever.
    unread : str
        What stands where the day should, when it is none; the waiver then mutes nothing.
    """

    word: str
    until: dt.date | None = None
    unread: str = ""

    def mutes(self, code: str, today: dt.date) -> bool:
        """Tell whether it mutes a code on a day."""
        ended = bool(self.unread) or (self.until is not None and self.until < today)
        return not ended and mutes(self.word, code)


def waivers_in(cell: str) -> list[Waiver]:
    """Return what a Waive cell says.

    Notes
    -----
    An end holds for every code before it, back to the end before that, a semicolon or a new line: in
    ``LB203; LB310, LB4 until 2026-12-31`` LB203 has none. A day whose order is open (03/04/2026) is not guessed.
    """
    found: list[Waiver] = []
    for group in _GROUPS.split(cell):
        position = 0
        for end in _END.finditer(group):
            day = _day(end["day"])
            found += [
                Waiver(word, day, "" if day else end["day"] or "nothing")
                for word in _words(group[position : end.start()])
            ]
            position = end.end()
        found += [Waiver(word) for word in _words(group[position:])]
    return found


def codes_in(cell: str) -> list[str]:
    """Return the words of a Waive cell in capitals, whether or not they are codes."""
    return [waiver.word for waiver in waivers_in(cell)]


def _words(text: str) -> list[str]:
    return [word.upper() for word in _SEPARATORS.split(text) if word]


def _day(text: str) -> dt.date | None:
    found = parse_date(text)
    return found.date() if isinstance(found, dt.datetime) else None


def is_beginning(word: str) -> bool:
    """Tell whether a word is a code or the beginning of one."""
    return _BEGINNING.fullmatch(word) is not None


def mutes(word: str, code: str) -> bool:
    """Tell whether a word of a Waive cell mutes a code."""
    return is_beginning(word) and code.startswith(word)


def offer_code(word: str, known: Iterable[str]) -> str:
    """Return ``; did you mean LB203?`` for a word that is nearly a code, "" when it is not."""
    wanted = re.sub(r"[^A-Z0-9]", "", word.upper())
    wanted = wanted if wanted.startswith("LB") else "LB" + wanted
    near = sorted((DamerauLevenshtein.distance(wanted, code), code) for code in known)
    return f"; did you mean {near[0][1]}?" if near and near[0][0] <= 1 and len(wanted) >= 4 else ""
