"""Buttons in a workbook: a new one, one that exists, or by hand where it has macros of its own."""

from __future__ import annotations

import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.issues import InputError
from leadbook.run.collector import without_collecting

if TYPE_CHECKING:
    import os
    from collections.abc import Callable
    from typing import BinaryIO

    from leadbook.books.closed import ClosedBook
    from leadbook.model.tables import RawTable

MACRO_ENDING, PLAIN_ENDING = ".xlsm", ".xlsx"


class ButtonsReport(Struct, frozen=True):
    """What came of it.

    Parameters
    ----------
    book : Path
        The workbook with the buttons.
    made : bool
        Whether it is a new file beside the one that was given.
    done : tuple of str
        What was added or renewed.
    bare : tuple of str
        Sheets without room for buttons.
    knows_leads : bool
        Whether a list of leads was found.
    """

    book: Path
    made: bool
    done: tuple[str, ...]
    bare: tuple[str, ...]
    knows_leads: bool


def init_with_buttons(path: Path, python: str = "") -> Path:
    """Write a new, empty workbook with every table, sheet and button; an existing file is never overwritten."""
    from leadbook.books.closed import ClosedBook
    from leadbook.books.macro_books import MacroBook
    from leadbook.books.saving import write_new
    from leadbook.books.starter import starter_bytes
    from leadbook.model.defaults import DEFAULT_PLAYBOOK

    if path.exists():
        raise InputError(f'"{path.name}" exists already. Choose another name, or delete it first.')
    data = starter_bytes(DEFAULT_PLAYBOOK, buttons=True)
    book = MacroBook.open(path.name, data)
    book.put_configuration(python or sys.executable)
    book.put_macros()
    book.put_buttons(_leads(ClosedBook(path, data)))
    write_new(path, book.written())
    return path


@without_collecting()
def add_buttons(
    path: str | os.PathLike[str],
    *,
    to: str | os.PathLike[str] | None = None,
    python: str = "",
    dry_run: bool = False,
) -> ButtonsReport:
    """Give a workbook buttons: an .xlsx becomes an .xlsm beside it, an .xlsm gets in place what it lacks.

    Parameters
    ----------
    path : path
    to : path or None
        The .xlsm to write instead of one of the same name; an existing file is never overwritten.
    python : str
        The full path of Python on the computer with Excel; "" takes the one at work.
    dry_run : bool
        Work everything out and write nothing.

    Raises
    ------
    LeadbookError
        One sentence that says what to do; every file is then what it was.
    """
    from leadbook.books.closed import ClosedBook
    from leadbook.books.macro_books import MacroBook
    from leadbook.books.opening import read_file
    from leadbook.books.places import refuse_if_open, the_file_itself
    from leadbook.books.saving import digest, replace_file, write_new
    from leadbook.books.starter import GENERATED, add_to
    from leadbook.model.defaults import DEFAULT_PLAYBOOK

    source = Path(path)
    target = _target(source, None if to is None else Path(to))
    data = read_file(source)
    refuse_if_open(the_file_itself(source))
    if target != source and target.exists():
        raise InputError(f'"{target.name}" exists already. Add --to with another name, or delete it first.')
    closed = ClosedBook(source, data)
    leads = _leads(closed)
    add_to(closed, DEFAULT_PLAYBOOK, only={*GENERATED, "Settings", "History"}, buttons=True)
    added = [f"the sheet {name}" for name in closed.plan.sheets_added]
    book = MacroBook.open(source.name, closed.rendered())
    book.put_configuration(python or sys.executable)
    book.put_macros()
    book.put_buttons(leads)
    done = (*added, *book.done)
    report = ButtonsReport(target, target != source, done, tuple(book.bare), leads is not None)
    if dry_run or (target == source and not done):
        return report
    new = book.written()
    if target == source:
        replace_file(source, _writing(new), read_digest=digest(data))
    else:
        write_new(target, new)
    return report


def write_modules(folder: str | os.PathLike[str]) -> list[Path]:
    """Write the modules that can be imported into a workbook by hand, replacing those of that name.

    Returns
    -------
    list of Path
        In the order in which they are to be imported.
    """
    from leadbook.books.macro_modules import module_files
    from leadbook.books.saving import write_text_file

    files = module_files()  # before the folder is made: xlwings may be missing
    place = Path(folder)
    try:
        place.mkdir(exist_ok=True)
    except OSError as failure:
        raise InputError(f'The folder "{place}" cannot be made ({failure.strerror}).') from failure
    for name, text in files.items():
        write_text_file(place / name, text.replace("\n", "\r\n").encode("cp1252"), force=True)
    return [place / name for name in files]


def typed(path: Path) -> str:
    """Return a path as it is typed into a command: in quotation marks where it has spaces and the like."""
    return str(path) if re.fullmatch(r"[\w./\\:~-]+", str(path)) else f'"{path}"'


def _target(source: Path, to: Path | None) -> Path:
    ending = source.suffix.casefold()
    if ending not in {MACRO_ENDING, PLAIN_ENDING}:
        raise InputError(f'"{source.name}" should be a workbook that ends in .xlsx or .xlsm.')
    if to is not None:
        if to.suffix.casefold() != MACRO_ENDING:
            raise InputError(f'"{to.name}" should end in .xlsm: a workbook that ends otherwise cannot hold macros.')
        return to
    return source if ending == MACRO_ENDING else source.with_suffix(MACRO_ENDING)


def _leads(book: ClosedBook) -> RawTable | None:
    from leadbook.model.locate import find_leads
    from leadbook.model.settings import read_playbook

    try:
        return find_leads(book.contents, read_playbook(book.contents)[0])[0]
    except InputError:
        return None  # none yet, or one that nobody adopted


def _writing(data: bytes) -> Callable[[BinaryIO], None]:
    def write(target: BinaryIO) -> None:
        target.write(data)

    return write
