"""A brief's fields with something in each, and what they mean: for printing, and for the check of templates."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from leadbook.documents.brief import Fields

BRIEF_MEANINGS: Mapping[str, str] = {
    "today": "the day the brief is written for",
    "lead": "the buyer",
    "lead.id": "the lead's number in your workbook",
    "lead.company": "their company, else the contact",
    "lead.place": "town and country",
    "lead.employees": "how many people work there",
    "lead.source": "where the lead came from",
    "lead.amount": "what the deal is worth",
    "lead.close_date": "when you expect the signature",
    "lead.terms": "the terms they asked for",
    "lead.notes": "your notes, shortened",
    "seller": "the lead's owner",
    "seller.name": "the owner's name",
    "seller.email": "the owner's address, from Settings, table Reps",
    "score": "what the lead is worth",
    "score.total": "points, 0 to 100",
    "score.grade": "fit A to C and engagement 1 to 3",
    "score.temperature": "hot, warm or cold",
    "score.win": "the chance of winning",
    "score.reasons": "what earned points, a list",
    "score.more_reasons": "how many there are besides",
    "score.raise_most": "what would raise the score most",
    "state": "where the lead stands",
    "state.days_in_stage": "days in its stage; empty where nobody knows",
    "state.silent_days": "days since the last touch; empty where there was none",
    "state.flags": "its flags, such as Overdue",
    "state.next_action": "what to do next",
    "state.offer_ends": "the last day on which the offer holds",
    "next_step": "what was agreed to come next",
    "next_step.what": "the next step",
    "next_step.when": "its day",
    "questions": "the seven qualifying questions",
    "questions.open": "those without an answer, a list",
    "questions.answered": "those with one, a list",
    "one.question": "the question",
    "one.answer": "its answer, shortened",
    "objections": "the last objections, the latest first, a list",
    "more_objections": "how many there are besides",
    "way": "the way to the next stage",
    "way.stage": "the lead's stage",
    "way.exit": "what must be true before it is left",
    "way.next_stage": "the stage after it; empty for the last",
    "way.missing": "columns its own stage requires and that are blank, a list",
    "way.next_missing": "columns the next stage requires besides, a list",
    "stages": "the last stages it was in, a list",
    "visit.stage": "the stage",
    "visit.entered": "the day it was entered",
    "visit.days": "how many days it took",
    "visit.is_current": "yes if the lead is there now",
    "contacts": "other leads of the same company, a list",
    "colleague.id": "that lead's number",
    "colleague.name": "their name",
    "colleague.job_title": "their job",
    "colleague.stage": "where that lead stands",
    "colleague.owner": "whose lead it is",
    "more_contacts": "how many there are besides",
    "activities": "what happened last, the latest first, a list",
    "activity.day": "the day",
    "activity.what": "call, email, meeting and so on",
    "activity.is_theirs": "yes if it came from them",
    "activity.outcome": "its outcome",
    "activity.notes": "its notes, shortened",
    "activity.owner": "who did it",
    "more_activities": "how many there are besides",
    "planned": "what is planned, a list",
    "plan.day": "the day",
    "plan.what": "call, meeting and so on",
    "plan.is_theirs": "yes if it comes from them",
    "plan.outcome": "its outcome so far",
    "plan.notes": "its notes, shortened",
    "plan.owner": "who does it",
}
BRIEF_ITEMS: Mapping[str, str] = {
    "questions.answered": "one", "stages": "visit", "contacts": "colleague", "activities": "activity",
    "planned": "plan",
}  # fmt: skip


def example_brief() -> Fields:
    """Return the fields, those of a lead of whom everything is known."""
    touch = {"day": "21 Feb", "what": "call", "is_theirs": True, "outcome": "reached", "notes": "Price", "owner": "Sam"}
    return {
        "today": "2 March 2026",
        "lead": {
            "id": "L-0042", "company": "Example Ltd", "contact": "Alex Example", "job_title": "Head of Operations",
            "email": "alex@example.com", "phone": "+44 20 7946 0000", "website": "https://example.com",
            "place": "London, United Kingdom", "industry": "Manufacturing", "employees": "120", "source": "Referral",
            "stage": "Proposal", "amount": "24,000 EUR", "close_date": "31 Mar", "competitor": "None named",
            "terms": "30 days net", "notes": "Call in the morning",
        },
        "seller": {"name": "Sam Seller", "email": "sam@example.org"},
        "score": {
            "total": "72", "grade": "A1", "temperature": "hot", "win": "50%", "reasons": ["Industry Manufacturing +12"],
            "more_reasons": 1, "raise_most": "A meeting would add 15",
        },
        "state": {
            "days_in_stage": "8", "silent_days": "9", "flags": "Overdue", "next_action": "Follow up: silent 9 days",
            "offer_ends": "1 Apr",
        },
        "next_step": {"what": "Call about the price", "when": "5 Mar"},
        "questions": {
            "open": ["Who signs off the budget?"],
            "answered": [{"question": "What is the problem?", "answer": "Quotes take four days"}],
        },
        "objections": ["It takes too long to learn"],
        "more_objections": 1,
        "way": {
            "stage": "Proposal", "exit": "The buyer has reviewed the proposal", "next_stage": "Objections",
            "missing": ["Signer"], "next_missing": ["Terms"],
        },
        "stages": [{"stage": "Proposal", "entered": "22 Feb", "days": 8, "is_current": True}],
        "contacts": [
            {"id": "L-0043", "name": "Kim Other", "job_title": "Buyer", "stage": "Nurture", "owner": "Sam Seller"}
        ],
        "more_contacts": 1,
        "activities": [touch],
        "more_activities": 1,
        "planned": [touch],
    }  # fmt: skip
