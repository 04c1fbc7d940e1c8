"""What makes Excel calculate again: the calculation chain and the full calculation on load."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.books.ooxml.xmlparts import WORKBOOK_ORDER, section

if TYPE_CHECKING:
    from lxml import etree

    from leadbook.books.ooxml.package import Package
    from leadbook.books.ooxml.relationships import ContentTypes, Relationships


def drop_chain(package: Package, workbook_links: Relationships, types: ContentTypes) -> None:
    """Take out the calculation chain, which names every formula cell; Excel builds it anew."""
    for link in workbook_links.of_kind("calcChain"):
        workbook_links.remove(link.id)
        if package.has(link.part):
            package.drop(link.part)
            types.remove(link.part)
        workbook_links.save()


def ask_full_calculation(workbook: etree._Element) -> bool:
    """Have Excel calculate everything when it opens the workbook; tell whether that is new."""
    element = section(workbook, "calcPr", WORKBOOK_ORDER)
    if element.get("fullCalcOnLoad") == "1":
        return False
    element.set("fullCalcOnLoad", "1")
    return True
