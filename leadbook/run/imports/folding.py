"""Rows that stand twice in the imported file itself, put together before anything is matched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, structs

from leadbook.model.cells import cell_text, comparable, is_blank

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from leadbook.model.mapping_cells import Value
    from leadbook.run.imports.identities import Identities
    from leadbook.run.imports.standing import Incoming

# So many leads of one file may share an address or a company before further rows are left as they are.
_MOST_ALIKE = 50


class Folded(Struct, frozen=True):
    """An import with its doubled rows put together.

    Parameters
    ----------
    incoming : Incoming
        Each lead's first row holds what all its rows say; the others are as they were.
    first : list of int
        For each row, the row that stands for it; its own place for all but doubled ones.
    contradictions : int
        Cells in which a doubled row says something else than the row that stands for it.
    """

    incoming: Incoming
    first: list[int]
    contradictions: int

    @property
    def places(self) -> list[int]:
        """The rows that stand for themselves, in order."""
        return [place for place, first in enumerate(self.first) if place == first]


def fold(incoming: Incoming, told_apart: Identities) -> Folded:
    """Put rows of one file that are one lead together.

    Notes
    -----
    Two rows are one lead when they share the record's id, an e-mail address, the company's domain or name together
    with the person's whole name, or a company in which nobody is known; or when all their cells are alike. They
    are two leads after all when their ids, deals, amounts, close dates or people's names contradict each other.
    """
    first = list(range(incoming.n_rows))
    for keys, agrees in _levels(told_apart):
        seen: dict[str, int] = {}
        groups: dict[str, list[int]] = {}  # of the keys that several rows have, which are few
        for place in range(incoming.n_rows):
            if first[place] == place:
                for key in keys(place):
                    earlier = seen.setdefault(key, place)
                    if earlier != place:
                        groups.setdefault(key, [earlier]).append(place)
        for key in sorted(groups, key=lambda one: groups[one][0]):
            _fold_group(groups[key], first, agrees)
    _fold_equal(incoming, first)
    return _put_together(incoming, first)


def _levels(
    side: Identities,
) -> Sequence[tuple[Callable[[int], Iterable[str]], Callable[[int, int], bool]]]:
    def ids(place: int) -> Iterable[str]:
        return (side.ids[place],) if side.ids[place] else ()

    def deal(place: int) -> Iterable[str]:
        return (f"{side.company[place]}\n{side.deal[place]}",) if side.company[place] and side.deal[place] else ()

    def domain(place: int) -> Iterable[str]:
        person = side.person(place)
        return [f"{host}\n{person}" for host in side.domains[place]] if person else ()

    def company(place: int) -> Iterable[str]:
        person = side.person(place)
        return (f"{side.company[place]}\n{person}",) if person and side.company[place] else ()

    def alone(place: int) -> Iterable[str]:
        known = side.first[place] or side.last[place] or side.emails[place] or side.deal[place]
        return () if known or not side.company[place] else (side.company[place],)

    def same_record(one: int, other: int) -> bool:
        return not _differ(one, other, side.last, side.company)

    def same_lead(one: int, other: int) -> bool:
        return not _differ(one, other, side.ids, side.first, side.last, side.deal, side.amount, side.close_date)

    def same_company(one: int, other: int) -> bool:
        return same_lead(one, other) and not _differ(one, other, side.city)

    return (
        (ids, same_record), (deal, same_lead), (lambda place: side.emails[place], same_lead), (domain, same_lead),
        (company, same_lead), (alone, same_company),
    )  # fmt: skip


def _differ(one: int, other: int, *columns: Sequence[str]) -> bool:
    return any(column[one] and column[other] and column[one] != column[other] for column in columns)


def _fold_group(places: Sequence[int], first: list[int], agrees: Callable[[int, int], bool]) -> None:
    standing: list[int] = []
    for place in places:
        if first[place] != place:
            continue
        found = next((one for one in standing[:_MOST_ALIKE] if agrees(one, place)), None)
        if found is None:
            standing.append(place)
        else:
            first[place] = found


def _fold_equal(incoming: Incoming, first: list[int]) -> None:
    columns = [values for _, _, values in incoming.columns()]
    if not columns:
        return
    seen: dict[tuple[object, ...], int] = {}
    for place, row in enumerate(zip(*columns, strict=True)):
        if first[place] == place:
            first[place] = seen.setdefault(row, place)


def _put_together(incoming: Incoming, first: list[int]) -> Folded:
    doubled = [place for place, one in enumerate(first) if place != one]
    for place in doubled:
        # What was folded into a row that was folded itself later stands for the same lead.
        while first[first[place]] != first[place]:
            first[place] = first[first[place]]
    if not doubled:
        return Folded(incoming, first, 0)
    contradictions = 0
    made: list[tuple[str, str, list[Value]]] = []
    for key, header, values in incoming.columns():
        merged = list(values)
        for place in doubled:
            value, one = values[place], first[place]
            if is_blank(value):
                continue
            if is_blank(merged[one]):
                merged[one] = value
            elif merged[one] != value and comparable(cell_text(merged[one])) != comparable(cell_text(value)):
                contradictions += 1
        made.append((key, header, merged))
    keyed = {key: values for key, _, values in made if key}
    extra = {header: values for key, header, values in made if not key}
    return Folded(structs.replace(incoming, keyed=keyed, extra=extra), first, contradictions)
