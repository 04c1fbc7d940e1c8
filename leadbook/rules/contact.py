"""Contact rules: this person can be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

from leadbook.model.issues import Severity
from leadbook.rules.cells import ENDED, blank, in_class
from leadbook.rules.finding import Finding
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records


@rule("LB107", "unreachable", Severity.WARNING, ("email|phone",))
def unreachable(records: Records) -> Iterator[Finding]:
    """Find a lead with neither an email address nor a phone number.

    Anti-pattern: Email and Phone are both blank on a lead that is still worked on.

    Why it matters: Nobody can contact it, yet it counts in the pipeline.

    Best practice: Find one way to reach the person, or disqualify the lead.
    """
    leads = records.leads
    bad = blank(leads, "email") & blank(leads, "phone") & ~in_class(records, *ENDED)
    key = "email" if "email" in leads.places else "phone"
    sentence = "There is no email address and no phone number; add one to reach this lead."
    yield Finding(leads, bad, key, sentence, together=("email", "phone"))
