"""A follow-up's fields with something in each, and what they mean: for printing, and for the check of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.documents.lead_fields import MEANINGS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.documents.lead_fields import Fields

FOLLOW_UP_MEANINGS: Mapping[str, str] = {
    "lead.campaign": "the campaign they came from",
    "lead.terms": "the terms they asked for",
    "silence": "how long nothing was heard",
    "next_step": "what was agreed to come next",
    "offer": "the last proposal",
    "case.name": "the customer, or the story's name",
    "case.industry": "their industry",
    "case.problem": "what was wrong",
    "case.result": "what came of it",
    "case.link": "where it can be read; empty unless it is a web address",
    "more.contract_type": "such a column",
    **MEANINGS,
}


def example_follow_up() -> Fields:
    """Return the fields, those of a lead with nothing blank."""
    return {
        "today": "2 March 2026",
        "track": "decision",
        "lead": {
            "company": "Example Ltd",
            "first_name": "Alex",
            "last_name": "Example",
            "job_title": "Head of Operations",
            "email": "alex@example.com",
            "phone": "+44 20 7946 0000",
            "website": "https://example.com",
            "city": "London",
            "region": "Greater London",
            "country": "United Kingdom",
            "industry": "Manufacturing",
            "source": "Referral",
            "campaign": "Spring fair",
            "competitor": "None named",
            "signer": "The managing director",
            "terms": "30 days net",
            "id": "L-0042",
            "contact": "Alex Example",
            "stage": "Proposal",
        },
        "seller": {"name": "Sam Seller", "first_name": "Sam", "email": "sam@example.org", "team": "North"},
        "situation": {
            "problem": "Quotes take four days",
            "trigger": "A large order went to a faster firm in spring",
            "impact": "One order in ten is lost",
            "personal_stake": "Has promised the board a faster answer",
            "objection": "It takes too long to learn",
            "objections": ["No budget this year", "It takes too long to learn"],
        },
        "silence": {
            "days": 9,
            "attempts": 2,
            "last_contact": "21 February",
            "last_heard": "16 February",
            "last_meeting": "12 February",
            "last_proposal": "14 February",
        },
        "next_step": {"what": "Call about the price", "when": "5 March"},
        "offer": {"ends": "1 April"},
        "case": {
            "name": "Another Ltd",
            "industry": "Manufacturing",
            "problem": "Slow quotes",
            "result": "A day instead of five",
            "link": "https://example.org/a",
        },
        "more": {"contract_type": "Yearly"},
    }
