"""The VBA project of a workbook with buttons, made from the one that the installed xlwings ships.

Nothing of xlwings is kept in leadbook: its project is read from the installed package each time, and its modules
``xlwings`` (BSD-3-Clause) and ``Dictionary`` (MIT) go into the workbook byte for byte, notices included.
"""

from __future__ import annotations

import io
import zipfile
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from leadbook.books.vba.actions import MODULE, module_source
from leadbook.books.vba.project import WORKSHEET, Project
from leadbook.model.issues import LeadbookError

if TYPE_CHECKING:
    from collections.abc import Mapping

DONOR = "quickstart_standalone.xlsm"
DONOR_MODULES = ("xlwings", "Dictionary")
"""What the button's module needs beside itself."""
WORKBOOK_CODE_NAME = "ThisWorkbook"
LEAST_VERSION, FIRST_UNKNOWN = (0, 37), (0, 38)
BOUND = "0.37"
"""The versions of xlwings whose parts are known to fit together with these (pyproject.toml has the same bound)."""


class XlwingsError(LeadbookError):
    """xlwings is missing, or another version than the buttons are made for."""


def xlwings_version() -> str | None:
    """Return the version of the installed xlwings, without importing it; None when it is not there."""
    try:
        return version("xlwings")
    except PackageNotFoundError:
        return None


def fits(found: str) -> bool:
    """Tell whether a version of xlwings is within the bound."""
    numbers = tuple(int(word) for word in found.split(".")[:2] if word.isdigit())
    return LEAST_VERSION <= numbers < FIRST_UNKNOWN


def donor_project() -> Project:
    """Return the project that the installed xlwings ships for workbooks without its add-in.

    Raises
    ------
    XlwingsError
        When it is not installed, of another version, or not whole.
    """
    found = xlwings_version()
    if found is None:
        raise XlwingsError('Buttons need xlwings, which is not installed here. Run: pip install "xlwings>=0.37,<0.38"')
    if not fits(found):
        raise XlwingsError(
            f"Buttons are made for xlwings {BOUND}, and {found} is installed here. "
            'Run: pip install "xlwings>=0.37,<0.38"'
        )
    spec = find_spec("xlwings")
    try:
        path = Path(spec.origin if spec and spec.origin else "").with_name(DONOR)
        with zipfile.ZipFile(io.BytesIO(path.read_bytes())) as book:
            return Project.read(book.read("xl/vbaProject.bin"))
    except (OSError, KeyError, ValueError, zipfile.BadZipFile) as error:
        raise XlwingsError(
            f"The installed xlwings lacks its file {DONOR}. Run: pip install --force-reinstall xlwings"
        ) from error


def project_for(sheets: Mapping[str, str]) -> bytes:
    """Return the ``vbaProject.bin`` of a workbook that had none.

    Parameters
    ----------
    sheets : mapping of str to str
        Code name of each sheet, in order, to its kind (``project.WORKSHEET`` or ``project.CHART_SHEET``).

    Returns
    -------
    bytes
        The same for the same sheets and the same versions of leadbook and xlwings.
    """
    donor = donor_project()
    sheet_kinds = {name.casefold(): kind for name, kind in sheets.items()}
    needed = {name.casefold() for name in (*DONOR_MODULES, WORKBOOK_CODE_NAME)}
    spare = [
        name for name in donor.names
        if name.casefold() not in needed and sheet_kinds.get(name.casefold()) != WORKSHEET
    ]  # fmt: skip
    kept = donor.without(spare)
    there = {name.casefold() for name in kept.names}
    documents = {name: kind for name, kind in sheets.items() if name.casefold() not in there}
    return kept.with_sources({MODULE: module_source()}, documents).written()
