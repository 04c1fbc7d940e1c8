"""Contact rules: this person can be reached."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from leadbook.model.issues import Severity
from leadbook.rules.cells import ENDED, blank, code_points, in_class, texts, totals
from leadbook.rules.finding import Finding, Mask, short
from leadbook.rules.registry import rule

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records

_PHONE_EXTENSION = re.compile(r"(?:ext\.?|extension|x|durchwahl|dw)[\s.:]*\d+\s*$", re.IGNORECASE)


@rule("LB105", "phone-length", Severity.WARNING, ("phone",))
def phone_length(records: Records) -> Iterator[Finding]:
    """Find a phone number with too few or too many digits to dial.

    Anti-pattern: "12345", or two numbers in one cell.

    Why it matters: The call does not go through, and the lead counts as reachable although it is not.

    Best practice: Write one number with its country code, 7 to 15 digits (ITU-T E.164).
    """
    leads = records.leads
    phones = texts(leads, "phone")
    marks, lengths = code_points(phones)
    digits = totals((marks >= 48) & (marks <= 57), lengths)
    # Extensions are dialled later; only cells with letters can have one, and LB106 tells of any other letters.
    for place in np.flatnonzero(totals(_is_letter(marks), lengths) > 0).tolist():
        number = _PHONE_EXTENSION.sub("", phones[place])
        digits[place] = 0 if any(map(str.isalpha, number)) else sum(map(str.isdigit, number))
    bad = (digits > 0) & ((digits < 7) | (digits > 15))
    yield Finding(
        leads,
        bad,
        "phone",
        (
            f'"{short(text)}" has {count} {"digit" if count == 1 else "digits"}; write one number with 7 to 15.'
            for text, count in zip(phones[bad], digits[bad].tolist(), strict=True)
        ),
    )


def _is_letter(marks: npt.NDArray[np.uint32]) -> Mask:
    """Return which code points are letters; beyond Latin-1 all of them are taken for letters."""
    small = marks | 32
    return ((small >= 97) & (small <= 122)) | (marks >= 192)


@rule("LB106", "phone-letters", Severity.WARNING, ("phone",))
def phone_letters(records: Records) -> Iterator[Finding]:
    """Find a phone number with words in it.

    Anti-pattern: "call after 5", "O171 555 123" with a letter O, or "unknown".

    Why it matters: A dialler cannot use it, and a remark in this column is not found when it is looked for.

    Best practice: Keep digits only (an extension such as "ext. 12" is fine) and move remarks to Notes.
    """
    leads = records.leads
    phones = texts(leads, "phone")
    marks, lengths = code_points(phones)
    bad = totals(_is_letter(marks), lengths) > 0
    hits = np.flatnonzero(bad)
    bad[hits] = [any(c.isalpha() for c in _PHONE_EXTENSION.sub("", phones[place])) for place in hits.tolist()]
    yield Finding(
        leads, bad, "phone", (f'"{short(text)}" holds letters; keep the digits only.' for text in phones[bad])
    )


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
