"""The sheets, tables and names of an open workbook, for finding what leadbook put there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Iterable

    import xlwings as xw

    from leadbook.books.live.calls import Calls
    from leadbook.books.live.seam import Seam

_OURS = "_leadbook_"


class OpenSheet(Struct, frozen=True):
    """A sheet by its name."""

    name: str


class OpenName(Struct, frozen=True):
    """A workbook name; ``text`` is what it refers to, without "="; ``sheet`` only where it is a sheet's own."""

    name: str
    text: str
    sheet: str | None
    comment: str | None


class StandingTable(Struct, frozen=True):
    """A table and its sheet."""

    name: str
    sheet: str


class OpenOutline(Struct):
    """What an open workbook consists of."""

    sheets: list[OpenSheet]
    tables: list[StandingTable]
    defined_names: dict[str, OpenName]


def read_names(book: xw.Book, calls: Calls, seam: Seam) -> dict[str, OpenName]:
    """Return every name of a workbook; only leadbook's own are asked for their comments."""
    return {name.name: name for name in (_read(name, calls, seam) for name in calls(lambda: list(book.names)))}


def _read(name: xw.Name, calls: Calls, seam: Seam) -> OpenName:
    called = calls(lambda: name.name)
    sheet, mark, own = called.rpartition("!")
    refers_to = (calls(lambda: name.refers_to) or "").removeprefix("=")
    ours = own.casefold().startswith(_OURS)
    return OpenName(
        own if mark else called, refers_to, sheet or None, calls(lambda: seam.comment(name)) if ours else None
    )


def outline_of(sheets: Iterable[str], tables: Iterable[tuple[str, str]], names: dict[str, OpenName]) -> OpenOutline:
    """Return the outline of a workbook; tables are pairs of name and sheet."""
    return OpenOutline(
        [OpenSheet(name) for name in sheets], [StandingTable(name, sheet) for name, sheet in tables], names
    )
