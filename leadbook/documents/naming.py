"""File names made of what stands in cells, good on every system a document may be sent to."""

from __future__ import annotations

import re
import unicodedata

LONGEST_BYTES = 100
"""So long is a name at most (in UTF-8): with a folder, words around it and a suffix Windows' 260 still hold it."""

_SHORTEST_LIMIT = 16
_FORBIDDEN = frozenset('<>:"/\\|?*')
# Letters that are no sign of their own (Cf hides and turns text round), or none at all.
_UNSEEN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
# What Windows takes for a device, whatever follows the first dot (Microsoft, "Naming Files, Paths, and Namespaces").
_DEVICE = re.compile(r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])", re.IGNORECASE)
_EDGE = " .-~"


def safe_name(text: str, longest_bytes: int = LONGEST_BYTES) -> str:
    """Return a text as (part of) a file's name that means no folder, device, option or hidden file anywhere.

    Parameters
    ----------
    text : str
        Anything: a company's name, a lead's id.
    longest_bytes : int
        Of the name in UTF-8, at least 16.

    Returns
    -------
    str
        In NFC, on one line, without the signs Windows forbids, control and direction marks, dots and spaces at its
        ends; ``unnamed`` where nothing is left. Given back, it comes out the same.
    """
    if longest_bytes < _SHORTEST_LIMIT:
        raise ValueError(f"A name needs {_SHORTEST_LIMIT} bytes.")
    shown = "".join(_shown(letter) for letter in unicodedata.normalize("NFC", text))
    shown = re.sub(r"\.{2,}", ".", " ".join(shown.split()))
    shown = re.sub(r"-(?:[ .]*-)+", "-", shown).strip(_EDGE)
    device = shown.partition(".")[0].rstrip()
    if _DEVICE.fullmatch(device):
        shown = f"{device}_{shown[len(device) :]}"
    # Taking a letter out may have brought two together that are one in NFC.
    shown = unicodedata.normalize("NFC", shown)
    return _cut(shown, longest_bytes) or "unnamed"


def safe_file(stem: str, suffix: str) -> str:
    """Return a file's whole name: a safe stem and a suffix such as ``.docx``."""
    return f"{safe_name(stem, 200)}{suffix}"


def _shown(letter: str) -> str:
    if letter in _FORBIDDEN:
        return "-"
    kind = unicodedata.category(letter)
    if kind in _UNSEEN:
        return " " if letter.isspace() or kind in {"Zl", "Zp"} else ""
    return letter


def _cut(text: str, longest_bytes: int) -> str:
    """Return the beginning of a text that fits, without half a letter or an accent that lost its letter's others."""
    whole = text.encode()
    if len(whole) <= longest_bytes:
        return text
    kept = whole[:longest_bytes].decode(errors="ignore")
    if unicodedata.combining(text[len(kept)]):
        while kept and unicodedata.combining(kept[-1]):
            kept = kept[:-1]
        kept = kept[:-1]
    return kept.strip(_EDGE)
