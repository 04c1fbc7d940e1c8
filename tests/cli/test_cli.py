"""The command line: exit codes, plain errors, JSON, dry runs."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from leadbook.cli import main

ROOT = Path(__file__).resolve().parent.parent.parent
DAY = "2026-11-20"


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "sample.xlsx"))


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_dry_run_lists_cells_and_leaves_the_file_alone(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = digest(sample)
    assert main(["refresh", str(sample), "--as-of", DAY, "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "Leads!" in told
    assert "→" in told
    assert "Sheet Pipeline" in told
    assert digest(sample) == before
    assert list(sample.parent.iterdir()) == [sample]


def test_refresh_tells_what_it_found_in_one_sentence(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refresh", str(sample), "--as-of", DAY]) == 0
    told = capsys.readouterr().out
    assert told.startswith("400 leads, ")
    assert "weighted pipeline" in told


def test_refresh_as_json_is_json_and_carries_the_numbers(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["refresh", str(sample), "--as-of", DAY, "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert found["leads"] == 400
    assert found["as_of"] == DAY
    assert found["weighted_amount"] > 0


def test_check_exits_1_on_errors_and_prints_clickable_addresses(
    sample: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["check", str(sample), "--as-of", DAY]) == 1
    told = capsys.readouterr().out
    assert "Leads!" in told
    assert "LB" in told
    assert "error" in told


def test_check_exits_0_when_no_error_is_selected(sample: Path) -> None:
    assert main(["check", str(sample), "--as-of", DAY, "--select", "LB501"]) == 0


def test_check_as_json_has_the_same_issues(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", str(sample), "--as-of", DAY])
    lines = [line for line in capsys.readouterr().out.splitlines() if ": LB" in line]
    main(["check", str(sample), "--as-of", DAY, "--json"])
    found = json.loads(capsys.readouterr().out)
    assert len(found["issues"]) == len(lines)
    assert {"address", "code", "severity", "message", "value", "fix"} <= found["issues"][0].keys()


def test_undo_puts_the_file_back_to_the_byte(sample: Path) -> None:
    before = digest(sample)
    main(["refresh", str(sample), "--as-of", DAY])
    assert digest(sample) != before
    assert main(["undo", str(sample)]) == 0
    assert digest(sample) == before


def test_undo_without_a_backup_says_so(sample: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["undo", str(sample)]) == 3
    assert "backup" in capsys.readouterr().err


def test_demo_makes_the_sample_and_never_overwrites(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["demo", str(tmp_path)]) == 0
    assert (tmp_path / "sample.xlsx").exists()
    assert "Open " in capsys.readouterr().out
    assert main(["demo", str(tmp_path)]) == 3


def test_init_makes_a_workbook_that_refreshes_and_never_overwrites(tmp_path: Path) -> None:
    book = tmp_path / "leads.xlsx"
    assert main(["init", str(book)]) == 0
    assert main(["refresh", str(book), "--as-of", DAY]) == 0
    before = digest(book)
    assert main(["init", str(book)]) == 3
    assert digest(book) == before


def test_explain_tells_what_a_code_means_and_refuses_unknown_ones(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", "lb101"]) == 0
    told = capsys.readouterr().out
    for part in ("LB101", "Anti-pattern", "Why it matters", "Best practice"):
        assert part in told
    assert main(["explain", "LB999"]) == 3


def test_rules_lists_at_least_25_codes_once_each(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["rules"]) == 0
    codes = [line.split()[0] for line in capsys.readouterr().out.splitlines()]
    assert len(codes) == len(set(codes)) >= 25


@pytest.mark.parametrize(
    ("words", "needle"),
    [
        (["refresh", "nowhere.xlsx"], "nowhere.xlsx"),
        (["check", "."], "folder"),
        (["import", "nowhere.csv", "--into", "nowhere.xlsx"], "nowhere"),
        (["init", "leads.xls"], ".xlsx"),
        (["check", "nowhere.xlsx", "--select", "XX9"], "nowhere"),
        (["undo", "."], "folder"),
    ],
)
def test_what_cannot_be_done_is_told_in_one_sentence(
    words: list[str], needle: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(words) == 3
    told = capsys.readouterr().err.strip().splitlines()
    assert needle in told[-1]
    assert told[-1].startswith("leadbook: ")
    assert [line for line in told if not line.endswith("…")] == told[-1:]  # on a slow machine progress comes before


@pytest.mark.parametrize("words", [[], ["refreshh", "x"], ["refresh"], ["refresh", "x.xlsx", "--as-of", "yesterday"]])
def test_what_is_typed_wrongly_exits_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as stop:
        main(words)
    assert stop.value.code == 2
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_a_day_out_of_all_reason_is_refused_with_a_sentence(
    sample: Path, day: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["refresh", str(sample), "--as-of", day]) == 3
    assert "1990 to 2199" in capsys.readouterr().err


def test_the_version_is_told_without_loading_pandas() -> None:
    script = (
        "import sys; from leadbook.cli import main\n"
        "try: main(['--version'])\n"
        "except SystemExit: print('pandas' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.split()[:1] == ["leadbook"]
    assert done.stdout.split()[-1] == "False"


def test_an_import_that_changes_nothing_says_so_and_asks_for_no_refresh(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    book, file = tmp_path / "leads.xlsx", tmp_path / "new.csv"
    assert main(["init", str(book)]) == 0
    file.write_text("Company,Email\nOx,a@ox.com\n", encoding="utf-8")
    said = []
    for further in ([], [], ["--dry-run"]):
        capsys.readouterr()
        assert main(["import", str(file), "--into", str(book), "--as-of", DAY, *further]) == 0
        said.append(capsys.readouterr().out.splitlines()[-1])
    assert said == [
        f"Now run: leadbook refresh {book}",
        f"Nothing was written; {book} stays as it is.",
        f"Nothing would be written; {book} stays as it is.",
    ]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a full disk is played by Linux's /dev/full")
def test_output_into_a_full_disk_ends_in_a_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "leadbook", "rules"], stdout=full, stderr=subprocess.PIPE, text=True, check=False
        )
    assert done.returncode == 3
    assert done.stderr == "leadbook: the output could not be written (No space left on device).\n"


@pytest.mark.slow
@pytest.mark.skipif(sys.platform == "win32", reason="only a POSIX shell closes a stream with >&-")
def test_a_closed_output_does_not_keep_a_command_from_its_work(sample: Path) -> None:
    done = subprocess.run(
        ["sh", "-c", '"$0" -m leadbook check "$1" >&-', sys.executable, str(sample)],
        stderr=subprocess.PIPE, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 1, done.stderr
    assert "Traceback" not in done.stderr
