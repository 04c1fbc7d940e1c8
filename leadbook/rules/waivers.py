"""Waivers: the codes a row's Waive cell mutes, and waivers that mute nothing, or nothing any more."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import structs

from leadbook.model.issues import Issue, Severity
from leadbook.rules.cells import texts
from leadbook.rules.finding import short
from leadbook.rules.registry import describe
from leadbook.rules.waive_cells import Waiver, is_beginning, offer_code, waivers_in

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Sequence

    from leadbook.model.codes import CodeText
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

    Best practice: Write codes such as LB224, or beginnings such as LB2, separated by spaces, commas or
    semicolons; "until 2026-12-31" behind them ends them.
    """,
)
ENDED = describe(
    "LB099",
    "waiver-ended",
    Severity.WARNING,
    """A waiver has ended.

    Anti-pattern: The Waive cell says "LB203 until 2026-06-30" and that day is over.

    Why it matters: What was to be settled by then counts again, and nobody was told.

    Best practice: Repair the fault and clear the waiver, or give it a later day.
    """,
)


def apply_waivers(
    issues: Sequence[Issue],
    records: Records,
    known: Sequence[str],
    today: dt.date,
    *,
    unheard: tuple[str, ...] = (),
) -> list[Issue]:
    """Return the issues without those their row waives, with an issue for each waiver that does nothing.

    Parameters
    ----------
    issues : sequence of Issue
        One that is told once for a whole column keeps the rows that do not waive it.
    records : Records
        Its Leads table holds the Waive column.
    known : sequence of str
        Every code there is.
    today : date
        A waiver that ends on this day still holds.
    unheard : tuple of str
        Beginnings of codes that were not looked for, whose waivers are not called unused.
    """
    leads = records.leads
    cells = texts(leads, "waive")
    positions = np.flatnonzero(cells != "")
    if not len(positions) or leads.table is None:
        return list(issues)
    rows = leads.frame.index.to_numpy()
    waived = {int(rows[position]): waivers_in(str(cells[position])) for position in positions}
    waived_rows = np.array(sorted(waived), dtype=np.int64)
    used: set[tuple[int, Waiver]] = set()
    kept: list[Issue] = []
    for issue in issues:
        concerned = [issue.row] if issue.rows is None else np.intersect1d(issue.rows, waived_rows).tolist()
        hits = [
            (row, waiver)
            for row in (concerned if leads.holds(issue) else ())
            for waiver in waived.get(row, ())
            if waiver.mutes(issue.code, today)
        ]
        used.update(hits)
        if not hits:
            kept.append(issue)
        elif issue.rows is not None:
            left = np.setdiff1d(issue.rows, [row for row, _ in hits])
            if len(left):
                kept.append(structs.replace(issue, rows=left))
    for row, waivers in waived.items():
        for waiver in dict.fromkeys(waivers):
            told = _fault_of(waiver, known, today, unheard, is_used=(row, waiver) in used)
            if told is not None:
                text, message = told
                kept.append(leads.issue(row, "waive", text.code, text.severity, message))
    return kept


def _fault_of(
    waiver: Waiver, known: Sequence[str], today: dt.date, unheard: tuple[str, ...], *, is_used: bool
) -> tuple[CodeText, str] | None:
    """Return what is wrong with a waiver, None when it does its work."""
    code = waiver.word
    if not is_beginning(code) or not any(name.startswith(code) for name in known):
        offer = offer_code(code, known) or "; write one such as LB224 or LB2."
        return UNKNOWN, f'"{short(code, 40)}" is no code that can be waived{offer}'
    if waiver.unread:
        day = short(waiver.unread, 40)
        return UNKNOWN, f'The waiver {code} ends on "{day}", which is no day; write it as {code} until 2026-12-31.'
    if waiver.until is not None and waiver.until < today:
        return ENDED, f"The waiver {code} ended on {waiver.until}; remove it, or give it a later day."
    looked_for = not any(code.startswith(start) or start.startswith(code) for start in unheard)
    if not is_used and looked_for:
        return UNUSED, f"The waiver {code} mutes nothing on this row; remove it."
    return None
