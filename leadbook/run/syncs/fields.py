"""Field by field: what a copy changed since the common state, and whether the master changed it too."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.model.cells import is_blank
from leadbook.run.syncs.shared_past import KNOWN, state_now
from leadbook.run.syncs.side import FORMULA

if TYPE_CHECKING:
    from leadbook.run.syncs.known import KnownState
    from leadbook.run.syncs.pairing import Pairs
    from leadbook.run.syncs.shared_past import Common
    from leadbook.run.syncs.side import Side


class Word(Struct, frozen=True):
    """What a copy says of one cell of the master, other than the master does.

    Parameters
    ----------
    copy : Side
    here, there : int
        The lead's place in the master and in the copy.
    label : str
    is_contested : bool
        Whether the master's value can't make way: it was changed too, is a formula, or nobody knows what was common.
    before : int or None
        The fingerprint that was common; None where it isn't known.
    changed_here : bool or None
        Whether the master changed the cell; None where nobody knows.
    """

    copy: Side
    here: int
    there: int
    label: str
    is_contested: bool
    before: int | None
    changed_here: bool | None


def words_of(master: Side, copy: Side, pairs: Pairs, known: KnownState, common: Common) -> list[Word]:
    """Return every cell in which a copy says something new.

    Notes
    -----
    A cell that both hold alike, or that only the master changed, is none of them. Whole columns are compared by their
    fingerprints; only cells that differ are looked at one by one.
    """
    there = np.array(list(pairs.both), dtype=np.int64)
    here = np.array(list(pairs.both.values()), dtype=np.int64)
    if not len(here):
        return []
    keys = [master.keys[at] for at in here.tolist()]
    now: tuple[list[dict[str, object]], list[dict[str, object]]] | None = None
    found: list[Word] = []
    for label in master.labels:
        if label not in copy.labels:
            continue
        mine, theirs = master.prints(label)[here], copy.prints(label)[there]
        if (mine == theirs).all():
            continue
        before, sure = known.prints(label, keys)
        for place in np.flatnonzero((mine != theirs) & ~(sure & (theirs == before))).tolist():
            at, other = int(here[place]), int(there[place])
            changed: tuple[bool, bool] | None = None
            if sure[place]:
                changed = bool(mine[place] != before[place]), True
            elif label in KNOWN and keys[place] in common.state:
                now = now or (state_now(master.leads), state_now(copy.leads))
                was = common.state[keys[place]][label]
                changed = now[0][at][label] != was, now[1][other][label] != was
            word = _word(master, copy, (at, other), label, changed)
            if word is not None:
                print_before = int(before[place]) if sure[place] else None
                found.append(Word(copy, at, other, label, word[0], print_before, word[1]))
    return found


def _word(
    master: Side, copy: Side, places: tuple[int, int], label: str, changed: tuple[bool, bool] | None
) -> tuple[bool, bool | None] | None:
    """Return whether a cell that differs is contested, and whether the master changed it; None where nothing is new."""
    here, there = places
    if copy.is_formula(label, there) and is_blank(copy.cell(label, there)):
        return None
    if changed is None:
        if is_blank(copy.cell(label, there)) or master.means_same(label, here, copy, there):
            return None
        return not is_blank(master.cell(label, here)) or master.is_formula(label, here), None
    changed_here, changed_there = changed
    if not changed_there or (changed_here and master.means_same(label, here, copy, there)):
        return None
    if master.is_formula(label, here):
        return True, changed_here
    return changed_here, changed_here


def unchanged_print(word: Word) -> bool:
    """Tell whether a copy's cell holds a formula, whose value alone can be taken."""
    return bool(word.copy.prints(word.label)[word.there] == FORMULA)
