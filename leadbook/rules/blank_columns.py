"""One issue for a column that nobody filled in, instead of the same one on every row."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

from leadbook.rules.cells import blank, where
from leadbook.rules.finding import Finding, short
from leadbook.rules.waive_cells import codes_in, mutes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.codes import CodeText
    from leadbook.model.records import Typed

# Up to so many rows are told one by one, each with its cell: a handful is soon filled in.
MOST_ROWS = 20


def folded_where_blank(finding: Finding, text: CodeText) -> Iterator[Finding]:
    """Yield a finding as it is, or folded into one for the column when nobody ever filled that column in.

    Parameters
    ----------
    finding : Finding
        Folded when it hits more than 20 rows and all of ``finding.columns`` are blank on every row. Rows whose
        Waive cell mutes the code stay as they are, so that the waiver is heard.
    text : CodeText
        The rule's words; its best practice says what to do.
    """
    typed = finding.typed
    keys = [key for key in finding.columns if key in typed.places]
    few = finding.rows is None or int(finding.rows.sum()) <= MOST_ROWS
    if finding.rows is None or few or not keys or not all(bool(blank(typed, key).all()) for key in keys):
        yield finding
        return
    waived = finding.rows & where(typed, "waive", lambda cell: any(mutes(word, text.code) for word in codes_in(cell)))
    concerned = int((finding.rows & ~waived).sum())
    if concerned <= MOST_ROWS:
        yield finding
        return
    if waived.any():
        # The sentences of these rows are muted, so the column's own serves for them.
        yield dataclasses.replace(finding, rows=waived, messages=text.best_practice, fixes=None)
    sentence = _sentence(typed, keys, concerned, text)
    yield dataclasses.replace(finding, rows=None, messages=sentence, fixes=None, concerned=finding.rows & ~waived)


def _sentence(typed: Typed, keys: list[str], concerned: int, text: CodeText) -> str:
    names = [short(typed.headers[key]) for key in keys]
    which = f"Column {names[0]} is" if len(names) == 1 else f"Columns {', '.join(names[:-1])} and {names[-1]} are"
    total = len(typed.frame)
    is_leads = typed.table is not None and "stage_class" in typed.frame.columns
    wanted = "it" if len(names) == 1 else "one"
    need = "" if concerned == total else f" ({concerned:,} of them need {wanted})"
    practice = text.best_practice[0].lower() + text.best_practice[1:]
    return f"{which} blank in all {total:,} {'leads' if is_leads else 'rows'}{need}: {practice}"
