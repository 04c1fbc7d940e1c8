"""What the Archive keeps of a merged lead besides its cells: how to put everything back where it was."""

from __future__ import annotations

import datetime as dt
import json
import zlib
from typing import TYPE_CHECKING, Any

from msgspec import Struct, field, structs

from leadbook.analysis.archived import archived_texts, folded_id
from leadbook.model.tables import CellError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from leadbook.books.ooxml.row_trail import RowTrail
    from leadbook.model.records import Typed


class Recipe(Struct):
    """How one merged lead comes back.

    Parameters
    ----------
    into : str
        Id of the lead it was merged into.
    row : int
        Where it stood.
    above, below : str
        Ids of the leads next to it then, those archived before it counted where they stood, "" at an end of the table,
        "?" where that lead has no id of its own.
    attributes : str
        Of its row: height and the like.
    absent : list of str
        Headers of columns in which it had no cell at all.
    formulas, links : dict of header to formula element, and to a hyperlink's attributes
    fields : list of [header, old, new, style]
        What the merge changed in the kept lead.
    together : list of str
        Ids of the other leads of the same merge.
    moved : dict of table to list of str
        Rows of other tables that were pointed at the kept lead: row, checksum and id as it was spelled.
    trail : dict
        What its row left behind: ``edges`` and ``pieces``, as ``RowTrail`` has them.
    formats : list of int
        How many cell formats the workbook had, and their checksum: styles hold while it is the same.
    turn : int
        Rows of one turn left the list at once, those of a later one after them; 0 in Archives that don't tell.
    """

    into: str
    row: int = 0
    above: str = ""
    below: str = ""
    attributes: str = ""
    absent: list[str] = field(default_factory=list)
    formulas: dict[str, str] = field(default_factory=dict)
    links: dict[str, dict[str, str]] = field(default_factory=dict)
    fields: list[list[object]] = field(default_factory=list)
    together: list[str] = field(default_factory=list)
    moved: dict[str, list[str]] = field(default_factory=dict)
    trail: dict[str, Any] = field(default_factory=dict)
    formats: list[int] = field(default_factory=list)
    turn: int = 0

    def text(self) -> str:
        """Return it as the Archive's cell holds it."""
        kept = {key: value for key, value in structs.asdict(self).items() if value}
        return json.dumps(kept, ensure_ascii=False, separators=(",", ":"))

    @classmethod
    def read(cls, text: str) -> Recipe | None:
        """Read a recipe; None when the cell was changed so that it cannot be."""
        try:
            found = json.loads(text)
            recipe = cls(**found)
        except (ValueError, TypeError):
            return None
        texts = ("into", "above", "below", "attributes")
        lists, named = ("absent", "fields", "together", "formats"), ("formulas", "links", "moved", "trail")
        shapes = {
            "row": int,
            "turn": int,
            **dict.fromkeys(texts, str),
            **dict.fromkeys(lists, list),
            **dict.fromkeys(named, dict),
        }
        sound = all(isinstance(getattr(recipe, key), kind) for key, kind in shapes.items())
        return recipe if sound and _sound_trail(recipe.trail) else None


def kept_trail(trail: RowTrail | None) -> dict[str, Any]:
    """Return what a row left behind as a recipe holds it."""
    return {"edges": trail.edges, "pieces": trail.pieces} if trail else {}


def _sound_trail(trail: dict[str, Any]) -> bool:
    """Tell whether what a row left behind reads as it was written."""
    edges, pieces = trail.get("edges", {}), trail.get("pieces", [])
    return (
        isinstance(edges, dict)
        and all(isinstance(one, str) for one in edges.values())
        and isinstance(pieces, list)
        and all(isinstance(one, dict) and isinstance(one.get("kind"), str) for one in pieces)
    )


def kept_recipes(archive: Typed) -> dict[str, Recipe]:
    """Return the recipe of each archived lead by its folded id, as far as they can be read, in the Archive's order."""
    return {
        key: recipe
        for key, text in zip(map(folded_id, archive.frame["lead_id"].tolist()), archived_texts(archive), strict=True)
        if key and (recipe := Recipe.read(text)) is not None
    }


def next_turn(archive: Typed) -> int:
    """Return the turn of leads that are merged now."""
    return 1 + max((recipe.turn for recipe in kept_recipes(archive).values()), default=0)


def packed(value: object) -> object:
    """Return a cell's value as JSON can hold it."""
    match value:
        case dt.datetime() | dt.date() | dt.time():
            return {type(value).__name__: value.isoformat()}
        case CellError():
            return {"error": value.code}
        case dt.timedelta():
            return {"seconds": value.total_seconds()}
        case None | bool() | int() | float():
            return value
        case _:
            return str(value)


_MOMENTS: dict[str, Callable[[str], object]] = {
    "datetime": dt.datetime.fromisoformat,
    "date": dt.date.fromisoformat,
    "time": dt.time.fromisoformat,
}


def unpacked(value: object) -> object:
    """Undo ``packed``."""
    if not isinstance(value, dict) or len(value) != 1:
        return value
    kind, held = next(iter(value.items()))
    match kind:
        case "datetime" | "date" | "time":
            return _MOMENTS[kind](str(held))
        case "seconds":
            return dt.timedelta(seconds=held)
        case _:
            return CellError(str(held))


def row_marks(table: Typed, rows: Iterable[int]) -> dict[int, str]:
    """Return a checksum of what each of some rows says, but for the lead it belongs to."""
    wanted = list(rows)
    if not wanted:
        return {}
    parts = [part.loc[wanted] for part in (table.raw.drop(columns="lead_id", errors="ignore"), table.extra)]
    lines = zip(*(part.itertuples(index=False, name=None) for part in parts), strict=True)
    return {
        row: f"{zlib.crc32(repr((*own, *extra)).encode('utf-8', 'replace')):08x}"
        for row, (own, extra) in zip(wanted, lines, strict=True)
    }
