"""What a seller's cell will hold, and whether that differs from what it holds now."""

from __future__ import annotations

import datetime as dt
import math
from typing import TYPE_CHECKING, cast

from leadbook.books.formats import MAX_CELL_UNITS, formula_text, is_blank, shorten
from leadbook.books.ooxml import CellFormula
from leadbook.model.columns import Kind
from leadbook.model.issues import InputError
from leadbook.sheets.spec import Formula, Link

if TYPE_CHECKING:
    from leadbook.books.ooxml import Value

NUMBER_FORMATS: dict[Kind, str] = {
    Kind.DATE: "yyyy-mm-dd",
    Kind.MONEY: "#,##0.00",
    Kind.NUMBER: "0.0",
    Kind.PERCENT: "0%",
    Kind.POINTS: "0",
}
"""How leadbook's own columns show their values; the other kinds show them as they are."""

_SAME_RELATIVE = 1e-12


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
        value = to_value(content.value, place)
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
