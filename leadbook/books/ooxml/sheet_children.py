"""The parts that hang on a generated sheet: copied in with it, and dropped when it is written anew."""

from __future__ import annotations

import posixpath
import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.chart_defaults import spell_out
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.xmlparts import parse, serialize, whole_number

if TYPE_CHECKING:
    from collections.abc import Mapping
    from collections.abc import Set as AbstractSet

    from leadbook.books.ooxml.package import Package
    from leadbook.books.ooxml.relationships import ContentTypes
    from leadbook.books.ooxml.scratch import Scratch

# What XlsxWriter puts on a sheet; anything else on a generated sheet was put there by its user.
GENERATED_KINDS = frozenset({"drawing", "table", "hyperlink", "comments", "vmlDrawing", "printerSettings", "image"})


class ChildMover:
    """Copies the parts that hang on the scratch sheet, under free names, with their relationships.

    Parameters
    ----------
    scratch : Scratch
    package : Package
        Where they go.
    types : ContentTypes
    differentials : list of int
        Where the scratch workbook's differential formats are in the target.
    tables : mapping of casefolded table name to (part, id)
        Where a table keeps its part and its number, because it was there before.
    next_table_id : int
    """

    def __init__(
        self,
        scratch: Scratch,
        package: Package,
        types: ContentTypes,
        *,
        differentials: list[int],
        tables: Mapping[str, tuple[str, int]],
        next_table_id: int,
    ) -> None:
        self._scratch = scratch
        self._package = package
        self._types = types
        self._differentials = differentials
        self._tables = tables
        self._next_table_id = next_table_id
        self._moved: dict[str, str] = {}
        self.table_parts: list[str] = []

    def move(self, source: str, target: str) -> None:
        """Copy what ``source`` relates to and relate it to ``target`` under the same ids."""
        links = Relationships(self._scratch.package, source)
        new_links = Relationships(self._package, target)
        for link in links:
            if link.external:
                new_links.add(link.type, link.target, external=True, relationship_id=link.id)
                continue
            if link.part not in self._moved:
                self._moved[link.part] = self._copy(link.part, link.kind)
                self.move(link.part, self._moved[link.part])
            new_links.add(link.type, self._moved[link.part], relationship_id=link.id)
        new_links.save()

    def _copy(self, part: str, kind: str) -> str:
        data = self._scratch.package.read(part)
        folder, base = posixpath.split(part)
        stem, dot, extension = base.rpartition(".")
        pattern = posixpath.join(folder, re.sub(r"\d+$", "", stem) + "%d" + dot + extension)
        if kind == "table":
            name, data = self._renumbered(data, part, pattern)
            self.table_parts.append(name)
        else:
            name = self._free_name(pattern)
            if kind == "chart":
                data = spell_out(data, part)
        self._package.put(name, data)
        self._types.set(name, self._scratch.types.get(part))
        return name

    def _free_name(self, pattern: str) -> str:
        """Return a name that no part has and no table that is still to come will have."""
        return self._package.free_name(pattern, {part for part, _ in self._tables.values()})

    def _renumbered(self, data: bytes, part: str, pattern: str) -> tuple[str, bytes]:
        root = parse(data, part)
        known = self._tables.get((root.get("displayName") or "").casefold())
        if known is None:
            name, number = self._free_name(pattern), self._next_table_id
            self._next_table_id += 1
        else:
            name, number = known
        root.set("id", str(number))
        for element in root.iter():
            for attribute, value in element.attrib.items():
                if str(attribute).lower().endswith("dxfid"):
                    element.set(attribute, str(self._differentials[whole_number(str(value))]))
        return name, serialize(root)


def drop_children(package: Package, part: str, sheet: str, *, spare: AbstractSet[str] = frozenset()) -> list[str]:
    """Take out what hangs on a generated sheet that is about to be replaced, but for the parts to ``spare``.

    Returns
    -------
    list of str
        The parts that were dropped. Their content types stay declared for those that come back under the same
        name; the others' are to be taken back with `forget_types`.

    Raises
    ------
    PackageRefusedError
        When something hangs on it that leadbook did not put there and other parts may rely on.
    """
    links = Relationships(package, part)
    foreign = sorted({link.kind for link in links if link.kind not in GENERATED_KINDS and link.part not in spare})
    if foreign:
        words = ", ".join(_WORDS.get(kind, kind) for kind in foreign)
        raise PackageRefusedError(
            f"The sheet {sheet!r}, which leadbook writes anew, now holds something of yours ({words}); "
            "move it to a sheet of your own and retry."
        )
    dropped: list[str] = []
    _drop_tree(package, part, dropped, spare)
    return dropped


def forget_types(package: Package, types: ContentTypes, dropped: list[str]) -> None:
    """Take back the content types of dropped parts that did not come back."""
    for part in dropped:
        if not package.has(part):
            types.remove(part)


_WORDS = {
    "pivotTable": "a pivot table",
    "slicer": "a slicer",
    "timeline": "a timeline",
    "threadedComment": "a threaded comment",
    "queryTable": "a query",
    "ctrlProp": "a form control",
    "control": "a control",
    "oleObject": "an embedded object",
    "package": "an embedded object",
}


def _drop_tree(package: Package, part: str, dropped: list[str], spare: AbstractSet[str]) -> None:
    links = Relationships(package, part)
    for link in links:
        if link.external or link.part in spare or not package.has(link.part):
            continue
        if _used_elsewhere(package, link.part, part):
            continue
        _drop_tree(package, link.part, dropped, spare)
        package.drop(link.part)
        dropped.append(link.part)
    if package.has(links.part):
        package.drop(links.part)


def _used_elsewhere(package: Package, part: str, by: str) -> bool:
    """Tell whether another part relates to this one too, as a shared picture."""
    for name in package.names():
        if not name.lower().endswith(".rels"):
            continue
        owner = name.replace("_rels/", "")[: -len(".rels")]
        if owner.lower() != by.lower() and any(
            link.part.lower() == part.lower() for link in Relationships(package, owner) if not link.external
        ):
            return True
    return False
