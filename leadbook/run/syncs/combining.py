"""What several copies say, put together: cells that are taken, cells in conflict, and leads that are new."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.archived import folded_id
from leadbook.run.syncs.base import RowsState
from leadbook.run.syncs.fields import Word, words_of
from leadbook.run.syncs.known import known_state
from leadbook.run.syncs.pairing import NewIds, Pairs, pair
from leadbook.run.syncs.prints import token
from leadbook.run.syncs.shared_past import Common, find_common
from leadbook.run.syncs.side import NO_ID, same_lead

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.run.syncs.known import KnownState
    from leadbook.run.syncs.owners import Owners
    from leadbook.run.syncs.side import Side


class Compared(Struct):
    """One copy beside the master.

    Parameters
    ----------
    copy : Side
    common : Common
    known : KnownState
    pairs : Pairs
    words : list of Word
        Cells in which it says something new.
    ids : mapping of str to str
        The id in the master of its leads that have another one there, by its own key.
    """

    copy: Side
    common: Common
    known: KnownState
    pairs: Pairs
    words: list[Word]
    ids: dict[str, str] = field(default_factory=dict)

    def lead_of(self, master: Side) -> dict[str, str]:
        """Return the key in the master of each lead whose key is another one here."""
        found = {key: folded_id(lead_id) for key, lead_id in {**self.known.ids, **self.ids}.items()}
        for there, here in self.pairs.both.items():
            if self.copy.keys[there] != master.keys[here]:
                found[self.copy.keys[there]] = master.keys[here]
        found |= {self.copy.keys[there]: folded_id(lead_id) for there, lead_id in self.pairs.merged.items()}
        return found

    @property
    def since(self) -> str:
        """Since when at the earliest the copy may say something else, and when it was saved; "" where nobody knows."""
        day, saved = self.copy.base.day if self.copy.base is not None else "", self.copy.saved_on
        said = [f"after {day}"] if day else []
        said += [f"saved {saved}"] if saved >= day and (day or self.copy.saved_by) and saved else []
        return ", ".join(said)

    def is_newcomer(self, key: str) -> bool:
        """Tell whether a lead of the copy came after the last common state, as far as that is known."""
        return self.known.is_exact and key not in self.known.leads

    def rows_known(self, name: str) -> RowsState:
        """Return what the master remembers of its rows of a table."""
        return self.known.state.rows.get(name) or RowsState()

    def rows_made_with(self, name: str) -> Counter[str]:
        """Return the rows of a table that it had when both were last in step; none where nobody knows."""
        base, state = self.copy.base, self.rows_known(name)
        found = base.present(name) if base is not None else Counter()
        found.update(state.gained)
        found.subtract(state.lost)
        return +found


class Fresh(Struct):
    """A lead that the master gets: the copy's row, its id in the master, and whether that is another than there."""

    source: Compared
    at: int
    lead_id: str
    is_renamed: bool


class Combined(Struct):
    """What all copies together say.

    Parameters
    ----------
    taken : mapping of (place, column) to Word
        Cells of the master that take a copy's value.
    disputed : mapping of (place, column) to list of Word
        Cells that were changed differently.
    fresh : list of Fresh
    has_doubles : bool
        Whether two copies bring one new lead, so that they have to be held against each other once it is there.
    new_ids : NewIds
        What gives ids to further ones.
    won : mapping of (place, column) to list of Word
        Cells that were changed differently and take the word of the owner's copy, with everybody's word.
    owners : Owners or None
        Whose copy each one is, where the owner's wins.
    """

    taken: dict[tuple[int, str], Word]
    disputed: dict[tuple[int, str], list[Word]]
    fresh: list[Fresh]
    has_doubles: bool
    new_ids: NewIds
    won: dict[tuple[int, str], list[Word]]
    owners: Owners | None


def compare(master: Side, copy: Side) -> Compared:
    """Hold a copy against the master and their last common state."""
    common = find_common(master.records.history, copy.records.history)
    known = known_state(master, copy)
    pairs = pair(master, copy, known, common)
    return Compared(copy, common, known, pairs, words_of(master, copy, pairs, known, common))


def combine(master: Side, compared: Sequence[Compared], owners: Owners | None = None) -> Combined:
    """Put together what the copies say; the order of the copies decides nothing but which new lead keeps its id.

    Notes
    -----
    Each copy is held against the master as it was before any of them, so that two copies that changed a cell
    differently are in conflict whichever comes first, and the master's value stays; where ``owners`` are given, a
    copy of the lead's owner wins. Who owns a lead is never settled that way.
    """
    said: dict[tuple[int, str], list[Word]] = {}
    for one in compared:
        for word in one.words:
            said.setdefault((word.here, word.label), []).append(word)
    taken: dict[tuple[int, str], Word] = {}
    disputed: dict[tuple[int, str], list[Word]] = {}
    won: dict[tuple[int, str], list[Word]] = {}
    for place in sorted(said):
        words = said[place]
        values = {token(word.copy.cell(word.label, word.there)) for word in words}
        if len(values) == 1 and not any(word.is_contested for word in words):
            taken[place] = words[0]
            continue
        own = _owners_word(master, words, owners) if owners is not None else None
        if own is None:
            disputed[place] = words
        else:
            taken[place] = own
            won[place] = words
    new_ids = NewIds([master, *(one.copy for one in compared)])
    return Combined(taken, disputed, *_fresh(compared, new_ids), new_ids, won, owners)


def _owners_word(master: Side, words: Sequence[Word], owners: Owners) -> Word | None:
    """Return the word of the copy that belongs to the lead's owner; None where there is none, or several differ."""
    here, label = words[0].here, words[0].label
    if label == "owner" or master.is_formula(label, here):
        return None
    owner = master.cell("owner", here)
    own = [word for word in words if owners.has_copy(word.copy.name, owner)]
    values = {token(word.copy.cell(label, word.there)) for word in own}
    return own[0] if len(values) == 1 else None


def _fresh(compared: Sequence[Compared], new_ids: NewIds) -> tuple[list[Fresh], bool]:
    """Give every new lead an id that no other lead has, and take a lead that two copies have for one."""
    given: dict[str, Fresh] = {}
    alike: dict[str, list[Fresh]] = {}
    found: list[Fresh] = []
    has_doubles = False
    for one in compared:
        copy = one.copy
        for at in one.pairs.new:
            key = copy.keys[at]
            who = copy.who(at).casefold()
            likely = [*([given[key]] if key in given else ()), *alike.get(who, ())]
            double = next((other for other in likely if _is_double(other, one, at)), None)
            if double is not None:
                has_doubles = True
                if folded_id(double.lead_id) != key:
                    one.ids[key] = double.lead_id
                continue
            renamed = key.startswith(NO_ID) or at in one.pairs.collided or key in given
            lead_id = copy.lead_id(at)
            if renamed:
                lead_id = one.ids[key] = new_ids.give()
            given[folded_id(lead_id)] = fresh = Fresh(one, at, lead_id, renamed and not key.startswith(NO_ID))
            alike.setdefault(who, []).append(fresh)
            found.append(fresh)
    return found, has_doubles


def _is_double(other: Fresh, one: Compared, at: int) -> bool:
    """Tell whether a new lead of one copy is one that another copy brought already."""
    if other.source is one:
        return False
    there, key = other.source.copy, one.copy.keys[at]
    own = there.keys[other.at]
    if key == own or key.startswith(NO_ID) or own.startswith(NO_ID):
        return there.who(other.at) != "nameless" and same_lead(there, other.at, one.copy, at)
    return False
