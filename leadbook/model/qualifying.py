"""The seven questions that tell whether a lead will buy, and the column that holds each answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

SEVEN_QUESTIONS: Mapping[str, str] = {
    "problem": "What is the problem?",
    "trigger": "What prompted them to look at it now?",
    "impact": "What happens if it is not solved?",
    "timeline": "By when do they need it?",
    "signer": "Who signs off the budget?",
    "personal_stake": "What does the contact gain or lose?",
    "need": "Does our solution solve it?",
}
"""Key of the lead column to the question; Timeline and Need are points from 0 (no evidence) to 3 (proven)."""
POINTS = ("no", "weak", "good", "proven")
"""How good the evidence is that the points 0 to 3 of Budget, Authority, Need and Timeline stand for."""
