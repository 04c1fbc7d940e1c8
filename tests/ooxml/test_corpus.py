"""Real workbooks that nobody here made: a sheet is grafted, cells are set, and nothing else may change."""

from __future__ import annotations

import datetime as dt
import io
import json
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from leadbook.books.ooxml import PackageRefusedError, Workbook

CORPUS = Path(__file__).resolve().parents[3] / "shared" / "data" / "corpus"
FILES = sorted(CORPUS.glob("*.xls[xm]"))
REFUSED = {
    "poi__ms-office-2010-signed.xlsx": "digitally signed",
    "poi__protected_passtika.xlsx": "password",
    "poi__sample.strict.xlsx": "Strict Open XML",
}
EDITABLE = [path for path in FILES if path.name not in REFUSED]

# calamine builds a dense block and aborts the whole process on a sparse sheet, so it reads in its own process.
READ = """
import sys, json, python_calamine
book = python_calamine.CalamineWorkbook.from_path(sys.argv[1])
print(json.dumps({name: [[str(v) for v in row] for row in
    book.get_sheet_by_name(name).to_python(skip_empty_area=False)] for name in json.loads(sys.argv[2])}))
"""

pytestmark = pytest.mark.skipif(not FILES, reason="the real workbooks are not beside this checkout (../shared/data)")
every_file = pytest.mark.parametrize("path", EDITABLE, ids=lambda path: path.name)


def worksheets(book):
    return [sheet.name for sheet in book.sheets if sheet.kind == "worksheet"]


def own_cells(book, sheet):
    extent = book.scan(sheet).extent
    column = extent.last_column + 2 if extent else 2
    return {column: {1: "text & <_x0041_>", 3: 12.5, 5: True}, column + 1: {3: dt.date(2026, 1, 2)}}


def change(data, scratch, rows=12):
    """Graft (or replace) the sheet LB and set cells right of everything on each other worksheet."""
    book = Workbook.open(data)
    there = "LB" in worksheets(book)
    if not there:
        for sheet in worksheets(book):
            book.set_cells(sheet, own_cells(book, sheet))
        book.set_name("LB_Made", "'LB'!$A$1", hidden=True, comment="made by leadbook")
    book.graft_sheet(scratch("LB", rows, "LbTable", date_1904=book.date_1904), "LB", replace="LB" if there else None)
    out = io.BytesIO()
    book.write(out, thorough=True)
    return book, out.getvalue()


@pytest.mark.parametrize(("name", "words"), REFUSED.items())
def test_files_that_cannot_be_edited_safely_say_why(name, words):
    with pytest.raises(PackageRefusedError, match=words):
        Workbook.open((CORPUS / name).read_bytes())


@every_file
def test_every_other_part_is_byte_identical(path, parts, scratch):
    data = path.read_bytes()
    book, after = change(data, scratch)
    old, new = parts(data), parts(after)
    sheets = {sheet.part for sheet in Workbook.open(data).sheets if sheet.kind == "worksheet"}
    core = re.compile(
        r"\[Content_Types\].xml|xl/workbook\.xml|xl/_rels/workbook\.xml\.rels|xl/styles\d*\.xml|xl/calcChain\.xml"
    )
    allowed = {name for name in old if core.fullmatch(name)} | sheets
    assert {name for name in old if new.get(name) != old[name]} <= allowed
    assert [name for name in new if name in old] == [name for name in old if name in new]
    assert book.changed_parts() >= {name for name in {*old, *new} if old.get(name) != new.get(name)}


@every_file
def test_replacing_a_sheet_again_and_again_adds_nothing(path, scratch, parts):
    _, once = change(path.read_bytes(), scratch)
    _, twice = change(once, scratch)
    _, thrice = change(twice, scratch, rows=20)
    first, last = parts(once), parts(thrice)
    assert set(first) == set(last)
    assert parts(twice)["xl/workbook.xml"] == first["xl/workbook.xml"]
    for name in first:
        if name.endswith("styles.xml"):
            assert last[name] == first[name]
    assert len(Workbook.open(once).defined_names) == len(Workbook.open(thrice).defined_names)
    assert [t.name for t in Workbook.open(once).tables] == [t.name for t in Workbook.open(thrice).tables]


@pytest.mark.slow
@every_file
def test_the_validator_finds_nothing_new(path, scratch, ooxml_validator, tmp_path):
    def errors(file):
        found = ooxml_validator(file)
        return Counter((error.get("path", ""), error.get("description", "")) for error in found)

    def told(counted):
        return Counter({text: 0 for _, text in counted}) + Counter(
            text for (_, text), n in counted.items() for _ in range(n)
        )

    edited = tmp_path / path.name
    edited.write_bytes(change(path.read_bytes(), scratch)[1])
    assert told(errors(edited)) - told(errors(path)) == Counter()


@pytest.mark.slow
@every_file
def test_libreoffice_opens_it(path, scratch, soffice, tmp_path):
    edited = tmp_path / path.name
    edited.write_bytes(change(path.read_bytes(), scratch)[1])
    try:
        converted = soffice(edited, tmp_path / "out")
    except subprocess.CalledProcessError:
        # LibreOffice 7.4 gives up on some originals too; then it says nothing about the edit.
        with pytest.raises(subprocess.CalledProcessError):
            soffice(path, tmp_path / "original")
        return
    assert "LB" in worksheets(Workbook.open(converted.read_bytes()))


@every_file
def test_calamine_reads_the_same_values(path, scratch, tmp_path):
    data = path.read_bytes()
    before = Workbook.open(data)
    extents = {name: before.scan(name).extent for name in worksheets(before)}
    small = [name for name, extent in extents.items() if extent and extent.last_row * extent.last_column < 1_000_000]
    edited = tmp_path / path.name
    edited.write_bytes(change(data, scratch)[1])

    def read(file):
        answer = subprocess.run(
            [sys.executable, "-c", READ, str(file), json.dumps(small)], check=True, capture_output=True, timeout=120
        )
        return json.loads(answer.stdout)

    old, new = read(path), read(edited)
    for name in small:
        width = extents[name].last_column
        trimmed = [row[:width] for row in new[name][: len(old[name])]]
        assert trimmed == [row + [""] * (len(trimmed[0]) - len(row)) for row in old[name]]
        assert new[name][0][width + 1] == "text & <_x0041_>"
