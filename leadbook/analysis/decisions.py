"""What the seller decided about leads that look the same: which go into which, and which stay apart."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.archived import folded_id
from leadbook.analysis.decision_rows import DECISIONS, KEEP_BOTH, MASTER, MERGE, DecisionRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

_SIMILAR = 60.0
# The pairs of a group grow with its square; of a larger one only those with the proposed lead are kept apart at once.
_LARGEST_APART = 30


class Wanted(Struct, frozen=True):
    """Leads that are to become one.

    Parameters
    ----------
    master : str
        Id of the lead that stays.
    others : tuple of str
        Ids of the leads that go into it.
    reasons : mapping of str to str
        Why, for each of the others, as far as known.
    cells : mapping of str to DecisionRow
        Where it was decided, by lead id.
    """

    master: str
    others: tuple[str, ...]
    reasons: Mapping[str, str] = field(default_factory=dict)
    cells: Mapping[str, DecisionRow] = field(default_factory=dict)


class DecisionFault(Struct, frozen=True):
    """A decision that was not carried out, and why.

    Parameters
    ----------
    code : str
        LB520 for one that is unclear, LB521 for one that something stands in the way of.
    lead_id : str
    message : str
    typed : str
    row, column : int
        The Decision cell as it was read, 0 when there is none.
    """

    code: str
    lead_id: str
    message: str
    typed: str = ""
    row: int = 0
    column: int = 0


class Decisions(Struct, frozen=True):
    """Everything that was decided: merges, pairs of two different leads, and what was unclear."""

    merges: tuple[Wanted, ...] = ()
    apart: tuple[tuple[str, str], ...] = ()
    faults: tuple[DecisionFault, ...] = ()


def read_words(rows: Sequence[DecisionRow]) -> Decisions:
    """Return what the Decision cells ask for, group by group.

    Parameters
    ----------
    rows : sequence of DecisionRow

    Notes
    -----
    Merge puts a lead into the one that is kept: the proposed one, or the one marked Master. On the proposed row
    itself, while no other is Master, Merge and Keep both speak for every row of the group that says nothing; kept
    both, no two of them are one (of more than 30, none is the proposed one).
    A group whose decisions contradict each other is left alone as a whole, and so are groups that speak of one lead.
    """
    groups: dict[object, list[DecisionRow]] = {}
    for row in rows:
        groups.setdefault(row.group, []).append(row)
    merges: list[Wanted] = []
    apart: list[tuple[str, str]] = []
    faults: list[DecisionFault] = []
    for members in groups.values():
        if not any(member.typed.strip() for member in members):
            continue
        misspelt = [fault for member in members if (fault := _misspelt(member))]
        found = None if misspelt else _group(members)
        if found is None:
            faults += misspelt
        elif isinstance(found, DecisionFault):
            faults.append(found)
        else:
            merges += [found[0]] if found[0] is not None else []
            apart += found[1]
    twice = _named_twice(merges)
    for wanted in list(merges):
        shared = sorted({folded_id(one) for one in (wanted.master, *wanted.others)} & twice)
        if shared:
            merges.remove(wanted)
            cell = next(iter(wanted.cells.values()))
            named = next(one for one in (wanted.master, *wanted.others) if folded_id(one) == shared[0])
            message = f"{named} is in two groups that are to be merged; decide about one of them first."
            faults.append(_fault(cell, message))
    return Decisions(tuple(merges), tuple(apart), tuple(faults))


def _group(members: Sequence[DecisionRow]) -> tuple[Wanted | None, list[tuple[str, str]]] | DecisionFault:
    word = {id(member): _word(member.typed) for member in members}
    proposed = next((member for member in members if member.proposed), None)
    masters = [member for member in members if word[id(member)] == MASTER]
    if len(masters) > 1:
        named = " and ".join(member.lead_id for member in masters)
        return _fault(masters[1], f"{named} are both marked Master; only one lead of a group can be kept.")
    master = masters[0] if masters else proposed
    if master is None:
        first = next(member for member in members if word[id(member)])
        return _fault(first, "The lead to keep is no longer in this group; mark one of them Master.")
    others = [member for member in members if member is not master]
    if not masters:
        for_all = word[id(master)]
        if for_all == KEEP_BOTH and any(word[id(other)] == MERGE for other in others):
            return _fault(master, "This group is to be kept apart and merged at once; clear one of the two decisions.")
        for other in others:
            word[id(other)] = word[id(other)] or for_all
    going = [other for other in others if word[id(other)] == MERGE]
    staying = [(other.lead_id, master.lead_id) for other in others if word[id(other)] == KEEP_BOTH]
    if not masters and for_all == KEEP_BOTH and len(members) <= _LARGEST_APART:
        staying += [(one.lead_id, other.lead_id) for one, other in combinations(others, 2)]
    if not going:
        if masters and not staying:
            message = f"{master.lead_id} is marked Master, but nothing of its group says Merge, so nothing was merged; "
            return _fault(master, f"{message}choose Merge for the leads that go into it.")
        return None, staying
    wanted = Wanted(
        master.lead_id,
        tuple(other.lead_id for other in going),
        # The proposed lead's row says nothing; why it looks like the one marked Master stands beside that one.
        {other.lead_id: master.reasons if other.proposed else other.reasons for other in going},
        {member.lead_id: member for member in [*going, master]},
    )
    return wanted, staying


def _word(typed: str) -> str:
    spelled = " ".join(typed.split()).casefold()
    return next((word for word in DECISIONS if word.casefold() == spelled), "")


def _misspelt(member: DecisionRow) -> DecisionFault | None:
    """Return the fault of a decision that is none, with the one that was most likely meant."""
    if not member.typed.strip() or _word(member.typed):
        return None
    from rapidfuzz import fuzz, process  # noqa: PLC0415 - only where a word is misspelt

    typed = " ".join(member.typed.split())
    near = process.extractOne(typed.casefold(), [word.casefold() for word in DECISIONS], scorer=fuzz.ratio)
    meant = f"did you mean {DECISIONS[near[2]]}? " if near is not None and near[1] >= _SIMILAR else ""
    return _fault(
        member, f"\u201c{typed[:40]}\u201d is no decision: {meant}Choose Merge, Keep both or Master from the dropdown."
    )


def _fault(member: DecisionRow, message: str) -> DecisionFault:
    return DecisionFault("LB520", member.lead_id, message, member.typed, member.row, member.column)


def _named_twice(merges: Iterable[Wanted]) -> set[str]:
    seen: set[str] = set()
    twice: set[str] = set()
    for wanted in merges:
        ids = {folded_id(one) for one in (wanted.master, *wanted.others)}
        twice |= ids & seen
        seen |= ids
    return twice
