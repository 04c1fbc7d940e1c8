"""An engine for xlwings that drives a real, hidden LibreOffice: what is written there calculates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import xlwings as xw
from boxes import Apps, Books, BoxedRange, BoxedSheet
from libreoffice_formulas import to_excel, to_office
from libreoffice_parts import AutoFilter, Charts, ConditionalFormats, DataValidation, Names, Tables
from office import Office, properties
from openpyxl_engine import Engine as _Values
from openpyxl_engine import typed
from watching import Watched
from xlwings import base_classes, utils

NAME = "libreoffice"
LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
_EPOCH = {1899: dt.datetime(1899, 12, 30), 1904: dt.datetime(1904, 1, 1)}  # noqa: DTZ001 - days of cells have no zone
_DATES, _FLAGS, _TEXTS = 2 | 4, 1024, 256  # com.sun.star.util.NumberFormat
_VALUES, _MOMENTS, _STRINGS, _FORMULAS = 1, 2, 4, 16  # com.sun.star.sheet.CellFlags
_FORMATS = 32 | 64
_MANY = 20
_HUNDREDTHS_OF_MM = 2540 / 72  # in a point
_ERRORS = {501: "#VALUE!", 502: "#VALUE!", 503: "#NUM!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!",
           32767: "#N/A"}  # fmt: skip


class Engine:
    type = "desktop"
    name = NAME
    prepare_xl_data_element = staticmethod(_Values.prepare_xl_data_element)
    clean_value_data = staticmethod(_Values.clean_value_data)

    def __init__(self) -> None:
        self.apps = Apps(self, App)


class App(Watched, base_classes.App):
    engine = visible = None
    version = "16.0"
    screen_updating = display_alerts = enable_events = interactive = True
    status_bar = False
    calculation = "automatic"

    def __init__(self, engine) -> None:
        self.engine, self._office, self._books, self._log = engine, Office(), OpenBooks(self), []

    def __setattr__(self, name, value):
        changed = name[0] != "_" and name != "engine"
        if changed and getattr(self, name) != value:
            for book in self._books._open:
                book._quieten(name, value)
        super().__setattr__(name, value)
        if changed:
            self._log.append((name, value))

    pid = property(lambda self: self._pid)
    _pid = property(lambda self: self._office.process.pid)
    books = property(lambda self: self._books)
    selection = property(lambda self: None)

    def alert(self, prompt, title, buttons, mode, callback):
        self._log.append(("alert", prompt))
        return "ok"

    def calculate(self):
        for book in self._books._open:
            book._doc.calculateAll()

    def run(self, macro, args):
        module, _, sub = macro.rpartition(".")
        book = self._books._open[-1]
        script = book._doc.getScriptProvider().getScript(
            f"vnd.sun.star.script:{module}.{sub}?language=Basic&location=document"
        )
        answer = script.invoke(tuple(args), (), ())[0]
        book._forget()
        return answer

    def quit(self):
        self._office.close()
        self.engine.apps.running.remove(self)

    kill = quit


class OpenBooks(Books):
    def open(self, fullname, *_args, **_options):
        doc = self._app._office.desktop.loadComponentFromURL(
            Path(fullname).absolute().as_uri(), "_blank", 0, properties(Hidden=True, MacroExecutionMode=4)
        )
        assert doc is not None, f"LibreOffice did not open {fullname}"
        self._open.append(Book(self._app, doc, Path(fullname).name))
        return self._open[-1]


class Book(Watched, base_classes.Book):
    """What is only to be put somewhere waits in a queue until anything is asked, and then goes in one call."""

    def __init__(self, app, doc, name) -> None:
        self._app, self._raw, self._name, self._formats, self._keys = app, doc, name, {}, {}
        self._comments, self._filters, self._queue, self._drawn = {}, {}, [], []
        self._forget()

    @property
    def _doc(self):
        self._flush()
        return self._raw

    def _flush(self):
        if self._queue:
            queue, self._queue = self._queue, []
            self._app._office.macros("Dress", tuple(queue))

    def _forget(self):
        """Forget what has been asked: a macro may have changed it."""
        self._read = self._listed = self._tables = None

    def _sheets(self):
        """Return each sheet's name, which may change, and the sheet."""
        if self._listed is None:
            sheets = self._doc.Sheets
            self._listed = [[name, sheets.getByName(name)] for name in sheets.ElementNames]
        return self._listed

    def _lists(self):
        """Return the area of each table by its name."""
        if self._tables is None:
            found = self._app._office.macros("Lists", self._doc)
            self._tables = {name: area for name, area in found if not name.startswith("__")}
        return self._tables

    app = property(lambda self: self._app)
    api = property(lambda self: self._doc)
    name = property(lambda self: self._name)
    sheets = property(lambda self: Sheets(self))
    names = property(lambda self: Names(self))

    @property
    def fullname(self):
        raise AssertionError("the full name of a workbook on SharePoint is an address that leads nowhere")

    def save(self, path=None, password=None):
        kind = "Calc MS Excel 2007 VBA XML" if str(path).endswith("m") else "Calc MS Excel 2007 XML"
        self._doc.storeToURL(Path(path).absolute().as_uri(), properties(FilterName=kind, Overwrite=True))

    def close(self):
        self._doc.close(True)
        self._app._books._open.remove(self)

    def activate(self):
        """The window is hidden."""

    def _quieten(self, name, value):
        if name == "calculation":
            self._doc.enableAutomaticCalculation(value == "automatic")
            if value == "automatic":
                self._doc.calculate()
        elif name == "screen_updating" and value:
            while self._drawn:
                self._drawn.pop().unlockControllers()
            self._doc.IsAdjustHeightEnabled = True
            self._doc.removeActionLock()
            self._doc.unlockControllers()
        elif name == "screen_updating":
            self._doc.lockControllers()
            self._doc.addActionLock()
            self._doc.IsAdjustHeightEnabled = False  # of wrapped texts each row is measured as it is typed

    def _still(self, chart):
        """Have a chart drawn once, when the screen is updated again."""
        if not self._app.screen_updating:
            chart.lockControllers()
            self._drawn.append(chart)

    def _epoch(self):
        return _EPOCH[1904 if self._doc.NullDate.Year == 1904 else 1899]

    def _kind(self, key):
        if key not in self._formats:
            self._formats[key] = self._raw.NumberFormats.getByKey(key).Type
        return self._formats[key]

    def _key(self, code):
        """Return the number of a number format."""
        if code not in self._keys:
            import uno

            locale = uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
            key = self._raw.NumberFormats.queryKey(code, locale, False)
            self._keys[code] = self._raw.NumberFormats.addNew(code, locale) if key == -1 else key
        return self._keys[code]


class Sheets(Watched, base_classes.Sheets):
    def __init__(self, book) -> None:
        self._book = book

    @property
    def active(self):
        return self(self._book._doc.CurrentController.ActiveSheet.Name)

    def __call__(self, key):
        for number, listed in enumerate(self._book._sheets(), 1):
            if key == number or (isinstance(key, str) and listed[0].casefold() == key.casefold()):
                return Sheet(self._book, listed)
        raise KeyError(key)

    def __len__(self):
        return len(self._book._sheets())

    def __iter__(self):
        return (Sheet(self._book, listed) for listed in list(self._book._sheets()))

    def add(self, before=None, after=None, name=None):
        names = [listed[0] for listed in self._book._sheets()]
        at = before._place() if before else after._place() + 1 if after else 0
        name = name or next(free for number in range(1, 99) if (free := f"Sheet{number}") not in names)
        self._book._doc.Sheets.insertNewByName(name, at)
        self._book._sheets().insert(at, [name, self._book._doc.Sheets.getByIndex(at)])
        return Sheet(self._book, self._book._sheets()[at])


class Sheet(BoxedSheet):
    def __init__(self, book, listed) -> None:
        self._book, self._listed = book, listed

    @property
    def _xl(self):
        self._book._flush()
        return self._listed[1]

    book = property(lambda self: self._book)
    api = property(lambda self: self._xl)
    name = property(lambda self: self._listed[0], lambda self, value: self._call(value))
    index = property(lambda self: self._place() + 1)
    visible = property(lambda self: self._xl.IsVisible)
    tables = property(lambda self: Tables(self))
    charts = property(lambda self: Charts(self))
    page_setup = property(lambda self: PageSetup(self))
    show_gridlines = property(lambda self: True, lambda self, value: self._in_front("ShowGrid", value))

    def _place(self):
        return next(at for at, listed in enumerate(self._book._sheets()) if listed is self._listed)

    def _call(self, name):
        self._xl.Name = self._listed[0] = name

    def _in_front(self, name, value):
        controller = self._book._doc.CurrentController
        controller.setActiveSheet(self._xl)
        setattr(controller, name, value)

    @property
    def used_range(self):
        cursor = self._xl.createCursor()
        cursor.gotoEndOfUsedArea(False)
        end = cursor.RangeAddress
        return Range(self, 1, 1, end.EndRow + 1, end.EndColumn + 1)

    def _box_of(self, address):
        found = self._xl.getCellRangeByName(address).RangeAddress
        return found.StartRow + 1, found.StartColumn + 1, found.EndRow + 1, found.EndColumn + 1

    def activate(self):
        self._book._doc.CurrentController.setActiveSheet(self._xl)

    def delete(self):
        self._book._doc.Sheets.removeByName(self._listed[0])
        self._book._sheets().remove(self._listed)
        self._book._tables = None


class PageSetup(Watched, base_classes.PageSetup):
    def __init__(self, sheet) -> None:
        self._sheet = sheet

    print_area = property(
        lambda self: None,
        lambda self, value: self._sheet._xl.setPrintAreas((self._sheet.range(value)._xl.RangeAddress,)),
    )


def _prop(name, there, back=lambda value: value, *, kind=""):
    return property(lambda self: back(getattr(self._xl, name)), lambda self, value: self._put(name, there(value), kind))


def _color(value):
    red, green, blue = utils.hex_to_rgb(value) if isinstance(value, str) else value
    return (red << 16) | (green << 8) | blue


def _slant(value):
    import uno

    return uno.Enum("com.sun.star.awt.FontSlant", "ITALIC" if value else "NONE")


def _word(kind, words):
    def there(value):
        import uno

        return uno.Enum(f"com.sun.star.table.{kind}", words[value])

    return there


class _Taken(dict):
    """What LibreOffice is given for a kind and a value of it, as Excel would take it; each is looked at once."""

    flags = False

    def __missing__(self, key):
        kind, value = key
        if kind is str:
            value = typed(value, "General")[0]
        else:
            self.flags = self.flags or kind is bool
        self[key] = found = "" if value is None else float(value) if isinstance(value, (bool, int)) else value
        return found


class Range(BoxedRange):
    def __init__(self, sheet, top, left, bottom, right) -> None:
        super().__init__(sheet, top, left, bottom, right)
        self._there = None

    @property
    def _xl(self):
        sheet = self._sheet._xl
        if self._there is None:  # each question to LibreOffice takes its time
            top, left, bottom, right = self._box
            self._there = sheet.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)
        return self._there

    def _put(self, name, value, kind=""):
        """Have a property put on the cells, or on their rows or columns, before anything is asked again."""
        self._sheet._book._queue.append((self._sheet._listed[1], *self._box, kind, name, value))

    api = property(lambda self: self._xl)
    font = property(lambda self: Font(self))
    borders = property(lambda self: Borders(self))
    data_validation = property(lambda self: DataValidation(self))
    conditional_formats = property(lambda self: ConditionalFormats(self))
    autofilter = property(lambda self: AutoFilter(None))
    left = property(lambda self: self._xl.Position.X / _HUNDREDTHS_OF_MM)
    top = property(lambda self: self._xl.Position.Y / _HUNDREDTHS_OF_MM)
    color = _prop("CellBackColor", _color)
    wrap_text = _prop("IsTextWrapped", bool)
    horizontal_alignment = _prop(
        "HoriJustify", _word("CellHoriJustify", {"left": "LEFT", "center": "CENTER", "right": "RIGHT"})
    )
    vertical_alignment = _prop("VertJustify", {"top": 1, "center": 2, "bottom": 3}.__getitem__)
    row_hidden = property(lambda self: self._hidden(), lambda self, value: self._put("IsVisible", not value, "rows"))
    row_height = property(
        lambda self: self._xl.Rows.getByIndex(0).Height / _HUNDREDTHS_OF_MM,
        lambda self, value: self._put("Height", round(value * _HUNDREDTHS_OF_MM), "rows"),
    )
    column_width = property(  # of Calibri 11: seven pixels a letter and five around them
        lambda self: (self._xl.Columns.getByIndex(0).Width / 2540 * 96 - 5) / 7,
        lambda self, value: self._put("Width", round((value * 7 + 5) / 96 * 2540), "columns"),
    )

    def _address(self):
        return self._xl.AbsoluteName.rpartition(".")[2]

    def _hidden(self):
        visible = self._xl.Rows.IsVisible
        if visible is not None and self._shape()[0] == 1:
            return not visible
        top, _, bottom, _ = self._box
        rows = self._sheet._xl.Rows
        found = {rows.getByIndex(row - 1).IsVisible for row in range(top, bottom + 1)} if visible is None else None
        if found is None:
            shown = self._xl.queryVisibleCells().RangeAddresses
            count = sum(area.EndRow - area.StartRow + 1 for area in shown if area.StartColumn + 1 == self._box[1])
            return None if 0 < count < self._shape()[0] else count == 0
        return None if len(found) > 1 else not found.pop()

    def _areas(self, kinds):
        """Yield the cells whose number format is of some kinds: the kind, and where they stand in this range."""
        book = self._sheet._book
        for kind, areas in filter(None, book._app._office.macros("Looks", book._doc, self._xl, kinds)):
            for area in areas:
                yield (
                    kind,
                    range(area.StartRow + 1 - self._box[0], area.EndRow + 2 - self._box[0]),
                    range(area.StartColumn + 1 - self._box[1], area.EndColumn + 2 - self._box[1]),
                )

    def _data(self):
        """Return what the cells show, read once until something is written."""
        book, key = self._sheet._book, (self._sheet._listed[0], self._box)
        if book._read is None or book._read[0] != key:
            book._read = key, self._xl.getDataArray()
        return book._read[1]

    @property
    def raw_value(self):
        data = [list(row) for row in self._data()]
        epoch = self._sheet._book._epoch()
        for kind, rows, columns in self._areas(_DATES | _FLAGS):
            for row in rows:
                values = data[row]
                for column in columns:
                    if type(values[column]) is float:
                        number = values[column]
                        values[column] = (
                            bool(number) if kind & _FLAGS else epoch + dt.timedelta(seconds=round(number * 86_400))
                        )
        for area in self._xl.queryFormulaCells(4).RangeAddresses:  # those that show an error
            for row in range(area.StartRow, area.EndRow + 1):
                for column in range(area.StartColumn, area.EndColumn + 1):
                    code = self._sheet._xl.getCellByPosition(column, row).Error
                    data[row + 1 - self._box[0]][column + 1 - self._box[1]] = _ERRORS.get(code, "#VALUE!")
        return data[0][0] if len(self) == 1 else data

    @raw_value.setter
    def raw_value(self, given):
        height, width = self._shape()
        given = given if isinstance(given, (list, tuple)) else [[given] * width] * height
        assert (len(given), len(given[0])) == (height, width), "a block is written as large as it is"
        self._sheet._book._read = None
        calculated = [
            at for at, column in enumerate(zip(*given, strict=True))
            if any(type(value) is str and value[:1] == "=" and len(value) > 1 for value in column)
        ]  # fmt: skip
        if len(calculated) == width:
            self._type_formulas(given)
            return
        if calculated:  # it reads what is typed as formulas letter by letter, and values as they are
            rest = [list(row) for row in given]
            for row in rest:
                for at in calculated:
                    row[at] = None
            self._type_values(rest)
            top, left, bottom, _ = self._box
            for at in calculated:
                Range(self._sheet, top, left + at, bottom, left + at)._type_formulas([[row[at]] for row in given])
        else:
            self._type_values(given)

    def _type_values(self, given):
        known = _Taken()
        data = [
            [value if type(value) is float else known[value.__class__, value] for value in values] for values in given
        ]
        for _, rows, columns in self._areas(_TEXTS) if self._holds_text() else ():
            for row in rows:
                for column in columns:
                    if type(given[row][column]) is str:
                        data[row][column] = given[row][column].removeprefix("'")
        self._xl.setDataArray(tuple(map(tuple, data)))
        for row, column in [
            (row, column) for row, values in enumerate(given, 1) if known.flags and bool in set(map(type, values))
            for column, value in enumerate(values, 1) if type(value) is bool
        ]:  # fmt: skip
            self(row, column).number_format = "BOOLEAN"

    def _holds_text(self):
        key = self._xl.NumberFormat
        return key is None or bool(self._sheet._book._kind(key) & _TEXTS)

    def _type_formulas(self, given):
        def spelled(value):
            if type(value) is not str:
                return "" if value is None else repr(float(value))
            if value[:1] == "=" and len(value) > 1:
                return to_office(value)
            return value if value[:1] in {"'", ""} else "'" + value

        self._xl.setFormulaArray(tuple(tuple(map(spelled, row)) for row in given))
        # A cell told to be text keeps the apostrophe that Excel hides, and what begins with "=" as it is.
        top, left, _, _ = self._box
        for _, rows, columns in list(self._areas(_TEXTS)):
            kept = [given[row][columns.start : columns.stop] for row in rows]
            area = (top + rows.start, left + columns.start, top + rows.stop - 1, left + columns.stop - 1)
            Range(self._sheet, *area)._xl.setDataArray(tuple(
                tuple(value.removeprefix("'") if type(value) is str else float(value or 0) for value in row)
                for row in kept
            ))  # fmt: skip

    @property
    def formula(self):
        top, left, _, _ = self._box
        found = [[value if type(value) is str else repr(value) for value in row] for row in self._data()]
        areas = self._xl.queryContentCells(_FORMULAS).RangeAddresses
        for first, above, last, below in _together(areas):
            held = Range(self._sheet, above + 1, first + 1, below + 1, last + 1)
            column = first + 1 - left
            for row, texts in enumerate(held._xl.getFormulaArray(), above + 1 - top):
                found[row][column : column + len(texts)] = [
                    to_excel(text) if text[:1] == "=" else text.removeprefix("'") for text in texts
                ]
        return found[0][0] if len(self) == 1 else tuple(map(tuple, found))

    @formula.setter
    def formula(self, given):
        self.raw_value = given

    formula2 = formula

    def get_special_cells(self, cell_type, value_type):
        if cell_type != "formulas":
            return []
        found = self._xl.queryFormulaCells(4) if value_type == "errors" else self._xl.queryContentCells(_FORMULAS)
        return [
            Range(self._sheet, area.StartRow + 1, area.StartColumn + 1, area.EndRow + 1, area.EndColumn + 1)
            for area in found.RangeAddresses
        ]

    def clear_contents(self):
        self._sheet._book._read = None
        self._xl.clearContents(_VALUES | _MOMENTS | _STRINGS | _FORMULAS)

    def clear_formats(self):
        self._xl.clearContents(_FORMATS)
        self.conditional_formats.clear()

    @property
    def number_format(self):
        key = self._xl.NumberFormat
        return None if key is None else self._sheet._book._doc.NumberFormats.getByKey(key).FormatString

    @number_format.setter
    def number_format(self, value):
        self._put("NumberFormat", self._sheet._book._key(value))
        self._sheet._book._read = None

    def autofit(self, axis=None):
        self._put("OptimalHeight", True, "rows")

    def merge(self, across):
        self._put("", True, "merged")

    def unmerge(self):
        self._put("", False, "merged")

    def select(self):
        self._sheet._book._doc.CurrentController.select(self._xl)


def _together(areas):
    """Return areas as left, top, right and bottom: where there are many, those of the same columns as one."""
    if len(areas) <= _MANY:
        return [(area.StartColumn, area.StartRow, area.EndColumn, area.EndRow) for area in areas]
    rows = {}
    for area in areas:
        for column in range(area.StartColumn, area.EndColumn + 1):
            top, bottom = rows.get(column, (area.StartRow, area.EndRow))
            rows[column] = min(top, area.StartRow), max(bottom, area.EndRow)
    return [(column, top, column, bottom) for column, (top, bottom) in rows.items()]


class Font(Watched, base_classes.Font):
    def __init__(self, cells) -> None:
        self._cells = cells

    _xl = property(lambda self: self._cells._xl)

    def _put(self, name, value, kind):
        self._cells._put(name, value, kind)

    bold = _prop("CharWeight", lambda value: 150.0 if value else 100.0, lambda value: value == 150.0)
    size = _prop("CharHeight", float)
    color = _prop("CharColor", _color)
    italic = _prop("CharPosture", _slant)


class Borders(Watched, base_classes.Borders):
    def __init__(self, cells) -> None:
        self._cells = cells

    def set(self, which="all", *, line_style=None, weight=None, color=None):
        import uno

        line = uno.createUnoStruct("com.sun.star.table.BorderLine2")
        line.Color, line.OuterLineWidth, line.LineWidth = _color(color), 18, 18
        names = {"edge_top": "TopLine", "edge_bottom": "BottomLine", "edge_left": "LeftLine", "edge_right": "RightLine",
                 "inside_horizontal": "HorizontalLine", "inside_vertical": "VerticalLine"}  # fmt: skip
        border = uno.createUnoStruct("com.sun.star.table.TableBorder2")
        for name in which if isinstance(which, (list, tuple)) else [which]:
            setattr(border, names[name], line)
            setattr(border, f"Is{names[name]}Valid", True)
        self._cells._put("TableBorder2", border)


Sheet._of_range = Range

ENGINE = Engine()


def install() -> None:
    """Make xlwings use this engine."""
    from libreoffice_seam import LibreOfficeSeam

    from leadbook.books.live.seam import register

    if NAME not in [engine.name for engine in xw.engines]:
        xw.engines.add(xw.Engine(impl=ENGINE))
    xw.engines.active = xw.engines[NAME]
    register(NAME, LibreOfficeSeam())
