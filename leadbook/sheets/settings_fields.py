"""The columns and rows that Settings tables are made of, and how their cells look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from msgspec import Struct

from leadbook.sheets import look

if TYPE_CHECKING:
    from leadbook.sheets.spec import Content, Style

TEXT = look.TEXT
WRAP = look.WRAPPED
PERCENT = look.number("0%_)", TEXT)
TAX = look.number("0.0%_)", TEXT)
NUMBER = look.number("General_)", TEXT)
WHOLE = look.number("#,##0_)", TEXT)
PRICE = look.number("#,##0.00_)", TEXT)
RATE = look.number("0.0000_)", TEXT)
ORDER = TEXT.but(align="center")
DATE = look.dated(TEXT)


class Field(Struct, frozen=True):
    """One column of a Settings table.

    ``choices`` become a dropdown; ``low`` and ``high`` (inclusive) bound a number; ``date`` asks for a date.
    """

    header: str
    width: float = 14
    style: Style = TEXT
    choices: tuple[str, ...] = ()
    source: str = ""
    low: float | None = None
    high: float | None = None
    kind: Literal["", "decimal", "whole", "date"] = ""
    message: str = ""


class Block(Struct, frozen=True):
    """One table: its name, title, a sentence of help, its columns and rows."""

    name: str
    title: str
    help: str
    fields: tuple[Field, ...]
    rows: tuple[tuple[Content, ...], ...]
