"""Form buttons as Excel keeps them: shapes in a sheet's drawing of the old kind, each bound to a macro."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from msgspec import Struct

from leadbook.books.ooxml.relationships import Relationships

if TYPE_CHECKING:
    from leadbook.books.ooxml.grid import Grid
    from leadbook.books.ooxml.package import Package

VML_TYPE = "application/vnd.openxmlformats-officedocument.vmlDrawing"
_NAMESPACES = (
    b'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    b'xmlns:x="urn:schemas-microsoft-com:office:excel"'
)
_CLUSTERS = re.compile(rb"""<o:idmap\s[^>]*?data=["']([\d,\s]*)["']""")
_SHAPE_NUMBER = re.compile(rb"_x0000_s(\d+)")
_BUTTON_TYPE = b"_x0000_t201"
_QUOTE = {'"': "&quot;"}
_SHAPES_IN_CLUSTER = 1_024
_MACRO = re.compile(rb"<x:FmlaMacro>\s*(?:\[0\]!)?([^<]*?)\s*</x:FmlaMacro>")
_TYPE = (
    b'<v:shapetype id="_x0000_t201" coordsize="21600,21600" o:spt="201" path="m,l,21600r21600,l21600,xe">'
    b'<v:stroke joinstyle="miter"/>'
    b'<v:path shadowok="f" o:extrusionok="f" strokeok="f" fillok="f" o:connecttype="rect"/>'
    b'<o:lock v:ext="edit" shapetype="t"/></v:shapetype>'
)
_SHAPE = (
    '<v:shape id="{name}" o:spid="_x0000_s{number}" type="#_x0000_t201" alt="{tip}" style="position:absolute;'
    "margin-left:{left:g}pt;margin-top:{top:g}pt;width:{width:g}pt;height:{height:g}pt;z-index:{order};"
    'mso-wrap-style:tight" o:button="t" fillcolor="buttonFace [67]" strokecolor="windowText [64]" '
    'o:insetmode="auto"><v:fill color2="buttonFace [67]" o:detectmouseclick="t"/>'
    '<o:lock v:ext="edit" rotation="t"/><v:textbox style="mso-direction-alt:auto" o:singleclick="f">'
    '<div style="text-align:center"><font face="Calibri" size="220" color="#000000">{caption}</font></div>'
    # Present, these two mean that it neither moves nor grows with cells (MS-OI29500, 2.1.1816).
    '</v:textbox><x:ClientData ObjectType="Button"><x:MoveWithCells/><x:SizeWithCells/>'
    "<x:Anchor>{anchor}</x:Anchor><x:PrintObject>False</x:PrintObject><x:AutoFill>False</x:AutoFill>"
    "<x:FmlaMacro>[0]!{macro}</x:FmlaMacro><x:TextHAlign>Center</x:TextHAlign>"
    "<x:TextVAlign>Center</x:TextVAlign></x:ClientData></v:shape>"
)


class Button(Struct, frozen=True):
    """A button: the macro it runs, what stands on it and what it does, and its place in pixels at 100 %."""

    macro: str
    caption: str
    tip: str
    left: int
    top: int
    width: int
    height: int


def with_buttons(drawing: bytes, buttons: list[Button], grid: Grid, cluster: int) -> bytes:
    """Return a drawing of the old kind with further buttons; b"" begins a new one.

    Parameters
    ----------
    drawing : bytes
    buttons : list of Button
    grid : Grid
        Of the sheet that it lies on.
    cluster : int
        The thousand of shape numbers that a new drawing takes, which no other sheet has.
    """
    if not drawing:
        drawing = (
            b"<xml " + _NAMESPACES + b'><o:shapelayout v:ext="edit"><o:idmap v:ext="edit" data="%d"/>'
            b"</o:shapelayout></xml>" % cluster
        )
    end = drawing.rindex(b"</")
    own = clusters(drawing)
    first = (own[0] if own else cluster) * _SHAPES_IN_CLUSTER
    numbers = [int(number) for number in _SHAPE_NUMBER.findall(drawing)]
    number = max([first, *(one for one in numbers if first <= one < first + _SHAPES_IN_CLUSTER)])
    added = b"" if b'id="' + _BUTTON_TYPE in drawing else _TYPE
    for order, button in enumerate(buttons, drawing.count(b"<v:shape ") + 1):
        added += _shape(button, grid, number + order, order)
    root = drawing[drawing.index(b"<xml") : drawing.index(b">", drawing.index(b"<xml"))]
    if not all(space in root for space in (b"xmlns:v=", b"xmlns:o=", b"xmlns:x=")):
        added = added.replace(b"<v:shape ", b"<v:shape " + _NAMESPACES + b" ")
        added = added.replace(b"<v:shapetype ", b"<v:shapetype " + _NAMESPACES + b" ")
    return drawing[:end] + added + drawing[end:]


def clusters(drawing: bytes) -> list[int]:
    """Return the thousands of shape numbers that a drawing takes."""
    return [int(word) for found in _CLUSTERS.findall(drawing) for word in found.replace(b",", b" ").split()]


def free_cluster(package: Package) -> int:
    """Return a thousand of shape numbers that no drawing of the workbook takes."""
    taken = [0]
    for name in package.names():
        if name.lower().endswith(".vml"):
            taken += clusters(package.read_small(name))
    return 1 + max(taken)


def button_macros(package: Package, sheet_part: str) -> list[str]:
    """Return the macros that the buttons and other controls of a sheet are bound to, in order."""
    return [
        macro.decode("utf-8", errors="replace")
        for link in Relationships(package, sheet_part).of_kind("vmlDrawing")
        if not link.external and package.has(link.part)
        for macro in _MACRO.findall(package.read_small(link.part))
    ]


def _shape(button: Button, grid: Grid, number: int, order: int) -> bytes:
    begin = grid.corner(button.left, button.top)
    end = grid.corner(button.left + button.width, button.top + button.height)
    return _SHAPE.format(
        name=escape(button.macro, _QUOTE),
        number=number,
        tip=escape(button.tip, _QUOTE),
        left=button.left * 0.75,
        top=button.top * 0.75,
        width=button.width * 0.75,
        height=button.height * 0.75,
        order=order,
        caption=escape(button.caption),
        anchor=", ".join(map(str, (*begin, *end))),
        macro=escape(button.macro),
    ).encode("utf-8")
