"""A workbook with buttons: its macros, the sheet that tells them where Python is, and the buttons themselves."""

from __future__ import annotations

import io
import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.books import button_bars
from leadbook.books.ooxml import Area, ScratchBook
from leadbook.books.ooxml.macro_workbook import MacroWorkbook
from leadbook.books.ownership import list_marks
from leadbook.books.refusals import naming_refusals
from leadbook.books.render import render_parts
from leadbook.books.vba.actions import EDITION, MODULE, module_source
from leadbook.books.vba.donor import DONOR_MODULES, WORKBOOK_CODE_NAME, XlwingsError, donor_project, fits, project_for
from leadbook.books.vba.project import CHART_SHEET, WORKSHEET, Project
from leadbook.model.issues import BookRefusedError, InputError
from leadbook.sheets.spec import Cell, Sheet

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.model.tables import RawTable

CONFIGURATION = "xlwings.conf"
"""The sheet where RunPython looks for its settings, before any file of the user's."""
OWN_MARK = "LEADBOOK_BUTTONS"
WINDOWS_PYTHON, MAC_PYTHON = "INTERPRETER_WIN", "INTERPRETER_MAC"
_WINDOWS_PATH = re.compile(r"[A-Za-z]:[\\/]|\\\\")
_CODE_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_]{0,30}")
_XLWINGS_VERSION = re.compile(r'xlwings_versionasstring="([^"]*)"')
_WORKING = ("today",)


class ForeignMacrosError(BookRefusedError):
    """The workbook has macros of its own, which are not touched; leadbook's can be added by hand."""


class MacroBook(Struct):
    """A workbook that gets its buttons, and what was done so far.

    Parameters
    ----------
    name : str
        Its file name, for sentences.
    workbook : MacroWorkbook
    done : list of str
        What was added or renewed, one clause each.
    bare : list of str
        Leadbook's and the seller's sheets on which there was no room for buttons.
    """

    name: str
    workbook: MacroWorkbook
    done: list[str] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)

    @classmethod
    def open(cls, name: str, data: bytes) -> MacroBook:
        """Read a workbook.

        Raises
        ------
        BookRefusedError
            When it is none, or one that cannot be edited safely.
        """
        with naming_refusals(name):
            return cls(name, MacroWorkbook.open(data))

    def put_configuration(self, python: str) -> None:
        """Tell the macros where Python is, on the hidden sheet that they read.

        Parameters
        ----------
        python : str
            The full path of the interpreter on the computer with Excel, of either system.

        Raises
        ------
        BookRefusedError
            When the seller has such a sheet for macros of their own.
        """
        wanted = configuration(python)
        there = {info.name.casefold(): info.name for info in self.workbook.sheets}
        sheet = there.get(CONFIGURATION)
        if sheet is None:
            cells = [
                Cell(row, column, text)
                for row, pair in enumerate(wanted.items(), 1)
                for column, text in enumerate(pair, 1)
            ]
            spec = Sheet(CONFIGURATION, cells=cells, widths={1: 32, 2: 90})
            with naming_refusals(self.name):
                parts = render_parts([spec], date_1904=self.workbook.date_1904)
                self.workbook.graft_sheet(ScratchBook(parts), CONFIGURATION)
            self.workbook.hide_sheet(CONFIGURATION)
            self.done.append(f"the hidden sheet {CONFIGURATION}")
            return
        known = read_configuration(self.workbook)
        if OWN_MARK not in known:
            raise BookRefusedError(
                f'"{self.name}" has a sheet {sheet} already, with settings for other macros. Rename it if nothing '
                "needs it any more (right-click its tab, Unhide and Rename), or keep the macros of that kind and "
                "leadbook's in two workbooks, and run the command again."
            )
        rows = {key: row for row, key in enumerate(known, 1)}
        for key, text in wanted.items():
            if known.get(key) != text:
                row = rows.setdefault(key, len(rows) + 1)
                self.workbook.set_cells(sheet, {1: {row: key}, 2: {row: text}})
                self.done.append(f"{key} on the sheet {CONFIGURATION}")

    def put_macros(self) -> None:
        """Give the workbook leadbook's macros; those that are there and are this version's stay byte for byte.

        Raises
        ------
        ForeignMacrosError
            When it has macros of its own and lacks leadbook's.
        """
        state = look_at_macros(self.workbook)
        if state.current and state.foreign and not fits(state.xlwings or "0"):
            found = f"of version {state.xlwings}" if state.xlwings else "missing"
            raise ForeignMacrosError(f'The module xlwings among the macros of "{self.name}" is {found}.')
        signed = self.workbook.project_is_signed
        unnamed = "" in self.workbook.sheet_code_names().values()  # sheets that came since, by adopt and the like
        if state.current and (state.foreign or signed or not unnamed):
            return
        if signed:
            raise ForeignMacrosError(f'"{self.name}" has signed macros, and any change would break the signature.')
        if state.foreign or not state.readable:
            raise ForeignMacrosError(f'"{self.name}" has macros of its own, and leadbook changes none of them.')
        sheets, given = self._code_names()
        self.workbook.set_code_names(WORKBOOK_CODE_NAME, given)
        self.workbook.put_project(project_for(sheets))
        self.done.append("the macros")

    def put_buttons(self, leads: RawTable | None) -> None:
        """Put the buttons that are missing on leadbook's sheets and above the list of leads."""
        bars = {
            mark.sheet: button_bars.title_bar(self.workbook, mark.sheet, working=wanted in _WORKING)
            for wanted, mark in list_marks(self.workbook).items()
        }
        if leads is not None:
            bars[leads.sheet] = button_bars.list_bar(self.workbook, leads)
        for sheet, bar in bars.items():
            there = self.workbook.button_macros(sheet)
            missing = button_bars.missing_from(bar, there)
            if missing:
                self.workbook.add_buttons(sheet, missing)
                count = "a button" if len(missing) == 1 else f"{len(missing)} buttons"
                self.done.append(f"{count} on the sheet {sheet}")
            elif not bar and not there:
                self.bare.append(sheet)

    def written(self) -> bytes:
        """Return the workbook with all of it, after the gate has looked at it."""
        target = io.BytesIO()
        with naming_refusals(self.name):
            self.workbook.write(target)
        return target.getvalue()

    def _code_names(self) -> tuple[dict[str, str], dict[str, str]]:
        """Return each sheet's name in VBA with its kind, and by the names on their tabs those that have to be given."""
        kinds = {info.name: info.kind for info in self.workbook.sheets}
        known = self.workbook.sheet_code_names()
        taken = {name.casefold() for name in (MODULE, WORKBOOK_CODE_NAME, *DONOR_MODULES)}
        given: dict[str, str] = {}
        for sheet, name in known.items():
            if _CODE_NAME.fullmatch(name) and name.casefold() not in taken:
                taken.add(name.casefold())
            else:
                given[sheet] = ""
        for sheet in given:
            number = 1
            while f"sheet{number}" in taken:
                number += 1
            given[sheet] = f"Sheet{number}"
            taken.add(f"sheet{number}")
        names = {given.get(sheet) or name: kinds[sheet] for sheet, name in known.items()}
        return {name: CHART_SHEET if kind == "chartsheet" else WORKSHEET for name, kind in names.items()}, given


class MacroState(Struct, frozen=True):
    """What the macros of a workbook are.

    Parameters
    ----------
    there : bool
        Whether it has any.
    readable : bool
    ours : bool
        Whether leadbook's module is among them.
    current : bool
        Whether leadbook's module is what this version would put there, and, where no others are beside them, those
        it needs too.
    foreign : tuple of str
        Modules with code of the seller's own.
    xlwings : str
        The version that the module ``xlwings`` says it is; "" without it.
    """

    there: bool = False
    readable: bool = True
    ours: bool = False
    current: bool = False
    foreign: tuple[str, ...] = ()
    xlwings: str = ""


def look_at_macros(workbook: MacroWorkbook) -> MacroState:
    """Return what the macros of a workbook are; those of xlwings are compared where it is installed."""
    data = workbook.project
    if data is None:
        return MacroState()
    try:
        project = Project.read(data)
        bodies = {name: code_of(project.source(name)) for name in project.names}
    except ValueError:
        return MacroState(there=True, readable=False)
    folded = {name.casefold(): body for name, body in bodies.items()}
    own = {MODULE.casefold(), *(name.casefold() for name in DONOR_MODULES)}
    foreign = [name for name, body in bodies.items() if name.casefold() not in own and body]
    foreign += [name for name in project.root.folders if name.casefold() != "vba"]  # forms, even without code
    if project.is_locked:
        foreign.append("a locked project")
    version = _XLWINGS_VERSION.search(folded.get("xlwings", ""))
    current = folded.get(MODULE.casefold()) == code_of(module_source())
    if not foreign:
        current &= all(folded.get(name.casefold()) == code_of(source) for name, source in donor_sources().items())
    return MacroState(
        there=True,
        ours=OWN_MARK.casefold() in folded.get(MODULE.casefold(), ""),
        current=current,
        foreign=tuple(foreign),
        xlwings=version[1] if version else "",
    )


def donor_sources() -> dict[str, str]:
    """Return the modules that leadbook's needs beside it; none where xlwings is missing or of another version."""
    try:
        donor = donor_project()
    except XlwingsError:
        return {}
    return {name: donor.source(name) for name in DONOR_MODULES}


def code_of(source: str) -> str:
    """Return a module's code without attributes, and without what Excel changes in it: letter case and spaces."""
    lines = ("".join(line.casefold().split()) for line in source.splitlines())
    return "\n".join(line for line in lines if line and not line.startswith(("attributevb_", "optionexplicit")))


def configuration(python: str) -> dict[str, str]:
    """Return what the macros' settings say, each a text; all of it is read before files of the user's are."""
    on_windows = _WINDOWS_PATH.match(python) is not None
    if not on_windows and not python.startswith("/"):
        told = f'"{python}" is no full path' if python else "Where Python is cannot be told here"
        raise InputError(
            f"{told}: add --interpreter with the full path of python on the computer with Excel, such as "
            r"C:\Users\you\leadbook\Scripts\python.exe or /Users/you/leadbook/bin/python."
        )
    return {
        WINDOWS_PYTHON if on_windows else MAC_PYTHON: python,
        "ADD_WORKBOOK_TO_PYTHONPATH": "False",
        "USE UDF SERVER": "False",
        OWN_MARK: str(EDITION),
    }


def read_configuration(workbook: MacroWorkbook) -> Mapping[str, str]:
    """Return the macros' settings as their sheet has them, down to its first blank row; none without it."""
    sheet = next((info.name for info in workbook.sheets if info.name.casefold() == CONFIGURATION), None)
    if sheet is None:
        return {}
    texts = workbook.cell_texts(sheet, Area(1, 1, 200, 2))
    found: dict[str, str] = {}
    row = 1
    while texts.get((row, 1), "").strip():
        found[texts[row, 1].strip().upper()] = texts.get((row, 2), "").strip()
        row += 1
    return found
