"""Which lead of the workbook each incoming row is, and what it would change there."""

from __future__ import annotations

import datetime as dt
import re
from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.columns import TABLES, Kind
from leadbook.run.keys import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from leadbook.model.mapping_cells import Value
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Typed

_KINDS = {column.key: column.kind for column in TABLES["Leads"]}
_OWN_ID = re.compile(r"l-\d+")  # ids that leadbook gave, as history_ids does


@dataclass(frozen=True)
class Incoming:
    """Incoming rows as the workbook will hold them.

    Parameters
    ----------
    keyed : mapping of str to list
        Our key to n values.
    extra : mapping of str to list
        The header in the workbook to n values.
    deal : str or None
        The header in ``extra`` that holds the deal's own name.
    n_rows : int
    """

    keyed: Mapping[str, Sequence[Value]]
    extra: Mapping[str, Sequence[Value]]
    deal: str | None
    n_rows: int


class Standing:
    """The workbook's leads as they stand: cells by Excel row, and their meanings."""

    def __init__(self, leads: Typed, playbook: Playbook) -> None:
        self.rows: list[int] = [int(row) for row in leads.frame.index]
        self._raw = {key: dict(zip(self.rows, leads.raw[key].tolist(), strict=True)) for key in leads.raw.columns}
        self._extra = {
            header: dict(zip(self.rows, leads.extra[header].tolist(), strict=True)) for header in leads.extra.columns
        }
        self._frame = {key: dict(zip(self.rows, leads.frame[key].tolist(), strict=True)) for key in leads.raw.columns}
        self._playbook = playbook

    def cell(self, row: int, *, key: str = "", header: str = "") -> object:
        """Return a cell as typed, None where the workbook has no such column."""
        column = self._raw.get(key) if key else self._extra.get(header)
        return column.get(row) if column else None

    def has(self, *, key: str = "", header: str = "") -> bool:
        """Tell whether the workbook has the column."""
        return key in self._raw if key else header in self._extra

    def same(self, row: int, value: Value, *, key: str = "", header: str = "") -> bool:
        """Tell whether a cell means the same as an incoming value, however it is typed."""
        held = self.cell(row, key=key, header=header)
        if key == "stage":
            known = self._playbook.stage(cell_text(held))
            if known is not None:
                held = known.name
        elif key and not isinstance(value, str):
            meant = self._frame[key].get(row)
            if meant is not None and meant == meant:  # noqa: PLR0124 - only not-a-number differs from itself
                held = meant
        return alike(held, value)


def alike(held: object, value: object) -> bool:
    """Tell whether two values mean the same: numbers as numbers, days as days, text without case and edges."""
    if type(held) is type(value) and held == value:
        return True
    if isinstance(held, dt.date) and isinstance(value, dt.date):
        if isinstance(held, dt.datetime) and isinstance(value, dt.datetime):
            # Excel keeps a moment as a fraction of a day, which rounds by less than a second.
            return abs((held - value).total_seconds()) < 2
        return (held.year, held.month, held.day) == (value.year, value.month, value.day)
    if _is_number(held) and _is_number(value):
        one, other = float(str(held)), float(str(value))
        return abs(one - other) <= 1e-9 * max(1.0, abs(one), abs(other))
    return comparable(cell_text(held)) == comparable(cell_text(value))


def _is_number(value: object) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def match_rows(incoming: Incoming, standing: Standing) -> list[int | None]:
    """Return the Excel row of the lead that each incoming row is; None for a new one.

    Notes
    -----
    By Lead ID; then by company and deal name where both have deal names, otherwise by e-mail, then by company
    with first and last name: each only where one row on either side has that key, and only with leads whose id
    leadbook gave itself (or that have none) when the incoming row has an id of its own. What is left is matched
    by all its values, so that a file without any key can be imported twice.
    """
    found: list[int | None] = [None] * incoming.n_rows
    taken: set[int] = set()
    _by_id(incoming, standing, found, taken)
    deal = incoming.deal
    if deal is not None and standing.has(header=deal):
        levels: list[tuple[_Spec, ...]] = [(("company", ""), ("", deal))]
    else:
        levels = [(("email", ""),), (("company", ""), ("first_name", ""), ("last_name", ""))]
    for level in levels:
        _by_key(incoming, standing, level, found, taken)
    _by_everything(incoming, standing, found, taken)
    return found


_Spec = tuple[str, str]  # key, or header of a column of the seller's own


def _values(incoming: Incoming, spec: _Spec) -> Sequence[Value] | None:
    key, header = spec
    return incoming.keyed.get(key) if key else incoming.extra.get(header)


def _by_id(incoming: Incoming, standing: Standing, found: list[int | None], taken: set[int]) -> None:
    ids = incoming.keyed.get("lead_id")
    if ids is None:
        return
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row in standing.rows:
        word = comparable(cell_text(standing.cell(row, key="lead_id")))
        if word:
            rows[word].append(row)
    for place, value in enumerate(ids):
        known = rows.get(comparable(cell_text(value)))
        # An id that stands in the file twice takes the workbook's rows of that id in turn.
        if value is not None and known:
            found[place] = known.pop(0)
            taken.add(found[place] or 0)


def _by_key(
    incoming: Incoming, standing: Standing, level: Sequence[_Spec], found: list[int | None], taken: set[int]
) -> None:
    columns = [_values(incoming, spec) for spec in level]
    if any(column is None for column in columns):
        return
    words = [
        _joined_words([column[place] for column in columns if column is not None]) for place in range(incoming.n_rows)
    ]
    counts = Counter(words)
    rows: defaultdict[str, list[int]] = defaultdict(list)
    for row in standing.rows:
        rows[_joined_words([standing.cell(row, key=key, header=header) for key, header in level])].append(row)
    ids = incoming.keyed.get("lead_id")
    for place, word in enumerate(words):
        known = rows.get(word, [])
        if found[place] is not None or not word or counts[word] > 1 or len(known) != 1 or known[0] in taken:
            continue
        held_id = comparable(cell_text(standing.cell(known[0], key="lead_id")))
        if ids is not None and ids[place] is not None and held_id and not _OWN_ID.fullmatch(held_id):
            continue
        found[place] = known[0]
        taken.add(known[0])


def _joined_words(values: Sequence[object]) -> str:
    """Return several values as one key, "" when one of them is blank."""
    words = [plain(value) for value in values]
    return "" if not all(words) else "\x1f".join(words)


def _by_everything(incoming: Incoming, standing: Standing, found: list[int | None], taken: set[int]) -> None:
    ids = incoming.keyed.get("lead_id")
    places = [place for place in range(incoming.n_rows) if found[place] is None and (ids is None or ids[place] is None)]
    if not places:
        return
    specs = [(key, "") for key in incoming.keyed if key != "lead_id" and standing.has(key=key)]
    specs += [("", header) for header in incoming.extra if standing.has(header=header)]
    # A file whose columns the workbook mostly lacks cannot have been imported into it before.
    if len(specs) < len(incoming.keyed) + len(incoming.extra) - int("lead_id" in incoming.keyed):
        return
    columns = [(spec, _values(incoming, spec) or ()) for spec in specs]
    by_first: defaultdict[str, list[int]] = defaultdict(list)
    first = max(columns, key=lambda item: len({plain(value) for value in item[1]}))
    for row in standing.rows:
        if row not in taken:
            by_first[plain(standing.cell(row, key=first[0][0], header=first[0][1]))].append(row)
    for place in places:
        candidates = by_first.get(plain(first[1][place]), [])
        for row in candidates:
            if row in taken:
                continue
            if all(
                (is_blank(values[place]) and is_blank(standing.cell(row, key=key, header=header)))
                or standing.same(row, values[place], key=key, header=header)
                for (key, header), values in columns
            ):
                found[place] = row
                taken.add(row)
                break


@dataclass(frozen=True, slots=True)
class Difference:
    """One cell of a known lead in which the incoming row says something; ``blank`` when the cell says nothing."""

    place: int
    row: int
    key: str
    header: str
    held: object
    value: Value
    blank: bool


def differences(
    incoming: Incoming, standing: Standing, found: Sequence[int | None], skip: Callable[[str], bool]
) -> list[Difference]:
    """Return every cell of the known leads that an incoming row would fill or change.

    Parameters
    ----------
    skip : callable
        Tells which of our keys are never changed.
    """
    result: list[Difference] = []
    specs = [(key, "", values) for key, values in incoming.keyed.items()]
    specs += [("", header, values) for header, values in incoming.extra.items()]
    for key, header, values in specs:
        for place, row in enumerate(found):
            value = values[place]
            if row is None or is_blank(value):
                continue
            held = standing.cell(row, key=key, header=header)
            if is_blank(held):
                result.append(Difference(place, row, key, header, held, value, blank=True))
            elif not (key and skip(key)) and not standing.same(row, value, key=key, header=header):
                result.append(Difference(place, row, key, header, held, value, blank=False))
    return result


__all__ = ["Difference", "Incoming", "Kind", "Standing", "alike", "differences", "match_rows"]
