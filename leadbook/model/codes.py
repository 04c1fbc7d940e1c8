"""What an issue's code means, for ``leadbook rules`` and ``leadbook explain CODE``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import Struct

if TYPE_CHECKING:
    from leadbook.model.issues import Severity


class CodeText(Struct, frozen=True):
    """One code and the words that explain it.

    Parameters
    ----------
    code : str
        Such as ``LB201``; never used for something else later.
    name : str
        Short name in kebab case, such as ``amount-unreadable``.
    severity : Severity
        The usual one; an issue may carry a lower one where the fault does less harm.
    summary : str
        One sentence: what is wrong.
    anti_pattern : str
        What the cells look like when it is.
    why : str
        What goes wrong in the numbers because of it.
    best_practice : str
        What to type or set instead.
    """

    code: str
    name: str
    severity: Severity
    summary: str
    anti_pattern: str
    why: str
    best_practice: str
