"""The computer as the buttons will find it: Python, xlwings, its add-in and script, and what Excel may run."""

from __future__ import annotations

import contextlib
import os
import platform
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from msgspec import Struct, field

from leadbook.books.vba.donor import xlwings_version

if sys.platform == "win32":
    import winreg

System = Literal["windows", "mac", "other"]
_SECURITY = r"Software\{policies}Microsoft\Office\16.0\Excel\Security"
_QUARANTINE = "com.apple.quarantine"
_INTERNET_ZONE = 3


class Machine(Struct, frozen=True):
    """What is known about the computer.

    Parameters
    ----------
    system : {"windows", "mac", "other"}
    python : str
        The full path of the interpreter at work.
    version : str
    in_environment : bool
        Whether it is one of a virtual environment.
    xlwings : str or None
        The version that is installed.
    missing : tuple of str
        Packages by which xlwings reaches Excel on this system, and which are not there.
    script : Path or None
        The script through which Excel for Mac starts Python, as this xlwings calls it.
    add_in : Path or None
        The add-in of xlwings, where it is installed.
    settings : mapping of str to str
        The user's own settings of xlwings, in upper case; the workbook's count first.
    macros_allowed : int or None
        What Excel does with macros: 1 runs all, 2 asks, 3 runs signed ones only, 4 runs none; None where nobody chose.
    by_policy : bool
        Whether the company chose.
    blocks_downloads : bool
        Whether the company has Excel block macros of files from the internet, whatever the user answers.
    """

    system: System
    python: str
    version: str
    in_environment: bool
    xlwings: str | None
    missing: tuple[str, ...] = ()
    script: Path | None = None
    add_in: Path | None = None
    settings: dict[str, str] = field(default_factory=dict)
    macros_allowed: int | None = None
    by_policy: bool = False
    blocks_downloads: bool = False


def look_at_machine(home: Path | None = None) -> Machine:
    """Return what is known about this computer; nothing is started and nothing changed."""
    home = home or Path.home()
    system: System = "windows" if sys.platform == "win32" else "mac" if sys.platform == "darwin" else "other"
    needed = {"windows": ("win32api", "pythoncom"), "mac": ("appscript", "psutil"), "other": ()}[system]
    found = xlwings_version()
    data = home / "Library" / "Containers" / "com.microsoft.Excel" / "Data"
    own_settings = data / "xlwings.conf" if system == "mac" else home / ".xlwings" / "xlwings.conf"
    scripts = home / "Library" / "Application Scripts" / "com.microsoft.Excel"
    starts = (
        home / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART",
        home / "Library" / "Group Containers" / "UBF8T346G9.Office" / "User Content.localized" / "Startup.localized"
        / "Excel",
    )  # fmt: skip
    allowed, by_policy, blocks = _security()
    return Machine(
        system=system,
        python=sys.executable,
        version=platform.python_version(),
        in_environment=sys.prefix != sys.base_prefix,
        xlwings=found,
        missing=tuple(name for name in needed if find_spec(name) is None),
        script=scripts / f"xlwings-{found}.applescript" if system == "mac" and found else None,
        add_in=next((start / "xlwings.xlam" for start in starts if (start / "xlwings.xlam").is_file()), None),
        settings=read_settings(own_settings),
        macros_allowed=allowed,
        by_policy=by_policy,
        blocks_downloads=blocks,
    )


def read_settings(path: Path) -> dict[str, str]:
    """Return the settings in a file of xlwings: a quoted name and a quoted value a line; none without the file."""
    found: dict[str, str] = {}
    try:
        text = path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return found
    for line in text.splitlines():
        name, _, value = line.partition(",")
        if name.strip():
            found[name.strip().strip('"').upper()] = value.strip().strip('"')
    return found


def came_from_internet(path: Path) -> bool:
    """Tell whether the system marked a file as one from the internet, whose macros Excel then blocks.

    Notes
    -----
    Windows keeps the mark in a stream beside the content, which other systems show as a file of its own where they
    copied it along; macOS in an attribute.
    """
    with contextlib.suppress(OSError, ValueError):
        mark = Path(f"{path}:Zone.Identifier").read_text(encoding="utf-8", errors="replace")
        zones = [line.partition("=")[2].strip() for line in mark.splitlines() if line.startswith("ZoneId")]
        return any(zone.isdigit() and int(zone) >= _INTERNET_ZONE for zone in zones)
    if sys.platform == "darwin":
        with contextlib.suppress(OSError, subprocess.SubprocessError):
            asked = ["/usr/bin/xattr", "-p", _QUARANTINE, os.fspath(path.resolve())]
            return subprocess.run(asked, check=False, capture_output=True, timeout=10).returncode == 0  # noqa: S603 - the system's own tool
    return False


def _security() -> tuple[int | None, bool, bool]:
    """Return what Excel on Windows does with macros, whether a policy says so, and whether one blocks downloads."""
    allowed: int | None = None
    by_policy = blocks = False
    if sys.platform == "win32":

        def value(policies: str, name: str) -> int | None:
            key = _SECURITY.format(policies=policies)
            with contextlib.suppress(OSError), winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                found = winreg.QueryValueEx(opened, name)[0]
                return int(found) if isinstance(found, int) else None
            return None

        policy = value("Policies\\", "VBAWarnings")
        by_policy = policy is not None
        allowed = policy if by_policy else value("", "VBAWarnings")
        blocks = value("Policies\\", "blockcontentexecutionfrominternet") == 1
    return allowed, by_policy, blocks
