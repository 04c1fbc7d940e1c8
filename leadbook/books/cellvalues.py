"""What a seller's cell will hold, and whether that differs from what it holds now."""

from __future__ import annotations

import datetime as dt
import math
from types import NoneType
from typing import TYPE_CHECKING, cast

from leadbook.books.formats import MAX_CELL_UNITS, formula_text, is_blank, shorten
from leadbook.books.ooxml import CellFormula
from leadbook.model.columns import Kind
from leadbook.model.issues import InputError
from leadbook.sheets.spec import Formula, Link

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from leadbook.books.ooxml import Value

NUMBER_FORMATS: dict[Kind, str] = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.MONEY: "#,##0.00",
    Kind.PERCENT: "0%",
    Kind.POINTS: "0",
}
"""How leadbook's own columns show their values; the other kinds show them as they are."""

_SAME_RELATIVE = 1e-12
_SHORT = MAX_CELL_UNITS // 2
"""A text of fewer characters fits in a cell whatever its characters."""


def to_value(content: object, place: str, table: str = "") -> Value:
    """Return what a cell of the seller's own sheet will hold.

    Parameters
    ----------
    content : Content
        numpy and pandas scalars too; NaN, NaT and "" make a blank cell, a link gives its text.
    place : str
        The cell's address, for the sentence.
    table : str
        The table it stands in, for formulas that refer to it.

    Raises
    ------
    InputError
        For a text that no cell can hold; it is never cut off in the seller's own data.
    """
    if isinstance(content, Formula):
        value = content.value if _is_word(content.value) else to_value(content.value, place)
        if isinstance(value, (dt.date, CellFormula)):
            raise TypeError("a formula's cached value is text, a number or a truth value")
        return CellFormula(formula_text(content.text, table), "" if value is None else value)
    if isinstance(content, Link):
        content = content.text
    if is_blank(content):
        return None
    if isinstance(content, str):
        text = content.replace("\r\n", "\n")
        if shorten(text) is not text:
            raise InputError(
                f"{place} cannot take this text: it has {len(text):,} characters and a cell holds at most "
                f"{MAX_CELL_UNITS:,}. Shorten it and run the command again."
            )
        return text
    if isinstance(content, dt.datetime):
        moment = dt.datetime(  # noqa: DTZ001 - Excel's cells have no time zone
            content.year, content.month, content.day, content.hour, content.minute, content.second
        )
        return moment if moment.time() != dt.time() else moment.date()
    plain = getattr(content, "item", None)
    return cast("Value", plain() if callable(plain) else content)


def to_values(contents: Sequence[object], address: Callable[[int], str], table: str = "") -> list[Value]:
    """Return what the cells of one column will hold, as `to_value` does for one.

    Parameters
    ----------
    contents : sequence of Content
    address : callable
        The address of the cell at a position, for sentences.
    table : str
        The table, for formulas that refer to it.
    """
    kinds = set(map(type, contents))
    if kinds == {NoneType}:
        return [None] * len(contents)
    # Whole columns of short text, of numbers or of days are settled without looking at each cell's type.
    if kinds <= {str, NoneType} and _are_short({text for text in set(contents) if isinstance(text, str)}):
        return [text or None for text in contents]  # type: ignore[misc] # text or None, as the test above tells
    if kinds <= {float, NoneType}:
        return [number if isinstance(number, float) and math.isfinite(number) else None for number in contents]
    if kinds <= {dt.date, NoneType} or kinds <= {int, NoneType}:
        return list(contents)  # type: ignore[arg-type] # days, whole numbers or None, as the test above tells
    if kinds <= {Formula, NoneType}:  # the same link stands on many rows
        made = {id(content): to_value(content, address(at), table) for at, content in _different(contents)}
        return [made[id(content)] for content in contents]
    return [None if content is None else to_value(content, address(at), table) for at, content in enumerate(contents)]


def _different(contents: Sequence[object]) -> Iterator[tuple[int, object]]:
    """Yield each object once, with the first place it stands at."""
    first: dict[int, int] = {}
    for at, content in enumerate(contents):
        first.setdefault(id(content), at)
    return ((at, contents[at]) for at in first.values())


def _is_word(value: object) -> bool:
    """Tell whether a formula's value is plain short text, as that of a link to an issue is."""
    return type(value) is str and 0 < len(value) < _SHORT and "\r" not in value


def _are_short(texts: set[str]) -> bool:
    """Tell whether no text needs a closer look: long ones may not fit, and Excel's line ends are single."""
    return max(map(len, texts), default=0) < _SHORT and "\r" not in "".join(texts)


def is_same(old: object, new: Value) -> bool:
    """Whether a cell that was read as ``old`` already holds ``new``.

    Notes
    -----
    Numbers that went through Excel may differ in their last digit, so they count as the same within 1e-12
    of their size. A date is the same as midnight of that day. TRUE is not 1.
    """
    if old is None or new is None:
        return old is new
    if isinstance(old, bool) or isinstance(new, bool):
        return old is new
    if isinstance(old, (int, float)) and isinstance(new, (int, float)):
        return old == new or math.isclose(old, new, rel_tol=_SAME_RELATIVE)
    if isinstance(old, dt.date) and isinstance(new, dt.date):
        return _moment(old) == _moment(new)
    return type(old) is type(new) and old == new


def _moment(day: dt.date) -> dt.datetime:
    return day if isinstance(day, dt.datetime) else dt.datetime.combine(day, dt.time())
