"""Rows of a copy that are rows of the master typed over: found again by their id or by all they still say alike."""

from __future__ import annotations

from collections import Counter
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.analysis.kept import folded_ids
from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.run.syncs.followers import ARCHIVE, labels_of, row_texts
from leadbook.run.syncs.prints import row_print

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from leadbook.model.records import Typed
    from leadbook.run.syncs.base import EditedRow

_ANCHORS = {
    "Activities": "date",
    "QuoteLines": "product",
    "Offers": "solution",
    "Proposals": "file",
    ARCHIVE: "lead_id",
}
"""What a row keeps when several of its other cells are typed over."""
_LEAST_ALIKE_ELSEWHERE = 3
"""So many filled cells say alike when a row went to another lead."""


class RowEdit(Struct, frozen=True):
    """One of them.

    Parameters
    ----------
    copy : str
    at : int
        Its place in the copy's table.
    here : int
        The place of the master's row.
    mark : str
        Its fingerprint.
    texts : tuple of str
        What it says, as `labels_of` has it.
    open : tuple of str or None
        The cells that are in conflict since an earlier sync, when nothing else of the row is to be looked at.
    is_sure : bool
        Whether the master's row is as both last knew it, so that whatever differs was typed in the copy.
    """

    copy: str
    at: int
    here: int
    mark: str
    texts: tuple[str, ...]
    open: tuple[str, ...] | None = None
    is_sure: bool = True


class MasterRows(Struct, dict=True):
    """The master's rows of one table, as edits are looked for among them.

    Parameters
    ----------
    table : Typed
    name : str
    own : tuple of str
        Labels of the team's own columns that count.
    marks : list of str
        The fingerprint of each row.
    lead_of : callable
    """

    table: Typed
    name: str
    own: tuple[str, ...]
    marks: list[str]
    lead_of: Callable[[str], str]

    @cached_property
    def labels(self) -> list[str]:
        """The label of each text of a row."""
        return labels_of(self.name, self.own)

    def texts(self, places: Iterable[int]) -> dict[int, tuple[str, ...]]:
        """Return what the rows at some places say."""
        some = sorted(set(places))
        return dict(zip(some, row_texts(self.table, self.name, self.lead_of, self.own, some), strict=True))

    def of_leads(self, leads: set[str]) -> list[int]:
        """Return the places of some leads' rows."""
        keys = folded_ids(self.table).tolist()
        wanted = {key for key in set(keys) if self.lead_of(key) in leads}
        return [at for at, key in enumerate(keys) if key in wanted]


class CopyRows(Struct):
    """A copy's rows of one table.

    Parameters
    ----------
    copy : str
    table : Typed
    lead_of : callable
    fresh : list of (int, str)
        Place and fingerprint of the rows that the master lacks.
    made : Counter of str
        Rows that the copy had when both were last in step.
    came : Counter of str
        Rows that it has now.
    kept : mapping of str to EditedRow
        Edits of earlier syncs that the master does not hold.
    """

    copy: str
    table: Typed
    lead_of: Callable[[str], str]
    fresh: list[tuple[int, str]]
    made: Counter[str]
    came: Counter[str]
    kept: Mapping[str, EditedRow]


def find_edits(rows: MasterRows, given: CopyRows) -> tuple[list[RowEdit], set[int]]:
    """Find the rows of a copy that are rows of the master typed over.

    Parameters
    ----------
    rows : MasterRows
    given : CopyRows

    Returns
    -------
    list of RowEdit
    set of int
        Places of rows whose edit was settled in the master in another way.

    Notes
    -----
    A column of the team's own that is called ID tells rows apart where each row has another. Without one, a row is
    another's edit when both belong to one lead and at most one cell differs, or more than half of the filled ones say
    alike and the day (of a quote line the product, of a proposal the file) among them; or when only its lead differs.
    """
    copy, table, fresh, kept = given.copy, given.table, given.fresh, given.kept
    if not fresh:
        return [], set()
    places = [at for at, _ in fresh]
    there = dict(zip(places, row_texts(table, rows.name, given.lead_of, rows.own, places), strict=True))
    found, settled = _kept_edits(rows, given, there)
    done = {edit.at for edit in found} | settled
    by_id = _by_id(rows, table, [at for at, _ in fresh if at not in done])
    left = given.made - given.came
    taken: set[int] = set()
    marks = dict(fresh)
    for at, here in by_id.items():
        is_sure = left[rows.marks[here]] > 0
        left[rows.marks[here]] -= int(is_sure)
        found.append(RowEdit(copy, at, here, marks[at], there[at], is_sure=is_sure))
        done.add(at)
        taken.add(here)
    candidates: list[int] = []
    for here, mark in enumerate(rows.marks):
        if left[mark] > 0 and here not in taken:
            left[mark] -= 1
            candidates.append(here)
    rest = {at: texts for at, texts in there.items() if at not in done}
    # A row that was in conflict and is typed over once more: what both knew is not known any more.
    here_now = set(marks.values())
    again = {entry.mark for mark, entry in kept.items() if mark not in here_now}
    unsure = {here for here, mark in enumerate(rows.marks) if mark in again} if again else set()
    mine = rows.texts([*candidates, *unsure])
    for at, here in _alike(rows, mine, rest):
        found.append(RowEdit(copy, at, here, marks[at], there[at], is_sure=here not in unsure))
        taken.add(here)
        del rest[at]
    # Rows that both had and neither has: typed over on both sides, where the master's new ones look like the copy's.
    vanished = (left - Counter(rows.marks)).total()
    if vanished and rest:
        fresh_here = [here for here, mark in enumerate(rows.marks) if mark not in given.made and here not in taken]
        for at, here in _alike(rows, rows.texts(fresh_here), rest)[:vanished]:
            found.append(RowEdit(copy, at, here, marks[at], there[at], is_sure=False))
    return found, settled


def _kept_edits(
    rows: MasterRows, given: CopyRows, there: Mapping[int, tuple[str, ...]]
) -> tuple[list[RowEdit], set[int]]:
    """Return the edits that earlier syncs left in conflict, and those that were settled since."""
    first = {mark: at for at, mark in reversed(given.fresh) if mark in given.kept}
    if not first:
        return [], set()
    mine = rows.texts(rows.of_leads({there[at][0] for at in first.values()}))
    found: list[RowEdit] = []
    for mark, at in first.items():
        entry = given.kept[mark]
        here = next((place for place in mine if rows.marks[place] == entry.mark), None)
        if here is None:
            likely = [place for place, _ in _ranked(rows, mine, there[at])]
            here = next((place for place in likely if _still_open(rows, mine[place], entry)), None)
        is_open = _still_open(rows, mine[here], entry) if here is not None else []
        if here is not None and is_open:
            found.append(RowEdit(given.copy, at, here, mark, there[at], tuple(is_open), is_sure=False))
    return found, set(first.values()) - {edit.at for edit in found}


def _still_open(rows: MasterRows, texts: tuple[str, ...], entry: EditedRow) -> list[str]:
    """Return the cells in conflict in which the master's row still says what it said."""
    return [label for label, text in zip(rows.labels, texts, strict=True) if entry.held.get(label) == row_print([text])]


def _by_id(rows: MasterRows, table: Typed, places: Sequence[int]) -> dict[int, int]:
    """Return the place in the master of rows that bear an id of their own, by their place in the copy."""
    label = next((label for label in rows.own if label == "=id" or label.endswith(" id")), None)
    if label is None:
        return {}
    here, there = _ids(rows.table, label), _ids(table, label)
    place_of = {text: at for at, text in enumerate(here) if text}
    is_unique = all(sum(map(bool, ids)) == len({text for text in ids if text}) for ids in (here, there))
    return {at: place_of[there[at]] for at in places if there and there[at] in place_of} if is_unique else {}


def _ids(table: Typed, label: str) -> list[str]:
    header = next((header for header in table.extra.columns if f"={comparable(header)}" == label), None)
    cells = [] if header is None else table.extra[header].tolist()
    return ["" if is_blank(cell) else comparable(cell_text(cell)) for cell in cells]


def _alike(
    rows: MasterRows, mine: Mapping[int, tuple[str, ...]], theirs: Mapping[int, tuple[str, ...]]
) -> list[tuple[int, int]]:
    """Pair rows that are more alike than any other pair, each once; of equal ones in their order."""
    by_lead: dict[str, dict[int, tuple[str, ...]]] = {}
    by_rest: dict[tuple[str, ...], dict[int, tuple[str, ...]]] = {}
    for here, held in mine.items():
        by_lead.setdefault(held[0], {})[here] = held
        by_rest.setdefault(held[1:], {})[here] = held
    pairs = [
        (differing, at, here)
        for at, texts in theirs.items()
        for here, differing in _ranked(rows, by_lead.get(texts[0], {}) | by_rest.get(texts[1:], {}), texts)
    ]
    used_here: set[int] = set()
    found: dict[int, int] = {}
    for _, at, here in sorted(pairs):
        if at not in found and here not in used_here:
            used_here.add(here)
            found[at] = here
    return list(found.items())


def _ranked(rows: MasterRows, mine: Mapping[int, tuple[str, ...]], texts: tuple[str, ...]) -> list[tuple[int, int]]:
    """Return the rows of the master that a row may be an edit of, with how many cells differ, the likeliest first."""
    anchor = rows.labels.index(_ANCHORS[rows.name])
    found: list[tuple[int, int]] = []
    for here, held in mine.items():
        differing = sum(one != other for one, other in zip(held[1:], texts[1:], strict=True))
        alike = sum(one == other != "" for one, other in zip(held[1:], texts[1:], strict=True))
        if held[0] != texts[0]:
            is_edit = not differing and alike >= _LEAST_ALIKE_ELSEWHERE
        elif rows.name in {ARCHIVE, "Offers"}:
            is_edit = True  # a lead is archived once, and has one offer
        else:
            is_edit = alike > 0 and (differing <= 1 or (held[anchor] == texts[anchor] != "" and alike > differing))
        if is_edit:
            found.append((here, differing))
    return sorted(found, key=lambda pair: pair[1])
