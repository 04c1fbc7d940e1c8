"""Ways to break a workbook that keep most of it whole, so that the break is met deep inside and not at the door."""

from __future__ import annotations

import io
import re
import struct
import warnings
import zipfile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

Members = list[tuple[str, bytes]]

_TAG = re.compile(rb"<[A-Za-z_][^<>]*>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"<>]*)"')
_ELEMENT = re.compile(rb"<([\w:]+)(?:\s[^<>]*)?(?:/>|>[^<>]*</\1>)")
_RELATION_END = re.compile(rb'(Target|Id|Type|TargetMode|PartName|ContentType)="([^"]*)"')
_ODD_VALUES = (
    b"", b"-1", b"0", b"1", b"99999999999999999999", b"4294967296", b"1e309", b"NaN", b"A0", b"XFE1", b"A1048577", b"A1:A",
    b"$A$1:$XFD$1048576", b"ZZZZZZZZ1", b"\xc3\xa9", b"../../../etc/passwd", b"&#0;", b"&amp;", b"rId999", b"true", b"none",
    b"A1:B2:C3", b"1.5", b" ", b"'[1]x'!A1", b"x" * 40_000,
)  # fmt: skip
_NAMES = (
    "../../outside.xml", "/absolute.xml", "xl\\worksheets\\sheet1.xml", "XL/WORKBOOK.XML", "con", "xl/", "",
    "xl/worksheets/sheet1.xml/", "C:evil.xml", "xl/\u0000.xml", "[Content_Types].xml", "xl/workbook.xml", "xl/styles.xml",
)  # fmt: skip
_BOMB = b"<!DOCTYPE x [" + b"<!ENTITY a0 'aaaaaaaaaa'>" + b"".join(
    b"<!ENTITY a%d '%s'>" % (at, b"&a%d;" % (at - 1) * 10) for at in range(1, 12)
) + b"]>"  # fmt: skip
_OUTSIDE = b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]>"


def unpacked(data: bytes) -> Members:
    """Return a workbook's members in order."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return [(info.filename, archive.read(info)) for info in archive.infolist()]


def packed(members: Members) -> bytes:
    """Return members as a workbook, even where two have one name or a name is none."""
    out = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        warnings.simplefilter("ignore")  # of names that are there twice, which is the point
        for name, data in members:
            info = zipfile.ZipInfo(name or "x")
            info.filename = name or "x"
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, data)
    return out.getvalue()


def mutate(data: bytes, chance: random.Random) -> tuple[bytes, list[str]]:
    """Return a workbook with one to three breaks in it, and what they are called."""
    members, done = unpacked(data), []
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        change = chance.choice(_IN_MEMBERS)
        change(members, chance)
        done.append(change.__name__.strip("_"))
    broken = packed(members)
    if chance.random() < 0.3:
        bend = chance.choice(_IN_BYTES)
        broken = bend(broken, chance)
        done.append(bend.__name__.strip("_"))
    return broken, done


def _pick(members: Members, chance: random.Random, ending: str = "") -> int:
    """Return the place of a member; the parts that everything hangs on are picked more often."""
    fitting = [at for at, (name, _) in enumerate(members) if name.endswith(ending)]
    if not fitting:
        return chance.randrange(len(members))
    telling = [at for at in fitting if re.search(r"sheet\d|workbook|styles|shared|table|rels|Types", members[at][0])]
    return chance.choice(telling if telling and chance.random() < 0.7 else fitting)


def _drop(members: Members, chance: random.Random) -> None:
    if len(members) > 1:
        del members[_pick(members, chance)]


def _double(members: Members, chance: random.Random) -> None:
    name, data = members[_pick(members, chance)]
    members.insert(
        chance.randrange(len(members) + 1), (name, data if chance.random() < 0.5 else data[: len(data) // 2])
    )


def _cut_short(members: Members, chance: random.Random) -> None:
    at = _pick(members, chance)
    name, data = members[at]
    members[at] = (name, data[: chance.randrange(len(data) + 1)])


def _rename(members: Members, chance: random.Random) -> None:
    at = _pick(members, chance)
    members[at] = (chance.choice(_NAMES), members[at][1])


def _swap_contents(members: Members, chance: random.Random) -> None:
    one, other = _pick(members, chance), _pick(members, chance)
    (a, first), (b, second) = members[one], members[other]
    members[one], members[other] = (a, second), (b, first)


def _fill_with_noise(members: Members, chance: random.Random) -> None:
    at = _pick(members, chance)
    members[at] = (members[at][0], chance.randbytes(chance.randrange(4000)))


def _in_xml(change: Callable[[bytes, random.Random], bytes]) -> Callable[[Members, random.Random], None]:
    def apply(members: Members, chance: random.Random) -> None:
        at = _pick(members, chance, ".rels" if "relation" in change.__name__ and chance.random() < 0.7 else ".xml")
        name, data = members[at]
        members[at] = (name, change(data, chance))

    apply.__name__ = change.__name__
    return apply


def _matched(pattern: re.Pattern[bytes], data: bytes, chance: random.Random) -> re.Match[bytes] | None:
    found = list(pattern.finditer(data))
    return chance.choice(found) if found else None


@_in_xml
def _remove_element(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(_ELEMENT, data, chance)
    return data[: hit.start()] + data[hit.end() :] if hit else data


@_in_xml
def _repeat_element(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(_ELEMENT, data, chance)
    times = chance.choice((1, 1, 2, 50))
    return data[: hit.end()] + hit[0] * times + data[hit.end() :] if hit else data


@_in_xml
def _remove_tag(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(_TAG, data, chance)
    return data[: hit.start()] + data[hit.end() :] if hit else data


@_in_xml
def _odd_value(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(_ATTRIBUTE, data, chance)
    return data[: hit.start(2)] + chance.choice(_ODD_VALUES) + data[hit.end(2) :] if hit else data


@_in_xml
def _remove_attribute(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(_ATTRIBUTE, data, chance)
    return data[: hit.start()] + data[hit.end() :] if hit else data


@_in_xml
def _odd_text(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(re.compile(rb">([^<>]+)<"), data, chance)
    return data[: hit.start(1)] + chance.choice(_ODD_VALUES) + data[hit.end(1) :] if hit else data


@_in_xml
def _index_out_of_range(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(
        re.compile(rb' (?:s|xfId|fontId|fillId|borderId|numFmtId|dxfId|sheetId|localSheetId|count)="(\d+)"'),
        data,
        chance,
    )
    if hit is None:
        hit = _matched(re.compile(rb"<v>(\d+)</v>"), data, chance)
    return data[: hit.start(1)] + chance.choice((b"999999", b"-1", b"65536")) + data[hit.end(1) :] if hit else data


@_in_xml
def _entities(data: bytes, chance: random.Random) -> bytes:
    start = data.find(b"?>") + 2 if data.startswith(b"<?xml") else 0
    bomb = _BOMB if chance.random() < 0.5 else _OUTSIDE
    body = re.sub(rb">([^<>]+)<", b">&a11;<" if bomb is _BOMB else b">&a;<", data[start:], count=1)
    return data[:start] + bomb + body


@_in_xml
def _nest_deeply(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(_ELEMENT, data, chance)
    depth = chance.choice((300, 20_000))
    return data[: hit.start()] + b"<x>" * depth + b"</x>" * depth + data[hit.end() :] if hit else data


@_in_xml
def _other_encoding(data: bytes, chance: random.Random) -> bytes:
    text = data.decode("utf-8", errors="replace")
    return chance.choice((
        lambda: text.encode("utf-16"), lambda: b"\xef\xbb\xbf" + data, lambda: data.replace(b"UTF-8", b"latin-1", 1),
        lambda: data.replace(b"UTF-8", b"nonsense", 1), lambda: data + b"\0\0\0", lambda: b"\n \n" + data,
    ))()  # fmt: skip


@_in_xml
def _cross_relations(data: bytes, chance: random.Random) -> bytes:
    one, other = _matched(_RELATION_END, data, chance), _matched(_RELATION_END, data, chance)
    if one is None or other is None or one.end() > other.start():
        return data
    return data[: one.start(2)] + other[2] + data[one.end(2) : other.start(2)] + one[2] + data[other.end(2) :]


@_in_xml
def _odd_relation(data: bytes, chance: random.Random) -> bytes:
    hit = _matched(_RELATION_END, data, chance)
    odd = (
        b"",
        b"../../../../x.xml",
        b"http://127.0.0.1:9/x",
        b"sheet1.xml#x",
        b"%2e%2e/x",
        b"/xl/workbook.xml",
        b"rId1",
    )
    return data[: hit.start(2)] + chance.choice(odd) + data[hit.end(2) :] if hit else data


_IN_MEMBERS = (
    _drop, _double, _cut_short, _rename, _swap_contents, _fill_with_noise, _remove_element, _repeat_element, _remove_tag,
    _odd_value, _odd_value, _odd_value, _remove_attribute, _remove_attribute, _odd_text, _odd_text, _index_out_of_range,
    _index_out_of_range, _entities, _nest_deeply, _other_encoding, _cross_relations, _cross_relations, _odd_relation,
    _odd_relation,
)  # fmt: skip


def _cut_the_file(data: bytes, chance: random.Random) -> bytes:
    return data[: chance.randrange(len(data))]


def _flip_bytes(data: bytes, chance: random.Random) -> bytes:
    broken = bytearray(data)
    for _ in range(chance.choice((1, 4, 64))):
        broken[chance.randrange(len(broken))] ^= 1 << chance.randrange(8)
    return bytes(broken)


def _lie(data: bytes, chance: random.Random, mark: bytes, fields: tuple[tuple[int, str], ...]) -> bytes:
    """Write a false number into the header of some member."""
    places = [hit.start() for hit in re.finditer(re.escape(mark), data)]
    if not places:
        return data
    broken = bytearray(data)
    at = chance.choice(places)
    offset, kind = chance.choice(fields)
    low = struct.calcsize(kind) * 8
    if at + offset + low // 8 <= len(broken):
        struct.pack_into(
            kind, broken, at + offset, chance.choice((0, 1, 7, (1 << low) - 1, 1 << (low - 1), chance.getrandbits(low)))
        )
    return bytes(broken)


def _lie_in_directory(data: bytes, chance: random.Random) -> bytes:
    # flags, method, checksum, packed and unpacked size, lengths of name and extra field, place of the member
    fields = ((8, "<H"), (10, "<H"), (16, "<I"), (20, "<I"), (24, "<I"), (28, "<H"), (30, "<H"), (42, "<I"))
    return _lie(data, chance, b"PK\1\2", fields)


def _lie_before_member(data: bytes, chance: random.Random) -> bytes:
    return _lie(
        data, chance, b"PK\3\4", ((6, "<H"), (8, "<H"), (14, "<I"), (18, "<I"), (22, "<I"), (26, "<H"), (28, "<H"))
    )


def _lie_at_end(data: bytes, chance: random.Random) -> bytes:
    return _lie(data, chance, b"PK\5\6", ((4, "<H"), (8, "<H"), (10, "<H"), (12, "<I"), (16, "<I"), (20, "<H")))


_IN_BYTES = (_cut_the_file, _flip_bytes, _lie_in_directory, _lie_in_directory, _lie_before_member, _lie_at_end)
