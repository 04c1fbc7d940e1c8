"""The rule by which Excel tints every cell that the Issues sheet lists; the seller's own colours stay."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.live.dressing import add_rule
from leadbook.books.live.journal import cells_of
from leadbook.model.issues import column_letters
from leadbook.sheets.spec import Area, ConditionalFormat, Style

if TYPE_CHECKING:
    import xlwings as xw

    from leadbook.books.live.book import LiveBook

_ISSUE_IDS = "leadbook_issue_ids"
_ISSUE_FILL = "#FCE4D6"


def is_tinted(live: LiveBook) -> bool:
    """Tell whether the rule that a workbook is to have is there, or none was asked for."""
    return _missing(live) is None


def put_tint(live: LiveBook) -> None:
    """Put the rule on the list of leads where it is not there whole."""
    missing, calls = _missing(live), live.calls
    if missing is not None:
        for rule in calls(_tints, missing[0], missing[1].area):
            calls(rule.delete)
        calls(add_rule, *missing)


def _missing(live: LiveBook) -> tuple[xw.Sheet, ConditionalFormat] | None:
    """Return the rule that is still to be put on, and its sheet."""
    if live.staged.tinted is None:
        return None
    table, id_header = live.staged.tinted
    place = live.place(table)
    if id_header not in place.headers or not place.has_header:
        return None
    sheet = live.book.sheets[place.sheet]
    row, column = place.first_body_row, place.first_column
    identity = column_letters(column + place.headers.index(id_header))
    header = f"{column_letters(column)}${place.first_row}"
    formula = f"=COUNTIFS({_ISSUE_IDS},${identity}{row},leadbook_issue_columns,{header})>0"
    area = Area(row, column, max(row, place.last_body_row), place.last_column)
    if live.calls(_reaches_all, sheet, area, formula):
        return None
    return sheet, ConditionalFormat(area, "formula", formula, Style(fill=_ISSUE_FILL))


def _tints(sheet: xw.Sheet, area: Area) -> list[xw.main.ConditionalFormat]:
    return [rule for rule in cells_of(sheet, area).conditional_formats if _ISSUE_IDS in _formula(rule)]


def _reaches_all(sheet: xw.Sheet, area: Area, formula: str) -> bool:
    """Tell whether one rule tints an area from its first cell to its last: rows cut or added may have split it."""
    corners = (
        Area(area.first_row, area.first_column, area.first_row, area.first_column),
        Area(area.last_row, area.last_column, area.last_row, area.last_column),
    )
    return all([_formula(rule) for rule in _tints(sheet, place)] == [formula] for place in (area, *corners))


def _formula(rule: xw.main.ConditionalFormat) -> str:
    return str(rule.formula) if rule.type == "custom" else ""
