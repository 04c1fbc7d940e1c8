"""The workbook's shared strings: plain ones as text at once, the others as they are written."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from msgspec import Struct, field

from leadbook.books.ooxml.xmlparts import MAIN

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

# Neither entities, line ends that XML changes, nor spaces at an edge: such a text stands for itself ...
_PLAIN = rb"[^<&\r\s](?:[^<&\r]*[^<&\r\s])?"
# ... unless it holds this, with which Excel writes characters that XML cannot hold ("_x000D_").
_ESCAPED = b"_x"
_IS_PLAIN = re.compile(_PLAIN)
_ENTRIES = re.compile(rb"<si>(?:<t>(%s)</t>|(.*?))</si>" % _PLAIN, re.DOTALL)
_HEAD = re.compile(rb'(?:\xef\xbb\xbf)?(<\?xml[^>]*\?>)?\s*<sst(?=\s)[^>]*?\sxmlns="%s"[^>]*[^/]>' % MAIN.encode())
_BEGIN_TEXT, _END_TEXT = b"<si><t>", b"</t></si>"
_BETWEEN = _END_TEXT + _BEGIN_TEXT
_END = b"</si>"
_LONGEST_HEAD = 1 << 16


class SharedTexts(Struct):
    """The shared strings of a workbook.

    Parameters
    ----------
    texts : list of str
        The text of each entry; "" for those in ``others``.
    others : mapping of int to bytes
        What stands between ``<si>`` and ``</si>`` in entries that are more than plain text.
    """

    texts: list[str] = field(default_factory=list)
    others: dict[int, bytes] = field(default_factory=dict)


def is_plain(written: bytes) -> bool:
    """Tell whether a text reads just as it is written."""
    return _ESCAPED not in written and _IS_PLAIN.fullmatch(written) is not None


def read_shared(chunks: Iterable[bytes]) -> SharedTexts | None:
    """Return the entries of a shared strings part; None when it is written in any unusual way."""
    found = SharedTexts()
    for piece in _pieces(chunks):
        if piece is None or not _add(piece, found):
            return None
    return found


def _pieces(chunks: Iterable[bytes]) -> Iterator[bytes | None]:
    """Yield whole entries in large pieces; None when the part does not begin and end as usual."""
    chunks = iter(chunks)
    pending = b""
    while b"<si>" not in pending and len(pending) < _LONGEST_HEAD and (chunk := next(chunks, b"")):
        pending += chunk
    head = _HEAD.match(pending)
    if head is None or (b"encoding" in (head[1] or b"") and b'"utf-8"' not in head[1].lower()):
        yield None
        return
    pending = pending[head.end() :]
    for chunk in chunks:
        cut = pending.rfind(_END) + len(_END)
        if cut >= len(_END):
            yield pending[:cut]
            pending = pending[cut:]
        pending += chunk
    entries, closed, _ = pending.rpartition(b"</sst>")
    yield entries if closed else None


def _add(piece: bytes, found: SharedTexts) -> bool:
    """Add the entries of a piece; tell whether it held nothing but entries."""
    if b"<!" in piece or b"<?" in piece:
        return False
    plain = _add_texts(piece, found)
    if plain is None:
        plain, length = [], 0
        for text, other in _ENTRIES.findall(piece):
            length += len(text) + len("<si><t></t></si>") if text else len(other) + len("<si></si>")
            if text and _ESCAPED not in text:
                plain.append(text)
            else:
                found.others[len(found.texts) + len(plain)] = b"<t>" + text + b"</t>" if text else other
                plain.append(b"")
        if length != len(piece):
            return False
    if plain:
        try:
            found.texts += b"\0".join(plain).decode("utf-8").split("\0")
        except UnicodeDecodeError:
            return False
    return True


def _add_texts(piece: bytes, found: SharedTexts) -> list[bytes] | None:
    """Return the entries of a piece that is cut at once, having no tag but those around each text; None of another.

    Those that are more than plain text are added, and "" is in their places.
    """
    if not (piece.startswith(_BEGIN_TEXT) and piece.endswith(_END_TEXT)):
        return None
    entries = piece[len(_BEGIN_TEXT) : -len(_END_TEXT)].split(_BETWEEN)
    if piece.count(b"<") != _BETWEEN.count(b"<") * len(entries):
        return None
    odd = b"&" in piece or b"\r" in piece or _ESCAPED in piece or b"" in entries
    if not odd and list(map(bytes.strip, entries)) == entries:
        return entries
    for at, entry in enumerate(entries):
        if not is_plain(entry):
            found.others[len(found.texts) + at] = b"<t>" + entry + b"</t>"
            entries[at] = b""
    return entries
