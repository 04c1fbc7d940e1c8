"""Who has a workbook open: the small files that Excel and LibreOffice keep beside it meanwhile."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

EXCEL_PREFIX, OFFICE_PREFIX = "~$", ".~lock."
_MOST_BYTES = 1_024
_LONGEST_NAME = 54
# Excel's owner file: a length and the name in the machine's own letters, then, at byte 54 or 55, the same in UTF-16.
_WIDE_NAMES = (55, 54)


def opened_by(path: Path) -> str | None:
    """Return who has a workbook open now; "" where nobody can tell, None where it is not open.

    Parameters
    ----------
    path : Path
        The workbook itself, not a link to it.
    """
    for name, read in ((f"{EXCEL_PREFIX}{path.name}", _excel_user), (f"{OFFICE_PREFIX}{path.name}#", _office_user)):
        owner = path.with_name(name)
        if not owner.is_file():
            continue
        with (
            contextlib.suppress(OSError),
            owner.open("rb") as file,
        ):  # held by Excel alone, it says enough by being there
            return read(file.read(_MOST_BYTES))
        return ""
    return None


def _excel_user(data: bytes) -> str:
    for start in _WIDE_NAMES:
        length = int.from_bytes(data[start : start + 2], "little")
        text = data[start + 2 : start + 2 + 2 * length]
        if 0 < length <= _LONGEST_NAME and len(text) == 2 * length:
            name = _tidy(text.decode("utf-16-le", errors="replace"))
            if name:
                return name
    length = data[0] if data else 0
    return _tidy(data[1 : 1 + min(length, _LONGEST_NAME)].decode("cp1252", errors="replace"))


def _office_user(data: bytes) -> str:
    """Return the first of the names that LibreOffice lists, divided by commas."""
    parts = data.decode("utf-8", errors="replace").split(",")
    return next((name for name in map(_tidy, parts[:2]) if name), "")


def _tidy(text: str) -> str:
    """Return a name on one line; "" for what is no name."""
    name = " ".join(text.replace("\x00", " ").split())
    return name if name.isprintable() and "\ufffd" not in name else ""
