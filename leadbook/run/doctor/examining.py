"""The whole examination: the computer, then the workbook, and what to do next."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leadbook.books.closed import ClosedBook
from leadbook.books.macro_books import MacroBook
from leadbook.books.opening import read_file
from leadbook.books.owner_files import opened_by
from leadbook.books.places import the_file_itself
from leadbook.model.issues import InputError, Severity
from leadbook.model.locate import find_leads
from leadbook.model.settings import read_playbook
from leadbook.run.buttons import typed
from leadbook.run.doctor.book_checks import check_book
from leadbook.run.doctor.findings import Report, fault, fine, next_step, note
from leadbook.run.doctor.machine import came_from_internet, look_at_machine
from leadbook.run.doctor.machine_checks import check_machine

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.run.doctor.findings import Finding
    from leadbook.run.doctor.machine import Machine


def examine(book: Path | None, machine: Machine | None = None) -> Report:
    """Return what stands between a workbook and its first click, on this computer.

    Parameters
    ----------
    book : Path or None
        None looks at the computer alone.
    machine : Machine or None
        What is known about the computer; None has a look.

    Raises
    ------
    LeadbookError
        When the workbook cannot be read.
    """
    machine = machine or look_at_machine()
    findings = list(check_machine(machine))
    if book is None:
        otherwise = "Make a workbook with buttons: leadbook init my-leads.xlsm (or leadbook buttons BOOK.xlsx)"
        return Report("", tuple(findings), next_step(findings, otherwise))
    data = read_file(book)
    findings += _check_file(book)
    workbook = MacroBook.open(book.name, data).workbook
    findings += check_book(book, workbook, machine, from_internet=came_from_internet(book))
    findings += _check_leads(book, data)
    otherwise = (
        f"Open {book.name} in Excel and click Refresh."
        if machine.system != "other"
        else f"On the computer with Excel, run: leadbook doctor {typed(Path(book.name))}"
    )
    return Report(str(book), tuple(findings), next_step(findings, otherwise))


def _check_file(book: Path) -> Iterator[Finding]:
    owner = opened_by(the_file_itself(book))
    if owner is not None:
        yield note("workbook", f"{book.name} is open{f' ({owner})' if owner else ''}; this is about its saved state.")
    if book.suffix.casefold() not in {".xlsm", ".xlsx"}:
        yield fault(
            "workbook", f"{book.name} ends neither in .xlsm nor in .xlsx.", "Save it in Excel as .xlsx, then retry."
        )


def _check_leads(book: Path, data: bytes) -> Iterator[Finding]:
    closed = ClosedBook(book, data)
    playbook, issues = read_playbook(closed.contents)
    wrong = sum(issue.severity is Severity.ERROR for issue in issues)
    if wrong:
        cells = "a cell that cannot be read" if wrong == 1 else f"{wrong} cells that cannot be read"
        yield note("workbook", f"Settings hold {cells}.", f"Run: leadbook check {typed(book)}")
    try:
        table, _ = find_leads(closed.contents, playbook)
    except InputError as failure:
        yield fault("workbook", f"No list of leads was found. {failure}", f"Run: leadbook adopt {typed(book)}")
        return
    rows = len(table.rows)
    yield fine(
        "workbook",
        f"The leads are the table {table.name} on the sheet {table.sheet} ({rows:,} row{'s' * (rows != 1)}).",
    )
