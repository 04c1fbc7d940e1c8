"""Which case studies prove to a buyer that the solution works, in a proposal or a follow-up."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from leadbook.analysis.proposing.wording import clean, in_one_line
from leadbook.model.cells import comparable

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.playbook import CaseStudy

MOST_STORIES = 3
_ALIKE = 70  # of 100: so much of the one problem's words are in the other's
_EXAMPLE = "example"


def choose_proof(stories: Sequence[CaseStudy], industry: str, problem: str, size: str) -> tuple[CaseStudy, ...]:
    """Return up to three case studies: those of the buyer's industry first, then those of a problem like theirs.

    Notes
    -----
    Among those of one industry, the ones of the buyer's size and of the most similar problem come first. A story that
    is called an example, as in a new workbook, proves nothing and is left out.
    """
    sector = comparable(industry)
    ranked: list[tuple[tuple[bool, bool, float, int], CaseStudy]] = []
    for at, story in enumerate(_real(stories)):
        same_sector = sector != "" and comparable(story.industry) == sector
        likeness = _likeness(problem, story.problem)
        if same_sector or likeness >= _ALIKE:
            same_size = size != "" and story.company_size == size
            ranked.append(((not same_sector, not same_size, -likeness, at), story))
    ranked.sort(key=lambda entry: entry[0])
    return tuple(_cleaned(story) for _, story in ranked[:MOST_STORIES])


def choose_story(stories: Sequence[CaseStudy], industry: str, problem: str, size: str) -> CaseStudy | None:
    """Return the one case study to tell a buyer of: the first that `choose_proof` takes, else one of no industry."""
    proof = choose_proof(stories, industry, problem, size)
    general = (_cleaned(story) for story in _real(stories) if not story.industry.strip())
    return proof[0] if proof else next(general, None)


def _real(stories: Sequence[CaseStudy]) -> list[CaseStudy]:
    return [story for story in stories if story.name.strip() and not comparable(story.name).startswith(_EXAMPLE)]


def _cleaned(story: CaseStudy) -> CaseStudy:
    return replace(
        story,
        name=in_one_line(story.name),
        industry=in_one_line(story.industry),
        problem=clean(story.problem),
        result=clean(story.result),
        link=in_one_line(story.link),
    )


def _likeness(one: str, other: str) -> float:
    if not one or not other:
        return 0.0
    from rapidfuzz.fuzz import token_set_ratio  # noqa: PLC0415 - only where a document is made

    return float(token_set_ratio(comparable(one), comparable(other)))
