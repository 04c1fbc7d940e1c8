"""The tables of a workbook after rows of one of them moved: their extents, sorting and column formulas."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import parse_area
from leadbook.books.ooxml.formula_shifts import FormulaShift
from leadbook.books.ooxml.xmlparts import main

if TYPE_CHECKING:
    from leadbook.books.ooxml.opening import OpenedWorkbook
    from leadbook.books.ooxml.row_trail import Trail
    from leadbook.books.ooxml.tables import TablePart


def move_tables(book: OpenedWorkbook, own: TablePart, trail: Trail, obstacles: list[tuple[int, int, str]]) -> None:
    """Change every table that stands at the cells that moved or names them.

    Parameters
    ----------
    book : OpenedWorkbook
    own : TablePart
        The table whose rows move.
    trail : Trail
    obstacles : list of (first row, last row, sentence)
        Gets what stands in the way.
    """
    shift = trail.shift
    change = FormulaShift(shift, trail=trail, place="table")
    for table in book.tables:
        for element in table.root.iter(main("calculatedColumnFormula"), main("totalsRowFormula")):
            home = table.sheet == shift.sheet
            new = change.moved_with(element.text or "", 1, 1, home=home)
            if new != element.text:
                element.text, table.changed = new, True
        if table.sheet == shift.sheet and (table is own or table.area.last_row >= shift.first_row):
            _move_table(table, table is own, trail, obstacles)
        if table.changed:
            book.package.put(table.part, table.serialize())


def _move_table(table: TablePart, own: bool, trail: Trail, obstacles: list[tuple[int, int, str]]) -> None:
    area, shift = table.area, trail.shift
    if not shift.overlaps(area):
        return
    if not shift.moves(area.first_column, area.last_column):
        obstacles.append((0, 0, f"the table {table.name} stands below, partly beside it; move it"))
        return
    moved = shift.area(area)
    if own:
        count = len(shift.rows) if shift.inserting else -len(shift.rows)
        moved = area._replace(last_row=area.last_row + count)
    if moved is None or moved == area:
        return
    for element in table.root.iter(main("sortState"), main("sortCondition")):
        reach = parse_area(element.get("ref"))
        new = None if reach is None else trail.area(reach, lambda: "sort")
        if new is not None:
            element.set("ref", new.ref)
    table.resize(moved)
