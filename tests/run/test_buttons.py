"""Workbooks with buttons: a new one, a seller's own, and one whose macros are not leadbook's to change."""

from __future__ import annotations

import io
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from lxml import etree
from oletools.olevba import VBA_Parser

from leadbook import init, refresh
from leadbook.books.macro_books import CONFIGURATION, MacroBook, look_at_macros, read_configuration
from leadbook.books.ooxml.macro_workbook import MacroWorkbook
from leadbook.books.starter import GENERATED, ORDER
from leadbook.books.vba.actions import ACTIONS, MODULE
from leadbook.books.vba.project import Project
from leadbook.model.issues import BookBusyError, BookRefusedError, InputError
from leadbook.run.buttons import add_buttons, write_modules
from leadbook.run.commands import SAMPLE_DAY, undo

ROOT = Path(__file__).resolve().parents[2]
CORPUS = ROOT.parent / "shared" / "data" / "corpus"
REAL = sorted(CORPUS.glob("*.xls[xm]"))
REFUSED = {
    "poi__ms-office-2010-signed.xlsx": "digitally signed", "poi__protected_passtika.xlsx": "password",
    "poi__sample.strict.xlsx": "Strict Open XML",
}  # fmt: skip
PLAIN = [path for path in REAL if path.suffix == ".xlsx" and path.name not in REFUSED]
MACROS = [action.macro for action in ACTIONS]
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


def opened(path: Path) -> MacroWorkbook:
    return MacroWorkbook.open(path.read_bytes())


def subs(path: Path) -> set[str]:
    """Return the Subs of leadbook's module, as olevba reads them."""
    code = {name: source for _, _, name, source in VBA_Parser(str(path)).extract_macros()}
    return set(re.findall(r"Public Sub (\w+)\(\)", code[f"{MODULE}.bas"]))


@pytest.fixture(scope="module")
def new_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return init(tmp_path_factory.mktemp("new") / "my-leads.xlsm", python="/opt/my python/bin/python3")


@pytest.fixture
def sample(tmp_path: Path) -> Path:
    return Path(shutil.copy(ROOT / "workbooks" / "sample.xlsx", tmp_path / "leads.xlsx"))


def test_a_new_workbook_has_every_sheet_and_button(new_book: Path) -> None:
    book = opened(new_book)
    assert [sheet.name for sheet in book.sheets] == [*ORDER, CONFIGURATION]
    assert [sheet.name for sheet in book.sheets if not sheet.visible] == [CONFIGURATION]
    assert sorted(book.button_macros("Today")) == sorted(book.button_macros("Leads")) == sorted(MACROS)
    for name in GENERATED.keys() - {"Today"}:
        assert set(book.button_macros(name)) == set(MACROS) - {"Leadbook_Propose"}
    assert subs(new_book) == set(MACROS)
    assert book.content_type == "application/vnd.ms-excel.sheet.macroEnabled.main+xml"


def test_every_sheet_has_its_module_in_the_vba_project(new_book: Path) -> None:
    book = opened(new_book)
    names = book.sheet_code_names()
    documents = {module.name for module in Project.read(book.project).listing.modules if not module.procedural}
    assert "" not in names.values()
    assert {*names.values(), book.code_name, "Dictionary"} == documents


def test_the_macros_are_told_where_python_is(new_book: Path) -> None:
    told = read_configuration(opened(new_book))
    assert told["INTERPRETER_MAC"] == "/opt/my python/bin/python3"
    assert told["ADD_WORKBOOK_TO_PYTHONPATH"] == "False"
    [xml] = [data for name, data in parts(new_book).items() if "/sheet" in name and b">INTERPRETER_MAC<" in data]
    assert xml.count(b'<c r="B') == xml.count(b't="inlineStr"') / 2  # texts: a Boolean reads otherwise in other tongues


def test_without_being_told_it_is_the_python_at_work(tmp_path: Path) -> None:
    told = read_configuration(opened(init(tmp_path / "b.xlsm")))
    assert sys.executable in told.values()
    windows = read_configuration(
        opened(init(tmp_path / "w.xlsm", python=r"C:\Users\Ana B\leadbook\Scripts\python.exe"))
    )
    assert windows["INTERPRETER_WIN"] == r"C:\Users\Ana B\leadbook\Scripts\python.exe"
    assert "INTERPRETER_MAC" not in windows
    with pytest.raises(InputError, match=r"let its name end in \.xlsm"):
        init(tmp_path / "w.xlsx", python="/usr/bin/python3")
    with pytest.raises(InputError, match="no full path"):
        init(tmp_path / "v.xlsm", python="python3")


def test_a_new_workbook_is_sound_and_always_the_same(new_book: Path, tmp_path: Path, ooxml_validator) -> None:
    assert ooxml_validator(new_book) == []
    again = init(tmp_path / "other.xlsm", python="/opt/my python/bin/python3")
    assert parts(again) == parts(new_book)
    with pytest.raises(InputError, match="exists already"):
        init(again)


def test_a_refresh_keeps_macros_and_buttons(new_book: Path, tmp_path: Path) -> None:
    book = Path(shutil.copy(new_book, tmp_path / "leads.xlsm"))
    refresh(book, as_of=SAMPLE_DAY)
    once = parts(book)
    assert once["xl/vbaProject.bin"] == parts(new_book)["xl/vbaProject.bin"]
    before, after = opened(new_book), opened(book)
    assert {name: after.button_macros(name) for name in ORDER} == {name: before.button_macros(name) for name in ORDER}
    assert after.sheet_code_names() == before.sheet_code_names()
    refresh(book, as_of=SAMPLE_DAY)
    assert parts(book) == once


def test_leads_lie_below_their_buttons_and_are_read_there(new_book: Path, tmp_path: Path) -> None:
    from leadbook import import_files

    book = Path(shutil.copy(new_book, tmp_path / "leads.xlsm"))
    (tmp_path / "new.csv").write_text(
        "Company,Email,Stage,Amount\nBirch,b@birch.example,Proposal,900\n", encoding="utf-8"
    )
    import_files([tmp_path / "new.csv"], book, as_of=SAMPLE_DAY)
    assert "1 lead" in refresh(book, as_of=SAMPLE_DAY).sentence
    [table] = [table for table in opened(book).tables if table.name == "Leads"]
    assert (table.first_row, opened(book).grid("Leads").height(0)) == (2, 36)


@pytest.mark.slow
def test_a_sellers_workbook_becomes_one_with_buttons(sample: Path, new_validator_errors) -> None:
    before = sample.read_bytes()
    report = add_buttons(sample)
    assert report.book == sample.with_suffix(".xlsm")
    assert sample.read_bytes() == before
    assert report.bare == ("Leads",)
    assert set(opened(report.book).button_macros("Today")) == set(MACROS)
    assert new_validator_errors(sample, report.book) == []
    assert opened(report.book).content_type == "application/vnd.ms-excel.sheet.macroEnabled.main+xml"
    summary = refresh(report.book, as_of=SAMPLE_DAY)
    assert summary.sentence == refresh(sample, as_of=SAMPLE_DAY).sentence


def test_doing_it_again_changes_nothing_and_a_new_python_is_told(sample: Path) -> None:
    book = add_buttons(sample, python="/usr/bin/python3").book
    before = parts(book)
    assert add_buttons(book, python="/usr/bin/python3").done == ()
    assert parts(book) == before
    report = add_buttons(book, python=r"D:\py\python.exe")
    assert report.done == ("INTERPRETER_WIN on the sheet xlwings.conf",)
    told = read_configuration(opened(book))
    assert (told["INTERPRETER_WIN"], told["INTERPRETER_MAC"]) == (r"D:\py\python.exe", "/usr/bin/python3")
    assert parts(book)["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    undo(book)
    assert parts(book) == before
    add_buttons(book, python="/opt/python3")
    assert read_configuration(opened(book))["INTERPRETER_MAC"] == "/opt/python3"


def test_sheets_that_came_since_get_their_modules(sample: Path) -> None:
    from leadbook.books.closed import ClosedBook
    from leadbook.sheets.spec import Cell, Sheet

    book = add_buttons(sample).book
    closed = ClosedBook.open(book)
    closed.add_sheets([Sheet("Mine", cells=[Cell(1, 1, "x")])])
    closed.save()
    assert opened(book).sheet_code_names()["Mine"] == ""
    assert add_buttons(book).done == ("the macros",)
    name = opened(book).sheet_code_names()["Mine"]
    assert name in Project.read(opened(book).project).names
    assert add_buttons(book).done == ()


def test_macros_of_an_older_leadbook_are_renewed(sample: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as older:
        older.setattr("leadbook.books.vba.donor.module_source", lambda: "Public Const LEADBOOK_BUTTONS As Long = 0\n")
        book = add_buttons(sample).book
    assert not look_at_macros(opened(book)).current
    assert add_buttons(book).done == ("the macros",)
    assert look_at_macros(opened(book)).current
    assert subs(book) == set(MACROS)


def test_a_note_beside_the_title_is_not_covered(sample: Path) -> None:
    refresh(sample, as_of=SAMPLE_DAY)
    workbook = opened(sample)
    workbook.set_cells("Forecast", {6: {1: "my note"}})
    out = io.BytesIO()
    workbook.write(out)
    sample.write_bytes(out.getvalue())
    report = add_buttons(sample)
    assert report.bare == ("Forecast", "Leads")
    assert opened(report.book).button_macros("Forecast") == []
    assert "4 buttons on the sheet Pipeline" in report.done


def test_a_button_that_was_deleted_comes_back_alone(sample: Path) -> None:
    book = add_buttons(sample).book
    content = parts(book)
    [name] = [name for name, data in content.items() if name.endswith(".vml") and b"Leadbook_Propose" in data]
    less = re.sub(rb'<v:shape id="Leadbook_Check".*?</v:shape>', b"", content[name])
    assert less != content[name]
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        for part, data in content.items():
            package.writestr(part, less if part == name else data)
    book.write_bytes(out.getvalue())
    assert add_buttons(book).done == ("a button on the sheet Today",)
    assert sorted(opened(book).button_macros("Today")) == sorted(MACROS)


QUICK = ("TemplateWithTableSource", "SampleSparklines", "table_slicer", "formscomments", "DataTableFormula")


@pytest.mark.parametrize(
    "path",
    [
        pytest.param(path, id=path.name, marks=[] if any(word in path.name for word in QUICK) else [pytest.mark.slow])
        for path in PLAIN
    ],
)
def test_real_workbooks_lose_nothing(path: Path, tmp_path: Path) -> None:
    source = Path(shutil.copy(path, tmp_path / path.name))
    report = add_buttons(source)
    old, new = parts(source), parts(report.book)
    core = re.compile(
        r"\[Content_Types\]\.xml|xl/workbook\w*\.xml|xl/_rels/workbook\w*\.xml\.rels|xl/styles\d*\.xml|xl/calcChain\.xml"
    )
    changed = {name for name in old if new.get(name) != old[name] and not core.fullmatch(name)}
    sheets = {sheet.part for sheet in opened(source).sheets}
    assert changed <= sheets
    for name in changed:
        assert without_code_name(new[name]) == without_code_name(old[name])
    assert look_at_macros(opened(report.book)).current
    assert "" not in opened(report.book).sheet_code_names().values()


def without_code_name(xml: bytes) -> bytes:
    root = etree.fromstring(xml)
    for properties in root.findall(f"{MAIN}sheetPr"):
        properties.attrib.pop("codeName", None)
        if not len(properties) and not properties.attrib:
            root.remove(properties)
    return etree.tostring(root, method="c14n2", strip_text=False)


@pytest.mark.slow
@pytest.mark.parametrize("path", PLAIN, ids=lambda path: path.name)
def test_the_validator_finds_nothing_new_in_real_workbooks(path: Path, tmp_path: Path, new_validator_errors) -> None:
    source = Path(shutil.copy(path, tmp_path / path.name))
    assert new_validator_errors(source, add_buttons(source).book) == []


@pytest.mark.skipif(not REAL, reason="the real workbooks are not beside this checkout (../shared/data)")
@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_what_cannot_be_edited_is_refused_with_its_sentence(name: str, words: str, tmp_path: Path) -> None:
    source = Path(shutil.copy(CORPUS / name, tmp_path / name))
    with pytest.raises(BookRefusedError, match=words):
        add_buttons(source)
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("path", [path for path in REAL if path.suffix == ".xlsm"], ids=lambda path: path.name)
def test_macros_of_the_sellers_own_are_left_alone_and_how_to_go_on_is_told(path: Path, tmp_path: Path) -> None:
    source = Path(shutil.copy(path, tmp_path / path.name))
    done = run(tmp_path, "buttons", source.name)
    assert done.returncode == 3
    assert source.read_bytes() == path.read_bytes()
    assert "has macros of its own" in done.stderr
    assert "4. Run again: leadbook buttons" in done.stderr
    assert "Traceback" not in done.stderr
    folder = tmp_path / f"{path.stem} macros"
    assert sorted(file.name for file in folder.iterdir()) == ["Dictionary.cls", "Leadbook.bas", "xlwings.bas"]


def test_modules_added_by_hand_get_their_buttons_and_stay_as_they_are(tmp_path: Path, sample: Path) -> None:
    """The seller's own module beside leadbook's, as after following the steps."""
    book = add_buttons(sample).book
    mixed = Project.read(opened(book).project).with_sources({"Mine": "Sub Own()\nEnd Sub\n"}, {}).written()
    workbook = opened(ROOT / "workbooks" / "sample.xlsx")
    workbook.put_project(mixed)
    out = io.BytesIO()
    workbook.write(out)
    by_hand = tmp_path / "hand.xlsm"
    by_hand.write_bytes(out.getvalue())
    add_buttons(by_hand)
    assert opened(by_hand).project == mixed
    assert set(opened(by_hand).button_macros("Today")) == set(MACROS)
    files = write_modules(tmp_path / "m")
    assert [file.read_bytes().count(b"\r\n") > 5 for file in files] == [True] * 3
    assert files[2].read_bytes().startswith(b"VERSION 1.0 CLASS\r\n")


def test_signed_macros_are_left_alone(sample: Path) -> None:
    book = add_buttons(sample).book
    workbook = opened(book)
    workbook.put_project(Project.read(workbook.project).without([MODULE]).written())
    out = io.BytesIO()
    workbook.write(out)
    book.write_bytes(out.getvalue())
    content = parts(book)
    kind = "http://schemas.microsoft.com/office/2006/relationships/vbaProjectSignature"
    content["xl/_rels/vbaProject.bin.rels"] = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" '
        f'Type="{kind}" Target="vbaProjectSignature.bin"/></Relationships>'
    ).encode()
    content["xl/vbaProjectSignature.bin"] = b"signature"
    content["[Content_Types].xml"] = content["[Content_Types].xml"].replace(
        b"</Types>",
        b'<Override PartName="/xl/vbaProjectSignature.bin" '
        b'ContentType="application/vnd.ms-office.vbaProjectSignature"/></Types>',
    )
    with zipfile.ZipFile(book, "w") as package:
        for name, data in content.items():
            package.writestr(name, data)
    before = book.read_bytes()
    with pytest.raises(BookRefusedError, match="signed macros"):
        add_buttons(book)
    assert book.read_bytes() == before


def test_what_stands_in_the_way_is_said_and_nothing_is_written(sample: Path) -> None:
    before = sample.read_bytes()
    with pytest.raises(InputError, match=r"should end in \.xlsm"):
        add_buttons(sample, to=sample.with_name("other.xlsx"))
    (sample.parent / f"~${sample.name}").write_bytes(b"\x03Ana")
    with pytest.raises(BookBusyError, match="is open in Excel"):
        add_buttons(sample)
    (sample.parent / f"~${sample.name}").unlink()
    sample.with_suffix(".xlsm").write_bytes(b"mine")
    with pytest.raises(InputError, match=r"exists already\. Add --to with another name"):
        add_buttons(sample)
    assert sample.with_suffix(".xlsm").read_bytes() == b"mine"
    assert sample.read_bytes() == before
    add_buttons(sample, to=sample.with_name("other.xlsm"), dry_run=True)
    assert not sample.with_name("other.xlsm").exists()


def test_settings_for_other_macros_are_not_written_over(tmp_path: Path) -> None:
    import xlsxwriter

    path = tmp_path / "own.xlsx"
    book = xlsxwriter.Workbook(str(path))
    book.add_worksheet("Mine")
    book.add_worksheet("xlwings.conf").write_row(0, 0, ["INTERPRETER_WIN", r"C:\other\python.exe"])
    book.close()
    with pytest.raises(BookRefusedError, match=r"has a sheet xlwings\.conf already"):
        add_buttons(path)


def run(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "leadbook", *words], cwd=folder, capture_output=True, text=True, encoding="utf-8",
        check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip


def test_the_command_line_makes_prints_and_tells(sample: Path) -> None:
    folder = sample.parent
    made = run(folder, "init", "my-leads.xlsm")
    assert made.returncode == 0, made.stderr
    assert "then click Refresh" in made.stdout
    for words in (["--print-module"], ["leads.xlsx", "--print-module"]):  # it needs no workbook
        printed = run(folder, "buttons", *words)
        assert printed.stdout.startswith('Attribute VB_Name = "Leadbook"\nOption Explicit\n')
    unnamed = run(folder, "buttons")
    assert (unnamed.returncode, unnamed.stdout) == (3, "")
    assert unnamed.stderr.count("\n") == 1
    assert "Name the workbook" in unnamed.stderr
    told = run(folder, "buttons", "leads.xlsx", "--dry-run")
    assert "Would add the macros." in told.stdout
    assert not (folder / "leads.xlsm").exists()


def test_a_plain_refresh_loads_nothing_of_it(sample: Path) -> None:
    code = (
        "import sys, datetime, leadbook; leadbook.refresh('leads.xlsx', as_of=datetime.date(2026, 11, 20));"
        "print([name for name in sys.modules if name.split('.')[0] in ('xlwings', 'olefile') or '.vba' in name])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=sample.parent, capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


@pytest.mark.slow
def test_libreoffice_sees_the_buttons_and_the_modules(new_book: Path, tmp_path: Path, soffice) -> None:
    text = soffice(new_book, tmp_path / "out", "fods").read_text(encoding="utf-8")
    for macro in MACROS:
        assert f"vnd.sun.star.script:VBAProject.Leadbook.{macro}?" in text
        assert text.count(f'form:name="{macro}"') == (2 if macro == "Leadbook_Propose" else len(GENERATED) + 1)
    assert "Public Function RunPython" in text or "Function RunPython" in text
    assert MacroBook.open("x", new_book.read_bytes()).done == []
