"""``leadbook propose`` as it is typed: what it prints, and its exit code."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "leads.xlsx")
    return tmp_path


def typed(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "leadbook", "propose", "leads.xlsx", *words, "--as-of", "2026-11-20"],
        cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False,
    )  # fmt: skip


def test_a_lead_left_out_is_told_with_its_cell_and_by_the_exit_code(folder: Path) -> None:
    done = typed(folder, "--lead", "L-0122", "--lead", "L-9999")
    assert done.returncode == 1, done.stderr
    said = done.stdout.splitlines()
    assert said[0].startswith("L-0122 Indigo Stores GmbH: Proposal - Indigo Stores GmbH - v1.docx, ")
    assert said[0].endswith(" EUR, valid until 2026-12-20")
    assert "L-9999: left out" in said
    assert any(line.startswith("  Leads!A:A: ") for line in said)
    assert said[-2].startswith("1 proposal written to Proposals, total ")
    assert said[-2].endswith("; 1 lead left out.")
    assert said[-1].endswith("leadbook undo leads.xlsx (the documents stay).")
    assert (folder / "Proposals" / "Proposal - Indigo Stores GmbH - v1.docx").is_file()


def test_json_tells_the_same_for_programs_and_a_dry_run_writes_nothing(folder: Path) -> None:
    before = (folder / "leads.xlsx").read_bytes()
    done = typed(folder, "--stage", "proposal", "--dry-run", "--json")
    told = json.loads(done.stdout)
    assert done.returncode == (1 if told["left_out"] else 0)
    assert told["dry_run"] is True
    assert told["sentence"].startswith(f"{len(told['written'])} proposals would be written to Proposals")
    assert sum(float(one["total"]) for one in told["written"]) == pytest.approx(
        sum(map(float, told["totals"].values()))
    )
    assert (folder / "leads.xlsx").read_bytes() == before
    assert [one.name for one in folder.iterdir()] == ["leads.xlsx"]


@pytest.mark.parametrize("words", [[], ["--stage", "Nowhere"], ["--owner", "Nobody Atall"]])
def test_asking_for_nobody_is_one_sentence(folder: Path, words: list[str]) -> None:
    done = typed(folder, *words)
    assert done.returncode == 3
    assert "Traceback" not in done.stderr
    assert len(done.stderr.strip().splitlines()) <= 3
    assert [one.name for one in folder.iterdir()] == ["leads.xlsx"]
