"""What a workbook's sheets hold and look like, as plain values that two writers of one spec can be compared by."""

from __future__ import annotations

import datetime as dt
import re

from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.utils.datetime import to_excel

_LINK = re.compile(r'=HYPERLINK\("#((?:[^"]|"")*)",(?:"((?:[^"]|"")*)"|([-\d.eE+]+))\)$')
_PREFIXES = re.compile(r"_xlfn\.|_xlws\.")


def content(cell):
    """Return what a cell holds; a link is its place and its text, whichever way it was made."""
    value = cell.value
    if cell.data_type == "f":
        link = _LINK.match(value)
        if link:
            return "link", link[1], link[2].replace('""', '"') if link[2] is not None else float(link[3])
        return _PREFIXES.sub("", value)
    if cell.hyperlink is not None and cell.hyperlink.location:
        return "link", cell.hyperlink.location, float(value) if isinstance(value, (int, float)) else value
    if isinstance(value, bool):
        return value
    if isinstance(value, (dt.date, dt.time)):
        return round(to_excel(value), 9)
    # Files keep seventeen digits of a number, XlsxWriter sixteen of them.
    return float(f"{value:.12g}") if isinstance(value, (int, float)) else value


def look(cell):
    """Return a cell's number format, font, fill, lines and place."""
    font, place = cell.font, cell.alignment
    fill = cell.fill.fgColor.rgb if cell.fill.fill_type else None
    lines = tuple(sorted(side for side in ("top", "bottom", "left", "right") if _line(cell, side)))
    return (
        cell.number_format.lower(), bool(font.b), bool(font.i), font.sz, _rgb(font.color), bool(font.u), fill, lines,
        place.horizontal or None, None if place.vertical == "bottom" else place.vertical, bool(place.wrap_text),
        round(place.indent or 0),
    )  # fmt: skip


def _line(cell, side):
    """Tell whether a line is seen on a side of a cell: its own, or that of the cell beyond."""
    down, right, opposite = {"top": (-1, 0, "bottom"), "bottom": (1, 0, "top"), "left": (0, -1, "right"),
                             "right": (0, 1, "left")}[side]  # fmt: skip
    if getattr(cell.border, side).style:
        return True
    beyond = cell.parent._cells.get((cell.row + down, cell.column + right))
    return beyond is not None and bool(getattr(beyond.border, opposite).style)


def _widths(sheet):
    """Return each column's width as the file has it."""
    found = {}
    for held in sheet.column_dimensions.values():
        if held.customWidth and held.width:
            own = column_index_from_string(held.index)
            columns = range(held.min or own, (held.max or own) + 1)
            found |= {get_column_letter(column): round(held.width, 1) for column in columns}
    return found


def _rgb(color):
    rgb = getattr(color, "rgb", None)
    return rgb if isinstance(rgb, str) and rgb != "FF000000" else None


def sheet_dump(sheet):
    """Return everything of a sheet that its spec speaks of."""
    cells = {cell.coordinate: content(cell) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    shown = {cell.coordinate: look(cell) for row in sheet.iter_rows() for cell in row if cell.value is not None}
    return {
        "cells": cells,
        "looks": shown,
        "tables": {table.displayName: table.ref for table in sheet.tables.values()},
        "table styles": {
            table.displayName: table.tableStyleInfo and table.tableStyleInfo.name for table in sheet.tables.values()
        },
        "merges": sorted(str(area) for area in sheet.merged_cells.ranges),
        "freeze": sheet.freeze_panes,
        "grid": bool(sheet.sheet_view.showGridLines),
        "widths": _widths(sheet),
        "rules": _rules(sheet),
        "dropdowns": sorted(
            (str(rule.sqref), rule.type, rule.formula1) for rule in sheet.data_validations.dataValidation
        ),
        "charts": [_chart(chart) for chart in sheet._charts],
        "print": (sheet.page_setup.orientation, sheet.page_setup.fitToWidth or 1, sheet.print_title_rows),
    }


def _rules(sheet):
    found = []
    for held in sheet.conditional_formatting:
        for rule in held.rules:
            fill = _rgb(rule.dxf.fill.bgColor) if rule.dxf and rule.dxf.fill else None
            found.append((rule.priority, str(held.sqref), rule.type, tuple(rule.formula), fill))
    return [rule[1:] for rule in sorted(found)]


def _chart(chart):
    place = chart.anchor
    if not isinstance(place, str):
        place = f"{get_column_letter(place._from.col + 1)}{place._from.row + 1}"
    parts = chart._charts or [chart]
    series = [
        (one.tx.v if one.tx else None, one.val.numRef.f.replace("'", "")) for part in parts for one in part.series
    ]
    kinds = [(type(part).__name__, getattr(part, "type", None), getattr(part, "grouping", None)) for part in parts]
    return place, kinds, series
