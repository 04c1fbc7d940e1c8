"""What the computer lacks for the buttons, and what is worth knowing about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.vba.donor import BOUND, fits
from leadbook.run.doctor.findings import Finding, fault, fine, note

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.run.doctor.machine import Machine

INSTALL = 'pip install "xlwings>=0.37,<0.38"'
_WATCHED = ("Desktop", "Documents", "Downloads")
_NOT_COVERED = {
    "PYTHONPATH": "other folders come first when Python looks for its packages",
    "CONDA PATH": "Python is started through conda",
    "CONDA ENV": "Python is started through conda",
}
_ASKS, _SIGNED_ONLY, _NONE = 2, 3, 4


def check_machine(machine: Machine) -> Iterator[Finding]:
    """Yield what was found, the most basic first."""
    yield from _check_python(machine)
    yield from _check_xlwings(machine)
    yield from _check_script(machine)
    yield from _check_security(machine)


def _check_python(machine: Machine) -> Iterator[Finding]:
    if not machine.python:
        yield fault(
            "python", "Where Python is cannot be told here.",
            "Run leadbook doctor with the Python that the buttons shall use.",
        )  # fmt: skip
        return
    where = "in an environment of its own" if machine.in_environment else "in no environment of its own"
    yield fine("python", f"Python {machine.version} runs from {machine.python}, {where}.")
    if " " in machine.python and machine.system == "mac":
        yield fault(
            "python",
            "There is a space in the path of Python, and the script by which Excel for Mac starts it cannot take that.",
            "Make an environment in a folder without spaces (python3 -m venv ~/leadbook), install leadbook into it, "
            "and run leadbook buttons on the workbook with that one.",
        )
    elif " " in machine.python:
        yield fine("python", "There is a space in the path of Python, which the buttons can take on this system.")
    if machine.system == "mac" and any(f"/{folder}/" in machine.python for folder in _WATCHED):
        yield note(
            "permission",
            "Python is in a folder that macOS guards (Desktop, Documents or Downloads), so Excel may not start it.",
            "Make the environment elsewhere, such as ~/leadbook, and run leadbook buttons on the workbook with it.",
        )
    if machine.system == "windows" and "\\windowsapps\\" in machine.python.lower():
        yield note(
            "python",
            "This Python came from the Microsoft Store, whose path other programs cannot always start.",
            "If a click says that Python was not found: install Python from python.org, then leadbook with it.",
        )


def _check_xlwings(machine: Machine) -> Iterator[Finding]:
    if machine.xlwings is None:
        yield fault("xlwings", "xlwings is not installed for this Python.", f"Run: {INSTALL}")
    elif not fits(machine.xlwings):
        yield fault(
            "xlwings", f"xlwings {machine.xlwings} is installed, and the buttons are made for {BOUND}.",
            f"Run: {INSTALL}",
        )  # fmt: skip
    else:
        yield fine("xlwings", f"xlwings {machine.xlwings} is installed, as the buttons need it.")
    if machine.missing:
        names = " and ".join(machine.missing)
        yield fault(
            "xlwings", f"xlwings cannot reach Excel here: {names} is missing.",
            "Run: pip install --force-reinstall xlwings",
        )  # fmt: skip
    if machine.system == "other":
        yield note("xlwings", "Excel does not run on this system: the buttons work on Windows and macOS.")
    if machine.add_in is not None:
        yield fine("add-in", f"The add-in of xlwings is installed ({machine.add_in}); the buttons work without it.")
    else:
        yield fine("add-in", "The add-in of xlwings is not installed; the buttons need none.")
    for name, effect in _NOT_COVERED.items():
        if machine.settings.get(name):
            yield note(
                "settings",
                f"The settings of xlwings on this computer hold {name} ({machine.settings[name]}), so {effect}; "
                "if a click fails, try without it.",
            )


def _check_script(machine: Machine) -> Iterator[Finding]:
    if machine.system != "mac" or machine.script is None:
        return
    if machine.script.is_file():
        yield fine("script", "The script by which Excel for Mac starts Python is in its place.")
    else:
        older = sorted(machine.script.parent.glob("xlwings-*.applescript")) if machine.script.parent.is_dir() else []
        had = f", only that of another version ({older[-1].stem.removeprefix('xlwings-')})" if older else ""
        yield fault(
            "script", f"The script by which Excel for Mac starts Python is missing{had}.",
            "Run: xlwings runpython install",
        )  # fmt: skip
    yield note(
        "permission",
        "On the first click macOS asks whether Python may control Microsoft Excel: choose OK. Once denied, it is "
        "allowed again in System Settings > Privacy & Security > Automation.",
    )


def _check_security(machine: Machine) -> Iterator[Finding]:
    if machine.system == "mac":
        yield note(
            "security",
            "Excel for Mac asks on opening whether macros may run: choose Enable Macros (Excel > Settings > Security).",
        )
    if machine.system != "windows":
        return
    chosen = "Your company has Excel" if machine.by_policy else "Excel is set to"
    way_out = (
        "Ask your IT to allow macros in the folder of the workbook, or use leadbook live refresh, which needs none."
        if machine.by_policy
        else "In Excel choose File > Options > Trust Center > Trust Center Settings > Macro Settings, and there "
        '"Disable VBA macros with notification"; or add the folder of the workbook under Trusted Locations.'
    )
    if machine.macros_allowed == _NONE:
        yield fault("security", f"{chosen} run no macros at all, and Excel does not even ask.", way_out)
    elif machine.macros_allowed == _SIGNED_ONLY:
        yield fault("security", f"{chosen} run only macros with a signature, which leadbook's have not.", way_out)
    elif machine.macros_allowed in {None, _ASKS}:
        yield note("security", "Excel asks once on opening whether macros may run: choose Enable Content.")
    else:
        yield fine("security", "Excel runs macros without asking.")
