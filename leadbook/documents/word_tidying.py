"""What Word asks of a document that blocks have left out parts of: no empty cells or tables, nothing named twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml import etree

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_W14 = "{http://schemas.microsoft.com/office/word/2010/wordml}"
# A table of more rows may break over pages, whatever keeps its rows together; so many at its end stay together.
_MOST_KEPT, _KEPT_AT_END = 16, 8
_NAMED = (f"{_W14}paraId", f"{_W14}textId")


def tidy(tree: etree._Element) -> None:
    """Mend a document that was filled in, in place."""
    for row in list(tree.iter(f"{_W}tr")):
        if row.find(f"{_W}tc") is None and row.find(f"{_W}sdt") is None:
            _drop(row)
    for table in list(tree.iter(f"{_W}tbl")):
        if table.find(f"{_W}tr") is None and table.find(f"{_W}sdt") is None:
            _drop(table)
        _let_break(table)
    _end_with_paragraphs(tree)
    _name_once(tree)


def _let_break(table: etree._Element) -> None:
    """Let a long table break: rows that all stay with the next one would leave the page before them empty."""
    rows = table.findall(f"{_W}tr")
    for row in rows[1:-_KEPT_AT_END] if len(rows) > _MOST_KEPT else ():
        for kept in list(row.iter(f"{_W}keepNext")):
            _drop(kept)


def _end_with_paragraphs(tree: etree._Element) -> None:
    """Give each cell, header and footer the paragraph it must end with."""
    for holder in tree.iter(f"{_W}tc", f"{_W}hdr", f"{_W}ftr", f"{_W}txbxContent"):
        last = holder[-1] if len(holder) else None
        if last is None or last.tag not in {f"{_W}p", f"{_W}sdt"}:
            holder.append(holder.makeelement(f"{_W}p"))


def _name_once(tree: etree._Element) -> None:
    """Drop names that a loop has repeated: of paragraphs, bookmarks and fields to fill in."""
    seen: set[str] = set()
    for paragraph in tree.iter(f"{_W}p", f"{_W}tr"):
        for name in _NAMED:
            value = paragraph.get(name)
            if value is not None and f"{name}{value}" in seen:
                del paragraph.attrib[name]
            seen.add(f"{name}{value}")
    for tag in ("bookmarkStart", "bookmarkEnd"):
        marks: set[str] = set()
        for mark in list(tree.iter(f"{_W}{tag}")):
            number = mark.get(f"{_W}id", "")
            if number in marks:
                _drop(mark)
            marks.add(number)
    controls: set[str] = set()
    for control in list(tree.iter(f"{_W}sdtPr")):
        own = control.find(f"{_W}id")
        if own is not None and own.get(f"{_W}val", "") in controls:
            control.remove(own)
        elif own is not None:
            controls.add(own.get(f"{_W}val", ""))


def _drop(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)
