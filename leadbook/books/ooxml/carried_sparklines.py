"""Sparklines of rows that go: they leave a sheet with their row and come back with it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml.addresses import parse_area
from leadbook.books.ooxml.formula_shifts import translated
from leadbook.books.ooxml.xmlparts import MAIN, SHEET_ORDER, X14, XM, main, parse, section

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.books.ooxml.row_trail import Piece, Trail

_KIND = "sparkline"
_URI = "{05C60535-1F16-4fd2-B633-F4F36F0B64E0}"
_GROUPS, _GROUP, _LIST = (f"{{{X14}}}{name}" for name in ("sparklineGroups", "sparklineGroup", "sparklines"))


class CarriedSparklines:
    """The sparklines of one sheet that rows take along.

    Parameters
    ----------
    root : element
        The sheet's frame.
    trail : Trail
    """

    def __init__(self, root: etree._Element, trail: Trail) -> None:
        self._root = root
        self._trail = trail
        self._stood = [(group, list(group.iter(f"{{{X14}}}sparkline"))) for group in root.iter(_GROUP)]

    def leave(self, element: etree._Element, rows: Sequence[int]) -> None:
        """Note a sparkline whose cell goes, and take it out; a group that had no other goes with it."""
        at = next(at for at, (_, members) in enumerate(self._stood) if element in members)
        group, members = self._stood[at]
        parent = element.getparent()
        if parent is None:
            return
        piece: Piece = {"kind": _KIND, "at": at, "nth": members.index(element), "xml": _text(element)}
        parent.remove(element)
        bare = etree.fromstring(_text(group))
        for one in list(bare.iter(f"{{{X14}}}sparkline")):
            holder = one.getparent()
            if holder is not None:
                holder.remove(one)
        piece["group"] = _text(bare)
        self._trail.keep(rows, piece)
        if not len(parent):
            self._take_out(group, piece)

    def _take_out(self, group: etree._Element, piece: Piece) -> None:
        """Take a group out that holds nothing any more, with whatever then does not either."""
        piece["whole"] = True
        element: etree._Element | None = group
        while element is not None and (parent := element.getparent()) is not None:
            if element.get("uri") == _URI:
                piece["ext"] = parent.index(element)
            parent.remove(element)
            element = None if len(parent) or parent.tag == f"{{{MAIN}}}worksheet" else parent

    def put_back(self) -> None:
        """Put the sparklines of rows that come back where they stood."""
        coming = sorted(self._trail.pieces(_KIND), key=lambda one: (int(one[0]["at"]), int(one[0]["nth"])))
        whole = {int(piece["at"]): piece for piece, _ in coming if piece.get("whole")}
        made: set[int] = set()
        for piece, rows in coming:
            at = int(piece["at"])
            groups = list(self._root.iter(_GROUP))
            if (at in whole and at not in made) or at >= len(groups):
                made.add(at)
                group = self._make(piece, whole.get(at, piece), groups, at)
            else:
                group = groups[at]
            members = next(group.iter(_LIST), None)
            if members is not None:
                members.insert(int(piece["nth"]), _moved(piece, rows))

    def _make(self, piece: Piece, last: Piece, groups: list[etree._Element], at: int) -> etree._Element:
        group = _parsed(str(piece["group"]))
        if at < len(groups):
            groups[at].addprevious(group)
        elif groups:
            groups[-1].addnext(group)
        else:
            extensions = section(self._root, "extLst", SHEET_ORDER)
            ext = next((one for one in extensions if one.get("uri") == _URI), None)
            if ext is None:
                ext = etree.Element(main("ext"), {"uri": _URI}, {"x14": X14})
                extensions.insert(int(last.get("ext", len(extensions))), ext)
            etree.SubElement(ext, _GROUPS, None, {"xm": XM}).append(group)
        return group


def _moved(piece: Piece, rows: dict[int, int]) -> etree._Element:
    """Return a sparkline at the row it comes back to."""
    element = _parsed(str(piece["xml"]))
    reach, data = element.find(f"{{{XM}}}sqref"), element.find(f"{{{XM}}}f")
    area = None if reach is None else parse_area(reach.text)
    if reach is None or area is None:
        return element
    down = rows.get(area.first_row, area.first_row) - area.first_row
    reach.text = translated(area.ref, down, 0)
    if data is not None:
        data.text = translated(data.text or "", down, 0)
    return element


def _text(element: etree._Element) -> str:
    return etree.tostring(element, encoding="unicode", with_tail=False)


def _parsed(text: str) -> etree._Element:
    return parse(text.encode(), "Archive")
