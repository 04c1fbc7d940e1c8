"""The review workbook: made once, then written anew in place, with whatever the manager put beside it untouched."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.book import Plan
from leadbook.books.closed import ClosedBook
from leadbook.books.marked import marked_bytes
from leadbook.books.ownership import list_marks, mark_name
from leadbook.books.places import refuse_if_open, the_file_itself
from leadbook.books.saving import write_new
from leadbook.model.issues import BookRefusedError, InputError
from leadbook.model.locate import looks_like_leads
from leadbook.sheets.results import Naming

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from leadbook.sheets.spec import Sheet

_ENDINGS = {".xlsx", ".xlsm"}
#: The hidden name of the sheet that only a review has.
_OWN_MARK = mark_name("Agenda").removeprefix(mark_name("")).casefold()


class ReviewBook:
    """The workbook that a review is written into.

    Parameters
    ----------
    path : Path
        It may be there already: as an earlier review, or as a workbook of the manager's own.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        if path.suffix.casefold() not in _ENDINGS:
            raise InputError(
                f'A review is an .xlsx workbook; "{path.name}" is none. Choose a name such as review.xlsx.'
            )
        real = the_file_itself(path)
        if not real.parent.is_dir():
            raise InputError(f'There is no folder "{path.parent}" for the review. Make it first.')
        self._book: ClosedBook | None = None
        self._is_review = False
        if not real.exists():
            if path.suffix.casefold() == ".xlsm":
                raise InputError(f'A new review is an .xlsx workbook, so name it "{path.stem}.xlsx".')
            return
        refuse_if_open(real)
        book = ClosedBook.open(path)
        self._is_review = is_review(book)
        contents = book.contents
        leads = [table for table in contents.tables.values()
                 if table.sheet not in contents.generated_sheets and looks_like_leads(table)]  # fmt: skip
        if leads and not self._is_review:
            raise BookRefusedError(
                f'"{path.name}" holds leads (sheet {leads[0].sheet}) and is no review, so nothing was written to it. '
                "Choose another name with -o."
            )
        self._book = book

    @property
    def naming(self) -> Naming:
        """The names its sheets and tables have, or will have."""
        return Naming(self._book.sheet_name, self._book.table_name) if self._book else Naming()

    def put(self, sheets: Sequence[Sheet], managers: Callable[[], Sequence[Sheet]], *, dry_run: bool) -> Plan:
        """Write the review, or say what would be written.

        Parameters
        ----------
        sheets : sequence of Sheet
            Those that leadbook writes anew.
        managers : callable
            Makes the sheets that the manager will own, added when the workbook first becomes a review.
        dry_run : bool

        Raises
        ------
        LeadbookError
            It cannot be written; the file is then what it was.
        """
        if self._book is None:
            every = [*sheets[:-1], *managers(), sheets[-1]]
            if not dry_run:
                write_new(self.path, _new(every, {sheet.name for sheet in sheets}))
            return Plan(sheets_added=[sheet.name for sheet in every])
        book = self._book
        book.put_sheets(sheets)
        if not self._is_review:
            book.add_sheets(managers())
        if not dry_run:
            book.save()
        return book.plan


def is_review(book: ClosedBook) -> bool:
    """Whether a workbook is a review that leadbook made."""
    return _OWN_MARK in list_marks(book.draft.workbook)


def _new(sheets: Sequence[Sheet], ours: set[str]) -> bytes:
    properties = {
        "title": "Sales review",
        "comments": "Made with leadbook review: the sheets Decisions and Coaching, and any that you add, are yours.",
    }
    return marked_bytes(sheets, ours, properties)
