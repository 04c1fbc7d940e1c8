"""A cell's look in everyday words, turned into the elements of the styles part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml.styles import argb
from leadbook.books.ooxml.xmlparts import main

if TYPE_CHECKING:
    from leadbook.books.ooxml.styles import Styles


def derive_style(
    styles: Styles,
    based_on: int,
    *,
    number_format: str | None,
    bold: bool | None,
    italic: bool | None,
    underline: bool | None,
    size: float | None,
    color: str | None,
    fill: str | None,
    align: str | None,
    valign: str | None,
    wrap: bool | None,
    indent: int | None,
    border: str | None,
    border_color: str,
    locked: bool | None,
) -> int:
    """Return the cell format that looks like ``based_on`` but for what is given."""
    font: dict[str, str | None] = {}
    for name, flag in (("b", bold), ("i", italic), ("u", underline)):
        if flag is not None:
            font[name] = "" if flag else None
    if size:
        font["sz"] = f"{size:g}"
    if color:
        font["color"] = argb(color)
    alignment: dict[str, str] = {}
    if align:
        alignment["horizontal"] = align
    if valign:
        alignment["vertical"] = valign
    if wrap is not None:
        alignment["wrapText"] = str(int(wrap))
    if indent is not None:
        alignment["indent"] = str(indent)
    return styles.derive(
        based_on,
        number=number_format,
        font=font or None,
        fill=fill,
        border=_border(border, border_color) if border else None,
        alignment=alignment or None,
        locked=locked,
    )


def _border(sides: str, color: str) -> etree._Element:
    element = etree.Element(main("border"))
    for side in ("left", "right", "top", "bottom", "diagonal"):
        child = etree.SubElement(element, main(side))
        if side == sides or (sides == "all" and side != "diagonal"):
            child.set("style", "thin")
            etree.SubElement(child, main("color"), rgb=argb(color))
    return element
