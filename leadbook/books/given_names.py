"""What leadbook's sheets and tables are called in one workbook: as they are, or free of clashes with the seller's."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ownership import find_mark, list_marks
from leadbook.model.columns import TABLES
from leadbook.model.locate import PREFIX, SETTINGS_TABLES

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from leadbook.books.ownership import Outline

LONGEST_SHEET_NAME = 31


class GivenNames:
    """The names of one workbook.

    Parameters
    ----------
    outline : Outline
        Its sheets, tables and defined names.
    """

    def __init__(self, outline: Outline) -> None:
        self._outline = outline
        self._given: dict[str, str] = {}

    def sheet_name(self, wanted: str) -> str:
        """Return the name a generated sheet has, or will have: ``Pipeline (leadbook)`` beside a seller's own."""
        mark = find_mark(self._outline, wanted)
        if mark:
            return mark.sheet
        if wanted not in self._given:
            self._given[wanted] = self.free_sheet_name(wanted)
        return self._given[wanted]

    def has_sheet(self, wanted: str) -> bool:
        """Whether leadbook put a generated sheet there before and it was not deleted."""
        return find_mark(self._outline, wanted) is not None

    def wanted_name(self, name: str) -> str:
        """Return what a sheet is called in leadbook, whatever the user renamed it to."""
        for wanted, given in self._given.items():
            if given.casefold() == name.casefold():
                return wanted
        for wanted, mark in list_marks(self._outline).items():
            if mark.sheet.casefold() == name.casefold():
                return wanted
        return name

    def free_sheet_name(self, wanted: str, others: AbstractSet[str] = frozenset()) -> str:
        """Return a sheet's name beside every sheet that is there, or will be; ``others`` are taken, without case."""
        taken = {sheet.name.casefold() for sheet in self._outline.sheets} | others
        taken |= {name.casefold() for name in self._given.values()}
        name, number = wanted, 1
        while name.casefold() in taken:
            mark = " (leadbook)" if number == 1 else f" (leadbook {number})"
            name = wanted[: LONGEST_SHEET_NAME - len(mark)] + mark
            number += 1
        return name

    def table_name(self, wanted: str) -> str:
        """Return the name a table of leadbook's has, or will have, free of clashes with the seller's names.

        Notes
        -----
        A table that is read (History, Stages and the like) keeps the name it is read by, and a table on a
        sheet that will be replaced gives its name to the new one. Otherwise, where the seller has a table or a
        name of that name, ours is called ``Leadbook_NAME``.
        """
        ours = {mark.sheet for mark in list_marks(self._outline).values()}
        standing = {table.name.casefold(): table for table in self._outline.tables}
        given = standing.get(f"{PREFIX}{wanted}".casefold())
        if given is not None:
            return given.name
        same = standing.get(wanted.casefold())
        if same is not None and (same.sheet in ours or wanted in TABLES or wanted in SETTINGS_TABLES):
            return same.name
        return self.free_table_name(wanted)

    def free_table_name(self, wanted: str) -> str:
        """Return the name a new table will have beside every table and name that is there."""
        standing = {table.name.casefold() for table in self._outline.tables}
        taken = {*standing, *(defined.name.casefold() for defined in self._outline.defined_names.values())}
        name, number = wanted, 1
        while name.casefold() in taken:
            name = f"{PREFIX}{wanted}" + (str(number) if number > 1 else "")
            number += 1
        return name
