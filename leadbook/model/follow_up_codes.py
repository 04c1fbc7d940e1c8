"""The codes of what the follow-up of leads shows, with the words that explain them."""

from __future__ import annotations

from leadbook.model.codes import CodeText
from leadbook.model.issues import Severity

FOLLOW_UP_CODES: dict[str, CodeText] = {
    text.code: text
    for text in (
        CodeText(
            "LB340", "first-contact-far-over", Severity.WARNING,
            "A lead that has waited for its first contact so long that another seller should take it.",
            "A cold lead, SLA 16 working hours, that nobody has called in 40.",
            "Most leads go to whoever calls first, and this one's seller has no time for it.",
            "Call now, or type the proposed seller into Owner: of those whom the table Routing allows, the one with "
            "the most room. From which share of the SLA on says the option Sla Reassign At.",
        ),
    )
}  # fmt: skip
