"""Formats and validations of single rows: they leave a sheet with their row and come back with it."""

from __future__ import annotations

import re
from itertools import groupby
from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml.addresses import parse_area, parse_areas
from leadbook.books.ooxml.formula_shifts import without_rows
from leadbook.books.ooxml.styles import canonical
from leadbook.books.ooxml.xmlparts import (
    MAIN,
    SHEET_ORDER,
    X14,
    XM,
    insert_in_order,
    local_name,
    main,
    parse,
    section,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.ooxml.formula_shifts import FormulaShift
    from leadbook.books.ooxml.row_trail import Piece, Trail
    from leadbook.books.ooxml.styles import Styles

_CONTAINERS = {
    "dataValidation": "dataValidations",
    "ignoredError": "ignoredErrors",
    "protectedRange": "protectedRanges",
}
_EXTENSIONS = {
    "conditionalFormatting": "{78C0D931-6437-407d-A8EE-F0AAD7539E65}",
    "dataValidation": "{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}",
}
KINDS = ("conditionalFormatting", *_CONTAINERS, *(f"x14:{name}" for name in _EXTENSIONS))
_REACH = f"{{{XM}}}sqref"


def kind_of(element: etree._Element) -> str:
    """Return what kind of rule an element is, "" when it is none that has a reach of its own."""
    name = local_name(element)
    kind = name if element.tag == main(name) else f"x14:{name}" if element.tag == f"{{{X14}}}{name}" else ""
    return kind if kind in KINDS and reach_of(element) else ""


def reach_of(element: etree._Element) -> str:
    """Return the areas a rule is about."""
    child = element.find(_REACH)
    return (element.get("sqref") or "") if child is None else (child.text or "").strip()


def set_reach(element: etree._Element, sqref: str) -> None:
    """Change the areas a rule is about."""
    child = element.find(_REACH)
    if child is None:
        element.set("sqref", sqref)
    else:
        child.text = sqref


def formulas_of(element: etree._Element) -> list[etree._Element]:
    """Return the formulas of a rule, which count from the first cell of its reach."""
    extension = element.find(_REACH) is not None
    return [
        child
        for child in element.iter()
        if (child.tag == f"{{{XM}}}f" if extension else local_name(child).startswith("formula"))
    ]


def top_of(sqref: str) -> int:
    """Return the row that a rule's relative references count from: the uppermost of its reach."""
    return min((area.first_row for area in parse_areas(sqref)), default=1)


class CarriedRules:
    """The rules of one sheet that rows take along.

    Parameters
    ----------
    root : element
        The sheet's frame.
    change : FormulaShift
    trail : Trail
    styles : Styles
        Where their formats are.
    """

    def __init__(self, root: etree._Element, change: FormulaShift, trail: Trail, styles: Styles) -> None:
        self._root = root
        self._change = change
        self._trail = trail
        self._styles = styles
        self._coming = list(trail.pieces(*KINDS))
        self._stood: dict[object, list[etree._Element]] = {}
        for element in root.iter():
            if kind_of(element):
                self._stood.setdefault(element.tag, []).append(element)

    def leave(self, element: etree._Element, words: Sequence[str]) -> None:
        """Note the areas of a rule that go with their rows; one of which nothing is left goes as a whole."""
        old = reach_of(element).split()
        lost = [[at, word] for at, (word, new) in enumerate(zip(old, words, strict=True)) if not new]
        if not lost:
            return
        whole = len(lost) == len(old)
        piece: Piece = {"kind": kind_of(element), "at": self._stood[element.tag].index(element), "areas": lost}
        parent = element.getparent()
        if parent is not None:
            if local_name(parent) != "worksheet" and parent.attrib:
                piece["around"] = {str(key): str(value) for key, value in parent.attrib.items()}
            piece["xml"] = etree.tostring(element, encoding="unicode", with_tail=False)
            dxfs = self._styles.items("dxfs")
            ids = {whole_number(one.get("dxfId"), -1) for one in element.iter() if one.get("dxfId")}
            kept = {str(at): etree.tostring(dxfs[at], encoding="unicode") for at in ids if 0 <= at < len(dxfs)}
            if kept:
                piece["dxfs"] = kept
        if not whole:
            piece["like"] = _likeness(element)
        areas = [area for _, word in lost if (area := parse_area(str(word))) is not None]
        rows = sorted({row for area in areas for row in range(area.first_row, area.last_row + 1)})
        self._trail.keep(rows, piece)
        if whole:
            _take_out(element)

    def rejoined(self, element: etree._Element, words: Sequence[str]) -> list[str]:
        """Return the areas of a rule with those that come back to it."""
        found = [word for word in words if word]
        for piece, rows in list(self._coming):
            if "like" in piece and piece["kind"] == kind_of(element) and piece["like"] == _likeness(element):
                self._coming.remove((piece, rows))
                for at, word in piece["areas"]:
                    for new in reversed(_moved(str(word), rows)):
                        found.insert(min(int(at), len(found)), new)
        return found

    def put_back(self) -> None:
        """Put rules back that had gone as a whole, or whose other areas are not there as they were."""
        for piece, rows in self._coming:
            reach = " ".join(new for _, word in piece["areas"] for new in _moved(str(word), rows))
            if not reach:
                continue
            element = parse(str(piece["xml"]).encode(), "Archive")
            before = top_of(reach_of(element))
            set_reach(element, reach)
            for child in formulas_of(element):
                child.text = self._change.copied(child.text or "", top_of(reach) - before)
            self._look(element, piece.get("dxfs", {}))
            self._insert(element, piece)

    def _look(self, element: etree._Element, kept: dict[str, str]) -> None:
        """Let a rule point at the formats it had, wherever they are by now."""
        dxfs = self._styles.items("dxfs")
        for one in element.iter():
            text = kept.get(one.get("dxfId") or "")
            if text is None:
                continue
            dxf = parse(text.encode(), "Archive")
            at = whole_number(one.get("dxfId"))
            if at >= len(dxfs) or canonical(dxfs[at]) != canonical(dxf):
                one.set("dxfId", str(self._styles.intern("dxfs", dxf)))

    def _insert(self, element: etree._Element, piece: Piece) -> None:
        kind, at = str(piece["kind"]), int(piece["at"])
        others = [one for one in self._root.iter(element.tag) if kind_of(one)]
        if at < len(others):
            others[at].addprevious(element)
        elif others:
            others[-1].addnext(element)
        elif kind in _CONTAINERS or kind.startswith("x14:"):
            parent = self._container(kind)
            for name, value in piece.get("around", {}).items():
                parent.set(str(name), "0" if name == "count" else str(value))
            parent.append(element)
        else:
            insert_in_order(self._root, element, SHEET_ORDER)
        _count(element.getparent(), 1)

    def _container(self, kind: str) -> etree._Element:
        """Return the list that rules of a kind stand in, made anew."""
        if kind in _CONTAINERS:
            return section(self._root, _CONTAINERS[kind], SHEET_ORDER)
        name = kind.removeprefix("x14:")
        parent = section(self._root, "extLst", SHEET_ORDER)
        ext = next((one for one in parent if one.get("uri") == _EXTENSIONS[name]), None)
        if ext is None:
            ext = etree.SubElement(parent, main("ext"), {"uri": _EXTENSIONS[name]}, {"x14": X14})
        return etree.SubElement(ext, f"{{{X14}}}{name}s")


def _likeness(element: etree._Element) -> str:
    """Return what a rule says, apart from where."""
    words = []
    for one in element.iter():
        if one.tag != _REACH:
            named = sorted((str(k), str(v)) for k, v in one.attrib.items() if k not in ("sqref", "priority", "dxfId"))
            words.append(f"{local_name(one)}{named}{without_rows((one.text or '').strip())}")
    return re.sub(r"\s+", " ", "".join(words))


def _moved(word: str, rows: dict[int, int]) -> list[str]:
    """Return an area at the rows that come back, which may stand apart by now."""
    area = parse_area(word)
    if area is None:
        return []
    new = [rows[row] for row in range(area.first_row, area.last_row + 1) if row in rows]
    runs = [list(run) for _, run in groupby(enumerate(new), key=lambda one: one[1] - one[0])]
    return [area._replace(first_row=run[0][1], last_row=run[-1][1]).ref for run in runs]


def _take_out(element: etree._Element) -> None:
    """Take an element out, with whatever then holds nothing any more."""
    parent = element.getparent()
    while parent is not None:
        _count(parent, -1)
        parent.remove(element)
        if len(parent) or parent.tag == f"{{{MAIN}}}worksheet":
            return
        element, parent = parent, parent.getparent()


def _count(parent: etree._Element | None, change: int) -> None:
    if parent is not None and parent.get("count") is not None:
        parent.set("count", str(max(0, whole_number(parent.get("count")) + change)))
