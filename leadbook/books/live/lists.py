"""The seller's lists in an open workbook: leadbook's own columns where they differ, rows added below, nothing else."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import numpy as np

from leadbook.books.cellvalues import NUMBER_FORMATS
from leadbook.books.live.journal import CellsBefore, TableBefore, as_it_stands, cells_of, type_in, values_in
from leadbook.books.live.reading import tidied
from leadbook.books.live.runs import Span, closed, runs_of, side_by_side
from leadbook.books.live.tinting import put_tint
from leadbook.books.live.typing_in import typed, typed_column
from leadbook.model.columns import OWNED_LEAD_COLUMNS
from leadbook.model.issues import BookRefusedError, column_letters
from leadbook.sheets.spec import Area

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    import xlwings as xw

    from leadbook.books.live.book import LiveBook
    from leadbook.books.live.journal import Entry
    from leadbook.books.live.reading import OpenTable
    from leadbook.books.live.typing_in import Typed

_DAY, _MOMENT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm"


class Lists:
    """Writes what is staged for the seller's tables.

    Parameters
    ----------
    live : LiveBook
    """

    def __init__(self, live: LiveBook) -> None:
        self._live = live
        self._date_1904 = live.contents.date_system == 1904

    def keys(self) -> tuple[str, Area | None, list[str]]:
        """Return where the ids of the leads stand, and the ids as they were read."""
        keyed = self._live.staged.keyed or self._live.staged.tinted
        if keyed is None:
            return "", None, []
        place = self._live.place(keyed[0])
        header = keyed[1]
        raw = self._live.contents.tables.get(place.name)
        if raw is None or header not in raw.headers or not len(raw.rows):
            return "", None, []
        at = list(raw.headers).index(header)
        column = place.first_column + at
        by_row = dict(zip(raw.rows.tolist(), raw.cells[at], strict=True))
        by_row |= self._live.staged.changed.get(place.sheet, {}).get(column, {})
        rows = range(place.first_body_row, place.last_body_row + 1)
        return (
            place.sheet,
            Area(place.first_body_row, column, place.last_body_row, column),
            ["" if by_row.get(row) is None else str(by_row[row]) for row in rows],
        )

    def refuse_moved(self) -> None:
        """Refuse when the ids do not stand where they were read: values would land on other leads."""
        live = self._live
        sheet, area, _ = self.keys()
        keyed = live.staged.keyed or live.staged.tinted
        if area is None or keyed is None:
            return
        place = live.place(keyed[0])
        raw = live.contents.tables[place.name]
        as_read = dict(zip(raw.rows.tolist(), raw.cells[area.first_column - place.first_column], strict=True))
        held = tidied(row[0] for row in live.calls(values_in, live.book.sheets[sheet], area))
        if held != [as_read.get(row) for row in range(area.first_row, area.last_row + 1)]:
            raise BookRefusedError(
                f'The list on sheet "{sheet}" was sorted, or leads were added or deleted, while leadbook worked. '
                "Nothing was written; click again."
            )

    def refuse_no_room(self) -> None:
        """Refuse when something stands where a list has to grow."""
        live = self._live
        own = {name for name, _ in live.staged.own_sheets}
        for name, columns in live.staged.added.items():
            place = live.place(name)
            first = place.last_column - len(columns) + 1
            self._refuse_filled(place, Area(place.first_row, first, place.last_row, place.last_column), "to the right")
        for name in live.staged.appended:
            place = live.place(name)
            first, last = self._new_rows(place)
            if place.sheet not in own and last > place.last_body_row:
                if place.has_totals:
                    raise BookRefusedError(
                        f'The list {place.name} on sheet "{place.sheet}" has a row of totals, below which it cannot '
                        "grow. Switch the row off (Table Design, Total Row), and click again."
                    )
                below = Area(max(first, place.last_row + 1), place.first_column, last, place.last_column)
                self._refuse_filled(place, below, "below")

    def _refuse_filled(self, place: OpenTable, area: Area, where: str) -> None:
        sheet = self._live.book.sheets[place.sheet]
        held = self._live.calls(values_in, sheet, area)
        if any(value is not None for row in held for value in row):
            raise BookRefusedError(
                f'There is no room {where} of the list {place.name} on sheet "{place.sheet}": something stands in '
                f"{column_letters(area.first_column)}{area.first_row} to "
                f"{column_letters(area.last_column)}{area.last_row}. Move it away, and click again."
            )

    def note(self) -> list[Entry]:
        """Return what stands where the lists will be written."""
        live = self._live
        entries: list[Entry] = []
        for name, columns in live.staged.added.items():
            place = live.place(name)
            old = Area(place.first_row, place.first_column, place.last_row, place.last_column - len(columns))
            fresh = Area(place.first_row, old.last_column + 1, place.last_row, place.last_column)
            entries += [self._before(place.sheet, fresh), TableBefore(place.sheet, place.name, old)]
        entries += [
            self._before(place.sheet, area) for place, area in self._changed_areas()
            if not self._is_new(place, area.first_column)
        ]  # fmt: skip
        own = {name for name, _ in live.staged.own_sheets}
        for name in live.staged.appended:
            place = live.place(name)
            if place.sheet not in own:
                first, last = self._new_rows(place)
                area = Area(first, place.first_column, last, place.last_column)
                old = Area(place.first_row, place.first_column, place.last_row, place.last_column)
                entries += [self._before(place.sheet, area), TableBefore(place.sheet, place.name, old)]
        return entries

    def write(self) -> list[str]:
        """Write the lists, and return what was written."""
        live, done = self._live, list[str]()
        for name, columns in live.staged.added.items():
            self._add_columns(live.place(name), len(columns))
            done.append(f"new columns of {name}")
        for place, area in self._changed_areas():
            self._type(live.book.sheets[place.sheet], area, self._held(place, area))
            at = range(area.first_column - place.first_column, area.last_column - place.first_column + 1)
            done += [f"column {place.headers[column]} of {place.name}" for column in at]
        for name in live.staged.appended:
            self._append(live.place(name))
            done.append(f"new rows of {name}")
        put_tint(live)
        return list(dict.fromkeys(done))

    def _before(self, sheet: str, area: Area) -> CellsBefore:
        cells = cells_of(self._live.book.sheets[sheet], area)
        rows = self._live.calls(lambda: as_it_stands(cells, date_1904=self._date_1904))
        return CellsBefore(sheet, area, rows, seller=True)

    def _changed_areas(self) -> Iterator[tuple[OpenTable, Area]]:
        """Yield the blocks that hold every changed cell of a list: few, however many leads there are.

        Of leadbook's own columns, those side by side go together; what stands between cells that change is typed
        again as it was read. Of a seller's, as little as can be.
        """
        for sheet, columns in self._live.staged.changed.items():
            found: dict[str, list[list[Span]]] = {}  # of leadbook's own columns
            for column in sorted(at for at, rows in columns.items() if rows):
                place = next(
                    (place for place in self._live.places.values() if place.sheet == sheet
                     and place.first_column <= column <= place.last_column), None,
                )  # fmt: skip
                if place is None:
                    continue
                runs = runs_of(sorted(columns[column]))
                if self._is_new(place, column):
                    whole = Span(place.first_body_row, place.last_body_row, column, column)
                    found.setdefault(place.name, []).append([whole])
                elif place.headers[column - place.first_column] in _OWN_HEADERS:
                    spans = [Span(first, last, column, column) for first, last in closed(runs)]
                    found.setdefault(place.name, []).append(spans)
                else:
                    yield from ((place, Area(first, column, last, column)) for first, last in closed(runs, 0))
            for name, of_columns in found.items():
                for span in side_by_side(of_columns):
                    area = Area(span.first_row, span.first_column, span.last_row, span.last_column)
                    yield self._live.places[name], area

    def _is_new(self, place: OpenTable, column: int) -> bool:
        return column > place.last_column - len(self._live.staged.added.get(place.name, ()))

    def _add_columns(self, place: OpenTable, count: int) -> None:
        calls, sheet = self._live.calls, self._live.book.sheets[place.sheet]
        columns = self._live.staged.added[place.name]
        first = place.last_column - count + 1
        whole = Area(place.first_row, place.first_column, place.last_row, place.last_column)
        table = sheet.tables[place.name]
        for at, column in enumerate(columns, first):
            shown = NUMBER_FORMATS.get(column.kind)
            body = cells_of(sheet, Area(place.first_body_row, at, place.last_row, at))
            if shown:
                calls(setattr, body, "number_format", shown)
        header = cells_of(sheet, Area(place.first_row, first, place.first_row, place.last_column))
        calls(type_in, header, [[typed(column.header) for column in columns]])
        calls(lambda: table.resize(cells_of(sheet, whole)))
        for at, column in enumerate(columns, first):
            calls(setattr, sheet.range((1, at), (1, at)), "column_width", column.width)

    def _held(self, place: OpenTable, area: Area) -> list[list[Typed]]:
        """Return what the cells of an area shall hold, row by row, as it would be typed."""
        columns: list[list[Typed]] = []
        for column in range(area.first_column, area.last_column + 1):
            held = self._standing(place, column, area)
            changed = self._live.staged.changed[place.sheet].get(column, {})
            held |= dict(zip(changed, self._typed(list(changed.values())), strict=True))
            columns.append([held.get(row, "") for row in range(area.first_row, area.last_row + 1)])
        return list(map(list, zip(*columns, strict=True)))

    def _standing(self, place: OpenTable, column: int, area: Area) -> dict[int, Typed]:
        """Return what the rows of an area held in a column when it was read, as it would be typed."""
        raw = self._live.contents.tables.get(place.name)
        if raw is None or column - place.first_column >= len(raw.cells):
            return {}
        first, end = np.searchsorted(raw.rows, (area.first_row, area.last_row + 1)).tolist()
        cells = raw.cells[column - place.first_column][first:end]
        held = dict(zip(raw.rows[first:end].tolist(), self._typed(cells), strict=True))
        return {**held, **place.formulas.get(column, {})}

    def _typed(self, values: Sequence[object]) -> list[Typed]:
        return typed_column(values, date_1904=self._date_1904)

    def _type(self, sheet: xw.Sheet, area: Area, rows: Sequence[Sequence[Typed]]) -> None:
        cells = cells_of(sheet, area)
        self._live.calls(type_in, cells, rows)

    def _new_rows(self, place: OpenTable) -> tuple[int, int]:
        """Return the first and the last row that rows appended to a table take: its blank rows at the end first."""
        raw = self._live.contents.tables.get(place.name)
        first = int(raw.rows[-1]) + 1 if raw is not None and len(raw.rows) else place.first_body_row
        count = sum(max(map(len, columns)) for columns in self._live.staged.appended[place.name])
        return first, first + count - 1

    def _append(self, place: OpenTable) -> None:
        calls, sheet = self._live.calls, self._live.book.sheets[place.sheet]
        first, last = self._new_rows(place)
        rows: list[list[Typed]] = []
        dated: dict[int, str] = {}
        for columns in self._live.staged.appended[place.name]:
            for at, values in enumerate(columns):
                kinds = set(map(type, values))
                if any(issubclass(kind, dt.date) for kind in kinds):
                    whole_days = not any(issubclass(kind, dt.datetime) for kind in kinds)
                    dated[at] = _DAY if whole_days else _MOMENT
            rows += map(list, zip(*map(self._typed, columns), strict=True))
        width = max(map(len, rows))
        rows = [[*row, *[""] * (len(place.headers) - len(row))] for row in rows] if width < len(place.headers) else rows
        for at, usual in dated.items():
            column = place.first_column + at
            model = calls(getattr, sheet.range((place.first_body_row, column)), "number_format")
            shown = usual if model in {"General", "@", None} else model
            cells = cells_of(sheet, Area(first, column, last, column))
            calls(setattr, cells, "number_format", shown)
        self._type(sheet, Area(first, place.first_column, last, place.last_column), rows)
        if last > place.last_body_row:
            whole = cells_of(sheet, Area(place.first_row, place.first_column, last, place.last_column))
            calls(lambda: sheet.tables[place.name].resize(whole))


_OWN_HEADERS = frozenset(column.header for column in OWNED_LEAD_COLUMNS)
