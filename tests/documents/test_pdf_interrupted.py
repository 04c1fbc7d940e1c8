"""Ctrl+C while documents are printed: the programs end with all they started, and no temporary file stays."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import textwrap
import time
from pathlib import Path

import pytest

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for another process"),
]

ROOT = Path(__file__).resolve().parent.parent.parent
SLOW_PROGRAM = """\
    #!/bin/sh
    touch "$TMPDIR/of_its_own"
    sleep 60 &
    echo $! > "$STARTED/$$"
    wait
"""
PRINTING = """
    import sys
    from leadbook.documents.pdf import Printable, find_pdf_programs, to_pdfs

    documents = [Printable(f"{number}", b"word", lambda: "<html><head></head></html>") for number in range(6)]
    try:
        to_pdfs(documents, find_pdf_programs(only=sys.argv[1]))
    except KeyboardInterrupt:
        print("stopped")
"""


def is_alive(pid: int) -> bool:
    state = Path(f"/proc/{pid}/stat")
    return state.exists() and ") Z " not in state.read_text()


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="nothing tells which processes there are")
@pytest.mark.parametrize(("only", "name"), [("libreoffice", "soffice"), ("browser", "chromium")])
def test_ctrl_c_ends_the_programs_that_print(tmp_path, only, name):
    program, started, temporary = tmp_path / name, tmp_path / "started", tmp_path / "temporary"
    program.write_text(textwrap.dedent(SLOW_PROGRAM))
    program.chmod(0o755)
    started.mkdir()
    temporary.mkdir()
    environment = {
        **os.environ, "PATH": f"{tmp_path}:{os.environ['PATH']}", "PYTHONPATH": str(ROOT), "TMPDIR": str(temporary),
        "STARTED": str(started),
    }  # fmt: skip
    running = subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(PRINTING), only], env=environment, text=True, start_new_session=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip
    until = time.monotonic() + 30
    while not any(file.read_text().strip() for file in started.iterdir()) and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGINT)
    out, error = running.communicate(timeout=15)
    children = [int(pid) for file in started.iterdir() for pid in (file.name, file.read_text().strip() or 0)]
    assert children
    left = [pid for pid in children if is_alive(pid)]
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert not left
    assert (out, error) == ("stopped\n", "")
    assert not list(temporary.iterdir())
