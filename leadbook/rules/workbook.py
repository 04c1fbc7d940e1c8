"""Workbook rules: what holds the tables together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.cells import together
from leadbook.model.issues import Severity
from leadbook.model.tables import KeptText
from leadbook.rules.cells import repeats, texts
from leadbook.rules.evidence import compared_ids
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records, Typed


@rule("LB092", "lead-id-twice", Severity.ERROR, ("lead_id",))
def lead_id_twice(records: Records) -> Iterator[Finding]:
    """Find a Lead ID that two rows have.

    Anti-pattern: A row was copied, and its Lead ID with it.

    Why it matters: Activities, quote lines and history of the two leads cannot be told apart.

    Best practice: Clear the ID of the newer row; leadbook gives it one of its own.
    """
    leads = records.leads
    again, first = repeats(leads, "lead_id")
    rows = leads.frame.index.to_numpy()
    yield Finding(
        leads,
        again,
        "lead_id",
        (
            f'Row {row} has the ID "{short(lead_id)}" too; clear the ID of the newer row.'
            for row, lead_id in zip(rows[first], texts(leads, "lead_id")[again], strict=True)
        ),
    )


@rule("LB094", "rows-below-table", Severity.WARNING)
def rows_below_table(records: Records) -> Iterator[Finding]:
    """Find rows that stand directly below the table of leads, outside it.

    Anti-pattern: A lead was pasted under the table's last row, and the table did not grow.

    Why it matters: Excel and leadbook take the row for a remark: it is scored, counted and followed up nowhere.

    Best practice: Drag the table's corner down over the rows (Table Design > Resize Table).
    """
    table = records.leads.table
    if table is None or not table.rows_below:
        return
    count = table.rows_below
    stand = (
        "1 row stands directly below the table and is"
        if count == 1
        else (f"{count:,} rows stand directly below the table and are")
    )
    over = "it" if count == 1 else "them"
    yield Finding(
        records.leads,
        None,
        "",
        f"{stand} not counted; drag the table's corner down over {over} (Table Design > Resize Table).",
        at_row=table.last_row + 1,
    )


@rule("LB093", "lead-id-archived", Severity.INFO, ("lead_id",))
def archived_id_in_use(records: Records) -> Iterator[Finding]:
    """Find a lead whose ID is in the archive as well.

    Anti-pattern: A row was copied back from Archive and stands in both tables.

    Why it matters: Metrics leave archived leads out, so this one counts in some numbers only.

    Best practice: Delete its row in Archive, or give the lead a new ID.
    """
    archived = set(compared_ids(records.archive).tolist()) - {""}
    if not archived:
        return
    leads = records.leads
    ids = compared_ids(leads)
    bad = np.fromiter((lead_id in archived for lead_id in ids), bool, len(ids))
    yield Finding(leads, bad, "lead_id", "This lead is in the archive too; delete it there or give it a new ID.")


@rule("LB095", "text-like-a-formula", Severity.WARNING, fixable=True)
def text_like_a_formula(records: Records) -> Iterator[Finding]:
    """Find a text that Excel would take for a formula as soon as somebody types over it.

    Anti-pattern: "=> call back" or "=HYPERLINK(...)" that came in as text with an import or a pasted mail.

    Why it matters: Editing such a cell, or saving it as CSV, makes a formula of it: an error at best, and at worst
    somebody else's formula at work in your list.

    Best practice: Let the fix mark the cell as text, as an apostrophe typed in front does; it still reads the same.
    """
    for typed in (records.leads, records.activities, records.quote_lines, records.offers):
        if typed is not None and typed.table is not None:
            yield from _like_formulas(typed)


def _like_formulas(typed: Typed) -> Iterator[Finding]:
    table = typed.table
    if table is None:
        return
    keys = {column: key for key, column in typed.places.items()}
    headers = list(table.headers)
    for place, (header, cells) in enumerate(zip(headers, table.cells, strict=True)):
        column = table.first_column + place
        all_texts = together(cells)
        if headers.count(header) > 1 or not (all_texts[:1] == "=" or "\n=" in all_texts):
            continue
        safe = table.kept_as_text(column) if table.kept_as_text else frozenset()
        held = {
            row: cell
            for row, cell in zip(table.rows.tolist(), cells, strict=True)
            if type(cell) is str and cell[:1] == "=" and row not in safe
        }
        bad = np.fromiter((row in held for row in typed.frame.index.tolist()), bool, len(typed.frame))
        yield Finding(
            typed,
            bad,
            keys.get(column, ""),
            "Excel would take this text for a formula when somebody types over it; have the cell marked as text.",
            (KeptText(held[row]) for row in typed.frame.index[bad].tolist()),
            header="" if column in keys else header,
        )
