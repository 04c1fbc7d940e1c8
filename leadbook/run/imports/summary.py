"""What an import did, or will do once the book is saved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct, field

if TYPE_CHECKING:
    from collections.abc import Mapping as MappingType

    from leadbook.model.issues import Issue
    from leadbook.model.mapping import Mapping
    from leadbook.run.imports.gathered import Joined


class Conflict(Struct, frozen=True):
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
    why : str
        Why the workbook's word was left to stand, where there is more to say than that it was; "" otherwise.
    """

    address: str
    lead_id: str
    header: str
    held: object
    incoming: object
    source: str
    line: int
    why: str = ""


class Added(Struct, frozen=True):
    """A lead that the file adds: the first cell of its new row, its id, who it is, and where in the file it stands."""

    address: str
    lead_id: str
    name: str
    source: str
    line: int


class Lookalike(Struct, frozen=True):
    """An added lead that looks like one that the workbook has, not surely enough to be taken for it.

    Parameters
    ----------
    lead_id, name : str
        The lead that was added.
    like : str
        The lead it looks like.
    probability : float
        That both are one, 0 to 1.
    """

    lead_id: str
    name: str
    like: str
    probability: float

    @property
    def sentence(self) -> str:
        """The likeness in one sentence."""
        return (
            f"{self.lead_id} ({self.name}) was added and looks like {self.like} ({self.probability:.2f}); "
            "see the sheet Duplicates after the next refresh."
        )


class ImportSummary(Struct, frozen=True):
    """What an import did, or will do once the book is saved.

    Parameters
    ----------
    added, updated, unchanged : int
        Leads; together with ``doubled`` the rows of the incoming table.
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
    policy : str
        Whose word counted where the workbook and the file disagree.
    overwritten : int
        Filled cells of known leads over which the file's word was written.
    doubled : int
        Rows of the file that double another of its rows; both are one lead.
    added_leads : tuple of Added
    lookalikes : tuple of Lookalike
    matched_by : mapping of str to int
        By what known leads were recognised ("email"), and how many.
    contested : bool
        Whether a row could have been several leads, several rows one lead, or a known lead's name, address, company
        or deal changed: what was written may then make another lead look like the row.
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
    policy: str = "fill-blanks"
    overwritten: int = 0
    doubled: int = 0
    added_leads: tuple[Added, ...] = ()
    lookalikes: tuple[Lookalike, ...] = ()
    matched_by: MappingType[str, int] = field(default_factory=dict)
    contested: bool = False

    @property
    def sentence(self) -> str:
        """The result in one line."""
        if self.mapping.table == "Activities":
            return f"{'1 activity' if self.activities_added == 1 else f'{self.activities_added:,} activities'} added."
        added = "1 lead" if self.added == 1 else f"{self.added:,} leads"
        text = f"{added} added, {self.updated:,} updated, {self.unchanged:,} unchanged"
        if self.doubled:
            text += f", {self.doubled:,} {'row was' if self.doubled == 1 else 'rows were'} doubled in the file"
        if self.conflicts:
            one = len(self.conflicts) == 1
            text += (
                f", {'1 cell differs and was' if one else f'{len(self.conflicts):,} cells differ and were'} left alone"
            )
        if self.activities_added:
            text += f"; {self.activities_added:,} activities added"
        if self.quote_lines_added:
            text += f"; {self.quote_lines_added:,} quote lines added"
        return text + "."
