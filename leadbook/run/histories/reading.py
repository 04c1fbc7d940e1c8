"""The changes that an export tells, one a row, with their lines; and what of it could not be read."""

from __future__ import annotations

import datetime as dt
import re
from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct, field

from leadbook.model.cells import cell_text, is_blank
from leadbook.model.counts import counted
from leadbook.model.dates import read_dates
from leadbook.model.foreign_stages import foreign_stage
from leadbook.model.incoming_codes import INCOMING_CODES
from leadbook.model.issues import Issue
from leadbook.model.money import read_money
from leadbook.run.histories.shapes import TRACKED_WORDS
from leadbook.run.imports.keys import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.incoming import IncomingTable
    from leadbook.model.playbook import Playbook
    from leadbook.run.histories.shapes import Shape

Told = str | float | dt.date | None
MOST_LINES_TOLD = 20

_STATES, _NO_STAGE = frozenset({"status", "state", "statuscode"}), frozenset({"open", "deleted", "reopened", "active"})
# Salesforce writes owners twice, by name and by id; ids mean nothing in a workbook.
_USER_ID = re.compile(r"005\w{12}(?:\w{3})?|\d+|\{?[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f-]{22}\}?", re.IGNORECASE)


class Change(Struct, frozen=True):
    """One change of one deal.

    ``row`` is its place in the table, ``line`` its line in the file; ``new`` and ``old`` are by tracked column, and
    ``old`` holds only what the file says.
    """

    row: int
    line: int
    when: dt.datetime
    new: dict[str, Told]
    old: dict[str, Told]


class Readings(Struct):
    """What was read, and what was not."""

    changes: list[Change] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def read_changes_of(table: IncomingTable, shape: Shape, playbook: Playbook) -> Readings:
    """Return the changes that a table tells.

    Parameters
    ----------
    table : IncomingTable
    shape : Shape
    playbook : Playbook
        Stages and their words; how ambiguous dates are meant.

    Returns
    -------
    Readings
        A row without a readable date, or with a value that cannot be read, is an issue with its line. A stage that
        Settings does not know is kept as typed and told once.
    """
    out = Readings()
    reader = _Reader(table, playbook, out)
    if shape.kind == "entered":
        reader.entered(shape)
    elif shape.kind == "fields":
        reader.fields(shape)
    else:
        reader.states(shape)
    reader.tell_unread()
    out.issues = folded(out.issues, table)
    return out


def folded(issues: Sequence[Issue], table: IncomingTable) -> list[Issue]:
    """Return issues by line, those of one code and beyond twenty as one with the number of lines."""
    by_code: dict[str, list[Issue]] = {}
    for issue in sorted(issues, key=lambda issue: issue.row):
        by_code.setdefault(issue.code, []).append(issue)
    found: list[Issue] = []
    for code, same in by_code.items():
        if len(same) <= MOST_LINES_TOLD:
            found += same
            continue
        rows = np.array([issue.row for issue in same], dtype=np.int64)
        said = f"{len(same):,} lines, the first of them line {same[0].row}: {same[0].message}"
        found.append(Issue(table.source, 0, 0, code, same[0].severity, said, rows=rows))
    return found


def issue_at(table: IncomingTable, line: int, code: str, message: str, value: object = None) -> Issue:
    """Return an issue about one line of a file."""
    return Issue(table.source, line, 0, code, INCOMING_CODES[code].severity, message, value)


class _Reader:
    """Reads one table; what cannot be read goes to ``out``."""

    def __init__(self, table: IncomingTable, playbook: Playbook, out: Readings) -> None:
        self._table, self._playbook, self._out = table, playbook, out
        self._unknown: dict[str, int] = {}
        self._stages: dict[str, str] = {}
        self._other_fields: dict[str, int] = {}

    def states(self, shape: Shape) -> None:
        whens = self._moments(shape.columns["when"])
        keys: list[str] = [
            key for key in ("stage", "amount", "close_date", "owner", "forecast_category") if key in shape.columns
        ]
        read = {key: self._values(key, self._table.column(shape.columns[key])) for key in keys}
        before = shape.columns.get("old_stage")
        olds = self._values("stage", self._table.column(before)) if before else None
        for row, when in enumerate(whens):
            new: dict[str, Told] = {key: values[row] for key, values in read.items() if values[row] is not None}
            if when is not None and new:
                old: dict[str, Told] = {} if olds is None else {"stage": olds[row]}
                self._add(row, when, new, old)

    def fields(self, shape: Shape) -> None:
        whens = self._moments(shape.columns["when"])
        names = self._table.column(shape.columns["field"])
        news = self._table.column(shape.columns["new"])
        olds = self._table.column(shape.columns["old"]) if "old" in shape.columns else [None] * len(news)
        rows_of: dict[str, list[int]] = {}
        for row, name in enumerate(names):
            word = "" if is_blank(name) else plain(name)
            if word in _STATES and plain(news[row]) in _NO_STAGE:
                continue  # Pipedrive's state of a deal: won and lost are stages, open is none
            if TRACKED_WORDS.get(word):
                rows_of.setdefault(TRACKED_WORDS[word], []).append(row)
            elif word not in {"created", "create", "opportunitycreated", "dealcreated", ""}:
                text = cell_text(name)
                self._other_fields[text] = self._other_fields.get(text, 0) + 1
        for key, rows in rows_of.items():
            new = self._values(key, [news[row] for row in rows], rows)
            old = self._values(key, [olds[row] for row in rows], rows)
            for at, row in enumerate(rows):
                when = whens[row]
                unread = new[at] is None and not is_blank(news[row])
                if when is not None and not unread:
                    self._add(row, when, {key: new[at]}, {key: old[at]} if "old" in shape.columns else {})

    def entered(self, shape: Shape) -> None:
        for header, stage in shape.entered.items():
            meant = self._stage(stage, self._table.header_line)
            for row, when in enumerate(self._moments(header, blank_is_fine=True)):
                if when is not None:
                    self._add(row, when, {"stage": meant}, {})

    def tell_unread(self) -> None:
        """Tell once of stages and fields that mean nothing here."""
        for text, line in self._unknown.items():
            self._out.issues.append(issue_at(
                self._table, line, "LB056",
                f'Settings knows no stage "{text}": it is kept as it is; add it, or its word, to the table Stages.',
                text,
            ))  # fmt: skip
        if self._other_fields:
            count = sum(self._other_fields.values())
            names = ", ".join(sorted(self._other_fields)[:6])
            self._out.notes.append(f"{counted(count, 'row')} about other fields left out ({names}).")

    def _add(self, row: int, when: dt.datetime, new: dict[str, Told], old: dict[str, Told]) -> None:
        self._out.changes.append(Change(row, self._table.lines[row], when, new, old))

    def _moments(self, header: str, *, blank_is_fine: bool = False) -> list[dt.datetime | None]:
        cells = self._table.column(header)
        options = self._playbook.options
        reading = read_dates(cells, day_first=options.day_first, time_zone=options.time_zone)
        found = np.asarray(reading.values).astype("datetime64[s]").tolist()
        for row, when in enumerate(found):
            if when is None and not (blank_is_fine and is_blank(cells[row])):
                said = "no date" if is_blank(cells[row]) else f"no readable date ({cell_text(cells[row])[:30]})"
                self._out.issues.append(
                    issue_at(self._table, self._table.lines[row], "LB055", f"The row has {said}; it is left out.")
                )
        return list(found)

    def _values(self, key: str, cells: Sequence[object], rows: Sequence[int] | None = None) -> list[Told]:
        """Return a column's values as History holds them; what cannot be read is an issue, and None."""
        match key:
            case "stage":
                lines = self._table.lines
                return [
                    None if is_blank(cell) else self._stage(cell_text(cell), lines[at if rows is None else rows[at]])
                    for at, cell in enumerate(cells)
                ]
            case "amount":
                read: list[Told] = [None if n != n else float(n) for n in read_money(cells).values.tolist()]  # noqa: PLR0124 - not-a-number
            case "close_date":
                options = self._playbook.options
                moments = read_dates(cells, day_first=options.day_first, time_zone=options.time_zone).values
                read = [None if day is None else day for day in np.asarray(moments).astype("datetime64[D]").tolist()]
            case "owner":
                return [None if is_blank(c) or _USER_ID.fullmatch(cell_text(c)) else cell_text(c) for c in cells]
            case _:
                return [None if is_blank(cell) else cell_text(cell) for cell in cells]
        for at, (cell, value) in enumerate(zip(cells, read, strict=True)):
            if value is None and not is_blank(cell):
                line = self._table.lines[at if rows is None else rows[at]]
                what = "amount" if key == "amount" else "date"
                self._out.issues.append(
                    issue_at(
                        self._table, line, "LB055", f'"{cell_text(cell)[:30]}" is no {what}; it is left out.', cell
                    )
                )
        return read

    def _stage(self, text: str, line: int) -> str:
        if text not in self._stages:
            stage = foreign_stage(text, self._playbook)
            self._stages[text] = stage.name if stage else text
            if stage is None:
                self._unknown.setdefault(text, line)
        return self._stages[text]
