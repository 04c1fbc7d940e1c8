"""Single foreign cells as ours hold them: text, numbers, whole names, and columns of the seller's own."""

from __future__ import annotations

import datetime as dt
import math
import re
from types import NoneType
from typing import TYPE_CHECKING

from leadbook.model.cells import NAME_PLACEHOLDERS, PLACEHOLDERS, cell_text, distinct, is_placeholder, read_text
from leadbook.model.dates import read_dates
from leadbook.model.tables import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Value = str | float | int | bool | dt.date | dt.datetime | None

_SALUTATIONS = frozenset({"mr", "mrs", "ms", "miss", "dr", "prof", "herr", "frau", "sir", "dame", "mx", "dipl.-ing"})
_PARTICLES = frozenset(
    {"van", "von", "de", "der", "den", "del", "della", "di", "da", "du", "la", "le", "ter", "zu", "bin", "al"}
)


def text_value(value: object, placeholders: frozenset[str] = PLACEHOLDERS) -> str | None:
    """Return a value as a text cell: tidy at its edges, numbers without ".0", None for a placeholder."""
    text = cell_text(value)
    return None if not text or is_placeholder(text, placeholders) else text


def text_values(values: Sequence[object], placeholders: frozenset[str] = PLACEHOLDERS) -> list[Value]:
    """Return a whole column as ``text_value`` does; columns of nothing but text, which is what CSV gives, at once."""
    return [*text_column(values, placeholders)]


def text_column(values: Sequence[object], placeholders: frozenset[str] = PLACEHOLDERS) -> list[str | None]:
    """Return what ``text_values`` does, as the texts they are."""
    if set(map(type, values)) <= {str, NoneType}:
        return [text or None for text in read_text(values, placeholders=placeholders).values.tolist()]
    different, codes = distinct(values)
    meant = [text_value(value, placeholders) for value in different]
    return [meant[code] for code in codes.tolist()]


def of_each(values: Sequence[object], read: Callable[[object], Value]) -> list[Value]:
    """Return what each value becomes, worked out once for each different one."""
    different, codes = distinct(values)
    meant = [read(value) for value in different]
    return [meant[code] for code in codes.tolist()]


def whole_or_not(number: object) -> Value:
    """Return a number as Excel shows it: whole where it is whole, None for not-a-number or no number."""
    if not isinstance(number, float) or math.isnan(number):
        return None
    return int(number) if number.is_integer() and abs(number) < 1e15 else number


_IN_BRACKETS = re.compile(r"\s*\([^()]*@[^()]*\)")
_ADDRESS = re.compile(r"[^\s,;<>()\"']+@[^\s,;<>()\"']+")


def first_addresses(values: Sequence[object]) -> tuple[list[Value], list[Value]]:
    """Return the first e-mail address of each cell, and the further ones of cells that hold several.

    A cell with one address, or with none that can be told, stays as it is.
    """
    first = text_values(values)
    further: list[Value] = [None] * len(first)
    for place, text in enumerate(first):
        if isinstance(text, str) and text.count("@") > 1:
            found = _ADDRESS.findall(text)
            if len(found) > 1 and not _ADDRESS.sub("", text).strip(" ,;<>()|/"):
                first[place], further[place] = found[0], "; ".join(found[1:])
    return first, further


def addresses_in_names(values: Sequence[object]) -> list[Value]:
    """Return the e-mail address that stands in brackets behind each name, None where there is none."""
    found = [_IN_BRACKETS.search(text_value(value) or "") for value in values]
    return [match[0].strip(" ()") if match else None for match in found]


def split_names(values: Sequence[object]) -> tuple[list[Value], list[Value]]:
    """Split whole names into first and last names.

    ``Last, First`` is turned round; a salutation is dropped; a particle (van, de la) goes with the last name; a
    single word is a last name.
    """
    first: list[Value] = []
    last: list[Value] = []
    for value in values:
        text = text_value(value, NAME_PLACEHOLDERS)
        # HubSpot exports "Ann Lee (ann@ox.com)", and several of them one after the other.
        text = _IN_BRACKETS.sub("", text.split(";")[0]).strip() or None if text else None
        if text is None:
            first.append(None)
            last.append(None)
            continue
        if text.count(",") == 1:
            family, given = (part.strip() for part in text.split(","))
            first.append(given or None)
            last.append(family or None)
            continue
        words = text.split()
        while len(words) > 1 and words[0].rstrip(".").casefold() in _SALUTATIONS:
            words = words[1:]
        cut = len(words) - 1
        while cut > 1 and words[cut - 1].casefold() in _PARTICLES:
            cut -= 1
        first.append(" ".join(words[:cut]) or None)
        last.append(" ".join(words[cut:]))
    return first, last


_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}([T ].*)?")
_PLAIN_NUMBER = re.compile(r"-?(0|[1-9]\d{0,14})(\.\d+)?")


def own_values(values: Sequence[object]) -> list[Value]:
    """Return a column of the seller's own: numbers and ISO dates where all of it is, else text as typed.

    A column in which a number has leading zeros or more than 15 digits holds identifiers, and stays text.
    """
    different, codes = distinct(values)
    meant = _own_distinct(different)
    return [meant[code] for code in codes.tolist()]


def _own_distinct(values: Sequence[object]) -> list[Value]:
    texts = [cell_text(value) if isinstance(value, (str, CellError)) else None for value in values]
    filled = [text for text in texts if text and not is_placeholder(text)]
    if filled and all(_PLAIN_NUMBER.fullmatch(text) for text in filled):
        return [_own(value, lambda text: whole_or_not(float(text))) for value in values]
    if filled and all(_ISO_DATE.fullmatch(text) for text in filled):
        moments = read_dates([None if text is None or is_placeholder(text) else text for text in texts]).values.tolist()
        if not any(
            moment is None and text and not is_placeholder(text) for moment, text in zip(moments, texts, strict=True)
        ):
            return [
                moment.date() if isinstance(moment, dt.datetime) else _own(value)
                for moment, value in zip(moments, values, strict=True)
            ]
    return [_own(value) for value in values]


def _own(value: object, read: Callable[[str], Value] | None = None) -> Value:
    if isinstance(value, (str, CellError)):
        text = text_value(value)
        return read(text) if read and text is not None else text
    if isinstance(value, float):
        return whole_or_not(value)
    if isinstance(value, (int, bool, dt.date)):
        return value
    return text_value(value)
