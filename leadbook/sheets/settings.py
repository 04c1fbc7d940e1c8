"""The Settings sheet: every number of the playbook in named tables that a team changes in Excel."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.issues import column_letters
from leadbook.model.locate import SETTINGS_TABLES
from leadbook.model.options import ROUTING_MODES, option_name
from leadbook.model.team_options import Options
from leadbook.sheets import look
from leadbook.sheets.page import INDENT_CHARACTERS
from leadbook.sheets.paging import PAGE_WIDTH_POINTS, span_pixels
from leadbook.sheets.settings_blocks import ALSO_CALLED, settings_blocks
from leadbook.sheets.spec import Area, Cell, Merge, Print, Sheet, Table, TableColumn, Validation

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from leadbook.model.playbook import ColumnMapping, Playbook
    from leadbook.sheets.settings_fields import Block, Field

TITLE_ROW, HEADER_ROW = 4, 6
MORE = "More Settings"
SCALE = 60  # per cent
ROOM = 200  # rows below a table's header in which its dropdowns work

_HELP = (
    "Change any white cell; leadbook reads it on the next refresh. Add rows at a table's end, delete rows you don't "
    "need, but keep the headers."
)
_LINE_POINTS, _BODY_LINE_POINTS, _ROOM_IN_ROW = 12.5, 15.0, 3.0


def settings_sheet(
    playbook: Playbook,
    mappings: Sequence[ColumnMapping] = (),
    *,
    periods: Sequence[str] = (),
    only: Collection[str] = SETTINGS_TABLES,
) -> Sheet:
    """Lay out the Settings sheet.

    Parameters
    ----------
    playbook : Playbook
        What the tables hold.
    mappings : sequence of ColumnMapping
        Rows for the table Columns besides those of the playbook.
    periods : sequence of str
        Quota columns of the table Reps (``2026-Q4``, ``2026-11``) besides those that some rep has a quota for.
    only : collection of str
        Which tables of ``locate.SETTINGS_TABLES`` to lay out, at least one; some alone make a sheet More Settings,
        for a workbook that has the others.

    Returns
    -------
    Sheet
        One table for each of these names, side by side. ``model.settings.read_playbook`` reads the same playbook
        back.
    """
    names = [name for name in SETTINGS_TABLES if name in only]
    title = "Settings" if len(names) == len(SETTINGS_TABLES) else MORE
    sheet = Sheet(
        title,
        freeze=(HEADER_ROW, 0),
        gridlines=False,
        row_height=_ROOM_IN_ROW + _BODY_LINE_POINTS,
        tab_color=look.FAINT,
        printing=Print(fit_width=0, scale=SCALE, repeat_first_row=TITLE_ROW, repeat_last_row=HEADER_ROW),
    )
    sheet.cells.append(Cell(1, 1, title, look.TITLE))
    sheet.heights[1] = 30
    by_name = {block.name: block for block in settings_blocks(playbook, mappings, periods)}
    at = 1
    tallest = 1
    for name in names:
        block = by_name[name]
        tallest = max(tallest, _lay(sheet, block, at))
        at += len(block.fields)
        sheet.widths[at] = 3
        at += 1
    sheet.heights[TITLE_ROW] = 22
    sheet.heights[TITLE_ROW + 1] = 6 + _LINE_POINTS * tallest
    sheet.heights[HEADER_ROW] = 32
    last = HEADER_ROW + max(1, *(len(by_name[name].rows) for name in names))
    area = Area(1, 1, last, at - 2)
    breaks = _column_breaks(sheet, at - 1)
    _put_help(sheet, min(breaks, default=at - 1) - 1)
    return replace(sheet, printing=replace(sheet.printing, area=area, column_breaks=breaks))


def _put_help(sheet: Sheet, last: int) -> None:
    """Put the sentence below the title, over as many lines as the columns of the first printed page give it."""
    lines = look.lines_needed(_HELP, sum(sheet.widths[column] for column in range(1, last + 1)))
    if lines == 1:
        sheet.cells.append(Cell(2, 1, _HELP, look.SUBTITLE))
        return
    sheet.merges.append(Merge(2, 1, 2, last, _HELP, look.SUBTITLE.but(wrap=True)))
    sheet.heights[2] = _ROOM_IN_ROW + _BODY_LINE_POINTS * lines


def _column_breaks(sheet: Sheet, end: int) -> tuple[int, ...]:
    """Return the columns before which a new page starts: no table is torn but Stages, before its long column."""
    room = PAGE_WIDTH_POINTS * 100 / SCALE  # pixels; a quarter of the page stays free for fonts wider than Calibri
    starts = [table.column for table in sheet.tables]
    stages = next((table for table in sheet.tables if table.name == "Stages"), None)
    if stages is not None:
        long = stages.column + [column.header for column in stages.columns].index(ALSO_CALLED)
        starts = sorted([*starts, long])
    page_start, found = 1, []
    for start, following in zip(starts, [*starts[1:], end + 1], strict=True):
        if start > page_start and span_pixels(sheet, page_start, following - 1) > room:
            found.append(start)
            page_start = start
    return tuple(found)


def _lay(sheet: Sheet, block: Block, at: int) -> int:
    """Put one table with its title and help at a column; return how many lines the help takes."""
    last = at + len(block.fields) - 1
    # A text whose side is left to Excel touches the number to its left.
    styles = [look.at_left(field.style, indent=int(place > 0)) for place, field in enumerate(block.fields)]
    for column in range(at, last + 1):
        sheet.cells.append(Cell(TITLE_ROW, column, block.title if column == at else None, look.SECTION))
    help_row = TITLE_ROW + 1
    if last > at:
        sheet.merges.append(Merge(help_row, at, help_row, last, block.help, look.NOTE_WRAPPED))
    else:
        sheet.cells.append(Cell(help_row, at, block.help, look.NOTE_WRAPPED))
    columns = tuple(TableColumn(field.header, style) for field, style in zip(block.fields, styles, strict=True))
    sheet.tables.append(
        Table(block.name, HEADER_ROW, at, columns, [tuple(row) for row in block.rows], filter_buttons=False)
    )
    for column, (field, style) in enumerate(zip(block.fields, styles, strict=True), at):
        sheet.widths[column] = field.width
        beside = look.HEADER.but(align=style.align, indent=style.indent)
        header = look.HEADER_RIGHT if style.align == "right" else beside
        sheet.cells.append(Cell(HEADER_ROW, column, field.header, header))
        validation = _validation(field, column)
        if validation:
            sheet.validations.append(validation)
    if block.name == "Options":
        sheet.validations.extend(_option_validations(block, at + 1))
    for row, cells in enumerate(block.rows, HEADER_ROW + 1):
        lines = max(
            look.lines_needed(look.shown(cell), field.width - INDENT_CHARACTERS * style.indent)
            for field, style, cell in zip(block.fields, styles, cells, strict=True)
            if style.wrap or cell is cells[0]
        )
        if lines > 1:
            sheet.heights[row] = max(sheet.heights.get(row, 0), _ROOM_IN_ROW + _BODY_LINE_POINTS * lines)
    width = sum(field.width for field in block.fields)
    return look.lines_needed(block.help, width * 1.15)


def _validation(field: Field, column: int) -> Validation | None:
    area = Area(HEADER_ROW + 1, column, HEADER_ROW + ROOM, column)
    if field.choices:
        return Validation(area, "list", field.choices, title=field.header, message=field.message, strict=True)
    if field.source:
        return Validation(area, "list", field.source, title=field.header, message=field.message)
    if field.kind:
        return Validation(area, field.kind, minimum=field.low, maximum=field.high, title=field.header,
                          message=field.message, strict=field.kind != "date")  # fmt: skip
    if field.message:
        return Validation(area, "any", title=field.header, message=field.message)
    return None


def _option_validations(block: Block, column: int) -> Iterable[Validation]:
    """Yield a dropdown for each option that is a yes or no, and for the month."""
    kinds = {option_name(name): kind for name, kind in Options.__annotations__.items()}
    for row, cells in enumerate(block.rows, HEADER_ROW + 1):
        area = Area(row, column, row, column)
        kind = kinds.get(str(cells[0]), "")
        if cells[0] == option_name("routing"):
            yield Validation(area, "list", ROUTING_MODES, title=str(cells[0]), message=str(cells[2]), strict=True)
        elif kind.startswith("bool"):
            yield Validation(area, "list", ("Yes", "No"), title=str(cells[0]), message=str(cells[2]), strict=True)
        elif kind in {"int", "float"}:
            yield Validation(area, "decimal", minimum=0, title=str(cells[0]), message=str(cells[2]))


def table_corner(sheet: Sheet, name: str) -> str:
    """Return the address of a table's first header cell (``Settings!A6``), for links to it."""
    table = next(table for table in sheet.tables if table.name == name)
    return f"{sheet.name}!{column_letters(table.column)}{table.row}"
