"""References to cells that moved, wherever else in the workbook they stand: names, charts, pivots, other sheets."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import parse_area
from leadbook.books.ooxml.compression import deflate
from leadbook.books.ooxml.escape import unescape_xml
from leadbook.books.ooxml.formula_shifts import FormulaShift
from leadbook.books.ooxml.moved_formulas import MovedFormulas
from leadbook.books.ooxml.sheet_stream import SheetStream
from leadbook.books.ooxml.xmlparts import elements, main

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from leadbook.books.ooxml.opening import OpenedWorkbook
    from leadbook.books.ooxml.row_trail import Trail
    from leadbook.books.ooxml.sheet import SheetPart

_SOURCE = re.compile(rb"<(?:\w+:)?worksheetSource\b[^>]*>")
_CONTENT = ("chart+xml", "chartex+xml", "drawing+xml", "controlproperties+xml", "vmldrawing", "pivotcachedefinition")

Obstacles = list[tuple[int, int, str]]


def spellings(sheet: str) -> tuple[bytes, ...]:
    """Return how formulas in XML may name a sheet, with the ``!``."""
    quoted = sheet.replace("'", "''")
    return tuple(
        {
            text.encode("utf-8")
            for name in (f"{sheet}!", f"{quoted}'!")
            for text in (
                escape(name, quote=False),
                escape(name, quote=False).replace("'", "&apos;"),
                escape(name, quote=False).replace("'", "&apos;").replace('"', "&quot;"),
            )
        }
    )


def move_names(book: OpenedWorkbook, trail: Trail, obstacles: Obstacles) -> bool:
    """Change the defined names that point at the cells that moved; tell whether any did."""
    changed = False
    for element in elements(book.root.find(main("definedNames"))):
        text = element.text or ""
        change = FormulaShift(trail.shift, trail=trail, place=f"name {element.get('name')}")
        # A name's relative rows count from whatever cell uses it, so only absolute ones follow.
        new = change.moved_with(text, 1, 1, home=False)
        for first, last in change.lost:
            obstacles.append((first, last, f"the name {element.get('name')} points at it; change it"))
        trail.repointed += [(*rows, f"the name {element.get('name')}") for rows in change.inherited]
        if new != text:
            element.text = new
            changed = True
    return changed


def move_other_parts(book: OpenedWorkbook, trail: Trail, obstacles: Obstacles) -> None:
    """Change what charts, drawings, controls and pivot caches say of the cells that moved."""
    names = spellings(trail.shift.sheet)
    package = book.package
    for part in package.names():
        kind = book.types.get(part).lower()
        if not any(word in kind for word in _CONTENT):
            continue
        old = package.read(part)
        if "pivotcachedefinition" in kind:
            new = _SOURCE.sub(lambda found: _source(found[0], trail), old)
        elif any(name in old for name in names):
            change = FormulaShift(trail.shift, trail=trail, place="part")
            new = _texts(old, names, change)
            obstacles += [
                (first, last, f"a chart or control ({part.rpartition('/')[2]}) points at it; change its source")
                for first, last in change.lost
            ]
            trail.repointed += [
                (*rows, f"a {'chart' if 'chart' in kind else 'control or picture'} ({part.rpartition('/')[2]})")
                for rows in change.inherited
            ]
        else:
            continue
        if new != old:
            package.put(part, new)


def _texts(data: bytes, names: tuple[bytes, ...], change: FormulaShift) -> bytes:
    """Return a part with each text or attribute that names the sheet changed."""
    spelled = b"|".join(re.escape(name) for name in names)
    pattern = re.compile(rb"""(?<=>)[^<>]*(?:%s)[^<>]*(?=<)|(?<=Link=")[^"<>]*(?=")|(?<=Range=")[^"<>]*(?=")"""
                         rb"""|(?<=textlink=")[^"<>]*(?=")""" % spelled)  # fmt: skip

    def text(found: re.Match[bytes]) -> bytes:
        old = unescape_xml(found[0])
        new = change.moved(old, home=False)
        return found[0] if new == old else escape(new, quote=False).replace('"', "&quot;").encode("utf-8")

    return pattern.sub(text, data)


def _source(tag: bytes, trail: Trail) -> bytes:
    """Return a pivot cache's source with its area where it is now."""
    sheet = re.search(rb"""\ssheet=(["'])(.*?)\1""", tag)
    ref = re.search(rb"""\sref=(["'])(.*?)\1""", tag)
    if (
        sheet is None
        or ref is None
        or unescape_xml(sheet[2]).casefold() != trail.shift.sheet.casefold()
        or b"r:id" in tag
    ):
        return tag
    area = parse_area(ref[2].decode("latin-1"))
    moved = None if area is None else trail.area(area, lambda: "pivot")
    return tag if moved is None else tag[: ref.start(2)] + moved.ref.encode() + tag[ref.end(2) :]


def move_other_sheet(
    book: OpenedWorkbook, sheet: SheetPart, trail: Trail, obstacles: Obstacles, rewritten: Collection[str]
) -> bool:
    """Change the formulas, formats and validations of another sheet; tell whether any did.

    ``rewritten`` are sheets that are written anew anyway: what they lose is no obstacle.
    """
    package, names = book.package, spellings(trail.shift.sheet)
    if not _says(package.stream(sheet.part), names):
        return False
    change = FormulaShift(trail.shift, trail=trail, place=f"sheet {sheet.name}")
    gathered = SheetStream(package.stream(sheet.part), sheet.name)
    formulas = MovedFormulas(change, home=False, names=names, prefix=gathered.head.prefix)
    row = 0
    for block in gathered.blocks():
        row = formulas.gather(block, gathered, row)
    stream = SheetStream(package.stream(sheet.part), sheet.name)
    packed = deflate(_sheet_chunks(stream, formulas, names))
    stream.check_whole(package.size(sheet.part))
    if sheet.name not in rewritten:
        quoted = sheet.name if sheet.name.isalnum() else f"'{sheet.name}'"
        obstacles += [
            (first, last, f"the formula in {quoted}!{place} points at it; change it")
            for first, last, place in formulas.lost
        ]
        trail.repointed += [
            (first, last, f"the formula in {quoted}!{place}") for first, last, place in formulas.inherited
        ]
        trail.repointed += [
            (*rows, f"a rule on the sheet {sheet.name}")
            for rows in formulas.change.inherited[len(formulas.inherited) :]
        ]
        around = formulas.change.lost[len(formulas.lost) :]
        obstacles += [
            (first, last, f"a rule on the sheet {sheet.name} points at it; change it") for first, last in around
        ]
    package.put(sheet.part, packed)
    return True


def _sheet_chunks(stream: SheetStream, formulas: MovedFormulas, names: tuple[bytes, ...]) -> Iterator[bytes]:
    yield _texts(stream.head.text, names, formulas.change) + stream.head.tag
    last = 0
    for block in stream.blocks():
        if not formulas.shared and not any(name in block for name in names):
            yield block
            last = _last(block, stream, last)
            continue
        out: list[bytes] = []
        kept = 0
        for row, _, body, end, empty in stream.rows(block, last):
            last = row
            if not empty:
                out += [block[kept:body], formulas.cells(block[body:end], row, stream)]
                kept = end
        yield b"".join([*out, block[kept:]])
    yield stream.close
    yield _texts(stream.tail, names, formulas.change)


def _last(block: bytes, stream: SheetStream, last: int) -> int:
    for row, *_ in stream.rows(block, last):
        last = row
    return last


def _says(chunks: Iterator[bytes], names: tuple[bytes, ...]) -> bool:
    """Tell whether a part spells any of the names, over the seams of its pieces too."""
    rest = b""
    longest = max(map(len, names))
    for chunk in chunks:
        piece = rest + chunk
        if any(name in piece for name in names):
            return True
        rest = piece[-longest:]
    return False
