"""What is known of the last state that a copy and the master had in common, from the bases that both carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from leadbook.run.syncs.base import Base, CopyState
from leadbook.run.syncs.settings_rows import CATALOGUES, settings_prints

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.run.syncs.base import RowsState
    from leadbook.run.syncs.side import Side


class KnownState(Struct, frozen=True, dict=True):
    """The common state of one copy and the master.

    Parameters
    ----------
    base : Base or None
        None where no sync has left one that both knew.
    state : CopyState
        In what the copy differed from it then.
    """

    base: Base | None = None
    state: CopyState = field(default_factory=CopyState)

    @property
    def is_exact(self) -> bool:
        """Whether every cell's common state is known."""
        return self.base is not None

    @property
    def leads(self) -> set[str]:
        """The leads that both had."""
        return set() if self.base is None else set(self.base.keys) - set(self.state.lacks)

    @property
    def ids(self) -> dict[str, str]:
        """The copy's leads that have another id in the master."""
        return self.state.ids

    def prints(self, label: str, keys: list[str]) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.bool_]]:
        """Return the common fingerprint of some leads' cells in a column, and of which leads it is known."""
        if self.base is None:
            return np.zeros(len(keys), dtype=np.uint32), np.zeros(len(keys), dtype=bool)
        places = self._places
        column = self.base.column(label)
        if column is None:
            # Nobody knows how a column was that only came later.
            return np.zeros(len(keys), dtype=np.uint32), np.zeros(len(keys), dtype=bool)
        at = np.array([places.get(key, -1) for key in keys], dtype=np.int64)
        there = at >= 0
        found = np.zeros(len(keys), dtype=np.uint32)
        found[there] = column[at[there]]
        own, unsure = self.state.differs.get(label, {}), {*self.state.unsure.get(label, ()), *self.state.lacks}
        for place, key in enumerate(keys) if own or unsure else ():
            if key in own:
                found[place] = own[key]
            there[place] = key not in unsure and (key in own or there[place])
        return found, there

    @property
    def _places(self) -> dict[str, int]:
        known: dict[str, int] | None = vars(self).get("places")
        if known is None:
            keys = self.base.keys if self.base is not None else []
            known = vars(self)["places"] = dict(zip(keys, range(len(keys)), strict=True))
        return known


def known_state(master: Side, copy: Side) -> KnownState:
    """Return what is known of the last common state.

    Notes
    -----
    A copy that carries the same base as at its last sync is the same generation of it: the master's own base and the
    differences that it keeps of this copy tell the state of that sync. A newer copy is told by the base it carries.
    """
    carried = copy.base.mark if copy.base is not None else ""
    if master.base is not None:
        kept = master.base.copies.get(copy.name.casefold())
        if kept is not None and kept.carries == carried:
            return KnownState(master.base, kept)
    return KnownState(copy.base)


def new_base(master: Side, old: Base | None) -> Base:
    """Return the base of the master as it stands, with what the old one keeps of copies and rows."""
    keys = [key for key in master.keys if key in master.places]
    at = np.array([master.places[key] for key in keys], dtype=np.int64)
    columns = {label: master.prints(label)[at].astype("<u4").tobytes() for label in master.labels}
    base = Base(keys, columns, settings=settings_prints(master.settings), others=dict(master.others))
    if old is not None:
        for name in CATALOGUES:
            rows = base.settings.setdefault(name, {})
            rows |= {key: {} for key in old.settings.get(name, {}) if key not in rows}
        base.rows = {table: dict(rows) for table, rows in old.rows.items()}
        base.gone = {table: dict(rows) for table, rows in old.gone.items()}
        base.copies = {name: _carried_on(state, old, base) for name, state in old.copies.items()}
    return base


def _carried_on(state: CopyState, old: Base, new: Base) -> CopyState:
    """Return in what a copy that is not synced now differs from the new base."""
    kept = KnownState(old, state)
    fresh = KnownState(new)
    had = kept.leads
    keys = [key for key in old.keys if key in had]
    differs: dict[str, dict[str, int]] = {}
    unsure = {label: list(leads) for label, leads in state.unsure.items()}
    for label in sorted(new.columns):
        was, known = kept.prints(label, keys)
        now, there = fresh.prints(label, keys)
        apart = {keys[at]: int(was[at]) for at in np.flatnonzero(known & ((was != now) | ~there)).tolist()}
        if apart:
            differs[label] = apart
        if not known.all() and label in old.columns:
            unsure[label] = [keys[at] for at in np.flatnonzero(~known).tolist()]
        elif label not in old.columns:
            unsure[label] = keys
    lacks = sorted(set(new.keys) - set(keys))
    return CopyState(state.carries, differs, lacks, dict(state.ids), unsure, dict(state.rows))


def copy_state(
    copy: Side,
    there: dict[str, int],
    base: Base,
    ids: dict[str, str],
    *,
    disputed: dict[str, dict[str, int | None]],
    rows: dict[str, RowsState],
) -> CopyState:
    """Return in what a copy that was synced now differs from the new base.

    Parameters
    ----------
    there : mapping of str to int
        The master's key of each lead that both have to its place in the copy.
    base : Base
    ids : mapping of str to str
        The copy's leads that have another id in the master.
    disputed : mapping of column to lead to (int or None)
        The cells in conflict, with the fingerprint that was common before; a conflict lasts until it is settled.
    rows : mapping of table to RowsState
    """
    keys = [key for key in base.keys if key in there]
    at = np.array([there[key] for key in keys], dtype=np.int64)
    fresh = KnownState(base)
    differs: dict[str, dict[str, int]] = {}
    unsure: dict[str, list[str]] = {}
    for label in sorted(base.columns.keys() & copy.labels.keys()):
        now, _ = fresh.prints(label, keys)
        held = copy.prints(label)[at]
        apart = {keys[place]: int(held[place]) for place in np.flatnonzero(held != now).tolist()}
        for key, before in disputed.get(label, {}).items():
            if before is None:
                apart.pop(key, None)
                unsure.setdefault(label, []).append(key)
            else:
                apart[key] = before
        if apart:
            differs[label] = apart
    lacks = sorted(set(base.keys) - set(keys))
    carried = copy.base.mark if copy.base is not None else ""
    return CopyState(carried, differs, lacks, ids, {label: sorted(leads) for label, leads in unsure.items()}, rows)
