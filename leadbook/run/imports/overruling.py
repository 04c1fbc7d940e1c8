"""Columns that the user says the meaning of (``--map "Their=Our"``), against whatever leadbook would think."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.model.columns import TABLES
from leadbook.model.headers import squeezed
from leadbook.model.issues import InputError
from leadbook.model.locate import find_table
from leadbook.model.mapping_words import IMPORT_ONLY
from leadbook.model.settings import HEADERS
from leadbook.run.imports.notes import append_settings
from leadbook.run.imports.told import told_mappings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.book import Book
    from leadbook.books.incoming import IncomingTable
    from leadbook.model.playbook import ColumnMapping
    from leadbook.model.tables import RawTable

_KEYS = {column.key: column.header for column in TABLES["Leads"] if not column.owned} | IMPORT_ONLY


def overruled(pairs: Sequence[str], tables: Sequence[IncomingTable]) -> list[ColumnMapping]:
    """Return what the user said of the file's columns.

    Parameters
    ----------
    pairs : sequence of str
        ``Their header=Our column``; nothing, or ``ignore``, after the sign keeps it a column of the team's own.
    tables : sequence of IncomingTable
        Every table of the files.

    Raises
    ------
    InputError
        A pair has no equals sign, names a header that no file has or a column that leads do not have, or two
        headers are given the same column.
    """
    headers = {squeezed(header): header for table in tables for header in table.headers}
    said: dict[str, ColumnMapping] = {}
    for entry in told_mappings(pairs, "map", IMPORT_ONLY):
        header = headers.get(squeezed(entry.their_header))
        if header is None:
            known = list(headers.values())
            near = difflib.get_close_matches(entry.their_header, known, 3, 0.5) or known[:5]
            raise InputError(f'No file has a column "{entry.their_header}"; there are {", ".join(near)}, for instance.')
        said[header] = replace(entry, their_header=header)
    keys = [entry.our_key for entry in said.values() if entry.our_key]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        both = " and ".join(entry.their_header for entry in said.values() if entry.our_key == twice)
        raise InputError(f"{both} cannot both be {_KEYS.get(twice, twice)}; choose one of them.")
    return list(said.values())


def remember_overruled(book: Book, said: Sequence[ColumnMapping], raw: RawTable) -> None:
    """Write what the user said to Settings/Columns, over what stands there for the same header."""
    found = find_table(book.contents, "Columns")
    spelled = {squeezed(name): key for key, names in HEADERS["Columns"].items() for name in names}
    columns = {spelled.get(squeezed(header), ""): at for at, header in enumerate(found.headers)} if found else {}
    known: dict[str, int] = {}
    if found is not None and "their_header" in columns:
        known = {
            squeezed(str(cell)): int(row)
            for row, cell in zip(found.rows.tolist(), found.cells[columns["their_header"]], strict=True)
        }
    for entry in said:
        ours = _KEYS.get(entry.our_key, "ignore")
        row = known.get(squeezed(entry.their_header))
        if row is None or found is None:
            line = {"table": raw.name, "their_header": entry.their_header, "our_key": ours, "how": "import, --map"}
            append_settings(book, "Columns", [line])
        else:
            for key, value in (("our_key", ours), ("how", "import, --map")):
                if key in columns:
                    book.write_column(found.name, found.headers[columns[key]], {row: value})
