"""Workbooks open in an Excel that is not there: an engine of openpyxl, and a real LibreOffice."""

from __future__ import annotations

import shutil
from pathlib import Path

import openpyxl_engine
import pytest
import xlwings as xw
from office import find_bridge
from watching import WATCH

ROOT = Path(__file__).resolve().parent.parent.parent
# openpyxl, which the engine keeps its workbooks in, says what it would drop.
DROPPED = ("ignore:.*extension is not supported:UserWarning", "ignore:Print area cannot be set:UserWarning")


def running(install):
    """Yield a program of an engine."""
    install()
    app = xw.App(add_book=False)
    yield app
    app.quit()


def opening(app, install):
    """Yield what opens workbooks in a program; they are closed afterwards."""
    install()
    WATCH.before = None
    app.impl._log.clear()
    yield app.books.open
    WATCH.before = None
    for book in list(app.books):
        book.close()


@pytest.fixture(scope="module")
def openpyxl_app():
    """Return an Excel that keeps its workbooks in openpyxl."""
    yield from running(openpyxl_engine.install)


@pytest.fixture
def opened(openpyxl_app):
    """Open workbooks in the engine of openpyxl."""
    yield from opening(openpyxl_app, openpyxl_engine.install)


@pytest.fixture(scope="module")
def office_app(tell_absent):
    """Return a real LibreOffice, hidden."""
    missing = find_bridge()
    if missing:
        tell_absent("LibreOffice with its bridge to Python", missing)
    import libreoffice_engine

    yield from running(libreoffice_engine.install)


@pytest.fixture
def in_office(office_app):
    """Open workbooks in a real LibreOffice."""
    import libreoffice_engine

    yield from opening(office_app, libreoffice_engine.install)


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "sample.xlsx"))
