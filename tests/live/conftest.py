"""Workbooks open in an Excel that is not there: an engine of openpyxl, and a real LibreOffice."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl_engine
import pytest
import xlwings as xw
from watching import WATCH

ROOT = Path(__file__).resolve().parent.parent.parent
# openpyxl, which the engine keeps its workbooks in, says what it would drop.
DROPPED = ("ignore:.*extension is not supported:UserWarning", "ignore:Print area cannot be set:UserWarning")


@pytest.fixture
def opened():
    """Open workbooks in the engine of openpyxl, and close them all."""
    openpyxl_engine.install()
    app = xw.App(add_book=False)
    WATCH.before = None

    def opens(path: Path) -> xw.Book:
        return app.books.open(path)

    yield opens
    app.quit()


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "sample.xlsx"))
