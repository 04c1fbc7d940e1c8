"""Leads that look like the same one: normalise, block, compare, weigh, cluster."""

from __future__ import annotations

from leadbook.analysis.duplicates.search import find_duplicates

__all__ = ["find_duplicates"]
