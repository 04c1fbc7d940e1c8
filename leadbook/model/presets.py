"""What the files that CRMs export look like: which program wrote a table, and what its headers mean."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.issues import InputError
from leadbook.model.preset_columns import COLUMNS, LEFT_OUT, TELLING, TITLES

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: The programs whose exports are known, as ``--preset`` names them.
PRESETS: tuple[str, ...] = tuple(TITLES)

_ENOUGH = 3  # points; a header that only one program writes gives three, one that it shares with others gives one
_ZOHO_ID = re.compile(r"zcrm_\d+")


class Preset(Struct, frozen=True):
    """How one program names the columns of what it exports.

    Parameters
    ----------
    name, title : str
        As ``--preset`` has it, and as people write it.
    columns : mapping of str to tuple of str
        Our key to the headers that mean it, the best first; where several are there, the first is taken and the
        others fill its blanks.
    """

    name: str
    title: str
    columns: Mapping[str, tuple[str, ...]]

    def claims(self, headers: Sequence[str]) -> dict[str, tuple[str, ...]]:
        """Return our key to the headers of a table that mean it, the one to be taken first."""
        at = {_plain(header): header for header in reversed(headers)}
        found: dict[str, tuple[str, ...]] = {}
        for key, spellings in self.columns.items():
            present = tuple(at[word] for word in map(_plain, spellings) if word in at)
            if present:
                found[key] = tuple(dict.fromkeys(present))
        return found

    def is_left_out(self, header: str) -> bool:
        """Tell whether a column is the program's own bookkeeping, which means nothing outside of it."""
        return bool(LEFT_OUT[self.name].search(header.strip()))


@cache
def preset(name: str) -> Preset:
    """Return a preset by its name.

    Raises
    ------
    InputError
        There is none of that name.
    """
    wanted = name.strip().casefold()
    if wanted not in TITLES:
        raise InputError(f'There is no preset "{name}"; choose one of {", ".join(PRESETS)}, or leave it out.')
    return Preset(wanted, TITLES[wanted], COLUMNS[wanted])


def recognise_preset(headers: Sequence[str], columns: Sequence[Sequence[object]]) -> Preset | None:
    """Return the program that exported a table, as far as its headers tell; None when they do not.

    Parameters
    ----------
    headers : sequence of str
    columns : sequence of sequences
        The values below them; Zoho is also told by its ids.
    """
    words = {_plain(header) for header in headers}
    points = {
        name: sum(worth for pattern, worth in TELLING[name] if any(pattern.fullmatch(word) for word in words))
        for name in PRESETS
    }
    if any(isinstance(value, str) and _ZOHO_ID.fullmatch(value) for values in columns for value in values[:3]):
        points["zoho"] += _ENOUGH
    best = max(points, key=lambda name: points[name])
    return preset(best) if points[best] >= _ENOUGH else None


def _plain(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))
