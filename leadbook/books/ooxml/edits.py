"""What is asked of one sheet's cells, kept column by column until the sheet is written."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from leadbook.books.ooxml.addresses import Area, letters
from leadbook.books.ooxml.values import CellFormula

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from leadbook.books.ooxml.values import CellWriter, RawCell, Value

BATCH = 4096


class ColumnCells(NamedTuple):
    """Cells of one column by row, with one style; None keeps each cell's own."""

    cells: Mapping[int, Value | RawCell]
    style: int | None
    first_row: int
    last_row: int


class KeptStyle(NamedTuple):
    """A value whose cell keeps the style it has, which is known only when the cell goes by."""

    value: Value | RawCell


class RowEdit(NamedTuple):
    """One row's new cells, rendered, one for each edited column of the sheet; None leaves a cell alone.

    ``blob`` is all of them joined, None when a cell keeps a style that is not known yet; ``complete`` tells
    that the row has a new cell for each edited column, so that its blob can take the place of what is there.
    """

    row: int
    cells: tuple[str | KeptStyle | None, ...]
    blob: str | None
    complete: bool


@dataclass
class CellEdits:
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
        for layers in self.columns.values():
            for layer in layers:
                rows.update(layer.cells)
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
        return any(
            CellFormula in set(map(type, layer.cells.values())) for layers in self.columns.values() for layer in layers
        )


class RenderedRows:
    """The edited rows in order, rendered column by column a batch at a time, so that memory stays low."""

    def __init__(self, edits: CellEdits, writer: CellWriter) -> None:
        self._edits = edits
        self._writer = writer
        self.columns = sorted(edits.columns)
        self.names = [letters(column) for column in self.columns]
        self.rows = edits.rows()

    def __iter__(self) -> Iterator[RowEdit]:
        for start in range(0, len(self.rows), BATCH):
            rows = self.rows[start : start + BATCH]
            rendered = [self._column(index, rows) for index in range(len(self.columns))]
            styled = all(styled for _, styled, _ in rendered)
            complete = styled and all(full for _, _, full in rendered)
            lines = zip(*(cells for cells, _, _ in rendered), strict=True)
            if complete:
                blobs: list[str | None] = ["".join(cells) for cells in zip(*(c for c, _, _ in rendered), strict=True)]
            elif styled:
                filled = [["" if cell is None else cell for cell in cells] for cells, _, _ in rendered]
                blobs = ["".join(cells) for cells in zip(*filled, strict=True)]
            else:
                blobs = [None] * len(rows)
            for row, line, blob in zip(rows, lines, blobs, strict=True):
                yield RowEdit(row, line, blob, complete)

    def _column(self, index: int, rows: list[int]) -> tuple[list[str | KeptStyle | None], bool, bool]:
        """Render one column of a batch; tell whether each cell has its style, and whether each row has a cell."""
        out: list[str | KeptStyle | None] = [None] * len(rows)
        styled, full = True, False
        for layer in self._edits.columns[self.columns[index]]:
            low, high = bisect_left(rows, layer.first_row), bisect_left(rows, layer.last_row + 1)
            if low == high:
                continue
            if layer.cells.keys() >= set(rows[low:high]):
                places, wanted = list(range(low, high)), rows[low:high]
                full = full or high - low == len(rows)
            else:
                places = [place for place in range(low, high) if rows[place] in layer.cells]
                wanted = [rows[place] for place in places]
            values = list(map(layer.cells.__getitem__, wanted))
            texts: Iterable[str | KeptStyle]
            if layer.style is None:
                styled, texts = False, map(KeptStyle, values)
            else:
                texts = self._writer.render_column(self.names[index], wanted, layer.style, values)
            for place, text in zip(places, texts, strict=True):
                out[place] = text
        return out, styled, full
