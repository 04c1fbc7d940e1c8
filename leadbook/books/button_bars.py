"""The row of buttons at the top of a sheet: which ones, how large, and where there is room for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml import Area
from leadbook.books.ooxml.button_shapes import Button
from leadbook.books.vba.actions import ACTIONS

if TYPE_CHECKING:
    from collections.abc import Iterable

    from leadbook.books.ooxml.macro_workbook import MacroWorkbook
    from leadbook.model.tables import RawTable

BAND_POINTS = 27.0
"""The height of the row that a new Leads sheet keeps for its buttons."""

_WIDTH, _HEIGHT, _GAP = 84, 26, 5
_LEFT_OF_TITLE, _LEFT_OF_LIST = 230, 4
_LEAST_HEIGHT = 18
_EVERYWHERE = ("refresh", "check", "today", "undo")
_WORK_SHEET = ("refresh", "check", "today", "propose", "undo")
# The first three fit into the two columns that stay in sight when the list is scrolled sideways.
_LIST = ("refresh", "check", "propose", "today", "undo")


def title_bar(workbook: MacroWorkbook, sheet: str, *, working: bool) -> list[Button]:
    """Return the buttons beside the title of one of leadbook's sheets, without Propose where no lead is listed.

    None where the seller keeps notes beside the title.
    """
    grid = workbook.grid(sheet)
    bar = _bar(_WORK_SHEET if working else _EVERYWHERE, _LEFT_OF_TITLE, 0, grid.height(0))
    first, last = (grid.corner(place, 0).column + 1 for place in (bar[0].left, bar[-1].left + bar[-1].width))
    noted = last > 1 and workbook.cell_texts(sheet, Area(1, max(2, first), 1, last))
    return [] if noted else bar


def list_bar(workbook: MacroWorkbook, leads: RawTable) -> list[Button]:
    """Return the buttons above the list of leads; none where nothing is free there, as above a list in row 1."""
    grid = workbook.grid(leads.sheet)
    left = grid.pixels(grid.corner(0, 0))[0] + _LEFT_OF_LIST
    taken = set(workbook.cell_texts(leads.sheet, Area(1, 1, max(1, leads.header_row - 1), 50)))
    floating = workbook.floating_areas(leads.sheet)
    for row in range(leads.header_row - 1, 0, -1):
        height = grid.height(row - 1)
        if height < _LEAST_HEIGHT:
            continue
        top = sum(grid.height(above) for above in range(row - 1))
        bar = _bar(_LIST, left, top, height)
        last = grid.corner(bar[-1].left + bar[-1].width, top).column + 1
        if not any(at == row and column <= last for at, column in taken) and not _meets(floating, row, last):
            return bar
    return []


def missing_from(buttons: Iterable[Button], macros: Iterable[str]) -> list[Button]:
    """Return the buttons whose macro no control of the sheet is bound to yet."""
    there = {macro.rpartition("!")[2].casefold() for macro in macros}
    return [button for button in buttons if button.macro.casefold() not in there]


def _bar(functions: Iterable[str], left: int, top: int, room: int) -> list[Button]:
    actions = {action.function: action for action in ACTIONS}
    height = min(_HEIGHT, room - 2)
    bar: list[Button] = []
    for function in functions:
        action = actions[function]
        place = left + len(bar) * (_WIDTH + _GAP)
        bar.append(Button(action.macro, action.caption, action.tip, place, top + (room - height) // 2, _WIDTH, height))
    return bar


def _meets(areas: Iterable[Area], row: int, last_column: int) -> bool:
    return any(area.first_row <= row <= area.last_row and area.first_column <= last_column for area in areas)
