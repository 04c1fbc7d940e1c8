"""Rows that copies typed over, cell by cell: what one side changed is taken, what two changed differently is said."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.archived import folded_id
from leadbook.model.cells import cell_text
from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.run.syncs.base import EditedRow
from leadbook.run.syncs.followers import contents_of, labels_in, print_of_texts
from leadbook.run.syncs.prints import row_print
from leadbook.run.syncs.report import Change, Claim, Conflict
from leadbook.run.syncs.telling import won_issue

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.model.records import Typed
    from leadbook.run.syncs.combining import Compared
    from leadbook.run.syncs.edited_rows import MasterRows, RowEdit
    from leadbook.run.syncs.gains import Gains
    from leadbook.run.syncs.owners import Owners
    from leadbook.run.syncs.side import Side
    from leadbook.sheets.spec import Content


class Spelling:
    """How a lead of a copy is spelled in the master.

    Parameters
    ----------
    master : Side
    one : Compared
    into : mapping of str to str
        Leads that were merged, to the one that each of them is now.
    """

    def __init__(self, master: Side, one: Compared, into: Mapping[str, str]) -> None:
        self._master = master
        self._renamed = one.lead_of(master)
        self._ids = one.ids
        self._into = into

    def __call__(self, lead_id: Content) -> Content:
        """Return the id that a row gets in the master."""
        places = self._master.places
        key = folded_id(cell_text(lead_id))
        now = self._renamed.get(key) or (self._into.get(key) if key not in places else None)
        if now is None:
            return lead_id
        spelled = self._master.lead_id(places[now]) if now in places else now.upper()
        return self._ids.get(key) or spelled


class _Said(Struct, frozen=True):
    """One edit with the copy it stands in."""

    edit: RowEdit
    one: Compared
    table: Typed
    content: dict[str, Content]


def _agree(claims: Sequence[_Said], at: int) -> bool:
    """Tell whether copies say the same of a cell."""
    return len({one.edit.texts[at] for one in claims}) == 1


class Edits(Struct, dict=True):
    """The edits of one table by all copies, by the place of the master's row."""

    rows: MasterRows
    master: Side
    owners: Owners | None = None
    said: dict[int, list[_Said]] = field(default_factory=dict)

    def add(self, edits: Sequence[RowEdit], one: Compared, table: Typed, spelling: Spelling) -> None:
        """Add what one copy typed over."""
        for edit in edits:
            content = contents_of(table, int(table.frame.index[edit.at]))
            content["lead_id"] = spelling(content.get("lead_id"))
            self.said.setdefault(edit.here, []).append(_Said(edit, one, table, content))

    def resolve(self, gains: Gains) -> list[tuple[str, str]]:
        """Take what is not contested; return the fingerprints of the rows as the master has and will have them."""
        mine = self.rows.texts(self.said)
        found: list[tuple[str, str]] = []
        for here, said in sorted(self.said.items()):
            texts = list(mine[here])
            held = contents_of(self.rows.table, int(self.rows.table.frame.index[here]))
            disputed: set[str] = set()
            for at, label in enumerate(self.rows.labels):
                claims = [one for one in said if self._claims(one, at, texts[at])]
                if not claims or not self._is_free(label):
                    continue
                contested = any(one.edit.open is not None or (not one.edit.is_sure and texts[at]) for one in claims)
                winner = self._winner(claims, at, held) if contested or not _agree(claims, at) else None
                if winner is not None:
                    told = self._conflict(here, label, held, claims)
                    gains.won.append(won_issue(told, winner.one.copy.name, self._owner(held)))
                    self._take(gains, here, label, held, winner)
                    texts[at] = winner.edit.texts[at]
                elif contested or not _agree(claims, at):
                    disputed.add(label)
                    gains.conflicts.append(self._conflict(here, label, held, claims))
                else:
                    self._take(gains, here, label, held, claims[0])
                    texts[at] = claims[0].edit.texts[at]
            mark = print_of_texts(texts, self.rows.own)
            found.append((self.rows.marks[here], mark))
            for one in said:
                open_cells = {
                    label: row_print([text])
                    for label, text, theirs in zip(self.rows.labels, texts, one.edit.texts, strict=True)
                    if label in disputed and text != theirs
                }
                if one.edit.mark != mark:
                    known = gains.rows_known[one.one.copy.name][self.rows.name]
                    known.edited[one.edit.mark] = EditedRow(mark, open_cells)
        return found

    def _owner(self, held: Mapping[str, Content]) -> object:
        """Return who owns a row: the one it names, else the owner of its lead."""
        place = self.master.places.get(folded_id(cell_text(held.get("lead_id"))))
        return held.get("owner") or (self.master.cell("owner", place) if place is not None else None)

    def _winner(self, claims: Sequence[_Said], at: int, held: Mapping[str, Content]) -> _Said | None:
        """Return the word of the owner's copy, where that wins and there is one."""
        if self.owners is None or self.rows.labels[at] == "owner":
            return None
        owner = self._owner(held)
        own = [one for one in claims if self.owners.has_copy(one.one.copy.name, owner)]
        return own[0] if own and _agree(own, at) else None

    def _claims(self, one: _Said, at: int, held: str) -> bool:
        """Tell whether a copy says something new of a cell."""
        label, text = self.rows.labels[at], one.edit.texts[at]
        if text == held or label not in one.content or (one.edit.open is not None and label not in one.edit.open):
            return False
        return bool(text) or one.edit.is_sure

    def _is_free(self, label: str) -> bool:
        """Tell whether a column of the master can take a value: it is there and computes none."""
        raw, header = self.rows.table.table, self._header(label)
        return raw is not None and bool(header) and raw.column(header) not in raw.formula_columns

    def _header(self, label: str) -> str:
        return self._headers.get(label, "")

    @cached_property
    def _headers(self) -> dict[str, str]:
        return labels_in(self.rows.table)

    def _address(self, table: Typed, at: int, label: str) -> str:
        raw, header = table.table, labels_in(table).get(label)
        if raw is None or header is None:
            return ""
        return f"{quoted_sheet(raw.sheet)}!{column_letters(raw.column(header))}{table.frame.index[at]}"

    def _told(self, label: str) -> str:
        raw = self.rows.table.table
        return f"{self._header(label)} ({raw.name if raw is not None else self.rows.name})"

    def _take(self, gains: Gains, here: int, label: str, held: Mapping[str, Content], said: _Said) -> None:
        row, header = int(self.rows.table.frame.index[here]), self._header(label)
        value = said.content[label]
        gains.row_cells.setdefault(self.rows.name, {}).setdefault(header, {})[row] = value
        gains.changes.append(
            Change(self._address(self.rows.table, here, label), cell_text(held.get("lead_id")), self._told(label),
                   held.get(label), value, said.one.copy.name)
        )  # fmt: skip

    def _conflict(self, here: int, label: str, held: Mapping[str, Content], claims: Sequence[_Said]) -> Conflict:
        raw = self.rows.table.table
        lead_id = cell_text(held.get("lead_id"))
        place = self.master.places.get(folded_id(lead_id))
        return Conflict(
            self._address(self.rows.table, here, label), raw.sheet if raw is not None else "",
            int(self.rows.table.frame.index[here]), raw.column(self._header(label)) if raw is not None else 0,
            lead_id, self.master.who(place) if place is not None else "no lead of this id", self._told(label),
            held.get(label), "",
            tuple(
                Claim(said.one.copy.name, said.content[label], self._address(said.table, said.edit.at, label),
                      said.one.since, cell_text(said.content.get("owner")))
                for said in claims
            ),
            None if any(not one.edit.is_sure for one in claims) else False,
        )  # fmt: skip
