"""What is asked of one sheet's cells, kept column by column until the sheet is written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from msgspec import Struct, field

from leadbook.books.ooxml.addresses import Area
from leadbook.books.ooxml.values import CellFormula

if TYPE_CHECKING:
    from leadbook.books.ooxml.values import RawCell, Value


class RowRun(Mapping[int, "Value | RawCell"]):
    """Cells of rows at equal distances, by row: like a dict of them, at a tenth of its memory.

    Parameters
    ----------
    rows : range
    values : list of Value
        One for each row.
    """

    def __init__(self, rows: range, values: Sequence[Value | RawCell]) -> None:
        self._rows = rows
        self._values = values

    def __getitem__(self, row: int) -> Value | RawCell:
        if row not in self._rows:
            raise KeyError(row)
        return self._values[self._rows.index(row)]

    def __contains__(self, row: object) -> bool:
        return row in self._rows

    def __iter__(self) -> Iterator[int]:
        return iter(self._rows)

    def __len__(self) -> int:
        return len(self._rows)

    @property
    def all_values(self) -> Sequence[Value | RawCell]:
        """Every value; quicker than asking for one after the other."""
        return self._values

    def of(self, rows: list[int]) -> Sequence[Value | RawCell]:
        """Return the values of some of the rows, in order and without gaps."""
        return self._values[self._rows.index(rows[0]) : self._rows.index(rows[-1]) + 1]


class ColumnCells(NamedTuple):
    """Cells of one column by row, with one style; None keeps each cell's own."""

    cells: Mapping[int, Value | RawCell]
    style: int | None
    first_row: int
    last_row: int

    @property
    def has_formulas(self) -> bool:
        """Tell whether any of them holds a formula."""
        values = self.cells.all_values if isinstance(self.cells, RowRun) else self.cells.values()
        return CellFormula in set(map(type, values))

    def values_of(self, rows: list[int]) -> list[Value | RawCell]:
        """Return the values of rows that follow one another here."""
        if isinstance(self.cells, RowRun):
            return list(self.cells.of(rows))
        return list(map(self.cells.__getitem__, rows))


class CellEdits(Struct):
    """Everything asked of one sheet's cells, in the order asked: the last word on a cell counts."""

    columns: dict[int, list[ColumnCells]] = field(default_factory=dict)
    default_styles: dict[int, tuple[int, int, int]] = field(default_factory=dict)
    row_styles: dict[int, Mapping[int, int]] = field(default_factory=dict)

    def add(self, column: int, cells: Mapping[int, Value | RawCell], style: int | None) -> None:
        """Ask for cells of one column."""
        if cells:
            self.columns.setdefault(column, []).append(ColumnCells(cells, style, min(cells), max(cells)))

    def holds(self, area: Area) -> tuple[int, int] | None:
        """Return the first cell (row, column) of an area that will hold a value by these edits."""
        for column in range(area.first_column, area.last_column + 1):
            for one in self.columns.get(column, ()):
                if one.first_row > area.last_row or one.last_row < area.first_row:
                    continue
                for row, value in one.cells.items():
                    if area.first_row <= row <= area.last_row and value is not None:
                        return row, column
        return None

    def values_in_row(self, row: int) -> dict[tuple[int, int], Value | RawCell]:
        """Return the values asked for in one row, by (row, column)."""
        return {
            (row, column): layer.cells[row]
            for column, layers in self.columns.items()
            for layer in layers
            if row in layer.cells
        }

    @property
    def extent(self) -> Area | None:
        """The block that all edited cells lie in."""
        if not self.columns:
            return None
        layers = [layer for column in self.columns.values() for layer in column]
        return Area(
            min(layer.first_row for layer in layers),
            min(self.columns),
            max(layer.last_row for layer in layers),
            max(self.columns),
        )

    def rows(self) -> list[int]:
        """Return every row that is touched, in order."""
        rows: set[int] = set()
        spans: set[tuple[int, int]] = set()
        for layers in self.columns.values():
            for layer in layers:
                # Columns are mostly filled from the same first to the same last row.
                span = layer.first_row, layer.last_row
                if span in spans:
                    continue
                rows.update(layer.cells)
                if layer.last_row - layer.first_row + 1 == len(layer.cells):
                    spans.add(span)
        return sorted(rows)

    def default_style(self, row: int, column: int) -> int | None:
        """Return the style new cells of a new table column take."""
        own = self.row_styles.get(column, {}).get(row)
        if own is not None:
            return own
        first, last, style = self.default_styles.get(column, (0, 0, 0))
        return style if first <= row <= last else None

    @property
    def has_formulas(self) -> bool:
        """Tell whether any formula is to be written."""
        return any(layer.has_formulas for layers in self.columns.values() for layer in layers)
