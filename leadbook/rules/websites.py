"""Web addresses: which texts are some, and which company stands behind one."""

from __future__ import annotations

import re

# Addresses that are plainly well formed, and what a browser opens besides.
_PLAIN = re.compile(r"(?:https?://)?(?:[a-z0-9]++(?:-++[a-z0-9]++)*+\.)+[a-z]{2,24}/?")
_WEBSITE = re.compile(
    r"(?:https?://)?(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*[^\W_](?::\d+)?(?:[/?#]\S*)?", re.IGNORECASE
)
_SCHEME = re.compile(r"^https?://", re.IGNORECASE)
_SECOND_LEVELS = frozenset({"co", "com", "org", "net", "ac", "gov", "edu", "gob", "or", "ne", "ltd", "plc"})


def is_website(text: str) -> bool:
    """Tell whether a browser would open a text."""
    return _PLAIN.fullmatch(text) is not None or _WEBSITE.fullmatch(text) is not None


def no_websites(texts: list[str]) -> list[str]:
    """Return those of some texts that are no web address, blank ones apart."""
    plain = _PLAIN.fullmatch
    return [text for text in texts if text and not plain(text) and not _WEBSITE.fullmatch(text)]


def host_of(site: str) -> str:
    """Return a web address's host in small letters, "" when the text is none."""
    return re.split(r"[/?#:]", _SCHEME.sub("", site).casefold(), maxsplit=1)[0] if is_website(site) else ""


def registered_name(host: str) -> str:
    """Return the label a company registers: acme of mail.acme.co.uk, so acme.com and acme.de agree."""
    labels = host.casefold().split(".")
    if len(labels) < 2:
        return ""
    second_level = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in _SECOND_LEVELS
    return labels[-3] if second_level else labels[-2]


def repaired_website(site: str) -> str | None:
    """Return the address that was meant, None when that is not plain."""
    tried = re.sub(r"(?i)^(?:h+t+p+(s?)|https?)[:;]?/{1,}", r"http\1://", re.sub(r"\s+", "", site).replace(",", "."))
    tried = re.sub(r"(?i)^(https?://)?w{2,4}\.", r"\1www.", tried).rstrip(".")
    return tried if tried != site and is_website(tried) else None
