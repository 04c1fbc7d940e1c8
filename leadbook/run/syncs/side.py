"""One workbook of a sync, master or copy: its leads by id and column, whatever the order of either."""

from __future__ import annotations

import math
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd
from msgspec import Struct

from leadbook.analysis.kept import folded_ids
from leadbook.model.cells import cell_text, comparable, is_blank
from leadbook.model.columns import Kind, column
from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.run.imports.standing import alike
from leadbook.run.syncs.base import Base, RowsState
from leadbook.run.syncs.prints import prints, row_print
from leadbook.sheets.live_cells import serial_of

if TYPE_CHECKING:
    import datetime as dt

    import numpy.typing as npt

    from leadbook.model.records import Records, Typed
    from leadbook.run.syncs.settings_rows import SettingsRows

OWN = "="
"""Begins the label of a column of the team's own; a column of ours is labelled by its key."""
FORMULA = 1
"""The fingerprint of a cell that holds a formula."""
NO_ID = "#"
"""Begins the key of a lead that has no id yet; what follows is a fingerprint of who it is."""
_WHO = ("company", "last_name", "first_name", "email", "website", "phone")


class Side(Struct, frozen=True, dict=True):
    """One workbook as a sync sees it.

    Parameters
    ----------
    name : str
        The file's name.
    records : Records
    base : Base or None
        The common state that it carries.
    locked : mapping of str to frozenset of int
        Header to the Excel rows in which a column of leads holds formulas, for columns with any.
    date_system : int
        1900 or 1904, for days held as numbers.
    settings : mapping of table to SettingsRows
        The tables of Settings that it has.
    others : mapping of table to str
        A fingerprint of each table of the team's own.
    decisions : mapping of str to str
        What was decided on its sheet Duplicates and not carried out yet.
    saved_by, saved_on : str
        Who saved the file last, and when (ISO day), as Excel wrote it down; "" where it did not.
    """

    name: str
    records: Records
    base: Base | None
    locked: dict[str, frozenset[int]]
    date_system: int = 1900
    settings: dict[str, SettingsRows] = {}
    others: dict[str, str] = {}
    decisions: dict[str, str] = {}
    saved_by: str = ""
    saved_on: str = ""

    @property
    def leads(self) -> Typed:
        """Its leads."""
        return self.records.leads

    def known_of(self, copy: str, table: str) -> RowsState:
        """Return what a master knows of a copy's rows of a table."""
        state = self.base.copies.get(copy.casefold()) if self.base is not None else None
        return (state.rows.get(table) if state is not None else None) or RowsState()

    @cached_property
    def keys(self) -> list[str]:
        """The id of each lead as ids are compared; one of a fingerprint where it has none."""
        found: list[str] = folded_ids(self.leads).tolist()
        for at, key in enumerate(found):
            if not key:
                found[at] = NO_ID + row_print(comparable(cell_text(self.cell(label, at))) for label in _WHO)
        return found

    @cached_property
    def places(self) -> dict[str, int]:
        """Where each lead stands; leads that share an id are in `shared` instead."""
        return {key: at for at, key in enumerate(self.keys) if key not in self.shared}

    @cached_property
    def shared(self) -> frozenset[str]:
        """The ids that several leads have."""
        keys = pd.Series(self.keys, dtype=object)
        return frozenset(keys[keys.duplicated(keep=False)])

    @cached_property
    def rows(self) -> list[int]:
        """The Excel row of each lead."""
        found: list[int] = self.leads.frame.index.tolist()
        return found

    @cached_property
    def labels(self) -> dict[str, str]:
        """Label to header of every column that people fill in, in the table's order."""
        table = self.leads.table
        by_header = {header: key for key, header in self.leads.headers.items()}
        found: dict[str, str] = {}
        for header in table.headers if table is not None else ():
            key = by_header.get(header)
            if key is None and header in self.leads.extra.columns:
                found.setdefault(OWN + comparable(header), header)
            elif key is not None and key != "lead_id" and not column("Leads", key).owned:
                found[key] = header
        return found

    def is_formula(self, label: str, at: int) -> bool:
        """Tell whether a lead's cell holds a formula."""
        return self.rows[at] in self._formulas(label)

    def _formulas(self, label: str) -> frozenset[int]:
        return self.locked.get(self.labels.get(label, ""), frozenset())

    def prints(self, label: str) -> npt.NDArray[np.uint32]:
        """Return the fingerprint of each lead's cell in a column, 0 where it has no such column."""
        known = self._prints.get(label)
        if known is None:
            known = self._print(label)
            formulas = self._formulas(label)
            if formulas:
                # What a formula gives changes by itself; that it is one doesn't.
                known[[row in formulas for row in self.rows]] = FORMULA
            self._prints[label] = known
        return known

    @cached_property
    def _prints(self) -> dict[str, npt.NDArray[np.uint32]]:
        return {}

    def _print(self, label: str) -> npt.NDArray[np.uint32]:
        header = self.labels.get(label)
        if header is None:
            return np.zeros(len(self.rows), dtype=np.uint32)
        if label.startswith(OWN):
            return prints(self.leads.extra[header])
        cells = self.leads.raw[label]
        if column("Leads", label).kind is not Kind.DATE:
            return prints(cells)
        # A day typed as a bare number counts from another day in a book of the 1904 system.
        bare = np.array([type(cell) in {int, float} for cell in cells], dtype=bool)
        if not bare.any():
            return prints(cells)
        return prints([self.cell(label, at) for at in range(len(cells))])

    def cell(self, label: str, at: int) -> object:
        """Return what a lead's cell holds, a day typed as a bare number as that day; None without such a column."""
        header = self.labels.get(label)
        if header is None:
            return None
        if label.startswith(OWN):
            return self._lists(label, self.leads.extra[header])[at]
        cell = self._lists(label, self.leads.raw[label])[at]
        if type(cell) in {int, float} and column("Leads", label).kind is Kind.DATE:
            meant = self.leads.frame[label].iloc[at]
            if pd.notna(meant):
                moment: dt.datetime = meant.to_pydatetime()
                return moment if moment.time() != type(moment.time())() else moment.date()
        return cell

    def _lists(self, label: str, cells: pd.Series) -> list[object]:
        known = self._typed.get(label)
        if known is None:
            known = self._typed[label] = cells.tolist()
        return known

    @cached_property
    def _typed(self) -> dict[str, list[object]]:
        return {}

    def means_same(self, label: str, at: int, other: Side, there: int) -> bool:
        """Tell whether a lead's cell means what one of another workbook does, however both are typed."""
        mine, theirs = self.cell(label, at), other.cell(label, there)
        if is_blank(mine) or is_blank(theirs):
            return is_blank(mine) and is_blank(theirs)
        if alike(mine, theirs):
            return True
        # The same number is a day in a cell formatted as one, and a number in the next.
        if math.isclose(serial_of(mine, self.date_system), serial_of(theirs, other.date_system), rel_tol=1e-9):
            return True
        if label == "stage":
            name = self.leads.frame["stage_name"].iloc[at]
            return bool(name) and name == other.leads.frame["stage_name"].iloc[there]
        if label in self.leads.frame.columns and column("Leads", label).kind not in {Kind.TEXT, Kind.URL}:
            one, another = self.leads.frame[label].iloc[at], other.leads.frame[label].iloc[there]
            return bool(one) and bool(pd.notna(one) and one == another)
        return False

    def address(self, label: str, at: int) -> str:
        """``Leads!F12`` of a lead's cell; its row where the column is missing."""
        table = self.leads.table
        header = self.labels.get(label)
        sheet = quoted_sheet(table.sheet) if table is not None else ""
        row = self.rows[at]
        if table is None or header is None:
            return f"{sheet}!{row}:{row}"
        return f"{sheet}!{column_letters(table.column(header))}{row}"

    def lead_id(self, at: int) -> str:
        """Return a lead's id as it is spelled."""
        return str(self.leads.frame["lead_id"].iloc[at])

    def who(self, at: int) -> str:
        """Return who a lead is, for sentences."""
        person = " ".join(text for key in ("first_name", "last_name") if (text := cell_text(self.cell(key, at))))
        parts = [text for text in (cell_text(self.cell("company", at)), person) if text]
        return ", ".join(parts) or cell_text(self.cell("email", at)) or "nameless"


def same_lead(one: Side, at: int, other: Side, there: int) -> bool:
    """Tell whether two new leads of one id are one, by what their rows say of company, person and address."""

    def compared(*labels: str) -> bool | None:
        mine = " ".join(comparable(cell_text(one.cell(label, at))) for label in labels).strip()
        theirs = " ".join(comparable(cell_text(other.cell(label, there))) for label in labels).strip()
        return mine == theirs if mine and theirs else None

    mail, person, company = compared("email"), compared("first_name", "last_name"), compared("company")
    if mail:
        return True
    if person is not None:
        return person and (company is not False)
    if company is not None:
        return company and mail is None
    return mail is None
