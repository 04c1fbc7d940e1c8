"""What the manager should know of the books: one line each, with the book it is about."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

from leadbook.model.review_codes import REVIEW_CODES

if TYPE_CHECKING:
    from leadbook.model.issues import Severity


class Fault(Struct, frozen=True):
    """One line of the review's Issues.

    Parameters
    ----------
    code : str
    severity : Severity
    message : str
        What it is and what to do.
    book : int
        Place of the book among those that were read, -1 where ``name`` tells it or none is meant.
    name : str
        The book, where it could not be read.
    """

    code: str
    severity: Severity
    message: str
    book: int = -1
    name: str = ""


def fault(code: str, message: str, book: int = -1, name: str = "") -> Fault:
    """Return a fault with the severity of its code."""
    return Fault(code, REVIEW_CODES[code].severity, message, book, name)
