"""Buttons after Excel saved the workbook: in three more places than before, and a refresh keeps all of them."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest

from leadbook import init, refresh
from leadbook.books.ooxml.macro_workbook import MacroWorkbook
from leadbook.books.vba.actions import ACTIONS
from leadbook.model.issues import BookRefusedError
from leadbook.run.commands import SAMPLE_DAY

RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
ROOT = Path(__file__).resolve().parents[2]

CONTROL = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice Requires='
    '"x14"><control shapeId="{number}" r:id="rIdC{number}" name="{macro}"><controlPr defaultSize="0" print="0" '
    'autoFill="0" autoPict="0" macro="[0]!{macro}"><anchor>{corners}</anchor></controlPr></control></mc:Choice>'
    "</mc:AlternateContent>"
)
ANCHOR = (
    '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
    'xmlns:a14="http://schemas.microsoft.com/office/drawing/2010/main" Requires="a14"><xdr:twoCellAnchor '
    'editAs="absolute">{corners}<xdr:sp macro="" textlink=""><xdr:nvSpPr><xdr:cNvPr id="{number}" name="{macro}" '
    'hidden="1"><a:extLst><a:ext uri="{{63B3BB69-23CF-44E3-9099-C40C66FF867C}}"><a14:compatExt '
    'spid="_x0000_s{number}"/></a:ext></a:extLst></xdr:cNvPr><xdr:cNvSpPr/></xdr:nvSpPr><xdr:spPr><a:xfrm><a:off '
    'x="0" y="0"/><a:ext cx="0" cy="0"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></xdr:spPr></xdr:sp>'
    '<xdr:clientData fPrintsWithSheet="0"/></xdr:twoCellAnchor></mc:Choice><mc:Fallback/></mc:AlternateContent>'
)
PROPERTIES = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<formControlPr '
    'xmlns="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" objectType="Button" lockText="1"/>'
)


def corners(numbers: list[int], prefix: str) -> str:
    def corner(name: str, column: int, right: int, row: int, down: int) -> str:
        inner = "".join(
            f"<xdr:{tag}>{value}</xdr:{tag}>"
            for tag, value in (("col", column), ("colOff", right * 9525), ("row", row), ("rowOff", down * 9525))
        )
        return f"<{prefix}{name}>{inner}</{prefix}{name}>"

    return corner("from", *numbers[:4]) + corner("to", *numbers[4:])


def relationship(name: str, kind: str, target: str) -> str:
    return f'<Relationship Id="{name}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"/>'


def save_as_excel_does(path: Path, sheet_part: str, drawing: str = "xl/drawings/drawing99.xml") -> None:
    """Give the buttons of a sheet their properties, the sheet's list of them, and their shapes of the new kind."""
    with zipfile.ZipFile(path) as package:
        parts = {name: package.read(name).decode("utf-8") if not name.endswith(".bin") else package.read(name)
                 for name in package.namelist()}  # fmt: skip
    rels = sheet_part.replace("worksheets/", "worksheets/_rels/") + ".rels"
    vml = "xl/drawings/" + re.search(r"vmlDrawing\d+\.vml", parts[rels])[0]
    shapes = re.findall(
        r'<v:shape id="(\w+)" o:spid="_x0000_s(\d+)".*?<x:Anchor>([^<]*)</x:Anchor>', parts[vml], flags=re.DOTALL
    )
    controls = anchors = links = types = ""
    for macro, number, anchor in shapes:
        numbers = [int(word) for word in anchor.split(",")]
        controls += CONTROL.format(macro=macro, number=number, corners=corners(numbers, ""))
        anchors += ANCHOR.format(macro=macro, number=number, corners=corners(numbers, "xdr:"))
        name = f"xl/ctrlProps/ctrlProp{number}.xml"
        parts[name] = PROPERTIES
        links += relationship(f"rIdC{number}", "ctrlProp", f"../ctrlProps/ctrlProp{number}.xml")
        types += f'<Override PartName="/{name}" ContentType="application/vnd.ms-excel.controlproperties+xml"/>'
    links += relationship("rIdD", "drawing", f"../drawings/{Path(drawing).name}")
    types += (
        f'<Override PartName="/{drawing}" ContentType="application/vnd.openxmlformats-officedocument.drawing+xml"/>'
    )
    parts[drawing] = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        f'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">{anchors}</xdr:wsDr>'
    )
    [legacy] = re.findall(r"<legacyDrawing [^>]*/>", parts[sheet_part])
    parts[sheet_part] = parts[sheet_part].replace(
        legacy,
        '<drawing r:id="rIdD"/>' + legacy
        + '<mc:AlternateContent xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"><mc:Choice '
        'xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main" '
        'xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" Requires="x14"><controls>'
        f"{controls}</controls></mc:Choice></mc:AlternateContent>",
    )  # fmt: skip
    parts[rels] = parts[rels].replace("</Relationships>", links + "</Relationships>")
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace("</Types>", types + "</Types>")
    with zipfile.ZipFile(path, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)


@pytest.fixture(scope="module")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = init(tmp_path_factory.mktemp("saved") / "leads.xlsm")
    refresh(path, as_of=SAMPLE_DAY)
    return path


@pytest.fixture
def book(refreshed: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(refreshed, tmp_path / "leads.xlsm"))


def content(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        return {name: package.read(name) for name in package.namelist()}


@pytest.mark.slow
def test_a_refresh_keeps_what_excel_keeps_of_them(book: Path, ooxml_validator, tmp_path: Path) -> None:
    sheet = "Today"
    part = next(one.part for one in MacroWorkbook.open(book.read_bytes()).sheets if one.name == sheet)
    save_as_excel_does(book, part)
    assert ooxml_validator(book) == []
    saved = Path(shutil.copy(book, tmp_path / "saved.xlsm"))
    macros = MacroWorkbook.open(book.read_bytes()).button_macros(sheet)
    refresh(book, as_of=SAMPLE_DAY)
    before, after = content(saved), content(book)
    properties = [name for name in before if "ctrlProp" in name]
    assert len(properties) == len(macros) >= 4
    assert all(after[name] == before[name] for name in properties)
    assert after[part].count(b"<control ") == len(macros)
    links = after[part.replace("worksheets/", "worksheets/_rels/") + ".rels"]
    for name in re.findall(rb'<control [^>]*?r:id="(\w+)"', after[part]):
        assert re.search(rb'Id="%s"[^>]*ctrlProp|ctrlProp[^>]*Id="%s"' % (name, name), links)
    drawings = b"".join(data for name, data in after.items() if name.startswith("xl/drawings/drawing"))
    assert drawings.count(b"compatExt") == len(macros)
    assert MacroWorkbook.open(book.read_bytes()).button_macros(sheet) == macros
    assert after["xl/vbaProject.bin"] == before["xl/vbaProject.bin"]
    assert ooxml_validator(book) == []
    refresh(book, as_of=SAMPLE_DAY)
    assert content(book) == after


def test_a_button_of_the_sellers_own_on_a_sheet_of_leadbooks_stays_too(book: Path) -> None:
    parts = content(book)
    name = next(name for name, data in parts.items() if name.endswith(".vml") and b"Leadbook_Propose" in data)
    parts[name] = parts[name].replace(b"[0]!Leadbook_Undo", b"[0]!My_Own")
    with zipfile.ZipFile(book, "w") as package:
        for part, data in parts.items():
            package.writestr(part, data)
    refresh(book, as_of=SAMPLE_DAY)
    sheets = [sheet.name for sheet in MacroWorkbook.open(book.read_bytes()).sheets]
    everywhere = [macro for sheet in sheets for macro in MacroWorkbook.open(book.read_bytes()).button_macros(sheet)]
    assert "My_Own" in everywhere
    assert {action.macro for action in ACTIONS} <= set(everywhere)


def test_a_comment_beside_the_buttons_is_still_refused(book: Path) -> None:
    parts = content(book)
    sheet = next(one.part for one in MacroWorkbook.open(book.read_bytes()).sheets if one.name == "Today")
    rels = sheet.replace("worksheets/", "worksheets/_rels/") + ".rels"
    parts["xl/comments1.xml"] = (
        b'<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><authors><author>A</author>'
        b'</authors><commentList><comment ref="A9" authorId="0"><text><t>mine</t></text></comment></commentList>'
        b"</comments>"
    )
    link = relationship("rIdK", "comments", "../comments1.xml") + "</Relationships>"
    parts[rels] = parts[rels].replace(b"</Relationships>", link.encode())
    kind = b"application/vnd.openxmlformats-officedocument.spreadsheetml.comments+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(
        b"</Types>", b'<Override PartName="/xl/comments1.xml" ContentType="' + kind + b'"/></Types>'
    )
    with zipfile.ZipFile(book, "w") as package:
        for part, data in parts.items():
            package.writestr(part, data)
    before = book.read_bytes()
    with pytest.raises(BookRefusedError, match="holds a comment"):
        refresh(book, as_of=SAMPLE_DAY)
    assert book.read_bytes() == before
