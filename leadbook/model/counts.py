"""Counts as a sentence says them."""

from __future__ import annotations


def counted(count: int, noun: str) -> str:
    """Return a count with its noun: ``1 row``, ``1,200 rows``."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def verb_of(count: int, verb: str) -> str:
    """Return a verb as it goes with so many: ``stands`` with one, ``stand`` with more."""
    return f"{verb}s" if count == 1 else verb
