"""A Word file that somebody made: what may be in a template of documents, and how it is put together again.

Word does more than print when a document is opened: it follows links to other files, runs macros and objects, and
fetches pictures from servers. Whoever receives a proposal did not choose its template, so none of that may be in one.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from functools import lru_cache
from typing import TYPE_CHECKING

from lxml import etree
from msgspec import Struct

from leadbook.model.issues import InputError

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_BYTES = 20_000_000
MOST_UNPACKED = 80_000_000
MOST_MEMBERS = 2_000
# The library that reads a template's tags goes over a part's text many times.
MOST_TEXT = 4_000_000

MAIN = "word/document.xml"
CORE = "docProps/core.xml"
_TEXT_PARTS = re.compile(r"word/(document|header\d*|footer\d*|footnotes|endnotes)\.xml")
_WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATIONSHIP = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"
_RUNS = (
    (re.compile(r"vbaProject|vbaData", re.IGNORECASE), "macros; save it as a Word document (.docx)"),
    (re.compile(r"word/activeX/|word/embeddings/.*\.bin", re.IGNORECASE), "an embedded object; take it out in Word"),
    (re.compile(r"customUI/", re.IGNORECASE), "buttons of its own for Word; save it as a plain .docx"),
)
_FETCHING_FIELDS = re.compile(
    r"\s*(INCLUDETEXT|INCLUDEPICTURE|DDEAUTO|DDE|LINK|IMPORT|DATABASE|MACROBUTTON|RD|PRINT|AUTOTEXT)\b",
    re.IGNORECASE,
)
_WEB = re.compile(r"(https?://|mailto:|tel:|#)", re.IGNORECASE)
_DOCTYPE = re.compile(rb"<!\s*(DOCTYPE|ENTITY)", re.IGNORECASE)


class WordPackage(Struct, frozen=True):
    """A template's parts.

    Parameters
    ----------
    members : dict of str to bytes
        By their name in the file, in its order.
    text_parts : tuple of str
        Those that hold text a template may fill in: the document first, then headers, footers and notes.
    """

    members: dict[str, bytes]
    text_parts: tuple[str, ...]


def open_package(raw: bytes, name: str) -> WordPackage:
    """Return a template's parts.

    Parameters
    ----------
    raw : bytes
    name : str
        The file's name, for the sentence.

    Raises
    ------
    InputError
        It is no Word document, is too large, or holds what a document for a buyer must not.
    """
    if raw[:4] == b"\xd0\xcf\x11\xe0":
        raise InputError(f"{name} is an old Word file or has a password; save it in Word as .docx without one.")
    if len(raw) > MOST_BYTES:
        raise InputError(f"{name} has more than 20 MB; use smaller pictures.")
    members = _unpack(raw, name)
    if MAIN not in members or "[Content_Types].xml" not in members:
        raise InputError(f"{name} is no Word document; save it in Word as .docx.")
    _refuse_programs(members, name)
    for member in list(members):
        if member.endswith((".xml", ".rels", ".vml")):
            _read_xml(members[member], member, name)
    for member in [one for one in members if one.endswith(".rels")]:
        members[member] = _without_links(members, member, name)
    texts = tuple(sorted((one for one in members if _TEXT_PARTS.fullmatch(one)), key=lambda one: (one != MAIN, one)))
    for part in texts:
        if len(members[part]) > MOST_TEXT:
            raise InputError(f"{name} is too long for a template; keep it under a few hundred pages.")
        _refuse_fields(members[part], name)
    return WordPackage(members, texts)


def pack(members: Mapping[str, bytes]) -> bytes:
    """Return a Word file of these parts, the same bytes for the same parts."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name, content in members.items():
            archive.writestr(_member(name), content)
    return packed.getvalue()


@lru_cache(maxsize=256)
def _member(name: str) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
    info.compress_type = zipfile.ZIP_DEFLATED
    return info


def _unpack(raw: bytes, name: str) -> dict[str, bytes]:
    members: dict[str, bytes] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as archive:
            listed = [info for info in archive.infolist() if not info.is_dir()]
            if len(listed) > MOST_MEMBERS or sum(info.file_size for info in listed) > MOST_UNPACKED:
                raise InputError(
                    f"{name} unpacks to far more than a document has, so it was not opened; "
                    "save it in Word again if you trust it."
                )
            for info in listed:
                if _leads_out(info.filename) or info.filename in members or info.flag_bits & 1:
                    raise InputError(f"{name} is damaged or was tampered with; save it in Word again.")
                # No more is read than the file says a member holds; if it holds something else, it is damaged.
                members[info.filename] = archive.read(info)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, ValueError, OSError):
        raise InputError(f"{name} is no Word document, or is damaged; save it in Word as .docx.") from None
    return members


def _refuse_programs(members: Mapping[str, bytes], name: str) -> None:
    for pattern, what in _RUNS:
        if any(pattern.search(member) for member in members):
            raise InputError(f"{name} holds {what}.")
    if b"macroenabled" in members["[Content_Types].xml"].lower():
        raise InputError(f"{name} holds {_RUNS[0][1]}.")


def _leads_out(member: str) -> bool:
    return member.startswith("/") or "\\" in member or ":" in member or ".." in member.split("/") or "\0" in member


def _read_xml(content: bytes, member: str, name: str) -> etree._Element:
    start = content[:4]
    plain = content.decode("utf-16", "ignore").encode() if start[:2] in {b"\xff\xfe", b"\xfe\xff"} else content
    if _DOCTYPE.search(plain) or b"\0" in plain:
        raise InputError(f"{name} is damaged or was tampered with ({member}); save it in Word again.")
    try:
        tree = etree.fromstring(content, _parser())
    except (etree.XMLSyntaxError, ValueError):
        raise InputError(f"{name} is damaged ({member}); save it in Word again.") from None
    if tree.getroottree().docinfo.internalDTD is not None:
        raise InputError(f"{name} is damaged or was tampered with ({member}); save it in Word again.")
    return tree


def _parser() -> etree.XMLParser:
    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)


def _without_links(members: dict[str, bytes], member: str, name: str) -> bytes:
    """Return a part's relationships without the template Word made it from; refuse what else points outside."""
    tree = _read_xml(members[member], member, name)
    taken_out = False
    for relation in tree.findall(_RELATIONSHIP):
        kind, target = relation.get("Type", "").rpartition("/")[2], relation.get("Target", "")
        if kind == "attachedTemplate":
            # Word notes the file a document was begun from, and looks for it, be it on a server.
            tree.remove(relation)
            _drop_attached(members)
            taken_out = True
        elif kind in {"aFChunk", "oleObject", "package"} and not target.endswith(".xlsx"):
            raise InputError(f"{name} holds another file within it; copy what it says into the document.")
        elif relation.get("TargetMode") == "External" and (kind != "hyperlink" or not _WEB.match(target)):
            what = "a link" if kind == "hyperlink" else "a picture or file that is fetched when it is opened"
            raise InputError(f"{name} holds {what} ({target[:60]}); put it into the document itself, or take it out.")
    return (
        etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True) if taken_out else members[member]
    )


def _drop_attached(members: dict[str, bytes]) -> None:
    settings = members.get("word/settings.xml")
    if settings:
        members["word/settings.xml"] = re.sub(rb"<w:attachedTemplate\b[^>]*/>", b"", settings)


def _refuse_fields(content: bytes, name: str) -> None:
    """Refuse Word's own fields that fetch another file when they are updated, and tags within any field's code."""
    tree = etree.fromstring(content, _parser())
    codes = [element.get(f"{_WORD}instr", "") for element in tree.iter(f"{_WORD}fldSimple")]
    for element in tree.iter(f"{_WORD}fldChar", f"{_WORD}instrText"):
        if element.tag.endswith("instrText") and codes:
            codes[-1] += element.text or ""
        elif element.get(f"{_WORD}fldCharType") == "begin":
            codes.append("")
    for code in codes:
        found = _FETCHING_FIELDS.match(code)
        if found:
            raise InputError(f"{name} holds a field {found[1].upper()}, which reads other files; take it out in Word.")
        if "{{" in code or "{%" in code:
            raise InputError(
                f"{name} has a tag within the code of one of Word's fields ({code.strip()[:40]}); "
                "move it out of there in Word."
            )
