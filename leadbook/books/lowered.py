"""A sheet laid out some rows further down, so that buttons have room above its table."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace
from openpyxl.formula.translate import Translator

from leadbook.model.issues import column_letters

if TYPE_CHECKING:
    from leadbook.sheets.spec import Area, Sheet

_LAST_ROW = 1_048_576


def lowered(sheet: Sheet, heights: tuple[float, ...]) -> Sheet:
    """Return a sheet of one table with blank rows of these heights (points) put above everything.

    Notes
    -----
    Formulas of its conditional formats go along; its cells may hold none that name cells, nor may it have charts.
    """
    down = len(heights)
    if sheet.charts or sheet.merges:
        raise ValueError("Only a sheet of a plain table can be laid out further down.")
    printing = sheet.printing
    if printing.repeat_first_row:
        last = max(printing.repeat_first_row, printing.repeat_last_row)
        printing = replace(printing, repeat_first_row=printing.repeat_first_row + down, repeat_last_row=last + down)
    return replace(
        sheet,
        cells=[replace(cell, row=cell.row + down) for cell in sheet.cells],
        tables=[replace(table, row=table.row + down) for table in sheet.tables],
        conditional_formats=[
            replace(rule, area=_area(rule.area, down), formula=_formula(rule.formula, rule.area, down))
            for rule in sheet.conditional_formats
        ],
        validations=[replace(rule, area=_area(rule.area, down)) for rule in sheet.validations],
        heights={**dict(enumerate(heights, 1)), **{row + down: height for row, height in sheet.heights.items()}},
        freeze=(sheet.freeze[0] + down, sheet.freeze[1]),
        names={name: _area(area, down) for name, area in sheet.names.items()},
        printing=printing,
    )


def _area(area: Area, down: int) -> Area:
    return replace(area, first_row=area.first_row + down, last_row=min(_LAST_ROW, area.last_row + down))


def _formula(formula: str, area: Area, down: int) -> str:
    if not formula:
        return formula
    column = column_letters(area.first_column)
    moved = Translator(formula, f"{column}{area.first_row}").translate_formula(f"{column}{area.first_row + down}")
    return str(moved)
