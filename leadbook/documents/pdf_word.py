"""The one place that asks Word itself for a PDF: through COM on Windows, through AppleScript on a Mac.

Neither has been tried against a real Word by whoever wrote this; all the rest does without it.
"""

from __future__ import annotations

import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from leadbook.model.issues import LeadbookError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_PDF = 17  # wdExportFormatPDF
_NO_MACROS = 3  # msoAutomationSecurityForceDisable
_NOT_SAVED = 0  # wdDoNotSaveChanges
_SECONDS = 300
# The files are given as arguments: nothing of their names is read as a script.
_MAC = """on run files
  tell application "Microsoft Word"
    set wasRunning to running
    repeat with number from 1 to count of files by 2
      open (POSIX file (item number of files))
      save as active document file name (item (number + 1) of files) file format format PDF
      close active document saving no
    end repeat
    if not wasRunning then quit saving no
  end tell
end run"""


def find_word() -> Callable[[Sequence[Path], Path], None] | None:
    """Return how Word makes PDF files here, None where there is no Word that can be asked."""
    if sys.platform == "win32" and find_spec("win32com") and _is_registered():
        return _through_com
    if sys.platform == "darwin" and Path("/Applications/Microsoft Word.app").is_dir():
        return _through_applescript
    return None


def _is_registered() -> bool:
    import winreg  # noqa: PLC0415 - there is none but on Windows

    registry: Any = winreg  # other systems' type stubs know none of its names
    try:
        registry.CloseKey(registry.OpenKey(registry.HKEY_CLASSES_ROOT, "Word.Application\\CLSID"))
    except OSError:
        return False
    return True


def _through_com(files: Sequence[Path], out: Path) -> None:
    import pythoncom  # noqa: PLC0415 - there is none but on Windows
    import win32com.client  # noqa: PLC0415 - as above

    try:
        # A Word of its own: the seller's open documents stay as they are.
        word = win32com.client.DispatchEx("Word.Application")
    except pythoncom.com_error as failure:
        raise LeadbookError("Word could not be started; start it once by hand and answer what it asks.") from failure
    try:
        word.Visible = False
        word.DisplayAlerts = 0
        word.AutomationSecurity = _NO_MACROS
        word.Options.UpdateLinksAtOpen = False
        for file in files:
            document = word.Documents.Open(str(file), False, True, False)  # no conversion asked, read only, not recent
            document.ExportAsFixedFormat(str(out / f"{file.stem}.pdf"), _PDF)
            document.Close(_NOT_SAVED)
    except pythoncom.com_error as failure:
        raise LeadbookError("Word stopped while it made a PDF; close its dialogs and try again.") from failure
    finally:
        word.Quit(_NOT_SAVED)


def _through_applescript(files: Sequence[Path], out: Path) -> None:
    import subprocess  # noqa: PLC0415 - only a Mac's Word is asked like this

    pairs = [str(path) for file in files for path in (file, out / f"{file.stem}.pdf")]
    try:
        subprocess.run(  # noqa: S603 - the system's own program, and files named by leadbook
            ["/usr/bin/osascript", "-", *pairs], input=_MAC, text=True, check=True, capture_output=True,
            timeout=_SECONDS,
        )  # fmt: skip
    except (subprocess.SubprocessError, OSError) as failure:
        raise LeadbookError(
            "Word made no PDF; allow leadbook to control Word in System Settings, Privacy."
        ) from failure
