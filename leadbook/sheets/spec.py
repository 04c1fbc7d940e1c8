"""A sheet before Excel: cells, tables, charts and formats as plain data, for any renderer."""

from __future__ import annotations

import datetime as dt
from typing import Literal, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

Scalar: TypeAlias = str | float | int | bool | dt.date | dt.datetime | None


class Formula(Struct, frozen=True):
    """A live formula with the value Python computed for it; the only text ever written as a formula.

    Parameters
    ----------
    text : str
        Begins with "="; made by leadbook alone, never from a cell's text.
    value : Scalar
        What Excel will compute.
    """

    text: str
    value: Scalar


class Link(Struct, frozen=True):
    """A cell that jumps to a place in the workbook (``Leads!C5``), in another one beside it, or to a web address.

    Parameters
    ----------
    text : Scalar
        What the cell shows.
    target : str
        ``Leads!C5`` (sheet quoted where needed), ``file:team/anna.xlsx#Leads!C5`` (a path relative to the workbook,
        with "/"), or a full ``https://`` or ``mailto:`` address.
    tip : str
    """

    text: Scalar
    target: str
    tip: str = ""


Content: TypeAlias = Scalar | Formula | Link


class Style(Struct, frozen=True):
    """How a cell looks. Colours are ``#RRGGBB``; "" leaves the workbook's own.

    ``number`` is an Excel number format code. ``border`` draws a thin line on the named sides
    ("all", "bottom", "top").
    """

    number: str = ""
    bold: bool = False
    italic: bool = False
    size: float = 0
    color: str = ""
    fill: str = ""
    align: Literal["", "left", "center", "right"] = ""
    valign: Literal["", "top", "center"] = ""
    wrap: bool = False
    indent: int = 0
    underline: bool = False
    border: Literal["", "all", "bottom", "top"] = ""
    border_color: str = "#D9D9D9"

    def but(self, **changes: object) -> Style:
        """Return a copy with some fields changed."""
        return replace(self, **changes)


PLAIN = Style()


class Cell(Struct, frozen=True):
    """One cell. ``row`` and ``column`` count from 1, as Excel shows them."""

    row: int
    column: int
    content: Content
    style: Style = PLAIN


class Merge(Struct, frozen=True):
    """A merged block holding one text, for titles only (rows and columns from 1, inclusive)."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int
    content: Content
    style: Style = PLAIN


class TableColumn(Struct, frozen=True):
    """One column of a sheet's table.

    Parameters
    ----------
    header : str
    style : Style
        For the body cells.
    formula : str
        A calculated column's formula in structured references ("=[@Amount]*[@Chance]"); "" for none. The
        cells then hold the values computed for it.
    total : Formula or str or None
        What the totals row shows, when the table has one.
    """

    header: str
    style: Style = PLAIN
    formula: str = ""
    total: Formula | str | None = None


class Table(Struct, frozen=True):
    """An Excel table. ``row`` and ``column`` place its header's first cell (from 1).

    ``rows`` holds one tuple of contents for each body row; an empty list gives one blank body row, as Excel
    demands.
    """

    name: str
    row: int
    column: int
    columns: tuple[TableColumn, ...]
    rows: list[tuple[Content, ...]]
    style_name: str = "Table Style Light 1"
    totals: bool = False
    filter_buttons: bool = True
    banded: bool = False

    @property
    def last_row(self) -> int:
        """The last row it takes, totals included."""
        return self.row + max(1, len(self.rows)) + int(self.totals)

    @property
    def last_column(self) -> int:
        """The last column it takes."""
        return self.column + len(self.columns) - 1


class Area(Struct, frozen=True):
    """A block of cells, rows and columns from 1, inclusive."""

    first_row: int
    first_column: int
    last_row: int
    last_column: int


class ConditionalFormat(Struct, frozen=True):
    """A format that Excel applies by itself.

    Parameters
    ----------
    area : Area
    kind : {"data_bar", "formula", "color_scale", "icons"}
    formula : str
        For "formula": relative to the area's first cell, beginning with "=".
    style : Style
        For "formula": fill, color, bold.
    color : str
        For "data_bar" and "color_scale".
    """

    area: Area
    kind: Literal["data_bar", "formula", "color_scale", "icons"]
    formula: str = ""
    style: Style = PLAIN
    color: str = "#5B9BD5"


class Validation(Struct, frozen=True):
    """A dropdown or a limit on what may be typed, with the message shown on the cell.

    ``source`` is a formula ("=Stages[Stage]" through INDIRECT, or a name) or a tuple of words for "list";
    for "whole", "decimal" and "date" ``minimum`` and ``maximum`` (inclusive) bound it; "any" shows only the
    message. ``strict`` stops other input, otherwise Excel only warns.
    """

    area: Area
    kind: Literal["list", "whole", "decimal", "date", "any"]
    source: str | tuple[str, ...] = ""
    minimum: float | None = None
    maximum: float | None = None
    title: str = ""
    message: str = ""
    strict: bool = False


UNSEEN = "none"
"""The colour of columns that only lift others: those of a waterfall's floating steps."""


class Series(Struct, frozen=True):
    """One series of a chart; areas lie on the chart's own sheet unless ``sheet`` names another."""

    name: str
    categories: Area
    values: Area
    color: str = ""
    kind: Literal["", "column", "line"] = ""
    sheet: str = ""
    labels: bool = False
    label_format: str = ""


class Chart(Struct, frozen=True):
    """A native Excel chart.

    ``row`` and ``column`` place its top left corner (from 1); size in pixels. ``kind`` "bar" is horizontal
    with the first category on top. ``value_format`` is a number format code for the value axis, which ends at
    ``value_most`` where that is not 0.
    """

    kind: Literal["bar", "column", "stacked_column", "stacked_bar", "line", "scatter"]
    title: str
    series: tuple[Series, ...]
    row: int
    column: int
    width: int = 480
    height: int = 288
    value_format: str = ""
    value_most: float = 0.0
    value_title: str = ""
    category_title: str = ""
    legend: bool = True
    gap: int = 60
    description: str = ""


class Print(Struct, frozen=True):
    """How the sheet prints.

    ``fit_width`` and ``fit_height`` are in pages, 0 leaves one free; with both 0 the sheet prints at ``scale``
    per cent. A new page starts before each of ``row_breaks`` and ``column_breaks`` (from 1).
    """

    landscape: bool = True
    fit_width: int = 1
    fit_height: int = 0
    scale: int = 100
    repeat_first_row: int = 0
    repeat_last_row: int = 0
    repeat_columns: int = 0
    row_breaks: tuple[int, ...] = ()
    column_breaks: tuple[int, ...] = ()
    area: Area | None = None
    footer: str = "&L&A&RPage &P of &N"


class Sheet(Struct, frozen=True):
    """A whole sheet, laid out.

    Parameters
    ----------
    name : str
        What it is called unless the seller has a sheet of that name already.
    cells : list of Cell
    merges, tables, charts, conditional_formats, validations : lists
    widths : mapping of int to float
        Column (from 1) to width in characters.
    heights : mapping of int to float
        Row (from 1) to height in points.
    row_height : float
        Of every other row, in points; 0 leaves it to Excel.
    freeze : (int, int)
        Rows and columns that stay in sight.
    names : mapping of str to Area
        Workbook names that leadbook owns, each pointing at an area of this sheet.
    hidden_columns, printing, tab_color, gridlines, zoom
        As Excel's own settings of a sheet.
    """

    name: str
    cells: list[Cell] = field(default_factory=list)
    merges: list[Merge] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)
    charts: list[Chart] = field(default_factory=list)
    conditional_formats: list[ConditionalFormat] = field(default_factory=list)
    validations: list[Validation] = field(default_factory=list)
    widths: dict[int, float] = field(default_factory=dict)
    heights: dict[int, float] = field(default_factory=dict)
    row_height: float = 0
    freeze: tuple[int, int] = (0, 0)
    hidden_columns: tuple[int, ...] = ()
    names: dict[str, Area] = field(default_factory=dict)
    printing: Print = field(default_factory=Print)
    tab_color: str = ""
    gridlines: bool = False
    zoom: int = 100
