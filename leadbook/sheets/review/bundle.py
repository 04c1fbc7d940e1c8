"""Everything the sheets of a review are laid out from, and the links into the reps' books."""

from __future__ import annotations

import math
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

import pandas as pd
from msgspec import Struct, field

from leadbook.model.frame_rows import rows_of
from leadbook.model.issues import quoted_sheet
from leadbook.sheets.results import Naming
from leadbook.sheets.spec import Link

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping, Sequence

    from leadbook.analysis.team.faults import Fault
    from leadbook.analysis.team.reviewed import Reviewed
    from leadbook.sheets.spec import Content

FEW = 20


class Review(Struct, frozen=True, dict=True):
    """What a review found, and the names to write it under.

    Parameters
    ----------
    found : Reviewed
    faults : sequence of Fault
        About the books, those that could not be read included.
    book_name : str
        The review workbook's file name.
    naming : Naming
    fault_names : mapping of str to str
        What the codes of rules are called.
    """

    found: Reviewed
    faults: Sequence[Fault]
    book_name: str
    naming: Naming = field(default_factory=Naming)
    fault_names: Mapping[str, str] = field(default_factory=dict)

    @property
    def today(self) -> dt.date:
        """The day everything was worked out for."""
        return self.found.team.today

    @property
    def currency(self) -> str:
        """ISO code of the review's money."""
        return self.found.team.currency

    @property
    def reps(self) -> pd.DataFrame:
        """The reps that the sheets show, the largest open value first."""
        return self.found.reps.frame

    @cached_property
    def _shown(self) -> dict[int, dict[str, Any]]:
        """The deals that any sheet shows, by their place: taken out of the frame all at once."""
        found = self.found
        talks = chain(found.agenda, found.slipped, found.stuck, *found.by_rep.values())
        places = {talk.place for talk in talks}
        places.update(found.clashes.pairs["first"].tolist(), found.clashes.pairs["second"].tolist())
        places.update(*found.clashes.accounts["deals"].tolist())
        ordered = sorted(places)
        rows = rows_of(found.team.deals.iloc[ordered])
        return {
            place: {str(key): value for key, value in row.items()} for place, row in zip(ordered, rows, strict=True)
        }

    def deal(self, place: int) -> dict[str, Any]:
        """Return one of the deals that a sheet shows."""
        return self._shown[place]

    def rep_link(self, rep: str) -> Content:
        """Return a rep's name, leading to the book that holds most of the rep's leads."""
        if rep not in self.found.team.owners:
            return rep
        book = self.found.team.owners.index(rep)
        return self.to_cell(book, rep, 1, f"Open {self.found.team.books[book].name}")

    def deal_link(self, place: int) -> Content:
        """Return a deal's name, leading to its row in the rep's book."""
        deal = self.deal(place)
        person = f"{deal['first_name']} {deal['last_name']}".strip()
        name = str(deal["company"]) or person or str(deal["lead_id"]) or f"row {deal['row']}"
        book = self.found.team.books[int(deal["book"])]
        tip = f"{deal['lead_id']} in {book.name}".strip()
        return self.to_cell(int(deal["book"]), name, int(deal["row"]), tip)

    def to_cell(self, book: int, text: str, row: int, tip: str) -> Content:
        """Return a text that leads to a row of a rep's leads; the text alone where no link can."""
        read = self.found.team.books[book]
        if not read.link:
            return text
        cell = f"{quoted_sheet(read.studied.leads_sheet)}!{read.studied.first_column}{row}"
        return Link(text, f"file:{read.link}#{cell}", tip)


def known(number: float) -> float | None:
    """Return a number, or None where there is none to give."""
    return None if math.isnan(number) else float(number)


def day(value: object) -> dt.date | None:
    """Return a plain date, None for none."""
    return None if pd.isna(value) else pd.Timestamp(value).date()  # type: ignore[call-overload,arg-type] # a frame's cell
