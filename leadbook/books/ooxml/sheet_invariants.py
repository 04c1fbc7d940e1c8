"""What Excel demands of a changed sheet and the Open XML SDK validator does not look at."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from xml.parsers.expat import ExpatError, ParserCreate

from leadbook.books.ooxml.addresses import Area, letters, parse_area
from leadbook.books.ooxml.relationships import Relationships
from leadbook.books.ooxml.sheet_scan import framed, iterate_cells
from leadbook.books.ooxml.sheet_stream import SheetStream, attributes_of
from leadbook.books.ooxml.xmlparts import (
    OFFICE_RELATIONSHIPS,
    elements,
    is_true,
    local_name,
    main,
    parse,
    whole_number,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from lxml import etree

    from leadbook.books.ooxml.opening import OpenedWorkbook
    from leadbook.books.ooxml.sheet import SheetPart

_FORMULA = re.compile(rb"<(?:\w+:)?f(?=[\s>/])([^>]*?)(?:/>|>(.*?)</)", re.DOTALL)
_PARSED_WHOLE = 1 << 22
"""Bytes of rows, some 4,000 leads, that are parsed to the last one."""
_SAMPLE = 1 << 16
"""Bytes at the beginning and at the end of every further block that are parsed."""
_INDEX = re.compile(rb"<(?:\w+:)?v>(\d+)<")


def sheet_problems(book: OpenedWorkbook, sheet: SheetPart, *, thorough: bool) -> Iterator[str]:
    """Yield what is wrong with one sheet: XML whole, rows in order, frame, headers, and, if thorough, each cell."""
    try:
        yield from _whole_problems(book, sheet)
    except ExpatError:
        # Its own words point at a byte of a part that nobody will see.
        yield f"the XML of {sheet.name!r} is broken"
        return
    yield from _header_problems(book, sheet)
    if thorough:
        yield from _cell_problems(book, sheet)


def _whole_problems(book: OpenedWorkbook, sheet: SheetPart) -> Iterator[str]:
    stream = SheetStream(book.package.stream(sheet.part), sheet.name)
    row = b"<" + stream.head.prefix + b"row"
    encoding = "utf-8" if stream.head.utf8 else "iso-8859-1"  # no part in another one gets this far
    last = seen = 0
    for block in stream.blocks():
        # The editor splices, so only a parser sees a bad seam. One would be in every row alike, or where two blocks
        # meet, so of a huge sheet the rows there are parsed: all of them would take as long as making it. The bytes
        # are counted anyway.
        for rows in [block] if seen < _PARSED_WHOLE else _ends(block, row):
            ParserCreate(encoding).Parse(b"<rows>" + rows + b"</rows>", True)
        seen += len(block)
        before, last = last, _last_in_order(block, row + b' r="', last)
        if last < before:
            yield f"the rows of {sheet.name!r} are out of order"
    root = framed(stream.head.text, stream.tail, stream.head.prefix, sheet.part)
    yield from _frame_problems(book, sheet, root)


def _ends(block: bytes, row: bytes) -> tuple[bytes, bytes]:
    """Return the first rows of a block, and its last ones."""
    first, last = block.rfind(row, 0, _SAMPLE), block.find(row, max(0, len(block) - _SAMPLE))
    return block[: first if first > 0 else len(block)], block[max(last, 0) :]


def _last_in_order(block: bytes, opening: bytes, last: int) -> int:
    """Return the number of a block's last numbered row; -1 when the rows do not ascend from ``last`` on."""
    size = len(opening)
    at = block.find(opening)
    # Rows without a gap, the usual case, are told by what each of them begins with, all at once.
    first = block[at + size : block.find(b'"', at + size)] if at >= 0 else b""
    if first.isdigit() and int(first) > last:
        rows = block.split(opening)[1:]
        numbers = range(int(first), int(first) + len(rows))
        if all(map(bytes.startswith, rows, [b'%d"' % number for number in numbers])):
            return numbers[-1]
    while at >= 0:
        end = block.find(b'"', at + size)
        digits = block[at + size : end]
        if digits.isdigit():
            number = int(digits)
            if number <= last:
                return -1
            last = number
        at = block.find(opening, end)
    return last


def _frame_problems(book: OpenedWorkbook, sheet: SheetPart, root: etree._Element) -> Iterator[str]:
    links = {link.id: link for link in Relationships(book.package, sheet.part)}
    differentials = len(book.styles.items("dxfs"))
    listed = []
    for element in root.iter():
        name = local_name(element)
        for attribute, value in element.attrib.items():
            if str(attribute).startswith("{" + OFFICE_RELATIONSHIPS + "}") and value and str(value) not in links:
                yield f"{sheet.name!r} uses the missing relationship {value!s}"
        if whole_number(element.get("dxfId"), -1) >= differentials:
            yield f"a rule on {sheet.name!r} uses a missing differential format"
        if name == "tablePart":
            listed.append(element)
    if len(listed) != sum(link.kind == "table" for link in links.values()):
        yield f"{sheet.name!r} does not list its tables"
    yield from _merge_problems(book, sheet, root)
    selected = [view for view in root.iter(main("sheetView")) if is_true(view.get("tabSelected"))]
    if selected and any(_is_selected(book, other) for other in book.sheets if other is not sheet):
        yield "two sheets are selected"


def _merge_problems(book: OpenedWorkbook, sheet: SheetPart, root: etree._Element) -> Iterator[str]:
    merges = [parse_area(e.get("ref")) for block in elements(root, "mergeCells") for e in elements(block)]
    tables = [table for table in book.tables if table.sheet == sheet.name]
    for area in merges:
        if area is not None and any(table.area.meets(area) for table in tables):
            yield f"merged cells of {sheet.name!r} meet a table"


def _is_selected(book: OpenedWorkbook, sheet: SheetPart) -> bool:
    if not sheet.part or not book.package.has(sheet.part):
        return False
    start = b""
    for chunk in book.package.stream(sheet.part):
        start += chunk
        if b"sheetData" in start or len(start) > 1 << 20:
            break
    return re.search(rb"""<(?:\w+:)?sheetView\s[^>]*?tabSelected=["'](?:1|true)["']""", start) is not None


def _header_problems(book: OpenedWorkbook, sheet: SheetPart) -> Iterator[str]:
    tables = [table.info for table in book.tables if table.sheet == sheet.name and table.info.has_header]
    if not tables:
        return
    # Read in one pass: a generated sheet has up to a dozen tables.
    rows = {info.first_row for info in tables}
    columns = min(info.first_column for info in tables), max(info.last_column for info in tables)
    texts = sheet.texts_near(Area(min(rows), columns[0], max(rows), columns[1]), rows)
    for info in tables:
        for column, name in enumerate(info.columns, info.first_column):
            # Excel stores a header's line break as one character in the cell and in the table.
            text = texts.get((info.first_row, column), "").replace("\r\n", "\n")
            if text != name.replace("\r\n", "\n") and " ".join(text.split()) != " ".join(name.split()):
                yield f"the header in {letters(column)}{info.first_row} of {sheet.name!r} is not {name!r}"


def _cell_problems(book: OpenedWorkbook, sheet: SheetPart) -> Iterator[str]:
    parse(book.package.read(sheet.part), sheet.part)
    formats = max(1, len(book.styles.items("cellXfs")))
    strings = sum(
        len(list(elements(parse(book.package.read(link.part), link.part), "si")))
        for link in book.links.of_kind("sharedStrings")
    )
    previous = (0, 0)
    masters: set[bytes] = set()
    children: set[bytes] = set()
    seen: set[tuple[int, int]] = set()
    for row, column, attributes, content in iterate_cells(book.package.stream(sheet.part), sheet.name):
        named = attributes_of(attributes)
        address = f"{letters(column)}{row}"
        if (row, column) <= previous or named.get(b"r", address.encode()) != address.encode():
            yield f"the cell {address} of {sheet.name!r} is out of order"
        previous = (row, column)
        if whole_number(named.get(b"s", b"0").decode("latin-1")) >= formats:
            yield f"the cell {address} of {sheet.name!r} has a missing format"
        if not content:
            continue
        index = _INDEX.search(content)
        if named.get(b"t") == b"s" and (index is None or int(index[1]) >= strings):
            yield f"the cell {address} of {sheet.name!r} has a missing text"
        formula = _FORMULA.search(content)
        if formula is None:
            continue
        seen.add((row, column))
        inner = attributes_of(formula[1])
        if inner.get(b"t") == b"shared":
            (masters if formula[2] else children).add(inner.get(b"si", b""))
        elif formula[2]:
            yield from _formula_problems(formula[2], address, sheet.name)
    for orphan in children - masters:
        yield f"the shared formula {orphan.decode('latin-1')} of {sheet.name!r} has no first cell"
    yield from _chain_problems(book, sheet, seen)


def _formula_problems(text: bytes, address: str, sheet: str) -> Iterator[str]:
    from openpyxl.formula import Tokenizer  # noqa: PLC0415 # only the thorough check needs it
    from openpyxl.formula.tokenizer import TokenizerError  # noqa: PLC0415 # as above

    plain = parse(b"<f>" + text + b"</f>", address).text or ""
    try:
        tokens = Tokenizer("=" + plain).items
    except (TokenizerError, IndexError):
        yield f"the formula in {address} of {sheet!r} cannot be read"
        return
    depth = sum({"OPEN": 1, "CLOSE": -1}.get(token.subtype, 0) for token in tokens)
    if depth:
        yield f"the formula in {address} of {sheet!r} has unequal brackets"


def _chain_problems(book: OpenedWorkbook, sheet: SheetPart, formulas: set[tuple[int, int]]) -> Iterator[str]:
    for link in book.links.of_kind("calcChain"):
        current = 0
        for cell in elements(parse(book.package.read(link.part), link.part), "c"):
            current = whole_number(cell.get("i"), current)
            area = parse_area(cell.get("r"))
            if current == sheet.sheet_id and area is not None and area[:2] not in formulas:
                yield f"the calculation chain names {cell.get('r')} of {sheet.name!r}, which has no formula"
