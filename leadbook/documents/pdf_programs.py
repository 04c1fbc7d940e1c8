"""Where the programs are that can print a document into a PDF file."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

_OFFICE = ("soffice", "libreoffice", "soffice.com")
_BROWSERS = (
    "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge", "microsoft-edge-stable",
    "chrome", "msedge",
)  # fmt: skip
_IN_PROGRAM_FILES = {
    "office": ("LibreOffice/program/soffice.com",),
    "browser": ("Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"),
}
_IN_APPLICATIONS = {
    "office": ("LibreOffice.app/Contents/MacOS/soffice",),
    "browser": (
        "Google Chrome.app/Contents/MacOS/Google Chrome",
        "Chromium.app/Contents/MacOS/Chromium",
        "Microsoft Edge.app/Contents/MacOS/Microsoft Edge",
    ),
}


def find_libreoffice() -> Path | None:
    """Return LibreOffice's program, None where it is not installed."""
    return _first(_OFFICE, "office")


def find_browser() -> Path | None:
    """Return the program of a browser that prints pages by itself, None where there is none."""
    return _first(_BROWSERS, "browser")


def _first(names: Iterable[str], kind: str) -> Path | None:
    for name in names:
        found = shutil.which(name)
        if found:
            return Path(found)
    return next((place for place in _usual_places(kind) if place.is_file()), None)


def _usual_places(kind: str) -> list[Path]:
    if sys.platform == "win32":
        folders = [os.environ.get(name, "") for name in ("PROGRAMFILES", "PROGRAMFILES(X86)", "LOCALAPPDATA")]
        return [Path(folder) / inner for folder in folders if folder for inner in _IN_PROGRAM_FILES[kind]]
    if sys.platform == "darwin":
        folders = [Path("/Applications"), Path.home() / "Applications"]
        return [folder / inner for folder in folders for inner in _IN_APPLICATIONS[kind]]
    return []
