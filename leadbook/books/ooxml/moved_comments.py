"""Comments after rows moved: those of rows that go leave with them, and come back word for word."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.books.ooxml.addresses import parse_area
from leadbook.books.ooxml.escape import unescape_xml

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from leadbook.books.ooxml.row_trail import Piece, Trail

COMMENT_KINDS = ("comments", "threadedComment", "threadedComments")
COMMENT = re.compile(
    rb"""<(?P<p>(?:\w+:)?)(?:comment|threadedComment)\s(?:[^>]*?\s)?ref=(?P<q>["'])(?P<ref>[A-Z]{1,3}\d+)(?P=q)"""
)
_WHOLE = re.compile(
    rb"<(?P<p>(?:\w+:)?)(?P<name>comment|threadedComment)(?=\s)[^>]*?(?:/>|>.*?</(?P=p)(?P=name)\s*>)", re.DOTALL
)
_REF = re.compile(rb"""(\sref=)(["'])([A-Z]{1,3}\d+)\2""")
_LIST = re.compile(rb"<((?:\w+:)?(?:commentList|ThreadedComments)\b[^>]*?)(/?)>")
_AUTHORS = re.compile(rb"<(?P<p>(?:\w+:)?)authors\b[^>]*?(?:/>|>(?P<all>.*?)</(?:\w+:)?authors\s*>)", re.DOTALL)
_AUTHOR = re.compile(rb"<(?:\w+:)?author(?:\s[^>]*?)?(?:/>|>([^<]*)</(?:\w+:)?author\s*>)")
_AUTHOR_ID = re.compile(rb"""(\sauthorId=["'])(\d+)(["'])""")
_TEXT = re.compile(rb"<(?:\w+:)?(?:t|text)(?:\s[^>]*)?>([^<]*)</(?:\w+:)?(?:t|text)>")
SHAPE = re.compile(rb"<v:shape\b.*?</v:shape>", re.DOTALL)
_SHAPE_ID = re.compile(rb"""(<v:shape\b[^>]*?\sid=["'])([^"']*)(["'])""")
_ROW = re.compile(rb"(<x:Row>\s*)(\d+)(\s*</x:Row>)")
_COLUMN = re.compile(rb"<x:Column>\s*(\d+)\s*</x:Column>")
_ANCHOR = re.compile(rb"(<x:Anchor>)([^<]*)(</x:Anchor>)")


def moved_comments(data: bytes, trail: Trail, kind: str) -> bytes:
    """Return a part of comments at the cells they belong to, those of rows that go noted and left out."""
    shift, seen, names = trail.shift, -1, _authors(data)

    def moved(found: re.Match[bytes]) -> bytes:
        nonlocal seen
        seen += 1
        ref = _REF.search(found[0])
        area = None if ref is None else parse_area(ref[3].decode("ascii"))
        if ref is None or area is None or not shift.moves(area.first_column, area.last_column):
            return found[0]
        new = shift.row(area.first_row)
        if new is None:
            piece = {"kind": kind, "at": seen, "cell": area.ref, "xml": found[0].decode("utf-8")}
            author = _AUTHOR_ID.search(found[0])
            if author is not None and int(author[2]) < len(names):
                piece["author"] = names[int(author[2])].decode("utf-8")
            trail.keep([area.first_row], piece)
            return b""
        place = area._replace(first_row=new, last_row=new).ref.encode()
        return found[0][: ref.start(3)] + place + found[0][ref.end(3) :]

    data = _WHOLE.sub(moved, data)
    for piece, rows in trail.pieces(kind):
        data = _put_in(data, piece, rows)
        trail.place(piece)
    return data


def _authors(data: bytes) -> list[bytes]:
    found = _AUTHORS.search(data)
    return [one or b"" for one in _AUTHOR.findall(found["all"] or b"")] if found else []


def _signed(data: bytes, comment: bytes, author: str) -> tuple[bytes, bytes]:
    """Return the part and a comment that comes back to it, whose author is among the part's, wherever by now."""
    names, name = _authors(data), author.encode("utf-8")
    found = _AUTHORS.search(data)
    if found is None:
        return data, comment
    if name not in names:
        p = found["p"]
        tags = b"<%sauthors>%s<%sauthor>%s</%sauthor></%sauthors>" % (p, found["all"] or b"", p, name, p, p)
        data = data[: found.start()] + tags + data[found.end() :]
        names.append(name)
    own = _AUTHOR_ID.search(comment)
    if own is not None and (int(own[2]) >= len(names) or names[int(own[2])] != name):
        comment = _AUTHOR_ID.sub(rb"\g<1>%d\3" % names.index(name), comment, count=1)
    return data, comment


def _put_in(data: bytes, piece: Piece, rows: Mapping[int, int]) -> bytes:
    area = parse_area(str(piece["cell"]))
    if area is None or area.first_row not in rows:
        return data
    new = rows[area.first_row]
    place = area._replace(first_row=new, last_row=new).ref.encode()
    comment = _REF.sub(lambda ref: ref[1] + ref[2] + place + ref[2], str(piece["xml"]).encode("utf-8"), count=1)
    if "author" in piece:
        data, comment = _signed(data, comment, str(piece["author"]))
    others = [found.start() for found in _WHOLE.finditer(data)]
    if int(piece["at"]) < len(others):
        at = others[int(piece["at"])]
        return data[:at] + comment + data[at:]
    top = _LIST.search(data)
    if top is None:
        return data
    if top[2]:
        name = top[1].split()[0]
        return data[: top.start()] + b"<" + top[1].rstrip() + b">" + comment + b"</" + name + b">" + data[top.end() :]
    at = data.index(b"</" + top[1].split()[0], top.end())
    return data[:at] + comment + data[at:]


def comment_text(pieces: Sequence[Piece]) -> str:
    """Return what the comments among some pieces say, with their cells."""
    threaded = {piece["cell"] for piece in pieces if piece["kind"] == "thread"}
    said: dict[str, list[str]] = {}
    for piece in pieces:
        # Beside a thread Excel keeps a plain comment that only says that there is one.
        if piece["kind"] == "thread" or (piece["kind"] == "comment" and piece["cell"] not in threaded):
            words = "".join(unescape_xml(one) for one in _TEXT.findall(str(piece["xml"]).encode("utf-8")))
            said.setdefault(str(piece["cell"]), []).append(" ".join(words.split()))
    return "; ".join(f"comment at {cell}: \u201c{' / '.join(words)}\u201d" for cell, words in said.items())


def moved_note(shape: bytes, trail: Trail, at: int) -> bytes:
    """Return a comment's shape at the cell its comment is at; b"" for one that goes with its row."""
    shift = trail.shift
    row, column = _ROW.search(shape), _COLUMN.search(shape)
    if row is None or column is None or not shift.moves(int(column[1]) + 1, int(column[1]) + 1):
        return shape
    old = int(row[2]) + 1
    new = shift.row(old)
    if new is None:
        trail.keep([old], {"kind": "note", "at": at, "row": old, "xml": shape.decode("utf-8")})
        return b""
    return shape if new == old else _note_at(shape, old, new)


def put_notes_back(data: bytes, trail: Trail) -> bytes:
    """Return a drawing of comments' shapes with those that come back."""
    for piece, rows in trail.pieces("note"):
        old = int(piece["row"])
        shape = _note_at(str(piece["xml"]).encode("utf-8"), old, rows.get(old, old))
        own = _SHAPE_ID.search(shape)
        if own is not None and b'"%s"' % own[2] in data:
            taken = max((int(one) for one in re.findall(rb"_s(\d+)[\"']", data)), default=1024)
            shape = _SHAPE_ID.sub(rb"\g<1>_x0000_s%d\3" % (taken + 1), shape, count=1)
        others = [found.start() for found in SHAPE.finditer(data)]
        at = others[int(piece["at"])] if int(piece["at"]) < len(others) else data.rindex(b"</")
        data = data[:at] + shape + data[at:]
    return data


def _note_at(shape: bytes, old: int, new: int) -> bytes:
    shape = _ROW.sub(lambda found: found[1] + b"%d" % (new - 1) + found[3], shape, count=1)

    def anchor(found: re.Match[bytes]) -> bytes:
        words = found[2].split(b",")
        if len(words) != 8 or not all(word.strip().isdigit() for word in words):
            return found[0]
        for at in (2, 6):  # left, offset, top, offset, right, offset, bottom, offset
            words[at] = words[at].replace(words[at].strip(), b"%d" % max(0, int(words[at]) + new - old))
        return found[1] + b",".join(words) + found[3]

    return _ANCHOR.sub(anchor, shape)
