"""What an import writes to the Leads table: new columns, cells of known leads, and new rows."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from msgspec import Struct, structs

from leadbook.model.columns import Column, Kind, column
from leadbook.model.issues import column_letters, quoted_sheet
from leadbook.model.leads import EXAMPLE_ID
from leadbook.model.mapping_values import OTHER_EMAILS
from leadbook.run.imports.identities import RECORD_ID
from leadbook.run.imports.matches import who
from leadbook.run.imports.summary import Added, Conflict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.book import Book
    from leadbook.model.mapping_cells import Value
    from leadbook.model.records import Typed
    from leadbook.model.tables import RawTable
    from leadbook.run.imports.gathered import Gathered
    from leadbook.run.imports.policies import Verdict
    from leadbook.run.imports.standing import Incoming, Standing


# What leads are found by the next time is kept under each policy.
_BY_WHICH_FOUND = frozenset({RECORD_ID, OTHER_EMAILS})


class Target(Struct, frozen=True):
    """The Leads table: the book, the table as it was read, (key, own header) to its header there, and the source.

    ``added`` are the headers of the columns that this import adds at the table's right.
    """

    book: Book
    raw: RawTable
    headers: Mapping[tuple[str, str], str]
    gathered: Gathered
    added: tuple[str, ...] = ()

    def column(self, header: str) -> int:
        """Return the sheet column (1 for A) of a header, old or added; 0 for none."""
        if header in self.raw.headers:
            return self.raw.column(header)
        return self.raw.first_column + len(self.raw.headers) + self.added.index(header) if header in self.added else 0


def without_needless(
    incoming: Incoming, standing: Standing, verdicts: Sequence[Verdict], new: Sequence[int]
) -> tuple[Incoming, list[str]]:
    """Leave out the columns that the workbook lacks and into which nothing would be written; say which they are."""
    needed = {(verdict.difference.key, verdict.difference.header) for verdict in verdicts if is_written(verdict)}
    needless = {
        (key, header)
        for key, header, values in incoming.columns()
        if key != "lead_id"
        and not standing.has(key=key, header=header)
        and (key, header) not in needed
        and all(values[place] is None for place in new)
    }
    if not needless:
        return incoming, []
    names = [column("Leads", key).header if key else header for key, header in sorted(needless)]
    kept = structs.replace(
        incoming,
        keyed={key: values for key, values in incoming.keyed.items() if (key, "") not in needless},
        extra={header: values for header, values in incoming.extra.items() if ("", header) not in needless},
    )
    return kept, [f"Not added to Leads, because nothing would be written into them: {', '.join(names)}."]


def is_written(verdict: Verdict) -> bool:
    """Tell whether a cell takes the file's word: as decided, or because leads are found by it the next time."""
    change = verdict.difference
    return verdict.written or change.key == "lead_id" or (change.blank and change.header in _BY_WHICH_FOUND)


def prepare_columns(
    book: Book, raw: RawTable, leads: Typed, incoming: Incoming
) -> tuple[list[str], dict[tuple[str, str], str]]:
    """Add the columns that the table lacks; return their headers, and (key, header) to header in the workbook."""
    headers: dict[tuple[str, str], str] = {}
    new: list[Column] = []
    for key in incoming.keyed:
        if key in leads.headers:
            headers[key, ""] = leads.headers[key]
        else:
            new.append(column("Leads", key))
            headers[key, ""] = new[-1].header
    present = set(leads.extra.columns)
    for header, values in incoming.extra.items():
        headers["", header] = header
        if header not in present:
            new.append(Column(header, _kind_of(values), width=min(30.0, max(10.0, len(header) + 2.0))))
    if new:
        book.add_columns(raw.name, new)
    return [column.header for column in new], headers


def _kind_of(values: Sequence[Value]) -> Kind:
    """Return the kind whose number format fits a column; mixed columns stay General."""
    filled = [value for value in values if value is not None]
    return Kind.DATE if filled and all(isinstance(value, dt.date) for value in filled) else Kind.TEXT


def update_known(
    target: Target, standing: Standing, incoming: Incoming, verdicts: Sequence[Verdict]
) -> tuple[int, int, list[Conflict], set[int]]:
    """Write what is to be written; return cells filled and overwritten, the conflicts, and the rows that changed."""
    raw, gathered = target.raw, target.gathered
    writes: dict[str, dict[int, Value]] = {}
    conflicts: list[Conflict] = []
    touched: set[int] = set()
    filled = overwritten = 0
    for verdict in verdicts:
        change = verdict.difference
        header = target.headers.get((change.key, change.header))
        if header is None:
            continue  # its column is not added
        place = target.column(header)
        if header in raw.headers and place in raw.formula_columns:
            continue  # a formula's result is not the file's to contradict
        row = standing.rows[change.at]
        if is_written(verdict):
            writes.setdefault(header, {})[row] = change.value
            touched.add(change.place)
            filled += change.blank
            overwritten += not change.blank
        elif place:
            conflicts.append(
                Conflict(
                    f"{quoted_sheet(raw.sheet)}!{column_letters(place)}{row}",
                    str(incoming.keyed["lead_id"][change.place] or ""), header, change.held, change.value,
                    gathered.sources[change.place], gathered.lines[change.place], verdict.why,
                )
            )  # fmt: skip
    for header, values in writes.items():
        target.book.write_column(raw.name, header, values)
    return filled, overwritten, conflicts, touched


def append_new(target: Target, incoming: Incoming, places: Sequence[int]) -> list[Added]:
    """Append the new leads; the first takes the place of the starter's example row."""
    if not places:
        return []
    book, raw, headers = target.book, target.raw, target.headers
    columns: dict[str, Sequence[Value]] = {headers[key, header]: values for key, header, values in incoming.columns()}
    order = [*raw.headers, *(header for header in columns if header not in raw.headers)]
    rest = list(places)
    rows: list[int] = []
    example = _example_row(raw)
    if example is not None:
        first = rest.pop(0)
        rows.append(example)
        for header in order:
            is_formula = header in raw.headers and raw.column(header) in raw.formula_columns
            if not is_formula:
                book.write_column(raw.name, header, {example: columns[header][first] if header in columns else None})
    blank: list[Value] = [None] * incoming.n_rows
    # A calculated column fills itself.
    computed = {header for header in raw.headers if raw.column(header) in raw.formula_columns}
    filled = [blank if header in computed else columns.get(header, blank) for header in order]
    if len(rest) < incoming.n_rows:
        none: list[Value] = [None] * len(rest)
        filled = [none if values is blank else [values[place] for place in rest] for values in filled]
    book.append_columns(raw.name, filled)
    free = int(raw.rows[-1]) + 1 if len(raw.rows) else raw.header_row + 1
    rows += range(free, free + len(rest))
    letters = f"{quoted_sheet(raw.sheet)}!{column_letters(raw.first_column)}"
    gathered, ids = target.gathered, incoming.keyed["lead_id"]
    return [
        Added(f"{letters}{row}", str(ids[place]), name, gathered.sources[place], gathered.lines[place])
        for row, place, name in zip(rows, places, who(incoming, places), strict=True)
    ]


def _example_row(raw: RawTable) -> int | None:
    for cells in raw.cells:
        for row, cell in zip(raw.rows.tolist(), cells, strict=True) if EXAMPLE_ID in cells else ():
            if isinstance(cell, str) and cell.strip() == EXAMPLE_ID:
                return int(row)
    return None
