"""What a workbook lacks for its buttons, as far as the closed file tells."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from leadbook.books.macro_books import (
    CONFIGURATION,
    MAC_PYTHON,
    WINDOWS_PYTHON,
    look_at_macros,
    read_configuration,
)
from leadbook.books.ownership import list_marks
from leadbook.books.starter import GENERATED
from leadbook.books.vba.actions import ACTIONS
from leadbook.run.buttons import typed
from leadbook.run.doctor.findings import Finding, fault, fine, note

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from leadbook.books.macro_books import MacroState
    from leadbook.books.ooxml.macro_workbook import MacroWorkbook
    from leadbook.run.doctor.machine import Machine

_PACKAGES = ("Lib/site-packages", "lib/python*/site-packages")


def check_book(book: Path, workbook: MacroWorkbook, machine: Machine, *, from_internet: bool) -> Iterator[Finding]:
    """Yield what was found in a workbook, in the order in which it is to be put right."""
    renew = f"Run: leadbook buttons {typed(book)}"
    state = look_at_macros(workbook)
    yield from _check_macros(book, workbook, state, machine, renew)
    if state.there:
        yield from _check_settings(read_configuration(workbook), machine, renew)
        yield from _check_buttons(workbook, state, renew)
    yield from _check_sheets(workbook, book)
    if from_internet:
        yield fault("security", f"{book.name} is marked as a file from the internet, so Excel blocks its macros.", {
            "windows": f'Close it, right-click {book.name} in the Explorer, choose Properties, tick "Unblock", OK.',
            "mac": f"Run: xattr -d com.apple.quarantine {typed(book)}",
            "other": f"On Windows: right-click {book.name}, choose Properties, tick Unblock, OK.",
        }[machine.system])  # fmt: skip
    else:
        yield fine("security", f"{book.name} is not marked as a file from the internet.")


def _check_macros(
    book: Path, workbook: MacroWorkbook, state: MacroState, machine: Machine, renew: str
) -> Iterator[Finding]:
    if not state.there:
        yield fault("macros", f"{book.name} has no macros, so it has no buttons that work.", renew)
    elif not state.readable:
        yield fault(
            "macros", f"The macros of {book.name} cannot be read.",
            "Open it in Excel, let it repair the file, save and close it, and run leadbook doctor again.",
        )  # fmt: skip
    elif not state.ours:
        yield fault("macros", f"{book.name} has macros of its own, and leadbook's are not among them.", renew)
    elif not state.current:
        yield fault("macros", f"The macros in {book.name} are of another version of leadbook or xlwings.", renew)
    else:
        yield fine("macros", f"The macros in {book.name} are those of this leadbook.")
    if state.xlwings and machine.xlwings and state.xlwings != machine.xlwings:
        yield fault(
            "xlwings",
            f"The macros are those of xlwings {state.xlwings}, and {machine.xlwings} is installed for this Python.",
            renew,
        )
    if state.foreign:
        yield note("macros", f"It has code of its own, which stays as it is: {', '.join(state.foreign)}.")
    if workbook.project_is_signed:
        yield note("macros", "The macros are signed.")


def _check_settings(told: Mapping[str, str], machine: Machine, renew: str) -> Iterator[Finding]:
    if not told:
        yield fault(
            "settings", f"The sheet {CONFIGURATION}, which tells the macros where Python is, is missing.", renew
        )
        return
    if machine.system == "other":
        known = told.get(WINDOWS_PYTHON) or told.get(MAC_PYTHON) or told.get("INTERPRETER", "")
        yield note(
            "settings", f"On the computer with Excel the buttons will look for Python at {known or '(nowhere)'}."
        )
        return
    key = WINDOWS_PYTHON if machine.system == "windows" else MAC_PYTHON
    python = told.get(key, "")
    if not python:
        yield fault("settings", "The workbook does not say where Python is on this system.", renew)
    elif not Path(python).is_file():
        yield fault("settings", f"The buttons look for Python at {python}, and there is none.", renew)
    elif _same(python, machine.python):
        yield fine("settings", "The buttons start the Python that runs now.")
    elif has_package(Path(python), "leadbook") and has_package(Path(python), "xlwings"):
        yield fine(
            "settings", f"The buttons start another Python than this one: {python}. It has leadbook and xlwings."
        )
    else:
        yield fault("settings", f"The buttons start {python}, and leadbook is not installed for that Python.", renew)
    if told.get("ADD_WORKBOOK_TO_PYTHONPATH", "").casefold() != "false":
        yield note(
            "settings",
            "ADD_WORKBOOK_TO_PYTHONPATH is not False, so Python files beside the workbook can take leadbook's place.",
            renew,
        )


def _check_buttons(workbook: MacroWorkbook, state: MacroState, renew: str) -> Iterator[Finding]:
    ours = {action.macro.casefold() for action in ACTIONS}
    where: list[str] = []
    lost: set[str] = set()
    for sheet in workbook.sheets:
        if sheet.kind != "worksheet":
            continue
        macros = [macro.rpartition("!")[2] for macro in workbook.button_macros(sheet.name)]
        mine = [macro for macro in macros if macro.casefold().startswith("leadbook_")]
        lost |= {macro for macro in mine if macro.casefold() not in ours}
        if mine:
            where.append(sheet.name)
    if lost:
        yield fault("buttons", f"Buttons call macros that this leadbook has not: {', '.join(sorted(lost))}.", renew)
    if where:
        yield fine("buttons", f"There are buttons on {', '.join(where)}.")
    elif state.ours:
        yield fault("buttons", "The macros are there, and no sheet has a button.", renew)


def _check_sheets(workbook: MacroWorkbook, book: Path) -> Iterator[Finding]:
    marks = list_marks(workbook)
    missing = [name for name in GENERATED if name.casefold() not in marks]
    again = f"Run: leadbook refresh {typed(book)}"
    if missing:
        yield note("sheets", f"These sheets of leadbook's are not in the workbook: {', '.join(missing)}.", again)
    else:
        yield fine("sheets", "All of leadbook's sheets are in the workbook.")
    nameless = [sheet for sheet, name in workbook.sheet_code_names().items() if not name]
    if workbook.project is not None and nameless:
        yield note(
            "sheets",
            f"Excel will give these sheets a module of their own when it saves next: {', '.join(nameless)}.",
        )


def has_package(python: Path, name: str) -> bool:
    """Tell whether a package is installed for an interpreter, by its folders; a link of it does not count as one.

    Nothing is started: the path came from a cell.
    """
    bases = dict.fromkeys((python.parent.parent, python.parent))
    return any(
        (folder / name).is_dir() or any(folder.glob(f"{name}-*.dist-info"))
        for base in bases
        for pattern in _PACKAGES
        for folder in base.glob(pattern)
    )


def _same(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other) and Path(one).parent == Path(other).parent
    except OSError:
        return False
