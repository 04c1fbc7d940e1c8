"""Rows that come with leads, below those that Activities or Quote Lines hold: only what is not there yet."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from typing import TYPE_CHECKING, Any, Literal

from leadbook.books.closed import ClosedBook
from leadbook.books.starter import add_to
from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.columns import TABLES

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from leadbook.books.book import Book
    from leadbook.model.mapping_cells import Value
    from leadbook.model.records import Records


def append_rows(
    book: Book, rows: Sequence[Mapping[str, Value]], records: Records, table: Literal["Activities", "QuoteLines"]
) -> None:
    """Append rows to one of these tables, under the headers that it has; a closed workbook without it gets it.

    Parameters
    ----------
    rows : sequence of mapping of str to cell
        Each by the keys of the table's columns; what the table has no column for is left out.
    """
    sheet, typed = {
        "Activities": ("Activities", records.activities), "QuoteLines": ("Quote Lines", records.quote_lines)
    }[table]  # fmt: skip
    raw = typed.table
    if raw is None:
        if isinstance(book, ClosedBook):
            add_to(book, records.playbook, only=(sheet,))
        name, order = book.table_name(table), [column.key for column in TABLES[table]]
    else:
        keys = {header: key for key, header in typed.headers.items()}
        name, order = raw.name, [keys.get(header, "") for header in raw.headers]
    book.append_rows(name, [tuple(row.get(key) for key in order) for row in rows])


def unheld(
    rows: list[dict[str, Value]], compared: Collection[str], held: Counter[tuple[str, ...]]
) -> tuple[list[dict[str, Value]], Counter[tuple[str, ...]]]:
    """Return the rows that a table does not hold as often as they come, and what it holds with them.

    Parameters
    ----------
    compared : collection of str
        Keys of the columns that tell two rows apart.
    held : Counter
        How often the table holds each row, by the mark that ``compared`` gives it.
    """
    left = Counter(held)
    came: Counter[tuple[str, ...]] = Counter()
    fresh: list[dict[str, Value]] = []
    for row in rows:
        mark = _mark(row, compared)
        came[mark] += 1
        if left[mark] > 0:
            left[mark] -= 1
        else:
            fresh.append(row)
    return fresh, held | came


def marks(records: list[dict[Any, Any]], compared: Collection[str]) -> Counter[tuple[str, ...]]:
    """Return how often each row of a table stands there, by the values of some columns."""
    return Counter(_mark(record, compared) for record in records)


def _mark(row: Mapping[Any, Any], compared: Collection[str]) -> tuple[str, ...]:
    return tuple(_comparable(row.get(key)) for key in compared)


def _comparable(value: object) -> str:
    """Return a value as rows are compared: days without their time, numbers however they are typed."""
    if is_blank(value) or value != value:  # noqa: PLR0124 - only not-a-number and not-a-time differ from themselves
        return ""
    if isinstance(value, dt.date):
        return (value.date() if isinstance(value, dt.datetime) else value).isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return f"{float(value):.9g}"
    return comparable(cell_text(value))
