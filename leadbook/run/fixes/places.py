"""Where a fix applies: the seller's table that its cell stands in, and the contents as they read afterwards."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct, structs

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.books.book import Book
    from leadbook.model.tables import BookContents, RawTable

#: Sheet, Excel row, Excel column.
Cell: TypeAlias = tuple[str, int, int]


class Home(Struct, frozen=True):
    """The table a cell stands in, the seller's header of its column, and what it holds."""

    table: RawTable
    header: str
    held: object


class Places:
    """Finds the seller's table that a cell stands in, and whether a formula stands there."""

    def __init__(self, book: Book, contents: BookContents) -> None:
        self._book = book
        self._tables: defaultdict[str, list[tuple[RawTable, dict[int, int]]]] = defaultdict(list)
        for raw in contents.tables.values():
            if raw.sheet not in contents.generated_sheets:
                rows = raw.rows.tolist()
                self._tables[raw.sheet].append((raw, dict(zip(rows, range(len(rows)), strict=True))))
        self._locked: dict[tuple[str, str], frozenset[int]] = {}

    def find(self, cell: Cell) -> Home | None:
        """Return the table that a cell stands in; None outside the seller's tables."""
        sheet, row, column = cell
        for raw, positions in self._tables[sheet]:
            place = column - raw.first_column
            if 0 <= place < len(raw.headers) and row in positions:
                return Home(raw, raw.headers[place], raw.cells[place][positions[row]])
        return None

    def is_locked(self, cell: Cell) -> bool:
        """Tell whether a formula stands in the cell or reaches over it."""
        home = self.find(cell)
        if home is None:
            return False
        key = home.table.name, home.header
        if key not in self._locked:
            self._locked[key] = self._book.locked_rows(*key)
        return cell[1] in self._locked[key]


def with_values(contents: BookContents, chosen: Mapping[Cell, object]) -> BookContents:
    """Return the contents with some cells changed."""
    tables = dict(contents.tables)
    for name, raw in contents.tables.items():
        mine = [
            (row, column - raw.first_column, value)
            for (sheet, row, column), value in chosen.items()
            if sheet == raw.sheet and 0 <= column - raw.first_column < len(raw.headers)
        ]
        if not mine:
            continue
        positions = {row: at for at, row in enumerate(raw.rows.tolist())}
        changed = {place: list(raw.cells[place]) for place in {column for _, column, _ in mine}}
        for row, column, value in mine:
            if row in positions:
                changed[column][positions[row]] = value
        tables[name] = structs.replace(raw, cells=[changed.get(at, cells) for at, cells in enumerate(raw.cells)])
    return structs.replace(contents, tables=tables)


def plain(value: object) -> object:
    """Return a rule's value as a cell holds it: numpy's scalars as Python's, blank text as nothing."""
    item = getattr(value, "item", None)
    found = item() if callable(item) else value
    return None if found == "" else found


def same(one: object, other: object) -> bool:
    """Tell whether two cells hold the same, type and all; a blank text is nothing."""
    one, other = plain(one), plain(other)
    if isinstance(one, (int, float)) and isinstance(other, (int, float)):
        return one == other and isinstance(one, bool) is isinstance(other, bool)
    return one is other or (type(one) is type(other) and one == other)
