"""What an import would change on the leads that the workbook knows already, cell by cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.cells import is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from leadbook.model.mapping_cells import Value
    from leadbook.run.imports.standing import Incoming, Standing


class Difference(Struct, frozen=True):
    """One cell of a known lead in which the incoming row says something; ``blank`` when the cell says nothing.

    Parameters
    ----------
    place : int
        The incoming row.
    at : int
        The lead's place in ``Standing``.
    key, header : str
        Our key, or the header of a column of the team's own.
    held, value : object
        What the workbook holds and what the file says.
    blank : bool
    """

    place: int
    at: int
    key: str
    header: str
    held: object
    value: Value
    blank: bool


def differences(
    incoming: Incoming, standing: Standing, found: Mapping[int, int], skip: Callable[[str], bool]
) -> list[Difference]:
    """Return every cell of the known leads that an incoming row would fill or change.

    Parameters
    ----------
    found : mapping of int to int
        Incoming row to the lead's place in ``standing``.
    skip : callable
        Tells which of our keys are never changed.
    """
    places, positions = list(found), list(found.values())
    result: list[Difference] = []
    for key, header, values in incoming.columns():
        if key and skip(key):
            continue
        held = standing.column(key=key, header=header)
        # Cells that are equal as they stand are most of them, and told at once.
        likely = [
            (place, at)
            for place, at in zip(places, positions, strict=True)
            if (value := values[place]) is not None and (held[at] is not value and held[at] != value)
        ]
        settled: dict[tuple[object, ...], bool] = {}
        for place, at in likely:
            value, cell = values[place], held[at]
            if is_blank(value):
                continue
            if is_blank(cell):
                result.append(Difference(place, at, key, header, cell, value, blank=True))
                continue
            pair = (type(cell), cell, type(value), value)
            if pair not in settled:
                settled[pair] = standing.same(at, value, key=key, header=header)
            if not settled[pair]:
                result.append(Difference(place, at, key, header, cell, value, blank=False))
    return result
