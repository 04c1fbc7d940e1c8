"""Defined names: read, set, and carried along with a grafted sheet."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

from leadbook.books.ooxml.xmlparts import WORKBOOK_ORDER, elements, is_true, main, section, whole_number

if TYPE_CHECKING:
    from collections.abc import Sequence


class DefinedName(Struct, frozen=True):
    """A name; ``sheet`` is None when it holds in the whole workbook."""

    name: str
    text: str
    sheet: str | None
    hidden: bool
    comment: str


def read_names(workbook: etree._Element, sheets: Sequence[str]) -> dict[str, DefinedName]:
    """Return every defined name; those of one sheet only are keyed ``Sheet!Name``."""
    names: dict[str, DefinedName] = {}
    for element in elements(workbook.find(main("definedNames"))):
        index = element.get("localSheetId")
        place = whole_number(index, -1)
        sheet = sheets[place] if index is not None and 0 <= place < len(sheets) else None
        name = element.get("name") or ""
        key = name if sheet is None else f"{sheet}!{name}"
        names[key] = DefinedName(
            name, element.text or "", sheet, is_true(element.get("hidden")), element.get("comment") or ""
        )
    return names


def set_name(
    workbook: etree._Element,
    name: str,
    text: str,
    *,
    hidden: bool = False,
    comment: str = "",
    sheet_index: int | None = None,
) -> bool:
    """Add a name or change it in place; tell whether anything changed."""
    scope = None if sheet_index is None else str(sheet_index)
    parent = section(workbook, "definedNames", WORKBOOK_ORDER)
    text = text.removeprefix("=")
    attributes = {"name": name}
    if scope is not None:
        attributes["localSheetId"] = scope
    if hidden:
        attributes["hidden"] = "1"
    if comment:
        attributes["comment"] = comment[:255]
    for element in elements(parent):
        if (element.get("name") or "").casefold() == name.casefold() and element.get("localSheetId") == scope:
            wanted = {**attributes, "name": element.get("name") or name}
            now = {str(key): str(value) for key, value in element.attrib.items()}
            new = {**{key: now[key] for key in now if key not in {"hidden", "comment"}}, **wanted}
            if now == new and element.text == text:
                return False
            element.attrib.clear()
            for key, value in new.items():
                element.set(key, value)
            element.text = text
            return True
    etree.SubElement(parent, main("definedName"), attributes).text = text
    return True


def drop_built_in(workbook: etree._Element, sheet_index: int, keep: frozenset[str]) -> bool:
    """Take out the print and filter names of one sheet, but for those in ``keep``; tell whether there were any."""
    parent = workbook.find(main("definedNames"))
    if parent is None:
        return False
    found = [
        element
        for element in elements(parent)
        if element.get("localSheetId") == str(sheet_index)
        and (element.get("name") or "").startswith("_xlnm.")
        and element.get("name") not in keep
    ]
    for element in found:
        parent.remove(element)
    if not len(parent):
        workbook.remove(parent)
    return bool(found)


def drop_filter(workbook: etree._Element, sheet_index: int) -> None:
    """Take out the hidden name of a sheet's own filter."""
    parent = workbook.find(main("definedNames"))
    for element in list(elements(parent)):
        if element.get("localSheetId") == str(sheet_index) and element.get("name") == "_xlnm._FilterDatabase":
            element.getparent().remove(element)  # type: ignore[union-attr] # found as a child
    if parent is not None and not len(parent):
        workbook.remove(parent)
