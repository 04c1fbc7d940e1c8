"""Which case study a follow-up tells of: the one that a proposal would show first."""

from __future__ import annotations

import pytest

from leadbook.analysis.proposing.proof import choose_proof, choose_story
from leadbook.model.playbook import CaseStudy

STEEL, RETAIL, ANY = CaseStudy("Steel", "Manufacturing"), CaseStudy("Shop", "Retail"), CaseStudy("Everybody")
SHIPPED = CaseStudy("Example: fewer leads lost", "Manufacturing")


@pytest.mark.parametrize(
    ("cases", "industry", "case"),
    [
        ((RETAIL, STEEL, ANY), "manufacturing ", STEEL),
        ((RETAIL, ANY), "Manufacturing", ANY),
        ((RETAIL,), "Manufacturing", None),
        ((RETAIL, ANY), "", ANY),
        ((SHIPPED,), "Manufacturing", None),  # leadbook's own example is nobody's story
        ((SHIPPED, STEEL), "Manufacturing", STEEL),
        ((CaseStudy("", "Retail"), RETAIL), "Retail", RETAIL),
    ],
)
def test_a_story_fits_by_industry_else_one_that_is_for_any(cases, industry, case):
    assert choose_story(cases, industry, "", "") == case


@pytest.mark.parametrize(
    ("industry", "problem", "size", "case"),
    [
        ("Retail", "Quotes take weeks", "small", "Corner shop"),
        ("Retail", "Quotes take weeks", "large", "Chain"),
        ("Farming", "Quotes take weeks", "", "Mill"),
    ],
)
def test_a_follow_up_tells_what_a_proposal_shows_first(industry, problem, size, case):
    cases = (
        ANY,
        CaseStudy("Chain", "Retail", company_size="large"),
        CaseStudy("Corner shop", "Retail", company_size="small"),
        CaseStudy("Mill", "Paper", "Our quotes take weeks"),
    )
    told = choose_story(cases, industry, problem, size)
    assert told is not None
    assert told.name == case
    assert told == choose_proof(cases, industry, problem, size)[0]
