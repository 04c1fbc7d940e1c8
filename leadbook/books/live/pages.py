"""A generated sheet onto an open workbook's sheet: the sheet itself always survives, and so do formulas that use it."""

from __future__ import annotations

from itertools import chain, groupby
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from leadbook.books.live.charting import draw_charts
from leadbook.books.live.dressing import add_rule, dress_cells
from leadbook.books.live.grids import Block, lay
from leadbook.books.live.journal import (
    CellsBefore,
    SheetAdded,
    TableBefore,
    area_of,
    as_it_stands,
    cells_of,
    type_in,
    values_in,
)
from leadbook.books.live.looks import is_in_list, lay_rows, told_look
from leadbook.books.live.runs import runs_of
from leadbook.books.ownership import mark_name
from leadbook.model.issues import BookRefusedError
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import xlwings as xw

    from leadbook.books.live.calls import Calls
    from leadbook.books.live.grids import Laid
    from leadbook.books.live.journal import Entry
    from leadbook.books.live.seam import Seam
    from leadbook.books.live.typing_in import Typed
    from leadbook.books.ownership import Mark
    from leadbook.sheets.spec import Sheet, Table


class _Ready(Struct, frozen=True):
    """A sheet laid out against what stands there; ``blocks`` are all that differs, None where it is drawn anew."""

    laid: Laid
    blocks: list[Block] | None = None


class Pages:
    """Writes sheet specs into one open workbook.

    Parameters
    ----------
    book : xlwings.Book
    calls : Calls
    seam : Seam
    date_1904 : bool
        Whether the workbook's days count from 1904.
    """

    def __init__(self, book: xw.Book, calls: Calls, seam: Seam, *, date_1904: bool = False) -> None:
        self._book = book
        self._calls = calls
        self._seam = seam
        self._date_1904 = date_1904
        self._ready: dict[str, _Ready] = {}

    def note(self, spec: Sheet, name: str, mark: Mark | None) -> list[Entry]:
        """Lay a sheet out, and return what stands where it will be written.

        ``mark`` tells what of it leadbook wrote the last time: where the look is still the same, only the rows whose
        cells differ are typed anew, which is most of the time.

        Raises
        ------
        BookRefusedError
            When the seller typed where the sheet needs room.
        """
        calls, book = self._calls, self._book
        laid = lay(spec, date_1904=self._date_1904)
        self._ready[name] = _Ready(laid)
        if calls(lambda: name not in [sheet.name for sheet in book.sheets]):
            return [SheetAdded(name)]
        sheet = book.sheets[name]
        if mark is not None:
            self._refuse_typed_cells(sheet, laid.area, mark.area)
        whole = _both(laid.area, mark)
        rows = calls(lambda: as_it_stands(cells_of(sheet, whole), date_1904=self._date_1904))
        standing = calls(lambda: [(table.name, area_of(table.range), str(table.table_style)) for table in sheet.tables])
        wanted = {table.name: Area(table.row, table.column, table.last_row, table.last_column) for table in spec.tables}
        # A seller may have moved or cut the tables.
        if (
            mark is not None and told_look(mark.look).rest == laid.look.rest and mark.area == laid.area
            and wanted == {table: stood for table, stood, _ in standing}
        ):  # fmt: skip
            blocks = [found for block in laid.blocks if (found := _differing(block, rows)) is not None]
            self._ready[name] = _Ready(laid, blocks)
            return [
                CellsBefore(name, block.area, rows[block.area.first_row - 1 : block.area.last_row]) for block in blocks
            ]
        entries: list[Entry] = [CellsBefore(name, whole, rows)]
        entries += [TableBefore(name, table, stood, style) for table, stood, style in standing]
        there = {table.casefold() for table, _, _ in standing}
        return entries + [
            TableBefore(name, table.name, None) for table in spec.tables if table.name.casefold() not in there
        ]

    def stands(self, name: str, mark: Mark | None) -> bool:
        """Tell whether a sheet that has been noted is what it shall be, cell by cell and in its looks."""
        ready = self._ready[name]
        return ready.blocks == [] and mark is not None and mark.look == ready.laid.look.word

    def look(self, name: str) -> str:
        """Return the word for the look that a sheet that has been noted will have."""
        return self._ready[name].laid.look.word

    def write(self, spec: Sheet, name: str, mark: Mark | None, wanted: str = "") -> bool:
        """Write a sheet that has been noted; return whether its look is another since.

        Its mark has the hidden name of ``wanted``.
        """
        laid, blocks = self._ready[name].laid, self._ready[name].blocks
        sheet = self._sheet(name)
        calls, word = self._calls, laid.look.word
        before = told_look(mark.look if mark is not None else "")
        if before.word != word and mark is not None and mark.look:
            # Until it is whole again, its mark must not say that it looks as it did.
            calls(_forget_look, self._book, self._seam, mark_name(wanted))
        if blocks is not None:
            self._type(sheet, blocks)
            if before.heights != laid.look.heights:
                self._raise_rows(sheet, spec)
            else:
                self._fit(sheet, [block.area for block in blocks if is_in_list(spec, block.area.first_row)])
            if before.charts != laid.look.charts:
                draw_charts(sheet, spec, calls, self._seam, drawn=False)
            return before.word != word
        kept = self._keep_tables(sheet, spec)
        calls(_clear, cells_of(sheet, _both(laid.area, mark)))
        for dress in laid.dresses:
            calls(dress_cells, sheet, dress, self._seam)
        self._type(sheet, laid.blocks)
        for table in spec.tables:
            self._put_table(sheet, table, kept=table.name in kept)
        for merge in spec.merges:
            area = Area(merge.first_row, merge.first_column, merge.last_row, merge.last_column)
            calls(cells_of(sheet, area).merge)
        # A new rule goes on top of the others, and the first of the spec shall be on top.
        for rule in reversed(spec.conditional_formats):
            calls(add_rule, sheet, rule)
        for validation in spec.validations:
            calls(self._seam.validate, cells_of(sheet, validation.area), validation)
        self._size(sheet, spec)
        self._set_up(sheet, spec)
        draw_charts(sheet, spec, calls, self._seam, drawn=before.charts == laid.look.charts)
        return True

    def _type(self, sheet: xw.Sheet, blocks: Iterable[Block]) -> None:
        for block in blocks:
            self._calls(type_in, cells_of(sheet, block.area), block.rows)

    def _sheet(self, name: str) -> xw.Sheet:
        calls, book = self._calls, self._book
        names = calls(lambda: {sheet.name.casefold() for sheet in book.sheets})
        if name.casefold() not in names:
            calls(lambda: book.sheets.add(name, after=book.sheets[len(book.sheets) - 1]))
        return book.sheets[name]

    def _refuse_typed_cells(self, sheet: xw.Sheet, new: Area, old: Area) -> None:
        """Refuse to write over what the seller typed beside or below what leadbook wrote before."""
        for area in (
            Area(old.last_row + 1, 1, new.last_row, max(new.last_column, old.last_column)),
            Area(1, old.last_column + 1, min(new.last_row, old.last_row), new.last_column),
        ):
            if area.first_row > area.last_row or area.first_column > area.last_column:
                continue
            values = self._calls(values_in, sheet, area)
            if any(value is not None for row in values for value in row):
                raise BookRefusedError(
                    f'Sheet "{sheet.name}" needs more room this time, and you typed where it would go. Move your '
                    "notes to a sheet of your own, and click again."
                )

    def _keep_tables(self, sheet: xw.Sheet, spec: Sheet) -> set[str]:
        """Resize the tables that stay where they begin; the others become cells again, and are made anew."""
        wanted = {table.name.casefold(): table for table in spec.tables}
        kept: set[str] = set()
        for table in self._calls(lambda: list(sheet.tables)):
            stood = self._calls(_where, table)
            name = self._calls(_named, table)
            new = wanted.get(name.casefold())
            if new is not None and (new.row, new.column) == (stood.first_row, stood.first_column):
                area = Area(new.row, new.column, new.last_row, new.last_column)
                if area != stood:
                    self._calls(table.resize, cells_of(sheet, area))
                kept.add(new.name)
            else:
                self._calls(self._seam.unlist, table)
        return kept

    def _put_table(self, sheet: xw.Sheet, table: Table, *, kept: bool) -> None:
        calls = self._calls
        style = table.style_name.replace(" ", "")
        if kept:
            stored = sheet.tables[table.name]
        else:
            area = Area(table.row, table.column, table.last_row - int(table.totals), table.last_column)
            stored = calls(lambda: sheet.tables.add(cells_of(sheet, area), name=table.name, table_style_name=style))
        calls(setattr, stored, "table_style", style)
        calls(setattr, stored, "show_table_style_row_stripes", table.banded)
        if not table.filter_buttons:
            calls(setattr, stored, "show_autofilter", False)
        if table.totals:
            calls(setattr, stored, "show_totals", True)

    def _size(self, sheet: xw.Sheet, spec: Sheet) -> None:
        calls = self._calls
        for width, columns in groupby(sorted(spec.widths), key=lambda column: spec.widths[column]):
            for first, last in runs_of(columns):
                calls(setattr, sheet.range((1, first), (1, last)), "column_width", width)
        self._raise_rows(sheet, spec)

    def _raise_rows(self, sheet: xw.Sheet, spec: Sheet) -> None:
        calls = self._calls
        last_row = max(lay_rows(spec), 1)
        if spec.row_height:
            calls(setattr, sheet.range((1, 1), (last_row, 1)), "row_height", spec.row_height)
        self._fit(sheet, [
            Area(table.row + 1, 1, table.row + max(1, len(table.rows)), table.last_column) for table in spec.tables
        ])  # fmt: skip
        others = [row for row in sorted(spec.heights) if not is_in_list(spec, row)]
        for height, rows in groupby(others, key=lambda row: spec.heights[row]):
            for first, last in runs_of(rows):
                calls(setattr, sheet.range((first, 1), (last, 1)), "row_height", height)

    def _fit(self, sheet: xw.Sheet, areas: Iterable[Area]) -> None:
        for area in areas:
            # Excel measures the rows of a list itself, in one call for all of them.
            self._calls(sheet.range((area.first_row, 1), (area.last_row, 1)).rows.autofit)

    def _set_up(self, sheet: xw.Sheet, spec: Sheet) -> None:
        calls, seam = self._calls, self._seam
        calls(seam.freeze, sheet, *spec.freeze)
        calls(setattr, sheet, "show_gridlines", spec.gridlines)
        calls(lambda: seam.set_up(
            sheet, zoom=spec.zoom, tab_color=spec.tab_color, hidden_columns=spec.hidden_columns
        ))  # fmt: skip
        if spec.printing.area:
            area = spec.printing.area
            calls(setattr, sheet.page_setup, "print_area", cells_of(sheet, area).address)
        calls(lambda: seam.set_up_printing(sheet, spec.printing))


def _where(table: xw.main.Table) -> Area:
    return area_of(table.range)


def _named(table: xw.main.Table) -> str:
    return table.name


def _forget_look(book: xw.Book, seam: Seam, name: str) -> None:
    if name in book.names:
        seam.hide(book.names[name], "")


def _clear(cells: xw.Range) -> None:
    cells.unmerge()
    cells.conditional_formats.clear()
    cells.data_validation.delete()
    cells.clear_contents()
    cells.clear_formats()


def _differing(block: Block, standing: Sequence[Sequence[Typed]]) -> Block | None:
    """Return the rows of a block from the first that is not there yet to the last, or None."""
    first, last = block.area.first_row, block.area.last_row
    stood = standing[first - 1 : last]
    if stood == block.rows and not {bool} & {*map(type, chain(*stood, *block.rows))}:
        return None
    # A truth value is no number, whatever Python says.
    other = [
        at for at, (old, new) in enumerate(zip(stood, block.rows, strict=True))
        if old != new or [type(value) is bool for value in old] != [type(value) is bool for value in new]
    ]  # fmt: skip
    if not other:
        return None
    area = replace(block.area, first_row=first + other[0], last_row=first + other[-1])
    return Block(area, block.rows[other[0] : other[-1] + 1])


def _both(area: Area, mark: Mark | None) -> Area:
    """Return the cells that a sheet takes now or took before."""
    if mark is None:
        return area
    return Area(1, 1, max(area.last_row, mark.area.last_row), max(area.last_column, mark.area.last_column))
