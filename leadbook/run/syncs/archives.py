"""Rows that a copy's Archive has beyond the master's: which of them come over, and under which merge."""

from __future__ import annotations

import re
from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.kept import folded_ids
from leadbook.model.cells import cell_text, comparable
from leadbook.model.issues import Issue
from leadbook.model.sync_codes import SYNC_CODES
from leadbook.run.syncs.followers import contents_of
from leadbook.run.syncs.prints import token

if TYPE_CHECKING:
    from leadbook.model.records import Typed
    from leadbook.run.syncs.combining import Compared
    from leadbook.run.syncs.pairing import NewIds
    from leadbook.run.syncs.side import Side
    from leadbook.sheets.spec import Content

_MERGE = re.compile(r"\bM-(\d{1,9})\b")
_BOOKKEEPING = frozenset({"lead_id", "archived_at", "merge_id", "row"})


class ArchiveGate(Struct, dict=True):
    """What decides about the rows of one copy's Archive.

    Parameters
    ----------
    master : Side
    one : Compared
    used : set of str
        Merges that the master knows, those of copies before this one included.
    new_ids : NewIds
    renamed : mapping of str to str
        Merges of this copy that have another number in the master.
    """

    master: Side
    one: Compared
    used: set[str]
    new_ids: NewIds
    renamed: dict[str, str] = field(default_factory=dict)

    def lets_in(self, key: str) -> bool:
        """Tell whether an archived lead comes over: one that the master has neither among its leads nor archived.

        A lead that still stands in the master is not archived by somebody else's row: that is proposed instead, and
        the row comes at the sync after the lead's own row is gone.
        """
        if not key or key in self.one.copy.places:
            return False
        return not self._is_taken(key) or self.one.is_newcomer(key)

    def id_of(self, key: str, lead_id: str) -> str:
        """Return the id that an archived lead gets: another one where its own belongs to another lead by now."""
        if self._is_taken(key):
            return self.one.ids.setdefault(key, self.new_ids.give())
        return lead_id

    def _is_taken(self, key: str) -> bool:
        master = self.master
        return key in master.places or key in master.shared or key in self._archived

    @cached_property
    def _archived(self) -> dict[str, int]:
        """Where each lead stands in the master's Archive."""
        return {key: at for at, key in enumerate(folded_ids(self.master.records.archive).tolist())}

    def merge_of(self, named: Content) -> Content:
        """Return what a merge is called in the master, where another may have the copy's number."""
        name = cell_text(named).strip().upper()
        if not _MERGE.fullmatch(name):
            return named
        if name not in self.renamed:
            number = max((int(found[1]) for one in self.used if (found := _MERGE.fullmatch(one))), default=0)
            self.renamed[name] = f"M-{number + 1:04d}" if name in self.used else name
            self.used.add(self.renamed[name])
        return self.renamed[name]

    def issue_of_double(self, table: Typed, at: int, key: str) -> Issue | None:
        """Return what a copy's Archive says otherwise of a lead that the master has archived too; None for nothing."""
        held = self.master.records.archive
        here = self._archived.get(key)
        if here is None or held.table is None or key in self.master.places:
            return None
        mine = contents_of(held, int(held.frame.index[here]))
        theirs = contents_of(table, int(table.frame.index[at]))
        called = {f"={comparable(header)}": header for header in table.extra.columns} | dict(table.headers)
        said = [
            f"{called[label]} {cell_text(value)}"
            for label, value in theirs.items()
            if label not in _BOOKKEEPING and not label.startswith("=row (") and token(value)
            and token(value) != token(mine.get(label))
        ]  # fmt: skip
        if not said:
            return None
        lead_id = cell_text(mine.get("lead_id"))
        row, code = int(held.frame.index[here]), SYNC_CODES["LB064"]
        text = f"{lead_id} is archived here and in {self.one.copy.name}, which says otherwise: {', '.join(said)}. "
        text += "Carry over by hand what still matters."
        place = (held.table.sheet, row, held.places.get("lead_id", held.table.first_column))
        return Issue(*place, code.code, code.severity, text, lead_id, None, lead_id)


def merges_of(master: Side) -> set[str]:
    """Return the numbers of the merges that a workbook's Archive and History name."""
    records = master.records
    named = {*records.archive.frame["merge_id"].tolist(), *records.history.frame["source_of_change"].tolist()}
    return {f"M-{int(number):04d}" for text in named for number in _MERGE.findall(str(text).upper())}
