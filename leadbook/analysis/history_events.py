"""The words in which History says what happened to a lead."""

from __future__ import annotations

FIRST_SEEN, CREATED, REMOVED, RETURNED = "first seen", "created", "removed", "returned"
MERGED, UNMERGED, ARCHIVED, REOPENED = "merged", "unmerged", "archived", "reopened"
EVENT_OF = {
    "stage": "stage",
    "amount": "amount",
    "close_date": "close date",
    "owner": "owner",
    "forecast_category": "category",
    "lifecycle": "lifecycle",
}
"""Tracked column to the word that says it changed."""
JOINED_BY = " + "

_FIELD_OF = {word: key for key, word in EVENT_OF.items()}
_NAMES_NOTHING = frozenset({REMOVED, RETURNED, MERGED, UNMERGED, ARCHIVED, REOPENED})


def named_fields(event: str) -> frozenset[str] | None:
    """Return the tracked columns that an event says have changed.

    Parameters
    ----------
    event : str
        Case-folded, such as ``stage + amount``.

    Returns
    -------
    frozenset of str or None
        None where the row tells everything about the lead (it was seen for the first time), or speaks in words
        that leadbook does not write: then each of its cells counts, blank ones too. An event that was deleted
        names nothing.
    """
    found = set()
    for word in event.split(JOINED_BY) if event else ():
        if word in _FIELD_OF:
            found.add(_FIELD_OF[word])
        elif word not in _NAMES_NOTHING:
            return None
    return frozenset(found)
