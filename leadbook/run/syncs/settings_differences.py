"""Settings that copies changed: rows added to lists are taken, everything else is told with both values."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.analysis.archived import folded_id
from leadbook.model import kept_apart
from leadbook.model.cells import cell_text, comparable
from leadbook.model.issues import Issue
from leadbook.model.sync_codes import SYNC_CODES
from leadbook.run.syncs.followers import as_content
from leadbook.run.syncs.prints import print_of, token
from leadbook.run.syncs.report import Claim, Conflict
from leadbook.run.syncs.settings_rows import CATALOGUES, SettingsRows
from leadbook.run.syncs.telling import shown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from leadbook.run.syncs.combining import Compared
    from leadbook.run.syncs.side import Side
    from leadbook.sheets.spec import Content

WHOLE_ROW = "(whole row)"
"""Stands for the column where a row is on one side only."""


def added_rows(master: Side, compared: Sequence[Compared]) -> dict[str, list[dict[str, Content]]]:
    """Return the rows that copies added to lists, by table, each by folded header.

    Notes
    -----
    What the state both knew had, or the master's last sync, was deleted in the master since: it does not come back.
    """
    found: dict[str, list[dict[str, Content]]] = {}
    for name in sorted(CATALOGUES):
        here = master.settings.get(name)
        if here is None and name != kept_apart.TABLE:
            continue
        known = set(here.places if here is not None else ())
        known |= set(master.base.settings.get(name, ()) if master.base is not None else ())
        for one in compared:
            there = one.copy.settings.get(name)
            base = one.copy.base
            before = known | set(base.settings.get(name, ()) if base is not None else ())
            for key, at in there.places.items() if there is not None else ():
                cells = there.cells(at) if there is not None else {}
                row: dict[str, Content] = {label: as_content(cell) for label, cell in cells.items()}
                now = _with_ids(row, one) if name == kept_apart.TABLE else key
                if key not in before and now not in known:
                    known.add(now)
                    found.setdefault(name, []).append(row)
    return found


def _with_ids(row: dict[str, Content], one: Compared) -> str:
    """Put the ids in a pair that leads of the copy have in the master; return its key."""
    renamed = {**one.known.ids, **one.ids}
    labels = [comparable(header) for header in kept_apart.HEADERS[:2]]
    for label in labels:
        row[label] = renamed.get(folded_id(cell_text(row.get(label))), row.get(label))
    return "\x1f".join(sorted(comparable(cell_text(row[label])) for label in labels))


def settings_differences(master: Side, compared: Sequence[Compared]) -> list[Conflict]:
    """Return where copies changed a setting and the master says otherwise, each place once with every copy's word.

    Notes
    -----
    The base that a copy carries tells what it was made with; without one every difference is told.
    """
    claims: dict[tuple[str, str, str], list[tuple[SettingsRows, Claim]]] = {}
    for one in compared:
        for name, here in master.settings.items():
            there = one.copy.settings.get(name)
            for key, label, claim in _said(here, there, one) if there is not None else ():
                claims.setdefault((name, key, label), []).append((there or here, claim))
    return [
        _difference(master.settings[name], said[0][0], key, label, tuple(claim for _, claim in said))
        for (name, key, label), said in claims.items()
    ]


def _difference(here: SettingsRows, there: SettingsRows, key: str, label: str, claims: tuple[Claim, ...]) -> Conflict:
    """Return one difference as it is told, at its place in the master."""
    place, raw = here.places.get(key), here.raw
    words = here.words(place) if place is not None else there.words(there.places[key])
    held = None if place is None else here.cell(label, place) if label else here.whole(place)
    return Conflict(
        here.address(place, label), raw.sheet, int(raw.rows[place]) if place is not None else raw.header_row,
        raw.first_column + here.columns.get(label, 0), "", f"{here.name}: {words}", _header(here, there, label), held,
        "", claims, None,
    )  # fmt: skip


def _said(here: SettingsRows, there: SettingsRows, one: Compared) -> Iterator[tuple[str, str, Claim]]:
    """Return row, column ("" for the whole row) and claim of what a copy says otherwise than the master."""
    copy = one.copy
    base = copy.base.settings.get(here.name) if copy.base is not None else None
    known = base if base is not None else {}
    for key, at in there.places.items():
        place = here.places.get(key)
        if place is None:
            # A list gets the row; elsewhere it is told, unless the master deleted it.
            if key not in known and here.name not in CATALOGUES:
                yield key, "", Claim(copy.name, there.whole(at), there.address(at), one.since, copy.saved_by)
            continue
        for label in {**here.columns, **there.columns}:
            mine, theirs = here.cell(label, place), there.cell(label, at)
            changed = base is None or key not in known or known[key].get(label, 0) != print_of(theirs)
            if token(mine) != token(theirs) and changed and label in there.columns:
                yield key, label, Claim(copy.name, theirs, there.address(at, label), one.since, copy.saved_by)
    for key in here.places:
        if key not in there.places and (base is None or key in known):
            yield key, "", Claim(copy.name, None, there.address(None), one.since, copy.saved_by)


def _header(here: SettingsRows, there: SettingsRows, label: str) -> str:
    for rows in (here, there):
        if label in rows.columns:
            return str(rows.raw.headers[rows.columns[label]])
    return WHOLE_ROW


def difference_issue(difference: Conflict) -> Issue:
    """Return a setting that differs as an issue of the master's cell."""
    where = difference.who
    said = "; ".join(
        f"{claim.copy} {_verb(difference, claim)} ({claim.address}"
        + (f", saved by {claim.owner}" if claim.owner else "")
        + (f", {claim.when}" if claim.when else "")
        + ")"
        for claim in difference.claims
    )
    if difference.header == WHOLE_ROW:
        text = f"Settings, {where}: the master {'has this row' if difference.held else 'has no such row'}, {said}. "
    else:
        text = f"Settings, {where}, {difference.header}: the master holds {shown(difference.held)}, {said}. "
    text += "The master's counts until somebody types the right one there."
    code = SYNC_CODES["LB065"]
    place = (difference.sheet, difference.row, difference.column)
    return Issue(*place, code.code, code.severity, text, difference.held, None, "", difference.header)


def _verb(difference: Conflict, claim: Claim) -> str:
    if difference.header != WHOLE_ROW:
        return f"says {shown(claim.value)}"
    return f"has {claim.value}" if claim.value else "deleted it"
