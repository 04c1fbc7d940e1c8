"""Pairs of leads that the seller decided are two different ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text
from leadbook.model.columns import key_of
from leadbook.model.locate import find_table

if TYPE_CHECKING:
    from leadbook.model.tables import BookContents

TABLE = "KeptApart"
HEADERS = ("Lead ID", "Other Lead ID", "Since", "Note")


def read_kept_apart(contents: BookContents) -> list[tuple[str, str]]:
    """Return the pairs of lead ids in the table KeptApart on the Settings sheet, as they are spelled.

    Notes
    -----
    The pairs stand on Settings and not on the Duplicates sheet, which is written anew each time and may be deleted;
    a row that the seller deletes there is a decision taken back.
    """
    table = find_table(contents, TABLE)
    if table is None:
        return []
    places = {key_of(header): at for at, header in enumerate(table.headers)}
    if not {"lead_id", "other_lead_id"} <= places.keys():
        return []
    ones, others = (table.cells[places[key]] for key in ("lead_id", "other_lead_id"))
    pairs = [(cell_text(one).strip(), cell_text(other).strip()) for one, other in zip(ones, others, strict=True)]
    return [(one, other) for one, other in pairs if one and other]
