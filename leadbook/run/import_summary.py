"""What an import did, or will do once the book is saved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from leadbook.model.issues import Issue
    from leadbook.model.mapping import Mapping
    from leadbook.run.gathered import Joined

Policy = Literal["fill-blanks", "overwrite"]


@dataclass(frozen=True, slots=True)
class Conflict:
    """A known lead's cell that says something else than the incoming file; left alone unless told otherwise.

    Parameters
    ----------
    address : str
        ``Leads!C5``.
    lead_id, header : str
    held, incoming : object
        What the workbook holds and what the file says.
    source : str
        The file.
    line : int
        Line of the file (or Excel row).
    """

    address: str
    lead_id: str
    header: str
    held: object
    incoming: object
    source: str
    line: int


@dataclass(frozen=True)
class ImportSummary:
    """What an import did, or will do once the book is saved.

    Parameters
    ----------
    added, updated, unchanged : int
        Leads; together the rows of the incoming table.
    filled : int
        Blank cells of known leads that were filled.
    conflicts : tuple of Conflict
    mapping : Mapping
        How the headers of the table of leads map to ours.
    joined : tuple of Joined
    columns_added : tuple of str
        New columns of the Leads table.
    activities_added, quote_lines_added, products_added, reps_added : int
    notes : tuple of str
        What was changed, left out or could not be read, one sentence each.
    issues : tuple of Issue
        Rows and cells of the files that do not fit their table.
    """

    added: int
    updated: int
    unchanged: int
    filled: int
    conflicts: tuple[Conflict, ...]
    mapping: Mapping
    joined: tuple[Joined, ...] = ()
    columns_added: tuple[str, ...] = ()
    activities_added: int = 0
    products_added: int = 0
    reps_added: int = 0
    notes: tuple[str, ...] = ()
    issues: tuple[Issue, ...] = ()
    quote_lines_added: int = 0

    @property
    def sentence(self) -> str:
        """The result in one line."""
        text = f"{self.added:,} leads added, {self.updated:,} updated, {self.unchanged:,} unchanged"
        if self.conflicts:
            text += f", {len(self.conflicts):,} cells differ and were left alone"
        if self.activities_added:
            text += f"; {self.activities_added:,} activities added"
        if self.quote_lines_added:
            text += f"; {self.quote_lines_added:,} quote lines added"
        return text + "."
