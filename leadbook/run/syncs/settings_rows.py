"""Tables of Settings as a sync compares them: row by row, by what each row is about, whatever its place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from leadbook.model import kept_apart
from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.locate import SETTINGS_TABLES, find_table
from leadbook.model.settings import HEADERS
from leadbook.run.syncs.prints import print_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.model.tables import BookContents, RawTable

CATALOGUES = frozenset({"Products", "CaseStudies", "Objections", kept_apart.TABLE})
"""Lists, to which a copy may add; what the other tables say steers every number, and nobody changes it unasked."""
_SEVERAL_KEYS = {"Scoring": 2, "Routing": 2, "Columns": 2, kept_apart.TABLE: 2}
"""How many of a table's first columns say what a row is about; one in all others."""


class SettingsRows(Struct):
    """One table of Settings.

    Parameters
    ----------
    name : str
        As leadbook calls it.
    raw : RawTable
    places : mapping of str to int
        What a row is about (folded) to its place.
    """

    name: str
    raw: RawTable
    places: dict[str, int]

    @property
    def columns(self) -> dict[str, int]:
        """Folded header to place of the columns that hold no formulas."""
        raw = self.raw
        return {
            comparable(header): at
            for at, header in enumerate(raw.headers)
            if raw.first_column + at not in raw.formula_columns
        }

    def cell(self, label: str, at: int) -> object:
        """Return what a row's cell holds; None without such a column."""
        place = self.columns.get(label)
        return None if place is None else self.raw.cells[place][at]

    def cells(self, at: int) -> dict[str, object]:
        """Return what a row holds, by folded header."""
        return {label: self.raw.cells[place][at] for label, place in self.columns.items()}

    def address(self, at: int | None, label: str = "") -> str:
        """``Settings!F12`` of a cell; of the row's first one without a label, of the table's first without a row."""
        place = self.columns.get(label, 0)
        row = self.raw.header_row if at is None else int(self.raw.rows[at])
        return self.raw.address(row, self.raw.first_column + place)

    def words(self, at: int) -> str:
        """Return what a row is about, as it is spelled."""
        key = (_spelled(self.raw.cells[place][at]) for place in _key_columns(self.name, self.raw))
        return ", ".join(text for text in key if text)

    def whole(self, at: int) -> str:
        """Return everything a row says."""
        return "; ".join(text for column in self.raw.cells if (text := _spelled(column[at])))


def read_settings(contents: BookContents) -> dict[str, SettingsRows]:
    """Return the tables of Settings that a workbook has."""
    found: dict[str, SettingsRows] = {}
    for name in (*SETTINGS_TABLES, kept_apart.TABLE):
        raw = find_table(contents, name)
        if raw is not None and len(raw.headers):
            found[name] = SettingsRows(name, replace(raw, kept_as_text=None), _places(name, raw))
    return found


def settings_prints(tables: Mapping[str, SettingsRows]) -> dict[str, dict[str, dict[str, int]]]:
    """Return the fingerprint of each cell, by table, row and folded header."""
    return {
        name: {
            key: {label: mark for label, cell in rows.cells(at).items() if (mark := print_of(cell))}
            for key, at in rows.places.items()
        }
        for name, rows in tables.items()
    }


def _places(name: str, raw: RawTable) -> dict[str, int]:
    columns = [raw.cells[place] for place in _key_columns(name, raw)]
    found: dict[str, int] = {}
    for at in range(len(raw.rows)):
        parts = [comparable(_spelled(column[at])) for column in columns]
        if name == kept_apart.TABLE:
            parts.sort()
        key, number = "\x1f".join(parts), 1
        while key in found:
            number += 1
            key = "\x1f".join([*parts, f"#{number}"])
        if any(parts):
            found[key] = at
    return found


def _key_columns(name: str, raw: RawTable) -> list[int]:
    """Return the places of the columns that say what a row is about: by their headers, else the first ones."""
    wanted = _SEVERAL_KEYS.get(name, 1)
    spellings = list(HEADERS[name].values()) if name in HEADERS else [(header,) for header in kept_apart.HEADERS]
    folded = [comparable(header) for header in raw.headers]
    found: list[int] = []
    for number, known in enumerate(spellings[:wanted]):
        place = next((folded.index(comparable(header)) for header in known if comparable(header) in folded), number)
        found.append(min(place, len(folded) - 1))
    return found


def _spelled(cell: object) -> str:
    return "" if is_blank(cell) else cell_text(cell).strip()
