"""The process that a button starts, with the very arguments of xlwings' module, and an engine in place of Excel."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent

# Python runs this before the command. What opens the workbook is Excel's part and is not counted.
IN_PLACE_OF_EXCEL = """
import atexit, os, sys, time
sys.path.insert(0, os.environ["LEADBOOK_TEST_ENGINES"])
import warnings
warnings.simplefilter("ignore")
import xlwings
opening = time.perf_counter()
import openpyxl_engine
openpyxl_engine.install()
app = xlwings.App(add_book=False)
book = app.books.open(os.environ["LEADBOOK_TEST_BOOK"])
book.set_mock_caller()
def done():
    print(*[what for name, what in app.impl._log if name == "alert"], sep="\\n")
    print(began - opening, time.perf_counter() - began, file=sys.stderr)
    if os.environ.get("LEADBOOK_TEST_OUT"):
        book.save(os.environ["LEADBOOK_TEST_OUT"])
atexit.register(done)
began = time.perf_counter()
"""


def run_button(path, command, folder, out="after.xlsx"):
    """Run the command of a button on a workbook, as ``ExecuteWindows`` of xlwings.bas spells it."""
    (folder / "in-place-of-excel").mkdir(exist_ok=True)
    (folder / "in-place-of-excel" / "sitecustomize.py").write_text(IN_PLACE_OF_EXCEL, encoding="utf-8")
    prelude = 'import xlwings.utils;xlwings.utils.prepare_sys_path(""); '
    return subprocess.run(
        [sys.executable, "-B", "-c", prelude + command, f"--wb={path.name}", "--from_xl=1", "--app=Excel", "--hwnd=1"],
        capture_output=True, text=True, timeout=120, check=False,
        env={
            **os.environ,
            "PYTHONPATH": os.pathsep.join([str(folder / "in-place-of-excel"), str(HERE.parent.parent)]),
            "LEADBOOK_TEST_ENGINES": str(HERE), "LEADBOOK_TEST_BOOK": str(path),
            "LEADBOOK_TEST_OUT": str(folder / out) if out else "", "XDG_DATA_HOME": str(folder),
        },
    )  # fmt: skip
