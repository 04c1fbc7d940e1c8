"""Columns that the user says the meaning of (``--map "Their=Our"``), against whatever leadbook would think."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from leadbook.model.columns import TABLES, key_of
from leadbook.model.headers import LEFT_ALONE, squeezed
from leadbook.model.issues import InputError
from leadbook.model.locate import find_table
from leadbook.model.mapping_words import DEAL_NAME, FULL_NAME
from leadbook.model.playbook import ColumnMapping
from leadbook.model.settings import HEADERS
from leadbook.run.imports.notes import append_settings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.book import Book
    from leadbook.books.incoming import IncomingTable
    from leadbook.model.tables import RawTable

_KEYS = {column.key: column.header for column in TABLES["Leads"] if not column.owned}
_IMPORT_ONLY = frozenset({FULL_NAME, DEAL_NAME})


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
    for pair in pairs:
        theirs, sign, ours = (part.strip() for part in pair.rpartition("="))
        if not sign or not theirs:
            raise InputError(f'"{pair}" says nothing about a column; write it as --map "Their header=Our column".')
        header = headers.get(squeezed(theirs))
        if header is None:
            near = difflib.get_close_matches(theirs, list(headers.values()), 3, 0.5) or list(headers.values())[:5]
            raise InputError(f'No file has a column "{theirs}"; there are {", ".join(near)}, for instance.')
        said[header] = ColumnMapping("Leads", header, _our_key(ours), "map")
    keys = [entry.our_key for entry in said.values() if entry.our_key]
    twice = next((key for key in keys if keys.count(key) > 1), None)
    if twice is not None:
        both = " and ".join(entry.their_header for entry in said.values() if entry.our_key == twice)
        raise InputError(f"{both} cannot both be {_KEYS.get(twice, twice)}; choose one of them.")
    return list(said.values())


def _our_key(ours: str) -> str:
    key = key_of(ours)
    if key in LEFT_ALONE:
        return ""
    if key in _KEYS or key in _IMPORT_ONLY:
        return key
    near = difflib.get_close_matches(ours, list(_KEYS.values()), 3, 0.5)
    words = (
        f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(list(_KEYS.values())[:8])} and more."
    )
    raise InputError(f'Leads have no column "{ours}" that an import can fill; {words}')


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
        if entry.our_key in _IMPORT_ONLY:
            continue
        ours = _KEYS.get(entry.our_key, "ignore")
        row = known.get(squeezed(entry.their_header))
        if row is None or found is None:
            line = {"table": raw.name, "their_header": entry.their_header, "our_key": ours, "how": "import, --map"}
            append_settings(book, "Columns", [line])
        else:
            for key, value in (("our_key", ours), ("how", "import, --map")):
                if key in columns:
                    book.write_column(found.name, found.headers[columns[key]], {row: value})
