"""Which lead of a copy is which lead of the master, which ones are new, and which are gone on one side."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.archived import archived_ids, folded_id
from leadbook.analysis.kept import folded_ids
from leadbook.run.syncs.side import NO_ID, same_lead

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from leadbook.run.syncs.known import KnownState
    from leadbook.run.syncs.shared_past import Common
    from leadbook.run.syncs.side import Side

_NUMBERED = re.compile(r"l-(\d{1,15})")


class Pairs(Struct):
    """The leads of one copy, each by its place.

    Parameters
    ----------
    both : mapping of int to int
        Place in the copy to place in the master.
    new : list of int
        Places of leads that the master never had, in the copy's order.
    collided : set of int
        Those of ``new`` whose id belongs to another lead of the master.
    merged : mapping of int to str
        Leads that the master has merged into another: that one's id.
    gone_here : list of int
        Leads that left the master.
    gone_there : list of int
        Places in the master of leads that left the copy.
    """

    both: dict[int, int] = field(default_factory=dict)
    new: list[int] = field(default_factory=list)
    collided: set[int] = field(default_factory=set)
    merged: dict[int, str] = field(default_factory=dict)
    gone_here: list[int] = field(default_factory=list)
    gone_there: list[int] = field(default_factory=list)


def pair(master: Side, copy: Side, known: KnownState, common: Common) -> Pairs:
    """Tell which lead is which.

    Notes
    -----
    An id that the common state knows is the same lead on both sides. An id that both gave since is the same lead
    only when the rows say so; otherwise the copy's lead is new, unless another new lead of the master is it (as after
    a sync that gave it another id).
    """
    into = archived_ids(master.records.archive)
    found = Pairs()
    # Two leads of one id that came on one day look the same in History; a base knows better.
    expected = known.leads if known.is_exact else set(common.state)
    unclear: list[tuple[str, int]] = []
    for key, at in copy.places.items():
        renamed = folded_id(known.ids.get(key, ""))
        if renamed and renamed in master.places:
            found.both[at] = master.places[renamed]
        elif renamed:
            found.gone_here.append(at)
        elif key in expected:
            _place_known(found, key, at, master, into)
        else:
            unclear.append((key, at))
    _place_unclear(found, unclear, master, copy, into)
    here = set(copy.places) | copy.shared
    renamed_there = {folded_id(other) for other in known.ids.values()}
    found.gone_there = sorted(
        at for key, at in master.places.items() if key in expected and key not in here and key not in renamed_there
    )
    return found


def _place_unclear(
    found: Pairs, unclear: list[tuple[str, int]], master: Side, copy: Side, into: Mapping[str, str]
) -> None:
    """Place leads that came after the common state, by what their rows say of who they are."""
    left = set(folded_ids(master.records.history).tolist()) - set(master.places)
    taken = set(found.both.values())
    by_who = _by_who(master, taken)
    for key, at in unclear:
        there = master.places.get(key)
        if there is None or there in taken or not same_lead(master, there, copy, at):
            same = _same_elsewhere(master, copy, at, by_who, taken)
        else:
            same = there
        if same is not None:
            found.both[at] = same
            taken.add(same)
        elif there is None and key in into:
            found.merged[at] = into[key]
        elif there is None and key in left and not key.startswith(NO_ID):
            found.gone_here.append(at)
        else:
            found.new.append(at)
            if there is not None or key in master.shared:
                found.collided.add(at)
    found.new.sort()


def _place_known(found: Pairs, key: str, at: int, master: Side, into: Mapping[str, str]) -> None:
    if key in master.places:
        found.both[at] = master.places[key]
    elif key in into:
        found.merged[at] = into[key]
    elif key not in master.shared:
        found.gone_here.append(at)


def _by_who(master: Side, taken: set[int]) -> dict[str, list[int]]:
    """Return the master's other leads by a word of who they are, for finding one again."""
    found: dict[str, list[int]] = {}
    for at in master.places.values():
        if at not in taken:
            found.setdefault(master.who(at).casefold(), []).append(at)
    return found


def _same_elsewhere(master: Side, copy: Side, at: int, by_who: dict[str, list[int]], taken: set[int]) -> int | None:
    # The ids of the copy's own leads are not to be taken for others.
    for there in by_who.get(copy.who(at).casefold(), ()):
        if there in taken or (master.keys[there] in copy.places and not master.keys[there].startswith(NO_ID)):
            continue
        if copy.who(at) != "nameless" and same_lead(master, there, copy, at):
            return there
    return None


def merged_into(sides: Iterable[Side]) -> dict[str, str]:
    """Return the lead that each merged lead is now, by what the Archives of several workbooks say; the last counts."""
    return {key: folded_id(lead_id) for side in sides for key, lead_id in archived_ids(side.records.archive).items()}


def leading(renamed: Mapping[str, str], into: Mapping[str, str]) -> Callable[[str], str]:
    """Return what tells a lead's key in the master from its key in a copy.

    Parameters
    ----------
    renamed : mapping of str to str
        Leads of the copy that have another key in the master.
    into : mapping of str to str
        Leads that were merged, to the one that each of them is now.
    """

    def lead_of(key: str) -> str:
        now = renamed.get(key, key)
        return into.get(now, now)

    return lead_of


class NewIds:
    """Ids like ``L-0001`` behind the highest that any workbook has used, whatever its zeros."""

    def __init__(self, sides: Iterable[Side]) -> None:
        self._highest = 0
        for side in sides:
            records = side.records
            offers = (records.offers,) if records.offers is not None else ()
            others = (records.history, records.archive, records.activities, records.quote_lines)
            for table in (records.leads, *others, *offers):
                for key in set(folded_ids(table).tolist()):
                    if found := _NUMBERED.fullmatch(key):
                        self._highest = max(self._highest, int(found[1]))

    def give(self) -> str:
        """Return one that no lead has."""
        self._highest += 1
        return f"L-{self._highest:04d}"
