"""Excel on Windows, through COM where xlwings has no words; every call here is one of Excel's own object model."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.live.seam import View
from leadbook.books.render import FULL_SCALE, bounds_of
from leadbook.sheets.spec import UNSEEN

if TYPE_CHECKING:
    import xlwings as xw

    from leadbook.sheets.spec import Chart, Print, Series, Validation

# XlDVType, XlDVAlertStyle, XlPageOrientation and their like, as Excel numbers them.
_VALIDATIONS = {"any": 0, "whole": 1, "decimal": 2, "list": 3, "date": 4}
_STOP, _WARNING, _BETWEEN = 1, 2, 1
_LANDSCAPE, _PORTRAIT, _A4 = 2, 1, 9
_SINGLE_LINE = 2
_LIST_SEPARATOR = 5
_LABEL_ABOVE, _LABEL_CENTER = 0, -4108
_TICKS_HIGH, _TICKS_LOW = -4127, -4134
_GRID = 0xE3E3E3
_POINTS_PER_INCH = 72
_MOVE_ONLY = 2


class ExcelOnWindows:
    """The seam over pywin32's objects."""

    def counts_from_1904(self, book: xw.Book) -> bool:
        """Tell whether the workbook's dates count from 1904."""
        return bool(book.api.Date1904)

    def full_name(self, book: xw.Book) -> str:
        """Return a workbook's path as Excel says it: a web address in OneDrive, a bare name before it is saved."""
        return str(book.api.FullName)

    def is_protected(self, sheet: xw.Sheet) -> bool:
        """Tell whether a sheet is protected."""
        return bool(sheet.api.ProtectContents)

    def is_marked_as_text(self, cells: xw.Range) -> bool | None:
        """Tell whether cells carry the mark that a typed apostrophe leaves; None when some do."""
        prefix = cells.api.PrefixCharacter
        return None if prefix is None else prefix == "'"

    def look(self, book: xw.Book) -> View:
        """Return what the seller looks at."""
        window = book.api.Windows(1)
        return View(
            str(window.ActiveSheet.Name), str(window.RangeSelection.Address), int(window.ScrollRow),
            int(window.ScrollColumn),
        )  # fmt: skip

    def look_again(self, book: xw.Book, view: View) -> None:
        """Show the seller what was seen before."""
        window = book.api.Windows(1)
        sheet = book.sheets[view.sheet]
        sheet.activate()
        sheet.range(view.selected).select()
        window.ScrollRow, window.ScrollColumn = view.top_row, view.left_column

    def comment(self, name: xw.Name) -> str:
        """Return the comment of a workbook name."""
        return str(name.api.Comment or "")

    def hide(self, name: xw.Name, comment: str) -> None:
        """Hide a workbook name from the seller's lists and give it a comment."""
        name.api.Comment = comment
        name.api.Visible = False

    def unlist(self, table: xw.main.Table) -> None:
        """Make a table an ordinary range again; its cells stay."""
        table.api.Unlist()

    def underline(self, cells: xw.Range) -> None:
        """Underline the text of cells."""
        cells.api.Font.Underline = _SINGLE_LINE

    def indent(self, cells: xw.Range, level: int) -> None:
        """Indent the text of cells."""
        cells.api.IndentLevel = level

    def validate(self, cells: xw.Range, validation: Validation) -> None:
        """Put a dropdown, a limit or a message on cells."""
        rule = cells.api.Validation
        rule.Delete()
        kind = _VALIDATIONS[validation.kind]
        alert = _STOP if validation.strict else _WARNING
        if validation.kind == "any":
            rule.Add(kind)
        elif validation.kind == "list":
            source = validation.source
            # What divides the words of a list is the seller's own setting.
            mark = str(cells.sheet.book.app.api.International(_LIST_SEPARATOR))
            rule.Add(kind, alert, _BETWEEN, mark.join(source) if isinstance(source, tuple) else source)
        else:
            rule.Add(kind, alert, _BETWEEN, *map(str, bounds_of(validation)))
        rule.InputTitle, rule.InputMessage = validation.title[:32], validation.message[:255]

    def add_series(self, chart: xw.Chart, series: Series, categories: xw.Range, values: xw.Range) -> None:
        """Add one series to a chart."""
        made = chart.api[1].SeriesCollection().NewSeries()
        made.Name = series.name
        made.XValues, made.Values = categories.api, values.api
        if series.color == UNSEEN:
            made.Format.Fill.Visible = False

    def dress_chart(self, chart: xw.Chart, spec: Chart) -> None:
        """Put gap, labels, fonts and description on a chart whose series are there."""
        shape, native = chart.api
        shape.Placement = _MOVE_ONLY
        shape.ShapeRange.AlternativeText = (spec.description or spec.title)[:255]
        if spec.kind not in {"line", "scatter"}:
            native.ChartGroups(1).GapWidth = spec.gap
        for number, series in enumerate(spec.series, 1):
            if series.labels:
                self._label(native.SeriesCollection(number), spec, series)
        values, categories = native.Axes(2), native.Axes(1)
        values.MajorGridlines.Format.Line.ForeColor.RGB = _GRID
        categories.HasMajorGridlines = False
        if spec.kind in {"bar", "stacked_bar"}:
            categories.TickLabelSpacing = 1
            values.TickLabelPosition = _TICKS_HIGH
        elif spec.kind not in {"scatter", "line"}:
            categories.TickLabelPosition = _TICKS_LOW

    @staticmethod
    def _label(made: object, spec: Chart, series: Series) -> None:
        made.HasDataLabels = True  # type: ignore[attr-defined] # a COM object of Excel's
        labels = made.DataLabels()  # type: ignore[attr-defined] # as above
        if series.label_format or spec.value_format:
            labels.NumberFormat = series.label_format or spec.value_format
        if spec.kind == "line" or series.kind == "line":
            labels.Position = _LABEL_ABOVE
        elif spec.kind.startswith("stacked"):
            labels.Position = _LABEL_CENTER

    def set_up(self, sheet: xw.Sheet, *, zoom: int, tab_color: str, hidden_columns: tuple[int, ...]) -> None:
        """Set the zoom, the colour of the tab and the columns that stay hidden."""
        if tab_color:
            red, green, blue = (int(tab_color[at : at + 2], 16) for at in (1, 3, 5))
            sheet.api.Tab.Color = red + (green << 8) + (blue << 16)
        for column in hidden_columns:
            sheet.range((1, column)).api.EntireColumn.Hidden = True
        sheet.activate()  # a window zooms the sheet in front
        sheet.book.api.Windows(1).Zoom = zoom

    def freeze(self, sheet: xw.Sheet, rows: int, columns: int) -> None:
        """Keep so many rows and columns in sight, or none; xlwings has a word for it that Excel itself lacks."""
        sheet.activate()  # panes are a window's
        window = sheet.book.api.Windows(1)
        window.FreezePanes = False
        window.ScrollRow = window.ScrollColumn = 1
        window.SplitRow, window.SplitColumn = rows, columns
        if rows or columns:
            window.FreezePanes = True

    def set_up_printing(self, sheet: xw.Sheet, printing: Print) -> None:
        """Set how a sheet prints; without a printer Excel keeps what it can of it."""
        page = sheet.api.PageSetup
        page.Orientation = _LANDSCAPE if printing.landscape else _PORTRAIT
        page.PaperSize = _A4
        page.LeftMargin = page.RightMargin = page.TopMargin = 0.4 * _POINTS_PER_INCH
        page.BottomMargin = 0.55 * _POINTS_PER_INCH
        if printing.fit_width or printing.fit_height:
            page.Zoom = False
            page.FitToPagesWide, page.FitToPagesTall = printing.fit_width or False, printing.fit_height or False
        elif printing.scale != FULL_SCALE:
            page.Zoom = printing.scale
        if printing.repeat_first_row:
            last = max(printing.repeat_first_row, printing.repeat_last_row)
            page.PrintTitleRows = f"${printing.repeat_first_row}:${last}"
        if printing.repeat_columns:
            page.PrintTitleColumns = sheet.range((1, 1), (1, printing.repeat_columns)).api.EntireColumn.Address
        left, _, right = printing.footer.removeprefix("&L").partition("&R")
        page.LeftFooter, page.RightFooter = left, right
        sheet.api.ResetAllPageBreaks()
        for row in printing.row_breaks:
            sheet.api.HPageBreaks.Add(sheet.range((row, 1)).api)
        for column in printing.column_breaks:
            sheet.api.VPageBreaks.Add(sheet.range((1, column)).api)
