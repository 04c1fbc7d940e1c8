"""What a command tells of its progress when nobody asked for it: nothing."""

from __future__ import annotations


def silent(step: str) -> None:
    """Report progress to nobody."""
    del step
