"""Whether a file on the disk is a whole workbook, or still being written."""

from __future__ import annotations

import zipfile
import zlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path


def is_whole(path: Path) -> bool:
    """Tell whether a file is a zip container of which every member can be read; False for one that is not there."""
    try:
        with zipfile.ZipFile(path) as package:
            return package.testzip() is None
    except (OSError, zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, RuntimeError):
        return False
