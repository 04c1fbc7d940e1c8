"""The modules as files that Excel's own editor imports, for workbooks whose macros leadbook does not touch."""

from __future__ import annotations

from leadbook.books.vba.actions import MODULE, module_source
from leadbook.books.vba.donor import donor_project

_CLASS_HEAD = "VERSION 1.0 CLASS\nBEGIN\n  MultiUse = -1  'True\nEND\n"
_NOT_IN_FILES = "Attribute VB_Base"


def module_text() -> str:
    """Return leadbook's own module as a file."""
    return f'Attribute VB_Name = "{MODULE}"\n{module_source()}'


def module_files() -> dict[str, str]:
    """Return every module that the buttons need, by the name of its file, in the order in which to import them.

    Raises
    ------
    LeadbookError
        When xlwings is missing or of another version.
    """
    donor = donor_project()
    dictionary = "\n".join(
        line for line in donor.source("Dictionary").split("\n") if not line.startswith(_NOT_IN_FILES)
    )
    return {
        f"{MODULE}.bas": module_text(),
        "xlwings.bas": donor.source("xlwings"),
        "Dictionary.cls": _CLASS_HEAD + dictionary,
    }
