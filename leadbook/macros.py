"""What the buttons in Excel call: ``RunPython "from leadbook import macros; macros.refresh()"``.

Each function works on the open workbook, answers with one sentence in an alert, and never raises: a failure is one
sentence too, and says where the log is.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import sys
from typing import TYPE_CHECKING

from leadbook.model.issues import LeadbookError
from leadbook.run.clicking import kept_folder, one_at_a_time, write_log

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from leadbook.books.live.excel import OpenWorkbook

__all__ = ["check", "propose", "refresh", "today", "undo"]

_TITLE = "leadbook"
_STEPS = {
    "open": "looking at the workbook",
    "read": "reading your lists",
    "score": "scoring",
    "duplicates": "comparing leads",
    "check": "checking",
    "measure": "measuring",
    "forecast": "forecasting",
    "lay out": "laying out the sheets",
    "write": "writing",
}


def refresh(book: OpenWorkbook | None = None) -> None:
    """Refresh the open workbook: its owned columns, leadbook's sheets, and History."""

    def work(book: OpenWorkbook, progress: Callable[[str], None]) -> str:
        from leadbook.run.live import refresh_open, short_sentence

        summary = refresh_open(book, as_of=_today(), journal_folder=kept_folder(), progress=progress)
        return "\n\n".join([short_sentence(summary), *summary.plan.notes])

    _click("Refresh", book, work)


def check(book: OpenWorkbook | None = None) -> None:
    """Say how many faults the open workbook's data has, and the first of them; nothing is written."""

    def work(book: OpenWorkbook, progress: Callable[[str], None]) -> str:
        from leadbook.run.live import check_open, check_sentence

        return check_sentence(check_open(book, as_of=_today(), progress=progress))

    _click("Check", book, work)


def today(book: OpenWorkbook | None = None) -> None:
    """Say what is to be done today and with which lead to begin; nothing is written."""

    def work(book: OpenWorkbook, progress: Callable[[str], None]) -> str:
        from leadbook.run.live import today_open, today_sentence

        return today_sentence(today_open(book, as_of=_today(), progress=progress))

    _click("Today", book, work)


def propose(book: OpenWorkbook | None = None) -> None:
    """Write a proposal for the selected lead, and log it in the open workbook; or say what keeps it from one."""

    def work(book: OpenWorkbook, progress: Callable[[str], None]) -> str:
        from leadbook.run.live import propose_open, proposed_sentence

        return proposed_sentence(propose_open(book, as_of=_today(), journal_folder=kept_folder(), progress=progress))

    _click("Propose", book, work)


def undo(book: OpenWorkbook | None = None) -> None:
    """Take back what leadbook last wrote into the open workbook."""

    def work(book: OpenWorkbook, _: Callable[[str], None]) -> str:
        from leadbook.run.live import undo_open

        return undo_open(book, journal_folder=kept_folder())

    _click("Undo", book, work)


def _today() -> dt.date:
    # The seller's day is the day where the seller is.
    return dt.datetime.now().astimezone().date()


def _click(what: str, book: OpenWorkbook | None, work: Callable[[OpenWorkbook, Callable[[str], None]], str]) -> None:
    """Do the work of one button and tell its sentence; whatever happens, Excel is as usable as before."""
    folder = kept_folder()
    answer, failed = "", False
    try:
        if book is None:
            from leadbook.books.live.excel import calling_book

            book = calling_book()
        with one_at_a_time(folder), _status_bar(book) as tell:
            answer = work(book, tell)
    except Exception as failure:  # noqa: BLE001 - a traceback is nothing for a seller; the log has it
        failed = True
        log = write_log(folder, what, failure)
        said = str(failure) if isinstance(failure, LeadbookError) else f"{what} did not work: something went wrong."
        answer = said if log is None else f"{said}\n\nDetails are in {log}"
    _tell(book, answer, failed=failed)


@contextlib.contextmanager
def _status_bar(book: OpenWorkbook) -> Iterator[Callable[[str], None]]:
    """Show the step at work at the foot of Excel's window, and leave what stood there."""
    app = book.app
    before = _looked(lambda: app.status_bar)

    def tell(step: str) -> None:
        # Excel may be busy for a moment, and a missed step matters to nobody.
        with contextlib.suppress(Exception):
            app.status_bar = f"leadbook: {_STEPS.get(step, step)} \u2026"

    try:
        yield tell
    finally:
        with contextlib.suppress(Exception):
            app.status_bar = before


def _looked(look: Callable[[], object]) -> str | bool:
    with contextlib.suppress(Exception):
        found = look()
        if isinstance(found, str) and found:
            return found
    return False


def _tell(book: OpenWorkbook | None, answer: str, *, failed: bool) -> None:
    """Show a sentence in an alert; where Excel shows none, it goes to the console."""
    if book is not None:
        with contextlib.suppress(Exception):
            book.app.alert(answer, title=_TITLE, mode="critical" if failed else "info")
            return
    print(answer, file=sys.stderr if failed else sys.stdout)
