"""Laying a sheet out from the top down: titles, tiles, grids and tables one below the other."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from leadbook.sheets import look
from leadbook.sheets.contents import is_link, link_style
from leadbook.sheets.paging import page_breaks, span_pixels
from leadbook.sheets.spec import (
    Area,
    Cell,
    Chart,
    ConditionalFormat,
    Content,
    Merge,
    Print,
    Sheet,
    Style,
    Table,
    TableColumn,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

POINTS_A_LINE = 15.0
POINTS_A_SMALL_LINE = 13.5
POINTS_A_ROW = 15.75  # a pixel more than Excel takes, so that no text touches the line above it
POINTS_A_PIXEL = 0.75
ROOM_IN_ROW = 2.0
ROOM_BELOW_HEADER = 2.5  # more of it for the first row, whose text would touch the header's line
INDENT_CHARACTERS = 1.3
CHART_MARGIN_PIXELS = 8  # a chart as wide as the print area loses its right border


class Dated(Protocol):
    """What a title tells of: a workbook, and the day it was worked out for."""

    @property
    def today(self) -> dt.date:
        """The day everything was worked out for."""

    @property
    def book_name(self) -> str:
        """The workbook's file name."""


class Field(Struct, frozen=True):
    """One column of a grid or a table: its header, how its body looks and how wide it may get.

    In a grid it may span several columns of the sheet.
    """

    header: str
    style: Style = look.TEXT
    least: float = 8
    most: float = 40
    span: int = 1


class Tile(Struct, frozen=True):
    """One headline number: its name, the number with its format, and a small grey explanation."""

    name: str
    value: Content
    number: str = look.COUNT
    note: str = ""
    style: Style = look.TILE_VALUE


class Page(Struct):
    """A sheet being laid out; ``at`` is the next free row.

    Parameters
    ----------
    sheet : Sheet
    columns : int
        How many columns the page is wide; titles, notes and the print area span them.
    at : int
    """

    sheet: Sheet
    columns: int
    at: int = 1
    _sections: list[int] = field(default_factory=list)
    _flowing: list[int] = field(default_factory=list)
    _breaks: list[int] = field(default_factory=list)

    def put(self, row: int, column: int, content: Content, style: Style = look.TEXT) -> None:
        """Put one cell."""
        self.sheet.cells.append(Cell(row, column, content, style))

    def widths(self, *characters: float) -> None:
        """Set the widths of the first columns; a table laid later may only widen them."""
        for column, width in enumerate(characters, 1):
            self.sheet.widths[column] = width

    def title(self, text: str, results: Dated, *, said: str) -> str:
        """Put the title and the line below it; return the absolute reference of the as-of date's cell."""
        self.put(1, 1, text, look.TITLE)
        self.sheet.heights[1] = 28
        day = look.SUBTITLE.but(number=f'"As of "{look.DATE}', align="left", bold=True, color=look.INK)
        self.sheet.merges.append(Merge(2, 1, 2, 2, results.today, day))
        self.put(2, 3, f"{results.book_name}  ·  {said}", look.SUBTITLE.but(indent=1))
        self.sheet.heights[2] = 18
        self.sheet.heights[3] = 9
        self.at = 4
        return "$A$2"

    def section(self, text: str, *, note: str = "", columns: int = 0, flows: bool = False) -> None:
        """Put a section's heading over the page's width or its first columns, with a small explanation below it.

        In print a section starts a new page where it would be torn apart, unless it ``flows``: then only its heading
        stays with its first rows.
        """
        self._sections.append(self.at)
        if flows:
            self._flowing.append(self.at)
        for column in range(1, (columns or self.columns) + 1):
            self.put(self.at, column, text if column == 1 else None, look.SECTION)
        self.sheet.heights[self.at] = 21
        self.at += 1
        if note:
            self.put(self.at, 1, note, look.NOTE)
            self.at += 1

    def tiles(self, tiles: Sequence[Tile]) -> None:
        """Put headline numbers side by side, one a column."""
        width = self.sheet.widths
        fits = [
            10 * (width.get(column, 12) - 2) / max(1, len(look.shown(tile.value, tile.number)))
            for column, tile in enumerate(tiles, 1)
        ]
        size = max(11.0, min(look.TILE_VALUE.size, *map(int, fits)))  # one size for all, so that none looks lesser
        lines = 1
        for column, tile in enumerate(tiles, 1):
            self.put(self.at, column, tile.name, look.TILE_NAME)
            style = tile.style.but(number=tile.number, size=min(tile.style.size, size))
            self.put(self.at + 1, column, tile.value, style)
            self.put(self.at + 2, column, tile.note, look.TILE_NOTE)
            lines = max(lines, look.lines_needed(tile.note, (width.get(column, 12) - 2) * 11 / look.TILE_NOTE.size))
        self.sheet.heights[self.at] = 18
        self.sheet.heights[self.at + 1] = 27
        self.sheet.heights[self.at + 2] = 4 + 12.0 * lines
        self.at += 4

    def grid(self, fields: Sequence[Field], rows: Sequence[Sequence[Content]], *, column: int = 1) -> Area:
        """Put a header and body of plain cells; return the body's area (one blank row when it is empty)."""
        top, lines, at = self.at, 1, column
        placed: list[tuple[int, Field]] = []
        for part in _placed(fields):
            placed.append((at, part))
            right = part.style.align == "right"
            style = look.HEADER_RIGHT if right else look.HEADER.but(align=part.style.align, indent=part.style.indent)
            self._put_over(top, at, part.span, part.header, style)
            lines = max(lines, look.lines_needed(part.header, self._room(at, part.span) + 0.5))
            at += part.span
        self.sheet.heights[top] = 4 + POINTS_A_LINE * lines
        self.sheet.heights[top + 1] = POINTS_A_ROW + ROOM_BELOW_HEADER
        for down, row in enumerate(rows, 1):
            tallest = 0.0
            for (left, part), content in zip(placed, row, strict=True):
                style = link_style(part.style) if is_link(content) else part.style
                self._put_over(top + down, left, part.span, content, style)
                if style.wrap:
                    small = (style.size or look.BODY_SIZE) / look.BODY_SIZE
                    room = self._room(left, part.span) / small - INDENT_CHARACTERS * style.indent
                    tallest = max(tallest, small * look.lines_needed(look.shown(content), room))
            if tallest > 1:
                room = ROOM_BELOW_HEADER if down == 1 else ROOM_IN_ROW
                self.sheet.heights[top + down] = room + POINTS_A_LINE * tallest
        self.at = top + max(1, len(rows)) + 1
        return Area(top + 1, column, top + max(1, len(rows)), at - 1)

    def _put_over(self, row: int, column: int, span: int, content: Content, style: Style) -> None:
        """Put one cell, or a merged one over several columns."""
        if span == 1:
            self.put(row, column, content, style)
        else:
            self.sheet.merges.append(Merge(row, column, row, column + span - 1, content, style))

    def _room(self, column: int, span: int) -> float:
        return sum(self.sheet.widths.get(at, 12) for at in range(column, column + span))

    def table(self, name: str, fields: Sequence[Field], rows: Sequence[Sequence[Content]]) -> Table:
        """Put an Excel table that people can sort and filter, its columns wide enough for what they hold."""
        width = self.sheet.widths
        fields = _placed(fields)
        for column, part in enumerate(fields, 1):
            contents = [row[column - 1] for row in rows]
            wanted = look.fitted(part.header, contents, part.style.number, least=part.least, most=part.most)
            width[column] = max(width.get(column, 0), wanted + INDENT_CHARACTERS * part.style.indent)
        wrapping = [
            look.lines_of([row[at] for row in rows], width[at + 1] - 0.5 - INDENT_CHARACTERS * part.style.indent)
            for at, part in enumerate(fields)
            if part.style.wrap
        ]
        for down, lines in enumerate(zip(*wrapping, strict=True), 1):
            tallest = max(lines)
            if tallest > 1:
                self.sheet.heights[self.at + down] = min(400.0, ROOM_IN_ROW + POINTS_A_LINE * tallest)
        if wrapping:  # rows of several lines are told apart by a line below each
            fields = [replace(part, style=_ruled(part.style)) for part in fields]
        columns = tuple(TableColumn(part.header, part.style) for part in fields)
        made = Table(name, self.at, 1, columns, [tuple(row) for row in rows])
        self.sheet.tables.append(made)
        self.mark(Area(made.row, 1, made.row, made.last_column), "=TRUE", look.TABLE_HEADER)
        self.sheet.heights[self.at] = 20
        self.at = made.last_row + 2
        return made

    def sentence(self, text: str, style: Style = look.NOTE_WRAPPED) -> None:
        """Put a sentence over the page's width, wrapped, tall enough to be read."""
        room = sum(self.sheet.widths.get(column, 9) for column in range(1, self.columns + 1))
        room *= look.BODY_SIZE / (style.size or look.BODY_SIZE) * 0.98
        lines = look.lines_needed(text, room)
        self.sheet.merges.append(Merge(self.at, 1, self.at, self.columns, text, style))
        self.sheet.heights[self.at] = POINTS_A_SMALL_LINE * lines + 3
        self.at += 1

    def keep_together(self) -> None:
        """Let a new printed page start here when what follows, up to the next section, would be torn apart."""
        self._sections.append(self.at)

    def break_before(self, row: int) -> None:
        """Let a new printed page start at a row, so that what follows can be printed by itself."""
        self._breaks.append(row)

    def gap(self, rows: int = 1) -> None:
        """Leave rows free."""
        self.at += rows

    def rows_for(self, pixels: int) -> int:
        """Return how many rows of the usual height a chart of a height covers."""
        return math.ceil(pixels * POINTS_A_PIXEL / POINTS_A_ROW)

    def bars(self, area: Area, column: int, color: str = look.MIST) -> None:
        """Draw data bars in one column of an area."""
        part = Area(area.first_row, column, area.last_row, column)
        self.sheet.conditional_formats.append(ConditionalFormat(part, "data_bar", color=color))

    def mark(self, area: Area, formula: str, style: Style) -> None:
        """Format an area's cells where a formula holds; it is relative to the area's first cell."""
        self.sheet.conditional_formats.append(ConditionalFormat(area, "formula", formula, style))

    def chart(self, chart: Chart) -> None:
        """Add a chart; it lies over cells and takes no rows by itself."""
        self.sheet.charts.append(chart)

    def span(self, first: int, last: int) -> int:
        """Return how many pixels wide a run of columns is, for a chart that ends just before their end."""
        return span_pixels(self.sheet, first, last) - CHART_MARGIN_PIXELS

    def finish(self, *, freeze: tuple[int, int] = (2, 0), repeat: tuple[int, int] = (1, 3)) -> Sheet:
        """Set up freezing and printing, and return the sheet."""
        sheet = replace(self.sheet, row_height=POINTS_A_ROW)
        last = max(
            [self.at - 1, *(cell.row for cell in sheet.cells), *(table.last_row for table in sheet.tables)], default=1
        )
        breaks = page_breaks(sheet, self._sections, last, self.columns, repeat, flowing=self._flowing)
        printing = Print(
            landscape=True, fit_width=1, fit_height=0, repeat_first_row=repeat[0], repeat_last_row=repeat[1],
            area=Area(1, 1, last, self.columns), row_breaks=tuple(sorted({*breaks, *self._breaks})),
        )  # fmt: skip
        return replace(sheet, freeze=freeze, printing=printing)


def _placed(fields: Sequence[Field]) -> list[Field]:
    """Return the columns with their texts at the left, each but the first a little off its neighbour."""
    return [replace(part, style=look.at_left(part.style, indent=int(place > 0))) for place, part in enumerate(fields)]


def _ruled(style: Style) -> Style:
    return style if style.border else style.but(border="bottom", border_color=look.LINE)
