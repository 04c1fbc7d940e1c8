"""What the openpyxl engine does where Excel has no words in xlwings."""

from __future__ import annotations

from openpyxl.chart import LineChart, Reference
from openpyxl.chart import Series as StoredSeries
from openpyxl.chart.series import SeriesLabel
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.pagebreak import Break
from watching import WATCH

from leadbook.books.live.seam import View
from leadbook.sheets.spec import UNSEEN


class OpenpyxlSeam:
    """Each method counts as one call."""

    def __getattribute__(self, name):
        if name[0] != "_":
            WATCH.note("Seam", name)
        return super().__getattribute__(name)

    def counts_from_1904(self, book):
        return book.impl._wb.epoch.year == 1904

    def full_name(self, book):
        return book.impl._path

    def is_protected(self, sheet):
        return bool(sheet.impl._ws.protection.sheet)

    def is_marked_as_text(self, cells):
        found = {bool(cell.quotePrefix) for cell in cells.impl._cells()}
        return found.pop() if len(found) == 1 else None

    def look(self, book):
        sheet = book.impl._wb.active
        selection = sheet.sheet_view.selection
        pane = sheet.sheet_view.pane
        return View(
            sheet.title, selection[-1].sqref if selection else "A1", 1 if pane is None else int(pane.ySplit or 1), 1
        )

    def look_again(self, book, view):
        book.impl._wb.active = book.impl._wb[view.sheet]
        book.impl._wb.active.sheet_view.selection[-1].sqref = view.selected

    def comment(self, name):
        return name.impl._stored.comment or ""

    def hide(self, name, comment):
        name.impl._stored.hidden, name.impl._stored.comment = True, comment

    def unlist(self, table):
        del table.parent.impl._ws.tables[table.name]

    def underline(self, cells):
        cells.font.impl._underline = "single"

    def indent(self, cells, level):
        cells.impl._indent = level

    def validate(self, cells, validation):
        kind = None if validation.kind == "any" else validation.kind
        first, second = validation.minimum, validation.maximum
        if validation.kind == "list":
            source = validation.source
            first = '"' + ",".join(source) + '"' if isinstance(source, tuple) else source.removeprefix("=")
        rule = DataValidation(
            kind, formula1=None if first is None else str(first), formula2=None if second is None else str(second),
            errorStyle="stop" if validation.strict else "warning",
        )  # fmt: skip
        rule.promptTitle, rule.prompt = validation.title or None, validation.message or None
        cells.impl.data_validation._put(rule)

    def add_series(self, chart, series, categories, values):
        stored = chart.impl._stored
        made = StoredSeries(_reference(values))
        made.tx = SeriesLabel(v=series.name)
        if series.kind == "line" and not isinstance(stored, LineChart):
            over = next((part for part in stored._charts if isinstance(part, LineChart)), None)
            if over is None:
                over = LineChart()
                stored += over
            stored = over
        stored.series.append(made)
        stored.set_categories(_reference(categories))
        if series.color == UNSEEN:
            made.graphicalProperties.noFill = True

    def dress_chart(self, chart, spec):
        if hasattr(chart.impl._stored, "gapWidth"):
            chart.impl._stored.gapWidth = spec.gap

    def set_up(self, sheet, *, zoom, tab_color, hidden_columns):
        stored = sheet.impl._ws
        stored.sheet_view.zoomScale = zoom
        if tab_color:
            stored.sheet_properties.tabColor = tab_color.lstrip("#")
        for column in hidden_columns:
            stored.column_dimensions[get_column_letter(column)].hidden = True

    def freeze(self, sheet, rows, columns):
        sheet.impl._ws.parent.active = sheet.impl._ws  # Excel freezes the sheet in front
        sheet.impl._ws.freeze_panes = f"{get_column_letter(columns + 1)}{rows + 1}" if rows or columns else None

    def set_up_printing(self, sheet, printing):
        stored = sheet.impl._ws
        stored.page_setup.orientation = "landscape" if printing.landscape else "portrait"
        stored.page_setup.paperSize = 9
        stored.sheet_properties.pageSetUpPr.fitToPage = bool(printing.fit_width or printing.fit_height)
        stored.page_setup.fitToWidth, stored.page_setup.fitToHeight = printing.fit_width, printing.fit_height
        if printing.repeat_first_row:
            stored.print_title_rows = (
                f"{printing.repeat_first_row}:{max(printing.repeat_first_row, printing.repeat_last_row)}"
            )
        stored.row_breaks.brk = [Break(id=row - 1) for row in printing.row_breaks]
        stored.oddFooter.center.text = None


def _reference(cells):
    top, left, bottom, right = cells.impl._box
    return Reference(cells.sheet.impl._ws, min_col=left, min_row=top, max_col=right, max_row=bottom)
