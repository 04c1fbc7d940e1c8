"""A sheet spec as blocks to type and areas to dress: as few of each as there are, however many rows."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

from leadbook.books.cellwriting import LINK, link_target, number_of
from leadbook.books.live.looks import Look, look_of
from leadbook.books.live.typing_in import typed, typed_column
from leadbook.books.ownership import written_area
from leadbook.books.tablewriting import header_style
from leadbook.sheets.contents import is_link
from leadbook.sheets.spec import PLAIN, Area, Formula, Link, Style

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from leadbook.books.live.typing_in import Typed
    from leadbook.sheets.spec import Content, Sheet, Table

LOOKS = (
    "number",
    "size",
    "bold",
    "italic",
    "color",
    "fill",
    "align",
    "valign",
    "wrap",
    "indent",
    "underline",
    "border",
)
"""What a style says, in the order it is put on: how numbers show, before any number is there."""


_Span: TypeAlias = tuple[int, int, int, int]
_PLAIN_KINDS = frozenset({str, int, float, bool, type(None)})  # they neither lead anywhere nor are days


class Block(Struct, frozen=True):
    """Rows to type in one go: a table's header, its body, or what stands between tables."""

    area: Area
    rows: list[list[Typed]]


class Dress(Struct, frozen=True):
    """One look and an area that has it; a border's value is its sides and colour."""

    look: str
    value: object
    area: Area


class Laid(Struct, frozen=True):
    """A sheet ready to be typed in; ``look`` tells everything about it but what is typed."""

    area: Area
    blocks: list[Block]
    dresses: list[Dress]
    look: Look


def lay(sheet: Sheet, *, date_1904: bool = False) -> Laid:
    """Return what has to be typed and how it looks.

    Parameters
    ----------
    sheet : Sheet
    date_1904 : bool
        Whether the workbook's days count from 1904.
    """
    area = written_area(sheet)
    grid: list[list[Typed]] = [[""] * area.last_column for _ in range(area.last_row)]
    styled: list[tuple[Area, Style]] = []

    def put(row: int, column: int, content: Content, style: Style) -> None:
        shown = _shown_style(content, style)
        grid[row - 1][column - 1] = typed(content, shown.number, date_1904=date_1904)
        if shown != PLAIN:
            styled.append((Area(row, column, row, column), shown))

    for table in sheet.tables:
        _put_table(table, grid, styled, date_1904=date_1904)
    for merge in sheet.merges:
        put(merge.first_row, merge.first_column, merge.content, merge.style)
        if merge.style != PLAIN:
            styled[-1:] = [(Area(merge.first_row, merge.first_column, merge.last_row, merge.last_column), merge.style)]
    for cell in sheet.cells:
        put(cell.row, cell.column, cell.content, cell.style)
    dresses = list(_dresses(styled))
    return Laid(area, list(_blocks(grid, area, sheet.tables)), dresses, look_of(sheet, area, dresses))


def _put_table(table: Table, grid: list[list[Typed]], styled: list[tuple[Area, Style]], *, date_1904: bool) -> None:
    left, first, last = table.column, table.row + 1, table.row + max(1, len(table.rows))
    for place, column in enumerate(table.columns):
        at = left + place
        grid[table.row - 1][at - 1] = typed(column.header, date_1904=date_1904)
        styled.append((Area(table.row, at, table.row, at), header_style(table, column)))
        contents = _body(table, place)
        if _PLAIN_KINDS.issuperset(map(type, contents)):
            looks = [column.style] * len(contents)
            held = typed_column(contents, column.style.number, date_1904=date_1904)
        else:
            linked = column.style.but(color=LINK.color, underline=True)
            looks = [_dated(content, linked if _leads_somewhere(content) else column.style) for content in contents]
            held = [
                typed(content, look.number, date_1904=date_1904) for content, look in zip(contents, looks, strict=True)
            ]
        for row, value in enumerate(held, first - 1):
            grid[row][at - 1] = value
        begin = 0
        for end in range(1, len(looks) + 1):
            if end == len(looks) or looks[end] is not looks[begin]:
                if looks[begin] != PLAIN:
                    styled.append((Area(first + begin, at, first + end - 1, at), looks[begin]))
                begin = end
        if table.totals:
            style = column.style.but(bold=True)
            grid[last][at - 1] = typed(column.total, style.number, date_1904=date_1904)
            styled.append((Area(last + 1, at, last + 1, at), style))


def _body(table: Table, place: int) -> list[Content]:
    """Return a column's contents; a calculated column holds its formula in every row."""
    formula = table.columns[place].formula
    contents: list[Content] = [row[place] for row in table.rows] or [Formula(formula, "") if formula else None]
    if not formula:
        return contents
    return [content if isinstance(content, Formula) else Formula(formula, _plain(content)) for content in contents]


def _leads_somewhere(content: Content) -> bool:
    return is_link(content) and not (isinstance(content, Link) and not link_target(content.target))


def _plain(content: Content) -> str | float | dt.date | None:
    return content.text if isinstance(content, Link) else content.value if isinstance(content, Formula) else content


def _shown_style(content: Content, style: Style) -> Style:
    if isinstance(content, Link) and style == PLAIN and link_target(content.target):
        style = LINK
    return _dated(content, style)


def _dated(content: Content, style: Style) -> Style:
    """Return a style that shows a day as one, where none says how."""
    if style.number:
        return style
    value = content.value if isinstance(content, Formula) else content.text if isinstance(content, Link) else content
    number = number_of(value) if isinstance(value, dt.date) else ""
    return style.but(number=number) if number else style


def _blocks(grid: list[list[Typed]], area: Area, tables: Iterable[Table]) -> Iterator[Block]:
    """Yield the rows in blocks: header and body of a table are never written together."""
    cuts = {1, area.last_row + 1}
    for table in tables:
        cuts |= {table.row, table.row + 1, table.row + 1 + max(1, len(table.rows)), table.last_row + 1}
    edges = sorted(cut for cut in cuts if cut <= area.last_row + 1)
    for first, end in pairwise(edges):
        yield Block(Area(first, 1, end - 1, area.last_column), grid[first - 1 : end - 1])


def _dresses(styled: Sequence[tuple[Area, Style]]) -> Iterator[Dress]:
    """Yield each look with the largest areas that have it: a call each, instead of one for every cell."""
    by_look: dict[tuple[str, object], list[_Span]] = defaultdict(list)
    known: dict[int, list[tuple[str, object]]] = {}  # most cells share a style, as one object
    for area, style in styled:
        said = known.get(id(style))
        if said is None:
            said = known[id(style)] = list(_looks_of(style))
        span = area.first_row, area.last_row, area.first_column, area.last_column
        for shown in said:
            by_look[shown].append(span)
    for look in LOOKS:
        for (name, value), spans in by_look.items():
            if name == look:
                for area in _joined(spans):
                    yield Dress(look, value, area)


def _looks_of(style: Style) -> Iterator[tuple[str, object]]:
    if style.indent and not style.align:
        style = style.but(align="left")  # Excel indents nothing that stands where it likes
    for look in LOOKS:
        value: object = getattr(style, look)
        if value:
            yield look, (value, style.border_color) if look == "border" else value


def _joined(spans: Iterable[_Span]) -> list[Area]:
    """Join areas, as first and last row and column, side by side, then those on top of one another."""
    wide = _runs(spans)
    tall = _runs((left, right, first, last) for first, last, left, right in wide)
    return [Area(first, left, last, right) for left, right, first, last in tall]


def _runs(spans: Iterable[_Span]) -> list[_Span]:
    """Join spans of the same extent across, told first, that follow one another along."""
    joined: list[_Span] = []
    for span in sorted(spans):
        last = joined[-1] if joined else None
        if last is not None and last[:2] == span[:2] and last[3] + 1 == span[2]:
            joined[-1] = (*last[:3], span[3])
        else:
            joined.append(span)
    return joined
