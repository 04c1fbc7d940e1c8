"""Relationships: how parts find each other. Parts are never looked up by their file name."""

from __future__ import annotations

import posixpath
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import unquote

from lxml import etree

from leadbook.books.ooxml.xmlparts import CONTENT_TYPES, PACKAGE_RELATIONSHIPS, parse, serialize

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.books.ooxml.package import Package


class Relationship(NamedTuple):
    """One arrow from a part. ``part`` is "" for an external target, which is never followed."""

    id: str
    type: str
    target: str
    part: str
    external: bool

    @property
    def kind(self) -> str:
        """The last word of the type, such as ``worksheet`` or ``table``."""
        return self.type.rpartition("/")[2]


class Relationships:
    """The relationships of one part (of the package itself when ``owner`` is "")."""

    def __init__(self, package: Package, owner: str) -> None:
        self._package = package
        self._owner = owner
        self.part = relationships_part(owner)
        if package.has(self.part):
            self._root = parse(package.read_small(self.part), self.part)
        else:
            self._root = etree.Element(
                f"{{{PACKAGE_RELATIONSHIPS}}}Relationships",
                nsmap={None: PACKAGE_RELATIONSHIPS},  # type: ignore[dict-item] # None is the default prefix
            )

    def __iter__(self) -> Iterator[Relationship]:
        for element in self._root:
            if not isinstance(element.tag, str):
                continue
            target = element.get("Target") or ""
            external = element.get("TargetMode") == "External"
            part = "" if external else self._resolve(target)
            yield Relationship(element.get("Id") or "", element.get("Type") or "", target, part, external)

    def get(self, relationship_id: str | None) -> Relationship | None:
        """Return the relationship of that id."""
        return next((one for one in self if one.id == relationship_id), None)

    def of_kind(self, kind: str) -> list[Relationship]:
        """Return those whose type ends in ``kind`` (the standard's and Microsoft's types alike)."""
        return [one for one in self if one.kind == kind]

    def add(self, kind: str, target: str, *, external: bool = False, relationship_id: str = "") -> str:
        """Add a relationship of the full type ``kind`` to a part (or an outside address); return its id."""
        if not relationship_id:
            taken = {one.id for one in self}
            number = 1
            while f"rId{number}" in taken:
                number += 1
            relationship_id = f"rId{number}"
        if not external:
            target = posixpath.relpath("/" + target, "/" + posixpath.dirname(self._owner))
        element = etree.SubElement(
            self._root,
            f"{{{PACKAGE_RELATIONSHIPS}}}Relationship",
            Id=relationship_id,
            Type=kind,
            Target=target,
        )
        if external:
            element.set("TargetMode", "External")
        return relationship_id

    def remove(self, relationship_id: str) -> None:
        """Take out the relationship of that id."""
        for element in list(self._root):
            if element.get("Id") == relationship_id:
                self._root.remove(element)

    def save(self) -> None:
        """Give the package the relationships as they are now."""
        if len(self._root):
            self._package.put(self.part, serialize(self._root))
        elif self._package.has(self.part):
            self._package.drop(self.part)

    def _resolve(self, target: str) -> str:
        target = target.replace("\\", "/").partition("#")[0]
        base = "/" + posixpath.dirname(self._owner)
        path = posixpath.normpath(posixpath.join(base, target)).lstrip("/")
        if not self._package.has(path) and "%" in path:
            path = unquote(path)
        return self._package.true_name(path)


def relationships_part(owner: str) -> str:
    """Return the name of the part that holds the relationships of ``owner``."""
    folder, name = posixpath.split(owner)
    return posixpath.join(folder, "_rels", name + ".rels")


class ContentTypes:
    """The package's list of what each part is."""

    PART = "[Content_Types].xml"

    def __init__(self, package: Package) -> None:
        self._package = package
        self._root = parse(package.read_small(self.PART), self.PART)

    def get(self, part: str) -> str:
        """Return the content type of a part, "" when it has none."""
        wanted = "/" + part.lower()
        extension = part.rpartition(".")[2].lower()
        default = ""
        for element in self._root:
            if (element.get("PartName") or "").lower() == wanted:
                return element.get("ContentType") or ""
            if (element.get("Extension") or "").lower() == extension:
                default = element.get("ContentType") or ""
        return default

    def values(self) -> set[str]:
        """Return every content type that is declared."""
        return {element.get("ContentType") or "" for element in self._root}

    def overridden(self) -> list[str]:
        """Return the names of the parts that are declared one by one."""
        return [(element.get("PartName") or "").lstrip("/") for element in self._root if element.get("PartName")]

    def set(self, part: str, content_type: str) -> None:
        """Declare a part, unless the default of its extension says the same already."""
        if self.get(part) == content_type:
            return
        self.remove(part)
        etree.SubElement(self._root, f"{{{CONTENT_TYPES}}}Override", PartName="/" + part, ContentType=content_type)
        self._package.put(self.PART, serialize(self._root))

    def set_kind(self, part: str, content_type: str) -> None:
        """Declare a part by its extension, as Excel does for drawings of the old kind, where that is free."""
        extension = part.rpartition(".")[2].lower()
        if self.get(part) == "":
            default = etree.Element(f"{{{CONTENT_TYPES}}}Default", Extension=extension, ContentType=content_type)
            self._root.insert(0, default)
            self._package.put(self.PART, serialize(self._root))
        self.set(part, content_type)

    def remove(self, part: str) -> None:
        """Take back a part's declaration."""
        for element in list(self._root):
            if (element.get("PartName") or "").lower() == "/" + part.lower():
                self._root.remove(element)
                self._package.put(self.PART, serialize(self._root))
