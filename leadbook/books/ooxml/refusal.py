"""The one failure this room raises for a workbook that it will not edit."""

from __future__ import annotations


class PackageRefusedError(Exception):
    """The workbook cannot be read or edited safely; the text is one plain sentence for its owner."""


class StrictWorkbookError(PackageRefusedError):
    """The workbook is a Strict Open XML Spreadsheet: not edited, but others can read it."""
