"""``leadbook buttons``: the macros and buttons of a workbook, put in or handed over to be put in by hand."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING

from leadbook.cli.usual_arguments import add_dry_run
from leadbook.model.issues import InputError

if TYPE_CHECKING:
    import argparse
    from argparse import _SubParsersAction

    from leadbook.run.buttons import ButtonsReport


def add_buttons(words: _SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add ``buttons``."""
    command = words.add_parser(
        "buttons", help="put buttons into a workbook: BOOK.xlsx becomes BOOK.xlsm, losing nothing"
    )
    command.add_argument("book", nargs="?", metavar="BOOK", help="the workbook (.xlsx or .xlsm)")
    command.add_argument("--to", metavar="FILE.xlsm", help="the workbook to write (default: BOOK.xlsm beside it)")
    add_interpreter(command)
    command.add_argument(
        "--print-module",
        action="store_true",
        help="print leadbook's macros instead, to be added by hand; needs no BOOK",
    )
    add_dry_run(command)
    command.set_defaults(command=buttons)


def add_interpreter(command: argparse.ArgumentParser) -> None:
    """Add ``--interpreter``."""
    command.add_argument(
        "--interpreter",
        metavar="PATH",
        default="",
        help="for the buttons: the full path of python on the computer with Excel (default: the one that runs now)",
    )


def buttons(given: argparse.Namespace) -> int:
    """``leadbook buttons BOOK`` and ``leadbook buttons --print-module``."""
    from leadbook.books.macro_books import ForeignMacrosError
    from leadbook.run.buttons import add_buttons as run

    if given.print_module:
        from leadbook.books.macro_modules import module_text

        print(module_text(), end="")
        return 0
    if not given.book:
        raise InputError("Name the workbook that is to have buttons: leadbook buttons leads.xlsx")
    try:
        report = run(given.book, to=given.to, python=given.interpreter, dry_run=given.dry_run)
    except ForeignMacrosError as refusal:
        raise ForeignMacrosError(f"{refusal} {_by_hand(Path(given.book), dry_run=given.dry_run)}") from refusal
    print_report(report, given.book, dry_run=given.dry_run)
    if not given.dry_run:
        print_first_click(report.book, given.interpreter)
    return 0


def print_report(report: ButtonsReport, given: str, *, dry_run: bool) -> None:
    """Print what was added, and where there was no room."""
    from leadbook.run.buttons import typed

    verb = "Would add" if dry_run else "Added"
    if not report.done:
        print(f"{report.book} has leadbook's macros and buttons already; nothing was changed.")
    else:
        for clause in report.done:
            print(f"{verb} {clause}.")
    for sheet in report.bare:
        print(
            f"There is no room for buttons at the top of the sheet {sheet}, so it has none; those on Today do the "
            "same, and so does Alt+F8 on any sheet."
        )
    if report.made and not dry_run:
        print(f"Made {report.book}. {given} stays as it is; go on with {report.book.name}, and put the other away.")
    if not report.knows_leads:
        print(f"No list of leads was found in it yet. Before the first click run: leadbook adopt {typed(report.book)}")


def print_first_click(book: Path, interpreter: str) -> None:
    """Print what stands between this file and the first click."""
    from leadbook.run.buttons import typed

    if not interpreter and sys.platform not in {"win32", "darwin"}:
        print(f"Excel runs on another computer: there, run once: leadbook buttons {typed(Path(book.name))}")
        print("It tells the buttons where Python is on that computer; until then they say that they cannot find it.")
        return
    print(f"Before the first click, see that all is in place: leadbook doctor {typed(book)}")


def _by_hand(book: Path, *, dry_run: bool) -> str:
    """Write the modules beside the workbook and return how to put them in, step by step."""
    from leadbook.run.buttons import typed, write_modules

    folder = book.with_name(f"{book.stem} macros")
    names = ["Leadbook.bas", "xlwings.bas", "Dictionary.cls"]
    if not dry_run:
        names = [path.name for path in write_modules(folder)]
    return (
        "Add leadbook's beside them by hand, once:\n"
        f"  1. Open {book.name} in Excel and press Alt+F11 (on a Mac: Fn+Option+F11).\n"
        f'  2. In the window that opens, choose File > Import File, and import from the folder "{folder}", one after '
        f"the other: {', '.join(names)} (an older one of the same name in the list on the left goes first: "
        "right-click it, Remove).\n"
        f"  3. Close that window, save {book.name}"
        + (" as a macro-enabled workbook (.xlsm)" if book.suffix.casefold() != ".xlsm" else "")
        + " and close it.\n"
        f"  4. Run again: leadbook buttons {typed(book.with_suffix('.xlsm'))}\n"
        "That puts the buttons on the sheets and changes no macro."
    )
