"""An engine for xlwings that drives a real, hidden LibreOffice: what is written there calculates."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import xlwings as xw
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
_HUNDREDTHS_OF_MM = 2540 / 72  # in a point
_ERRORS = {501: "#VALUE!", 502: "#VALUE!", 503: "#NUM!", 519: "#VALUE!", 524: "#REF!", 525: "#NAME?", 532: "#DIV/0!",
           32767: "#N/A"}  # fmt: skip


class Engine:
    type = "desktop"
    name = NAME
    prepare_xl_data_element = staticmethod(_Values.prepare_xl_data_element)
    clean_value_data = staticmethod(_Values.clean_value_data)

    def __init__(self) -> None:
        self.apps = Apps(self)


class Apps(base_classes.Apps):
    def __init__(self, engine) -> None:
        self.engine, self.running = engine, []

    def keys(self):
        return [app._office.process.pid for app in self.running]

    def add(self, spec=None, add_book=None, xl=None, visible=None):
        self.running.append(App(self.engine))
        return self.running[-1]

    def __iter__(self):
        return iter(self.running)

    def __len__(self):
        return len(self.running)

    def __getitem__(self, pid):
        return next(app for app in self.running if app._office.process.pid == pid)


class App(Watched, base_classes.App):
    engine = visible = None
    version = "16.0"
    screen_updating = display_alerts = enable_events = interactive = True
    status_bar = False
    calculation = "automatic"

    def __init__(self, engine) -> None:
        self.engine, self._office, self._books, self._log = engine, Office(), Books(self), []

    def __setattr__(self, name, value):
        changed = name[0] != "_" and name != "engine"
        if changed and getattr(self, name) != value:
            for book in self._books._open:
                book._quieten(name, value)
        super().__setattr__(name, value)
        if changed:
            self._log.append((name, value))

    pid = property(lambda self: self._office.process.pid)
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
        return script.invoke(tuple(args), (), ())[0]

    def quit(self):
        self._office.close()
        self.engine.apps.running.remove(self)

    kill = quit


class Books(Watched, base_classes.Books):
    def __init__(self, app) -> None:
        self._app, self._open = app, []

    app = property(lambda self: self._app)
    active = property(lambda self: self._open[-1])

    def __call__(self, key):
        for number, book in enumerate(self._open, 1):
            if key == number or (isinstance(key, str) and book._name.casefold() == Path(key).name.casefold()):
                return book
        raise KeyError(key)

    def __len__(self):
        return len(self._open)

    def __iter__(self):
        return iter(self._open)

    def open(self, fullname, *_args, **_options):
        doc = self._app._office.desktop.loadComponentFromURL(
            Path(fullname).absolute().as_uri(), "_blank", 0, properties(Hidden=True, MacroExecutionMode=4)
        )
        assert doc is not None, f"LibreOffice did not open {fullname}"
        self._open.append(Book(self._app, doc, Path(fullname).name))
        return self._open[-1]


class Book(Watched, base_classes.Book):
    def __init__(self, app, doc, name) -> None:
        self._app, self._doc, self._name, self._formats, self._read = app, doc, name, {}, None
        self._comments, self._filters = {}, {}

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
            self._doc.removeActionLock()
            self._doc.unlockControllers()
        elif name == "screen_updating":
            self._doc.lockControllers()
            self._doc.addActionLock()

    def _epoch(self):
        return _EPOCH[1904 if self._doc.NullDate.Year == 1904 else 1899]

    def _kind(self, key):
        if key not in self._formats:
            self._formats[key] = self._doc.NumberFormats.getByKey(key).Type
        return self._formats[key]


class Sheets(Watched, base_classes.Sheets):
    def __init__(self, book) -> None:
        self._book, self._xl = book, book._doc.Sheets

    active = property(lambda self: Sheet(self._book, self._book._doc.CurrentController.ActiveSheet))

    def __call__(self, key):
        if isinstance(key, int):
            return Sheet(self._book, self._xl.getByIndex(key - 1))
        for name in self._xl.ElementNames:
            if name.casefold() == key.casefold():
                return Sheet(self._book, self._xl.getByName(name))
        raise KeyError(key)

    def __len__(self):
        return self._xl.Count

    def __iter__(self):
        return (Sheet(self._book, self._xl.getByIndex(at)) for at in range(self._xl.Count))

    def add(self, before=None, after=None, name=None):
        at = before._xl.RangeAddress.Sheet if before else after._xl.RangeAddress.Sheet + 1 if after else 0
        name = name or next(free for number in range(1, 99) if not self._xl.hasByName(free := f"Sheet{number}"))
        self._xl.insertNewByName(name, at)
        return Sheet(self._book, self._xl.getByIndex(at))


class Sheet(Watched, base_classes.Sheet):
    def __init__(self, book, xl) -> None:
        self._book, self._xl = book, xl

    book = property(lambda self: self._book)
    api = property(lambda self: self._xl)
    name = property(lambda self: self._xl.Name, lambda self, value: setattr(self._xl, "Name", value))
    index = property(lambda self: self._xl.RangeAddress.Sheet + 1)
    visible = property(lambda self: self._xl.IsVisible)
    tables = property(lambda self: Tables(self))
    charts = property(lambda self: Charts(self))
    page_setup = property(lambda self: PageSetup(self))
    show_gridlines = property(lambda self: True, lambda self, value: self._in_front("ShowGrid", value))

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

    def range(self, arg1, arg2=None):
        first = self._box(arg1)
        last = first if arg2 is None else self._box(arg2)
        return Range(
            self, min(first[0], last[0]), min(first[1], last[1]), max(first[2], last[2]), max(first[3], last[3])
        )

    def _box(self, given):
        given = getattr(given, "impl", given)
        if isinstance(given, Range):
            return given._box
        if isinstance(given, tuple):
            height, width = given[2:] if len(given) == 4 else (1, 1)
            return given[0], given[1], given[0] + height - 1, given[1] + width - 1
        found = self._xl.getCellRangeByName(given.replace("$", "")).RangeAddress
        return found.StartRow + 1, found.StartColumn + 1, found.EndRow + 1, found.EndColumn + 1

    def activate(self):
        self._book._doc.CurrentController.setActiveSheet(self._xl)

    def delete(self):
        self._book._doc.Sheets.removeByName(self._xl.Name)


class PageSetup(Watched, base_classes.PageSetup):
    def __init__(self, sheet) -> None:
        self._sheet = sheet

    print_area = property(
        lambda self: None,
        lambda self, value: self._sheet._xl.setPrintAreas((self._sheet.range(value)._xl.RangeAddress,)),
    )


def _prop(name, there, back=lambda value: value):
    def put(self, value):
        setattr(self._xl, name, there(value))

    return property(lambda self: back(getattr(self._xl, name)), put)


def _color(value):
    red, green, blue = utils.hex_to_rgb(value) if isinstance(value, str) else value
    return (red << 16) | (green << 8) | blue


def _word(kind, words):
    def there(value):
        import uno

        return uno.Enum(f"com.sun.star.table.{kind}", words[value])

    return there


class Range(Watched, base_classes.Range):
    options = None

    def __init__(self, sheet, top, left, bottom, right) -> None:
        self._sheet, self._box, self._there = sheet, (top, left, bottom, right), None

    @property
    def _xl(self):
        if self._there is None:  # each question to LibreOffice takes its time
            top, left, bottom, right = self._box
            self._there = self._sheet._xl.getCellRangeByPosition(left - 1, top - 1, right - 1, bottom - 1)
        return self._there

    sheet = property(lambda self: self._sheet)
    api = property(lambda self: self._xl)
    row = property(lambda self: self._box[0])
    column = property(lambda self: self._box[1])
    shape = property(lambda self: self._shape())
    font = property(lambda self: Font(self))
    borders = property(lambda self: Borders(self))
    data_validation = property(lambda self: DataValidation(self))
    conditional_formats = property(lambda self: ConditionalFormats(self))
    autofilter = property(lambda self: AutoFilter(None))
    address = property(lambda self: self._xl.AbsoluteName.rpartition(".")[2])
    left = property(lambda self: self._xl.Position.X / _HUNDREDTHS_OF_MM)
    top = property(lambda self: self._xl.Position.Y / _HUNDREDTHS_OF_MM)
    color = _prop("CellBackColor", _color)
    wrap_text = _prop("IsTextWrapped", bool)
    horizontal_alignment = _prop(
        "HoriJustify", _word("CellHoriJustify", {"left": "LEFT", "center": "CENTER", "right": "RIGHT"})
    )
    vertical_alignment = property(
        lambda self: None,
        lambda self, value: setattr(self._xl, "VertJustify", {"top": 1, "center": 2, "bottom": 3}[value]),
    )
    row_hidden = property(
        lambda self: self._hidden(), lambda self, value: setattr(self._xl.Rows, "IsVisible", not value)
    )
    row_height = property(
        lambda self: self._xl.Rows.getByIndex(0).Height / _HUNDREDTHS_OF_MM,
        lambda self, value: setattr(self._xl.Rows, "Height", round(value * _HUNDREDTHS_OF_MM)),
    )
    column_width = property(  # of Calibri 11: seven pixels a letter and five around them
        lambda self: (self._xl.Columns.getByIndex(0).Width / 2540 * 96 - 5) / 7,
        lambda self, value: setattr(self._xl.Columns, "Width", round((value * 7 + 5) / 96 * 2540)),
    )

    def _shape(self):
        top, left, bottom, right = self._box
        return bottom - top + 1, right - left + 1

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

    def get_address(self, row_absolute, col_absolute, external):
        return self.address

    def __len__(self):
        height, width = self._shape()
        return height * width

    def __call__(self, row, column=None):
        if column is None:
            row, column = (row - 1) // self._shape()[1] + 1, (row - 1) % self._shape()[1] + 1
        top, left = self._box[0] + row - 1, self._box[1] + column - 1
        return Range(self._sheet, top, left, top, left)

    def _areas(self, kinds):
        """Yield the cells whose number format is of some kinds: the kind, and where they stand in this range."""
        groups = self._xl.getUniqueCellFormatRanges()
        for at in range(groups.Count):
            group = groups.getByIndex(at)
            kind = self._sheet._book._kind(group.NumberFormat)
            if kind & kinds:
                for area in group.RangeAddresses:
                    yield (
                        kind,
                        range(area.StartRow + 1 - self._box[0], area.EndRow + 2 - self._box[0]),
                        range(area.StartColumn + 1 - self._box[1], area.EndColumn + 2 - self._box[1]),
                    )

    def _data(self):
        """Return what the cells show, read once until something is written."""
        book, key = self._sheet._book, (self._sheet._xl.Name, self._box)
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
        if any(type(value) is str and value[:1] == "=" and len(value) > 1 for row in given for value in row):
            self._type_formulas(given)
            return
        texts = [[False] * width for _ in range(height)] if self._holds_text() else None
        for _, rows, columns in self._areas(_TEXTS) if texts else ():
            for row in rows:
                texts[row][columns.start : columns.stop] = [True] * len(columns)
        known: dict[str, object] = {}
        flags = []

        def kept(value, row, column):
            if type(value) is not str:
                if isinstance(value, bool):
                    flags.append((row, column))
                return float(value) if value is not None else ""
            if texts and texts[row][column]:
                return value.removeprefix("'")
            if value not in known:
                known[value] = typed(value, "General")[0]
            found = known[value]
            return "" if found is None else float(found) if isinstance(found, (bool, int)) else found

        self._xl.setDataArray(tuple(
            tuple(kept(value, row, column) for column, value in enumerate(values)) for row, values in enumerate(given)
        ))  # fmt: skip
        for row, column in flags:
            self(row + 1, column + 1).number_format = "BOOLEAN"

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
        # A cell told to be text keeps the apostrophe that Excel hides.
        for _, rows, columns in list(self._areas(_TEXTS)):
            for row in rows:
                for column in columns:
                    if isinstance(given[row][column], str):
                        self._xl.getCellByPosition(column, row).setString(given[row][column].removeprefix("'"))

    @property
    def formula(self):
        if not self._xl.queryContentCells(_FORMULAS).Count:
            found = tuple(tuple(value if type(value) is str else repr(value) for value in row) for row in self._data())
        else:
            found = tuple(
                tuple(to_excel(text) if text[:1] == "=" else text.removeprefix("'") for text in row)
                for row in self._xl.getFormulaArray()
            )
        return found[0][0] if len(self) == 1 else found

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
        import uno

        known = self._sheet._book._doc.NumberFormats
        locale = uno.createUnoStruct("com.sun.star.lang.Locale", "en", "US", "")
        key = known.queryKey(value, locale, False)
        self._xl.NumberFormat = known.addNew(value, locale) if key == -1 else key
        self._sheet._book._read = None

    def autofit(self, axis=None):
        self._xl.Rows.OptimalHeight = True

    def merge(self, across):
        self._xl.merge(True)

    def unmerge(self):
        self._xl.merge(False)

    def select(self):
        self._sheet._book._doc.CurrentController.select(self._xl)


class Font(Watched, base_classes.Font):
    def __init__(self, cells) -> None:
        self._cells = cells

    _xl = property(lambda self: self._cells._xl)

    bold = _prop("CharWeight", lambda value: 150.0 if value else 100.0, lambda value: value == 150.0)
    size = _prop("CharHeight", float)
    color = _prop("CharColor", _color)
    italic = property(lambda self: None, lambda self, value: self._slant(value))

    def _slant(self, value):
        import uno

        self._xl.CharPosture = uno.Enum("com.sun.star.awt.FontSlant", "ITALIC" if value else "NONE")


class Borders(Watched, base_classes.Borders):
    def __init__(self, cells) -> None:
        self._xl = cells._xl

    def set(self, which="all", *, line_style=None, weight=None, color=None):
        import uno

        line = uno.createUnoStruct("com.sun.star.table.BorderLine2")
        line.Color, line.OuterLineWidth, line.LineWidth = _color(color), 18, 18
        names = {"edge_top": "TopLine", "edge_bottom": "BottomLine", "edge_left": "LeftLine", "edge_right": "RightLine",
                 "inside_horizontal": "HorizontalLine", "inside_vertical": "VerticalLine"}  # fmt: skip
        border = self._xl.TableBorder2
        for flag in names.values():
            setattr(border, f"Is{flag}Valid", False)
        for name in which if isinstance(which, (list, tuple)) else [which]:
            setattr(border, names[name], line)
            setattr(border, f"Is{names[name]}Valid", True)
        self._xl.TableBorder2 = border


ENGINE = Engine()


def install() -> None:
    """Make xlwings use this engine."""
    from libreoffice_seam import LibreOfficeSeam

    from leadbook.books.live.seam import register

    if NAME not in [engine.name for engine in xw.engines]:
        xw.engines.add(xw.Engine(impl=ENGINE))
    xw.engines.active = xw.engines[NAME]
    register(NAME, LibreOfficeSeam())
