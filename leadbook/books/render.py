"""Sheet specs into a new workbook's bytes: a scratch book to graft from, or a whole one."""

from __future__ import annotations

import datetime as dt
import io
from typing import TYPE_CHECKING, Any

from leadbook.books.cellwriting import CellWriter
from leadbook.books.charts import add_chart
from leadbook.books.formats import Formats, formula_text, safe_text
from leadbook.books.tablewriting import add_table
from leadbook.model.issues import column_letters, quoted_sheet

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from xlsxwriter.worksheet import Worksheet

    from leadbook.books.generated_pages import GeneratedPage, GeneratedWorkbook
    from leadbook.sheets.spec import Area, ConditionalFormat, Print, Sheet, Validation

FULL_SCALE = 100
_TITLE_UNITS = 32
_MESSAGE_UNITS = 255
_FARTHEST = 1e15
# A clock in the properties would make two renderings of the same sheet differ.
# Text from a cell is data.
_AS_TYPED = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
_CREATED = dt.datetime(2026, 1, 1)  # noqa: DTZ001 - the file format stores no time zone here


def render_book(
    sheets: Sequence[Sheet],
    *,
    names: Mapping[str, str] | None = None,
    properties: Mapping[str, Any] | None = None,
    date_1904: bool = False,
) -> bytes:
    """Return a new workbook with these sheets, the first one in front.

    Parameters
    ----------
    sheets : sequence of Sheet
        In order; their names are used as they are.
    names : mapping of str to str
        Further workbook names and the formula ("=Leads!$A$1") each refers to.
    properties : mapping
        Title, author, comments and the like, as Excel's file properties show them.
    date_1904 : bool
        Whether dates count from 1904, as in the workbook they are grafted into.

    Raises
    ------
    ValueError
        When a spec cannot be a sheet: a repeated table header, a table over another, a formula without "=".
    """
    from leadbook.books.generated_pages import GeneratedWorkbook  # noqa: PLC0415 - a check of a workbook renders nothing

    target = io.BytesIO()
    book = GeneratedWorkbook(target, {**_AS_TYPED, "date_1904": date_1904})
    book.set_properties({"created": _CREATED, **(properties or {})})
    _put(book, sheets, date_1904=date_1904)
    for name, formula in (names or {}).items():
        _must(book.define_name(name, formula), f"the name {name!r}")
    book.close()
    return target.getvalue()


def render_parts(sheets: Sequence[Sheet], *, date_1904: bool = False) -> dict[str, bytes]:
    """Return the parts of a scratch workbook with these sheets, each by its name; as for `render_book` otherwise."""
    from leadbook.books.generated_pages import ScratchWorkbook  # noqa: PLC0415 - as above

    book = ScratchWorkbook({**_AS_TYPED, "date_1904": date_1904})
    book.set_properties({"created": _CREATED})
    _put(book, sheets, date_1904=date_1904)
    book.close()
    book.let_go()
    return book.parts


def _put(book: GeneratedWorkbook, sheets: Sequence[Sheet], *, date_1904: bool) -> None:
    # The numbers shown are the ones Python computed until Excel has computed its own.
    book.set_calc_mode("auto")
    formats = Formats(book)
    known_sheets = {sheet.name for sheet in sheets}
    pages = [book.add_page(sheet.name) for sheet in sheets]
    for sheet, page in zip(sheets, pages, strict=True):
        _fill(page, sheet, formats, date_1904=date_1904)
        for chart in sheet.charts:
            add_chart(book, page, chart, sheet.name, known_sheets)
        for name, area in sheet.names.items():
            _must(book.define_name(name, f"={reference(sheet.name, area)}"), f"the name {name!r}")


def reference(sheet: str, area: Area) -> str:
    """Return the absolute reference of an area (``Pipeline!$A$1:$N$120``)."""
    first = f"${column_letters(area.first_column)}${area.first_row}"
    last = f"${column_letters(area.last_column)}${area.last_row}"
    return f"{quoted_sheet(sheet)}!{first}" + ("" if first == last else f":{last}")


def _fill(page: GeneratedPage, sheet: Sheet, formats: Formats, *, date_1904: bool) -> None:
    for column in sorted(sheet.widths.keys() | set(sheet.hidden_columns)):
        options = {"hidden": True} if column in sheet.hidden_columns else {}
        page.set_column(column - 1, column - 1, sheet.widths.get(column), None, options)
    for row, height in sorted(sheet.heights.items()):
        page.set_row(row - 1, height)
    writer = CellWriter(page, formats, date_1904=date_1904)
    for table in sheet.tables:
        add_table(page, writer, formats, table)
    for merge in sheet.merges:
        area = (merge.first_row - 1, merge.first_column - 1, merge.last_row - 1, merge.last_column - 1)
        if area[:2] != area[2:]:
            _must(page.merge_range(*area, "", formats.cell(merge.style)), f"a merge on {sheet.name!r}")
        writer.write(merge.first_row, merge.first_column, merge.content, merge.style)
    for cell in sheet.cells:
        writer.write(cell.row, cell.column, cell.content, cell.style)
    for rule in sheet.conditional_formats:
        _must(page.conditional_format(*_corners(rule.area), _rule(rule, formats)), "a conditional format")
    for validation in sheet.validations:
        options = _validation(validation)
        if options:
            _must(page.data_validation(*_corners(validation.area), options), "a validation")
    _set_up(page, sheet)


def _set_up(page: Worksheet, sheet: Sheet) -> None:
    if any(sheet.freeze):
        page.freeze_panes(*sheet.freeze)
    if sheet.row_height:
        page.set_default_row(sheet.row_height)
    if not sheet.gridlines:
        page.hide_gridlines(2)
    if sheet.tab_color:
        page.set_tab_color(sheet.tab_color)
    page.set_zoom(sheet.zoom)
    _set_up_printing(page, sheet.printing)


def _set_up_printing(page: Worksheet, printing: Print) -> None:
    if printing.landscape:
        page.set_landscape()
    page.set_paper(9)  # A4
    page.set_margins(left=0.4, right=0.4, top=0.4, bottom=0.55)
    if printing.fit_width or printing.fit_height:
        page.fit_to_pages(printing.fit_width, printing.fit_height)
    elif printing.scale != FULL_SCALE:
        page.set_print_scale(printing.scale)
    # XlsxWriter wants the row or column above or left of the break.
    page.set_h_pagebreaks([row - 1 for row in printing.row_breaks])
    page.set_v_pagebreaks([column - 1 for column in printing.column_breaks])
    if printing.repeat_columns:
        page.repeat_columns(0, printing.repeat_columns - 1)
    if printing.repeat_first_row:
        last = max(printing.repeat_first_row, printing.repeat_last_row)
        page.repeat_rows(printing.repeat_first_row - 1, last - 1)
    if printing.area:
        page.print_area(*_corners(printing.area))
    if printing.footer:
        page.set_footer(printing.footer[:_MESSAGE_UNITS])


def _rule(rule: ConditionalFormat, formats: Formats) -> dict[str, Any]:
    match rule.kind:
        case "data_bar":
            return {
                "type": "data_bar",
                "data_bar_2010": True,
                "bar_solid": True,
                "bar_color": rule.color,
                "bar_border_color": rule.color,
                "min_type": "num",
                "min_value": 0,
            }
        case "color_scale":
            return {"type": "2_color_scale", "min_color": "#FFFFFF", "max_color": rule.color}
        case "icons":
            return {"type": "icon_set", "icon_style": "3_traffic_lights"}
        case "formula":
            return {"type": "formula", "criteria": formula_text(rule.formula), "format": formats.rule(rule.style)}


def _validation(validation: Validation) -> dict[str, Any]:
    options: dict[str, Any] = {
        "validate": validation.kind,
        "error_type": "stop" if validation.strict else "warning",
    }
    if validation.title:
        options["input_title"] = safe_text(validation.title, _TITLE_UNITS)
    if validation.message:
        options["input_message"] = safe_text(validation.message, _MESSAGE_UNITS)
    match validation.kind:
        case "list":
            source = validation.source
            if isinstance(source, tuple):
                # Words in the rule itself are divided by commas, so a word with a comma cannot stand there.
                if not source or len(",".join(source)) > _MESSAGE_UNITS or any("," in word for word in source):
                    raise ValueError(f"these words need cells of their own to be a dropdown: {source!r}")
                options["source"] = list(source)
            else:
                options["source"] = source
        case "any":
            return options if validation.title or validation.message else {}
        case "whole" | "decimal" | "date":
            options["criteria"] = "between"
            options["minimum"], options["maximum"] = bounds_of(validation)
    return options


def bounds_of(validation: Validation) -> tuple[float, float]:
    """Return the least and the greatest number that may be typed, inclusive; a side without a limit gets Excel's."""
    lowest = {"date": 1}.get(validation.kind, -_FARTHEST)
    highest = {"date": 2_958_465}.get(validation.kind, _FARTHEST)  # 31 December 9999
    return (
        lowest if validation.minimum is None else validation.minimum,
        highest if validation.maximum is None else validation.maximum,
    )


def _corners(area: Area) -> tuple[int, int, int, int]:
    return (area.first_row - 1, area.first_column - 1, area.last_row - 1, area.last_column - 1)


def _must(result: int, what: str) -> None:
    if result:
        raise ValueError(f"XlsxWriter refused {what} (code {result})")
