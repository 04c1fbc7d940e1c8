"""``leadbook review`` as it is typed."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leadbook.cli import main

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def folder(tmp_path, monkeypatch):
    (tmp_path / "team").mkdir()
    shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "team" / "ann.xlsx")
    (tmp_path / "team" / "torn.xlsx").write_bytes(b"PK\x03\x04 torn")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path


def test_it_says_what_it_found_and_what_to_open(folder, capsys):
    assert main(["review", "team/**/*.xlsx", "-o", "meeting.xlsx", "--as-of", "2026-11-20"]) == 0
    said = capsys.readouterr().out.splitlines()
    assert said[0].startswith("torn.xlsx: LB070 error: ")
    assert said[-2].startswith("1 book (1 could not be read), ")
    assert said[-1] == "Open meeting.xlsx and start with the sheet Agenda."
    assert (folder / "meeting.xlsx").exists()


def test_a_pattern_that_finds_nothing_is_told_and_counts_as_no_book(folder, capsys):
    words = ["review", "nobody/*.xlsx", "team/ann.xlsx", "-o", "team/review.xlsx", "--as-of", "2026-11-20"]
    for _ in range(2):  # the second time, the review itself stands among the books
        assert main(words) == 0
        said = capsys.readouterr().out.splitlines()
        assert said[0] == 'nobody/*.xlsx: LB070 error: No workbook matches "nobody/*.xlsx".'
        assert said[1].startswith("1 book, ")
        words[2] = "team/[!t]*.xlsx"
    assert (folder / "team" / "review.xlsx").exists()


def test_json_is_for_programs(folder, capsys):
    assert main(["review", "team", "--json", "--dry-run", "--no-cache", "--as-of", "2026-11-20"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["books"] == 1
    assert told["faults"][0]["book"] == "torn.xlsx"
    assert {"rep", "open_amount", "coverage", "sla_attainment"} <= told["reps"][0].keys()
    assert told["agenda"][0]["why"]
    assert not (folder / "review.xlsx").exists()
    assert not (folder / "cache").exists()


@pytest.mark.usefixtures("folder")
def test_nothing_found_is_one_sentence(capsys):
    assert main(["review", "nobody/*.xlsx", "--as-of", "2026-11-20"]) == 3
    said = capsys.readouterr()
    assert said.err == (
        "leadbook: There is no workbook to review: nobody/*.xlsx matches none. Check the folder and the name.\n"
    )


@pytest.mark.slow
def test_it_works_as_a_process_with_processes_of_its_own(folder):
    for name in ("ben", "cid", "dee"):
        shutil.copy(folder / "team" / "ann.xlsx", folder / "team" / f"{name}.xlsx")
    done = subprocess.run(
        [sys.executable, "-m", "leadbook", "review", "team", "--jobs", "2", "--as-of", "2026-11-20"],
        capture_output=True, text=True, check=False,
        env={"PYTHONPATH": str(ROOT), "PATH": "", "XDG_CACHE_HOME": str(folder)},
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert "4 books (1 could not be read)" in done.stdout
    assert "reading the books" in done.stderr
