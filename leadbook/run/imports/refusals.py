"""Tables that an import refuses, because nobody could use the rows that they would add."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from leadbook.run.imports.gathered import Gathered
    from leadbook.run.imports.standing import Incoming

# A record's own number is enough where it goes with what is being done about it: exports without names have that.
_WHO = frozenset({"company", "first_name", "last_name", "email"})
_WHAT = frozenset({"stage", "source", "owner"})


def refuse_foreign(gathered: Gathered) -> None:
    """Refuse a table of which no column means anything: importing it would add rows that no one can use."""
    if not gathered.keyed:
        raise InputError(
            f"None of the headers in {gathered.sources[0] if gathered.sources else 'the file'} means a lead's "
            "column; map one in Settings, table Columns, or rename a header (Company, Email, Stage)."
        )


def refuse_nobody(gathered: Gathered, incoming: Incoming) -> None:
    """Refuse a table that never says who its leads are: nobody could work on them."""
    keys = incoming.keyed.keys()
    if keys & _WHO or incoming.deal is not None or ("lead_id" in keys and keys & _WHAT):
        return
    raise InputError(
        f"{gathered.sources[0]} has no column that holds a company, a person's name or an email address, so nobody "
        "could tell whose leads its rows are; rename that header (Company, Last Name, Email), or map it in Settings, "
        "table Columns."
    )
