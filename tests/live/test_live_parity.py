"""A refresh of the open workbook and one of the closed file put the same on the same sheets."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pytest
from dumping import sheet_dump
from openpyxl import load_workbook
from test_live_reading import nasty_book
from watching import WATCH

from leadbook import refresh
from leadbook.run.live import refresh_open

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = dt.date(2026, 11, 20)
GENERATED = ("Today", "Pipeline", "Forecast", "Issues", "Duplicates", "Scorecard")
# Excel measures a list's rows itself; both writers leave what a reader of files adds by itself.
pytestmark = pytest.mark.filterwarnings("ignore:.*extension is not supported:UserWarning")


def assert_alike(closed, live, skipped=()):
    for part in closed.keys() - set(skipped):
        one, other = closed[part], live[part]
        if isinstance(one, dict):
            differing = {
                key: (one.get(key), other.get(key))
                for key in one.keys() | other.keys()
                if one.get(key) != other.get(key)
            }
            assert not differing, (part, len(differing), dict(list(differing.items())[:6]))
        else:
            assert one == other, part


def refreshed_both(app, path, folder):
    closed_path = folder / path.name
    folder.mkdir()
    shutil.copy(path, closed_path)
    refresh(closed_path, as_of=DAY)
    book = app.books.open(path)
    refresh_open(book, as_of=DAY, journal_folder=None)
    book.close()  # what it holds stays at hand, and its name is free
    return load_workbook(closed_path), book.impl._wb


@pytest.fixture(params=["sample", "nasty"], scope="module")
def both(request, openpyxl_app, tmp_path_factory):
    """Return a workbook refreshed on disk and the same refreshed while it is open."""
    folder = tmp_path_factory.mktemp(request.param)
    path = folder / f"{request.param}.xlsx"
    if request.param == "sample":
        shutil.copy(ROOT / "workbooks" / "sample.xlsx", path)
    else:
        nasty_book(path, good=True)
    return refreshed_both(openpyxl_app, path, folder / "closed")


@pytest.mark.slow
def test_the_generated_sheets_are_the_same(both):
    closed, wb = both
    assert [name for name in closed.sheetnames if name in wb.sheetnames] == wb.sheetnames
    for name in GENERATED:
        assert_alike(sheet_dump(closed[name]), sheet_dump(wb[name]))


@pytest.mark.slow
def test_the_sellers_lists_are_the_same(both):
    closed, wb = both
    for name in set(closed.sheetnames) - set(GENERATED):
        assert_alike({"cells": sheet_dump(closed[name])["cells"]}, sheet_dump(wb[name]))
        assert sheet_dump(closed[name])["tables"] == sheet_dump(wb[name])["tables"]


def test_the_workbooks_names_are_the_same(both):
    closed, wb = both

    def names(wb):
        return {name: held.attr_text.replace("'", "") for name, held in wb.defined_names.items()}

    assert names(closed) == {name: text for name, text in names(wb).items() if name != "_leadbook_last_write"}
    hidden = {name for name, held in wb.defined_names.items() if held.hidden}
    assert {f"_leadbook_{name}" for name in GENERATED} <= hidden


@pytest.mark.slow
def test_a_further_refresh_types_the_same_into_sheets_that_look_the_same(opened, sample):
    book = opened(sample)
    refresh_open(book, as_of=DAY, journal_folder=None)
    refresh_open(book, as_of=DAY, journal_folder=None)  # what the first one added to History counts from now on
    before = {name: sheet_dump(book.impl._wb[name]) for name in GENERATED}
    with WATCH.counting() as calls:
        refresh_open(book, as_of=DAY, journal_folder=None)
    assert not calls["Range.clear_formats"]
    for name in GENERATED:
        assert_alike(before[name], sheet_dump(book.impl._wb[name]))
