"""The rows of the Duplicates sheet as the seller left them, and the words that decide."""

from __future__ import annotations

from msgspec import Struct

MERGE, KEEP_BOTH, MASTER = "Merge", "Keep both", "Master"
DECISIONS = (MERGE, KEEP_BOTH, MASTER)


class DecisionRow(Struct, frozen=True):
    """One row of the Duplicates sheet.

    Parameters
    ----------
    group : object
        What the rows of one group have in common.
    lead_id : str
    proposed : bool
        Whether it is the lead that leadbook proposes to keep.
    typed : str
        The Decision cell as it was typed.
    reasons : str
        Why it looks like the proposed one.
    row, column : int
        The Decision cell.
    """

    group: object
    lead_id: str
    proposed: bool
    typed: str
    reasons: str = ""
    row: int = 0
    column: int = 0
