"""A worksheet's XML as a stream of bytes: what precedes the rows, the rows in blocks, what follows them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from leadbook.books.ooxml.addresses import LAST_COLUMN, LAST_ROW, column_number
from leadbook.books.ooxml.refusal import PackageRefusedError
from leadbook.books.ooxml.xmlparts import MAIN, STRICT_MAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

BLOCK = 2 << 20
_LONGEST_HEAD = 64 << 20
_ROOT = re.compile(rb"<(?:([A-Za-z_][\w.-]*):)?(worksheet|chartsheet|dialogsheet|macrosheet)(?=[\s>/])([^>]*)>")
_ENCODING = re.compile(rb"""^<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["']""")
_ASCII_LIKE = {"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "iso-8859-15", "windows-1252", "windows-1251"}
# In the order they stand: a "<!--" inside CDATA is text, and the other way round.
_ODD_MARKUP = re.compile(rb"<!--.*?-->|<!\[CDATA\[(.*?)\]\]>|<\?.*?\?>", re.DOTALL)
ATTRIBUTE = re.compile(rb"""([\w:.-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')""")


class Head(NamedTuple):
    """Everything up to and including ``<sheetData>``, and how the sheet writes its tags.

    ``prefix`` is b"" or the prefix with its colon; ``text`` ends before the ``sheetData`` tag; ``tag`` is that
    tag; ``empty`` tells that it closes itself; ``utf8`` that other characters than ASCII may be written plainly.
    """

    text: bytes
    tag: bytes
    prefix: bytes
    empty: bool
    utf8: bool


class SheetStream:
    """One pass over a worksheet part.

    Read `head` first, then iterate `blocks` to the end, then `close` holds the end tag of the rows and `tail`
    the rest. Blocks hold whole rows, and what little may stand between them.
    """

    def __init__(self, chunks: Iterable[bytes], sheet: str) -> None:
        self._chunks = iter(chunks)
        self._sheet = sheet
        self._buffer = b""
        self._seen = 0
        self.tail = self.close = b""
        self.head = self._read_head()
        prefix = re.escape(self.head.prefix)
        self.row_tag = re.compile(rb"<%srow(?=[\s>/])([^>]*)>" % prefix)
        self.cell_tag = re.compile(rb"<%sc(?=[\s>/])([^>]*?)(?:/>|>(.*?)</%sc\s*>)" % (prefix, prefix), re.DOTALL)
        self.row_close = b"</" + self.head.prefix + b"row>"

    def refuse(self, why: str) -> PackageRefusedError:
        """Return the refusal of a sheet that cannot be followed."""
        return PackageRefusedError(f"The sheet {self._sheet!r} {why}; open the workbook in Excel, save it and retry.")

    def _read_head(self) -> Head:
        start = next(self._chunks, b"")
        if start[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\0" in start[:16]:
            raise self.refuse("is stored in a way (UTF-16) that this program does not edit")
        declared = _ENCODING.match(start.removeprefix(b"\xef\xbb\xbf"))
        encoding = declared[1].decode("ascii").lower() if declared else "utf-8"
        if encoding not in _ASCII_LIKE:
            raise self.refuse(f"is stored in the encoding {encoding}, which this program does not edit")
        buffer = bytearray(start)
        root: re.Match[bytes] | None = None
        while root is None:
            root = _ROOT.search(buffer)
            if root is None and not self._more(buffer, 1 << 20):
                raise self.refuse("is not a worksheet")
        if b"<!DOCTYPE" in buffer[: root.start()]:
            raise self.refuse("is written as an attack would be and Excel never does")
        prefix = root[1] + b":" if root[1] else b""
        self._check_namespace(root)
        open_tag = re.compile(rb"<%ssheetData(?=[\s>/])[^>]*>" % re.escape(prefix))
        found = open_tag.search(buffer)
        while found is None:
            if not self._more(buffer, _LONGEST_HEAD):
                raise self.refuse("has no cell data")
            found = open_tag.search(buffer, max(0, len(buffer) - BLOCK - 256))
        text, tag = bytes(buffer[: found.start()]), found[0]
        if b"<!--" in text and open_tag.search(_ODD_MARKUP.sub(b"", text)):
            raise self.refuse("is written in a way that this program cannot follow")
        empty = tag.endswith(b"/>")
        self._buffer = bytes(buffer[found.end() :])
        self._seen = found.end()
        if empty:
            self.tail = self._buffer + b"".join(self._chunks)
            self._seen += len(self.tail)
        return Head(text, tag, prefix, empty, encoding in ("utf-8", "utf8"))

    def _check_namespace(self, root: re.Match[bytes]) -> None:
        name = b"xmlns:" + root[1] if root[1] else b"xmlns"
        attributes = {found[1]: found[2] or found[3] or b"" for found in ATTRIBUTE.finditer(root[3])}
        namespace = attributes.get(name, b"").decode("utf-8", "replace")
        if root[2] != b"worksheet" or namespace != MAIN:
            flavour = "Strict Open XML" if namespace == STRICT_MAIN else "unknown"
            raise self.refuse(f"is of a kind ({flavour}) that this program does not edit")

    def _more(self, buffer: bytearray, limit: int) -> bool:
        chunk = next(self._chunks, None)
        if chunk is None or len(buffer) > limit:
            return False
        buffer += chunk
        return True

    def blocks(self) -> Iterator[bytes]:
        """Yield the rows in blocks of about 2 MB; afterwards ``tail`` starts right after ``</sheetData>``."""
        if self.head.empty:
            return
        close = re.compile(rb"</%ssheetData\s*>" % re.escape(self.head.prefix))
        opening = b"<" + self.head.prefix + b"row"
        pending = [self._buffer]
        self._buffer = b""
        ended = False
        while not ended:
            more = self._gather(pending)
            # The row begun last may go on, so it waits; cut off before the pieces are joined, it spares a second copy.
            cut = pending[-1].rfind(opening) if more else -1
            waiting = pending[-1][cut:] if cut >= 0 else b""
            if cut >= 0:
                pending[-1] = pending[-1][:cut]
            buffer = b"".join(pending)
            # One character is found far faster than two, and is rarely there.
            if (b"!" in buffer and b"<!" in buffer) or (b"?" in buffer and b"<?" in buffer):
                buffer += b"".join((waiting, *self._chunks))
                waiting = b""
                self._seen += len(buffer)
                buffer = _flattened(buffer)
                self._seen -= len(buffer)
            end = close.search(buffer) if b"sheetData" in buffer else None
            if end is not None:
                self.tail = b"".join((buffer[end.end() :], waiting, *self._chunks))
                self.close = end[0]
                self._seen += len(self.close) + len(self.tail)
                block, ended = buffer[: end.start()], True
            elif not more:
                raise self.refuse("ends in the middle of its cells, so the file is damaged")
            else:
                if not waiting:
                    cut = max(0, buffer.rfind(opening))
                    buffer, waiting = buffer[:cut], buffer[cut:]
                block, pending = buffer, [waiting]
            self._seen += len(block)
            if block:
                yield block

    def _gather(self, pending: list[bytes]) -> bool:
        """Add pieces until they make a block; tell whether there may be more."""
        size = sum(map(len, pending))
        for chunk in self._chunks:
            pending.append(chunk)
            size += len(chunk)
            if size >= BLOCK:
                return True
        return False

    def check_whole(self, size: int) -> None:
        """Refuse a part of which not every byte was handed on; to be asked once the blocks are through.

        A lost piece would be a seller's lost rows, so this is counted and never assumed.
        """
        if self._seen != size:
            raise self.refuse(f"was followed for {self._seen:,} of its {size:,} bytes only")

    def rows(self, block: bytes, after: int, start: int = 0) -> Iterator[tuple[int, int, int, int, bool]]:
        """Yield ``(row, start, body start, end, empty)`` of each row of a block, in order.

        ``after`` is the number of the last row before ``start``; a row without a number follows its
        predecessor (ECMA-376 part 1, 18.3.1.73).
        """
        position, last = start, after
        search, close = self.row_tag.search, self.row_close
        while True:
            tag = search(block, position)
            if tag is None:
                return
            attributes = tag[1]
            row = self.row_number(attributes, last)
            if row <= last or row > LAST_ROW:
                raise self.refuse("has rows out of order")
            empty = attributes[-1:] == b"/"
            end = tag.end()
            if not empty:
                found = block.find(close, end)
                if found < 0:
                    raise self.refuse("has a row without an end")
                end = found + len(close)
            yield row, tag.start(), tag.end(), end, empty
            position, last = end, row

    @staticmethod
    def row_number(attributes: bytes, last: int) -> int:
        """Return a row's number from its attributes."""
        if attributes[:4] == b' r="':
            digits = attributes[4 : attributes.find(b'"', 4)]
        else:
            digits = attributes_of(attributes).get(b"r", b"")
        return int(digits) if digits.isdigit() else last + 1

    def cells(self, body: bytes) -> Iterator[tuple[int, re.Match[bytes]]]:
        """Yield ``(column, match)`` of each cell; group 1 is its attributes, group 2 its content or None."""
        column = 0
        for found in self.cell_tag.finditer(body):
            column = cell_column(found[1], column)
            if not 1 <= column <= LAST_COLUMN:
                raise self.refuse("has cells without an address, or beyond Excel's last column")
            yield column, found


def cell_column(attributes: bytes, last: int) -> int:
    """Return a cell's column; one without an address follows its predecessor (18.3.1.4)."""
    address = attributes[4 : attributes.find(b'"', 4)] if attributes[:4] == b' r="' else None
    if address is None:
        address = attributes_of(attributes).get(b"r")
    if not address:
        return last + 1
    return column_number(address.rstrip(b"0123456789"))


def attributes_of(tag: bytes) -> dict[bytes, bytes]:
    """Return the attributes written in a tag, whichever quotes and spaces it uses."""
    return {found[1]: found[2] if found[2] is not None else found[3] for found in ATTRIBUTE.finditer(tag)}


def _flattened(data: bytes) -> bytes:
    """Drop comments and processing instructions, and write CDATA as plain escaped text."""

    def plain(found: re.Match[bytes]) -> bytes:
        text = found[1]
        if text is None:
            return b""
        return text.replace(b"&", b"&amp;").replace(b"<", b"&lt;").replace(b">", b"&gt;")

    return _ODD_MARKUP.sub(plain, data)
