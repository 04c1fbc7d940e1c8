"""Tables changed together with their cells: columns added at the right, rows appended below."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW, Area, letters
from leadbook.books.ooxml.edits import RowRun
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.values import CellFormula, check_values

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from leadbook.books.ooxml.sheet import SheetPart
    from leadbook.books.ooxml.tables import TablePart
    from leadbook.books.ooxml.values import Value


def add_columns(
    part: TablePart,
    sheet: SheetPart,
    others: Iterable[TablePart],
    headers: Sequence[str],
    *,
    header_style: int | None,
    body_styles: Sequence[int],
    widths: Sequence[float | None],
    row_styles: Sequence[Mapping[int, int]] = (),
) -> int:
    """Append columns at a table's right edge, header cells included; return the first one's sheet column."""
    info = part.info
    if not info.has_header:
        raise PackageRefusedError(
            f"The table {info.name!r} has no header row; switch it on in Excel (Table Design > Header Row) and retry."
        )
    if info.query:
        raise PackageRefusedError(
            f"The table {info.name!r} is filled by a query, which would drop added columns; load the query into a "
            "sheet of its own and keep the leads in a plain table."
        )
    if not headers:
        return info.last_column + 1
    first, last = info.last_column + 1, info.last_column + len(headers)
    if last > LAST_COLUMN:
        raise PackageRefusedError(f"The table {info.name!r} reaches Excel's last column; delete columns and retry.")
    area = Area(info.first_row, first, info.last_row, last)
    _refuse_taken(part, sheet, others, area, "to the right of")
    if header_style is None:
        corner = Area(info.first_row, info.last_column, info.first_row, info.last_column)
        header_style = sheet.cell_styles(corner).get((info.first_row, info.last_column), 0)
    check_values(headers)
    part.add_columns(headers)
    for index, header in enumerate(headers):
        column = first + index
        sheet.edits.add(column, {info.first_row: header}, header_style)
        style = body_styles[index] if index < len(body_styles) else 0
        sheet.edits.default_styles[column] = (info.first_body_row, LAST_ROW, style)
        if index < len(row_styles):
            _dress(sheet, column, row_styles[index])
        if index < len(widths) and (width := widths[index]) is not None:
            sheet.frame.set_width(column, width, style)
    return first


def _dress(sheet: SheetPart, column: int, styles: Mapping[int, int]) -> None:
    """Give a new column's blank cells their look, so that bands and lines run on to the table's new edge."""
    sheet.edits.row_styles[column] = styles
    rows: dict[int, dict[int, Value]] = {}
    for row, style in styles.items():
        rows.setdefault(style, {})[row] = None
    for style, blanks in rows.items():
        sheet.edits.add(column, blanks, style)


def append_rows(
    part: TablePart,
    sheet: SheetPart,
    others: Iterable[TablePart],
    columns: Sequence[Sequence[Value]],
    styles: Sequence[int] | None,
) -> bool:
    """Append rows, given column by column, below a table's last one; tell whether formulas were written.

    The one blank row of a table that never held anything is filled first. Columns that are not given stay blank.
    """
    count = max(map(len, columns), default=0)
    if not count:
        return False
    info = part.info
    if info.has_totals:
        raise PackageRefusedError(
            f"The table {info.name!r} has a totals row, so rows cannot be added below it; switch the totals row "
            "off in Excel (Table Design > Total Row) and retry."
        )
    if info.query:
        raise PackageRefusedError(
            f"The table {info.name!r} is filled by a query, which would drop added rows; keep them in a plain table."
        )
    width = len(info.columns)
    if len(columns) > width:
        raise ValueError(f"The table {info.name!r} has {width} columns; a row has more.")
    body = Area(info.first_body_row, info.first_column, info.last_row, info.last_column)
    blank = body.first_row == body.last_row and sheet.occupied(body) is None
    first = info.last_row if blank else info.last_row + 1
    last = first + count - 1
    if last > LAST_ROW:
        raise PackageRefusedError(
            f"The table {info.name!r} would pass Excel's last row ({LAST_ROW:,}); archive old rows and retry."
        )
    if last > info.last_row:
        below = Area(info.last_row + 1, info.first_column, last, info.last_column)
        _refuse_taken(part, sheet, others, below, "below")
    filled = [list(values) for values in columns]
    filled += [[None] * count for _ in range(width - len(columns))]
    formulas = _fill_calculated(part, sheet, filled, first)
    numbers = range(first, last + 1)
    cycle = [list(styles)] if styles is not None else _bands(part, sheet, body)
    for index, values in enumerate(filled):
        check_values(values)
        for place, looks in enumerate(cycle):
            turn = (part.first_appended - first + place) % len(cycle)
            cells = RowRun(numbers[turn :: len(cycle)], values[turn :: len(cycle)])
            sheet.edits.add(info.first_column + index, cells, looks[index] if index < len(looks) else None)
    grown = last - info.last_row
    if grown:
        sheet.frame.grow(info.area, info.first_body_row, grown)
        part.grow(grown)
    return formulas


def refuse_headers(tables: Iterable[TablePart], sheet: SheetPart, cells: Mapping[int, Mapping[int, Value]]) -> None:
    """Refuse changed headers as plain cells: a header and its ``tableColumn`` must say the same."""
    for table in tables:
        info = table.info
        if table.sheet != sheet.name or not info.has_header:
            continue
        for column, name in enumerate(info.columns, info.first_column):
            rows = cells.get(column, {})
            if info.first_row in rows and rows[info.first_row] != name:
                raise PackageRefusedError(
                    f"The header {name!r} of the table {info.name!r} cannot be changed as a plain cell; "
                    "rename it in Excel."
                )


def _refuse_taken(part: TablePart, sheet: SheetPart, others: Iterable[TablePart], area: Area, where: str) -> None:
    for other in others:
        if other is not part and other.sheet == part.sheet and other.area.meets(area):
            raise PackageRefusedError(
                f"The table {other.name!r} stands {where} the table {part.name!r} on the sheet {sheet.name!r}, "
                "which needs the room; move it and retry."
            )
    taken = sheet.occupied(area)
    if taken is not None and taken[1] > part.info.last_column:
        # One column stays free between the two.
        lacking = area.last_column - taken[1] + 2
        raise PackageRefusedError(
            f"The cell {letters(taken[1])}{taken[0]} on the sheet {sheet.name!r} stands to the right of the table "
            f"{part.name!r}, which gets {area.last_column - area.first_column + 1} columns there "
            f"({letters(area.first_column)} to {letters(area.last_column)}); insert {lacking} columns before column "
            f"{letters(taken[1])} in Excel (select it, right-click, Insert) and retry."
        )
    if taken is not None:
        raise PackageRefusedError(
            f"The cell {letters(taken[1])}{taken[0]} on the sheet {sheet.name!r} stands {where} the table "
            f"{part.name!r}, which needs the room; move what is there and retry."
        )


def _bands(part: TablePart, sheet: SheetPart, body: Area) -> list[list[int]]:
    """Return how appended records look, in turn: as the last one, or as the last two where those are bands."""
    if part.row_styles is None:
        rows = range(max(body.first_row, body.last_row - 2), body.last_row + 1)
        found = sheet.cell_styles(body._replace(first_row=rows[0]))
        columns = range(body.first_column, body.last_column + 1)
        looks = [[found.get((row, column), 0) for column in columns] for row in rows]
        banded = len(looks) == 3 and looks[0] == looks[2] != looks[1]
        part.row_styles = looks[-2:] if banded else looks[-1:]
        part.first_appended = body.last_row + 1
    return part.row_styles


def _fill_calculated(part: TablePart, sheet: SheetPart, columns: list[list[Value]], first: int) -> bool:
    """Fill the calculated columns that were given nothing, as Excel does when a table grows."""
    info = part.info
    wanted = [
        index
        for index, name in enumerate(info.columns)
        if name in info.calculated and any(value is None for value in columns[index])
    ]
    if not wanted:
        return False
    from openpyxl.formula.translate import Translator  # noqa: PLC0415 # heavy, and only calculated columns need it

    above = part.calculated_origin or info.last_row
    part.calculated_origin = above
    last = Area(above, info.first_column, above, info.last_column)
    known = sheet.texts(last)
    for index in wanted:
        column = info.first_column + index
        text = known.get((above, column), "")
        if not text.startswith("="):
            text = "=" + info.calculated[info.columns[index]]
        translator = Translator(text, f"{letters(column)}{above}")
        relative = translator.translate_formula(f"{letters(column)}{above + 1}") != text
        for offset, value in enumerate(columns[index]):
            if value is None:
                address = f"{letters(column)}{first + offset}"
                columns[index][offset] = CellFormula(translator.translate_formula(address) if relative else text)
    return True
