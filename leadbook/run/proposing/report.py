"""What became of the leads that were to get a proposal: written, or left out and why."""

from __future__ import annotations

import datetime as dt  # noqa: TC003 - msgspec asks for the types of its fields when a record becomes plain data
from decimal import Decimal

from msgspec import Struct

from leadbook.model.counts import counted


class Written(Struct, frozen=True):
    """One proposal.

    Parameters
    ----------
    row : int
        The lead's row in Excel.
    lead_id, company : str
    version : int
    files : tuple of str
        Names of its documents in the folder, the Word file first.
    total : Decimal
        Of the option that is recommended, taxes included.
    currency : str
    valid_until : date
    notes : tuple of str
        What to look at before it is sent, each with its cell.
    """

    row: int
    lead_id: str
    company: str
    version: int
    files: tuple[str, ...]
    total: Decimal
    currency: str
    valid_until: dt.date
    notes: tuple[str, ...] = ()


class LeftOut(Struct, frozen=True):
    """A lead without a proposal, and every reason, each with the cell to put right."""

    row: int
    lead_id: str
    company: str
    reasons: tuple[str, ...]


class Proposed(Struct, frozen=True):
    """What ``propose`` did, or would do.

    Parameters
    ----------
    book : str
        The workbook's file name.
    folder : str
        Where the documents are.
    as_of : date
    written : tuple of Written
    left_out : tuple of LeftOut
        Refused before anything was written, or failed.
    dry_run : bool
    notes : tuple of str
        Sentences the seller should read.
    """

    book: str
    folder: str
    as_of: dt.date
    written: tuple[Written, ...]
    left_out: tuple[LeftOut, ...]
    dry_run: bool = False
    notes: tuple[str, ...] = ()

    @property
    def totals(self) -> dict[str, Decimal]:
        """What the proposals come to, by currency."""
        found: dict[str, Decimal] = {}
        for one in self.written:
            found[one.currency] = found.get(one.currency, Decimal(0)) + one.total
        return found

    @property
    def sentence(self) -> str:
        """The result in one sentence."""
        would = "would be " if self.dry_run else ""
        missed = len(self.left_out)
        out = f"{counted(missed, 'lead')} {would}left out" if missed else ""
        if not self.written and not missed:
            return "No lead fits, so there is no proposal to write."
        if not self.written:
            nothing = "No proposal would be written" if self.dry_run else "No proposal was written"
            return f"{nothing}{f'; {out}' if out else ''}."
        total = " and ".join(money(amount, currency) for currency, amount in self.totals.items())
        said = f"{counted(len(self.written), 'proposal')} {would}written to {self.folder}, total {total}"
        return f"{said}; {out}." if out else f"{said}."


def money(amount: Decimal, currency: str) -> str:
    """Return an amount as a terminal shows it: ``128,400.00 EUR``; currencies without cents have none."""
    return f"{amount:,f} {currency}"
