"""Finding the open workbook: the one whose button was clicked, one by its name, or the one in front."""

from __future__ import annotations

import sys
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from leadbook.model.issues import InputError, LeadbookError

if TYPE_CHECKING:
    from types import ModuleType

    import xlwings as xw

OpenWorkbook: TypeAlias = "xw.Book"
"""A workbook open in Excel, for the rooms that know no xlwings."""

_WHERE = "This needs Excel on Windows or macOS"


class NoExcelError(LeadbookError):
    """There is no Excel to talk to."""


def load_xlwings() -> ModuleType:
    """Return xlwings with an engine to drive.

    Raises
    ------
    NoExcelError
        On a system without Excel, or without what xlwings needs to reach it.
    """
    try:
        import xlwings  # noqa: PLC0415 - reaching for Excel costs nothing where no open workbook is asked for
    except ImportError as failure:
        raise NoExcelError(
            f"{_WHERE}, and the Python package xlwings cannot be loaded ({failure}). Install leadbook again with: "
            "python -m pip install --upgrade leadbook"
        ) from failure
    if not len(xlwings.engines):
        raise NoExcelError(
            f"{_WHERE}; there is none here. For a closed workbook, on any system, run: leadbook refresh BOOK"
        )
    _end_endless_retries()
    return xlwings


def _end_endless_retries() -> None:
    """Have a call that Excel rejects fail at once: xlwings would repeat it for ever, `calls` keeps a deadline."""
    windows = sys.modules.get("xlwings._xlwindows")
    if windows is not None:
        windows.N_COM_ATTEMPTS = 1  # type: ignore[attr-defined] # a module loaded on Windows alone


def calling_book() -> OpenWorkbook:
    """Return the workbook whose button was clicked.

    Raises
    ------
    NoExcelError
        When this was not started by a button.
    """
    xlwings = load_xlwings()
    try:
        book: OpenWorkbook = xlwings.Book.caller()
    except Exception as failure:  # xlwings raises a bare Exception here, and platforms add their own
        raise NoExcelError(
            "This is what a button in Excel starts. To do the same from outside, run: leadbook live refresh"
        ) from failure
    return book


def open_book(name: str = "") -> OpenWorkbook:
    """Return an open workbook.

    Parameters
    ----------
    name : str
        Its file name, with or without the ending; "" for the workbook in front.

    Raises
    ------
    InputError
        When no workbook of that name is open, or two are.
    NoExcelError
        When there is no Excel, or it is not running.
    """
    xlwings = load_xlwings()
    books = [book for app in xlwings.apps for book in app.books]
    if not books:
        raise NoExcelError("No workbook is open in Excel. Open yours and run the command again.")
    if not name:
        front: OpenWorkbook = xlwings.apps.active.books.active
        return front
    wanted = PurePath(name).name.casefold()
    same = [book for book in books if book.name.casefold() == wanted]
    same = same or [book for book in books if PurePath(book.name).stem.casefold() == wanted]
    if len(same) == 1:
        found: OpenWorkbook = same[0]
        return found
    if same:
        raise InputError(f'"{PurePath(name).name}" is open in two Excels. Close one of them and run the command again.')
    names = ", ".join(sorted(book.name for book in books)[:6])
    raise InputError(f'"{PurePath(name).name}" is not open in Excel. Open it, or name one that is: {names}.')
