"""Tables, filters, names, charts, rules and dropdowns of the LibreOffice engine."""

from __future__ import annotations

import re
import uuid
from functools import cached_property

from libreoffice_formulas import to_excel, to_office
from watching import ComError, Watched
from xlwings import base_classes, utils

_NOT_ALLOWED = -2146827284
_HUNDREDTHS_OF_MM = 2540 / 72
_CONDITION, _SCALE, _BAR, _ICONS = 0, 1, 2, 3  # com.sun.star.sheet.ConditionEntryType
_NO_COLOR = -1


def _number(color):
    red, green, blue = utils.hex_to_rgb(color) if isinstance(color, str) else color
    return (red << 16) | (green << 8) | blue


def _meet(one, other):
    return not (
        one.EndRow < other.StartRow or one.StartRow > other.EndRow
        or one.EndColumn < other.StartColumn or one.StartColumn > other.EndColumn
    )  # fmt: skip


class Tables(Watched, base_classes.Tables):
    """Tables are database ranges in LibreOffice."""

    def __init__(self, sheet) -> None:
        self._sheet, self._book = sheet, sheet._book

    def _mine(self):
        at = self._sheet._place()
        return [name for name, area in self._book._lists().items() if area.Sheet == at]

    def __call__(self, key):
        for number, name in enumerate(self._mine(), 1):
            if key == number or (isinstance(key, str) and name.casefold() == key.casefold()):
                return Table(self._sheet, name)
        raise KeyError(key)

    def __len__(self):
        return len(self._mine())

    def __iter__(self):
        return (Table(self._sheet, name) for name in self._mine())

    def __contains__(self, key):
        return any(name.casefold() == key.casefold() for name in self._mine())

    def add(self, source_type=None, source=None, link_source=None, has_headers=True, destination=None,
            table_style_name=None, name=None):  # fmt: skip
        area = source.impl._xl.RangeAddress
        for other in self._mine():
            if _meet(area, self._book._lists()[other]):
                raise ComError(_NOT_ALLOWED, "A table cannot overlap another table.")
        held = self._book._doc.DatabaseRanges
        held.addNewByName(name, area)
        self._book._tables = None
        made = held.getByName(name)
        made.ContainsHeader = made.AutoFilter = True
        return Table(self._sheet, name)


class Table(Watched, base_classes.Table):
    insert_row_range = None
    show_headers = True
    table_style = "TableStyleLight1"
    show_table_style_row_stripes = False

    def __init__(self, sheet, name) -> None:
        self._sheet, self._name = sheet, name

    _xl = property(lambda self: self._sheet._book._doc.DatabaseRanges.getByName(self._name))
    api = property(lambda self: self._xl)
    parent = property(lambda self: self._sheet)
    name = property(lambda self: self._name)
    show_totals = property(lambda self: bool(self._xl.TotalsRow))
    autofilter = property(lambda self: AutoFilter(self))
    show_autofilter = property(
        lambda self: self._xl.AutoFilter, lambda self, value: setattr(self._xl, "AutoFilter", value)
    )

    @property
    def range(self):
        area = self._sheet._book._lists()[self._name]
        return self._sheet.range((area.StartRow + 1, area.StartColumn + 1), (area.EndRow + 1, area.EndColumn + 1))

    def resize(self, range):
        old, new = self._xl.DataArea, range.impl._xl.RangeAddress
        if old.StartRow != new.StartRow or not _meet(old, new):
            raise ComError(_NOT_ALLOWED, "The header of a resized table stays in its row, and the ranges overlap.")
        self._xl.setDataArea(new)
        self._sheet._book._tables = None


class AutoFilter(Watched, base_classes.AutoFilter):
    """Kept beside the document: LibreOffice's own filters tell less than Excel's."""

    def __init__(self, table) -> None:
        self._table = table

    def _held(self):
        return self._table._sheet._book._filters.setdefault(self._table._name, {})

    @property
    def criteria(self):
        area = self._table._sheet._book._lists()[self._table._name]
        width = area.EndColumn - area.StartColumn + 1
        return [
            base_classes.empty_autofilter_criteria(field)
            | ({"type": "values", "values": list(self._held()[field])} if field in self._held() else {})
            for field in range(1, width + 1)
        ]

    def apply_values(self, field, values):
        self._held()[field] = values
        area, sheet = self._table._xl.DataArea, self._table._sheet._xl
        for row in range(area.StartRow + 1, area.EndRow + 1):
            if sheet.getCellByPosition(area.StartColumn + field - 1, row).String not in values:
                sheet.Rows.getByIndex(row).IsVisible = False

    def clear(self, field):
        self._held().clear()
        area, sheet = self._table._xl.DataArea, self._table._sheet._xl
        sheet.getCellRangeByPosition(0, area.StartRow, 0, area.EndRow).Rows.IsVisible = True


class Names(Watched, base_classes.Names):
    def __init__(self, book) -> None:
        self._book, self._xl = book, book._doc.NamedRanges

    def __call__(self, key):
        for number, name in enumerate(self._xl.ElementNames, 1):
            if key == number or (isinstance(key, str) and name.casefold() == key.casefold()):
                return Name(self._book, name)
        raise KeyError(key)

    def contains(self, key):
        return any(name.casefold() == key.casefold() for name in self._xl.ElementNames)

    def snapshot(self):
        return [(name, Name(self._book, name)) for name in self._xl.ElementNames]

    def __len__(self):
        return self._xl.Count

    def add(self, name, refers_to):
        from com.sun.star.table import CellAddress

        self._xl.addNewByName(name, to_office(refers_to).removeprefix("="), CellAddress(0, 0, 0), 0)
        return Name(self._book, name)


class Name(Watched, base_classes.Name):
    def __init__(self, book, name) -> None:
        self._book, self._name = book, name

    _xl = property(lambda self: self._book._doc.NamedRanges.getByName(self._name))
    api = property(lambda self: self._xl)
    name = property(lambda self: self._name)

    @property
    def refers_to(self):
        return "=" + re.sub(r"^\$", "", to_excel(self._xl.Content))

    @refers_to.setter
    def refers_to(self, value):
        self._xl.Content = to_office(value).removeprefix("=")

    def delete(self):
        self._book._doc.NamedRanges.removeByName(self._name)


class Charts(Watched, base_classes.Charts):
    """Charts by the names of their shapes; the document's own names for them are its affair."""

    def __init__(self, sheet) -> None:
        self._sheet, self._xl = sheet, sheet._xl.Charts

    def _all(self):
        page = self._sheet._xl.DrawPage
        shapes = [page.getByIndex(at) for at in range(page.Count)]
        known = set(self._xl.ElementNames)
        return [Chart(self._sheet, shape) for shape in shapes if getattr(shape, "PersistName", None) in known]

    def __len__(self):
        return len(self._all())

    def __iter__(self):
        return iter(self._all())

    def __call__(self, key):
        for number, chart in enumerate(self._all(), 1):
            if key in {number, chart._xl.Name}:
                return chart
        raise KeyError(key)

    def __contains__(self, key):
        return any(chart._xl.Name == key for chart in self._all())

    def add(
        self, left, top, width, height, chart_type=None, source=None, plot_by=None, name=None, anchor=None, style=227
    ):
        import uno

        place = uno.createUnoStruct("com.sun.star.awt.Rectangle")
        corner = anchor.impl._xl.Position
        place.X, place.Y = corner.X, corner.Y
        place.Width, place.Height = (round(length * _HUNDREDTHS_OF_MM) for length in (width, height))
        own = f"leadbook{uuid.uuid4().hex}"  # no other sheet may have one of that name either
        self._xl.addNewByName(own, place, (), False, False)
        page = self._sheet._xl.DrawPage
        shape = page.getByIndex(page.Count - 1)  # the newest is on top
        assert shape.PersistName == own
        shape.Name = name
        chart = Chart(self._sheet, shape)
        self._sheet._book._still(chart._doc)
        document = self._sheet._book._doc
        chart._doc.attachDataProvider(document.createInstance("com.sun.star.chart2.data.DataProvider"))
        chart._shape(chart_type)
        return chart


class Chart(Watched, base_classes.Chart):
    def __init__(self, sheet, xl) -> None:
        self._sheet, self._xl = sheet, xl

    @cached_property
    def _doc(self):
        return self._sheet._xl.Charts.getByName(self._xl.PersistName).EmbeddedObject

    api = property(lambda self: self._doc)
    parent = property(lambda self: self._sheet)
    name = property(lambda self: self._xl.Name)
    legend = property(lambda self: Legend(self._doc))
    series = property(lambda self: SeriesList(self._doc))
    category_axis = property(lambda self: Axis(self._doc, "X"))
    value_axis = property(lambda self: Axis(self._doc, "Y"))

    def _shape(self, kind):
        doc = self._doc
        service = {"line_markers": "Line", "xy_scatter": "XY"}.get(kind, "Bar")
        doc.setDiagram(doc.createInstance(f"com.sun.star.chart.{service}Diagram"))
        if service == "Bar":
            doc.Diagram.Vertical = kind.startswith("bar")
            doc.Diagram.Stacked = kind.endswith("stacked")
        for one in doc.getFirstDiagram().CoordinateSystems[0].ChartTypes:
            one.setDataSeries(())

    title = property(lambda self: None, lambda self, value: self._set_title(value))

    def _set_title(self, value):
        doc = self._doc
        doc.HasMainTitle = bool(value)
        if value:
            doc.Title.String = value

    def delete(self):
        self._sheet._xl.Charts.removeByName(self._xl.PersistName)


class Series(Watched, base_classes.ChartSeries):
    def __init__(self, xl) -> None:
        self._xl = xl

    def set(self, *, line_color=None, fill_color=None, **others):
        for color in (line_color, fill_color):
            if color is not None and color is not base_classes._UNSET:
                self._xl.Color = _number(color)


class SeriesList(Watched, base_classes.ChartSeriesCollection):
    def __init__(self, doc) -> None:
        kinds = doc.getFirstDiagram().CoordinateSystems[0].ChartTypes
        self._all = [series for kind in kinds for series in kind.DataSeries]

    def __call__(self, key):
        return Series(self._all[key - 1])

    def __len__(self):
        return len(self._all)


class Legend(Watched, base_classes.ChartLegend):
    def __init__(self, doc) -> None:
        self._doc = doc

    visible = property(lambda self: self._doc.HasLegend, lambda self, value: setattr(self._doc, "HasLegend", value))
    position = property(lambda self: None, lambda self, value: None)


class Axis(Watched, base_classes.ChartAxis):
    def __init__(self, doc, letter) -> None:
        self._doc, self._letter = doc, letter

    def set(self, *, title=None, maximum_scale=None, reverse_order=None, **others):
        axis = getattr(self._doc.Diagram, f"{self._letter}Axis")
        unset = base_classes._UNSET
        if title is not None and title is not unset:
            setattr(self._doc.Diagram, f"Has{self._letter}AxisTitle", True)
            getattr(self._doc.Diagram, f"{self._letter}AxisTitle").String = title
        if maximum_scale is not None and maximum_scale is not unset:
            axis.Max = maximum_scale
        if reverse_order is not None and reverse_order is not unset:
            axis.ReverseDirection = reverse_order


class ConditionalFormats(Watched, base_classes.ConditionalFormats):
    def __init__(self, cells) -> None:
        self._cells, self._sheet = cells, cells._sheet

    _xl = property(lambda self: self._sheet._xl.ConditionalFormats)

    def _rules(self):
        """Return each rule's number, its areas, and the rule."""
        return self._sheet._book._app._office.macros("Rules", self._sheet._xl)

    def _mine(self):
        area = self._cells._xl.RangeAddress
        return [held for _, areas, held in self._rules() if any(_meet(area, other) for other in areas)]

    def __iter__(self):
        return (ConditionalFormat(self, held) for held in self._mine())

    def __len__(self):
        return len(self._mine())

    def __call__(self, key):
        return ConditionalFormat(self, self._mine()[key - 1])

    def _add(self, kind, *given):
        """Have a rule made before anything is asked again."""
        self._cells._put("", (self._sheet._book._raw, kind, *given), "rule")
        return ConditionalFormat(self, None)

    def add_custom(self, spec):
        words = [str(spec.get(name)) for name in ("fill_color", "font_color", "font_bold", "font_italic")]
        style = "leadbook " + re.sub(r"\W+", " ", " ".join(words))
        fill, color = (_number(spec[name]) if spec.get(name) else _NO_COLOR for name in ("fill_color", "font_color"))
        formula = to_office(spec["formula"]).removeprefix("=")
        return self._add(_CONDITION, formula, style, fill, color, bool(spec.get("font_bold")))

    def add_data_bar(self, spec):
        return self._add(_BAR, _number(spec["bar_color"]))

    def add_color_scale(self, spec):
        return self._add(_SCALE)

    def add_icon_set(self, spec):
        return self._add(_ICONS)

    def clear(self):
        for held in self._mine():
            self._xl.removeByID(held.ID)


class ConditionalFormat(Watched, base_classes.ConditionalFormat):
    def __init__(self, all_of_them, held) -> None:
        self._all, self._held = all_of_them, held

    @property
    def type(self):
        return "custom" if self._held.getByIndex(0).Type == _CONDITION else "unknown"

    @property
    def formula(self):
        return "=" + to_excel(self._held.getByIndex(0).Formula1)

    def delete(self):
        self._all._xl.removeByID(self._held.ID)


class DataValidation(Watched, base_classes.DataValidation):
    def __init__(self, cells) -> None:
        self._cells = cells

    def delete(self):
        import uno

        rule = self._cells._xl.Validation
        rule.Type = uno.Enum("com.sun.star.sheet.ValidationType", "ANY")
        self._cells._xl.Validation = rule
