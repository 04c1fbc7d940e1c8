"""A cell's look in everyday words, turned into the elements of the styles part."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypedDict

from lxml import etree

from leadbook.books.ooxml.styles import argb
from leadbook.books.ooxml.xmlparts import main

if TYPE_CHECKING:
    from leadbook.books.ooxml.styles import Styles


class Look(TypedDict, total=False):
    """What a cell may look like; what is left out or None stays as it is.

    Colours are ``#RRGGBB``; ``border`` is "all", "top" or "bottom".
    """

    number_format: str | None
    bold: bool | None
    italic: bool | None
    underline: bool | None
    size: float | None
    color: str | None
    fill: str | None
    align: str | None
    valign: str | None
    wrap: bool | None
    indent: int | None
    border: str | None
    border_color: str
    locked: bool | None
    kept_text: bool


def derive_style(styles: Styles, based_on: int, look: Look) -> int:
    """Return the cell format that looks like ``based_on`` but for what is given."""
    font: dict[str, str | None] = {}
    for name, flag in (("b", look.get("bold")), ("i", look.get("italic")), ("u", look.get("underline"))):
        if flag is not None:
            font[name] = "" if flag else None
    if size := look.get("size"):
        font["sz"] = f"{size:g}"
    if color := look.get("color"):
        font["color"] = argb(color)
    alignment: dict[str, str] = {}
    if align := look.get("align"):
        alignment["horizontal"] = align
    if valign := look.get("valign"):
        alignment["vertical"] = valign
    if (wrap := look.get("wrap")) is not None:
        alignment["wrapText"] = str(int(wrap))
    if (indent := look.get("indent")) is not None:
        alignment["indent"] = str(indent)
    border = look.get("border")
    return styles.derive(
        based_on,
        number=look.get("number_format"),
        font=font or None,
        fill=look.get("fill"),
        border=_border(border, look.get("border_color", "#D9D9D9")) if border else None,
        alignment=alignment or None,
        locked=look.get("locked"),
        kept_text=look.get("kept_text", False),
    )


def _border(sides: str, color: str) -> etree._Element:
    element = etree.Element(main("border"))
    for side in ("left", "right", "top", "bottom", "diagonal"):
        child = etree.SubElement(element, main(side))
        if side == sides or (sides == "all" and side != "diagonal"):
            child.set("style", "thin")
            etree.SubElement(child, main("color"), rgb=argb(color))
    return element
