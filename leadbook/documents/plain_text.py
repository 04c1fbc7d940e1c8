"""What stands in a cell, as a line of a letter, a calendar or a head of mail can hold it: text and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING
from unicodedata import east_asian_width

from babel.dates import format_date, format_skeleton

from leadbook.documents.written import printable

if TYPE_CHECKING:
    import datetime as dt

_LONGEST = 1_000


def one_line(text: object, longest: int = _LONGEST) -> str:
    """Return a cell's text on one line, without control and direction marks, cut where it is very long."""
    line = " ".join(printable(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def clipped(text: object, width: float) -> str:
    """Return a cell's text on one line of at most so many letters of usual width: a capital takes more, a 漢字 two."""
    line = one_line(text)
    room = width
    for at, letter in enumerate(line):
        room -= _width(letter)
        if room < 0:
            return f"{line[: max(0, at - 1)].rstrip()}…"
    return line


def _width(letter: str) -> float:
    if east_asian_width(letter) in "WF":
        return 2.0
    if letter in "mwMW@%":
        return 1.7
    return 1.3 if letter.isupper() else 1.0


def day_in_words(day: dt.date | None, today: dt.date, locale: str = "en_GB", *, short: bool = False) -> str:
    """Return ``6 November`` as a locale writes it, with the year where it is not this one; "" for none."""
    if day is None:
        return ""
    if day.year == today.year:
        return format_skeleton("MMMd" if short else "MMMMd", day, locale=locale)
    return format_date(day, "medium" if short else "long", locale=locale)


def person(first: object, last: object) -> str:
    """Return a name as it is written, "" where neither part is known."""
    return one_line(f"{first} {last}")
