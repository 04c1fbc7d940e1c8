"""Which lead of the workbook each incoming row is."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from leadbook.model.cells import is_blank
from leadbook.run.imports.identities import id_system, is_shared, of_standing
from leadbook.run.imports.keys import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leadbook.run.imports.identities import Identities
    from leadbook.run.imports.standing import Incoming, Standing

# Of a mailbox that hundreds of rows share, pairs are not weighed one by one.
_MOST_PAIRS = 10_000
_BY_ID = "lead id"


class Matching:
    """The rows of an import put to the leads of the workbook, each lead once.

    Parameters
    ----------
    incoming : Incoming
    standing : Standing
    theirs : Identities
        Of the incoming rows.
    masters : mapping of str to str
        Lead IDs of leads that were merged away (as ``id_key`` writes them) to the id of the lead they went into.
    places : sequence of int
        The incoming rows to match, in order.
    """

    def __init__(
        self,
        incoming: Incoming,
        standing: Standing,
        theirs: Identities,
        masters: Mapping[str, str],
        places: Sequence[int],
    ) -> None:
        self._incoming, self._standing = incoming, standing
        self._ours, self._theirs, self._masters = of_standing(standing, incoming.deal), theirs, masters
        self._places = list(places)
        self._open = list(places)
        self._taken: set[int] = set()
        self.found: dict[int, int] = {}
        self.how: dict[int, str] = {}
        # Whether a row could have been several leads, or several rows one lead.
        self.contested = False
        self._by_id_alone = False
        self._foreign: set[int] = set()

    def by_keys(self) -> None:
        """Match by lead id, then by deal, e-mail, company domain or name with the person's, and company alone."""
        ours, theirs = self._ours, self._theirs
        self._level(_BY_ID, self._our_ids, self._their_ids, self._is_possible_by_id)
        self._by_id_alone = self._has_own_ids and not self.contested
        # leadbook's own ids begin at L-0001 in every workbook: one that is another lead's here says nothing.
        held = {*ours.ids, *ours.record_ids}
        self._foreign = {at for at in self._open if id_system(key := theirs.ids[at]) == "leadbook" and key in held}
        if any(theirs.deal) and any(ours.deal):
            self._level("company and deal", *_both(ours, theirs, _company_deal))
        self._level("email", *_both(ours, theirs, lambda side, at: side.emails[at]), self._is_possible_by_mail)
        self._level("domain and name", *_both(ours, theirs, _domain_person))
        self._level("company and name", *_both(ours, theirs, _company_person))
        self._level("company", *_both(ours, theirs, _company_alone), self._is_same_company)

    def by_everything(self, incoming: Incoming, standing: Standing) -> None:
        """Match what is left by all its values, so that a file without any key can be imported twice."""
        places = [place for place in self._open if not self._theirs.ids[place] or place in self._foreign]
        columns = [
            column
            for column in incoming.columns()
            if column[0] != "lead_id" and not standing.is_computed(key=column[0], header=column[1])
        ]
        there = [column for column in columns if standing.has(key=column[0], header=column[1])]
        lacking = [values for key, own, values in columns if not standing.has(key=key, header=own)]
        # Rows that say something in a column which the workbook lacks cannot have been imported into it before.
        if not places or not there or any(not is_blank(values[place]) for values in lacking for place in places):
            return
        first = max(there, key=lambda column: len(set(column[2])))
        held = standing.column(key=first[0], header=first[1])
        rows: defaultdict[str, list[int]] = defaultdict(list)
        for at, value in enumerate(held):
            if at not in self._taken:
                rows[plain(value)].append(at)
        for place in places:
            for at in rows.get(plain(first[2][place]), ()):
                if at not in self._taken and _equal_in_all(place, at, columns, standing):
                    self._take(place, at, "all its values")
                    break
        self._open = [place for place in self._open if place not in self.found]

    @property
    def unmatched(self) -> list[int]:
        """The incoming rows that are no lead of the workbook so far, in order."""
        return list(self._open)

    @property
    def free(self) -> list[int]:
        """The workbook's leads that no incoming row is so far, in order."""
        return [at for at in range(len(self._ours.ids)) if at not in self._taken]

    @property
    def by_id_alone(self) -> bool:
        """Whether each row has an id of its own and was found by it, or by nothing: so will it be the next time."""
        return self._by_id_alone and all(how == _BY_ID for how in self.how.values())

    @property
    def _has_own_ids(self) -> bool:
        ids = [self._theirs.ids[place] for place in self._places]
        different = {self._masters.get(key, key) for key in ids}
        # An id that leadbook gave may be another lead's in another workbook.
        return len(different) == len(ids) and all(key and id_system(key) != "leadbook" for key in ids)

    def is_possible(self, place: int, at: int) -> bool:
        """Whether nothing rules out that a row is a lead: two ids of one program, or two deals, are two records."""
        mine, theirs = self._ours, self._theirs
        their_id = "" if place in self._foreign else theirs.ids[place]
        for own_id in (mine.ids[at], mine.record_ids[at]):
            if their_id and own_id and own_id != their_id and id_system(own_id) == id_system(their_id):
                return False
        return not (mine.deal[at] and theirs.deal[place] and mine.deal[at] != theirs.deal[place])

    def can_be_remembered(self, place: int) -> bool:
        """Whether a row has something by which its lead is found again: a record's id, or an e-mail address."""
        key = self._theirs.ids[place]
        return bool((key and id_system(key) != "leadbook") or self._theirs.emails[place])

    def take(self, place: int, at: int, how: str) -> None:
        """Settle that a row is a lead."""
        self._take(place, at, how)
        self._open = [one for one in self._open if one != place]

    def _is_possible_by_id(self, place: int, at: int) -> bool:
        """Whether a row is the lead of its id: leadbook's own ids begin at L-0001 in every workbook."""
        mine, theirs = self._ours, self._theirs
        if id_system(theirs.ids[place]) != "leadbook":
            return True
        one, other = mine.emails[at], theirs.emails[place]
        sides = (
            (mine.company[at], theirs.company[place]), (mine.person(at), theirs.person(place)),
            ("", "") if set(one) & set(other) else ("".join(one), "".join(other)),
        )  # fmt: skip
        told = [mine_said == theirs_said for mine_said, theirs_said in sides if mine_said and theirs_said]
        return len(told) < 2 or any(told) or bool(set(one) & set(other))

    def _is_possible_by_mail(self, place: int, at: int) -> bool:
        mine, theirs = self._ours, self._theirs
        one, other = mine.person(at), theirs.person(place)
        shared = set(mine.emails[at]) & set(theirs.emails[place])
        if one and other and one != other and all(map(is_shared, shared)):
            return False
        return self.is_possible(place, at)

    def _is_same_company(self, place: int, at: int) -> bool:
        mine, theirs = self._ours, self._theirs
        one, other = mine.city[at], theirs.city[place]
        return self.is_possible(place, at) and not (one and other and one != other)

    def _our_ids(self, at: int) -> Iterable[str]:
        return (self._ours.ids[at], self._ours.record_ids[at])

    def _their_ids(self, place: int) -> Iterable[str]:
        key = self._theirs.ids[place]
        return (self._masters.get(key, key),)

    def _level(
        self,
        how: str,
        our_keys: Callable[[int], Iterable[str]],
        their_keys: Callable[[int], Iterable[str]],
        is_possible: Callable[[int, int], bool] | None = None,
    ) -> None:
        """Match the rows that share a key with a lead; of several, those that agree best in all else."""
        wanted: dict[str, list[int]] = {}
        for place in self._open:
            for key in their_keys(place):
                if key:
                    wanted.setdefault(key, []).append(place)
        if not wanted:
            return
        known: dict[str, list[int]] = {}
        for at in range(len(self._ours.ids)):
            if at not in self._taken:
                for key in our_keys(at):
                    if key in wanted:
                        known.setdefault(key, []).append(at)
        self._assign(how, self._pairs(wanted, known), is_possible or self.is_possible)

    def _assign(self, how: str, pairs: list[tuple[int, int]], is_possible: Callable[[int, int], bool]) -> None:
        """Take each row and each lead once, the pairs with the fewest contradictions first.

        All columns count, and not only those that tell leads apart: a row whose lead holds all it says already, as
        after a first import, finds that lead again whatever others gained by the import.
        """
        rows, leads = Counter(place for place, _ in pairs), Counter(at for _, at in pairs)
        self.contested |= len(rows) < len(pairs) or len(leads) < len(pairs)
        ranked = [
            (*self._contradictions(place, at), -self._agreement(place, at), place, at)
            if rows[place] > 1 or leads[at] > 1
            else (0, 0, 0, place, at)
            for place, at in pairs
        ]
        for *_, place, at in sorted(ranked):
            if place not in self.found and at not in self._taken and is_possible(place, at):
                self._take(place, at, how)
        self._open = [place for place in self._open if place not in self.found]

    def _pairs(self, wanted: Mapping[str, list[int]], known: Mapping[str, list[int]]) -> list[tuple[int, int]]:
        """Return (row, lead) of everything that shares a key."""
        pairs: dict[tuple[int, int], None] = {}
        for key, rows in known.items():
            places = wanted[key]
            if len(places) * len(rows) <= _MOST_PAIRS:
                pairs.update(dict.fromkeys((place, at) for place in places for at in rows))
            else:
                pairs.update(dict.fromkeys(zip(places, rows, strict=False)))
        return list(pairs)

    def _contradictions(self, place: int, at: int) -> tuple[int, int]:
        """Return in how many columns a row and a lead contradict each other, and (below 0) in how many they agree."""
        against = agreeing = 0
        for key, header, values in self._incoming.columns():
            value = values[place]
            if is_blank(value) or is_blank(self._standing.column(key=key, header=header)[at]):
                continue
            if self._standing.same(at, value, key=key, header=header):
                agreeing += 1
            else:
                against += 1
        return against, -agreeing

    def _agreement(self, place: int, at: int) -> int:
        """Return how many more details agree than contradict."""
        mine, theirs = self._ours, self._theirs
        sides = (
            (mine.last, theirs.last), (mine.first, theirs.first), (mine.company, theirs.company),
            (mine.deal, theirs.deal), (mine.amount, theirs.amount), (mine.close_date, theirs.close_date),
            (mine.created, theirs.created), (mine.city, theirs.city),
        )  # fmt: skip
        return sum(1 if one[at] == other[place] else -1 for one, other in sides if one[at] and other[place]) + len(
            set(mine.emails[at]) & set(theirs.emails[place])
        )

    def _take(self, place: int, at: int, how: str) -> None:
        self.found[place] = at
        self.how[place] = how
        self._taken.add(at)


def _both(
    ours: Identities, theirs: Identities, keys: Callable[[Identities, int], Iterable[str]]
) -> tuple[Callable[[int], Iterable[str]], Callable[[int], Iterable[str]]]:
    return (lambda at: keys(ours, at)), (lambda place: keys(theirs, place))


def _company_deal(side: Identities, at: int) -> Iterable[str]:
    company, deal = side.company[at], side.deal[at]
    return (f"{company}\n{deal}",) if company and deal else ()


def _domain_person(side: Identities, at: int) -> Iterable[str]:
    person = side.person(at)
    return [f"{domain}\n{person}" for domain in side.domains[at]] if person else ()


def _company_person(side: Identities, at: int) -> Iterable[str]:
    person, company = side.person(at), side.company[at]
    return (f"{company}\n{person}",) if person and company else ()


def _company_alone(side: Identities, at: int) -> Iterable[str]:
    """Return a company as the key of leads that know nobody in it yet."""
    if side.first[at] or side.last[at] or side.emails[at] or side.deal[at] or not side.company[at]:
        return ()
    return (side.company[at],)


def _equal_in_all(
    place: int, at: int, columns: Sequence[tuple[str, str, Sequence[object]]], standing: Standing
) -> bool:
    for key, header, values in columns:
        value = values[place]
        if is_blank(value) != is_blank(standing.column(key=key, header=header)[at]):
            return False
        if not is_blank(value) and not standing.same(at, value, key=key, header=header):  # type: ignore[arg-type] # values of ours
            return False
    return True
