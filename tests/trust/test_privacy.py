"""Nothing leaves the machine unless it was asked for: what the operating system sees of leadbook's network calls."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from openpyxl import Workbook

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
    ("backtest", "leads.xlsx", "--as-of", DAY),
    ("diff", "leads.xlsx", "--since", "2026-10-01", "--as-of", DAY),
    ("dedupe", "leads.xlsx"),
    ("dedupe", "leads.csv", "--id", "Lead ID"),
    ("export", "leads.xlsx", "--to", "out.csv"),
    ("import", "leads.csv", "--into", "leads.xlsx", "--as-of", DAY),
    ("history", "import", "changes.csv", "--into", "leads.xlsx", "--as-of", DAY),
    ("review", "leads.xlsx", "-o", "review.xlsx", "--as-of", DAY),
    ("propose", "leads.xlsx", "--stage", "Proposal", "--html", "--as-of", DAY),
    ("followups", "leads.xlsx", "--as-of", DAY),
    ("calendar", "leads.xlsx", "--as-of", DAY),
    ("brief", "leads.xlsx", "--lead", "X-1", "--as-of", DAY),
    ("merge", "leads.xlsx", "X-1", "X-2", "--as-of", DAY),
    ("unmerge", "leads.xlsx", "M-0001", "--as-of", DAY),
    ("sync", "leads.xlsx", "--as-of", DAY),
    ("undo", "leads.xlsx"),
    ("adopt", "tracker.xlsx"),
    ("templates", "list"),
    ("rules",),
    ("explain", "LB210"),
    ("init", "mine.xlsm"),
    ("doctor", "mine.xlsm"),
    ("buttons", "leads.xlsx"),
    ("demo",),
    ("live", "refresh"),
    ("watch", "leads.xlsx"),
)
WATCHED_SECONDS = 5


def test_every_command_is_listened_to():
    """A command that comes later must be put into the list above."""
    told = subprocess.run(
        [sys.executable, "-m", "leadbook", "--help"], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT), "COLUMNS": "200"},
    )  # fmt: skip
    there = re.findall(r"^    ([a-z]+)(?: |$)", told.stdout, re.MULTILINE)
    assert len(there) > 25
    assert set(there) == {command[0] for command in COMMANDS}


@pytest.mark.slow
def test_no_command_asks_the_network_anything(tmp_path: Path, tell_absent: Callable[[str, str], None]):
    if shutil.which("strace") is None:
        tell_absent("strace", "apt-get install strace")
    shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "leads.xlsx")
    (tmp_path / "leads.csv").write_text(
        "Lead ID,Company,City\nX-1,New Firm,Bonn\nX-2,New Firm,Bonn\nX-3,Birch,Ulm\n", encoding="utf-8"
    )
    changes = "Lead ID,Field,Old Value,New Value,Edit Date\nX-1,Stage,Prospecting,Proposal,2026-10-02\n"
    (tmp_path / "changes.csv").write_text(changes, encoding="utf-8")
    with closing(Workbook()) as tracker:
        for row in (("Client", "Rep", "Status"), ("Alder", "Ana", "Proposal"), ("Birch", "Ben", "Won")):
            tracker.active.append(row)
        tracker.save(tmp_path / "tracker.xlsx")
    for command in COMMANDS:
        log = tmp_path / "calls.strace"
        # A watch goes on until somebody presses Ctrl+C, and then ends well.
        limited = ["timeout", "-s", "INT", f"{WATCHED_SECONDS}"] if command[0] == "watch" else []
        told = subprocess.run(
            ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg,bind", "-o", log,
             *limited, sys.executable, "-m", "leadbook", *command],
            cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
        )  # fmt: skip
        fine = {"watch": {124}, "live": {3}}.get(command[0], {0, 1})  # nothing is open in Excel here
        assert told.returncode in fine, (command, told.stderr)
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
