"""What stands in a cell, as a line of a letter, a calendar or a head of mail can hold it: text and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from babel.dates import format_date

from leadbook.documents.written import printable

if TYPE_CHECKING:
    import datetime as dt

_LONGEST = 1_000


def one_line(text: object, longest: int = _LONGEST) -> str:
    """Return a cell's text on one line, without control and direction marks, cut where it is very long."""
    line = " ".join(printable(text).split())
    return line if len(line) <= longest else f"{line[: longest - 1].rstrip()}…"


def day_in_words(day: dt.date | None, today: dt.date, locale: str = "en_GB") -> str:
    """Return ``6 November``, with the year where it is not this one; "" for none."""
    if day is None:
        return ""
    return format_date(day, "d MMMM" if day.year == today.year else "d MMMM y", locale=locale)


def person(first: object, last: object) -> str:
    """Return a name as it is written, "" where neither part is known."""
    return one_line(f"{first} {last}")
