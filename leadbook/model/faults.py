"""From what could not be read to Issues with their cells."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from leadbook.model.cells import one_line
from leadbook.model.counts import counted
from leadbook.model.issues import Issue, column_letters, quoted_sheet

if TYPE_CHECKING:
    import numpy.typing as npt

    from leadbook.model.cells import Fault, Reading
    from leadbook.model.columns import Column
    from leadbook.model.records import Typed

# From so many unreadable cells on, when they are most of a column's filled ones, the column as a whole means
# something else than its header says, and one sentence about it tells more than thousands about its cells.
MANY_CELLS = 20
MOST_OF_COLUMN = 0.5


def column_issues(typed: Typed, column: Column, reading: Reading) -> list[Issue]:
    """Return the issues of one column: one a cell, or one for the column when most of it is unreadable."""
    key = column.key
    issues = [
        typed.issue(
            0, key, fault.code, fault.severity, f"{_named(typed, key)} {fault.message} ({counted(count, 'cell')})"
        )
        for fault, count in reading.column_faults
    ]
    by_code: dict[str, list[tuple[npt.NDArray[np.int64], Fault]]] = {}
    for places, fault in reading.faults:
        by_code.setdefault(fault.code, []).append((places, fault))
    if not by_code:
        return issues
    filled = int(typed.raw[key].notna().sum())
    for code, found in by_code.items():
        count = sum(len(places) for places, _ in found)
        if count > MANY_CELLS and count > MOST_OF_COLUMN * filled:
            issues.append(_whole_column(typed, column, code, found, count))
        else:
            issues += _each_cell(typed, column, found)
    return issues


def _whole_column(
    typed: Typed, column: Column, code: str, found: list[tuple[npt.NDArray[np.int64], Fault]], count: int
) -> Issue:
    """Return one issue for a column most of whose cells cannot be read."""
    first_places, fault = min(found, key=lambda pair: int(pair[0][0]))
    row = int(typed.frame.index[int(first_places[0])])
    place = f"{column_letters(typed.places[column.key])}{row}"
    advice = (
        "mend the formula"
        if code == "LB010"
        else f"map this header to another column than {column.header} in Settings (table Columns), or mend the cells"
    )
    message = (
        f"{_named(typed, column.key)} could not be read in {counted(count, 'cell')}: "
        f"{place} {fault.message.partition(';')[0]}. "
        f"If that is how the whole column is, {advice}."
    )
    rows = typed.frame.index.to_numpy()[np.sort(np.concatenate([places for places, _ in found]))]
    return structs.replace(typed.issue(0, column.key, code, fault.severity, message), rows=rows)


def _each_cell(typed: Typed, column: Column, found: list[tuple[npt.NDArray[np.int64], Fault]]) -> list[Issue]:
    """Return one issue a cell, in row order."""
    table = typed.table
    if table is None:
        return []
    header = typed.headers[column.key]
    named = one_line(header, 60)
    rows = typed.frame.index.to_numpy()
    raw = typed.raw[column.key].to_numpy()
    ids = typed.frame["lead_id"].to_numpy() if "lead_id" in typed.frame.columns else None
    place = typed.places[column.key]
    issues = [
        Issue(
            table.sheet, int(rows[at]), place, fault.code, fault.severity, f"{named} {fault.message}", raw[at], None,
            "" if ids is None else str(ids[at]), header,
        )
        for places, fault in found
        for at in places.tolist()
    ]  # fmt: skip
    return sorted(issues, key=lambda issue: issue.row)


def _named(typed: Typed, key: str) -> str:
    """Return the column as a sentence begins with it."""
    sheet = quoted_sheet(typed.table.sheet) if typed.table else ""
    return f"Column \u201c{one_line(typed.headers.get(key, key), 60)}\u201d of {sheet}"
