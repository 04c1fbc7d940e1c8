"""The VBA project that leadbook builds: read back by olevba and olefile, which know nothing of how it was made."""

from __future__ import annotations

import importlib
import io
import re
import zipfile
from importlib.util import find_spec
from pathlib import Path

import olefile
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from oletools.olevba import VBA_Parser, decompress_stream

from leadbook.books.vba.actions import ACTIONS, MODULE, module_source
from leadbook.books.vba.compression import compress, decompress
from leadbook.books.vba.donor import DONOR, XlwingsError, donor_project, fits, project_for
from leadbook.books.vba.project import CHART_SHEET, WORKSHEET, Project
from leadbook.books.vba.storage import Folder, read_storage, write_storage

SHEETS = {f"Sheet{number}": WORKSHEET for number in range(1, 15)}


def donor_streams() -> dict[tuple[str, ...], bytes]:
    spec = find_spec("xlwings")
    with zipfile.ZipFile(Path(spec.origin).with_name(DONOR)) as book:
        return streams(book.read("xl/vbaProject.bin"))


def streams(data: bytes) -> dict[tuple[str, ...], bytes]:
    # Any defect that olefile knows raises here.
    with olefile.OleFileIO(io.BytesIO(data), raise_defects=olefile.DEFECT_INCORRECT) as file:
        assert file.parsing_issues == []
        return {tuple(path): file.openstream(path).read() for path in file.listdir()}


def sources(data: bytes) -> dict[str, str]:
    """Return each module as olevba reads it: the name of its stream and its source."""
    parsed = VBA_Parser("vbaProject.bin", data=data)
    return {stream.rpartition("/")[2]: code for _, stream, _, code in parsed.extract_macros()}


def test_olevba_reads_back_exactly_the_modules_that_belong_there() -> None:
    found = sources(project_for(SHEETS))
    assert list(found) == ["ThisWorkbook", "Sheet1", "Sheet2", "xlwings", "Dictionary", *list(SHEETS)[2:], MODULE]
    [attribute, *lines] = found[MODULE].splitlines()
    assert attribute == f'Attribute VB_Name = "{MODULE}"'
    assert lines == module_source().splitlines()


def test_the_donors_other_streams_are_byte_identical() -> None:
    donor, made = donor_streams(), streams(project_for(SHEETS))
    rewritten = {("PROJECT",), ("PROJECTwm",), ("VBA", "dir")}
    assert {path for path in donor if donor[path] != made.get(path)} == {*rewritten, ("VBA", "Module1")}
    assert made[("VBA", "xlwings")] == donor[("VBA", "xlwings")]
    assert {path[-1] for path in made.keys() - donor.keys()} == {*list(SHEETS)[2:], MODULE}


def test_the_lists_of_modules_agree() -> None:
    made = streams(project_for({"Tabelle1": WORKSHEET, "Chart1": CHART_SHEET}))
    text = made[("PROJECT",)].decode("cp1252")
    listed = re.findall(r"^(?:Document|Module|Class)=(\w+)", text, flags=re.MULTILINE)
    windows = re.findall(r"^(\w+)=[-\d, ]+[CZ]", text.partition("[Workspace]")[2], flags=re.MULTILINE)
    directory = decompress_stream(bytearray(made[("VBA", "dir")]))
    assert "[Workspace]\r\n" in text
    assert listed == windows == ["ThisWorkbook", "xlwings", "Dictionary", "Tabelle1", "Chart1", MODULE]
    assert made[("PROJECTwm",)].split(b"\0\0\0")[-2].startswith(b"Leadbook\0L")
    assert all(name.encode("utf-16-le") in directory for name in listed)
    assert b"Module1" not in directory
    assert b"00020821" in decompress_stream(bytearray(made[("VBA", "Chart1")]))


def test_each_button_has_its_sub_and_each_sub_its_function() -> None:
    subs = dict(re.findall(r'Public Sub (\w+)\(\)\n    RunPython "from leadbook import macros; (macros\.\w+\(\))"',
                           module_source()))  # fmt: skip
    assert subs == {action.macro: f"macros.{action.function}()" for action in ACTIONS}
    assert len(re.findall(r"\bSub \w", module_source())) == len(ACTIONS)
    macros = importlib.import_module("leadbook.macros")
    assert {action.function for action in ACTIONS} == set(macros.__all__)
    assert all(callable(getattr(macros, action.function)) for action in ACTIONS)


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert project_for(SHEETS) == project_for(dict(SHEETS))


def test_a_project_reads_itself_back_and_loses_what_is_taken_out() -> None:
    project = Project.read(project_for(SHEETS))
    assert project.source(MODULE).endswith(module_source())
    assert not project.is_locked
    less = Project.read(project.without([MODULE]).written())
    assert MODULE not in less.names
    assert MODULE not in sources(less.written())
    again = less.with_sources({MODULE: module_source()}, {})
    assert streams(again.written()) == streams(project.written())


def encrypted(said: bytes, seed: int = 0x07, key: int = 0xDF) -> str:
    """Return a value of PROJECT as MS-OVBA 2.4.3.2 encrypts it."""
    version = 2
    out = [seed, seed ^ version, seed ^ key]
    clear, before, older = key, seed ^ key, seed ^ version
    for byte in bytes((seed & 6) // 2) + len(said).to_bytes(4, "little") + said:
        out.append(byte ^ (older + clear & 0xFF))
        older, before, clear = before, out[-1], byte
    return bytes(out).hex().upper()


@pytest.mark.parametrize(
    ("key", "said", "locked"),
    [
        ("CMG", bytes(4), False), ("CMG", b"\x01\0\0\0", True), ("DPB", b"\0", False),
        ("DPB", b"\xff" + bytes(28), True), ("DPB", b"secret\0", True),
    ],
)  # fmt: skip
@pytest.mark.parametrize("seed", [0x00, 0x07, 0xA6])
def test_a_locked_project_is_known(key: str, said: bytes, locked: bool, seed: int) -> None:
    project = Project.read(project_for(SHEETS))
    text = project.root.streams["PROJECT"].decode("cp1252")
    project.root.streams["PROJECT"] = re.sub(rf'{key}="\w+"', f'{key}="{encrypted(said, seed)}"', text).encode("cp1252")
    assert Project.read(project.written()).is_locked is locked


def test_another_xlwings_than_the_one_the_buttons_are_made_for_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [fits(found) for found in ("0.36.9", "0.37.0", "0.37.8", "0.38.0", "1.0")] == [
        False,
        True,
        True,
        False,
        False,
    ]
    monkeypatch.setattr("leadbook.books.vba.donor.version", lambda _: "0.40.1")
    with pytest.raises(XlwingsError, match=r"0\.40\.1 is installed here\. Run: pip install"):
        donor_project()


@settings(deadline=None)
@given(st.binary(max_size=9_000) | st.text("ab \n", max_size=9_000).map(str.encode))
def test_packed_sources_come_back(data: bytes) -> None:
    packed = compress(data)
    if len(data) % 4_096 < 3_500:  # a last piece of pure noise is padded, as the format has it
        assert decompress(packed) == data
    assert decompress(packed)[: len(data)] == data
    if data:
        assert bytes(decompress_stream(bytearray(packed)))[: len(data)] == data


NAMES = st.text("abcXYZ_019", min_size=1, max_size=31)


@settings(deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=9_000), max_size=40), st.dictionaries(NAMES, st.binary(), max_size=9))
def test_any_streams_survive_a_compound_file(top: dict[str, bytes], inner: dict[str, bytes]) -> None:
    def apart(content: dict[str, bytes]) -> dict[str, bytes]:
        return {key.casefold(): value for key, value in content.items() if key.casefold() != "vba"}

    root = Folder(apart(top), {"VBA": Folder(apart(inner), class_id=bytes(range(16)))})
    data = write_storage(root)
    assert streams(data) == dict(root.walk())
    assert read_storage(data) == root


@pytest.mark.parametrize(
    "path",
    sorted((Path(__file__).parents[3] / "shared" / "data" / "corpus").glob("*.xlsm")),
    ids=lambda path: path.name,
)
def test_real_projects_are_rebuilt_whole(path: Path) -> None:
    with zipfile.ZipFile(path) as book:
        data = book.read("xl/vbaProject.bin")
    project = Project.read(data)
    assert streams(project.written()) == streams_of_any(data)
    names = {name.casefold() for name in project.names}
    assert {name.casefold() for name in sources(data)} <= names


def streams_of_any(data: bytes) -> dict[tuple[str, ...], bytes]:
    with olefile.OleFileIO(io.BytesIO(data)) as file:
        return {tuple(path): file.openstream(path).read() for path in file.listdir()}
