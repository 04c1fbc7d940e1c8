"""Excel on macOS, through its scripting dictionary where xlwings has no words; what it lacks there is left out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from leadbook.books.live.seam import View
from leadbook.books.render import bounds_of
from leadbook.model.issues import BookRefusedError

if TYPE_CHECKING:
    import xlwings as xw

    from leadbook.sheets.spec import Chart, Print, Series, Validation

_POINTS_PER_INCH = 72


class ExcelOnMac:
    """The seam over appscript's references."""

    def counts_from_1904(self, book: xw.Book) -> bool:
        """Tell whether the workbook's dates count from 1904."""
        return bool(book.api.date_1904.get())

    def full_name(self, book: xw.Book) -> str:
        """Return a workbook's path as Excel says it: a web address in OneDrive, a bare name before it is saved."""
        return str(book.api.full_name.get())

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Tell whether a sheet is protected."""
        return bool(sheet.api.protect_contents.get())

    def is_marked_as_text(self, cells: xw.Range) -> bool | None:
        """Tell whether cells carry the mark that a typed apostrophe leaves; None when some do."""
        prefix = cells.api.prefix_character.get()
        return prefix == "'" if isinstance(prefix, str) else None

    def look(self, book: xw.Book) -> View:
        """Return what the seller looks at."""
        window = book.app.api.active_window
        selected = book.app.selection
        address = "$A$1" if selected is None else selected.address
        sheet = book.sheets.active.name
        return View(sheet, address, int(window.scroll_row.get()), int(window.scroll_column.get()))

    def look_again(self, book: xw.Book, view: View) -> None:
        """Show the seller what was seen before."""
        sheet = book.sheets[view.sheet]
        sheet.activate()
        sheet.range(view.selected).select()
        window = book.app.api.active_window
        window.scroll_row.set(view.top_row)
        window.scroll_column.set(view.left_column)

    def comment(self, name: xw.Name) -> str:
        """Return nothing: Excel on macOS tells scripts no comment of a name."""
        del name
        return ""

    def hide(self, name: xw.Name, comment: str) -> None:
        """Hide a workbook name from the seller's lists; it gets no comment here."""
        del comment
        name.api.visible.set(False)

    def unlist(self, table: xw.main.Table) -> None:
        """Refuse: Excel on macOS has no word by which a script makes a table cells again.

        Raises
        ------
        BookRefusedError
            Saying how to do it by hand.
        """
        raise BookRefusedError(
            f'The list {table.name} on sheet "{table.parent.name}" has to begin in another row, which Excel on macOS '
            "lets no program do. Click into it, choose Table, Convert to Range, and click again."
        )

    def underline(self, cells: xw.Range) -> None:
        """Underline the text of cells."""
        from appscript import k as words  # noqa: PLC0415 - of one platform

        cells.api.font_object.underline.set(words.underline_style_single)

    def indent(self, cells: xw.Range, level: int) -> None:
        """Indent the text of cells."""
        cells.api.indent_level.set(level)

    def validate(self, cells: xw.Range, validation: Validation) -> None:
        """Put a dropdown, a limit or a message on cells."""
        from appscript import k as words  # noqa: PLC0415 - of one platform

        rule = cells.api.validation
        kinds = {
            "any": words.validate_input_only, "whole": words.validate_whole_number, "decimal": words.validate_decimal,
            "list": words.validate_list, "date": words.validated_date,
        }  # fmt: skip
        given: dict[str, Any] = {"type": kinds[validation.kind]}
        if validation.kind != "any":
            given["alert_style"] = words.valid_alert_stop if validation.strict else words.valid_alert_warning
            given["operator"] = words.operator_between
        if validation.kind == "list":
            source = validation.source
            # What divides the words of a list is the seller's own setting.
            mark = cells.sheet.book.app.api.get_international(data_type=words.list_separator)
            given["formula1"] = str(mark).join(source) if isinstance(source, tuple) else source
        elif validation.kind != "any":
            given["formula1"], given["formula2"] = map(str, bounds_of(validation))
        rule.delete()
        rule.add_data_validation(**given)
        rule.input_title.set(validation.title[:32])
        rule.input_message.set(validation.message[:255])

    def add_series(self, chart: xw.Chart, series: Series, categories: xw.Range, values: xw.Range) -> None:
        """Add one series to a chart."""
        from appscript import k as words  # noqa: PLC0415 - of one platform

        native = chart.api[1]
        made = native.make(at=native, new=words.series)
        made.name.set(series.name)
        made.series_values.set(values.api)
        made.xvalues.set(categories.api)

    def dress_chart(self, chart: xw.Chart, spec: Chart) -> None:
        """Put the gap and the labels on a chart whose series are there."""
        native = chart.api[1]
        if spec.kind not in {"line", "scatter"}:
            native.chart_groups[1].gap_width.set(spec.gap)
        for number, series in enumerate(spec.series, 1):
            if series.labels:
                native.series[number].has_data_labels.set(True)

    def set_up(self, sheet: xw.Sheet, *, zoom: int, tab_color: str, hidden_columns: tuple[int, ...]) -> None:
        """Set the zoom, the colour of the tab and the columns that stay hidden."""
        if tab_color:
            sheet.api.sheet_tab.color.set([int(tab_color[at : at + 2], 16) for at in (1, 3, 5)])
        for column in hidden_columns:
            sheet.range((1, column)).api.entire_column.hidden.set(True)
        sheet.activate()  # a window zooms the sheet in front
        sheet.book.app.api.active_window.zoom.set(zoom)

    def freeze(self, sheet: xw.Sheet, rows: int, columns: int) -> None:
        """Keep so many rows and columns in sight, or none."""
        sheet.activate()  # panes are a window's
        window = sheet.book.app.api.active_window
        window.freeze_panes.set(False)
        window.scroll_row.set(1)
        window.scroll_column.set(1)
        window.split_row.set(rows)
        window.split_column.set(columns)
        if rows or columns:
            window.freeze_panes.set(True)

    def set_up_printing(self, sheet: xw.Sheet, printing: Print) -> None:
        """Set how a sheet prints, as far as scripts may; page breaks stay Excel's own."""
        from appscript import k as words  # noqa: PLC0415 - of one platform

        page = sheet.api.page_setup_object
        page.page_orientation.set(words.landscape if printing.landscape else words.portrait)
        page.left_margin.set(0.4 * _POINTS_PER_INCH)
        page.right_margin.set(0.4 * _POINTS_PER_INCH)
        if printing.fit_width or printing.fit_height:
            page.zoom.set(False)
            page.fit_to_pages_wide.set(printing.fit_width or False)
            page.fit_to_pages_tall.set(printing.fit_height or False)
        if printing.repeat_first_row:
            last = max(printing.repeat_first_row, printing.repeat_last_row)
            page.print_title_rows.set(f"${printing.repeat_first_row}:${last}")
        left, _, right = printing.footer.removeprefix("&L").partition("&R")
        page.left_footer.set(left)
        page.right_footer.set(right)
