"""Excel tables: headers, body, calculated columns and totals, every formula with the value it will show."""

from __future__ import annotations

import datetime as dt
import re
from types import NoneType
from typing import TYPE_CHECKING, Any

from leadbook.books.cellwriting import LINK
from leadbook.books.formats import formula_text, safe_text
from leadbook.sheets.contents import is_link
from leadbook.sheets.spec import PLAIN, Formula, Link, Style

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

    from leadbook.books.cellwriting import CellWriter
    from leadbook.books.formats import Formats
    from leadbook.sheets.spec import Content, Table, TableColumn

# The totals that Excel offers in its own dropdown, by their SUBTOTAL number.
_TOTALS = {
    "101": "average",
    "102": "count_nums",
    "103": "count",
    "104": "max",
    "105": "min",
    "107": "std_dev",
    "109": "sum",
    "110": "var",
}
_SUBTOTAL = re.compile(r"=SUBTOTAL\((\d+),\s*(?:[\w.]*)\[([^\[\]]+)\]\)$", re.IGNORECASE)
_HEADER_UNITS = 255
_REPEATING = frozenset({str, dt.date, NoneType})
# A table style makes headers bold in Excel; other viewers draw no table styles.
_HEADER = Style(bold=True, border="bottom", border_color="#7F7F7F")


def add_table(page: Worksheet, writer: CellWriter, formats: Formats, table: Table) -> None:
    """Lay out a table with its cells.

    Raises
    ------
    ValueError
        When XlsxWriter refuses it: a repeated header, a bad name.
    """
    headers = [safe_text(column.header, _HEADER_UNITS) for column in table.columns]
    folded = [header.casefold() for header in headers]
    if len(set(folded)) < len(folded) or not all(folded):
        raise ValueError(f"the headers of table {table.name} are not all different and filled: {headers}")
    columns = [_column(table, column, header, formats) for column, header in zip(table.columns, headers, strict=True)]
    refused = page.add_table(
        table.row - 1,
        table.column - 1,
        table.last_row - 1,
        table.last_column - 1,
        {
            "name": table.name,
            "style": table.style_name or None,
            "autofilter": table.filter_buttons,
            "banded_rows": table.banded,
            "total_row": table.totals,
            "columns": columns,
        },
    )
    if refused:
        raise ValueError(f"XlsxWriter refused table {table.name} (code {refused})")
    _write_body(page, writer, table)
    if table.totals:
        _write_totals(writer, table)


def _column(table: Table, column: TableColumn, header: str, formats: Formats) -> dict[str, Any]:
    options: dict[str, Any] = {
        "header": header,
        "header_format": formats.cell(header_style(table, column)),
        "format": formats.cell(column.style),
    }
    if column.formula:
        options["formula"] = formula_text(column.formula, table.name)
    if table.totals and isinstance(column.total, Formula):
        found = _SUBTOTAL.match(column.total.text)
        named = _TOTALS.get(found[1]) if found and found[2] == header else None
        options["total_function"] = named or formula_text(column.total.text, table.name)
    elif table.totals and isinstance(column.total, str) and column.total:
        options["total_string"] = safe_text(column.total, _HEADER_UNITS)
    return options


def header_style(table: Table, column: TableColumn) -> Style:
    """Return a header's style: over its numbers, clear of the filter button that covers its right end."""
    align, indent = column.style.align, column.style.indent
    if align == "right":
        indent = 2 if table.filter_buttons else 0
    return _HEADER.but(align=align, indent=indent)


def _write_body(page: Worksheet, writer: CellWriter, table: Table) -> None:
    styles = [column.style for column in table.columns]
    first = table.row + 1
    if not table.rows:
        for place, column in enumerate(table.columns):
            # A calculated column keeps its formula on the blank row, so that the first typed row has it.
            blank: Formula | None = Formula(column.formula, "") if column.formula else None
            writer.write(first, table.column + place, blank, column.style, table.name)
        return
    formulas = [column.formula for column in table.columns]
    linked = [style.but(color=LINK.color, underline=True) for style in styles]
    # A text, day or blank that a column held before is the same cell again: a long list holds few different ones.
    met: list[dict[Content, Any]] = [{} for _ in styles]
    for offset, row in enumerate(table.rows):
        cells = page.table[first + offset - 1]
        for place, content in enumerate(row):
            repeats = type(content) in _REPEATING and not formulas[place]
            if repeats and (cell := met[place].get(content)) is not None:
                page.repeat(first + offset - 1, table.column + place - 1, cell)
                continue
            shown = content
            if formulas[place] and not isinstance(content, Formula):
                shown = Formula(formulas[place], content.text if isinstance(content, Link) else content)
            style = linked[place] if is_link(shown) else styles[place]
            writer.write(first + offset, table.column + place, shown, style, table.name)
            if repeats:
                met[place][content] = cells.get(table.column + place - 1)


def _write_totals(writer: CellWriter, table: Table) -> None:
    for place, column in enumerate(table.columns):
        style = column.style.but(bold=True)
        if column.total is None:
            writer.write(table.last_row, table.column + place, None, style if style != PLAIN else PLAIN)
        else:
            writer.write(table.last_row, table.column + place, column.total, style, table.name)
