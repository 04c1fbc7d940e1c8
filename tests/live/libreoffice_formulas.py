"""Formulas between the spelling of Excel and that of LibreOffice's programming interface."""

from __future__ import annotations

import re

_TEXT = re.compile(r'("(?:[^"]|"")*")')
_SHEET = re.compile(r"('(?:[^']|'')+'|[A-Za-z_][\w.]*)!")
_OURS = re.compile(r"\$('(?:[^']|'')+'|[A-Za-z_]\w*)\.(?=\$?[A-Z])")


def to_office(formula: str) -> str:
    """Return a formula of Excel's as LibreOffice takes it: ``Leads!A1`` becomes ``$Leads.A1``, commas semicolons."""
    parts = _TEXT.split(formula)
    for at in range(0, len(parts), 2):
        part = _SHEET.sub(lambda found: f"${found[1]}.", parts[at])
        parts[at] = part.replace(",", ";")
    return "".join(parts)


def to_excel(formula: str) -> str:
    """Return a formula of LibreOffice's as Excel spells it."""
    parts = _TEXT.split(formula)
    for at in range(0, len(parts), 2):
        parts[at] = _OURS.sub(lambda found: f"{found[1]}!", parts[at]).replace(";", ",")
    return "".join(parts)
