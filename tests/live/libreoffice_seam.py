"""What the LibreOffice engine does where Excel has no words in xlwings."""

from __future__ import annotations

from urllib.parse import urlsplit
from urllib.request import url2pathname

from libreoffice_formulas import to_office
from watching import WATCH

from leadbook.books.live.seam import View
from leadbook.sheets.spec import UNSEEN

_KINDS = {"any": "ANY", "whole": "WHOLE", "decimal": "DECIMAL", "date": "DATE", "list": "LIST"}


class LibreOfficeSeam:
    """Each method counts as one call."""

    def __getattribute__(self, name):
        if name[0] != "_":
            WATCH.note("Seam", name)
        return super().__getattribute__(name)

    def counts_from_1904(self, book):
        return book.impl._doc.NullDate.Year == 1904

    def full_name(self, book):
        return url2pathname(urlsplit(book.impl._doc.getURL()).path)

    def is_protected(self, sheet):
        return sheet.impl._xl.isProtected()

    def is_marked_as_text(self, cells):
        return False

    def look(self, book):
        controller = book.impl._doc.CurrentController
        selected = controller.Selection.AbsoluteName.rpartition(".")[2]
        return View(
            controller.ActiveSheet.Name, selected, controller.FirstVisibleRow + 1, controller.FirstVisibleColumn + 1
        )

    def look_again(self, book, view):
        controller = book.impl._doc.CurrentController
        sheet = book.impl._doc.Sheets.getByName(view.sheet)
        controller.setActiveSheet(sheet)
        controller.select(sheet.getCellRangeByName(view.selected.replace("$", "")))

    def comment(self, name):
        return name.impl._book._comments.get(name.impl._name, "")

    def hide(self, name, comment):
        name.impl._book._comments[name.impl._name] = comment

    def unlist(self, table):
        book = table.parent.impl._book
        book._doc.DatabaseRanges.removeByName(table.name)
        book._tables = None

    def underline(self, cells):
        cells.impl._put("CharUnderline", 1, "short")

    def indent(self, cells, level):
        cells.impl._put("ParaIndent", level * 353, "short")

    def validate(self, cells, validation):
        import uno

        words = ""
        if validation.kind == "list":
            source = validation.source
            words = ";".join(f'"{word}"' for word in source) if isinstance(source, tuple) else to_office(source[1:])
        kind = uno.Enum("com.sun.star.sheet.ValidationType", _KINDS[validation.kind])
        given = kind, words, bool(validation.message), validation.title, validation.message
        cells.impl._put("", given, "allowed")

    def add_series(self, chart, series, categories, values):
        import uno

        doc = chart.impl._doc
        context = chart.impl._sheet._book._app._office.context
        provider = doc.getDataProvider()
        made = context.ServiceManager.createInstanceWithContext("com.sun.star.chart2.DataSeries", context)
        labelled = []
        for role, cells in (("values-y", values), ("categories", categories)):
            sequence = provider.createDataSequenceByRangeRepresentation(cells.impl._xl.AbsoluteName)
            sequence.Role = role
            one = context.ServiceManager.createInstanceWithContext(
                "com.sun.star.chart2.data.LabeledDataSequence", context
            )
            one.setValues(sequence)
            labelled.append(one)
        made.setData((labelled[0],))
        system = doc.getFirstDiagram().CoordinateSystems[0]
        system.ChartTypes[0].addDataSeries(made)
        axis = system.getAxisByDimension(0, 0)
        scale = axis.getScaleData()
        scale.Categories = labelled[1]
        axis.setScaleData(scale)
        if series.color == UNSEEN:
            made.setPropertyValue("FillStyle", uno.Enum("com.sun.star.drawing.FillStyle", "NONE"))

    def dress_chart(self, chart, spec):
        """LibreOffice's own looks do."""

    def set_up(self, sheet, *, zoom, tab_color, hidden_columns):
        if tab_color:
            sheet.impl._xl.TabColor = int(tab_color.lstrip("#"), 16)
        for column in hidden_columns:
            sheet.impl.range((1, column))._put("IsVisible", False, "columns")

    def freeze(self, sheet, rows, columns):
        controller = sheet.impl._book._doc.CurrentController
        controller.setActiveSheet(sheet.impl._xl)
        controller.freezeAtPosition(columns, rows)

    def set_up_printing(self, sheet, printing):
        doc, xl = sheet.impl._book._doc, sheet.impl._xl
        family = doc.StyleFamilies.getByName("PageStyles")
        name = f"leadbook {xl.Name}"
        if not family.hasByName(name):
            family.insertByName(name, doc.createInstance("com.sun.star.style.PageStyle"))
        style = family.getByName(name)
        style.IsLandscape = printing.landscape
        style.Width, style.Height = (29_700, 21_000) if printing.landscape else (21_000, 29_700)
        if printing.fit_width or printing.fit_height:
            style.ScaleToPagesX, style.ScaleToPagesY = printing.fit_width, printing.fit_height
        xl.PageStyle = name
        for row in printing.row_breaks:
            xl.Rows.getByIndex(row - 1).IsStartOfNewPage = True
