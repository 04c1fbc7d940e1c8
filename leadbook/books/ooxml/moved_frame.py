"""What surrounds a sheet's rows, after rows moved: merges, formats, validations, links, filters, breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml.addresses import Area, parse_area, parse_areas
from leadbook.books.ooxml.xmlparts import (
    OFFICE_RELATIONSHIPS,
    SHEET_ORDER,
    X14,
    XM,
    elements,
    local_name,
    main,
    section,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.books.ooxml.formula_shifts import FormulaShift
    from leadbook.books.ooxml.frame import Frame

_LINK_ID = f"{{{OFFICE_RELATIONSHIPS}}}id"
_RULES = ("conditionalFormatting", "dataValidation")

_OWN = {
    "conditionalFormatting": (
        "a conditional format of its own; extend it to more rows of the column or clear it (Home, Conditional "
        "Formatting, Manage Rules)"
    ),
    "dataValidation": (
        "a validation of its own; extend it to more rows of the column or clear it (Data, Data Validation, Clear All)"
    ),
    "sparkline": "a sparkline; clear it (Sparkline, Clear)",
}
"""What only the rows that go have, and what to do about it."""
_X14_RULES = {f"{{{X14}}}{name}" for name in _RULES}
_X14_SPARK = f"{{{X14}}}sparkline"


class MovedFrame:
    """Moves the frame of the sheet whose rows move.

    Parameters
    ----------
    frame : Frame
    change : FormulaShift
    obstacles : list of (first row, last row, sentence)
        Gets what would be lost.
    """

    def __init__(self, frame: Frame, change: FormulaShift, obstacles: list[tuple[int, int, str]]) -> None:
        self._frame = frame
        self._root = frame.root
        self._change = change
        self._shift = change.shift
        self._obstacles = obstacles

    def move(self) -> None:
        """Change everything that names rows."""
        self._frame.changed = True
        self._dimension()
        self._merges()
        for element in list(self._root.iter()):
            name = local_name(element)
            if name in _RULES and element.get("sqref"):
                self._rule(element)
            elif element.tag in _X14_RULES or element.tag == _X14_SPARK:
                self._extension_rule(element)
            elif name in ("ignoredError", "protectedRange") and element.get("sqref"):
                element.set("sqref", self._shift.areas(element.get("sqref") or "") or element.get("sqref") or "")
            elif name in ("autoFilter", "sortState", "sortCondition", "cellWatch"):
                self._reach(element, "r" if name == "cellWatch" else "ref")
            elif name == "brk" and self._shift.whole and local_name(_parent(element)) == "rowBreaks":
                row = whole_number(element.get("id"))
                element.set("id", str(self._shift.row(row) or row))
            elif name in ("scenarios", "smartTags", "dataConsolidate"):
                self._obstacles.append((0, 0, f"the sheet has {name}, which cannot follow rows"))
        self._links()

    def add_links(self, row: int, links: Mapping[int, Mapping[str, str]]) -> None:
        """Put hyperlinks on a row that was put in; ``id`` names a relationship."""
        if not links:
            return
        parent = section(self._root, "hyperlinks", SHEET_ORDER)
        for column, attributes in links.items():
            named = {(_LINK_ID if key == "id" else key): value for key, value in attributes.items()}
            etree.SubElement(parent, main("hyperlink"), {"ref": Area(row, column, row, column).ref, **named})

    def _dimension(self) -> None:
        element = self._root.find(main("dimension"))
        area = parse_area(element.get("ref")) if element is not None else None
        if element is None or area is None:
            return
        shift = self._shift
        if shift.whole:
            span = shift.span(area.first_row, area.last_row)
            if span is not None:
                element.set("ref", area._replace(first_row=span[0], last_row=span[1]).ref)
        elif shift.inserting:  # what is beside stays, so the sheet grows only where its table reached its end
            bottom = max(area.last_row, shift.body[1] + len(shift.rows))
            element.set("ref", area._replace(last_row=bottom).ref)

    def _merges(self) -> None:
        parent = self._root.find(main("mergeCells"))
        for element in elements(parent):
            area = parse_area(element.get("ref"))
            if area is None or area.last_row < self._shift.first_row:
                continue
            if not self._touched(area):
                continue
            moved = self._shift.area(area)
            inside = not self._shift.inserting and any(self._shift.row(row) is None for row in _rows(area))
            if not self._shift.moves(area.first_column, area.last_column) or moved is None or inside:
                rows = (area.first_row, area.last_row) if inside else (0, 0)
                self._obstacles.append((*rows, f"the cells {area.ref} are merged; unmerge them"))
            else:
                element.set("ref", moved.ref)

    def _rule(self, element: etree._Element) -> None:
        old = element.get("sqref") or ""
        new = self._shift.areas(old)
        if not new:
            self._lost(old, _what(element))
            return
        texts = [child for child in element.iter() if local_name(child).startswith("formula")]
        self._rebase(texts, old, new)
        element.set("sqref", new)

    def _extension_rule(self, element: etree._Element) -> None:
        reach = next((child for child in element if child.tag == f"{{{XM}}}sqref"), None)
        if reach is None:
            return
        old = (reach.text or "").strip()
        new = self._shift.areas(old)
        if not new:
            self._lost(old, _what(element))
            return
        texts = [child for child in element.iter() if child.tag == f"{{{XM}}}f"]
        if element.tag == _X14_SPARK:
            for child in texts:
                child.text = self._change.moved(child.text or "", home=True)
        else:
            self._rebase(texts, old, new)
        reach.text = new

    def _rebase(self, texts: list[etree._Element], old: str, new: str) -> None:
        """Change the formulas of a rule, which count from the first cell of its reach."""
        before, after = _top(old), _top(new)
        for child in texts:
            known = len(self._change.lost)
            child.text = self._change.moved_with(child.text or "", before, after, home=True)
            for first, last in self._change.lost[known:]:
                self._obstacles.append((first, last, f"a rule over {old} points at it"))

    def _reach(self, element: etree._Element, key: str) -> None:
        area = parse_area(element.get(key))
        moved = None if area is None else self._shift.area(area)
        if moved is not None:
            element.set(key, moved.ref)

    def _links(self) -> None:
        parent = self._root.find(main("hyperlinks"))
        if parent is None:
            return
        for element in list(elements(parent)):
            area = parse_area(element.get("ref"))
            if area is None or not self._shift.moves(area.first_column, area.last_column):
                continue
            moved = self._shift.area(area)
            if moved is None:
                parent.remove(element)
            else:
                element.set("ref", moved.ref)
        if not len(parent):
            self._frame.remove(parent)

    def _touched(self, area: Area) -> bool:
        return area.first_column <= self._shift.last_column and self._shift.first_column <= area.last_column

    def _lost(self, sqref: str, what: str) -> None:
        areas = parse_areas(sqref)
        first, last = min(area.first_row for area in areas), max(area.last_row for area in areas)
        self._obstacles.append((first, last, f"{sqref} has {what}"))


def _what(element: etree._Element) -> str:
    name = local_name(element)
    return _OWN.get(name, _OWN["sparkline"])


def _top(sqref: str) -> int:
    """Return the row that a rule's relative references count from: the uppermost of its reach."""
    return min((area.first_row for area in parse_areas(sqref)), default=1)


def _rows(area: Area) -> range:
    return range(area.first_row, area.last_row + 1)


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent
