"""Files that must not be edited: each is refused with a sentence of its own, and quickly."""

from __future__ import annotations

import contextlib
import io
import struct
import time
import zipfile
import zlib

import pytest

from leadbook.books.ooxml import PackageRefusedError, Workbook

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def read_through(data: bytes) -> None:
    book = Workbook.open(data)
    for sheet in book.sheets:
        book.scan(sheet.name)


def refusal(data: bytes) -> str:
    started = time.perf_counter()
    with pytest.raises(PackageRefusedError) as caught:
        read_through(data)
    assert time.perf_counter() - started < 5
    return str(caught.value)


def with_members(data: bytes, extra: dict[str, bytes]) -> bytes:
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in extra.items():
            archive.writestr(name, content)
    return out.getvalue()


def ole(stream: str) -> bytes:
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600 + stream.encode("utf-16-le") + b"\0" * 600


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "empty"),
        (b"Name,Amount\nAda,10\n", "not an Excel workbook"),
        (b"<html><table></table></html>", "not an Excel workbook"),
        (ole("EncryptedPackage"), "password"),
        (ole("Workbook"), r"old \.xls kind"),
        (b"PK\3\4" + b"\0" * 100, "damaged"),
        (b"PK", "damaged"),
    ],
)
def test_what_is_no_workbook_is_told_apart(data, words):
    import re

    assert re.search(words, refusal(data))


def test_every_truncation_of_a_workbook_is_refused_with_a_sentence(leads):
    data = leads()
    for cut in range(4, len(data) - 1, 37):
        assert "damaged" in refusal(data[:cut])


def test_flipped_bytes_give_a_refusal_or_a_workbook_but_never_another_error(leads):
    data = leads()
    for place in range(0, len(data), 11):
        broken = data[:place] + bytes([data[place] ^ 0x55]) + data[place + 1 :]
        with contextlib.suppress(PackageRefusedError):
            book = Workbook.open(broken)
            book.scan(book.sheets[0].name)
            book.set_cells(book.sheets[0].name, {6: {2: 1}})
            book.write(io.BytesIO())


@pytest.mark.parametrize(
    "name", ["../evil.xml", "xl/../../evil.xml", "/etc/evil.xml", "C:\\evil.xml", "xl\\..\\e.xml", "a\nb"]
)
def test_a_member_name_that_climbs_out_is_refused(leads, name):
    assert "unsafe name" in refusal(with_members(leads(), {name: b"x"}))


def test_duplicate_members_are_refused(leads):
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = with_members(leads(), {"xl/workbook.xml": b"x"})
    assert "two parts" in refusal(twice)
    assert "two parts" in refusal(with_members(leads(), {"XL/Workbook.XML": b"x"}))


def test_a_zip_bomb_is_not_unpacked(leads):
    assert "unpack to far more" in refusal(with_members(leads(), {"xl/media/image1.png": b"\0" * (64 << 20)}))


def test_a_member_that_lies_about_its_size_is_refused(package, sheet_xml):
    xml = sheet_xml("<row/>" * 5000)
    data = package({"S": xml})
    size = struct.pack("<L", len(xml))
    assert data.count(size) == 2  # the local header and the central directory
    assert "unpack to far more" in refusal(data.replace(size, struct.pack("<L", 100)))


def test_members_that_overlap_are_refused(leads):
    data = leads()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        infos = archive.infolist()
    first, second = infos[1], infos[2]
    entry = struct.pack("<L", second.header_offset) + second.filename.encode()
    clash = struct.pack("<L", first.header_offset) + second.filename.encode()
    assert data.count(entry) == 1
    assert "damaged" in refusal(data.replace(entry, clash))


ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    f'<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><workbook xmlns="{MAIN}">&b;</workbook>'
)
EXTERNAL = f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><workbook xmlns="{MAIN}">&a;</workbook>'


@pytest.mark.parametrize("xml", [ENTITIES, EXTERNAL], ids=["entities", "external"])
@pytest.mark.parametrize("part", ["xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml", "_rels/.rels"])
def test_document_types_are_refused_in_small_parts(package, sheet_xml, part, xml):
    assert "as an attack would be" in refusal(
        package({"S": sheet_xml("")}, parts={part: xml})
        if part != "[Content_Types].xml"
        else with_types(package, sheet_xml, xml)
    )


def with_types(package, sheet_xml, xml):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(package({"S": sheet_xml("")}))) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, xml if name == "[Content_Types].xml" else old.read(name))
    return out.getvalue()


def test_a_document_type_in_a_sheet_is_refused(package, sheet_xml):
    xml = '<!DOCTYPE worksheet [<!ENTITY a "b">]>' + sheet_xml('<row r="1"><c r="A1"><v>&a;</v></c></row>')
    assert "as an attack would be" in refusal(package({"S": xml}))


def test_utf_16_sheets_are_refused(package, sheet_xml):
    assert "UTF-16" in refusal(package({"S": sheet_xml("").encode("utf-16")}))


@pytest.mark.parametrize(
    ("part", "content", "words"),
    [
        ("xl/workbook.xml", "<workbook", "cannot be read"),
        ("xl/workbook.xml", '<workbook xmlns="urn:other"/>', "no Excel workbook"),
        ("xl/workbook.xml", f'<workbook xmlns="{MAIN}"/>', "no sheets"),
        ("xl/workbook.xml", '<workbook xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"/>', "Strict"),
        ("xl/styles.xml", "<other/>", "styles part"),
        ("xl/worksheets/sheet1.xml", "<other/>", "not a worksheet"),
        ("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"><sheetData><row r="1">', "without an end|damaged"),
        ("xl/worksheets/sheet1.xml", f'<worksheet xmlns="{MAIN}"/>', "no cell data"),
        ("_xmlsignatures/sig1.xml", "<x/>", "digitally signed"),
    ],
)
def test_parts_that_cannot_be_followed_are_refused(package, sheet_xml, part, content, words):
    import re

    assert re.search(words, refusal(package({"S": sheet_xml("")}, parts={part: content})))


def test_a_missing_sheet_part_is_refused(leads, parts):
    import zipfile as zf

    out = io.BytesIO()
    with zf.ZipFile(out, "w") as archive:
        for name, content in parts(leads()).items():
            if name != "xl/worksheets/sheet1.xml":
                archive.writestr(name, content)
    assert "missing from the file" in refusal(out.getvalue())


def test_other_zip_files_are_told_apart():
    def zipped(members):
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as archive:
            for name, content in members.items():
                archive.writestr(name, content)
        return out.getvalue()

    assert "OpenDocument" in refusal(zipped({"mimetype": "application/vnd.oasis.opendocument.spreadsheet"}))
    assert "no workbook" in refusal(zipped({"photo.jpg": "x"}))


def test_zip64_sizes_and_data_descriptors_are_read_and_written_plainly(leads, parts):
    out = io.BytesIO()

    class Pipe(io.RawIOBase):
        def writable(self):
            return True

        def write(self, data):
            return out.write(data)

    with zipfile.ZipFile(Pipe(), "w", zipfile.ZIP_DEFLATED) as archive:  # a pipe cannot seek back: descriptors
        for name, content in parts(leads()).items():
            with archive.open(name, "w", force_zip64=True) as member:
                member.write(content)
    book = Workbook.open(out.getvalue())
    book.set_cells("Leads", {4: {2: 1}})
    written = io.BytesIO()
    book.write(written, thorough=True)
    with zipfile.ZipFile(written) as archive:
        assert archive.testzip() is None
        assert all(not info.flag_bits & 8 for info in archive.infolist())


def test_a_wrong_checksum_is_noticed_when_the_part_is_read(leads):
    data = leads()
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        crc = struct.pack("<L", archive.getinfo("xl/worksheets/sheet1.xml").CRC)
    assert "damaged" in refusal(data.replace(crc, struct.pack("<L", zlib.crc32(b"other"))))
