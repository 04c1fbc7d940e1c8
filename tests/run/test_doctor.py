"""The doctor: each thing that keeps a button from working is found, and one thing to do next is named."""

from __future__ import annotations

import io
import json
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from msgspec.structs import replace

from leadbook import init
from leadbook.books.macro_books import MacroBook
from leadbook.books.ooxml.macro_workbook import MacroWorkbook
from leadbook.books.vba.project import Project
from leadbook.model.issues import BookRefusedError, InputError
from leadbook.run.buttons import add_buttons
from leadbook.run.doctor.examining import examine
from leadbook.run.doctor.findings import Report, State
from leadbook.run.doctor.machine import Machine, came_from_internet, look_at_machine, read_settings

ROOT = Path(__file__).resolve().parents[2]
WINDOWS = Machine("windows", sys.executable, "3.12.1", in_environment=True, xlwings="0.37.8")


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workbook with buttons that are told of this Python as one on Windows."""
    path = init(tmp_path_factory.mktemp("doctor") / "my leads.xlsm")
    return told(path, "INTERPRETER_WIN", sys.executable)


@pytest.fixture
def book(shipped: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(shipped, tmp_path / shipped.name))


def told(path: Path, key: str, value: str) -> Path:
    workbook = MacroWorkbook.open(path.read_bytes())
    workbook.set_cells("xlwings.conf", {1: {9: None, 5: key}, 2: {5: value}})
    return saved(path, workbook)


def saved(path: Path, workbook: MacroWorkbook) -> Path:
    out = io.BytesIO()
    workbook.write(out)
    path.write_bytes(out.getvalue())
    return path


def faults(report: Report) -> list[str]:
    return [one.area for one in report.findings if one.state is State.FAULT]


def test_nothing_is_wrong_where_all_is_in_place(book: Path) -> None:
    report = examine(book, WINDOWS)
    assert faults(report) == []
    assert report.next_step == "Open my leads.xlsm in Excel and click Refresh."
    assert report.is_fine


@pytest.mark.parametrize(
    ("change", "area", "words"),
    [
        ({"xlwings": None}, "xlwings", r"^Run: pip install"),
        ({"xlwings": "0.38.1"}, "xlwings", r"^Run: pip install"),
        ({"xlwings": "0.37.2"}, "xlwings", r'^Run: leadbook buttons ".*my leads\.xlsm"$'),
        ({"missing": ("win32api",)}, "xlwings", r"--force-reinstall xlwings"),
        ({"python": ""}, "python", r"with the Python that the buttons shall use"),
        ({"macros_allowed": 4}, "security", r"Trust Center.*with notification"),
        ({"macros_allowed": 3, "by_policy": True}, "security", r"Ask your IT.*leadbook live refresh"),
    ],
)
def test_what_the_computer_lacks_is_the_next_thing(
    book: Path, change: dict[str, object], area: str, words: str
) -> None:
    report = examine(book, replace(WINDOWS, **change))
    assert faults(report)[0] == area
    assert re.search(words, report.next_step)
    assert not report.is_fine


def test_what_keeps_the_buttons_from_working_goes_before_what_may() -> None:
    store = replace(WINDOWS, python=r"C:\Users\ana\AppData\Local\Microsoft\WindowsApps\python.exe")
    assert "python.org" in examine(None, store).next_step
    assert examine(None, replace(store, xlwings=None)).next_step.startswith("Run: pip install")


def test_a_mac_needs_its_script_and_a_path_without_spaces(book: Path, tmp_path: Path) -> None:
    told(book, "INTERPRETER_MAC", sys.executable)
    script = tmp_path / "scripts" / "xlwings-0.37.8.applescript"
    mac = replace(WINDOWS, system="mac", script=script)
    report = examine(book, mac)
    assert faults(report) == ["script"]
    assert report.next_step == "Run: xlwings runpython install"
    script.parent.mkdir()
    script.with_name("xlwings-0.36.0.applescript").touch()
    assert any("only that of another version (0.36.0)" in one.text for one in examine(book, mac).findings)
    script.touch()
    assert faults(examine(book, mac)) == []
    spaced = examine(book, replace(mac, python="/Users/Ana B/leadbook/bin/python"))
    assert faults(spaced)[0] == "python"
    assert "folder without spaces" in spaced.next_step
    guarded = examine(None, replace(mac, python="/Users/ana/Documents/env/bin/python"))
    assert [one.area for one in guarded.findings if one.todo] == ["permission"]


def test_a_workbook_without_macros_is_told_how_to_get_them(tmp_path: Path) -> None:
    sample = Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "leads.xlsx"))
    report = examine(sample, WINDOWS)
    assert faults(report) == ["macros"]
    assert report.next_step == f"Run: leadbook buttons {sample}"


def test_macros_changed_by_hand_or_left_alone_are_told_apart(book: Path) -> None:
    workbook = MacroWorkbook.open(book.read_bytes())
    project = Project.read(workbook.project)
    workbook.put_project(project.without(["Leadbook"]).with_sources({"Mine": "Sub Own()\nEnd Sub\n"}, {}).written())
    saved(book, workbook)
    report = examine(book, WINDOWS)
    assert faults(report) == ["macros"]
    assert any("leadbook's are not among them" in one.text for one in report.findings)
    assert any("code of its own, which stays as it is: Mine" in one.text for one in report.findings)
    workbook.put_project(
        project.without(["Leadbook"]).with_sources({"Leadbook": "Const LEADBOOK_BUTTONS = 0"}, {}).written()
    )
    saved(book, workbook)
    assert any("of another version" in one.text for one in examine(book, WINDOWS).findings)
    add_buttons(book)
    assert faults(examine(book, WINDOWS)) == []


def test_where_python_is_said_to_be_is_looked_at_and_never_started(book: Path, tmp_path: Path) -> None:
    other = tmp_path / "env" / "Scripts" / "python.exe"
    told(book, "INTERPRETER_WIN", str(other))
    assert any("there is none" in one.text for one in examine(book, WINDOWS).findings)
    other.parent.mkdir(parents=True)
    other.write_text(f"#!/bin/sh\ntouch '{tmp_path}/started'\n", encoding="utf-8")
    other.chmod(0o755)
    report = examine(book, WINDOWS)
    assert faults(report) == ["settings"]
    assert any("leadbook is not installed for that Python" in one.text for one in report.findings)
    for package, left in (("xlwings", ["settings"]), ("leadbook", [])):
        (tmp_path / "env" / "Lib" / "site-packages" / package).mkdir(parents=True)
        assert faults(examine(book, WINDOWS)) == left
    assert not (tmp_path / "started").exists()


def test_a_file_from_the_internet_is_known_by_its_mark(book: Path) -> None:
    mark = Path(f"{book}:Zone.Identifier")
    assert not came_from_internet(book)
    mark.write_text("[ZoneTransfer]\nZoneId=3\nHostUrl=https://example.com/x\n", encoding="utf-8")
    report = examine(book, WINDOWS)
    assert faults(report) == ["security"]
    assert "Unblock" in report.next_step
    mark.write_text("[ZoneTransfer]\nZoneId=0\n", encoding="utf-8")
    assert faults(examine(book, WINDOWS)) == []


def test_buttons_that_call_what_is_not_there_are_found(book: Path) -> None:
    content = {}
    with zipfile.ZipFile(book) as package:
        content = {name: package.read(name) for name in package.namelist()}
    with zipfile.ZipFile(book, "w") as package:
        for name, data in content.items():
            package.writestr(name, data.replace(b"[0]!Leadbook_Undo", b"[0]!Leadbook_Gone"))
    report = examine(book, WINDOWS)
    assert faults(report) == ["buttons"]
    assert any("Leadbook_Gone" in one.text for one in report.findings)


def test_a_workbook_without_leads_and_one_that_is_open_are_told(tmp_path: Path, book: Path) -> None:
    import xlsxwriter

    empty = tmp_path / "empty.xlsx"
    with xlsxwriter.Workbook(str(empty)) as made:
        made.add_worksheet("Mine")
    made = add_buttons(empty)
    assert not made.knows_leads
    report = examine(made.book, WINDOWS)
    assert any("leadbook adopt" in one.todo for one in report.findings)
    book.with_name(f"~${book.name}").write_bytes(b"\x03Ana" + bytes(60))
    assert any("is open" in one.text for one in examine(book, WINDOWS).findings)


def test_what_is_no_workbook_is_refused_with_its_sentence(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="There is no file"):
        examine(tmp_path / "none.xlsm", WINDOWS)
    (tmp_path / "text.xlsm").write_text("hello", encoding="utf-8")
    with pytest.raises(BookRefusedError):
        examine(tmp_path / "text.xlsm", WINDOWS)


def test_this_computer_is_looked_at_without_changing_it(tmp_path: Path) -> None:
    start = tmp_path / "AppData" / "Roaming" / "Microsoft" / "Excel" / "XLSTART"
    start.mkdir(parents=True)
    (start / "xlwings.xlam").touch()
    (tmp_path / ".xlwings").mkdir()
    (tmp_path / ".xlwings" / "xlwings.conf").write_text('"PYTHONPATH","C:\\own"\n"EMPTY",""\n', encoding="utf-8")
    machine = look_at_machine(tmp_path)
    assert machine.python == sys.executable
    assert machine.add_in == start / "xlwings.xlam"
    if machine.system == "other":
        assert machine.settings == {"PYTHONPATH": "C:\\own", "EMPTY": ""}
    assert read_settings(tmp_path / "none.conf") == {}
    report = examine(None, replace(machine, settings={"PYTHONPATH": "C:\\own"}))
    assert any("hold PYTHONPATH" in one.text for one in report.findings)


def test_the_command_prints_a_line_each_and_ends_with_one_thing_to_do(book: Path) -> None:
    def run(*words: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "leadbook", "doctor", *words], cwd=book.parent, capture_output=True, text=True,
            encoding="utf-8", check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
        )  # fmt: skip

    done = run(book.name)
    assert done.returncode == 0, done.stderr
    *lines, blank, last = done.stdout.splitlines()
    assert all(re.match(r"(ok   |note |fix  ) \S.*\.$", line) for line in lines)
    assert (blank, last[:6]) == ("", "Next: ")
    Path(f"{book}:Zone.Identifier").write_text("ZoneId=3", encoding="utf-8")
    answer = run(book.name, "--json")
    found = json.loads(answer.stdout)
    assert (answer.returncode, found["ok"]) == (1, False)
    assert found["next"] in [one["todo"] for one in found["findings"]]
    assert run("none.xlsm").returncode == 3
    assert MacroBook.open(book.name, book.read_bytes()).done == []
