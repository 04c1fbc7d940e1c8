"""What surrounds a sheet's rows, after rows moved: merges, formats, validations, links, filters, breaks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml.addresses import Area, parse_area, parse_areas
from leadbook.books.ooxml.carried_rules import CarriedRules, formulas_of, kind_of, reach_of, set_reach, top_of
from leadbook.books.ooxml.carried_sparklines import CarriedSparklines
from leadbook.books.ooxml.moved_objects import move_control
from leadbook.books.ooxml.xmlparts import (
    OFFICE_RELATIONSHIPS,
    SHEET_ORDER,
    X14,
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
    from leadbook.books.ooxml.row_trail import Trail
    from leadbook.books.ooxml.styles import Styles

_LINK_ID = f"{{{OFFICE_RELATIONSHIPS}}}id"
_X14_SPARK = f"{{{X14}}}sparkline"


class MovedFrame:
    """Moves the frame of the sheet whose rows move.

    Parameters
    ----------
    frame : Frame
    change : FormulaShift
    obstacles : list of (first row, last row, sentence)
        Gets what would be lost.
    trail : Trail
        Gets what goes with the rows, or has it.
    styles : Styles
    """

    def __init__(
        self,
        frame: Frame,
        change: FormulaShift,
        obstacles: list[tuple[int, int, str]],
        trail: Trail,
        styles: Styles,
    ) -> None:
        self._frame = frame
        self._root = frame.root
        self._change = change
        self._shift = change.shift
        self._obstacles = obstacles
        self._trail = trail
        self._rules = CarriedRules(frame.root, change, trail, styles)
        self._sparklines = CarriedSparklines(frame.root, trail)

    def move(self) -> None:
        """Change everything that names rows."""
        self._frame.changed = True
        self._dimension()
        self._merges()
        for element in list(self._root.iter()):
            name = local_name(element)
            if kind_of(element):
                self._rule(element)
            elif element.tag == _X14_SPARK:
                self._sparkline(element)
            elif name in ("autoFilter", "sortState", "sortCondition", "cellWatch"):
                self._reach(element, "r" if name == "cellWatch" else "ref")
            elif name == "brk" and self._shift.whole and local_name(_parent(element)) == "rowBreaks":
                # A page ends with that row, so a break is the end of the area above it.
                span = self._trail.span(1, whole_number(element.get("id"), 1), lambda: "break")
                element.set("id", str(span[1] if span else 0))
            elif name == "anchor" and local_name(_parent(element)) in ("controlPr", "objectPr"):
                move_control(element, self._trail, self._obstacles)
            elif name in ("scenarios", "smartTags", "dataConsolidate"):
                self._obstacles.append((0, 0, f"the sheet has {name}, which cannot follow rows"))
        self._rules.put_back()
        self._sparklines.put_back()
        self._links()

    def add_links(self, row: int, links: Mapping[int, Mapping[str, str]]) -> None:
        """Put hyperlinks on a row that was put in; ``id`` names a relationship."""
        if not links:
            return
        parent = section(self._root, "hyperlinks", SHEET_ORDER)
        for column, attributes in links.items():
            named = {(_LINK_ID if key == "id" else key): value for key, value in attributes.items()}
            element = etree.Element(main("hyperlink"), {"ref": Area(row, column, row, column).ref, **named})
            below = next((one for one in elements(parent) if _stands_behind(one, row, column)), None)
            if below is None:
                parent.append(element)
            else:
                below.addprevious(element)

    def _dimension(self) -> None:
        element = self._root.find(main("dimension"))
        area = parse_area(element.get("ref")) if element is not None else None
        if element is None or area is None:
            return
        shift = self._shift
        if shift.whole:
            span = self._trail.span(area.first_row, area.last_row, lambda: "dimension")
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
            if not self._shift.overlaps(area):
                continue
            moved = self._shift.area(area)
            inside = not self._shift.inserting and any(self._shift.row(row) is None for row in _rows(area))
            if not self._shift.moves(area.first_column, area.last_column) or moved is None or inside:
                rows = (area.first_row, area.last_row) if inside else (0, 0)
                self._obstacles.append((*rows, f"the cells {area.ref} are merged; unmerge them"))
            else:
                element.set("ref", moved.ref)

    def _rule(self, element: etree._Element) -> None:
        old = reach_of(element)
        words = self._trail.areas(old, lambda: f"{self._change.place}|{kind_of(element)}")
        self._rules.leave(element, words)
        words = self._rules.rejoined(element, words)
        if words:
            new = " ".join(words)
            self._rebase(formulas_of(element), old, new)
            set_reach(element, new)

    def _sparkline(self, element: etree._Element) -> None:
        old = reach_of(element)
        new = "".join(self._trail.areas(old, lambda: "sparkline"))
        if not new:
            self._sparklines.leave(element, sorted({area.first_row for area in parse_areas(old)}))
            return
        known, inherited = len(self._change.lost), len(self._change.inherited)
        for child in formulas_of(element):
            child.text = self._change.moved(child.text or "", home=True)
        self._obstacles += [
            (*rows, f"the sparkline in {old} shows it alone; clear it (Sparkline, Clear)")
            for rows in self._change.lost[known:]
        ]
        self._trail.repointed += [(*rows, f"the sparkline in {old}") for rows in self._change.inherited[inherited:]]
        set_reach(element, new)

    def _rebase(self, texts: list[etree._Element], old: str, new: str) -> None:
        """Change the formulas of a rule, which count from the first cell of its reach."""
        before, after = top_of(old), top_of(new)
        for child in texts:
            known, inherited = len(self._change.lost), len(self._change.inherited)
            child.text = self._change.moved_with(child.text or "", before, after, home=True)
            for first, last in self._change.lost[known:]:
                self._obstacles.append((first, last, f"a rule over {old} points at it; change it"))
            self._trail.repointed += [(*rows, f"a rule over {old}") for rows in self._change.inherited[inherited:]]

    def _reach(self, element: etree._Element, key: str) -> None:
        area = parse_area(element.get(key))
        moved = None if area is None else self._trail.area(area, lambda: local_name(element))
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
            moved = self._trail.area(area, lambda: "hyperlink")
            if moved is None:
                parent.remove(element)
            else:
                element.set("ref", moved.ref)
        if not len(parent):
            self._frame.remove(parent)


def _stands_behind(link: etree._Element, row: int, column: int) -> bool:
    area = parse_area(link.get("ref"))
    return area is not None and (area.first_row, area.first_column) > (row, column)


def _rows(area: Area) -> range:
    return range(area.first_row, area.last_row + 1)


def _parent(element: etree._Element) -> etree._Element:
    parent = element.getparent()
    return element if parent is None else parent
