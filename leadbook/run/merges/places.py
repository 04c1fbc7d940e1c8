"""Where archived rows come back to: between the leads they stood between."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.archived import folded_id

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.run.merges.recipe import Recipe


def places_for(
    order: Sequence[tuple[int, str]],
    coming: Sequence[tuple[str, Recipe]],
    archived: Mapping[str, Recipe],
    first_row: int,
) -> tuple[dict[str, int], list[str]]:
    """Return the row each lead comes back to, and the leads whose old place is no more.

    Parameters
    ----------
    order : sequence of (int, str)
        Row and id of each lead of the table, as they stand now.
    coming : sequence of (str, Recipe)
        The leads that come back, in the order they had.
    archived : mapping of str to Recipe
        Every archived lead by its folded id, those that come back included.
    first_row : int
        Of the table's records.

    Notes
    -----
    A lead stands below the one it stood below (or, where that is archived, the next one further up), as long as the
    one it stood above is still below that. In a table that was sorted since it stands below the lead it was merged
    into, which is where a person would look for it.
    """
    line: list[tuple[str, int]] = [(folded_id(lead_id), row) for row, lead_id in order]
    astray: list[str] = []
    for lead_id, recipe in coming:
        here = {key: at for at, (key, _) in enumerate(line)}
        above = _present(recipe.above, "above", archived, here)
        below = _present(recipe.below, "below", archived, here)
        after, before = (here.get(above, -1), here.get(below, len(line)))
        if after < before and (above or below or not line):
            at = after + 1 if above or not below else before
        else:
            master = here.get(folded_id(recipe.into))
            at = len(line) if master is None else master + 1
            astray.append(lead_id)
        line.insert(at, (folded_id(lead_id), 0))
    ids = {folded_id(lead_id): lead_id for lead_id, _ in coming}
    places: dict[str, int] = {}
    previous, put_in = first_row - 1, 0
    for key, row in line:
        if row:
            previous = row + put_in
        else:
            put_in += 1
            previous += 1
            places[ids[key]] = previous
    return places, astray


def _present(lead_id: str, side: str, archived: Mapping[str, Recipe], here: Mapping[str, int]) -> str:
    """Return the nearest lead on one side that is in the table now, "" when the table ended there."""
    key, seen = folded_id(lead_id), set[str]()
    while key and key not in here and key in archived and key not in seen:
        seen.add(key)
        key = folded_id(getattr(archived[key], side))
    return key if key in here else ""
