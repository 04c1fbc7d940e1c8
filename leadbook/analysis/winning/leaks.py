"""The leakage guard: columns that were filled in after the outcome teach nothing about leads still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from msgspec import Struct

from leadbook.analysis.winning.clues import BY_BLANKS, STRONG, WEAK_BY_DATA, WEAK_BY_WORDS
from leadbook.analysis.winning.copies import days_between, filled_together, overwritten_copies, same_as
from leadbook.analysis.winning.suspects import Suspect

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    import numpy.typing as npt

    from leadbook.analysis.winning.question import Question
    from leadbook.analysis.winning.told import Told

LEAST_OUTCOMES = 20
"""With fewer outcomes there is no telling a leak from chance, and nothing is learned anyway."""


class Finding(Struct, frozen=True):
    """What was decided about one column.

    Parameters
    ----------
    header : str
    teaches : bool
        Whether the win model learns from it.
    leak : bool
        Whether it gives the outcome away, by the evidence or by the seller's word.
    why : str
        The evidence of a leak, or why the column cannot teach; "" for one that teaches and is no suspect.
    by_seller : bool
        Whether the seller decided it in Settings.
    """

    header: str
    teaches: bool
    leak: bool
    why: str
    by_seller: bool = False


def find_leaks(question: Question, rows: npt.NDArray[np.int64]) -> tuple[Finding, ...]:
    """Return what is known about each column: whether it teaches, and if it does not, why.

    Parameters
    ----------
    question : Question
    rows : array of int
        The decided leads.

    Notes
    -----
    Nothing of this goes by lists of known columns. A column is left out for one strong clue of ``clues.STRONG`` or of
    ``copies``, or for two weaker ones, one of them about the data. The price of being careful: an honest column is
    left out when it is nearly as good as a leak (a verdict passed by a person at the start, a field that only some
    campaigns fill); the seller reads the evidence and overrules it in Settings, table Leaks.
    """
    won = np.nan_to_num(question.won)
    undecided = np.flatnonzero(np.isnan(question.won))
    came = rows[np.lexsort((question.name[rows], np.nan_to_num(question.came[rows])))]
    suspects = [Suspect(told, won, came, undecided, question.when) for told in question.columns]
    useless = {suspect.told.header: why for suspect in suspects if (why := _why_useless(suspect))}
    under_suspicion = [suspect for suspect in suspects if suspect.told.header not in useless]
    evidence: dict[str, str] = {}
    if len(rows) >= LEAST_OUTCOMES and 0 < won[rows].sum() < len(rows):
        evidence = _gather(under_suspicion) | _told_by_blanks(s for s in suspects if s.told.numbering)
    fair = [suspect for suspect in under_suspicion if suspect.told.header not in evidence]
    for header, earlier in same_as(fair).items():
        useless[header] = f"says the same as {earlier}"
    return tuple(_decide(told.header, question, useless, evidence) for told in question.columns)


def _gather(suspects: Sequence[Suspect]) -> dict[str, str]:
    """Return the evidence against each column that is taken for a leak."""
    evidence: dict[str, str] = {}
    together = filled_together(suspects)
    weak: dict[str, tuple[list[str], list[str]]] = {}
    for suspect in suspects:
        header = suspect.told.header
        strong = [said for clue in STRONG if (said := clue(suspect))]
        if strong:
            evidence[header] = "; ".join(strong[:2])
            continue
        by_data = [said for clue in WEAK_BY_DATA if (said := clue(suspect))]
        by_data += [together[header]] if header in together else []
        by_words = [said for clue in WEAK_BY_WORDS if (said := clue(suspect))]
        weak[header] = by_data, by_words
    evidence |= overwritten_copies(suspects)
    evidence |= days_between(suspects, set(evidence))
    for header, (by_data, by_words) in weak.items():
        if header not in evidence and by_data and len(by_data) + len(by_words) > 1:
            evidence[header] = "; ".join([*by_data, *by_words][:3])
    return evidence


def _told_by_blanks(suspects: Iterable[Suspect]) -> dict[str, str]:
    """Return the evidence against numbers in a row that only some leads have, as those of contracts or invoices."""
    said = {suspect.told.header: [word for clue in BY_BLANKS if (word := clue(suspect))] for suspect in suspects}
    return {header: "; ".join(words[:2]) for header, words in said.items() if words}


def _why_useless(suspect: Suspect) -> str:
    told = suspect.told
    if told.numbering:
        return "numbers the leads"
    if not told.filled.any():
        return "blank throughout"
    if not suspect.filled.any():
        return "blank on every decided lead" if len(suspect.decided) else "no outcome to learn from"
    if told.kind == "marks" and suspect.filled.all():
        return "names, numbers or free text that hardly any two leads share"
    said = told.codes[suspect.decided] if told.labels else told.numbers[suspect.decided]
    return "the same on every decided lead" if suspect.filled.all() and (said == said[0]).all() else ""


def _decide(header: str, question: Question, useless: dict[str, str], evidence: dict[str, str]) -> Finding:
    found = evidence.get(header, "")
    if header in question.left_out:
        return Finding(header, False, True, question.left_out[header] or found or "left out by you", by_seller=True)
    if header in useless and (header not in evidence or header in question.kept):
        return Finding(header, False, False, useless[header])
    if header in question.kept:
        return Finding(header, True, False, found, by_seller=True)
    return Finding(header, not found, bool(found), found)


def teaching(columns: Sequence[Told], findings: Sequence[Finding]) -> list[Told]:
    """Return the columns that teach."""
    fair = {finding.header for finding in findings if finding.teaches}
    return [told for told in columns if told.header in fair]
