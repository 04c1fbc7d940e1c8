"""Waivers: the codes a row's Waive cell mutes, and waivers that mute nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from leadbook.model.issues import Issue, Severity
from leadbook.rules.cells import texts
from leadbook.rules.finding import short
from leadbook.rules.registry import describe
from leadbook.rules.waive_cells import codes_in, is_beginning, mutes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from leadbook.model.records import Records

UNUSED = describe(
    "LB090",
    "waiver-unused",
    Severity.WARNING,
    """A waiver mutes nothing.

    Anti-pattern: The Waive cell names a code that this row does not have, because the fault was repaired or the
    code was typed wrongly.

    Why it matters: A forgotten waiver hides the same fault when it comes back.

    Best practice: Remove the code from the Waive cell once the fault is gone.
    """,
)
UNKNOWN = describe(
    "LB091",
    "waiver-unknown",
    Severity.WARNING,
    """A waiver names no code there is.

    Anti-pattern: The Waive cell holds a word such as LB999 or "all", which is neither a code nor the beginning
    of one.

    Why it matters: The row looks waived to its reader, yet every issue still counts.

    Best practice: Write codes such as LB204, or beginnings such as LB2, separated by spaces, commas or
    semicolons.
    """,
)


def apply_waivers(
    issues: Sequence[Issue], records: Records, known: Sequence[str], *, unheard: tuple[str, ...] = ()
) -> list[Issue]:
    """Return the issues without those their row waives, with an issue for each waiver that does nothing.

    Parameters
    ----------
    issues : sequence of Issue
    records : Records
        Its Leads table holds the Waive column.
    known : sequence of str
        Every code there is.
    unheard : tuple of str
        Beginnings of codes that were not looked for, whose waivers are not called unused.
    """
    leads = records.leads
    cells = texts(leads, "waive")
    positions = np.flatnonzero(cells != "")
    if not len(positions) or leads.table is None:
        return list(issues)
    rows = leads.frame.index.to_numpy()
    waived = {int(rows[position]): codes_in(str(cells[position])) for position in positions}
    used: set[tuple[int, str]] = set()
    kept: list[Issue] = []
    for issue in issues:
        hits = (
            [code for code in waived[issue.row] if mutes(code, issue.code)]
            if issue.row in waived and issue.sheet == leads.table.sheet
            else []
        )
        used.update((issue.row, code) for code in hits)
        if not hits:
            kept.append(issue)
    for row, codes in waived.items():
        for code in dict.fromkeys(codes):
            if not is_beginning(code) or not any(name.startswith(code) for name in known):
                message = f'"{short(code, 40)}" is no code that can be waived; write one such as LB204 or LB2.'
                kept.append(leads.issue(row, "waive", UNKNOWN.code, UNKNOWN.severity, message))
            elif (row, code) not in used and not code.startswith(unheard or ("none",)):
                message = f"The waiver {code} mutes nothing on this row; remove it."
                kept.append(leads.issue(row, "waive", UNUSED.code, UNUSED.severity, message))
    return kept
