"""The gate notices what the Open XML SDK validator does not."""

from __future__ import annotations

import io
import zipfile

import pytest

from leadbook.books.ooxml import PackageRefusedError, gate

SHEET, TABLE, BOOK = "xl/worksheets/sheet1.xml", "xl/tables/table1.xml", "xl/workbook.xml"


def tampered(data, part, old, new):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as before, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            content = before.read(name)
            if name == part:
                assert old in content
                content = content.replace(old, new, 1)
            after.writestr(name, content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("part", "old", "new", "words", "thorough"),
    [
        (TABLE, b'ref="A1:B4"', b'ref="A1:C4"', "wide", False),
        (TABLE, b'name="Amount"', b'name="Sum"', "header in B1", False),
        (TABLE, b'id="2" name="Amount"', b'id="1" name="Amount"', "column id", False),
        (BOOK, b"<sheets>", b'<sheets><sheet name="leads" sheetId="9" r:id="rId1"/>', "sheet name", False),
        (
            BOOK,
            b"</sheets>",
            b'</sheets><definedNames><definedName name="x" localSheetId="7">1</definedName></definedNames>',
            "belongs to no sheet",
            False,
        ),
        (
            BOOK,
            b"</sheets>",
            b'</sheets><definedNames><definedName name="leads">1</definedName></definedNames>',
            "table name",
            False,
        ),
        (SHEET, b'<row r="3">', b'<row r="2">', "out of order", False),
        (SHEET, b'r:id="rId1"', b'r:id="rId8"', "missing relationship", False),
        (SHEET, b'<c r="B2"><v>10', b'<c r="B2"><v>10</c>', "is broken", False),
        (SHEET, b'r="A3"', b'r="C3"', "out of order", True),
        (SHEET, b'<c r="B2">', b'<c r="B2" s="99">', "missing format", True),
        (SHEET, b'<c r="B2"><v>10', b'<c r="B2" t="s"><v>10', "missing text", True),
        (SHEET, b'<c r="B2"><v>', b'<c r="B2"><f>SUM((1)</f><v>', "formula in B2", True),
        (
            SHEET,
            b"<tableParts",
            b'<mergeCells count="1"><mergeCell ref="A2:B2"/></mergeCells><tableParts',
            "merged",
            False,
        ),
        (
            SHEET,
            b"<tableParts",
            (
                b'<conditionalFormatting sqref="A1"><cfRule type="expression" dxfId="5" priority="1">'
                b"<formula>1</formula></cfRule></conditionalFormatting><tableParts"
            ),
            "differential format",
            False,
        ),
    ],
)
def test_a_broken_invariant_stops_the_save(*, leads, part, old, new, words, thorough):
    data = leads()
    everything = {SHEET, TABLE, BOOK, "xl/styles.xml"}
    broken = tampered(data, part, old, new)
    # Re-packed members are stored otherwise, so all parts count as changed here.
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        everything |= set(archive.namelist())
    with pytest.raises(PackageRefusedError, match=words):
        gate.check(data, broken, everything, thorough=thorough)
    gate.check(broken, broken, everything, thorough=thorough)  # a fault of its own is no reason to refuse


def test_an_unowned_part_that_changed_stops_the_save(leads):
    data = leads()
    with pytest.raises(PackageRefusedError, match=r"xl/styles\.xml was changed"):
        gate.check(data, tampered(data, "xl/styles.xml", b"Calibri", b"Arial"), {SHEET}, thorough=False)


def test_two_selected_sheets_stop_the_save(package, sheet_xml):
    view = '<sheetViews><sheetView tabSelected="1" workbookViewId="0"/></sheetViews>'
    good = package({"A": sheet_xml("", before=view), "B": sheet_xml("")})
    bad = package({"A": sheet_xml("", before=view), "B": sheet_xml("", before=view)})
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        names = set(archive.namelist())
    with pytest.raises(PackageRefusedError, match="two sheets are selected"):
        gate.check(good, bad, names, thorough=False)


@pytest.mark.parametrize(
    "broken", [range(100_000, 150_001), range(150_000, 150_001)], ids=["a third of its rows", "its last row"]
)
def test_a_broken_seam_far_down_a_huge_sheet_stops_the_save(package, sheet_xml, broken):
    def row(number, seam=""):
        text = "A company with a long name, and what was said there"
        return f'<row r="{number}"><c r="A{number}" t="inlineStr"><is><t>{text}</t></is></c>{seam}</row>'

    good = package({"S": sheet_xml("".join(row(number) for number in range(1, 150_001)))})
    rows = "".join(row(number, "</c>" if number in broken else "") for number in range(1, 150_001))
    bad = package({"S": sheet_xml(rows)})
    with zipfile.ZipFile(io.BytesIO(good)) as archive:
        names = set(archive.namelist())
    gate.check(good, good, names, thorough=False)
    with pytest.raises(PackageRefusedError, match="is broken"):
        gate.check(good, bad, names, thorough=False)
