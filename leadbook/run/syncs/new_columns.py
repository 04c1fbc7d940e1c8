"""Columns of leads that only copies have: offered, or added to the master with what the copies hold."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.cells import cell_text, comparable
from leadbook.model.columns import TABLES, Column
from leadbook.model.columns import column as column_of
from leadbook.run.syncs.followers import as_content
from leadbook.run.syncs.side import OWN

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.run.syncs.combining import Compared
    from leadbook.run.syncs.gains import Gains
    from leadbook.run.syncs.side import Side


def lacking_columns(master: Side, compared: Sequence[Compared]) -> dict[str, str]:
    """Return label and header of the columns that copies fill and the master lacks."""
    found: dict[str, str] = {}
    for one in compared:
        for label, header in one.copy.labels.items():
            if label not in master.labels and one.copy.prints(label).any():
                found.setdefault(label, header)
    return found


def as_column(label: str, header: str) -> Column:
    """Return the column that leads get for a label."""
    return Column(header, width=16.0) if label.startswith(OWN) else column_of("Leads", label)


def label_of(column: Column) -> str:
    """Return the label of a column that leads get."""
    known = {one.header: one.key for one in TABLES["Leads"]}
    return known.get(column.header) or OWN + comparable(column.header)


def fill_added(gains: Gains, master: Side, compared: Sequence[Compared], lacking: Mapping[str, str]) -> None:
    """Fill the columns that leads get; where two copies fill a cell differently, the first counts and it is said."""
    for label in lacking:
        header = as_column(label, lacking[label]).header
        cells = gains.cells.setdefault(header, {})
        for one in compared:
            prints = one.copy.prints(label)
            for there, here in one.pairs.both.items():
                value = as_content(one.copy.cell(label, there))
                row = master.rows[here]
                if not prints[there] or value is None:
                    continue
                if row in cells and cells[row] != value:
                    gains.notes.append(
                        f"{header} of {master.lead_id(here)}: {one.copy.name} says {cell_text(value)}, another copy "
                        f"{cell_text(cells[row])}, which was taken."
                    )
                cells.setdefault(row, value)


def offers(compared: Sequence[Compared], lacking: Mapping[str, str], *, added: bool) -> list[str]:
    """Return a sentence for each column that only copies have."""
    found: list[str] = []
    for label, header in lacking.items():
        holders = [(one.copy.name, int((one.copy.prints(label) != 0).sum())) for one in compared]
        said = " and ".join(
            f"{name} ({count:,} filled {'cell' if count == 1 else 'cells'})" for name, count in holders if count
        )
        if added:
            found.append(f"The column {header} of {said} was added to the master's leads.")
        else:
            found.append(
                f"The master has no column {header}, as {said} does; it was left out. --add-columns brings it in."
            )
    return found
