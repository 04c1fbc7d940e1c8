"""Tables, filters, names, charts, rules and dropdowns of the openpyxl engine."""

from __future__ import annotations

from openpyxl.chart import BarChart, LineChart, ScatterChart
from openpyxl.formatting.rule import ColorScaleRule, DataBarRule, FormulaRule, IconSetRule
from openpyxl.styles import Font, PatternFill
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.workbook.defined_name import DefinedName
from openpyxl.worksheet.datavalidation import DataValidation as Rule
from openpyxl.worksheet.filters import AutoFilter as StoredFilter
from openpyxl.worksheet.filters import FilterColumn, Filters
from openpyxl.worksheet.table import Table as Stored
from openpyxl.worksheet.table import TableStyleInfo
from watching import ComError, Watched
from xlwings import base_classes

_NOT_ALLOWED = -2146827284


def _area(text: str) -> tuple[int, int, int, int]:
    left, top, right, bottom = range_boundaries(text.replace("$", ""))
    return top, left, bottom, right


def _text(box) -> str:
    top, left, bottom, right = box
    return f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"


def _meet(one, other) -> bool:
    return not (one[2] < other[0] or one[0] > other[2] or one[3] < other[1] or one[1] > other[3])


class Tables(Watched, base_classes.Tables):
    def __init__(self, sheet) -> None:
        self._sheet, self._stored = sheet, sheet._ws.tables

    def __call__(self, key):
        for number, stored in enumerate(self._stored.values(), 1):
            if key == number or (isinstance(key, str) and stored.displayName.casefold() == key.casefold()):
                return Table(self._sheet, stored)
        raise KeyError(key)

    def __len__(self):
        return len(self._stored)

    def __iter__(self):
        return (Table(self._sheet, stored) for stored in list(self._stored.values()))

    def __contains__(self, key):
        return any(name.casefold() == key.casefold() for name in self._stored)

    def add(self, source_type=None, source=None, link_source=None, has_headers=True, destination=None,
            table_style_name=None, name=None):  # fmt: skip
        box = source.impl._box
        for stored in self._stored.values():
            if _meet(box, _area(stored.ref)):
                raise ComError(_NOT_ALLOWED, "A table cannot overlap another table.")
        taken = [other for sheet in self._sheet._book._wb.worksheets for other in sheet.tables]
        taken += list(self._sheet._book._wb.defined_names)
        if any(name.casefold() == other.casefold() for other in taken):
            raise ComError(_NOT_ALLOWED, f"The name {name} is taken.")
        for column in range(box[1], box[3] + 1):
            cell = self._sheet._ws.cell(box[0], column)
            cell._value, cell.data_type = str(cell.value), "s"
        stored = Stored(displayName=name, ref=_text(box))
        stored.tableStyleInfo = TableStyleInfo(name=table_style_name, showRowStripes=True)
        stored.autoFilter = StoredFilter(ref=_text(box))
        stored._initialise_columns()
        for column, entry in zip(range(box[1], box[3] + 1), stored.tableColumns, strict=True):
            entry.name = self._sheet._ws.cell(box[0], column).value
        self._sheet._ws.add_table(stored)
        return Table(self._sheet, stored)


class Table(Watched, base_classes.Table):
    insert_row_range = None
    show_headers = True

    def __init__(self, sheet, stored) -> None:
        self._sheet, self._stored = sheet, stored

    api = property(lambda self: self._stored)
    parent = property(lambda self: self._sheet)
    name = property(lambda self: self._stored.displayName)
    range = property(lambda self: self._sheet.range(self._stored.ref))
    autofilter = property(lambda self: AutoFilter(self))
    show_totals = property(
        lambda self: bool(self._stored.totalsRowCount),
        lambda self, value: setattr(self._stored, "totalsRowCount", 1 if value else None),
    )
    table_style = property(
        lambda self: self._stored.tableStyleInfo and self._stored.tableStyleInfo.name,
        lambda self, value: setattr(self._stored.tableStyleInfo, "name", value),
    )
    show_table_style_row_stripes = property(
        lambda self: self._stored.tableStyleInfo.showRowStripes,
        lambda self, value: setattr(self._stored.tableStyleInfo, "showRowStripes", value),
    )

    @property
    def show_autofilter(self):
        return self._stored.autoFilter is not None

    @show_autofilter.setter
    def show_autofilter(self, value):
        self._stored.autoFilter = StoredFilter(ref=self._stored.ref) if value else None

    @property
    def data_body_range(self):
        top, left, bottom, right = _area(self._stored.ref)
        return self._sheet.range((top + 1, left), (bottom - int(self.show_totals), right))

    def resize(self, range):
        old, new = _area(self._stored.ref), range.impl._box
        if old[0] != new[0] or not _meet(old, new):
            raise ComError(_NOT_ALLOWED, "The header of a resized table stays in its row, and the ranges overlap.")
        for other in self._sheet._ws.tables.values():
            if other is not self._stored and _meet(_area(other.ref), new):
                raise ComError(_NOT_ALLOWED, "A table cannot overlap another table.")
        self._stored.ref = _text(new)
        if self._stored.autoFilter is not None:
            self._stored.autoFilter.ref = _text(new)
        self._stored.tableColumns = []
        self._stored._initialise_columns()
        for column, entry in zip(_columns(new), self._stored.tableColumns, strict=True):
            value = self._sheet._ws.cell(new[0], column).value
            entry.name = f"Column{column}" if value is None else str(value)


def _columns(box):
    return range(box[1], box[3] + 1)


class AutoFilter(Watched, base_classes.AutoFilter):
    """Keeps the criteria beside the file's own list, and hides rows as Excel does."""

    def __init__(self, table) -> None:
        self._table = table

    @property
    def criteria(self):
        stored = self._table._stored
        held = {} if stored.autoFilter is None else {entry.colId: entry for entry in stored.autoFilter.filterColumn}
        _, left, _, right = _area(stored.ref)
        found = []
        for field in range(1, right - left + 2):
            entry = base_classes.empty_autofilter_criteria(field)
            column = held.get(field - 1)
            if column is not None and column.filters is not None and column.filters.filter:
                entry |= {"type": "values", "values": list(column.filters.filter)}
            elif column is not None:
                entry["type"] = "unknown"
            found.append(entry)
        return found

    def apply_values(self, field, values):
        stored = self._table._stored
        stored.autoFilter.filterColumn.append(FilterColumn(colId=field - 1, filters=Filters(filter=list(values))))
        top, left, bottom, _ = _area(stored.ref)
        for row in range(top + 1, bottom + 1):
            if str(self._table._sheet._ws.cell(row, left + field - 1).value) not in values:
                self._table._sheet._ws.row_dimensions[row].hidden = True
                self._table._sheet._grid.filtered.add(row)

    def clear(self, field):
        stored = self._table._stored
        if stored.autoFilter.filterColumn:
            stored.autoFilter.filterColumn = []
            top, _, bottom, _ = _area(stored.ref)
            for row in range(top + 1, bottom + 1):
                self._table._sheet._ws.row_dimensions[row].hidden = False
            self._table._sheet._grid.filtered.clear()


class Names(Watched, base_classes.Names):
    def __init__(self, book) -> None:
        self._book, self._defined = book, book._wb.defined_names

    def __call__(self, key):
        for number, name in enumerate(self._defined, 1):
            if key == number or (isinstance(key, str) and name.casefold() == key.casefold()):
                return Name(self._book, name)
        raise KeyError(key)

    def contains(self, key):
        return any(name.casefold() == key.casefold() for name in self._defined)

    def snapshot(self):
        return [(name, Name(self._book, name)) for name in list(self._defined)]

    def __len__(self):
        return len(self._defined)

    def add(self, name, refers_to):
        self._defined[name] = DefinedName(name, attr_text=refers_to.removeprefix("="))
        return Name(self._book, name)


class Name(Watched, base_classes.Name):
    def __init__(self, book, name) -> None:
        self._book, self._name, self._stored = book, name, book._wb.defined_names[name]

    api = property(lambda self: self._stored)
    name = property(lambda self: self._name)
    refers_to = property(
        lambda self: "=" + self._stored.attr_text,
        lambda self, value: setattr(self._stored, "attr_text", value.removeprefix("=")),
    )

    def delete(self):
        del self._book._wb.defined_names[self._name]


class Charts(Watched, base_classes.Charts):
    def __init__(self, sheet) -> None:
        self._sheet, self._stored = sheet, sheet._ws._charts

    def __len__(self):
        return len(self._stored)

    def __iter__(self):
        return (Chart(self._sheet, stored) for stored in list(self._stored))

    def __call__(self, key):
        for number, stored in enumerate(self._stored, 1):
            if key == number or _name_of(stored) == key:
                return Chart(self._sheet, stored)
        raise KeyError(key)

    def __contains__(self, key):
        return any(_name_of(stored) == key for stored in self._stored)

    def add(
        self, left, top, width, height, chart_type=None, source=None, plot_by=None, name=None, anchor=None, style=227
    ):
        kind = chart_type or "column_clustered"
        stored = {"line": LineChart, "xy_scatter": ScatterChart}.get(kind.removesuffix("_markers"), BarChart)()
        if isinstance(stored, BarChart):
            stored.type = "bar" if kind.startswith("bar") else "col"
            stored.grouping = "stacked" if kind.endswith("stacked") else "clustered"
            stored.overlap = 100 if kind.endswith("stacked") else None
        stored.width, stored.height = width / 28.35, height / 28.35
        stored.leadbook_name, stored.leadbook_kind = name, kind
        box = anchor.impl._box if anchor is not None else (1, 1)
        self._sheet._ws.add_chart(stored, f"{get_column_letter(box[1])}{box[0]}")
        return Chart(self._sheet, stored)


def _name_of(stored):
    return getattr(stored, "leadbook_name", None) or "Chart 1"


class Chart(Watched, base_classes.Chart):
    def __init__(self, sheet, stored) -> None:
        self._sheet, self._stored = sheet, stored

    api = property(lambda self: self._stored)
    parent = property(lambda self: self._sheet)
    name = property(lambda self: _name_of(self._stored))
    chart_type = property(lambda self: self._stored.leadbook_kind)
    title = property(lambda self: None, lambda self, value: setattr(self._stored, "title", value))
    legend = property(lambda self: Legend(self._stored))
    series = property(lambda self: SeriesList(self._stored))
    category_axis = property(lambda self: Axis(self._stored.x_axis))
    value_axis = property(lambda self: Axis(self._stored.y_axis))
    left = property(lambda self: 0, lambda self, value: None)
    top = property(lambda self: 0, lambda self, value: None)

    def delete(self):
        self._sheet._ws._charts.remove(self._stored)


class Series(Watched, base_classes.ChartSeries):
    def __init__(self, stored) -> None:
        self._stored = stored

    def set(self, *, line_color=None, fill_color=None, **others):
        shape = self._stored.graphicalProperties
        if _given(line_color):
            shape.line.solidFill = _argb(line_color)[2:]
        if _given(fill_color):
            shape.solidFill = _argb(fill_color)[2:]


def _given(value):
    return value is not None and value is not base_classes._UNSET


class SeriesList(Watched, base_classes.ChartSeriesCollection):
    def __init__(self, chart) -> None:
        self._all = [series for part in (chart._charts or [chart]) for series in part.series]

    def __call__(self, key):
        return Series(self._all[key - 1])

    def __len__(self):
        return len(self._all)


class Legend(Watched, base_classes.ChartLegend):
    def __init__(self, chart) -> None:
        self._chart = chart

    visible = property(
        lambda self: self._chart.legend is not None,
        lambda self, value: None if value else setattr(self._chart, "legend", None),
    )
    position = property(lambda self: None, lambda self, value: setattr(self._chart.legend, "position", value[0]))


class Axis(Watched, base_classes.ChartAxis):
    def __init__(self, axis) -> None:
        self._axis = axis

    def set(self, *, title=None, maximum_scale=None, number_format=None, reverse_order=None, **others):
        if _given(title):
            self._axis.title = title
        if _given(maximum_scale):
            self._axis.scaling.max = maximum_scale
        if _given(number_format):
            self._axis.number_format = number_format
        if _given(reverse_order):
            self._axis.scaling.orientation = "maxMin" if reverse_order else "minMax"


class ConditionalFormats(Watched, base_classes.ConditionalFormats):
    def __init__(self, cells) -> None:
        self._cells = cells

    def _mine(self):
        rules = self._cells._ws.conditional_formatting
        return [(held, rule) for held in rules for rule in held.rules
                if any(_meet(self._cells._box, _area(part)) for part in str(held.sqref).split())]  # fmt: skip

    def __len__(self):
        return len(self._mine())

    def __iter__(self):
        return (ConditionalFormat(self._cells._ws, held, rule) for held, rule in self._mine())

    def __call__(self, key):
        held, rule = self._mine()[key - 1]
        return ConditionalFormat(self._cells._ws, held, rule)

    def _add(self, rule):
        # Excel puts a new rule on top of those that are there.
        for held in self._cells._ws.conditional_formatting:
            for other in held.rules:
                other.priority += 1
        self._cells._ws.conditional_formatting.add(_text(self._cells._box), rule)
        rule.priority = 1
        return ConditionalFormat(self._cells._ws, None, rule)

    def add_custom(self, spec):
        fill, color = spec.get("fill_color"), spec.get("font_color")
        font = Font(b=spec.get("font_bold"), i=spec.get("font_italic"), color=color and _argb(color))
        return self._add(FormulaRule(
            [spec["formula"].removeprefix("=")], stopIfTrue=spec["stop_if_true"] or None, font=font,
            fill=PatternFill(bgColor=_argb(fill)) if fill else None,
        ))  # fmt: skip

    def add_data_bar(self, spec):
        return self._add(DataBarRule("num", 0, "max", None, color=_argb(spec["bar_color"])))

    def add_color_scale(self, spec):
        low, high = map(_argb, spec["colors"])
        return self._add(ColorScaleRule("min", None, low, end_type="max", end_value=None, end_color=high))

    def add_icon_set(self, spec):
        return self._add(IconSetRule("3TrafficLights", "percent", [0, 33, 67]))

    def clear(self):
        self._clear()

    def _clear(self):
        rules = self._cells._ws.conditional_formatting
        for held, _ in self._mine():
            if held in rules._cf_rules:
                del rules[held.sqref]


class ConditionalFormat(Watched, base_classes.ConditionalFormat):
    def __init__(self, sheet, held, rule) -> None:
        self._sheet, self._held, self._rule = sheet, held, rule

    type = property(lambda self: "custom" if self._rule.type == "expression" else "unknown")
    formula = property(lambda self: "=" + self._rule.formula[0] if self._rule.formula else None)

    def delete(self):
        held = self._sheet.conditional_formatting._cf_rules
        held[self._held] = [rule for rule in held[self._held] if rule is not self._rule]


def _argb(color) -> str:
    return "FF" + (color.lstrip("#").upper() if isinstance(color, str) else "{:02X}{:02X}{:02X}".format(*color))


class DataValidation(Watched, base_classes.DataValidation):
    def __init__(self, cells) -> None:
        self._cells = cells

    def _put(self, rule):
        self.delete()
        rule.add(_text(self._cells._box))
        self._cells._ws.add_data_validation(rule)

    def set_list(self, source, in_cell_dropdown):
        self._put(Rule("list", formula1='"' + ",".join(source) + '"'))

    def delete(self):
        stored = self._cells._ws.data_validations
        stored.dataValidation = [
            rule for rule in stored.dataValidation
            if not any(_meet(self._cells._box, _area(part)) for part in str(rule.sqref).split())
        ]  # fmt: skip
