"""Every generated sheet, found by its place in this package and known by its name."""

from __future__ import annotations

import importlib
import pkgutil
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from msgspec import Struct

if TYPE_CHECKING:
    from collections.abc import Callable

    from leadbook.sheets.results import Results
    from leadbook.sheets.spec import Sheet

    Maker: TypeAlias = Callable[[Results], Sheet]


class GeneratedSheet(Struct, frozen=True):
    """One generated sheet: what it is called, where it comes in the workbook, and how it is made."""

    name: str
    order: int
    make: Maker


_SHEETS: dict[str, GeneratedSheet] = {}


def sheet(name: str, *, order: int) -> Callable[[Maker], Maker]:
    """Register a function that lays out a generated sheet.

    Parameters
    ----------
    name : str
        The wanted name; taken twice, it raises.
    order : int
        Position among the generated sheets, smallest first; taken twice, it raises.

    Raises
    ------
    ValueError
        The name or the position is taken.
    """

    def register(make: Maker) -> Maker:
        if name in _SHEETS or any(order == other.order for other in _SHEETS.values()):
            raise ValueError(f'A generated sheet is called "{name}" or stands at position {order} already.')
        _SHEETS[name] = GeneratedSheet(name, order, make)
        return make

    return register


@cache
def generated_sheets() -> tuple[GeneratedSheet, ...]:
    """Return every generated sheet in the order it has in a new workbook."""
    package = importlib.import_module("leadbook.sheets")
    for module in pkgutil.iter_modules(package.__path__):
        importlib.import_module(f"leadbook.sheets.{module.name}")
    return tuple(sorted(_SHEETS.values(), key=lambda made: made.order))


def lay_out(results: Results) -> list[Sheet]:
    """Return every generated sheet, laid out, in order."""
    return [made.make(results) for made in generated_sheets()]


def __getattr__(name: str) -> tuple[GeneratedSheet, ...]:
    # ALL is found when it is first asked for: the modules it lists import this one.
    if name == "ALL":
        return generated_sheets()
    raise AttributeError(name)
