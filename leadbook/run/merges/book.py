"""What a merge and its way back need to know of a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.analysis.archived import folded_id
from leadbook.analysis.kept import folded_ids
from leadbook.model.leads import read_records, type_table, with_offers
from leadbook.model.locate import find_table
from leadbook.model.settings import read_playbook

if TYPE_CHECKING:
    import datetime as dt

    from leadbook.analysis.decisions import DecisionFault
    from leadbook.books.closed import ClosedBook
    from leadbook.model.playbook import Playbook
    from leadbook.model.records import Records, Typed


class MergeBook(Struct):
    """What a merge needs to know of the workbook."""

    book: ClosedBook
    playbook: Playbook
    records: Records
    proposals: Typed
    today: dt.date
    faults: list[DecisionFault] = field(default_factory=list)

    @property
    def table(self) -> str:
        """The name of the table of leads."""
        assert self.records.leads.table is not None, "read_records refuses a workbook without leads"  # noqa: S101 - an invariant, not input
        return self.records.leads.table.name

    @property
    def sheet(self) -> str:
        """The sheet it stands on."""
        return self.records.leads.table.sheet if self.records.leads.table else ""

    def order(self) -> list[tuple[int, str]]:
        """Return row and id of each lead, from the top."""
        leads = self.records.leads.frame
        return list(zip(leads.index.tolist(), map(str, leads["lead_id"].tolist()), strict=True))

    def others(self) -> list[tuple[str, Typed]]:
        """Return the tables whose rows belong to leads."""
        named = (
            ("Activities", self.records.activities), ("Quote Lines", self.records.quote_lines),
            ("Offers", self.records.offers), ("Proposals", self.proposals),
        )  # fmt: skip
        there = [(name, table) for name, table in named if table is not None and table.table is not None]
        return [(name, table) for name, table in there if "lead_id" in table.places]


def read_book(book: ClosedBook, today: dt.date) -> MergeBook:
    """Read the leads and everything that belongs to them."""
    playbook, _ = read_playbook(book.contents)
    records, _ = with_offers(read_records(book.contents, playbook)[0], book.contents)
    proposals, _ = type_table(
        find_table(book.contents, "Proposals"), "Proposals", playbook, date_system=book.contents.date_system
    )
    return MergeBook(book, playbook, records, proposals, today)


def rows_of(table: Typed, lead_id: str) -> list[int]:
    """Return the rows of another table that belong to a lead."""
    found: list[int] = table.frame.index[folded_ids(table) == folded_id(lead_id)].tolist()
    return found
