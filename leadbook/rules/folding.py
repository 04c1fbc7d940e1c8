"""One issue for a whole column at fault, instead of the same one on every row."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec import structs

from leadbook.rules.cells import blank, where
from leadbook.rules.finding import Finding, short
from leadbook.rules.waive_cells import codes_in, mutes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from leadbook.model.codes import CodeText
    from leadbook.model.records import Typed

# Up to so many rows are told one by one, each with its cell: a handful is soon filled in.
MOST_ROWS = 20
# Where more of the cells that could be judged are at fault, the column means something else or was filled wrongly.
SHARE = 1 / 3


def folded(finding: Finding, text: CodeText) -> Iterator[Finding]:
    """Yield a finding as it is, or folded into one for the column where the fault is the whole column's.

    Parameters
    ----------
    finding : Finding
        Folded when it hits more than 20 rows, and either all of ``finding.columns`` are blank on every row or more
        than a third of the cells it judged (``finding.among``) are at fault. Rows whose Waive cell mutes the code
        stay as they are, so that the waiver is heard.
    text : CodeText
        The rule's words; its best practice says what to do.
    """
    typed = finding.typed
    if finding.rows is None or int(finding.rows.sum()) <= MOST_ROWS:
        yield finding
        return
    keys = [key for key in finding.columns if key in typed.places]
    never_filled = bool(keys) and all(bool(blank(typed, key).all()) for key in keys)
    usual = int(finding.rows.sum()) > SHARE * finding.among > 0
    if not never_filled and not usual:
        yield finding
        return
    waived = finding.rows & where(typed, "waive", lambda cell: any(mutes(word, text.code) for word in codes_in(cell)))
    concerned = int((finding.rows & ~waived).sum())
    if concerned <= MOST_ROWS:
        yield finding
        return
    if waived.any():
        # The sentences of these rows are muted, so the column's own serves for them.
        yield structs.replace(finding, rows=waived, messages=text.best_practice, fixes=None)
    sentence = _sentence(typed, keys, concerned, text) if never_filled else finding.as_whole
    yield structs.replace(finding, rows=None, messages=sentence, fixes=None, concerned=finding.rows & ~waived)


def _sentence(typed: Typed, keys: list[str], concerned: int, text: CodeText) -> str:
    names = [short(typed.headers[key]) for key in keys]
    which = f"Column {names[0]} is" if len(names) == 1 else f"Columns {', '.join(names[:-1])} and {names[-1]} are"
    total = len(typed.frame)
    is_leads = typed.table is not None and "stage_class" in typed.frame.columns
    wanted = "it" if len(names) == 1 else "one"
    need = "" if concerned == total else f" ({concerned:,} of them need {wanted})"
    practice = text.best_practice[0].lower() + text.best_practice[1:]
    return f"{which} blank in all {total:,} {'leads' if is_leads else 'rows'}{need}: {practice}"
