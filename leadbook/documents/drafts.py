"""A follow-up as a draft that a mail program opens for its seller to read, change and send."""

from __future__ import annotations

import re
from email.errors import HeaderParseError
from email.header import Header
from email.headerregistry import Address, HeaderRegistry, UnstructuredHeader
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from typing import TYPE_CHECKING

from leadbook.documents.plain_text import one_line
from leadbook.documents.written import printable

if TYPE_CHECKING:
    from email.policy import Policy

LONGEST_SUBJECT = 200
_LONGEST_NAME = 120
_LONGEST_ADDRESS = 320
_PLAIN = re.compile(r"[^\s@<>()\[\]:;,\\\"]+@[^\s@<>()\[\]:;,\\\".]+(\.[^\s@<>()\[\]:;,\\\".]+)+")


class _Subject(UnstructuredHeader):
    """A subject that comes out as it went in: the standard library's own folding puts spaces between letters."""

    def fold(self, *, policy: Policy) -> str:
        if str(self).isascii():
            return super().fold(policy=policy)  # type: ignore[misc, no-any-return] # BaseHeader is mixed in by the registry
        encoded = Header(str(self), "utf-8", header_name="Subject").encode(linesep=policy.linesep)
        return f"Subject: {encoded}{policy.linesep}"


_HEADS = HeaderRegistry()
_HEADS.map_to_type("subject", _Subject)  # type: ignore[arg-type] # as above
_PLAIN_HEADS, _UTF8_HEADS = (policy.clone(header_factory=_HEADS) for policy in (SMTP, SMTPUTF8))


def make_draft(*, to: str, to_name: str, subject: str, body: str, sender: str = "", sender_name: str = "") -> bytes:
    """Return a mail as the bytes of an .eml file, marked unsent so that Outlook opens it for editing.

    Parameters
    ----------
    to : str
        One address.
    to_name, subject, sender_name : str
        Whatever stands in them, each becomes one line of its own head.
    body : str
        Plain text.
    sender : str
        "" leaves the choice to the mail program.

    Raises
    ------
    ValueError
        ``to`` is not one address.

    Notes
    -----
    There is no Date and no Message-ID: whoever sends it gives it both, and the same draft has the same bytes.
    """
    recipient = _address(to_name, to)
    draft = EmailMessage(_PLAIN_HEADS if to.isascii() else _UTF8_HEADS)
    draft["X-Unsent"] = "1"
    if sender:
        try:
            draft["From"] = _address(sender_name, sender)
        except ValueError:
            del draft["From"]  # a wrong address in Settings is no reason to write to nobody
    draft["To"] = recipient
    draft["Subject"] = _head(subject)
    draft.set_content(f"{printable(body)}\n", charset="utf-8", cte="quoted-printable")
    return draft.as_bytes()


def is_address(text: str) -> bool:
    """Tell whether a text is one address that a draft can go to."""
    try:
        _address("", text)
    except ValueError:
        return False
    return True


def _head(text: str, longest: int = LONGEST_SUBJECT) -> str:
    # "=?utf-8?q?...?=" in a cell is text, which a mail program must not take for letters to be decoded (RFC 2047).
    return one_line(text, longest).replace("=?", "= ?")


def _address(name: str, address: str) -> Address:
    if len(address) > _LONGEST_ADDRESS or not _PLAIN.fullmatch(address) or one_line(address) != address:
        raise ValueError(f"{address[:80]!r} is not one address")
    user, _, domain = address.rpartition("@")
    try:
        host = domain if domain.isascii() else domain.encode("idna").decode("ascii")
        return Address(_head(name, _LONGEST_NAME), user, host)
    except (HeaderParseError, UnicodeError, IndexError) as fault:
        raise ValueError(f"{address[:80]!r} is not one address") from fault
