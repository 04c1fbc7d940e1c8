"""What must not be in the way of writing, and is as it was afterwards: filters, hidden rows, the screen, the view."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from leadbook.books.live.reading import is_filtered
from leadbook.model.issues import BookRefusedError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    import xlwings as xw

    from leadbook.books.live.calls import Calls
    from leadbook.books.live.seam import Seam

_MOST_HIDDEN_RUNS = 200


class _Filtered(Struct, frozen=True):
    """A table's filter: by each field's number its header and what it lets through."""

    sheet: str
    table: str
    header_row: int
    fields: list[tuple[int, str, Any]]


@contextlib.contextmanager
def unfiltered(book: xw.Book, places: Iterable[tuple[str, str]], calls: Calls) -> Iterator[None]:
    """Clear the filters of tables, and show their hidden rows, while they are written; then filter and hide again.

    Excel writes a block into the visible rows alone, so that values land on the wrong leads.

    Parameters
    ----------
    book : xlwings.Book
    places : iterable of (sheet, table)
    calls : Calls

    Raises
    ------
    BookRefusedError
        When a filter cannot be put back (by colour, by a period such as "this month"), or rows are hidden in more
        places than can be hidden again.
    """
    filters: list[_Filtered] = []
    hidden: list[tuple[str, list[tuple[int, int]]]] = []
    for sheet, name in places:
        found = calls(_filter_of, book, sheet, name)
        if found is not None:
            filters.append(found)
    try:
        for held in filters:
            calls(_clear_filter, book, held)
        for sheet, name in places:
            runs = calls(_hidden_in, book, sheet, name)
            if runs:
                hidden.append((sheet, runs))
                calls(_hide, book, sheet, runs, hide=False)
        yield
    finally:
        for sheet, runs in hidden:
            calls(_hide, book, sheet, runs, hide=True)
        for held in filters:
            calls(_filter_again, book, held)


def _clear_filter(book: xw.Book, held: _Filtered) -> None:
    book.sheets[held.sheet].tables[held.table].autofilter.clear()


def _hidden_in(book: xw.Book, sheet: str, table: str) -> list[tuple[int, int]]:
    return hidden_runs(book.sheets[sheet].tables[table].range)


def _filter_of(book: xw.Book, sheet: str, name: str) -> _Filtered | None:
    table = book.sheets[sheet].tables[name]
    if not is_filtered(table):
        return None
    whole = table.range
    headers = whole[0, :].options(ndim=2).value[0]
    fields = [(field.field, str(headers[field.field - 1]), field) for field in table.autofilter.criteria]
    active = [entry for entry in fields if entry[2].type != "none"]
    for _, header, field in active:
        if field.type == "unknown":
            raise BookRefusedError(
                f'The list {table.name} on sheet "{sheet}" is filtered by "{header}" in a way that cannot be put '
                "back. Clear that filter (Data, Clear), and click again."
            )
    return _Filtered(sheet, table.name, whole.row, active)


def _filter_again(book: xw.Book, held: _Filtered) -> None:
    if held.table not in book.sheets[held.sheet].tables:
        return
    table = book.sheets[held.sheet].tables[held.table]
    headers = [str(header) for header in table.range[0, :].options(ndim=2).value[0]]
    for _, header, field in held.fields:
        if header not in headers:
            continue
        number = headers.index(header) + 1
        match field.type:
            case "values":
                table.autofilter.apply_values(number, field.values)
            case "comparison":
                table.autofilter.apply_comparison(number, field.operator, field.value1, field.value2)
            case "top_items":
                table.autofilter.apply_top_items(number, field.count)
            case "bottom_items":
                table.autofilter.apply_bottom_items(number, field.count)
            case "top_percent":
                table.autofilter.apply_top_percent(number, field.percent)
            case "bottom_percent":
                table.autofilter.apply_bottom_percent(number, field.percent)


def hidden_runs(cells: xw.Range) -> list[tuple[int, int]]:
    """Return the first and last rows of what is hidden; halves are asked where some rows are and some are not."""
    runs: list[tuple[int, int]] = []

    def look(first: int, count: int) -> None:
        hidden = cells[first : first + count, :].rows.hidden
        if hidden:
            top = cells.row + first
            if runs and runs[-1][1] == top - 1:
                runs[-1] = (runs[-1][0], top + count - 1)
            else:
                runs.append((top, top + count - 1))
                if len(runs) > _MOST_HIDDEN_RUNS:
                    raise BookRefusedError(
                        f'Rows of the list on sheet "{cells.sheet.name}" are hidden in very many places. Show them '
                        "(select the list, right-click a row number, Unhide), and click again."
                    )
        elif hidden is None and count > 1:
            look(first, count // 2)
            look(first + count // 2, count - count // 2)

    look(0, cells.shape[0])
    return runs


def _hide(book: xw.Book, name: str, runs: list[tuple[int, int]], *, hide: bool) -> None:
    sheet = book.sheets[name]
    for first, last in runs:
        sheet.range((first, 1), (last, 1)).rows.hidden = hide


@contextlib.contextmanager
def undisturbed(book: xw.Book, calls: Calls, seam: Seam) -> Iterator[None]:
    """Keep the screen still and the seller's hands off while it is written; everything is as before afterwards."""
    app = book.app
    wanted: tuple[tuple[str, bool | str], ...] = (
        ("screen_updating", False), ("display_alerts", False), ("enable_events", False), ("calculation", "manual"),
        ("interactive", False),
    )  # fmt: skip
    view = calls(seam.look, book)
    before: list[tuple[str, object]] = []
    try:
        for name, value in wanted:
            before.append((name, calls(getattr, app, name)))
            calls(setattr, app, name, value)
        yield
    finally:
        # Each on its own: one that fails, because the workbook is gone, must not keep the rest from being put back.
        with contextlib.suppress(Exception):
            calls(seam.look_again, book, view)
        for name, was in reversed(before):
            with contextlib.suppress(Exception):
                calls(setattr, app, name, was)
