"""Owner rules: every open lead has a seller who is there to work on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Severity
from leadbook.rules.cells import ENDED, blank, compared, in_class, is_open, texts
from leadbook.rules.finding import Finding, short
from leadbook.rules.registry import rule
from leadbook.rules.spelling import nearest

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.records import Records


@rule("LB230", "owner-unknown", Severity.WARNING, ("owner",), fixable=True)
def owner_unknown(records: Records) -> Iterator[Finding]:
    """Find an owner whom the Reps table does not list.

    Anti-pattern: "A. Schmidt" while Reps says "Anna Schmidt".

    Why it matters: The lead counts for nobody's quota and appears on nobody's list.

    Best practice: Write the owner as in Reps, or add them there.
    """
    leads = records.leads
    reps = [rep.owner for rep in records.playbook.reps if rep.owner]
    if not reps:
        return
    owners = texts(leads, "owner")
    known = {" ".join(rep.split()).casefold() for rep in reps}
    mails = {rep.email.casefold() for rep in records.playbook.reps if rep.email}
    words = compared(leads, "owner")
    bad = np.fromiter(
        (word != "" and word not in known and word not in mails for word in words), bool, len(words)
    ) & ~in_class(records, *ENDED)
    meanings = {word: nearest(str(word), reps, cutoff=0.9) for word in dict.fromkeys(owners[bad])}
    yield Finding(
        leads,
        bad,
        "owner",
        (
            f'Reps does not list "{short(word)}"; '
            + (f'did you mean "{short(meanings[word])}"?' if meanings[word] else "correct the name or add it there.")
            for word in owners[bad]
        ),
        (meanings[word] for word in owners[bad]),
        safe=False,
    )


@rule("LB231", "owner-blank", Severity.WARNING, ("owner",))
def owner_blank(records: Records) -> Iterator[Finding]:
    """Find an open lead that belongs to nobody.

    Anti-pattern: The Owner cell of an open lead is blank.

    Why it matters: A lead that belongs to all is called by none, and its first-contact clock is running.

    Best practice: Assign the lead to a seller today.
    """
    leads = records.leads
    bad = blank(leads, "owner") & is_open(records)
    yield Finding(leads, bad, "owner", "This open lead has no owner; assign it to a seller.")


@rule("LB232", "owner-inactive", Severity.WARNING, ("owner", "stage"))
def owner_inactive(records: Records) -> Iterator[Finding]:
    """Find an open lead whose owner no longer works here.

    Anti-pattern: Reps says active no, and open leads still bear the name.

    Why it matters: Nobody follows up on them.

    Best practice: Hand each of them to an active seller.
    """
    leads = records.leads
    reps = records.playbook.reps
    active = {" ".join(rep.owner.split()).casefold() for rep in reps if rep.active}
    gone = {" ".join(rep.owner.split()).casefold() for rep in reps if not rep.active} - active
    if not gone:
        return
    owners = texts(leads, "owner")
    words = compared(leads, "owner")
    bad = np.fromiter((word in gone for word in words), bool, len(words)) & is_open(records)
    yield Finding(
        leads,
        bad,
        "owner",
        (f'"{short(word)}" is not active; hand this lead to an active seller.' for word in owners[bad]),
    )
