"""Nothing leaves the machine unless it was asked for: what the operating system sees of leadbook's network calls."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

ROOT = Path(__file__).resolve().parents[2]
DAY = "2026-11-20"
_CALL = re.compile(r"\b(connect|sendto|bind|sendmsg)\(.*(AF_INET6?|AF_NETLINK)")
COMMANDS = (
    ("refresh", "leads.xlsx", "--as-of", DAY),
    ("check", "leads.xlsx", "--as-of", DAY),
    ("check", "leads.xlsx", "--fix", "--as-of", DAY),
    ("today", "leads.xlsx", "--as-of", DAY),
    ("score", "leads.xlsx", "--as-of", DAY),
    ("forecast", "leads.xlsx", "--as-of", DAY),
    ("dedupe", "leads.xlsx"),
    ("export", "leads.xlsx", "--to", "out.csv"),
    ("import", "leads.csv", "--into", "leads.xlsx", "--as-of", DAY),
    ("review", "leads.xlsx", "-o", "review.xlsx", "--as-of", DAY),
    ("propose", "leads.xlsx", "--stage", "Proposal", "--html", "--as-of", DAY),
    ("followups", "leads.xlsx", "--as-of", DAY),
    ("calendar", "leads.xlsx", "--as-of", DAY),
    ("undo", "leads.xlsx"),
    ("init", "mine.xlsm"),
    ("doctor", "mine.xlsm"),
)


@pytest.mark.slow
def test_no_command_asks_the_network_anything(tmp_path: Path, tell_absent: Callable[[str, str], None]):
    if shutil.which("strace") is None:
        tell_absent("strace", "apt-get install strace")
    shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "leads.xlsx")
    (tmp_path / "leads.csv").write_text("Lead ID,Company\nX-1,New Firm\n", encoding="utf-8")
    for command in COMMANDS:
        log = tmp_path / "calls.strace"
        told = subprocess.run(
            ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,bind", "-o", log,
             sys.executable, "-m", "leadbook", *command],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert told.returncode in {0, 1}, (command, told.stderr)
        asked = [line for line in log.read_text(errors="replace").splitlines() if _CALL.search(line)]
        assert not asked, (command, asked[:3])


def test_the_network_is_seen_where_it_is_asked_for(tmp_path: Path, tell_absent: Callable[[str, str], None]):
    """The proof above would be none if it saw nothing."""
    if shutil.which("strace") is None:
        tell_absent("strace", "apt-get install strace")
    log = tmp_path / "calls.strace"
    code = "import socket; s = socket.socket(); s.settimeout(1); s.connect_ex(('127.0.0.1', 9))"
    subprocess.run(["strace", "-f", "-qq", "-e", "trace=connect", "-o", log, sys.executable, "-c", code], check=True)
    assert _CALL.search(log.read_text())
