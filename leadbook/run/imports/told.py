"""What a user says that headers mean (``--map "Their header=Our column"``), for importing and adopting alike."""

from __future__ import annotations

import difflib
from typing import TYPE_CHECKING

from leadbook.model.columns import LEADS, OWNED_LEAD_COLUMNS, key_of
from leadbook.model.headers import LEFT_ALONE
from leadbook.model.issues import InputError
from leadbook.model.playbook import ColumnMapping
from leadbook.model.settings_cells import lead_key

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

_OWNED = frozenset(column.key for column in OWNED_LEAD_COLUMNS)


def told_mappings(told: Sequence[str], how: str, further: Collection[str] = ()) -> tuple[ColumnMapping, ...]:
    """Return what a user said headers mean, each as ``Their header=Our header`` or ``Their header=ignore``.

    Parameters
    ----------
    told : sequence of str
        The last equals sign parts them; nothing, or ``ignore``, after it keeps a column the team's own.
    how : str
        What to note of each as the reason.
    further : collection of str
        Keys that may be said besides those of the columns.

    Raises
    ------
    InputError
        For a text without "=", or one that names no column of leads.
    """
    mappings: list[ColumnMapping] = []
    for text in told:
        theirs, equals, ours = (part.strip() for part in text.rpartition("="))
        if not equals or not theirs:
            raise InputError(f'"{text}" should be your header, "=" and ours, such as --map "Client=Company".')
        mappings.append(ColumnMapping("Leads", theirs, _our_key(ours, further), how))
    return tuple(mappings)


def _our_key(ours: str, further: Collection[str]) -> str:
    word = key_of(ours)
    if word in LEFT_ALONE:
        return ""
    if word in further:
        return word
    key = lead_key(ours)
    if key is None or key in _OWNED:
        names = [column.header for column in LEADS if not column.owned]
        near = difflib.get_close_matches(ours, names, 3, 0.5) or names
        raise InputError(f'"{ours}" is no column of leads; such are {", ".join(near)}; or ignore.')
    return key
