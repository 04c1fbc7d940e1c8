"""The commands on the workbook that is open in Excel: read as it stands on the screen, written in place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.live.book import LiveBook
from leadbook.books.live.excel import calling_book, open_book
from leadbook.books.live.takingback import take_back_last
from leadbook.model.counts import counted
from leadbook.run.collector import without_collecting
from leadbook.run.progress import silent

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Callable
    from pathlib import Path

    from leadbook.books.live.excel import OpenWorkbook
    from leadbook.run.checking import CheckReport
    from leadbook.run.morning import Morning
    from leadbook.run.proposing.report import Proposed
    from leadbook.run.refresh import Summary

__all__ = [
    "calling_book", "check_open", "check_sentence", "open_book", "propose_open", "proposed_sentence", "refresh_open",
    "short_money", "short_sentence", "today_open", "today_sentence", "undo_open",
]  # fmt: skip

_MILLION = 1_000_000.0
_THOUSAND = 1_000.0
_MOST_TOLD = 3


@without_collecting()
def refresh_open(
    book: OpenWorkbook, *, as_of: dt.date, journal_folder: Path | None, progress: Callable[[str], None] = silent
) -> Summary:
    """Refresh an open workbook in place; it stays open and unsaved.

    Parameters
    ----------
    book : OpenWorkbook
    as_of : date
        The day everything is worked out for.
    journal_folder : Path or None
        Where what stood there before is kept, for `undo_open`.
    progress : callable
        Called with the name of each step before it begins.

    Raises
    ------
    LeadbookError
        One sentence that says what to do; the workbook is then what it was, or the sentence says what is not.
    """
    progress("open")
    live = LiveBook(book, journal_folder)
    from leadbook.books.starter import add_to
    from leadbook.model.defaults import DEFAULT_PLAYBOOK
    from leadbook.model.locate import find_leads
    from leadbook.model.settings import read_playbook
    from leadbook.run.refresh import refresh_book
    from leadbook.sheets.duplicates import read_decisions

    find_leads(live.contents, read_playbook(live.contents)[0])  # refuses, before tables of ours are added
    waiting = len(read_decisions(live.contents))
    add_to(live, DEFAULT_PLAYBOOK, only=("Settings", "History"))
    summary = refresh_book(live, as_of, progress=progress)
    if waiting:
        rows = "row" if waiting == 1 else "rows"
        summary.plan.notes.append(
            f"Your decisions on {waiting} {rows} of the sheet Duplicates are kept. Leads are merged in the closed "
            "workbook: save it, close it, and run leadbook merge."
        )
    return summary


def short_sentence(summary: Summary) -> str:
    """Return the one sentence that an alert has room for."""
    return (
        f"{counted(summary.leads, 'lead')}: {counted(summary.errors, 'error')}, {summary.stale:,} stale, "
        f"{counted(summary.duplicate_leads, 'duplicate')}; forecast {short_money(summary.weighted_amount)} "
        f"{summary.currency}."
    )


def short_money(amount: float) -> str:
    """Return an amount as people say it: 1.28 M, 640 k, 950."""
    if abs(amount) >= _MILLION - 500:
        return f"{amount / _MILLION:,.2f} M"
    return f"{amount / _THOUSAND:,.0f} k" if abs(amount) >= _THOUSAND else f"{amount:,.0f}"


@without_collecting()
def check_open(book: OpenWorkbook, *, as_of: dt.date, progress: Callable[[str], None] = silent) -> CheckReport:
    """Return every fault in an open workbook's data, unsaved edits included; nothing is written."""
    from leadbook.run.checking import Wanted, check_book

    progress("open")
    return check_book(LiveBook(book).contents, as_of, Wanted(), progress)


@without_collecting()
def today_open(
    book: OpenWorkbook, *, as_of: dt.date, owner: str = "", progress: Callable[[str], None] = silent
) -> Morning:
    """List what each seller should do today, from an open workbook as it stands; nothing is written."""
    from leadbook.run.morning import list_morning

    progress("open")
    return list_morning(LiveBook(book).contents, as_of, owner, progress)


def check_sentence(report: CheckReport) -> str:
    """Return what a check found in one sentence, and the first fault with its cell in another."""
    from leadbook.model.issues import Severity

    errors = sum(issue.severity is Severity.ERROR for issue in report.issues)
    warnings = sum(issue.severity is Severity.WARNING for issue in report.issues)
    said = f"{counted(report.leads, 'lead')}: {counted(errors, 'error')}, {counted(warnings, 'warning')}."
    worst = max(report.issues, key=lambda issue: issue.severity, default=None)
    return said if worst is None else f"{said}\n\nFirst: {worst.address}: {worst.message}"


def today_sentence(morning: Morning) -> str:
    """Return how much there is to do today in one sentence, and the lead to begin with."""
    rows, owners = morning.listed.rows, morning.listed.owners
    if rows.empty:
        return "Nothing has to be done today."
    first = rows.iloc[0]
    named = " ".join(filter(None, [str(first["lead_id"]), str(first["company"])]))
    to_do = f"{counted(len(rows), 'step')} for {counted(len(owners), 'seller')}"
    return f"Today: {to_do}. Begin with {named}: {first['next_action']}"


def undo_open(book: OpenWorkbook, *, journal_folder: Path) -> str:
    """Take back what the last refresh wrote into an open workbook, and return what was done in one sentence."""
    return take_back_last(book, journal_folder)


@without_collecting()
def propose_open(
    book: OpenWorkbook, *, as_of: dt.date, journal_folder: Path | None, progress: Callable[[str], None] = silent
) -> Proposed:
    """Write a proposal for each selected lead of an open workbook, and log it there; it stays open and unsaved.

    Parameters
    ----------
    book : OpenWorkbook
    as_of : date
        The day that the proposals bear.
    journal_folder : Path or None
        Where what stood there before is kept, for `undo_open`.
    progress : callable
        Called with the name of each step before it begins.

    Raises
    ------
    LeadbookError
        One sentence that says what to do; nothing was written then.
    """
    from leadbook.run.proposing.selected import propose_selected

    progress("open")
    return propose_selected(LiveBook(book, journal_folder), as_of, progress)


def proposed_sentence(done: Proposed) -> str:
    """Return what became of the selected leads: where the proposals are, and why a lead has none."""
    said = [done.sentence, *done.notes]
    if done.written:
        said.append("The workbook is not saved yet: save it to keep the proposal's row.")
    if len(done.written) == 1 and done.written[0].notes:
        said.append(f"Before you send it: {' '.join(done.written[0].notes[:_MOST_TOLD])}")
    for missed in done.left_out[:_MOST_TOLD]:
        lead = " ".join(filter(None, [missed.lead_id, missed.company])) or f"The lead in row {missed.row}"
        more = len(missed.reasons) - _MOST_TOLD
        reasons = " ".join(missed.reasons[:_MOST_TOLD])
        said.append(f"{lead}: {reasons}{f' And {more} more.' if more > 0 else ''}")
    return "\n\n".join(said)
