"""Text as SpreadsheetML stores it: XML escapes on top of Excel's own ``_xHHHH_`` escapes."""

from __future__ import annotations

import re

# ST_Xstring (ECMA-376 part 1, 22.9.2.19): characters XML cannot hold are written _xHHHH_, so text that looks
# like such an escape must have its underscore escaped. Excel, LibreOffice and calamine all decode it.
_ESCAPE = re.compile(r"_x([0-9A-Fa-f]{4})_")
_LOOKS_ESCAPED = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_UNSTORABLE = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_SPECIAL = re.compile("[&<>_\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]")
_UNSAFE_NAME = re.compile("[\x00-\x1f\ufffe\uffff]")


def escape_text(text: str) -> str:
    """Return the text of a cell ready to stand between XML tags."""
    if _SPECIAL.search(text) is None:
        return text
    text = _LONE_SURROGATE.sub("\ufffd", _LOOKS_ESCAPED.sub("_x005F_", text))
    text = _UNSTORABLE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def unescape_text(text: str) -> str:
    """Undo Excel's ``_xHHHH_`` escapes (the XML ones are undone by the XML reader)."""
    if "_x" not in text:
        return text
    return _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)


def unescape_xml(data: bytes) -> str:
    """Return what stands between XML tags as text."""
    text = data.decode("utf-8")
    if "&" not in text:
        return text
    from html import unescape  # noqa: PLC0415 - its table of entities loads for the few texts that hold one

    return unescape(text)


def escape_name(text: str) -> str:
    """Return a table column's name as its attribute stores it: line breaks too are ``_x000a_``."""
    text = _LONE_SURROGATE.sub("\ufffd", _LOOKS_ESCAPED.sub("_x005F_", text))
    return _UNSAFE_NAME.sub(lambda found: f"_x{ord(found[0]):04x}_", text)


def keeps_spaces(text: str) -> bool:
    """Tell whether XML's default white space handling could change the text."""
    return bool(text) and (text[0].isspace() or text[-1].isspace() or "\n" in text or "  " in text)
