"""A LibreOffice of the tests' own, hidden, in a profile of its own, reached over a pipe."""

from __future__ import annotations

import contextlib
import shutil
import subprocess
import sys
import tempfile
import time
import uuid
from pathlib import Path

from libreoffice_batch import Macros

# Debian puts python3-uno where only the system's own Python looks.
_BRIDGES = ("/usr/lib/python3/dist-packages", "/usr/lib/libreoffice/program", "/opt/libreoffice/program")
_PROFILE = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry" xmlns:xs="http://www.w3.org/2001/XMLSchema"
 xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="UseLocking" oor:op="fuse">
<value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Misc"><prop oor:name="UseDocumentSystemFileLocking" oor:op="fuse">
<value>false</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/Security/Scripting"><prop oor:name="MacroSecurityLevel" oor:op="fuse">
<value>0</value></prop></item>
</oor:items>
"""


def find_bridge() -> str:
    """Return why LibreOffice cannot be driven, "" when it can."""
    if shutil.which("soffice") is None:
        return "LibreOffice is not installed (apt-get install libreoffice-calc)"
    with contextlib.suppress(ImportError):
        import uno

        return ""
    for folder in _BRIDGES:
        if (Path(folder) / "uno.py").exists():
            sys.path.append(folder)
            with contextlib.suppress(ImportError):
                import uno  # noqa: F401 - as above

                return ""
            sys.path.remove(folder)
    return "LibreOffice's bridge to Python is not installed (apt-get install python3-uno), or is another Python's"


class Office:
    """One running LibreOffice."""

    def __init__(self) -> None:
        import uno

        self.profile = Path(tempfile.mkdtemp(prefix="leadbook-office-"))
        (self.profile / "user").mkdir()
        (self.profile / "user" / "registrymodifications.xcu").write_text(_PROFILE, encoding="utf-8")
        pipe = f"leadbook{uuid.uuid4().hex[:12]}"
        self.process = subprocess.Popen(
            ["soffice", f"--accept=pipe,name={pipe};urp;", "--headless", "--norestore", "--nologo", "--nodefault",
             f"-env:UserInstallation={self.profile.as_uri()}"],
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        local = uno.getComponentContext()
        resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
        began = time.monotonic()
        while True:
            try:
                self.context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
                break
            except Exception:  # uno's own exceptions exist only while it runs
                if time.monotonic() - began > 90 or self.process.poll() is not None:
                    self.close()
                    raise
                time.sleep(0.1)
        self.desktop = self.context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", self.context)
        self.macros = Macros(self.context)

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.desktop.terminate()
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait(15)
        shutil.rmtree(self.profile, ignore_errors=True)


def properties(**named):
    """Return arguments as LibreOffice takes them."""
    from com.sun.star.beans import PropertyValue

    made = []
    for name, value in named.items():
        one = PropertyValue()
        one.Name, one.Value = name, value
        made.append(one)
    return tuple(made)
