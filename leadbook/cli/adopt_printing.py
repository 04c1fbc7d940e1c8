"""What ``adopt`` prints: how each column and each stage word was read, how sure that is, and the result."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from leadbook.cli.printing import shown

if TYPE_CHECKING:
    from leadbook.run.adoption.adopting import Adoption

# How sure a match is, by the first word of how it was found.
_SURE = {
    "settings": "certain", "as": "certain", "exact": "certain", "alias": "sure", "fuzzy": "likely",
    "values": "a guess", "map": "certain",
}  # fmt: skip


def print_adoption(adoption: Adoption) -> None:
    """Print what adopting found: each header with its meaning and how sure that is, the stages, notes, the result."""
    rows = [
        (shown(theirs), ours or "(kept as it is)", _how_sure(how) if ours else how)
        for theirs, ours, how in adoption.mapping.described()
        if theirs not in adoption.own_headers
    ]
    widths = [max((len(row[at]) for row in rows), default=0) for at in (0, 1)]
    print("Your column → leadbook reads it as (how sure):")
    for theirs, ours, how in rows:
        print(f"  {theirs:{widths[0]}} → {ours:{widths[1]}}  {how}".rstrip())
    if adoption.stages:
        print("Your word in the stage column → stage:")
        for word in adoption.stages:
            own = " (new, of your own)" if word.added and word.stage == word.word else ""
            own = own or (f" (your word for {shown(word.instead_of)})" if word.instead_of else "")
            print(f"  {shown(word.word)} → {shown(word.stage) if word.stage else '(none)'}{own}")
    print(adoption.sentence)
    for note in adoption.notes:
        print(note)


def _how_sure(how: str) -> str:
    """Return how a header was matched, with how sure that makes it."""
    found = re.match(r"\w+", how)
    sure = _SURE.get(found[0]) if found else None
    return f"{sure} ({how})" if sure else how
