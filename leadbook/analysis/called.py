"""Leads looked up by the ids that somebody typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.analysis.kept import folded_ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from leadbook.model.records import Records

_NEAR = 80  # of 100: how alike an id must be to be offered instead


class Called(Struct, frozen=True):
    """What one id names.

    Parameters
    ----------
    lead_id : str
        As it was typed, with single spaces.
    places : tuple of int
        Of the leads that have it, from 0; several where they share it, none where no lead has it.
    merged_into : str
        The lead that it was merged into; "" where no merge took it away.
    near : str
        The ids most alike, as the workbook spells them, joined by " or "; "" where none is near or a lead has it.
    """

    lead_id: str
    places: tuple[int, ...]
    merged_into: str = ""
    near: str = ""


def look_up(records: Records, lead_ids: Iterable[str]) -> list[Called]:
    """Return what each of some ids names, whatever its case and spaces; each different one once, in order."""
    holders: dict[str, list[int]] = {}
    for place, key in enumerate(folded_ids(records.leads).tolist()):
        if key:
            holders.setdefault(key, []).append(place)
    found = []
    for key, typed in {folded_id(text): " ".join(text.split()) for text in lead_ids}.items():
        places = tuple(holders.get(key, ()))
        into = "" if places else archived_ids(records.archive).get(key, "")
        near = "" if places or into else _nearest(records, key, list(holders))
        found.append(Called(typed, places, into, near))
    return found


def _nearest(records: Records, key: str, known: Sequence[str]) -> str:
    """Return the ids most alike: those of the same number first."""
    same = [one for one in known if _without_zeros(one) == _without_zeros(key)]
    if not same:
        from rapidfuzz import fuzz, process  # noqa: PLC0415 - only for a slip

        near = process.extract(key, known, scorer=fuzz.ratio, score_cutoff=_NEAR, limit=3)
        same = [found for found, score, _ in near if score == near[0][1]]
    spelled = dict(zip(folded_ids(records.leads).tolist(), records.leads.frame["lead_id"].tolist(), strict=True))
    return " or ".join(str(spelled[found]) for found in same)


def _without_zeros(lead_id: str) -> str:
    """Return an id without spaces, marks and leading zeros: L-042 is l42, as L 0042 is."""
    return re.sub(r"0+(?=\d)", "", re.sub(r"[\W_]+", "", lead_id))
