"""The README is run: every command in it works as it stands, and no command is missing from it."""

from __future__ import annotations

import argparse
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leadbook.cli.arguments import parser

ROOT = Path(__file__).resolve().parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, flags=re.DOTALL)


def commands() -> list[str]:
    typed = [line.split("#")[0].strip() for block in blocks("sh") for line in block.splitlines()]
    return [line for line in typed if line.startswith("leadbook ")]


def table_commands() -> list[str]:
    return re.findall(r"\| `(leadbook [^`]+)`", README)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with what the README's reader has: their leads, a tracker, a book and an export."""
    import xlsxwriter

    shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "leads.xlsx")
    for name, headers in (("tracker.xlsx", ("Account", "E-mail", "Status", "Value")), ("book.xlsx", ("Month", "Rain"))):
        book = xlsxwriter.Workbook(str(tmp_path / name))
        book.add_worksheet("Mine").write_row(0, 0, headers)
        book.get_worksheet_by_name("Mine").write_row(1, 0, ("Alder Works", "e@alder.example", "Proposal", 1200))
        book.close()
    (tmp_path / "export.csv").write_text("Company,Email,Stage\nBirch Ltd,b@birch.example,Proposal\n", encoding="utf-8")
    return tmp_path


@pytest.mark.parametrize("command", [*commands(), *table_commands()])
def test_every_command_of_the_readme_does_what_it_says(command: str, folder: Path) -> None:
    if command.startswith("leadbook undo"):
        subprocess.run(
            [sys.executable, "-m", "leadbook", "refresh", "leads.xlsx", "--as-of", "2026-11-20"], cwd=folder, check=True
        )
    if command.startswith("leadbook unmerge"):
        subprocess.run(
            [sys.executable, "-m", "leadbook", "merge", "leads.xlsx", "L-0042", "L-0077"], cwd=folder, check=True
        )
    if command.startswith("leadbook propose"):
        command += " --as-of 2026-11-20"  # the sample's prices hold on its day, not for ever
    if command == "leadbook init leads.xlsx":
        (folder / "leads.xlsx").unlink()
    done = subprocess.run(
        [sys.executable, "-m", *command.split()],
        cwd=folder,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    expected = 1 if command.startswith("leadbook check") else 0  # the sample has errors on purpose
    assert done.returncode == expected, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout.strip()


def test_the_python_example_runs(folder: Path) -> None:
    [example] = blocks("python")
    done = subprocess.run(
        [sys.executable, "-c", example], cwd=folder, capture_output=True, text=True, encoding="utf-8", check=False
    )
    assert done.returncode == 0, done.stderr
    assert "leads" in done.stdout.splitlines()[0]


def test_no_command_is_missing_from_the_readme() -> None:
    [words] = [action for action in parser()._actions if isinstance(action, argparse._SubParsersAction)]  # noqa: SLF001 - argparse offers no other way
    missing = [word for word in words.choices if not re.search(rf"leadbook {word}\b", README)]
    assert missing == []


def test_every_picture_and_file_the_readme_shows_is_there() -> None:
    for target in re.findall(r"\]\(([^)#]+)\)", README):
        assert (ROOT / target).exists(), target


def test_the_top_level_is_what_the_card_allows() -> None:
    tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=False).stdout.split()
    if not tracked:
        pytest.skip("not a git checkout")
    top = {Path(name).parts[0] for name in tracked}
    allowed = {"leadbook", "workbooks", "templates", "tests", "pyproject.toml", "README.md", "LICENSE"}
    assert {name for name in top if not name.startswith(".")} <= allowed
