"""Ctrl+C at moments at which Python itself drops it, or answers with a traceback."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such signal for another process")

ROOT = Path(__file__).resolve().parent.parent.parent

#: Presses Ctrl+C when the command first enters a file, in a way told by its first argument.
PRESSED = """
    import os, signal, sys
    import leadbook.cli

    def press():
        os.kill(os.getpid(), signal.SIGINT)

    class Freed:
        def __del__(self):
            press()

    class HalfMade:
        def __init__(self):
            press()
            self.whole = True

        def __del__(self):
            assert self.whole

    ways = {"pressed": press, "freed": Freed, "half made": HalfMade}
    way, file = sys.argv[1:3]

    def at_first_call(frame, _event, _argument):
        if frame.f_code.co_filename.endswith(file):
            sys.settrace(None)
            ways[way]()

    sys.argv = ["leadbook", *sys.argv[3:]]
    sys.settrace(at_first_call)
    leadbook.cli.run()
"""


@pytest.mark.parametrize(
    ("way", "file"),
    [
        pytest.param("pressed", "/leadbook/cli/usual_arguments.py", id="before the command begins"),
        pytest.param("freed", "/leadbook/run/examining.py", id="while an object is freed"),
        pytest.param("half made", "/leadbook/run/examining.py", id="while an object is made that complains"),
    ],
)
def test_ctrl_c_is_answered_with_one_sentence(tmp_path, way, file):
    book = Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path))
    before = book.read_bytes()
    (tmp_path / "script.py").write_text(textwrap.dedent(PRESSED), encoding="utf-8")
    ran = subprocess.run(
        [sys.executable, "script.py", way, file, "refresh", "sample.xlsx", "--as-of", "2026-11-20"], cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    said = [line for line in ran.stderr.splitlines() if not line.endswith("…")]
    assert said == ["leadbook: stopped; the workbook is what it was."]
    assert ran.returncode == 130
    assert book.read_bytes() == before
