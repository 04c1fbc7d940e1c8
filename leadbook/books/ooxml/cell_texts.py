"""The raw texts of a sheet's cells, for comparing a generated sheet with what its user made of it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from lxml import etree

from leadbook.books.ooxml.addresses import Area, letters
from leadbook.books.ooxml.escape import unescape_text
from leadbook.books.ooxml.sheet_scan import iterate_cells
from leadbook.books.ooxml.sheet_stream import attributes_of
from leadbook.books.ooxml.values import RawCell
from leadbook.books.ooxml.xmlparts import (
    elements,
    local_name,
    main,
    parse,
    refuse_document_type,
    unreadable,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Container, Iterator

    from leadbook.books.ooxml.package import Package
    from leadbook.books.ooxml.relationships import Relationships

_BITE = 1 << 16
_SHARED = re.compile(r"<f\b[^>]*?(?:/>|>.*?</f>)", re.DOTALL)
# A cell as Excel and leadbook mostly write it, with nothing that XML escapes.
_USUAL = re.compile(
    rb"(?:<f>([^<&\r]*)</f>)?(?:<v>([^<&\r]*)</v>|<is><t(?: xml:space=\"preserve\")?>([^<&\r]*)</t></is>)"
)
_PREFIXED = re.compile(rb"(</?)[A-Za-z_][\w.-]*:(?=(?:v|f|is|t|r|rPr|rPh|phoneticPr)[\s/>])")


def read_texts(
    package: Package,
    part: str,
    sheet: str,
    links: Relationships,
    area: Area | None,
    *,
    near: bool = False,
    only: Container[int] | None = None,
) -> dict[tuple[int, int], str]:
    """Return the formula (with "=") or else the value of every cell that has one, by (row, column).

    Notes
    -----
    Numbers are as stored, logical values ``TRUE`` and ``FALSE``, texts unescaped. A cell that shares its
    formula has its own text worked out, so that a sheet reads the same after Excel saved it. ``near`` reads
    no cell outside the area, nor one outside the rows ``only``, which is quicker, but then such a formula may read
    as "=".
    """
    shared: dict[bytes, tuple[str, str]] = {}
    indexed: dict[tuple[int, int], int] = {}
    texts: dict[tuple[int, int], str] = {}
    for row, column, attributes, content in iterate_cells(package.stream(part), sheet, area if near else None, only):
        inside = area is None or area.holds(row, column)
        if not content or not (inside or b"shared" in content):
            continue
        kind = attributes_of(attributes).get(b"t", b"n")
        value = _usual_text(content, kind)
        if value is None:
            cell = _cell_tree(content)
            formula = cell.find(main("f"))
            if formula is not None:
                value = "=" + _formula_text(formula, f"{letters(column)}{row}", shared)
            else:
                value = _value_text(cell, kind)
        if not inside or not value:
            continue
        texts[row, column] = value
        if kind == b"s" and not value.startswith("="):
            indexed[row, column] = whole_number(value, -1)
    strings = _read_strings(package, links, set(indexed.values()))
    for place, index in indexed.items():
        texts[place] = strings.get(index, "")
    return {place: text for place, text in texts.items() if text}


def _usual_text(content: bytes, kind: bytes) -> str | None:
    """Return a cell's formula with "=", or its value, as `read_texts` does; None when it takes an XML parser."""
    found = _USUAL.fullmatch(content)
    if found is None:
        return None
    formula, value, inline = found.groups()
    if (inline is not None) != (kind == b"inlineStr"):
        return None
    try:
        text = (value if inline is None else inline).decode()
        if formula is not None:
            return "=" + str(formula.decode())
    except UnicodeDecodeError:
        return None
    if kind == b"b":
        return "TRUE" if text == "1" else "FALSE"
    return unescape_text(text) if kind in (b"str", b"inlineStr") else str(text)


def _cell_tree(content: bytes) -> etree._Element:
    plain = _PREFIXED.sub(rb"\1", content)
    return parse(b'<c xmlns="%s">%s</c>' % (main("")[1:-1].encode(), plain), "cell")


def _formula_text(formula: etree._Element, address: str, shared: dict[bytes, tuple[str, str]]) -> str:
    text = str(formula.text or "")
    if formula.get("t") != "shared":
        return text
    key = (formula.get("si") or "").encode()
    if text:
        shared[key] = (text, address)
        return text
    if key not in shared:
        return text
    from openpyxl.formula.translate import Translator  # noqa: PLC0415 # heavy, and rarely needed

    origin_text, origin = shared[key]
    return str(Translator("=" + origin_text, origin).translate_formula(address)).removeprefix("=")


def _value_text(cell: etree._Element, kind: bytes) -> str:
    """Return a cell's value as text; of a shared string, its index."""
    if kind == b"inlineStr":
        return _rich_text(cell.find(main("is")))
    value = cell.findtext(main("v")) or ""
    if kind == b"b":
        return "TRUE" if value == "1" else "FALSE"
    return unescape_text(value) if kind == b"str" else value


def _rich_text(element: etree._Element | None) -> str:
    """Return the text of a string with or without runs, leaving out phonetic hints."""

    def pieces(parent: etree._Element) -> Iterator[str]:
        for child in elements(parent):
            if local_name(child) == "t":
                yield child.text or ""
            elif local_name(child) == "r":
                yield from pieces(child)

    return "" if element is None else unescape_text("".join(pieces(element)))


def _bites(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a part smaller, so that no more is parsed than wanted: headers are mostly among its first strings."""
    for chunk in chunks:
        yield from (chunk[at : at + _BITE] for at in range(0, len(chunk), _BITE))


def _read_strings(package: Package, links: Relationships, wanted: set[int]) -> dict[int, str]:
    """Return the shared strings of some indices, reading no further than the last of them."""
    found: dict[int, str] = {}
    if not wanted:
        return found
    last, index = max(wanted), 0
    for link in links.of_kind("sharedStrings"):
        parser = etree.XMLPullParser(events=("end",), tag=main("si"), resolve_entities=False, huge_tree=True)
        for chunk in _bites(package.stream(link.part)):
            refuse_document_type(b"" if index else chunk[:4096], link.part)
            _feed(parser, chunk, link.part)
            done: list[etree._Element] = []
            for _, entry in parser.read_events():
                if isinstance(entry, etree._Element):  # noqa: SLF001 # lxml names its element class so
                    if index in wanted:
                        found[index] = _rich_text(entry)
                    index += 1
                    done.append(entry)
            # Memory: what was read is let go, but for the newest, which the parser may still hold on to.
            for entry in done[:-1]:
                parent = entry.getparent()
                if parent is not None:
                    parent.remove(entry)
            if index > last:
                break
    return found


def _feed(parser: etree.XMLPullParser, chunk: bytes, part: str) -> None:
    try:
        parser.feed(chunk)
    except etree.XMLSyntaxError as error:
        raise unreadable(part) from error


def kept_cells(package: Package, part: str, sheet: str, outside: Area) -> dict[tuple[int, int], RawCell]:
    """Return the cells outside an area that hold something, as they are written.

    Formulas that are shared become formulas of their own, since the cells they share with may go.
    """
    shared: dict[bytes, tuple[str, str]] = {}
    kept: dict[tuple[int, int], RawCell] = {}
    for row, column, attributes, content in iterate_cells(package.stream(part), sheet, None):
        if not content:
            continue
        text = _PREFIXED.sub(rb"\1", content).decode("utf-8")
        if "<f" in text:
            formula = _cell_tree(content).find(main("f"))
            if formula is not None and formula.get("t") == "shared":
                own = _formula_text(formula, f"{letters(column)}{row}", shared)
                before, rest = text[: text.index("<f")], _SHARED.sub("", text, count=1)
                text = f"{before}<f>{escape_formula(own)}</f>{rest[len(before) :]}"
        if outside.holds(row, column) or not re.search(r"<(?:v|is|f)\b", text):
            continue
        named = attributes_of(attributes)
        style = whole_number(named.pop(b"s", b"0").decode("latin-1"))
        named.pop(b"r", None)
        rest = "".join(f' {name.decode()}="{value.decode()}"' for name, value in named.items())
        kept[row, column] = RawCell(style, rest, text)
    return kept


def escape_formula(text: str) -> str:
    """Return a formula's text ready to stand between XML tags."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
