"""Form controls on a generated sheet: they and the sheet's code name stay when the sheet is written anew."""

from __future__ import annotations

import copy
import re
from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

from leadbook.books.ooxml.grid import Corner, Grid, moved
from leadbook.books.ooxml.moved_comments import SHAPE
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.xmlparts import (
    OFFICE_RELATIONSHIPS,
    elements,
    local_name,
    main,
    parse,
    serialize,
    whole_number,
)

if TYPE_CHECKING:
    from leadbook.books.ooxml.package import Package
    from leadbook.books.ooxml.relationships import ContentTypes, Relationship

CONTROL_KIND = "ctrlProp"
_DRAWING_TYPE = "application/vnd.openxmlformats-officedocument.drawing+xml"
_PIXEL = 9_525  # EMU
_HEAD_BYTES = 1 << 16
_CODE_NAME = re.compile(rb"""<(?:\w+:)?sheetPr\s[^>]*?\bcodeName=["']([^"']*)["']""")
_NOTE = b'ObjectType="Note"'
_VML_ANCHOR = re.compile(rb"(<x:Anchor>\s*)([\d,\s]*?)(\s*</x:Anchor>)")
# Which drawing object a form control is, Excel says by this extension.
CONTROL_MARK = b"compatExt"


class CarriedControls(Struct):
    """What a sheet keeps when it is written anew; nothing of it is leadbook's to change but its place.

    Parameters
    ----------
    code_name : bytes
        What VBA calls the sheet; b"" where it has no name there.
    grid : Grid
        Where the controls stood.
    shapes : Relationship or None
        The drawing of the old kind that holds them.
    properties : list of Relationship
        Their properties, where Excel of 2010 or later has saved them.
    controls : element or None
        The sheet's own list of them, as it stands in its XML.
    anchors : list of element
        What stands for them in the drawing of the new kind.
    """

    code_name: bytes
    grid: Grid | None = None
    shapes: Relationship | None = None
    properties: list[Relationship] = []
    controls: etree._Element | None = None
    anchors: list[etree._Element] = []

    @property
    def parts(self) -> set[str]:
        """The parts that stay where they are."""
        links = [*self.properties, *([self.shapes] if self.shapes else [])]
        return {link.part for link in links}

    def put_into(self, data: bytes, part: str, package: Package, types: ContentTypes) -> bytes:
        """Return a new sheet's XML with the controls on it; its relationships are in the package already."""
        data = self._named(data)
        if self.shapes is None or self.grid is None:
            return data
        links = Relationships(package, part)
        if links.of_kind("vmlDrawing"):
            raise ValueError("A generated sheet with comments cannot keep the form controls of the one before.")
        old, new = self.grid, Grid.read([data])
        added = b""
        if self.anchors:
            added += self._draw(package, types, links, old, new)
        _move_shapes(package, self.shapes.part, old, new)
        added += b'<legacyDrawing r:id="%s"/>' % links.add(self.shapes.type, self.shapes.part).encode()
        if self.controls is not None:
            ids = {link.id: links.add(link.type, link.part) for link in self.properties}
            for element in self.controls.iter():
                for name, value in element.attrib.items():
                    if name == f"{{{OFFICE_RELATIONSHIPS}}}id" and value in ids:
                        element.set(name, ids[str(value)])
                if local_name(element) == "anchor":
                    _move_corners(element, old, new)
            added += etree.tostring(self.controls, with_tail=False)
        links.save()
        at = _end_of_drawings(data)
        return data[:at] + added + data[at:]

    def _named(self, data: bytes) -> bytes:
        if not self.code_name:
            return data
        name = b' codeName="' + self.code_name + b'"'
        head = data[: data.index(b"<sheetData")]
        at = head.find(b"<sheetPr")
        if at >= 0:
            at += len(b"<sheetPr")
            return data[:at] + name + data[at:]
        at = head.index(b">", head.index(b"<worksheet")) + 1
        return data[:at] + b"<sheetPr" + name + b"/>" + data[at:]

    def _draw(self, package: Package, types: ContentTypes, links: Relationships, old: Grid, new: Grid) -> bytes:
        """Put the controls among the new sheet's charts; return what the sheet lacks so far to show them."""
        for anchor in self.anchors:
            _move_corners(anchor, old, new)
        there = links.of_kind("drawing")
        if there:
            root = parse(package.read_small(there[0].part), there[0].part)
            root.extend(self.anchors)
            package.put(there[0].part, serialize(root))
            return b""
        parent = self.anchors[0].getparent()
        root = copy.copy(parent) if parent is not None else etree.Element("wsDr")
        root[:] = self.anchors
        name = package.free_name("xl/drawings/drawing%d.xml")
        package.put(name, serialize(root))
        types.set(name, _DRAWING_TYPE)
        return b'<drawing r:id="%s"/>' % links.add(f"{OFFICE_RELATIONSHIPS}/drawing", name).encode()


def take_controls(package: Package, part: str) -> CarriedControls:
    """Return what a generated sheet keeps when it is written anew."""
    head = bytearray()
    for chunk in package.stream(part):
        head += chunk
        if len(head) >= _HEAD_BYTES:
            break
    named = _CODE_NAME.search(head)
    carried = CarriedControls(named[1] if named else b"")
    links = Relationships(package, part)
    shapes = next((one for one in links.of_kind("vmlDrawing") if not one.external and package.has(one.part)), None)
    if shapes is None or not _has_controls(package.read_small(shapes.part)):
        return carried
    carried.grid = Grid.read(package.stream(part))
    carried.shapes = shapes
    carried.properties = [one for one in links.of_kind(CONTROL_KIND) if not one.external and package.has(one.part)]
    if carried.properties:
        carried.controls = _control_list(package, part)
    for drawing in links.of_kind("drawing"):
        if not drawing.external and package.has(drawing.part):
            root = parse(package.read_small(drawing.part), drawing.part)
            copied = copy.deepcopy(root)
            carried.anchors += [one for one in elements(copied) if CONTROL_MARK in etree.tostring(one)]
    return carried


def _end_of_drawings(data: bytes) -> int:
    """Return where in a sheet as XlsxWriter writes it the drawings end: before its tables and its own extensions."""
    tables = data.find(b"<tableParts", data.rindex(b"sheetData"))
    if tables >= 0:
        return tables
    # Rules have extensions too; the sheet's own are the last of all.
    end = b"</worksheet>"
    return data.rindex(b"<extLst") if data.rstrip().endswith(b"</extLst>" + end) else data.rindex(end)


def _has_controls(drawing: bytes) -> bool:
    return drawing.count(b"<x:ClientData") > drawing.count(_NOTE)


def _control_list(package: Package, part: str) -> etree._Element | None:
    data = package.read(part)
    start, end = data.find(b"<sheetData"), data.rfind(b"</sheetData>")
    # Without its rows it is small, however many there are.
    if 0 <= start < end:
        data = data[:start] + data[end + len(b"</sheetData>") :]
    for child in elements(parse(data, part)):
        if child.tag == main("controls") or any(one.tag == main("controls") for one in child.iter()):
            return child
    return None


def _move_shapes(package: Package, part: str, old: Grid, new: Grid) -> None:
    def anchor(found: re.Match[bytes]) -> bytes:
        numbers = [int(word) for word in found[2].split(b",") if word.strip().isdigit()]
        if len(numbers) != 8:
            return found[0]
        begin, end = Corner(*numbers[:4]), Corner(*numbers[4:])
        there = (*moved(begin, old, new), *moved(end, old, new))
        return found[0] if there == (*begin, *end) else found[1] + b", ".join(b"%d" % one for one in there) + found[3]

    # Comments are no controls: theirs go with them.
    shapes = SHAPE.sub(lambda shape: b"" if _NOTE in shape[0] else shape[0], package.read_small(part))
    package.put(part, _VML_ANCHOR.sub(anchor, shapes))


def _move_corners(element: etree._Element, old: Grid, new: Grid) -> None:
    for corner in element.iter():
        if local_name(corner) not in {"from", "to"}:
            continue
        cells = {local_name(one): one for one in corner}
        if not {"col", "colOff", "row", "rowOff"} <= cells.keys():
            continue
        column, column_offset, row, row_offset = (
            whole_number((cells[name].text or "").strip()) for name in ("col", "colOff", "row", "rowOff")
        )
        stood = Corner(column, round(column_offset / _PIXEL), row, round(row_offset / _PIXEL))
        stands = moved(stood, old, new)
        if stands != stood:
            cells["col"].text, cells["colOff"].text = str(stands.column), str(stands.column_offset * _PIXEL)
            cells["row"].text, cells["rowOff"].text = str(stands.row), str(stands.row_offset * _PIXEL)
