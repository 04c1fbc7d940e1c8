"""Which sheets are leadbook's: a hidden name marks each one, and follows it when the user renames it."""

from __future__ import annotations

import math
import re
from typing import TYPE_CHECKING, Any, Protocol

from msgspec import Struct

from leadbook.books.ooxml.carried_controls import CONTROL_MARK
from leadbook.books.ooxml.escape import unescape_xml
from leadbook.books.ooxml.package import Package
from leadbook.books.ooxml.relationships import Relationships
from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.sheets.spec import Area, Link

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.ooxml import Workbook
    from leadbook.sheets.spec import Content, Sheet

_PREFIX = "_leadbook_"
_OBJECTS = re.compile(r"objects=(\d+)")
_REFERENCE = re.compile(
    r"=?(?:'(?P<quoted>(?:[^']|'')+)'|(?P<bare>[^'!]+))!"
    r"(?:\$?(?P<c1>[A-Z]{1,3})\$?(?P<r1>\d+)(?::\$?(?P<c2>[A-Z]{1,3})\$?(?P<r2>\d+))?|#REF!)$"
)
_CELLS = re.compile(r"\bcells=(\d+)")
_LOOK = re.compile(r"\blook=(\w+)")
_ANCHOR = re.compile(rb"<(?:\w+:)?((?:twoCell|oneCell|absolute)Anchor)\b.*?</(?:\w+:)?\1>", re.DOTALL)
_NAMED = re.compile(rb"""<(?:\w+:)?cNvPr\b[^>]*?\sname=["']([^"']*)["']""")
_CHART_TITLE = re.compile(rb"<(?:\w+:)?title>(.*?)</(?:\w+:)?title>", re.DOTALL)
_CHART_TEXT = re.compile(rb"<(?:\w+:)?t>([^<]*)</(?:\w+:)?t>")
CHART_NAME = "leadbook: "
"""What the name of each chart of leadbook's begins with: other programs keep it when they save the workbook."""
_COMMENTS = ("comments", "threadedComment")
_CORNER = Area(1, 1, 1, 1)


class Mark(Struct, frozen=True):
    """A sheet that leadbook put there.

    Parameters
    ----------
    sheet : str
        What it is called now.
    area : Area
        The cells leadbook wrote last time; the user's own may stand around it.
    objects : int or None
        How many charts leadbook put on it; None when the mark does not say, as another program than Excel leaves it.
    cells : int or None
        How many cells it filled; None when the mark does not say.
    look : str
        A word for how it was laid out in an open workbook; "" when the mark does not say.
    """

    sheet: str
    area: Area
    objects: int | None
    cells: int | None = None
    look: str = ""


def mark_name(wanted: str) -> str:
    """Return the hidden name that marks a generated sheet: ``_leadbook_Pipeline``."""
    return _PREFIX + re.sub(r"\W", "_", wanted)


class _Named(Protocol):
    @property
    def name(self) -> str: ...


class _Standing(_Named, Protocol):
    @property
    def sheet(self) -> str: ...


class _Defined(_Named, Protocol):
    @property
    def text(self) -> str: ...
    @property
    def sheet(self) -> str | int | None: ...
    @property
    def comment(self) -> str | None: ...


class Outline(Protocol):
    """The sheets, tables and names of a workbook, on disk or open in Excel."""

    @property
    def sheets(self) -> Sequence[_Named]:
        """Every sheet."""

    @property
    def tables(self) -> Sequence[_Standing]:
        """Every table, with the sheet it stands on."""

    @property
    def defined_names(self) -> Mapping[Any, _Defined]:
        """Every defined name; one of the whole workbook has no sheet."""


def find_mark(workbook: Outline, wanted: str) -> Mark | None:
    """Return the mark of a generated sheet, or None when it was never put there or was deleted.

    Notes
    -----
    Excel keeps a workbook name pointing at its sheet through renames and moves, widens it when rows are
    inserted, and turns it to ``#REF!`` when the sheet is deleted.
    """
    return list_marks(workbook).get(mark_name(wanted).removeprefix(_PREFIX).casefold())


def list_marks(workbook: Outline) -> dict[str, Mark]:
    """Return the mark of every generated sheet that is still there, by what its hidden name ends in."""
    present = {sheet.name.casefold(): sheet.name for sheet in workbook.sheets}
    found: dict[str, Mark] = {}
    for defined in workbook.defined_names.values():
        if defined.sheet is not None or not defined.name.casefold().startswith(_PREFIX):
            continue
        matched = _REFERENCE.match(defined.text)
        if not matched:
            continue
        spelled = (matched["quoted"] or "").replace("''", "'") or matched["bare"] or ""
        sheet = present.get(spelled.casefold())
        if sheet is not None:
            objects = _OBJECTS.search(defined.comment or "")
            cells = _CELLS.search(defined.comment or "")
            look = _LOOK.search(defined.comment or "")
            key = defined.name[len(_PREFIX) :].casefold()
            found[key] = Mark(
                sheet,
                _area(matched),
                int(objects[1]) if objects else None,
                int(cells[1]) if cells else None,
                look[1] if look else "",
            )
    return found


def put_mark(workbook: Workbook, wanted: str, name: str, sheet: Sheet) -> None:
    """Mark the sheet called ``name`` as leadbook's, with the area, the cells and the charts it put there."""
    workbook.set_name(mark_name(wanted), reference(name, written_area(sheet)), hidden=True, comment=mark_comment(sheet))


def mark_comment(sheet: Sheet) -> str:
    """Return what the hidden name of a generated sheet says beside its area: how much leadbook put there."""
    return f"leadbook writes this sheet anew on each refresh; objects={len(sheet.charts)}; cells={count_cells(sheet)}"


def count_cells(sheet: Sheet) -> int:
    """Return how many cells a sheet spec fills, formulas with an empty result included."""
    filled = {(cell.row, cell.column) for cell in sheet.cells if _is_filled(cell.content)}
    filled.update((merge.first_row, merge.first_column) for merge in sheet.merges if _is_filled(merge.content))
    for table in sheet.tables:
        for at, column in enumerate(table.columns, table.column):
            if column.header:
                filled.add((table.row, at))
            if table.totals and _is_filled(column.total):
                filled.add((table.last_row, at))
    count = 0
    for table in sheet.tables:
        # A cell of its own in a table's body is rare, and the table's cell there then counts with it.
        rows, columns = range(table.row + 1, table.last_row + 1), range(table.column, table.last_column + 1)
        count += sum(sum(map(_is_filled, row)) for row in table.rows)
        for at, place in filled:
            if at in rows and place in columns and at - rows.start < len(table.rows):
                count -= _is_filled(table.rows[at - rows.start][place - columns.start])
    return count + len(filled)


def _is_filled(content: Content) -> bool:
    value = content.text if isinstance(content, Link) else content
    return not (value is None or value == "" or (isinstance(value, float) and not math.isfinite(value)))


def foreign_objects(data: bytes, part: str, mark: Mark, sheet: Sheet) -> int:
    """Return how many comments, charts, pictures and shapes on a sheet of leadbook's leadbook did not put there.

    Parameters
    ----------
    data : bytes
        The workbook's file.
    part : str
        The sheet's part.
    mark : Mark
    sheet : Sheet
        What the sheet will be; a chart titled as one of its charts is leadbook's, whatever program saved it.

    Notes
    -----
    Buttons and other form controls do not count: they stay when the sheet is written anew.
    """
    package = Package(data)
    named = known = others = comments = 0
    titles = {_letters(chart.title) for chart in sheet.charts if chart.title}
    for link in Relationships(package, part):
        comments += link.kind.startswith(_COMMENTS)
        if link.kind != "drawing" or link.external or not package.has(link.part):
            continue
        charts = {one.id.encode(): one.part for one in Relationships(package, link.part).of_kind("chart")}
        for anchor in _ANCHOR.finditer(package.read(link.part)):
            if CONTROL_MARK in anchor[0]:
                continue
            own = _NAMED.search(anchor[0])
            if own is not None and own[1].startswith(CHART_NAME.encode()):
                named += 1
            elif any(b'"%s"' % key in anchor[0] and _title(package, chart) in titles for key, chart in charts.items()):
                known += 1
            else:
                others += 1
    # Charts of earlier versions have no name that tells them; there the count does.
    strange = others if named or mark.objects is None else max(0, named + known + others - mark.objects)
    return comments + strange


def _title(package: Package, chart: str) -> str:
    found = _CHART_TITLE.search(package.read(chart)) if package.has(chart) else None
    text = b"".join(_CHART_TEXT.findall(found[1])) if found else b""
    return _letters(unescape_xml(text)) or "?"


def _letters(title: str) -> str:
    """Return a title without what changes in it from day to day, such as the quarter."""
    return "".join(letter for letter in title.casefold() if letter.isalpha())


def reference(sheet: str, area: Area) -> str:
    """Return the absolute reference of an area (``Pipeline!$A$1:$N$120``), without "="."""
    first = f"${column_letters(area.first_column)}${area.first_row}"
    last = f"${column_letters(area.last_column)}${area.last_row}"
    return f"{quoted_sheet(sheet)}!{first}" + ("" if first == last else f":{last}")


def written_area(sheet: Sheet) -> Area:
    """Return the smallest area that holds everything a sheet spec writes into cells."""
    rows = [cell.row for cell in sheet.cells]
    columns = [cell.column for cell in sheet.cells]
    for merge in sheet.merges:
        rows.append(merge.last_row)
        columns.append(merge.last_column)
    for table in sheet.tables:
        rows.append(table.last_row)
        columns.append(table.last_column)
    return Area(1, 1, max(rows, default=1), max(columns, default=1))


def _area(found: re.Match[str]) -> Area:
    if not found["r1"]:
        return _CORNER
    first = (int(found["r1"]), _column(found["c1"]))
    last = (int(found["r2"]), _column(found["c2"])) if found["r2"] else first
    return Area(*first, *last)


def _column(spelled: str) -> int:
    number = 0
    for letter in spelled:
        number = number * 26 + ord(letter) - 64
    return number
