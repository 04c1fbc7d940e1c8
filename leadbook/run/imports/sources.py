"""The tables that an import is given: of files, of folders, and of other leadbook workbooks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.books.incoming import BOOK_ENDINGS, TEXT_ENDINGS, WORKED_OUT, read_incoming
from leadbook.model.issues import InputError
from leadbook.model.locate import PREFIX

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from leadbook.books.incoming import IncomingTable, TextForm


def incoming_tables(sources: Sequence[Path], book_name: str, form: TextForm = WORKED_OUT) -> list[IncomingTable]:
    """Return every table of the files, in order.

    Parameters
    ----------
    sources : sequence of Path
        CSV or Excel files, or folders of them.
    book_name : str
        File name of the workbook that receives them, which is no source.
    form : TextForm
        Encoding and delimiter of text files, where they are not to be worked out.

    Raises
    ------
    InputError
        When a file cannot be read, or a folder holds none that can.
    """
    return [table for source in _files(sources, book_name) for table in _tables(source, form)]


def _tables(source: Path, form: TextForm) -> list[IncomingTable]:
    """Return a file's tables; of another leadbook workbook only what the seller keeps there."""
    tables = [table for table in read_incoming(source, form) if table.headers]
    names = {own_name(table) for table in tables}
    if "leads" in names and names & {"stages", "options", "history"}:
        return _of_leadbook(tables)
    return tables


def _of_leadbook(tables: Sequence[IncomingTable]) -> list[IncomingTable]:
    """Return what goes along with the leads of a leadbook workbook, with a note on its history, which does not."""
    history = sum(table.n_rows for table in tables if own_name(table) == "history")
    rows = "1 history row was" if history == 1 else f"{history:,} history rows were"
    note = f"{rows} not imported: each workbook writes a history of its own"
    return [
        structs.replace(table, notes=(*table.notes, f"{note}.")) if history and own_name(table) == "leads" else table
        for table in tables
        if own_name(table) in {"leads", "activities", "quotelines"}
    ]


def own_name(table: IncomingTable) -> str:
    """Return a table's name as leadbook's tables are called, without case and without leadbook's prefix."""
    return table.name.casefold().removeprefix(PREFIX.casefold())


def _files(sources: Sequence[Path], book_name: str) -> list[Path]:
    """Return the files meant: the readable ones of each folder in order of their names, but the workbook itself."""
    endings = (TEXT_ENDINGS | BOOK_ENDINGS) - {".txt"}
    found: list[Path] = []
    for source in sources:
        if not source.is_dir():
            found.append(source)
            continue
        inside = sorted(
            path
            for path in source.iterdir()
            if path.suffix.casefold() in endings
            and path.is_file()
            and not path.name.startswith(("~$", "."))
            and path.name != book_name
        )
        if not inside:
            raise InputError(f"Folder {source.name} holds no CSV or .xlsx file.")
        found += inside
    return found
