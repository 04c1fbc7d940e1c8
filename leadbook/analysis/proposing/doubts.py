"""What the buyer doubts, and what is answered to it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.analysis.proposing.wording import clean, items
from leadbook.model.cells import comparable
from leadbook.model.proposal import Objection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.playbook import Answer

_SHORT = 3  # words: "price, timing" lists two objections, "we like it, but the price is high" is one
_LONG = 5  # letters: one of a shorter word turns it into another


def meet_objections(text: str, answers: Sequence[Answer]) -> tuple[Objection, ...]:
    """Return the buyer's objections in their words, each with the answer of Settings, "" where it has none.

    Parameters
    ----------
    text : str
        The lead's cell: one objection a line, parted by semicolons, or short ones parted by commas.
    answers : sequence of Answer

    Notes
    -----
    An answer is found by the longest of its words that stands in the objection, else by one that differs by a letter.
    Several objections with the same answer become one.
    """
    found: dict[str, Objection] = {}
    for doubt in dict.fromkeys(one for item in items(text) for one in _listed(item)):
        answer = _answer_to(doubt, answers)
        key = f"={comparable(answer.objection)}" if answer else comparable(doubt)
        if key in found:
            found[key] = Objection(f"{found[key].objection}; {doubt}", found[key].answer)
        else:
            found[key] = Objection(doubt, clean(answer.answer) if answer else "")
    return tuple(found.values())


def _listed(item: str) -> list[str]:
    parts = [part.strip() for part in item.split(",") if part.strip()]
    return parts if all(len(part.split()) <= _SHORT for part in parts) else [item]


def _answer_to(doubt: str, answers: Sequence[Answer]) -> Answer | None:
    words = comparable(doubt)
    known = [
        (comparable(name), answer)
        for answer in answers
        for name in (answer.objection, *answer.also_called)
        if comparable(name)
    ]
    said = [
        (len(name), -at) for at, (name, _) in enumerate(known) if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", words)
    ]
    if said:
        return known[-max(said)[1]][1]
    from rapidfuzz.distance import OSA  # noqa: PLC0415 - only where no word is known

    for word in (words, *words.split()):
        slips = [answer for name, answer in known if OSA.distance(word, name, score_cutoff=1) <= _slips_in(name)]
        if slips:
            return slips[0]
    return None


def _slips_in(name: str) -> int:
    return int(len(name) >= _LONG)
