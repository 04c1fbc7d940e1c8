"""Leads that look like the same one: normalise, block, compare, weigh, cluster."""

from __future__ import annotations

from leadbook.analysis.duplicates.leads import find_duplicates
from leadbook.analysis.duplicates.match import match_rows

__all__ = ["find_duplicates", "match_rows"]
