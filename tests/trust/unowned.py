"""Says what of a workbook that is not leadbook's was changed: whole parts, and a seller's entries in the shared lists."""

from __future__ import annotations

import posixpath
import zipfile
from dataclasses import dataclass
from typing import TYPE_CHECKING

from lxml import etree

if TYPE_CHECKING:
    from pathlib import Path

LISTS = frozenset({
    "[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/styles.xml", "docProps/app.xml",
    "xl/calcChain.xml",
})  # fmt: skip
"""Parts that list what a workbook holds, and its looks: new sheets cannot come in without them."""
_GROWS = frozenset({"sheets", "definedNames", "calcPr"})
_LOOKS = ("fonts", "fills", "borders", "cellStyleXfs", "cellXfs", "cellStyles", "dxfs")
_UNORDERED = ("numFmts",)


def parts(path: Path) -> dict[str, bytes]:
    """Return the members of a workbook."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


@dataclass(frozen=True)
class Theirs:
    """What of a workbook leadbook does not own: parts to the byte, entries of the shared lists, and looks in order."""

    parts: dict[str, bytes]
    entries: frozenset[str]
    styles: bytes

    def harmed(self, now: dict[str, bytes]) -> list[str]:
        """Return what is no longer as the seller had it."""
        wrong = [name for name, data in self.parts.items() if now.get(name) != data]
        wrong += [entry[:200] for entry in sorted(self.entries - entries(now))]
        return wrong + _changed_looks(self.styles, now["xl/styles.xml"])


def entries(held: dict[str, bytes]) -> frozenset[str]:
    """Return what stands in the lists of sheets, names, settings, relationships and content types."""
    return frozenset([*_book(held), *_links(held), *_kinds(held)])


def _canon(element: etree._Element) -> str:
    return etree.tostring(element, method="c14n", exclusive=True, with_tail=False).decode()


def _book(held: dict[str, bytes]) -> list[str]:
    """Return everything in the list of sheets that stays: the sheets, the names and the settings."""
    root = etree.fromstring(held["xl/workbook.xml"])
    found = [
        _canon(child) for child in root if isinstance(child.tag, str) and etree.QName(child).localname not in _GROWS
    ]
    sheets = [sheet.get("name") for sheet in root.iterfind("{*}sheets/{*}sheet")]
    found += [_canon(sheet) for sheet in root.iterfind("{*}sheets/{*}sheet")]
    for name in root.iterfind("{*}definedNames/{*}definedName"):
        of = name.get("localSheetId")
        whose = "" if of is None else sheets[int(of)]
        marks = sorted((key, value) for key, value in name.attrib.items() if key != "localSheetId")
        found.append(f"name {marks} of {whose!r}: {name.text}")
    return found


def _links(held: dict[str, bytes]) -> list[str]:
    root = etree.fromstring(held["xl/_rels/workbook.xml.rels"])
    found = [(link.get("Id"), posixpath.join("/xl", link.get("Target")), link.get("Type")) for link in root]
    return [str(link) for link in found if not link[1].endswith("calcChain.xml")]


def _kinds(held: dict[str, bytes]) -> list[str]:
    root = etree.fromstring(held["[Content_Types].xml"])
    found = [f"{kind.get('PartName') or kind.get('Extension')}: {kind.get('ContentType')}" for kind in root]
    return [kind for kind in found if "calcChain" not in kind]


def _changed_looks(before: bytes, after: bytes) -> list[str]:
    """Compare looks: cells name them by their place, so the seller's stand first and in their order."""
    old, new = etree.fromstring(before), etree.fromstring(after)
    wrong = []
    for kind in (*_LOOKS, *_UNORDERED):
        was, is_now = ([_canon(look) for look in root.iterfind(f"{{*}}{kind}/{{*}}*")] for root in (old, new))
        kept = is_now[: len(was)] if kind in _LOOKS else [look for look in is_now if look in set(was)]
        if kept != was:
            wrong.append(f"styles: {kind}")
    return wrong
