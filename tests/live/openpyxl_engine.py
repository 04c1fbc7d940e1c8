"""An engine for xlwings that keeps workbooks in openpyxl and takes what is typed as Excel would; it calculates nothing.

Only what a seller's Excel does to the data is copied: "007" becomes 7 unless the cell is told to be text, a date
format makes a number a day, and a write through hidden rows lands on the visible ones.
"""

from __future__ import annotations

import datetime as dt
import io
import re
from copy import copy
from pathlib import Path

import openpyxl
import xlwings as xw
from boxes import Apps, Books, BoxedRange, BoxedSheet
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Border, Font, PatternFill, Side
from openpyxl.styles.cell_style import StyleArray
from openpyxl.styles.numbers import BUILTIN_FORMATS_MAX_SIZE, BUILTIN_FORMATS_REVERSE, is_date_format
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.datetime import from_excel, to_excel
from openpyxl_parts import AutoFilter, Charts, ConditionalFormats, DataValidation, Names, Tables
from watching import Watched
from xlwings import base_classes, utils

LAST_ROW, LAST_COLUMN = 1_048_576, 16_384
NAME = "openpyxl"
_NUMBER_FORMAT = vars(StyleArray)["numFmtId"].key  # its place among what a cell's style says
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?%?$")
_DAY = re.compile(r"(\d{1,2})[/-](\d{1,2})[/-](\d{4})$")
_LINK = re.compile(r'=HYPERLINK\("(?:[^"]|"")*",(?:"((?:[^"]|"")*)"|([-\d.eE+]+))\)$')
_ERROR = re.compile(r"#(N/A|REF!|DIV/0!|VALUE!|NAME\?|NUM!|NULL!)$")


def typed(value, shown: str):  # noqa: PLR0911 - a line for each way Excel takes what is typed
    """Return what a cell holds after a value was put into it, and the kind openpyxl calls it."""
    if value is None or value == "":
        return None, "n"
    if not isinstance(value, str):
        return value, "b" if isinstance(value, bool) else "n"
    if value[0] == "'":
        return value[1:], "s"
    if shown == "@":
        return value, "s"
    if value[0] == "=" and len(value) > 1:
        return value, "f"
    if value.upper() in {"TRUE", "FALSE"}:
        return value.upper() == "TRUE", "b"
    if _NUMBER.match(value):
        return float(value.rstrip("%")) / (100 if value[-1] == "%" else 1), "n"
    if (day := _DAY.match(value)) is not None:
        try:
            return to_excel(dt.datetime(int(day[3]), int(day[1]), int(day[2]))), "n"  # noqa: DTZ001 - as Excel's
        except ValueError:
            return value, "s"
    return value, "e" if _ERROR.match(value) else "s"


class Grid:
    """What a sheet's cells show and what is typed in them, row by row, so that blocks are read as fast as in Excel."""

    def __init__(self, ws, computed) -> None:
        self.shown, self.typed, self._formats, self.formulas = [], [], {}, set()
        self._computed, self.filtered, self._known, self._ws = computed, set(), {}, ws
        for cell in ws._cells.values():
            self._take(cell)

    def take(self, cell) -> None:
        """Note what a cell holds now; what it showed before is forgotten."""
        self._computed.pop((cell.row, cell.column), None)
        self._take(cell)

    def _take(self, cell) -> None:
        row, column = cell.row, cell.column
        if cell.data_type == "f":
            self.formulas.add((row, column))
        else:
            self.formulas.discard((row, column))
        shown, held = self._row(row, column)
        shown[column - 1], held[column - 1] = self._shown(cell), _as_typed(cell._value)

    def _row(self, row, column):
        """Return what a row shows and what is typed in it, both as wide as a column at least."""
        while len(self.shown) < row:
            self.shown.append([])
            self.typed.append([])
        shown, held = self.shown[row - 1], self.typed[row - 1]
        if len(shown) < column:
            shown.extend([None] * (column - len(shown)))
            held.extend([""] * (column - len(held)))
        return shown, held

    def type_row(self, row, left, values) -> None:
        """Put values into the cells of a row from a column on; of equal values each is looked at once."""
        cells, formulas = self._ws._cells, self.formulas
        self._ws._current_row = max(self._ws._current_row, row)  # openpyxl takes a sheet at row 0 for an empty one
        shown, held = (), ()
        for column, value in enumerate(values, left):
            cell = cells.get((row, column))
            if cell is None:
                if value is None or value == "":
                    continue
                cell = cells[row, column] = Cell(self._ws, row, column)
            elif cell.__class__ is MergedCell:
                continue
            if len(shown) < column:
                shown, held = self._row(row, left + _filled(values) - 1 if value else column)
            key = 0 if cell._style is None else cell._style[_NUMBER_FORMAT], value.__class__, value
            found = self._known.get(key)
            if found is None:
                cell._value, cell.data_type = typed(value, self._format(cell)[0])
                self.take(cell)
                found = cell._value, cell.data_type, self._shown(cell), _as_typed(cell._value)
                self._known[key] = found
                continue
            if self._computed:
                self._computed.pop((row, column), None)
            if found[1] == "f" or formulas:
                (formulas.add if found[1] == "f" else formulas.discard)((row, column))
            cell._value, cell.data_type, shown[column - 1], held[column - 1] = found

    def shows_days(self, number: int) -> bool:
        """Tell whether a number format of the workbook shows a number as a day."""
        return self._format_of(number)[1]

    def _format(self, cell):
        return self._format_of(0 if cell._style is None else cell._style[_NUMBER_FORMAT])

    def _format_of(self, number):
        if number not in self._formats:
            like = Cell(self._ws, 1, 1)
            like._style = StyleArray()
            like._style[_NUMBER_FORMAT] = number
            self._formats[number] = like.number_format, is_date_format(like.number_format)
        return self._formats[number]

    def block(self, box, grid, blank):
        top, left, bottom, right = box
        width = right - left + 1
        found = [row[left - 1 : right] for row in grid[top - 1 : bottom]]
        found += [[] for _ in range(bottom - top + 1 - len(found))]
        for row in found:
            if len(row) < width:
                row.extend([blank] * (width - len(row)))
        return found

    def _shown(self, cell):
        value = cell._value
        if cell.data_type == "s":
            return value
        if cell.data_type == "f":
            link = _LINK.match(value)
            if link:
                return link[1].replace('""', '"') if link[1] is not None else float(link[2])
            value = self._computed.get((cell.row, cell.column))
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return from_excel(float(value), self._ws.parent.epoch) if self._format(cell)[1] else float(value)
        if isinstance(value, dt.date) and not isinstance(value, dt.datetime):
            return dt.datetime.combine(value, dt.time())
        return value


def _filled(values) -> int:
    """Return how many values there are up to the last that is none."""
    return max((at for at, value in enumerate(values, 1) if value is not None and value != ""), default=0)


def _as_typed(value):
    if type(value) is str:
        return value
    if isinstance(value, dt.date):
        value = to_excel(value)
    return "" if value is None else repr(value)


class Engine:
    name, type = NAME, "desktop"

    def __init__(self) -> None:
        self.apps = Apps(self, lambda engine: App(engine, len(self.apps) + 1))

    @staticmethod
    def prepare_xl_data_element(value, _options):
        return "" if value is None or value != value else value  # noqa: PLR0124 - NaN

    @staticmethod
    def clean_value_data(data, _dates, empty_as, _numbers, err_to_str):
        if err_to_str:
            return [
                row
                if empty_as is None and "" not in row
                else [empty_as if value is None or value == "" else value for value in row]
                for row in data
            ]

        def cleaned(value):
            if value is None or value == "":
                return empty_as
            if isinstance(value, str) and _ERROR.match(value):
                return None
            return value

        return [[cleaned(value) for value in row] for row in data]


class App(Watched, base_classes.App):
    engine = visible = None
    version = "16.0"
    screen_updating = display_alerts = enable_events = interactive = True
    status_bar = False
    calculation = "automatic"

    def __init__(self, engine, pid) -> None:
        self.engine, self._pid, self._books = engine, pid, OpenBooks(self)
        self._log, self._selected = [], None

    def __setattr__(self, name, value):
        super().__setattr__(name, value)
        if name[0] != "_" and name != "engine":
            self._log.append((name, value))

    pid = property(lambda self: self._pid)
    books = property(lambda self: self._books)
    selection = property(lambda self: self._selected)

    def alert(self, prompt, title, buttons, mode, callback):
        self._log.append(("alert", prompt))
        return "ok"

    def calculate(self):
        """Nothing calculates here."""

    def activate(self, steal_focus=False):
        """There is no window."""

    def quit(self):
        self.engine.apps.running.remove(self)

    kill = quit


class OpenBooks(Books):
    def open(self, fullname, *_args, **_options):
        data = Path(fullname).read_bytes()
        book = Book(self._app, openpyxl.load_workbook(io.BytesIO(data)), Path(fullname).name)
        book._path = str(fullname)
        formulas = {
            sheet: [at for at, cell in sheet._cells.items() if cell.data_type == "f"] for sheet in book._wb.worksheets
        }
        values = openpyxl.load_workbook(io.BytesIO(data), data_only=True) if any(formulas.values()) else book._wb
        for sheet, places in formulas.items():
            shown = values[sheet.title]
            book._grids[sheet] = Grid(sheet, {at: shown.cell(*at).value for at in places})
        self._open.append(book)
        return book


class Book(Watched, base_classes.Book):
    def __init__(self, app, wb, name) -> None:
        self._app, self._wb, self._name = app, wb, name
        self._styles, self._grids = {}, {}
        self._path = name

    app = property(lambda self: self._app)
    api = property(lambda self: self._wb)
    name = property(lambda self: self._name)
    sheets = property(lambda self: Sheets(self))
    names = property(lambda self: Names(self))

    @property
    def fullname(self):
        raise AssertionError("the full name of a workbook on SharePoint is an address that leads nowhere")

    def _grid_of(self, ws):
        if ws not in self._grids:
            self._grids[ws] = Grid(ws, {})
        return self._grids[ws]

    def save(self, path=None, password=None):
        self._wb.save(path)

    def close(self):
        self._app._books._open.remove(self)

    def activate(self):
        """There is no window."""


class Sheets(Watched, base_classes.Sheets):
    def __init__(self, book) -> None:
        self._book = book

    active = property(lambda self: Sheet(self._book, self._book._wb.active))

    def __call__(self, key):
        for number, sheet in enumerate(self._book._wb.worksheets, 1):
            if key == number or (isinstance(key, str) and sheet.title.casefold() == key.casefold()):
                return Sheet(self._book, sheet)
        raise KeyError(key)

    def __len__(self):
        return len(self._book._wb.worksheets)

    def __iter__(self):
        return (Sheet(self._book, sheet) for sheet in self._book._wb.worksheets)

    def add(self, before=None, after=None, name=None):
        place = before._place() if before else after._place() + 1 if after else 0
        return Sheet(self._book, self._book._wb.create_sheet(name, index=place))


class Sheet(BoxedSheet):
    def __init__(self, book, ws) -> None:
        self._book, self._ws = book, ws

    book = property(lambda self: self._book)
    api = property(lambda self: self._ws)
    name = property(lambda self: self._ws.title, lambda self, value: setattr(self._ws, "title", value))
    index = property(lambda self: self._place() + 1)
    visible = property(lambda self: self._ws.sheet_state == "visible")
    tables = property(lambda self: Tables(self))
    charts = property(lambda self: Charts(self))
    page_setup = property(lambda self: PageSetup(self))
    cells = property(lambda self: Range(self, 1, 1, LAST_ROW, LAST_COLUMN))
    used_range = property(lambda self: self._used_range())
    show_gridlines = property(
        lambda self: self._ws.sheet_view.showGridLines,
        lambda self, value: setattr(self._ws.sheet_view, "showGridLines", value),
    )

    @property
    def _grid(self):
        return self._book._grid_of(self._ws)

    def _place(self):
        return self._book._wb.worksheets.index(self._ws)

    def _used_range(self):
        held = self._grid.shown
        return Range(self, 1, 1, max(1, len(held)), max(map(len, held), default=1) or 1)

    def _box_of(self, address):
        left, top, right, bottom = range_boundaries(address)
        return top or 1, left or 1, bottom or LAST_ROW, right or LAST_COLUMN

    def activate(self):
        self._book._wb.active = self._ws

    def delete(self):
        self._book._wb.remove(self._ws)


class PageSetup(Watched, base_classes.PageSetup):
    def __init__(self, sheet) -> None:
        self._ws = sheet._ws

    print_area = property(lambda self: self._ws.print_area, lambda self, value: setattr(self._ws, "print_area", value))


class Range(BoxedRange):
    def __init__(self, sheet, top, left, bottom, right) -> None:
        super().__init__(sheet, top, left, bottom, right)
        self._ws = sheet._ws

    api = property(lambda self: self)
    font = property(lambda self: RangeFont(self))
    borders = property(lambda self: RangeBorders(self))
    autofilter = property(lambda self: AutoFilter(None))
    data_validation = property(lambda self: DataValidation(self))
    conditional_formats = property(lambda self: ConditionalFormats(self))

    def _address(self):
        top, left, bottom, right = self._box
        last = "" if (top, left) == (bottom, right) else f":${get_column_letter(right)}${bottom}"
        return f"${get_column_letter(left)}${top}{last}"

    def _cells(self):
        """Yield the cells, made where they are not there; of whole columns only what the sheet uses."""
        top, left, bottom, right = self._box
        bottom = min(bottom, self._ws.max_row) if bottom == LAST_ROW else bottom
        right = min(right, self._ws.max_column) if right == LAST_COLUMN else right
        held = self._ws._cells
        self._ws._current_row = max(self._ws._current_row, bottom)  # as above
        for row in range(top, bottom + 1):
            for column in range(left, right + 1):
                cell = held.get((row, column))
                if cell is None:
                    cell = held[row, column] = Cell(self._ws, row, column)
                yield cell

    @property
    def _grid(self):
        return self._sheet._grid

    @property
    def raw_value(self):
        found = self._grid.block(self._box, self._grid.shown, None)
        return found[0][0] if len(self) == 1 else found

    @raw_value.setter
    def raw_value(self, data):
        height, width = self._shape()
        if not isinstance(data, (list, tuple)):
            data = [[data] * width] * height
        assert (len(data), len(data[0])) == (height, width), "a block is written as large as it is"
        grid = self._grid
        hidden = {row for row, held_row in self._ws.row_dimensions.items() if held_row.hidden}
        rows = [row for row in range(self._box[0], self._box[2] + 1) if row not in hidden]
        for row, values in zip(rows if height > 1 else [self._box[0]], data, strict=False):
            grid.type_row(row, self._box[1], values)

    @property
    def formula(self):
        found = tuple(map(tuple, self._grid.block(self._box, self._grid.typed, "")))
        return found[0][0] if len(self) == 1 else found

    @formula.setter
    def formula(self, data):
        self.raw_value = data

    formula2 = formula

    def get_special_cells(self, cell_type, value_type):
        top, left, bottom, right = self._box
        found = []
        formulas, cells = self._grid.formulas, self._ws._cells
        for row, column in formulas if cell_type == "formulas" else cells.keys() - formulas:
            if not (top <= row <= bottom and left <= column <= right):
                continue
            cell = cells[row, column]
            shown = self._grid._shown(cell) if cell.data_type == "f" else None
            if value_type is None or cell.data_type == "e" or (isinstance(shown, str) and _ERROR.match(shown)):
                found.append((column, row))
        return [Range(self._sheet, *box) for box in _columns_of(found)]

    def clear_contents(self):
        top, left, bottom, right = self._box
        for (row, column), cell in self._ws._cells.items():
            if top <= row <= bottom and left <= column <= right and cell.__class__.__name__ != "MergedCell":
                cell._value, cell.data_type = None, "n"
                self._grid.take(cell)

    def clear_formats(self):
        top, left, bottom, right = self._box
        for (row, column), cell in self._ws._cells.items():
            if top <= row <= bottom and left <= column <= right:
                cell._style = StyleArray()
        # Excel counts conditional formats among the formats.
        ConditionalFormats(self)._clear()

    def _restyle(self, field, change):
        """Give each cell another font, fill or the like; each different look is made once."""
        wb, known = self._sheet._book._wb, self._sheet._book._styles
        pool = {"fontId": "_fonts", "fillId": "_fills", "borderId": "_borders", "alignmentId": "_alignments"}[field]
        at = vars(StyleArray)[field].key
        key, make = change
        for cell in self._cells():
            style = cell._style
            if style is None:
                style = cell._style = StyleArray()
            old = style[at]
            new = known.get((field, old, key))
            if new is None:
                new = known[field, old, key] = getattr(wb, pool).add(make(copy(getattr(wb, pool)[old])))
            style[at] = new

    def _aligned(name):  # noqa: N805 - makes properties
        def get(self):
            return getattr(self._ws.cell(*self._box[:2]).alignment, name)

        def put(self, value):
            def change(alignment):
                setattr(alignment, name, value)
                return alignment

            self._restyle("alignmentId", ((name, value), change))

        return property(get, put)

    horizontal_alignment, vertical_alignment = _aligned("horizontal"), _aligned("vertical")
    wrap_text = _aligned("wrap_text")
    _indent = _aligned("indent")

    @property
    def number_format(self):
        found = {cell.number_format for cell in self._cells()}
        return found.pop() if len(found) == 1 else None

    @number_format.setter
    def number_format(self, value):
        wb = self._sheet._book._wb
        number = BUILTIN_FORMATS_REVERSE.get(value)
        if number is None:
            number = wb._number_formats.add(value) + BUILTIN_FORMATS_MAX_SIZE
        grid = self._grid
        days = grid.shows_days(number)
        for cell in self._cells():
            style = _style_of(cell)
            before, style[_NUMBER_FORMAT] = style[_NUMBER_FORMAT], number
            if cell._value is not None and (days or grid.shows_days(before)):
                grid.take(cell)

    @property
    def color(self):
        fill = self._ws.cell(*self._box[:2]).fill
        return utils.hex_to_rgb("#" + fill.fgColor.rgb[2:]) if fill.fill_type else None

    @color.setter
    def color(self, value):
        self._restyle("fillId", (value, lambda _: PatternFill("solid", fgColor=_argb(value))))

    @property
    def column_width(self):
        return self._ws.column_dimensions[get_column_letter(self._box[1])].width - 5 / 7

    @column_width.setter
    def column_width(self, value):
        # Seven pixels a letter of Calibri 11, and five around them, which the file counts too.
        for column in range(self._box[1], self._box[3] + 1):
            self._ws.column_dimensions[get_column_letter(column)].width = (int(value * 7 + 0.5) + 5) / 7

    @property
    def row_height(self):
        found = {self._ws.row_dimensions[row].height for row in range(self._box[0], self._box[2] + 1)}
        return found.pop() if len(found) == 1 else None

    @row_height.setter
    def row_height(self, value):
        for row in range(self._box[0], self._box[2] + 1):
            self._ws.row_dimensions[row].height = value

    @property
    def row_hidden(self):
        held = self._ws.row_dimensions
        found = {row in held and bool(held[row].hidden) for row in range(self._box[0], self._box[2] + 1)}
        return found.pop() if len(found) == 1 else None

    @row_hidden.setter
    def row_hidden(self, value):
        # What a filter hides is shown by clearing the filter alone.
        for row in range(self._box[0], self._box[2] + 1):
            self._ws.row_dimensions[row].hidden = value or row in self._grid.filtered

    left = property(lambda self: 0.0)
    top = property(lambda self: 0.0)

    def autofit(self, axis=None):
        held = self._ws.row_dimensions
        for row in range(self._box[0], self._box[2] + 1):
            if row in held:
                held[row].height = None

    def merge(self, across):
        self._ws.merge_cells(self._address().replace("$", ""))

    def unmerge(self):
        top, left, bottom, right = self._box
        for area in list(self._ws.merged_cells.ranges):
            if area.min_row >= top and area.max_row <= bottom and area.min_col >= left and area.max_col <= right:
                self._ws.unmerge_cells(str(area))

    def select(self):
        self._sheet._book._app._selected = self


def _columns_of(cells):
    """Return cells, each its column and its row, as areas of one column."""
    areas = []
    for column, row in sorted(cells):
        if areas and areas[-1][1] == column and areas[-1][2] == row - 1:
            areas[-1][2] = row
        else:
            areas.append([row, column, row, column])
    return areas


def _style_of(cell):
    if cell._style is None:
        cell._style = StyleArray()
    return cell._style


def _argb(color):
    return "FF" + (color.lstrip("#").upper() if isinstance(color, str) else "{:02X}{:02X}{:02X}".format(*color))


class RangeFont(Watched, base_classes.Font):
    def __init__(self, cells) -> None:
        self._cells = cells

    api = property(lambda self: self)

    def _part(attribute):  # noqa: N805 - makes properties
        def get(self):
            return getattr(self._cells._ws.cell(*self._cells._box[:2]).font, attribute)

        def put(self, value):
            value = _argb(value) if attribute == "color" else value

            def change(font):
                parts = {
                    name: getattr(font, name) for name in ("name", "sz", "b", "i", "u", "color", "family", "scheme")
                }
                return Font(**{**parts, attribute: value})

            self._cells._restyle("fontId", ((attribute, value), change))

        return property(get, put)

    bold, italic, size, color, name = _part("b"), _part("i"), _part("sz"), _part("color"), _part("name")
    _underline = _part("u")


class RangeBorders(Watched, base_classes.Borders):
    def __init__(self, cells) -> None:
        self._cells = cells

    def set(self, which="all", *, line_style=None, weight=None, color=None):
        sides = {"edge_top": "top", "edge_bottom": "bottom", "edge_left": "left", "edge_right": "right"}
        top, left, bottom, right = self._cells._box
        edges = {"top": (top, left, top, right), "bottom": (bottom, left, bottom, right),
                 "left": (top, left, bottom, left), "right": (top, right, bottom, right)}  # fmt: skip
        line = Side("thin", color=_argb(color))
        for name in which if isinstance(which, (list, tuple)) else [which]:
            side = sides.get(name)
            if side is None:  # between the cells: every cell but the last has a line of its own
                pair, areas = {
                    "inside_horizontal": (
                        ("bottom", "top"),
                        ((top, left, bottom - 1, right), (top + 1, left, bottom, right)),
                    ),
                    "inside_vertical": (
                        ("right", "left"),
                        ((top, left, bottom, right - 1), (top, left + 1, bottom, right)),
                    ),
                }[name]
            else:
                pair, areas = (side,), (edges[side],)
            for one, area in zip(pair, areas, strict=True):
                if area[0] <= area[2] and area[1] <= area[3]:
                    self._draw(Range(self._cells._sheet, *area), one, line)

    def _draw(self, cells, side, line):
        def change(border):
            parts = {name: getattr(border, name) for name in ("left", "right", "top", "bottom")}
            return Border(**{**parts, side: line})

        cells._restyle("borderId", ((side, line.color.rgb), change))


Sheet._of_range = Range

ENGINE = Engine()


def install() -> None:
    """Make xlwings use this engine."""
    from openpyxl_seam import OpenpyxlSeam

    from leadbook.books.live.seam import register

    if NAME not in [engine.name for engine in xw.engines]:
        xw.engines.add(xw.Engine(impl=ENGINE))
    xw.engines.active = xw.engines[NAME]
    register(NAME, OpenpyxlSeam())
