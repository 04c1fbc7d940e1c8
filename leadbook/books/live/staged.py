"""What has been asked of an open workbook and is not written yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.books.live.reading import OpenTable
    from leadbook.books.ooxml import Value
    from leadbook.books.ownership import Mark
    from leadbook.model.columns import Column
    from leadbook.sheets.spec import Sheet


class Staging(Struct):
    """Everything a save will do.

    Parameters
    ----------
    changed : mapping of sheet to column to row to Value
        Cells of the seller's tables.
    added : mapping of table to columns
        New columns at a table's right edge.
    appended : mapping of table to lists of columns
        Rows that go below a table.
    own_sheets : list of (name, Sheet)
        New sheets that the seller will own.
    generated : list of (wanted name, name, Sheet, Mark or None)
        leadbook's own sheets; the mark is that of the one it replaces.
    tinted : (table, header of its ids) or None
    keyed : (table, header of its ids) or None
        Whose order an undo looks at; None takes ``tinted``.
    """

    changed: dict[str, dict[int, dict[int, Value]]] = field(default_factory=dict)
    added: dict[str, list[Column]] = field(default_factory=dict)
    appended: dict[str, list[list[list[Value]]]] = field(default_factory=dict)
    own_sheets: list[tuple[str, Sheet]] = field(default_factory=list)
    generated: list[tuple[str, str, Sheet, Mark | None]] = field(default_factory=list)
    tinted: tuple[str, str] | None = None
    keyed: tuple[str, str] | None = None

    def tables_touched(self, places: Mapping[str, OpenTable]) -> list[OpenTable]:
        """Return the seller's tables that will be written in."""
        touched = {sheet for sheet, columns in self.changed.items() if any(columns.values())}
        return [
            place
            for name, place in places.items()
            if name in self.added or name in self.appended or (place.sheet in touched and self._changes(place))
        ]

    def sheets_touched(self, places: Mapping[str, OpenTable]) -> list[str]:
        """Return every sheet that will be written on."""
        names = [place.sheet for place in self.tables_touched(places)] + [name for _, name, _, _ in self.generated]
        return list(dict.fromkeys(names))

    def _changes(self, place: OpenTable) -> bool:
        columns = self.changed.get(place.sheet, {})
        return any(
            rows and place.first_column <= column <= place.last_column
            and any(place.first_body_row <= row <= place.last_body_row for row in rows)
            for column, rows in columns.items()
        )  # fmt: skip
