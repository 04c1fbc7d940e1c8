"""What surrounds a sheet's rows: column widths, conditional formats, validations, table and merge lists."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml.addresses import Area, parse_area, parse_areas
from leadbook.books.ooxml.sheet_scan import framed
from leadbook.books.ooxml.xmlparts import (
    OFFICE_RELATIONSHIPS,
    SHEET_ORDER,
    X14,
    XM,
    elements,
    insert_in_order,
    local_name,
    main,
    section,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.ooxml.sheet_scan import SheetScan

_DIMENSION = re.compile(rb"""(<(?:\w+:)?dimension\s[^>]*?ref=)(["'])([^"']*)\2""")


class Frame:
    """A sheet's XML without its rows, as a tree that is written again only when it was changed."""

    def __init__(self, scan: SheetScan, sheet: str) -> None:
        self._scan = scan
        self.root = framed(scan.head, scan.tail, scan.prefix, sheet)
        self.changed = False

    def written(self) -> tuple[bytes, bytes]:
        """Return the XML before the rows and after them, as they are now."""
        if not self.changed:
            return self._scan.head, self._scan.tail
        encoding = self.root.getroottree().docinfo.encoding or "UTF-8"
        # The stubs tell text from bytes by the literal encoding only.
        data: bytes = etree.tostring(self.root, xml_declaration=True, encoding=encoding, standalone=True)  # type: ignore[assignment] # as above
        head, _, tail = data.partition(b"<" + self._scan.prefix + b"sheetData/>")
        return head, tail

    def set_width(self, column: int, width: float, style: int = 0) -> None:
        """Give one column a width, and a style where it has none, splitting the range that describes it now."""
        cols = section(self.root, "cols", SHEET_ORDER)
        self.changed = True
        new = etree.Element(main("col"), min=str(column), max=str(column))
        at = len(cols)
        for index, old in enumerate(list(elements(cols))):
            first, last = whole_number(old.get("min")), whole_number(old.get("max"))
            if last < column:
                continue
            at = cols.index(old)
            if first > column:
                break
            for name, value in old.attrib.items():
                if name not in ("min", "max"):
                    new.set(name, value)
            if last > column:
                rest = etree.Element(main("col"), {str(name): str(value) for name, value in old.attrib.items()})
                rest.set("min", str(column + 1))
                cols.insert(at + 1, rest)
            if first < column:
                old.set("max", str(column - 1))
                at += 1
            else:
                cols.remove(old)
            del index
            break
        new.set("width", f"{width:g}")
        new.set("customWidth", "1")
        if style and not new.get("style"):
            new.set("style", str(style))
        if new.get("hidden"):
            del new.attrib["hidden"]
        cols.insert(at, new)

    def add_table(self, relationship_id: str) -> None:
        """List a table on the sheet."""
        parts = section(self.root, "tableParts", SHEET_ORDER)
        etree.SubElement(parts, main("tablePart"), {f"{{{OFFICE_RELATIONSHIPS}}}id": relationship_id})
        parts.set("count", str(len(parts)))
        self.changed = True

    def grow(self, table: Area, first_body_row: int, rows: int) -> None:
        """Let conditional formats and validations that end with a table's last row follow it down.

        Parameters
        ----------
        table : Area
            The table before it grew.
        first_body_row : int
        rows : int
            How many rows it grew by.
        """
        for element in self.root.iter():
            name = local_name(element)
            if name in ("conditionalFormatting", "dataValidation") and element.get("sqref"):
                new = _grown(element.get("sqref") or "", table, first_body_row, rows)
                if new != element.get("sqref"):
                    element.set("sqref", new)
                    self.changed = True
            elif element.tag == f"{{{XM}}}sqref":
                parent = element.getparent()
                # Sparklines and slicers have a sqref too; theirs is a place, not a rule's reach.
                if parent is None or parent.tag not in (
                    f"{{{X14}}}conditionalFormatting",
                    f"{{{X14}}}dataValidation",
                ):
                    continue
                new = _grown(element.text or "", table, first_body_row, rows)
                if new != element.text:
                    element.text = new
                    self.changed = True

    def set_rule(self, marker: str, sqref: str, formula: str, differential: int) -> None:
        """Add or update the one formula rule that contains ``marker``, below all other rules."""
        formula = formula.removeprefix("=")
        mine = [rule for rule in self._rules() if marker in "".join(f.text or "" for f in elements(rule, "formula"))]
        if len(mine) == 1:
            rule, parent = mine[0], mine[0].getparent()
            text = rule.findtext(main("formula"))
            same = text == formula and rule.get("dxfId") == str(differential)
            if parent is not None and same and parent.get("sqref") == sqref:
                return
        for rule in mine:
            parent = rule.getparent()
            if parent is None:
                continue
            parent.remove(rule)
            grandparent = parent.getparent()
            if not list(elements(parent, "cfRule")) and grandparent is not None:
                _drop_keeping_tail(grandparent, parent)
        priority = 1 + max((whole_number(rule.get("priority")) for rule in self._rules()), default=0)
        # x14 rules share the numbering.
        priority = max(
            priority,
            1 + max((whole_number(e.get("priority")) for e in self.root.iter(f"{{{X14}}}cfRule")), default=0),
        )
        block = etree.Element(main("conditionalFormatting"), sqref=sqref)
        rule = etree.SubElement(
            block, main("cfRule"), type="expression", dxfId=str(differential), priority=str(priority)
        )
        etree.SubElement(rule, main("formula")).text = formula
        insert_in_order(self.root, block, SHEET_ORDER)
        self.changed = True

    def remove(self, element: etree._Element) -> None:
        """Take out a child of the worksheet element."""
        _drop_keeping_tail(self.root, element)
        self.changed = True

    def _rules(self) -> list[etree._Element]:
        return [rule for block in elements(self.root, "conditionalFormatting") for rule in elements(block, "cfRule")]

    def add_merges(self, areas: Sequence[Area]) -> None:
        """List merged areas."""
        if not areas:
            return
        merges = section(self.root, "mergeCells", SHEET_ORDER)
        for area in areas:
            etree.SubElement(merges, main("mergeCell"), ref=area.ref)
        merges.set("count", str(len(merges)))
        self.changed = True


def _drop_keeping_tail(parent: etree._Element, child: etree._Element) -> None:
    tail = child.tail
    before = child.getprevious()
    if tail and before is not None:
        before.tail = (before.tail or "") + tail
    parent.remove(child)


def _grown(sqref: str, table: Area, first_body_row: int, rows: int) -> str:
    words = []
    for word in sqref.split():
        area = parse_area(word)
        if (
            area is not None
            and area.last_row == table.last_row
            and area.first_row >= table.first_row
            and area.first_column <= table.last_column
            and area.last_column >= table.first_column
            # A rule on the last row alone is about that row, unless the table has no other.
            and (area.first_row < area.last_row or first_body_row == table.last_row)
        ):
            words.append(area._replace(last_row=area.last_row + rows).ref)
        else:
            words.append(word)
    return " ".join(words)


def widen_dimension(head: bytes, extent: Area | None) -> bytes:
    """Let the sheet's ``dimension`` hint cover new cells."""
    found = _DIMENSION.search(head)
    old = parse_area(found[3].decode("latin-1")) if found else None
    if found is None or old is None or extent is None:
        return head
    new = old.joined(extent)
    if new == old:
        return head
    return head[: found.start(3)] + new.ref.encode() + head[found.end(3) :]


def covers(sqref: str, area: Area) -> bool:
    """Tell whether any area of a list shares a cell with ``area``."""
    return any(area.meets(one) for one in parse_areas(sqref))
