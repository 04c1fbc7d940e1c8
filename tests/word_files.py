"""Small Word files for tests, and what the text of one says."""

from __future__ import annotations

import io
import re
import zipfile
from html import unescape
from typing import TYPE_CHECKING

from proposal_looks import HEAD, W, package

from leadbook.documents.word_package import pack

if TYPE_CHECKING:
    from collections.abc import Mapping

PAGE = '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'


def word_parts(*body: str) -> dict[str, bytes]:
    """Return the parts of a Word file with these paragraphs and tables, as ``proposal_template`` writes them."""
    empty = "<w:p/>"
    parts = package(
        f"{HEAD}<w:document {W}><w:body>{''.join(body)}{PAGE}</w:body></w:document>",
        f"{HEAD}<w:hdr {W}>{empty}</w:hdr>", f"{HEAD}<w:ftr {W}>{empty}</w:ftr>", f"{HEAD}<w:ftr {W}>{empty}</w:ftr>",
    )  # fmt: skip
    return {name: text.encode() for name, text in parts.items()}


def word_file(*body: str, more: Mapping[str, bytes] | None = None) -> bytes:
    """Return a Word file; ``more`` adds parts or puts others in their place."""
    return pack({**word_parts(*body), **(more or {})})


def said(document: bytes, part: str = "word/document.xml") -> list[str]:
    """Return the paragraphs of a Word file that say something; a line break is ``\\n``, a tab ``\\t``.

    A line feed that is merely typed into the XML is a blank, as it is to Word."""
    with zipfile.ZipFile(io.BytesIO(document)) as archive:
        xml = archive.read(part).decode()
    paragraphs = re.findall(r"<w:p(?: [^>]*)?>(.*?)</w:p>", xml, re.DOTALL)
    texts = [
        "".join(
            unescape(text).replace("\n", " ").replace("\t", " ")
            if text or not mark
            else {"br": "\n", "tab": "\t"}[mark]
            for text, mark in re.findall(r"<w:t(?: [^>]*[^/])?>(.*?)</w:t>|<w:(br|tab)/>", one, re.DOTALL)
        )
        for one in paragraphs
    ]
    return [text for text in texts if text]
