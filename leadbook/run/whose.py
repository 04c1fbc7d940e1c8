"""Which leads somebody asked for: one seller's, or some by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from leadbook.analysis.called import look_up
from leadbook.analysis.today_list import UNKNOWN
from leadbook.model.issues import InputError
from leadbook.model.leads import NO_OWNERS
from leadbook.rules.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Sequence

    import numpy.typing as npt

    from leadbook.model.records import Records

_MOST_NAMED = 12


def leads_of(owner: str, owners: pd.Series[str], reps: list[str]) -> npt.NDArray[np.bool_]:
    """Tell which leads are an owner's, whatever the case and spaces.

    Parameters
    ----------
    owner : str
        "Unknown" for leads without one.
    owners : Series of str, shape (n leads,)
    reps : list of str
        Names that are known even where no lead is theirs.

    Raises
    ------
    InputError
        Nobody is called so; the nearest name is offered.
    """
    wanted = _folded("" if _folded(owner) == _folded(UNKNOWN) else owner)
    codes, words = pd.factorize(owners.to_numpy(dtype=object))
    theirs = np.array([_folded(str(word)) == wanted for word in words], dtype=bool)
    if not theirs.any() and wanted not in map(_folded, reps):
        names = [name for name in dict.fromkeys([*reps, *map(str, words)]) if name]
        near = nearest(owner, names, cutoff=0.5)
        if not names:
            raise InputError(NO_OWNERS)
        offer = f'Did you mean "{near}"?' if near else f"Owners are: {', '.join(sorted(names)[:_MOST_NAMED])}."
        raise InputError(f'No lead belongs to "{owner}". {offer}')
    return np.asarray(theirs[codes], dtype=bool) if len(words) else np.zeros(len(owners), dtype=bool)


def leads_called(ids: Sequence[str], records: Records) -> npt.NDArray[np.bool_]:
    """Tell which leads have one of some ids, whatever the case and spaces.

    Raises
    ------
    InputError
        No lead has such an id; the one it was merged into, or the nearest, is offered.
    """
    found = np.zeros(len(records.leads.frame), dtype=bool)
    for called in look_up(records, ids):
        if called.merged_into:
            raise InputError(f'The lead "{called.lead_id}" was merged into {called.merged_into}; ask for that one.')
        if not called.places:
            offer = f" Did you mean {called.near}?" if called.near else ""
            raise InputError(f'There is no lead "{called.lead_id}".{offer}')
        found[list(called.places)] = True
    return found


def asked_for(records: Records, *, owner: str = "", ids: Sequence[str] = ()) -> npt.NDArray[np.bool_]:
    """Tell which leads are asked for: those of an owner, if one is named, and of some ids, if any are."""
    wanted = np.ones(len(records.leads.frame), dtype=bool)
    if owner:
        wanted &= leads_of(owner, records.leads.frame["owner"], [rep.owner for rep in records.playbook.reps])
    if ids:
        called = leads_called(ids, records)
        if not (called & wanted).any():
            raise InputError(f"{' and '.join(ids)} {'is no lead' if len(ids) == 1 else 'are no leads'} of {owner}.")
        wanted &= called
    return wanted


def _folded(text: str) -> str:
    return " ".join(text.split()).casefold()
